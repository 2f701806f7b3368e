package repair_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

var seeds = flag.Uint64("scripts", 6, "how many random plans the scripts are tried with")

// shells is those of this computer that a script for sh has to run in.
func shells(t *testing.T) [][]string {
	t.Helper()
	var found [][]string
	for _, argv := range [][]string{{"dash"}, {"bash", "--posix"}, {"busybox", "sh"}, {"mksh"}, {"sh"}} {
		if path, err := exec.LookPath(argv[0]); err == nil {
			found = append(found, append([]string{path}, argv[1:]...))
		}
	}
	if len(found) == 0 {
		t.Skip("there is no shell for scripts here")
	}
	return found
}

// A homeDir is a home directory on disk, and the machine that has it.
type homeDir struct {
	t   *testing.T
	dir string
}

type onlyHome string

func (home onlyHome) Answer(_ context.Context, q platforms.Query) (platforms.Answer, error) {
	if q.Verb != "host" {
		return platforms.Answer{}, platforms.ErrNotRecorded
	}
	return platforms.Answer{Text: "os linux\narch amd64\nhome " + string(home) + "\n"}, nil
}

func (h homeDir) changer() *platforms.LiveChanger {
	h.t.Helper()
	host, err := platforms.NewHost(h.t.Context(), onlyHome(h.dir))
	if err != nil {
		h.t.Fatal(err)
	}
	return platforms.NewLiveChanger(host, runID, nil, nil)
}

const runID = "20261121-120000"

// tree is everything in the home directory but what devdoctor remembers: kind, mode and bytes by path. With
// touched it is also what shows that something was written.
func (h homeDir) tree(touched bool) map[string]string {
	h.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".state" {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := info.Mode().String()
		switch {
		case info.Mode().IsRegular():
			bytes, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text += fmt.Sprintf(" %q", bytes)
		case info.Mode().Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			text += " " + target
		}
		if touched {
			text += info.ModTime().String()
		}
		all[strings.TrimPrefix(path, h.dir)] = text
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// sameTree fails where two trees differ.
func sameTree(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for path, w := range want {
		if got[path] != w {
			t.Errorf("%s: %q is %.300s, want %.300s", what, path, got[path], w)
		}
	}
	for path, g := range got {
		if _, ok := want[path]; !ok {
			t.Errorf("%s: %q is %.300s, want nothing", what, path, g)
		}
	}
}

// sh runs a script, and gives back how it ended and what it printed.
func (h homeDir) sh(shell []string, script string) (int, string) {
	h.t.Helper()
	argv := append(slices.Clone(shell), script)
	cmd := exec.CommandContext(h.t.Context(), argv[0], argv[1:]...)
	cmd.Env = []string{"HOME=" + h.dir, "PATH=" + os.Getenv("PATH")}
	cmd.Dir = h.t.TempDir()
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		h.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// fix takes the steps of a plan as devdoctor does, with the journal and the script that takes
// them back. It stops as if killed before step limit.
func (h homeDir) fix(plan fixers.Plan, limit int) (journal, undoScript string) {
	h.t.Helper()
	dir := filepath.Join(h.dir, ".state")
	undoScript = filepath.Join(dir, "undo.sh")
	text, err := fixers.Sh.UndoScript(plan, runID)
	if err := errors.Join(err, os.Mkdir(dir, 0o755), os.WriteFile(undoScript, []byte(text), 0o600)); err != nil {
		h.t.Fatal(err)
	}
	journal = filepath.Join(dir, "journal.jsonl")
	f, err := os.Create(journal)
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	j, err := fixers.NewJournal(f, time.Unix(1, 0), plan)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(killed); !ok {
				panic(r)
			}
		}
	}()
	taker := repair.Taker{Changer: h.changer(), Journal: j, Agreed: all, Begins: func(fixers.Step) {
		if limit--; limit < 0 {
			panic(killed{})
		}
	}}
	results, err := taker.Take(h.t.Context(), plan)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			h.t.Fatalf("%s: %v", r.Step.Says, r.Err)
		}
	}
	return journal, undoScript
}

