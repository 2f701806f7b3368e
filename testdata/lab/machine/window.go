package machine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Login ends the user's session and begins a new one, which reads the files of a login
// again. A machine that was not told so logs in when its first window opens.
func (m *Machine) Login(ctx context.Context, user string) error {
	if m.Spec.System == "windows" {
		return nil // a new window there is made from the registry every time
	}
	if user == "" {
		user = m.Spec.User
	}
	if _, err := m.ask(ctx, request{Op: opLogin, Cmd: Cmd{User: user}}); err != nil {
		return fmt.Errorf("log in as %s: %w", user, err)
	}
	return nil
}

// Terminal runs a script in a new window: the shell is started as a desktop (or, with
// login, as a new login) starts it, interactive and on a terminal of its own, and is
// closed afterwards. The script is in the shell's language and is read by the shell
// itself, so that aliases and functions count; Exit is its status.
//
// On Windows the shell is cmd with the environment that a new window gets from the
// registry, and the script is a command file: npm there is a command file itself, and
// has to be called.
func (m *Machine) Terminal(ctx context.Context, user, shell string, login bool, script string) Result {
	if m.Spec.System == "windows" {
		return (&Window{m: m}).runCmd(ctx, script)
	}
	w, err := m.Open(ctx, user, shell, login)
	if err != nil {
		return Result{Exit: -1, Err: err}
	}
	defer w.Close()
	return w.Run(ctx, script)
}

// Window is an open terminal.
type Window struct {
	m   *Machine
	id  int
	env []string // of a window of Windows, as the last script left it
	dir string   // likewise
}

// Open opens a window as Terminal does, and leaves it open.
func (m *Machine) Open(ctx context.Context, user, shell string, login bool) (*Window, error) {
	w := &Window{m: m}
	if m.Spec.System == "windows" {
		r := w.Run(ctx, "") // learns the environment of this moment
		return w, r.Err
	}
	if user == "" {
		user = m.Spec.User
	}
	if shell == "" {
		shell = m.Spec.Shell
	}
	r, err := m.ask(ctx, request{Op: opOpen, Cmd: Cmd{User: user}, Shell: shell, Login: login})
	if err != nil {
		return nil, fmt.Errorf("open a window with %s: %w", shell, err)
	}
	w.id = r.Window
	return w, nil
}

// Run types a script into the window. A window whose shell has ended, because the
// script said exit, runs nothing more.
func (w *Window) Run(ctx context.Context, script string) Result {
	if w.m.Spec.System == "windows" {
		return w.runCmd(ctx, script)
	}
	return w.m.result(w.m.ask(ctx, request{
		Op: opType, Window: w.id, Script: script, Cmd: Cmd{Timeout: limit(ctx, 0)},
	}))
}

// windowPatience is how long a script may run in a window, cmdPatience how long one of
// Windows: a whole lesson, and Wine is slow on a busy computer.
const (
	windowPatience = 2 * time.Minute
	cmdPatience    = 10 * time.Minute
)

// runCmd runs a script in cmd, with the environment that the last one left.
func (w *Window) runCmd(ctx context.Context, script string) Result {
	dir := fmt.Sprintf(`Z:\tmp\lab-%d`, w.m.scripts.Add(1))
	script = "@echo off\r\n" + strings.ReplaceAll(strings.ReplaceAll(script, "\r\n", "\n"), "\n", "\r\n") + "\r\n"
	if err := errors.Join(
		w.m.Write(ctx, dir+`\script.cmd`, script, "", 0o644),
		w.m.Write(ctx, dir+`\go.cmd`, windows{}.asTyped(w.env, w.dir, dir), "", 0o644),
	); err != nil {
		return Result{Exit: -1, Err: err}
	}
	r := w.m.Run(ctx, Cmd{Argv: []string{"cmd", "/d", "/c", dir + `\go.cmd`}, Timeout: limit(ctx, cmdPatience)})
	note := w.m.Sh(ctx, "", fmt.Sprintf("cd %[1]s && cat env; cd /; rm -rf %[1]s", windows{}.path(dir)))
	if note.OK() && note.Stdout != "" {
		w.remember(strings.Split(strings.ReplaceAll(note.Stdout, "\r\n", "\n"), "\n"))
	}
	return r
}

func (w *Window) remember(env []string) {
	w.env = nil
	for _, pair := range env {
		switch name, value, _ := strings.Cut(pair, "="); name {
		case "LAB_DIRECTORY":
			w.dir = value
		case "LAB_STATUS", "":
		default:
			w.env = append(w.env, pair)
		}
	}
}

// Close closes the window as its owner does: what runs in it is told to hang up.
func (w *Window) Close() {
	if w.id != 0 {
		_, _ = w.m.ask(context.Background(), request{Op: opShut, Window: w.id})
	}
}
