package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// maxRounds bounds how often fix goes on with what only its own changes brought to light:
// npm is looked at once there is a Node.js.
const maxRounds = 5

// carryOut asks, takes the steps, and looks again in a new terminal, until nothing is left
// that devdoctor can do.
func (r *repairing) carryOut(ctx context.Context, p fixers.Plan, before *checks.Report) error {
	if err := r.present(p); err != nil {
		return err
	}
	if !doesSomething(p) {
		return r.nothingDone(p, before, repair.NotReached, nil)
	}
	agreed, err := r.consent(p)
	if err == nil && agreed == nil {
		fmt.Fprintln(r.errOut, "Nothing was changed.")
	}
	if agreed == nil {
		return r.nothingDone(p, before, repair.Declined, err)
	}
	if p, err = refit(p, agreed, r.planOnly(ctx)); err != nil {
		return err
	}
	c, release, err := r.begin(ctx, p)
	if err != nil {
		return r.nothingDone(p, before, repair.NotReached, err)
	}
	defer release()
	for round := 1; ; round++ {
		c.remember(p)
		if err := c.take(ctx, p, agreed); err != nil {
			return err
		}
		if round == maxRounds || r.flags.from != "" {
			break
		}
		if p, err = c.next(ctx); err != nil {
			break // the look that follows says why
		}
		if !doesSomething(p) {
			break
		}
		if err := r.present(p); err != nil {
			return err
		}
		if agreed, err = r.consent(p); err != nil || agreed == nil {
			fmt.Fprintln(r.errOut, "Nothing more was changed.")
			break // what was done is looked at all the same
		}
		if p, err = refit(p, agreed, func(only map[string]string) (fixers.Plan, error) { return c.planThere(ctx, only) }); err != nil {
			break
		}
		if err = c.saveUndo(p); err == nil {
			err = c.journal.Add(time.Now(), p)
		}
		if err != nil {
			fmt.Fprintf(r.errOut, "devdoctor: nothing more was changed: %v\n", err)
			break
		}
	}
	if ctx.Err() != nil {
		return c.interrupted()
	}
	return r.lookAgain(ctx, c)
}

// present shows a plan to people: on standard output, or where that is for programs and
// somebody is to be asked, beside the question.
func (r *repairing) present(p fixers.Plan) error {
	to := r.out
	if r.flags.look.format.name == "json" {
		if r.flags.yes || !r.human {
			return nil
		}
		to = r.errOut
	}
	if r.asked { // the plan begins apart from the questions
		r.asked = false
		fmt.Fprintln(r.errOut)
	}
	if _, err := to.Write(planText(p, fixers.ShellOf(r.host.OS), (&output{to: to}).layout(false))); err != nil {
		return &failure{checks.ExitConsent, fmt.Errorf("nobody can read what would be changed, so nothing was: %w", err)}
	}
	return nil
}

// doesSomething reports whether a plan is more than instructions.
func doesSomething(p fixers.Plan) bool {
	return slices.ContainsFunc(p.Steps(), func(s fixers.Step) bool { return s.Tell == nil })
}

// A carrying is a run that has begun.
type carrying struct {
	*repairing
	run     platforms.Run
	journal *fixers.Journal
	plans   []fixers.Plan
	results []repair.Result
	settled []fixers.Planned // nobody agreed to them, or one of their steps did not succeed
	refused []string         // the consents that the last plan lacks
	told    bool             // the last plan leaves something to the learner
}

// begin locks other devdoctors out and makes the directory of the run, with its journal.
func (r *repairing) begin(ctx context.Context, p fixers.Plan) (c *carrying, release func(), err error) {
	runs, err := platforms.OpenRuns(r.host)
	if err != nil {
		return nil, nil, notBegun(err)
	}
	unlock, err := r.lock(ctx, runs)
	if err != nil {
		return nil, nil, err
	}
	run, file, err := runs.Begin(time.Now())
	if err != nil {
		unlock()
		return nil, nil, notBegun(err)
	}
	release = func() { _ = file.Close(); unlock() }
	c = &carrying{repairing: r, run: run}
	if c.journal, err = fixers.NewJournal(file, time.Now(), p); err == nil {
		err = c.saveUndo(p)
	}
	if err != nil {
		_ = file.Close()
		err = notBegun(errors.Join(err, run.Forget()))
		unlock()
		return nil, nil, err
	}
	return c, release, nil
}

