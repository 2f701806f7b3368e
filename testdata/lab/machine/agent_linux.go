package machine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// agent is the first process of a machine: it starts what it is asked to start,
// reaps, and ends when the lab is gone. All other processes end with it.
type agent struct {
	setup  setup
	root   string // where the machine's files are for this process: "" or a container's
	leader int    // the first process of the container, where there is one

	send    sync.Mutex
	encoder *json.Encoder

	mu       sync.Mutex
	children map[int]chan syscall.WaitStatus
	forked   chan struct{} // tells the reaper that there is a child to wait for
	stops    map[int]func()
	sessions map[string][]string
	windows  map[int]*window
	last     int
}

// becomeMachine builds the machine around this process and serves it until the other
// end of the socket closes.
func becomeMachine(socket *os.File) error {
	decoder := json.NewDecoder(socket)
	a := &agent{
		encoder: json.NewEncoder(socket), children: map[int]chan syscall.WaitStatus{}, forked: make(chan struct{}, 1),
		stops: map[int]func(){}, sessions: map[string][]string{}, windows: map[int]*window{},
	}
	if err := decoder.Decode(&a.setup); err != nil {
		return fmt.Errorf("read the setup: %w", err)
	}
	syscall.CloseOnExec(int(socket.Fd()))
	go a.reap()
	if err := a.raise(); err != nil {
		return err
	}
	for {
		var r request
		switch err := decoder.Decode(&r); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read a request: %w", err)
		case r.Op == opCancel:
			a.cancel(r.ID)
		default:
			go a.serve(r)
		}
	}
}

// raise makes the machine: after it this process is inside.
func (a *agent) raise() error {
	s := a.setup
	servers, err := s.openServers()
	if err != nil {
		return err
	}
	root, err := s.build()
	if err != nil {
		return err
	}
	if err := errors.Join(s.furnish(root), s.bindAll(root)); err != nil {
		return err
	}
	if err := syscall.Sethostname([]byte(s.Hostname)); err != nil {
		return fmt.Errorf("name the machine: %w", err)
	}
	if s.Way != wayHost {
		if err := loopback(); err != nil {
			return err
		}
	}
	if err := servers.listen(); err != nil {
		return err
	}
	if s.Boot {
		return a.boot(root)
	}
	if err := errors.Join(s.mountKernel(root), s.imitateWSL(root), enter(root)); err != nil {
		return err
	}
	syscall.Umask(0o022)
	return os.MkdirAll(places, 0o711)
}

// places is where the files of commands and windows are, in the machine.
const places = "/run/lab"

// loopback brings up the interface lo.
func loopback() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("bring up the loopback interface: %w", err)
	}
	defer func() { _ = syscall.Close(fd) }()
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("bring up the loopback interface: %w", err)
	}
	return nil
}

func (a *agent) serve(r request) {
	out := reply{ID: r.ID}
	var err error
	switch r.Op {
	case opReady:
	case opRun:
		out.Result, err = a.run(r.ID, r.Cmd)
	case opWrite:
		err = a.write(*r.File)
	case opLogin:
		err = a.login(r.Cmd.User)
	case opOpen:
		out.Window, err = a.open(r.Cmd.User, r.Shell, r.Login)
	case opType:
		out.Result, err = a.typeScript(r.ID, r.Window, r.Script, r.Cmd.Timeout)
	case opKeys:
		err = a.keys(r.Window, r.Script)
	case opScreen:
		out.Result.Stdout, out.Prompting, err = a.screen(r.Window)
	case opShut:
		a.shut(r.Window)
	case opRegister:
		err = a.register(r.Values)
	case opList:
		out.Processes, err = a.processes()
	default:
		err = fmt.Errorf("no such request: %s", r.Op)
	}
	if err != nil {
		out.Error = err.Error()
	}
	a.send.Lock()
	defer a.send.Unlock()
	_ = a.encoder.Encode(out) // where the lab is gone, the next read ends this process
}

// onCancel says how to stop what a request started; the func it returns forgets it.
func (a *agent) onCancel(id int, stop func()) (forget func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stops[id] = stop
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.stops, id)
	}
}

func (a *agent) cancel(id int) {
	a.mu.Lock()
	stop := a.stops[id]
	a.mu.Unlock()
	if stop != nil {
		stop()
	}
}

// spawn starts a program. Its status comes on the channel, once.
func (a *agent) spawn(path string, argv []string, attr *syscall.ProcAttr) (int, <-chan syscall.WaitStatus, error) {
	// The reaper looks a process up under the lock, and so never before it is known.
	a.mu.Lock()
	defer a.mu.Unlock()
	pid, err := syscall.ForkExec(path, argv, attr)
	runtime.KeepAlive(attr)
	if err != nil {
		return 0, nil, fmt.Errorf("start %s: %w", path, err)
	}
	done := make(chan syscall.WaitStatus, 1)
	a.children[pid] = done
	select {
	case a.forked <- struct{}{}:
	default:
	}
	return pid, done, nil
}

// reap waits for every process that ends: those it started, and orphans.
func (a *agent) reap() {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil: // no children at all
			<-a.forked
			continue
		}
		a.mu.Lock()
		if done, ok := a.children[pid]; ok {
			delete(a.children, pid)
			done <- status
		}
		a.mu.Unlock()
	}
}
