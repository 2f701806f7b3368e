package fixers_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// paperMachine is a Linux whose files are the given ones and nothing else.
type paperMachine map[string]string

func (m paperMachine) Answer(_ context.Context, q platforms.Query) (platforms.Answer, error) {
	switch q.Verb {
	case "host":
		return platforms.Answer{Text: "os linux\narch amd64\nhome /home/ada\n"}, nil
	case "file", "stat":
		text, ok := m[q.Args[0]]
		if !ok {
			return platforms.Answer{}, platforms.ErrNotFound
		}
		if q.Verb == "stat" {
			return platforms.Answer{Text: "file mode=0644 access=rw-\n"}, nil
		}
		return platforms.Answer{Text: text}, nil
	}
	return platforms.Answer{}, platforms.ErrNotRecorded
}

func newPaper(t *testing.T, files map[string]string) *platforms.Paper {
	t.Helper()
	h, err := platforms.NewHost(t.Context(), paperMachine(files))
	if err != nil {
		t.Fatal(err)
	}
	return platforms.NewPaper(h)
}

const rc = "/home/ada/.bashrc"

func textOf(t *testing.T, p *platforms.Paper, path string) string {
	t.Helper()
	e, err := p.Look(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(e.Text)
}

// There and back again: each step leaves exactly what stood there before.
func TestThereAndBack(t *testing.T) {
	block := func(b fixers.Block) fixers.Step {
		b.Path, b.Name = "~/.bashrc", "path"
		if b.After == "" {
			b.After = "export PATH=\"$HOME/node/bin:$PATH\"\n"
		}
		return fixers.Step{Block: &b}
	}
	whole := "# >>> devdoctor path >>>\nexport PATH=\"$HOME/node/bin:$PATH\"\n# <<< devdoctor path <<<\n"
	edit := func(before, after string) fixers.Step {
		return fixers.Step{Edit: fixers.NewEdit("~/.bashrc", before, after)}
	}
	for name, c := range map[string]struct {
		before, after string
		absent        bool
		step          fixers.Step
	}{
		"block at the end":             {"alias a=b\n", "alias a=b\n" + whole, false, block(fixers.Block{})},
		"block without an end of line": {"alias a=b", "alias a=b\n" + whole, false, block(fixers.Block{Glue: true})},
		"block in an empty file":       {"", whole, false, block(fixers.Block{})},
		"block at the beginning":       {"return 0\n", whole + "return 0\n", false, block(fixers.Block{Top: true})},
		"block in a new file":          {"", whole, true, block(fixers.Block{Made: true, Mode: 0o644})},
		"block in lines of Windows":    {"alias a=b\r\n", "alias a=b\r\n" + whole, false, block(fixers.Block{})},
		"edit a line":                  {"a\nb\nc\n", "a\nx\nc\n", false, edit("a\nb\nc\n", "a\nx\nc\n")},
		"edit the last line":           {"a\nb", "a\nb\nc\n", false, edit("a\nb", "a\nb\nc\n")},
		"edit takes lines out":         {"a\nb\nb\nc\nb\n", "a\nc\n", false, edit("a\nb\nb\nc\nb\n", "a\nc\n")},
		"edit empties":                 {"a\n", "", false, edit("a\n", "")},
		"edit fills":                   {"", "a\n", false, edit("", "a\n")},
		"edit twice the same":          {"x\ny\nx\n", "x\nz\nx\nw\n", false, edit("x\ny\nx\n", "x\nz\nx\nw\n")},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{rc: c.before}
			if c.absent {
				files = nil
			}
			p := newPaper(t, files)
			was, err := p.Look(rc)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.step.Check(); err != nil {
				t.Fatal(err)
			}
			expect(t, p, c.step, fixers.Needed)
			for range 2 { // the second time changes nothing
				if err := c.step.Take(t.Context(), p, nil); err != nil {
					t.Fatal(err)
				}
				if got := textOf(t, p, rc); got != c.after {
					t.Fatalf("got %q, want %q", got, c.after)
				}
				expect(t, p, c.step, fixers.Done)
			}
			back, ok := c.step.Inverse()
			if !ok {
				t.Fatal("there is no way back")
			}
			for range 2 {
				if err := back.Take(t.Context(), p, nil); err != nil {
					t.Fatal(err)
				}
				if now, err := p.Look(rc); err != nil || now != was {
					t.Fatalf("got %+v, want %+v, %v", now, was, err)
				}
				expect(t, p, back, fixers.Done)
			}
		})
	}
}

func expect(t *testing.T, p *platforms.Paper, s fixers.Step, want fixers.State) {
	t.Helper()
	if got, err := s.State(t.Context(), p); got != want || err != nil {
		t.Fatalf("the state is %q, %v; want %q", got, err, want)
	}
}

