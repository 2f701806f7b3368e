package main

import (
	"context"
	"path/filepath"
	"slices"

	"devdoctor/checks"
	"devdoctor/platforms"
)

// systemDirs are places that hold no learner's project, whatever lies below them.
var systemDirs = map[platforms.OS][]string{
	platforms.Linux:   {"/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr"},
	platforms.Darwin:  {"/Applications", "/Library", "/System", "/bin", "/dev", "/etc", "/private/etc", "/sbin", "/usr"},
	platforms.Windows: {`C:\Windows`, `C:\Program Files`, `C:\Program Files (x86)`, `C:\ProgramData`},
}

// sourceDirs are places of the system below which people keep sources all the same.
var sourceDirs = []string{"/usr/src", "/usr/local/src"}

// commonDirs are places that hold everybody's things, projects below them too.
var commonDirs = []string{"/", "/mnt", "/media", "/opt", "/private/tmp", "/srv", "/tmp", "/var", "/var/tmp", "/Volumes"}

// mayBeProject tells a project directory from the places where a terminal opens:
// home, what lies above it, Desktop, Downloads and their like, and the system's own folders.
func mayBeProject(ctx context.Context, h *platforms.Host, dir string) bool {
	if h.Under(h.Home, dir) || h.SamePath(h.DirName(dir), dir) || checks.PersonalFolder(ctx, h, dir) {
		return false
	}
	if slices.ContainsFunc(sourceDirs, func(d string) bool { return h.Under(dir, d) && !h.SamePath(dir, d) }) {
		return true
	}
	return !slices.ContainsFunc(systemDirs[h.OS], func(d string) bool { return h.Under(dir, d) }) &&
		!slices.ContainsFunc(commonDirs, func(d string) bool { return h.SamePath(dir, d) })
}

// physical is a directory without links on the way to it: there npm and git look upwards, whichever
// way the learner came. Of Windows they take the way as it is. What lies below home is named so.
func physical(h *platforms.Host, dir string) string {
	if h.OS == platforms.Windows {
		return dir
	}
	at, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return dir
	}
	home, err := filepath.EvalSymlinks(h.Home)
	if err != nil || !h.Under(at, home) {
		return at
	}
	below, err := filepath.Rel(home, at)
	switch {
	case err != nil:
		return at
	case below == ".":
		return h.Home
	}
	return h.Join(h.Home, below)
}
