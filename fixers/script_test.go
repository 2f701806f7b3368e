package fixers_test

import (
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// scripts is what a plan is in all languages, and the scripts that take it back.
func scripts(t *testing.T, p fixers.Plan) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, sh := range fixers.Scripted {
		text, err := sh.Script(p)
		if err != nil {
			t.Fatal(err)
		}
		all[string(sh)] = text
	}
	for _, sh := range []fixers.Shell{fixers.Sh, fixers.Cmd} {
		text, err := sh.UndoScript(p, "20261121-120000")
		if err != nil {
			t.Fatal(err)
		}
		all["undo."+string(sh)] = text
	}
	return all
}

// Words that came from a machine or a plan file are comments and quoted words, and never a
// line that runs.
func TestScriptsHoldWords(t *testing.T) {
	evil := "is\r\nevil & evil | evil ; evil %evil% $(evil) `evil` ' \" ’ evil > evil\nevil"
	p := fixers.Plan{Devdoctor: evil, Machine: evil, Fixes: []fixers.Planned{{Check: evil, Problem: evil, Title: evil, Steps: []fixers.Step{
		{Says: evil, Hosts: []string{evil}, Leaves: []string{evil}, Verified: fixers.Documented, Run: &fixers.Run{
			Argv: []string{"true"}, Back: []string{"true"}, Seen: fixers.Probe{Query: "which true", Before: fixers.Absent, After: fixers.Anything}}},
		{Says: evil, Tell: &fixers.Instruction{Do: evil, Run: [][]string{{"echo", evil}}, Why: evil}},
	}}}}
	quoted := map[string][]string{
		"sh": {"# ", "take 0 '", "tell '"}, "cmd": {"rem ", `set "says=`}, "ps1": {"# ", "if (-not ((Take 'is ", "(Tell 'is "},
		"undo.sh": {"# ", "ended 0 'is "}, "undo.cmd": {"rem ", `set "says=`},
	}
	for name, text := range scripts(t, p) {
		if !strings.Contains(text, "evil") {
			t.Errorf("%s: it says nothing of the step", name)
		}
		for line := range strings.Lines(text) {
			line = strings.TrimLeft(line, "\t ")
			safe := !strings.Contains(line, "evil")
			for _, start := range quoted[name] {
				safe = safe || strings.HasPrefix(line, start)
			}
			if !safe || strings.HasSuffix(name, "cmd") && strings.Contains(strings.ReplaceAll(line, "%%", ""), "%evil%") {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

// A password that stands in a file beside the lines of an edit is in no script.
func TestScriptsHoldNoSecrets(t *testing.T) {
	before := "registry=http://packages.example\n//packages.example/:_authToken=hunter2\n"
	e := fixers.NewEdit("~/.npmrc", before, strings.TrimPrefix(before, "registry=http://packages.example\n"))
	p := fixers.Plan{Fixes: []fixers.Planned{{Steps: []fixers.Step{{Says: "Take a line out.", Edit: e}}}}}
	for name, text := range scripts(t, p) {
		if strings.Contains(text, "hunter2") || strings.Contains(text, "68756e74657232") || strings.Contains(text, "aHVudGVyMg") {
			t.Errorf("%s: it holds the password", name)
		}
	}
}

// What a command file cannot do it says, and does not do by halves.
func TestScriptsSayWhatTheyCannot(t *testing.T) {
	for name, s := range map[string]fixers.Step{
		"a link":  {Path: &fixers.Path{Path: "~/a", After: platforms.Entry{Kind: platforms.KindLink, Target: "b"}}},
		"a block": {Block: &fixers.Block{Path: "~/a", Name: "n", After: "x\n"}},
		"a query of devdoctor's own": {Run: &fixers.Run{Argv: []string{"true"}, Seen: fixers.Probe{
			Query: "process 1", Before: "name node", After: fixers.Absent}}},
	} {
		s.Says = "Do it."
		for shell, text := range scripts(t, fixers.Plan{Fixes: []fixers.Planned{{Steps: []fixers.Step{s}}}}) {
			if strings.HasSuffix(shell, "sh") && s.Run == nil {
				continue // sh can
			}
			if !strings.Contains(text, "Only devdoctor can ask") && !strings.Contains(text, "by hand") && !strings.Contains(text, "is not for") {
				t.Errorf("%s in %s: it does not say so:\n%s", name, shell, text)
			}
		}
	}
}
