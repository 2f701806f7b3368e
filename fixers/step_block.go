package fixers

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"devdoctor/platforms"
)

// A Block is lines of ours in a text file of the learner's, between two marks. What
// stands around them may change in the meantime.
type Block struct {
	Path   string `json:"path"`
	Name   string `json:"name"`   // in the marks; one word
	Before string `json:"before"` // the lines, each with its end; "" is no block
	After  string `json:"after"`
	Top    bool   `json:"top,omitempty"`  // it stands at the beginning, else at the end
	Made   bool   `json:"made,omitempty"` // without the block there is no file
	Glue   bool   `json:"glue,omitempty"` // the file had no end of line at its end
	Mode   uint32 `json:"mode,omitempty"` // of a file that is made
}

func (b *Block) begin() string { return "# >>> devdoctor " + b.Name + " >>>\n" }
func (b *Block) end() string   { return "# <<< devdoctor " + b.Name + " <<<\n" }

// whole is the lines of a block with their marks.
func (b *Block) whole(lines string) string {
	if lines == "" {
		return ""
	}
	return b.begin() + lines + b.end()
}

func (b *Block) check() error {
	switch {
	case b.Name == "" || strings.ContainsAny(b.Name, " \n<>"):
		return fmt.Errorf("%q is no name of a block", b.Name)
	case b.Before == b.After:
		return fmt.Errorf("%s: before and after are the same", b.Path)
	}
	for _, lines := range []string{b.Before, b.After} {
		if unended(lines) || !utf8.ValidString(lines) || strings.Contains(lines, "devdoctor "+b.Name+" ") {
			return fmt.Errorf("the block %s is not made of whole lines", b.Name)
		}
	}
	return goodPath(b.Path)
}

// find is where the block stands in a text: begin and end, and the lines between its
// marks. -1 is nowhere.
func (b *Block) find(text string) (at, end int, lines string, err error) {
	at = lineIndex(text, b.begin())
	stop := lineIndex(text, b.end())
	if at < 0 && stop < 0 {
		return -1, -1, "", nil
	}
	if stop < at || at < 0 || strings.Count(text, b.begin()) > 1 || strings.Count(text, b.end()) > 1 {
		return 0, 0, "", fmt.Errorf("the marks of devdoctor's lines in %s are damaged: take the lines with \"devdoctor %s\" out by hand", b.Path, b.Name)
	}
	if lines = text[at+len(b.begin()) : stop]; lines == "" {
		return 0, 0, "", fmt.Errorf("the marks of devdoctor's lines in %s hold nothing: take the lines with \"devdoctor %s\" out by hand", b.Path, b.Name)
	}
	return at, stop + len(b.end()), lines, nil
}

// lineIndex is where a whole line stands in a text.
func lineIndex(text, line string) int {
	if strings.HasPrefix(text, line) {
		return 0
	}
	if i := strings.Index(text, "\n"+line); i >= 0 {
		return i + 1
	}
	return -1
}

// apply is what the file becomes.
func (b *Block) apply(now platforms.Entry) (platforms.Entry, State, error) {
	if now.Kind == "" {
		switch {
		case b.After == "" && b.Made:
			return now, Done, nil
		case b.Before != "" || !b.Made:
			return now, Drifted, nil
		}
		return platforms.Entry{Kind: platforms.KindFile, Mode: b.Mode, Text: platforms.Text(b.whole(b.After))}, Needed, nil
	}
	if now.Kind != platforms.KindFile {
		return now, Drifted, nil
	}
	text := string(now.Text)
	at, end, lines, err := b.find(text)
	if err != nil {
		return now, Drifted, err
	}
	switch state := stateOf(lines, b.Before, b.After); {
	case state == Done && (at >= 0 || b.After == ""):
		return now, Done, nil
	case state != Needed, at < 0 && !b.Top && b.Glue != unended(text):
		return now, Drifted, nil
	case at < 0:
		now.Text = platforms.Text(b.insert(text))
	default:
		now.Text = platforms.Text(b.without(text, at, end))
	}
	if b.Made && b.After == "" && now.Text == "" {
		return platforms.Entry{}, Needed, nil
	}
	return now, Needed, nil
}

func (b *Block) insert(text string) string {
	if b.Top {
		return b.whole(b.After) + text
	}
	if b.Glue {
		text += "\n"
	}
	return text + b.whole(b.After)
}

// unended reports whether the last line of a text has no end.
func unended(text string) bool { return text != "" && !strings.HasSuffix(text, "\n") }

// without puts the lines after in place of the block that stands from at to end.
func (b *Block) without(text string, at, end int) string {
	before, after := text[:at], text[end:]
	if b.After == "" && b.Glue && after == "" {
		before = strings.TrimSuffix(before, "\n")
	}
	return before + b.whole(b.After) + after
}

func (b *Block) state(_ context.Context, c platforms.Changer) (State, error) {
	_, now, err := followed(c, b.Path)
	if err != nil {
		return "", err
	}
	_, state, err := b.apply(now)
	return state, err
}

func (b *Block) take(_ context.Context, c platforms.Changer, _ func(platforms.Child) error) error {
	path, now, err := followed(c, b.Path)
	if err != nil {
		return err
	}
	return put(c, path, now, b.apply)
}

func (b *Block) inverse() change {
	back := *b
	back.Before, back.After = b.After, b.Before
	return &back
}

func (b *Block) wrap(s Step) Step { s.Block = b; return s }

func (b *Block) sweep(c platforms.Changer) error {
	path, err := c.Follow(b.Path)
	if err != nil {
		return err
	}
	return c.Sweep(path)
}
