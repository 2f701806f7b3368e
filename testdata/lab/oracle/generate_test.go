package oracle

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The machines must be worth judging: half of them fail, and for many reasons. So the table
// promises here; TestOutcomes asks what the lesson said.
func TestGenerate(t *testing.T) {
	const machines = 5000
	for _, system := range []string{"linux", "windows"} {
		kinds, causes := map[string]int{}, map[string]int{}
		failing := 0
		for seed := range uint64(machines) {
			p := Generate(system, seed)
			if len(p.Mutations) < 1 || len(p.Mutations) > mostMutations || clash(p.Mutations) || !suits(p.Base, p.Mutations) {
				t.Fatalf("seed %d makes %s", seed, p)
			}
			fails := false
			for _, m := range p.Mutations {
				kinds[m.Name]++
				if m.Harmful {
					fails = true
					causes[m.Name]++
				}
			}
			if fails {
				failing++
			}
		}
		if failing < machines*40/100 || failing > machines*60/100 {
			t.Errorf("%s: %d of %d machines fail", system, failing, machines)
		}
		for _, m := range mutationsOf(system) {
			if kinds[m.Name] < 50 {
				t.Errorf("%s: %s occurs only %d times", system, m.Name, kinds[m.Name])
			}
			if causes[m.Name] > failing/10 {
				t.Errorf("%s: %s is behind %d of %d failures", system, m.Name, causes[m.Name], failing)
			}
		}
	}
}

// What the lesson and the probes said of a sample of machines, kept in testdata/outcomes.
// Made again by: go run ./testdata/lab score -outcomes >testdata/lab/oracle/testdata/outcomes
func TestOutcomes(t *testing.T) {
	text, err := os.ReadFile("testdata/outcomes")
	if err != nil {
		t.Fatal(err)
	}
	records, stale, err := readOutcomes(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if stale*10 > len(records) {
		t.Errorf("of %d machines the seeds make others by now: make the sample again", stale)
	}
	s := ScoreOf(records)
	for _, system := range systems {
		c, most := s.BySystem[system], s.Behind[system]
		t.Logf("%s: %d of %d machines fail, %s behind %.1f %% of them", system, c.Failing, c.Machines, most.Kind, 100*most.Share)
		if c.Machines < enough {
			t.Errorf("%s: the sample has only %d machines", system, c.Machines)
		}
	}
	for _, how := range s.Unfair {
		t.Error(how)
	}
}

func TestGenerateAgain(t *testing.T) {
	for seed := range uint64(50) {
		if a, b := Generate("linux", seed), Generate("linux", seed); a.String() != b.String() {
			t.Errorf("seed %d makes %s and %s", seed, a, b)
		}
	}
}

func TestTable(t *testing.T) {
	for _, system := range []string{"linux", "windows"} {
		all := mutationsOf(system)
		harmless, removing := 0, 0
		var names []string
		for _, m := range all {
			names = append(names, m.Name)
			if m.Removes {
				removing++
			}
			if !m.Harmful {
				harmless++
			}
			if len(m.Modes) == 0 {
				t.Errorf("%s: %s has no mode", system, m.Name)
			}
			// What is harmless in a new window an old one may lack, an old login, and a start file that is not read to its end.
			named := slices.ContainsFunc(m.Named, func(n string) bool {
				return !strings.HasSuffix(n, "/stale-terminal") && !strings.HasPrefix(n, "node-new-terminal/") && n != "git-identity/missing"
			})
			if m.Harmful && len(m.Named) == 0 && m.NamedOn == nil || named && !m.Harmful && m.Probe == "" {
				t.Errorf("%s: %s is harmful: %v, and has the names %v", system, m.Name, m.Harmful, m.Named)
			}
		}
		slices.Sort(names)
		if len(slices.Compact(names)) != len(all) {
			t.Errorf("%s: a name occurs twice", system)
		}
		if removing > 2 || harmless*5 < len(all)*2 || harmless*5 > len(all)*3 {
			t.Errorf("%s: of %d kinds %d remove a program and %d are harmless", system, len(all), removing, harmless)
		}
	}
	for system, least := range map[string]int{"linux": 60, "windows": 80} {
		if n := len(mutationsOf(system)); n < least {
			t.Errorf("there are only %d kinds for %s", n, system)
		}
	}
}
