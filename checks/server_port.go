package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// portHeld says who holds a port. Where several do, a program that the learner
// cannot stop with one command comes first: stopping the others would not help.
func portHeld(ctx context.Context, h *platforms.Host, listeners []platforms.Listener) Result {
	var results []Result
	var seen []int
	for _, l := range listeners {
		if slices.Contains(seen, l.PID) {
			continue
		}
		seen = append(seen, l.PID)
		results = append(results, portHolder(ctx, h, l))
	}
	worst := results[0]
	for _, r := range results[1:] {
		if worst.Problem == portLeftRunning && r.Problem != portLeftRunning {
			worst = r
		}
	}
	for _, r := range results {
		if r.Found.PID != worst.Found.PID {
			worst = worst.Note("There is more than one listener: %s.", r.Summary)
		}
	}
	return worst
}

// portHolder says whose one listener is.
func portHolder(ctx context.Context, h *platforms.Host, l platforms.Listener) Result {
	if l.PID == 0 {
		return portHiddenHolder(ctx, h, l)
	}
	if h.OS == platforms.Windows && l.PID == 4 {
		return portOfSystem.Fail("port %d is held by Windows itself", l.Port).With(Found{Port: l.Port, PID: l.PID, Name: "System"}).
			Because("Process 4 is the Windows kernel. It holds ports for its web service, http.sys, most often on behalf of IIS.")
	}
	p, err := h.Process(ctx, l.PID)
	switch {
	case errors.Is(err, platforms.ErrNotPermitted):
		return portHiddenHolder(ctx, h, l)
	case errors.Is(err, platforms.ErrNotFound):
		return Unknown(err, "the program at port %d ended while it was looked at", l.Port)
	case err != nil:
		return Unknown(err, "which program holds port %d could not be found out", l.Port)
	}
	own, err := ownProcess(ctx, h, p)
	if err != nil {
		return Unknown(err, "whose program holds port %d could not be found out", l.Port)
	}
	return portOf(ctx, h, l.Port, p, own)
}

// portOf says what a program that holds a port is.
func portOf(ctx context.Context, h *platforms.Host, port int, p platforms.Process, own bool) Result {
	name := programName(h, p)
	found := Found{Port: port, PID: p.PID, Name: name, Command: commandLine(p), Account: p.User, Dir: p.Dir}
	if publishes(name, p) {
		return portOfContainer.Fail("port %d is published by a container", port).With(found).
			Because("%s. Docker listens there on behalf of a container.", portrait(p))
	}
	switch name {
	case "wslrelay":
		return portOfWSL.Fail("port %d is held by a program inside WSL", port).With(found).
			Because("%s. It passes visitors on to a program in your Linux.", portrait(p))
	case "systemd":
		return portOfSystem.Fail("port %d is held by systemd", port).With(found).
			Because("%s. It waits there on behalf of a service, which it starts for the first visitor.", portrait(p))
	case "ControlCenter":
		return portOfAirPlay.Fail("port %d is held by AirPlay", port).With(found).
			Because("macOS waits there for other devices that want to play sound or video. Browsers get the answer 403 Forbidden from it.")
	}
	if own {
		if editor, ok := holdsWork(ctx, h, p); ok {
			return portOfEditor.Fail("port %d is held by %s", port, editor).With(found).Because("%s.", portrait(p))
		}
	}
	if own && slices.Contains(nodePrograms, name) {
		return portOfLearner(ctx, h, p, found)
	}
	r := portTaken.Fail("port %d is held by %s", port, name).With(found).Because("%s.", portrait(p))
	if !own && p.User != "" {
		r = portTaken.Fail("port %d is held by %s of the account %s", port, name, p.User).With(found).Because("%s.", portrait(p))
	}
	return r
}

// publishes reports whether a program listens for containers: those of Docker,
// OrbStack (orbstack/orbstack#2547) and Colima, which does so through ssh
// (abiosoft/colima#644).
func publishes(name string, p platforms.Process) bool {
	switch {
	case name == "docker-proxy", name == "com.docker.backend", strings.HasPrefix(name, "OrbStack"):
		return true
	}
	return name == "ssh" && strings.Contains(commandLine(p), "/.colima/")
}

// portOfLearner is for a server of the learner's own.
func portOfLearner(ctx context.Context, h *platforms.Host, p platforms.Process, found Found) Result {
	if suspended(ctx, h, p) {
		return portSuspended.Fail("port %d is held by a %s that you stopped halfway", found.Port, found.Name).With(found).
			Because("%s. It was put to sleep, by Ctrl+Z perhaps.", portrait(p))
	}
	r := portLeftRunning.Fail("port %d is held by a %s of yours", found.Port, found.Name)
	if watcher, ok := watcherOf(ctx, h, p); ok {
		found.PID, found.Command = watcher.PID, commandLine(watcher)
		return r.With(found).
			Because("%s. Process %d watches it and starts it anew: %s. %s", portrait(p), watcher.PID, found.Command, unlessInUse)
	}
	return r.With(found).Because("%s. %s", portrait(p), unlessInUse)
}

// unlessInUse keeps a learner from ending the lesson's own server, which no program can tell
// from one of yesterday.
const unlessInUse = "If it is the server you are working with, leave it running."

