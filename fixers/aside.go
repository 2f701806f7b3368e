package fixers

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"devdoctor/platforms"
)

// MoveAside gives what is in the way the name it has with .old behind it, whatever it is.
// Nothing is deleted.
var MoveAside = &Fix{
	ID: "move-aside", Title: "Move aside what is in the way",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, path := p.Host, p.Found["file"]
		if !h.Abs(path) { // a start file, which is told beside the program
			path = p.Found["path"]
		}
		if path == "" || !h.Abs(path) {
			return nil, ErrNotHere
		}
		aside := path + ".old"
		taken, err := h.Exists(ctx, aside)
		if err != nil || taken {
			return nil, orNotHere(err)
		}
		if h.OS == platforms.Windows {
			dir, err := h.Stat(ctx, h.DirName(path))
			step, moveErr := movedOnWindows(p, path, aside, err == nil && dir.Writable)
			return []Step{step}, moveErr
		}
		argv, back, admin := renamed(h, path, aside), renamed(h, aside, path), false
		if dir, err := h.Stat(ctx, h.DirName(path)); err != nil || !dir.Writable {
			if argv, admin, err = asAdmin(ctx, p, argv); err != nil {
				return nil, err
			}
			if back, _, err = asAdmin(ctx, p, back); err != nil {
				return nil, err
			}
		}
		return []Step{{
			Says: "Give " + atHome(h, path) + " the name " + atHome(h, aside) + ".", Admin: admin, Verified: triedOn(h, platforms.Linux), Leaves: logOf(admin),
			Run: &Run{Argv: argv, Back: back, Seen: Probe{
				Query: platforms.Query{Verb: "stat", Args: []string{aside}}.String(), Before: Absent, After: Anything,
			}},
		}}, nil
	},
}

// renamed is the command that gives what is at a path another one, and never in place of what has
// come there since. mv of a Mac has no -T: it would move into a folder that has.
func renamed(h *platforms.Host, from, to string) []string {
	switch h.OS {
	case platforms.Windows:
		return inCmd("if", "not", "exist", to, "move", from, to)
	case platforms.Darwin:
		return []string{"sh", "-c", `[ ! -e "$1" ] && mv -n "$0" "$1"`, from, to}
	}
	return []string{"mv", "-n", "-T", from, to}
}

// OwnProject gives the files of a project that belong to root, or to another account, to the
// learner. There is a way back where nothing else in their folder is the learner's.
var OwnProject = &Fix{
	ID: "own-project", Title: "Make the project your own",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, dir := p.Host, p.Found["dir"]
		if h.OS == platforms.Windows || dir == "" || !h.Under(dir, h.Home) || h.SamePath(dir, h.Home) {
			return nil, ErrNotHere
		}
		me, err := h.Account(ctx)
		if err != nil {
			return nil, err
		}
		path := p.Found["path"]
		if path == "" {
			path = h.Join(dir, ".git")
		}
		info, err := h.Stat(ctx, path)
		if err != nil || strconv.Itoa(info.UID) == me.UID {
			return nil, ErrNotHere //nolint:nilerr // it is not there, or cannot be seen
		}
		o := ownership{dir: dir, me: me.UID, other: strconv.Itoa(info.UID)}
		if unmixed, err := o.unmixed(ctx, h, dir); err == nil && unmixed {
			step, err := o.give(ctx, p, dir, path, true, true)
			return []Step{step}, err
		}
		// What npm and git write in a project.
		return o.parts(ctx, p, "", "package.json", "package-lock.json", "node_modules", ".git")
	},
}

// OwnNpmFolder gives the learner the folder for npm's tools, where it is in the home folder
// and belongs to root, as after an installation with sudo.
var OwnNpmFolder = &Fix{
	ID: "own-npm-folder", Title: "Make the folder for npm's tools your own",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, prefix := p.Host, p.Found["value"]
		if h.OS == platforms.Windows || prefix == "" || !h.Under(prefix, h.Home) || h.SamePath(prefix, h.Home) {
			return nil, ErrNotHere
		}
		me, err := h.Account(ctx)
		if err != nil {
			return nil, err
		}
		return ownership{dir: prefix, me: me.UID, other: "0"}.parts(ctx, p, "lib", "bin")
	},
}

// nameOf is what people call the account with a number.
func nameOf(uid string) string {
	if uid == "0" {
		return "root (the administrator)"
	}
	return "account " + uid
}

// An ownership is of files that belong to another account, and should be the learner's.
type ownership struct{ dir, me, other string }

// unmixed reports whether nothing in a folder is the learner's own.
func (o ownership) unmixed(ctx context.Context, h *platforms.Host, dir string) (bool, error) {
	mine, err := h.Run(ctx, "find", dir, "-uid", o.me, "-print", "-quit")
	return err == nil && mine.Exit == 0 && strings.TrimSpace(mine.Stdout) == "", err
}

// parts gives the learner what the folder has of some names, "" being the folder itself,
// one by one, so that what was the learner's before is known when it is taken back.
func (o ownership) parts(ctx context.Context, p Patient, names ...string) ([]Step, error) {
	var steps []Step
	for _, name := range names {
		path := p.Host.Join(o.dir, name)
		info, err := p.Host.Stat(ctx, path)
		if err != nil || strconv.Itoa(info.UID) != o.other {
			continue
		}
		deep, back := name != "" && info.IsDir, true
		if deep {
			if back, err = o.unmixed(ctx, p.Host, path); err != nil {
				return nil, err
			}
		}
		step, err := o.give(ctx, p, path, path, deep, back)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		return nil, ErrNotHere
	}
	return steps, nil
}