// undo takes back what a journal tells, as devdoctor does; it reports whether all came back.
func (h homeDir) undo(journal string) bool {
	h.t.Helper()
	text, err := os.ReadFile(journal)
	if err != nil {
		h.t.Fatal(err)
	}
	past, err := fixers.ReadJournal(bytes.NewReader(text))
	if err != nil {
		h.t.Fatal(err)
	}
	u := repair.Undoer{Changer: h.changer(), Journal: fixers.Reopen(&bytes.Buffer{}), Begins: func(fixers.Step) {}}
	results, err := u.Undo(h.t.Context(), past)
	if err != nil {
		h.t.Fatal(err)
	}
	return !slices.ContainsFunc(results, func(r repair.Result) bool { return r.Err != nil })
}

func (h homeDir) write(script string) string {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "script")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// A script ends where fix ends, and the script that takes back ends where undo does: byte for byte, over
// homes made at random, in every shell there is.
func TestScripts(t *testing.T) {
	found := shells(t)
	for seed := range *seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			shell := found[seed%uint64(len(found))]
			fresh := func() homeDir { return randomHome(t, rand.New(rand.NewPCG(seed, 1))) }
			plan := randomPlan(t, fresh(), rand.New(rand.NewPCG(seed, 2)))
			script, err := fixers.Sh.Script(plan)
			if err != nil {
				t.Fatal(err)
			}
			before := fresh().tree(false)

			fixed := fresh()
			journal, undoScript := fixed.fix(plan, 1000)
			after := fixed.tree(false)

			scripted := fresh()
			path := scripted.write(script)
			exit, out := scripted.sh(shell, path)
			if exit != 0 {
				t.Errorf("%v: the script ended with %d:\n%s", shell, exit, out)
			}
			sameTree(t, "after the script", scripted.tree(false), after)
			once := scripted.tree(true)
			if exit, out := scripted.sh(shell, path); exit != 0 && !mixed(plan) {
				t.Errorf("%v: the second time the script ended with %d:\n%s", shell, exit, out)
			}
			sameTree(t, "after the second script", scripted.tree(true), once)

			exit, out = fixed.sh(shell, undoScript)
			if exit != 0 {
				t.Errorf("%v: undo.sh ended with %d:\n%s", shell, exit, out)
			}
			sameTree(t, "after undo.sh", fixed.tree(false), before)
			once = fixed.tree(true)
			if exit, out := fixed.sh(shell, undoScript); exit != 0 {
				t.Errorf("%v: the second time undo.sh ended with %d:\n%s", shell, exit, out)
			}
			if !fixed.undo(journal) {
				t.Error("after undo.sh undo cannot take everything back")
			}
			sameTree(t, "after the second undo.sh, and undo", fixed.tree(true), once)

			undone := fresh()
			journal, _ = undone.fix(plan, 1000)
			if !undone.undo(journal) {
				t.Error("undo did not take everything back")
			}
			sameTree(t, "after undo", undone.tree(false), before)
			if t.Failed() {
				t.Logf("%s", script)
			}
		})
	}
}

// mixed reports whether a block stands in a file that another fix changes before, or a file
// has two names: then a script can no longer tell the second time whether all is done, and says so.
func mixed(plan fixers.Plan) bool {
	by := map[string]int{}
	for i, f := range plan.Fixes {
		for _, s := range f.Steps {
			file := s.File()
			if file == "~/.profile" || file == "~/.zshrc" {
				file = "~/dir/linked"
			}
			if earlier, ok := by[file]; ok && (s.Block != nil && earlier != i || file == "~/dir/linked") {
				return true
			}
			if file != "" && (s.Path != nil || file == "~/dir/linked") {
				by[file] = i
			}
		}
	}
	return false
}

