package repair_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devdoctor/checks/repair"
	"devdoctor/fixers"
)

// madePlan makes a key and a folder of packages, of which nobody knows beforehand what they hold.
func madePlan() fixers.Plan {
	made := func(path string) fixers.Probe {
		return fixers.Probe{Query: "stat " + path, Before: fixers.Absent, After: fixers.Anything}
	}
	return fixers.Plan{Schema: fixers.Schema, Machine: "linux 12345678", Fixes: []fixers.Planned{{Steps: []fixers.Step{
		{Says: "Make a key.", Verified: fixers.ByRunning, Run: &fixers.Run{
			Argv: []string{"sh", "-c", `echo private$$ >"$0"; echo public$$ >"$0.pub"`, "~/key"}, Back: []string{"rm", "-f", "~/key", "~/key.pub"},
			Seen: made("~/key"), Makes: []string{"~/key", "~/key.pub"},
		}},
		{Says: "Install.", Verified: fixers.ByRunning, Run: &fixers.Run{
			Argv: []string{"sh", "-c", `mkdir -p "$0/npm" "$0/a b"`, "~/packages"}, Back: []string{"rm", "-r", "~/packages"},
			Seen: made("~/packages"), Makes: []string{"~/packages"},
		}},
	}}}}
}

// What was made is taken back, and what somebody put in its place or added to it stays, whoever
// takes it back.
func TestUndoKeepsWhatIsNotOurs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(dir string) error
		want   string // the last step first
	}{
		"as it was made": {func(string) error { return nil }, "undone undone"},
		"another key":    {func(dir string) error { return os.WriteFile(dir+"/key", []byte("mine\n"), 0o600) }, "undone failed"},
		"another half":   {func(dir string) error { return os.WriteFile(dir+"/key.pub", []byte("mine\n"), 0o600) }, "undone failed"},
		"a package":      {func(dir string) error { return os.Mkdir(dir+"/packages/mine", 0o755) }, "failed undone"},
		"half is gone":   {func(dir string) error { return os.Remove(dir + "/key.pub") }, "undone undone"},
	} {
		for _, shell := range append([][]string{nil}, shells(t)...) {
			t.Run(name+" "+strings.Join(shell, " "), func(t *testing.T) {
				h := homeOf(t, nil)
				journal, script := h.fix(madePlan(), 9)
				if err := c.change(h.dir); err != nil {
					t.Fatal(err)
				}
				before := h.tree(false)
				if shell == nil {
					text, err := os.ReadFile(journal)
					if err != nil {
						t.Fatal(err)
					}
					past, err := fixers.ReadJournal(bytes.NewReader(text))
					if err != nil {
						t.Fatal(err)
					}
					u := repair.Undoer{Changer: h.changer(), Journal: fixers.Reopen(&bytes.Buffer{}), Begins: func(fixers.Step) {}}
					results, err := u.Undo(t.Context(), past)
					if err != nil {
						t.Fatal(err)
					}
					if got := outcomes(results); got != c.want {
						t.Errorf("got %s, want %s", got, c.want)
					}
				} else if exit, said := h.sh(shell, script); (exit == 0) != (c.want == "undone undone") {
					t.Errorf("it ended with %d: %s", exit, said)
				}
				for n, path := range []string{"/packages", "/key"} {
					_, err := os.Lstat(filepath.Join(h.dir, path))
					if kept := strings.Fields(c.want)[n] == "failed"; kept != (err == nil) {
						t.Errorf("%s: %v, of %v", path, err, before)
					}
				}
			})
		}
	}
}

// The journal tells a file again by a hash alone.
func TestMarksTellNothing(t *testing.T) {
	h := homeOf(t, nil)
	journal, _ := h.fix(madePlan(), 9)
	text, err := os.ReadFile(journal)
	if err != nil || !strings.Contains(string(text), `"marks":["`) {
		t.Fatalf("%s, %v", text, err)
	}
	key, err := os.ReadFile(filepath.Join(h.dir, "key"))
	if err != nil || strings.Contains(string(text), strings.TrimSpace(string(key))) {
		t.Errorf("it holds the key: %s, %v", text, err)
	}
}
