package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var (
	globalReadOnly = &Problem{
		ID: "not-writable",
		Means: "npm install -g puts tools for all projects into a folder that belongs to the system. It ends with EACCES, " +
			"which says that you may not write there. With sudo it would leave files that break later installations.",
		See:   "Type npm config get prefix, then look who owns that folder.",
		Fixes: []*fixers.Fix{fixers.NpmToolsAtHome, fixers.OwnNpmFolder, fixers.LoadManager, fixers.NodeOwner},
		Tells: []fixers.Tell{
			{Do: "Most lessons do without: npx runs a tool without installing it. To install tools for good, keep Node.js in your home folder with nvm.",
				Run: nvmInstall, Undo: nvmUndo},
			toolsAtHome(platforms.Nix), toolsAtHome(platforms.Apk),
			{Owner: platforms.Nvm, Do: "Use the Node.js of nvm, which you have: its tools go into your home folder. Then open a new terminal.",
				Run: [][]string{{"nvm", "install", "24"}, {"nvm", "alias", "default", "24"}}, Undo: "nvm alias default, with the old version."},
			{OS: platforms.Windows, Do: "Let npm put tools into your own folder, as Node.js' installer sets it up.",
				Run: [][]string{{"npm.cmd", "config", "set", "prefix", "{dir}"}}, Undo: "npm.cmd config delete prefix"},
		},
	}
	globalNotOnPath = &Problem{
		ID:    "not-on-path",
		Means: "npm install -g puts tools into a folder that PATH does not name. PATH is the list of folders in which a terminal looks for programs.",
		See:   "Type npm config get prefix, then look for that folder in PATH.",
		Fixes: []*fixers.Fix{fixers.NpmToolsFound},
		Tells: []fixers.Tell{
			{Do: "Add this folder to PATH, in the start file of your shell: {dir}. Until then npx runs the tools."},
			{OS: platforms.Windows, Do: "Press the Windows key, type: environment variables for your account. Under Path add this folder: {dir}. Then open a new terminal.",
				Run: [][]string{{"rundll32", "sysdm.cpl,EditEnvironmentVariables"}}, Undo: "Take the line out of Path again."},
		},
	}
	globalFolderMissing = &Problem{
		ID: "folder-missing",
		Means: "The folder into which npm install -g puts tools does not exist. With this version of npm, npx then stops before it fetches a tool: " +
			"ENOENT, no such file or directory, lstat.",
		See:   "Type npm ls -g. It says ENOENT and names the folder.",
		Fixes: []*fixers.Fix{fixers.NpmToolsFolder},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Make the folder.",
			Run: [][]string{{"cmd", "/c", "mkdir", "{dir}"}}, Undo: "Delete the folder, if it is empty.",
		}},
	}
)

// toolsAtHome is for a Linux on which the programs of nodejs.org, and so those of nvm, do not
// start.
func toolsAtHome(owner platforms.Manager) fixers.Tell {
	return fixers.Tell{
		OS: platforms.Linux, Owner: owner,
		Do: "Most lessons do without: npx runs a tool without installing it. To install tools for good, let npm put them into your home folder. " +
			"Then add ~/.npm-global/bin to PATH, in the start file of your shell.",
		Run: [][]string{{"npm", "config", "set", "prefix", "~/.npm-global"}}, Undo: "npm config delete prefix",
	}
}

// npmGlobal wants npm install -g to work and its tools to be found. It only warns:
// npx and the tools of a project work without.
var npmGlobal = &Check{
	ID:        "npm-global",
	Title:     "npm can install tools for all projects",
	Why:       "Some lessons install a tool once for all projects, such as nodemon. Without the right to write there, npm stops with EACCES.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{npmInstalled},
	Problems:  []*Problem{globalReadOnly, globalNotOnPath, globalFolderMissing},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		n, err := findNpm(ctx, h)
		if err != nil {
			return Unknown(err, "the folders of PATH could not be searched for npm")
		}
		r := toolsForAll(ctx, h, need, n)
		if r.Problem != globalReadOnly {
			return r
		}
		return inNewTerminals(ctx, h, need, n, r)
	},
}

