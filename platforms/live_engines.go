package platforms

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// A connection is a stream to a service of this machine.
type connection = io.ReadWriteCloser

var errRefused = errors.New("refused")

// dockerPing asks a container engine whether it is there.
func (l *Live) dockerPing(ctx context.Context, q Query) (string, error) {
	scheme, address, ok := strings.Cut(q.Args[0], "://")
	if !ok {
		return "", fmt.Errorf("%q is no endpoint", q.Args[0])
	}
	c, err := dialEngine(ctx, scheme, address)
	if err != nil {
		return "", err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	if _, err := io.WriteString(c, "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"); err != nil {
		return "", fmt.Errorf("ask the engine: %w", err)
	}
	return readPing(c)
}

func dialEngine(ctx context.Context, scheme, address string) (connection, error) {
	switch scheme {
	case "unix":
		if asleep(address) {
			return nil, errors.New("asleep")
		}
		return dialSocket(ctx, "unix", address)
	case "npipe":
		return dialPipe(ctx, address)
	case "tcp":
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("%q is no address: %w", address, err)
		}
		if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
			return nil, fmt.Errorf("not asked: %s is another machine", host)
		}
		return dialSocket(ctx, "tcp", address)
	}
	return nil, fmt.Errorf("no such endpoint on this system: %s", scheme)
}

func dialSocket(ctx context.Context, network, address string) (connection, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if isRefused(err) {
		return nil, errRefused
	}
	return c, err
}

func isRefused(err error) bool {
	const wsaRefused = syscall.Errno(10061) // what Windows calls it; no error of Linux and macOS
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaRefused)
}

// readPing is the status and the facts in the head of an answer.
func readPing(r io.Reader) (string, error) {
	lines := bufio.NewScanner(io.LimitReader(r, 16<<10))
	if !lines.Scan() {
		if err := lines.Err(); err != nil {
			return "", fmt.Errorf("read from the engine: %w", err)
		}
		return "", errors.New("the engine hung up")
	}
	version, status, _ := strings.Cut(lines.Text(), " ")
	code, _, _ := strings.Cut(status, " ")
	if !strings.HasPrefix(version, "HTTP/") || len(code) != 3 {
		return "", errors.New("this is no container engine")
	}
	words := []string{code}
	for lines.Scan() && lines.Text() != "" {
		key, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(key) {
		case "api-version":
			words = append(words, "api="+word(value))
		case "ostype":
			words = append(words, "os="+word(value))
		case "server":
			words = append(words, "server="+word(value))
		}
	}
	return strings.Join(words, " ") + "\n", nil
}

// Message numbers of the agent's protocol, draft-ietf-sshm-ssh-agent section 6.1.
const (
	agentRequestIdentities = 11
	agentIdentitiesAnswer  = 12
)

// sshAgent is how many keys the agent holds.
func (l *Live) sshAgent(ctx context.Context, q Query) (string, error) {
	c, err := dialAgent(ctx, q)
	if errors.Is(err, errRefused) { // the socket of an agent that has ended
		return "", ErrNotFound
	}
	if err != nil {
		return "", err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	if _, err := c.Write([]byte{0, 0, 0, 1, agentRequestIdentities}); err != nil {
		return "", fmt.Errorf("ask the ssh agent: %w", err)
	}
	var head [9]byte
	if _, err := io.ReadFull(c, head[:5]); err != nil {
		return "", fmt.Errorf("read from the ssh agent: %w", err)
	}
	if head[4] != agentIdentitiesAnswer {
		return "", fmt.Errorf("the ssh agent answers with message %d", head[4])
	}
	if _, err := io.ReadFull(c, head[5:]); err != nil {
		return "", fmt.Errorf("read from the ssh agent: %w", err)
	}
	return fmt.Sprintf("%d\n", binary.BigEndian.Uint32(head[5:])), nil
}
