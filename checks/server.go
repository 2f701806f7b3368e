package checks

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

var server = append(portChecks(Course.Ports), localhostResolves)

func portChecks(needs []PortNeed) []*Check {
	var list []*Check
	for _, n := range needs {
		list = append(list, PortFree(n.Port, n.Phase))
	}
	return list
}

// PortFree wants a TCP port on which a program of the learner can listen.
func PortFree(port, phase int) *Check {
	return &Check{
		ID:    "port." + strconv.Itoa(port),
		Title: "port " + strconv.Itoa(port) + " is free for your server",
		Why: "A server waits for browsers at a numbered door of your computer, a port. Only one program can wait at one port: " +
			"the second one stops with the error EADDRINUSE.",
		Phase:    phase,
		Problems: portProblems,
		Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
			r := portState(ctx, h, port, need.port(port))
			if r.Problem == nil || need.port(port).Needed {
				return r
			}
			return OK("port %d is taken; this course does not need it", port).Note("What was seen: %s.", r.Summary).With(r.Found)
		},
	}
}

// port is what the course asks of a port; the zero PortNeed where it asks nothing.
func (n Needs) port(port int) PortNeed {
	if i := slices.IndexFunc(n.Ports, func(p PortNeed) bool { return p.Port == port }); i >= 0 {
		return n.Ports[i]
	}
	return PortNeed{Port: port}
}

// portState looks who listens, and where nobody does, whether the system would
// let the learner.
func portState(ctx context.Context, h *platforms.Host, port int, need PortNeed) Result {
	listeners, err := h.Listeners(ctx, port)
	if err != nil {
		return portByBinding(ctx, h, port, err)
	}
	inTheWay := slices.DeleteFunc(listeners, func(l platforms.Listener) bool { return !blocks(h.OS, l) })
	if len(inTheWay) > 0 {
		return portHeld(ctx, h, inTheWay)
	}
	switch h.OS {
	case platforms.Windows:
		return portReserved(ctx, h, port)
	case platforms.Linux:
		return portPrivileged(ctx, h, port, need)
	}
	return OK("port %d is free", port)
}

// blocks reports whether a listener keeps Node.js from listening, or browsers on
// this computer from reaching it. Linux refuses the wildcard address beside any
// other; macOS and Windows let both stand, and the special one gets the visitors.
func blocks(os platforms.OS, l platforms.Listener) bool {
	return os == platforms.Linux || isReached(l)
}

// portByBinding is for machines whose table of listeners cannot be read.
func portByBinding(ctx context.Context, h *platforms.Host, port int, tableErr error) Result {
	free, err := h.CanBind(ctx, port)
	switch {
	case err != nil:
		return Unknown(tableErr, "who listens on port %d could not be found out", port)
	case free:
		return OK("port %d is free", port)
	}
	return portUnseen.Fail("port %d is taken, by whom is not to be seen", port).With(Found{Port: port}).
		Because("A program that this account may not see listens there.")
}

// portReserved looks at the ranges that Windows keeps for itself, of which
// neither netstat nor the Task Manager shows anything.
func portReserved(ctx context.Context, h *platforms.Host, port int) Result {
	for _, family := range []string{"ipv4", "ipv6"} {
		ranges, err := h.ReservedPorts(ctx, family)
		if err != nil {
			return reservedByBinding(ctx, h, port, err)
		}
		for _, r := range ranges {
			if r.First == port && r.Last == port {
				return portAlone(ctx, h, port)
			}
			if r.First <= port && port <= r.Last {
				return portReservedByWindows.Fail("Windows keeps port %d for itself", port).With(Found{Port: port}).
					Because("It lies in the reserved range from %d to %d (%s). Nobody listens there, and yet Node.js is refused: EACCES.",
						r.First, r.Last, family)
			}
		}
	}
	return OK("port %d is free", port)
}

// portAlone is for a range of that one port. An administrator may have set it
// aside so that nobody is given it by chance, and then programs that ask for it
// get it; or a service of Windows holds it through http.sys, as it does 2869 and
// 5357 (kurrent-io/documentation#320). Only binding tells the two apart.
func portAlone(ctx context.Context, h *platforms.Host, port int) Result {
	free, err := h.CanBind(ctx, port)
	switch {
	case err == nil && free:
		return OK("port %d is free", port).Note("It is set aside so that Windows gives it to nobody by chance.")
	case err == nil, errors.Is(err, platforms.ErrNotPermitted):
		return portOfSystem.Fail("port %d is kept for a service of Windows", port).With(Found{Port: port}).
			Because("It is reserved by itself, and Windows refuses it to other programs.")
	}
	return Unknown(err, "whether Windows keeps port %d could not be found out", port)
}

func reservedByBinding(ctx context.Context, h *platforms.Host, port int, tableErr error) Result {
	free, err := h.CanBind(ctx, port)
	switch {
	case errors.Is(err, platforms.ErrNotPermitted):
		return portReservedByWindows.Fail("Windows keeps port %d for itself", port).With(Found{Port: port}).
			Because("Nobody listens there, and yet Windows refuses the port.")
	case err != nil || !free:
		return Unknown(tableErr, "the ports that Windows reserves could not be read")
	}
	return OK("port %d is free", port)
}

// dockerPhase is the first phase in which Docker, and no program of the learner's
// own account, listens on the ports of what is deployed.
const dockerPhase = 10

// portPrivileged knows the ports that Linux keeps for the administrator. macOS
// gave that up with 10.14, and Windows never had it.
func portPrivileged(ctx context.Context, h *platforms.Host, port int, need PortNeed) Result {
	if port >= 1024 || h.Elevated {
		return OK("port %d is free", port)
	}
	const setting = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
	text, err := h.ReadFile(ctx, setting)
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "the first port that your account may use could not be read")
	}
	first, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		first = 1024 // kernels before 4.11 have no such setting
	}
	switch {
	case port >= first:
		return OK("port %d is free", port)
	case need.Phase >= dockerPhase:
		return OK("port %d is free", port).
			Note("Only the administrator and Docker may listen below port %d. Let your own programs use a higher one.", first)
	}
	return portForAdministrator.Fail("port %d is kept for the administrator", port).
		With(Found{Port: port, Name: "ip_unprivileged_port_start", Value: strconv.Itoa(first), File: setting}).
		Because("This Linux lets your account listen from port %d on. Below it, Node.js stops with the error EACCES.", first)
}
