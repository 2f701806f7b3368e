package main

import (
	"encoding/json"
	"strings"
	"testing"

	"devdoctor/checks"
	"devdoctor/platforms"
)

// TestExplainEverything walks every problem of every check through all five
// questions, on every system. G59
func TestExplainEverything(t *testing.T) {
	for _, c := range checks.All() {
		for _, p := range c.Problems {
			for _, os := range []platforms.OS{platforms.Linux, platforms.Darwin, platforms.Windows} {
				e := explain(c, p, os)
				if e.What == "" || e.Why == "" || e.See == "" || len(e.Fix) == 0 {
					t.Errorf("%s/%s on %s: %+v", c.ID, p.ID, os, e)
				}
				for _, a := range e.Fix {
					if a.Do == "" || a.Undo == "" {
						t.Errorf("%s/%s on %s does not say what to do and how to undo it: %+v", c.ID, p.ID, os, a)
					}
				}
				page := string(explainText(c, []explanation{e}, os, "devdoctor", layout{width: 60}))
				for _, heading := range []string{"What it is:", "Why the course needs it:", "See it by hand:", "Put it right", "Undo it:"} {
					if !strings.Contains(page, heading) {
						t.Errorf("%s/%s has no %q", c.ID, p.ID, heading)
					}
				}
			}
		}
	}
}

// TestProseIsASCII holds that words of ours can be read on every screen. G60
func TestProseIsASCII(t *testing.T) {
	for _, c := range checks.All() {
		texts := []string{c.Title, c.Why}
		for _, p := range c.Problems {
			texts = append(texts, p.Means, p.See)
			for _, tell := range p.Tells {
				texts = append(texts, tell.Do, tell.Undo)
			}
		}
		for _, s := range texts {
			if strings.ContainsFunc(s, func(r rune) bool { return r > '~' || r < ' ' }) {
				t.Errorf("%s: %q", c.ID, s)
			}
		}
	}
}

// TestListNamesEverything holds that list and explain know the same problems.
func TestListNamesEverything(t *testing.T) {
	out, _, _ := devdoctor(t, "list", "--json")
	var list struct{ Checks []listed }
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	problems := 0
	for _, l := range list.Checks {
		for _, p := range l.Problems {
			problems++
			if _, _, code := devdoctor(t, "explain", l.ID+"/"+p.ID); code != 0 {
				t.Errorf("explain does not know %s/%s", l.ID, p.ID)
			}
		}
	}
	want := 0
	for _, c := range checks.All() {
		want += len(c.Problems)
	}
	if problems != want || len(list.Checks) != len(checks.All()) {
		t.Errorf("list names %d checks and %d problems of %d", len(list.Checks), problems, want)
	}
}
