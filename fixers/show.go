package fixers

import (
	"fmt"
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
		return []string{e.Name + ":", "- " + e.Before.Type + " " + before, "+ " + e.After.Type + " " + after}
	}
	if from, to := splitList(before), splitList(after); strings.EqualFold(e.Name, "Path") && len(from)*len(to) <= mostCompared {
		return append([]string{e.Name + ", folder by folder:"}, listChanges(from, to)...)
	}
	return []string{e.Name + ":", "- " + before, "+ " + after}
}

// mostCompared is the pairs of entries that are compared: those of two lists of 1,000.
const mostCompared = 1_000_000

// splitList is the entries of a list with semicolons as they are written, none for no list.
func splitList(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ";")
}

// listChanges is what goes from a list and comes into it, in its order, a line each. What stays is
// counted: a list of folders is long, and of interest is in front of how many a new one comes.
func listChanges(before, after []string) []string {
	// same[i][j] is how many entries before[i:] and after[j:] have in common, in this order.
	same := make([][]int, len(before)+1)
	for i := range same {
		same[i] = make([]int, len(after)+1)
	}
	for i := range slices.Backward(before) {
		for j := range slices.Backward(after) {
			same[i][j] = max(same[i+1][j], same[i][j+1])
			if before[i] == after[j] {
				same[i][j] = same[i+1][j+1] + 1
			}
		}
	}
	var lines []string
	stays, i, j := 0, 0, 0
	stayed := func() {
		if stays > 0 {
			lines = append(lines, fmt.Sprintf("  (%d as before)", stays))
		}
		stays = 0
	}
	changed := func(sign, entry string) {
		stayed()
		if entry == "" {
			entry = "(an empty entry)"
		}
		lines = append(lines, sign+" "+entry)
	}
	for i < len(before) || j < len(after) {
		switch {
		case i < len(before) && j < len(after) && before[i] == after[j]:
			stays, i, j = stays+1, i+1, j+1
		case j == len(after) || i < len(before) && same[i+1][j] >= same[i][j+1]:
			changed("-", before[i])
			i++
		default:
			changed("+", after[j])
			j++
		}
	}
	stayed()
	return lines
}