// What somebody changed since stays as it is.
func TestDrift(t *testing.T) {
	lines := "export A=1\n"
	block := fixers.Step{Block: &fixers.Block{Path: "~/.bashrc", Name: "path", After: lines}}
	edit := fixers.Step{Edit: fixers.NewEdit("~/.bashrc", "a\nb\n", "a\nc\n")}
	path := fixers.Step{Path: &fixers.Path{Path: "~/.bashrc", After: platforms.Entry{Kind: platforms.KindFile, Mode: 0o644, Text: "ours\n"}}}
	last := fixers.Step{Edit: fixers.NewEdit("~/.bashrc", "a\n", "a\nb")}
	gone := fixers.Step{Block: &fixers.Block{Path: "~/.bashrc", Name: "path", Before: lines}}
	for name, c := range map[string]struct {
		step fixers.Step
		now  string
	}{
		"a line of ours changed":                                {block, "# >>> devdoctor path >>>\nexport A=2\n# <<< devdoctor path <<<\n"},
		"the edited line changed":                               {edit, "a\nd\n"},
		"another line changed":                                  {edit, "z\nc\n"},
		"our file changed":                                      {path, "mine\n"},
		"our last line goes on":                                 {last, "a\nbx\n"},
		"the last line has no end any more, where a block goes": {gone, "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			back, _ := c.step.Inverse()
			p := newPaper(t, map[string]string{rc: c.now})
			expect(t, p, back, fixers.Drifted)
			if err := back.Take(t.Context(), p, nil); !errors.Is(err, platforms.ErrChanged) {
				t.Errorf("it was taken back: %v", err)
			}
			if got := textOf(t, p, rc); got != c.now {
				t.Errorf("it became %q", got)
			}
		})
	}
}

// A block survives what is written around it, and the other way round.
func TestBlockBetweenEdits(t *testing.T) {
	step := fixers.Step{Block: &fixers.Block{Path: "~/.bashrc", Name: "path", After: "A=1\n"}}
	back, _ := step.Inverse()
	p := newPaper(t, map[string]string{rc: "first\n# >>> devdoctor path >>>\nA=1\n# <<< devdoctor path <<<\nlast\n"})
	if err := back.Take(t.Context(), p, nil); err != nil {
		t.Fatal(err)
	}
	if got := textOf(t, p, rc); got != "first\nlast\n" {
		t.Errorf("got %q", got)
	}
}

// Marks that are doubled or half deleted are for the learner to look at.
func TestDamagedMarks(t *testing.T) {
	begin, end := "# >>> devdoctor path >>>\n", "# <<< devdoctor path <<<\n"
	for _, text := range []string{begin + "A=1\n", "A=1\n" + end, end + begin, begin + end + begin + end} {
		step := fixers.Step{Block: &fixers.Block{Path: "~/.bashrc", Name: "path", After: "A=1\n"}}
		p := newPaper(t, map[string]string{rc: text})
		if err := step.Take(t.Context(), p, nil); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%q: %v", text, err)
		}
		if got := textOf(t, p, rc); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// What a forged plan could hold is refused before anything is looked at.
func TestCheck(t *testing.T) {
	file := platforms.Entry{Kind: platforms.KindFile}
	for name, s := range map[string]fixers.Step{
		"nothing":                   {},
		"two kinds":                 {Tell: &fixers.Instruction{Do: "x"}, Path: &fixers.Path{Path: "/a", After: file}},
		"a path that goes up":       {Path: &fixers.Path{Path: "~/../eve/.bashrc", After: file}},
		"no path":                   {Path: &fixers.Path{After: file}},
		"two lines of path":         {Path: &fixers.Path{Path: "/a\n/b", After: file}},
		"a path that is not UTF-8":  {Path: &fixers.Path{Path: "~/\xff", After: file}},
		"a link that is not UTF-8":  {Path: &fixers.Path{Path: "~/a", After: platforms.Entry{Kind: platforms.KindLink, Target: "\xff"}}},
		"a block that is not UTF-8": {Block: &fixers.Block{Path: "~/a", Name: "n", After: "\xff\n"}},
		"no change":                 {Path: &fixers.Path{Path: "/a"}},
		"no program":                {Run: &fixers.Run{Seen: fixers.Probe{Query: "now", Before: "a", After: "b"}}},
		"no query":                  {Run: &fixers.Run{Argv: []string{"a"}}},
		"half a line":               {Block: &fixers.Block{Path: "/a", Name: "n", After: "no end"}},
		"marks in a block":          {Block: &fixers.Block{Path: "/a", Name: "n", After: "# <<< devdoctor n <<<\n"}},
		"an edit of nothing":        {Edit: &fixers.Edit{Path: "/a"}},
		"no checksum":               {Fetch: &fixers.Fetch{Dir: "~/node", Archive: platforms.Archive{Top: "n"}}},
	} {
		if s.Check() == nil {
			t.Errorf("%s: it passes", name)
		}
	}
}
