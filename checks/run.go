package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"devdoctor/platforms"
)

// An Outcome is a check and how it ended.
type Outcome struct {
	Check  *Check
	Result Result

	Evidence []Evidence // every query the check asked, in order of asking
	Took     time.Duration
}

// Evidence is a query that a check asked.
type Evidence struct {
	Query  platforms.Query
	Answer platforms.Answer
	Err    error
	Took   time.Duration // how long the check waited for it
}

// An Engine runs checks.
type Engine struct {
	Workers int // checks that may run at once; 0 is all of them

	// Started and Ended are told, in no particular order, when a check begins
	// and ends. They may be nil.
	Started, Ended func(*Check)
}

// Run runs the chosen checks and all that they come after, and hands over the
// outcome of each chosen one in the order of chosen as soon as it and those
// before it are ready. When ctx ends it hands over what is known: checks that
// are still running are unknown, [Interrupted] or [TimedOut].
func (e Engine) Run(ctx context.Context, h *platforms.Host, need Needs, chosen []*Check, report func(Outcome)) {
	tasks := make(map[*Check]*task)
	for _, c := range withAfter(chosen) {
		t := &task{check: c, done: make(chan struct{})}
		for _, first := range c.After {
			t.after = append(t.after, tasks[first])
		}
		for _, first := range c.Alongside {
			t.alongside = append(t.alongside, tasks[first])
		}
		tasks[c] = t
	}
	var places chan struct{}
	if e.Workers > 0 {
		places = make(chan struct{}, e.Workers)
	}
	for _, t := range tasks {
		for _, q := range t.check.Ahead {
			go func() { _, _ = h.Source().Answer(ctx, q) }() // the recorder keeps the answer
		}
	}
	for _, t := range tasks {
		go e.work(ctx, h, need, t, places)
	}
	for _, c := range chosen {
		t := tasks[c]
		select {
		case <-t.done:
		case <-ctx.Done():
			select {
			case <-t.done: // it was ready all along
			default:
				report(cutShort(ctx, t))
				continue
			}
		}
		report(t.outcome)
	}
}

// withAfter is chosen and all that they come after, each behind those.
func withAfter(chosen []*Check) []*Check {
	var all []*Check
	var add func(c *Check)
	add = func(c *Check) {
		if slices.Contains(all, c) {
			return
		}
		for _, first := range slices.Concat(c.After, c.Alongside) {
			add(first)
		}
		all = append(all, c)
	}
	for _, c := range chosen {
		add(c)
	}
	return all
}

type task struct {
	check     *Check
	after     []*task
	alongside []*task
	done      chan struct{} // closed when outcome is set
	outcome   Outcome
}

func (e Engine) work(ctx context.Context, h *platforms.Host, need Needs, t *task, places chan struct{}) {
	defer close(t.done)
	if !t.wait(ctx, t.after) {
		return
	}
	if places != nil {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			t.outcome = cutShort(ctx, t)
			return
		}
	}
	if e.Started != nil {
		e.Started(t.check)
	}
	found := examine(ctx, h, need, t.check)
	if e.Ended != nil {
		e.Ended(t.check)
	}
	if places != nil {
		<-places // one of those in alongside may need it
	}
	if t.wait(ctx, t.alongside) {
		t.outcome = found
	}
}

// wait reports whether all of first have passed. Where not, t's outcome says why.
func (t *task) wait(ctx context.Context, first []*task) bool {
	var blockers []string
	for _, f := range first {
		select {
		case <-f.done:
		case <-ctx.Done():
			t.outcome = cutShort(ctx, t)
			return false
		}
		switch f.outcome.Result.Status {
		case StatusFail, StatusUnknown, StatusBlocked:
			blockers = append(blockers, f.check.ID)
		}
	}
	if len(blockers) > 0 {
		t.outcome = Outcome{Check: t.check, Result: waitsFor(blockers...)}
	}
	return len(blockers) == 0
}

// waitsFor is the result where other checks, named by their IDs, have found the
// cause.
func waitsFor(ids ...string) Result {
	return Result{Status: StatusBlocked, Summary: Message{"waits for %s", []any{strings.Join(ids, ", ")}}}
}

// cutShort is the outcome of a check that did not get to its end.
func cutShort(ctx context.Context, t *task) Outcome {
	r := Unknown(nil, "there was no time left for this check")
	r.Reason = TimedOut
	if errors.Is(context.Cause(ctx), context.Canceled) {
		r = Unknown(nil, "you stopped devdoctor before this check ended")
		r.Reason = Interrupted
	}
	return Outcome{Check: t.check, Result: r}
}

// examine runs one check over a view of h of its own. A panic is an unknown.
func examine(ctx context.Context, h *platforms.Host, need Needs, c *Check) (o Outcome) {
	w := &witness{src: h.Source()}
	start := time.Now()
	defer func() {
		if p := recover(); p != nil {
			o.Result = Unknown(nil, "this check broke").Because("This is a mistake in devdoctor, not in your machine: %s", fmt.Sprint(p))
			o.Result.Reason = Crashed
		}
		o.Check, o.Evidence, o.Took = c, w.seen(), time.Since(start)
	}()
	return Outcome{Result: c.Run(ctx, h.Through(w), need)}
}

// A witness notes what a check asks. Once a query timed out, the check's further
// queries do too: what hangs once hangs again, and the learner waits.
type witness struct {
	src platforms.Source

	mu       sync.Mutex
	evidence []Evidence
	hung     bool
}

// Answer implements [platforms.Source].
func (w *witness) Answer(ctx context.Context, q platforms.Query) (platforms.Answer, error) {
	w.mu.Lock()
	hung := w.hung
	w.mu.Unlock()
	if hung {
		return platforms.Answer{}, platforms.ErrTimedOut
	}
	start := time.Now()
	a, err := w.src.Answer(ctx, q)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hung = w.hung || errors.Is(err, platforms.ErrTimedOut)
	w.evidence = append(w.evidence, Evidence{q, a, err, time.Since(start)})
	return a, err
}

func (w *witness) seen() []Evidence {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.evidence)
}
