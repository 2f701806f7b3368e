package machine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// window is an open terminal with a shell in it.
type window struct {
	who      account
	shell    string
	pid      int
	done     <-chan syscall.WaitStatus
	terminal *os.File

	mu    sync.Mutex
	shown []byte    // all that the shell has shown, the end of it
	last  time.Time // when it last showed something
}

// login works out what a new session gives to all its programs: the user's login
// shell reads its files and passes its environment on, as gnome-session has it do.
func (a *agent) login(user string) error {
	who, err := a.lookUp(user)
	if err != nil {
		return err
	}
	env, err := a.sessionOf(who)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sessions[user] = env
	return nil
}

func (a *agent) sessionOf(who account) ([]string, error) {
	streams, err := a.openStreams(Cmd{}, who)
	if err != nil {
		return nil, err
	}
	pid, done, err := a.start(program{
		who: who, argv: []string{who.shell, "-c", "/usr/bin/env -0"}, name: "-" + filepath.Base(who.shell),
		env: a.environment(who), dir: who.home, files: streams.child(),
	})
	streams.closeChild()
	if err != nil {
		return nil, err
	}
	streams.begin("")
	_, late := await(pid, done, 10*time.Second)
	out, _ := streams.finish(50 * time.Millisecond)
	// What the files themselves print comes first, without a zero byte before PATH and all.
	var env []string
	for pair := range strings.SplitSeq(string(out), "\x00") {
		name, _, ok := strings.Cut(pair[strings.LastIndexByte(pair[:strings.IndexByte(pair+"=", '=')], '\n')+1:], "=")
		if ok && name != "_" && name != "SHLVL" && name != "PWD" && name != "OLDPWD" {
			env = append(env, pair[strings.Index(pair, name+"="):])
		}
	}
	if late || len(env) == 0 { // a file that ends or hangs the shell
		return a.environment(who), nil
	}
	return env, nil
}

// open opens a window.
func (a *agent) open(user, shell string, login bool) (int, error) {
	who, err := a.lookUp(user)
	if err != nil {
		return 0, err
	}
	env := a.environment(who)
	if !login {
		if env, err = a.session(user); err != nil {
			return 0, err
		}
	}
	path := "/usr/bin/" + shell
	if !exists(a.root + path) {
		return 0, fmt.Errorf("the machine has no %s", shell)
	}
	// Without a file of its own zsh begins with questions to a new user; the answer 0
	// makes this one.
	if rc := filepath.Join(who.home, ".zshrc"); shell == "zsh" && !exists(a.root+rc) {
		if err := a.write(file{Path: rc, User: user, Content: []byte("# Created by newuser for 5.9\n")}); err != nil {
			return 0, err
		}
	}
	master, slave, err := a.openTerminal(who)
	if err != nil {
		return 0, err
	}
	name := filepath.Base(shell)
	if login {
		name = "-" + name
	}
	fd := slave.Fd()
	pid, done, err := a.startShell(program{
		who: who, argv: []string{path}, name: name, env: env, dir: who.home, files: []uintptr{fd, fd, fd},
	})
	_ = slave.Close()
	if err != nil {
		return 0, errors.Join(err, master.Close())
	}
	w := &window{who: who, shell: filepath.Base(shell), pid: pid, done: done, terminal: master}
	go w.watch()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	a.windows[a.last] = w
	return a.last, nil
}

// startShell starts the shell of a window, from a terminal's process where this
// program can be one: it is not to be found in a container.
func (a *agent) startShell(p program) (int, <-chan syscall.WaitStatus, error) {
	if a.leader == 0 {
		p.argv, p.name = append([]string{"/proc/self/exe"}, terminalArgv(p.argv[0], p.name)[1:]...), terminalProcess
	} else {
		p.tty = true
	}
	return a.start(p)
}

func exists(path string) bool {
	_, err := os.Lstat(path) // a link of a container's leads elsewhere from here
	return err == nil
}

// session is the environment of the user's session, begun where there is none yet.
func (a *agent) session(user string) ([]string, error) {
	a.mu.Lock()
	env := a.sessions[user]
	a.mu.Unlock()
	if env != nil {
		return env, nil
	}
	if err := a.login(user); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sessions[user], nil
}

// watch keeps the end of what the window shows, and answers the one question that a
// shell puts to its terminal before it works: what kind are you? (fish 4).
func (w *window) watch() {
	buffer := make([]byte, 4<<10)
	for {
		n, err := w.terminal.Read(buffer)
		if n > 0 {
			w.mu.Lock()
			w.shown = append(w.shown, buffer[:n]...)
			if len(w.shown) > 1<<20 {
				w.shown = w.shown[len(w.shown)-512<<10:]
			}
			w.last = time.Now()
			w.mu.Unlock()
			if bytes.Contains(buffer[:n], []byte("\x1b[c")) || bytes.Contains(buffer[:n], []byte("\x1b[0c")) {
				_, _ = io.WriteString(w.terminal, "\x1b[?62;22c")
			}
		}
		if err != nil {
			return
		}
	}
}

