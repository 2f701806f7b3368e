package platforms

import (
	"fmt"
	"net/netip"
	"strings"
)

// onlyLocalhost refuses all names that might be asked for in the network.
func onlyLocalhost(q Query) error {
	if q.Args[0] != "localhost" {
		return fmt.Errorf("not asked: %s may need the network", q.Args[0])
	}
	return nil
}

func addressLines(addrs []netip.Addr) string {
	var b strings.Builder
	for _, a := range addrs {
		fmt.Fprintln(&b, a)
	}
	return b.String()
}
