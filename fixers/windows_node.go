package fixers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// The owners of Node.js on Windows. None was run there: Wine has none of them.

// nodeWinget is the package of a release: winget has 24 as versions of OpenJS.NodeJS.LTS, and
// no package OpenJS.NodeJS.24 (microsoft/winget-pkgs, read 2026-11-20).
func nodeWinget(words ...string) []string { return wingetNode("OpenJS.NodeJS.LTS", words...) }

func wingetNode(id string, words ...string) []string {
	return append(words, "--id", id, "--exact", "--source", "winget", "--silent", "--accept-source-agreements", "--disable-interactivity")
}

// pinNode is the step that lets winget upgrade keep to the line of the course: to winget 24 and 26 are one
// package. winget takes no second pin for a package, so that there is no step where it has one; nor where
// it is too old to know of any, or nobody can tell (pin add, PinFlow.cpp, microsoft/winget-cli fa3d9e5).
func pinNode(ctx context.Context, h *platforms.Host, id, v string) []Step {
	list := platforms.Query{Verb: "run", Args: []string{"winget", "pin", "list", "--accept-source-agreements", "--disable-interactivity"}}
	now, err := Answered(h.Source().Answer(ctx, list))
	if err != nil || strings.HasPrefix(now, "!") || strings.Contains(now, id) {
		return nil
	}
	line := majorOf(v) + ".*"
	pin := func(verb string, more ...string) []string {
		return append([]string{"winget", "pin", verb, "--id", id, "--exact", "--source", "winget", "--accept-source-agreements", "--disable-interactivity"}, more...)
	}
	return []Step{{
		Says: "Tell winget to stay with Node.js " + line + " when it upgrades everything.", Verified: Documented,
		Run: &Run{Argv: pin("add", "--version", line), Back: pin("remove"), Seen: Probe{Query: list.String(), Before: now, After: Anything}},
	}}
}

// canBring says that an owner's program is there, and ErrNotHere that it is not: then it can
// bring nothing.
func canBring(ctx context.Context, h *platforms.Host, program string) error {
	copies, err := h.Which(ctx, program)
	if err != nil {
		return fmt.Errorf("look for %s: %w", program, err)
	}
	if len(copies) == 0 {
		return ErrNotHere
	}
	return nil
}

