package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// asLab makes a program of this test be the lab, with these arguments.
const asLab = "DEVDOCTOR_LAB_TEST_ARGS"

// Who has no root, and whose disk is too small, reads one line that says so.
func TestNeeds(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("it needs root to take something away")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	noRoot := func() *exec.Cmd {
		c := exec.Command(self)
		c.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, Size: 1}}, GidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, Size: 1}},
		}
		return c
	}
	noRoom := func() *exec.Cmd {
		return exec.Command("unshare", "-m", "sh", "-c", `mount -t tmpfs -o size=64m lab "$DEVDOCTOR_LAB" && exec "$0"`, self)
	}
	for _, c := range []struct {
		name, args string
		with       func() *exec.Cmd
		exit       int
		line       string
	}{
		{"no root", "build trixie", noRoot, 1, "it needs root"},
		{"no root, and that is fine", "build trixie -skip-ok", noRoot, 0, "SKIPPED: "},
		{"no room", "build trixie", noRoom, 1, "it needs 9 GB in "},
		{"no room, and that is fine", "build -skip-ok", noRoom, 0, "SKIPPED: "},
	} {
		lab := c.with()
		lab.Env = append(os.Environ(), asLab+"="+c.args, "DEVDOCTOR_LAB="+t.TempDir())
		out, err := lab.CombinedOutput()
		if lab.ProcessState == nil {
			t.Skipf("%s: %v", c.name, err)
		}
		text := strings.TrimSpace(string(out))
		if lab.ProcessState.ExitCode() != c.exit || !strings.Contains(text, c.line) || !strings.HasPrefix(text, "lab: ") || strings.Contains(text, "\n") {
			t.Errorf("%s: %v: %s", c.name, lab.ProcessState, out)
		}
	}
}
