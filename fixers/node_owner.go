package fixers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// NodeDefault makes the newest Node.js of the course that a version manager keeps the one
// of new terminals. It downloads nothing.
var NodeDefault = &Fix{
	ID: "node-default", Title: "Choose the Node.js that new terminals use",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		k, err := keeping(ctx, p)
		if err != nil {
			return nil, err
		}
		fits, err := k.newestKept(ctx, "")
		if err != nil || fits == "" {
			return nil, orNotHere(err)
		}
		steps, err := k.choose(ctx, fits)
		if err == nil && len(steps) == 0 {
			err = ErrNotHere // it is chosen already
		}
		return steps, err
	},
}

// NodeOwner lets whoever keeps the Node.js that runs bring one for the course, and use it
// in new terminals. ErrNotHere says that nobody keeps it, or the owner has none.
var NodeOwner = &Fix{
	ID: "node-owner", Title: "Install the Node.js of the course with the manager that you have",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		owner := platforms.Manager(p.Found["owner"])
		if plan, ok := nodeOwners[owner]; ok {
			return plan(ctx, p)
		}
		k, err := keeping(ctx, p)
		if err != nil {
			return nil, err
		}
		other, err := k.newestKept(ctx, k.runs)
		if err != nil {
			return nil, err
		}
		if other != "" {
			steps, err := k.choose(ctx, other)
			if err == nil && len(steps) == 0 {
				err = ErrNotHere // it is chosen already, and the trouble lies elsewhere
			}
			return steps, err
		}
		return k.bring(ctx, nodeVersionFor(k.runs))
	},
}

// A kept is a version manager on a machine.
type kept struct {
	nodeKeeper
	h     *platforms.Host
	root  string // as a plan spells it
	runs  string // the version that runs, or "" where nobody knows
	words *strings.Replacer
}

// keeping is the version manager that keeps the copy which a check found.
func keeping(ctx context.Context, p Patient) (kept, error) {
	k := kept{h: p.Host, runs: p.Found["version"]}
	var known bool
	k.nodeKeeper, known = nodeKeepers[platforms.Manager(p.Found["owner"])]
	if !known || k.h.OS == platforms.Windows {
		return k, ErrNotHere
	}
	for _, dir := range append([]string{p.Found["dir"], aboveOf(p.Found["path"], k.kept)}, k.roots...) {
		root, err := k.expand(ctx, dir)
		if err != nil {
			return k, err
		}
		if root == "" {
			continue
		}
		// A manager without a version yet has no directory of them.
		marks := []string{k.h.Join(root, k.kept)}
		if below, ok := strings.CutPrefix(k.program[0], "{root}/"); ok {
			marks = append(marks, k.h.Join(root, below))
		}
		for _, mark := range marks {
			there, err := k.h.Exists(ctx, mark)
			if err != nil {
				return k, fmt.Errorf("look at %s: %w", mark, err)
			}
			if there {
				k.root = atHome(k.h, k.h.Join(root))
				k.words = strings.NewReplacer("{root}", k.root)
				return k, nil
			}
		}
	}
	return k, ErrNotHere
}

// aboveOf is the part of a path above some directories of it; "" where it has them not.
func aboveOf(path, dirs string) string {
	above, _, found := strings.Cut(path, "/"+dirs+"/")
	if !found {
		return ""
	}
	return above
}

// expand is a path that may begin with a variable; "" where that is not set.
func (k kept) expand(ctx context.Context, path string) (string, error) {
	name, isVariable := strings.CutPrefix(path, "$")
	if !isVariable {
		return path, nil
	}
	name, rest, _ := strings.Cut(name, "/")
	value, err := k.h.Getenv(ctx, name)
	if err != nil || value == "" || rest == "" {
		return value, err
	}
	return value + "/" + rest, nil
}

// newestKept is the newest version for the course that the manager keeps, but for one;
// "" where there is none.
func (k kept) newestKept(ctx context.Context, without string) (string, error) {
	names, err := k.h.List(ctx, k.h.Join(k.root, k.kept))
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return "", fmt.Errorf("list the versions of Node.js: %w", err)
	}
	var best *version.Version
	for _, name := range names {
		dir, isDir := strings.CutSuffix(name, "/")
		v, err := version.NewSemver(strings.TrimPrefix(dir, "v"))
		if err != nil || !isDir || v.Prerelease() != "" || v.String() == without || !slices.Contains(courseLines, v.Segments()[0]) {
			continue // mise keeps links such as 24 beside the versions
		}
		if best != nil && !v.GreaterThan(best) {
			continue
		}
		program, err := k.h.Stat(ctx, k.h.Join(k.root, strings.ReplaceAll(k.node, "{version}", v.String())))
		switch {
		case err == nil && program.Size > 0:
			best = v
		case err != nil && !errors.Is(err, platforms.ErrNotFound):
			return "", fmt.Errorf("look at Node.js %s: %w", v, err)
		}
	}
	if best == nil {
		return "", nil
	}
	return best.String(), nil
}

// courseLines are the major versions that the course is written for.
var courseLines = []int{24, 26}