// inNewTerminals is r, by which an npm may not install tools for all projects, unless new
// terminals find another npm that may, or nobody can say which they find.
func inNewTerminals(ctx context.Context, h *platforms.Host, need Needs, n npmCopy, r Result) Result {
	const unclear = "whether the npm of new terminals is another one is not known"
	places, err := h.NodePlaces(ctx)
	if err != nil {
		return Unknown(err, unclear)
	}
	if !slices.ContainsFunc(places, func(p platforms.Program) bool { return h.Under(p.Path, h.Home) }) {
		return r // whose folder would be the account's
	}
	next, err := h.NewTerminal(ctx)
	if err == nil && next.Unsure != "" {
		err = errors.New(next.Unsure)
	}
	if err != nil {
		return Unknown(err, unclear)
	}
	other, err := findNpm(ctx, next.Host)
	switch {
	case err != nil:
		return Unknown(err, unclear)
	case other.path == "" || h.SamePath(other.path, n.path):
		return r
	}
	switch later := toolsForAll(ctx, next.Host, need, other); later.Status {
	case StatusOK:
		return later.Note("The npm of this terminal may not. A new terminal finds another one.")
	case StatusUnknown:
		return later
	default:
		return r
	}
}

// toolsForAll is the result for the npm that a terminal finds.
func toolsForAll(ctx context.Context, h *platforms.Host, need Needs, n npmCopy) Result {
	first, owner, err := winner(ctx, h)
	switch {
	case err != nil:
		return Unknown(err, "it is not clear which copy of Node.js runs")
	case n.path == "" || first.Path == "":
		return Skip("PATH leads to no npm")
	case owner.Shim || n.dir == "" || slices.Contains(byShims, owner.Manager):
		return OK("tools for all projects are kept by the manager of Node.js")
	}
	settings, err := readNpmSettings(ctx, h, need, n)
	if err != nil {
		return Unknown(err, "the settings of npm could not be read")
	}
	if settings.prefix == "" {
		return Unknown(nil, "the folder for npm's tools could not be worked out")
	}
	r := weighPrefix(ctx, h, settings.prefix, first)
	if r.Status == StatusOK && h.OS == platforms.Windows {
		return folderThere(ctx, h, n, r)
	}
	return r
}

// npxMakesDo is the first npm whose npx goes on without the folder, which Node.js'
// installer for Windows makes no more (npm/cli#7640, npm/cli#7089). With 10.8.2,
// npx NAME ends with ENOENT; with 10.8.3, 11.6.0 and 11.19.0 it runs, and npm
// install -g makes the folder (seen under Wine, 2026-11-21).
const npxMakesDo = "10.8.3"

// folderThere is r, unless the folder is missing and this npm needs it.
func folderThere(ctx context.Context, h *platforms.Host, n npmCopy, r Result) Result {
	there, err := h.Exists(ctx, r.Found.Dir)
	if err != nil {
		return Unknown(err, "the folder for npm's tools could not be looked at")
	}
	if there {
		return r
	}
	pkg, err := readNpmPackage(ctx, h, n)
	if err != nil {
		return Unknown(err, "the files of npm could not be read")
	}
	if !newer(npxMakesDo, pkg.Version) {
		return r
	}
	return globalFolderMissing.Warn("npm's folder for tools does not exist").With(r.Found).
		Because("It would be %s. The npx of npm %s stops without it.", r.Found.Dir, pkg.Version)
}

// leftByType reports whether PATH would lead to a directory, had its stored list
// the right type. Of that terminal-stored-path tells.
func leftByType(ctx context.Context, h *platforms.Host, dir string) (bool, error) {
	entries, err := h.PathEntries(ctx)
	if err != nil {
		return false, err
	}
	frozen, err := frozenEntries(ctx, h, entries)
	return slices.ContainsFunc(frozen, func(entry string) bool { return h.SamePath(expand(ctx, h, entry), dir) }), err
}

// byShims are managers that put links for tools into a folder of their own.
var byShims = []platforms.Manager{platforms.Volta, platforms.Mise, platforms.Asdf, platforms.Nodenv, platforms.Proto}

