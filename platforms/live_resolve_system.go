//go:build darwin || windows

package platforms

import (
	"context"
	"net"
)

// resolve is the addresses of localhost, from the system's own resolver: these
// systems answer this name themselves.
func (l *Live) resolve(ctx context.Context, q Query) (string, error) {
	if err := onlyLocalhost(q); err != nil {
		return "", err
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", q.Args[0])
	if err != nil {
		return "", err
	}
	for i, a := range addrs {
		addrs[i] = a.Unmap()
	}
	return addressLines(addrs), nil
}
