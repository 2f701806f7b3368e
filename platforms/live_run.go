package platforms

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
)

// outputDelay is how long a program that has ended may leave its output open,
// which a child that it left behind inherits.
const outputDelay = 300 * time.Millisecond

// run starts a program that only looks. When ctx ends, and when the program
// does, everything it has started is ended too.
func (l *Live) run(ctx context.Context, q Query) (Answer, error) {
	program, err := l.programPath(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := &capped{end: cancel}
	stderr := &capped{end: cancel}

	cmd := exec.CommandContext(ctx, program)
	cmd.Args = q.Args
	cmd.Dir = q.Dir
	cmd.Env = environ(q)
	cmd.Stdout, cmd.Stderr = out, stderr
	cmd.WaitDelay = outputDelay
	tree, err := newTree(cmd)
	if err != nil {
		return Answer{}, err
	}
	defer tree.finish()
	cmd.Cancel = tree.kill

	if err := tree.start(); err != nil {
		return Answer{}, startError(program, q, err)
	}
	err = cmd.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return Answer{}, cause
	}
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) && !errors.Is(err, exec.ErrWaitDelay) {
		return Answer{}, fmt.Errorf("run %s: %w", q.Args[0], err)
	}
	return Answer{
		Text:   decode(out.bytes()),
		Stderr: decode(stderr.bytes()),
		Exit:   exitStatus(cmd.ProcessState),
	}, nil
}

// programPath is the file to start. A name without a slash is looked up on PATH
// and nowhere else: Windows would also take what lies in the working directory.
func (l *Live) programPath(ctx context.Context, q Query) (string, error) {
	name := q.Args[0]
	if strings.ContainsAny(name, pathSlashes) {
		return filepath.Abs(atDir(q, name))
	}
	return l.findProgram(ctx, q, name)
}

// startError says in words why a program does not start. The system's own answer
// to a missing interpreter is that the program itself is missing.
func startError(program string, q Query, err error) error {
	info, statErr := statProgram(program)
	switch {
	case statErr != nil:
		return statErr
	case info.IsDir():
		return errors.New("is a directory")
	}
	if q.Dir != "" {
		if d, err := statProgram(q.Dir); err != nil || !d.IsDir() {
			return fmt.Errorf("there is no directory %s", q.Dir)
		}
	}
	if errors.Is(err, fs.ErrPermission) && !mayRun(program, info) {
		return errors.New(notAFile)
	}
	if why := cannotRun(program); why != "" {
		return errors.New(why)
	}
	if errors.Is(err, fs.ErrPermission) {
		return ErrNotPermitted
	}
	if system, ok := errors.AsType[*fs.PathError](err); ok {
		err = system.Err
	}
	return fmt.Errorf("start %s: %w", q.Args[0], err)
}

// errTooLarge ends a program that does not stop printing.
var errTooLarge = fmt.Errorf("too large: more than %d bytes", maxFile)

// capped keeps what a program prints and ends it when that is too much.
type capped struct {
	end context.CancelCauseFunc

	mu   sync.Mutex // a child left behind may still print
	text []byte
}

func (c *capped) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.text)+len(p) > maxFile {
		c.end(errTooLarge)
		return 0, errTooLarge
	}
	c.text = append(c.text, p...)
	return len(p), nil
}

func (c *capped) bytes() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text
}

// decode is what a program printed as UTF-8. Some programs of Windows print
// UTF-16, with and without a mark at the beginning.
func decode(text []byte) string {
	if rest, ok := bytes.CutPrefix(text, []byte("\xef\xbb\xbf")); ok {
		return string(rest)
	}
	if rest, ok := bytes.CutPrefix(text, []byte("\xfe\xff")); ok {
		return decodeUTF16(rest, binary.BigEndian)
	}
	if rest, ok := bytes.CutPrefix(text, []byte("\xff\xfe")); ok {
		return decodeUTF16(rest, binary.LittleEndian)
	}
	if looksUTF16(text) {
		return decodeUTF16(text, binary.LittleEndian)
	}
	return string(text)
}

// looksUTF16 reports whether most second bytes are zero and no first byte is,
// which is how UTF-16 spells the letters, digits and spaces of any output.
func looksUTF16(text []byte) bool {
	if len(text) < 2 || len(text)%2 != 0 {
		return false
	}
	zeros := 0
	for i := 0; i < len(text); i += 2 {
		if text[i] == 0 {
			return false
		}
		if text[i+1] == 0 {
			zeros++
		}
	}
	return zeros*4 > len(text)
}

func decodeUTF16(text []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(text)/2)
	for ; len(text) >= 2; text = text[2:] {
		units = append(units, order.Uint16(text))
	}
	return string(utf16.Decode(units))
}
