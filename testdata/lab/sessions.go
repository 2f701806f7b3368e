package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// sessionsCommand types into the terminals of machines what a learner types, from a computer
// that is not ready to the first server and back, and writes down what the screen showed.
func sessionsCommand(ctx context.Context, w io.Writer, args []string) error {
	set := flag.NewFlagSet("sessions", flag.ContinueOnError)
	only := set.String("run", "", "record the sessions whose name matches this regular expression")
	dir := set.String("dir", "docs/sessions", "where the sessions are written")
	if err := set.Parse(args); err != nil {
		return err
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	list := slices.DeleteFunc(slices.Clone(sessions), func(s session) bool { return !chosen.MatchString(s.name) })
	if len(list) == 0 {
		return fmt.Errorf("there is no session whose name matches %q", *only)
	}
	store, bin, remove, err := workplace()
	if err != nil {
		return err
	}
	defer remove()
	if err := furnish(bin); err != nil {
		return err
	}
	commit, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return fmt.Errorf("ask git for the commit: %w", err)
	}
	for _, system := range []string{"linux", "windows"} {
		if !slices.ContainsFunc(list, func(s session) bool { return s.windows() == (system == "windows") }) {
			continue
		}
		if _, err := buildDevdoctor(ctx, filepath.Join(bin, "labtrust"), system, "-tags", "labtrust", "-ldflags", "-X main.commit="+strings.TrimSpace(string(commit))); err != nil {
			return err
		}
	}
	var failed []string
	for _, s := range list {
		ok, err := s.record(ctx, w, store, bin, *dir)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if !ok {
			failed = append(failed, s.name)
		}
	}
	if err := os.WriteFile(filepath.Join(*dir, "README.md"), []byte(index()), 0o644); err != nil {
		return fmt.Errorf("write the list of sessions: %w", err)
	}
	if len(failed) > 0 {
		return fmt.Errorf("not from nothing to the first server and back: %s", strings.Join(failed, ", "))
	}
	return nil
}

// record plays a session and writes its file; ok is that it went to the first server and back.
func (s *session) record(ctx context.Context, w io.Writer, store *machine.Store, bin, dir string) (ok bool, err error) {
	begin := time.Now()
	r := &recording{session: s}
	if r.m, err = s.start(ctx, store, bin); err != nil {
		return false, err
	}
	err = r.play(ctx)
	version := r.m.Run(ctx, machine.Cmd{Argv: []string{"devdoctor", "version"}})
	if err = errors.Join(err, r.m.Close()); err != nil {
		r.wrong = append(r.wrong, err.Error())
	}
	verdict := "ok"
	if len(r.wrong) > 0 {
		verdict = "WRONG"
	}
	fmt.Fprintf(w, "%-8s %-20s %6.1f s\n%s", verdict, s.name, time.Since(begin).Seconds(), indented(r.wrong))
	text := s.head(begin, version.Stdout) + r.page.String()
	text = strings.TrimRight(blankLines.ReplaceAllString(text, "\n\n"), "\n") + "\n"
	if err := os.WriteFile(filepath.Join(dir, s.name+".txt"), []byte(text), 0o644); err != nil {
		return false, fmt.Errorf("write the session: %w", err)
	}
	return len(r.wrong) == 0, nil
}

// start starts the machine of a session, and breaks it.
func (s *session) start(ctx context.Context, store *machine.Store, bin string) (*machine.Machine, error) {
	spec := s.spec
	spec.Ready, spec.Mirror = true, true
	own, prepare := machine.Bind{Host: filepath.Join(bin, "labtrust/devdoctor"), Path: "/usr/local/bin/devdoctor"}, "sh /opt/devdoctor/session-prepare"
	if s.windows() {
		own, prepare = machine.Bind{Host: own.Host + ".exe", Path: windowsDevdoctor}, ""
	}
	spec.Binds = []machine.Bind{{Host: bin, Path: "/opt/devdoctor"}, own}
	m, err := machine.Start(ctx, store, spec)
	if err != nil {
		return nil, err
	}
	for _, step := range []struct{ user, script string }{{"root", prepare}, {m.Spec.User, s.user}, {"root", s.root}} {
		if result := script(ctx, m, step.user, step.script); !result.OK() {
			return nil, errors.Join(fmt.Errorf("break the machine: %s", result), m.Close())
		}
	}
	return m, nil
}

var blankLines = regexp.MustCompile(`\n{3,}`)

// head says whose screen it was, when, and how to see it again.
func (s *session) head(at time.Time, version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nRecorded on %s with devdoctor of commit %s\nin a machine of the lab, %s, by:\n\n    go run ./testdata/lab sessions -run '^%s$'\n\n",
		s.about, at.UTC().Format("2 January 2006"), commitOf.FindString(version), systems[s.spec.System], s.name)
	for _, n := range s.spec.Node {
		if name, ok := imitated[n.Owner]; ok {
			fmt.Fprintf(&b, "The %s of this machine is an imitation, see docs/lab.md.\n", name)
		}
	}
	if s.windows() {
		b.WriteString("Wine is not Windows: its cmd prints the remarks in npm's command file.\n")
	}
	b.WriteString("The machine reaches no network. What is downloaded comes from its own mirror of\nnodejs.org, which a devdoctor built with -tags labtrust is told to believe.\n")
	return b.String()
}

// commitOf finds the commit in what devdoctor version says.
var commitOf = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)

var systems = map[string]string{
	"bookworm": "Debian 12", "trixie": "Debian 13", "windows": "Windows 10 as Wine 10 plays it",
}

// imitated are the managers that no registry has, by the owner of Node.js.
var imitated = map[string]string{"nvm": "nvm", "fnm": "fnm", "volta": "Volta", "asdf": "asdf"}

// index is the page that lists the sessions.
func index() string {
	var b strings.Builder
	b.WriteString(indexHead)
	for _, s := range sessions {
		fmt.Fprintf(&b, "| [%[1]s](%[1]s.txt) | %[2]s | %[3]s |\n", s.name, s.about, systems[s.spec.System])
	}
	return b.String()
}

const indexHead = `# Recorded sessions

What the screen shows from a computer that is not ready to the first server of the course, and back: check, fix, a new
terminal with Node.js, npm, a project and the server as http://localhost:3000, then undo, and check again. Each was typed into
a real terminal of 80 columns in a machine of the lab, by

    go run ./testdata/lab sessions

which writes these files anew. It ends with 1 where the server does not answer, or undo leaves a file below the home folder that was
not there or not so. Escape sequences are left out, and shells may write their histories. nvm, fnm, Volta and asdf are
imitations there (see [docs/lab.md](../lab.md)). Lines in brackets are not from the screen.

| session | what is the matter | system |
|---|---|---|
`
