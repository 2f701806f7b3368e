package fixers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"devdoctor/platforms"
)

// A Fetch unpacks an archive of the network into a directory that is not there yet.
type Fetch struct {
	Archive platforms.Archive `json:"archive"`
	Dir     string            `json:"dir"`
	Back    bool              `json:"back,omitempty"` // take away what it brought, and what was not changed since
}

func (f *Fetch) check() error {
	switch {
	case len(f.Archive.SHA256) != 64 || strings.Trim(f.Archive.SHA256, "0123456789abcdef") != "":
		return fmt.Errorf("%s: the checksum is no SHA-256", f.Archive.URL)
	case f.Archive.Top == "" || strings.ContainsAny(f.Archive.Top, `/\`) || f.Archive.Top == "..":
		return errors.New("an archive names its one directory")
	}
	return goodPath(f.Dir)
}

func (f *Fetch) state(_ context.Context, c platforms.Changer) (State, error) {
	there, err := c.Unpacked(f.Dir, f.Archive)
	switch {
	case err != nil:
		return "", err
	case there == platforms.NothingThere:
		return f.whether(Needed), nil
	case there == platforms.ArchiveThere:
		return f.whether(Done), nil
	}
	return Drifted, nil
}

// whether is the state of unpacking, seen from what f does.
func (f *Fetch) whether(s State) State {
	switch {
	case !f.Back:
		return s
	case s == Done:
		return Needed
	}
	return Done
}

func (f *Fetch) take(ctx context.Context, c platforms.Changer, _ func(platforms.Child) error) error {
	needed, err := due(ctx, c, f, f.Dir)
	switch {
	case !needed:
		return err
	case f.Back:
		return c.RemoveUnpacked(f.Dir, f.Archive)
	}
	return c.Unpack(ctx, f.Archive, f.Dir)
}

func (f *Fetch) inverse() change { return &Fetch{f.Archive, f.Dir, !f.Back} }

func (f *Fetch) wrap(s Step) Step { s.Fetch = f; return s }

func (f *Fetch) sweep(c platforms.Changer) error { return c.Sweep(f.Dir) }
