package checks

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var npm = []*Check{npmInstalled, npmScriptsPolicy, npmConfigured, npmProxied, npmGlobal, npmCache, npmLocks, corepack}

// reinstallNode brings npm back together with Node.js, through whoever keeps the
// copy that runs.
var reinstallNode = []fixers.Tell{
	{Do: "Install nvm, which keeps Node.js and npm in your home folder, and let it install Node.js 24. Then open a new terminal.",
		Run: nvmInstall, Undo: nvmUndo},
	{Owner: platforms.Nvm, Do: "Let nvm install Node.js again: the first command removes this copy, the second brings it back with npm.",
		Run: [][]string{{"nvm", "deactivate"}, {"nvm", "uninstall", "{version}"}, {"nvm", "install", "{version}"}}, Undo: "Nothing has to be undone."},
	{Owner: platforms.Apt, Do: "Install npm, which Debian and Ubuntu keep in a package of its own.", Admin: true,
		Run: [][]string{{"sudo", "sh", "-c", "apt-get update && apt-get install -y --reinstall npm"}}, Undo: "sudo apt-get remove npm"},
	{Owner: platforms.NodeSource, OS: platforms.Linux, Do: "Install the package nodejs again: npm is a part of it.", Admin: true,
		Run: [][]string{{"sudo", "sh", "-c", "apt-get update && apt-get install -y --reinstall nodejs"}}, Undo: "Nothing has to be undone."},
	{Owner: platforms.Homebrew, Do: "Let Homebrew install Node.js again: npm is a part of it.",
		Run: [][]string{{"brew", "reinstall", "{name}"}}, Undo: "Nothing has to be undone."},
	{Owner: platforms.Apk, Do: "Install npm, which Alpine keeps in a package of its own.", Admin: true,
		Run: [][]string{{"sudo", "apk", "add", "npm"}}, Undo: "sudo apk del npm"},
	{Owner: platforms.Pacman, Do: "Install npm, which Arch keeps in a package of its own.", Admin: true,
		Run: [][]string{{"sudo", "pacman", "-S", "npm"}}, Undo: "sudo pacman -Rs npm"},
	{OS: platforms.Windows, Do: "Install Node.js again over the old copy: npm is a part of it. Agree when Windows asks." + noWinget(nodePage), Admin: true,
		Run: [][]string{wingetInstall("OpenJS.NodeJS.LTS", newest24, "--force")}, Undo: "winget uninstall --id OpenJS.NodeJS.LTS --exact"},
}

var (
	npmMissing = &Problem{
		ID:    "missing",
		Means: "Node.js is here without npm. npm is the program that fetches the packages of a project.",
		See:   "Type npm --version. The terminal knows no such command.",
		Fixes: []*fixers.Fix{fixers.NpmFromCopy, fixers.NpmPackage, fixers.NpmReinstall, fixers.NodeOwner, fixers.NodeArchive},
		Tells: reinstallNode,
	}
	npmOfWindows = &Problem{
		ID:    "windows-npm",
		Means: "In this Linux inside Windows the command npm is that of Windows, while Node.js is that of Linux. The two do not work together.",
		See:   "Type which npm. It names a folder under /mnt.",
		Fixes: []*fixers.Fix{fixers.NpmFromCopy, fixers.NpmPackage, fixers.NodeOwner, fixers.NodeArchive},
		Tells: reinstallNode,
	}
	npmBroken = &Problem{
		ID:    "broken",
		Means: "npm is installed in part only. It stops with: Cannot find module npm-cli.js.",
		See:   "Type npm --version. Instead of a version it prints an error.",
		Fixes: []*fixers.Fix{fixers.NpmFromCopy, fixers.NpmPackage, fixers.NpmReinstall, fixers.NodeOwner, fixers.NodeArchive},
		Tells: reinstallNode,
	}
	npmWrongNode = &Problem{
		ID:    "wrong-node",
		Means: "This npm was made for other versions of Node.js than yours. It warns at each start, and can stop with errors that have nothing to do with your project.",
		See:   "Type npm --version. It warns that npm does not support your Node.js.",
		Fixes: []*fixers.Fix{fixers.NpmFromCopy, fixers.NpmThatFits, fixers.NodeOwner},
		Tells: []fixers.Tell{{
			Do:  "Put the npm in place that fits Node.js 24.",
			Run: [][]string{{"npm", "install", "-g", "npm@11"}}, Undo: "npm install -g, with the old version of npm.",
		}, {
			OS: platforms.Windows, Do: "Put the npm in place that fits Node.js 24.",
			Run: [][]string{{"npm.cmd", "install", "-g", "npm@11"}}, Undo: "npm.cmd install -g, with the old version of npm.",
		}},
	}
)

