// Package checks asks the questions and weighs the answers.
//
// A check reads a [platforms.Host] and returns a [Result]. It imports neither
// os, nor net, nor runtime, nor path/filepath: what it says about a Mac it says
// on any machine that replays the Mac's snapshot.
package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// A Check asks one question of a machine.
type Check struct {
	// ID names the check in flags, reports and fixtures: subject-aspect or
	// subject.instance, lower case, never reused.
	ID string

	Title string // the healthy statement: "git knows who you are"
	Why   string // what goes wrong in the course for someone who is without
	Phase int    // the first phase of the course that needs it, 1 to 10

	// After lists checks that stand earlier in Subjects. Where one of them
	// failed, is unknown or blocked, this one is blocked.
	After []*Check

	// Alongside lists more of those. Run does not wait for them: it looks at files
	// while a check in Alongside waits for a program, and its result counts once
	// that check has passed.
	Alongside []*Check

	Problems []*Problem // everything it can find

	// Ahead is queries that Run asks and that take long. The engine asks them at
	// once, so that they are answered while the checks in After are at work.
	Ahead []platforms.Query

	// Run answers the question. It asks h for all that it wants to know.
	Run func(ctx context.Context, h *platforms.Host, need Needs) Result
}

// A Problem is one way in which a check can fail, with advice of its own.
type Problem struct {
	ID    string // unique within its check, lower case
	Means string // what it is, and what it does to the learner
	See   string // how to see it by hand

	// Tells is what to do about it. It has one for every system, owner and case
	// in which the problem occurs.
	Tells []fixers.Tell

	// Fixes is what devdoctor can do about it itself: the first that is for the machine.
	Fixes []*fixers.Fix
}

// foresees reports whether some of the advice is for that case.
func (p *Problem) foresees(c fixers.Case) bool {
	return p != nil && slices.ContainsFunc(p.Tells, func(t fixers.Tell) bool { return t.Case == c })
}

// A Subject is a group of checks about one thing.
type Subject struct {
	ID, Title string
	Checks    []*Check
}

// Subjects lists every check there is, in the order in which a learner meets
// them. Each subject is a file whose list stands at its top.
var Subjects = []Subject{
	{"system", "Your system", system},
	{"terminal", "Your terminal", terminal},
	{"git", "Git", git}, // before Node.js, because nvm is fetched with it
	{"node", "Node.js", node},
	{"npm", "npm", npm},
	{"github", "GitHub", github},
	{"editor", "Your editor", editor},
	{"places", "Your folders", places},
	{"server", "Your first server", server},
	{"wsl", "Linux in Windows", wsl},
	{"docker", "Docker", docker},
}

// All is the checks of every subject, in order.
func All() []*Check {
	var all []*Check
	for _, s := range Subjects {
		all = append(all, s.Checks...)
	}
	return all
}

// Find returns the check with that ID, nil when there is none.
func Find(id string) *Check {
	all := All()
	if i := slices.IndexFunc(all, func(c *Check) bool { return c.ID == id }); i >= 0 {
		return all[i]
	}
	return nil
}

// Problem returns c's problem with that ID, nil when there is none.
func (c *Check) Problem(id string) *Problem {
	if i := slices.IndexFunc(c.Problems, func(p *Problem) bool { return p.ID == id }); i >= 0 {
		return c.Problems[i]
	}
	return nil
}

// A Status says how a check ended.
type Status string

// The statuses. Unknown is never Fail: a doctor who cannot see has not found an
// illness.
const (
	StatusOK      Status = "ok"
	StatusWarn    Status = "warn"    // it will trouble the learner later in this phase
	StatusFail    Status = "fail"    // it troubles the learner now
	StatusSkip    Status = "skip"    // the question does not arise here
	StatusBlocked Status = "blocked" // a check in After must be put right first
	StatusUnknown Status = "unknown" // it could not be found out
)

// Reasons for StatusUnknown.
const (
	Crashed      = "crashed"
	TimedOut     = "timed-out"
	NotPermitted = "not-permitted"
	NotRecorded  = "not-recorded"
	Interrupted  = "interrupted"
	Unclear      = "unclear" // an answer that says neither yes nor no
)

// StaleTerminal is the ID of every problem that a new terminal window cures.
const StaleTerminal = "stale-terminal"

// NewLogin is the ID of every problem that a new login cures.
const NewLogin = "needs-new-login"

// A Message keeps its format and arguments apart until it is shown, so that it
// can be translated.
type Message struct {
	Format string
	Args   []any
}

func (m Message) String() string {
	if len(m.Args) == 0 {
		return m.Format
	}
	return fmt.Sprintf(m.Format, m.Args...)
}

