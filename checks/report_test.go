package checks

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Problems and checks that exist only here.
var (
	testMissing = &Problem{ID: "missing", Tells: []fixers.Tell{{Do: "Install it.", Run: [][]string{{"get", "it"}, {"try", "it"}}}}}
	testWords   = &Problem{ID: "words", Tells: []fixers.Tell{{Do: "Ask your teacher."}}}
	testAdmin   = &Problem{ID: "admin", Tells: []fixers.Tell{{Do: "Install it.", Run: [][]string{{"sudo", "get", "it"}}, Admin: true}}}
	testLogin   = &Problem{ID: NewLogin, Tells: []fixers.Tell{{Do: "Log out, and log in again."}}}
	testStale   = &Problem{ID: StaleTerminal, Tells: []fixers.Tell{{Do: "Open a new terminal window."}}}
)

func outcomeOf(id string, r Result) Outcome {
	return Outcome{Check: &Check{ID: id, Title: id + " is well", Why: "it matters", Phase: 1}, Result: r}
}

func unknownBecause(reason string) Result {
	r := Unknown(nil, "no idea")
	r.Reason = reason
	return r
}

// showAll keeps everything but secrets.
var showAll = Asked{Level: ForLearner, Redactor: platforms.NewRedactor(platforms.Identity{})}

var day = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// reportOn is a report on a Linux in phase 1, for which there are checks.
func reportOn(change func(*Asked), results ...Result) *Report {
	asked := Asked{
		Version: "1.2.3", Self: []string{"devdoctor"}, Again: []string{"devdoctor", "check"},
		First: 1, Last: 1, Level: showAll.Level, Redactor: showAll.Redactor,
	}
	if change != nil {
		change(&asked)
	}
	var outcomes []Outcome
	for i, r := range results {
		outcomes = append(outcomes, outcomeOf("test-"+string(rune('a'+i)), r))
	}
	return NewReport(Machine{OS: platforms.Linux, Name: "Testix 1"}, day, outcomes, asked)
}

// coverPhases makes do, for one test, with a check for each of the phases.
func coverPhases(t *testing.T, phases ...int) {
	t.Helper()
	old := Subjects
	t.Cleanup(func() { Subjects = old })
	var all []*Check
	for _, n := range phases {
		all = append(all, &Check{ID: "covers", Phase: n})
	}
	Subjects = []Subject{{"test", "Test", all}}
}

// TestVerdict holds every exit status and the rules of ready. G57 G06
func TestVerdict(t *testing.T) {
	ok, skip := OK("fine"), Skip("not here")
	fail, warn, stale := testMissing.Fail("gone"), testMissing.Warn("old"), testStale.Fail("not in this window")
	blocked := Result{Status: StatusBlocked, Summary: Message{"waits", nil}}
	strict := func(a *Asked) { a.Strict = true }
	some := func(a *Asked) { a.Some = true }
	stopped := func(a *Asked) { a.Ended = context.Canceled }
	timedOut := func(a *Asked) { a.Ended = context.DeadlineExceeded }
	beyond := func(a *Asked) { a.Last = 4 } // which has no checks
	coverPhases(t, 1, 2, 3)
	for _, test := range []struct {
		name     string
		change   func(*Asked)
		results  []Result
		exit     int
		ready    string
		complete bool
	}{
		{"all well", nil, []Result{ok, skip}, ExitReady, "true", true},
		{"a warning", nil, []Result{ok, warn}, ExitReady, "true", true},
		{"a warning when strict", strict, []Result{ok, warn}, ExitNotReady, "false", true},
		{"a failure", nil, []Result{ok, fail, warn}, ExitNotReady, "false", true},
		{"a failure and an unknown", nil, []Result{fail, unknownBecause(NotPermitted)}, ExitNotReady, "false", true},
		{"an unknown", nil, []Result{ok, unknownBecause(NotPermitted)}, ExitUnknown, "false", true},
		{"a crash", nil, []Result{ok, unknownBecause(Crashed)}, ExitUnknown, "false", true},
		{"only blocked", nil, []Result{ok, blocked}, ExitUnknown, "false", true},
		{"a stale terminal", nil, []Result{ok, stale}, ExitNewTerminal, "false", true},
		{"a stale terminal and what waits for it", nil, []Result{stale, blocked}, ExitNewTerminal, "false", true},
		{"a stale terminal and a failure", nil, []Result{stale, fail}, ExitNotReady, "false", true},
		{"a new login", nil, []Result{ok, testLogin.Fail("not yet")}, ExitNewTerminal, "false", true},
		{"some checks, well", some, []Result{ok}, ExitReady, "null", true},
		{"some checks, failed", some, []Result{fail}, ExitNotReady, "null", true},
		{"some checks, unknown", some, []Result{unknownBecause(TimedOut)}, ExitUnknown, "null", true},
		{"a phase without checks", beyond, []Result{ok}, ExitUnknown, "false", true},
		{"a query that timed out", nil, []Result{unknownBecause(TimedOut)}, ExitUnknown, "false", true},
		{"time is up", timedOut, []Result{ok, unknownBecause(TimedOut)}, ExitUnknown, "false", false},
		{"time is up after a failure", timedOut, []Result{fail, unknownBecause(TimedOut)}, ExitNotReady, "false", false},
		{"time is up after a stale terminal", timedOut, []Result{stale, unknownBecause(TimedOut)}, ExitUnknown, "false", false},
		{"stopped", stopped, []Result{ok, unknownBecause(Interrupted)}, ExitInterrupted, "false", false},
		{"stopped after a failure", stopped, []Result{fail, unknownBecause(Interrupted)}, ExitInterrupted, "false", false},
		{"stopped when all was done", stopped, []Result{ok, skip}, ExitReady, "true", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := reportOn(test.change, test.results...)
			ready, _ := json.Marshal(r.Ready)
			if r.Exit != test.exit || string(ready) != test.ready || r.Complete != test.complete {
				t.Errorf("exit %d, ready %s, complete %v; want %d, %s, %v", r.Exit, ready, r.Complete, test.exit, test.ready, test.complete)
			}
		})
	}
}

