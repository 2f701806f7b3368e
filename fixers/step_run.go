package fixers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"devdoctor/platforms"
)

// A Run starts a program. Whether it is needed, and whether it did its work, says the
// machine's answer to a query, and not the exit status: package managers return 0
// and did nothing, or fail after all was done.
type Run struct {
	Argv []string `json:"argv"`
	Back []string `json:"back,omitempty"` // what takes it back; empty when nothing does
	Seen Probe    `json:"seen"`

	// Makes is files and folders of which nobody knows beforehand what they will hold; Removes is
	// such ones that Argv takes away. The journal keeps the marks of what was made: where something
	// else is there since, it stays.
	Makes   []string `json:"makes,omitempty"`
	Removes []string `json:"removes,omitempty"`

	marks []string // of Removes; nil where nobody could write them down
}

// Marks is by what the things that a step made are known again, one for each; nil where it
// makes none.
func (s Step) Marks(ctx context.Context, c platforms.Changer) []string {
	if s.Run == nil {
		return nil
	}
	var marks []string
	for _, path := range s.Run.Makes {
		marks = append(marks, markOf(ctx, c, path))
	}
	return marks
}

// WithMarks is s, which takes away only what has these marks.
func (s Step) WithMarks(marks []string) Step {
	if s.Run != nil && len(marks) == len(s.Run.Removes) {
		r := *s.Run
		r.marks = marks
		s.Run = &r
	}
	return s
}

// noMark is the mark of nothing.
const noMark = "-"

// markOf is a hash of the text of a file, or of the names in a folder: packages that somebody
// added make it another one. It says nothing of what is hashed.
func markOf(ctx context.Context, c platforms.Changer, path string) string {
	e, err := c.Look(path)
	switch {
	case err != nil:
		return "?"
	case e.Kind == "":
		return noMark
	case e.Kind == platforms.KindFile:
		return hashOf(string(e.Text))
	case e.Kind != platforms.KindDir:
		return string(e.Kind)
	}
	a, err := c.Ask(ctx, platforms.Query{Verb: "list", Args: []string{path}})
	if err != nil {
		return "?"
	}
	var names []string
	for name := range strings.Lines(a.Text) {
		names = append(names, strings.TrimRight(name, "/@\r\n")+"\n")
	}
	slices.Sort(names)
	return hashOf(strings.Join(names, ""))
}

// replaced reports whether something else stands where r takes away what was made.
func (r *Run) replaced(ctx context.Context, c platforms.Changer) bool {
	for i, mark := range r.marks {
		if now := markOf(ctx, c, r.Removes[i]); now != mark && now != noMark {
			return true
		}
	}
	return false
}

// A Probe is a query with its answer before and after.
type Probe struct {
	Query  string `json:"query"` // as docs/queries.md spells it
	Before string `json:"before"`
	After  string `json:"after"`
}

// The answers that are none: the query found nothing, or a program ended with a status.
// Anything stands for every other answer.
const (
	Absent   = "! not found"
	Anything = "*"
)

// Sealed is an answer by which it is known again, and which cannot be read: for one that
// may hold a password.
func Sealed(answer string) string { return "# " + hashOf(answer) }

// Answered is an answer in the words of a Probe.
func Answered(a platforms.Answer, err error) (string, error) {
	switch {
	case errors.Is(err, platforms.ErrNotFound):
		return Absent, nil
	case err != nil:
		return "", err
	case a.Exit != 0:
		return fmt.Sprintf("! exit %d", a.Exit), nil
	}
	return strings.TrimRight(a.Text, "\r\n"), nil
}

func (p Probe) state(ctx context.Context, c platforms.Changer) (State, error) {
	q, err := platforms.ParseQuery(p.Query)
	if err != nil {
		return "", err
	}
	now, err := Answered(c.Ask(ctx, q))
	switch {
	case err != nil:
		return "", fmt.Errorf("ask %s: %w", p.Query, err)
	case now == p.After, Sealed(now) == p.After:
		return Done, nil
	case now == p.Before, Sealed(now) == p.Before:
		return Needed, nil
	case p.After == Anything && now != Absent:
		return Done, nil
	case p.Before == Anything && now != Absent:
		return Needed, nil
	}
	return Drifted, nil
}

// sudoRefuses is sudo's own exit status where somebody may not use it, or does not know
// the password (sudo(8), read 2026-11-20).
const sudoRefuses = 1

