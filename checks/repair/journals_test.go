package repair_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// writeJournals makes testdata/journals again, for what this version writes. Journals of a version that was
// released are never made again: they have to be read as they are.
var writeJournals = flag.Bool("write-journals", false, "write testdata/journals")

const journalsDir = "../../testdata/journals"

// journaled is what a home directory holds before a fix, and the steps of the fix, one of each
// kind that needs no network and no Windows.
func journaled() (before map[string]string, plan fixers.Plan) {
	before = map[string]string{"/.bashrc": "alias a=b", "/.npmrc": "a=1\nb=\xff\nc=3\n", "/package.json": "{}\n"}
	entry := func(text string) platforms.Entry {
		return platforms.Entry{Kind: platforms.KindFile, Mode: 0o644, Text: platforms.Text(text)}
	}
	steps := []fixers.Step{
		{Says: "Make a folder.", Path: &fixers.Path{Path: "~/ours", After: platforms.Entry{Kind: platforms.KindDir, Mode: 0o755}}},
		{Says: "Write a file.", Path: &fixers.Path{Path: "~/ours/path.sh", After: entry("export A=\xe4\n")}},
		{Says: "Make a link.", Path: &fixers.Path{Path: "~/ours/link", After: platforms.Entry{Kind: platforms.KindLink, Target: "path.sh"}}},
		{Says: "Take a file away.", Path: &fixers.Path{Path: "~/package.json", Before: entry("{}\n")}},
		{Says: "Let the shell read it.", Block: &fixers.Block{Path: "~/.bashrc", Name: "path", After: ". ~/ours/path.sh\n", Glue: true}},
		{Says: "Take a line out.", Edit: fixers.NewEdit("~/.npmrc", before["/.npmrc"], "a=1\nc=3\n")},
		{Says: "Run a program.", Run: &fixers.Run{Argv: []string{"mkdir", "~/run"}, Back: []string{"rmdir", "~/run"},
			Seen: fixers.Probe{Query: "stat ~/run", Before: fixers.Absent, After: fixers.Anything}}},
		{Says: "Close the window.", Tell: &fixers.Instruction{Do: "Close the window.", Why: "it is yours"}},
	}
	for i := range steps {
		steps[i].Verified = fixers.ByRunning
	}
	return before, fixers.Plan{Schema: fixers.Schema, Devdoctor: "0.1.0", Machine: "linux 12345678", Fixes: []fixers.Planned{
		{Check: "check", Problem: "problem", Fix: "fix", Title: "Try all kinds of step", Steps: steps},
	}}
}

