package fixers

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"devdoctor/platforms"
)

// Scripted lists the shells that scripts can be written for.
var Scripted = []Shell{Sh, Cmd, PS1}

// kit holds what scripts are made with, in the language of each shell.
//
//go:embed kit
var kit embed.FS

// kitText is a file of the kit.
func kitText(name string) string {
	text, err := kit.ReadFile("kit/" + name)
	if err != nil {
		panic(err) // the names are constants
	}
	return string(text)
}

// Script is a plan as a program for a shell, which ends in the same state as devdoctor fix.
// It asks first whether a step is needed, so that it can run twice, and leaves what was
// changed since. It ends with 0 where all is done, 1 where a step is not, which it names,
// and 2 where it cannot run at all.
func (sh Shell) Script(p Plan) (string, error) {
	switch sh {
	case Sh:
		return shScript(p), nil
	case Cmd:
		return cmdScript(p), nil
	case PS1:
		return psScript(p), nil
	}
	return "", fmt.Errorf("no script can be written for %q", sh)
}

// UndoScript is a program for a shell that takes a run back as devdoctor undo does. p holds
// all plans of the run, id is its name. It lies beside the journal.
func (sh Shell) UndoScript(p Plan, id string) (string, error) {
	switch sh {
	case Sh:
		return shUndo(p, id), nil
	case Cmd:
		return cmdUndo(p, id), nil
	}
	return "", fmt.Errorf("no script can be written for %q", sh)
}

// aboutReplay is what the script of a saved computer says of itself; nil where the plan was
// made on the computer.
func (p Plan) aboutReplay() []string {
	if !strings.HasSuffix(p.Machine, " replayed") {
		return nil
	}
	return []string{
		"It was written for a computer that was saved. Where a file holds what was replaced in",
		"what was saved, such as a name, the script says that the file was changed, and leaves it.",
	}
}

// A scripted step is one with its number in the plan, from 0. earlier and later are steps that
// change the same file or variable: where the machine is as before an earlier one, or as after a later
// one, it is so for this one too.
type scripted struct {
	Step
	n              int
	earlier, later []int
	blocks         []*Block // that later fixes put into it, the last first
}

// scriptedSteps is the steps of each fix.
func scriptedSteps(p Plan) [][]scripted {
	var fixes [][]scripted
	n := 0
	for _, f := range p.Fixes {
		var steps []scripted
		for _, s := range f.Steps {
			steps, n = append(steps, scripted{Step: s, n: n}), n+1
		}
		fixes = append(fixes, steps)
	}
	for i, fix := range fixes {
		for j := range fix {
			fix[j].relate(fixes, i)
		}
	}
	return fixes
}

// relate finds the other steps of what s changes. A block says nothing of the rest of
// its file; but it is not taken before what stands above it in the same fix.
func (s *scripted) relate(fixes [][]scripted, fix int) {
	for i, steps := range fixes {
		for _, other := range steps {
			switch {
			case other.n == s.n || s.subject() == "" || other.subject() != s.subject():
			case other.n < s.n && other.Block == nil:
				s.earlier = append(s.earlier, other.n)
			case other.n > s.n && (other.Block == nil || i == fix):
				s.later = append(s.later, other.n)
			case other.n > s.n && other.Block.Before == "":
				s.blocks = slices.Insert(s.blocks, 0, other.Block)
			}
		}
	}
}

// subject is the file or the variable that a step changes; "" where it is another thing.
func (s Step) subject() string {
	if s.Env != nil {
		return "the variable " + s.Env.Name
	}
	return s.File()
}

// File is the path that a step changes; "" where it changes none itself.
func (s Step) File() string {
	switch {
	case s.Path != nil:
		return s.Path.Path
	case s.Block != nil:
		return s.Block.Path
	case s.Edit != nil:
		return s.Edit.Path
	}
	return ""
}

// Paths are the files and folders that a step names, some with ~/ in front.
func (s Step) Paths() []string {
	paths := slices.Concat([]string{s.File()}, s.Leaves)
	if s.Fetch != nil {
		paths = append(paths, s.Fetch.Dir)
	}
	if s.Run != nil {
		paths = slices.Concat(paths, s.Run.Argv, s.Run.Back)
	}
	return paths
}

// remarks is what a script says of a step.
func (s Step) remarks() []string {
	lines := []string{s.Says}
	if s.Tell != nil && s.Tell.Why != "" {
		return append(lines, "Why it is for you to do: "+s.Tell.Why+".")
	}
	if s.Admin {
		lines = append(lines, "It asks for the administrator.")
	}
	if s.Verified != ByRunning && s.Tell == nil {
		lines = append(lines, "This was never run on such a computer.")
	}
	if _, ok := s.Inverse(); !ok && s.Tell == nil {
		lines = append(lines, "It cannot be taken back.")
	}
	for _, host := range s.Hosts {
		lines = append(lines, "It talks to "+host+".")
	}
	for _, left := range s.Leaves {
		lines = append(lines, "Taking it back leaves "+left+".")
	}
	return lines
}

// oneLine is words that cannot leave the comment they stand in.
func oneLine(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return ' '
	}, words)
}

// yesOrNo reports whether a probe asks only whether something is there.
func (p Probe) yesOrNo() bool {
	return !slices.ContainsFunc([]string{p.Before, p.After}, func(answer string) bool { return answer != Absent && answer != Anything })
}

// query is what a probe asks. It was parsed when the step was checked.
func (p Probe) query() platforms.Query {
	q, err := platforms.ParseQuery(p.Query)
	if err != nil {
		return platforms.Query{}
	}
	return q
}
