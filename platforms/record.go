package platforms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// How long a machine may think about a query. A program gets longer because
// antivirus software may read all of it before its first start.
const (
	QueryDeadline = 3 * time.Second
	RunDeadline   = 15 * time.Second

	// grace is what a source gets beyond the deadline to end the programs it
	// started before it is left behind.
	grace = 500 * time.Millisecond
)

// A Recorder remembers every answer of the Source behind it and asks each query
// once, however many want to know. An examination runs through a new Recorder;
// what it remembers is the snapshot.
//
// A query runs under the Recorder's own context and deadline, and each waiter
// under its own, so nobody's deadline spoils another's answer.
type Recorder struct {
	src  Source
	ctx  context.Context
	stop context.CancelFunc
	runs chan struct{} // a place for each program that may run at once

	mu    sync.Mutex
	asked map[string]*record
}

type record struct {
	query  Query
	done   chan struct{} // closed when the fields below are set
	answer Answer
	err    error
	cost   time.Duration // without waiting for a place to run
}

// NewRecorder starts remembering what src answers. Close ends what still runs.
func NewRecorder(src Source) *Recorder {
	ctx, stop := context.WithCancel(context.Background())
	return &Recorder{
		src: src, ctx: ctx, stop: stop,
		runs:  make(chan struct{}, max(4, runtime.NumCPU())),
		asked: make(map[string]*record),
	}
}

// Close ends the programs that still run and waits until they are gone, for half
// a second at most. The answers stay.
func (r *Recorder) Close() {
	r.stop()
	r.mu.Lock()
	open := slices.Collect(maps.Values(r.asked))
	r.mu.Unlock()
	for _, rec := range open {
		<-rec.done
	}
}

// Answer implements [Source].
func (r *Recorder) Answer(ctx context.Context, q Query) (Answer, error) {
	name := q.String()
	r.mu.Lock()
	rec := r.asked[name]
	if rec == nil {
		rec = &record{query: q, done: make(chan struct{})}
		r.asked[name] = rec
		go r.find(rec)
	}
	r.mu.Unlock()
	select {
	case <-rec.done:
		return rec.answer, rec.err
	case <-ctx.Done():
		return Answer{}, patienceEnded(ctx)
	}
}

// patienceEnded is why a waiter stopped waiting.
func patienceEnded(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ErrTimedOut
	}
	return context.Cause(ctx)
}

// find answers rec. It leaves a source behind that does not heed its deadline:
// nobody can call back a stat on a network drive that is gone.
func (r *Recorder) find(rec *record) {
	defer close(rec.done)
	patience := QueryDeadline
	if rec.query.Verb == "run" {
		select {
		case r.runs <- struct{}{}:
			defer func() { <-r.runs }()
		case <-r.ctx.Done():
			rec.err = r.ctx.Err()
			return
		}
		patience = RunDeadline
	}
	ctx, cancel := context.WithTimeout(r.ctx, patience)
	defer cancel()

	type reply struct {
		answer Answer
		err    error
	}
	replies := make(chan reply, 1)
	start := time.Now()
	go func() {
		defer func() {
			if p := recover(); p != nil {
				replies <- reply{err: fmt.Errorf("devdoctor broke: %v", p)}
			}
		}()
		a, err := r.src.Answer(ctx, rec.query)
		replies <- reply{a, err}
	}()
	select {
	case got := <-replies:
		rec.answer, rec.err = got.answer, got.err
	case <-ctx.Done():
		select {
		case got := <-replies:
			rec.answer, rec.err = got.answer, got.err
		case <-time.After(grace):
			rec.err = ctx.Err()
		}
	}
	rec.cost = time.Since(start)
	if rec.err != nil && ctx.Err() != nil {
		rec.err = patienceEnded(ctx)
	}
}

// A Record is a query and how it was answered.
type Record struct {
	Query  Query
	Answer Answer
	Err    error
	Cost   time.Duration
}

// Records is every query that was answered so far, the slowest first.
func (r *Recorder) Records() []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Record
	for _, rec := range r.asked {
		select {
		case <-rec.done:
			all = append(all, Record{rec.query, rec.answer, rec.err, rec.cost})
		default:
		}
	}
	slices.SortFunc(all, func(a, b Record) int {
		if a.Cost != b.Cost {
			return int(b.Cost - a.Cost)
		}
		return strings.Compare(a.Query.String(), b.Query.String())
	})
	return all
}

// Waiting is the queries that are not answered yet, in alphabetical order.
func (r *Recorder) Waiting() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for name, rec := range r.asked {
		select {
		case <-rec.done:
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
