package crash

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// An injection breaks a program at the nth visit of a point.
type injection struct {
	point Point
	kind  Kind
}

// A tracer runs one program to its end, and knows each of its changes.
type tracer struct {
	c      Case
	inject *injection
	points []Point
	seen   map[Point]int
	known  map[int]bool      // threads
	due    map[int]func(int) // what is done to a thread when its call ends
	begun  bool              // it has written something: programs that it starts count from here on
	hit    bool
	leader int

	unsynced string   // a write to the journal that may not be on disk yet
	late     []string // what changed before such a write was
}

// trace runs the program that is to be broken, and breaks it where inject says so.
func trace(c Case, inject *injection) (*tracer, error) {
	runtime.LockOSThread() // a tracer is a thread
	defer runtime.UnlockOSThread()
	t := &tracer{c: c, inject: inject, seen: map[Point]int{}, known: map[int]bool{}, due: map[int]func(int){}}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = null.Close() }()
	fd := null.Fd()
	t.leader, err = syscall.ForkExec(c.Break[0], c.Break, &syscall.ProcAttr{
		Dir: c.Dir, Env: c.Env, Files: []uintptr{fd, fd, fd},
		Sys: &syscall.SysProcAttr{Ptrace: true, Setsid: true, Credential: c.credential()},
	})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Break[0], err)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(t.leader, &status, 0, nil); err != nil {
		return nil, fmt.Errorf("wait for %s: %w", c.Break[0], err)
	}
	t.known[t.leader] = true
	// Threads are followed, and programs that it starts are not.
	err = errors.Join(
		syscall.PtraceSetOptions(t.leader, syscall.PTRACE_O_TRACECLONE|syscall.PTRACE_O_TRACESYSGOOD|unix.PTRACE_O_EXITKILL),
		syscall.PtraceSyscall(t.leader, 0),
	)
	if err != nil {
		return nil, fmt.Errorf("trace %s: %w", c.Break[0], err)
	}
	return t, t.follow()
}

func (t *tracer) follow() error {
	for {
		var status syscall.WaitStatus
		id, err := syscall.Wait4(-1, &status, syscall.WALL, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return fmt.Errorf("wait for %s: %w", t.c.Break[0], err)
		case status.Exited() || status.Signaled():
			if id == t.leader {
				t.order("", "", "it ended")
				return nil
			}
			continue
		case !status.Stopped():
			continue
		}
		if err := syscall.PtraceSyscall(id, t.stopped(id, status)); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("trace %s: %w", t.c.Break[0], err)
		}
	}
}

// stopped looks at a thread that stands still, and returns the signal that it is to go on
// with.
func (t *tracer) stopped(id int, status syscall.WaitStatus) int {
	signal := status.StopSignal()
	switch {
	case signal == syscall.SIGTRAP|0x80:
		t.call(id)
		return 0
	case signal == syscall.SIGTRAP: // an event, such as a new thread
		return 0
	case signal == syscall.SIGSTOP && !t.known[id]: // which begins so
		t.known[id] = true
		return 0
	}
	return int(signal)
}

// callInfo is struct ptrace_syscall_info of linux/ptrace.h, at the entry of a call.
type callInfo struct {
	op     uint8
	_      [3]uint8
	_      uint32
	_, _   uint64
	number uint64
	args   [6]uint64
	_      uint64
}

const (
	getCallInfo = 0x420e
	atEntry     = 1
)

