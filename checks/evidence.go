package checks

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// How much of an answer a report shows.
const (
	evidenceLines = 5
	evidenceWidth = 160 // runes of a line
	slowQueries   = 5
)

// An EvidenceReport is a query that a check asked, and the beginning of the
// answer in the form of docs/queries.md.
type EvidenceReport struct {
	Query  string `json:"query"`
	Answer string `json:"answer"`
	MS     int64  `json:"ms"` // how long the check waited
}

// A SlowQuery is one that took long.
type SlowQuery struct {
	Query string
	Took  time.Duration
}

// An exhibitor shows queries and answers as the report's reader may see them.
// Hiding private things costs more than all else in a report, and many checks ask
// the same, so each answer is hidden once.
type exhibitor struct {
	asked Asked
	shown map[string]EvidenceReport
}

func newExhibitor(asked Asked) *exhibitor {
	return &exhibitor{asked, make(map[string]EvidenceReport)}
}

// evidence is what a check asked; nothing where the format shows none.
func (x *exhibitor) evidence(all []Evidence) []EvidenceReport {
	reports := []EvidenceReport{}
	if x.asked.Evidence {
		for _, e := range all {
			reports = append(reports, x.show(e))
		}
	}
	return reports
}

func (x *exhibitor) show(e Evidence) EvidenceReport {
	key := e.Query.String()
	if e.Err != nil {
		key += " ! " + e.Err.Error() // who waited too briefly got no answer
	}
	r, ok := x.shown[key]
	if !ok {
		r = EvidenceReport{Query: x.query(e.Query), Answer: x.answer(e)}
		x.shown[key] = r
	}
	r.MS = e.Took.Milliseconds()
	return r
}

// slowest is the queries that somebody waited for longest, the worst first.
func (x *exhibitor) slowest(outcomes []Outcome) []SlowQuery {
	longest := make(map[string]Evidence)
	for _, o := range outcomes {
		for _, e := range o.Evidence {
			if name := e.Query.String(); e.Took >= longest[name].Took {
				longest[name] = e
			}
		}
	}
	names := slices.SortedFunc(maps.Keys(longest), func(a, b string) int {
		return cmp.Or(cmp.Compare(longest[b].Took, longest[a].Took), strings.Compare(a, b))
	})
	var slow []SlowQuery
	for _, name := range names[:min(len(names), slowQueries)] {
		slow = append(slow, SlowQuery{x.query(longest[name].Query), longest[name].Took})
	}
	return slow
}

func (x *exhibitor) query(q platforms.Query) string {
	return Printable(x.asked.Redactor.Query(x.asked.evidenceLevel(), q).String())
}

func (x *exhibitor) answer(e Evidence) string {
	var lines []string
	total := 0
	if e.Err != nil {
		why := x.asked.evidenceLevel()(e.Err.Error())
		if errors.Is(e.Err, platforms.ErrNotRecorded) { // it would repeat the query
			why = platforms.ErrNotRecorded.Error()
		}
		lines = []string{"! " + why}
	} else {
		a := e.Answer
		total = len(answerLines(a))
		a.Text, a.Stderr = beginning(a.Text), beginning(a.Stderr)
		lines = answerLines(x.asked.Redactor.Answer(x.asked.evidenceLevel(), e.Query, a))
	}
	if more := max(total, len(lines)) - evidenceLines; more > 1 && len(lines) > evidenceLines {
		lines = append(lines[:evidenceLines], fmt.Sprintf("(%d more lines)", more))
	}
	for i, line := range lines {
		line = Printable(strings.TrimRight(line, "\r\n"))
		if runes := []rune(line); len(runes) > evidenceWidth {
			line = string(runes[:evidenceWidth]) + "..."
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// beginning is the whole lines of a text within its first 8 KiB. It is cut far
// behind what is shown, because a secret may be broken over lines.
func beginning(text string) string {
	const limit = 8 << 10
	if len(text) <= limit {
		return text
	}
	return text[:max(strings.LastIndexByte(text[:limit], '\n')+1, evidenceLines*evidenceWidth*utf8.UTFMax)]
}

func answerLines(a platforms.Answer) []string {
	var lines []string
	switch {
	case a.Exit < 0:
		lines = append(lines, fmt.Sprintf("! signal %d", -a.Exit))
	case a.Exit > 0:
		lines = append(lines, fmt.Sprintf("! exit %d", a.Exit))
	}
	for line := range strings.Lines(a.Stderr) {
		lines = append(lines, "2> "+line)
	}
	for line := range strings.Lines(a.Text) {
		lines = append(lines, line)
	}
	return lines
}

// A Level is how much of what is private a report shows. Secrets it never shows.
type Level int

// The levels.
const (
	ForReport  Level = iota // names of user, host and e-mail are replaced, home is ~
	ForScreen               // home is written so that a printed command works
	ForLearner              // everything is as it is
)

func (a Asked) hide(s string) string {
	switch a.Level {
	case ForLearner:
		return a.Redactor.Secrets(s)
	case ForScreen:
		return a.Redactor.Screen(s)
	}
	return a.Redactor.Report(s)
}

func (a Asked) evidenceLevel() func(string) string {
	if a.Level == ForLearner {
		return a.Redactor.Secrets
	}
	return a.Redactor.Report
}

// hideLine is hide for a line that is pasted into a shell. On Windows home stays
// as it is, because cmd and PowerShell do not share a word for it.
func (a Asked) hideLine(line string, shell fixers.Shell) string {
	switch {
	case a.Level == ForLearner, shell == fixers.Cmd && a.Level == ForScreen:
		return a.Redactor.Secrets(line)
	case a.Level == ForScreen:
		return a.Redactor.ScreenCommand(line, string(shell))
	}
	return a.Redactor.Report(line)
}

// Printable makes a text of the machine harmless for a terminal: what would move
// the cursor, change colours or turn the direction of writing is spelled out. A
// line break is a space, so that no file name can fake a line of the report.
func Printable(s string) string {
	if !strings.ContainsFunc(s, strange) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n', r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strange(r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func strange(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}
