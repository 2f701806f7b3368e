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

func reportEvidence(all []Evidence, hide func(string) string) []EvidenceReport {
	reports := make([]EvidenceReport, len(all))
	for i, e := range all {
		reports[i] = EvidenceReport{showQuery(e.Query, hide), showAnswer(e.Answer, e.Err, hide), e.Took.Milliseconds()}
	}
	return reports
}

// slowest is the queries that somebody waited for longest, the worst first.
func slowest(outcomes []Outcome, hide func(string) string) []SlowQuery {
	took := make(map[string]time.Duration)
	for _, o := range outcomes {
		for _, e := range o.Evidence {
			name := showQuery(e.Query, hide)
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

func showQuery(q platforms.Query, hide func(string) string) string {
	shown := platforms.Query{Dir: hide(q.Dir), Verb: q.Verb}
	for _, e := range q.Env {
		shown.Env = append(shown.Env, hide(e))
	}
	for _, a := range q.Args {
		shown.Args = append(shown.Args, hide(a))
	}
	return escape(shown.String())
}

func showAnswer(a platforms.Answer, err error, hide func(string) string) string {
	var lines []string
	switch {
	case errors.Is(err, platforms.ErrNotRecorded):
		lines = append(lines, "! "+platforms.ErrNotRecorded.Error())
	case err != nil:
		lines = append(lines, "! "+hide(err.Error()))
	case a.Exit < 0:
		lines = append(lines, fmt.Sprintf("! signal %d", -a.Exit))
	case a.Exit > 0:
		lines = append(lines, fmt.Sprintf("! exit %d", a.Exit))
	}
	for line := range strings.Lines(hide(a.Stderr)) {
		lines = append(lines, "2> "+line)
	}
	for line := range strings.Lines(hide(a.Text)) {
		lines = append(lines, line)
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
