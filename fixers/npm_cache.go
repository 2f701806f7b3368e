package fixers

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// NewNpmCache puts a cache aside of which a part belongs to another account, and a copy in its
// place. To rename a folder needs the right to change the one that it lies in, and no more.
var NewNpmCache = &Fix{
	ID: "npm-new-cache", Title: "Give npm a cache of your own in place of one that is not",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, dir := p.Host, p.Found["dir"]
		if h.OS == platforms.Windows || !h.Abs(dir) || h.SamePath(dir, h.Home) {
			return nil, ErrNotHere
		}
		cache, err := h.Stat(ctx, dir)
		if err != nil || cache.Target != "" {
			return nil, orNotHere(err)
		}
		for _, taken := range []string{dir + ".old", dir + ".new"} {
			there, err := h.Exists(ctx, taken)
			if err != nil {
				return nil, fmt.Errorf("look at %s: %w", taken, err)
			}
			if there {
				return nil, ErrNotHere
			}
		}
		return cacheAside(ctx, p, dir)
	},
}

func cacheAside(ctx context.Context, p Patient, dir string) ([]Step, error) {
	h, at := p.Host, atHome(p.Host, dir)
	argv, admin := renamed(h, at, at+".old"), false
	// What npm has put into the new cache in the meantime is not thrown away.
	back := []string{"sh", "-c", `if [ -e "$1" ]; then mv "$1" "$1.new"; fi && mv "$0" "$1"`, at + ".old", at}
	if above, err := h.Stat(ctx, h.DirName(dir)); err != nil || !above.Writable {
		if argv, admin, err = asAdmin(ctx, p, argv); err != nil {
			return nil, err
		}
		if back, _, err = asAdmin(ctx, p, back); err != nil {
			return nil, err
		}
	}
	steps := []Step{{
		Says: "Give " + at + " the name " + at + ".old.", Admin: admin, Verified: triedOn(h, platforms.Linux), Leaves: []string{at + ".new"},
		Run: &Run{Argv: argv, Back: back, Seen: absentFile(at + ".old")},
	}}
	if !admin && smallCache(ctx, h, dir) {
		// What may not be read is left out; npm fetches it again.
		steps = append(steps, Step{
			Says: "Copy what npm has fetched, so that it need not fetch it again.", Verified: triedOn(h, platforms.Linux),
			Run: &Run{Argv: []string{"cp", "-R", at + ".old", at}, Back: []string{"rm", "-r", at}, Seen: absentFile(at)},
		})
	}
	return steps, nil
}

// mostCache is the bytes up to which a cache is copied. A larger one is quicker fetched anew
// than missed on a disk.
const mostCache = 1 << 30

// smallCache reports whether a cache is known to be small, and the disk has room for it twice.
func smallCache(ctx context.Context, h *platforms.Host, dir string) bool {
	out, err := h.Run(ctx, "du", "-sk", dir)
	if err != nil {
		return false
	}
	words := strings.Fields(out.Stdout) // du ends with 1 where it may not look into a folder
	disk, err := h.Disk(ctx, dir)
	if err != nil || len(words) == 0 {
		return false
	}
	kilobytes, err := strconv.ParseUint(words[0], 10, 64)
	return err == nil && kilobytes<<10 < mostCache && kilobytes<<11 < disk.Free
}
