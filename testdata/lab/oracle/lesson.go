package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A step is one command of the learner's lesson. The lesson goes on after a step that
// failed, so that each step says what it can.
type step struct {
	Name string
	// Group names the steps that are of no use without each other.
	Group string
	// Line is a command that every shell of the lab reads alike; SERVER in it is the
	// process that was last started in the background.
	Line string
	// Background starts it and does not wait.
	Background bool
	// Stand is a command that does for it, and is quicker, where it is known to work.
	Stand string
	// Together says that it stands on one line with the step before: what a shell does at
	// its next prompt comes after both.
	Together bool
	// Silent says that how it ends proves nothing.
	Silent bool
	// Want is what its output must match.
	Want *regexp.Regexp
}

const (
	kit     = "/opt/lesson"
	results = "/tmp/lesson"
	program = "/opt/devdoctor/devdoctor"
)

// The course's words: Node.js in its range.
const oldestLine, newestLine = 22, 26

var (
	gitVersion  = regexp.MustCompile(`(?m)^git version \d`)
	anyVersion  = regexp.MustCompile(`(?m)^\d+\.\d+\.\d+`)
	nodeNumber  = regexp.MustCompile(`(?m)^v(\d+)\.\d+\.\d+`)
	firstCommit = regexp.MustCompile(`My first server`)
	edited      = regexp.MustCompile(`^edited`)
	fetched     = regexp.MustCompile(`^fetched `)
	written     = regexp.MustCompile(`(?m)^Wrote to `)
	greeting    = regexp.MustCompile(`Hello, Ada`)
)

// The first day of the course: both of its first servers, each fetched as the browser
// does, under the name localhost.
func lessonSteps(project string) []step {
	quoted := "'" + project + "'"
	steps := []step{
		{Name: "node", Group: "node", Line: "node -v", Want: nodeNumber},
		{Name: "git-version", Group: "git", Line: "git --version", Want: gitVersion, Together: true},
		{Name: "npm", Group: "npm-version", Line: "npm -v", Want: anyVersion},
		{Name: "mkdir", Group: "project", Line: "mkdir -p " + quoted},
		{Name: "cd", Group: "project", Line: "cd " + quoted},
		{Name: "init", Group: "npm", Line: "npm init -y", Want: written, Stand: "test -e package.json || cp " + kit + "/package.json ."},
		{Name: "edit", Group: "npm", Line: "node " + kit + "/edit.js", Want: edited},
		{Name: "install", Group: "npm", Line: "npm install --no-audit --no-fund --fetch-retries=0 greet"},
		{Name: "run", Group: "npm", Line: "npm run hello", Want: greeting},
		{Name: "copy", Group: "project", Line: "cp " + kit + "/server.js " + kit + "/app.js ."},
	}
	for _, server := range []struct{ file, says string }{
		{"server.js", "Hello Backend World!"},
		{"app.js", "Hello World! Node.js is running."},
	} {
		name := strings.TrimSuffix(server.file, ".js")
		steps = append(steps,
			step{Name: name + "-start", Group: name, Line: "node " + server.file, Background: true},
			step{Name: name, Group: name, Line: "node " + kit + "/fetch.js '" + server.says + "' SERVER", Want: fetched},
			step{Name: name + "-stop", Group: name, Line: "kill SERVER", Silent: true},
			step{Name: name + "-wait", Group: name, Line: "sh " + kit + "/ended SERVER", Silent: true})
	}
	return append(steps,
		step{Name: "git-init", Group: "git", Line: "git init"},
		step{Name: "git-add", Group: "git", Line: "git add ."},
		step{Name: "git-commit", Group: "git", Line: "git commit -m 'My first server'"},
		step{Name: "git-log", Group: "git", Line: "git log --oneline", Want: firstCommit})
}

// steps is the lesson of a machine.
func (p Plan) steps() []step {
	if p.Base.windows() {
		return windowsSteps(p.project())
	}
	return lessonSteps(p.project())
}

