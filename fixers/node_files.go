package fixers

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
		if isFnmLink(p.Found["dir"]) {
			return fnmLast(ctx, p)
		}
		if first, err := onMachinePath(ctx, p.Host, p.Host.DirName(p.Found["path"])); err != nil || first {
			return nil, orNotHere(err)
		}
		return firstOnPath(ctx, p.Host, p.Found["dir"])
	},
}

// onMachinePath reports whether Windows has a directory on the PATH of all accounts, which comes before the
// account's own.
func onMachinePath(ctx context.Context, h *platforms.Host, dir string) (bool, error) {
	if h.OS != platforms.Windows {
		return false, nil
	}
	next, err := h.NewTerminal(ctx)
	if err != nil {
		return false, fmt.Errorf("find the PATH of all accounts: %w", err)
	}
	return slices.ContainsFunc(h.SplitPath(next.Machine.Data), func(entry string) bool { return h.SamePath(entry, dir) }), nil
}

// isFnmLink reports whether a directory is one of links that fnm makes for each terminal,
// which is gone after a restart.
func isFnmLink(dir string) bool { return strings.Contains(dir, "/fnm_multishells/") }

// fnmLast lets fnm set up a new terminal once more, behind what puts an older copy before
// its own.
func fnmLast(ctx context.Context, p Patient) ([]Step, error) {
	k, next, lines, err := linesOf(ctx, Patient{Host: p.Host, Found: map[string]string{"owner": string(platforms.Fnm)}})
	if err != nil {
		return nil, err
	}
	return k.loadLast(ctx, next, platforms.Fnm, lines)
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

// NodeFromN takes the program of Node.js from n's own copy, in place of one that is
// damaged. What was there is kept under another name.
var NodeFromN = &Fix{
	ID: "node-from-n", Title: "Put the program of Node.js back from n's own copy",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, path := p.Host, p.Found["path"]
		if platforms.Manager(p.Found["owner"]) != platforms.N {
			return nil, ErrNotHere
		}
		prefix := h.DirName(h.DirName(path))
		v, err := nodeVersionAt(ctx, h, prefix)
		if err != nil {
			return nil, err
		}
		whole := h.Join(prefix, "n/versions/node", v.String(), "bin/node")
		b, err := h.Binary(ctx, whole)
		if err != nil || b.Format != "elf" && b.Format != "macho" || len(b.Missing) > 0 {
			return nil, orNotHere(err)
		}
		taken, err := h.Exists(ctx, path+".old")
		if err != nil || taken {
			return nil, orNotHere(err)
		}
		dir, err := h.Stat(ctx, h.DirName(path))
		if err != nil || !dir.Writable {
			return nil, orNotHere(err)
		}
		from, at := atHome(h, whole), atHome(h, path)
		return []Step{
			{
				Says: "Give " + at + " the name " + at + ".old.", Verified: triedOn(h, platforms.Linux),
				Run: &Run{Argv: renamed(h, at, at+".old"), Back: renamed(h, at+".old", at), Seen: absentFile(at + ".old")},
			},
			{
				Says: "Copy " + from + " in its place.", Verified: triedOn(h, platforms.Linux),
				Run: &Run{Argv: []string{"cp", "-p", from, at}, Back: []string{"rm", at}, Seen: absentFile(at)},
			},
		}, nil
	},
}

// NodeForApple lets nvm bring a Node.js for the processor of a Mac with Apple silicon, where it
// brought one for Intel: in a terminal that macOS translates it takes the Mac for such a one.
var NodeForApple = &Fix{
	ID: "node-apple", Title: "Install a Node.js for the processor of this Mac",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Darwin || p.Host.Arch != "arm64" || platforms.Manager(p.Found["owner"]) != platforms.Nvm {
			return nil, ErrNotHere
		}
		k, err := keeping(ctx, p)
		if err != nil {
			return nil, err
		}
		steps, err := k.bring(ctx, nodeVersionFor(k.runs))
		for i, s := range steps {
			if s.Run != nil {
				steps[i].Run.Argv = append([]string{"arch", "-arm64"}, s.Run.Argv...)
			}
		}
		return steps, err
	},
}
