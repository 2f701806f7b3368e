package machine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// stack returns the directories of a machine's layers, the topmost first.
func (s *Store) stack(_ context.Context, spec Spec) ([]string, error) {
	var names []string
	switch spec.System {
	case "trixie", "bookworm", "sid":
		names = []string{"dev-" + spec.System, spec.System}
	default:
		return nil, fmt.Errorf("there is no system %q", spec.System)
	}
	var dirs []string
	for _, n := range names {
		dir := filepath.Join(s.Dir, "layers", n, "upper")
		if _, err := os.Stat(dir); err != nil {
			dir = filepath.Join(s.Dir, "bases", n)
		}
		dirs = append(dirs, dir)
	}
	return dirs, nil
}

// furnish makes the machine what Spec says beyond its layers.
func (m *Machine) furnish(ctx context.Context) error {
	if m.Spec.Shell != "bash" {
		r := m.Sh(ctx, "root", fmt.Sprintf("usermod -s /usr/bin/%s %s", m.Spec.Shell, m.Spec.User))
		if !r.OK() {
			return fmt.Errorf("give %s the shell %s: %s", m.Spec.User, m.Spec.Shell, r)
		}
	}
	return nil
}
