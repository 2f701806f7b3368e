package crash

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The tests break this very program, which is told by a variable what to be.
func TestMain(m *testing.M) {
	switch os.Getenv("CRASH_TEST") {
	case "change":
		end(change())
	case "change, noted":
		end(errors.Join(note(true), change(), note(true)))
	case "change, noted in memory":
		end(errors.Join(note(false), change(), note(true), note(false)))
	case "back":
		end(back())
	case "back, but sloppily":
		end(os.Rename("kept", "a"))
	case "list":
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func end(err error) {
	if err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// note writes a line into the journal.
func note(sync bool) error {
	if err := os.MkdirAll("own", 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile("own/journal", os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString("a line\n")
	if sync {
		err = errors.Join(err, f.Sync())
	}
	return errors.Join(err, f.Close())
}

// change replaces the file a, and keeps the old one.
func change() error {
	if err := os.WriteFile("new", []byte("longer than before\n"), 0o600); err != nil {
		return err
	}
	if err := os.Chmod("new", 0o640); err != nil {
		return err
	}
	if err := os.Link("a", "kept"); err != nil {
		return err
	}
	return os.Rename("new", "a")
}

// back takes that back, however far it came.
func back() error {
	if there("new") {
		if err := os.Remove("new"); err != nil {
			return err
		}
	}
	if !there("kept") {
		return nil
	}
	// Where both are one file, renaming one to the other does nothing.
	return errors.Join(os.Remove("a"), os.Rename("kept", "a"))
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func inside(t *testing.T, program, back string) Results {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("programs of another account are traced as root")
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "a"), []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	as := func(role string) []string { return []string{"/usr/bin/env", "CRASH_TEST=" + role, self} }
	order, err := json.Marshal(Case{
		Home: home, Dir: home, Own: home + "/own", Journal: "journal", Kinds: Kinds,
		Env: []string{"CRASH_TEST=" + program}, Break: []string{self}, Proof: "grep longer a", Back: as(back), Listing: as("list"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if err := Inside(bytes.NewReader(order), &said); err != nil {
		t.Fatal(err)
	}
	var out Results
	if err := json.Unmarshal(said.Bytes(), &out); err != nil || out.Err != "" {
		t.Fatalf("%v, %s", err, out.Err)
	}
	return out
}

// Every change is a point, and a program that takes all back is said to. G76
func TestInside(t *testing.T) {
	out := inside(t, "change", "back")
	var points []string
	for _, p := range out.Points {
		points = append(points, p.String())
	}
	want := []string{"create ~/new #1", "write ~/new #1", "chmod ~/new #1", "link ~/kept #1", "rename ~/a #1"}
	if !slices.Equal(points, want) {
		t.Errorf("the points are %q", points)
	}
	if len(out.Clean) > 0 || out.Changed == 0 || len(out.All) != 4*len(want)+1 {
		t.Errorf("unbroken %q, %d paths; broken %d times", out.Clean, out.Changed, len(out.All))
	}
	for _, r := range out.All {
		if !r.Hit || len(r.Wrong) > 0 {
			t.Errorf("%s, %s: hit %v, %q", r.Kind, r.Point, r.Hit, r.Wrong)
		}
	}
}

// What stays behind is seen, and where.
func TestInsideSloppy(t *testing.T) {
	var left []string
	for _, r := range inside(t, "change", "back, but sloppily").All {
		if slices.ContainsFunc(r.Wrong, func(w string) bool { return filepath.Base(w) == "new" }) {
			left = append(left, string(r.Kind)+", "+r.Point.String())
		}
	}
	for _, want := range []string{"kill half-way, write ~/new #1", "kill after, create ~/new #1", "kill before, rename ~/a #1", "ENOSPC, rename ~/a #1"} {
		if !slices.Contains(left, want) {
			t.Errorf("%s is not among %q", want, left)
		}
	}
	for _, not := range []string{"kill before, create ~/new #1", "kill after, rename ~/a #1"} {
		if slices.Contains(left, not) {
			t.Errorf("%s left nothing behind", not)
		}
	}
}

// A line of the journal that is not on disk before the next change is seen, though no kill shows it.
func TestInsideJournal(t *testing.T) {
	if out := inside(t, "change, noted", "back"); len(out.Clean) > 0 {
		t.Errorf("each line is on disk, and it says %q", out.Clean)
	}
	out := inside(t, "change, noted in memory", "back")
	want := []string{"create ~/new #1, before write ~/own/journal #1 was on disk", "it ended, before write ~/own/journal #3 was on disk"}
	if !slices.Equal(out.Clean, want) {
		t.Errorf("it says %q, want %q", out.Clean, want)
	}
}
