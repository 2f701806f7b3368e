//go:build !linux

package machine

import (
	"context"
	"fmt"
)

// Main does nothing: no machine runs here.
func Main() {}

func (m *Machine) launch(setup) error { return fmt.Errorf("%w: it needs Linux", ErrUnsupported) }

// Build builds nothing: see ErrUnsupported.
func (s *Store) Build(context.Context, ...string) error {
	return fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

// Tree names no directory: see ErrUnsupported.
func (s *Store) Tree(context.Context, string, string) (string, error) {
	return "", fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

// Home names no directory: see ErrUnsupported.
func (s *Store) Home(context.Context, Node) (string, error) {
	return "", fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

// Git is not there: see ErrUnsupported.
func (s *Store) Git(context.Context) (string, error) {
	return "", fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

// Checksums knows none: see ErrUnsupported.
func (s *Store) Checksums(context.Context, string) ([]byte, error) {
	return nil, fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

// Identity names no machine: see ErrUnsupported.
func (s *Store) Identity(Spec) (string, error) {
	return "", fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

// Scratch makes nothing: see ErrUnsupported.
func (s *Store) Scratch() (dir string, remove func(), err error) {
	return "", nil, fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

func (s *Store) prepare(context.Context, Spec) (setup, error) {
	return setup{}, fmt.Errorf("%w: it needs Linux", ErrUnsupported)
}

func (m *Machine) furnish(context.Context) error { return nil }

// Visit visits nothing: see ErrUnsupported.
func (m *Machine) Visit(context.Context) error { return ErrUnsupported }
