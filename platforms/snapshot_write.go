package platforms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// snapshotVersion is the form of the text that [FormatSnapshot] writes.
const snapshotVersion = 1

// Sections that are no queries.
const (
	sectionHead   = "devdoctor" // who wrote the snapshot, and how much of it
	sectionAbsent = "absent"    // patterns of queries that find nothing
	sectionEnd    = "end"       // the last section of a complete snapshot
)

// FormatSnapshot writes records as text that a person can read before sending
// it: prose, then a section per query. hide is applied to every part of a query
// and of its answer. Queries that were cut short are left out.
func FormatSnapshot(prose, by string, records []Record, hide func(string) string) []byte {
	sections := make(map[string]string)
	var names []string
	for _, rec := range records {
		if errors.Is(rec.Err, context.Canceled) {
			continue
		}
		q := rec.Query
		q.Dir, q.Env, q.Args = hide(q.Dir), hideAll(q.Env, hide), hideAll(q.Args, hide)
		a := rec.Answer
		a.Text, a.Stderr = hide(a.Text), hide(a.Stderr)
		name := q.String()
		if _, twice := sections[name]; !twice {
			names = append(names, name)
		}
		sections[name] = formatAnswer(a, rec.Err, hide)
	}
	slices.SortFunc(names, func(a, b string) int {
		if first := func(s string) bool { return s == "host" }; first(a) != first(b) {
			return map[bool]int{true: -1, false: 1}[first(a)]
		}
		return strings.Compare(a, b)
	})
	var b strings.Builder
	for _, line := range splitLines(prose) {
		b.WriteString(escapeLine(line) + "\n")
	}
	fmt.Fprintf(&b, "-- %s --\nsnapshot %d\nby %s\nqueries %d\n", sectionHead, snapshotVersion, by, len(names))
	for _, name := range names {
		fmt.Fprintf(&b, "-- %s --\n%s", name, sections[name])
	}
	fmt.Fprintf(&b, "-- %s --\n", sectionEnd)
	return []byte(b.String())
}

func hideAll(words []string, hide func(string) string) []string {
	hidden := make([]string, len(words))
	for i, w := range words {
		hidden[i] = hide(w)
	}
	return hidden
}

const noNewline = `\ no newline at end`

func formatAnswer(a Answer, err error, hide func(string) string) string {
	var b strings.Builder
	switch {
	case err != nil:
		return "! " + flatten(hide(errorText(err))) + "\n"
	case a.Exit < 0:
		fmt.Fprintf(&b, "! signal %d\n", -a.Exit)
	case a.Exit > 0:
		fmt.Fprintf(&b, "! exit %d\n", a.Exit)
	}
	for line := range strings.Lines(a.Stderr) {
		b.WriteString("2> " + escapeLine(strings.TrimSuffix(line, "\n")) + "\n")
	}
	if a.Stderr != "" && !strings.HasSuffix(a.Stderr, "\n") {
		b.WriteString("2> " + noNewline + "\n")
	}
	for line := range strings.Lines(a.Text) {
		b.WriteString(escapeLine(strings.TrimSuffix(line, "\n")) + "\n")
	}
	if a.Text != "" && !strings.HasSuffix(a.Text, "\n") {
		b.WriteString(noNewline + "\n")
	}
	return b.String()
}

// errorText is err as a snapshot writes it: the name of the kind where there is
// one, so that it is the same error when it is read back.
func errorText(err error) string {
	for _, known := range []error{ErrNotFound, ErrNotPermitted, ErrTimedOut} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return err.Error()
}

func flatten(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// escapeLine makes a line that the reader of a snapshot would take for something
// else, or that a terminal would, safe and exact.
func escapeLine(line string) string {
	strange := !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool {
		return r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029')
	})
	switch {
	case strange:
		return `\` + strconv.Quote(line)
	case line == "2>", strings.HasPrefix(line, "! "), strings.HasPrefix(line, "2> "), strings.HasPrefix(line, `\`), isHead(line):
		return `\` + line
	}
	return line
}

func isHead(line string) bool {
	return strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --") && len(line) >= len("-- x --")
}
