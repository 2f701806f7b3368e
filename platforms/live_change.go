package platforms

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A LiveChanger changes the machine that devdoctor runs on.
type LiveChanger struct {
	home  string // what ~ stands for
	tag   string // of this run, in the names of files that are being written
	asks  Source
	stdin io.Reader // of the programs it starts
	out   io.Writer // for what they print
	net   http.RoundTripper

	bounds bounds
}

// NewLiveChanger changes the machine of h, which has to be the live one. tag names the run in
// what it writes, and is made of letters, digits and hyphens. Programs read in and
// print to out.
func NewLiveChanger(h *Host, tag string, in io.Reader, out io.Writer) *LiveChanger {
	return &LiveChanger{home: h.Home, tag: tag, asks: NewLive(), stdin: in, out: out, net: http.DefaultTransport, bounds: usual}
}

// expand is path with the home directory in place of ~.
func (c *LiveChanger) expand(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && c.home != "" {
		path = filepath.Join(c.home, filepath.FromSlash(rest))
	}
	if !filepath.IsAbs(path) {
		return "", fmt.Errorf("the path %q is not absolute", path)
	}
	return filepath.Clean(path), nil
}

// Look reads what stands at path, see [Changer].
func (c *LiveChanger) Look(path string) (Entry, error) {
	path, err := c.expand(path)
	if err != nil {
		return Entry{}, err
	}
	return lookAt(path)
}

func lookAt(path string) (Entry, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || isNotThere(err) {
		return Entry{}, nil
	}
	if err != nil {
		return Entry{}, plainError(err)
	}
	switch info.Mode().Type() {
	case fs.ModeDir:
		return Entry{Kind: KindDir, Mode: permissions(info)}, nil
	case fs.ModeSymlink:
		target, err := os.Readlink(path)
		return Entry{Kind: KindLink, Target: target}, plainError(err)
	case 0:
	default:
		return Entry{}, fmt.Errorf("%s is no file, directory or link", path)
	}
	if info.Size() > maxFile {
		return Entry{}, fmt.Errorf("%s is too large to be changed: %d bytes", path, info.Size())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Entry{}, plainError(err)
	}
	return Entry{Kind: KindFile, Mode: permissions(info), Text: Text(text)}, nil
}

// Follow is where path leads, see [Changer].
func (c *LiveChanger) Follow(path string) (string, error) {
	path, err := c.expand(path)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return path, nil // nothing there is no link
	}
	followed, err := filepath.EvalSymlinks(path)
	return followed, plainError(err)
}

// Put makes after stand where before stands, see [Changer].
func (c *LiveChanger) Put(path string, before, after Entry) error {
	path, err := c.expand(path)
	if err != nil {
		return err
	}
	now, err := lookAt(path)
	switch {
	case err != nil:
		return fmt.Errorf("look at %s: %w", path, err)
	case now == after:
		return nil
	case now != before:
		return fmt.Errorf("%s: %w", path, ErrChanged)
	}
	if err := c.replace(path, before, after); err != nil {
		return fmt.Errorf("change %s: %w", path, err)
	}
	return syncDir(filepath.Dir(path))
}

func (c *LiveChanger) replace(path string, before, after Entry) error {
	switch {
	case after.Kind == "":
		err := os.Remove(path)
		if before.Kind == KindDir && isNotEmpty(err) {
			return nil // what somebody put into it is theirs
		}
		return err
	case after.Kind == before.Kind && after.Kind != KindLink && after.Text == before.Text:
		return setMode(path, after.Mode)
	case before.Kind == KindDir || after.Kind == KindDir && before.Kind != "":
		return errors.New("a directory cannot take the place of something else")
	}
	temporary := c.temporary(path)
	// One of an earlier try of this run may be there.
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := c.write(temporary, path, before, after)
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		_ = os.Remove(temporary)
	}
	return err
}