// waitForPrompt waits until the shell reads what is typed: its line editor has taken
// over the terminal or, where it has none, it has shown something and fallen silent.
func (w *window) waitForPrompt(limit time.Duration) {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		state, err := unix.IoctlGetTermios(int(w.terminal.Fd()), unix.TCGETS)
		if err == nil && state.Lflag&unix.ICANON == 0 {
			return
		}
		w.mu.Lock()
		silent := len(w.shown) > 0 && time.Since(w.last) > 100*time.Millisecond
		w.mu.Unlock()
		if silent {
			return
		}
	}
}

// typeScript types one line that makes the window's shell read the script itself. Its
// streams are named pipes, so that a script may open /dev/stderr.
func (a *agent) typeScript(id, number int, script string, limit time.Duration) (outcome, error) {
	a.mu.Lock()
	w := a.windows[number]
	a.last++
	dir := filepath.Join(places, strconv.Itoa(a.last))
	a.mu.Unlock()
	if w == nil {
		return outcome{}, errors.New("the window is closed")
	}
	if limit <= 0 {
		limit = windowPatience
	}
	pipes, err := w.lay(a.root, dir, script)
	if err != nil {
		return outcome{}, fmt.Errorf("prepare a script: %w", err)
	}
	defer func() { _ = os.RemoveAll(a.root + dir) }()
	stopped := make(chan struct{}, 1)
	defer a.onCancel(id, func() { stopped <- struct{}{} })()
	begin := time.Now()
	w.waitForPrompt(min(limit, 5*time.Second))
	_, _ = io.WriteString(w.terminal, " . "+dir+"/go\r")
	out := outcome{}
	select {
	case line := <-pipes.status:
		out.Exit, err = strconv.Atoi(line)
	case status := <-w.done:
		again := make(chan syscall.WaitStatus, 1)
		again <- status // for shut
		w.done = again
		out.Exit = exitStatus(status)
	case <-stopped:
		out.Exit, out.TimedOut = -1, true
	case <-time.After(limit):
		out.Exit, out.TimedOut = -1, true
	}
	out.Wall = time.Since(begin)
	out.Stdout, out.Stderr = pipes.finish()
	if out.TimedOut {
		w.mu.Lock()
		out.Stderr = append(append(out.Stderr, "\nthe window shows:\n"...), w.shown...)
		w.mu.Unlock()
	}
	return out, err
}

// named are the pipes a script in a window writes to.
type named struct {
	out, err *streams
	status   chan string
	rc       *os.File
}

// lay puts the script and its pipes into a directory.
func (w *window) lay(root, dir, script string) (*named, error) {
	status := "$?"
	if w.shell == "fish" {
		status = "$status"
	}
	goes := fmt.Sprintf(". %[1]s/script >%[1]s/out 2>%[1]s/err\necho %[2]s >%[1]s/rc\n", dir, status)
	if err := errors.Join(
		os.Mkdir(root+dir, 0o711),
		os.WriteFile(root+dir+"/script", []byte(script+"\n"), 0o644),
		os.WriteFile(root+dir+"/go", []byte(goes), 0o644),
	); err != nil {
		return nil, err
	}
	n := &named{out: &streams{}, err: &streams{}, status: make(chan string, 1)}
	for name, into := range map[string]**os.File{"out": &n.out.out, "err": &n.err.out, "rc": &n.rc} {
		path := filepath.Join(root, dir, name)
		if err := errors.Join(syscall.Mkfifo(path, 0o600), os.Chown(path, int(w.who.uid), int(w.who.gid))); err != nil {
			return nil, err
		}
		// Open for both, so that opening does not wait and a reader sees no early end.
		fd, err := syscall.Open(path, syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		if err != nil {
			return nil, err
		}
		*into = os.NewFile(uintptr(fd), path)
	}
	for _, s := range []*streams{n.out, n.err} {
		s.stdoutDone = make(chan struct{})
		go collect(&s.stdout, s.out, s.stdoutDone)
	}
	go func() {
		line := make([]byte, 64)
		count, err := n.rc.Read(line)
		if err == nil {
			n.status <- strings.TrimSpace(string(line[:count]))
		}
	}()
	return n, nil
}

// finish takes what has been written by now.
func (n *named) finish() (stdout, stderr []byte) {
	for _, s := range []*streams{n.out, n.err} {
		_ = s.out.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
		<-s.stdoutDone
		_ = s.out.Close()
	}
	_ = n.rc.Close()
	return n.out.stdout.Bytes(), n.err.stdout.Bytes()
}

// shut closes a window. What runs in its foreground is told to hang up, and killed
// where it does not.
func (a *agent) shut(number int) {
	a.mu.Lock()
	w := a.windows[number]
	delete(a.windows, number)
	a.mu.Unlock()
	if w == nil {
		return
	}
	front, err := unix.IoctlGetInt(int(w.terminal.Fd()), unix.TIOCGPGRP)
	_ = w.terminal.Close()
	_ = syscall.Kill(-w.pid, syscall.SIGHUP)
	select {
	case <-w.done:
	case <-time.After(500 * time.Millisecond):
		_ = syscall.Kill(-w.pid, syscall.SIGKILL)
		if err == nil && front > 1 {
			_ = syscall.Kill(-front, syscall.SIGKILL)
		}
		<-w.done
	}
}