// suspended reports whether a process of a Linux was stopped with Ctrl+Z. It
// holds its port and heeds no kill before it goes on (lab run of 2026-11-21).
func suspended(ctx context.Context, h *platforms.Host, p platforms.Process) bool {
	if h.OS != platforms.Linux {
		return false
	}
	text, err := h.ReadFile(ctx, "/proc/"+strconv.Itoa(p.PID)+"/stat")
	if err != nil {
		return false
	}
	// The state stands behind the name, which may hold anything, see proc_pid_stat(5).
	return strings.HasPrefix(text[strings.LastIndexByte(text, ')')+1:], " T")
}

// nodePrograms run the servers of the course.
var nodePrograms = []string{"node", "nodejs", "nodemon", "tsx", "deno", "bun"}

// holdsWork reports whether work is lost with a program that holds a port, and who it is:
// an editor, or what this terminal runs in.
func holdsWork(ctx context.Context, h *platforms.Host, p platforms.Process) (name string, ok bool) {
	if name, ok := fixers.EditorOf(h, p); ok {
		return name, true
	}
	// Where nobody can tell who is above, the fix refuses.
	above, err := h.Ancestors(ctx)
	return "the program that this terminal runs in", err == nil && slices.Contains(above, p.PID)
}

// programName is the name of a program's file without .exe, else the first word
// of its command line, else what the system calls the process: Node.js calls
// itself MainThread. A node whose file was given another name since says so itself.
func programName(h *platforms.Host, p platforms.Process) string {
	name := p.Name
	switch {
	case len(p.Args) > 0 && slices.Contains(nodePrograms, h.BaseName(p.Args[0])):
		name = h.BaseName(p.Args[0])
	case p.Exe != "":
		name = h.BaseName(strings.TrimSuffix(p.Exe, " (deleted)"))
	case len(p.Args) > 0:
		name = h.BaseName(p.Args[0])
	}
	if h.OS == platforms.Windows && len(name) > 4 && strings.EqualFold(name[len(name)-4:], ".exe") {
		name = name[:len(name)-4]
	}
	return name
}

// watcherOf is the program that starts p anew when it ends or a file changes:
// nodemon, tsx watch, node --watch.
func watcherOf(ctx context.Context, h *platforms.Host, p platforms.Process) (platforms.Process, bool) {
	if p.Parent <= 1 {
		return platforms.Process{}, false
	}
	parent, err := h.Process(ctx, p.Parent)
	if err != nil || !slices.Contains(nodePrograms, programName(h, parent)) {
		return platforms.Process{}, false
	}
	if _, ok := holdsWork(ctx, h, parent); ok {
		return platforms.Process{}, false
	}
	for i, arg := range parent.Args {
		base := strings.TrimSuffix(h.BaseName(arg), ".js")
		if base == "nodemon" || strings.HasPrefix(arg, "--watch") || i > 0 && arg == "watch" {
			return parent, true
		}
	}
	return platforms.Process{}, false
}

// ownProcess reports whether a process runs under the account that looks.
func ownProcess(ctx context.Context, h *platforms.Host, p platforms.Process) (bool, error) {
	if h.OS == platforms.Windows {
		_, user, _ := strings.Cut(p.User, `\`)
		return strings.EqualFold(user, h.User) || strings.EqualFold(p.User, h.User), nil
	}
	a, err := h.Account(ctx)
	return strconv.Itoa(p.UID) == a.UID, err
}

func commandLine(p platforms.Process) string {
	if len(p.Args) == 0 {
		return p.Name
	}
	return strings.Join(p.Args, " ")
}

// portrait is a running program in one phrase.
func portrait(p platforms.Process) string {
	text := fmt.Sprintf("Process %d is: %s", p.PID, commandLine(p))
	if !p.Started.IsZero() {
		text += ", started " + p.Started.Format("2006-01-02 15:04")
	}
	if p.Dir != "" {
		text += " in " + p.Dir
	}
	return text
}

// portHiddenHolder is for a listener of which this account may know no more.
func portHiddenHolder(ctx context.Context, h *platforms.Host, l platforms.Listener) Result {
	found := Found{Port: l.Port, PID: l.PID}
	if h.OS != platforms.Linux || l.UID < 0 {
		return portUnseen.Fail("port %d is held by a program of another account", l.Port).With(found).
			Because("A program listens on %s. Your account may not see which one it is.", l.Address)
	}
	account, err := h.Account(ctx)
	if err == nil && account.UID == strconv.Itoa(l.UID) {
		return portUnseen.Fail("port %d is taken, by whom is not to be seen", l.Port).With(found).
			Because("A program of your own account listens on %s, out of sight: in a container, perhaps.", l.Address)
	}
	found.Account = accountName(ctx, h, l.UID)
	r := portUnseen.Fail("port %d is held by the account %s", l.Port, found.Account).With(found).
		Because("A program of that account listens on %s. Your account may not see which one it is.", l.Address)
	if l.UID == 0 {
		if docker, err := h.Exists(ctx, "/var/run/docker.sock"); err == nil && docker {
			r = r.Note("Docker is on this computer, and publishes ports as root. The command docker ps lists what it publishes.")
		}
	}
	return r
}
