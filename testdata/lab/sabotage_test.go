package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"devdoctor/testdata/lab/machine"
)

const top = "../.." // of the repository

// verdict is what a sabotage must not hand out: it would be no mistake in a question.
var verdict = regexp.MustCompile(`\b(OK|Skip|Unknown|Fail|Warn)\(`)

// Each sabotage is another single line in another file, and the line that it replaces
// stands there once.
func TestSabotages(t *testing.T) {
	scenarios, err := readScenarios("scenarios", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(sabotages) < 10 {
		t.Errorf("there are %d sabotages", len(sabotages))
	}
	subjects, files := map[string]bool{}, map[string]bool{}
	for _, s := range sabotages {
		if subjects[s.subject] || files[s.file] {
			t.Errorf("%s: there are two sabotages of it, or of %s", s.subject, s.file)
		}
		subjects[s.subject], files[s.file] = true, true
		if s.does == "" || s.new == s.old || strings.Contains(s.new, "\n") || verdict.MatchString(s.new) {
			t.Errorf("%s: %s", s.subject, s.new)
		}
		if _, err := s.apply(top); err != nil {
			t.Error(err)
		}
		if first := s.ranked(scenarios)[0]; !wantsOf(first, s.checks) {
			t.Errorf("%s: no scenario wants anything of %s", s.subject, s.checks)
		}
	}
}

func wantsOf(s *scenario, checks string) bool {
	for _, f := range s.want {
		if strings.HasPrefix(f.check, checks) {
			return true
		}
	}
	return false
}

// All sabotages compile: what does not would be found by nobody's machine.
func TestSabotagesCompile(t *testing.T) {
	replace := map[string]string{}
	for _, s := range sabotages {
		dir := t.TempDir()
		if _, err := s.overlay(top, dir); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, "overlay.json"))
		if err != nil {
			t.Fatal(err)
		}
		one := struct{ Replace map[string]string }{replace}
		if err := json.Unmarshal(data, &one); err != nil {
			t.Fatal(err)
		}
	}
	if len(replace) != len(sabotages) {
		t.Fatalf("%d sabotages replace %d files", len(sabotages), len(replace))
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "all.json")
	if err := os.WriteFile(list, data, 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "build", "-overlay", list, "./checks", "./platforms")
	c.Dir = top
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestSabotageNoLongerApplies(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.go"), []byte("\tif a {\n\t\tif a {\n\tif b {\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, old, want string }{
		{"a.go", "if a {", "2 times"},
		{"a.go", "if c {", "0 times"},
		{"a.go", "if", "0 times"},
		{"b.go", "if a {", "no such file"},
	} {
		_, err := sabotage{subject: "a", file: c.file, old: c.old, new: "if !x {"}.apply(root)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	text, err := sabotage{file: "a.go", old: "if b {", new: "if !b {"}.apply(root)
	if want := "\tif a {\n\t\tif a {\n\tif !b {\n"; err != nil || text != want {
		t.Errorf("%q, %v", text, err)
	}
}

func TestChooseSabotages(t *testing.T) {
	if list, err := chooseSabotages("^git$"); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	for _, only := range []string{"no such subject", "("} {
		if list, err := chooseSabotages(only); err == nil {
			t.Errorf("%q chose %v", only, list)
		}
	}
}

// What wants something of the subject's checks and bears its name comes first, then
// what does one of the two; Windows waits behind them.
func TestRanked(t *testing.T) {
	list := []*scenario{
		{name: "linux-other"},
		{name: "windows-git", spec: machine.Spec{System: "windows"}},
		{name: "linux-trap-git"},
		{name: "windows-wants", spec: machine.Spec{System: "windows"}, want: []finding{{"fail", "git-identity", "missing"}}},
		{name: "linux-wants", want: []finding{{"warn", "git-ownership", ""}}},
		{name: "linux-git-wants", want: []finding{{"fail", "git-identity", "missing"}}},
	}
	var names []string
	for _, s := range (sabotage{subject: "git", checks: "git-"}).ranked(list) {
		names = append(names, s.name)
	}
	if is, want := strings.Join(names, " "), "linux-git-wants linux-wants linux-trap-git windows-wants windows-git linux-other"; is != want {
		t.Errorf("%s, not %s", is, want)
	}
}

// One red that comes from a busy computer catches nothing, and what is red without the
// sabotage too is an error.
func TestRed(t *testing.T) {
	red := []string{"exit status 0, wanted 1"}
	for name, c := range map[string]struct {
		bad    [][]string // one for each time it is played
		honest []string
		caught bool
		err    string
	}{
		"as wanted":       {[][]string{nil}, nil, false, ""},
		"caught":          {[][]string{red, red}, nil, true, ""},
		"red once":        {[][]string{red, nil}, nil, false, ""},
		"broken scenario": {[][]string{red, red}, red, false, "without the sabotage either"},
	} {
		b, played := &bench{}, 0
		got, err := b.red("a scenario", func() ([]string, error) {
			played++
			return c.bad[played-1], nil
		}, func() ([]string, error) { return c.honest, nil })
		if (got != nil) != c.caught || played != len(c.bad) || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %q, %v, played %d times", name, got, err, played)
		}
	}
	broken := func() ([]string, error) { return nil, os.ErrClosed }
	if _, err := (&bench{}).red("a scenario", broken, nil); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}
