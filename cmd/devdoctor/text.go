package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"

	"devdoctor/checks"
	"devdoctor/platforms"
)

// A screen is how many lines of a report fit without scrolling. What does not
// fit is left out: first the notes, then what findings behind the first say
// beyond their summary, warnings before failures. --verbose shows everything.
const screen = 25

const needsAdmin = "This needs the rights of an administrator."

// formatText is r for people.
func formatText(r *checks.Report, l layout) []byte {
	if l.verbose {
		return verboseText(r, l)
	}
	inFull := findings(r)
	for notes := true; ; notes = false {
		p := newPage(l)
		p.head(r)
		p.body(r, notes, inFull)
		p.foot(r)
		if len(p.lines) <= screen || !notes && len(inFull) <= 1 {
			return p.bytes()
		}
		if !notes {
			inFull = inFull[:len(inFull)-1]
		}
	}
}

// head says which machine this is about.
func (p *page) head(r *checks.Report) {
	text := "devdoctor " + r.Devdoctor + " looked at this computer: "
	if r.Source == "replay" {
		text = "devdoctor " + r.Devdoctor + " looked at a saved computer: "
		if len(r.TakenAt) >= len("2006-01-02") {
			text = "devdoctor " + r.Devdoctor + " looked at a computer saved on " + r.TakenAt[:len("2006-01-02")] + ": "
		}
	}
	p.paragraph(0, text+r.Machine.Name+", "+r.Machine.Arch+worldWords[r.Machine.World]+", "+accountWords[r.Machine.Account]+".")
	p.blank()
}

var worldWords = map[platforms.World]string{
	platforms.WSL1:      ", inside WSL 1 (Linux in Windows)",
	platforms.WSL2:      ", inside WSL 2 (Linux in Windows)",
	platforms.Container: ", inside a container",
	platforms.FlatpakW:  ", inside a Flatpak program",
}

var accountWords = map[string]string{
	"own":      "your account",
	"root":     "the account root",
	"sudo":     "the account root, through sudo",
	"elevated": "your account with administrator rights",
}

// findings is the checks that found a problem: what fails comes before what will,
// because it stands in the way now.
func findings(r *checks.Report) []string {
	var ids []string
	for _, status := range []checks.Status{checks.StatusFail, checks.StatusWarn} {
		for _, c := range r.Checks {
			if c.Status == status {
				ids = append(ids, c.ID)
			}
		}
	}
	return ids
}

// body has a line for what is well in a subject and an entry for each finding;
// those named inFull say what was seen and what to do.
func (p *page) body(r *checks.Report, notes bool, inFull []string) {
	told := make(map[string]bool)
	for _, group := range bySubject(r.Checks) {
		p.healthy(group, notes)
		for _, c := range group {
			switch c.Status {
			case checks.StatusFail, checks.StatusWarn:
				p.row(c.Status, c.Summary+" ("+c.ID+"/"+c.Problem+")")
				if slices.Contains(inFull, c.ID) {
					p.paragraph(p.badgeWidth(), c.Detail)
					p.advice(c)
				}
			case checks.StatusUnknown:
				if line := unknownLine(c, r.Checks); !told[line] {
					p.row(c.Status, line)
					told[line] = true
				}
			}
		}
	}
}

func bySubject(all []checks.CheckReport) [][]checks.CheckReport {
	var groups [][]checks.CheckReport
	for i, c := range all {
		if i == 0 || all[i-1].Subject != c.Subject {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], c)
	}
	return groups
}

// healthy is one line for all that is well in a subject.
func (p *page) healthy(group []checks.CheckReport, notes bool) {
	var ok []checks.CheckReport
	for _, c := range group {
		if c.Status == checks.StatusOK {
			ok = append(ok, c)
		}
	}
	if len(ok) == 0 {
		return
	}
	p.row(checks.StatusOK, p.oneLine(ok))
	if !notes {
		return
	}
	for _, c := range ok {
		for _, n := range c.Notes {
			p.paragraph(p.badgeWidth(), "Note: "+n)
		}
	}
}

// oneLine names the first summary that leaves the line whole.
func (p *page) oneLine(ok []checks.CheckReport) string {
	counted := ""
	if len(ok) > 1 {
		counted = fmt.Sprintf(" (%d checks)", len(ok))
	}
	for _, c := range ok {
		if line := c.Subject + ": " + c.Summary + counted; len(wrap(line, p.width-p.badgeWidth())) == 1 {
			return line
		}
	}
	return ok[0].Subject + ": " + count(len(ok), "check")
}

// advice is what to do: that fix does it, where it can; else words, and the commands on
// lines of their own. One way is enough: explain tells the other.
func (p *page) advice(c checks.CheckReport) {
	if len(c.Fixes) > 0 {
		p.paragraph(p.badgeWidth(), "devdoctor fix can do it: "+c.Fixes[0].Title+".")
		if c.Fixes[0].Admin {
			p.paragraph(p.badgeWidth(), needsAdmin)
		}
		return
	}
	p.paragraph(p.badgeWidth(), c.Advice.Do)
	if c.Advice.Admin {
		p.paragraph(p.badgeWidth(), needsAdmin)
	}
	for _, command := range c.Advice.Commands {
		p.command(p.badgeWidth()+2, command.Line)
	}
}

// reasons is why something is unknown, in words.
var reasons = map[string]string{
	checks.Crashed:      "a mistake in devdoctor",
	checks.TimedOut:     "no answer in time",
	checks.NotPermitted: "this account may not look",
	checks.NotRecorded:  "the saved file does not say",
	checks.Interrupted:  "stopped",
	checks.Unclear:      "the answer is unclear",
}

