package main

import (
	"strings"

	"devdoctor/platforms"
)

// hideHome puts ~ in place of the home directory.
func hideHome(h *platforms.Host) func(string) string {
	return func(s string) string {
		if h.Home == "" || h.Home == "/" {
			return s
		}
		return strings.ReplaceAll(s, h.Home, h.Tilde(h.Home))
	}
}

// hiders is what takes private things out of the report and out of its evidence.
func (x *examination) hiders() (hide, hideEvidence func(string) string) {
	if x.flags.showPrivate {
		keep := func(s string) string { return s }
		return keep, keep
	}
	return hideHome(x.host), hideHome(x.host)
}

// bundleHider is what takes private things out of a snapshot, and the words that
// say so in it.
func (x *examination) bundleHider() (hide func(string) string, prose string) {
	if x.flags.showPrivate {
		return func(s string) string { return s }, "It holds names, addresses and folders as they are."
	}
	return func(s string) string { return s }, "It holds names, addresses and folders as they are."
}
