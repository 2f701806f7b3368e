package platforms

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var getExtendedTCPTable = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")

// listeners reads the tables of both families.
func (l *Live) listeners(_ context.Context, port uint16) ([]socketFacts, error) {
	four, err := tcpTable(windows.AF_INET)
	if err != nil {
		return nil, err
	}
	six, err := tcpTable(windows.AF_INET6)
	if err != nil {
		return nil, err
	}
	var found []socketFacts
	for _, s := range append(parseTCPTable(four, rowIPv4), parseTCPTable(six, rowIPv6)...) {
		if s.addr.Port() == port {
			found = append(found, s)
		}
	}
	return found, nil
}

// tcpTable is the table of listeners and their processes, as iphlpapi.h has it.
func tcpTable(family uintptr) ([]byte, error) {
	const ownerPIDListener = 3 // TCP_TABLE_OWNER_PID_LISTENER
	size := uint32(16 << 10)
	for range 8 { // it grows while we look
		buf := make([]byte, size)
		status, _, _ := getExtendedTCPTable.Call(uintptr(unsafe.Pointer(&buf[0])), uintptr(unsafe.Pointer(&size)),
			0, family, ownerPIDListener, 0)
		switch err := windows.Errno(status); err {
		case 0:
			return buf, nil
		case windows.ERROR_INSUFFICIENT_BUFFER:
			size += 4 << 10
		default:
			return nil, fmt.Errorf("ask for the TCP table: %w", err)
		}
	}
	return nil, errors.New("the TCP table does not stop growing")
}

// bind tries a port on all addresses of both families, as Node.js does.
func (l *Live) bind(_ context.Context, q Query) (string, error) {
	port, err := numberArg(q, 1, 65535)
	if err != nil {
		return "", err
	}
	var data windows.WSAData
	if err := windows.WSAStartup(0x202, &data); err != nil {
		return "", fmt.Errorf("start the sockets: %w", err)
	}
	defer func() { _ = windows.WSACleanup() }()
	var addr windows.Sockaddr = &windows.SockaddrInet6{Port: port}
	fd, err := windows.Socket(windows.AF_INET6, windows.SOCK_STREAM, windows.IPPROTO_TCP)
	if err == nil {
		err = windows.SetsockoptInt(fd, windows.IPPROTO_IPV6, windows.IPV6_V6ONLY, 0)
	} else {
		addr = &windows.SockaddrInet4{Port: port}
		fd, err = windows.Socket(windows.AF_INET, windows.SOCK_STREAM, windows.IPPROTO_TCP)
	}
	if err != nil {
		return "", fmt.Errorf("open a socket: %w", err)
	}
	defer func() { _ = windows.Closesocket(fd) }()
	switch err := windows.Bind(fd, addr); {
	case err == nil:
		return "ok\n", nil
	case errors.Is(err, windows.WSAEADDRINUSE):
		return "in use\n", nil
	case errors.Is(err, windows.WSAEACCES):
		return "", ErrNotPermitted
	default:
		return "", err
	}
}

func asleep(string) bool { return false }

// dialPipe opens a pipe of this machine. Whoever serves it learns nothing about
// this account.
func dialPipe(ctx context.Context, address string) (connection, error) {
	path := strings.ReplaceAll(address, "/", `\`)
	if !strings.HasPrefix(path, `\\.\pipe\`) {
		return nil, fmt.Errorf("not asked: %s is no pipe of this machine", address)
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	for {
		h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil,
			windows.OPEN_EXISTING, windows.SECURITY_SQOS_PRESENT|windows.SECURITY_ANONYMOUS, 0)
		if err == nil {
			return os.NewFile(uintptr(h), path), nil
		}
		if !errors.Is(err, windows.ERROR_PIPE_BUSY) {
			return nil, err
		}
		select { // all its instances serve others
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func dialAgent(ctx context.Context, _ Query) (connection, error) {
	return dialPipe(ctx, `\\.\pipe\openssh-ssh-agent`)
}