func (t *tracer) call(id int) {
	var info callInfo
	_, _, failed := syscall.Syscall6(syscall.SYS_PTRACE, getCallInfo, uintptr(id), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if failed != 0 {
		return // it was killed
	}
	if info.op != atEntry {
		if do := t.due[id]; do != nil {
			delete(t.due, id)
			do(id)
		}
		return
	}
	name, path, ok := t.change(id, info)
	if !ok {
		return
	}
	p := Point{Call: name, Path: t.c.normal(path)}
	t.seen[p]++
	p.Nth = t.seen[p]
	t.points = append(t.points, p)
	t.begun = true
	t.order(name, path, p.String())
	if t.inject != nil && t.inject.point == p {
		t.hit = true
		t.harm(id, info)
	}
}

// order notes what happens while a write to the journal may be in memory alone: a computer that loses its
// power then has a change that no journal knows of. A program that is killed does not show it.
func (t *tracer) order(call, path, what string) {
	switch ours := t.c.Journal != "" && filepath.Base(path) == t.c.Journal; {
	case ours && call == "write":
		t.unsynced = what
	case ours && call == "fsync":
		t.unsynced = ""
	case t.unsynced != "":
		t.late = append(t.late, fmt.Sprintf("%s, before %s was on disk", what, t.unsynced))
		t.unsynced = ""
	}
}

// harm breaks the call that a thread is about to make.
func (t *tracer) harm(id int, info callInfo) {
	switch t.inject.kind {
	case KillBefore:
		skip(id, info)
		t.kill()
	case KillAfter:
		t.due[id] = func(int) { t.kill() }
	case KillTorn:
		var regs syscall.PtraceRegs
		if syscall.PtraceGetRegs(id, &regs) == nil {
			regs.Rdx /= 2
			_ = syscall.PtraceSetRegs(id, &regs)
		}
		t.due[id] = func(int) { t.kill() }
	case NoSpace:
		t.fail(id, info, syscall.ENOSPC)
	case NoAccess:
		t.fail(id, info, syscall.EACCES)
	}
}

func (t *tracer) kill() { _ = syscall.Kill(t.leader, syscall.SIGKILL) }

// skip lets the kernel do nothing.
func skip(id int, _ callInfo) {
	var regs syscall.PtraceRegs
	if syscall.PtraceGetRegs(id, &regs) == nil {
		regs.Orig_rax = ^uint64(0)
		_ = syscall.PtraceSetRegs(id, &regs)
	}
}

// fail lets the kernel do nothing, and the program see an error.
func (t *tracer) fail(id int, info callInfo, errno syscall.Errno) {
	skip(id, info)
	t.due[id] = func(id int) {
		var regs syscall.PtraceRegs
		if syscall.PtraceGetRegs(id, &regs) == nil {
			regs.Rax = uint64(-int64(errno))
			_ = syscall.PtraceSetRegs(id, &regs)
		}
	}
}

// handles are the calls that change what an open file is or holds; the first argument is
// its number.
var handles = map[uint64]string{
	unix.SYS_WRITE: "write", unix.SYS_PWRITE64: "write", unix.SYS_FTRUNCATE: "truncate", unix.SYS_FSYNC: "fsync", unix.SYS_FDATASYNC: "fsync",
	unix.SYS_FCHMOD: "chmod", unix.SYS_FCHOWN: "chown",
}

// names are the calls that change what stands at a path: the argument that is the path, with
// the folder that it is relative to before it.
var names = map[uint64]struct {
	name string
	path int
}{
	unix.SYS_MKDIRAT: {"mkdir", 1}, unix.SYS_UNLINKAT: {"unlink", 1}, unix.SYS_RENAMEAT: {"rename", 3}, unix.SYS_RENAMEAT2: {"rename", 3},
	unix.SYS_SYMLINKAT: {"symlink", 2}, unix.SYS_LINKAT: {"link", 3}, unix.SYS_FCHMODAT: {"chmod", 1}, unix.SYS_FCHMODAT2: {"chmod", 1},
	unix.SYS_FCHOWNAT: {"chown", 1}, unix.SYS_UTIMENSAT: {"touch", 1},
}

// change is what a call changes below the home folder; false where it changes nothing.
func (t *tracer) change(id int, info callInfo) (name, path string, ok bool) {
	if name, known := handles[info.number]; known {
		path := opened(id, info.args[0])
		return name, path, t.c.watched(path)
	}
	if call, known := names[info.number]; known {
		path := below(id, info.args[call.path-1], info.args[call.path])
		return call.name, path, t.c.watched(path)
	}
	switch info.number {
	case unix.SYS_OPENAT:
		path := below(id, info.args[0], info.args[1])
		return "create", path, info.args[2]&(syscall.O_CREAT|syscall.O_TRUNC) != 0 && t.c.watched(path)
	case unix.SYS_CLONE, unix.SYS_VFORK, unix.SYS_FORK:
		return "start", "a program", t.begun && (info.number != unix.SYS_CLONE || info.args[0]&syscall.CLONE_VFORK != 0)
	}
	return "", "", false
}

// opened is the path of an open file.
func opened(id int, fd uint64) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", id, int32(uint32(fd)))) //nolint:gosec // a number of 32 bits
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(path, " (deleted)")
}

// below is the path that a call names, which may be relative to an open folder.
func below(id int, dir, at uint64) string {
	path := text(id, at)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	from, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", id))
	if int32(uint32(dir)) != unix.AT_FDCWD { //nolint:gosec // a number of 32 bits
		from, err = opened(id, dir), nil
	}
	if err != nil {
		return ""
	}
	return filepath.Join(from, path)
}

// text is what stands at an address of a thread, up to the first zero byte.
func text(id int, at uint64) string {
	buffer := make([]byte, 4096)
	// What lies behind the end of a page may not be readable.
	first := min(len(buffer), 4096-int(at%4096))
	n := 0
	for _, part := range [][]byte{buffer[:first], buffer[first:]} {
		if len(part) == 0 {
			break
		}
		got, err := unix.ProcessVMReadv(id, []unix.Iovec{{Base: &part[0], Len: uint64(len(part))}}, []unix.RemoteIovec{{Base: uintptr(at) + uintptr(n), Len: len(part)}}, 0)
		if err != nil {
			break
		}
		n += got
		if i := strings.IndexByte(string(buffer[:n]), 0); i >= 0 {
			return string(buffer[:i])
		}
	}
	return ""
}
