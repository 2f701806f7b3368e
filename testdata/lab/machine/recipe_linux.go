package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// recipe says how a layer is made. It is made again when its text, or one of those it
// is made from, has changed.
type recipe struct {
	name string
	on   string   // the layer under it, which its machine also has; "" for none
	from []string // layers whose files are read while it is made
	text string   // all that the outcome depends on: scripts, packages, versions
	make func(ctx context.Context, k *kitchen) error
}

// kitchen is where a layer is made: dir becomes the layer when all has gone well.
type kitchen struct {
	store  *Store
	recipe recipe
	dir    string
	log    io.Writer
}

// upper is the directory that becomes the layer's content.
func (k *kitchen) upper() string { return filepath.Join(k.dir, "upper") }

// scrap makes a directory for what the makers of the layer write beside it: a lab that
// is killed leaves it in its own directory.
func (k *kitchen) scrap() (string, error) {
	dir := filepath.Join(k.dir, "scrap")
	return dir, os.MkdirAll(dir, 0o755)
}

// bake makes one layer in a directory beside its place, and moves it there.
func (s *Store) bake(ctx context.Context, name string) error {
	r, err := recipeOf(name)
	if err != nil {
		return err
	}
	begin := time.Now()
	next := filepath.Join(s.Dir, "layers", ".next")
	if err := errors.Join(os.RemoveAll(next), os.MkdirAll(next, 0o755)); err != nil {
		return fmt.Errorf("make room: %w", err)
	}
	log, err := os.Create(filepath.Join(s.Dir, "logs", name+".log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	if err := r.make(ctx, &kitchen{store: s, recipe: r, dir: next, log: log}); err != nil {
		return fmt.Errorf("%w (%s)", err, log.Name())
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(next, "work")), os.RemoveAll(filepath.Join(next, "scrap"))); err != nil {
		return err
	}
	seen, err := fingerprint(filepath.Join(next, "upper"))
	if err != nil {
		return fmt.Errorf("look through the layer: %w", err)
	}
	place := filepath.Join(s.Dir, "layers", name)
	if err := errors.Join(os.RemoveAll(place), os.Rename(next, place)); err != nil {
		return err
	}
	if err := os.WriteFile(s.mark(name), []byte(digest(name)+"\n"+seen), 0o644); err != nil {
		return err
	}
	s.logf("%-22s %4.0f s", name, time.Since(begin).Seconds())
	return nil
}

// inside runs a script as root in a machine made of the layers below, with this
// computer's network. What it writes becomes the layer.
func (k *kitchen) inside(ctx context.Context, script string) error {
	return k.visit(ctx, visit{on: k.recipe.on, user: "root", script: script})
}

// visit is a script that runs in a machine whose writes become a layer.
type visit struct {
	on     string // the layer the machine is made of
	user   string
	script string
	mirror bool // the machine has the mirror of Node.js, and no other network
	binds  []Bind
}

func (k *kitchen) visit(ctx context.Context, v visit) error {
	lower, err := k.store.directories(v.on)
	if err != nil {
		return err
	}
	s := setup{
		Scratch: filepath.Join(k.store.Dir, "run"), Keep: k.dir, Lower: lower, Binds: v.binds,
		Hostname: "learner-pc", Way: wayHost,
	}
	if v.mirror {
		s.Way, s.Mirror = wayNone, k.store.content("dist")
	}
	m, err := start(ctx, s)
	if err != nil {
		return err
	}
	r := m.result(m.ask(ctx, request{Op: opRun, Cmd: Cmd{
		Argv: []string{"sh", "-ec", v.script}, User: v.user, Env: proxies(), Timeout: 20 * time.Minute,
	}}))
	fmt.Fprintf(k.log, "%s%s", r.Stdout, r.Stderr)
	if err := m.Close(); err != nil {
		return err
	}
	if !r.OK() {
		return fmt.Errorf("its script: %s", r)
	}
	return nil
}

// proxies are the settings by which this computer reaches the package registries.
func proxies() []string {
	var out []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasSuffix(strings.ToLower(name), "_proxy") {
			out = append(out, pair)
		}
	}
	return out
}
