package main

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"devdoctor/testdata/lab/machine"
)

func TestMain(m *testing.M) {
	machine.Main()
	if args := os.Getenv("DEVDOCTOR_LAB_TEST_ARGS"); args != "" {
		os.Args = append(os.Args[:1], strings.Fields(args)...)
		main()
		os.Exit(0)
	}
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

// The scenarios are as many as were asked for, of phases 1 and 2 and of Docker: what is broken,
// what looks broken and is not, and how much of both is on Windows. Neither the hostile
// machines nor those that show a fix, a script or undo count among them.
func TestHowMany(t *testing.T) {
	list, err := readScenarios("scenarios", "")
	if err != nil {
		t.Fatal(err)
	}
	broken, healthy, windows := 0, 0, 0
	for _, s := range list {
		if s.run != "" || s.check[0] != "check" || s.harm != (harm{}) {
			continue
		}
		tells := slices.ContainsFunc(s.want, func(f finding) bool { return f.status == "fail" || f.status == "warn" })
		switch {
		case tells && s.proof != nil:
			broken++
		case !tells && s.exit == 0 && s.only && s.proof != nil && s.proof.works:
			healthy++
		default:
			continue
		}
		if s.program() == "windows" {
			windows++
		}
	}
	if broken < 60 || healthy < 40 || windows < 25 {
		t.Errorf("%d are broken, %d are healthy and strange, %d of them are on Windows", broken, healthy, windows)
	}
	t.Logf("%d are broken, %d are healthy and strange, %d of them are on Windows", broken, healthy, windows)
}
