package fixers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"devdoctor/platforms"
)

// A Step is one change of a machine, as a value that holds what is before it and
// what is after. Exactly one of the pointers is set.
type Step struct {
	Says     string   `json:"says"`            // what it does, in one sentence for the learner
	Admin    bool     `json:"admin,omitempty"` // it asks for the administrator
	Verified Verified `json:"verified"`
	Allow    Allow    `json:"allow,omitempty"`  // what somebody must agree to beyond --yes
	Hosts    []string `json:"hosts,omitempty"`  // that it talks to
	Leaves   []string `json:"leaves,omitempty"` // what undoing leaves behind, a file or pattern each

	Run   *Run         `json:"run,omitempty"`
	Block *Block       `json:"block,omitempty"`
	Edit  *Edit        `json:"edit,omitempty"`
	Path  *Path        `json:"path,omitempty"`
	Env   *SetEnv      `json:"env,omitempty"`
	Fetch *Fetch       `json:"fetch,omitempty"`
	Tell  *Instruction `json:"tell,omitempty"`
}

// Verified says how far a recipe was tried.
type Verified string

// The degrees of trust in a recipe.
const (
	ByRunning  Verified = "run"        // on a machine of that kind
	Replayed   Verified = "replayed"   // its plan was made for a recorded machine
	Documented Verified = "documented" // its manual says so
)

// Allow names a consent that --yes does not give.
type Allow string

// What --allow takes. An administrator's step is allowed by AllowAdmin, one that was not
// run by AllowUnverified, one without a way back by AllowIrreversible.
const (
	AllowAdmin        Allow = "admin"
	AllowKill         Allow = "kill"
	AllowDockerGroup  Allow = "docker-group"
	AllowLicence      Allow = "licence"
	AllowUnverified   Allow = "unverified"
	AllowIrreversible Allow = "irreversible"
)

// Allows lists all that --allow takes.
var Allows = []Allow{AllowAdmin, AllowKill, AllowDockerGroup, AllowLicence, AllowUnverified, AllowIrreversible}

// Needs is what somebody must allow before the step is taken without being asked.
func (s Step) Needs() []Allow {
	var needs []Allow
	if s.Allow != "" {
		needs = append(needs, s.Allow)
	}
	if s.Admin {
		needs = append(needs, AllowAdmin)
	}
	if s.Verified != ByRunning && s.Allow != AllowUnverified {
		needs = append(needs, AllowUnverified)
	}
	if s.Run != nil && len(s.Run.Back) == 0 && !s.endsProcess() {
		needs = append(needs, AllowIrreversible)
	}
	return needs
}

// endsProcess reports whether a step ends a process and no more, which is what AllowKill agrees to.
func (s Step) endsProcess() bool {
	return s.Allow == AllowKill && strings.HasPrefix(s.Run.Seen.Query, "process ")
}

// A State says how a machine stands to a step.
type State string

// The states. Drifted is neither: somebody changed in the meantime what the step is
// about, so that it can be neither taken nor undone.
const (
	Needed  State = "needed"
	Done    State = "done"
	Drifted State = "drifted"
)

// A change is what the kinds of step have in common.
type change interface {
	check() error // that it is whole, and touches nothing odd
	state(ctx context.Context, c platforms.Changer) (State, error)
	take(ctx context.Context, c platforms.Changer, started func(platforms.Child) error) error
	inverse() change // nil when there is no way back
	wrap(s Step) Step
	sweep(c platforms.Changer) error // what a crash in take left
}

// due reports whether a change is still to be made. It is an error where the machine is
// neither as before it nor as after.
func due(ctx context.Context, c platforms.Changer, it change, what string) (bool, error) {
	state, err := it.state(ctx, c)
	if err == nil && state == Drifted {
		err = fmt.Errorf("%s: %w", what, platforms.ErrChanged)
	}
	return err == nil && state == Needed, err
}

var errNoKind = errors.New("a step is of exactly one kind")

// change is the one thing that s holds.
func (s Step) change() (change, error) {
	var found change
	n := 0
	hold := func(there bool, c change) {
		if there {
			n, found = n+1, c
		}
	}
	hold(s.Run != nil, s.Run)
	hold(s.Block != nil, s.Block)
	hold(s.Edit != nil, s.Edit)
	hold(s.Path != nil, s.Path)
	hold(s.Env != nil, s.Env)
	hold(s.Fetch != nil, s.Fetch)
	hold(s.Tell != nil, s.Tell)
	if n != 1 {
		return nil, errNoKind
	}
	return found, nil
}

// Check says what is wrong with a step that was read from a file.
func (s Step) Check() error {
	c, err := s.change()
	if err != nil {
		return err
	}
	return c.check()
}

// State says how the machine stands to s.
func (s Step) State(ctx context.Context, c platforms.Changer) (State, error) {
	it, err := s.change()
	if err != nil {
		return "", err
	}
	return it.state(ctx, c)
}

// Take changes the machine. started is told of a program that runs, see
// [platforms.Changer]. A step that is done already changes nothing.
func (s Step) Take(ctx context.Context, c platforms.Changer, started func(platforms.Child) error) error {
	it, err := s.change()
	if err != nil {
		return err
	}
	return it.take(ctx, c, started)
}

// Inverse is the step that takes s back; false when there is none.
func (s Step) Inverse() (Step, bool) {
	it, err := s.change()
	if err != nil {
		return Step{}, false
	}
	back := it.inverse()
	if back == nil {
		return Step{}, false
	}
	return back.wrap(Step{Says: s.Says, Admin: s.Admin, Verified: s.Verified, Hosts: s.Hosts, Leaves: s.Leaves}), true
}

// Sweep takes away what a crash during Take left.
func (s Step) Sweep(c platforms.Changer) error {
	it, err := s.change()
	if err != nil {
		return err
	}
	return it.sweep(c)
}

// An Instruction is what the learner does by hand.
type Instruction struct {
	Do   string     `json:"do"`
	Run  [][]string `json:"run,omitempty"` // commands to type
	Undo string     `json:"undo,omitempty"`
	Why  string     `json:"why,omitempty"` // why devdoctor, which could do it elsewhere, does not do it here
}

func (t *Instruction) check() error {
	if t.Do == "" {
		return errors.New("an instruction says nothing")
	}
	return nil
}

func (t *Instruction) state(context.Context, platforms.Changer) (State, error) { return Needed, nil }

func (t *Instruction) take(context.Context, platforms.Changer, func(platforms.Child) error) error {
	return nil
}

func (t *Instruction) inverse() change { return nil }

func (t *Instruction) wrap(s Step) Step { s.Tell = t; return s }

func (t *Instruction) sweep(platforms.Changer) error { return nil }

// isWhole reports whether a path begins where a system or a drive does.
func isWhole(path string) bool {
	drive := len(path) > 2 && path[1] == ':' && path[2] == '\\'
	return drive || strings.HasPrefix(path, "/") || strings.HasPrefix(path, `\\`)
}

// goodPath wants a path that means the same everywhere.
func goodPath(path string) error {
	rest, athome := strings.CutPrefix(path, "~/")
	switch {
	case path == "", athome && rest == "":
		return errors.New("a path is empty")
	case strings.ContainsAny(path, "\x00\n\r"):
		return fmt.Errorf("the path %q holds a line end", path)
	case !athome && !isWhole(path):
		return fmt.Errorf("the path %q depends on where devdoctor is started", path)
	case !utf8.ValidString(path):
		return fmt.Errorf("the path %q is not UTF-8, as journals are", path)
	}
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == ".." || part == "." {
			return fmt.Errorf("the path %q goes up", path)
		}
	}
	return nil
}
