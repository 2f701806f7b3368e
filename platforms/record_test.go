package platforms

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// sourceFunc is a machine made of one function.
type sourceFunc func(ctx context.Context, q Query) (Answer, error)

func (f sourceFunc) Answer(ctx context.Context, q Query) (Answer, error) { return f(ctx, q) }

func TestRecorderAsksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		rec := NewRecorder(sourceFunc(func(context.Context, Query) (Answer, error) {
			asked.Add(1)
			time.Sleep(time.Second)
			return Answer{Text: "yes\n"}, nil
		}))
		defer rec.Close()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if a, err := rec.Answer(t.Context(), Query{Verb: "now"}); a.Text != "yes\n" || err != nil {
					t.Errorf("got %q, %v", a.Text, err)
				}
			})
		}
		wg.Wait()
		if n := asked.Load(); n != 1 {
			t.Errorf("the machine was asked %d times", n)
		}
	})
}

// One waiter's deadline is its own: the answer still reaches the next.
func TestRecorderWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := NewRecorder(sourceFunc(func(ctx context.Context, _ Query) (Answer, error) {
			select {
			case <-time.After(2 * time.Second):
				return Answer{Text: "late\n"}, nil
			case <-ctx.Done():
				return Answer{}, ctx.Err()
			}
		}))
		defer rec.Close()
		hurried, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := rec.Answer(hurried, Query{Verb: "now"}); !errors.Is(err, ErrTimedOut) {
			t.Errorf("the hurried waiter got %v", err)
		}
		if a, err := rec.Answer(t.Context(), Query{Verb: "now"}); err != nil || a.Text != "late\n" {
			t.Errorf("the patient waiter got %q, %v", a.Text, err)
		}
	})
}

// A source that heeds no deadline is left behind, and says so. G09
func TestRecorderLeavesHangingSource(t *testing.T) {
	for _, tt := range []struct {
		verb  string
		limit time.Duration
	}{{"stat", QueryDeadline + grace}, {"run", RunDeadline + grace}} {
		synctest.Test(t, func(t *testing.T) {
			gone := make(chan struct{})
			rec := NewRecorder(sourceFunc(func(context.Context, Query) (Answer, error) {
				<-gone
				return Answer{}, nil
			}))
			start := time.Now()
			_, err := rec.Answer(t.Context(), Query{Verb: tt.verb, Args: []string{"x"}})
			if took := time.Since(start); !errors.Is(err, ErrTimedOut) || took != tt.limit {
				t.Errorf("%s: %v after %v, want a time-out after %v", tt.verb, err, took, tt.limit)
			}
			rec.Close()
			close(gone)
		})
	}
}

// Waiting for a place to run is not counted against the deadline.
func TestRecorderQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		rec := NewRecorder(sourceFunc(func(ctx context.Context, _ Query) (Answer, error) {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			select {
			case <-time.After(RunDeadline - time.Second):
				return Answer{}, nil
			case <-ctx.Done():
				return Answer{}, ctx.Err()
			}
		}))
		defer rec.Close()
		var wg sync.WaitGroup
		for i := range 4 * cap(rec.runs) {
			wg.Go(func() {
				if _, err := rec.Answer(t.Context(), Query{Verb: "run", Args: []string{fmt.Sprint(i)}}); err != nil {
					t.Errorf("program %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := int(most.Load()); got > cap(rec.runs) {
			t.Errorf("%d programs ran at once, want at most %d", got, cap(rec.runs))
		}
	})
}

func TestRecorderSurvivesPanic(t *testing.T) {
	rec := NewRecorder(sourceFunc(func(context.Context, Query) (Answer, error) { panic("oops") }))
	defer rec.Close()
	if _, err := rec.Answer(t.Context(), Query{Verb: "now"}); err == nil {
		t.Error("a panic in the source is no error")
	}
}

func TestRecorderRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := NewRecorder(sourceFunc(func(_ context.Context, q Query) (Answer, error) {
			if q.Verb == "file" {
				time.Sleep(time.Second)
			}
			return Answer{}, ErrNotFound
		}))
		defer rec.Close()
		for _, verb := range []string{"env", "file"} {
			_, _ = rec.Answer(t.Context(), Query{Verb: verb, Args: []string{"x"}})
		}
		all := rec.Records()
		if len(all) != 2 || all[0].Query.Verb != "file" || all[0].Cost != time.Second || !errors.Is(all[1].Err, ErrNotFound) {
			t.Errorf("got %+v", all)
		}
	})
}
