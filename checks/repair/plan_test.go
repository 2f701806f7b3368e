package repair_test

import (
	"context"
	"strings"
	"testing"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Two fixes of one file are planned one after the other, and what cannot be planned is
// told in words.
func TestMakePlan(t *testing.T) {
	git := checks.Find("git-identity")
	branch := checks.Find("git-default-branch")
	outcomes := []checks.Outcome{
		{Check: git, Result: git.Problem("missing").Fail("git does not know who you are")},
		{Check: branch, Result: branch.Problem("unset").Warn("git calls the first branch master")},
	}
	answers := map[string]string{"git.name": "Ada", "git.email": "ada@mail.school"}
	ask := func(q fixers.Question) (string, error) { return answers[q.Key], nil }
	env := files{}
	for name, c := range map[string]struct {
		src  platforms.Source
		ask  func(fixers.Question) (string, error)
		want string
	}{
		"both":          {env, ask, "git-identity git-default-branch"},
		"nobody to ask": {env, func(fixers.Question) (string, error) { return "", repair.ErrNoAnswer }, "told git-default-branch"},
		"not readable":  {closed{env}, ask, "told told"},
	} {
		h, err := platforms.NewHost(t.Context(), c.src)
		if err != nil {
			t.Fatal(err)
		}
		planned, err := repair.MakePlan(t.Context(), h, outcomes, repair.Wishes{Ask: c.ask})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		p := platforms.NewPaper(h)
		for _, f := range planned {
			if f.Fix == "" {
				f.Fix = "told"
			}
			got = append(got, f.Fix)
			for _, s := range f.Steps {
				if err := s.Take(t.Context(), p, nil); err != nil {
					t.Errorf("%s: %s: %v", name, s.Says, err)
				}
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", name, got, c.want)
		}
		if e, _ := p.Look("~/.gitconfig"); name == "both" && e.Text != "[user]\n\tname = Ada\n\temail = ada@mail.school\n[init]\n\tdefaultBranch = main\n" {
			t.Errorf("git's settings are %q", e.Text)
		}
	}
}

// What was taken is fixed only where a second look says so.
func TestAfter(t *testing.T) {
	f := fixers.Planned{Check: "node-installed", Problem: "not-on-path"}
	for name, c := range map[string]struct {
		was         repair.Outcome
		there, here repair.Look
		want        repair.Outcome
	}{
		"gone":               {repair.Taken, repair.Look{f.Check: ""}, repair.Look{f.Check: ""}, repair.Fixed},
		"gone there":         {repair.Taken, repair.Look{f.Check: ""}, repair.Look{f.Check: checks.StaleTerminal}, repair.NewTerminal},
		"after a login":      {repair.Taken, repair.Look{f.Check: checks.NewLogin}, repair.Look{f.Check: "not-on-path"}, repair.NewLogin},
		"still there":        {repair.Taken, repair.Look{f.Check: f.Problem}, repair.Look{f.Check: f.Problem}, repair.Failed},
		"done before, there": {repair.AlreadyDone, repair.Look{f.Check: f.Problem}, nil, repair.Failed},
		"another one now":    {repair.Taken, repair.Look{f.Check: "may-not-run"}, repair.Look{f.Check: "may-not-run"}, repair.Fixed},
		"nobody knows":       {repair.Taken, repair.Look{}, nil, repair.Taken},
		"not taken":          {repair.Declined, repair.Look{f.Check: ""}, nil, repair.Declined},
	} {
		if got := (repair.Result{Outcome: c.was}).After(f, c.there, c.here); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// odd is a machine that says something else of some paths.
type odd struct {
	files
	stats map[string]string
}

func (m odd) Answer(ctx context.Context, q platforms.Query) (platforms.Answer, error) {
	if text, ok := m.stats[strings.Join(q.Args, " ")]; ok && q.Verb == "stat" {
		return platforms.Answer{Text: text + "\n"}, nil
	}
	return m.files.Answer(ctx, q)
}

// What stands in the way of a fix is said, instead of trying it.
func TestObstacle(t *testing.T) {
	outcomes := []checks.Outcome{{Check: checks.Find("git-default-branch"), Result: checks.Find("git-default-branch").Problem("unset").Warn("git calls the first branch master")}}
	const config = "/home/ada/.gitconfig"
	for name, c := range map[string]struct {
		stats map[string]string
		want  string
	}{
		"root's file":    {map[string]string{config: "file mode=0644 uid=0 access=r--"}, "your account may not write to ~/.gitconfig"},
		"root's folder":  {map[string]string{"/home/ada": "dir mode=0755 uid=0 access=r-x"}, "your account may not write to ~"},
		"a folder":       {map[string]string{config: "dir mode=0755 access=rwx"}, "~/.gitconfig is something else than devdoctor can change"},
		"a lost link":    {map[string]string{config: "link target=gone dangling"}, "~/.gitconfig is a link that leads nowhere"},
		"a hard link":    {map[string]string{config: "file mode=0644 access=rw- links=2"}, "~/.gitconfig: the file has a second name"},
		"nothing at all": {nil, ""},
	} {
		h, err := platforms.NewHost(t.Context(), odd{files{config: "[user]\n"}, c.stats})
		if err != nil {
			t.Fatal(err)
		}
		planned, err := repair.MakePlan(t.Context(), h, outcomes, repair.Wishes{})
		if err != nil || len(planned) != 1 {
			t.Fatalf("%s: %v, %v", name, planned, err)
		}
		why := ""
		if tell := planned[0].Steps[0].Tell; tell != nil {
			why = tell.Why
		}
		if !strings.Contains(why, c.want) || (why == "") != (c.want == "") {
			t.Errorf("%s: %q, want %q", name, why, c.want)
		}
	}
}
