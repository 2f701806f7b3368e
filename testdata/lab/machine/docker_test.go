package machine

import (
	"strings"
	"testing"
)

// The machine with systemd has a Docker Engine that runs, builds and can be stopped.
func TestDocker(t *testing.T) {
	m := fresh(t, Spec{System: "docker", Node: []Node{{"usr-local", "24"}}, Registry: true})
	for _, c := range []struct {
		user, script, want string
		exit               int
	}{
		{"learner", "docker version -f '{{.Server.Os}}'; id -un", "linux\nlearner\n", 0},
		{"nosudo", "docker version", "permission denied", 1},
		{"learner", "systemctl is-active docker; systemctl --failed --no-legend", "active\n", 0},
		{"learner", "mkdir c; cd c; printf 'FROM scratch\\nCOPY . /\\n' >Dockerfile; docker build -q -t x . && docker image ls -q | wc -l", "1\n", 0},
		{"learner", "node -v; npm view --registry http://127.0.0.1:4873 ms version", "v24.21.0\n2.1.3\n", 0},
		{"learner", "sudo systemctl stop docker.socket docker; docker version", "Cannot connect", 1},
	} {
		r := m.Terminal(t.Context(), c.user, "", false, c.script)
		if r.Exit != c.exit || !strings.Contains(r.Stdout+r.Stderr, c.want) {
			t.Errorf("%s: %v", c.script, r)
		}
	}
	if r := m.Sh(t.Context(), "root", "id -u"); r.Stdout != "0\n" {
		t.Error(r)
	}
	if running, err := m.Processes(t.Context()); err != nil || len(running) == 0 {
		t.Errorf("%v, %v", running, err)
	}
}