// Found is the facts behind a result, for programs that must not read prose and
// for the words in braces of a [fixers.Tell]. The zero value of a field means
// that it does not apply.
type Found struct {
	Version string            `json:"version,omitempty"`
	Path    string            `json:"path,omitempty"`
	Owner   platforms.Manager `json:"owner,omitempty"`
	Name    string            `json:"name,omitempty"`    // of a program, variable, setting or library
	Value   string            `json:"value,omitempty"`   // of what Name names
	File    string            `json:"file,omitempty"`    // where it is written
	Dir     string            `json:"dir,omitempty"`     // a directory that matters
	Port    int               `json:"port,omitempty"`    // TCP
	PID     int               `json:"pid,omitempty"`     // of a running program
	Command string            `json:"command,omitempty"` // its command line
	Account string            `json:"account,omitempty"` // whose it is
}

// Words is the fields as a [fixers.Tell] names them.
func (f Found) Words() map[string]string {
	words := make(map[string]string)
	for name, value := range map[string]string{
		"version": f.Version, "path": f.Path, "owner": string(f.Owner), "name": f.Name, "value": f.Value,
		"file": f.File, "dir": f.Dir, "command": f.Command, "account": f.Account,
	} {
		if value != "" {
			words[name] = value
		}
	}
	for name, n := range map[string]int{"port": f.Port, "pid": f.PID} {
		if n != 0 {
			words[name] = strconv.Itoa(n)
		}
	}
	return words
}

// A Result is the answer to a check.
type Result struct {
	Status  Status
	Problem *Problem // with StatusFail and StatusWarn
	Summary Message  // one line, no full stop
	Detail  Message  // what was seen, and what it means
	Notes   []Message
	Reason  string // with StatusUnknown
	Found   Found
	Case    fixers.Case // chooses the Tell, beside the system and the owner
	Root    bool        // what the Tell changes is root's
}

// OK says that all is well.
func OK(format string, args ...any) Result {
	return Result{Status: StatusOK, Summary: Message{format, args}}
}

// Skip says why the question does not arise.
func Skip(format string, args ...any) Result {
	return Result{Status: StatusSkip, Summary: Message{format, args}}
}

// Fail says that the learner has the problem now.
func (p *Problem) Fail(format string, args ...any) Result {
	return Result{Status: StatusFail, Problem: p, Summary: Message{format, args}}
}

// Warn says that the problem will trouble the learner later in this phase.
func (p *Problem) Warn(format string, args ...any) Result {
	return Result{Status: StatusWarn, Problem: p, Summary: Message{format, args}}
}

// Unknown says that an answer was missing: err is what [platforms.Host] said.
func Unknown(err error, format string, args ...any) Result {
	r := Result{Status: StatusUnknown, Summary: Message{format, args}, Reason: Unclear}
	switch {
	case errors.Is(err, platforms.ErrTimedOut):
		r.Reason = TimedOut
	case errors.Is(err, platforms.ErrNotPermitted):
		r.Reason = NotPermitted
	case errors.Is(err, platforms.ErrNotRecorded):
		r.Reason = NotRecorded
	case errors.Is(err, context.Canceled):
		r.Reason = Interrupted
	}
	if err != nil {
		r.Detail = Message{"%s", []any{err}}
	}
	return r
}

// Because adds what was seen, and what it means.
func (r Result) Because(format string, args ...any) Result {
	r.Detail = Message{format, args}
	return r
}

// Note adds something worth knowing that asks for no action.
func (r Result) Note(format string, args ...any) Result {
	r.Notes = append(slices.Clone(r.Notes), Message{format, args})
	return r
}

// With adds the facts.
func (r Result) With(f Found) Result {
	r.Found = f
	return r
}

// Tell is what to do about the result on h, filled in; false without a problem.
func (r Result) Tell(os platforms.OS) (fixers.Tell, bool) {
	if r.Problem == nil {
		return fixers.Tell{}, false
	}
	t, ok := fixers.Choose(r.Problem.Tells, os, r.Found.Owner, r.Case)
	if r.Root {
		t = t.WithSudo()
	}
	return t.Fill(r.Found.Words()), ok
}

// String is the result as fixtures write it.
func (r Result) String() string {
	var b strings.Builder
	b.WriteString(string(r.Status))
	if r.Problem != nil {
		b.WriteString(" " + r.Problem.ID)
	}
	if r.Reason != "" {
		b.WriteString(" " + r.Reason)
	}
	b.WriteString(": " + r.Summary.String() + "\n")
	if d := r.Detail.String(); d != "" {
		b.WriteString("  " + d + "\n")
	}
	for _, n := range r.Notes {
		b.WriteString("note: " + n.String() + "\n")
	}
	return b.String()
}
