package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// fixFlags is what a learner asked of fix.
type fixFlags struct {
	look    checkFlags
	plan    bool
	from    string
	script  string
	yes     bool
	allow   []string
	set     []string
	noAdmin bool
}

func newFix(a *app) *cobra.Command {
	var f fixFlags
	cmd := &cobra.Command{
		Use:   "fix [CHECK[=FIX]...]",
		Short: "Put right what check found, after showing it and asking",
		Long: `fix looks at this computer as check does, and shows what it would change: each
command, each line of a file, and how to take it back. Then it asks. Without a
yes it changes nothing. Afterwards it looks again, in a new terminal.

--script prints what fix would do as a script that a person can read, and that
runs without devdoctor. With --replay, --plan and --script are for the computer
that check --save wrote down, so that a teacher can answer with them.

Exit status: 0 ready, 1 not ready, 2 wrong usage, 3 something could not be found
out, 4 nobody was there to ask and --yes or --allow was not given, 5 a new
terminal is all that is missing, 70 devdoctor broke, 130 interrupted.`,
		Example: `  devdoctor fix --plan
  devdoctor fix
  devdoctor fix --yes --set git.name="Ann Example" --set git.email=ann@mail.school
  devdoctor fix --plan --json > plan.json
  devdoctor fix --script sh > fix.sh
  devdoctor fix node-version=node-archive     this fix and no other of the check's`,
		RunE: func(_ *cobra.Command, ids []string) error { return a.fix(f, ids) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.look.phase, "phase", fmt.Sprint(checks.FirstDay), "look at everything up to this `phase`; or A-B, or all")
	flags.StringVar(&f.look.project, "project", "", "look at the project in this `directory`")
	flags.BoolVar(&f.plan, "plan", false, "show what would be done, and do nothing")
	flags.StringVar(&f.from, "from", "", "do what the plan in this `file` says (of --plan --json), and nothing else")
	flags.StringVar(&f.script, "script", "", "print what would be done as a script for this `shell`, and do nothing: "+scriptShells())
	flags.StringVar(&f.look.replay, "replay", "", "plan for the computer that was saved in this `file`; with --plan or --script")
	flags.BoolVar(&f.yes, "yes", false, "do what can be taken back, without asking")
	flags.StringSliceVar(&f.allow, "allow", nil, "also do what needs one of these `consents`: "+allowed())
	flags.StringArrayVar(&f.set, "set", nil, "answer a question, as `KEY=VALUE`; keys are git.name and git.email")
	flags.BoolVar(&f.noAdmin, "no-admin", false, "plan nothing that needs the administrator")
	f.look.format.add(flags, "text", "json")
	return cmd
}

func allowed() string {
	names := make([]string, len(fixers.Allows))
	for i, a := range fixers.Allows {
		names[i] = string(a)
	}
	return strings.Join(names, ", ")
}

// A repairing is a fix command that has been understood.
type repairing struct {
	*examination
	flags       fixFlags
	typedChecks []string // CHECK or CHECK=FIX
	ids         []string
	only        map[string]string // the fix that is wanted, by the ID of the check
	answers     map[string]string
	outcomes    []checks.Outcome // of the look before anything was changed
	lines       *bufio.Reader    // what the learner types
	asked       bool             // an answer was typed since the last plan was shown
	human       bool             // somebody is there to ask
	ended       <-chan struct{}
}

// errInterrupted is what a prompt gets from Ctrl-C and a terminal that is closed.
var errInterrupted = &failure{checks.ExitInterrupted, errors.New("interrupted; nothing was changed")}

// line is what the learner types next.
func (r *repairing) line() (string, error) {
	type typed struct {
		line string
		err  error
	}
	// The read goes on when nobody waits for it any more; the program ends then.
	read := make(chan typed, 1)
	go func() {
		line, err := r.lines.ReadString('\n')
		read <- typed{line, err}
	}()
	select {
	case t := <-read:
		if t.err == nil {
			return t.line, nil
		}
		// A terminal that is closed ends what is typed, and its signal may come a little later.
		select {
		case <-r.ended:
		case <-time.After(hangUp):
			return t.line, t.err
		}
	case <-r.ended:
	}
	fmt.Fprintln(r.errOut)
	return "", errInterrupted
}

// hangUp is how long after the end of what is typed the signal of a closed terminal may come.
const hangUp = 200 * time.Millisecond

func (a *app) fix(f fixFlags, words []string) error {
	r := &repairing{examination: &examination{app: a, flags: f.look, self: callName(a.typed)}, flags: f, typedChecks: words}
	if err := r.understand(); err != nil {
		return err
	}
	given, err := r.readPlan()
	if err != nil {
		return err
	}
	if err := r.chooseWithFixes(); err != nil {
		return err
	}
	src, err := r.source()
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	r.ended = ctx.Done()
	if err := r.openOwn(ctx, src, "fix", "it asks for the administrator where it needs one, and files that root makes for you are the next problem"); err != nil {
		return err
	}
	defer r.recorder.Close()
	if given != nil && given.Look != nil && r.flags.look.project == "" {
		r.need.Project = r.host.Join(given.Look.Project)
	}
	plan, report, err := r.makePlan(ctx)
	if err != nil {
		return err
	}
	if given != nil {
		if plan, err = agreeing(plan, *given); err != nil {
			return err
		}
	}
	switch {
	case r.flags.plan:
		return r.showPlan(plan)
	case r.flags.script != "":
		return r.showScript(plan)
	case len(plan.Fixes) == 0:
		return r.nothingToFix(plan, report)
	}
	return r.carryOut(ctx, plan, report)
}

// chooseWithFixes is choose for words of which each may name a fix behind the check.
func (r *repairing) chooseWithFixes() error {
	r.only = make(map[string]string)
	for _, word := range r.typedChecks {
		id, fix, named := strings.Cut(word, "=")
		r.ids = append(r.ids, id)
		if named {
			r.only[id] = fix
		}
	}
	if err := r.choose(r.ids); err != nil {
		return err
	}
	for id, fix := range r.only {
		known := fixesOf(checks.Find(id))
		if !slices.Contains(known, fix) {
			return usage("%s has no fix %q%s", id, fix, suggest(fix, known, "; it has: "+strings.Join(known, ", ")))
		}
	}
	return nil
}

// fixesOf is the IDs of all that a check offers.
func fixesOf(c *checks.Check) []string {
	var known []string
	for _, p := range c.Problems {
		for _, f := range p.Fixes {
			if !slices.Contains(known, f.ID) {
				known = append(known, f.ID)
			}
		}
	}
	return known
}

// openOwn gets to know the computer, and refuses to change this one under sudo.
func (r *repairing) openOwn(ctx context.Context, src platforms.Source, command, why string) error {
	if err := r.openMachine(ctx, src); err != nil {
		return err
	}
	if r.host.Sudo && r.flags.look.replay == "" {
		r.recorder.Close()
		return usage("start %s without sudo: %s", command, why)
	}
	return nil
}

// understand reads the flags that go together, --set and --allow.
func (r *repairing) understand() error {
	if err := r.flags.onlyShows(); err != nil {
		return err
	}
	r.answers = map[string]string{}
	for _, pair := range r.flags.set {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return usage("--set %q: write KEY=VALUE, where KEY is git.name or git.email", pair)
		}
		if err := r.answer(key, value); err != nil {
			return usage("--set %w", err)
		}
	}
	for _, name := range r.flags.allow {
		if !slices.Contains(fixers.Allows, fixers.Allow(name)) {
			return usage("--allow %q: the consents are %s", name, allowed())
		}
	}
	in, ok := r.in.(*os.File)
	r.human = ok && platforms.IsTerminal(in)
	r.lines = bufio.NewReader(r.in)
	return nil
}