func homeOf(t *testing.T, files map[string]string) homeDir {
	t.Helper()
	h := homeDir{t, t.TempDir()}
	for name, text := range files {
		if err := os.WriteFile(h.dir+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// Journals that were written down are still read, and taken back. G46
func TestOldJournals(t *testing.T) {
	before, plan := journaled()
	if *writeJournals {
		makeJournals(t)
	}
	for name, c := range map[string]struct {
		taken  int    // how many steps of the plan the machine has seen
		undone int    // how many of the last of those are back already
		want   string // what becomes of the steps, the last first
	}{
		"v1-whole.jsonl":   {8, 0, "undone undone undone undone undone undone undone"},
		"v1-cut-off.jsonl": {4, 0, "undone undone undone undone"},
		"v1-undone.jsonl":  {8, 8, ""},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(journalsDir, name))
			if err != nil {
				t.Fatal(err)
			}
			past, err := fixers.ReadJournal(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			h := homeOf(t, before)
			first := h.tree(false)
			for _, s := range plan.Steps()[:c.taken-c.undone] {
				if err := s.Take(t.Context(), h.changer(), func(platforms.Child) error { return nil }); err != nil {
					t.Fatal(err)
				}
			}
			u := repair.Undoer{Changer: h.changer(), Journal: fixers.Reopen(&bytes.Buffer{}), Begins: func(fixers.Step) {}}
			results, err := u.Undo(t.Context(), past)
			if err != nil {
				t.Fatal(err)
			}
			if got := outcomes(results); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			sameTree(t, "afterwards", h.tree(false), first)
		})
	}
}

// The kinds of step that only Windows or a network has are read, with what takes them back.
func TestOldJournalOfOtherKinds(t *testing.T) {
	f, err := os.Open(filepath.Join(journalsDir, "v1-windows.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	past, err := fixers.ReadJournal(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range past.Plan.Steps() {
		back, ok := s.Inverse()
		switch {
		case !ok:
			t.Errorf("there is no way back: %s", s.Says)
		case s.Env != nil && (back.Env.After != s.Env.Before || back.Env.Before.Data != `%USERPROFILE%\a;C:\b`):
			t.Errorf("the way back is %+v", back.Env)
		case s.Fetch != nil && (!back.Fetch.Back || back.Fetch.Archive != s.Fetch.Archive):
			t.Errorf("the way back is %+v", back.Fetch)
		}
	}
	if len(past.Steps) != 2 || !past.Steps[1].Began() {
		t.Errorf("got %+v", past.Steps)
	}
}

// A journal of a devdoctor that is newer is refused, in words that say what to do.
func TestNewerJournal(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(journalsDir, "v2.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fixers.ReadJournal(bytes.NewReader(text)); err == nil || !strings.Contains(err.Error(), "undo with the newer one that wrote it") {
		t.Errorf("got %v", err)
	}
}

// makeJournals writes down what a run on this computer writes.
func makeJournals(t *testing.T) {
	t.Helper()
	before, plan := journaled()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(journalsDir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	run := func(plan fixers.Plan, take bool) string {
		h := homeOf(t, before)
		var w bytes.Buffer
		j, err := fixers.NewJournal(&w, at, plan)
		if err != nil {
			t.Fatal(err)
		}
		if !take { // as if on another computer
			for n := range plan.Steps() {
				if err := j.Note(false, n, fixers.Begins, nil, nil); err != nil {
					t.Fatal(err)
				}
			}
			return w.String()
		}
		taker := repair.Taker{Changer: h.changer(), Journal: j, Agreed: all, Begins: func(fixers.Step) {}}
		if _, err := taker.Take(t.Context(), plan); err != nil {
			t.Fatal(err)
		}
		return w.String()
	}
	whole := run(plan, true)
	write("v1-whole.jsonl", whole)
	lines := slices.Collect(strings.Lines(whole))
	write("v1-cut-off.jsonl", strings.Join(lines[:8], "")+lines[8][:12])
	var undone strings.Builder
	for n := range plan.Steps() {
		undone.WriteString(`{"undo":{"n":` + string(rune('0'+n)) + `,"what":"ends"}}` + "\n")
	}
	write("v1-undone.jsonl", whole+undone.String())
	write("v2.jsonl", strings.Replace(whole, `"schema_version":1`, `"schema_version":2`, 1))
	path := func(data string) platforms.RegistryValue {
		return platforms.RegistryValue{Type: "REG_EXPAND_SZ", Data: data}
	}
	plan.Machine = "windows 12345678"
	plan.Fixes[0].Steps = []fixers.Step{
		{Says: "Install Node.js.", Verified: fixers.Documented, Hosts: []string{"nodejs.example"}, Fetch: &fixers.Fetch{Dir: "~/node",
			Archive: platforms.Archive{URL: "https://nodejs.example/node.zip", SHA256: strings.Repeat("5", 64), Top: "node"}}},
		{Says: "Put it on Path.", Verified: fixers.ByRunning, Env: &fixers.SetEnv{Name: "Path", Before: path(`%USERPROFILE%\a`), After: path(`%USERPROFILE%\a;C:\b`)}},
	}
	write("v1-windows.jsonl", run(plan, false))
}
