package platforms

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// RunInNewTerminal runs a program with the environment that a new window gets from the
// registry, and with what devdoctor was told. It gives back what the program printed and its exit status.
func (l *Live) RunInNewTerminal(ctx context.Context, h *Host, argv []string) (string, int, error) {
	env, err := windows.GetCurrentProcessToken().Environ(false)
	if err != nil {
		return "", 0, fmt.Errorf("work out the variables of a new terminal: %w", err)
	}
	// Wine leaves the account's part of PATH out.
	if next, err := h.Through(l).NewTerminal(ctx); err == nil {
		if path, err := next.Host.Env(ctx, "PATH"); err == nil {
			env = append(env, "PATH="+path) // the last one counts
		}
	}
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); toldUs.has(strings.ToUpper(name)) {
			env = append(env, v)
		}
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env, cmd.Dir = env, h.Home
	return printedBy(ctx, cmd, func(cmd *exec.Cmd, out *os.File) { cmd.Stdout = out })
}

// passingFile is a file that is gone when nobody has it open any more, however that comes about.
func passingFile() (*os.File, error) {
	name := filepath.Join(os.TempDir(), "devdoctor-"+rand.Text())
	return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|windows.FILE_FLAG_DELETE_ON_CLOSE, 0o600)
}
