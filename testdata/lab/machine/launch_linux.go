package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// firstProcess in os.Args[0] says that this process is to become a machine.
const firstProcess = "devdoctor-lab-machine"

// Main becomes the first process of a machine, a terminal in one, or its janitor, where that is what
// this process was started for, and then does not return. Elsewhere it does nothing.
func Main() {
	switch os.Args[0] {
	case terminalProcess:
		becomeTerminal(os.Args[1], os.Args[2])
	case janitorProcess:
		becomeJanitor(os.Args[1:])
		os.Exit(0)
	case firstProcess:
		if len(os.Args) == 1 {
			confine()
		}
	default:
		return
	}
	if err := becomeMachine(os.NewFile(3, "lab")); err != nil {
		fmt.Fprintln(os.Stderr, "machine:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// confine gives up for this process and all its children what would reach beyond the
// machine, and starts this program again: setting the computer's clock, loading
// modules, touching its hardware. It does not return.
func confine() {
	runtime.LockOSThread() // what is given up is a thread's own, and exec keeps this one
	for _, capability := range []uintptr{unix.CAP_SYS_TIME, unix.CAP_SYS_MODULE, unix.CAP_SYS_RAWIO} {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, capability, 0, 0, 0); err != nil {
			fmt.Fprintln(os.Stderr, "machine: give up a capability:", err)
			os.Exit(1)
		}
	}
	err := syscall.Exec("/proc/self/exe", []string{firstProcess, "confined"}, os.Environ())
	fmt.Fprintln(os.Stderr, "machine: start again:", err)
	os.Exit(1)
}

// launch starts the first process in namespaces of its own.
func (m *Machine) launch(s setup) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: it needs root", ErrUnsupported)
	}
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("make a socket: %w", err)
	}
	theirs := os.NewFile(uintptr(pair[1]), "lab")
	defer func() { _ = theirs.Close() }()
	m.socket = os.NewFile(uintptr(pair[0]), "machine")
	m.process = &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{firstProcess}, Stderr: m.stderr, ExtraFiles: []*os.File{theirs},
		// A group of its own: an interrupt typed at the lab is the lab's to handle.
		SysProcAttr: &syscall.SysProcAttr{Cloneflags: namespaces(s.Way), Setpgid: true},
	}
	if err := m.process.Start(); err != nil {
		_ = m.socket.Close()
		return err
	}
	if !s.Boot {
		return nil
	}
	err = m.cage()
	if err != nil {
		_ = errors.Join(m.process.Process.Kill(), m.process.Wait(), m.socket.Close())
		if m.sweep != nil {
			m.sweep()
		}
	}
	return err
}

func namespaces(w way) uintptr {
	flags := uintptr(syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC)
	if w != wayHost {
		flags |= syscall.CLONE_NEWNET
	}
	return flags
}

// Visit gives this process's own terminal to a login of the machine's user, until that
// ends.
func (m *Machine) Visit(ctx context.Context) error {
	c := exec.CommandContext(ctx, "nsenter", "--target", fmt.Sprint(m.process.Process.Pid), "--mount", "--pid", "--net", "--uts", "--ipc",
		"--", "script", "-qc", "su --login "+m.Spec.User, "/dev/null")
	c.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=" + os.Getenv("TERM"), "LANG=C.UTF-8", "XDG_RUNTIME_DIR=/tmp", "WINEDEBUG=-all"}
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	var status *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &status) { // its last command's status is nobody's concern
		return fmt.Errorf("enter the machine: %w", err)
	}
	return nil
}
