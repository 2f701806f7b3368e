package machine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// terminalProcess in os.Args[0] says that this process is to be a terminal: the
// program of the user's session that opens a window and starts a shell in it. Programs
// in the window look for it among their ancestors, because a new window inherits its
// environment.
const terminalProcess = "devdoctor-lab-terminal"

// terminalArgv starts the shell at path under a name: xterm does in a window of the
// desktop, login at a console.
func terminalArgv(path, name string) []string {
	return []string{terminalProcess, path, name}
}

// becomeTerminal starts the shell on the terminal that is standard input, and ends as
// it ends. It does not return.
func becomeTerminal(path, name string) {
	runtime.LockOSThread() // the shell is to die with this thread
	called := "xterm"
	if strings.HasPrefix(name, "-") {
		called = "login"
	}
	comm, err := unix.BytePtrFromString(called)
	if err == nil {
		err = unix.Prctl(unix.PR_SET_NAME, uintptr(unsafe.Pointer(comm)), 0, 0, 0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "terminal:", err)
		os.Exit(1)
	}
	// The kernel tells the shell when the window closes. Ignoring it instead would be
	// inherited.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP, syscall.SIGINT)
	shell := &exec.Cmd{
		Path: path, Args: []string{name}, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: true, Pdeathsig: syscall.SIGKILL},
	}
	err = shell.Run()
	var ended *exec.ExitError
	switch {
	case err == nil:
		os.Exit(0)
	case errors.As(err, &ended):
		os.Exit(exitStatus(ended.Sys().(syscall.WaitStatus)))
	}
	fmt.Fprintln(os.Stderr, "terminal:", err)
	os.Exit(127)
}
