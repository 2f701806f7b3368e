package oracle

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// Repaired is what became of a broken machine that devdoctor was let loose on, a line of
// JSON each in the file of results.
type Repaired struct {
	Seed    uint64        `json:"seed"`
	System  string        `json:"system"`
	Base    string        `json:"base"`
	Kinds   []string      `json:"kinds"`
	Harms   []string      `json:"harms"` // those of Kinds that are meant to harm
	Beyond  []string      `json:"beyond,omitempty"`
	Verdict RepairVerdict `json:"verdict"`
	Fails   []string      `json:"fails,omitempty"`   // what fails before: steps of the lesson, and probes
	Reached bool          `json:"reached"`           // the lesson works afterwards, whatever the probes say
	Still   []string      `json:"still,omitempty"`   // what fails afterwards, and what it says
	Remains []string      `json:"remains,omitempty"` // the kinds that are behind it, as far as that is known
	Says    []string      `json:"says,omitempty"`    // the findings of the last report
	Steps   []string      `json:"steps,omitempty"`   // what fix did, each with its outcome
	Exit    int           `json:"exit"`              // of fix
	Changed bool          `json:"changed,omitempty"`
	Second  []string      `json:"second,omitempty"` // what a second fix did that it should not
	Undo    []string      `json:"undo,omitempty"`   // what undo did not put back
	Peers   []PeerResult  `json:"peers,omitempty"`
	Millis  int64         `json:"ms"`
}

func (r Repaired) id() key { return key{r.System, r.Seed} }

// RepairVerdict says what the lesson thinks of a machine after fix.
type RepairVerdict string

// The verdicts on a repair.
const (
	Sound        RepairVerdict = "sound"         // nothing was broken: it does not count
	Mended       RepairVerdict = "repaired"      // the lesson works, and every probe
	NotMended    RepairVerdict = "not-repaired"  // and devdoctor says so
	FalselyReady RepairVerdict = "falsely-ready" // and devdoctor says that it is ready
)

// allowances are all that --allow knows: who repairs a whole class agrees to them at once.
const allowances = "admin,kill,docker-group,licence,unverified,irreversible"

// allowed is what the learner of a machine agrees to. Who may not use sudo does not say
// that he is the administrator: sudo would ask for a password first, and refuse then.
func (p Plan) allowed() string {
	if p.Base.User == "nosudo" {
		return strings.TrimPrefix(allowances, "admin,")
	}
	return allowances
}

// exitNewTerminal says that a new terminal is all that is missing.
const exitNewTerminal = 5

// fixReport is what the oracle reads of `fix --json`, and of the check before it.
type fixReport struct {
	Exit   int       `json:"exit"`
	Steps  []fixStep `json:"steps"`
	After  Report    `json:"after"`
	Before Report    `json:"-"`
	Why    string    `json:"-"` // it did not begin
}

type fixStep struct{ Says, Outcome, Error string }

// took reports whether the step may have changed something.
func (s fixStep) took() bool {
	return slices.Contains([]string{"fixed", "new-terminal", "new-login", "restart", "taken", "failed"}, s.Outcome)
}

// Repair breaks the machine of a plan, lets devdoctor repair it, and asks the lesson.
// With peers the same machine is also given to what learners type instead.
func (r *Runner) Repair(ctx context.Context, p Plan, peers []Peer) (Repaired, error) {
	begin := time.Now()
	out := Repaired{Seed: p.Seed, System: systemOf(p.Base), Base: p.Base.String(), Kinds: p.Names(), Verdict: Sound}
	for _, m := range p.Mutations {
		if m.Harmful {
			out.Harms = append(out.Harms, m.Name)
		}
		if m.Beyond != "" {
			out.Beyond = append(out.Beyond, m.Name)
		}
	}
	if len(out.Harms) == 0 {
		return out, nil
	}
	if err := r.visit(ctx, p, func(m *machine.Machine, old *machine.Window) error {
		var err error
		out.Fails, err = r.beforehand(ctx, m, old, p)
		return err
	}); err != nil || len(out.Fails) == 0 {
		return out, err
	}
	if err := r.mend(ctx, p, &out); err != nil {
		return out, err
	}
	if out.Changed {
		if err := r.takeBack(ctx, p, &out); err != nil {
			return out, err
		}
	}
	for _, peer := range peers {
		result, err := r.letPeer(ctx, p, peer)
		if err != nil {
			return out, err
		}
		out.Peers = append(out.Peers, result)
	}
	out.Millis = time.Since(begin).Milliseconds()
	return out, nil
}

