package checks

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

const (
	win = platforms.Windows
	mac = platforms.Darwin
	lin = platforms.Linux
)

// catalogue is the failure modes that the checks of phases 1 and 2, and Docker,
// must tell apart, and the systems on which each occurs (WSL counts as Linux).
// The numbers are those of the catalogue of 122 modes compiled 2026-11-20.
var catalogue = []struct {
	n    int
	name string
	on   []platforms.OS
}{
	{1, "Node.js missing, or a stale terminal", []platforms.OS{win, mac, lin}},
	{2, "PowerShell refuses npm.ps1", []platforms.OS{win}},
	{3, "port in use", []platforms.OS{win, mac, lin}},
	{4, "git identity and default branch", []platforms.OS{win, mac, lin}},
	{5, "no usable credential for GitHub", []platforms.OS{win, mac, lin}},
	{6, "version manager not loaded", []platforms.OS{mac, lin}},
	{7, "npm's global folder belongs to root", []platforms.OS{mac, lin}},
	{8, "localhost and IPv6", []platforms.OS{win, mac, lin}},
	{9, "Docker engine unreachable", []platforms.OS{win, mac, lin}},
	{11, "Node.js unsupported or shadowed", []platforms.OS{win, mac, lin}},
	{12, "Apple's command line tools missing", []platforms.OS{mac}},
	{13, "PATH line in a file the shell does not read", []platforms.OS{mac, lin}},
	{18, "no permission for Docker's socket", []platforms.OS{lin}},
	{21, "Docker's WSL integration is off", []platforms.OS{lin}},
	{22, "WSL uses the Windows Node.js", []platforms.OS{lin}},
	{24, "Node.js on Windows asks 127.0.0.1 for DNS", []platforms.OS{win}},
	{26, "code is not on PATH", []platforms.OS{win, mac, lin}},
	{27, "SSH key or agent", []platforms.OS{win, mac, lin}},
	{28, "files held by a syncing folder", []platforms.OS{win}},
	{29, "AirPlay on port 5000", []platforms.OS{mac}},
	{30, "reserved port ranges", []platforms.OS{win}},
	{31, "dubious ownership", []platforms.OS{win, lin}},
	{32, "nvm-windows switches nothing", []platforms.OS{win}},
	{33, "npm prefix breaks nvm", []platforms.OS{mac, lin}},
	{34, "libatomic missing", []platforms.OS{lin}},
	{39, "localhost between Windows and WSL", []platforms.OS{lin}},
	{40, "npm configuration left behind", []platforms.OS{win, mac, lin}},
	{41, "Windows PATH cut off", []platforms.OS{win}},
	{42, "PATH entries that do harm", []platforms.OS{win, mac, lin}},
	{43, "npm's folder in AppData missing", []platforms.OS{win}},
	{44, "user name with a space", []platforms.OS{win}},
	{45, "project in a hostile place", []platforms.OS{win, mac, lin}},
	{46, "stray package.json", []platforms.OS{win, mac, lin}},
	{47, "npm broken", []platforms.OS{win, mac, lin}},
	{49, "proxy left behind", []platforms.OS{win, mac, lin}},
	{50, "script-shell of npm", []platforms.OS{win, mac, lin}},
	{53, "corepack gone or stale", []platforms.OS{win, mac, lin}},
	{54, "Node.js of Homebrew lost a library", []platforms.OS{mac}},
	{55, "Rosetta", []platforms.OS{mac}},
	{56, "the distribution's Node.js is old", []platforms.OS{lin}},
	{57, "C library too old", []platforms.OS{lin}},
	{58, "sandboxed editor or Node.js", []platforms.OS{lin}},
	{61, "32-bit Node.js", []platforms.OS{win}},
	{64, "another GitHub account", []platforms.OS{win, mac}},
	{65, "git missing or old", []platforms.OS{win, mac, lin}},
	{67, "line endings", []platforms.OS{win, lin}},
	{68, "long paths", []platforms.OS{win}},
	{71, "VS Code and WSL", []platforms.OS{lin}},
	{72, "project on the Windows disk", []platforms.OS{lin}},
	{73, "Windows disk writable for all", []platforms.OS{lin}},
	{76, "another editor answers to code", []platforms.OS{win, mac, lin}},
	{79, "hosts file", []platforms.OS{win, mac, lin}},
	{80, "privileged port", []platforms.OS{win, lin}},
	{86, "Windows too old or in S mode", []platforms.OS{win}},
	{87, "macOS too old", []platforms.OS{mac}},
	{108, "Docker context or DOCKER_HOST left behind", []platforms.OS{win, mac, lin}},
	{109, "Docker credential helper missing", []platforms.OS{win, mac, lin}},
	{110, "Compose missing", []platforms.OS{lin}},
}

