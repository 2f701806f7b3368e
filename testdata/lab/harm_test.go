package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"devdoctor/testdata/lab/machine"
)

// A row that is not there, one with a status of its own making, and one that crashed
// are each noticed.
func TestMissing(t *testing.T) {
	r := report{Checks: []row{
		{ID: "a", Status: "ok"}, {ID: "b", Status: "fine"}, {ID: "c", Status: "unknown", Reason: "crashed", Summary: "this check broke"},
	}}
	if got := (report{Checks: r.Checks[:1]}).missing([]string{"a"}); got != nil {
		t.Errorf("a whole report: %q", got)
	}
	got := strings.Join(r.missing([]string{"a", "b", "c", "d"}), "\n")
	if want := "b has the status \"fine\", which is none\nc crashed: this check broke\nthe report lacks d"; got != want {
		t.Errorf("%s", got)
	}
}

// The deadline is devdoctor's own, and several of them may pass.
func TestLate(t *testing.T) {
	for words, limit := range map[string]time.Duration{
		"check": 60 * time.Second, "check --timeout 4s": 16 * time.Second, "check --timeout=500ms node-runs": 2 * time.Second,
	} {
		s := &scenario{check: strings.Fields(words), harm: harm{inTime: true}}
		if got := s.late(machine.Result{Wall: limit}); got != nil {
			t.Errorf("%s: %q", words, got)
		}
		if got := s.late(machine.Result{Wall: limit + time.Second}); got == nil {
			t.Errorf("%s may run for more than %v", words, limit)
		}
	}
}

// What somebody leaves in a machine is noticed: a process in a session of its own,
// a file that is new, one that is changed and one that is gone. Looking leaves nothing.
func TestLeft(t *testing.T) {
	store, err := machine.OpenStore()
	if err != nil {
		t.Skip(err)
	}
	m, err := machine.Start(t.Context(), store, machine.Spec{System: "trixie"})
	if errors.Is(err, machine.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.Close() }()
	s := &scenario{harm: harm{nothingLeft: true}}
	before, err := observe(t.Context(), m, s)
	if err != nil {
		t.Fatal(err)
	}
	m.Sh(t.Context(), "", "cat ~/.bashrc ~/.profile; : >/dev/null; d=$(mktemp -d); rmdir $d")
	if got, err := left(t.Context(), m, s, before); err != nil || got != nil {
		t.Errorf("after a look: %q, %v", got, err)
	}
	m.Sh(t.Context(), "", "setsid sleep 1000 >/dev/null 2>&1 & echo more >>~/.bashrc; rm ~/.profile; mkfifo /tmp/new")
	got, err := left(t.Context(), m, s, before)
	if err != nil || len(got) != 4 || !strings.HasSuffix(got[0], " sleep 1000") {
		t.Fatalf("%q, %v", got, err)
	}
	want := "left behind: /tmp/new, changed: /home/learner/.bashrc, gone: /home/learner/.profile"
	for w := range strings.SplitSeq(want, ", ") {
		if !strings.Contains(strings.Join(got, "\n"), w) {
			t.Errorf("not noticed: %s; noticed: %q", w, got)
		}
	}
}
