package checks

import (
	"cmp"
	"errors"
	"fmt"
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

func reportEvidence(all []Evidence, asked Asked) []EvidenceReport {
	reports := make([]EvidenceReport, len(all))
	for i, e := range all {
		reports[i] = EvidenceReport{showQuery(e.Query, asked), showAnswer(e, asked), e.Took.Milliseconds()}
	}
	return reports
}

// slowest is the queries that somebody waited for longest, the worst first.
func slowest(outcomes []Outcome, asked Asked) []SlowQuery {
	took := make(map[string]time.Duration)
	for _, o := range outcomes {
		for _, e := range o.Evidence {
			name := showQuery(e.Query, asked)
			took[name] = max(took[name], e.Took)
		}
	}
	var all []SlowQuery
	for name, t := range took {
		all = append(all, SlowQuery{name, t})
	}
	slices.SortFunc(all, func(a, b SlowQuery) int {
		return cmp.Or(cmp.Compare(b.Took, a.Took), strings.Compare(a.Query, b.Query))
	})
	return all[:min(len(all), slowQueries)]
}

func showQuery(q platforms.Query, asked Asked) string {
	return escape(asked.Redactor.Query(asked.evidenceLevel(), q).String())
}

func showAnswer(e Evidence, asked Asked) string {
	var lines []string
	if e.Err != nil {
		why := asked.evidenceLevel()(e.Err.Error())
		if errors.Is(e.Err, platforms.ErrNotRecorded) { // it would repeat the query
			why = platforms.ErrNotRecorded.Error()
		}
		lines = []string{"! " + why}
	} else {
		lines = answerLines(asked.Redactor.Answer(asked.evidenceLevel(), e.Query, e.Answer))
	}
	if more := len(lines) - evidenceLines; more > 1 {
		lines = append(lines[:evidenceLines], fmt.Sprintf("(%d more lines)", more))
	}
	for i, line := range lines {
		line = escape(strings.TrimRight(line, "\r\n"))
		if runes := []rune(line); len(runes) > evidenceWidth {
			line = string(runes[:evidenceWidth]) + "..."
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
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

// escape makes a text of the machine harmless for a terminal: what would move
// the cursor, change colours or turn the direction of writing is spelled out. A
// line break is a space, so that no file name can fake a line of the report.
func escape(s string) string {
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
