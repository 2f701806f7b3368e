package oracle

import (
	"context"
	"fmt"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// The lesson in the words of cmd. What is at /opt and /tmp is on drive Z: there.
const (
	windowsKit     = `Z:\opt\lesson`
	windowsResults = `Z:\tmp\lesson`
	windowsProgram = `Z:\opt\devdoctor\devdoctor.exe`
)

func windowsSteps(project string) []step {
	return []step{
		{Name: "node", Group: "node", Line: "node -v", Want: nodeNumber},
		{Name: "npm", Group: "npm-version", Line: "npm -v", Want: anyVersion},
		{Name: "mkdir", Group: "project", Line: `if exist "` + project + `" (cd .) else mkdir "` + project + `"`},
		{Name: "cd", Group: "project", Line: `cd /d "` + project + `"`},
		{Name: "init", Group: "npm", Line: "npm init -y", Want: written, Stand: `if exist package.json (cd .) else copy ` + windowsKit + `\package.json .`},
		{Name: "edit", Group: "npm", Line: "node " + windowsKit + `\edit.js`, Want: edited},
		{Name: "install", Group: "npm", Line: "npm install --no-audit --no-fund --fetch-retries=0 greet"},
		{Name: "run", Group: "npm", Line: "npm run hello", Want: greeting},
		{Name: "copy", Group: "project", Line: "copy " + windowsKit + `\*.js .`, Silent: true},
		{Name: "server", Group: "server", Line: "node " + windowsKit + `\serve.js server.js "Hello Backend World!"`},
		{Name: "app", Group: "app", Line: "node " + windowsKit + `\serve.js app.js "Hello World! Node.js is running."`},
		{Name: "git-init", Group: "git", Line: "git init"},
		{Name: "git-add", Group: "git", Line: "git add ."},
		{Name: "git-commit", Group: "git", Line: `git commit -m "My first server"`},
		{Name: "git-log", Group: "git", Line: "git log --oneline", Want: firstCommit},
	}
}

// typedInCmd is typed for cmd. npm is a command file, and would end the script if it
// were not called.
func typedInCmd(steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		if !strings.HasPrefix(s.Line, "if ") && !strings.HasPrefix(s.Line, "cd ") && !strings.HasPrefix(s.Line, "copy ") {
			s.Line = "call " + s.Line
		}
		out := windowsResults + `\` + s.Name
		fmt.Fprintf(&b, "%s > %s.out 2>&1\necho %%ERRORLEVEL%% > %s.rc\n", s.Line, out, out)
	}
	return b.String()
}

// furnishWindows puts npm's cache where npm has it on Windows. Scoop keeps it apart: its npm gets
// one of its own, and another npm that a fix brings finds the usual one.
func furnishWindows(ctx context.Context, m *machine.Machine, b Base) error {
	caches := `"$H/AppData/Local/npm-cache"`
	if b.Owner == "scoop" {
		caches += ` "$H/scoop/persist/nodejs-lts/cache"`
	}
	out := m.Sh(ctx, "learner", onC+`mkdir -p -m 777 `+results+` "$H/course/app" "$H/AppData/Roaming/npm"
for cache in `+caches+`; do
	mkdir -p "$cache"
	tar -C "$cache" --strip-components=2 -xf `+kit+`/home.tar ./.npm
	: > "$cache/_update-notifier-last-checked"
done`)
	if !out.OK() {
		return fmt.Errorf("furnish the machine: %v", out)
	}
	return nil
}

// mutateWindows does to a machine what the plan says: the scripts for the window
// together, because each start of Wine takes a second.
func mutateWindows(ctx context.Context, m *machine.Machine, p Plan) error {
	for _, turn := range []int{0, 1, 2} {
		window, files := "", ""
		for _, mu := range p.Mutations {
			if mu.turn() != turn {
				continue
			}
			if mu.User != "" {
				window += mu.User + "\n"
			}
			if mu.Root != "" {
				files += mu.Root + "\n"
			}
		}
		if window != "" {
			script := `set "PROJECT=` + p.project() + `"` + "\n" + window + "exit /b 0\n"
			if out := m.Terminal(ctx, "", "", false, script); out.Err != nil || out.TimedOut {
				return fmt.Errorf("do %v to %s: %v", p.Names(), p.Base, out)
			}
		}
		if files != "" {
			if out := m.Sh(ctx, "learner", onC+files); !out.OK() {
				return fmt.Errorf("do %v to %s: %v", p.Names(), p.Base, out)
			}
		}
	}
	return nil
}