// nodeByWinget installs for the account alone, as the copy that runs was. ErrNotHere says too
// that this version is there already: winget does not install it again.
func nodeByWinget(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	if err := canBring(ctx, h, "winget"); err != nil {
		return nil, err
	}
	local, err := h.Getenv(ctx, "LOCALAPPDATA")
	if err != nil {
		return nil, fmt.Errorf("find the folder for programs of the account: %w", err)
	}
	if local == "" {
		local = `~\AppData\Local`
	}
	packages := strings.ReplaceAll(atHome(h, h.Join(local, "Microsoft", "WinGet", "Packages")), `\`, "/")
	newest := packages + "/OpenJS.NodeJS.LTS_*/node-v" + Newest24 + "-*/node.exe"
	seen, err := exactly(ctx, h, Anything, "glob", newest)
	if err != nil || seen.Before != "" {
		return nil, orNotHere(err)
	}
	back := nodeWinget("winget", "uninstall")
	if p.Found["name"] == "OpenJS.NodeJS.LTS" || strings.Contains(p.Found["path"], `\OpenJS.NodeJS.LTS_`) {
		// The new version takes the place of the old one, which does not come back. That is an
		// upgrade; what is newer, or cannot even say what it is, stays, and another copy comes beside it.
		was, err := version.NewVersion(p.Found["version"])
		if err != nil || !was.LessThan(version.Must(version.NewVersion(Newest24))) {
			return nil, ErrNotHere //nolint:nilerr // it is damaged
		}
		back = nil
	}
	return append([]Step{{
		Says: "Install Node.js " + Newest24 + " with winget, for your account.", Verified: Documented, Allow: AllowLicence, Hosts: []string{"nodejs.org"},
		Run: &Run{
			Argv: append(nodeWinget("winget", "install"), "--version", Newest24, "--scope", "user", "--accept-package-agreements"), Back: back,
			Seen: seen,
		},
	}}, pinNode(ctx, h, "OpenJS.NodeJS.LTS", Newest24)...), nil
}

// nodeByMSI lets the installer of nodejs.org replace the version that it installed. It
// refuses an older one, so that there is no way back.
func nodeByMSI(ctx context.Context, p Patient) ([]Step, error) {
	id, v, was := "OpenJS.NodeJS.LTS", Newest24, p.Found["version"]
	if was == "" { // it cannot say so itself
		noted, err := p.Host.Registry(ctx, platforms.NodeKey, "Version")
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return nil, fmt.Errorf("read which version the installer brought: %w", err)
		}
		was = noted.Data
	}
	if newerNode(was) {
		id, v = "OpenJS.NodeJS", Newest26
	}
	if runs, err := version.NewVersion(was); err == nil && runs.GreaterThan(version.Must(version.NewVersion(v))) {
		v = Newest24
	}
	seen, err := exactly(ctx, p.Host, "REG_SZ "+v, "reg", platforms.NodeKey, "Version")
	switch {
	case err != nil:
		return nil, err
	case p.NoAdmin, seen.Before == Absent:
		return nil, ErrNotHere
	case id != "OpenJS.NodeJS.LTS" && v == Newest24:
		return insteadOfMSI(ctx, p, seen)
	}
	if err := canBring(ctx, p.Host, "winget"); err != nil {
		return nil, err
	}
	return append([]Step{{
		Says:  "Install Node.js " + v + " over the old one with winget. Windows asks whether it may.",
		Admin: !p.Host.Elevated, Verified: Documented, Allow: AllowLicence, Hosts: []string{"nodejs.org"},
		Run: &Run{Argv: append(wingetNode(id, "winget", "install"), "--version", v, "--scope", "machine", "--installer-type", "wix", "--accept-package-agreements"), Seen: seen},
	}}, pinNode(ctx, p.Host, id, v)...), nil
}

// newerNode reports whether a version is newer than the one that would be installed.
func newerNode(runs string) bool { return nodeVersionFor(runs) != Newest24 }

// nodeByScoop upgrades the program that Scoop keeps. Scoop keeps the old version too. It does
// nothing where it has no newer one.
func nodeByScoop(ctx context.Context, p Patient) ([]Step, error) {
	name := p.Found["name"]
	if name != "nodejs" && name != "nodejs-lts" {
		return nil, ErrNotHere // a program of one line alone
	}
	if v := p.Found["version"]; v == Newest24 || v == Newest26 {
		return nil, ErrNotHere // the trouble lies elsewhere
	}
	if err := canBring(ctx, p.Host, "scoop"); err != nil {
		return nil, err
	}
	root, err := p.Host.Getenv(ctx, "SCOOP")
	if err != nil {
		return nil, fmt.Errorf("find Scoop: %w", err)
	}
	if root == "" {
		root = "~/scoop"
	}
	root = atHome(p.Host, p.Host.Join(root))
	seen, err := exactly(ctx, p.Host, Anything, "stat", root+"/apps/"+name+"/current")
	if err != nil || !isVersion(p.Found["version"]) {
		return nil, orNotHere(err)
	}
	newest := "the newest release of Node.js"
	if name == "nodejs-lts" { // Node.js 26 has it since 2026-10-28 (nodejs/Release, schedule.json)
		newest = "the newest release with long-term support: Node.js 26, or later"
	}
	return []Step{{
		Says: "Let Scoop upgrade " + name + " to " + newest + ".", Verified: Documented, Hosts: []string{"nodejs.org", "github.com"},
		Leaves: []string{root + "/apps", root + "/cache", root + "/buckets", root + "/persist"},
		Run: &Run{
			Argv: []string{"cmd", "/c", "scoop update && scoop update " + name},
			Back: []string{"cmd", "/c", "scoop reset " + name + "@" + p.Found["version"]}, Seen: seen,
		},
	}}, nil
}

// nodeByChocolatey upgrades Chocolatey's package, which starts the installer of nodejs.org.
func nodeByChocolatey(ctx context.Context, p Patient) ([]Step, error) {
	name := p.Found["name"]
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz.-0123456789") != "" || name == "" || newerNode(p.Found["version"]) {
		return nil, ErrNotHere
	}
	seen, err := exactly(ctx, p.Host, "REG_SZ "+Newest24, "reg", platforms.NodeKey, "Version")
	if err != nil {
		return nil, err
	}
	argv, admin, err := asWindowsAdmin(p, "choco", "upgrade", name, "--version="+Newest24, "-y", "--no-progress")
	return []Step{{
		Says: "Let Chocolatey upgrade " + name + " to Node.js " + Newest24 + ".", Admin: admin, Verified: Documented, Hosts: []string{"community.chocolatey.org", "nodejs.org"},
		Run: &Run{Argv: argv, Seen: seen},
	}}, err
}

// nodeByNvmWindows installs a version beside the old one, and changes the link that is on
// PATH. Windows asks before it lets anybody change it.
func nodeByNvmWindows(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	home, err := storedVariable(ctx, h, "NVM_HOME")
	if err != nil {
		return nil, fmt.Errorf("find nvm: %w", err)
	}
	link, err := storedVariable(ctx, h, "NVM_SYMLINK")
	if err != nil {
		return nil, fmt.Errorf("find nvm's link: %w", err)
	}
	runs, v := p.Found["version"], nodeVersionFor(p.Found["version"])
	if home == "" || link == "" || runs == v {
		return nil, ErrNotHere
	}
	nvm := h.Join(home, "nvm.exe")
	steps := []Step{{
		Says: "Install Node.js " + v + " with nvm. Undo removes it, with the packages that were added to it since.", Verified: Documented, Hosts: []string{"nodejs.org"},
		Run: &Run{Argv: []string{nvm, "install", v}, Back: []string{nvm, "uninstall", v}, Seen: absentFile(h.Join(home, "v"+v, "node.exe"))},
	}}
	if there, err := h.Exists(ctx, h.Join(home, "v"+v, "node.exe")); err != nil || there {
		steps = nil
		if err != nil {
			return nil, fmt.Errorf("look for Node.js %s: %w", v, err)
		}
	}
	seen, err := exactly(ctx, h, Anything, "stat", link)
	if err != nil {
		return nil, err
	}
	argv, admin, err := asWindowsAdmin(p, nvm, "use", v)
	if err != nil {
		return nil, err
	}
	use := Step{Says: "Let nvm switch to it. Windows asks whether it may.", Admin: admin, Verified: Documented, Run: &Run{Argv: argv, Seen: seen}}
	switch {
	case isVersion(runs):
		use.Run.Back, _, err = asWindowsAdmin(p, nvm, "use", runs)
	case seen.Before == Absent:
		use.Run.Back, _, err = asWindowsAdmin(p, nvm, "off")
	}
	return append(steps, use), err
}

// NvmFolderAside gives a folder without Node.js, which stands where nvm for Windows wants its link,
// another name, and lets nvm make the link.
var NvmFolderAside = &Fix{
	ID: "nvm-folder-aside", Title: "Make room for the link of nvm",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, dir := p.Host, p.Found["dir"]
		if h.OS != platforms.Windows || dir == "" {
			return nil, ErrNotHere
		}
		if runs, err := h.Exists(ctx, h.Join(dir, "node.exe")); err != nil || runs {
			return nil, orNotHere(err) // the installer's, which has to be uninstalled first
		}
		return folderAside(ctx, p, dir)
	},
}

// OldNodeAside gives the folder of an old Node.js that nobody keeps another name, so that PATH leads
// to the newer one behind it. What Windows has on PATH for all accounts comes first, whatever the
// account's own list says.
var OldNodeAside = &Fix{
	ID: "old-node-aside", Title: "Take the old Node.js out of the way",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, dir := p.Host, p.Host.DirName(p.Found["path"])
		if h.OS != platforms.Windows || p.Found["path"] == "" || p.Found["owner"] != "" {
			return nil, ErrNotHere
		}
		whole, err := h.Exists(ctx, h.Join(dir, `node_modules\npm\package.json`))
		if err != nil || !whole {
			return nil, orNotHere(err) // a folder with other things
		}
		return folderAside(ctx, p, dir)
	},
}

// folderAside is the step that gives a folder of Windows another name beside the old one.
func folderAside(ctx context.Context, p Patient, dir string) ([]Step, error) {
	taken, err := p.Host.Exists(ctx, dir+".old")
	if err != nil || taken {
		return nil, orNotHere(err)
	}
	above, err := p.Host.Stat(ctx, p.Host.DirName(dir))
	step, moveErr := movedOnWindows(p, dir, dir+".old", err == nil && above.Writable)
	if moveErr != nil {
		return nil, moveErr
	}
	return []Step{step}, nil
}
