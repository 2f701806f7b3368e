package machine

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
)

//go:embed *.go
var sources embed.FS

// Identity names what a machine is made of: this package, the layers as they were built, and
// its specification but for what it is shown of this computer.
func (s *Store) Identity(spec Spec) (string, error) {
	spec.Binds = nil
	layers, err := layersOf(spec)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(spec); err != nil {
		return "", fmt.Errorf("name a machine: %w", err)
	}
	files, err := sources.ReadDir(".")
	if err != nil {
		return "", fmt.Errorf("name a machine: %w", err)
	}
	for _, f := range files {
		text, err := sources.ReadFile(f.Name())
		if err != nil {
			return "", fmt.Errorf("name a machine: %w", err)
		}
		fmt.Fprintf(h, "%s\n%s\n", f.Name(), text)
	}
	for _, layer := range layers {
		names, err := stackOf(layer)
		if err != nil {
			return "", err
		}
		for _, n := range names {
			mark, err := os.ReadFile(s.mark(n))
			if err != nil {
				return "", fmt.Errorf("name a machine: %w", err)
			}
			fmt.Fprintf(h, "%s\n%s\n", n, mark)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
