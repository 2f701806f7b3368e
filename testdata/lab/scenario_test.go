package main

import (
	"errors"
	"os"
	"strings"
	"testing"

	"devdoctor/testdata/lab/machine"
)

func TestMain(m *testing.M) {
	machine.Main()
	os.Exit(m.Run())
}

// A scenario that could pass without saying anything is refused.
func TestParseScenario(t *testing.T) {
	const whole = "Mode 1. Broken.\n-- machine --\nsystem trixie\n-- want --\nexit 1\nfail node-version/too-old\n"
	if s, err := parseScenario("x", []byte(whole)); err != nil || s.exit != 1 || len(s.want) != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	for what, text := range map[string]string{
		"begin with what":       strings.TrimPrefix(whole, "Mode 1. Broken.\n"),
		"names a system":        strings.Replace(whole, "system trixie\n", "", 1),
		"no section want":       whole[:strings.Index(whole, "-- want")],
		"STATUS CHECK":          strings.Replace(whole, "fail node", "failed node", 1),
		"there is no such":      whole + "-- brake --\n",
		"has no such line":      strings.Replace(whole, "system", "sistem", 1),
		"neither works":         whole + "-- proof --\nnode -v\n",
		"neither login nor old": whole + "-- where --\nhere\n",
	} {
		if _, err := parseScenario("x", []byte(text)); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%q: %v", what, err)
		}
	}
}

func TestCompare(t *testing.T) {
	said := machine.Result{Exit: 1, Stdout: `{"checks": [
		{"id": "a", "status": "fail", "problem": "p"}, {"id": "b", "status": "warn", "problem": "q"}, {"id": "c", "status": "ok"}]}`}
	for _, c := range []struct {
		scenario scenario
		differs  int
	}{
		{scenario{exit: 1, want: []finding{{"fail", "a", "p"}, {"warn", "b", ""}}, only: true}, 0},
		{scenario{exit: -1, want: []finding{{"fail", "a", ""}}}, 0},
		{scenario{exit: -1, want: []finding{{"fail", "a", ""}}, only: true}, 1},
		{scenario{exit: 0, want: []finding{{"fail", "a", "other"}, {"ok", "d", ""}}}, 3},
	} {
		differs, err := c.scenario.compare(said, nil)
		if err != nil || len(differs) != c.differs {
			t.Errorf("%+v: %q, %v", c.scenario.want, differs, err)
		}
	}
	if _, err := (&scenario{}).compare(machine.Result{Stdout: "panic"}, nil); err == nil {
		t.Error("what is no report was taken for one")
	}
	if _, err := (&scenario{}).compare(machine.Result{Err: errors.New("gone")}, nil); err == nil {
		t.Error("a devdoctor that did not run was taken for a report")
	}
}
