package repair_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// What a script asks of a machine has the answer that devdoctor gets: each of these programs is
// needed once, and then no more.
func TestScriptsAsk(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the facts of a file are asked on Linux")
	}
	live, err := platforms.NewHost(t.Context(), platforms.NewLive())
	if err != nil {
		t.Fatal(err)
	}
	for _, shell := range shells(t) {
		h := homeDir{t, t.TempDir()}
		file := filepath.Join(h.dir, "it's a file")
		if err := os.WriteFile(file, []byte("old\n"), 0o640); err != nil {
			t.Fatal(err)
		}
		asks := map[string][]string{ // what to do about it
			platforms.Query{Verb: "stat", Args: []string{file}}.String():                                                        {"chmod", "0600", file},
			platforms.Query{Verb: "file", Args: []string{file}}.String():                                                        {"sh", "-c", "echo new >\"$1\"", "sh", file},
			platforms.Query{Verb: "glob", Args: []string{filepath.Join(h.dir, "g o-*")}}.String():                               {"mkdir", filepath.Join(h.dir, "g o-1")},
			platforms.Query{Verb: "run", Args: []string{"stat", "-c", "%F", file + "2"}}.String():                               {"touch", file + "2"},
			platforms.Query{Dir: h.dir, Env: []string{"A=b c"}, Verb: "run", Args: []string{"sh", "-c", "cat \"$A\""}}.String(): {"sh", "-c", "echo there >\"$1\"", "sh", h.dir + "/b c"},
		}
		for query, argv := range asks {
			q, err := platforms.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			now, err := fixers.Answered(live.Source().Answer(t.Context(), q))
			if err != nil {
				t.Fatal(err)
			}
			plan := fixers.Plan{Fixes: []fixers.Planned{{Steps: []fixers.Step{{Says: "Run it.", Run: &fixers.Run{
				Argv: argv, Seen: fixers.Probe{Query: query, Before: now, After: fixers.Anything}}}}}}}
			script, err := fixers.Sh.Script(plan)
			if err != nil {
				t.Fatal(err)
			}
			path, before := h.write(script), h.tree(false)
			if exit, out := h.sh(shell, path); exit != 0 {
				t.Errorf("%v: %s: it ended with %d: %s", shell, query, exit, out)
			}
			once := h.tree(true)
			if exit, out := h.sh(shell, path); exit != 0 {
				t.Errorf("%v: %s: the second time it ended with %d: %s", shell, query, exit, out)
			}
			sameTree(t, "the second time", h.tree(true), once)
			same := true
			for name, is := range h.tree(false) {
				same = same && before[name] == is
			}
			if same {
				t.Errorf("%v: %s: it was taken to be done already", shell, query)
			}
		}
	}
}
