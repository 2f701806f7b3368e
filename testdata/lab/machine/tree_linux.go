package machine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Tree is the directory on this computer that holds the unpacked archive of nodejs.org
// for a system, of a version such as Node.Version names; it is made where it is missing.
func (s *Store) Tree(ctx context.Context, system, version string) (string, error) {
	r, err := releaseOf(version)
	if err != nil {
		return "", err
	}
	if err := s.ensure(ctx, []string{r.tree()}, false); err != nil {
		return "", err
	}
	name := r.linux()
	if system == "windows" {
		name = r.windows()
	}
	return filepath.Join(s.content(r.tree()), name), nil
}

// Home is the directory on this computer with what a copy of Node.js brings into the home
// folder of the learner, its owner's own program included; it is made where it is missing.
func (s *Store) Home(ctx context.Context, n Node) (string, error) {
	layer, err := layerOf("trixie", n, "learner")
	if err != nil {
		return "", err
	}
	if err := s.ensure(ctx, []string{layer}, false); err != nil {
		return "", err
	}
	return filepath.Join(s.content(layer), "home/learner"), nil
}

// Git is the tree of Git for Windows that the machines with Windows have.
func (s *Store) Git(ctx context.Context) (string, error) {
	if err := s.ensure(ctx, []string{"windows"}, false); err != nil {
		return "", err
	}
	return filepath.Join(s.content("windows"), cDrive, "Program Files/Git"), nil
}

// Checksums is the SHASUMS256.txt of every release that the mirror of a system's machines
// serves, one behind the other.
func (s *Store) Checksums(ctx context.Context, system string) ([]byte, error) {
	mirror := mirrorOf(system)
	if err := s.ensure(ctx, []string{mirror}, false); err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(s.content(mirror), "v*", "SHASUMS256.txt"))
	if err != nil {
		return nil, fmt.Errorf("find the checksums: %w", err)
	}
	var all []byte
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the checksums: %w", err)
		}
		all = append(all, text...)
	}
	return all, nil
}