// TestNext holds what a learner is told to do now. G58
func TestNext(t *testing.T) {
	coverPhases(t, 1, 2, 3)
	strict := func(a *Asked) { a.Strict = true }
	for _, test := range []struct {
		name    string
		change  func(*Asked)
		results []Result
		argv    string
		words   string
		human   bool
	}{
		{"the first failure's first command", nil, []Result{testMissing.Warn("w"), testMissing.Fail("a"), testAdmin.Fail("b")}, "get it", "", false},
		{"an administrator's command", nil, []Result{testAdmin.Fail("b"), testMissing.Fail("a")}, "sudo get it", "", true},
		{"words", nil, []Result{testWords.Fail("a"), testMissing.Fail("b")}, "", "Ask your teacher.", true},
		{"a stale terminal", nil, []Result{testStale.Fail("a")}, "", "Close this terminal window and open a new one, then type: devdoctor check", true},
		{"a new login", nil, []Result{testLogin.Fail("a")}, "", "Log out of the computer and in again, then type: devdoctor check", true},
		{"a warning when strict", strict, []Result{testMissing.Warn("w")}, "get it", "", false},
		{"an unknown", nil, []Result{OK("fine"), unknownBecause(Unclear)}, "devdoctor check --verbose test-b", "", true},
		{"no answer", nil, []Result{OK("fine"), unknownBecause(TimedOut)}, "", "Something did not answer in time. Restart the computer, then type: devdoctor check", true},
		{"time is up", func(a *Asked) { a.Ended = context.DeadlineExceeded }, []Result{unknownBecause(TimedOut)}, "devdoctor check", "", false},
		{"some checks were well", func(a *Asked) { a.Some = true }, []Result{OK("fine")}, "devdoctor check", "", false},
		{"a later phase has checks", func(a *Asked) { a.Last = 2 }, []Result{OK("fine")}, "devdoctor check --phase 3", "When phase 3 begins, type", false},
		{"no later phase has", func(a *Asked) { a.Last = 3 }, []Result{OK("fine")}, "devdoctor check", "If something stops working, type", false},
		{"a phase without checks", func(a *Asked) { a.Last = 4 }, []Result{OK("fine")}, "", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			next := reportOn(test.change, test.results...).Next
			if got := strings.Join(next.Argv, " "); got != test.argv || next.Words != test.words || next.NeedsHuman != test.human {
				t.Errorf("got %q, %q, %v; want %q, %q, %v", got, next.Words, next.NeedsHuman, test.argv, test.words, test.human)
			}
		})
	}
}

// TestPhaseCounts holds that all ten phases are there, and which ones speak.
func TestPhaseCounts(t *testing.T) {
	coverPhases(t, 1, 2)
	r := reportOn(func(a *Asked) { a.Last = 2 }, OK("a"), OK("b"), Skip("c"), testMissing.Fail("d"), testMissing.Warn("e"), unknownBecause(Crashed))
	if len(r.Phases) != 10 {
		t.Fatalf("%d phases", len(r.Phases))
	}
	first := r.Phases[0]
	if first.OK != 2 || first.Skip != 1 || first.Fail != 1 || first.Warn != 1 || first.Unknown != 1 || first.Blocked != 0 {
		t.Errorf("phase 1 counts %+v", first)
	}
	for i, p := range r.Phases {
		switch {
		case i < 2 && (p.Ready == nil || *p.Ready):
			t.Errorf("phase %d is ready although phase 1 failed", p.Phase)
		case i >= 2 && p.Ready != nil:
			t.Errorf("phase %d was not looked at and says ready=%v", p.Phase, *p.Ready)
		}
	}
}

