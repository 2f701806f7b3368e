package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
)

// crowd is who else is in a room.
type crowd struct {
	Processes int  // that sleep
	Listeners int  // that wait on the loopback interface, all of one process
	Port3000  bool // whether one of them has the course's port
}

// gather brings the crowd in. It stays until what is returned is closed.
func (c crowd) gather() ([]io.Closer, error) {
	var held []io.Closer
	if c.Listeners > 0 || c.Port3000 {
		l, err := startListeners(c)
		if err != nil {
			return nil, fmt.Errorf("start the listeners: %w", err)
		}
		held = append(held, l)
	}
	if c.Processes > 0 {
		p, err := startProcesses(c.Processes)
		if err != nil {
			return nil, fmt.Errorf("start the processes: %w", err)
		}
		held = append(held, p)
	}
	return held, nil
}

func startProcesses(n int) (io.Closer, error) {
	// Subshells that wait for a line are as cheap as processes can be. What they read
	// is a pipe of which the room holds the other end.
	waited, held, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	sh := exec.Command("/bin/sh", "-c", fmt.Sprintf("i=0; while [ $i -lt %d ]; do (read _ <&3) & i=$((i+1)); done; echo ready; read _ <&3", n))
	sh.ExtraFiles = []*os.File{waited}
	return held, errors.Join(awaitReady(sh), waited.Close())
}

func startListeners(c crowd) (io.Closer, error) {
	l, stdin, stdout, err := part("listen")
	if err != nil {
		return nil, err
	}
	if err := l.Start(); err != nil {
		return nil, err
	}
	if err := json.NewEncoder(stdin).Encode(c); err != nil {
		return nil, err
	}
	var s sample
	if err := json.NewDecoder(stdout).Decode(&s); err != nil {
		return nil, err
	}
	if s.Err != "" {
		return nil, errors.New(s.Err)
	}
	return stdin, nil
}

// listen is the process of the listeners.
func listen(orders io.Reader, samples io.Writer) error {
	in := json.NewDecoder(orders)
	var c crowd
	if err := in.Decode(&c); err != nil {
		return err
	}
	var s sample
	held := make([]net.Listener, 0, c.Listeners+1)
	for i := range c.Listeners {
		held = hold(held, fmt.Sprintf("127.0.0.1:%d", 20_000+i), &s)
	}
	if c.Port3000 {
		held = hold(held, "127.0.0.1:3000", &s)
	}
	if err := json.NewEncoder(samples).Encode(s); err != nil {
		return err
	}
	_ = in.Decode(&c) // until the room is closed
	runtime.KeepAlive(held)
	return nil
}

func hold(held []net.Listener, address string, s *sample) []net.Listener {
	l, err := net.Listen("tcp", address)
	if err != nil {
		s.Err = err.Error()
		return held
	}
	return append(held, l)
}

// awaitReady starts a program and waits until it has said so.
func awaitReady(c *exec.Cmd) error {
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	word := make([]byte, len("ready"))
	if _, err := io.ReadFull(out, word); err != nil || string(word) != "ready" {
		return fmt.Errorf("%s does not get ready: %w", c.Args[0], err)
	}
	return nil
}
