//go:build unix

package platforms

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sh(script string) []string { return []string{"sh", "-c", script} }

// A program reads what the learner types, prints for the learner, and knows ~/ only
// where a word begins with it.
func TestRunProgram(t *testing.T) {
	c, home := newChanger(t)
	var out bytes.Buffer
	c.stdin, c.out = strings.NewReader("secret\n"), &out
	var child Child
	exit, err := c.Run(t.Context(), []string{"sh", "-c", `read word; echo "$word $1 $2"; echo wrong >&2; exit 7`, "sh", "~/a", "b~/"}, func(started Child) error {
		child = started
		return nil
	})
	if exit != 7 || err != nil || child.PID == 0 || child.Started.IsZero() {
		t.Errorf("exit %d, %v, %+v", exit, err, child)
	}
	if want := "secret " + filepath.Join(home, "a") + " b~/\nwrong\n"; out.String() != want {
		t.Errorf("it printed %q, want %q", out.String(), want)
	}
}

func TestRunNothing(t *testing.T) {
	c, home := newChanger(t)
	c.out = &bytes.Buffer{}
	_, err := c.Run(t.Context(), []string{"devdoctor-has-no-such-program"}, func(Child) error {
		t.Error("it was started")
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "start devdoctor-has-no-such-program") {
		t.Error(err)
	}
	notOne := filepath.Join(home, "text")
	if err := os.WriteFile(notOne, []byte("\x00"), 0o700); err != nil {
		t.Fatal(err)
	}
	if exit, err := c.Run(t.Context(), []string{notOne}, func(Child) error { return nil }); exit == 0 && err == nil {
		t.Error("a file without a program ran")
	}
}

// A terminal that has lost the folders of the system can be mended from.
func TestRunWithoutPath(t *testing.T) {
	c, _ := newChanger(t)
	t.Setenv("PATH", t.TempDir())
	if exit, err := c.Run(t.Context(), sh("exit 4"), func(Child) error { return nil }); exit != 4 || err != nil {
		t.Errorf("exit %d, %v", exit, err)
	}
}

// A program does nothing before it is written down.
func TestRunWaitsForTheJournal(t *testing.T) {
	c, home := newChanger(t)
	done := filepath.Join(home, "done")
	_, err := c.Run(t.Context(), sh("touch "+done), func(Child) error {
		time.Sleep(200 * time.Millisecond)
		if _, err := os.Lstat(done); err == nil {
			t.Error("it has begun")
		}
		return nil
	})
	if _, there := os.Lstat(done); err != nil || there != nil {
		t.Errorf("%v, %v", err, there)
	}
}

// A program that cannot be written down is ended: a crash would leave it unknown.
func TestRunEndsWhatNobodyKnows(t *testing.T) {
	c, home := newChanger(t)
	full := errors.New("no space left on device")
	begun := time.Now()
	_, err := c.Run(t.Context(), sh("trap '' TERM INT; sleep 60; touch "+filepath.Join(home, "done")), func(Child) error { return full })
	if !errors.Is(err, full) || time.Since(begun) > timeToEnd {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
	if e, err := c.Look("~/done"); e.Kind != "" || err != nil {
		t.Errorf("it did its work: %+v, %v", e, err)
	}
}

// Whoever is asked to end can tidy up.
func TestRunAsksToEnd(t *testing.T) {
	c, _ := newChanger(t)
	var out bytes.Buffer
	c.out = &out
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("Ctrl-C")
	_, err := c.Run(ctx, sh("trap 'echo tidied; exit' TERM; while :; do sleep 0.1; done"), func(Child) error {
		time.AfterFunc(300*time.Millisecond, func() { cancel(stop) })
		return nil
	})
	if !errors.Is(err, stop) || out.String() != "tidied\n" {
		t.Errorf("%v, it printed %q", err, out.String())
	}
}

// Who does not listen is ended all the same, and what it started does not hold us.
func TestRunEndsTheDeaf(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes the time that programs are given")
	}
	c, _ := newChanger(t)
	c.out = &bytes.Buffer{}
	ctx, cancel := context.WithCancel(t.Context())
	begun := time.Now()
	_, err := c.Run(ctx, sh("trap '' TERM INT HUP; sleep 30 & while :; do sleep 0.1; done"), func(Child) error {
		time.AfterFunc(300*time.Millisecond, cancel) // it needs a moment to turn deaf
		return nil
	})
	if took := time.Since(begun); !errors.Is(err, context.Canceled) || took < timeToEnd || took > timeToEnd+5*time.Second {
		t.Errorf("%v after %s", err, took)
	}
}

// A service that a program leaves behind holds on to its output for ever.
func TestRunLeavesServices(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes the time that programs are given")
	}
	c, _ := newChanger(t)
	c.out = &bytes.Buffer{}
	exit, err := c.Run(t.Context(), sh("sleep 30 & exit 3"), func(Child) error { return nil })
	if exit != 3 || err != nil {
		t.Errorf("exit %d, %v", exit, err)
	}
}
