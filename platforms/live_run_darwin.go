package platforms

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// A tree is a program and all that it has started. On a Mac nothing can be
// promised about a descendant that makes a session of its own and whose parent
// ends before the program does: the kernel does not say any more whose it was.
type tree struct{ cmd *exec.Cmd }

// newTree prepares a program to be ended together with its descendants. It gets
// a process group of its own and no terminal: a prompt must fail, not wait.
func newTree(cmd *exec.Cmd) (*tree, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return &tree{cmd}, nil
}

func (t *tree) start() error { return t.cmd.Start() }

// kill ends the process group of a program that lives, and those below it that
// have left the group.
func (t *tree) kill() error {
	pid := t.cmd.Process.Pid
	below := descendants(pid) // nobody can tell once the program is gone
	err := unix.Kill(-pid, unix.SIGKILL)
	for _, p := range below {
		_ = unix.Kill(p, unix.SIGKILL)
	}
	if errors.Is(err, unix.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// finish ends what the program has left behind in its process group.
func (t *tree) finish() {
	if t.cmd.Process != nil {
		_ = unix.Kill(-t.cmd.Process.Pid, unix.SIGKILL)
	}
}

// descendants is the processes below one, at this moment.
func descendants(pid int) []int {
	all, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil
	}
	children := map[int][]int{}
	for i := range all {
		parent := int(all[i].Eproc.Ppid)
		children[parent] = append(children[parent], int(all[i].Proc.P_pid))
	}
	var found []int
	for queue := children[pid]; len(queue) > 0 && len(found) < len(all); queue = queue[1:] {
		found = append(found, queue[0])
		queue = append(queue, children[queue[0]]...)
	}
	return found
}