// basicSteps is what the course asks of a terminal that is open already.
func basicSteps() []step {
	return []step{
		{Name: "node", Group: "node", Line: "node -v", Want: nodeNumber},
		{Name: "npm", Group: "npm", Line: "npm -v", Want: anyVersion},
		{Name: "git", Group: "git", Line: "git --version"},
	}
}

// openSteps are what a window that was open before has to do as a new one does. A project may
// say for itself who commits.
func openSteps(project string) []step {
	config := "'" + project + "/.git/config'"
	return append(basicSteps(),
		step{Name: "git-init", Group: "git", Line: "git init -q /tmp/open-window"},
		step{Name: "git-config", Group: "git", Line: "test ! -e " + config + " || cp " + config + " /tmp/open-window/.git/config", Silent: true},
		step{Name: "git-commit", Group: "git", Line: "git -C /tmp/open-window commit -q --allow-empty -m Open"})
}

// typed is the script of some steps in a shell's language. Each writes what it said and
// how it ended into files, since the screen belongs to the shell.
func typed(shell, dir string, steps []step) string {
	status, server := "$?", "$!"
	if shell == "fish" {
		status, server = "$status", "$last_pid"
	}
	var b strings.Builder
	for i, s := range steps {
		s.Line = strings.ReplaceAll(s.Line, "SERVER", server)
		out := dir + "/" + s.Name + ".out"
		if s.Background {
			fmt.Fprintf(&b, "%s > %s 2>&1 &\n", s.Line, out)
			continue
		}
		then, end := "\n", "\n"
		if i+1 < len(steps) && steps[i+1].Together {
			then, end = "; ", "; "
		} else if s.Together {
			then = "; "
		}
		fmt.Fprintf(&b, "%s > %s 2>&1%secho %s > %s/%s.rc%s", s.Line, out, then, status, dir, s.Name, end)
	}
	return b.String()
}

// An Outcome is what became of each step, and of each probe under its mutation's name.
type Outcome struct {
	Failed map[string]string `json:"failed,omitempty"` // the step and what it said
	Groups map[string]bool   `json:"groups,omitempty"` // of the failed steps
}

func (o Outcome) fail(step, group, why string) { o.Failed[step], o.Groups[group] = why, true }

// OK says that the lesson works.
func (o Outcome) OK() bool { return len(o.Failed) == 0 }

// Steps are the names of the failed steps, sorted.
func (o Outcome) Steps() []string {
	names := make([]string, 0, len(o.Failed))
	for n := range o.Failed {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// judge reads the files that typed wrote.
func judge(steps []step, dir string, files map[string]string) Outcome {
	o := Outcome{Failed: map[string]string{}, Groups: map[string]bool{}}
	for _, s := range steps {
		if s.Background || s.Silent {
			continue
		}
		out, ended := files[dir+"/"+s.Name+".out"], strings.TrimSpace(files[dir+"/"+s.Name+".rc"])
		if why := s.fails(out, ended); why != "" {
			o.fail(s.Name, s.Group, why)
		}
	}
	return o
}

// fails says why a step failed, "" when it did not.
func (s step) fails(out, ended string) string {
	switch {
	case ended != "0":
		return fmt.Sprintf("%s: exit %s: %s", s.Line, ended, lastLines(out))
	case s.Want == nil:
		return ""
	}
	m := s.Want.FindStringSubmatch(out)
	if m == nil {
		return fmt.Sprintf("%s: says %s", s.Line, lastLines(out))
	}
	if s.Want == nodeNumber {
		if line, _ := strconv.Atoi(m[1]); line < oldestLine || line > newestLine {
			return fmt.Sprintf("%s: %s is not between %d and %d", s.Line, m[0], oldestLine, newestLine)
		}
	}
	return ""
}

func lastLines(out string) string {
	out = strings.TrimSpace(out)
	if len(out) > 300 {
		out = "..." + out[len(out)-300:]
	}
	return strconv.Quote(out)
}

// minus reports whether o has fewer failed steps than other, and none of its own.
func (o Outcome) improves(other Outcome) bool {
	for name := range other.Failed {
		if _, still := o.Failed[name]; !still {
			return true
		}
	}
	return false
}
