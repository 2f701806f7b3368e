package platforms

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// marker is the variable that tells a program's descendants from those of other
// programs after they have left its process group. Its value is the runs that a
// program belongs to: a devdoctor may be started by another one.
const marker = "DEVDOCTOR_RUN"

var (
	runs atomic.Int64

	// mains are the programs that are being run, which are children of ours like
	// the orphans that the kernel hands us.
	mains sync.Map

	// adopt makes the kernel hand us every orphan below us, so that a program
	// that left its process group and lost its parent is still found.
	adopt = sync.OnceFunc(func() {
		// Without it, only the process group is ended.
		_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	})
)

// starting counts the programs that have been forked, perhaps, but are not yet in
// mains.
var starting atomic.Int64

// A tree is a program and all that it has started.
type tree struct {
	cmd   *exec.Cmd
	mark  string        // of this run, unique among those of this machine
	since atomic.Uint64 // when the program was started, in clock ticks since boot
}

// newTree prepares a program to be ended together with its descendants. It gets
// a process group of its own and no terminal: a prompt must fail, not wait.
func newTree(cmd *exec.Cmd) (*tree, error) {
	adopt()
	t := &tree{cmd: cmd, mark: fmt.Sprintf("%d.%d", os.Getpid(), runs.Add(1))}
	t.since.Store(math.MaxUint64)
	cmd.Env = append(cmd.Env, marker+"="+os.Getenv(marker)+" "+t.mark)
	// Pdeathsig ends the program itself, not its children, where we are killed. It
	// would also where the thread that started it ends, which threads of Go do not.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	return t, nil
}

func (t *tree) start() error {
	starting.Add(1)
	defer starting.Add(-1)
	now := sinceBoot()
	if err := t.cmd.Start(); err != nil {
		return err
	}
	mains.Store(t.cmd.Process.Pid, true)
	t.since.Store(now)
	return nil
}

// clockTicks is how many of them /proc counts in a second, on every architecture
// that devdoctor is built for (proc_pid_stat(5), 2026-11-21).
const clockTicks = 100

// sinceBoot is the time in the unit of /proc/PID/stat: clock ticks since boot.
func sinceBoot() uint64 {
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &now) != nil {
		return math.MaxUint64
	}
	return uint64(now.Nano()) / uint64(time.Second/clockTicks)
}

// kill ends the process group and the orphans, until there are none: each one
// that dies hands us its children.
func (t *tree) kill() error {
	err := unix.Kill(-t.cmd.Process.Pid, unix.SIGKILL)
	for deadline := time.Now().Add(time.Second); t.killOrphans() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if errors.Is(err, unix.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// finish ends what the program has left behind.
func (t *tree) finish() {
	if t.cmd.Process == nil {
		return
	}
	_ = t.kill() // most leave nothing behind
	mains.Delete(t.cmd.Process.Pid)
}

// killOrphans reports whether some of the tree may still be alive.
func (t *tree) killOrphans() (alive bool) {
	for _, pid := range adopted() {
		if !t.owns(pid) || unix.Kill(pid, unix.SIGKILL) != nil {
			continue
		}
		// Its own children become ours when it is gone, so look once more.
		_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil)
		alive = true
	}
	return alive
}

// owns reports whether a child of ours is an orphan of this tree. One that has
// dropped its environment is known by its age and by having left our terminal,
// which no other child of ours does.
func (t *tree) owns(pid int) bool {
	if _, main := mains.Load(pid); main {
		return false
	}
	env, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
	for v := range bytes.SplitSeq(env, []byte{0}) {
		if value, ok := bytes.CutPrefix(v, []byte(marker+"=")); ok {
			return slices.Contains(strings.Fields(string(value)), t.mark)
		}
	}
	s, err := readProcStat(pid)
	if err != nil || s.started < t.since.Load() {
		return false
	}
	ours, err := unix.Getsid(0)
	if err != nil || s.session == ours || starting.Load() > 0 {
		return false
	}
	_, main := mains.Load(pid) // it may have been noted since
	return !main
}

// adopted is our children by the kernel's list of our first thread: it is the one
// that gets our orphans for as long as it lives (find_alive_thread of kernel/exit.c,
// read 2026-11-21), and Go's runtime keeps it. Reading the lists of all threads
// took a tenth of devdoctor's own time.
func adopted() []int {
	self := strconv.Itoa(os.Getpid())
	text, _ := os.ReadFile("/proc/self/task/" + self + "/children")
	var pids []int
	for field := range strings.FieldsSeq(string(text)) {
		if pid, err := strconv.Atoi(field); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