func (r *Run) check() error {
	if len(r.Argv) == 0 || r.Argv[0] == "" {
		return errors.New("a run names no program")
	}
	if _, err := platforms.ParseQuery(r.Seen.Query); err != nil {
		return err
	}
	if r.Seen.Before == r.Seen.After {
		return fmt.Errorf("%s: before and after are the same", r.Seen.Query)
	}
	return nil
}

func (r *Run) state(ctx context.Context, c platforms.Changer) (State, error) {
	state, err := r.Seen.state(ctx, c)
	if err == nil && state == Needed && r.replaced(ctx, c) {
		state = Drifted
	}
	return state, err
}

func (r *Run) take(ctx context.Context, c platforms.Changer, started func(platforms.Child) error) error {
	if needed, err := due(ctx, c, r, r.Argv[0]); !needed {
		return err
	}
	exit, err := c.Run(ctx, r.Argv, started)
	if err != nil {
		return err
	}
	state, err := r.settled(ctx, c, exit)
	switch {
	case err != nil:
		return err
	case state == Done:
		return nil
	case exit == sudoRefuses && r.Argv[0] == "sudo" && !sudoTakes(ctx, c):
		return fmt.Errorf("%w: ask whoever looks after this computer to run: %s", platforms.ErrNotPermitted, Sh.Line(r.Argv[1:]))
	case exit != 0:
		return fmt.Errorf("%s ended with status %d", programOf(r.Argv), exit)
	}
	return fmt.Errorf("%s said that it succeeded, and nothing changed", programOf(r.Argv))
}

// sudoTakes reports whether sudo runs a program now without a question, so that a status
// is that of the program.
func sudoTakes(ctx context.Context, c platforms.Changer) bool {
	now, err := Answered(c.Ask(ctx, platforms.Query{Verb: "run", Args: []string{"sudo", "-n", "true"}}))
	return err == nil && !strings.HasPrefix(now, "!")
}

// programOf is the program that a command is about, behind those that only start it.
func programOf(argv []string) string {
	for _, word := range argv {
		switch {
		case word == "sudo", word == "env", strings.Contains(word, "="):
		case word == "sh", word == "cmd":
			return "the command"
		default:
			return word
		}
	}
	return argv[0]
}

// settled is the state after a program that ended with a status. What it set going, such as
// the end of a process, may take a moment.
func (r *Run) settled(ctx context.Context, c platforms.Changer, exit int) (State, error) {
	for try := 0; ; try++ {
		state, err := r.state(ctx, c)
		if err != nil || state == Done || exit != 0 || try == 20 {
			return state, err
		}
		select {
		case <-ctx.Done():
			return state, nil
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (r *Run) inverse() change {
	if len(r.Back) == 0 {
		return nil
	}
	return &Run{Argv: r.Back, Back: r.Argv, Seen: Probe{r.Seen.Query, r.Seen.After, r.Seen.Before}, Makes: r.Removes, Removes: r.Makes}
}

func (r *Run) wrap(s Step) Step { s.Run = r; return s }

func (r *Run) sweep(platforms.Changer) error { return nil }

// A SetEnv gives a variable of the Windows account another value. The zero value is no
// such variable.
type SetEnv struct {
	Name   string                  `json:"name"`
	Before platforms.RegistryValue `json:"before"`
	After  platforms.RegistryValue `json:"after"`
}

func (e *SetEnv) query() platforms.Query {
	return platforms.Query{Verb: "reg", Args: []string{`HKCU\Environment`, e.Name}}
}

func (e *SetEnv) check() error {
	if e.Name == "" || strings.ContainsAny(e.Name, "=\x00") {
		return fmt.Errorf("%q is no name of a variable", e.Name)
	}
	return nil
}

func (e *SetEnv) state(ctx context.Context, c platforms.Changer) (State, error) {
	var now platforms.RegistryValue
	a, err := c.Ask(ctx, e.query())
	switch {
	case errors.Is(err, platforms.ErrNotFound):
	case err != nil:
		return "", fmt.Errorf("read the variable %s: %w", e.Name, err)
	default:
		now.Type, now.Data, _ = strings.Cut(strings.TrimSuffix(a.Text, "\n"), " ")
	}
	switch now {
	case e.After:
		return Done, nil
	case e.Before:
		return Needed, nil
	}
	return Drifted, nil
}

func (e *SetEnv) take(_ context.Context, c platforms.Changer, _ func(platforms.Child) error) error {
	return c.SetUserVariable(e.Name, e.Before, e.After)
}

func (e *SetEnv) inverse() change { return &SetEnv{e.Name, e.After, e.Before} }

func (e *SetEnv) wrap(s Step) Step { s.Env = e; return s }

func (e *SetEnv) sweep(platforms.Changer) error { return nil }
