package repair_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// nasty is lines that a careless script breaks.
var nasty = []string{
	"", "plain\n", "\tindented\n", "no $HOME, no `id`, no $(id)\n", "'single' and \"double\"\n", "100 %d %s %%\n", "back\\slash\\n\n",
	"-n dash\n", "--\n", "END\n", "windows\r\n", "\r\n", "\n", "ümläut é 漢字 \U0001f680\n", "\xff\xfe not UTF-8\n", "bell \a and escape \x1b[31m\n",
	"\ufeffa byte order mark\n", "# >>> devdoctor other >>>\n", "trailing blanks   \n", "!history\n", "nul \x00 byte\n", "*\n", "~\n", "same\n", "same\n",
}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteString(nasty[r.IntN(len(nasty))])
	}
	text := b.String()
	if r.IntN(4) == 0 {
		text = strings.TrimSuffix(text, "\n")
	}
	return text
}

// changedText is a text with some of its lines changed.
func changedText(r *rand.Rand, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if r.IntN(4) == 0 {
			b.WriteString(nasty[r.IntN(len(nasty))])
		}
		if r.IntN(4) > 0 {
			b.WriteString(line)
		}
	}
	if r.IntN(4) == 0 {
		b.WriteString(nasty[r.IntN(len(nasty))])
	}
	return b.String()
}

// The names of a random home. Links lead through each other to a file.
var (
	randomFiles = []string{".bashrc", ".npmrc", ".git config", "it's $odd & `q`", "dir/-x", "ünï"}
	randomLinks = map[string]string{".zshrc": "dir/linked", ".profile": ".zshrc"}
)

func randomHome(t *testing.T, r *rand.Rand) homeDir {
	t.Helper()
	h := homeDir{t, filepath.Join(t.TempDir(), "home of Ö'Brien $1")}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(os.MkdirAll(filepath.Join(h.dir, "dir"), 0o755))
	for _, name := range append([]string{"dir/linked"}, randomFiles...) {
		if name != "dir/linked" && r.IntN(4) == 0 {
			continue
		}
		path := filepath.Join(h.dir, name)
		check(os.WriteFile(path, []byte(randomText(r)), 0o600))
		check(os.Chmod(path, []os.FileMode{0o644, 0o600, 0o755, 0o444, 0o640}[r.IntN(5)]))
	}
	for name, target := range randomLinks {
		check(os.Symlink(target, filepath.Join(h.dir, name)))
	}
	return h
}

// randomPlan is a plan for a home, which is left as it is afterwards.
func randomPlan(t *testing.T, h homeDir, r *rand.Rand) fixers.Plan {
	t.Helper()
	c := h.changer()
	plan := fixers.Plan{Schema: fixers.Schema, Devdoctor: "test", Machine: "linux 12345678"}
	for len(plan.Fixes) < 2+r.IntN(3) {
		f := fixers.Planned{Check: "check", Problem: "problem", Fix: "fix", Title: "Say `id` $(id)\n# twice"}
		for range 1 + r.IntN(3) {
			s := randomStep(t, c, r)
			if s.Check() != nil {
				continue
			}
			s.Says, s.Verified = "It's a \"step\" of $HOME.", fixers.ByRunning
			if err := s.Take(t.Context(), c, func(platforms.Child) error { return nil }); err != nil {
				t.Fatalf("%+v: %v", s, err)
			}
			f.Steps = append(f.Steps, s)
		}
		f.Steps = append(f.Steps, fixers.Step{Says: "Close it.", Tell: &fixers.Instruction{Do: "Close it.", Run: [][]string{{"echo", "a b"}}, Why: "it is yours"}})
		plan.Fixes = append(plan.Fixes, f)
	}
	return plan
}

// randomStep is a step that the home as it is now needs. It may be one that is not whole.
func randomStep(t *testing.T, c platforms.Changer, r *rand.Rand) fixers.Step {
	t.Helper()
	name := "~/" + append([]string{".zshrc", ".profile", "new", "sub"}, randomFiles...)[r.IntN(4+len(randomFiles))]
	at, err := c.Follow(name)
	if errors.Is(err, platforms.ErrNotFound) {
		return fixers.Step{} // a link that leads nowhere
	}
	if err != nil {
		t.Fatal(err)
	}
	now, err := c.Look(at)
	if err != nil {
		t.Fatal(err)
	}
	text := string(now.Text)
	switch r.IntN(4) {
	case 0:
		if e := fixers.NewEdit(name, text, changedText(r, text)); e != nil && now.Kind == platforms.KindFile {
			return fixers.Step{Edit: e}
		}
	case 1:
		b := &fixers.Block{Path: name, Name: []string{"path", "node"}[r.IntN(2)], After: changedText(r, "export A=1\n") + "# $HOME 'x' \\n\n", Top: r.IntN(2) == 0, Made: now.Kind == "", Mode: 0o640}
		b.Glue = !b.Top && text != "" && !strings.HasSuffix(text, "\n")
		if now.Kind != platforms.KindDir && !strings.Contains(text, "devdoctor "+b.Name) {
			return fixers.Step{Block: b}
		}
	case 2:
		return randomPath(t, c, r, name)
	case 3:
		dir := "~/made by run " + []string{"a", "b'c"}[r.IntN(2)]
		if e, err := c.Look(dir); err == nil && e.Kind == "" {
			return fixers.Step{Run: &fixers.Run{Argv: []string{"mkdir", dir}, Back: []string{"rmdir", dir}, Seen: fixers.Probe{
				Query: platforms.Query{Verb: "stat", Args: []string{dir}}.String(), Before: fixers.Absent, After: fixers.Anything}}}
		}
	}
	return fixers.Step{}
}

func randomPath(t *testing.T, c platforms.Changer, r *rand.Rand, path string) fixers.Step {
	t.Helper()
	now, err := c.Look(path)
	if err != nil {
		t.Fatal(err)
	}
	file := platforms.Entry{Kind: platforms.KindFile, Mode: []uint32{0o644, 0o600, 0o755}[r.IntN(3)], Text: platforms.Text(randomText(r))}
	after := []platforms.Entry{file, {Kind: platforms.KindLink, Target: "no where"}, {Kind: platforms.KindDir, Mode: 0o750}, {}}[r.IntN(4)]
	if now.Kind == platforms.KindFile && r.IntN(2) == 0 {
		after = now // but for its mode
		after.Mode ^= 0o111
	}
	if (now.Kind == platforms.KindDir || now.Kind != "" && after.Kind == platforms.KindDir) && after.Kind != "" || path == "~/.zshrc" {
		return fixers.Step{}
	}
	return fixers.Step{Path: &fixers.Path{Path: path, Before: now, After: after}}
}
