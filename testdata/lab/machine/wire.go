package machine

import (
	"os"
	"time"
)

// The lab and the first process of a machine talk in JSON over a socket: one setup,
// then requests that carry a number, and replies that carry the number of their
// request, in any order. When the lab's end closes, the machine ends.

// setup is all that the first process needs to know to become the machine.
type setup struct {
	Scratch  string   // a directory of the host to mount the tmpfs on
	Keep     string   // where set, the upper layer stays there: this is how a layer is made
	Lower    []string // layers, the topmost first
	Binds    []Bind
	Hostname string
	Way      way
	WSL      bool
	Boot     bool   // systemd runs the machine
	Mirror   string // directory served at 127.0.0.1:80, or ""
	Registry string // directory of packed npm packages served at 127.0.0.1:4873, or ""
}

// way is how a machine reaches other computers.
type way string

const (
	wayNone way = "none" // a loopback interface of its own
	waySlip way = "slip" // a network of its own with user-mode forwarding
	wayHost way = "host" // this computer's network: only for building layers
)

type request struct {
	ID     int
	Op     op
	Cmd    Cmd
	Window int
	Shell  string
	Login  bool
	Script string
	File   *file
	Values []value
}

type op string

const (
	opRun      op = "run"
	opCancel   op = "cancel" // of the request with this ID; has no reply of its own
	opWrite    op = "write"
	opLogin    op = "login"    // begins the user's session anew
	opOpen     op = "open"     // opens a window
	opType     op = "type"     // runs a script in a window
	opKeys     op = "keys"     // types into a window, and does not wait
	opScreen   op = "screen"   // tells what a window shows
	opShut     op = "shut"     // closes a window
	opRegister op = "register" // edits the registry
	opList     op = "list"     // lists the processes
	opReady    op = "ready"    // the network is up
)

// value is one of the registry.
type value struct {
	Root   string // HKLM or HKCU
	Key    string
	Name   string
	Data   string
	Append bool // to a list with semicolons; such a value is of the kind that expands %NAMES%
}

type file struct {
	Path, User string
	Content    []byte
	Mode       os.FileMode
}

type reply struct {
	ID        int
	Error     string
	Result    outcome
	Window    int
	Prompting bool // of a window
	Processes []Process
}

// outcome is a Result on the wire, where output need not be UTF-8.
type outcome struct {
	Exit           int
	Stdout, Stderr []byte
	TimedOut       bool
	Wall           time.Duration
}
