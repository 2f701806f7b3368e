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
		for _, m := range mutationsOf(system) {
			names := slices.Concat(m.Named, m.Also)
			for _, b := range Bases(system) {
				if m.AlsoOn != nil && suits(b, []*Mutation{m}) {
					names = append(names, m.AlsoOn(Plan{Base: b, Mutations: []*Mutation{m}})...)
				}
			}
			for _, n := range distinct(names) {
				if !known[n] {
					t.Errorf("%s: %s: devdoctor has no %s", system, m.Name, n)
				}
			}
			// What names a fault needs no excuse, and an excuse that names it is none.
			for _, n := range m.Also {
				if slices.Contains(m.Named, n) {
					t.Errorf("%s: %s: %s is its name, and follows from it", system, m.Name, n)
				}
			}
		}
	}
}
