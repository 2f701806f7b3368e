package checks

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var update = flag.Bool("update", false, "rewrite what the fixtures want")

// A fixture is a machine and what one check says about it. Most stand on one of
// the healthy machines in testdata/machines, which they name in a section
// "base", and hold only what differs.
type fixture struct {
	file, name string
	check      *Check
	prose      string
	base       string // "" for a machine that stands alone
	os         platforms.OS
	source     *platforms.Snapshot
	own        *platforms.Snapshot // without its base: what must be asked for
	plan       *platforms.Snapshot // what the fixes ask beyond the check, from sections "plan QUERY"; nil without one
	want       string
	project    string      // Needs.Project, from a section "project"
	ports      []PortNeed  // Needs.Ports, from a section "ports" with lines PORT PHASE
	extensions []Extension // Needs.Extensions, from a section "extensions" with an id and a phase a line
	mode       []int       // the failure modes it shows
	trap       []int       // the failure modes it only looks like
}

// beside are the sections of a fixture that are no queries.
var beside = []string{"want", "base", "project", "ports", "extensions"}

var sectionHead = regexp.MustCompile(`(?m)^-- (.*) --\r?$`)

// loadFixtures is testdata/checks/ID/*.txtar, read once for all tests.
func loadFixtures(t testing.TB) []*fixture {
	t.Helper()
	all, err := readFixtures()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var readFixtures = sync.OnceValues(func() ([]*fixture, error) {
	var all []*fixture
	for _, c := range All() {
		files, err := filepath.Glob(filepath.Join("..", "testdata", "checks", c.ID, "*.txtar"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			f, err := readFixture(c, file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			all = append(all, f)
		}
	}
	return all, nil
})

func readFixture(c *Check, file string) (*fixture, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	text, planned := withoutPlan(strings.ReplaceAll(string(data), "\r\n", "\n"))
	f := &fixture{file: file, check: c, name: c.ID + "/" + strings.TrimSuffix(filepath.Base(file), ".txtar")}
	f.prose, _, _ = strings.Cut(text, "\n-- ")
	f.mode, f.trap = modesIn(f.prose)
	mine := cut(text)
	f.want, f.base, f.project = mine["want"], strings.TrimSpace(mine["base"]), strings.TrimSpace(mine["project"])
	for line := range strings.Lines(mine["ports"]) {
		n := PortNeed{Needed: true}
		if _, err := fmt.Sscan(line, &n.Port, &n.Phase); err != nil {
			return nil, fmt.Errorf("section ports: %q: %w", line, err)
		}
		f.ports = append(f.ports, n)
	}
	for line := range strings.Lines(mine["extensions"]) {
		var e Extension
		if _, err := fmt.Sscan(line, &e.ID, &e.Phase); err != nil {
			return nil, fmt.Errorf("section extensions: %q: %w", line, err)
		}
		f.extensions = append(f.extensions, e)
	}
	own := text
	if f.base != "" {
		if text, err = overBase(f.base, text); err != nil {
			return nil, err
		}
		if _, ok := mine["host"]; !ok { // whose home ~ is
			own += "-- host --\n" + cut(text)["host"]
		}
	}
	if f.own, err = platforms.ParseSnapshot([]byte(own), beside...); err != nil {
		return nil, err
	}
	if f.source, err = platforms.ParseSnapshot([]byte(text), beside...); err != nil {
		return nil, err
	}
	h, err := platforms.NewHost(context.Background(), f.source)
	if err != nil {
		return nil, err
	}
	f.os = h.OS
	if planned != "" {
		f.plan, err = platforms.ParseSnapshot([]byte("-- host --\n" + cut(text)["host"] + planned))
	}
	return f, err
}

// planHead begins the name of a section with what a fix finds on the machine and the check
// does not ask.
const planHead = "-- plan "

// withoutPlan parts a fixture from the sections with that prefix, which it takes off them.
func withoutPlan(text string) (rest, planned string) {
	var kept, taken strings.Builder
	into := &kept
	for line := range strings.Lines(text) {
		if sectionHead.MatchString(line) {
			into = &kept
			if bare, ok := strings.CutPrefix(line, planHead); ok {
				into, line = &taken, "-- "+bare
			}
		}
		into.WriteString(line)
	}
	return kept.String(), taken.String()
}

// machineSections is the sections of a healthy machine, by name.
var machineSections = func() func(name string) (map[string]string, error) {
	read := make(map[string]map[string]string)
	return func(name string) (map[string]string, error) {
		if read[name] == nil {
			data, err := os.ReadFile(filepath.Join("..", "testdata", "machines", name+".txtar"))
			if err != nil {
				return nil, err
			}
			read[name] = cut(strings.ReplaceAll(string(data), "\r\n", "\n"))
		}
		return read[name], nil
	}
}()

// overBase is text with the sections of a healthy machine that it neither holds
// itself nor declares absent.
func overBase(base, text string) (string, error) {
	healthy, err := machineSections(base)
	if err != nil {
		return "", err
	}
	mine := cut(text)
	absent := anyOf(mine["absent"])
	var merged strings.Builder
	merged.WriteString(text)
	for name, body := range healthy {
		_, overridden := mine[name]
		if name != "absent" && !overridden && !absent.MatchString(strings.ReplaceAll(name, `"`, "")) {
			fmt.Fprintf(&merged, "-- %s --\n%s", name, body)
		}
	}
	// The absences of the base come last: an explicit section wins over them.
	if body, ok := mine["absent"]; ok {
		return strings.Replace(merged.String(), "-- absent --\n"+body, "-- absent --\n"+body+healthy["absent"], 1), nil
	}
	return merged.String() + "-- absent --\n" + healthy["absent"], nil
}

// anyOf matches what one of the patterns, a line each, matches.
func anyOf(patterns string) *regexp.Regexp {
	var quoted []string
	for line := range strings.Lines(patterns) {
		if line = strings.TrimSpace(line); line != "" {
			quoted = append(quoted, strings.ReplaceAll(regexp.QuoteMeta(line), `\*`, `.*`))
		}
	}
	if len(quoted) == 0 {
		quoted = []string{`[^\s\S]`} // nothing
	}
	return regexp.MustCompile(`^(?:` + strings.Join(quoted, "|") + `)$`)
}

// cut is the sections of a txtar by name.
func cut(text string) map[string]string {
	sections := make(map[string]string)
	heads := sectionHead.FindAllStringSubmatchIndex(text, -1)
	for i, head := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		body := ""
		if head[1]+1 < end {
			body = text[head[1]+1 : end]
		}
		sections[text[head[2]:head[3]]] = body
	}
	return sections
}

var modeLine = regexp.MustCompile(`(?i)\b(trap for )?modes? (\d+(?:(?:, | and )\d+)*)`)

// modesIn finds "Mode 34" and "Trap for mode 34" in the prose of a fixture.
func modesIn(prose string) (modes, traps []int) {
	for _, m := range modeLine.FindAllStringSubmatch(prose, -1) {
		for n := range strings.FieldsFuncSeq(m[2], func(r rune) bool { return r < '0' || '9' < r }) {
			number, _ := strconv.Atoi(n)
			if m[1] != "" {
				traps = append(traps, number)
			} else {
				modes = append(modes, number)
			}
		}
	}
	return modes, traps
}

// run examines the fixture's machine with its check.
func (f *fixture) run(t testing.TB) Result {
	t.Helper()
	r, _ := f.examine(t)
	return r
}

// examine is run, with the queries that the check asked.
func (f *fixture) examine(t testing.TB) (Result, []platforms.Query) {
	t.Helper()
	rec := platforms.NewRecorder(f.source)
	defer rec.Close()
	h, err := platforms.NewHost(t.Context(), rec)
	if err != nil {
		t.Fatal(err)
	}
	o := examine(t.Context(), h, f.need(), f.check)
	var asked []platforms.Query
	for _, e := range o.Evidence {
		asked = append(asked, e.Query)
		// What the fixture itself asks is asked again of the fixture alone, so
		// that its unused sections show.
		_, _ = f.own.Answer(t.Context(), e.Query)
	}
	_, _ = f.own.Answer(t.Context(), platforms.Query{Verb: "host"})
	return o.Result, asked
}

// need is what the course asks of the fixture's machine.
func (f *fixture) need() Needs {
	need := Course
	need.Project, need.Extensions, need.Phase = f.project, f.extensions, FirstDay
	if f.ports != nil {
		need.Ports = f.ports
	}
	return need
}

// TestFixtures examines whole machines of every system on this one (G74): it compares what each check says about the machines in
// testdata/checks/ID with their section "want".
func TestFixtures(t *testing.T) {
	for _, f := range loadFixtures(t) {
		t.Run(f.name, func(t *testing.T) {
			r := f.run(t)
			got := r.String()
			if *update {
				rewriteWant(t, f.file, got)
			} else if got != f.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, f.want)
			}
			if idle := f.own.Unused(); len(idle) > 0 {
				t.Errorf("the check asks for none of %q: remove them from the fixture", idle)
			}
			if r.Problem == nil {
				return
			}
			if !slices.Contains(f.check.Problems, r.Problem) {
				t.Errorf("%s does not declare the problem %s", f.check.ID, r.Problem.ID)
			}
			tell, ok := r.Tell(f.os)
			if !ok {
				t.Errorf("%s/%s does not tell what to do on %s for owner %q", f.check.ID, r.Problem.ID, f.os, r.Found.Owner)
			}
			for _, line := range append(commandLines(tell, f.os), tell.Do) {
				if strings.ContainsAny(line, "<>") && strings.Contains(line, "<") {
					t.Errorf("%s/%s leaves a word in braces open: %s", f.check.ID, r.Problem.ID, line)
				}
			}
		})
	}
}

func commandLines(t fixers.Tell, os platforms.OS) []string {
	var lines []string
	for _, argv := range t.Run {
		lines = append(lines, fixers.ShellOf(os).Line(argv))
	}
	return lines
}

func rewriteWant(t *testing.T, file, got string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if old, ok := cut(text)["want"]; ok {
		text = strings.Replace(text, "-- want --\n"+old, "-- want --\n"+got, 1)
	} else {
		text += "-- want --\n" + got
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFixtureProse holds fixtures to saying where they come from.
func TestFixtureProse(t *testing.T) {
	for _, f := range loadFixtures(t) {
		if !strings.Contains(f.prose, "Composed from ") && !strings.Contains(f.prose, "Captured ") {
			t.Errorf("%s does not say whether it was Captured (where, when) or Composed from (which source)", f.file)
		}
	}
}
