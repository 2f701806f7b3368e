package fixers_test

import (
	"errors"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// aPlan is a fix that is planned for a machine on paper, and what is wanted of it.
type aPlan struct {
	fix     *fixers.Fix
	found   map[string]string
	machine string // a snapshot; its host section is added
	answers map[string]string
	want    []string // what the steps show, line by line; none: it is not for this machine
}

// The hosts of machines on paper.
const (
	onLinux   = "-- host --\nos linux\narch amd64\nhome /home/ada\n"
	onMac     = "-- host --\nos darwin\narch arm64\nhome /Users/ada\n"
	onWindows = "-- host --\nos windows\narch amd64\nhome C:\\Users\\Ada\n"
)

// check plans, and compares what the steps show. It gives back the steps.
func (p aPlan) check(t *testing.T, host string) []fixers.Step {
	t.Helper()
	steps, err := p.fix.Plan(t.Context(), fixers.Patient{Host: hostFrom(t, host+p.machine), Found: p.found, Answers: p.answers})
	if p.want == nil {
		if !errors.Is(err, fixers.ErrNotHere) {
			t.Errorf("it is for this machine: %v, %v", shown(steps), err)
		}
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", s.Says, err)
		}
	}
	if got := shown(steps); strings.Join(got, "\n") != strings.Join(p.want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(p.want, "\n"))
	}
	return steps
}

// hostFrom is the machine that a snapshot tells of.
func hostFrom(t *testing.T, snapshot string) *platforms.Host {
	t.Helper()
	s, err := platforms.ParseSnapshot([]byte(snapshot))
	if err != nil {
		t.Fatal(err)
	}
	h, err := platforms.NewHost(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func shown(steps []fixers.Step) []string {
	var lines []string
	for _, s := range steps {
		lines = append(lines, s.Shows(fixers.Sh)...)
	}
	return lines
}
