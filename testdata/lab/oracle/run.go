package oracle

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"devdoctor/testdata/lab/machine"
)

// A Runner starts machines and judges them. It may be used from several goroutines.
type Runner struct {
	Store     *machine.Store
	Devdoctor string // the program for Linux
	Kit       string // the directory that MakeKit made

	// For repairs: what every machine sees besides, whether it has the mirror of
	// Node.js, and the environment of devdoctor there, K=V each.
	Binds  []machine.Bind
	Mirror bool
	Env    []string

	// Memory keeps what became of lessons. May be nil.
	Memory *Memory

	mu      sync.Mutex
	surveys map[Base]Survey
}

// spec is the machine of a plan.
func (r *Runner) spec(ctx context.Context, p Plan) (machine.Spec, error) {
	b := p.Base
	at := program
	if b.windows() {
		at += ".exe"
	}
	s := machine.Spec{
		Ready:  b.windows(), // Linux gets a key of the kit's
		System: b.System, User: b.User, Shell: b.Shell, Mirror: r.Mirror, Net: r.Mirror && p.packages(),
		Node: append([]machine.Node{{Owner: b.Owner, Version: b.Version}}, p.Nodes...),
		Binds: append([]machine.Bind{
			{Host: r.Devdoctor, Path: at},
			{Host: r.Kit, Path: kit},
		}, r.Binds...),
	}
	for _, m := range p.Mutations {
		for _, v := range m.Copies {
			tree, err := r.Store.Tree(ctx, b.System, v)
			if err != nil {
				return s, err
			}
			s.Binds = append(s.Binds, machine.Bind{Host: tree, Path: "/opt/node/" + v})
		}
	}
	return s, nil
}

func (r *Runner) start(ctx context.Context, p Plan) (*machine.Machine, error) {
	spec, err := r.spec(ctx, p)
	if err != nil {
		return nil, err
	}
	return machine.Start(ctx, r.Store, spec)
}

