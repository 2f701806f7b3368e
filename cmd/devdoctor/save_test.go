package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"devdoctor/checks"
	"devdoctor/platforms"
)

func verdicts(t *testing.T, args ...string) []string {
	t.Helper()
	out, errOut, _ := devdoctor(t, append([]string{"check", "--json", "--phase", "all"}, args...)...)
	var r checks.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s%s", err, out, errOut)
	}
	var all []string
	for _, c := range r.Checks {
		all = append(all, c.ID+" "+string(c.Status)+" "+c.Problem)
	}
	return all
}

// TestSaveThisMachine saves the machine at hand and replays it: whoever helps
// sees what the learner sees.
func TestSaveThisMachine(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file := filepath.Join(dir, "me.txtar")
	live := verdicts(t, "--save", file)
	replayed := verdicts(t, "--replay", file)
	for i := range live {
		if live[i] != replayed[i] {
			t.Errorf("%s here, %s replayed", live[i], replayed[i])
		}
	}
}

// TestSaveRefuses holds that a snapshot which tells another story is not written.
func TestSaveRefuses(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testdataDir(t), "machines", "debian.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	x := &examination{app: &app{errOut: &strings.Builder{}}, need: checks.Course}
	var live []checks.Outcome
	snapshot, _, err := parseSnapshot(data)
	if err != nil {
		t.Fatal(err)
	}
	x.recorder = platforms.NewRecorder(snapshot)
	defer x.recorder.Close()
	if x.host, err = platforms.NewHost(t.Context(), x.recorder); err != nil {
		t.Fatal(err)
	}
	live = x.examine(t.Context(), checks.All())
	if err := x.mustAgree(t.Context(), data, live); err != nil {
		t.Errorf("the same machine: %v", err)
	}
	live[0].Result = checks.Result{Status: checks.StatusFail, Problem: live[0].Check.Problems[0]}
	err = x.mustAgree(t.Context(), data, live)
	if err == nil || !strings.Contains(err.Error(), "nothing was saved") || !strings.Contains(err.Error(), live[0].Check.ID) {
		t.Errorf("another verdict: %v", err)
	}
	if err := x.mustAgree(t.Context(), data[:len(data)/2], live); err == nil {
		t.Error("half a snapshot is no snapshot")
	}
}

// ada is the learner of every machine in testdata. Her name is also a word, so
// it is looked for only where it names an account or a folder.
var ada = regexp.MustCompile(`(?i)(home|users)[/\\]+ada\b|\buser ada\b|\b(lovelace|learner-pc|adas-macbook)\b`)

// TestNamesStayHome holds that no name leaves the machine in JSON or a snapshot,
// while --show-private keeps them. G63
func TestNamesStayHome(t *testing.T) {
	for _, host := range hosts(t) {
		file := filepath.Join(t.TempDir(), "saved.txtar")
		object, errOut, _ := devdoctor(t, "check", "--json", "--phase", "all", "--replay", host, "--save", file)
		saved, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%s: %v: %s", host, err, errOut)
			continue
		}
		for name, text := range map[string]string{"the JSON": object, "the snapshot": string(saved)} {
			if found := ada.FindString(text); found != "" {
				i := strings.Index(text, found)
				t.Errorf("%s: %q stands in %s: ...%s...", host, found, name, text[max(0, i-60):min(len(text), i+60)])
			}
		}
		devdoctor(t, "check", "--json", "--replay", host, "--show-private", "--save", file)
		if saved, err := os.ReadFile(file); err != nil || !ada.Match(saved) {
			t.Errorf("%s: --show-private hides the names: %v", host, err)
		}
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	for _, text := range []string{"one", "two, and longer", ""} {
		if err := writeFile(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != text {
			t.Errorf("%q, %v; want %q", got, err, text)
		}
	}
	if err := writeFile(filepath.Join(dir, "no", "file"), nil); err == nil {
		t.Error("there is no such directory")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("it leaves %v behind", left)
	}
}

func TestProjectSection(t *testing.T) {
	data := platforms.FormatSnapshot("A machine.", "test", []platforms.Record{
		{Query: platforms.Query{Verb: "host"}, Answer: platforms.Answer{Text: "os linux\n"}},
	}, strings.Clone)
	for _, project := range []string{"", "/home/ada/my course", `C:\Users\ada\kurs`} {
		_, got, err := parseSnapshot(withProject(data, project))
		if err != nil || got != project {
			t.Errorf("%q comes back as %q, %v", project, got, err)
		}
	}
	if got := string(withProject(data, "/a\n-- host --")); got != string(data) {
		t.Errorf("a line break fakes a section: %q", got)
	}
}
