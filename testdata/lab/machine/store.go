package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Store is the directory in which layers are kept. Everything in it can be
// built again; it may be removed at any time when no machine runs.
type Store struct {
	Dir string
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
	if err := os.MkdirAll(filepath.Join(dir, "run"), 0o755); err != nil {
		return nil, fmt.Errorf("make the lab's directory: %w", err)
	}
	return &Store{Dir: dir}, nil
}
