package checks

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Advice is a [fixers.Tell] as a learner sees it.
type Advice struct {
	Do       string
	Commands []Command
	Admin    bool
	Human    bool // somebody has to read, choose or fill in something
}

// A Command is one line of advice.
type Command struct {
	Argv  []string // to be started without a shell; it may start one itself
	Line  string   // to paste into a shell
	Human bool     // Argv alone does not do it, because it asks somebody, or because a private name is replaced in it

	program string // by which it begins
}

// A Next is the one thing to do now.
type Next struct {
	Argv       []string `json:"argv"`            // a command to start without a shell; empty when words must do
	Words      string   `json:"words,omitempty"` // what to do, or when to type Argv
	NeedsHuman bool     `json:"needs_human"`     // no program can do it for the learner

	Line string `json:"-"` // to paste into a shell
}

// advise is t for the eyes of the report's reader. It is without commands where
// one holds a control character: such a line would not do what it seems to.
func advise(t fixers.Tell, shell fixers.Shell, asked Asked) Advice {
	a := Advice{Do: Printable(asked.hide(t.Do)), Admin: t.Admin, Human: t.Human}
	for _, argv := range t.Run {
		if slices.ContainsFunc(argv, func(arg string) bool { return Printable(arg) != arg }) {
			a.Commands = nil
			return a
		}
		hidden := make([]string, len(argv))
		for i, arg := range argv {
			hidden[i] = asked.hide(arg)
		}
		c := startable(argv, hidden, shell)
		c.Line = asked.hideLine(shell.Line(argv), shell)
		a.Commands = append(a.Commands, c)
	}
	return a
}

// homeWords is what stands for home in a hidden argument, where a shell puts home
// in its place.
var homeWords = map[fixers.Shell]string{fixers.Sh: "~", fixers.Cmd: "%USERPROFILE%"}

// startable is a command for programs that start it without a shell. hidden is
// argv for the eyes of the report's reader: its home is a word of the shell, so
// that a shell has to be started in such a case.
func startable(argv, hidden []string, shell fixers.Shell) Command {
	c := Command{Argv: hidden, Human: fixers.Attended(argv[0]), program: argv[0]}
	needsShell := shell == fixers.Cmd && fixers.BuiltIntoCmd(argv[0])
	for i, arg := range argv {
		word := homeWords[shell]
		below, athome := strings.CutPrefix(hidden[i], word)
		switch {
		case shell == fixers.Sh && strings.HasPrefix(arg, "~/"):
			needsShell = true
		case hidden[i] == arg:
		case athome && (below == "" && shell == fixers.Cmd || strings.HasPrefix(below, "/") || strings.HasPrefix(below, `\`)) && strings.HasSuffix(arg, below):
			needsShell = true
		default:
			c.Human = true
		}
	}
	switch {
	case needsShell && shell == fixers.Cmd:
		c.Argv = append([]string{"cmd", "/c"}, hidden...)
	case needsShell:
		c.Argv = []string{"sh", "-c", shell.Line(hidden)}
	}
	return c
}

// silent is, by check, the program that was started for it and did not come to an end:
// nothing was heard from it in time, or more than anybody reads. A program that answers
// another question does end: it had much to say.
func silent(outcomes []Outcome) map[string]string {
	answers := make(map[string]bool)
	for _, o := range outcomes {
		for _, e := range o.Evidence {
			if e.Query.Verb == "run" && e.Err == nil {
				answers[e.Query.Args[0]] = true
			}
		}
	}
	programs := make(map[string]string)
	for _, o := range outcomes {
		for _, e := range o.Evidence {
			if e.Query.Verb != "run" {
				continue
			}
			program := e.Query.Args[0]
			if errors.Is(e.Err, platforms.ErrTimedOut) || isTooLarge(e.Err) && !answers[program] {
				programs[o.Check.ID] = program
			}
		}
	}
	return programs
}

// isTooLarge reports whether an answer was there, and longer than anybody reads (docs/queries.md).
func isTooLarge(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "too large") }

// nextStep is the first thing that stands in the way, in the order in which a
// learner meets things; what comes behind it may need it. Nobody is told to start
// one of the silent programs, which would keep silent again.
func (r *Report) nextStep(asked Asked, silent map[string]string) Next {
	again := strings.Join(asked.Again, " ")
	for _, c := range r.Checks {
		bad := c.Status == StatusFail || asked.Strict && c.Status == StatusWarn
		switch {
		case c.Status == StatusUnknown && r.Complete && silent[c.ID] != "":
			return noAnswer(silent[c.ID], again)
		case !bad:
			continue
		case c.Problem == StaleTerminal:
			return Next{
				Argv: []string{}, NeedsHuman: true,
				Words: "Close this terminal window and open a new one, then type: " + again,
			}
		case c.Problem == NewLogin:
			return Next{Argv: []string{}, NeedsHuman: true, Words: "Log out of the computer and in again, then type: " + again}
		case len(c.Fixes) > 0 && len(asked.Fix) > 0:
			return Next{Argv: asked.Fix, NeedsHuman: true, Words: "Next, and it asks before it changes anything"}
		case len(c.Advice.Commands) == 0:
			return Next{Argv: []string{}, Words: c.Advice.Do, NeedsHuman: true}
		}
		first := c.Advice.Commands[0]
		for _, program := range silent {
			if program == first.program {
				return noAnswer(program, again)
			}
		}
		return Next{Argv: first.Argv, Line: first.Line, NeedsHuman: c.Advice.Admin || c.Advice.Human || first.Human}
	}
	return r.nothingFailed(asked, again)
}

// noAnswer is what to do about a program that was started and did not end.
func noAnswer(program, again string) Next {
	return Next{
		Argv: []string{}, NeedsHuman: true,
		Words: program + " does not finish. Restart the computer, then type: " + again,
	}
}

func (r *Report) nothingFailed(asked Asked, again string) Next {
	if !r.Complete {
		return Next{Argv: asked.Again}
	}
	for _, c := range r.Checks {
		switch {
		case c.Status != StatusUnknown:
		case c.Reason == TimedOut:
			return Next{Argv: []string{}, NeedsHuman: true, Words: "Something did not answer in time. Restart the computer, then type: " + again}
		default:
			return Next{Argv: append(slices.Clone(asked.Self), "check", "--verbose", c.ID), NeedsHuman: true}
		}
	}
	if asked.Some {
		return Next{Argv: append(slices.Clone(asked.Self), "check")}
	}
	if !*r.Ready {
		return Next{Argv: []string{}}
	}
	if n := r.Phase + 1; n <= len(Phases) && Covered(n) {
		return Next{
			Argv:  append(slices.Clone(asked.Self), "check", "--phase", strconv.Itoa(n)),
			Words: fmt.Sprintf("When phase %d begins, type", n),
		}
	}
	return Next{Argv: asked.Again, Words: "If something stops working, type"}
}
