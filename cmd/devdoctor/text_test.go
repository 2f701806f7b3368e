package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"devdoctor/checks"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// reportOf is a report with the given outcomes on a Linux.
func reportOf(outcomes ...checks.Outcome) *checks.Report {
	m := checks.Machine{OS: platforms.Linux, Arch: "amd64", Name: "Testix 1", World: platforms.Native, Account: "own"}
	return checks.NewReport(m, time.Time{}, outcomes, checks.Asked{
		Version: "1.2.3", Self: []string{"devdoctor"}, Again: []string{"devdoctor", "check"},
		First: 1, Last: 2, Evidence: true, Redactor: platforms.NewRedactor(platforms.Identity{}),
	})
}

func outcome(id string, r checks.Result) checks.Outcome {
	return checks.Outcome{Check: &checks.Check{ID: id, Phase: 1}, Result: r, Evidence: []checks.Evidence{
		{Query: platforms.Query{Verb: "env", Args: []string{"PATH"}}, Answer: platforms.Answer{Text: strings.Repeat("/some/where:", 30)}},
	}}
}

var longCommand = []string{"get", "--from", "a-place-with-a-long-name.example", "--into", "a-directory-with-a-long-name", "everything"}

// sick is n different failures, each with advice.
func sick(n int) []checks.Outcome {
	var all []checks.Outcome
	for i := range n {
		p := &checks.Problem{ID: "broken", Tells: []fixers.Tell{{Do: fmt.Sprintf("Do thing %d, and then wait until it is done.", i), Run: [][]string{longCommand}}}}
		all = append(all, outcome(fmt.Sprint("sick-", i), p.Fail("thing %d is broken", i).Because("It was seen that thing %d lies in two pieces on the floor.", i)))
	}
	return all
}

// TestOffer holds that a finding names one way to put it right: the fix, where there is
// one, and else what to do by hand.
func TestOffer(t *testing.T) {
	outcomes := sick(2)
	m := checks.Machine{OS: platforms.Linux, Name: "Testix 1"}
	page := string(formatText(checks.NewReport(m, time.Time{}, outcomes, checks.Asked{
		Self: []string{"devdoctor"}, Fix: []string{"devdoctor", "fix"}, First: 1, Last: 2, Redactor: platforms.NewRedactor(platforms.Identity{}),
		Offers: map[string]checks.FixReport{"sick-0": {ID: "glue", Title: "Glue thing 0", Admin: true}},
	}), layout{width: 80, verbose: true}))
	for text, want := range map[string]bool{
		"devdoctor fix can do it: Glue thing 0.": true, needsAdmin: true, "Do thing 0": false, "Do thing 1": true, strings.Join(longCommand, " "): true,
	} {
		if strings.Contains(page, text) != want {
			t.Errorf("%q is there: %v\n%s", text, !want, page)
		}
	}
	if n := strings.Count(page, strings.Join(longCommand, " ")); n != 1 {
		t.Errorf("the command for what is not mended stands there %d times\n%s", n, page)
	}
}

// TestWidth holds that no line is wider than the page, but for what is there to
// be copied. G60
func TestWidth(t *testing.T) {
	outcomes := append(sick(3), outcome("fine", checks.OK("all %s well", strings.Repeat("very ", 30))), outcome("unsure", checks.Unknown(platforms.ErrTimedOut, "nobody answered")))
	for width := narrowest; width <= widest; width += 5 {
		for _, l := range []layout{{width: width}, {width: width, unicode: true}, {width: width, verbose: true}} {
			for line := range strings.Lines(string(formatText(reportOf(outcomes...), l))) {
				line = strings.TrimRight(line, "\n")
				command := strings.Contains(line, strings.Join(longCommand, " ")) || strings.HasPrefix(line, "To read more: ")
				if n := utf8.RuneCountInString(line); n > width && !command {
					t.Errorf("%d of %d columns: %s", n, width, line)
				}
			}
		}
	}
}

// TestCommandsStayWhole holds that a command can be copied from its own line.
func TestCommandsStayWhole(t *testing.T) {
	page := string(formatText(reportOf(sick(1)...), layout{width: narrowest}))
	want := strings.Join(longCommand, " ")
	if !regexp.MustCompile(`(?m)^ +` + want + `$`).MatchString(page) {
		t.Errorf("the command has no line of its own:\n%s", page)
	}
	if !strings.HasSuffix(page, "\nNext: "+want+"\n") {
		t.Errorf("the command is not the last line:\n%s", page)
	}
}

// TestTerse holds what a long report leaves out, and what never.
func TestTerse(t *testing.T) {
	for _, n := range []int{1, 2, 3, 6, 15} {
		page := string(formatText(reportOf(sick(n)...), layout{width: 60}))
		for i := range n {
			if !strings.Contains(page, fmt.Sprintf("thing %d is broken (sick-%d/broken)", i, i)) {
				t.Errorf("%d findings: %d is not named:\n%s", n, i, page)
			}
		}
		if !strings.Contains(page, "thing 0 lies in two pieces") || !strings.Contains(page, "Do thing 0") {
			t.Errorf("%d findings: the first is not told in full:\n%s", n, page)
		}
		if lines := strings.Count(page, "\n"); n <= 6 && lines > screen {
			t.Errorf("%d findings take %d lines:\n%s", n, lines, page)
		}
	}
	all := string(formatText(reportOf(sick(15)...), layout{width: 60, verbose: true}))
	if strings.Count(all, "lies in two pieces") != 15 || strings.Count(all, "Do thing") != 15 || strings.Count(all, "> env PATH") != 15 {
		t.Errorf("--verbose leaves something out:\n%s", all)
	}
}