// survey asks a base machine where its Node.js is.
func (r *Runner) survey(ctx context.Context, b Base) (Survey, error) {
	if b.windows() {
		return Survey{}, nil
	}
	r.mu.Lock()
	s, ok := r.surveys[b]
	r.mu.Unlock()
	if ok {
		return s, nil
	}
	m, err := r.start(ctx, Plan{Base: b})
	if err != nil {
		return s, err
	}
	defer func() { _ = m.Close() }()
	// fnm's directory is another one in each terminal; where it leads is not.
	out := m.Terminal(ctx, b.User, b.Shell, false, `command -v node; node -p process.execPath`)
	words := strings.Fields(out.Stdout)
	if !out.OK() || len(words) != 2 {
		return s, fmt.Errorf("ask %s for its Node.js: %v", b, out)
	}
	s = Survey{Bin: parent(words[0]), Node: words[1]}
	if b.Owner == "fnm" {
		s.Bin = parent(s.Node)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.surveys == nil {
		r.surveys = map[Base]Survey{}
	}
	r.surveys[b] = s
	return s, nil
}

// begin starts the machine of a plan, healthy and furnished for the lesson.
func (r *Runner) begin(ctx context.Context, p Plan) (*machine.Machine, error) {
	m, err := r.start(ctx, p)
	if err != nil {
		return nil, err
	}
	if p.Base.windows() {
		if err := furnishWindows(ctx, m, p.Base); err != nil {
			_ = m.Close()
			return nil, err
		}
		return m, nil
	}
	script := fmt.Sprintf(`mkdir -p %[1]s/old && chmod 777 %[1]s %[1]s/old && cp -a %[2]s/system/. /`, results, kit)
	script += r.inEverySession()
	if p.Base.Owner == "usr-local" { // as people make it after the first EACCES
		script += "\nchown " + p.Base.User + ": /usr/local/bin /usr/local/lib /usr/local/lib/node_modules"
	}
	// A first window of zsh would make the file, also where the disk is full by then.
	zshrc := `[ "$SHELL" != /usr/bin/zsh ] || [ -e .zshrc ] || : > .zshrc; `
	for _, part := range []struct{ user, script string }{
		{"root", script},
		{p.Base.User, `cd && ` + zshrc + `mkdir -p .cache/fish/generated_completions && tar --no-overwrite-dir -xf ` + kit + `/home.tar && : > .npm/_update-notifier-last-checked`},
	} {
		if out := m.Sh(ctx, part.user, part.script); !out.OK() {
			_ = m.Close()
			return nil, fmt.Errorf("furnish the machine: %v", out)
		}
	}
	return m, nil
}

// inEverySession is a script that sets the environment of devdoctor as an administrator
// does.
func (r *Runner) inEverySession() string {
	var b strings.Builder
	for _, pair := range r.Env {
		name, value, _ := strings.Cut(pair, "=")
		fmt.Fprintf(&b, "\necho 'export %s' | tee -a /etc/profile.d/lab.sh >> /etc/zsh/zshenv; mkdir -p /etc/fish/conf.d; echo 'set -gx %s %s' >> /etc/fish/conf.d/lab.fish", pair, name, value)
	}
	return b.String()
}

// mutate does to a machine what the plan says.
func (r *Runner) mutate(ctx context.Context, m *machine.Machine, p Plan) error {
	if p.Base.windows() {
		return mutateWindows(ctx, m, p)
	}
	s, err := r.survey(ctx, p.Base)
	if err != nil {
		return err
	}
	preamble := p.preamble(s)
	for _, mu := range p.Mutations {
		for _, part := range []struct{ user, script string }{{p.Base.User, mu.User}, {"root", mu.Root}} {
			if part.script == "" {
				continue
			}
			if out := m.Sh(ctx, part.user, preamble+part.script); !out.OK() {
				return fmt.Errorf("do %s to %s: %v", mu.Name, p.Base, out)
			}
		}
	}
	return nil
}

// Judge runs devdoctor and the lesson on the machine of a plan, and compares them.
func (r *Runner) Judge(ctx context.Context, p Plan) (*Case, error) {
	return r.judge(ctx, &Case{Plan: p})
}

func (r *Runner) judge(ctx context.Context, c *Case) (*Case, error) {
	err := r.visit(ctx, c.Plan, func(m *machine.Machine, old *machine.Window) error {
		return r.look(ctx, m, old, c)
	})
	if err != nil {
		return nil, err
	}
	if err := r.blame(ctx, c); err != nil {
		return nil, err
	}
	c.compare()
	return c, nil
}

// visit makes the machine of a plan and hands it over, with the window that was open
// before the mutations where the plan has one.
func (r *Runner) visit(ctx context.Context, p Plan, use func(*machine.Machine, *machine.Window) error) error {
	patience := 4 * time.Minute
	if p.Base.windows() {
		patience = 15 * time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m, err := r.begin(ctx, p)
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }()
	var old *machine.Window
	if p.old() {
		if old, err = r.openOld(ctx, m, p); err != nil {
			return err
		}
		defer old.Close()
	}
	if err := r.mutate(ctx, m, p); err != nil {
		return err
	}
	return use(m, old)
}

// openOld opens the window of a plan that has an old one: it was opened when the line
// that leads to Node.js was not there yet, or led to an older one.
func (r *Runner) openOld(ctx context.Context, m *machine.Machine, p Plan) (*machine.Window, error) {
	s, err := r.survey(ctx, p.Base)
	if err != nil {
		return nil, err
	}
	before, after := `:`, `:`
	switch {
	case slices.Contains(p.Names(), "old-window"):
		before = `lines > /tmp/lines; drop_lines`
	case slices.Contains(p.Names(), "old-window-older-node"):
		before = `lines > /tmp/lines; drop_lines; rc_path /opt/node/18/bin; cp "$RC" /tmp/before`
	case slices.Contains(p.Names(), "window-with-a-variable"):
		before = `cp "$RC" /tmp/rc || : > /tmp/rc; rc_set COURSE day-one`
		after = `cat /tmp/rc > "$RC"`
	}
	if after == `:` {
		after = `drop_lines; cat /tmp/lines >> "$RC"`
	}
	if out := m.Sh(ctx, p.Base.User, p.preamble(s)+before); !out.OK() {
		return nil, fmt.Errorf("prepare an old window: %v", out)
	}
	w, err := m.Open(ctx, p.Base.User, p.Base.Shell, false)
	if err != nil {
		return nil, err
	}
	if out := w.Run(ctx, "cd"); !out.OK() { // the shell has read its files
		return nil, fmt.Errorf("open an old window: %v", out)
	}
	if out := m.Sh(ctx, p.Base.User, p.preamble(s)+after); !out.OK() {
		return nil, fmt.Errorf("prepare an old window: %v", out)
	}
	return w, nil
}

// look runs devdoctor first, because the lesson leaves things behind, and then the
// lesson and the probes, each in a terminal of its own.
func (r *Runner) look(ctx context.Context, m *machine.Machine, old *machine.Window, c *Case) error {
	p := c.Plan
	report := `cd /d "` + p.project() + "\"\n" + windowsProgram + " check --json > " + windowsResults + `\report.json 2> ` + windowsResults + "\\report.err\n"
	if !p.Base.windows() {
		report = "cd '" + p.project() + "'\n" + program + " check --json > " + results + "/report.json 2> " + results + "/report.err\n"
	}
	var out machine.Result
	if old != nil {
		out = old.Run(ctx, report)
	} else {
		out = m.Terminal(ctx, p.Base.User, p.Base.Shell, false, report)
	}
	if out.Err != nil || out.TimedOut {
		return fmt.Errorf("run devdoctor on %s: %v", p, out)
	}
	files, err := collect(ctx, m)
	if err != nil {
		return err
	}
	c.Report, err = readReport(files[results+"/report.json"])
	if err != nil {
		return fmt.Errorf("%w on %s: %v %s", err, p, out, files[results+"/report.err"])
	}
	l, err := r.remembered(ctx, c, p, []any{"whole", p.typed(p.steps())}, func() (learned, error) { return r.wholeLesson(ctx, m, old, p) })
	c.Lesson, c.Probes = l.Outcome, l.Probes
	return err
}

// wholeLesson teaches all of the lesson, and runs the probes.
func (r *Runner) wholeLesson(ctx context.Context, m *machine.Machine, old *machine.Window, p Plan) (learned, error) {
	if old != nil {
		old.Run(ctx, typed(p.Base.Shell, results+"/old", openSteps(p.project())))
	}
	lesson, files, err := r.lesson(ctx, m, p, p.steps(), true)
	if err != nil {
		return learned{}, err
	}
	if old != nil {
		for name, why := range judge(openSteps(p.project()), results+"/old", files).Failed {
			lesson.fail("open-"+name, "open", why)
		}
	}
	return learned{lesson, probesFailed(p, files)}, nil
}

// lesson runs steps, and the plan's probes behind them, in a new terminal.
func (r *Runner) lesson(ctx context.Context, m *machine.Machine, p Plan, steps []step, probes bool) (Outcome, map[string]string, error) {
	steps = slices.Clone(steps)
	s, err := r.survey(ctx, p.Base)
	if err != nil {
		return Outcome{}, nil, err
	}
	if probes {
		for _, mu := range p.Mutations {
			if mu.Probe == "" {
				continue
			}
			line, file, text := "/bin/sh "+results+"/"+mu.Name+".sh", results+"/"+mu.Name+".sh", "BIN="+s.Bin+"\nPROJECT='"+p.project()+"'\n"+mu.Probe
			if p.Base.windows() {
				line, file, text = windowsResults+`\`+mu.Name+".cmd", results+"/"+mu.Name+".cmd", "@echo off\r\nsetlocal\r\n"+strings.ReplaceAll(mu.Probe, "\n", "\r\n")
			}
			steps = append(steps, step{Name: "probe-" + mu.Name, Line: line, Silent: true})
			if err := m.Write(ctx, file, text+"\n", p.Base.User, 0o644); err != nil {
				return Outcome{}, nil, err
			}
		}
	}
	if err := teach(ctx, m, p, steps); err != nil {
		return Outcome{}, nil, err
	}
	files, err := collect(ctx, m)
	if err != nil {
		return Outcome{}, nil, err
	}
	return judge(steps, results, files), files, nil
}

// teach runs steps in a new terminal.
func teach(ctx context.Context, m *machine.Machine, p Plan, steps []step) error {
	if out := m.Terminal(ctx, p.Base.User, p.Base.Shell, false, p.typed(steps)); out.Err != nil || out.TimedOut {
		return fmt.Errorf("run the lesson on %s: %v", p, out)
	}
	return nil
}

// typed is the script of some steps as the shell of the plan's machine reads it.
func (p Plan) typed(steps []step) string {
	if p.Base.windows() {
		return typedInCmd(steps)
	}
	return typed(p.Base.Shell, results, steps)
}

// mark stands before each file in what collect prints.
const mark = "\x01\x02file "

// collect reads all that the terminals wrote.
func collect(ctx context.Context, m *machine.Machine) (map[string]string, error) {
	out := m.Sh(ctx, "root", `export PATH=/usr/bin:/bin; for f in `+results+`/*.rc `+results+`/*.out `+results+`/report.* `+results+`/old/*; do [ -f "$f" ] && printf '\001\002file %s\n' "$f" && head -c 1000000 "$f"; done; :`)
	if !out.OK() {
		return nil, fmt.Errorf("read what the terminals wrote: %v", out)
	}
	files := map[string]string{}
	for part := range strings.SplitSeq(out.Stdout, mark) {
		if name, text, ok := strings.Cut(part, "\n"); ok {
			files[name] = text
		}
	}
	return files, nil
}

func probesFailed(p Plan, files map[string]string) map[string]string {
	failed := map[string]string{}
	for _, mu := range p.Mutations {
		if mu.Probe == "" {
			continue
		}
		name := filepath.Join(results, "probe-"+mu.Name)
		if ended := strings.TrimSpace(files[name+".rc"]); ended != "0" {
			failed[mu.Name] = "exit " + ended + ": " + lastLines(files[name+".out"])
		}
	}
	return failed
}

// relearn runs those parts of the lesson that failed on another machine, until it is
// decided what is asked.
func (r *Runner) relearn(ctx context.Context, c *Case, p Plan, over decided) (Outcome, error) {
	steps := slices.DeleteFunc(p.steps(), func(s step) bool {
		return s.Group != "project" && !c.Lesson.Groups[s.Group]
	})
	for i, s := range steps {
		if _, failed := c.Lesson.Failed[s.Name]; !failed && s.Stand != "" {
			steps[i].Line, steps[i].Want = s.Stand, nil
		}
	}
	about := []any{p.typed(steps), c.Lesson.Steps(), over(true), over(false)}
	l, err := r.remembered(ctx, c, p, about, func() (learned, error) {
		if !p.old() {
			o, err := r.stepByStep(ctx, c, p, steps, over)
			return learned{Outcome: o}, err
		}
		return r.besideOldWindow(ctx, p, steps)
	})
	return l.Outcome, err
}

// besideOldWindow runs steps in a new terminal, and what an open one is asked in the old one.
func (r *Runner) besideOldWindow(ctx context.Context, p Plan, steps []step) (learned, error) {
	var o Outcome
	err := r.visit(ctx, p, func(m *machine.Machine, old *machine.Window) error {
		var err error
		var files map[string]string
		old.Run(ctx, typed(p.Base.Shell, results+"/old", openSteps(p.project())))
		if o, files, err = r.lesson(ctx, m, p, steps, false); err != nil {
			return err
		}
		for name, why := range judge(openSteps(p.project()), results+"/old", files).Failed {
			o.fail("open-"+name, "open", why)
		}
		return nil
	})
	return learned{Outcome: o}, err
}

// decided says whether a step that failed before decides what is asked, given whether
// it works this time.
type decided func(works bool) bool

func untilWorks(works bool) bool { return works }
func untilFails(works bool) bool { return !works }

// stepByStep runs steps in a new terminal, and looks after every step that failed before
// whether it is over. What it does not come to counts as failed still.
func (r *Runner) stepByStep(ctx context.Context, c *Case, p Plan, steps []step, over decided) (Outcome, error) {
	var o Outcome
	err := r.visit(ctx, p, func(m *machine.Machine, _ *machine.Window) error {
		w, err := m.Open(ctx, p.Base.User, p.Base.Shell, false)
		if err != nil {
			return fmt.Errorf("run the lesson on %s: %w", p, err)
		}
		defer w.Close()
		for from, to := 0, 0; to < len(steps); from = to {
			before := false
			for to = from; to < len(steps) && !before; to++ {
				_, before = c.Lesson.Failed[steps[to].Name]
			}
			if out := w.Run(ctx, p.typed(steps[from:to])); out.Err != nil || out.TimedOut {
				return fmt.Errorf("run the lesson on %s: %v", p, out)
			}
			files, err := collect(ctx, m)
			if err != nil {
				return err
			}
			o = judge(steps[:to], results, files)
			_, fails := o.Failed[steps[to-1].Name]
			if before && over(!fails) {
				o.assume(steps[to:], c.Lesson)
				break
			}
		}
		return nil
	})
	return o, err
}

// assume takes over from another outcome which of the steps fail.
func (o Outcome) assume(steps []step, other Outcome) {
	for _, s := range steps {
		if why, failed := other.Failed[s.Name]; failed {
			o.fail(s.Name, s.Group, why)
		}
	}
}
