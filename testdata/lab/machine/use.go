package machine

import (
	"context"
	"fmt"
	"os"
	"time"
)

// Run runs a program and waits for it. What it left running in the background goes on.
func (m *Machine) Run(ctx context.Context, c Cmd) Result {
	if c.User == "" {
		c.User = m.Spec.User
	}
	c.Timeout = limit(ctx, c.Timeout)
	return m.result(m.ask(ctx, request{Op: opRun, Cmd: m.dialect.command(c)}))
}

// limit is the time that is left, a little before ctx ends, so that a command that
// takes too long still tells what it had to say.
func limit(ctx context.Context, timeout time.Duration) time.Duration {
	end, ok := ctx.Deadline()
	if left := time.Until(end) - 200*time.Millisecond; ok && (timeout == 0 || left < timeout) {
		return max(left, time.Millisecond)
	}
	return timeout
}

// Sh runs a script with sh, whatever the system, in the login's environment: without
// the files that a terminal reads. The user may be "root".
func (m *Machine) Sh(ctx context.Context, user, script string) Result {
	if user == "" {
		user = m.Spec.User
	}
	return m.result(m.ask(ctx, request{Op: opRun, Cmd: Cmd{
		Argv: []string{"sh", "-c", script}, User: user, Timeout: limit(ctx, 0),
	}}))
}

func (m *Machine) result(r reply, err error) Result {
	return Result{
		Exit: r.Result.Exit, Stdout: string(r.Result.Stdout), Stderr: string(r.Result.Stderr),
		TimedOut: r.Result.TimedOut, Wall: r.Result.Wall, Err: err,
	}
}

// Write writes a file that belongs to user, and makes the directories it lacks. The
// path may begin with ~/ for the user's home directory, and may be one of Windows.
func (m *Machine) Write(ctx context.Context, path, content, user string, mode os.FileMode) error {
	if user == "" {
		user = m.Spec.User
	}
	f := &file{Path: m.dialect.path(path), Content: []byte(content), User: user, Mode: mode}
	if _, err := m.ask(ctx, request{Op: opWrite, File: f}); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Processes lists all that runs in the machine, except its first process.
func (m *Machine) Processes(ctx context.Context) ([]Process, error) {
	r, err := m.ask(ctx, request{Op: opList})
	if err != nil {
		return nil, fmt.Errorf("list the processes: %w", err)
	}
	return r.Processes, nil
}

// Login ends the user's session and begins a new one, which reads the files of a login
// again. A machine that was not told so logs in when its first window opens.
func (m *Machine) Login(ctx context.Context, user string) error {
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
func (m *Machine) Terminal(ctx context.Context, user, shell string, login bool, script string) Result {
	w, err := m.Open(ctx, user, shell, login)
	if err != nil {
		return Result{Exit: -1, Err: err}
	}
	defer w.Close()
	return w.Run(ctx, script)
}

// Window is an open terminal.
type Window struct {
	m  *Machine
	id int
}

// Open opens a window as Terminal does, and leaves it open.
func (m *Machine) Open(ctx context.Context, user, shell string, login bool) (*Window, error) {
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
	return &Window{m: m, id: r.Window}, nil
}

// Run types a script into the window. A window whose shell has ended, because the
// script said exit, runs nothing more.
func (w *Window) Run(ctx context.Context, script string) Result {
	return w.m.result(w.m.ask(ctx, request{
		Op: opType, Window: w.id, Script: script, Cmd: Cmd{Timeout: limit(ctx, 0)},
	}))
}

// Close closes the window as its owner does: what runs in it is told to hang up.
func (w *Window) Close() {
	_, _ = w.m.ask(context.Background(), request{Op: opShut, Window: w.id})
}
