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

// NpmFromCopy puts npm back beside a Node.js that lacks it, or has only a part of it, from
// another copy of Node.js on this machine. What was there is kept under another name.
var NpmFromCopy = &Fix{
	ID: "npm-from-copy", Title: "Put npm back, from another copy on this computer",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		b, err := brokenNpm(ctx, p)
		if err != nil {
			return nil, err
		}
		whole, err := b.isWhole(ctx, b.dir)
		if err != nil {
			return nil, err
		}
		links, err := b.links(ctx)
		if err != nil || whole && len(links) > 0 {
			return links, err
		}
		from, err := b.wholeNpm(ctx) // one that is whole does not fit its Node.js
		if err != nil || from == "" {
			return nil, orNotHere(err)
		}
		steps, err := b.replace(ctx, from)
		return append(steps, links...), err
	},
}

// A npmPlace is where the npm of a Node.js belongs.
type npmPlace struct {
	p       Patient
	prefix  string // above bin and lib
	dir     string // the package npm
	version *version.Version
	admin   bool // the account may not write there
}

// brokenNpm is the place of the npm beside the Node.js that a check found. ErrNotHere says
// that a package manager keeps it.
func brokenNpm(ctx context.Context, p Patient) (npmPlace, error) {
	b := npmPlace{p: p}
	switch platforms.Manager(p.Found["owner"]) {
	case platforms.Apt, platforms.NodeSource, platforms.Dnf, platforms.Zypper, platforms.Pacman, platforms.Apk, platforms.Snap, platforms.Nix, platforms.Homebrew, platforms.MacPorts, platforms.Flatpak:
		return b, ErrNotHere
	}
	if p.Host.OS == platforms.Windows || p.Found["path"] == "" {
		return b, ErrNotHere
	}
	node, err := p.Host.Stat(ctx, p.Found["path"])
	if err != nil {
		return b, fmt.Errorf("look at %s: %w", p.Found["path"], err)
	}
	b.prefix = p.Host.DirName(p.Host.DirName(node.Real))
	b.dir = p.Host.Join(b.prefix, "lib/node_modules/npm")
	modules, err := p.Host.Stat(ctx, p.Host.DirName(b.dir))
	if err != nil {
		return b, orNotHere(err)
	}
	b.admin = !modules.Writable
	b.version, err = nodeVersionAt(ctx, p.Host, b.prefix)
	return b, err
}

// nodeVersionAt is the version of the Node.js in a directory, from the header file that comes with it.
func nodeVersionAt(ctx context.Context, h *platforms.Host, prefix string) (*version.Version, error) {
	header, err := h.ReadFile(ctx, h.Join(prefix, "include/node/node_version.h"))
	if errors.Is(err, platforms.ErrNotFound) {
		return nil, ErrNotHere
	}
	if err != nil {
		return nil, fmt.Errorf("read the version of Node.js: %w", err)
	}
	var numbers []string
	for _, name := range []string{"MAJOR", "MINOR", "PATCH"} {
		_, rest, _ := strings.Cut(header, "\n#define NODE_"+name+"_VERSION ")
		number, _, _ := strings.Cut(rest, "\n")
		numbers = append(numbers, strings.TrimSpace(number))
	}
	v, err := version.NewVersion(strings.Join(numbers, "."))
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // nobody knows which npm would fit
	}
	return v, nil
}

// isWhole reports whether a package npm has its parts.
func (b npmPlace) isWhole(ctx context.Context, dir string) (bool, error) {
	for _, part := range []string{"bin/npm-cli.js", "lib/npm.js", "package.json", "node_modules/@npmcli/config/package.json"} {
		there, err := b.p.Host.Exists(ctx, b.p.Host.Join(dir, part))
		if err != nil || !there {
			return false, err
		}
	}
	return true, nil
}

// wholeNpm is the newest npm of the copies of Node.js on this machine that fits; "" without
// one. That of an older Node.js does, and so does that of any of the same line.
func (b npmPlace) wholeNpm(ctx context.Context) (string, error) {
	h := b.p.Host
	prefixes, err := h.Glob(ctx, h.Join(b.prefix, "n/versions/node/*"))
	if err != nil {
		return "", fmt.Errorf("look for copies of Node.js: %w", err)
	}
	places, err := h.NodePlaces(ctx)
	if err != nil {
		return "", fmt.Errorf("look for copies of Node.js: %w", err)
	}
	for _, place := range places {
		prefixes = append(prefixes, h.DirName(h.DirName(place.Path)))
	}
	best, from := (*version.Version)(nil), ""
	for _, prefix := range prefixes {
		v, err := nodeVersionAt(ctx, h, prefix)
		if errors.Is(err, ErrNotHere) || err == nil && (h.SamePath(prefix, b.prefix) || !fitsNode(v, b.version) || best != nil && !v.GreaterThan(best)) {
			continue
		}
		if err != nil {
			return "", err
		}
		dir := h.Join(prefix, "lib/node_modules/npm")
		whole, err := b.isWhole(ctx, dir)
		if err != nil {
			return "", err
		}
		if whole {
			best, from = v, dir
		}
	}
	return from, nil
}

