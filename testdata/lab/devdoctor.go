package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"devdoctor/testdata/lab/machine"
)

// buildDevdoctor builds the program for a system ("linux" or "windows") out of the
// working tree into dir, and returns its path.
func buildDevdoctor(ctx context.Context, dir, system string) (string, error) {
	path := filepath.Join(dir, "devdoctor")
	if system == "windows" {
		path += ".exe"
	}
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", path, "./cmd/devdoctor")
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build devdoctor for %s: %w\n%s", system, err, out)
	}
	return path, nil
}

// scratch makes a directory inside the lab's own, for what lives as long as a command.
func scratch(store *machine.Store) (dir string, remove func(), err error) { return store.Scratch() }