// notBegun is a fault of the machine, such as a full disk, that keeps devdoctor from
// changing anything.
func notBegun(err error) error {
	return &failure{checks.ExitNotReady, fmt.Errorf("nothing was changed: what devdoctor does is written down first, so that it can be taken back. That failed: %w", err)}
}

// saveUndo writes the script that takes the run back, with a plan that comes to it, before a
// step of that is taken.
func (c *carrying) saveUndo(next fixers.Plan) error {
	whole := next
	whole.Fixes = nil
	for _, p := range append(slices.Clone(c.plans), next) {
		whole.Fixes = append(whole.Fixes, p.Fixes...)
	}
	sh := fixers.ShellOf(c.host.OS)
	if !slices.Contains(fixers.Scripted, sh) {
		return nil
	}
	text, err := sh.UndoScript(whole, c.run.ID)
	if err == nil {
		err = c.run.Save("undo."+string(sh), text)
	}
	if err != nil {
		return fmt.Errorf("write the script that takes it back: %w", err)
	}
	return nil
}

// begins says what a step does, in lines that end between words. A folder is made in no time, and for what comes next.
func (r *repairing) begins(verb string, s fixers.Step) {
	if makesFolder(s) {
		return
	}
	page := newPage((&output{to: r.errOut}).layout(false))
	page.paragraph(0, verb+inWords(fixers.ShellOf(r.host.OS), s, s.Says))
	fmt.Fprintf(r.errOut, "%s", page.bytes())
}

// name is what a step does, as part of a sentence.
func (r *repairing) name(s fixers.Step) string {
	return strings.TrimSuffix(inWords(fixers.ShellOf(r.host.OS), s, s.Says), ".")
}

// take takes the steps of a plan.
func (c *carrying) take(ctx context.Context, p fixers.Plan, agreed consent) error {
	taker := repair.Taker{
		Changer: platforms.NewLiveChanger(c.host, c.run.ID, c.in, c.errOut), Journal: c.journal, Agreed: agreed,
		Begins: func(s fixers.Step) { c.begins("", s) }, First: len(c.results),
	}
	results, err := taker.Take(ctx, p)
	for _, result := range results {
		if result.Err != nil {
			fmt.Fprintf(c.errOut, "devdoctor: %s did not succeed: %v\n", c.name(result.Step), result.Err)
		}
	}
	c.plans, c.results = append(c.plans, p), append(c.results, results...)
	for _, f := range p.Fixes {
		n := min(len(f.Steps), len(results))
		if !agreed(f) || slices.ContainsFunc(results[:n], func(r repair.Result) bool { return r.Err != nil }) {
			c.settled = append(c.settled, f)
		}
		results = results[n:]
	}
	switch {
	case ctx.Err() != nil:
		return c.interrupted()
	case err != nil: // a full disk, for one
		return c.stopped(checks.ExitNotReady, fmt.Errorf("stopped: what comes next could not be written down first: %w. Take back what was done with: %s undo", err, c.self))
	}
	return nil
}

// interrupted is the end of a run that somebody stopped after it had begun.
func (c *carrying) interrupted() error {
	return c.stopped(checks.ExitInterrupted, fmt.Errorf("interrupted; take back what was done with: %s undo", c.self))
}

// stopped is the end of a run after which nobody looks again.
func (c *carrying) stopped(code int, why error) error {
	if c.flags.look.format.name == "json" {
		c.code = code
		if err := c.repairJSON("null", c.stepsAfter(nil, nil)); err != nil {
			return err
		}
	}
	return &failure{code, why}
}

// remember notes what a plan leaves undone when nobody is asked.
func (c *carrying) remember(p fixers.Plan) {
	c.refused, c.told = nil, false
	for _, f := range p.Fixes {
		c.told = c.told || f.Fix == ""
		if c.flags.yes {
			c.refused = append(c.refused, c.missing(f)...)
		}
	}
}

