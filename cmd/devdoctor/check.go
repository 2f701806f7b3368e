package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/platforms"
)

// checkFlags is what a learner asked of check.
type checkFlags struct {
	phase       string
	skip        []string
	online      bool
	project     string
	strict      bool
	timeout     time.Duration
	format      formatFlag
	output      string
	verbose     bool
	save        string
	replay      string
	showPrivate bool
}

func newCheck(a *app) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [CHECK...]",
		Short: "Look at this computer and say what is missing (the same as devdoctor alone)",
		Long: `check looks at this computer and says what the course still needs. It changes
nothing. Without CHECK it looks at phases 1 and 2; devdoctor list names the checks.

Text is as wide as the window, from 40 to 80 columns; where there is none, as
COLUMNS says, else 80. NO_COLOR takes the colours away.

Exit status: 0 ready, 1 something is missing, 2 wrong usage, 3 something could not
be found out, 5 a new terminal is all that is missing, 70 devdoctor broke,
130 interrupted.`,
		Example: `  devdoctor check
  devdoctor check --phase 7
  devdoctor check --save my-computer.txtar`,
		RunE: func(_ *cobra.Command, ids []string) error {
			return a.check(f, ids)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.phase, "phase", fmt.Sprint(checks.FirstDay), "look at everything up to this `phase`; or A-B, or all")
	flags.StringSliceVar(&f.skip, "skip", nil, "leave out the checks with these `IDs`")
	flags.StringVar(&f.project, "project", "", "look at the project in this `directory`")
	flags.BoolVar(&f.online, "online", false, "also make the checks that ask the network")
	flags.BoolVar(&f.strict, "strict", false, "a warning counts as a failure")
	flags.DurationVar(&f.timeout, "timeout", 0, "stop after this `time`, such as 30s, and report what is known")
	f.format.add(flags, "text", "json")
	flags.StringVarP(&f.output, "output", "o", "", "write the report to this `file`")
	flags.BoolVar(&f.verbose, "verbose", false, "show every check, what it saw and how long it took")
	flags.StringVar(&f.save, "save", "", "write what devdoctor saw to this `file`, to send to a helper")
	flags.StringVar(&f.replay, "replay", "", "look at the computer that was saved in this `file`")
	flags.BoolVar(&f.showPrivate, "show-private", false, "do not replace names, addresses and folders")
	return cmd
}

// An examination is a check command that has been understood.
type examination struct {
	*app
	flags       checkFlags
	first, last int
	chosen      []*checks.Check
	some        bool     // chosen is not all of the phases
	self        string   // how the learner calls devdoctor
	again       []string // the command that asks the same again
	fixes       []string // the command that puts right what is looked at

	host     *platforms.Host
	recorder *platforms.Recorder
	need     checks.Needs
}

func (a *app) check(f checkFlags, ids []string) (err error) {
	// An examination ends before the garbage is worth a collection, which would
	// take its time from the programs that are waited for.
	debug.SetGCPercent(400)
	x := &examination{app: a, flags: f, self: callName(a.typed)}
	if err := x.choose(ids); err != nil {
		return err
	}
	if err := x.checkSaveFile(); err != nil {
		return err
	}
	out, err := a.openOutput(f.output)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.close()) }()
	src, err := x.source()
	if err != nil {
		return err
	}
	// Until here Ctrl-C ends the program at once: a file may be a pipe that waits
	// for its other end, and nothing is known yet that could be told.
	ctx, stop := untilInterrupted()
	defer stop()
	if err := x.openMachine(ctx, src); err != nil {
		return err
	}
	defer x.recorder.Close()
	if f.online {
		fmt.Fprintln(a.errOut, "devdoctor: --online adds no check yet: none asks the network.")
	}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	outcomes := x.examine(ctx, x.chosen)
	ended := ctx.Err()
	report := x.report(outcomes, ended)
	a.code = report.Exit
	page, err := x.format(report, out)
	if err != nil {
		return broken("%w", err)
	}
	if err := out.write(page); err != nil {
		return err
	}
	if f.save != "" {
		if err := x.save(ctx); err != nil {
			return err
		}
	}
	a.waitForEnter()
	return nil
}

// choose turns phases and IDs into checks.
func (x *examination) choose(ids []string) (err error) {
	f := &x.flags
	if x.first, x.last, err = parsePhases(f.phase); err != nil {
		return err
	}
	if f.timeout < 0 {
		return usage("--timeout %s is less than nothing", f.timeout)
	}
	x.chosen = checks.InPhases(x.first, x.last)
	x.again = []string{x.self, "check"}
	if f.phase != fmt.Sprint(checks.FirstDay) {
		x.again = append(x.again, "--phase", f.phase)
	}
	if len(ids) > 0 {
		named := make(map[*checks.Check]bool)
		for _, id := range ids {
			c, err := checkNamed(id)
			if err != nil {
				return err
			}
			named[c] = true
		}
		x.chosen = slices.DeleteFunc(checks.All(), func(c *checks.Check) bool { return !named[c] })
		x.again, x.some = append([]string{x.self, "check"}, ids...), true
	}
	for _, id := range f.skip {
		skipped, err := checkNamed(id)
		if err != nil {
			return err
		}
		x.chosen = slices.DeleteFunc(x.chosen, func(c *checks.Check) bool { return c == skipped })
		x.some = true
	}
	if f.replay == "" {
		x.fixes = slices.Clone(x.again)
		x.fixes[1] = "fix"
	}
	if len(f.skip) > 0 {
		x.again = append(x.again, "--skip", strings.Join(f.skip, ","))
	}
	return nil
}

