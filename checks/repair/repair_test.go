package repair_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// files is a Linux that holds the given files and nothing else.
type files map[string]string

func (m files) Answer(_ context.Context, q platforms.Query) (platforms.Answer, error) {
	switch q.Verb {
	case "host":
		return platforms.Answer{Text: "os linux\narch amd64\nhome /home/ada\n"}, nil
	case "env":
		return platforms.Answer{}, platforms.ErrNotFound
	case "file", "stat":
		text, ok := m[q.Args[0]]
		switch {
		case q.Args[0] == "/home/ada":
			return platforms.Answer{Text: "dir mode=0755 access=rwx\n"}, nil
		case !ok:
			return platforms.Answer{}, platforms.ErrNotFound
		case q.Verb == "stat":
			return platforms.Answer{Text: "file mode=0644 access=rw-\n"}, nil
		}
		return platforms.Answer{Text: text}, nil
	}
	return platforms.Answer{}, platforms.ErrNotRecorded
}

func paper(t *testing.T) *platforms.Paper {
	t.Helper()
	h, err := platforms.NewHost(t.Context(), files{"/home/ada/.bashrc": "alias a=b", "/home/ada/.npmrc": "a=1\nb=2\n"})
	if err != nil {
		t.Fatal(err)
	}
	return platforms.NewPaper(h)
}

// plan has a step of each kind that files know.
func plan() fixers.Plan {
	file := platforms.Entry{Kind: platforms.KindFile, Mode: 0o644, Text: "export A=1\n"}
	return fixers.Plan{Schema: fixers.Schema, Fixes: []fixers.Planned{
		{Fix: "path", Steps: []fixers.Step{
			{Says: "Make a folder.", Verified: fixers.ByRunning, Path: &fixers.Path{Path: "~/ours", After: platforms.Entry{Kind: platforms.KindDir, Mode: 0o755}}},
			{Says: "Write a file.", Verified: fixers.ByRunning, Path: &fixers.Path{Path: "~/ours/path.sh", After: file}},
			{Says: "Read it.", Verified: fixers.ByRunning, Block: &fixers.Block{Path: "~/.bashrc", Name: "path", After: ". ~/ours/path.sh\n", Glue: true}},
		}},
		{Fix: "npm", Steps: []fixers.Step{
			{Says: "Take a line out.", Verified: fixers.ByRunning, Edit: fixers.NewEdit("~/.npmrc", "a=1\nb=2\n", "a=1\n")},
			{Says: "Close the window.", Verified: fixers.Documented, Tell: &fixers.Instruction{Do: "Close the window.", Why: "nobody else can"}},
		}},
	}}
}

// closed is a machine whose settings of git are not the learner's to read.
type closed struct{ files }

func (m closed) Answer(ctx context.Context, q platforms.Query) (platforms.Answer, error) {
	if q.Verb == "file" && q.Args[0] == "/home/ada/.gitconfig" {
		return platforms.Answer{}, platforms.ErrNotPermitted
	}
	return m.files.Answer(ctx, q)
}

