package repair

import (
	"context"
	"errors"
	"fmt"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// obstacle is what stands in the way of steps that change files, in words for the
// learner; nil where nothing does. The steps are tried on paper for that.
func (p *planner) obstacle(ctx context.Context, steps []fixers.Step) error {
	paper := p.paper.Clone()
	for _, s := range steps {
		if err := s.Check(); err != nil {
			return err
		}
		path := s.File()
		if path == "" {
			continue
		}
		if err := p.mayWrite(ctx, paper, path); err != nil {
			return err
		}
		switch err := s.Take(ctx, paper, nil); {
		case errors.Is(err, platforms.ErrChanged):
			return fmt.Errorf("%s is something else than devdoctor can change", path)
		case err != nil:
			return err
		}
	}
	return nil
}

// mayWrite fails where the account may not change what path leads to, or may not make
// something there.
func (p *planner) mayWrite(ctx context.Context, paper *platforms.Paper, path string) error {
	place, err := paper.Follow(path)
	if err != nil {
		return fmt.Errorf("%s is a link that leads nowhere", path)
	}
	if now, err := paper.Look(place); err == nil && now == (platforms.Entry{}) {
		return p.mayMake(ctx, paper, place)
	}
	// A file is replaced by another one beside it.
	for _, part := range []string{place, p.h.DirName(place)} {
		info, err := paper.Host().Stat(ctx, part)
		if err == nil && !info.Writable {
			err = platforms.ErrNotPermitted
		}
		if err == nil && info.Links > 1 {
			err = errors.New("the file has a second name, a hard link, which would keep the old text")
		}
		if err != nil && !errors.Is(err, platforms.ErrNotRecorded) {
			return refused(p.h, part, err)
		}
	}
	return nil
}

func (p *planner) mayMake(ctx context.Context, paper *platforms.Paper, path string) error {
	dir := p.h.DirName(path)
	info, err := paper.Host().Stat(ctx, dir)
	switch {
	case errors.Is(err, platforms.ErrNotFound) && dir != path:
		return nil // a step before it makes the directory, or fails
	case err == nil && !info.IsDir:
		return fmt.Errorf("%s is no folder", p.h.Tilde(dir))
	case err == nil && !info.Writable:
		err = platforms.ErrNotPermitted
	}
	if err != nil && !errors.Is(err, platforms.ErrNotRecorded) {
		return refused(p.h, dir, err)
	}
	return nil
}

func refused(h *platforms.Host, path string, err error) error {
	if errors.Is(err, platforms.ErrNotPermitted) {
		return fmt.Errorf("your account may not write to %s", h.Tilde(path))
	}
	return fmt.Errorf("%s: %w", h.Tilde(path), err)
}
