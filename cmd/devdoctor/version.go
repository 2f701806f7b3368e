package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"devdoctor/checks"
)

// Filled in by the linker for a release.
var version, commit string

// A build is which devdoctor this is.
type build struct {
	Devdoctor string `json:"devdoctor"`
	Commit    string `json:"commit"`
	Go        string `json:"go"`
	Platform  string `json:"platform"` // GOOS/GOARCH
	Facts     string `json:"facts"`    // date of the tables of facts
}

// thisBuild is what the linker was told of a release, else what the Go command
// knows of the source.
func thisBuild() build {
	b := build{Devdoctor: version, Commit: commit, Facts: checks.FactsDate}
	settings := make(map[string]string)
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Go = info.GoVersion
		if b.Devdoctor == "" {
			b.Devdoctor = info.Main.Version
		}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
	}
	b.Platform = settings["GOOS"] + "/" + settings["GOARCH"]
	if b.Commit == "" {
		b.Commit = settings["vcs.revision"]
	}
	if b.Devdoctor == "" {
		b.Devdoctor = "(devel)"
	}
	if b.Commit == "" {
		b.Commit = "unknown"
	}
	return b
}

func newVersion(a *app) *cobra.Command {
	var format formatFlag
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which devdoctor this is",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			if format.name == "json" {
				return a.printJSON(b)
			}
			return a.print([]byte(fmt.Sprintf("devdoctor %s\ncommit    %s\nbuilt     with %s for %s\nfacts     of %s\n",
				b.Devdoctor, b.Commit, b.Go, b.Platform, b.Facts)))
		},
	}
	format.add(cmd.Flags(), "text", "json")
	return cmd
}
