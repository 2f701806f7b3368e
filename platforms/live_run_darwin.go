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

// end kills the process group and, while the program lives, those below it that
// have left the group.
func (t *tree) end() error {
	if t.cmd.Process == nil {
		return nil
	}
	pid := t.cmd.Process.Pid
	var below []int
	if t.cmd.ProcessState == nil {
		below = descendants(pid)
	}
	err := unix.Kill(-pid, unix.SIGKILL)
	for _, p := range below {
		_ = unix.Kill(p, unix.SIGKILL)
	}
	if errors.Is(err, unix.ESRCH) {
		return os.ErrProcessDone
	}
	return err
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
