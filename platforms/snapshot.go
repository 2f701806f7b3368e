package platforms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// snapshotVersion is the form of the text that [FormatSnapshot] writes.
const snapshotVersion = 1

// maxSnapshot is the largest snapshot that is read, in bytes.
const maxSnapshot = 64 << 20

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

func parseError(text string) error {
	for _, known := range []error{ErrNotFound, ErrNotPermitted, ErrTimedOut} {
		if text == known.Error() {
			return known
		}
	}
	return errors.New(text)
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

func unescapeLine(line string) (string, error) {
	rest, escaped := strings.CutPrefix(line, `\`)
	if !escaped {
		return line, nil
	}
	if strings.HasPrefix(rest, `"`) {
		text, err := strconv.Unquote(rest)
		if err != nil {
			return "", fmt.Errorf("%s is no quoted line", rest)
		}
		return text, nil
	}
	return rest, nil
}

func isHead(line string) bool {
	return strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --") && len(line) >= len("-- x --")
}

// A Snapshot is a machine as it was when its answers were recorded.
type Snapshot struct {
	home   string
	exact  bool     // written by FormatSnapshot, not by hand
	absent []string // patterns of queries that find nothing

	answers map[string]Record

	mu    sync.Mutex
	asked map[string]bool // sections and patterns that somebody asked for
}

// ParseSnapshot reads what [FormatSnapshot] wrote, or a fixture. The sections
// named in beside are not queries and are passed over. An error names the line.
func ParseSnapshot(data []byte, beside ...string) (*Snapshot, error) {
	if len(data) > maxSnapshot {
		return nil, fmt.Errorf("this snapshot is larger than %d MiB", maxSnapshot>>20)
	}
	sections, err := cutSections(string(data))
	if err != nil {
		return nil, err
	}
	if len(sections) == 0 {
		return nil, errors.New("this is no snapshot: it has no section such as -- host --")
	}
	s := &Snapshot{answers: make(map[string]Record), asked: make(map[string]bool)}
	s.home = defaultHome(sections)
	s.exact = slices.ContainsFunc(sections, func(sec section) bool { return sec.name == sectionHead })
	if i := slices.IndexFunc(sections, func(sec section) bool { return sec.name == sectionHead }); i >= 0 && sections[len(sections)-1].name != sectionEnd {
		return nil, fmt.Errorf("this snapshot is cut short: it ends in line %d, in the section %q", strings.Count(string(data), "\n"), sections[len(sections)-1].name)
	}
	promised, queries := -1, 0
	for _, sec := range sections {
		switch {
		case slices.Contains(beside, sec.name):
			continue
		case sec.name == sectionHead:
			if promised, err = readHead(sec.body); err != nil {
				return nil, fmt.Errorf("line %d: %w", sec.line, err)
			}
		case sec.name == sectionAbsent:
			for _, pattern := range splitLines(sec.body) {
				s.absent = append(s.absent, s.expandHome(strings.TrimSpace(pattern)))
			}
		case sec.name == sectionEnd:
		default:
			if err := s.add(sec); err != nil {
				return nil, fmt.Errorf("line %d: %w", sec.line, err)
			}
			queries++
		}
	}
	if promised >= 0 && queries != promised {
		return nil, fmt.Errorf("this snapshot is not complete: %d answers were saved, %d are here", promised, queries)
	}
	return s, nil
}

type section struct {
	name string
	body string
	line int // of the head, from 1
}

func cutSections(text string) ([]section, error) {
	var sections []section
	var body strings.Builder
	finish := func() {
		if len(sections) > 0 {
			sections[len(sections)-1].body = body.String()
		}
		body.Reset()
	}
	seen := make(map[string]int)
	n := 0
	for line := range strings.Lines(text) {
		n++
		bare := strings.TrimRight(line, "\r\n")
		if isHead(bare) {
			name := strings.TrimSpace(bare[3 : len(bare)-3])
			if first, twice := seen[name]; twice {
				return nil, fmt.Errorf("line %d: section %q stands in line %d already", n, name, first)
			}
			seen[name] = n
			finish()
			sections = append(sections, section{name: name, line: n})
			continue
		}
		body.WriteString(bare + "\n")
	}
	finish()
	return sections, nil
}

func readHead(body string) (queries int, err error) {
	queries = -1
	for key, value := range fields(body) {
		switch key {
		case "snapshot":
			if v, err := strconv.Atoi(value); err != nil || v > snapshotVersion {
				return 0, fmt.Errorf("this snapshot is of version %s; this devdoctor reads up to version %d: use a newer devdoctor", value, snapshotVersion)
			}
		case "queries":
			if queries, err = strconv.Atoi(value); err != nil || queries < 0 {
				return 0, fmt.Errorf("%q is no number of answers", value)
			}
		}
	}
	return queries, nil
}

// defaultHome is the home that a host section names or, in a fixture that leaves
// it out, one as the system would choose it for an account called ada.
func defaultHome(sections []section) string {
	home := "/home/ada"
	for _, sec := range sections {
		if sec.name != "host" {
			continue
		}
		for key, value := range fields(sec.body) {
			switch {
			case key == "home":
				return value
			case key == "os" && value == string(Darwin):
				home = "/Users/ada"
			case key == "os" && value == string(Windows):
				home = `C:\Users\ada`
			}
		}
	}
	return home
}

// expandHome puts the home directory in place of every word of a fixture that
// begins with ~. In what devdoctor wrote itself, ~ is a character like any other.
func (s *Snapshot) expandHome(head string) string {
	if s.exact {
		return head
	}
	words := strings.Split(head, " ")
	for i, w := range words {
		for _, prefix := range []string{"", `"`, "PATH=", `"PATH=`} {
			if rest, ok := strings.CutPrefix(w, prefix+"~"); ok && (rest == "" || strings.ContainsAny(rest[:1], `/\"`)) {
				if strings.Contains(prefix, `"`) {
					words[i] = prefix + strings.ReplaceAll(s.home, `\`, `\\`) + rest
				} else {
					words[i] = quoteWord(prefix + s.home + rest) // a home may hold a space
				}
			}
		}
	}
	return strings.Join(words, " ")
}

func (s *Snapshot) add(sec section) error {
	q, err := ParseQuery(s.expandHome(sec.name))
	if err != nil {
		return err
	}
	rec, err := parseAnswer(sec.body)
	if err != nil {
		return fmt.Errorf("%s: %w", sec.name, err)
	}
	if sec.name == "host" {
		rec.Answer.Text = s.completeHost(rec.Answer.Text)
	}
	rec.Query = q
	s.answers[q.String()] = rec
	return nil
}

// completeHost adds the home and the account that a fixture leaves out.
func (s *Snapshot) completeHost(text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	has := make(map[string]bool)
	for key := range fields(text) {
		has[key] = true
	}
	if !has["home"] {
		text += "home " + s.home + "\n"
	}
	if !has["user"] {
		text += "user " + s.home[strings.LastIndexAny(s.home, `/\`)+1:] + "\n"
	}
	return text
}

func parseAnswer(body string) (Record, error) {
	var rec Record
	var out, errOut strings.Builder
	first := true
	for _, line := range strings.SplitAfter(body, "\n") {
		if line == "" {
			continue
		}
		line = strings.TrimSuffix(line, "\n")
		status, isStatus := strings.CutPrefix(line, "! ")
		b := &out
		switch {
		case isStatus && first:
			if !parseStatus(status, &rec) {
				rec.Err = parseError(flatten(status))
			}
			first = false
			continue
		case strings.HasPrefix(line, "2> "), line == "2>":
			b, line = &errOut, strings.TrimPrefix(strings.TrimPrefix(line, "2>"), " ")
		}
		first = false
		if line == noNewline {
			text := strings.TrimSuffix(b.String(), "\n")
			b.Reset()
			b.WriteString(text)
			continue
		}
		text, err := unescapeLine(line)
		if err != nil {
			return rec, err
		}
		b.WriteString(text + "\n")
	}
	rec.Answer.Text, rec.Answer.Stderr = out.String(), errOut.String()
	if rec.Err != nil && rec.Answer != (Answer{}) {
		return rec, fmt.Errorf("text behind \"! %s\", which is no answer", errorText(rec.Err))
	}
	return rec, nil
}

// parseStatus reads "exit 1" or "signal 6".
func parseStatus(status string, rec *Record) bool {
	word, number, _ := strings.Cut(status, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return false
	}
	switch word {
	case "exit":
		rec.Answer.Exit = n
	case "signal":
		rec.Answer.Exit = -n
	default:
		return false
	}
	return true
}

// Answer implements [Source].
func (s *Snapshot) Answer(_ context.Context, q Query) (Answer, error) {
	name := q.String()
	if rec, ok := s.answers[name]; ok {
		s.note(name)
		return rec.Answer, rec.Err
	}
	for _, pattern := range s.absent {
		if !fits(pattern, name) && !fits(pattern, plainName(q)) {
			continue
		}
		s.note(sectionAbsent + " " + pattern)
		switch q.Verb {
		case "glob", "port", "list", "reserved", "credentials":
			return Answer{}, nil
		}
		return Answer{}, ErrNotFound
	}
	return Answer{}, fmt.Errorf("%s: %w", name, ErrNotRecorded)
}

// plainName is a query without quotes, as patterns name it.
func plainName(q Query) string {
	return strings.Join(append([]string{q.Verb}, q.Args...), " ")
}

// fits reports whether name fits pattern, in which * stands for anything.
func fits(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

func (s *Snapshot) note(name string) {
	s.mu.Lock()
	s.asked[name] = true
	s.mu.Unlock()
}

// Queries is the queries that the snapshot answers, in alphabetical order.
func (s *Snapshot) Queries() []Query {
	var all []Query
	for _, name := range slices.Sorted(maps.Keys(s.answers)) {
		all = append(all, s.answers[name].Query)
	}
	return all
}

// Unused is the sections and patterns that nobody asked for.
func (s *Snapshot) Unused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.answers {
		if !s.asked[name] {
			names = append(names, name)
		}
	}
	for _, pattern := range s.absent {
		if !s.asked[sectionAbsent+" "+pattern] {
			names = append(names, sectionAbsent+" "+pattern)
		}
	}
	slices.Sort(names)
	return names
}