// fitsNode reports whether the npm that came with one Node.js runs on another: npm names the
// oldest Node.js that it runs on, and no newest (npm 8 to 12, read 2026-11-21).
func fitsNode(came, runs *version.Version) bool {
	return came.Segments()[0] == runs.Segments()[0] || came.LessThan(runs) && came.Segments()[0] >= 18
}

// run is a step of a program that changes the place.
func (b npmPlace) run(ctx context.Context, says, seen string, argv, back []string) (Step, error) {
	s := Step{Says: says, Verified: triedOn(b.p.Host, platforms.Linux), Run: &Run{Argv: argv, Back: back, Seen: absentFile(atHome(b.p.Host, seen))}}
	if !b.admin {
		return s, nil
	}
	var err error
	if s.Run.Argv, s.Admin, err = asAdmin(ctx, b.p, argv); err == nil {
		s.Run.Back, _, err = asAdmin(ctx, b.p, back)
	}
	return s, err
}

// replace is the steps that put a copy of a whole npm in place of what is there.
func (b npmPlace) replace(ctx context.Context, from string) ([]Step, error) {
	var steps []Step
	// npm passes over a folder with a dot before its name.
	h, old := b.p.Host, b.p.Host.Join(b.p.Host.DirName(b.dir), ".npm.old")
	dir, aside := atHome(h, b.dir), atHome(h, old)
	there, err := h.Exists(ctx, b.dir)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", b.dir, err)
	}
	if there {
		taken, err := h.Exists(ctx, old)
		if err != nil || taken {
			return nil, orNotHere(err)
		}
		s, err := b.run(ctx, "Keep what is left of npm under the name "+aside+".", old, renamed(h, dir, aside), renamed(h, aside, dir))
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	s, err := b.run(ctx, "Copy npm from "+atHome(h, from)+".", b.dir, []string{"cp", "-R", "-p", atHome(h, from), dir}, []string{"rm", "-r", dir})
	return append(steps, s), err
}

// links is the steps that make the commands npm and npx, where they are not there.
func (b npmPlace) links(ctx context.Context) ([]Step, error) {
	var steps []Step
	for _, name := range []string{"npm", "npx"} {
		link := b.p.Host.Join(b.prefix, "bin", name)
		_, err := b.p.Host.Stat(ctx, link)
		if err == nil {
			continue // one that leads nowhere yet is a link too
		}
		if !errors.Is(err, platforms.ErrNotFound) {
			return nil, fmt.Errorf("look at %s: %w", link, err)
		}
		target, at := "../lib/node_modules/npm/bin/"+name+"-cli.js", atHome(b.p.Host, link)
		s, err := b.run(ctx, "Make the command "+name+".", link, []string{"ln", "-s", target, at}, []string{"rm", at})
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// NpmPackage installs npm where the system keeps it in a package of its own, as Debian,
// Arch and Alpine do. Of a Node.js that is too old for the course it leaves npm to the
// fix that brings a newer one.
var NpmPackage = &Fix{
	ID: "npm-package", Title: "Install npm",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		owner := platforms.Manager(p.Found["owner"])
		switch owner {
		case platforms.Apt:
			if steps, err := debianLinks(ctx, p); err != nil || len(steps) > 0 {
				return steps, err
			}
		case platforms.Pacman, platforms.Apk:
		default:
			return nil, ErrNotHere
		}
		seen, err := failing(ctx, p.Host, "npm", "--version")
		if err != nil || !strings.HasPrefix(seen.Before, "!") || !ofCourse(p.Found["version"]) {
			return nil, orNotHere(err)
		}
		return installPackages(ctx, p, seen, "npm")
	},
}

// ofCourse reports whether a version is one that the course is written for. One that nobody
// knows may be.
func ofCourse(text string) bool {
	v, err := version.NewVersion(text)
	return err != nil || slices.Contains(courseLines, v.Segments()[0])
}

// debianLinks is the steps that make npm's commands again where Debian's package is there
// and they are not.
func debianLinks(ctx context.Context, p Patient) ([]Step, error) {
	var steps []Step
	for _, name := range []string{"npm", "npx"} {
		script, link := "/usr/share/nodejs/npm/bin/"+name+"-cli.js", "/usr/bin/"+name
		there, err := p.Host.Exists(ctx, script)
		if err != nil || !there {
			return nil, err
		}
		if _, err := p.Host.Stat(ctx, link); !errors.Is(err, platforms.ErrNotFound) {
			continue
		}
		argv, admin, err := asAdmin(ctx, p, []string{"ln", "-s", "../share/nodejs/npm/bin/" + name + "-cli.js", link})
		if err != nil {
			return nil, err
		}
		back, _, err := asAdmin(ctx, p, []string{"rm", link})
		if err != nil {
			return nil, err
		}
		steps = append(steps, Step{
			Says: "Make the command " + name + " again.", Admin: admin, Verified: triedOn(p.Host, platforms.Linux),
			Run: &Run{Argv: argv, Back: back, Seen: absentFile(link)},
		})
	}
	return steps, nil
}
