package oracle

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// At most five kinds may be called beyond any program, each with a reason, and each of them
// does harm.
func TestBeyond(t *testing.T) {
	n := 0
	for _, m := range concat(linuxMutations, windowsMutations) {
		if m.Beyond == "" {
			continue
		}
		n++
		if !m.Harmful {
			t.Errorf("%s does no harm", m.Name)
		}
	}
	if n > 5 {
		t.Errorf("%d kinds are beyond any program", n)
	}
}

func TestTreeDiffers(t *testing.T) {
	ann := Base{System: "trixie", User: "ann"}
	before := tree{
		"/home/ann/.bashrc": "f 644 1000 1000 aa", "/home/ann/gone": "f 644 1000 1000 aa", "/home/ann/.npmrc": "f 600 1000 1000 aa",
		"/home/ann/link": "l 777 1000 1000 a", "/var/log/apt/term.log": "f 640 0 0 aa", "/home/ann": "d 700 1000 1000",
	}
	now := tree{
		"/home/ann/.bashrc": "f 644 1000 1000 bb", "/home/ann/.npmrc": "f 600 0 0 aa", "/home/ann/link": "l 777 1000 1000 b",
		"/var/log/apt/term.log": "f 640 0 0 bb", "/home/ann": "d 755 1000 1000",
		"/home/ann/.local": "d 700 1000 1000", "/home/ann/.local/state/devdoctor/runs/1/journal.jsonl": "f 600 1000 1000 aa",
		"/home/ann/.localhost": "f 644 1000 1000 aa", "/home/ann/.bash_history": "f 600 1000 1000 aa",
	}
	want := []string{
		"changed: /home/ann", "changed: /home/ann/.bashrc", "new: /home/ann/.localhost", "changed: /home/ann/.npmrc",
		"gone: /home/ann/gone", "changed: /home/ann/link",
	}
	if got := before.differs(now, ann, []string{"/var/log/apt/*"}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// A folder above devdoctor's own that was there before is somebody's.
	before["/home/ann/.local"] = "d 755 1000 1000"
	if got := before.differs(now, ann, []string{"/var/log/apt"}); !slices.Contains(got, "changed: /home/ann/.local") {
		t.Errorf("got %q", got)
	}
}

func TestJudgeRepair(t *testing.T) {
	gone, err := Find("linux", "node-removed")
	if err != nil {
		t.Fatal(err)
	}
	p := Plan{Mutations: []*Mutation{gone}}
	works, fails := Outcome{Failed: map[string]string{}}, Outcome{Failed: map[string]string{"node": "exit 127"}}
	tells, err := readReport(`{"checks": [{"id": "node-installed", "status": "fail", "problem": "not-installed"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		lesson  Outcome
		probes  map[string]string
		exit    int
		want    RepairVerdict
		remains string
	}{
		"works":          {works, nil, 0, Mended, ""},
		"works, unsaid":  {works, nil, 1, Mended, ""},
		"fails and said": {fails, nil, 1, NotMended, "node-removed"},
		"falsely":        {fails, nil, 0, FalselyReady, "node-removed"},
		"falsely, anew":  {fails, nil, exitNewTerminal, FalselyReady, "node-removed"},
		"a probe fails":  {works, map[string]string{"node-removed": "exit 1"}, 0, NotMended, "node-removed"},
	} {
		out := Repaired{}
		out.judge(p, c.lesson, c.probes, fixReport{Exit: c.exit, After: tells})
		if got := strings.Join(out.Remains, " "); out.Verdict != c.want || got != c.remains {
			t.Errorf("%s: %s, %q remains", name, out.Verdict, got)
		}
	}
}

// What is beyond any program counts in its kind's row, and in no share.
func TestRepairsOf(t *testing.T) {
	s := RepairsOf([]Repaired{
		{Verdict: Sound},
		{Verdict: Mended, Harms: []string{"a"}, Changed: true, Peers: []PeerResult{{Name: "n 24", Reached: true}}},
		{Verdict: NotMended, Harms: []string{"a", "b"}, Remains: []string{"b"}, Reached: true, Says: []string{"warn x/y", "warn x/y"}, Changed: true, Undo: []string{"new: /x"}},
		{Verdict: NotMended, Harms: []string{"full"}, Remains: []string{"full"}, Beyond: []string{"full"}},
		{Verdict: FalselyReady, Harms: []string{"b"}},
	})
	if s.Broken != 4 || s.Beyond != 1 || s.Reached != 2 || s.Mended != 1 || len(s.Falsely) != 1 || s.Changed != 2 || s.Undone != 1 || s.Second != 2 {
		t.Errorf("got %+v", s)
	}
	text := s.Markdown()
	for _, want := range []string{
		"2 of 3 (66.7 %) | 1 of 3", "| n 24 | 1 of 1", "| a | 2 | 1 | 0 |", "| b | 2 | 0 | 1 |", "| full (beyond) | 1 | 0 | 1 |", "| warn x/y | 1 |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// What was allowed to be done without a way back is no failure of undo; anything else is.
func TestOnlyIrreversible(t *testing.T) {
	kill := "Taking back: End node.\ndevdoctor: not taken back: End node: there is no way back\n"
	if !onlyIrreversible(kill) || onlyIrreversible(kill+"devdoctor: not taken back: Write a file: it was changed since, and is left as it is\n") {
		t.Error("it does not tell one from the other")
	}
}

// Values are told apart by their keys, data goes on in the next line, and what Wine notes of each
// start does not count.
func TestReadRegistry(t *testing.T) {
	got := tree{}
	got.readRegistry("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n\"Path\"=hex(2):41,\\\r\n  00\r\n\"a\\\"b\"=\"c=\\\"d\"\r\n@=\"x\"\r\n\r\n" +
		"[HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Control\\Video\\{1}]\r\n\"a\"=\"b\"\r\n@=\"c\"\r\n\r\n[HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Control\\VideoX]\r\n")
	want := tree{
		`HKEY_CURRENT_USER\Environment`: "key", `HKEY_CURRENT_USER\Environment\"Path"`: "hex(2):41,00", `HKEY_CURRENT_USER\Environment\"a\"b"`: `"c=\"d"`,
		`HKEY_CURRENT_USER\Environment\@`: `"x"`, `HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\VideoX`: "key",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// What is devdoctor's own on Windows, and where a path of a plan lies.
func TestTreeOfWindows(t *testing.T) {
	b := Base{System: "windows", User: "learner"}
	home := driveC + "/users/learner"
	now := tree{
		home + "/AppData/Local/devdoctor/runs/1/journal.jsonl": "f", home + "/AppData/Local/devdoctor": "d", "/home/learner/.wine/user.reg": "f",
		home + "/.local/state/devdoctor/runs": "d", driveC + "/tools/log": "f",
	}
	if got := (tree{}).differs(now, b, []string{b.onDisk(`C:\tools`), b.onDisk("~/none")}); !slices.Equal(got, []string{"new: " + home + "/.local/state/devdoctor/runs"}) {
		t.Errorf("got %q", got)
	}
}
