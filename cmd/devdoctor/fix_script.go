package main

import (
	"io"
	"slices"
	"strings"

	"devdoctor/checks"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

func scriptShells() string {
	names := make([]string, len(fixers.Scripted))
	for i, sh := range fixers.Scripted {
		names[i] = string(sh)
	}
	return strings.Join(names, ", ")
}

// onlyShows wants flags that go with --script and --replay, which change nothing.
func (f fixFlags) onlyShows() error {
	switch {
	case f.script != "" && !slices.Contains(fixers.Scripted, fixers.Shell(f.script)):
		return usage("--script %q: the shells are %s", f.script, scriptShells())
	case f.script != "" && (f.plan || f.yes || f.look.format.name == "json"):
		return usage("--script prints a script and does nothing, so it goes with none of --plan, --yes and --json")
	case f.look.replay != "" && (f.yes || f.from != ""):
		return usage("--replay is about another computer, so it goes with neither --yes nor --from")
	case f.look.replay != "" && !f.plan && f.script == "":
		return usage("--replay is about another computer: add --plan or --script")
	}
	return nil
}

// showScript prints a plan as a script.
func (r *repairing) showScript(p fixers.Plan) error {
	sh := fixers.Shell(r.flags.script)
	if (sh == fixers.Sh) == (r.host.OS == platforms.Windows) {
		return usage("--script %s is nothing for a computer with %s: try --script %s", sh, r.host.OS, fixers.ShellOf(r.host.OS))
	}
	text, err := sh.Script(p)
	if err != nil {
		return broken("write the script: %w", err)
	}
	r.code = checks.ExitReady
	_, err = io.WriteString(r.out, text)
	return err
}