// Whatever was cut off or changed in the meantime: undo.sh leaves what undo leaves.
func TestUndoScriptAfterDeathAndEdits(t *testing.T) {
	found := shells(t)
	for seed := range *seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			shell := found[seed%uint64(len(found))]
			fresh := func() homeDir { return randomHome(t, rand.New(rand.NewPCG(seed, 1))) }
			plan := randomPlan(t, fresh(), rand.New(rand.NewPCG(seed, 2)))
			r := rand.New(rand.NewPCG(seed, 3))
			limit := r.IntN(len(plan.Steps()) + 1)
			edited := plan.Steps()[r.IntN(len(plan.Steps()))].File()
			var trees []map[string]string
			var wells []bool
			for _, byScript := range []bool{false, true} {
				h := fresh()
				journal, undoScript := h.fix(plan, limit)
				if edited != "" && seed%3 > 0 {
					path := strings.Replace(edited, "~", h.dir, 1)
					if text, err := os.ReadFile(path); err == nil {
						_ = os.WriteFile(path, slices.Concat(text, []byte("# mine\n")), 0o644)
					}
				}
				if seed%2 > 0 {
					f, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
					if err != nil {
						t.Fatal(err)
					}
					_, err = f.WriteString(`{"step":{"n":0,"what":"ski`)
					if err := errors.Join(err, f.Close()); err != nil {
						t.Fatal(err)
					}
				}
				if !byScript {
					wells = append(wells, h.undo(journal))
				} else {
					exit, out := h.sh(shell, undoScript)
					wells = append(wells, exit == 0)
					t.Logf("%v: %s", shell, out)
				}
				trees = append(trees, h.tree(false))
			}
			sameTree(t, "after undo.sh", trees[1], trees[0])
			if wells[0] != wells[1] {
				t.Errorf("undo took everything back: %v, undo.sh: %v", wells[0], wells[1])
			}
		})
	}
}

// Scripts pass shellcheck, where it is installed: a plan of all kinds of step, and one of each
// kind, because a script holds only the tools that it needs.
func TestScriptsPassShellcheck(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not installed")
	}
	var h homeDir
	var whole fixers.Plan
	for seed := range uint64(20) { // the random plans together have them all
		h = randomHome(t, rand.New(rand.NewPCG(seed, 1)))
		whole.Fixes = append(whole.Fixes, randomPlan(t, h, rand.New(rand.NewPCG(seed, 2))).Fixes...)
	}
	fetches := fetchPlan(platforms.Archive{URL: "https://nodejs.example/node.tar.gz", SHA256: strings.Repeat("0", 64), Top: "node"})
	whole.Fixes = append(fetches.Fixes, whole.Fixes...)
	plans := []fixers.Plan{{Devdoctor: "test", Machine: "linux 12345678", Fixes: whole.Fixes[:6]}}
	for _, is := range []func(fixers.Step) bool{
		func(s fixers.Step) bool { return s.Run != nil },
		func(s fixers.Step) bool { return s.Edit != nil },
		func(s fixers.Step) bool { return s.Block != nil },
		func(s fixers.Step) bool { return s.Path != nil },
		func(s fixers.Step) bool { return s.Fetch != nil },
		func(s fixers.Step) bool { return s.Tell != nil },
	} {
		for _, s := range whole.Steps() {
			if is(s) {
				plans = append(plans, fixers.Plan{Fixes: []fixers.Planned{{Steps: []fixers.Step{s}}}})
				break
			}
		}
	}
	if len(plans) != 7 {
		t.Fatalf("the plan has %d kinds of step, want 6", len(plans)-1)
	}
	argv := []string{}
	for _, plan := range plans {
		script, err := fixers.Sh.Script(plan)
		undo, err2 := fixers.Sh.UndoScript(plan, runID)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		argv = append(argv, h.write(script), h.write(undo))
	}
	if out, err := exec.CommandContext(t.Context(), shellcheck, argv...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%.5000s", err, out)
	}
}
