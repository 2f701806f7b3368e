package fixers

import (
	"context"
	"fmt"
	"strconv"

	"devdoctor/platforms"
)

// NewerFirst puts the directory of a newer Node.js before that of an older one on PATH in
// new terminals. Where a version manager keeps the older one, the manager is told instead.
var NewerFirst = &Fix{
	ID: "newer-first", Title: "Put the newer Node.js first",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if _, managed := nodeKeepers[platforms.Manager(p.Found["owner"])]; managed || p.Found["dir"] == "" {
			return nil, ErrNotHere
		}
		return firstOnPath(ctx, p.Host, p.Found["dir"])
	},
}

// MayRun gives a program the permission to be run.
var MayRun = &Fix{
	ID: "may-run", Title: "Allow Node.js to be run",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, path := p.Host, p.Found["path"]
		if path == "" || h.OS == platforms.Windows {
			return nil, ErrNotHere
		}
		info, err := h.Stat(ctx, path)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", path, err)
		}
		path = atHome(h, path)
		seen, err := exactly(ctx, h, Anything, "stat", path)
		return []Step{{
			Says: "Allow " + path + " to be run.", Verified: triedOn(h, platforms.Linux),
			Run: &Run{Argv: []string{"chmod", "755", path}, Back: []string{"chmod", strconv.FormatUint(uint64(info.Mode), 8), path}, Seen: seen},
		}}, err
	},
}
