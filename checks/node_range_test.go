package checks

import (
	"testing"
	"time"

	"github.com/hashicorp/go-version"
)

// TestInRange compares with what npm's own semver 7.7 answers.
func TestInRange(t *testing.T) {
	const npm12 = "^22.22.2 || ^24.15.0 || >=26.0.0"
	for _, c := range []struct {
		version, text string
		fits, known   bool
	}{
		{"24.15.0", npm12, true, true},
		{"24.14.9", npm12, false, true},
		{"25.9.0", npm12, false, true},
		{"23.0.0", npm12, false, true},
		{"27.0.0", npm12, true, true},
		{"20.16.0", "^20.17.0 || >=22.9.0", false, true},
		{"22.9.0", "^20.17.0 || >=22.9.0", true, true},
		{"8.1.0", "6 >=6.2.0 || 8 || >=9.3.0", true, true},
		{"6.1.0", "6 >=6.2.0 || 8 || >=9.3.0", false, true},
		{"24.1.0", ">= 18 < 24", false, true},
		{"23.9.0", ">= 18 < 24", true, true},
		{"18.2.1", "~18.2.0", true, true},
		{"18.3.0", "~18.2.0", false, true},
		{"18.3.0", "18.x", true, true},
		{"18.3.0", "<=18", true, true},
		{"18.3.0", ">18", false, true},
		{"19.0.0", ">18", true, true},
		{"24.0.0", "*", true, true},
		{"24.0.0", "", true, true},
		{"24.0.0", "18 - 20", false, false},
		{"24.0.0", "node@24", false, false},
	} {
		fits, known := inRange(version.Must(version.NewVersion(c.version)), c.text)
		if fits != c.fits || known != c.known {
			t.Errorf("inRange(%s, %q) = %v, %v; want %v, %v", c.version, c.text, fits, known, c.fits, c.known)
		}
	}
	// npm itself would refuse this one, because it is before a release; here it
	// counts as the release that it leads to.
	if fits, _ := inRange(version.Must(version.NewVersion("27.0.0-alpha.1")), npm12); !fits {
		t.Error("an alpha of 27 does not fit >=26")
	}
}

// The table of release lines holds days, which are read only when they are asked for.
func TestNodeLinesAreDays(t *testing.T) {
	for _, l := range nodeLines {
		for _, d := range []date{l.start, l.lts, l.maintenance, l.end} {
			if d.time().Format(time.DateOnly) != string(d) && d != "" {
				t.Errorf("Node.js %d: %s", l.major, d)
			}
		}
		if l.start == "" || l.end <= l.maintenance || l.maintenance <= l.start {
			t.Errorf("Node.js %d ends on %s, begun on %s", l.major, l.end, l.start)
		}
	}
}
