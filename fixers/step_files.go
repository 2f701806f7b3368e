package fixers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// A Path makes one thing stand at a path in place of another.
type Path struct {
	Path   string          `json:"path"`
	Before platforms.Entry `json:"before"`
	After  platforms.Entry `json:"after"`
}

func (p *Path) check() error {
	if p.Before == p.After {
		return fmt.Errorf("%s: before and after are the same", p.Path)
	}
	return goodPath(p.Path)
}

func (p *Path) state(_ context.Context, c platforms.Changer) (State, error) {
	now, err := c.Look(p.Path)
	if err != nil {
		return "", err
	}
	return stateOf(now, p.Before, p.After), nil
}

func stateOf[T comparable](now, before, after T) State {
	switch now {
	case after:
		return Done
	case before:
		return Needed
	}
	return Drifted
}

func (p *Path) take(_ context.Context, c platforms.Changer, _ func(platforms.Child) error) error {
	return c.Put(p.Path, p.Before, p.After)
}

func (p *Path) inverse() change { return &Path{p.Path, p.After, p.Before} }

func (p *Path) wrap(s Step) Step { s.Path = p; return s }

func (p *Path) sweep(c platforms.Changer) error { return c.Sweep(p.Path) }

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
		if lines != "" && !strings.HasSuffix(lines, "\n") || strings.Contains(lines, "devdoctor "+b.Name+" ") {
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
	return at, stop + len(b.end()), text[at+len(b.begin()) : stop], nil
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
	case state != Needed:
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
	if b.Glue && text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + b.whole(b.After)
}

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

// followed is the file that a path leads to, and what stands there.
func followed(c platforms.Changer, path string) (string, platforms.Entry, error) {
	path, err := c.Follow(path)
	if err != nil {
		return "", platforms.Entry{}, err
	}
	now, err := c.Look(path)
	return path, now, err
}

func (b *Block) take(_ context.Context, c platforms.Changer, _ func(platforms.Child) error) error {
	path, now, err := followed(c, b.Path)
	if err != nil {
		return err
	}
	return put(c, path, now, b.apply)
}

// put puts what apply makes of now.
func put(c platforms.Changer, path string, now platforms.Entry, apply func(platforms.Entry) (platforms.Entry, State, error)) error {
	next, state, err := apply(now)
	switch {
	case err != nil:
		return err
	case state == Done:
		return nil
	case state == Drifted:
		return fmt.Errorf("%s: %w", path, platforms.ErrChanged)
	}
	return c.Put(path, now, next)
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

// An Edit changes lines of a file that is not ours. The rest of the file is known by its
// hash, so that a password in it enters neither plan nor journal.
type Edit struct {
	Path  string `json:"path"`
	Hunks []Hunk `json:"hunks"` // in the order of the file
	Rest  string `json:"rest"`  // SHA-256 of all other lines, in hexadecimal
}

// A Hunk is whole lines, each with its end, in the place of others.
type Hunk struct {
	Line   int    `json:"line"` // before which it begins, from 0, counted without the lines of all hunks
	Before string `json:"before"`
	After  string `json:"after"`
}

// NewEdit is the Edit that leads from one text to another, line by line; nil where they
// are the same.
func NewEdit(path, before, after string) *Edit {
	old, fresh := slices.Collect(strings.Lines(before)), slices.Collect(strings.Lines(after))
	e := &Edit{Path: path}
	var rest strings.Builder
	kept := 0
	for len(old) > 0 || len(fresh) > 0 {
		if len(old) > 0 && len(fresh) > 0 && old[0] == fresh[0] {
			rest.WriteString(old[0])
			old, fresh, kept = old[1:], fresh[1:], kept+1
			continue
		}
		gone, come := differ(old, fresh)
		e.Hunks = append(e.Hunks, Hunk{kept, strings.Join(old[:gone], ""), strings.Join(fresh[:come], "")})
		old, fresh = old[gone:], fresh[come:]
	}
	if len(e.Hunks) == 0 {
		return nil
	}
	e.Rest = hashOf(rest.String())
	return e
}

// differ is how many lines of each text come before the next that they share.
func differ(old, fresh []string) (gone, come int) {
	for total := 1; total <= len(old)+len(fresh); total++ {
		for gone = max(0, total-len(fresh)); gone <= min(total, len(old)); gone++ {
			come = total - gone
			if gone == len(old) && come == len(fresh) || gone < len(old) && come < len(fresh) && old[gone] == fresh[come] {
				return gone, come
			}
		}
	}
	return len(old), len(fresh)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (e *Edit) check() error {
	if len(e.Hunks) == 0 {
		return errors.New("an edit changes nothing")
	}
	for _, h := range e.Hunks {
		if h.Before == h.After || h.Line < 0 {
			return errors.New("an edit changes nothing")
		}
	}
	return goodPath(e.Path)
}

// apply is what the file becomes.
func (e *Edit) apply(now platforms.Entry) (platforms.Entry, State, error) {
	if now.Kind != platforms.KindFile {
		return now, Drifted, nil
	}
	text := string(now.Text)
	if next, ok := e.exchange(text, false); ok {
		now.Text = platforms.Text(next)
		return now, Needed, nil
	}
	if _, ok := e.exchange(text, true); ok {
		return now, Done, nil
	}
	return now, Drifted, nil
}

// exchange puts After in place of Before in every hunk, or with back the other way
// round; false where the text is not the one that the edit is for.
func (e *Edit) exchange(text string, back bool) (string, bool) {
	lines := slices.Collect(strings.Lines(text))
	var rest, next strings.Builder
	kept, at := 0, 0
	keep := func(until int) bool {
		for ; kept < until; kept, at = kept+1, at+1 {
			if at >= len(lines) {
				return false
			}
			rest.WriteString(lines[at])
			next.WriteString(lines[at])
		}
		return true
	}
	for _, h := range e.Hunks {
		from, to := h.Before, h.After
		if back {
			from, to = to, from
		}
		if !keep(h.Line) || !strings.HasPrefix(strings.Join(lines[at:], ""), from) {
			return "", false
		}
		at += strings.Count(from, "\n")
		if from != "" && !strings.HasSuffix(from, "\n") {
			at++
		}
		next.WriteString(to)
	}
	if !keep(kept+len(lines)-at) || hashOf(rest.String()) != e.Rest {
		return "", false
	}
	return next.String(), true
}

func (e *Edit) state(_ context.Context, c platforms.Changer) (State, error) {
	_, now, err := followed(c, e.Path)
	if err != nil {
		return "", err
	}
	_, state, err := e.apply(now)
	return state, err
}

func (e *Edit) take(_ context.Context, c platforms.Changer, _ func(platforms.Child) error) error {
	path, now, err := followed(c, e.Path)
	if err != nil {
		return err
	}
	return put(c, path, now, e.apply)
}

func (e *Edit) inverse() change {
	back := &Edit{Path: e.Path, Rest: e.Rest, Hunks: slices.Clone(e.Hunks)}
	for i, h := range e.Hunks {
		back.Hunks[i].Before, back.Hunks[i].After = h.After, h.Before
	}
	return back
}

func (e *Edit) wrap(s Step) Step { s.Edit = e; return s }

func (e *Edit) sweep(c platforms.Changer) error {
	path, err := c.Follow(e.Path)
	if err != nil {
		return err
	}
	return c.Sweep(path)
}