func take(t *testing.T, c platforms.Changer, w *bytes.Buffer, agreed func(fixers.Planned) bool) []repair.Result {
	t.Helper()
	j, err := fixers.NewJournal(w, time.Unix(1, 0), plan())
	if err != nil {
		t.Fatal(err)
	}
	taker := repair.Taker{Changer: c, Journal: j, Agreed: agreed, Begins: func(fixers.Step) {}}
	results, err := taker.Take(t.Context(), plan())
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func all(fixers.Planned) bool { return true }

func outcomes(results []repair.Result) string {
	words := make([]string, len(results))
	for i, r := range results {
		words[i] = string(r.Outcome)
	}
	return strings.Join(words, " ")
}

func undo(t *testing.T, c platforms.Changer, journal string) []repair.Result {
	t.Helper()
	past, err := fixers.ReadJournal(strings.NewReader(journal))
	if err != nil {
		t.Fatal(err)
	}
	u := repair.Undoer{Changer: c, Journal: fixers.Reopen(&bytes.Buffer{}), Begins: func(fixers.Step) {}}
	results, err := u.Undo(t.Context(), past)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// asBefore fails unless all that was changed is back.
func asBefore(t *testing.T, p *platforms.Paper) {
	t.Helper()
	for path, now := range p.Changed() {
		want, err := paper(t).Look(path)
		if err != nil || now != want {
			t.Errorf("%s is %+v, want %+v, %v", path, now, want, err)
		}
	}
}

func TestTakeAndUndo(t *testing.T) {
	p := paper(t)
	var journal bytes.Buffer
	if got := outcomes(take(t, p, &journal, all)); got != "taken taken taken taken manual" {
		t.Fatalf("got %s", got)
	}
	if e, _ := p.Look("~/.bashrc"); !strings.Contains(string(e.Text), ". ~/ours/path.sh\n") {
		t.Errorf("the start file reads %q", e.Text)
	}
	// Once more there is nothing to do, and that run has nothing to take back.
	after := maps.Clone(p.Changed())
	var second bytes.Buffer
	if got := outcomes(take(t, p, &second, all)); got != "already-done already-done already-done already-done manual" {
		t.Errorf("the second time: %s", got)
	}
	if results := undo(t, p, second.String()); len(results) > 0 || !maps.Equal(after, p.Changed()) {
		t.Errorf("the second run was taken back: %s", outcomes(results))
	}
	if got := outcomes(undo(t, p, journal.String())); got != "undone undone undone undone" {
		t.Errorf("undo: %s", got)
	}
	asBefore(t, p)
}

// What a run planned later is taken back first.
func TestUndoTwoPlans(t *testing.T) {
	p := paper(t)
	var journal bytes.Buffer
	take(t, p, &journal, all)
	entry := platforms.Entry{Kind: platforms.KindFile, Mode: 0o644, Text: "more\n"}
	more := fixers.Plan{Schema: fixers.Schema, Fixes: []fixers.Planned{{Fix: "more", Steps: []fixers.Step{
		{Says: "Take what was made away.", Path: &fixers.Path{Path: "~/more", After: entry}},
	}}}}
	j := fixers.Reopen(&journal)
	if err := j.Add(time.Unix(2, 0), more); err != nil {
		t.Fatal(err)
	}
	taker := repair.Taker{Changer: p, Journal: j, Agreed: all, Begins: func(fixers.Step) {}, First: len(plan().Steps())}
	if _, err := taker.Take(t.Context(), more); err != nil {
		t.Fatal(err)
	}
	results := undo(t, p, journal.String())
	if got := outcomes(results); got != "undone undone undone undone undone" || results[0].Step.Path == nil || results[0].Step.Path.Path != "~/more" {
		t.Errorf("undo: %s", got)
	}
	asBefore(t, p)
}

func TestNotAgreed(t *testing.T) {
	p := paper(t)
	var journal bytes.Buffer
	results := take(t, p, &journal, func(f fixers.Planned) bool { return f.Fix == "npm" })
	if got := outcomes(results); got != "declined not-reached not-reached taken manual" {
		t.Errorf("got %s", got)
	}
	if len(p.Changed()) != 1 {
		t.Errorf("changed: %v", p.Changed())
	}
}

// dying is a Changer that is killed at one of its changes: before it or after it.
type dying struct {
	*platforms.Paper
	left  int
	after bool
}

type killed struct{}

func (d *dying) Put(path string, before, after platforms.Entry) error {
	if d.left--; d.left > 0 {
		return d.Paper.Put(path, before, after)
	}
	if d.after {
		_ = d.Paper.Put(path, before, after)
	}
	panic(killed{})
}

// Killed before or after any change, with the last line of the journal whole or torn:
// undo takes back what was done. G43, N7
func TestUndoAfterDeath(t *testing.T) {
	for n := 1; n <= 4; n++ {
		for _, after := range []bool{false, true} {
			for _, torn := range []bool{false, true} {
				p := paper(t)
				var journal bytes.Buffer
				func() {
					defer func() {
						if _, ok := recover().(killed); !ok {
							t.Error("it was not killed")
						}
					}()
					take(t, &dying{p, n, after}, &journal, all)
				}()
				text := journal.String()
				if torn {
					text += `{"step":{"n":`
				}
				for _, r := range undo(t, p, text) {
					if r.Err != nil {
						t.Errorf("%s: %v", r.Step.Says, r.Err)
					}
				}
				asBefore(t, p)
			}
		}
	}
}

// What the learner wrote in the meantime survives, and the rest is taken back.
func TestUndoGoesOn(t *testing.T) {
	p := paper(t)
	var journal bytes.Buffer
	take(t, p, &journal, all)
	now, _ := p.Look("~/.npmrc")
	mine := now
	mine.Text = "a=3\n"
	if err := p.Put("~/.npmrc", now, mine); err != nil {
		t.Fatal(err)
	}
	if got := outcomes(undo(t, p, journal.String())); got != "failed undone undone undone" {
		t.Errorf("got %s", got)
	}
	if e, _ := p.Look("~/.npmrc"); e.Text != "a=3\n" {
		t.Errorf("the learner's line became %q", e.Text)
	}
}

// What the learner wrote while the question stood is nothing that undo would have to take back.
func TestChangedMeanwhile(t *testing.T) {
	p := paper(t)
	now, _ := p.Look("~/.npmrc")
	mine := now
	mine.Text = "a=3\n"
	if err := p.Put("~/.npmrc", now, mine); err != nil {
		t.Fatal(err)
	}
	var journal bytes.Buffer
	if got := outcomes(take(t, p, &journal, all)); got != "taken taken taken failed not-reached" {
		t.Errorf("got %s", got)
	}
	if got := outcomes(undo(t, p, journal.String())); got != "undone undone undone" {
		t.Errorf("undo: got %s", got)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Without a journal nothing is changed.
func TestNoJournalNoChange(t *testing.T) {
	if _, err := fixers.NewJournal(broken{}, time.Unix(1, 0), plan()); err == nil {
		t.Error("a journal that cannot be written was begun")
	}
	p := paper(t)
	taker := repair.Taker{Changer: p, Journal: fixers.Reopen(broken{}), Agreed: all, Begins: func(fixers.Step) {}}
	if _, err := taker.Take(t.Context(), plan()); err == nil || len(p.Changed()) > 0 {
		t.Errorf("%v, changed: %v", err, p.Changed())
	}
}

// Journals that are no journals are refused with the line that is wrong.
func TestReadJournalRefuses(t *testing.T) {
	var whole bytes.Buffer
	take(t, paper(t), &whole, all)
	begin, rest, _ := strings.Cut(whole.String(), "\n")
	for name, text := range map[string]string{
		"nothing":             "",
		"torn at once":        begin,
		"no beginning":        rest,
		"of two computers":    begin + "\n" + strings.Replace(begin, `"machine":""`, `"machine":"linux 12345678"`, 1) + "\n",
		"no JSON":             begin + "\nhello\n",
		"a step that is not":  begin + "\n" + `{"step":{"n":99,"what":"begins"}}` + "\n",
		"a negative step":     begin + "\n" + `{"step":{"n":-1,"what":"begins"}}` + "\n",
		"a later version":     strings.Replace(begin, `"schema_version":1`, `"schema_version":2`, 1) + "\n",
		"a path that goes up": strings.Replace(begin, "~/ours/path.sh", "~/../eve/path.sh", 1) + "\n",
		"a step of two kinds": strings.Replace(begin, `"tell":{`, `"env":{"name":"A"},"tell":{`, 1) + "\n",
		"nothing in a record": begin + "\n{}\n",
		"a step without kind": strings.Replace(begin, `"tell":{"do":"Close the window.","why":"nobody else can"}`, `"x":1`, 1) + "\n",
	} {
		if _, err := fixers.ReadJournal(strings.NewReader(text)); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}
