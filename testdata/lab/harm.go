package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// harm is what a hostile machine may not do to devdoctor, nor devdoctor to it: the keys
// `whole`, `in-time` and `nothing-left` of the section want.
type harm struct{ whole, inTime, nothingLeft bool }

// statuses are those that a row of the report may have.
var statuses = []string{"ok", "warn", "fail", "skip", "blocked", "unknown"}

// deadline is when devdoctor stops by itself, unless --timeout says otherwise.
const deadline = 15 * time.Second

// grace is how much longer a run may take: what still hangs at the deadline has to be ended,
// and Wine ends with the last of it. A scenario that is late is played once more, alone, so that
// a busy computer needs no more.
const grace = 5 * time.Second

// deadline is when the scenario's devdoctor stops by itself.
func (s *scenario) deadline() time.Duration {
	for i, word := range s.check {
		value, ok := strings.CutPrefix(word, "--timeout=")
		if word == "--timeout" && i+1 < len(s.check) {
			value, ok = s.check[i+1], true
		}
		if d, err := time.ParseDuration(value); ok && err == nil {
			return d
		}
	}
	return deadline
}

// late says that devdoctor did not end by itself.
func (s *scenario) late(said machine.Result) []string {
	if limit := s.deadline() + grace; s.inTime && said.Wall > limit {
		return []string{fmt.Sprintf("devdoctor ran for %.1f s, which is more than %v", said.Wall.Seconds(), limit)}
	}
	return nil
}

// row is one of devdoctor's report.
type row struct{ ID, Status, Problem, Summary, Reason string }

// report is what the lab reads of devdoctor's JSON.
type report struct {
	Exit   int
	Checks []row
}

func readReport(said machine.Result) (r report, err error) {
	if said.Err != nil || said.TimedOut {
		return r, fmt.Errorf("run devdoctor: %s", said)
	}
	if err := json.Unmarshal([]byte(said.Stdout), &r); err != nil {
		return r, fmt.Errorf("read devdoctor's report: %w: %s", err, said)
	}
	return r, nil
}

// rowsBefore is the checks that devdoctor has for the machine while it is whole, where
// the scenario wants the same of the broken one.
func (r *runner) rowsBefore(ctx context.Context, m *machine.Machine, s *scenario) ([]string, error) {
	if !s.whole {
		return nil, nil
	}
	before, err := readReport(m.Terminal(ctx, "", "", s.where == "login", s.command()))
	if err != nil {
		return nil, fmt.Errorf("before the break: %w", err)
	}
	var ids []string
	for _, c := range before.Checks {
		ids = append(ids, c.ID)
	}
	return ids, nil
}

// missing says which rows the report lacks that it had before the break, and which are
// no result of a check.
func (r report) missing(before []string) (differs []string) {
	has := map[string]bool{}
	for _, c := range r.Checks {
		has[c.ID] = true
		switch {
		case !slices.Contains(statuses, c.Status):
			differs = append(differs, fmt.Sprintf("%s has the status %q, which is none", c.ID, c.Status))
		case c.Reason == "crashed":
			differs = append(differs, fmt.Sprintf("%s crashed: %s", c.ID, c.Summary))
		}
	}
	for _, id := range before {
		if !has[id] {
			differs = append(differs, "the report lacks "+id)
		}
	}
	return differs
}

// traces is what runs in a machine and which files it has.
type traces struct {
	processes map[int]string
	files     map[string]string // a path to what kind of file it is and, of a regular one, when it changed
}

// listing prints every file where an account may write, with a zero byte behind it: not
// the kernel's, the lab's and Wine's own, nor the programs of the system. Folders, pipes
// and links change in being looked at; regular files do not.
const listing = `find / \( -path /proc -o -path /sys -o -path /dev -o -path /usr -o -path /run/lab \
	-o -path '/tmp/*wine-*' -o -path '*/.wine/*.reg' \) -prune -o -type f -printf 'f%C@ %p\0' -o -printf '%y %p\0' 2>/dev/null || :`

// observe takes down what there is, where the scenario wants nothing more to be left.
func observe(ctx context.Context, m *machine.Machine, s *scenario) (t traces, err error) {
	if !s.nothingLeft {
		return t, nil
	}
	found := m.Sh(ctx, "root", listing)
	if !found.OK() {
		return t, fmt.Errorf("list the files: %s", found)
	}
	t.files = map[string]string{}
	for entry := range strings.SplitSeq(found.Stdout, "\x00") {
		if kind, path, ok := strings.Cut(entry, " "); ok && !strings.Contains(path, "/.wine/reg") { // Wine writes its registry by such files
			t.files[path] = kind
		}
	}
	t.processes, err = running(ctx, m)
	return t, err
}

// running is the processes by number, without those that Wine keeps for itself.
func running(ctx context.Context, m *machine.Machine) (map[int]string, error) {
	list, err := m.Processes(ctx)
	if err != nil {
		return nil, err
	}
	found := map[int]string{}
	for _, p := range list {
		if !slices.ContainsFunc(wineOwn, func(name string) bool { return strings.HasSuffix(strings.ToLower(p.Argv[0]), name) }) {
			found[p.PID] = strings.Join(p.Argv, " ")
		}
	}
	return found, nil
}

// wineOwn is the programs that Wine starts of itself, and ends some time after the last
// program of Windows has.
var wineOwn = []string{
	"wineserver", `\services.exe`, `\plugplay.exe`, `\svchost.exe`, `\winedevice.exe`, `\rpcss.exe`, `\explorer.exe`, `\conhost.exe`,
}

// patience is how long a process that was killed may take to be gone.
const patience = 2 * time.Second

// left says what the machine has that it had not before: processes that still run, files
// that are new, changed or gone.
func left(ctx context.Context, m *machine.Machine, s *scenario, before traces) (differs []string, err error) {
	if !s.nothingLeft {
		return nil, nil
	}
	after, err := observe(ctx, m, s)
	for end := time.Now().Add(patience); err == nil && after.newProcesses(before) != nil && time.Now().Before(end); {
		time.Sleep(50 * time.Millisecond)
		after.processes, err = running(ctx, m)
	}
	return append(after.newProcesses(before), after.newFiles(before)...), err
}

func (t traces) newProcesses(before traces) (differs []string) {
	for _, pid := range slices.Sorted(maps.Keys(t.processes)) {
		if before.processes[pid] == "" {
			differs = append(differs, "still running: "+strconv.Itoa(pid)+" "+t.processes[pid])
		}
	}
	return differs
}

func (t traces) newFiles(before traces) (differs []string) {
	for _, path := range slices.Sorted(maps.Keys(t.files)) {
		switch kind := before.files[path]; kind {
		case t.files[path]:
		case "":
			differs = append(differs, "left behind: "+path)
		default:
			differs = append(differs, "changed: "+path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(before.files)) {
		if t.files[path] == "" {
			differs = append(differs, "gone: "+path)
		}
	}
	return differs
}