// TestReportIsHarmless plants what would fool a terminal into every text of a
// machine. G63
func TestReportIsHarmless(t *testing.T) {
	evil := "a\x1b[2Jb\r\nok fake\u202egnp\u0007\xff"
	private := platforms.NewRedactor(platforms.Identity{OS: platforms.Linux, Home: "/home/jolanthe", User: "jolanthe", Hostname: "kolibri-17"})
	p := &Problem{ID: "evil", Tells: []fixers.Tell{{Do: "Do {path}.", Run: [][]string{{"rm", "{path}"}}}}}
	o := outcomeOf("evil", p.Fail("/home/jolanthe/kolibri-17 %s", evil).Because("/home/jolanthe/kolibri-17 %s", evil).Note("/home/jolanthe/kolibri-17 %s", evil).With(Found{Path: "/home/jolanthe/" + evil}))
	o.Evidence = []Evidence{
		{platforms.Query{Verb: "file", Args: []string{"/home/jolanthe/" + evil}}, platforms.Answer{Text: "/home/jolanthe/kolibri-17 " + evil, Stderr: "/home/jolanthe/kolibri-17 " + evil, Exit: 1}, nil, time.Second},
		{platforms.Query{Verb: "now"}, platforms.Answer{}, errors.New("/home/jolanthe/kolibri-17 " + evil), 0},
	}
	r := NewReport(Machine{OS: platforms.Linux, Name: "/home/jolanthe/" + evil}, day, []Outcome{o}, Asked{First: 1, Last: 1, Evidence: true, Redactor: private})
	c := r.Checks[0]
	texts := append([]string{r.Machine.Name, c.Summary, c.Detail, c.Advice.Do, r.Next.Words, r.Slowest[0].Query}, c.Notes...)
	for _, e := range c.Evidence {
		texts = append(texts, e.Query)
		texts = append(texts, strings.Split(e.Answer, "\n")...)
	}
	for _, s := range texts {
		if strings.ContainsFunc(s, strange) || strings.Contains(s, "\xff") {
			t.Errorf("%q reaches the terminal", s)
		}
	}
	if len(c.Advice.Commands) > 0 {
		t.Errorf("a command with control characters is offered: %v", c.Advice.Commands)
	}
	page, err := json.Marshal(r)
	for _, name := range []string{"jolanthe", "kolibri-17"} {
		if err != nil || strings.Contains(string(page), name) {
			t.Errorf("%v: %s is in %s", err, name, page)
		}
	}
}

func TestEvidenceIsCut(t *testing.T) {
	long := strings.Repeat("line\n", 50) + strings.Repeat("x", 1000)
	got := newExhibitor(showAll).answer(Evidence{Answer: platforms.Answer{Text: long, Exit: 3}})
	lines := strings.Split(got, "\n")
	if len(lines) != evidenceLines+1 || lines[0] != "! exit 3" || lines[evidenceLines] != "(47 more lines)" {
		t.Errorf("got %q", lines)
	}
	if got := newExhibitor(showAll).answer(Evidence{Answer: platforms.Answer{Text: strings.Repeat("é", 1000)}}); len([]rune(got)) != evidenceWidth+3 {
		t.Errorf("a long line has %d characters", len([]rune(got)))
	}
}

// A long answer is cut before private things are hidden in it, and far behind
// what is shown.
func TestLongAnswers(t *testing.T) {
	text := strings.Repeat("password=hunter2hunter2\n", 100_000)
	got := newExhibitor(showAll).answer(Evidence{Query: platforms.Query{Verb: "file", Args: []string{"/x"}}, Answer: platforms.Answer{Text: text}})
	if strings.Contains(got, "hunter2") || !strings.HasSuffix(got, "(99995 more lines)") {
		t.Errorf("got %q", got)
	}
}

func TestSlowest(t *testing.T) {
	var o Outcome
	for i := range 8 {
		o.Evidence = append(o.Evidence, Evidence{Query: platforms.Query{Verb: "env", Args: []string{string(rune('A' + i))}}, Took: time.Duration(i) * time.Second})
	}
	var names []string
	for _, q := range newExhibitor(showAll).slowest([]Outcome{o, o}) {
		names = append(names, q.Query)
	}
	if want := []string{"env H", "env G", "env F", "env E", "env D"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}
