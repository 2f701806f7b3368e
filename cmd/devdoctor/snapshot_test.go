package main

import (
	"bytes"
	"strings"
	"testing"

	"devdoctor/checks"
)

func FuzzPhases(f *testing.F) {
	for _, s := range []string{"all", "7", "2-4", "4-2", "0", "-3", "1-2-3", "９"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, last, err := parsePhases(s)
		if err == nil && (first < 1 || last < first || last > len(checks.Phases)) {
			t.Errorf("%q means phases %d to %d", s, first, last)
		}
	})
}

// FuzzProject holds that the section of the project comes back as it was written,
// whatever the answers around it are.
func FuzzProject(f *testing.F) {
	f.Add([]byte("A computer.\n-- host --\nos linux\n-- end --\n"), "/home/ada/course")
	f.Add([]byte("-- end --\n"), "-- end --")
	f.Add([]byte("-- project --\n/other\n-- end --\n"), "")
	f.Fuzz(func(t *testing.T, data []byte, project string) {
		_, before, _ := parseSnapshot(data)
		saved := withProject(data, project)
		_, after, _ := parseSnapshot(saved)
		want := project
		if before != "" || bytes.Equal(saved, data) {
			want = before
		}
		if after != want && !strings.Contains(string(data), projectHead) {
			t.Errorf("%q was saved as %q and read as %q", project, saved, after)
		}
	})
}
