package main

import (
	"strings"
	"testing"
	"time"

	"devdoctor/checks"
	"devdoctor/platforms"
)

// TestProgressLine holds what a waiting learner is told. G12
func TestProgressLine(t *testing.T) {
	recorder := platforms.NewRecorder(bareHost(""))
	defer recorder.Close()
	p := &progress{out: &strings.Builder{}, width: 60, recorder: recorder}
	start := time.Now()
	if got := p.line(start); got != "Looking at your computer ..." {
		t.Errorf("nothing runs: %q", got)
	}
	p.started(&checks.Check{ID: "git-identity", Title: "git knows who you are"})
	p.started(&checks.Check{ID: "quick", Title: "a quick one"})
	if got := p.line(start.Add(time.Second)); got != "Looking: git knows who you are" {
		t.Errorf("after a second: %q", got)
	}
	if got := p.line(start.Add(3200 * time.Millisecond)); got != "Slow (3 s): git-identity" {
		t.Errorf("after three: %q", got)
	}
	p.running[0].check.Alongside = []*checks.Check{p.running[1].check}
	if got := p.line(start.Add(time.Second)); got != "Looking: a quick one" {
		t.Errorf("when the first waits for the second: %q", got)
	}
	p.ended(p.running[0].check)
	if got := p.line(start.Add(time.Second)); got != "Looking: a quick one" {
		t.Errorf("when the first has ended: %q", got)
	}
	p.started(&checks.Check{ID: "long", Title: strings.Repeat("wörd ", 40)})
	p.ended(p.running[0].check)
	if got := p.line(start.Add(time.Second)); len(got) > 59 || !strings.HasSuffix(got, "...") || strings.Contains(got, "ö") {
		t.Errorf("too long for the window: %q", got)
	}
}

// TestProgressErases holds that nothing of the status line is left.
func TestProgressErases(t *testing.T) {
	recorder := platforms.NewRecorder(bareHost(""))
	defer recorder.Close()
	var out strings.Builder
	p := &progress{out: &out, width: 60, recorder: recorder, stop: make(chan struct{}), stopped: make(chan struct{})}
	close(p.stopped)
	long := &checks.Check{ID: "long", Title: "a rather long title of a check"}
	p.started(long)
	p.show(time.Now())
	p.ended(long)
	p.show(time.Now())
	p.end()
	screen := make([]rune, 80)
	column := 0
	for _, r := range out.String() {
		if r == '\r' {
			column = 0
			continue
		}
		screen[column] = r
		column++
	}
	if left := strings.Trim(string(screen), "\x00 "); left != "" || column != 0 {
		t.Errorf("%q stays, the cursor in column %d", left, column)
	}
}

// TestProgressIsSilent holds that a pipe gets nothing.
func TestProgressIsSilent(t *testing.T) {
	recorder := platforms.NewRecorder(bareHost(""))
	defer recorder.Close()
	var out strings.Builder
	p := newProgress(&out, recorder)
	p.started(&checks.Check{ID: "slow"})
	time.Sleep(firstStatus + 2*nextStatus)
	p.end()
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
}