func weighPrefix(ctx context.Context, h *platforms.Host, prefix string, node platforms.Program) Result {
	bin, modules := h.Join(prefix, "bin"), h.Join(prefix, "lib", "node_modules")
	if h.OS == platforms.Windows {
		bin, modules = prefix, h.Join(prefix, "node_modules")
	}
	found := Found{Name: "prefix", Value: prefix, Dir: bin}
	for _, dir := range []string{modules, bin} {
		top, err := nearest(ctx, h, dir)
		if err != nil {
			return Unknown(err, "the folder for npm's tools could not be looked at")
		}
		if !top.info.Writable {
			return readOnlyPrefix(ctx, h, found, top.path)
		}
	}
	onPath, err := entryOfPath(ctx, h, bin, node)
	if err != nil {
		return Unknown(err, "the folders of PATH could not be looked at")
	}
	if !onPath {
		frozen, err := leftByType(ctx, h, bin)
		if err != nil || frozen {
			return orUnknown(waitsFor(terminalRegistry.ID), err, "the stored PATH could not be read")
		}
		switch later, err := onNextPath(ctx, h, bin); {
		case err != nil:
			return Unknown(err, "whether a new terminal finds npm's tools is not known")
		case later:
			return OK("npm can install tools for all projects").With(found).
				Note("This terminal does not find such tools. A new one does.")
		}
		return globalNotOnPath.Warn("tools that npm installs are not found").With(found).
			Because("npm install -g puts them into %s, which is not on PATH.", bin)
	}
	return OK("npm can install tools for all projects").With(found)
}

// onNextPath reports whether the next terminal has a directory on PATH.
func onNextPath(ctx context.Context, h *platforms.Host, dir string) (bool, error) {
	next, err := h.NewTerminal(ctx)
	if err != nil {
		return false, err
	}
	if next.Unsure != "" {
		return false, errors.New(next.Unsure)
	}
	value, err := next.Host.Getenv(ctx, "PATH")
	return slices.ContainsFunc(h.SplitPath(value), func(entry string) bool { return h.SamePath(entry, dir) }), err
}

func readOnlyPrefix(ctx context.Context, h *platforms.Host, found Found, dir string) Result {
	if h.OS == platforms.Windows {
		found.Dir = h.Join(`~\AppData\Roaming\npm`)
	} else if nvm, err := h.Exists(ctx, h.Join("~/.nvm/nvm.sh")); err != nil {
		return Unknown(err, "nvm could not be looked for")
	} else if nvm {
		found.Owner = platforms.Nvm
	} else if m, err := systemManager(ctx, h); err != nil {
		return Unknown(err, "the kind of your Linux could not be found out")
	} else if m == platforms.Nix || m == platforms.Apk {
		found.Owner = m
	}
	return globalReadOnly.Warn("npm may not install tools for all projects").With(found).
		Because("They would go into %s, where your account may not write.", dir)
}

type place struct {
	path string
	info platforms.Info
}

// nearest is a directory, or the closest one above it that exists.
func nearest(ctx context.Context, h *platforms.Host, dir string) (place, error) {
	for {
		info, err := h.Stat(ctx, dir)
		if err == nil {
			return place{dir, info}, nil
		}
		up := h.DirName(dir)
		if !errors.Is(err, platforms.ErrNotFound) || up == dir {
			return place{dir, info}, err
		}
		dir = up
	}
}

// entryOfPath reports whether PATH names a directory, or leads to it through a
// link, as fnm's does.
func entryOfPath(ctx context.Context, h *platforms.Host, dir string, node platforms.Program) (bool, error) {
	entries, err := h.PathEntries(ctx)
	if err != nil {
		return false, err
	}
	linked := scoopLink(dir)
	if slices.ContainsFunc(entries, func(e platforms.PathEntry) bool {
		return h.SamePath(e.Dir, dir) || linked != "" && h.SamePath(e.Dir, linked)
	}) {
		return true, nil
	}
	info, err := h.Stat(ctx, h.DirName(node.Path))
	if errors.Is(err, platforms.ErrNotFound) {
		return false, nil
	}
	return err == nil && h.SamePath(info.Real, dir), err
}

// scoopLink is the name by which PATH knows a folder that Scoop keeps across versions
// of a program; "" for others. Its manifest of nodejs-lts points npm's prefix at
// persist\nodejs-lts\bin and puts the link apps\nodejs-lts\current\bin on PATH
// (ScoopInstaller/Main, read 2026-11-21).
func scoopLink(dir string) string {
	root, kept, ok := strings.Cut(dir, `\persist\`)
	app, rest, below := strings.Cut(kept, `\`)
	if !ok || !below {
		return ""
	}
	return root + `\apps\` + app + `\current\` + rest
}