// source is this computer, or the one in a snapshot.
func (x *examination) source() (platforms.Source, error) {
	f := &x.flags
	if f.replay == "" {
		return platforms.NewLive(), nil
	}
	snapshot, project, err := readSnapshot(f.replay)
	if err != nil {
		return nil, err
	}
	if f.project == "" {
		f.project = project
	}
	return snapshot, nil
}

// openMachine gets to know the machine behind src.
func (x *examination) openMachine(ctx context.Context, src platforms.Source) error {
	f := x.flags
	x.recorder = platforms.NewRecorder(src)
	host, err := platforms.NewHost(ctx, x.recorder)
	switch {
	case err != nil && f.replay != "":
		return usage("cannot use the snapshot %s: %w", f.replay, err)
	case err != nil:
		return broken("%w", err)
	}
	x.host, x.need = host, checks.Course
	x.need.Online, x.need.Phase = f.online, x.last
	x.need.Project, err = x.projectDir(ctx)
	return err
}

// projectDir is the directory that checks about a project look at; "" without
// one.
func (x *examination) projectDir(ctx context.Context) (string, error) {
	dir := x.flags.project
	if x.flags.replay != "" {
		return dir, nil // a directory of the other machine
	}
	if dir == "" {
		here, err := os.Getwd()
		if err != nil {
			return "", nil //nolint:nilerr // no directory, no project
		}
		if here = physical(x.host, here); !mayBeProject(ctx, x.host, here) {
			return "", nil
		}
		return here, nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", usage("cannot open the project: %w", err)
	}
	if !info.IsDir() {
		return "", usage("the project %s is no directory", dir)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", usage("cannot open the project: %w", err)
	}
	return physical(x.host, abs), nil
}

// examine runs checks and shows on a terminal what is waited for.
func (x *examination) examine(ctx context.Context, chosen []*checks.Check) []checks.Outcome {
	p := newProgress(x.errOut, x.recorder)
	defer p.end()
	engine := checks.Engine{Started: p.started, Ended: p.ended}
	var outcomes []checks.Outcome
	engine.Run(ctx, x.host, x.need, chosen, func(o checks.Outcome) { outcomes = append(outcomes, o) })
	return outcomes
}

// introduction is how long the machine may take to say its name and its time.
const introduction = time.Second

func (x *examination) report(outcomes []checks.Outcome, ended error) *checks.Report {
	// The run may be cut short; the report still names the machine.
	ctx, cancel := context.WithTimeout(context.Background(), introduction)
	defer cancel()
	h := x.host
	m := checks.Machine{OS: h.OS, Arch: h.Arch, Name: string(h.OS), World: "unknown", Account: "own"}
	if release, err := h.Release(ctx); err == nil {
		m.Name = release.Name
	}
	if world, err := h.World(ctx); err == nil {
		m.World = world
	}
	switch {
	case h.Sudo:
		m.Account = "sudo"
	case h.Elevated && h.OS == platforms.Windows:
		m.Account = "elevated"
	case h.Elevated:
		m.Account = "root"
	}
	now, err := h.Now(ctx)
	if err != nil {
		now = time.Time{}
	}
	return checks.NewReport(m, now, outcomes, checks.Asked{
		Version: thisBuild().Devdoctor, Self: []string{x.self}, Again: x.again,
		First: x.first, Last: x.last, Some: x.some,
		Fix: x.fixes, Offers: x.offers(outcomes, ended),
		Strict: x.flags.strict, Replay: x.flags.replay != "", Ended: ended,
		Evidence: x.flags.verbose || x.flags.format.name == "json",
		Level:    x.level(), Redactor: x.redactor(ctx),
	})
}

// offers is what devdoctor can do itself about what was found.
func (x *examination) offers(outcomes []checks.Outcome, ended error) map[string]checks.FixReport {
	if ended != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), introduction)
	defer cancel()
	return repair.Offers(ctx, x.host, outcomes)
}

func (x *examination) format(r *checks.Report, out *output) ([]byte, error) {
	if x.flags.format.name == "json" {
		return formatJSON(r)
	}
	return formatText(r, out.layout(x.flags.verbose)), nil
}

// waitForEnter keeps a window open that closes with us.
func (a *app) waitForEnter() {
	if !platforms.AloneInConsole() {
		return
	}
	fmt.Fprint(a.errOut, "\nPress Enter to close this window.")
	_, _ = a.in.Read(make([]byte, 1))
}
