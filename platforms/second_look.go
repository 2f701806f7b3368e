package platforms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// printedBy runs what a new terminal runs, and gives back what it printed and its exit
// status.
func printedBy(ctx context.Context, cmd *exec.Cmd) (string, int, error) {
	var out bytes.Buffer
	cmd.Stdout = &out
	cmd.WaitDelay = 2 * time.Second
	err := cmd.Run()
	var failed *exec.ExitError
	if ctx.Err() != nil {
		return "", 0, plainError(ctx.Err())
	}
	if err != nil && !errors.As(err, &failed) && !errors.Is(err, exec.ErrWaitDelay) {
		return "", 0, fmt.Errorf("open a new terminal: %w", err)
	}
	return out.String(), exitStatus(cmd.ProcessState), nil
}
