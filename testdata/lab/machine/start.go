package machine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// Machine is a running one. Its methods may be called from several goroutines.
type Machine struct {
	Spec Spec

	dialect dialect
	process *exec.Cmd
	socket  *os.File
	stderr  *tailBuffer
	stop    func() bool
	sweep   func()   // takes away what the kernel keeps of a machine
	helper  *os.File // open as long as the machine may use the network

	send    sync.Mutex
	encoder *json.Encoder

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply
	scripts atomic.Int64
	gone    error // why there will be no more replies
	closed  chan struct{}
}

// Start starts a fresh machine. It ends with Close, when ctx is done, and with this
// process. Where this computer cannot run machines the error is ErrUnsupported.
func Start(ctx context.Context, store *Store, spec Spec) (*Machine, error) {
	if spec.User == "" {
		spec.User = "learner"
	}
	if spec.Shell == "" {
		spec.Shell = "bash"
	}
	setup, err := store.prepare(ctx, spec)
	if err != nil {
		return nil, err
	}
	m, err := start(ctx, setup)
	if err != nil {
		return nil, err
	}
	m.Spec = spec
	m.dialect = dialectOf(spec)
	if err := m.furnish(ctx); err != nil {
		_ = m.Close()
		return nil, err
	}
	return m, nil
}

// start starts the first process and waits until the machine is up.
func start(ctx context.Context, s setup) (*Machine, error) {
	m := &Machine{stderr: &tailBuffer{}, waiting: map[int]chan reply{}, closed: make(chan struct{})}
	if err := m.launch(s); err != nil {
		return nil, fmt.Errorf("start a machine: %w", err)
	}
	m.encoder = json.NewEncoder(m.socket)
	m.stop = context.AfterFunc(ctx, func() { _ = m.Close() })
	if err := m.greet(ctx, s); err != nil {
		_ = m.Close()
		return nil, fmt.Errorf("start a machine: %w", err)
	}
	return m, nil
}

// greet sends the setup, gives the machine its network, and waits for the word that
// it is up.
func (m *Machine) greet(ctx context.Context, s setup) error {
	m.waiting[0] = make(chan reply, 1)
	if err := m.encoder.Encode(s); err != nil {
		return fmt.Errorf("send the setup: %w", err)
	}
	go m.listen()
	if s.Way == waySlip {
		if err := m.connect(ctx); err != nil {
			return err
		}
	}
	if err := m.encoder.Encode(request{Op: opReady}); err != nil {
		return fmt.Errorf("send the setup: %w", err)
	}
	_, err := m.await(ctx, 0, m.waiting[0])
	return err
}

// connect lets slirp4netns forward the machine's network. It ends when the pipe that
// it watches closes, and so with the lab.
func (m *Machine) connect(ctx context.Context) error {
	watched, ours, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe: %w", err)
	}
	defer func() { _ = watched.Close() }()
	up, ready, err := os.Pipe()
	if err != nil {
		return errors.Join(fmt.Errorf("make a pipe: %w", err), ours.Close())
	}
	defer func() { _ = up.Close() }()
	m.helper = ours
	slirp := exec.Command("slirp4netns", "-c", "--mtu=65520", "--disable-host-loopback",
		"--exit-fd=3", "--ready-fd=4", fmt.Sprint(m.process.Process.Pid), "tap0")
	slirp.ExtraFiles = []*os.File{watched, ready}
	if err := slirp.Start(); err != nil {
		return errors.Join(fmt.Errorf("give the machine a network: %w", err), ready.Close())
	}
	go func() { _ = slirp.Wait() }()
	_ = ready.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = up.SetReadDeadline(deadline)
	}
	if _, err := up.Read(make([]byte, 1)); err != nil {
		return fmt.Errorf("give the machine a network: slirp4netns: %w", err)
	}
	return nil
}

// listen hands each reply to whoever waits for it, until the machine is gone.
func (m *Machine) listen() {
	decoder := json.NewDecoder(m.socket)
	var err error
	for err == nil {
		var r reply
		if err = decoder.Decode(&r); err == nil {
			m.mu.Lock()
			if c, ok := m.waiting[r.ID]; ok {
				delete(m.waiting, r.ID)
				c <- r
			}
			m.mu.Unlock()
		}
	}
	_ = m.process.Wait()
	why := errors.New("the machine is gone")
	if said := m.stderr.String(); said != "" {
		why = fmt.Errorf("the machine is gone: %s", said)
	}
	m.mu.Lock()
	m.gone = why
	for id, c := range m.waiting {
		delete(m.waiting, id)
		c <- reply{Error: why.Error()}
	}
	m.mu.Unlock()
	close(m.closed)
}

// ask sends a request and waits for its reply. When ctx is done first, the machine is
// told to stop what it does for the request.
func (m *Machine) ask(ctx context.Context, r request) (reply, error) {
	c := make(chan reply, 1)
	m.mu.Lock()
	if m.gone != nil {
		defer m.mu.Unlock()
		return reply{}, m.gone
	}
	m.last++
	r.ID = m.last
	m.waiting[r.ID] = c
	m.mu.Unlock()
	if err := m.write(r); err != nil {
		return reply{}, fmt.Errorf("ask the machine: %w", err)
	}
	return m.await(ctx, r.ID, c)
}

func (m *Machine) write(r request) error {
	m.send.Lock()
	defer m.send.Unlock()
	return m.encoder.Encode(r)
}

func (m *Machine) await(ctx context.Context, id int, c chan reply) (reply, error) {
	select {
	case r := <-c:
		if r.Error != "" {
			return r, errors.New(r.Error)
		}
		return r, nil
	case <-ctx.Done():
		_ = m.write(request{ID: id, Op: opCancel})
		return reply{}, context.Cause(ctx)
	}
}

// Close ends the machine and all that runs in it, and returns when nothing of it is
// left. Closing a second time does nothing.
func (m *Machine) Close() error {
	if m.stop != nil {
		m.stop()
	}
	if m.helper != nil {
		_ = m.helper.Close()
	}
	_ = m.process.Process.Kill() // the first process of its namespace: all others die with it
	select {
	case <-m.closed:
	case <-time.After(10 * time.Second):
		return errors.New("the machine does not end")
	}
	_ = m.socket.Close()
	if m.sweep != nil {
		m.sweep()
	}
	return nil
}

// tailBuffer keeps the last few kilobytes of what is written to it.
type tailBuffer struct {
	mu   sync.Mutex
	data []byte
}

func (b *tailBuffer) Write(p []byte) (int, error) {
	const most = 8 << 10
	b.mu.Lock()
	defer b.mu.Unlock()
	b.data = append(b.data, p...)
	if len(b.data) > most {
		b.data = b.data[len(b.data)-most:]
	}
	return len(p), nil
}

func (b *tailBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.data)
}
