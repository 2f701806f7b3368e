package platforms

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// resolve is the addresses of localhost as a program gets them from the C
// library. The files that it reads are read here, because this binary has no C
// library in it; DNS is never asked.
func (l *Live) resolve(_ context.Context, q Query) (string, error) {
	if err := onlyLocalhost(q); err != nil {
		return "", err
	}
	services := []string{"files", "dns"}
	if f, err := os.Open("/etc/nsswitch.conf"); err == nil {
		services = hostServices(f)
		f.Close()
	}
	for _, service := range services {
		var found []netip.Addr
		switch service {
		case "files":
			f, err := os.Open("/etc/hosts")
			if err != nil {
				continue
			}
			found = hostsAddresses(f, q.Args[0])
			f.Close()
		case "myhostname", "resolve":
			// Both know localhost without asking anybody, see nss-myhostname(8)
			// and nss-resolve(8).
			found = []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}
		}
		if len(found) > 0 {
			return addressLines(byPrecedence(found, loopbackHasIPv6(), addressPolicy())), nil
		}
	}
	return "", ErrNotFound
}

// hostServices is what the line "hosts:" of nsswitch.conf names, without the
// actions in brackets.
func hostServices(r io.Reader) []string {
	var services []string
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(key) != "hosts" {
			continue
		}
		for value != "" {
			before, action, found := strings.Cut(value, "[")
			services = append(services, strings.Fields(before)...)
			if !found {
				break
			}
			_, value, _ = strings.Cut(action, "]")
		}
	}
	return services
}

// hostsAddresses is the addresses of a name in a hosts file, in its order.
func hostsAddresses(r io.Reader, name string) []netip.Addr {
	var found []netip.Addr
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) < 2 || !slices.ContainsFunc(fields[1:], func(f string) bool { return strings.EqualFold(f, name) }) {
			continue
		}
		if addr, err := netip.ParseAddr(fields[0]); err == nil && !slices.Contains(found, addr) {
			found = append(found, addr)
		}
	}
	return found
}

// loopbackHasIPv6 asks as the C library does: connecting a datagram socket sends
// nothing and needs a way to the address.
func loopbackHasIPv6() bool {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Connect(fd, &unix.SockaddrInet6{Port: 9, Addr: netip.IPv6Loopback().As16()}) == nil
}

// A policy is how an address is preferred to others, see RFC 6724 section 2.1.
type policy map[netip.Prefix]int

var defaultPolicy = policy{
	netip.MustParsePrefix("::1/128"):       50,
	netip.MustParsePrefix("::/0"):          40,
	netip.MustParsePrefix("::ffff:0:0/96"): 10,
}

// addressPolicy is gai.conf(5), where people let IPv4 come first.
func addressPolicy() policy {
	f, err := os.Open("/etc/gai.conf")
	if err != nil {
		return defaultPolicy
	}
	defer f.Close()
	return parsePolicy(f)
}

// parsePolicy reads lines such as "precedence ::ffff:0:0/96 100". A single one
// takes the place of all that the library knows by itself.
func parsePolicy(r io.Reader) policy {
	own := policy{}
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "precedence" {
			continue
		}
		prefix, err := netip.ParsePrefix(fields[1])
		value, err2 := strconv.Atoi(fields[2])
		if err == nil && err2 == nil {
			own[prefix.Masked()] = value
		}
	}
	if len(own) == 0 {
		return defaultPolicy
	}
	return own
}

// precedence is that of the longest prefix that holds an address.
func (p policy) precedence(addr netip.Addr) int {
	wide := netip.AddrFrom16(addr.As16()) // the table speaks of mapped IPv4 addresses
	bits, value := -1, 40
	for prefix, v := range p {
		p, err := wide.Prefix(prefix.Bits()) // Contains would keep mapped addresses apart
		if err == nil && p.Addr() == prefix.Addr() && prefix.Bits() > bits {
			bits, value = prefix.Bits(), v
		}
	}
	return value
}

// byPrecedence sorts addresses as RFC 6724 wants it: first those that can be
// reached, then by the policy.
func byPrecedence(addrs []netip.Addr, six bool, p policy) []netip.Addr {
	reachable := func(a netip.Addr) int {
		if a.Is6() && !a.Is4In6() && !six {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(addrs, func(a, b netip.Addr) int {
		return cmp.Or(cmp.Compare(reachable(a), reachable(b)), cmp.Compare(p.precedence(b), p.precedence(a)))
	})
	return addrs
}
