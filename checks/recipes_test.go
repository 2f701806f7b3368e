package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// A reason is why no program may do something, in the words of docs/recipes.md.
type reason string

const (
	restart  reason = "a new terminal, login or restart"
	policy   reason = "a policy of whoever owns the computer"
	licence  reason = "a licence, an installer with one, or a purchase"
	another  reason = "an act of another account or at a website"
	firmware reason = "the firmware or the system itself"
	unsaved  reason = "a click in a program that may hold unsaved work"
)

// byHand is the problems that devdoctor only tells about, wherever they occur.
var byHand = map[string]reason{
	"system-version/macos-too-old":         firmware,
	"system-version/windows-too-old":       firmware,
	"system-version/windows-s-mode":        policy,
	"terminal-brew/stale-terminal":         restart,
	"git-installed/stale-terminal":         restart,
	"git-installed/apple-tools-missing":    licence,
	"git-installed/apple-tools-moved":      licence,
	"git-installed/xcode-licence":          licence,
	"git-identity/stale-terminal":          restart,
	"node-sandbox/flatpak-terminal":        restart,
	"node-installed/stale-terminal":        restart,
	"node-installed/needs-new-login":       restart,
	"node-installed/no-version-for-32-bit": firmware,
	"node-installed/glibc-too-old":         firmware,
	"node-installed/may-not-run":           policy,
	"node-installed/disk-forbids":          policy,
	"node-copies/disk-forbids":             policy,
	"node-new-terminal/disk-forbids":       policy,
	"node-runs/glibc-too-old":              firmware,
	"node-copies/stale-terminal":           restart,
	"node-version/repairs-over":            another,
	"node-version/no-version-for-32-bit":   firmware,
	"npm-scripts-policy/forbidden":         policy,
	"npm-scripts-policy/blocked-in-window": restart,
	"place-home/missing":                   another,
	"node-runs/needs-new-login":            restart,
	"npm-config/needs-new-login":           restart,
	"npm-proxy/needs-new-login":            restart,
	"vscode-wsl/linux-too-old":             firmware,
	"place-disk/not-writable":              another,
	"npm-locks/folder-guard":               policy,
	"npm-proxy/gone-variable":              restart,
	"github-login/no-login":                another,
	"github-login/logged-out":              another,
	"github-login/gh-not-connected":        another,
	"github-account/several-logins":        another,
	"vscode-installed/not-installed":       licence,
	"vscode-installed/stale-terminal":      restart,
	"place-disk/forbids-programs":          policy,
	"place-disk/read-only":                 firmware,
	"port.3000/editor":                     unsaved,
	"port.3000/taken-unseen":               another,
	"docker-running/needs-new-login":       restart,
}

// byHandOf is the same for one owner alone.
var byHandOf = map[recipe]reason{
	{"git-installed/too-old", lin, platforms.Apt}:             firmware, // its release has no newer one
	{"docker-compose/missing", lin, platforms.Sealed}:         firmware,
	{"docker-installed/missing", lin, platforms.Sealed}:       firmware,
	{"git-installed/not-installed", lin, platforms.Sealed}:    firmware,
	{"docker-compose/missing", mac, platforms.Unowned}:        licence, // of Docker Desktop
	{"docker-installed/missing", mac, platforms.Unowned}:      licence,
	{"node-copies/older-first", mac, platforms.Pkg}:           licence,
	{"vscode-installed/linux-in-wsl", lin, platforms.Unowned}: licence,
}

// stillOpen is the problems for which some machine has neither a fix nor a reason: nobody has
// written the fix yet.
var stillOpen = []string{
	"docker-compose/missing", "docker-compose/v1-only", "docker-installed/missing", "docker-installed/wsl-integration-off", "git-installed/broken", "github-ssh/key-permissions", "npm-corepack/yarn-too-old", "place-disk/full",
	"place-home/shell-characters", "place-project/system-folder", "port.3000/system", "port.3000/wsl-side", "port.5000/airplay", "port.80/system",
	"system-clock/behind", "terminal-fish/syntax", "terminal-stored-path/system-not-text", "vscode-installed/translocated",
	"vscode-wsl/extension-missing", "wsl-localhost/forwarding-off", "wsl-localhost/network-off", "wsl-project/windows-drive",
	"wsl-rights/world-writable", "wsl-version/wsl1",
}

// A recipe is what devdoctor does about a problem on one kind of machine.
type recipe struct {
	problem string
	os      platforms.OS
	owner   platforms.Manager
}

