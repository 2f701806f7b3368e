package fixers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// NpmToolsAtHome lets npm put tools for all projects into the home folder, and new terminals
// find them. It is not for those who have nvm, which works with no such setting.
var NpmToolsAtHome = &Fix{
	ID: "npm-tools-at-home", Title: "Let npm put tools into your home folder",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h := p.Host
		switch moves, err := nodeMoves(ctx, h); {
		case err != nil:
			return nil, err
		case moves:
			return nil, ErrSeenTo // the tools go to where the other Node.js is
		}
		nvm, err := h.Exists(ctx, h.Join("~/.nvm/nvm.sh"))
		if err != nil || nvm || platforms.Manager(p.Found["owner"]) == platforms.Nvm {
			return nil, orNotHere(err)
		}
		for _, name := range []string{"NPM_CONFIG_PREFIX", "npm_config_prefix", "PREFIX", "NPM_CONFIG_USERCONFIG", "npm_config_userconfig"} {
			value, err := h.Getenv(ctx, name)
			if err != nil || value != "" {
				return nil, orNotHere(err) // it goes before the file
			}
		}
		line, dir := "prefix=${HOME}/.npm-global", h.Join("~/.npm-global/bin")
		if h.OS == platforms.Windows { // as the installer of nodejs.org sets it up
			line, dir = `prefix=${APPDATA}\npm`, h.Join(`~\AppData\Roaming\npm`)
		}
		steps, err := setNpmLine(ctx, h, "prefix", line, "Let npm put tools into "+atHome(h, dir)+".")
		if err != nil {
			return nil, err
		}
		first, err := toolsOnPath(ctx, h, dir)
		return append(steps, first...), err
	},
}

// nodeMoves reports whether new terminals find another Node.js first, as where a fix of the
// same plan brings one.
func nodeMoves(ctx context.Context, h *platforms.Host) (bool, error) {
	here, err := h.Which(ctx, "node")
	if err != nil || len(here) == 0 {
		return false, err
	}
	next, err := h.NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return false, nil //nolint:nilerr // nobody can tell, and the setting does no harm
	}
	copies, err := next.Host.Which(ctx, "node")
	if err != nil {
		return false, nil //nolint:nilerr // as above
	}
	path, err := next.Host.Getenv(ctx, "PATH")
	if err != nil {
		return false, nil //nolint:nilerr // as above
	}
	for _, dir := range h.SplitPath(path) {
		if h.SamePath(dir, h.DirName(here[0].Path)) {
			return false, nil
		}
		holds := slices.ContainsFunc(copies, func(p platforms.Program) bool { return h.SamePath(h.DirName(p.Path), dir) })
		if holds || strings.HasSuffix(dir, "/devdoctor/node/current/bin") { // which is downloaded later
			return true, nil
		}
	}
	return false, nil
}

// setNpmLine is the steps that give a setting another line in the account's file, in place
// of the one that is there.
func setNpmLine(ctx context.Context, h *platforms.Host, name, line, says string) ([]Step, error) {
	f, err := readPresent(ctx, h, "~/.npmrc")
	if err != nil {
		return nil, err
	}
	rest, secret := withoutNpmSetting(f.text, name)
	if secret || strings.Contains(rest, "\n[") || strings.HasPrefix(rest, "[") {
		return nil, ErrNotHere // behind a section the line would belong to that
	}
	return f.become(ctx, h, withLine(rest, line), 0o600, triedOn(h, platforms.Linux), says)
}

// toolsOnPath is the steps that let new terminals find the programs of a directory.
func toolsOnPath(ctx context.Context, h *platforms.Host, dir string) ([]Step, error) {
	if h.OS != platforms.Windows {
		return firstOnPath(ctx, h, dir)
	}
	step, err := prependUserPath(ctx, h, dir)
	if errors.Is(err, ErrNotHere) { // it stands there
		return nil, nil
	}
	return []Step{step}, err
}

// NpmToolsFound lets new terminals find the tools that npm installs for all projects.
var NpmToolsFound = &Fix{
	ID: "npm-tools-found", Title: "Make new terminals find npm's tools",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Found["dir"] == "" {
			return nil, ErrNotHere
		}
		return toolsOnPath(ctx, p.Host, p.Found["dir"])
	},
}

// NpmToolsFolder makes the folder for npm's tools.
var NpmToolsFolder = &Fix{
	ID: "npm-tools-folder", Title: "Make the folder for npm's tools",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, dir := p.Host, p.Found["dir"]
		if dir == "" || !h.Under(dir, h.Home) {
			return nil, ErrNotHere
		}
		return parents(ctx, h, h.Join(dir, "npm"), triedOn(h))
	},
}
