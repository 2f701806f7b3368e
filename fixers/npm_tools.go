package fixers

import (
	"context"
	"fmt"
	"strings"

	"devdoctor/platforms"
)

// The tools that npm installs for all projects. They come from npm's own server, or from
// the one that is set.

// NpmTool installs what a project asks for instead of npm: pnpm, yarn, or for a newer yarn corepack,
// which fetches it. Under npm's name yarn is Yarn 1, which stops in such a project.
var NpmTool = &Fix{
	ID: "npm-tool", Title: "Install the package manager that your project asks for",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		name := p.Found["name"]
		if name != "pnpm" && name != "yarn" && name != "corepack" {
			return nil, ErrNotHere
		}
		g, err := globalTools(ctx, p)
		if err != nil {
			return nil, err
		}
		if name == "corepack" {
			return []Step{g.corepack()}, nil
		}
		return []Step{g.step("Install "+name+" for all projects.", []string{"install", "-g", name}, []string{"uninstall", "-g", name}, absentFile(g.dir+"/"+name+"/package.json"))}, nil
	},
}

// YarnByCorepack puts corepack, which fetches the yarn that a project asks for, in the place of
// Yarn 1. npm refuses to write corepack's command yarn over that of another package.
var YarnByCorepack = &Fix{
	ID: "yarn-by-corepack", Title: "Let corepack fetch the yarn of your project",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		old := p.Found["version"]
		g, err := globalTools(ctx, p)
		if err != nil || !isVersion(old) {
			return nil, orNotHere(err)
		}
		file := g.dir + "/yarn/package.json"
		if there, err := p.Host.Exists(ctx, p.Host.Join(file)); err != nil || !there {
			return nil, orNotHere(err) // npm did not bring it
		}
		present := Probe{Query: platforms.Query{Verb: "stat", Args: []string{file}}.String(), Before: Anything, After: Absent}
		steps := []Step{g.step("Remove yarn "+old+", which stops in your project.", []string{"uninstall", "-g", "yarn"}, []string{"install", "-g", "yarn@" + old}, present)}
		copies, err := p.Host.Which(ctx, "corepack")
		if err != nil {
			return nil, err
		}
		if len(copies) == 0 {
			return append(steps, g.corepack()), nil
		}
		// Where it writes the commands: beside itself (nodejs/corepack, Enable.ts, read 2026-11-22).
		beside := atHome(p.Host, p.Host.Join(p.Host.DirName(copies[0].Path), "yarnpkg"))
		enable := g.step("Let corepack put its command yarn in that place.", nil, nil, absentFile(beside))
		program := "corepack"
		if p.Host.OS == platforms.Windows {
			program += ".cmd"
		}
		enable.Run.Argv, enable.Run.Back = []string{program, "enable", "yarn"}, []string{program, "disable", "yarn"}
		return append(steps, enable), nil
	},
}

// corepack is the step that installs corepack, and with it the commands yarn and pnpm.
func (g globalNpm) corepack() Step {
	return g.step("Install corepack, which fetches the yarn that your project asks for.", []string{"install", "-g", "corepack@" + NewestCorepack},
		[]string{"uninstall", "-g", "corepack"}, absentFile(g.dir+"/corepack/package.json"))
}

// NewestCorepack is the newest line that runs on Node.js 20 to 26: from 0.35 on it refuses
// what is older than 22.22 (its package.json, read 2026-11-21).
const NewestCorepack = "0.34"

// NewCorepack brings a corepack that knows the present keys. What it fetched stays.
var NewCorepack = &Fix{
	ID: "npm-corepack", Title: "Bring corepack up to date",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		old := p.Found["version"]
		if !isVersion(old) {
			return nil, ErrNotHere
		}
		if steps, err := corepackOfMSI(ctx, p, old); err != nil || steps != nil {
			return steps, err
		}
		g, err := globalTools(ctx, p)
		if err != nil {
			return nil, err
		}
		seen, err := exactly(ctx, p.Host, Anything, "run", "corepack", "--version")
		if err != nil || seen.Before == Absent {
			return nil, orNotHere(err)
		}
		return []Step{g.step("Install corepack "+NewestCorepack+" in place of "+old+".", []string{"install", "-g", "corepack@" + NewestCorepack}, []string{"install", "-g", "corepack@" + old}, seen)}, nil
	},
}