func systemOf(b Base) string {
	if b.windows() {
		return "windows"
	}
	return "linux"
}

// beforehand is what fails on a machine that nobody repaired: in a new terminal, and in
// the window that was open before.
func (r *Runner) beforehand(ctx context.Context, m *machine.Machine, old *machine.Window, p Plan) ([]string, error) {
	if err := cutOff(ctx, m, p); err != nil {
		return nil, err
	}
	if old != nil {
		old.Run(ctx, typed(p.Base.Shell, results+"/old", basicSteps()))
	}
	lesson, files, err := r.lesson(ctx, m, p, p.steps(), true)
	if err != nil {
		return nil, err
	}
	fails := append(lesson.Steps(), sorted(probesFailed(p, files))...)
	if old != nil {
		for _, name := range judge(basicSteps(), results+"/old", files).Steps() {
			fails = append(fails, "open-"+name)
		}
	}
	return fails, nil
}

// cutOff takes the network away again: the lesson is held without one.
func cutOff(ctx context.Context, m *machine.Machine, p Plan) error {
	if !p.packages() {
		return nil
	}
	if out := m.Sh(ctx, "root", "ip link set tap0 down"); !out.OK() {
		return fmt.Errorf("take the network away: %v", out)
	}
	return nil
}

// mend lets devdoctor repair the machine from the learner's window, and then runs the
// lesson in a new one.
func (r *Runner) mend(ctx context.Context, p Plan, out *Repaired) error {
	return r.visit(ctx, p, func(m *machine.Machine, old *machine.Window) error {
		said, err := r.fix(ctx, m, old, p)
		if err != nil {
			return err
		}
		out.note(said)
		out.Changed = slices.ContainsFunc(said.Steps, fixStep.took)
		if err := cutOff(ctx, m, p); err != nil {
			return err
		}
		p = p.following(said)
		lesson, files, err := r.lesson(ctx, m, p, p.steps(), true)
		if err != nil {
			return err
		}
		out.judge(p, lesson, probesFailed(p, files), said)
		return nil
	})
}

// takeBack repairs the machine once more, and wants a second fix to change nothing and undo
// to put everything back.
func (r *Runner) takeBack(ctx context.Context, p Plan, out *Repaired) error {
	return r.visit(ctx, p, func(m *machine.Machine, old *machine.Window) error {
		before, err := takeTree(ctx, m, p.Base)
		if err != nil {
			return err
		}
		first, err := r.fix(ctx, m, old, p)
		if err != nil {
			return err
		}
		once, err := takeTree(ctx, m, p.Base)
		if err != nil {
			return err
		}
		second, err := r.fix(ctx, m, nil, p.following(first))
		if err != nil {
			return err
		}
		twice, err := takeTree(ctx, m, p.Base)
		if err != nil {
			return err
		}
		out.Second = once.differs(twice, p.Base, nil)
		if want := first.inNewTerminal(); second.Exit != want {
			out.Second = append(out.Second, fmt.Sprintf("it ends with %d, and check with %d", second.Exit, want))
		}
		leaves, err := leavesOf(ctx, m, p)
		if err != nil {
			return err
		}
		// The last run first: the second one may have begun a run of its own.
		for range 2 {
			said := r.devdoctor(ctx, m, nil, p, "undo --yes")
			if said.Err != nil || said.TimedOut {
				return fmt.Errorf("undo on %s: %v", p, said)
			}
			if said.Exit != 0 && !onlyIrreversible(said.Stderr) {
				out.Undo = append(out.Undo, "exit "+strconv.Itoa(said.Exit)+": "+strings.TrimSpace(said.Stderr))
			}
		}
		undone, err := takeTree(ctx, m, p.Base)
		if err != nil {
			return err
		}
		out.Undo = append(out.Undo, before.differs(undone, p.Base, leaves)...)
		return nil
	})
}

// onlyIrreversible says that undo named nothing but what the learner allowed to be done
// without a way back, such as ending a program.
func onlyIrreversible(said string) bool {
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "devdoctor: ") && !strings.HasSuffix(strings.TrimSpace(line), ": there is no way back") {
			return false
		}
	}
	return true
}