// TestColour holds that colour adds nothing but colour.
func TestColour(t *testing.T) {
	r := reportOf(append(sick(2), outcome("fine", checks.OK("well")))...)
	for width := narrowest; width <= widest; width++ {
		unicode := width%2 == 0
		plain := string(formatText(r, layout{width: width, unicode: unicode}))
		coloured := string(formatText(r, layout{width: width, unicode: unicode, colour: true}))
		if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, "\x1b[31") {
			t.Errorf("plain %q, coloured %q", plain, coloured)
		}
		if got := escapes.ReplaceAllString(coloured, ""); got != plain {
			t.Errorf("without colour:\n%s\nplain:\n%s", got, plain)
		}
	}
}

// TestHosts holds the first report of a learner's life to one screen of 60
// columns, healthy or with everything missing, in plain ASCII, with something to
// type at its end. G58, G60
func TestHosts(t *testing.T) {
	t.Setenv("COLUMNS", "60")
	t.Setenv("LC_ALL", "C")
	for _, host := range hosts(t) {
		page, errOut, code := devdoctor(t, "check", "--replay", host)
		if lines := strings.Count(page, "\n"); lines > screen {
			t.Errorf("%s: %d lines\n%s", host, lines, page)
		}
		if strings.ContainsFunc(page, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' }) {
			t.Errorf("%s: not all is plain ASCII\n%s", host, page)
		}
		end := page[strings.LastIndex(strings.TrimSuffix(page, "\n"), "\n\n"):]
		healthy := filepath.Base(filepath.Dir(host)) == "machines"
		if healthy != (code == checks.ExitReady) || healthy != strings.Contains(end, "You are ready for phases 1 and 2.") {
			t.Errorf("%s: exit %d, ends in %q", host, code, end)
		}
		if !strings.Contains(end, "\nNext: ") && !strings.Contains(end, ", type: devdoctor check") {
			t.Errorf("%s: nothing to do next in %q", host, end)
		}
		if errOut != "" {
			t.Errorf("%s: %q on standard error", host, errOut)
		}
	}
}

// TestConclusions holds the sentence for each way in which a run can end.
func TestConclusions(t *testing.T) {
	stale := &checks.Problem{ID: checks.StaleTerminal, Tells: []fixers.Tell{{Do: "Open a new terminal window."}}}
	page := string(formatText(reportOf(outcome("stale", stale.Fail("not in this window"))), layout{width: 80}))
	for _, want := range []string{
		"This terminal window is out of date. Nothing else failed.",
		"Next: Close this terminal window and open a new one, then type: devdoctor check",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	page = string(formatText(reportOf(outcome("unsure", checks.Unknown(platforms.ErrNotPermitted, "the folder stays shut"))), layout{width: 80}))
	for _, want := range []string{
		"unknown the folder stays shut: this account may not look (unsure)",
		"Nothing failed, but 1 thing could not be found out.",
		"Next: devdoctor check --verbose unsure",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

// TestUnknownsShareALine holds that one reason is told once.
func TestUnknownsShareALine(t *testing.T) {
	why := checks.Unknown(platforms.ErrNotPermitted, "the folder stays shut")
	page := string(formatText(reportOf(outcome("a", why), outcome("b", checks.OK("fine")), outcome("c", why)), layout{width: 80}))
	if !strings.Contains(page, "unknown the folder stays shut: this account may not look (a, c)\n") || strings.Count(page, "stays shut") != 1 {
		t.Error(page)
	}
}

func TestNumberWords(t *testing.T) {
	for want, numbers := range map[string][]int{
		"phase 3": {3}, "phases 1 and 2": {1, 2}, "phases 1 to 3": {1, 2, 3}, "phases 1, 3 to 5 and 8": {1, 3, 4, 5, 8}, "phases 2, 4 and 5": {2, 4, 5},
	} {
		if got := phaseWords(numbers); got != want {
			t.Errorf("%v: %q, want %q", numbers, got, want)
		}
	}
}

// TestFailureBeforeWarning holds that on a full page the learner reads about what
// stands in the way, and not about a warning that happens to come first.
func TestFailureBeforeWarning(t *testing.T) {
	later := &checks.Problem{ID: "later", Tells: []fixers.Tell{{Do: "Do it some day.", Run: [][]string{longCommand}}}}
	var all []checks.Outcome
	for i := range 4 {
		all = append(all, outcome(fmt.Sprint("worn-", i), later.Warn("thing %d will break", i).Because("It was seen that thing %d is worn.", i)))
	}
	page := string(formatText(reportOf(append(all, sick(1)...)...), layout{width: 60}))
	for _, want := range []string{"thing 0 lies in two pieces", "Do thing 0", "\nTo read more: devdoctor explain sick-0/broken\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if n := strings.Count(page, "\n"); n > screen {
		t.Errorf("%d lines", n)
	}
}
