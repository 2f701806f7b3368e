package repair_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// crowded is a machine on which a folder goes only when it is empty, and the file in it
// only when nobody holds it.
type crowded struct {
	*platforms.Paper
	held bool
}

func (c *crowded) Put(path string, before, after platforms.Entry) error {
	file, err := c.Look("~/ours/path.sh")
	switch {
	case err != nil:
		return err
	case path == "~/ours/path.sh" && after.Kind == "" && c.held:
		return errors.New("no space left on device")
	case path == "~/ours" && after.Kind == "" && file.Kind != "":
		return nil // what is in it is somebody's
	}
	return c.Paper.Put(path, before, after)
}

// A folder that holds what could not be taken back is taken back with it the next time.
func TestUndoAgain(t *testing.T) {
	c := &crowded{Paper: paper(t), held: true}
	var journal bytes.Buffer
	take(t, c, &journal, all)
	for _, want := range []string{"undone undone failed undone", "undone undone"} {
		past, err := fixers.ReadJournal(strings.NewReader(journal.String()))
		if err != nil {
			t.Fatal(err)
		}
		results, err := repair.Undoer{Changer: c, Journal: fixers.Reopen(&journal), Begins: func(fixers.Step) {}}.Undo(t.Context(), past)
		if err != nil {
			t.Fatal(err)
		}
		if got := outcomes(results); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		c.held = false
	}
	asBefore(t, c.Paper)
}

// A step that has no way back is told of once, and then older runs have their turn.
func TestStays(t *testing.T) {
	var journal bytes.Buffer
	take(t, paper(t), &journal, all)
	journal.WriteString(`{"undo":{"n":0,"what":"stays","error":"there is no way back"}}` + "\n")
	past, err := fixers.ReadJournal(&journal)
	if err != nil {
		t.Fatal(err)
	}
	if !past.Steps[0].Undone || past.Steps[1].Undone {
		t.Errorf("got %+v", past.Steps)
	}
}
