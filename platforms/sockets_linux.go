package platforms

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// listeners asks the kernel through netlink, which takes a fiftieth of the time
// of /proc/net/tcp, and reads that where netlink is refused.
func (l *Live) listeners(_ context.Context, port uint16) ([]socketFacts, error) {
	found, err := diagListeners(port)
	if err != nil {
		if found, err = procListeners("/proc/net", port); err != nil {
			return nil, err
		}
	}
	findOwners(found)
	sockets := make([]socketFacts, len(found))
	for i, s := range found {
		sockets[i] = s.socketFacts
	}
	return sockets, nil
}

// An inodeSocket has the number that the open files of its process show.
type inodeSocket struct {
	socketFacts
	inode uint64
}

// The parts of linux/inet_diag.h and linux/tcp_states.h that are used.
const (
	tcpListen       = 10
	diagRequestSize = 56 // struct inet_diag_req_v2
	diagMessageSize = 72 // struct inet_diag_msg
)

func diagListeners(port uint16) ([]inodeSocket, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, fmt.Errorf("open a netlink socket: %w", err)
	}
	defer unix.Close(fd)
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1}); err != nil {
		return nil, err
	}
	found, err := diagFamily(fd, unix.AF_INET, port)
	if err != nil {
		return nil, err
	}
	six, err := diagFamily(fd, unix.AF_INET6, port)
	if err != nil && !errors.Is(err, unix.ENOENT) { // a kernel without IPv6
		return nil, err
	}
	return append(found, six...), nil
}

func diagFamily(fd int, family byte, port uint16) ([]inodeSocket, error) {
	request := make([]byte, unix.SizeofNlMsghdr+diagRequestSize)
	order := binary.NativeEndian
	order.PutUint32(request[0:], uint32(len(request)))
	order.PutUint16(request[4:], unix.SOCK_DIAG_BY_FAMILY)
	order.PutUint16(request[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	body := request[unix.SizeofNlMsghdr:]
	body[0], body[1] = family, unix.IPPROTO_TCP
	order.PutUint32(body[4:], 1<<tcpListen)
	binary.BigEndian.PutUint16(body[8:], port)
	if err := unix.Sendto(fd, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, fmt.Errorf("ask netlink: %w", err)
	}
	var found []inodeSocket
	buf := make([]byte, 32<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read from netlink: %w", err)
		}
		some, done, err := parseDiag(buf[:n], port)
		found = append(found, some...)
		if done || err != nil {
			return found, err
		}
	}
}

// parseDiag reads messages of the kernel about listening sockets.
func parseDiag(data []byte, port uint16) (found []inodeSocket, done bool, err error) {
	order := binary.NativeEndian
	for len(data) >= unix.SizeofNlMsghdr {
		size := int(order.Uint32(data))
		if size < unix.SizeofNlMsghdr || size > len(data) {
			return found, true, fmt.Errorf("netlink sent a message of %d bytes in %d", size, len(data))
		}
		body := data[unix.SizeofNlMsghdr:size]
		switch order.Uint16(data[4:]) {
		case unix.NLMSG_DONE, unix.NLMSG_ERROR:
			if len(body) >= 4 {
				if code := int32(order.Uint32(body)); code < 0 {
					return found, true, unix.Errno(-code)
				}
			}
			return found, true, nil
		case unix.SOCK_DIAG_BY_FAMILY:
			if len(body) < diagMessageSize {
				return found, true, fmt.Errorf("netlink sent %d bytes about a socket", len(body))
			}
			// A kernel may ignore the port in the request.
			if binary.BigEndian.Uint16(body[4:]) == port && body[1] == tcpListen {
				found = append(found, diagSocket(body, port))
			}
		}
		data = data[min((size+3)&^3, len(data)):]
	}
	return found, false, nil
}

func diagSocket(body []byte, port uint16) inodeSocket {
	order := binary.NativeEndian
	addr := netip.AddrFrom4([4]byte(body[8:12]))
	if body[0] == unix.AF_INET6 {
		addr = netip.AddrFrom16([16]byte(body[8:24]))
	}
	return inodeSocket{
		socketFacts{addr: netip.AddrPortFrom(addr, port), uid: int(order.Uint32(body[64:]))},
		uint64(order.Uint32(body[68:])),
	}
}

// procListeners reads the tables of /proc/net.
func procListeners(dir string, port uint16) ([]inodeSocket, error) {
	var found []inodeSocket
	for _, name := range []string{"tcp", "tcp6"} {
		f, err := os.Open(filepath.Join(dir, name))
		if name == "tcp6" && errors.Is(err, fs.ErrNotExist) {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotPermitted, err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if s, ok := parseProcSocket(lines.Text()); ok && s.addr.Port() == port {
				found = append(found, s)
			}
		}
		err = errors.Join(lines.Err(), f.Close())
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// parseProcSocket reads a line such as
//
//	0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 25841
//
// The address is written as numbers of 32 bits in the machine's own order.
func parseProcSocket(line string) (inodeSocket, bool) {
	fields := strings.Fields(line)
	if len(fields) < 10 || fields[3] != "0A" {
		return inodeSocket{}, false
	}
	address, port, _ := strings.Cut(fields[1], ":")
	raw, err := hex.DecodeString(address)
	number, err2 := strconv.ParseUint(port, 16, 16)
	uid, err3 := strconv.ParseUint(fields[7], 10, 32)
	inode, err4 := strconv.ParseUint(fields[9], 10, 64)
	if err := errors.Join(err, err2, err3, err4); err != nil || len(raw)%4 != 0 {
		return inodeSocket{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	addr, ok := netip.AddrFromSlice(raw)
	return inodeSocket{socketFacts{addr: netip.AddrPortFrom(addr, uint16(number)), uid: int(uid)}, inode}, ok
}

// findOwners looks for the processes that hold the sockets. Of several it takes
// the one with the lowest number, which is the parent as a rule. Those of other
// accounts cannot be looked into.
func findOwners(sockets []inodeSocket) {
	wanted := map[string]*inodeSocket{}
	for i := range sockets {
		wanted["socket:["+strconv.FormatUint(sockets[i].inode, 10)+"]"] = &sockets[i]
	}
	if len(wanted) == 0 {
		return
	}
	for _, pid := range processIDs() {
		dir := filepath.Join("/proc", strconv.Itoa(pid), "fd")
		d, err := os.Open(dir)
		if err != nil {
			continue
		}
		names, _ := d.Readdirnames(-1)
		d.Close()
		for _, name := range names {
			target, err := os.Readlink(dir + "/" + name)
			if s := wanted[target]; err == nil && s != nil {
				s.pid = pid
				delete(wanted, target)
			}
		}
		if len(wanted) == 0 {
			return
		}
	}
}

// processIDs is all processes that /proc shows, in order.
func processIDs() []int {
	d, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids
}
