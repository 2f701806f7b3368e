package platforms

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// asleep reports whether systemd holds a socket for an engine that does not run:
// connecting would start it. Where the socket belongs to somebody else, such as
// Docker Desktop or the host of a container, there is no such unit here.
func asleep(socket string) bool {
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		return false
	}
	if real, err := filepath.EvalSymlinks(socket); err == nil {
		socket = real // podman-docker makes docker.sock a link
	}
	switch filepath.Base(socket) {
	case "docker.sock":
		return hasUnit("docker.socket") && !engineRuns("dockerd")
	case "podman.sock":
		return hasUnit("podman.socket") && !engineRuns("podman")
	}
	return false
}

func hasUnit(name string) bool {
	for _, dir := range []string{
		"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
		"/etc/systemd/user", "/usr/lib/systemd/user",
	} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// engineRuns looks for an engine by its note of its process number, which can be
// read where /proc does not show the processes of others, and by its name.
func engineRuns(name string) bool {
	if name == "dockerd" {
		note, err := os.ReadFile("/run/docker.pid")
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
