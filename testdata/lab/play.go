package main

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// lesson is the first day of the course as a script for the shell sh, with the programs
// that PATH leads to: /opt/devdoctor/lesson in a machine.
//
//go:embed lesson.sh
var lesson []byte

// kit is the same for cmd, lesson.cmd, and what else the scripts of scenarios call:
// a server that fetches its own page, and one who waits for a port.
//
//go:embed kit
var kit embed.FS

// runner runs scenarios on machines that have devdoctor at hand.
type runner struct {
	store *machine.Store
	bin   string // the directory with devdoctor and devdoctor.exe
}

// furnish puts into a directory what the scripts of scenarios call; devdoctor comes
// into it besides.
func furnish(bin string) error {
	files, err := fs.Sub(kit, "kit")
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(filepath.Join(bin, "lesson"), lesson, 0o755), os.CopyFS(bin, files)); err != nil {
		return fmt.Errorf("write the lesson: %w", err)
	}
	return furnishOnboarding(bin)
}

// outcome is what became of a scenario.
type outcome struct {
	differs []string // what is not as wanted
	err     error    // why the scenario could not be played to its end
	report  string   // what devdoctor said
	took    time.Duration

	devdoctor time.Duration // how much of it devdoctor ran
}

// play runs one scenario: the proof on a machine that is whole; then, on another one,
// the break, devdoctor, and the proof again.
func (r *runner) play(ctx context.Context, s *scenario) (o outcome) {
	begin := time.Now()
	defer func() { o.took = time.Since(begin) }()
	if s.proof != nil {
		if o.err = r.before(ctx, s); o.err != nil {
			return o
		}
	}
	m, err := r.start(ctx, s)
	if err != nil {
		o.err = err
		return o
	}
	defer func() { o.err = errors.Join(o.err, m.Close()) }()
	rows, err := r.rowsBefore(ctx, m, s)
	if err != nil {
		o.err = err
		return o
	}
	said, here, err := r.breakAndCheck(ctx, m, s)
	o.report, o.devdoctor = said.Stdout+said.Stderr, said.Wall
	if err != nil {
		o.err = err
		return o
	}
	if o.differs, err = s.compare(said, rows); err != nil {
		o.err = err
		return o
	}
	o.differs = append(o.differs, here...)
	if s.proof != nil {
		o.differs = append(o.differs, s.proof.judge(m.Terminal(ctx, "", "", s.where == "login", s.proof.script))...)
	}
	return o
}

func (r *runner) start(ctx context.Context, s *scenario) (*machine.Machine, error) {
	spec := s.spec
	spec.Binds = append(slices.Clone(spec.Binds), machine.Bind{Host: r.bin, Path: "/opt/devdoctor"})
	m, err := machine.Start(ctx, r.store, spec)
	if err != nil {
		return nil, err
	}
	for _, step := range []func() machine.Result{
		func() machine.Result { return script(ctx, m, "root", s.prepareRoot) },
		func() machine.Result { return script(ctx, m, m.Spec.User, s.prepareUser) },
	} {
		if result := step(); !result.OK() {
			return nil, errors.Join(fmt.Errorf("prepare the machine: %s", result), m.Close())
		}
	}
	return m, nil
}

// before runs the proof on the machine as it is without the break.
func (r *runner) before(ctx context.Context, s *scenario) error {
	m, err := r.start(ctx, s)
	if err != nil {
		return err
	}
	result := m.Terminal(ctx, "", "", s.where == "login", s.proof.script)
	if !result.OK() {
		err = fmt.Errorf("the proof does not work before the break: %s", result)
	}
	return errors.Join(err, m.Close())
}

// breakAndCheck breaks the machine and lets devdoctor look at it in a terminal. here is
// in what devdoctor leaves, and the proof for that very terminal, are not as the scenario
// says.
func (r *runner) breakAndCheck(ctx context.Context, m *machine.Machine, s *scenario) (said machine.Result, here []string, err error) {
	var window *machine.Window
	switch s.where {
	case "old-login":
		err = m.Login(ctx, "")
	case "old-terminal":
		window, err = m.Open(ctx, "", "", false)
	}
	if err == nil {
		err = smash(ctx, m, s)
	}
	if err == nil && s.where != "old-login" {
		err = m.Login(ctx, "")
	}
	if err == nil && window == nil {
		window, err = m.Open(ctx, "", "", s.where == "login")
	}
	if err != nil {
		return said, nil, err
	}
	defer window.Close()
	before, err := observe(ctx, m, s)
	if err != nil {
		return said, nil, err
	}
	said = window.Run(ctx, cmp.Or(s.run, s.command()))
	if here, err = left(ctx, m, s, before); err != nil {
		return said, nil, err
	}
	if s.proofHere != nil {
		here = append(here, s.proofHere.judge(window.Run(ctx, s.proofHere.script))...)
	}
	return said, here, nil
}

