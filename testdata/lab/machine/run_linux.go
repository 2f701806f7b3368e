package machine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a command may take that names no time.
const patience = time.Minute

// most is how many bytes of a stream are kept.
const most = 16 << 20

// run runs a command to its end. Descendants may live on: their later output is lost.
func (a *agent) run(id int, c Cmd) (outcome, error) {
	who, err := a.lookUp(c.User)
	if err != nil {
		return outcome{}, err
	}
	if c.Dir == "" {
		c.Dir = who.home
	}
	env := with(a.environment(who), c.Env, c.Unset)
	streams, err := a.openStreams(c, who)
	if err != nil {
		return outcome{}, err
	}
	begin := time.Now()
	pid, done, err := a.start(program{who: who, argv: c.Argv, env: env, dir: c.Dir, files: streams.child(), tty: c.TTY})
	streams.closeChild()
	if err != nil {
		streams.finish(0)
		return outcome{}, err
	}
	defer a.onCancel(id, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })()
	streams.begin(c.Stdin)
	status, late := await(pid, done, c.Timeout)
	out := outcome{Exit: exitStatus(status), TimedOut: late, Wall: time.Since(begin)}
	out.Stdout, out.Stderr = streams.finish(50 * time.Millisecond)
	return out, nil
}

// await waits for a process, and kills its group when it takes too long.
func await(pid int, done <-chan syscall.WaitStatus, limit time.Duration) (status syscall.WaitStatus, late bool) {
	if limit <= 0 {
		limit = patience
	}
	select {
	case status = <-done:
		return status, false
	case <-time.After(limit):
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		return <-done, true
	}
}

func exitStatus(s syscall.WaitStatus) int {
	if s.Signaled() {
		return 128 + int(s.Signal())
	}
	return s.ExitStatus()
}

// streams are the three standard streams of a command, on pipes or on a terminal.
type streams struct {
	in, out, err          *os.File // our ends; err is nil on a terminal, in and out are one file
	theirs                []*os.File
	stdout, stderr        bytes.Buffer
	stdoutDone, errorDone chan struct{}
	files                 bool // the child's ends are files, and there are no others
}

func (a *agent) openStreams(c Cmd, who account) (*streams, error) {
	s := &streams{stdoutDone: make(chan struct{}), errorDone: make(chan struct{})}
	if c.TTY {
		master, slave, err := a.openTerminal(who)
		if err != nil {
			return nil, err
		}
		s.in, s.out, s.theirs = master, master, []*os.File{slave, slave, slave}
		return s, nil
	}
	if c.OnFiles {
		return s, s.onFiles(a.root+places, c.Stdin, who)
	}
	inR, inW, err1 := os.Pipe()
	outR, outW, err2 := os.Pipe()
	errR, errW, err3 := os.Pipe()
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("make pipes: %w", err)
	}
	for _, f := range []*os.File{inR, outW, errW} { // so that /dev/stderr can be opened by its owner
		_ = f.Chown(int(who.uid), int(who.gid))
	}
	s.in, s.out, s.err, s.theirs = inW, outR, errR, []*os.File{inR, outW, errW}
	return s, nil
}

// onFiles makes the streams files. What is written is read at the end.
func (s *streams) onFiles(dir, input string, who account) error {
	var err error
	for range 3 {
		f, e := os.CreateTemp(dir, "stream")
		if e != nil {
			return errors.Join(err, e)
		}
		err = errors.Join(err, f.Chown(int(who.uid), int(who.gid)), os.Remove(f.Name()))
		s.theirs = append(s.theirs, f)
	}
	_, e := io.WriteString(s.theirs[0], input)
	_, f := s.theirs[0].Seek(0, io.SeekStart)
	s.files = true
	return errors.Join(err, e, f)
}

func (s *streams) child() []uintptr {
	var fds []uintptr
	for _, f := range s.theirs {
		fds = append(fds, f.Fd())
	}
	return fds
}

func (s *streams) closeChild() {
	if s.files {
		return // they are read when the child has ended
	}
	for _, f := range s.theirs {
		_ = f.Close() // on a terminal the second and third time are errors, and nothing
	}
}

// begin feeds the input and collects the output.
func (s *streams) begin(input string) {
	if s.files {
		return
	}
	go func() {
		_, _ = io.WriteString(s.in, input) // a program need not read all of it
		if s.in != s.out {
			_ = s.in.Close()
		}
	}()
	go collect(&s.stdout, s.out, s.stdoutDone)
	if s.err == nil {
		close(s.errorDone)
	} else {
		go collect(&s.stderr, s.err, s.errorDone)
	}
}

func collect(into *bytes.Buffer, from *os.File, done chan<- struct{}) {
	defer close(done)
	_, _ = io.Copy(into, io.LimitReader(from, most))
}

// finish returns the output so far. Where somebody still holds a stream open, it waits
// that long for what is on its way.
func (s *streams) finish(wait time.Duration) (stdout, stderr []byte) {
	if s.files {
		for i, into := range []*bytes.Buffer{&s.stdout, &s.stderr} {
			_, _ = io.Copy(into, io.NewSectionReader(s.theirs[i+1], 0, most))
		}
		_ = errors.Join(s.theirs[0].Close(), s.theirs[1].Close(), s.theirs[2].Close())
		return s.stdout.Bytes(), s.stderr.Bytes()
	}
	end := time.Now().Add(wait)
	_ = s.out.SetReadDeadline(end)
	if s.err != nil {
		_ = s.err.SetReadDeadline(end)
	}
	if wait > 0 {
		<-s.stdoutDone
		<-s.errorDone
	}
	_ = errors.Join(s.in.Close(), s.out.Close())
	if s.err != nil {
		_ = s.err.Close()
	}
	return s.stdout.Bytes(), s.stderr.Bytes()
}

// openTerminal makes a pseudo terminal of 80 columns that belongs to a user.
func (a *agent) openTerminal(who account) (master, slave *os.File, err error) {
	fd, err := syscall.Open(a.root+"/dev/pts/ptmx", syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open a terminal: %w", err)
	}
	master = os.NewFile(uintptr(fd), "terminal")
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err := errors.Join(err,
		unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0),
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}),
	); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open a terminal: %w", err), master.Close())
	}
	name := fmt.Sprintf("%s/dev/pts/%d", a.root, number)
	_ = os.Chown(name, int(who.uid), -1)
	slave, err = os.OpenFile(name, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open a terminal: %w", err), master.Close())
	}
	return master, slave, nil
}
