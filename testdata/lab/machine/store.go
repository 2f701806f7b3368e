package machine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Store is the directory in which layers are kept. Everything in it can be built
// again; it may be removed at any time when no machine runs.
type Store struct {
	Dir string
	Log io.Writer // progress of building, a line per layer; nil says nothing
}

// OpenStore opens the store that DEVDOCTOR_LAB names, else the one in the user's
// cache directory, and makes it where it is missing.
func OpenStore() (*Store, error) {
	dir := os.Getenv("DEVDOCTOR_LAB")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("find a place for the lab: %w (DEVDOCTOR_LAB can name one)", err)
		}
		dir = filepath.Join(cache, "devdoctor-lab")
	}
	if !filepath.IsAbs(dir) {
		return nil, errors.New("DEVDOCTOR_LAB must be an absolute path")
	}
	for _, room := range []string{"run", "layers", "logs"} {
		if err := os.MkdirAll(filepath.Join(dir, room), 0o755); err != nil {
			return nil, fmt.Errorf("make the lab's directory: %w", err)
		}
	}
	return &Store{Dir: dir}, nil
}

// content is the directory that holds a layer's files.
func (s *Store) content(layer string) string {
	return filepath.Join(s.Dir, "layers", layer, "upper")
}

func (s *Store) logf(format string, args ...any) {
	if s.Log != nil {
		fmt.Fprintf(s.Log, format+"\n", args...)
	}
}
