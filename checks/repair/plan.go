// Package repair puts right what the checks found: it plans, takes and undoes. It is the
// only place that holds both a check and a [platforms.Changer].
package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"devdoctor/checks"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Wishes is what a learner wants of a plan.
type Wishes struct {
	NoAdmin bool
	Only    map[string]string                       // the one fix that is wanted, by the ID of the check
	Ask     func(q fixers.Question) (string, error) // ErrNoAnswer where nobody can say
}

// ErrNoAnswer says that nobody is there to answer a question.
var ErrNoAnswer = errors.New("nobody is there to ask")

// MakePlan plans what is to be done about everything that failed or warned. It changes
// nothing. What no fix can do is an instruction.
func MakePlan(ctx context.Context, h *platforms.Host, outcomes []checks.Outcome, w Wishes) ([]fixers.Planned, error) {
	paper := platforms.NewPaper(h)
	p := planner{h: paper.Host(), paper: paper, w: w, answers: map[string]string{}, planned: map[string]bool{}}
	var all []fixers.Planned
	for _, o := range outcomes {
		r := o.Result
		if r.Problem == nil || r.Status != checks.StatusFail && r.Status != checks.StatusWarn {
			continue
		}
		planned, err := p.plan(ctx, o.Check, r)
		if err != nil {
			return nil, fmt.Errorf("plan what to do about %s/%s: %w", o.Check.ID, r.Problem.ID, err)
		}
		if len(planned.Steps) > 0 {
			all = append(all, planned)
		}
	}
	return all, nil
}

type planner struct {
	h       *platforms.Host // as the fixes that are planned leave it
	paper   *platforms.Paper
	w       Wishes
	answers map[string]string
	planned map[string]bool // fixes, by ID: one of them cures two checks
}

func (p *planner) plan(ctx context.Context, c *checks.Check, r checks.Result) (fixers.Planned, error) {
	out := fixers.Planned{Check: c.ID, Problem: r.Problem.ID}
	var why error // nothing was planned
	for _, f := range r.Problem.Fixes {
		if only, ok := p.w.Only[c.ID]; ok && f.ID != only {
			continue
		}
		answers, err := p.ask(f)
		if errors.Is(err, ErrNoAnswer) {
			out.Asks = append(out.Asks, p.unanswered(f)...)
			continue
		}
		if err != nil {
			return out, err
		}
		steps, err := f.Plan(ctx, fixers.Patient{Host: p.h, Found: r.Found.Words(), Answers: answers, NoAdmin: p.w.NoAdmin})
		switch {
		case ctx.Err() != nil:
			return out, ctx.Err()
		case errors.Is(err, fixers.ErrSeenTo):
			return out, nil
		}
		if err == nil && (len(steps) == 0 || p.w.NoAdmin && needsAdmin(steps)) {
			err = fixers.ErrNotHere
		}
		if err == nil {
			err = p.obstacle(ctx, steps)
		}
		if err != nil {
			if why == nil && !errors.Is(err, fixers.ErrNotHere) {
				why = err
			}
			continue
		}
		if p.planned[f.ID] {
			return out, nil
		}
		p.planned[f.ID] = true
		p.write(ctx, steps)
		out.Fix, out.Title, out.Answers, out.Asks, out.Steps = f.ID, f.Title, answers, nil, withSudo(steps)
		return out, nil
	}
	t, ok := r.Tell(p.h.OS)
	if p.w.NoAdmin {
		t, ok = p.forAdministrator(ctx, r, t, ok)
	}
	if !ok {
		return out, nil
	}
	out.Title = r.Summary.String()
	out.Steps = []fixers.Step{{
		Says: t.Do, Admin: t.Admin, Verified: fixers.Documented,
		Tell: &fixers.Instruction{Do: t.Do, Run: t.Run, Undo: t.Undo},
	}}
	if why != nil {
		out.Steps[0].Tell.Why = why.Error()
	}
	return out, nil
}

// forAdministrator is advice for somebody who may not be asked for the administrator: what another
// person would have to type. It is t where nobody else is needed.
func (p *planner) forAdministrator(ctx context.Context, r checks.Result, t fixers.Tell, ok bool) (fixers.Tell, bool) {
	for _, f := range r.Problem.Fixes {
		if len(f.Asks) > 0 {
			continue
		}
		steps, err := f.Plan(ctx, fixers.Patient{Host: p.h, Found: r.Found.Words()})
		if err != nil || !needsAdmin(steps) || p.obstacle(ctx, steps) != nil {
			continue
		}
		run, all := commandsOf(steps)
		if !all {
			continue
		}
		return fixers.Tell{Do: "Ask whoever looks after this computer to run this:", Run: run, Admin: true, Undo: t.Undo}, true
	}
	if ok && t.Admin {
		t.Do = "This needs an administrator: ask whoever looks after this computer. " + t.Do
	}
	return t, ok
}

// commandsOf is the commands of steps; false where a step is none.
func commandsOf(steps []fixers.Step) (run [][]string, all bool) {
	for _, s := range steps {
		switch {
		case s.Run != nil:
			run = append(run, s.Run.Argv)
		case s.Tell != nil:
			run = append(run, s.Tell.Run...)
		default:
			return nil, false
		}
	}
	return run, len(run) > 0
}

// write does on paper what steps do to files and variables.
func (p *planner) write(ctx context.Context, steps []fixers.Step) {
	for _, s := range steps {
		if s.Path != nil || s.Block != nil || s.Edit != nil || s.Env != nil {
			// Where it does not work on paper it says so again when it is taken.
			_ = s.Take(ctx, p.paper, nil)
		}
	}
}

// sudoWrites is what sudo leaves in the home folder of its first use, as Debian and Ubuntu
// build it (1.9.16p2, seen on Debian 13 on 2026-11-21).
const sudoWrites = "~/.sudo_as_admin_successful"

// withSudo is steps of which those that sudo runs say what it leaves.
func withSudo(steps []fixers.Step) []fixers.Step {
	for i, s := range steps {
		if s.Run != nil && s.Run.Argv[0] == "sudo" && !slices.Contains(s.Leaves, sudoWrites) {
			steps[i].Leaves = append(slices.Clone(s.Leaves), sudoWrites)
		}
	}
	return steps
}

func needsAdmin(steps []fixers.Step) bool {
	for _, s := range steps {
		if s.Admin {
			return true
		}
	}
	return false
}

func (p *planner) unanswered(f *fixers.Fix) []string {
	var keys []string
	for _, q := range f.Asks {
		if _, known := p.answers[q.Key]; !known {
			keys = append(keys, q.Key)
		}
	}
	return keys
}

// ask gets the answers to a fix's questions, each asked once.
func (p *planner) ask(f *fixers.Fix) (map[string]string, error) {
	answers := map[string]string{}
	for _, q := range f.Asks {
		a, known := p.answers[q.Key]
		if !known {
			var err error
			if a, err = p.w.Ask(q); err != nil {
				return nil, err
			}
			p.answers[q.Key] = a
		}
		answers[q.Key] = a
	}
	return answers, nil
}
