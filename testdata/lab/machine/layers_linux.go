package machine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Build makes what is missing, out of date or damaged among the named layers and all
// that they stand on; without names, every layer of the lab. It looks at every file
// of every layer, which takes seconds; Start looks at the layers' marks only.
func (s *Store) Build(ctx context.Context, names ...string) error {
	if len(names) == 0 {
		names = everything()
	}
	return s.ensure(ctx, names, true)
}

// ensure makes the layers that are missing.
func (s *Store) ensure(ctx context.Context, names []string, deep bool) error {
	names, err := withBases(names)
	if err != nil {
		return err
	}
	if !deep && !slices.ContainsFunc(names, func(n string) bool { return !s.marked(n) }) {
		return nil
	}
	if err := s.require(); err != nil {
		return err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return s.bakeAll(ctx, names, deep)
}

// Scratch makes a directory in the lab's own, for what lives as long as a command. It
// is locked meanwhile, so that one which a killed lab left is known and taken away.
func (s *Store) Scratch() (dir string, remove func(), err error) {
	left, err := filepath.Glob(filepath.Join(s.Dir, "tmp-*"))
	if err != nil {
		return "", nil, err
	}
	for _, old := range left {
		if f, err := os.Open(old); err == nil {
			if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
				_ = os.RemoveAll(old)
			}
			_ = f.Close()
		}
	}
	dir, err = os.MkdirTemp(s.Dir, "tmp-")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory: %w", err)
	}
	f, err := os.Open(dir)
	if err == nil {
		// The learner looks into it.
		err = errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_SH), f.Chmod(0o755))
	}
	if err != nil {
		return "", nil, fmt.Errorf("make a directory: %w", err)
	}
	return dir, func() { _ = errors.Join(os.RemoveAll(dir), f.Close()) }, nil
}

func (s *Store) bakeAll(ctx context.Context, names []string, deep bool) error {
	for _, name := range names {
		if s.marked(name) && (!deep || s.whole(name)) {
			continue
		}
		if err := s.bake(ctx, name); err != nil {
			return fmt.Errorf("build the layer %s: %w", name, err)
		}
	}
	return nil
}

// withBases adds what the named layers stand on and are made from, each before those
// that need it.
func withBases(names []string) ([]string, error) {
	var out []string
	var add func(name string) error
	add = func(name string) error {
		if slices.Contains(out, name) {
			return nil
		}
		r, err := recipeOf(name)
		if err != nil {
			return err
		}
		for _, n := range append([]string{r.on}, r.from...) {
			if n == "" {
				continue
			}
			if err := add(n); err != nil {
				return err
			}
		}
		out = append(out, name)
		return nil
	}
	for _, n := range names {
		if err := add(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// stackOf is a layer with all that it stands on, the topmost first.
func stackOf(name string) ([]string, error) {
	var out []string
	for name != "" {
		r, err := recipeOf(name)
		if err != nil {
			return nil, err
		}
		out = append(out, name)
		name = r.on
	}
	return out, nil
}

// digest names a recipe and all the recipes under it.
func digest(name string) string {
	r, err := recipeOf(name)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", r.name, r.text)
	for _, n := range append([]string{r.on}, r.from...) {
		if n != "" {
			fmt.Fprintln(h, digest(n))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The mark of a layer is written last. It holds the digest of the recipe and the
// fingerprint of the files.
func (s *Store) mark(name string) string { return filepath.Join(s.Dir, "layers", name, "mark") }

func (s *Store) marked(name string) bool {
	mark, err := os.ReadFile(s.mark(name))
	made, _, _ := strings.Cut(string(mark), "\n")
	return err == nil && made == digest(name)
}

// whole says that a marked layer still has all its files.
func (s *Store) whole(name string) bool {
	mark, err := os.ReadFile(s.mark(name))
	if err != nil {
		return false
	}
	_, was, _ := strings.Cut(string(mark), "\n")
	is, err := fingerprint(s.content(name))
	if err != nil || was != is {
		s.logf("%-22s damaged: it is built again", name)
		return false
	}
	return true
}

// fingerprint is over the names, kinds, sizes and times of all files in dir. A byte
// that changed on the disk itself is not seen.
func fingerprint(dir string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().IsRegular() {
			fmt.Fprintln(h, path[len(dir):], info.Mode(), info.Size(), info.ModTime().UnixNano())
		} else {
			fmt.Fprintln(h, path[len(dir):], info.Mode())
		}
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// directories are those of a layer and all that it stands on.
func (s *Store) directories(layer string) ([]string, error) {
	names, err := stackOf(layer)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, n := range names {
		dirs = append(dirs, s.content(n))
	}
	return dirs, nil
}

// lock makes this the only lab that builds. Machines run without it.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(s.Dir, "lock"), os.O_CREATE|os.O_RDWR|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the lab: %w", err)
	}
	for said := false; ; said = true {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !said {
			s.logf("another lab is building: waiting for it")
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), f.Close())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
