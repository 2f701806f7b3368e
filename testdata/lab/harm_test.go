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

// The deadline is devdoctor's own, and a little more may pass.
func TestLate(t *testing.T) {
	for words, limit := range map[string]time.Duration{
		"check": 20 * time.Second, "check --timeout 4s": 9 * time.Second, "check --timeout=500ms node-runs": 5500 * time.Millisecond,
	} {
		s := &scenario{check: strings.Fields(words), harm: harm{inTime: true}}
		if got := s.late(machine.Result{Wall: limit}); got != nil {
			t.Errorf("%s: %q", words, got)
		}
		if got := s.late(machine.Result{Wall: limit + time.Millisecond}); got == nil {
			t.Errorf("%s may run for more than %v", words, limit)
		}
	}
}

// healthyMachine starts a machine, or skips where there are none.
func healthyMachine(t *testing.T, spec machine.Spec) *machine.Machine {
	t.Helper()
	store, err := machine.OpenStore()
	if err != nil {
		t.Skip(err)
	}
	m, err := machine.Start(t.Context(), store, spec)
	if errors.Is(err, machine.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return m
}

// What somebody leaves in a machine is noticed: a process in a session of its own,
// a file that is new, one that is changed and one that is gone. Looking leaves nothing.
func TestLeft(t *testing.T) {
	m := healthyMachine(t, machine.Spec{System: "trixie"})
	held(t, m,
		func() { m.Sh(t.Context(), "", "cat ~/.bashrc ~/.profile; : >/dev/null; d=$(mktemp -d); rmdir $d") },
		func() {
			m.Sh(t.Context(), "", "setsid sleep 1000 >/dev/null 2>&1 & echo more >>~/.bashrc; rm ~/.profile; mkfifo /tmp/new")
		},
		" sleep 1000", "left behind: /tmp/new", "changed: /home/learner/.bashrc", "gone: /home/learner/.profile")
}

// On Windows too, beside what Wine starts and writes of itself.
func TestLeftOnWindows(t *testing.T) {
	m := healthyMachine(t, machine.Spec{System: "windows", Node: []machine.Node{{Owner: "msi", Version: "24"}}})
	const home = "/home/learner/.wine/drive_c/users/learner"
	window := func(script string) { m.Terminal(t.Context(), "", "", false, script) }
	window("mkdir C:\\users\\learner\\app\necho old>C:\\users\\learner\\app\\old.txt\necho old>C:\\users\\learner\\app\\more.txt")
	held(t, m,
		func() { window("node -v\ngit --version\nreg query HKCU\\Environment\ndir C:\\users\\learner") },
		func() {
			window("cd /d C:\\users\\learner\\app\ndel old.txt\necho more>>more.txt\necho new>new.txt\nstart /b node -e \"setTimeout(() => 0, 1000000)\"")
		},
		"setTimeout", "left behind: "+home+"/app/new.txt", "changed: "+home+"/app/more.txt", "gone: "+home+"/app/old.txt")
}

// held wants nothing noticed of a look, and these of what leaves something.
func held(t *testing.T, m *machine.Machine, look, leave func(), want ...string) {
	t.Helper()
	s := &scenario{harm: harm{nothingLeft: true}}
	before, err := observe(t.Context(), m, s)
	if err != nil {
		t.Fatal(err)
	}
	look()
	if got, err := left(t.Context(), m, s, before); err != nil || got != nil {
		t.Errorf("after a look: %q, %v", got, err)
	}
	leave()
	got, err := left(t.Context(), m, s, before)
	if err != nil || len(got) != len(want) || !strings.HasPrefix(got[0], "still running: ") {
		t.Fatalf("%q, %v", got, err)
	}
	for _, w := range want {
		if !strings.Contains(strings.Join(got, "\n"), w) {
			t.Errorf("not noticed: %s; noticed: %q", w, got)
		}
	}
}
