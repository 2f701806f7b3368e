package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// An Outcome says what became of a step.
type Outcome string

// The outcomes of a step. Whether the problem is gone says only the second look: see
// [Result.After].
const (
	Fixed        Outcome = "fixed"
	NewTerminal  Outcome = "new-terminal" // fixed, and a new terminal is needed
	NewLogin     Outcome = "new-login"
	Taken        Outcome = "taken"        // nobody could look again
	AlreadyDone  Outcome = "already-done" // likewise
	Declined     Outcome = "declined"     // nobody agreed to it
	Manual       Outcome = "manual"       // the learner does it by hand
	NotPermitted Outcome = "not-permitted"
	Failed       Outcome = "failed"
	NotReached   Outcome = "not-reached" // an earlier step of its fix did not succeed
	Undone       Outcome = "undone"
	NothingToDo  Outcome = "nothing-to-do" // it was never taken, or is back already
)

// A Result is what became of one step.
type Result struct {
	N       int // its number in the journal, from 0
	Step    fixers.Step
	Outcome Outcome
	Err     error // with Failed and NotPermitted
}

// A Taker takes the steps of a plan, one after the other.
type Taker struct {
	Changer platforms.Changer
	Journal *fixers.Journal
	Agreed  func(f fixers.Planned) bool // may it be taken
	Begins  func(s fixers.Step)         // it is about to be
	First   int                         // the number of the plan's first step in the journal
}

// Take takes the steps. A step that does not succeed ends its fix, and not the others. The error is one of
// the journal, without which nothing is changed, or that ctx ended.
func (t Taker) Take(ctx context.Context, p fixers.Plan) ([]Result, error) {
	var results []Result
	for _, f := range p.Fixes {
		stopped := false
		for _, s := range f.Steps {
			r := Result{N: t.First + len(results), Step: s, Outcome: NotReached}
			if !stopped {
				var err error
				if r, err = t.step(ctx, f, r); err != nil {
					return results, err
				}
			}
			stopped = stopped || r.Outcome != Taken && r.Outcome != AlreadyDone && r.Outcome != Manual
			results = append(results, r)
		}
	}
	return results, nil
}

func (t Taker) step(ctx context.Context, f fixers.Planned, r Result) (Result, error) {
	if err := ctx.Err(); err != nil {
		return r, err
	}
	switch {
	case r.Step.Tell != nil:
		r.Outcome = Manual
		return r, t.Journal.Note(false, r.N, fixers.Skipped, nil, nil)
	case !t.Agreed(f):
		r.Outcome = Declined
		return r, t.Journal.Note(false, r.N, fixers.Skipped, nil, nil)
	}
	state, err := r.Step.State(ctx, t.Changer)
	switch {
	case err == nil && state == fixers.Done:
		r.Outcome = AlreadyDone
		return r, t.Journal.Note(false, r.N, fixers.Skipped, nil, nil)
	case err == nil && state == fixers.Drifted:
		err = platforms.ErrChanged
	}
	t.Begins(r.Step)
	if err != nil { // nothing is changed, so that undo has nothing to take back
		r.Outcome, r.Err = outcomeOf(err, Taken), err
		return r, t.Journal.Note(false, r.N, fixers.Skipped, nil, err)
	}
	if err := t.Journal.Note(false, r.N, fixers.Begins, nil, nil); err != nil {
		return r, err
	}
	err = r.Step.Take(ctx, t.Changer, func(c platforms.Child) error {
		return t.Journal.Note(false, r.N, fixers.Runs, &c, nil)
	})
	r.Outcome, r.Err = outcomeOf(err, Taken), err
	if err != nil {
		return r, t.Journal.Note(false, r.N, fixers.Fails, nil, err)
	}
	return r, t.Journal.Took(r.N, r.Step.Marks(ctx, t.Changer))
}

func outcomeOf(err error, well Outcome) Outcome {
	switch {
	case err == nil:
		return well
	case errors.Is(err, platforms.ErrNotPermitted):
		return NotPermitted
	}
	return Failed
}

// An Undoer takes back what a journal tells, the last step first.
type Undoer struct {
	Changer platforms.Changer
	Journal *fixers.Journal
	Begins  func(s fixers.Step)
	Wait    func(ctx context.Context, c platforms.Child) error // until a program of the run has ended
}

// Undo takes back every step that may have been taken. It goes on after one that it cannot
// take back. The error is one of the journal, or that ctx ended.
func (u Undoer) Undo(ctx context.Context, past fixers.Past) ([]Result, error) {
	var results []Result
	failed := false
	steps := past.Plan.Steps()
	for n, s := range slices.Backward(steps) {
		if past.Steps[n].Undone || !past.Steps[n].Began() {
			continue
		}
		if err := ctx.Err(); err != nil {
			return results, err
		}
		r := Result{N: n, Step: s}
		u.Begins(s)
		if err := u.Journal.Note(true, n, fixers.Begins, nil, nil); err != nil {
			return results, err
		}
		r.Outcome, r.Err = u.takeBack(ctx, s, past.Steps[n], n)
		what := fixers.Ends
		switch {
		case errors.Is(r.Err, errNoWayBack):
			what = fixers.Stays // else older runs would never have their turn
		case r.Err != nil:
			what, failed = fixers.Fails, true
		case failed && u.stands(ctx, s):
			what = fixers.Skipped // a folder that holds what could not be taken back yet
		}
		if err := u.Journal.Note(true, n, what, nil, r.Err); err != nil {
			return results, err
		}
		results = append(results, r)
	}
	return results, nil
}

var errNoWayBack = errors.New("there is no way back")

// stands reports whether what a step made is still there.
func (u Undoer) stands(ctx context.Context, s fixers.Step) bool {
	state, err := s.State(ctx, u.Changer)
	return err == nil && state == fixers.Done
}

func (u Undoer) takeBack(ctx context.Context, s fixers.Step, h fixers.Happened, n int) (Outcome, error) {
	if h.Child != nil && h.Last == fixers.Runs {
		if err := u.Wait(ctx, *h.Child); err != nil {
			return Failed, err
		}
	}
	if err := s.Sweep(u.Changer); err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return outcomeOf(err, Undone), err
	}
	back, ok := s.Inverse()
	if !ok {
		state, err := s.State(ctx, u.Changer)
		if err == nil && state == fixers.Needed {
			return NothingToDo, nil
		}
		return Failed, errors.Join(err, errNoWayBack)
	}
	back = back.WithMarks(h.Marks)
	state, err := back.State(ctx, u.Changer)
	switch {
	case err != nil:
		return outcomeOf(err, Undone), err
	case state == fixers.Done:
		return NothingToDo, nil
	case state == fixers.Drifted:
		return Failed, fmt.Errorf("it was changed since, and is left as it is")
	}
	err = back.Take(ctx, u.Changer, func(c platforms.Child) error {
		return u.Journal.Note(true, n, fixers.Runs, &c, nil)
	})
	return outcomeOf(err, Undone), err
}
