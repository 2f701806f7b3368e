package fixers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// An Edit changes lines of a file that is not ours. The rest of the file is known by its
// hash, so that a password in it enters neither plan nor journal.
type Edit struct {
	Path  string `json:"path"`
	Hunks []Hunk `json:"hunks"` // in the order of the file
	Rest  string `json:"rest"`  // SHA-256 of all other lines, in hexadecimal
}

// A Hunk is whole lines, each with its end, in the place of others.
type Hunk struct {
	Line   int            `json:"line"` // before which it begins, from 0, counted without the lines of all hunks
	Before platforms.Text `json:"before"`
	After  platforms.Text `json:"after"`
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
		e.Hunks = append(e.Hunks, Hunk{kept, joined(old[:gone]), joined(fresh[:come])})
		old, fresh = old[gone:], fresh[come:]
	}
	if len(e.Hunks) == 0 {
		return nil
	}
	e.Rest = hashOf(rest.String())
	return e
}

func joined(lines []string) platforms.Text { return platforms.Text(strings.Join(lines, "")) }

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
		count := len(slices.Collect(strings.Lines(string(from))))
		if !keep(h.Line) || at+count > len(lines) || joined(lines[at:at+count]) != from {
			return "", false
		}
		at += count
		next.WriteString(string(to))
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