// leftForConsent is what --allow would have to name for the rest, with commas.
func (c *carrying) leftForConsent() string {
	slices.Sort(c.refused)
	return strings.Join(slices.Compact(c.refused), ",")
}

// next is what is to be done after what was done, as devdoctor plans it in a new terminal.
// What was planned before, failed, or was declined is not tried again.
func (c *carrying) next(ctx context.Context) (fixers.Plan, error) {
	p, err := c.planThere(ctx, nil)
	if err == nil && c.askFor(p) {
		p, err = c.planThere(ctx, nil)
	}
	if err != nil {
		return p, err
	}
	c.remember(p)
	p.Fixes = slices.DeleteFunc(p.Fixes, func(f fixers.Planned) bool {
		again := func(old fixers.Planned) bool { return old.Check == f.Check && old.Fix == f.Fix }
		return slices.ContainsFunc(c.settled, again) || slices.ContainsFunc(c.plans, func(old fixers.Plan) bool { return slices.ContainsFunc(old.Fixes, f.Same) })
	})
	return p, nil
}

// planThere is what fix --plan says in a new terminal; only names the checks and fixes that
// are wanted, nil those that were asked for.
func (c *carrying) planThere(ctx context.Context, only map[string]string) (fixers.Plan, error) {
	argv := []string{"fix", "--plan", "--json"}
	if only == nil {
		argv, only = append(argv, c.ids...), c.only
	}
	for id, fix := range only {
		argv = append(argv, id+"="+fix)
	}
	for key, answer := range c.answers {
		argv = append(argv, "--set", key+"="+answer)
	}
	if c.flags.noAdmin {
		argv = append(argv, "--no-admin")
	}
	page, exit, err := c.inNewTerminal(ctx, argv)
	if err == nil && exit != checks.ExitReady {
		err = fmt.Errorf("devdoctor ended with status %d in a new terminal", exit)
	}
	var p fixers.Plan
	if err == nil {
		p, err = fixers.ReadPlan(strings.NewReader(page))
	}
	return p, err
}

// askFor asks what the fixes of a plan want to know, and reports whether somebody answered.
func (c *carrying) askFor(p fixers.Plan) bool {
	answered := false
	for _, f := range p.Fixes {
		for _, key := range f.Asks {
			if _, known := c.answers[key]; known {
				continue
			}
			q := fixers.QuestionOf(key)
			if q == nil {
				continue
			}
			if answer, err := c.ask(*q); err == nil {
				c.answers[key], answered = answer, true
			}
		}
	}
	return answered
}

// nothingDone ends a fix that changed nothing, because of why where that is an error. To
// programs it says of each step that devdoctor does itself what became of it.
func (r *repairing) nothingDone(p fixers.Plan, before *checks.Report, became repair.Outcome, why error) error {
	if r.flags.look.format.name != "json" {
		return why // the plan was shown
	}
	if f, ok := errors.AsType[*failure](why); ok {
		r.code = f.code
	}
	c := &carrying{repairing: r, plans: []fixers.Plan{p}}
	for n, s := range p.Steps() {
		result := repair.Result{N: n, Step: s, Outcome: became}
		if s.Tell != nil {
			result.Outcome = repair.Manual
		}
		c.results = append(c.results, result)
	}
	page, err := formatJSON(before)
	if err != nil {
		return broken("write the report: %w", err)
	}
	if err := r.repairJSON(string(page), c.stepsAfter(nil, nil)); err != nil {
		return err
	}
	return why
}

func (r *repairing) lock(ctx context.Context, runs platforms.Runs) (func(), error) {
	patient, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	release, err := runs.Lock(patient, func(pid string) {
		fmt.Fprintf(r.errOut, "devdoctor: waiting for another devdoctor, process %s, which is changing something.\n", pid)
	})
	if err != nil && ctx.Err() != nil {
		return nil, errInterrupted
	}
	if _, busy := errors.AsType[*platforms.BusyError](err); busy {
		return nil, &failure{checks.ExitConsent, err}
	}
	if err != nil {
		return nil, notBegun(err)
	}
	return release, nil
}

const lockPatience = 60 * time.Second
