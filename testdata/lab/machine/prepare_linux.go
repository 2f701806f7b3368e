package machine

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// prepare works out the setup of a machine, and builds the layers it lacks.
func (s *Store) prepare(ctx context.Context, spec Spec) (setup, error) {
	layers, err := layersOf(spec)
	if err != nil {
		return setup{}, err
	}
	out := setup{
		Scratch: filepath.Join(s.Dir, "run"), Binds: spec.Binds, Hostname: "learner-pc",
		Way: wayNone, WSL: spec.WSL, Boot: spec.System == "docker",
	}
	wanted := slices.Clone(layers)
	if spec.Net {
		out.Way = waySlip
	}
	if spec.Mirror {
		dist := mirrorOf(spec.System)
		out.Mirror = s.content(dist)
		out.Binds = append(slices.Clone(out.Binds), Bind{Host: out.Mirror, Path: MirrorFiles})
		wanted = append(wanted, dist)
	}
	if spec.Registry {
		out.Registry = s.content("registry")
		wanted = append(wanted, "registry")
	}
	if err := s.ensure(ctx, wanted, false); err != nil {
		return setup{}, err
	}
	for _, layer := range layers {
		dirs, err := s.directories(layer)
		if err != nil {
			return setup{}, err
		}
		out.Lower = append(out.Lower, dirs...)
	}
	return out, nil
}

// mirrorOf is the recipe of what a system's machines find in the mirror of Node.js.
func mirrorOf(system string) string {
	if system == "windows" {
		return "dist-windows"
	}
	return "dist"
}

// layersOf names the layers of a machine, the topmost first; the last one stands on others.
func layersOf(spec Spec) ([]string, error) {
	base := "desktop-" + spec.System
	switch {
	case spec.System == "docker" || spec.System == "windows":
		base = spec.System
	case !slices.Contains(suites, spec.System):
		return nil, fmt.Errorf("there is no system %q", spec.System)
	}
	layers := slices.Clone(spec.Layers)
	for _, n := range spec.Node {
		if n.Owner == "apt" && strings.HasPrefix(base, "desktop-") {
			base = "apt-" + spec.System // the version is the suite's own
			continue
		}
		layer, err := layerOf(spec.System, n, spec.User)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(layers, layer) {
			layers = append(layers, layer)
		}
	}
	return append(layers, base), nil
}

// furnish makes the machine what Spec says beyond its layers.
func (m *Machine) furnish(ctx context.Context) error {
	if m.Spec.System == "windows" {
		return m.furnishWindows(ctx)
	}
	var script strings.Builder
	if m.Spec.Shell != "bash" {
		fmt.Fprintf(&script, "usermod -s /usr/bin/%s %s\n", m.Spec.Shell, m.Spec.User)
	}
	script.WriteString(rcLines(m.Spec))
	script.WriteString(readyLines(m.Spec))
	if script.Len() == 0 {
		return nil
	}
	if r := m.Sh(ctx, "root", "set -e\n"+script.String()); !r.OK() {
		return fmt.Errorf("furnish the machine: %s", r)
	}
	return nil
}

func (m *Machine) furnishWindows(ctx context.Context) error {
	values := registryOf(m.Spec)
	if m.Spec.Ready {
		values = append(values, readyValues...)
		if err := m.readyFiles(ctx); err != nil {
			return fmt.Errorf("furnish the machine: %w", err)
		}
	}
	if len(values) == 0 {
		return nil
	}
	_, err := m.ask(ctx, request{Op: opRegister, Values: values})
	return err
}

// rcFiles are the files that installers of Node.js write to.
var rcFiles = map[string]string{
	"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish", "dash": ".profile",
}

// rcLines is a script that adds what the owners of Node.js add to the shell's file. The
// last one added is the first one on PATH.
func rcLines(spec Spec) string {
	var script strings.Builder
	done := map[string]bool{}
	for _, n := range slices.Backward(spec.Node) {
		o := owners()[n.Owner]
		lines := o.rc
		if spec.Shell == "fish" {
			lines = o.fish
		}
		r, err := releaseOf(n.Version)
		if lines == "" || done[n.Owner] || err != nil {
			continue
		}
		done[n.Owner] = true
		lines = strings.ReplaceAll(homestead{release: r, user: spec.User}.expand(lines), "{SHELL}", spec.Shell)
		at := "/home/" + spec.User + "/" + rcFiles[spec.Shell]
		fmt.Fprintf(&script, "sudo -u %s sh -c 'mkdir -p \"$(dirname \"$1\")\"; cat >>\"$1\"' sh %s <<'END'\n%s\nEND\n", spec.User, at, lines)
	}
	return script.String()
}
