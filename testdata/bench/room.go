package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// A room is a process that starts what is timed. As root on Linux it has processes, a
// network and a /proc of its own, so that a crowd in one is not seen in another, and
// so that nothing reaches the network. All that is in a room ends with it.
type room struct {
	process *exec.Cmd
	stdin   io.Closer
	orders  *json.Encoder
	samples *json.Decoder
}

type order struct {
	Argv, Env []string
	Dir       string
}

type sample struct {
	Took time.Duration
	Peak int64 // resident memory, bytes
	Err  string
}

var errNeedsRoot = errors.New("it needs Linux and root")

// roomVariable tells a process of this program which part it has.
const roomVariable = "DEVDOCTOR_BENCH_PART"

// inRoom does not return in the processes of a room.
func inRoom() {
	var err error
	switch os.Getenv(roomVariable) {
	case "":
		return
	case "room":
		err = keepRoom(os.Stdin, os.Stdout)
	case "listen":
		err = listen(os.Stdin, os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(0)
}

// part is this program in another part.
func part(name string) (*exec.Cmd, io.WriteCloser, io.Reader, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, nil, err
	}
	c := exec.Command(self)
	c.Env, c.Stderr = append(os.Environ(), roomVariable+"="+name), os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	stdout, err := c.StdoutPipe()
	return c, stdin, stdout, err
}

func openRoom(c crowd) (*room, error) {
	if c != (crowd{}) && !apart() {
		return nil, errNeedsRoot
	}
	process, stdin, stdout, err := part("room")
	if err != nil {
		return nil, err
	}
	process.SysProcAttr = namespaces()
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("open a room: %w", err)
	}
	r := &room{process, stdin, json.NewEncoder(stdin), json.NewDecoder(stdout)}
	if err := r.orders.Encode(c); err != nil {
		return nil, errors.Join(fmt.Errorf("open a room: %w", err), r.close())
	}
	if _, err := r.answer(); err != nil {
		return nil, errors.Join(fmt.Errorf("open a room: %w", err), r.close())
	}
	return r, nil
}

func (r *room) close() error {
	_ = r.stdin.Close()
	return r.process.Wait()
}

func (r *room) answer() (sample, error) {
	var s sample
	if err := r.samples.Decode(&s); err != nil {
		return s, err
	}
	if s.Err != "" {
		return s, errors.New(s.Err)
	}
	return s, nil
}

// run runs a program in the room; how it ends does not matter.
func (r *room) run(ctx context.Context, o order) (sample, error) {
	if err := ctx.Err(); err != nil {
		return sample{}, err
	}
	if err := r.orders.Encode(o); err != nil {
		return sample{}, err
	}
	return r.answer()
}

// doors are the rooms that are open.
type doors []*room

func (d *doors) open(c crowd) (*room, error) {
	r, err := openRoom(c)
	if err == nil {
		*d = append(*d, r)
	}
	return r, err
}

func (d *doors) close() {
	for _, r := range *d {
		if err := r.close(); err != nil {
			log.Printf("close a room: %v", err)
		}
	}
}

// keepRoom is the process of a room.
func keepRoom(orders io.Reader, samples io.Writer) error {
	in, out := json.NewDecoder(orders), json.NewEncoder(samples)
	var c crowd
	if err := in.Decode(&c); err != nil {
		return err
	}
	s := sample{}
	err := furnish()
	if err == nil {
		var held []io.Closer
		held, err = c.gather()
		defer func() {
			for _, h := range held {
				_ = h.Close()
			}
		}()
	}
	if err != nil {
		s.Err = err.Error()
	}
	for {
		if err := out.Encode(s); err != nil {
			return err
		}
		var o order
		if err := in.Decode(&o); err != nil {
			return nil // the room is closed
		}
		s = o.time()
	}
}

func (o order) time() sample {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, o.Argv[0], o.Argv[1:]...)
	c.Env, c.Dir = o.Env, o.Dir
	start := time.Now()
	err := c.Run()
	s := sample{Took: time.Since(start)}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		s.Err = "it takes more than a minute"
	case err != nil && !errors.As(err, &exit):
		s.Err = err.Error()
	}
	if c.ProcessState == nil {
		return s
	}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.Peak = usage.Maxrss
		if runtime.GOOS != "darwin" { // which says bytes
			s.Peak *= 1024
		}
	}
	return s
}