// corepackOfMSI is the step for the corepack that the installer of nodejs.org put beside Node.js; nil
// where it lies elsewhere. Another one in the account would come after it on PATH.
func corepackOfMSI(ctx context.Context, p Patient, old string) ([]Step, error) {
	h := p.Host
	place := h.DirName(p.Found["path"])
	if h.OS != platforms.Windows || !strings.HasPrefix(strings.ToLower(place), `c:\program files\`) {
		return nil, nil
	}
	install := func(version string) []string {
		return []string{h.Join(place, "npm.cmd"), "install", "-g", "corepack@" + version, "--prefix", place}
	}
	run, admin, err := both(p, install(NewestCorepack), install(old))
	if err != nil {
		return nil, err
	}
	seen, err := exactly(ctx, h, Anything, "file", h.Join(place, "node_modules", "corepack", "package.json"))
	run.Seen = seen
	return []Step{{
		Says: "Install corepack " + NewestCorepack + " in place of " + old + " beside Node.js. Windows asks whether it may.", Admin: admin, Verified: Documented,
		Hosts: []string{"the server that npm is set up for"}, Leaves: []string{"~/AppData/Local/npm-cache", "~/AppData/Local/node/corepack"}, Run: run,
	}}, err
}

// A globalNpm is the npm that PATH leads to, and the directory of its tools.
type globalNpm struct {
	p   Patient
	npm string
	dir string
}

// globalTools is ErrNotHere where the account may not write into that directory: npm must
// not run as root.
func globalTools(ctx context.Context, p Patient) (globalNpm, error) {
	g := globalNpm{p: p, npm: "npm"}
	if p.Host.OS == platforms.Windows {
		g.npm = "npm.cmd"
	}
	out, err := p.Host.Run(ctx, g.npm, "root", "-g")
	if err != nil || out.Exit != 0 || !p.Host.Abs(out.Text()) {
		return g, ErrNotHere //nolint:nilerr // npm itself is for other fixes
	}
	info, err := p.Host.Stat(ctx, out.Text())
	if err != nil || !info.Writable {
		return g, orNotHere(err)
	}
	g.dir = atHome(p.Host, out.Text())
	return g, nil
}

func (g globalNpm) step(says string, words, back []string, seen Probe) Step {
	return Step{
		Says: says, Verified: Documented, Hosts: []string{"the server that npm is set up for"}, Leaves: []string{"~/.npm", "~/.cache/node/corepack"},
		Run: &Run{Argv: append([]string{g.npm}, words...), Back: append([]string{g.npm}, back...), Seen: seen},
	}
}

// ReplaceInLock tells npm to ask its own server wherever a lock file names one that was
// switched off. The lock file stays as it is.
var ReplaceInLock = &Fix{
	ID: "npm-replace-host", Title: "Let npm ask its own server for what a lock file names",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Found["value"] == "" || p.Found["name"] != "resolved" {
			return nil, ErrNotHere
		}
		steps, err := setNpmLine(ctx, p.Host, "replace-registry-host", "replace-registry-host="+p.Found["value"], "Write it into npm's settings of your account.")
		if err != nil {
			return nil, fmt.Errorf("plan npm's settings: %w", err)
		}
		return steps, nil
	},
}

// NpmThatFits puts the npm in place that runs on Node.js 20.17 to 26: 12 asks for a newer
// Node.js (its package.json, read 2026-11-20).
var NpmThatFits = &Fix{
	ID: "npm-that-fits", Title: "Put the npm in place that fits your Node.js",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		g, err := globalTools(ctx, p)
		if err != nil {
			return nil, err
		}
		seen, err := exactly(ctx, p.Host, Anything, "run", g.npm, "--version")
		if err != nil || !isVersion(seen.Before) {
			return nil, orNotHere(err)
		}
		return []Step{g.step("Install npm 11 in place of "+seen.Before+".", []string{"install", "-g", "npm@11"}, []string{"install", "-g", "npm@" + seen.Before}, seen)}, nil
	},
}
