package checks

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// usualPorts is where a server or a proxy listens whose address does not say (WHATWG
// URL Standard; socks: RFC 1928).
var usualPorts = map[string]int{"http": 80, "https": 443, "socks": 1080, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}

// serverOf is the host of an address, in lower case and without brackets, and its
// port. A login may stand in front. The host is "" where npm takes the address for
// none.
func serverOf(address string) (string, int) {
	scheme, rest, _ := strings.Cut(strings.ToLower(address), "://")
	port, known := usualPorts[scheme]
	if !known {
		return "", 0
	}
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	var server, number string
	if end := strings.IndexByte(rest, ']'); strings.HasPrefix(rest, "[") && end > 0 {
		server, number = rest[1:end], strings.TrimPrefix(rest[end+1:], ":")
	} else {
		server, number, _ = strings.Cut(rest, ":")
	}
	if number == "" {
		return server, port
	}
	port, err := strconv.Atoi(number)
	if err != nil || port < 1 || port > 65535 {
		return "", 0
	}
	return server, port
}

func isLoopback(address string) bool {
	return address == "::1" || strings.HasPrefix(strings.TrimPrefix(address, "::ffff:"), "127.")
}

// isHere reports whether a host is this computer, whose listeners can be looked at.
// WSL may share the addresses of Windows, and does not see its listeners.
func isHere(ctx context.Context, h *platforms.Host, server string) (bool, error) {
	if server != "localhost" && !isLoopback(server) {
		return false, nil
	}
	world, err := h.World(ctx)
	return err == nil && !world.InWSL(), err
}

// listensHere reports whether a program listens on a port of this computer, where
// programs of the same computer reach it.
func listensHere(ctx context.Context, h *platforms.Host, port int) (bool, error) {
	listeners, err := h.Listeners(ctx, port)
	return slices.ContainsFunc(listeners, isReached), err
}

// isReached reports whether programs of the same computer reach a listener under
// the name localhost.
func isReached(l platforms.Listener) bool {
	return l.Address == "0.0.0.0" || l.Address == "::" || isLoopback(l.Address)
}
