package machine

import (
	"context"
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
