package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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

// readPlan reads the file of --from; nil without one. Its answers are those that it was
// made with.
func (r *repairing) readPlan() (*fixers.Plan, error) {
	if r.flags.from == "" {
		return nil, nil //nolint:nilnil // no plan is no error
	}
	if r.flags.plan || len(r.flags.set) > 0 {
		return nil, usage("--from goes with neither --plan nor --set: the plan has its answers")
	}
	f, err := os.Open(r.flags.from)
	if err != nil {
		return nil, usage("cannot read the plan: %w", err)
	}
	defer func() { _ = f.Close() }()
	p, err := fixers.ReadPlan(f)
	if err != nil {
		return nil, usage("cannot use the plan %s: %w", r.flags.from, err)
	}
	for _, fix := range p.Fixes {
		maps.Copy(r.answers, fix.Answers)
	}
	return &p, nil
}

// agreeing is the fixes of a given plan, if they are what would be planned now. That way
// a plan that was made for another computer, or written by somebody else, does nothing.
func agreeing(now, given fixers.Plan) (fixers.Plan, error) {
	if given.Machine != now.Machine {
		return now, usage("the plan is for another computer or account; make one here with: fix --plan --json")
	}
	all := now.Fixes
	now.Fixes = nil
	for _, want := range given.Fixes {
		i := slices.IndexFunc(all, func(f fixers.Planned) bool { return f.Same(want) })
		if i < 0 {
			return now, usage("the plan does not fit any more: %q would be done in another way now, or not at all; make a new one with: fix --plan --json", want.Title)
		}
		now.Fixes = append(now.Fixes, all[i])
	}
	return now, nil
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

// ask asks the learner a question until the answer will do.
func (r *repairing) ask(q fixers.Question) (string, error) {
	if a, ok := r.answers[q.Key]; ok {
		return a, nil
	}
	if !r.human || r.flags.yes || r.flags.plan {
		return "", repair.ErrNoAnswer
	}
	for range 3 {
		fmt.Fprintf(r.errOut, "%s: ", q.Prompt)
		line, err := r.lines.ReadString('\n')
		answer := strings.TrimSpace(line)
		switch {
		case err != nil || answer == "":
			fmt.Fprintln(r.errOut)
			return "", repair.ErrNoAnswer
		case q.Check(answer) == nil:
			return answer, nil
		}
		fmt.Fprintf(r.errOut, "%v.\n", q.Check(answer))
	}
	return "", repair.ErrNoAnswer
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

func (r *repairing) showPlan(p fixers.Plan) error {
	r.code = checks.ExitReady
	if r.flags.look.format.name == "json" {
		page, err := json.MarshalIndent(p, "", "  ")
		if err != nil {
			return broken("write the plan: %w", err)
		}
		_, err = r.out.Write(append(page, '\n'))
		return err
	}
	_, err := io.WriteString(r.out, planText(p, fixers.ShellOf(r.host.OS)))
	return err
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

// A consent says whether a step of a fix may be taken.
type consent func(f fixers.Planned, s fixers.Step) bool

// consent is what somebody agrees to: all of it, some of it, or what --yes and --allow
// cover; nil where somebody said no.
func (r *repairing) consent(p fixers.Plan) (consent, error) {
	covered := func(_ fixers.Planned, s fixers.Step) bool {
		return !slices.ContainsFunc(s.Needs(), func(a fixers.Allow) bool { return !slices.Contains(r.flags.allow, string(a)) })
	}
	if r.flags.yes {
		return covered, r.anyCovered(p, covered)
	}
	if !r.human {
		return nil, &failure{checks.ExitConsent, errors.New("nobody is there to ask, so nothing was changed; --yes agrees beforehand")}
	}
	for range 3 {
		fmt.Fprint(r.errOut, "\nDo this? Type y for yes, n for no, c to choose, e for what happens: ")
		line, err := r.lines.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return func(fixers.Planned, fixers.Step) bool { return true }, nil
		case "c", "choose":
			return r.chooseFixes(p), nil
		case "e", "explain":
			fmt.Fprint(r.errOut, whatHappens)
			continue
		}
		if err != nil {
			fmt.Fprintln(r.errOut)
		}
		break
	}
	fmt.Fprintln(r.errOut, "Nothing was changed.")
	return nil, nil //nolint:nilnil // the exit status is that of the look
}

const whatHappens = `
Each step above is written down on this computer before it is done, so that
devdoctor undo can take it back, even after a crash. Lines with + come into a
file, lines with - go from it. Afterwards devdoctor looks again.
`

// anyCovered says which consent is missing where --yes covers nothing.
func (r *repairing) anyCovered(p fixers.Plan, covered consent) error {
	var missing []string
	for _, s := range p.Steps() {
		if s.Tell != nil || covered(fixers.Planned{}, s) {
			return nil //nolint:nilerr // something is done or told
		}
		for _, a := range s.Needs() {
			if name := string(a); !slices.Contains(missing, name) && !slices.Contains(r.flags.allow, name) {
				missing = append(missing, name)
			}
		}
	}
	return &failure{checks.ExitConsent, fmt.Errorf("nothing was changed: what is left needs --allow %s", strings.Join(missing, ","))}
}

func (r *repairing) chooseFixes(p fixers.Plan) consent {
	var agreed []string
	for _, f := range p.Fixes {
		if f.Fix == "" {
			continue
		}
		fmt.Fprintf(r.errOut, "%s? Type y or n: ", f.Title)
		line, _ := r.lines.ReadString('\n')
		if a := strings.ToLower(strings.TrimSpace(line)); a == "y" || a == "yes" {
			agreed = append(agreed, f.Fix)
		}
	}
	return func(f fixers.Planned, _ fixers.Step) bool { return slices.Contains(agreed, f.Fix) }
}

// lookAgain asks devdoctor in a new terminal how things stand now.
func (r *repairing) lookAgain(ctx context.Context, results []repair.Result) error {
	self, err := os.Executable()
	if err != nil {
		return broken("look again: %w", err)
	}
	argv := append([]string{self, "check", "--format", r.flags.look.format.name, "--phase", r.flags.look.phase}, r.ids...)
	if r.need.Project != "" {
		argv = append(argv, "--project", r.need.Project)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	page, exit, err := platforms.NewLive().RunInNewTerminal(ctx, r.host, argv)
	if err != nil {
		return broken("look again: %w", err)
	}
	if exit > checks.ExitNewTerminal {
		return broken("look again: devdoctor ended with status %d in a new terminal", exit)
	}
	r.code = exit
	if exit == checks.ExitReady && !r.readyHere(ctx) {
		r.code = checks.ExitNewTerminal
	}
	if r.flags.look.format.name == "json" {
		return r.repairJSON(page, results)
	}
	if _, err := fmt.Fprintf(r.out, "\nIn a new terminal:\n%s", page); err != nil {
		return err
	}
	if r.code == checks.ExitNewTerminal {
		fmt.Fprintln(r.out, "\nClose this terminal and every window of VS Code, and open them anew.")
	}
	return nil
}

// readyHere looks again in this terminal.
func (r *repairing) readyHere(ctx context.Context) bool {
	here := &examination{app: r.app, flags: r.flags.look, self: r.self}
	if here.choose(r.ids) != nil || here.openMachine(ctx, platforms.NewLive()) != nil {
		return false
	}
	defer here.recorder.Close()
	return here.report(here.examine(ctx, here.chosen), ctx.Err()).Exit == checks.ExitReady
}

// A stepJSON is what fix --json and undo --json say of a step.
type stepJSON struct {
	Says    string         `json:"says"`
	Outcome repair.Outcome `json:"outcome"`
	Error   string         `json:"error,omitempty"`
}

func stepsJSON(results []repair.Result) []stepJSON {
	steps := make([]stepJSON, len(results))
	for i, s := range results {
		steps[i] = stepJSON{Says: s.Step.Says, Outcome: s.Outcome}
		if s.Err != nil {
			steps[i].Error = s.Err.Error()
		}
	}
	return steps
}

func (r *repairing) repairJSON(page string, results []repair.Result) error {
	text, err := json.MarshalIndent(struct {
		Schema int             `json:"schema_version"`
		Exit   int             `json:"exit"`
		Steps  []stepJSON      `json:"steps"`
		After  json.RawMessage `json:"after"` // the report of a new terminal, where something was done
	}{fixers.Schema, r.code, stepsJSON(results), json.RawMessage(page)}, "", "  ")
	if err != nil {
		return broken("write the report: %w", err)
	}
	_, err = r.out.Write(append(text, '\n'))
	return err
}

// planText is a plan for people.
func planText(p fixers.Plan, sh fixers.Shell) string {
	var b strings.Builder
	if len(p.Fixes) == 0 {
		return "There is nothing to change.\n"
	}
	for i, f := range p.Fixes {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%d  %s (%s/%s)\n", i+1, f.Title, f.Check, f.Problem)
		for _, s := range f.Steps {
			says := s.Says
			switch {
			case s.Tell != nil:
				says = "For you to do: " + says
			case s.Admin:
				says += " It asks for the administrator."
			}
			fmt.Fprintf(&b, "   %s\n", says)
			for _, line := range s.Shows(sh) {
				fmt.Fprintf(&b, "     %s\n", line)
			}
			if s.Tell == nil {
				if _, ok := s.Inverse(); !ok {
					b.WriteString("     This cannot be taken back.\n")
				}
			}
			for _, host := range s.Hosts {
				fmt.Fprintf(&b, "     It talks to %s.\n", host)
			}
			for _, left := range s.Leaves {
				fmt.Fprintf(&b, "     Taking it back leaves %s.\n", left)
			}
		}
	}
	return b.String()
}
