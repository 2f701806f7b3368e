package oracle

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// A Peer is what a learner types instead of devdoctor fix.
type Peer struct {
	Name  string
	typed func(Base) string // into the learner's shell
	nodes []machine.Node    // what the machine has besides, where typing it would take minutes
}

// PeerResult is what became of a machine after a peer.
type PeerResult struct {
	Name    string `json:"name"`
	Reached bool   `json:"reached"`        // the lesson works
	Mended  bool   `json:"mended"`         // and every probe
	Said    string `json:"said,omitempty"` // the end of it, where the lesson does not work
}

// Peers lists them. mise and n are the real programs with the machine's own mirror. The
// packages of Debian are there from the beginning, as if apt had just brought them: they come
// before the mutations, which matters where one of these takes away a file of a package.
var Peers = []Peer{
	{Name: "mise use -g node@24", typed: typedMise},
	{Name: "n 24", typed: func(b Base) string {
		if b.User == "nosudo" {
			return "env N_PREFIX=$HOME/.local N_NODE_MIRROR=http://127.0.0.1 N_USE_XZ=0 /opt/peers/n 24"
		}
		return "sudo env N_NODE_MIRROR=http://127.0.0.1 N_USE_XZ=0 /opt/peers/n 24"
	}},
	{Name: "apt install nodejs npm", typed: func(Base) string { return "hash -r 2>/dev/null" }, nodes: []machine.Node{{Owner: "apt", Version: "24"}}},
}

// typedMise is what mise's own page says: the program, its line for the shell, the version.
func typedMise(b Base) string {
	line := `eval "$(~/.local/bin/mise activate ` + b.Shell + `)"`
	switch b.Shell {
	case "fish":
		line = `~/.local/bin/mise activate fish | source`
	case "dash": // which it has no line for
		line = `export PATH="$HOME/.local/share/mise/shims:$PATH"`
	}
	return strings.Join([]string{
		"mkdir -p ~/.local/bin " + filepath.Dir(b.startFile()),
		"cp /opt/peers/mise ~/.local/bin/mise",
		"echo '" + line + "' >> " + b.startFile(),
		"env MISE_NODE_MIRROR_URL=http://127.0.0.1/ MISE_NODE_VERIFY=false MISE_USE_VERSIONS_HOST=0 ~/.local/bin/mise use -g -y node@24",
	}, "\n")
}

// PeerPrograms are the programs that machines find at /opt/peers.
func PeerPrograms(ctx context.Context, store *machine.Store) ([]machine.Bind, error) {
	var binds []machine.Bind
	for _, p := range []struct{ owner, at, name string }{
		{"mise", ".local/bin/mise", "mise"},
		{"n", "n/lib/node_modules/n/bin/n", "n"},
	} {
		home, err := store.Home(ctx, machine.Node{Owner: p.owner, Version: "24"})
		if err != nil {
			return nil, err
		}
		binds = append(binds, machine.Bind{Host: filepath.Join(home, p.at), Path: "/opt/peers/" + p.name})
	}
	return binds, nil
}

// letPeer gives a fresh machine of the plan to a peer, and asks the lesson after a new login.
func (r *Runner) letPeer(ctx context.Context, p Plan, peer Peer) (PeerResult, error) {
	out := PeerResult{Name: peer.Name}
	p.Nodes = peer.nodes
	err := r.visit(ctx, p, func(m *machine.Machine, old *machine.Window) error {
		var said machine.Result
		if old != nil {
			said = old.Run(ctx, peer.typed(p.Base))
		} else {
			said = m.Terminal(ctx, p.Base.User, p.Base.Shell, false, peer.typed(p.Base))
		}
		if said.Err != nil {
			return fmt.Errorf("type %s: %w", peer.Name, said.Err)
		}
		if err := errors.Join(m.Login(ctx, ""), cutOff(ctx, m, p)); err != nil {
			return err
		}
		lesson, files, err := r.lesson(ctx, m, p, p.steps(), true)
		if err != nil {
			return err
		}
		out.Reached = lesson.OK()
		out.Mended = out.Reached && len(probesFailed(p, files)) == 0
		if !out.Reached {
			out.Said = lastLines(said.Stdout + said.Stderr)
		}
		return nil
	})
	return out, err
}
