// Command devdoctor examines a learner's computer and says what the course still
// needs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"devdoctor/checks"
	"devdoctor/platforms"
)

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

// run is main with its surroundings passed in. It returns the exit status.
func run(args []string, in io.Reader, out, errOut io.Writer) (code int) {
	a := &app{in: in, out: out, errOut: errOut, typed: args[0]}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(errOut, "devdoctor: this is a mistake in devdoctor, not in your computer: %v\n", p)
			if os.Getenv("DEVDOCTOR_DEBUG") != "" {
				fmt.Fprintf(errOut, "%s", debug.Stack())
			}
			code = checks.ExitBroken
		}
	}()
	root := newRoot(a)
	root.SetArgs(orCheck(args[1:]))
	if err := root.ExecuteContext(context.Background()); err != nil {
		return a.explainError(err)
	}
	return a.code
}

// untilInterrupted is a context that Ctrl-C, a polite kill or a terminal that is
// closed ends, so that no program that was asked outlives its terminal, unless
// nohup has said that it may. A second Ctrl-C ends the program at once. A reader that goes away does not: writing to
// it is an error like any other then. The signal is handled and not ignored,
// because the programs that checks start would inherit that.
func untilInterrupted() (context.Context, context.CancelFunc) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ends = append(ends, syscall.SIGHUP)
	}
	signaled, stop := signal.NotifyContext(context.Background(), ends...)
	ctx, cancel := context.WithCancel(context.Background())
	context.AfterFunc(signaled, func() {
		stop()
		cancel()
	})
	return ctx, stop
}

// An app is what the commands share.
type app struct {
	in          io.Reader
	out, errOut io.Writer
	typed       string // the first word of the command line
	code        int    // exit status of a command that did its work
}

// A failure is an error with its exit status.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func usage(format string, args ...any) error {
	return &failure{checks.ExitUsage, fmt.Errorf(format, args...)}
}

func broken(format string, args ...any) error {
	return &failure{checks.ExitBroken, fmt.Errorf(format, args...)}
}

// explainError says what went wrong and returns the exit status. A reader that
// went away has nothing to be told.
func (a *app) explainError(err error) int {
	if platforms.ReaderGone(err) {
		return a.code
	}
	fmt.Fprintf(a.errOut, "devdoctor: %v\n", err)
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code
	}
	return checks.ExitUsage // what cobra itself refuses
}
