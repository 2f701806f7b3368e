package oracle

import (
	"encoding/json"
	"os/exec"
	"slices"
	"testing"
)

// Every name in the table is one that devdoctor has: a name that nobody can say excuses nothing.
func TestNames(t *testing.T) {
	c := exec.Command("go", "run", "./cmd/devdoctor", "list", "--phase", "all", "--format", "json")
	c.Dir = "../../.."
	text, err := c.Output()
	if err != nil {
		t.Fatalf("ask devdoctor for its checks: %v", err)
	}
	var list struct {
		Checks []struct {
			ID       string
			Problems []struct{ ID string }
		}
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, check := range list.Checks {
		for _, p := range check.Problems {
			known[check.ID+"/"+p.ID] = true
		}
	}
	for _, system := range systems {
		told := map[string]bool{}
		for seed := range uint64(3000) {
			p := Generate(system, seed)
			for _, m := range p.Mutations {
				names, follow := m.names(p), m.follow(p)
				if m.Harmful && len(names) == 0 {
					t.Errorf("%s: nothing names %s", p, m.Name)
				}
				for i, n := range slices.Concat(names, follow) {
					what := m.Name + ": " + n
					switch {
					case told[what]:
						continue
					case !known[n]:
						t.Errorf("%s: %s: devdoctor has no such finding", system, what)
					case i >= len(names) && slices.Contains(names, n): // what names a fault needs no excuse
						t.Errorf("%s: %s is a name, and follows as well", system, what)
					default:
						continue
					}
					told[what] = true
				}
			}
		}
	}
}
