package machine

import (
	"strings"
	"testing"
)

// Every owner's copy is the one that a new terminal finds, in every shell it sets up.
func TestOwners(t *testing.T) {
	for _, owner := range Owners() {
		for _, shell := range []string{"bash", "zsh", "fish"} {
			if shell == "fish" && (owner == "nvm" || owner == "nodeenv") {
				continue // nvm does not speak fish
			}
			t.Run(owner+"/"+shell, func(t *testing.T) {
				m := fresh(t, Spec{System: "trixie", Shell: shell, Node: []Node{{owner, "24"}}})
				want := "v24.21.0\n11.19.0\n"
				if owner == "apt" {
					want = "v20."
				}
				if r := m.Terminal(t.Context(), "", "", false, "node -v\nnpm -v"); !strings.HasPrefix(r.Stdout, want) {
					t.Error(r)
				}
			})
		}
	}
}

// Of two copies the first one named wins.
func TestTwoCopies(t *testing.T) {
	m := fresh(t, Spec{System: "trixie", User: "nosudo", Node: []Node{{"nvm", "24"}, {"volta", "18"}, {"usr-local", "22"}}})
	r := m.Terminal(t.Context(), "", "", false, "which -a node; node -v")
	if r.Exit != 0 || !strings.HasSuffix(r.Stdout, "v24.21.0\n") || strings.Count(r.Stdout, "/node\n") != 3 {
		t.Error(r)
	}
}

// The lesson's package comes from the machine's own registry, without a network.
func TestRegistry(t *testing.T) {
	m := fresh(t, Spec{System: "trixie", Registry: true, Mirror: true, Node: []Node{{"usr-local", "24"}}})
	r := m.Terminal(t.Context(), "", "", false, `
mkdir course && cd course && npm init -y && npm install --registry http://127.0.0.1:4873 ms && node -p 'require("ms")("1 day")'
curl -s http://127.0.0.1/index.json | grep -c version`)
	if !strings.HasSuffix(r.Stdout, "86400000\n5\n") {
		t.Error(r)
	}
}
