package oracle

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// reportOf makes a report of lines such as "fail git-identity/missing". What it says of the
// machine as a whole goes with them, unless "ready", "exit" or "incomplete" say otherwise.
func reportOf(t *testing.T, lines ...string) Report {
	t.Helper()
	ready, complete, exit := true, true, 0
	said := map[string]any{}
	var checks []map[string]string
	for _, line := range lines {
		status, name, _ := strings.Cut(line, " ")
		switch status {
		case "ready":
			said["ready"] = name == "true"
			continue
		case "exit":
			said["exit"] = json.Number(name)
			continue
		case "incomplete":
			complete = false
			continue
		}
		id, problem, _ := strings.Cut(name, "/")
		checks = append(checks, map[string]string{"id": id, "status": status, "problem": problem, "summary": line})
		ready = ready && (status == "ok" || status == "warn" || status == "skip")
		if status == "fail" {
			exit = 1
		} else if status == "unknown" && exit == 0 {
			exit = 3
		}
	}
	all := map[string]any{"ready": ready, "exit": exit, "complete": complete, "checks": checks}
	maps.Copy(all, said)
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	r, err := readReport(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCompare(t *testing.T) {
	email := &Mutation{Name: "email", Harmful: true, Named: []string{"git-identity/email-missing"}}
	gone := &Mutation{Name: "gone", Harmful: true, Named: []string{"node-installed/not-installed"}, Also: []string{"npm-global/not-on-path"}}
	omit := &Mutation{Name: "omit", Harmful: true, Probe: "false", Named: []string{"npm-config/omit-dev"}}
	list := &Mutation{Name: "list", Harmful: true, Probe: "false", Stops: true, Named: []string{"terminal-basics/system-folders"}}
	first := &Mutation{Name: "first", Harmful: true, Named: []string{"node-copies/older-first", "node-version/too-old"}}
	cache := &Mutation{Name: "cache", Harmful: true, Named: []string{"npm-cache/other-owner"},
		AlsoOn: func(p Plan) []string {
			if p.Base.Shell == "zsh" {
				return []string{"npm-global/not-writable"}
			}
			return nil
		}}
	space := &Mutation{Name: "space"}
	for _, c := range []struct {
		name            string
		mutations       []*Mutation
		causes, visible []*Mutation
		lesson          []string // failed steps
		probes          []string // failed probes
		report          []string
		want            Verdict
	}{
		{"healthy", []*Mutation{space}, nil, nil, nil, nil, []string{"ok git-identity"}, Agree},
		{"named", []*Mutation{email}, []*Mutation{email}, []*Mutation{email}, []string{"git-commit"}, nil, []string{"fail git-identity/email-missing"}, Agree},
		{"not seen", []*Mutation{email}, []*Mutation{email}, []*Mutation{email}, []string{"git-commit"}, nil, []string{"ok git-identity"}, FalseReady},
		{"only warned", []*Mutation{email}, []*Mutation{email}, []*Mutation{email}, []string{"git-commit"}, nil, []string{"warn git-identity/email-missing"}, FalseReady},
		{"warned of nothing", []*Mutation{space}, nil, nil, nil, nil, []string{"warn place-project/needs-quotes"}, FalseAlarm},
		{"named without harm", []*Mutation{email}, nil, nil, nil, nil, []string{"fail git-identity/email-missing"}, FalseAlarm},
		{"another name", []*Mutation{gone}, []*Mutation{gone}, []*Mutation{gone}, []string{"node"}, nil, []string{"fail node-runs/crashes"}, FalseAlarm},
		{"consequence only", []*Mutation{gone}, []*Mutation{gone}, []*Mutation{gone}, []string{"node"}, nil, []string{"fail npm-global/not-on-path", "ok node-installed"}, WrongCause},
		{"one of two", []*Mutation{gone, email}, []*Mutation{gone, email}, []*Mutation{gone, email}, []string{"git-commit", "node"}, nil,
			[]string{"fail node-installed/not-installed", "ok git-identity"}, WrongCause},
		{"the second waits", []*Mutation{gone, email}, []*Mutation{gone, email}, []*Mutation{gone, email}, []string{"git-commit", "node"}, nil,
			[]string{"fail node-installed/not-installed", "blocked git-identity"}, Agree},
		{"probe named", []*Mutation{omit}, nil, nil, nil, []string{"omit"}, []string{"warn npm-config/omit-dev"}, Agree},
		{"probe not named", []*Mutation{omit}, nil, nil, nil, []string{"omit"}, []string{"ok npm-config"}, FalseReady},
		{"probe behind a fault", []*Mutation{omit, gone}, []*Mutation{gone}, []*Mutation{gone}, []string{"node"}, []string{"omit"},
			[]string{"fail node-installed/not-installed", "blocked npm-config"}, Agree},
		{"probe behind a fault that only a probe meets", []*Mutation{omit, list}, nil, nil, nil, []string{"list", "omit"},
			[]string{"fail terminal-basics/system-folders", "blocked npm-config"}, Agree},
		{"a cause behind a fault that only a probe meets", []*Mutation{gone, list}, []*Mutation{gone}, []*Mutation{gone}, []string{"node"}, []string{"list"},
			[]string{"fail terminal-basics/system-folders", "blocked node-installed"}, Agree},
		{"its check failed of something that is not so", []*Mutation{email, gone}, []*Mutation{email, gone}, []*Mutation{email, gone}, []string{"git-commit", "node"}, nil,
			[]string{"fail node-installed/not-installed", "fail git-identity/name-missing"}, FalseAlarm},
		{"its check failed of something else", []*Mutation{omit, cache, gone}, []*Mutation{cache, gone}, []*Mutation{cache, gone}, []string{"install", "node"}, []string{"omit"},
			[]string{"fail node-installed/not-installed", "blocked npm-config", "blocked npm-cache"}, Agree},
		{"skipped wrongly", []*Mutation{gone, email}, []*Mutation{gone, email}, []*Mutation{gone, email}, []string{"git-commit", "node"}, nil,
			[]string{"fail node-installed/not-installed", "skip git-identity"}, WrongCause},
		{"without its row", []*Mutation{gone, email}, []*Mutation{gone, email}, []*Mutation{gone, email}, []string{"git-commit", "node"}, nil,
			[]string{"fail node-installed/not-installed"}, WrongCause},
		{"one check waits, and to the other the question does not arise", []*Mutation{gone, first}, []*Mutation{gone, first}, []*Mutation{gone, first}, []string{"node"}, nil,
			[]string{"fail node-installed/not-installed", "blocked node-version", "skip node-copies"}, Agree},
		{"a probe's check skipped", []*Mutation{omit, gone}, []*Mutation{gone}, []*Mutation{gone}, []string{"node"}, []string{"omit"},
			[]string{"fail node-installed/not-installed", "skip npm-config"}, WrongCause},
		{"not ready, and nothing failed", []*Mutation{space}, nil, nil, nil, nil, []string{"ok git-identity", "ready false"}, FalseAlarm},
		{"an exit status of its own", []*Mutation{space}, nil, nil, nil, nil, []string{"ok git-identity", "exit 1"}, FalseAlarm},
		{"an exit status that says ready", []*Mutation{email}, []*Mutation{email}, []*Mutation{email}, []string{"git-commit"}, nil,
			[]string{"fail git-identity/email-missing", "exit 0"}, FalseReady},
		{"ready though something failed", []*Mutation{email}, []*Mutation{email}, []*Mutation{email}, []string{"git-commit"}, nil,
			[]string{"fail git-identity/email-missing", "ready true"}, FalseReady},
		{"not complete", []*Mutation{space}, nil, nil, nil, nil, []string{"ok git-identity", "incomplete", "ready false", "exit 3"}, Unknown},
		{"ready without having looked at all", []*Mutation{space}, nil, nil, nil, nil, []string{"ok git-identity", "incomplete"}, FalseReady},
		{"a probe's warn told as a fail", []*Mutation{omit}, nil, nil, nil, []string{"omit"}, []string{"fail npm-config/omit-dev"}, FalseAlarm},
		{"a fail where nothing is wrong", []*Mutation{omit}, nil, nil, nil, nil, []string{"fail npm-config/omit-dev"}, FalseAlarm},
		{"a fail of what the course needs", []*Mutation{list}, nil, nil, nil, []string{"list"}, []string{"fail terminal-basics/system-folders"}, Agree},
		{"what follows on other machines", []*Mutation{cache}, []*Mutation{cache}, []*Mutation{cache}, []string{"install"}, nil,
			[]string{"fail npm-cache/other-owner", "warn npm-global/not-writable"}, FalseAlarm},
		{"not known", []*Mutation{space}, nil, nil, nil, nil, []string{"unknown node-runs"}, Unknown},
	} {
		k := &Case{
			Plan: Plan{Mutations: c.mutations}, Causes: c.causes, Visible: c.visible, Report: reportOf(t, c.report...),
			Lesson: Outcome{Failed: map[string]string{}}, Probes: map[string]string{},
		}
		for _, s := range c.lesson {
			k.Lesson.Failed[s] = s
		}
		for _, p := range c.probes {
			k.Probes[p] = p
		}
		k.compare()
		if k.Verdict != c.want {
			t.Errorf("%s: %s, want %s: %v", c.name, k.Verdict, c.want, k.Why)
		}
	}
}

func TestUpperBound(t *testing.T) {
	// Clopper and Pearson, one-sided: 1 - 0.05^(1/n) where nothing happened; 5 of 100
	// from R's binom.test(5, 100, alternative = "less").
	for _, c := range []struct {
		k, n int
		want float64
	}{{0, 5000, 0.000599}, {0, 100, 0.029513}, {5, 100, 0.102253}, {3, 3, 1}} {
		if got := upperBound(c.k, c.n); got < c.want-1e-5 || got > c.want+1e-5 {
			t.Errorf("%d of %d: %f, want %f", c.k, c.n, got, c.want)
		}
	}
}

func TestJudge(t *testing.T) {
	steps := basicSteps()
	files := map[string]string{
		"/d/node.out": "Now using node v24\nv24.21.0\n", "/d/node.rc": "0\n",
		"/d/npm.out": "11.19.0\n", "/d/npm.rc": "0\n",
		"/d/git.out": "bash: git: command not found\n", "/d/git.rc": "127\n",
	}
	if got := strings.Join(judge(steps, "/d", files).Steps(), " "); got != "git" {
		t.Errorf("failed: %s", got)
	}
	files["/d/node.out"], files["/d/npm.out"] = "v18.20.8\n", "\n"
	if got := strings.Join(judge(steps, "/d", files).Steps(), " "); got != "git node npm" {
		t.Errorf("failed: %s", got)
	}
}

func TestTyped(t *testing.T) {
	steps := []step{{Name: "a", Line: "node x", Background: true}, {Name: "b", Line: "kill SERVER"}, {Name: "c", Line: "git", Together: true}, {Name: "d", Line: "npm"}}
	for shell, want := range map[string]string{
		"zsh":  "node x > /d/a.out 2>&1 &\nkill $! > /d/b.out 2>&1; echo $? > /d/b.rc; git > /d/c.out 2>&1; echo $? > /d/c.rc\nnpm > /d/d.out 2>&1\necho $? > /d/d.rc\n",
		"fish": "node x > /d/a.out 2>&1 &\nkill $last_pid > /d/b.out 2>&1; echo $status > /d/b.rc; git > /d/c.out 2>&1; echo $status > /d/c.rc\nnpm > /d/d.out 2>&1\necho $status > /d/d.rc\n",
	} {
		if got := typed(shell, "/d", steps); got != want {
			t.Errorf("%s: %q, want %q", shell, got, want)
		}
	}
}
