package checks

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"devdoctor/platforms"
)

var idForm = regexp.MustCompile(`^[a-z0-9]+([-.][a-z0-9]+)*$`)

// TestChecks holds the list of checks to what its documentation promises. G05
func TestChecks(t *testing.T) {
	wanted := make(map[*Problem]bool)
	silent := make(map[*Check]bool)
	for _, f := range loadFixtures(t) {
		r := f.run(t)
		if r.Problem != nil {
			wanted[r.Problem] = true
		}
		if r.Status == StatusOK || r.Status == StatusSkip {
			silent[f.check] = true
		}
	}
	seen := make(map[*Check]bool)
	ids := make(map[string]bool)
	for _, c := range All() {
		if ids[c.ID] || !idForm.MatchString(c.ID) {
			t.Errorf("ID %q is taken, or is not lower-case words", c.ID)
		}
		if c.Title == "" || c.Why == "" || c.Run == nil || c.Phase < 1 || c.Phase > 10 {
			t.Errorf("%s lacks Title, Why, Phase or Run", c.ID)
		}
		for _, first := range slices.Concat(c.After, c.Alongside) {
			if !seen[first] {
				t.Errorf("%s comes after %s, which stands later", c.ID, first.ID)
			}
			if first.Phase > c.Phase {
				t.Errorf("%s of phase %d comes after %s of phase %d", c.ID, c.Phase, first.ID, first.Phase)
			}
		}
		if !silent[c] {
			t.Errorf("%s has no fixture in which it stays silent", c.ID)
		}
		problems := make(map[string]bool)
		for _, p := range c.Problems {
			if problems[p.ID] || !idForm.MatchString(p.ID) {
				t.Errorf("%s: problem %q is taken, or is not lower-case words", c.ID, p.ID)
			}
			problems[p.ID] = true
			if p.Means == "" || p.See == "" || len(p.Tells) == 0 {
				t.Errorf("%s/%s lacks Means, See or Tells", c.ID, p.ID)
			}
			if !wanted[p] {
				t.Errorf("%s/%s has no fixture", c.ID, p.ID)
			}
		}
		seen[c], ids[c.ID] = true, true
	}
	dirs, err := os.ReadDir(filepath.Join("..", "testdata", "checks"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if !ids[d.Name()] {
			t.Errorf("testdata/checks/%s belongs to no check", d.Name())
		}
	}
}

// machine is one of the healthy machines in testdata/machines.
func machine(t *testing.T, name string) *platforms.Snapshot {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "machines", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := platforms.ParseSnapshot(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

// worthKnowing is the checks with a note for somebody whose machine is well.
var worthKnowing = map[string][]string{
	"debian": {"port.80"}, "wsl": {"port.80"}, // below 1024, for the phase of deployment
}

// TestHealthyMachines examines machines on which every check must stay silent: a
// false alarm is as bad as a miss, and a note that asks for nothing takes room.
func TestHealthyMachines(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "machines", "*.txtar"))
	if err != nil || len(files) < 4 {
		t.Fatalf("%d healthy machines, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			h, err := platforms.NewHost(t.Context(), platforms.NewRecorder(machine(t, name)))
			if err != nil {
				t.Fatal(err)
			}
			Engine{}.Run(t.Context(), h, Course, All(), func(o Outcome) {
				if !slices.Contains([]Status{StatusOK, StatusSkip}, o.Result.Status) {
					t.Errorf("%s: %s", o.Check.ID, o.Result)
				}
				if len(o.Result.Notes) > 0 && !slices.Contains(worthKnowing[name], o.Check.ID) {
					t.Errorf("%s says to somebody whose machine is well: %s", o.Check.ID, o.Result.Notes)
				}
			})
		})
	}
}
