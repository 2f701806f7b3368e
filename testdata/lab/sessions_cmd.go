package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// windowsDevdoctor is where PATH of every Windows leads to.
const windowsDevdoctor = "/home/learner/.wine/drive_c/windows/devdoctor.exe"

// startCmd opens cmd as a new window does, with the environment of the registry, in a terminal
// of the Linux below. Wine counts colours among the columns of a line: there are none.
const startCmd = `cd ~/.wine/drive_c/users/learner && exec env WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp NO_COLOR=1` +
	` DEVDOCTOR_NODE_MIRROR=http://127.0.0.1 DEVDOCTOR_LAB_TRUST='Z:\srv\dist\v24.21.0\SHASUMS256.txt' wine cmd`

var cmdPrompt = regexp.MustCompile(`^[A-Z]:\\[^>]*>$`)

func (s *session) windows() bool { return s.spec.System == "windows" }

// openCmd opens a window of Windows.
func (r *recording) openCmd(ctx context.Context) (*terminal, error) {
	w, err := r.m.Below(ctx)
	if err != nil {
		return nil, err
	}
	t := &terminal{Window: w, r: r}
	if err := t.Keys(ctx, startCmd+"\r"); err != nil {
		return nil, err
	}
	const greeting = "Microsoft Windows"
	for end := time.Now().Add(linePatience); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		s, _, err := t.look(ctx)
		if err != nil {
			return nil, err
		}
		for row, line := range s.lines(0) {
			if strings.HasPrefix(line, greeting) {
				t.told = row
				return t, t.settle(ctx, row, "")
			}
		}
	}
	return nil, fmt.Errorf("cmd does not start")
}

// fetched is what a browser gets: Wine has none.
func (r *recording) fetched(ctx context.Context) {
	r.title("http://localhost:3000 shows, fetched from the Linux below Wine")
	r.page.WriteString(r.m.Sh(ctx, "", "curl -sS http://localhost:3000 2>&1").Stdout)
}

// registry is what the account's environment is made of.
func (r *recording) registry(ctx context.Context) (string, error) {
	out := r.m.Run(ctx, machine.Cmd{Argv: []string{"reg", "query", `HKCU\Environment`}})
	if !out.OK() {
		return "", fmt.Errorf("read the registry: %s", out)
	}
	return out.Stdout, nil
}
