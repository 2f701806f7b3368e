package checks

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// TestNextStartsWithoutShell holds that the command for programs does what the
// line for people does: home is a word that only a shell understands.
func TestNextStartsWithoutShell(t *testing.T) {
	coverPhases(t, 1)
	linux := platforms.Identity{OS: platforms.Linux, Home: "/home/jolanthe", User: "jolanthe"}
	windows := platforms.Identity{OS: platforms.Windows, Home: `C:\Users\jolanthe`, User: "jolanthe"}
	for _, test := range []struct {
		on    platforms.Identity
		level Level
		run   []string
		want  []string
		human bool
	}{
		{linux, ForReport, []string{"git", "init"}, []string{"git", "init"}, false},
		{linux, ForReport, []string{"git", "clone", "x", "~/.nvm"}, []string{"sh", "-c", "git clone x ~/.nvm"}, false},
		{linux, ForLearner, []string{"git", "clone", "x", "~/.nvm"}, []string{"sh", "-c", "git clone x ~/.nvm"}, false},
		{linux, ForReport, []string{"chmod", "755", "/home/jolanthe/my node"}, []string{"sh", "-c", "chmod 755 ~/'my node'"}, false},
		{linux, ForLearner, []string{"chmod", "755", "/home/jolanthe/my node"}, []string{"chmod", "755", "/home/jolanthe/my node"}, false},
		{linux, ForReport, []string{"cp", "/mnt/c/Users/jolanthe/a", "b"}, []string{"cp", "/mnt/c/Users/xxxxxxxx/a", "b"}, true},
		{linux, ForReport, []string{"sh", "-c", "echo >> /home/jolanthe/a"}, []string{"sh", "-c", "echo >> ~/a"}, true},
		{linux, ForReport, []string{"nvm", "install", "24"}, []string{"nvm", "install", "24"}, true},
		{windows, ForReport, []string{"npm.cmd", "init"}, []string{"npm.cmd", "init"}, false},
		{windows, ForReport, []string{"mkdir", `C:\dev`}, []string{"cmd", "/c", "mkdir", `C:\dev`}, false},
		{windows, ForReport, []string{"git", "-C", `C:\Users\jolanthe\dev`, "init"}, []string{"cmd", "/c", "git", "-C", `%USERPROFILE%\dev`, "init"}, false},
		{windows, ForLearner, []string{"git", "-C", `C:\Users\jolanthe\dev`, "init"}, []string{"git", "-C", `C:\Users\jolanthe\dev`, "init"}, false},
	} {
		p := &Problem{ID: "x", Tells: []fixers.Tell{{Do: "Do it.", Run: [][]string{test.run}}}}
		asked := Asked{First: 1, Last: 1, Level: test.level, Redactor: platforms.NewRedactor(test.on)}
		next := NewReport(Machine{OS: test.on.OS}, day, []Outcome{outcomeOf("a", p.Fail("x"))}, asked).Next
		if !slices.Equal(next.Argv, test.want) || next.NeedsHuman != test.human {
			t.Errorf("%q becomes %q, human %v; want %q, %v", test.run, next.Argv, next.NeedsHuman, test.want, test.human)
		}
	}
}

// TestNextIsNotSilent holds that nobody is sent back to a program that hangs.
func TestNextIsNotSilent(t *testing.T) {
	coverPhases(t, 1)
	p := &Problem{ID: "x", Tells: []fixers.Tell{{Do: "Do it.", Run: [][]string{{"git", "clone"}}}}}
	for _, err := range []error{platforms.ErrTimedOut, errors.New("too large: more than 1048576 bytes")} {
		hangs := outcomeOf("a", Unknown(err, "git says nothing"))
		hangs.Evidence = []Evidence{{Query: platforms.Query{Verb: "run", Args: []string{"git", "--version"}}, Err: err}}
		for _, outcomes := range [][]Outcome{{hangs, outcomeOf("b", p.Fail("x"))}, {outcomeOf("b", p.Fail("x")), hangs}} {
			asked := showAll
			asked.First, asked.Last, asked.Again = 1, 1, []string{"devdoctor", "check"}
			next := NewReport(Machine{OS: platforms.Linux}, day, outcomes, asked).Next
			if len(next.Argv) > 0 || !strings.HasPrefix(next.Words, "git does not finish.") {
				t.Errorf("%v: next is %q, %q", err, next.Argv, next.Words)
			}
		}
	}
}

// TestMuchIsNoSilence holds that a program which answers otherwise is not taken for one that
// hangs where it has much to say, as git has of a project with thousands of files.
func TestMuchIsNoSilence(t *testing.T) {
	coverPhases(t, 1)
	err := errors.New("too large: more than 1048576 bytes")
	much := outcomeOf("a", Unknown(err, "git did not list the files"))
	much.Evidence = []Evidence{
		{Query: platforms.Query{Verb: "run", Args: []string{"git", "--version"}}},
		{Query: platforms.Query{Verb: "run", Args: []string{"git", "ls-files", "--eol"}}, Err: err},
	}
	asked := showAll
	asked.First, asked.Last, asked.Again, asked.Self = 1, 1, []string{"devdoctor", "check"}, []string{"devdoctor"}
	next := NewReport(Machine{OS: platforms.Linux}, day, []Outcome{much}, asked).Next
	if strings.Contains(next.Words, "Restart") {
		t.Errorf("next is %q, %q", next.Argv, next.Words)
	}
}
