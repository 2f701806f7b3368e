package platforms

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxSnapshot is the largest snapshot that is read, in bytes.
const maxSnapshot = 64 << 20

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

func parseError(text string) error {
	for _, known := range []error{ErrNotFound, ErrNotPermitted, ErrTimedOut} {
		if text == known.Error() {
			return known
		}
	}
	return errors.New(text)
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
