package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devdoctor/fixers"
)

// With --no-admin nothing in a plan asks for the administrator, and what only one can do is
// worded for whoever is one. G53, N8
func TestNoAdmin(t *testing.T) {
	asked := 0
	for _, host := range hosts(t) {
		out, errOut, code := devdoctor(t, "fix", "--replay", host, "--plan", "--json", "--phase", "all", "--no-admin")
		plan, err := fixers.ReadPlan(strings.NewReader(out))
		if err != nil || code != 0 {
			t.Errorf("%s: %v, exit %d: %s", filepath.Base(host), err, code, errOut)
			continue
		}
		for _, s := range plan.Steps() {
			switch {
			case s.Tell == nil && s.Admin, s.Run != nil && s.Run.Argv[0] == "sudo":
				t.Errorf("%s: %s needs the administrator", filepath.Base(host), s.Says)
			case s.Tell != nil && slices.ContainsFunc(s.Tell.Run, func(argv []string) bool { return argv[0] == "sudo" }):
				asked++
				if !strings.Contains(s.Tell.Do, "sk whoever looks after this computer") {
					t.Errorf("%s: %q is for somebody with rights", filepath.Base(host), s.Tell.Do)
				}
			}
		}
	}
	if asked == 0 {
		t.Error("no machine needs an administrator")
	}
}