// devdoctor types a command of devdoctor's into a window, or into a new one, in the
// project's folder.
func (r *Runner) devdoctor(ctx context.Context, m *machine.Machine, w *machine.Window, p Plan, command string) machine.Result {
	script := "cd '" + p.project() + "'\n" + program + " " + command
	if p.Base.windows() {
		script = r.inCmd(p, command)
	}
	if w != nil {
		return w.Run(ctx, script)
	}
	return m.Terminal(ctx, p.Base.User, p.Base.Shell, false, script)
}

// newPlace is where fix tells the learner to go on with a project that it has moved.
var newPlace = regexp.MustCompile(`: type cd (\S+), and `)

// following is the plan for a learner who does what fix says about the project.
func (p Plan) following(said fixReport) Plan {
	for _, s := range said.Steps {
		if to := newPlace.FindStringSubmatch(s.Says); to != nil && s.Outcome == "manual" {
			p.Moved = strings.Replace(to[1], "~", p.Base.homeFolder(), 1)
		}
	}
	return p
}

// fix runs check and then fix, as the learner is told to, and logs in anew where that is
// what fix asks for.
func (r *Runner) fix(ctx context.Context, m *machine.Machine, w *machine.Window, p Plan) (fixReport, error) {
	var report fixReport
	said := r.devdoctor(ctx, m, w, p, "check --json")
	if err := readInto(&report.Before, said); err != nil {
		return report, fmt.Errorf("check %s: %w", p, err)
	}
	said = r.devdoctor(ctx, m, w, p, "fix --json --yes --allow "+p.allowed()+" --set \"git.name=Ann Learner\" --set git.email=ann@mail.school")
	if said.Err != nil || said.TimedOut || said.Exit > 130 {
		return report, fmt.Errorf("fix %s: %v", p, said)
	}
	// Where fix could not begin it says so to people only.
	if json.Unmarshal([]byte(said.Stdout), &report) != nil {
		report.Exit, report.Why = said.Exit, strings.TrimSpace(said.Stderr)
	}
	if slices.ContainsFunc(report.Steps, func(s fixStep) bool { return s.Outcome == "new-login" }) {
		if err := m.Login(ctx, ""); err != nil {
			return report, err
		}
	}
	return report, nil
}

func readInto(report *Report, said machine.Result) (err error) {
	if said.Err != nil || said.TimedOut {
		return fmt.Errorf("run devdoctor: %v", said)
	}
	*report, err = readReport(said.Stdout)
	return err
}

// last is the last that devdoctor reported.
func (f fixReport) last() Report {
	if len(f.After.Checks) > 0 {
		return f.After
	}
	return f.Before
}

// inNewTerminal is what check ends with in a new terminal.
func (f fixReport) inNewTerminal() int {
	if f.Exit == exitNewTerminal {
		return 0
	}
	return f.last().Exit
}

// note keeps what fix said.
func (r *Repaired) note(said fixReport) {
	r.Exit = said.Exit
	for _, f := range said.last().findings() {
		r.Says = append(r.Says, f.Status+" "+f.Name)
	}
	if said.Why != "" {
		r.Says = append(r.Says, said.Why)
	}
	for _, s := range said.Steps {
		r.Steps = append(r.Steps, strings.TrimSpace(s.Outcome+": "+s.Says+" "+s.Error))
	}
}

// judge compares what the lesson says afterwards with what devdoctor said last.
func (r *Repaired) judge(p Plan, lesson Outcome, probes map[string]string, said fixReport) {
	for _, name := range lesson.Steps() {
		r.Still = append(r.Still, lesson.Failed[name])
	}
	for _, name := range sorted(probes) {
		r.Still = append(r.Still, "probe of "+name+": "+probes[name])
	}
	r.Reached = lesson.OK()
	switch {
	case len(r.Still) == 0:
		r.Verdict = Mended
		return
	case !lesson.OK() && (said.Exit == 0 || said.Exit == exitNewTerminal):
		r.Verdict = FalselyReady
	default:
		r.Verdict = NotMended
	}
	findings := said.last().findings()
	for _, m := range p.Mutations {
		if _, failed := probes[m.Name]; failed || m.Harmful && !m.Old && p.named(m, findings) {
			r.Remains = append(r.Remains, m.Name)
		}
	}
}