// unknownLine is one line for all checks that are unknown for the same reason.
func unknownLine(c checks.CheckReport, all []checks.CheckReport) string {
	var ids []string
	for _, other := range all {
		if other.Status == c.Status && other.Reason == c.Reason && other.Summary == c.Summary {
			ids = append(ids, other.ID)
		}
	}
	text := c.Summary
	if c.Reason != checks.Interrupted {
		text += ": " + reasons[c.Reason]
	}
	return text + " (" + strings.Join(ids, ", ") + ")"
}

// foot counts what was not shown and ends with the one thing to do next.
func (p *page) foot(r *checks.Report) {
	p.blank()
	p.paragraph(0, quietly(r))
	p.paragraph(0, later(r))
	p.more(r)
	p.blank()
	p.paragraph(0, p.paint(conclusion(r), color.Bold))
	p.next(r)
}

// more says how to read on about the first finding.
func (p *page) more(r *checks.Report) {
	ids := findings(r)
	if len(ids) == 0 {
		return
	}
	c := r.Checks[slices.IndexFunc(r.Checks, func(c checks.CheckReport) bool { return c.ID == ids[0] })]
	argv := append(slices.Clone(r.Self), "explain", c.ID+"/"+c.Problem)
	p.command(0, "To read more: "+commandLine(r.Machine.OS, argv...))
}

func (p *page) next(r *checks.Report) {
	switch words := r.Next.Words; {
	case r.Next.Line != "" && words != "":
		p.command(0, words+": "+r.Next.Line)
	case r.Next.Line != "":
		p.command(0, "Next: "+r.Next.Line)
	case words != "":
		p.paragraph(0, "Next: "+words)
	}
}

// quietly counts the checks that have no line.
func quietly(r *checks.Report) string {
	n := tally(r.Checks)
	var parts []string
	k := n[checks.StatusBlocked]
	switch {
	case r.Some: // what they wait for may not be above
		for _, c := range r.Checks {
			if c.Status == checks.StatusBlocked {
				parts = append(parts, c.ID+" "+c.Summary+".")
			}
		}
	case k > 0:
		parts = append(parts, count(k, "check")+" "+verb(k, "waits", "wait")+" for the above.")
	}
	if k := n[checks.StatusSkip]; k > 0 {
		parts = append(parts, count(k, "check")+" "+verb(k, "does", "do")+" not apply here.")
	}
	return strings.Join(parts, " ")
}

func tally(all []checks.CheckReport) map[checks.Status]int {
	n := make(map[checks.Status]int)
	for _, c := range all {
		n[c.Status]++
	}
	return n
}

// later says what was left out of the ten phases, and why.
func later(r *checks.Report) string {
	var missing, notYet, uncovered []int
	for _, ph := range r.Phases {
		switch {
		case ph.Phase >= r.First && ph.Phase <= r.Phase:
			if !ph.Covered {
				missing = append(missing, ph.Phase)
			}
		case ph.Phase > r.Phase && ph.Covered:
			notYet = append(notYet, ph.Phase)
		case ph.Phase > r.Phase:
			uncovered = append(uncovered, ph.Phase)
		}
	}
	var parts []string
	for _, p := range []struct {
		phases []int
		words  string
	}{{missing, "no checks yet"}, {notYet, "not needed yet"}, {uncovered, "not covered yet"}} {
		if len(p.phases) > 0 {
			words := phaseWords(p.phases)
			parts = append(parts, strings.ToUpper(words[:1])+words[1:]+": "+p.words+".")
		}
	}
	return strings.Join(parts, " ")
}

// conclusion is the verdict in a sentence.
func conclusion(r *checks.Report) string {
	n := tally(r.Checks)
	phases := phaseWords(span(r.First, r.Phase))
	switch {
	case r.Exit == checks.ExitInterrupted:
		return "You stopped devdoctor before it had looked at everything."
	case !r.Complete:
		return "The time was up before devdoctor had looked at everything."
	case r.Exit == checks.ExitNewTerminal && slices.ContainsFunc(r.Checks, func(c checks.CheckReport) bool { return c.Problem == checks.NewLogin }):
		return "You have to log out and log in again. Nothing else failed."
	case r.Exit == checks.ExitNewTerminal:
		return "This terminal window is out of date. Nothing else failed."
	case r.Exit == checks.ExitNotReady && r.Some:
		return troubles(n) + " in what devdoctor looked at."
	case r.Exit == checks.ExitNotReady:
		return "Not ready for " + phases + ": " + troubles(n) + "."
	case n[checks.StatusUnknown] > 0:
		return "Nothing failed, but " + count(n[checks.StatusUnknown], "thing") + " could not be found out."
	case r.Exit == checks.ExitUnknown:
		return "Nothing failed, but devdoctor cannot speak for all of " + phases + "."
	case r.Some:
		return "No problem in what devdoctor looked at."
	}
	return "You are ready for " + phases + "."
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// troubles counts what stands in the way, and what only might.
func troubles(n map[checks.Status]int) string {
	fails, warns := n[checks.StatusFail], n[checks.StatusWarn]
	switch {
	case warns == 0:
		return count(fails, "problem")
	case fails == 0: // with --strict
		return count(warns, "warning")
	}
	return count(fails, "problem") + ", " + count(warns, "warning")
}