// TestRecipes plans the fixes for every machine of testdata/checks that has a problem,
// and writes what comes of it to docs/recipes.md with -update.
func TestRecipes(t *testing.T) {
	cells := make(map[recipe]cell)
	for _, f := range loadFixtures(t) {
		r := f.run(t)
		if r.Problem == nil || r.Status != StatusFail && r.Status != StatusWarn {
			continue
		}
		at := recipe{f.check.ID + "/" + r.Problem.ID, f.os, r.Found.Owner}
		fix, why := f.recipe(t, at.problem, r)
		cells[at] = cells[at].with(fix, why)
		if at.os == mac && strings.HasSuffix(fix, string(fixers.ByRunning)) {
			t.Errorf("%s: nothing was run on a Mac: %s", f.name, fix)
		}
	}
	for _, f := range loadFixtures(t) {
		if f.plan == nil {
			continue
		}
		if idle := f.plan.Unused(); len(idle) > 0 {
			t.Errorf("%s: no plan asks for %q: remove the section", f.name, idle)
		}
	}
	for at, c := range cells {
		if len(c.fixes) == 0 && slices.Contains(c.byHand, notYet) && !slices.Contains(stillOpen, at.problem) {
			t.Errorf("%s of %q on %s: there is neither a fix nor a reason why no program may do it", at.problem, at.owner, systemNames[at.os])
		}
	}
	page := recipesPage(cells)
	path := filepath.Join("..", "docs", "recipes.md")
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have, err := os.ReadFile(path); err != nil || strings.ReplaceAll(string(have), "\r\n", "\n") != page {
		t.Errorf("docs/recipes.md is out of date (%v): go test ./checks -run TestRecipes -update", err)
	}
	for problem := range byHand {
		if id, name, _ := strings.Cut(problem, "/"); Find(id) == nil || Find(id).Problem(name) == nil {
			t.Errorf("there is no problem %s", problem)
		}
	}
}

// A cell is what is done about a recipe on all the machines of testdata/checks that have it.
type cell struct{ fixes, byHand []string }

// with is c with one machine more: a fix, or the reason why there is none.
func (c cell) with(fix, why string) cell {
	if fix != "" && !slices.Contains(c.fixes, fix) {
		c.fixes = append(c.fixes, fix)
	}
	if why != "" && !slices.Contains(c.byHand, why) {
		c.byHand = append(c.byHand, why)
	}
	return c
}

func (c cell) String() string {
	if len(c.byHand) == 0 {
		return strings.Join(c.fixes, "; ")
	}
	hand := "by hand: " + strings.Join(c.byHand, ", ")
	if len(c.fixes) == 0 {
		return hand
	}
	return strings.Join(c.fixes, "; ") + "; on other such machines " + hand
}