// bring installs a version, or the other one of the course where this very one runs and
// is broken, and makes it the default.
func (k kept) bring(ctx context.Context, v string) ([]Step, error) {
	if v == k.runs {
		v = Newest26
		if k.runs == Newest26 {
			v = Newest24
		}
	}
	install, err := k.installing(ctx, v)
	if err != nil {
		return nil, err
	}
	chosen, err := k.choose(ctx, v)
	if err != nil {
		return nil, err
	}
	if none, err := k.noDefault(ctx); err != nil || none {
		// A manager without a default makes the first version one. Chosen beforehand, it
		// is ours to take back.
		return append(chosen, install), err
	}
	return append([]Step{install}, chosen...), nil
}

// installing is the step that brings a version.
func (k kept) installing(ctx context.Context, v string) (Step, error) {
	program, err := k.itself(ctx)
	if err != nil {
		return Step{}, err
	}
	words := strings.NewReplacer("{root}", k.root, "{version}", v, "{program}", program)
	fill := func(argv []string) []string {
		filled := make([]string, len(argv))
		for i, arg := range argv {
			filled[i] = words.Replace(arg)
		}
		return filled
	}
	host, mirror, err := mirrorFor(ctx, k.h, k.downloads)
	if err != nil {
		return Step{}, err
	}
	leaves, err := k.left(ctx, k.leaves)
	return Step{
		Says: "Install Node.js " + v + ".", Verified: triedOn(k.h, k.verified...), Hosts: []string{host}, Leaves: leaves,
		Run: &Run{Argv: toldOf(k.downloads, mirror, fill(k.install)), Back: fill(k.remove), Makes: []string{k.root + "/" + k.h.DirName(k.h.DirName(words.Replace(k.node))) + "/lib/node_modules"}, Seen: Probe{
			Query: platforms.Query{Verb: "stat", Args: []string{k.root + "/" + words.Replace(k.node)}}.String(), Before: Absent, After: Anything,
		}},
	}, err
}

// itself is the manager's program as a plan spells it. ErrNotHere says that only its
// copies are left.
func (k kept) itself(ctx context.Context) (string, error) {
	for _, place := range k.program {
		path := k.words.Replace(place)
		there, err := k.h.Exists(ctx, k.h.Join(path))
		if err != nil {
			return "", fmt.Errorf("look for the version manager: %w", err)
		}
		if there {
			return path, nil
		}
	}
	name := k.install[0]
	if name == "{program}" {
		name = k.h.BaseName(k.program[0])
	} else {
		return "", ErrNotHere // nothing that PATH could lead to
	}
	found, err := k.h.Which(ctx, name)
	if err != nil || len(found) == 0 {
		return "", orNotHere(err)
	}
	return atHome(k.h, found[0].Path), nil
}

// left is what stays of the manager's own files. Of a directory that is not there yet, so
// does what it lies in.
func (k kept) left(ctx context.Context, paths []string) ([]string, error) {
	var leaves []string
	for _, path := range paths {
		path = k.words.Replace(path)
		for up := k.h.DirName(path); strings.HasPrefix(up, "~/"); up = k.h.DirName(up) {
			there, err := k.h.Exists(ctx, k.h.Join(up))
			if err != nil {
				return nil, fmt.Errorf("look at %s: %w", up, err)
			}
			if there {
				break
			}
			path = up
		}
		leaves = append(leaves, path)
	}
	return leaves, nil
}

// choose is the steps that make a version the default of new terminals.
func (k kept) choose(ctx context.Context, v string) ([]Step, error) {
	file, err := k.file(ctx)
	if err != nil {
		return nil, err
	}
	says := "Make Node.js " + v + " the one that new terminals use."
	if k.naming == nil {
		return k.link(ctx, file, v, says)
	}
	f, err := readPresent(ctx, k.h, file)
	if err != nil {
		return nil, err
	}
	text, err := k.naming(f.text, v)
	if err != nil {
		return nil, fmt.Errorf("%s is for you to change: %w", atHome(k.h, k.h.Join(file)), err)
	}
	return f.become(ctx, k.h, text, 0o644, triedOn(k.h, platforms.Linux), says)
}

// file is what names the default.
func (k kept) file(ctx context.Context) (string, error) {
	for _, place := range k.chosen {
		path, err := k.expand(ctx, k.words.Replace(place))
		if err != nil || path != "" {
			return path, err
		}
	}
	return "", ErrNotHere
}

// noDefault reports whether nothing names a default.
func (k kept) noDefault(ctx context.Context) (bool, error) {
	file, err := k.file(ctx)
	if err != nil {
		return false, err
	}
	_, err = k.h.Stat(ctx, k.h.Join(file))
	if errors.Is(err, platforms.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// link is the steps for a manager whose default is a link. It wants a whole path in it.
func (k kept) link(ctx context.Context, path, v, says string) ([]Step, error) {
	copied := k.h.DirName(k.h.DirName(k.h.Join(k.root, strings.ReplaceAll(k.node, "{version}", v))))
	after := platforms.Entry{Kind: platforms.KindLink, Target: copied}
	before, err := linkAt(ctx, k.h, path)
	if err != nil || before == after {
		return nil, err
	}
	steps, err := parents(ctx, k.h, path, triedOn(k.h, platforms.Linux))
	return append(steps, Step{Says: says, Verified: triedOn(k.h, platforms.Linux), Path: &Path{Path: path, Before: before, After: after}}), err
}