// npmInstalled wants an npm that fits the Node.js that runs. Its version is read
// from its package.json, which takes a hundredth of the time of starting it.
var npmInstalled = &Check{
	ID:        "npm-installed",
	Title:     "npm is installed and fits Node.js",
	Why:       "Nearly every lesson begins with npm install or npm start. Without a working npm no project starts.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{nodeRuns},
	Problems:  []*Problem{npmMissing, npmOfWindows, npmBroken, npmWrongNode},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		first, owner, err := winner(ctx, h)
		switch {
		case err != nil:
			return Unknown(err, "it is not clear which copy of Node.js runs")
		case first.Path == "":
			return Skip("npm comes with Node.js, and PATH leads to none")
		case owner.Manager == platforms.WindowsWSL:
			return Skip("Node.js itself is the one of Windows")
		}
		n, err := findNpm(ctx, h)
		if err != nil {
			return Unknown(err, "the folders of PATH could not be searched for npm")
		}
		found := foundNode(first, owner, owner.Version)
		return weighNpm(ctx, h, n, found)
	},
}

func weighNpm(ctx context.Context, h *platforms.Host, n npmCopy, found Found) Result {
	switch {
	case n.path == "" && n.dead == "":
		return npmMissing.Fail("npm is not installed").With(found).Because("Node.js is %s, without an npm beside it.", found.Path)
	case n.path == "":
		return npmBroken.Fail("npm is not complete").With(found).Because("%s leads to a file that is gone.", n.dead)
	case n.windows:
		return npmOfWindows.Fail("npm is the one of Windows").With(found).Because("It is %s. Your Node.js is %s.", n.path, found.Path)
	case n.dir == "":
		return OK("npm is at %s", n.path).With(Found{Name: "npm", Path: n.path}).Note("It chooses its version when it starts.")
	}
	pkg, err := readNpmPackage(ctx, h, n)
	if errors.Is(err, platforms.ErrNotFound) {
		return npmBroken.Fail("npm is not complete").With(found).Because("Parts of it are missing in %s.", n.dir)
	}
	if err != nil {
		return Unknown(err, "the files of npm could not be read")
	}
	answer, _, err := askNode(ctx, h)
	if err != nil || answer == nil {
		return Unknown(err, "Node.js did not say its version")
	}
	if fits, known := inRange(answer.Version, pkg.Engines.Node); known && !fits {
		return npmWrongNode.Warn("npm %s does not fit Node.js %s", pkg.Version, answer.Version).With(found).
			Because("This npm asks for Node.js %s.", pkg.Engines.Node)
	}
	return OK("npm %s", pkg.Version).With(Found{Name: "npm", Version: pkg.Version, Path: n.path})
}

// An npmCopy is the npm that PATH leads to.
type npmCopy struct {
	path    string // "" where there is none
	dir     string // its package; "" where a switch of a manager chooses one at each start
	dead    string // a link called npm that leads nowhere
	windows bool   // it belongs to Windows, and this is a Linux inside it
}

// findNpm follows the links that installers make for npm: in the end they lead to
// npm/bin/npm-cli.js. On Windows npm.cmd looks beside itself.
func findNpm(ctx context.Context, h *platforms.Host) (npmCopy, error) {
	all, err := h.WhichAll(ctx, "npm")
	if err != nil {
		return npmCopy{}, err
	}
	i := slices.IndexFunc(all, func(p platforms.Program) bool { return p.Skip == "" })
	if i < 0 {
		if i = slices.IndexFunc(all, func(p platforms.Program) bool { return p.Skip == "dangling" }); i >= 0 {
			return npmCopy{dead: all[i].Path}, nil
		}
		return npmCopy{}, nil
	}
	n := npmCopy{path: all[i].Path}
	if h.OS == platforms.Windows {
		n.dir, err = npmOnWindows(ctx, h, h.DirName(n.path))
		return n, err
	}
	if top, ok := strings.CutSuffix(all[i].Real, "/bin/npm-cli.js"); ok {
		n.dir = top
		return n, nil
	}
	owner, err := h.Owner(ctx, all[i])
	n.windows = owner.Manager == platforms.WindowsWSL
	return n, err
}

// npmOnWindows is the package that npm.cmd starts: the one that somebody installed
// with npm install -g npm, else its own neighbour.
func npmOnWindows(ctx context.Context, h *platforms.Host, dir string) (string, error) {
	newer := h.Join(`~\AppData\Roaming\npm\node_modules\npm`)
	there, err := h.Exists(ctx, h.Join(newer, "bin", "npm-cli.js"))
	if there {
		return newer, nil
	}
	return h.Join(dir, "node_modules", "npm"), err
}

// npmPackage is what matters of npm's package.json.
type npmPackage struct {
	Version string
	Engines struct{ Node string }
}

// readNpmPackage is ErrNotFound where a part of npm is missing.
func readNpmPackage(ctx context.Context, h *platforms.Host, n npmCopy) (npmPackage, error) {
	var pkg npmPackage
	// The first starts the second, in every npm from 6 to 12.
	for _, part := range []string{"bin/npm-cli.js", "lib/npm.js"} {
		if _, err := h.Stat(ctx, h.Join(n.dir, part)); err != nil {
			return pkg, err
		}
	}
	text, err := h.ReadFile(ctx, h.Join(n.dir, "package.json"))
	if err != nil {
		return pkg, err
	}
	if json.Unmarshal([]byte(text), &pkg) != nil {
		return pkg, platforms.ErrNotFound // cut short: npm does not start with it either
	}
	return pkg, nil
}
