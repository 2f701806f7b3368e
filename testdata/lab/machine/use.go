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
