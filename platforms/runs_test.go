//go:build unix

package platforms

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// A run's directory, its journal and the lock.
func TestRuns(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_STATE_HOME", "")
	runs, err := OpenRuns(&Host{OS: Linux, Home: home})
	if err != nil {
		t.Fatal(err)
	}
	if all, err := runs.List(); len(all) != 0 || err != nil {
		t.Fatalf("%v, %v", all, err)
	}
	run, journal, err := runs.Begin(timeOf(t, "2026-11-21T12:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Write([]byte("whole\ntorn")); err != nil {
		t.Fatal(err)
	}
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := run.Journal()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Write([]byte("next\n")); err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(run.Dir(), journalFile)); string(text) != "whole\nnext\n" {
		t.Errorf("the journal holds %q, %v", text, err)
	}
	second, other, err := runs.Begin(timeOf(t, "2026-11-21T12:00:00Z"))
	if err != nil || second.ID == run.ID {
		t.Fatalf("%v, %v", second, err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if all, err := runs.List(); len(all) != 2 || all[0].ID != run.ID || err != nil {
		t.Errorf("%v, %v", all, err)
	}
}

func timeOf(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Of two that want to change something one waits, and gives up in the end.
func TestLock(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "")
	runs, err := OpenRuns(&Host{OS: Linux, Home: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	release, err := runs.Lock(t.Context(), func(string) { t.Error("nobody is there to wait for") })
	if err != nil {
		t.Fatal(err)
	}
	told := ""
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = runs.Lock(ctx, func(pid string) { told = pid })
	if busy, ok := errors.AsType[*BusyError](err); !ok || busy.PID != strconv.Itoa(os.Getpid()) || told != busy.PID {
		t.Errorf("got %v, told %q", err, told)
	}
	release()
	release, err = runs.Lock(t.Context(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	release()
}
