package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"devdoctor/checks"
	"devdoctor/platforms"
)

// When a learner is told what is waited for: nobody should stare at an empty
// screen for longer than 300 ms, and a slow check is named.
const (
	firstStatus = 150 * time.Millisecond
	nextStatus  = 100 * time.Millisecond
	slowCheck   = 2 * time.Second
)

// A progress is a status line on a terminal. It is silent where there is none.
type progress struct {
	out      io.Writer
	width    int
	recorder *platforms.Recorder
	stop     chan struct{}
	stopped  chan struct{}

	mu      sync.Mutex
	running []runningCheck // the oldest first
	shown   int            // columns of the line that stands there
}

type runningCheck struct {
	check *checks.Check
	since time.Time
}

func newProgress(w io.Writer, recorder *platforms.Recorder) *progress {
	p := &progress{out: w, recorder: recorder, stop: make(chan struct{}), stopped: make(chan struct{})}
	file, ok := w.(*os.File)
	if !ok || !platforms.IsTerminal(file) {
		close(p.stopped)
		return p
	}
	p.width = min(max(platforms.ScreenWidth(file), narrowest), widest)
	go p.follow()
	return p
}

func (p *progress) started(c *checks.Check) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = append(p.running, runningCheck{c, time.Now()})
}

func (p *progress) ended(c *checks.Check) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = slices.DeleteFunc(p.running, func(r runningCheck) bool { return r.check == c })
}

func (p *progress) follow() {
	defer close(p.stopped)
	wait := firstStatus
	for {
		select {
		case <-p.stop:
			return
		case <-time.After(wait):
			p.show(time.Now())
			wait = nextStatus
		}
	}
}

// show writes what is waited for over what stands there.
func (p *progress) show(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := p.line(now)
	pad := max(0, p.shown-len(line))
	fmt.Fprintf(p.out, "\r%s%s", line, strings.Repeat(" ", pad))
	p.shown = len(line)
}

// line names the check that has run longest and, once it is slow, what it waits
// for.
func (p *progress) line(now time.Time) string {
	line := "Looking at your computer ..."
	if oldest, ok := p.oldest(); ok {
		line = "Looking: " + plainLine(oldest.check.Title)
		if took := now.Sub(oldest.since); took > slowCheck {
			line = fmt.Sprintf("Slow (%d s): %s", int(took.Seconds()), oldest.check.ID)
			if waiting := p.recorder.Waiting(); len(waiting) > 0 {
				line += ", waiting for " + plainLine(waiting[0])
			}
		}
	}
	if len(line) > p.width-1 {
		line = line[:p.width-4] + "..."
	}
	return line
}

// oldest is the check that has run longest, of those that wait for no other one.
func (p *progress) oldest() (runningCheck, bool) {
	waits := func(r runningCheck) bool {
		return slices.ContainsFunc(p.running, func(other runningCheck) bool { return slices.Contains(r.check.Alongside, other.check) })
	}
	i := slices.IndexFunc(p.running, func(r runningCheck) bool { return !waits(r) })
	if i < 0 {
		return runningCheck{}, false
	}
	return p.running[i], true
}

// plainLine is s with a question mark for all that is no printable ASCII, so
// that its bytes are its columns.
func plainLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// end wipes the line away.
func (p *progress) end() {
	close(p.stop)
	<-p.stopped
	if p.shown > 0 {
		fmt.Fprintf(p.out, "\r%s\r", strings.Repeat(" ", p.shown))
	}
}