// give is the step that gives the learner a file, or all of a folder. seen is the file that tells whether it was done.
func (o ownership) give(ctx context.Context, p Patient, path, seen string, deep, back bool) (Step, error) {
	h := p.Host
	find := func(from, to string) []string {
		argv := []string{"find", path}
		if !deep {
			argv = append(argv, "-maxdepth", "0")
		}
		return append(argv, "-uid", from, "-exec", "chown", "-h", to, "{}", "+")
	}
	q := platforms.Query{Verb: "stat", Args: []string{seen}}
	now, err := Answered(h.Source().Answer(ctx, q))
	if err != nil {
		return Step{}, err
	}
	run := &Run{Seen: Probe{Query: q.String(), Before: now, After: Anything}}
	argv, admin, err := asAdmin(ctx, p, find(o.other, o.me))
	if err != nil {
		return Step{}, err
	}
	if run.Argv = argv; back {
		if run.Back, _, err = asAdmin(ctx, p, find(o.me, o.other)); err != nil {
			return Step{}, err
		}
	}
	what := atHome(h, path)
	if deep {
		what = "the files in " + what + " that belong to " + nameOf(o.other)
	}
	return Step{
		Says: "Give " + what + " to your account.", Admin: admin, Verified: triedOn(h, platforms.Linux), Leaves: logOf(admin), Run: run,
	}, nil
}

// OwnPackage writes a package.json into a project that has none, as npm init -y does, so that
// npm installs there. The name is one that npm takes.
var OwnPackage = &Fix{
	ID: "own-package", Title: "Give the project a package.json of its own",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, dir := p.Host, p.Found["dir"]
		if dir == "" {
			return nil, ErrNotHere
		}
		f, err := readPresent(ctx, h, h.Join(dir, "package.json"))
		if err != nil || f.there {
			return nil, orNotHere(err)
		}
		text := "{\n  \"name\": \"" + packageName(h.BaseName(dir)) + "\",\n  \"version\": \"1.0.0\",\n  \"private\": true\n}\n"
		return f.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux, platforms.Windows), "Write a package.json into "+atHome(h, dir)+".")
	},
}

// packageName is a name of a folder in plain letters, digits and hyphens.
func packageName(folder string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(folder))
	if name = strings.Trim(name, "-"); name == "" {
		return "project"
	}
	return name
}

// GitMayRun gives git the permission to be run.
var GitMayRun = &Fix{
	ID: "git-may-run", Title: "Allow git to be run",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h := p.Host
		all, err := h.WhichAll(ctx, "git")
		i := slices.IndexFunc(all, func(c platforms.Program) bool { return c.Skip == "not executable" })
		if err != nil || i < 0 || h.OS == platforms.Windows {
			return nil, orNotHere(err)
		}
		dir, err := h.Stat(ctx, h.DirName(all[i].Path))
		if err != nil {
			return nil, err
		}
		return setMode(ctx, p, "Allow "+atHome(h, all[i].Path)+" to be run.", "755", all[i].Path, !dir.Writable)
	},
}

// setMode plans to give a file another mode, in octal digits. Its text, which may hold a
// secret, does not enter the plan.
func setMode(ctx context.Context, p Patient, says, mode, path string, asRoot bool) ([]Step, error) {
	h := p.Host
	q := platforms.Query{Verb: "run", Args: []string{"stat", "-c", "%a", path}}
	if h.OS == platforms.Darwin {
		q.Args = []string{"stat", "-f", "%Lp", path}
	}
	now, err := Answered(h.Source().Answer(ctx, q))
	if err != nil || strings.HasPrefix(now, "!") || now == mode {
		return nil, orNotHere(err)
	}
	argv, back, admin := []string{"chmod", mode, path}, []string{"chmod", now, path}, false
	if asRoot {
		if argv, admin, err = asAdmin(ctx, p, argv); err != nil {
			return nil, err
		}
		if back, _, err = asAdmin(ctx, p, back); err != nil {
			return nil, err
		}
	}
	return []Step{{
		Says: says, Admin: admin, Verified: triedOn(h, platforms.Linux), Leaves: logOf(admin),
		Run: &Run{Argv: argv, Back: back, Seen: Probe{q.String(), now, mode}},
	}}, nil
}

// StrayAside puts a package.json above a project aside that npm install made by itself: one
// with nothing in it that a person writes. Any other may be a project's own.
var StrayAside = &Fix{
	ID: "stray-aside", Title: "Put a stray package.json aside",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		path := p.Found["path"]
		if !strings.HasSuffix(path, "package.json") {
			return nil, ErrNotHere
		}
		f, err := readPresent(ctx, p.Host, path)
		if err != nil || writtenByHand().MatchString(f.text) {
			return nil, ErrNotHere //nolint:nilerr // nobody knows what it is
		}
		return PutAside.Plan(ctx, p)
	},
}

var writtenByHand = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(scripts|main|bin|type|version|private|workspaces)"\s*:`)
})
