package fixers

import (
	"slices"
	"strings"

	"devdoctor/platforms"
)

// Shows is what a step changes, line by line, as it is shown before anybody agrees: whole
// commands, and what goes from and comes into a file.
func (s Step) Shows(sh Shell) []string {
	switch {
	case s.Run != nil:
		return []string{sh.Line(s.Run.Argv)}
	case s.Block != nil:
		return s.Block.shows()
	case s.Edit != nil:
		return s.Edit.shows()
	case s.Path != nil:
		return s.Path.shows()
	case s.Env != nil:
		return s.Env.shows()
	case s.Fetch != nil && s.Fetch.Back:
		return []string{s.Fetch.Dir + ": taken away, but for what was added or changed since"}
	case s.Fetch != nil:
		return []string{s.Fetch.Archive.URL, "SHA-256 " + s.Fetch.Archive.SHA256, "into " + s.Fetch.Dir}
	case s.Tell != nil:
		lines := make([]string, 0, len(s.Tell.Run))
		for _, argv := range s.Tell.Run {
			lines = append(lines, sh.Line(argv))
		}
		return lines
	}
	return nil
}

// signed is the lines of a text, each behind a sign.
func signed(sign, text string) []string {
	var lines []string
	for l := range strings.Lines(text) {
		lines = append(lines, sign+" "+strings.TrimRight(l, "\r\n"))
	}
	return lines
}

func (b *Block) shows() []string {
	where := "at its end"
	if b.Top {
		where = "at its beginning"
	}
	return slices.Concat([]string{b.Path + ", " + where + ":"}, signed("-", b.whole(b.Before)), signed("+", b.whole(b.After)))
}

func (e *Edit) shows() []string {
	lines := []string{e.Path + ":"}
	for _, h := range e.Hunks {
		lines = slices.Concat(lines, signed("-", string(h.Before)), signed("+", string(h.After)))
	}
	return lines
}

func (p *Path) shows() []string {
	if p.Before.Kind == platforms.KindDir || p.After.Kind == platforms.KindDir {
		return nil // the sentence says it all
	}
	return slices.Concat([]string{p.Path + ":"}, entryLines("-", p.Before), entryLines("+", p.After))
}

func entryLines(sign string, e platforms.Entry) []string {
	switch e.Kind {
	case platforms.KindLink:
		return []string{sign + " (a link to " + e.Target + ")"}
	case platforms.KindFile:
		if e.Text == "" {
			return []string{sign + " (an empty file)"}
		}
	}
	return signed(sign, string(e.Text))
}

func (e *SetEnv) shows() []string {
	before, after := e.Before.Data, e.After.Data
	if before == after { // only the type changes
		before, after = e.Before.Type+" "+before, e.After.Type+" "+after
	}
	return []string{e.Name + ":", "- " + before, "+ " + after}
}
