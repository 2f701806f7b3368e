package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"devdoctor/testdata/lab/machine"
)

// buildDevdoctor builds the program for a system ("linux" or "windows") out of the
// working tree into dir, with further flags for go build, and returns its path.
func buildDevdoctor(ctx context.Context, dir, system string, flags ...string) (string, error) {
	path := filepath.Join(dir, "devdoctor")
	if system == "windows" {
		path += ".exe"
	}
	args := slices.Concat([]string{"build", "-trimpath", "-buildvcs=false", "-o", path}, flags, []string{"./cmd/devdoctor"})
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build devdoctor for %s: %w\n%s", system, err, out)
	}
	return path, nil
}

// buildStandIn builds a program of Windows that Wine lacks into dir. What it stands in for is
// real on Windows.
func buildStandIn(ctx context.Context, dir, name string) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", filepath.Join(dir, name+".exe"), "./testdata/lab/standin/"+name)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=windows")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build the stand-in for %s: %w\n%s", name, err, out)
	}
	return nil
}

// workplace is the store, and a directory of this run in it until remove.
func workplace() (store *machine.Store, dir string, remove func(), err error) {
	if store, err = machine.OpenStore(); err != nil {
		return nil, "", nil, err
	}
	dir, remove, err = store.Scratch()
	return store, dir, remove, err
}