// answer takes an answer that was given beforehand.
func (r *repairing) answer(key, value string) error {
	q := fixers.QuestionOf(key)
	switch {
	case q == nil:
		return fmt.Errorf("%s: there is no such question; the keys are git.name and git.email", key)
	case value == "":
		return fmt.Errorf("%s: it is empty", key)
	}
	if err := q.Check(value); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	r.answers[key] = value
	return nil
}

func (r *repairing) makePlan(ctx context.Context) (fixers.Plan, *checks.Report, error) {
	outcomes := r.examine(ctx, r.chosen)
	report := r.report(outcomes, ctx.Err())
	r.code = report.Exit
	if ctx.Err() != nil {
		r.code = checks.ExitInterrupted
		return fixers.Plan{}, report, errInterrupted
	}
	r.outcomes = outcomes
	p, err := r.planFor(ctx, outcomes, r.only)
	return p, report, err
}

// planFor plans what to do about outcomes; only names the one fix of a check that is
// wanted.
func (r *repairing) planFor(ctx context.Context, outcomes []checks.Outcome, only map[string]string) (fixers.Plan, error) {
	fixes, err := repair.MakePlan(ctx, r.host, outcomes, repair.Wishes{NoAdmin: r.flags.noAdmin, Only: only, Ask: r.ask})
	if ctx.Err() != nil {
		return fixers.Plan{}, errInterrupted
	}
	if err != nil {
		return fixers.Plan{}, broken("%w", err)
	}
	return fixers.Plan{Schema: fixers.Schema, Devdoctor: thisBuild().Devdoctor, Machine: r.machine(), Look: r.look(), Fixes: fixes}, nil
}

// planOnly is the plan with some fixes and no others.
func (r *repairing) planOnly(ctx context.Context) func(map[string]string) (fixers.Plan, error) {
	return func(only map[string]string) (fixers.Plan, error) {
		wanted := slices.DeleteFunc(slices.Clone(r.outcomes), func(o checks.Outcome) bool { return only[o.Check.ID] == "" })
		return r.planFor(ctx, wanted, only)
	}
}

// machine tells accounts apart without naming them.
func (r *repairing) machine() string {
	if r.flags.look.replay != "" {
		return string(r.host.OS) + " replayed"
	}
	name, _ := os.Hostname()
	sum := sha256.Sum256([]byte(string(r.host.OS) + "\x00" + name + "\x00" + r.host.Home))
	return string(r.host.OS) + " " + hex.EncodeToString(sum[:4])
}

func (r *repairing) nothingToFix(p fixers.Plan, report *checks.Report) error {
	if r.flags.look.format.name == "json" {
		return r.nothingDone(p, report, repair.NotReached, nil)
	}
	out, err := r.openOutput("")
	if err != nil {
		return err
	}
	page, err := r.format(report, out)
	if err != nil {
		return broken("%w", err)
	}
	return out.write(page)
}
