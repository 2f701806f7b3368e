package fixers

import (
	"context"
	"fmt"
	"unicode/utf8"

	"devdoctor/platforms"
)

// A Path makes one thing stand at a path in place of another.
type Path struct {
	Path   string          `json:"path"`
	Before platforms.Entry `json:"before"`
	After  platforms.Entry `json:"after"`
}

func (p *Path) check() error {
	if p.Before == p.After {
		return fmt.Errorf("%s: before and after are the same", p.Path)
	}
	if !utf8.ValidString(p.Before.Target + p.After.Target) {
		return fmt.Errorf("the link %s leads to a name that is not UTF-8", p.Path)
	}
	return goodPath(p.Path)
}

func (p *Path) state(_ context.Context, c platforms.Changer) (State, error) {
	now, err := c.Look(p.Path)
	if err != nil {
		return "", err
	}
	if p.Before.Kind == "" && p.After.Kind == platforms.KindDir && now.Kind == platforms.KindDir {
		return Done, nil // somebody else's, such as that of our own journal, serves as well
	}
	return stateOf(now, p.Before, p.After), nil
}

func stateOf[T comparable](now, before, after T) State {
	switch now {
	case after:
		return Done
	case before:
		return Needed
	}
	return Drifted
}

func (p *Path) take(_ context.Context, c platforms.Changer, _ func(platforms.Child) error) error {
	return c.Put(p.Path, p.Before, p.After)
}

func (p *Path) inverse() change { return &Path{p.Path, p.After, p.Before} }

func (p *Path) wrap(s Step) Step { s.Path = p; return s }

func (p *Path) sweep(c platforms.Changer) error { return c.Sweep(p.Path) }

// followed is the file that a path leads to, and what stands there.
func followed(c platforms.Changer, path string) (string, platforms.Entry, error) {
	path, err := c.Follow(path)
	if err != nil {
		return "", platforms.Entry{}, err
	}
	now, err := c.Look(path)
	return path, now, err
}

// put puts what apply makes of now.
func put(c platforms.Changer, path string, now platforms.Entry, apply func(platforms.Entry) (platforms.Entry, State, error)) error {
	next, state, err := apply(now)
	switch {
	case err != nil:
		return err
	case state == Done:
		return nil
	case state == Drifted:
		return fmt.Errorf("%s: %w", path, platforms.ErrChanged)
	}
	return c.Put(path, now, next)
}