// TestModes holds every mode to a fixture on each system where it occurs, and
// to a trap: a machine that looks like it and must stay silent. It writes what
// it finds to docs/modes.md with -update.
func TestModes(t *testing.T) {
	fixtures := loadFixtures(t)
	var b strings.Builder
	b.WriteString(modesHead)
	for _, m := range catalogue {
		shown := make(map[platforms.OS][]string)
		finds := make(map[string]bool)
		verbs := make(map[platforms.OS]map[string]bool)
		traps, silent := 0, 0
		for _, f := range fixtures {
			isTrap := slices.Contains(f.trap, m.n)
			if !isTrap && !slices.Contains(f.mode, m.n) {
				continue
			}
			r, asked := f.examine(t)
			if isTrap {
				traps++
				if r.Status == StatusOK || r.Status == StatusSkip {
					silent++ // the others are traps for one cause of several
				}
			} else {
				if r.Problem == nil && len(r.Notes) == 0 {
					t.Errorf("%s shows mode %d and says nothing", f.name, m.n)
				}
				finds[nameOf(f, r)] = true
				shown[f.os] = append(shown[f.os], filepath.Base(f.file))
			}
			if verbs[f.os] == nil {
				verbs[f.os] = make(map[string]bool)
			}
			for _, q := range asked {
				verbs[f.os][q.Verb] = true
			}
		}
		for _, os := range m.on {
			if len(shown[os]) == 0 {
				t.Errorf("mode %d (%s) has no fixture on %s", m.n, m.name, os)
			}
		}
		if silent == 0 {
			t.Errorf("mode %d (%s) has no trap that stays silent", m.n, m.name)
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %d | %d |", m.n, m.name, strings.Join(slices.Sorted(maps.Keys(finds)), "<br>"), len(shown[lin])+len(shown[mac])+len(shown[win]), traps)
		for _, os := range []platforms.OS{lin, win, mac} {
			fmt.Fprintf(&b, " %s |", liveCell(os, len(shown[os]) > 0, verbs[os]))
		}
		b.WriteString("\n")
	}
	path := filepath.Join("..", "docs", "modes.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have, err := os.ReadFile(path); err != nil || strings.ReplaceAll(string(have), "\r\n", "\n") != b.String() {
		t.Errorf("docs/modes.md is out of date (%v): go test ./checks -run TestModes -update", err)
	}
}

// nameOf is what a fixture's check finds.
func nameOf(f *fixture, r Result) string {
	if r.Problem == nil {
		return f.check.ID
	}
	return f.check.ID + "/" + r.Problem.ID
}

const modesHead = `# Failure modes

Every way of failing that devdoctor must tell apart in phases 1 and 2 and for Docker: the check and problem that names it, how many
fixtures show it, how many traps look like it and must stay silent. This page is written by ` + "`go test ./checks -run TestModes -update`" + `
and held by the same test.

The last three columns say how far the queries that these fixtures answer were asked of a real machine of that system, by a live test of
devdoctor's own: *run* (all of them, on Debian 12 and 13, 2026-11-21), *Wine* (all of them, by the Windows build under Wine 10,
2026-11-21), *never: ...* names those that were compiled and answered only from fixtures. Which test asks what stands in one table,
` + "`liveVerbs` in checks/live_verbs_test.go" + `, and a test holds it. WSL counts as Linux: its queries were run on Linux, and only
imitated WSL was looked at. Nothing has been run on a Mac, on Microsoft's Windows or in a real WSL yet. A dash: the mode has no fixture
there.

| mode | what | named as | fixtures | traps | Linux | Windows | macOS |
|---|---|---|---|---|---|---|---|
`

// liveCell says how far the queries behind a mode were asked of a real machine.
func liveCell(os platforms.OS, shown bool, verbs map[string]bool) string {
	if !shown {
		return "–"
	}
	if os == mac {
		return "never"
	}
	var never []string
	for _, v := range slices.Sorted(maps.Keys(verbs)) {
		if liveVerbs[v].testOn(os) == "" {
			never = append(never, v)
		}
	}
	switch {
	case len(never) > 0:
		return "never: " + strings.Join(never, ", ")
	case os == win:
		return "Wine"
	}
	return "run"
}

var verbRow = regexp.MustCompile("(?m)^\\| `([a-z-]+)[^|]*\\| ([^|]+) \\|")

// TestFixtureQueries lists the queries of fixtures that no live source answers
// on the fixture's system, by the contract in docs/queries.md.
func TestFixtureQueries(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "queries.md"))
	if err != nil {
		t.Fatal(err)
	}
	on := make(map[string]string)
	for _, row := range verbRow.FindAllStringSubmatch(string(page), -1) {
		on[row[1]] = row[2]
	}
	if len(on) < 25 {
		t.Fatalf("docs/queries.md names %d queries", len(on))
	}
	names := map[platforms.OS]string{lin: "Linux", mac: "macOS", win: "Windows"}
	for _, f := range loadFixtures(t) {
		for _, q := range f.source.Queries() {
			if where, ok := on[q.Verb]; !ok || where != "all" && !strings.Contains(where, names[f.os]) {
				t.Errorf("%s: %s is not asked on %s", f.name, q.Verb, f.os)
			}
		}
	}
}

