package platforms

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// toldUs are variables with which somebody tells devdoctor what to do. Nobody puts them into a start
// file, or among the variables of Windows, for that.
const toldUs wordSet = `DEVDOCTOR_NODE_MIRROR DEVDOCTOR_LAB_TRUST DEVDOCTOR_DEBUG`

// printedBy runs what a new terminal runs, and gives back what the program in it printed
// and its exit status. wire leads the program's output, and not the shell's, to a file.
func printedBy(ctx context.Context, cmd *exec.Cmd, wire func(*exec.Cmd, *os.File)) (string, int, error) {
	// A pipe would stay open as long as anything that the shell leaves behind.
	out, err := passingFile()
	if err != nil {
		return "", 0, fmt.Errorf("open a new terminal: %w", plainError(err))
	}
	defer func() { _ = out.Close() }()
	wire(cmd, out)
	err = cmd.Run()
	var failed *exec.ExitError
	if ctx.Err() != nil {
		return "", 0, plainError(ctx.Err())
	}
	if err != nil && !errors.As(err, &failed) {
		return "", 0, fmt.Errorf("open a new terminal: %w", err)
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return "", 0, fmt.Errorf("read what was printed in a new terminal: %w", err)
	}
	text, err := io.ReadAll(out)
	if err != nil {
		return "", 0, fmt.Errorf("read what was printed in a new terminal: %w", err)
	}
	return string(text), exitStatus(cmd.ProcessState), nil
}
