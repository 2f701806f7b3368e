package fixers

import (
	"context"
	"fmt"
	"strings"

	"devdoctor/platforms"
)

// The tools that npm installs for all projects. They come from npm's own server, or from
// the one that is set.

// NpmTool installs pnpm or yarn for a project that asks for it.
var NpmTool = &Fix{
	ID: "npm-tool", Title: "Install the package manager that your project asks for",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		name := p.Found["name"]
		if name != "pnpm" && name != "yarn" {
			return nil, ErrNotHere
		}
		g, err := globalTools(ctx, p)
		if err != nil {
			return nil, err
		}
		return []Step{g.step("Install "+name+" for all projects.", []string{"install", "-g", name}, []string{"uninstall", "-g", name}, absentFile(g.dir+"/"+name+"/package.json"))}, nil
	},
}

// newestCorepack is the newest line that runs on Node.js 20 to 26: from 0.35 on it refuses
// what is older than 22.22 (its package.json, read 2026-11-21).
const newestCorepack = "0.34"

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
		return []Step{g.step("Install corepack "+newestCorepack+" in place of "+old+".", []string{"install", "-g", "corepack@" + newestCorepack}, []string{"install", "-g", "corepack@" + old}, seen)}, nil
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
	run, admin, err := both(p, install(newestCorepack), install(old))
	if err != nil {
		return nil, err
	}
	seen, err := exactly(ctx, h, Anything, "file", h.Join(place, "node_modules", "corepack", "package.json"))
	run.Seen = seen
	return []Step{{
		Says: "Install corepack " + newestCorepack + " in place of " + old + " beside Node.js. Windows asks whether it may.", Admin: admin, Verified: Documented,
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