// TestFixes holds that a fix belongs to a problem, whose check says whether it helped, and that an
// ID means one fix wherever it is offered. G34
func TestFixes(t *testing.T) {
	known := map[string]*fixers.Fix{}
	for _, c := range All() {
		for _, p := range c.Problems {
			for _, f := range p.Fixes {
				if other, taken := known[f.ID]; taken && other != f {
					t.Errorf("%s/%s: the ID %s is that of another fix", c.ID, p.ID, f.ID)
				}
				if known[f.ID] = f; !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(f.ID) || f.Title == "" || f.Plan == nil {
					t.Errorf("%s/%s: the fix %q has no title, no plan or no good ID", c.ID, p.ID, f.ID)
				}
			}
		}
	}
	if len(known) < 80 {
		t.Errorf("only %d fixes are offered", len(known))
	}
}

// goals is the rows of the goal table that this part of devdoctor is held to.
var goals = []string{
	"G01", "G02", "G03", "G05", "G06", "G07", "G08", "G09", "G10", "G11", "G12", "G13", "G14", "G16", "G18", "G20", "G21", "G23", "G24", "G25",
	"G26", "G27", "G28", "G31", "G33", "G34", "G35", "G36", "G37", "G38", "G39", "G40", "G41", "G42", "G43", "G44", "G45", "G46", "G47", "G48", "G49",
	"G50", "G51", "G52", "G53", "G54", "G55", "G57", "G58", "G59", "G60", "G61", "G63", "G65", "G73", "G74", "G75", "G76", "N4", "N6", "N7", "N8",
}

// TestGoals wants a test or a script that names each row.
func TestGoals(t *testing.T) {
	var text strings.Builder
	for _, pattern := range []string{"../*/*_test.go", "../*/*/*_test.go", "../testdata/script/*.txtar", "../testdata/lab/*/*_test.go", "../testdata/lab/scenarios/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if filepath.Base(file) == "modes_test.go" {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(data)
		}
	}
	for _, goal := range goals {
		if !regexp.MustCompile(`\b` + goal + `\b`).MatchString(text.String()) {
			t.Errorf("no test names %s", goal)
		}
	}
}