// command is devdoctor as it is typed into a window.
func (s *scenario) command() string {
	command := "/opt/devdoctor/devdoctor " + strings.Join(s.check, " ") + " --json"
	if s.program() == "windows" {
		command = `Z:` + strings.ReplaceAll(strings.Replace(command, "devdoctor ", "devdoctor.exe ", 1), "/", `\`)
	}
	return command
}

func smash(ctx context.Context, m *machine.Machine, s *scenario) error {
	for _, step := range []func() machine.Result{
		func() machine.Result { return onHost(ctx, m, s) },
		func() machine.Result { return script(ctx, m, "root", s.breakRoot) },
		func() machine.Result { return script(ctx, m, m.Spec.User, s.breakUser) },
	} {
		if result := step(); !result.OK() {
			return fmt.Errorf("break the machine: %s", result)
		}
	}
	return nil
}

// onHost runs the script for the Linux under a Windows machine.
func onHost(ctx context.Context, m *machine.Machine, s *scenario) machine.Result {
	if s.breakHost == "" {
		return machine.Result{}
	}
	return m.Sh(ctx, m.Spec.User, s.breakHost)
}

// script breaks a machine: with sh or, on Windows, with cmd.
func script(ctx context.Context, m *machine.Machine, user, text string) machine.Result {
	switch {
	case text == "":
		return machine.Result{}
	case m.Spec.System == "windows":
		return m.Terminal(ctx, "", "", false, text)
	}
	return m.Sh(ctx, user, "set -e\n"+text)
}

// compare says in what the report is not as wanted. rows is the checks it had before
// the break, where the scenario asks for them.
func (s *scenario) compare(said machine.Result, rows []string) (differs []string, err error) {
	var is report
	if s.run == "" || len(s.want) > 0 || s.only || s.whole {
		if is, err = readReport(said); err != nil {
			return nil, err
		}
	}
	if s.whole {
		differs = is.missing(rows)
	}
	differs = append(differs, s.late(said)...)
	if s.exit >= 0 && said.Exit != s.exit {
		differs = append(differs, fmt.Sprintf("exit status %d, wanted %d", said.Exit, s.exit))
	}
	missing := slices.Clone(s.want)
	for _, c := range is.Checks {
		is := finding{c.Status, c.ID, c.Problem}
		wanted := slices.ContainsFunc(s.want, func(w finding) bool { return w.matches(is) })
		missing = slices.DeleteFunc(missing, func(w finding) bool { return w.matches(is) })
		if s.only && !wanted && (c.Status == "fail" || c.Status == "warn") {
			differs = append(differs, fmt.Sprintf("not wanted: %s: %s", is, c.Summary))
		}
	}
	for _, w := range missing {
		found := "there is no such check"
		for _, c := range is.Checks {
			if c.ID == w.check {
				found = fmt.Sprintf("%s: %s", finding{c.Status, c.ID, c.Problem}, c.Summary)
			}
		}
		differs = append(differs, fmt.Sprintf("wanted: %s; is: %s", w, found))
	}
	return differs, nil
}

// judge says in what the proof is not as the scenario says.
func (p *proof) judge(r machine.Result) []string {
	switch {
	case r.Err != nil:
		return []string{"the proof could not be run: " + r.Err.Error()}
	case r.OK() != p.works && p.works:
		return []string{"the proof fails after the break: " + r.String()}
	case r.OK() != p.works:
		return []string{"the proof works after the break: " + r.String()}
	case p.matches != nil && !p.matches.MatchString(r.Stdout+r.Stderr):
		return []string{fmt.Sprintf("the proof does not print %q: %s", p.matches, r)}
	}
	return nil
}
