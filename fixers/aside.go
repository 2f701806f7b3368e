package fixers

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// MoveAside gives what is in the way the name it has with .old behind it, whatever it is.
// Nothing is deleted.
var MoveAside = &Fix{
	ID: "move-aside", Title: "Move aside what is in the way",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, path := p.Host, p.Found["file"]
		if path == "" {
			path = p.Found["path"]
		}
		if path == "" || h.OS == platforms.Windows || !h.Abs(path) {
			return nil, ErrNotHere
		}
		aside := path + ".old"
		taken, err := h.Exists(ctx, aside)
		if err != nil || taken {
			return nil, orNotHere(err)
		}
		argv, back, admin := []string{"mv", path, aside}, []string{"mv", aside, path}, false
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

// OwnProject gives the files of a project that belong to root, or to another account, to the
// learner. There is a way back only where none of them was the learner's before.
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
		now, err := Answered(h.Source().Answer(ctx, platforms.Query{Verb: "stat", Args: []string{path}}))
		if err != nil || now == Absent {
			return nil, orNotHere(err)
		}
		info, err := h.Stat(ctx, path)
		if err != nil || strconv.Itoa(info.UID) == me.UID {
			return nil, orNotHere(err)
		}
		other := strconv.Itoa(info.UID)
		argv, admin, err := asAdmin(ctx, p, []string{"find", dir, "-uid", other, "-exec", "chown", "-h", me.UID, "{}", "+"})
		if err != nil {
			return nil, err
		}
		run := &Run{Argv: argv, Seen: Probe{Query: platforms.Query{Verb: "stat", Args: []string{path}}.String(), Before: now, After: Anything}}
		mine, err := h.Run(ctx, "find", dir, "-uid", me.UID, "-print", "-quit")
		if err == nil && mine.Exit == 0 && strings.TrimSpace(mine.Stdout) == "" {
			if run.Back, _, err = asAdmin(ctx, p, []string{"find", dir, "-uid", me.UID, "-exec", "chown", "-h", other, "{}", "+"}); err != nil {
				return nil, err
			}
		}
		return []Step{{
			Says: "Give the files in " + atHome(h, dir) + " that belong to account " + other + " to yours.", Admin: admin,
			Verified: triedOn(h, platforms.Linux), Leaves: logOf(admin), Run: run,
		}}, nil
	},
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
		return f.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux), "Write a package.json into "+atHome(h, dir)+".")
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
