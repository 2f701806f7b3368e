package machine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// systemd in a machine makes control groups below its own. They are the kernel's, not
// the machine's, and outlive it: a process of their own takes them away, also after a
// lab that was killed.

// janitorProcess in os.Args[0] says that this process is to wait for the end of its
// standard input and then to remove the control groups that are its arguments.
const janitorProcess = "devdoctor-lab-janitor"

var caged atomic.Int64

// cage puts the first process into control groups of its own.
func (m *Machine) cage() error {
	name := fmt.Sprintf("devdoctor-lab-%d-%d", os.Getpid(), caged.Add(1))
	var dirs []string
	for _, hierarchy := range []string{"/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"} {
		if _, err := os.Stat(filepath.Join(hierarchy, "cgroup.procs")); err == nil {
			dirs = append(dirs, filepath.Join(hierarchy, name))
		}
	}
	watched, ours, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe: %w", err)
	}
	defer func() { _ = watched.Close() }()
	janitor := &exec.Cmd{
		Path: "/proc/self/exe", Args: append([]string{janitorProcess}, dirs...), Stdin: watched,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := janitor.Start(); err != nil {
		_ = ours.Close()
		return fmt.Errorf("start a janitor: %w", err)
	}
	m.sweep = func() { _ = errors.Join(ours.Close(), janitor.Wait()) }
	for _, dir := range dirs {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return fmt.Errorf("make a control group: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), fmt.Append(nil, m.process.Process.Pid), 0); err != nil {
			return fmt.Errorf("fill a control group: %w", err)
		}
	}
	return nil
}

// becomeJanitor waits until the lab is gone or done, and sweeps.
func becomeJanitor(dirs []string) {
	_, _ = io.Copy(io.Discard, os.Stdin)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if !slices.ContainsFunc(dirs, func(dir string) bool { return !removeGroups(dir) }) {
			return
		}
	}
}

// removeGroups removes a control group with all below it, and says whether it is gone.
func removeGroups(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return true
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			removeGroups(filepath.Join(dir, e.Name()))
		}
	}
	return syscall.Rmdir(dir) == nil
}