// write makes what is to take the place of the one at path.
func (c *LiveChanger) write(temporary, path string, before, after Entry) error {
	switch after.Kind {
	case KindLink:
		return os.Symlink(after.Target, temporary)
	case KindDir:
		if err := os.Mkdir(temporary, 0o700); err != nil {
			return err
		}
		return setMode(temporary, after.Mode) // whatever the umask
	}
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(string(after.Text))
	if err == nil && before.Kind == KindFile {
		err = takeOwner(f, path)
	}
	if err == nil {
		err = setMode(temporary, after.Mode)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (c *LiveChanger) temporary(path string) string {
	return filepath.Join(filepath.Dir(path), ".devdoctor-"+c.tag+"-"+filepath.Base(path))
}

// Sweep takes away what an interrupted Put left, see [Changer].
func (c *LiveChanger) Sweep(path string) error {
	path, err := c.expand(path)
	if err != nil {
		return err
	}
	return removeTree(c.temporary(path))
}

// Ask asks the machine as it is now, see [Changer].
func (c *LiveChanger) Ask(ctx context.Context, q Query) (Answer, error) {
	for i, arg := range q.Args {
		if strings.HasPrefix(arg, "~/") {
			q.Args = append(append([]string(nil), q.Args[:i]...), append([]string{filepath.Join(c.home, arg[2:])}, q.Args[i+1:]...)...)
		}
	}
	return c.asks.Answer(ctx, q)
}

// timeToEnd is how long a program that was asked to end may take for it.
const timeToEnd = 10 * time.Second

// Run runs a program to its end, see [Changer]. It stays in our process group, so that
// a Ctrl-C reaches it as if it had been typed at it. When ctx ends, it is asked to end, and is ended
// where it does not: a package manager that is cut off leaves half a package.
func (c *LiveChanger) Run(ctx context.Context, argv []string, started func(Child) error) (int, error) {
	words := make([]string, len(argv))
	for i, arg := range argv {
		if words[i] = arg; strings.HasPrefix(arg, "~/") {
			words[i] = filepath.Join(c.home, arg[2:])
		}
	}
	program, err := (&Live{}).programPath(ctx, Query{Verb: "run", Args: words})
	if err != nil {
		if program = systemProgram(argv[0]); program == "" {
			return 0, fmt.Errorf("start %s: %w", argv[0], err)
		}
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Args, cmd.Stdin, cmd.Stdout, cmd.Stderr = words, c.stdin, c.out, c.out
	cmd.WaitDelay = timeToEnd
	cmd.Cancel = func() error {
		if cmd.Process.Signal(syscall.SIGTERM) == nil {
			return nil
		}
		return cmd.Process.Kill() // Windows asks nobody
	}
	gate, err := newGate(cmd)
	if err != nil {
		return 0, fmt.Errorf("start %s: %w", argv[0], err)
	}
	if err := cmd.Start(); err != nil {
		return 0, errors.Join(fmt.Errorf("start %s: %w", argv[0], err), gate.open(false))
	}
	child := Child{PID: cmd.Process.Pid}
	if facts, err := lookAtProcess(ctx, child.PID); err == nil {
		child.Started = facts.started
	}
	if err = gate.hold(); err == nil {
		err = started(child)
	}
	if err := errors.Join(err, gate.open(err == nil)); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return 0, err
	}
	err = cmd.Wait()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case err != nil && !errors.As(err, &failed) && !errors.Is(err, exec.ErrWaitDelay): // what it started may hold on to out
		return 0, fmt.Errorf("run %s: %w", argv[0], err)
	}
	return exitStatus(cmd.ProcessState), nil
}

// WaitFor waits until a program that was started before has ended. One that took its
// number since does not count.
func (l *Live) WaitFor(ctx context.Context, c Child) error {
	for {
		facts, err := lookAtProcess(ctx, c.PID)
		if err != nil || !c.Started.IsZero() && facts.started.Sub(c.Started).Abs() > 2*time.Second {
			return nil //nolint:nilerr // it is gone, or another
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("process %d still runs: %w", c.PID, context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}
