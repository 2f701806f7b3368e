// Package machine starts throw-away learner's computers: Debian of three ages,
// a Debian with systemd and Docker, and a Windows under Wine. Each start is a fresh
// machine in namespaces of its own whose writes live in memory. It is gone with Close,
// and with the process that started it, however that ends.
//
// A program that starts machines calls Main before anything else: the first process
// of a machine is the program itself, started again.
package machine

import (
	"errors"
	"fmt"
	"time"
)

// ErrUnsupported says that this computer cannot run machines at all: it is no Linux,
// or the lab is not root. It is wrapped with what is missing.
var ErrUnsupported = errors.New("the lab cannot run here")

// Spec says which machine to start.
type Spec struct {
	// System is "trixie", "bookworm" or "sid" (Debian 13, 12, unstable), "docker"
	// (Debian 13 with systemd and a Docker Engine) or "windows" (Windows 10 under Wine).
	System string
	// User runs what names no user: "learner" (the default; sudo asks nothing),
	// "pwuser" (sudo asks for the password "secret") or "nosudo".
	User string
	// Shell is the user's login shell, a name such as "fish"; the default is bash.
	Shell string
	// Node lists the copies of Node.js that are installed, the first one first on PATH.
	Node []Node
	// Layers are names of further layers on top, as Store.Layer builds them.
	Layers []string
	// Binds are read-only directories and files of the host.
	Binds []Bind
	// Net gives the machine a way out. Without it there is a loopback interface only.
	Net bool
	// Mirror serves the dist directory of Node.js at http://127.0.0.1, and shows its
	// files in MirrorFiles. Registry is an npm registry at http://127.0.0.1:4873.
	Mirror, Registry bool
	// Ready gives the user what the course's first day asks for beside Node.js: a name
	// for git, VS Code, a key for GitHub and, on Windows, a PowerShell that runs npm.
	Ready bool
	// WSL makes the machine look like one inside the Windows Subsystem for Linux.
	WSL bool
}

// MirrorFiles is where a machine has the files of its mirror: what a program that trusts
// the lab compares downloads with must not come from the server.
const MirrorFiles = "/srv/dist"

// Bind shows Host, a directory or file of this computer, at Path in the machine.
type Bind struct{ Host, Path string }

// Node is an installed copy of Node.js.
type Node struct {
	Owner   string // who installed it, one of Owners
	Version string // "24" is the newest 24 of the lab; "24.21.0" that one
}

// Cmd is a program to run in a machine. The zero value of each field but Argv is useful.
type Cmd struct {
	Argv    []string
	User    string   // the machine's user where empty; "root" is allowed
	Dir     string   // the home directory where empty
	Env     []string // K=V on top of the login's environment; K= sets it empty
	Unset   []string // names taken out of the login's environment
	Stdin   string
	TTY     bool          // on a terminal: what it shows is in Stdout
	Timeout time.Duration // a minute where zero

	// OnFiles makes the streams files instead of pipes. Windows programs always get them.
	OnFiles bool
}

// Result is what became of a Cmd.
type Result struct {
	Exit     int // 128 plus the signal's number where a signal ended it, -1 where it never ran
	Stdout   string
	Stderr   string
	TimedOut bool
	Wall     time.Duration
	Err      error // why it could not be run or waited for; nil whatever Exit is
}

// OK says that the program ran and ended with status 0.
func (r Result) OK() bool { return r.Err == nil && !r.TimedOut && r.Exit == 0 }

// String is for messages: the outcome and the ends of both streams.
func (r Result) String() string {
	switch {
	case r.Err != nil:
		return r.Err.Error()
	case r.TimedOut:
		return fmt.Sprintf("timed out after %v\n%s%s", r.Wall.Round(time.Millisecond), tail(r.Stdout), tail(r.Stderr))
	}
	return fmt.Sprintf("exit %d\n%s%s", r.Exit, tail(r.Stdout), tail(r.Stderr))
}

func tail(s string) string {
	const most = 2000
	if len(s) > most {
		return "..." + s[len(s)-most:]
	}
	return s
}

// Process is one that runs in a machine.
type Process struct {
	PID, Parent int
	User        string
	Argv        []string
}
