package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
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
	yes     bool
	allow   []string
	set     []string
	noAdmin bool
}

func newFix(a *app) *cobra.Command {
	var f fixFlags
	cmd := &cobra.Command{
		Use:   "fix [CHECK...]",
		Short: "Put right what check found, after showing it and asking",
		Long: `fix looks at this computer as check does, and shows what it would change: each
command, each line of a file, and how to take it back. Then it asks. Without a
yes it changes nothing. Afterwards it looks again, in a new terminal.

Exit status: 0 ready, 1 not ready, 2 wrong usage, 3 something could not be found
out, 4 nobody was there to ask and --yes or --allow was not given, 5 a new
terminal is all that is missing, 70 devdoctor broke, 130 interrupted.`,
		Example: `  devdoctor fix --plan
  devdoctor fix
  devdoctor fix --yes --set git.name="Ann Example" --set git.email=ann@mail.school
  devdoctor fix --plan --json > plan.json`,
		RunE: func(_ *cobra.Command, ids []string) error { return a.fix(f, ids) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.look.phase, "phase", fmt.Sprint(checks.FirstDay), "look at everything up to this `phase`; or A-B, or all")
	flags.StringVar(&f.look.project, "project", "", "look at the project in this `directory`")
	flags.BoolVar(&f.plan, "plan", false, "show what would be done, and do nothing")
	flags.StringVar(&f.from, "from", "", "do what the plan in this `file` says (of --plan --json), and nothing else")
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
	flags   fixFlags
	ids     []string
	answers map[string]string
	lines   *bufio.Reader // what the learner types
	human   bool          // somebody is there to ask
}

func (a *app) fix(f fixFlags, ids []string) error {
	r := &repairing{examination: &examination{app: a, flags: f.look, self: callName(a.typed)}, flags: f, ids: ids}
	if err := r.choose(ids); err != nil {
		return err
	}
	if err := r.understand(); err != nil {
		return err
	}
	given, err := r.readPlan()
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	if err := r.openOwn(ctx, "fix", "it asks for the administrator where it needs one, and files that root makes for you are the next problem"); err != nil {
		return err
	}
	defer r.recorder.Close()
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
	case len(plan.Fixes) == 0:
		return r.nothingToFix(report)
	}
	return r.carryOut(ctx, plan, report)
}

// openOwn gets to know this computer, and refuses to change it under sudo.
func (r *repairing) openOwn(ctx context.Context, command, why string) error {
	if err := r.openMachine(ctx, platforms.NewLive()); err != nil {
		return err
	}
	if r.host.Sudo {
		r.recorder.Close()
		return usage("start %s without sudo: %s", command, why)
	}
	return nil
}

// understand reads --set and --allow.
func (r *repairing) understand() error {
	r.answers = map[string]string{}
	for _, pair := range r.flags.set {
		key, value, ok := strings.Cut(pair, "=")
		q := fixers.QuestionOf(key)
		if !ok || q == nil {
			return usage("--set %q: write KEY=VALUE, where KEY is git.name or git.email", pair)
		}
		if err := q.Check(value); err != nil || value == "" {
			return usage("--set %s: %w", key, orEmpty(err))
		}
		r.answers[key] = value
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

func orEmpty(err error) error {
	if err == nil {
		return errors.New("it is empty")
	}
	return err
}

func (r *repairing) makePlan(ctx context.Context) (fixers.Plan, *checks.Report, error) {
	outcomes := r.examine(ctx, r.chosen)
	report := r.report(outcomes, ctx.Err())
	r.code = report.Exit
	if ctx.Err() != nil {
		r.code = checks.ExitInterrupted
		return fixers.Plan{}, report, &failure{checks.ExitInterrupted, errors.New("interrupted; nothing was changed")}
	}
	fixes, err := repair.MakePlan(ctx, r.host, outcomes, repair.Wishes{NoAdmin: r.flags.noAdmin, Ask: r.ask})
	if err != nil {
		return fixers.Plan{}, report, broken("%w", err)
	}
	return fixers.Plan{Schema: fixers.Schema, Devdoctor: thisBuild().Devdoctor, Machine: r.machine(), Fixes: fixes}, report, nil
}

// machine tells accounts apart without naming them.
func (r *repairing) machine() string {
	name, _ := os.Hostname()
	sum := sha256.Sum256([]byte(string(r.host.OS) + "\x00" + name + "\x00" + r.host.Home))
	return string(r.host.OS) + " " + hex.EncodeToString(sum[:4])
}

func (r *repairing) nothingToFix(report *checks.Report) error {
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

// carryOut asks, takes the steps, and looks again.
func (r *repairing) carryOut(ctx context.Context, p fixers.Plan, before *checks.Report) error {
	asJSON := r.flags.look.format.name == "json"
	if !asJSON {
		if _, err := io.WriteString(r.out, planText(p, fixers.ShellOf(r.host.OS))); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(p.Steps(), func(s fixers.Step) bool { return s.Tell == nil }) {
		return r.onlyTold(p, before)
	}
	agreed, err := r.consent(p)
	if err != nil || agreed == nil {
		return err
	}
	runs, err := platforms.OpenRuns(r.host)
	if err != nil {
		return broken("%w", err)
	}
	release, err := r.lock(ctx, runs)
	if err != nil {
		return err
	}
	defer release()
	run, file, err := runs.Begin(time.Now())
	if err != nil {
		return broken("remember what is changed: %w", err)
	}
	defer func() { _ = file.Close() }()
	journal, err := fixers.NewJournal(file, time.Now(), p)
	if err != nil {
		return broken("%w", err)
	}
	taker := repair.Taker{
		Changer: platforms.NewLiveChanger(r.host, run.ID, r.in, r.errOut), Journal: journal, Agreed: agreed,
		Begins: func(s fixers.Step) { fmt.Fprintln(r.errOut, s.Says) },
	}
	results, err := taker.Take(ctx, p)
	if err != nil && ctx.Err() == nil {
		return broken("%w", err)
	}
	for _, result := range results {
		if result.Err != nil {
			fmt.Fprintf(r.errOut, "devdoctor: %s did not succeed: %v\n", strings.TrimSuffix(result.Step.Says, "."), result.Err)
		}
	}
	if ctx.Err() != nil {
		return &failure{checks.ExitInterrupted, fmt.Errorf("interrupted; take back what was done with: %s undo", r.self)}
	}
	return r.lookAgain(ctx, results)
}

// onlyTold ends a fix whose plan holds nothing that devdoctor does itself.
func (r *repairing) onlyTold(p fixers.Plan, before *checks.Report) error {
	if r.flags.look.format.name != "json" {
		return nil // the plan was shown
	}
	var results []repair.Result
	for n, s := range p.Steps() {
		results = append(results, repair.Result{N: n, Step: s, Outcome: repair.Manual})
	}
	page, err := formatJSON(before)
	if err != nil {
		return broken("write the report: %w", err)
	}
	return r.repairJSON(string(page), results)
}

func (r *repairing) lock(ctx context.Context, runs platforms.Runs) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	release, err := runs.Lock(ctx, func(pid string) {
		fmt.Fprintf(r.errOut, "devdoctor: waiting for another devdoctor, process %s, which is changing something.\n", pid)
	})
	if _, busy := errors.AsType[*platforms.BusyError](err); busy {
		return nil, &failure{checks.ExitConsent, err}
	}
	if err != nil {
		return nil, broken("%w", err)
	}
	return release, nil
}

const lockPatience = 60 * time.Second
