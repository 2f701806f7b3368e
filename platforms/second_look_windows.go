package platforms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"golang.org/x/sys/windows"
)

// RunInNewTerminal runs a program with the environment that a new window gets from the
// registry. It gives back what the program printed and its exit status.
func (l *Live) RunInNewTerminal(ctx context.Context, h *Host, argv []string) (string, int, error) {
	env, err := windows.GetCurrentProcessToken().Environ(false)
	if err != nil {
		return "", 0, fmt.Errorf("work out the variables of a new terminal: %w", err)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env, cmd.Dir = env, h.Home
	var out bytes.Buffer
	cmd.Stdout = &out
	cmd.WaitDelay = 2 * time.Second
	err = cmd.Run()
	var failed *exec.ExitError
	if ctx.Err() != nil {
		return "", 0, plainError(ctx.Err())
	}
	if err != nil && !errors.As(err, &failed) && !errors.Is(err, exec.ErrWaitDelay) {
		return "", 0, fmt.Errorf("open a new terminal: %w", err)
	}
	return out.String(), exitStatus(cmd.ProcessState), nil
}
