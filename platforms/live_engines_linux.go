package platforms

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// asleep reports whether systemd holds a socket for an engine that does not run:
// connecting would start it. Where the socket belongs to somebody else, such as
// Docker Desktop or the host of a container, there is no such unit here.
func asleep(socket string) bool { return systemdHolds("/", socket) }

// systemdHolds is asleep for the file system below root.
func systemdHolds(root, socket string) bool {
	if _, err := os.Stat(filepath.Join(root, "run/systemd/system")); err != nil {
		return false
	}
	socket, err := filepath.EvalSymlinks(socket) // podman-docker makes docker.sock a link
	if err != nil || !listening(socket) {
		return false // asking starts nothing
	}
	switch filepath.Base(socket) {
	case "docker.sock":
		return hasUnit(root, "docker.socket") && !engineRuns(root, "dockerd")
	case "podman.sock":
		return hasUnit(root, "podman.socket") && !engineRuns(root, "podman")
	}
	return false
}

// listening reports whether somebody listens at a Unix socket, see proc_net(5);
// yes where nobody says.
func listening(socket string) bool {
	text, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		return true
	}
	return slices.ContainsFunc(waitingSockets(string(text)), func(path string) bool {
		// The path is the one it was opened by, through links perhaps.
		dest, err := filepath.EvalSymlinks(path)
		return err == nil && dest == socket
	})
}

// waitingSockets is the paths of the sockets in /proc/net/unix that wait for
// connections.
func waitingSockets(text string) []string {
	const accepts = "00010000"
	var paths []string
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) >= 8 && f[3] == accepts {
			paths = append(paths, f[7])
		}
	}
	return paths
}

func hasUnit(root, name string) bool {
	for _, dir := range []string{
		"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
		"/etc/systemd/user", "/usr/lib/systemd/user",
	} {
		if _, err := os.Stat(filepath.Join(root, dir, name)); err == nil {
			return true
		}
	}
	return false
}

// engineRuns looks for an engine by its note of its process number, which can be
// read where /proc does not show the processes of others, and by its name.
func engineRuns(root, name string) bool {
	if name == "dockerd" {
		note, err := os.ReadFile(filepath.Join(root, "run/docker.pid"))
		if pid, bad := strconv.Atoi(strings.TrimSpace(string(note))); err == nil && bad == nil {
			if there, _ := processExists(pid); there {
				return true
			}
		}
	}
	for _, pid := range processIDs() {
		if s, err := readProcStat(pid); err == nil && s.name == name && s.state != 'Z' {
			return true
		}
	}
	return false
}