// recipe is what is done about the problem of a fixture, or else why it is done by hand.
func (f *fixture) recipe(t *testing.T, problem string, r Result) (fix, why string) {
	t.Helper()
	source := plain{f.source, f.plan}
	h, err := platforms.NewHost(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	for _, fix := range r.Problem.Fixes {
		answers := make(map[string]string)
		for _, q := range fix.Asks {
			answers[q.Key] = q.Example
		}
		steps, err := fix.Plan(t.Context(), fixers.Patient{Host: h, Found: r.Found.Words(), Answers: answers})
		told := len(steps)
		does := slices.DeleteFunc(steps, func(s fixers.Step) bool { return s.Tell != nil }) // what it only tells is no fix
		if err == nil && told > 0 && len(does) == 0 {
			return "", string(restart) // all such plans say that the cause is gone and its terminal is not
		}
		if err == nil && len(does) > 0 {
			return "`" + fix.ID + "`, " + verifiedAs(does), ""
		}
	}
	tell, _ := r.Tell(f.os)
	if r.Case == setHere || strings.HasPrefix(tell.Do, "Close this terminal") {
		return "", string(restart)
	}
	if why, ok := byHandOf[recipe{problem, f.os, r.Found.Owner}]; ok {
		return "", string(why)
	}
	if why, ok := byHand[problem]; ok {
		return "", string(why)
	}
	return "", notYet
}

const notYet = "not yet a fix"

// verifiedAs is how far the weakest of some steps was tried.
func verifiedAs(steps []fixers.Step) string {
	order := []fixers.Verified{fixers.Documented, fixers.Replayed, fixers.ByRunning}
	least := slices.MinFunc(steps, func(a, b fixers.Step) int {
		return cmp.Compare(slices.Index(order, a.Verified), slices.Index(order, b.Verified))
	})
	return string(least.Verified)
}

// plain is a machine on which there is nothing beside what a fixture says: the queries of
// a check are all answered there, those of a plan need not be.
type plain struct {
	*platforms.Snapshot
	plan *platforms.Snapshot // what the fixture says for plans alone, or nil
}

func (p plain) Answer(ctx context.Context, q platforms.Query) (platforms.Answer, error) {
	if p.plan != nil {
		if a, err := p.plan.Answer(ctx, q); !errors.Is(err, platforms.ErrNotRecorded) {
			return a, err
		}
	}
	a, err := p.Snapshot.Answer(ctx, q)
	if !errors.Is(err, platforms.ErrNotRecorded) && !slices.Contains(unasked, q.String()) {
		return a, err
	}
	if known, ok := usual[q.String()]; ok {
		return platforms.Answer{Text: known}, nil
	}
	switch q.Verb {
	case "file", "stat", "env", "session", "which", "run", "process", "reg":
		return platforms.Answer{}, platforms.ErrNotFound
	case "glob", "list", "port", "regkeys", "regvalues":
		return platforms.Answer{}, nil
	}
	return a, err
}

// unasked is what no check asks for, so that a pattern of absences does not speak of it.
var unasked = []string{"which sudo", "which winget"}

// usual is what plans look for beyond the checks, and most such machines have.
var usual = map[string]string{
	"which sudo":                     "/usr/bin/sudo\n",
	"which winget":                   `C:\Users\ada\AppData\Local\Microsoft\WindowsApps\winget.exe` + "\n", // Windows 10 and 11 bring it
	"which ssh-keygen":               "/usr/bin/ssh-keygen\n",
	"stat /home/ada/.nvm/nvm.sh":     "file mode=0644 size=140000 access=rw-\n",
	"stat /Users/ada/.nvm/nvm.sh":    "file mode=0644 size=140000 access=rw-\n",
	"stat /home/ada/.asdf/bin/asdf":  "file mode=0755 size=5000000 access=rwx\n",
	"stat /Users/ada/.asdf/bin/asdf": "file mode=0755 size=5000000 access=rwx\n",
	"which mise":                     "/usr/bin/mise\n",
	"which asdf":                     "/usr/bin/asdf\n",
	"stat /home/ada/.ssh":            "dir mode=0700 access=rwx\n",
	"stat /home/ada":                 "dir mode=0755 access=rwx\n",
	"disk /home/ada":                 "fs ext4\ntotal 100000000000\nfree 50000000000\n",
	"disk /home/ada/.local/share":    "fs ext4\ntotal 100000000000\nfree 50000000000\n",
	"libc":                           "glibc 2.41\n",
	"ancestors":                      "880 bash\n",
}

func recipesPage(cells map[recipe]cell) string {
	var b strings.Builder
	b.WriteString(recipesHead)
	b.WriteString("| system | cells | a fix | a fix, and by hand on some machines | by hand | of these without a reason |\n|---|---|---|---|---|---|\n")
	for _, system := range []platforms.OS{lin, win, mac} {
		n, fixed, some, told, open := 0, 0, 0, 0, 0
		for at, c := range cells {
			switch {
			case at.os != system:
				continue
			case len(c.byHand) == 0:
				fixed++
			case len(c.fixes) > 0:
				some++
			default:
				told++
				if slices.Contains(c.byHand, notYet) {
					open++
				}
			}
			n++
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d (%d %%) | %d |\n", systemNames[system], n, fixed, some, told, told*100/n, open)
	}
	b.WriteString("\n| problem | owner | Linux | Windows | macOS |\n|---|---|---|---|---|\n")
	rows := make(map[recipe]bool) // without a system
	for at := range cells {
		rows[recipe{problem: at.problem, owner: at.owner}] = true
	}
	for _, row := range slices.SortedFunc(maps.Keys(rows), func(a, b recipe) int {
		return cmp.Or(cmp.Compare(a.problem, b.problem), cmp.Compare(a.owner, b.owner))
	}) {
		fmt.Fprintf(&b, "| %s | %s |", row.problem, row.owner)
		for _, system := range []platforms.OS{lin, win, mac} {
			fmt.Fprintf(&b, " %v |", cells[recipe{row.problem, system, row.owner}])
		}
		b.WriteString("\n")
	}
	return b.String()
}

var systemNames = map[platforms.OS]string{lin: "Linux", win: "Windows", mac: "macOS"}

const recipesHead = `# Recipes

What devdoctor does about each problem of phases 1 and 2 and of Docker, by system and by the owner of the program: the fix, and how far it
was tried. *run*: in a machine of the lab of that system; *documented*: as its manual says, never run there. The plans are made for the
machines of testdata/checks, and a row holds all that have it. What a plan only tells is no fix. Where something must be done by hand the cell
says why: a restart, the system itself, a policy, a licence, or another account's act. *Not yet a fix*: none of these, and nobody has written one. This page is written by ` + "`go test ./checks -run TestRecipes -update`" + ` and held by the same test.

`
