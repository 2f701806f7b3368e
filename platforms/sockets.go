package platforms

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// A socketFacts is a TCP socket that waits for connections.
type socketFacts struct {
	addr netip.AddrPort
	uid  int // -1 when nobody says
	pid  int // 0 when this account may not know
}

// port is who listens on a TCP port.
func (l *Live) port(ctx context.Context, q Query) (string, error) {
	port, err := numberArg(q, 1, 65535)
	if err != nil {
		return "", err
	}
	found, err := l.listeners(ctx, uint16(port))
	if err != nil {
		return "", fmt.Errorf("read the table of listeners: %w", err)
	}
	slices.SortFunc(found, func(a, b socketFacts) int {
		return cmp.Or(a.addr.Compare(b.addr), cmp.Compare(a.pid, b.pid))
	})
	var b strings.Builder
	for _, s := range slices.Compact(found) {
		family := "tcp6"
		if s.addr.Addr().Is4() {
			family = "tcp4"
		}
		fmt.Fprintf(&b, "%s %s", family, s.addr)
		if s.pid > 0 {
			fmt.Fprintf(&b, " pid=%d", s.pid)
		}
		if s.uid >= 0 {
			fmt.Fprintf(&b, " uid=%d", s.uid)
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
