package checks

import (
	"slices"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// The commands of this file are those of the managers' own documents (read
// 2026-11-20). Run in a lab on Debian 13 (2026-11-20 and 21): nvm from a copy of its
// repository, n and mise. The others were not run.
//
// They name 24 wherever a version must be named: the word "lts" means 26 to some
// managers and 24 to others, and 24 is the line that every manager has.

// nvmInstall puts nvm into the home directory from its own repository. Its
// installer adds the lines to the start file of the shell.
var nvmInstall = [][]string{
	{"git", "clone", "--depth", "1", "--branch", "v0.40.6", "https://github.com/nvm-sh/nvm.git", "~/.nvm"},
	{"env", "NODE_VERSION=24", "bash", "~/.nvm/install.sh"},
}

const (
	nvmUndo      = "Delete the directory ~/.nvm, and the lines with NVM_DIR at the end of your shell's start file."
	nvmDo        = "Install nvm, which keeps Node.js in your home directory, and let it install Node.js 24. This needs git. Then open a new terminal."
	besideDo     = "Install nvm. It keeps Node.js 24 in your home directory and leaves the old copy as it is. This needs git. Then open a new terminal."
	windowsClose = "Then close every terminal and every window of VS Code, and open a new one."
	nodePage     = "https://nodejs.org/en/download"
)

// nodeInstall brings Node.js to a machine that has none.
var nodeInstall = []fixers.Tell{
	{
		OS: platforms.Linux, Run: nvmInstall, Undo: nvmUndo,
		Do: nvmDo,
	},
	{
		OS: platforms.Darwin, Run: append([][]string{{"touch", "~/.zshrc"}}, nvmInstall...), Undo: nvmUndo,
		Do: nvmDo,
	},
	{
		OS: platforms.Darwin, Owner: platforms.Homebrew,
		Do:   "Install Node.js 24 with Homebrew. Then open a new terminal.",
		Run:  [][]string{{"brew", "install", "node@24"}, {"brew", "link", "--overwrite", "node@24"}},
		Undo: "brew uninstall node@24",
	},
	{
		OS: platforms.Windows, Admin: true,
		Do:   "Install Node.js 24 with winget, and agree when Windows asks. " + windowsClose + noWinget(nodePage),
		Run:  [][]string{wingetInstall("OpenJS.NodeJS.LTS", newest24), wingetPin},
		Undo: "winget uninstall --id OpenJS.NodeJS.LTS --exact",
	},
	{
		OS: platforms.Linux, Owner: platforms.Apk, Admin: true,
		Do:   "As root, install Node.js from Alpine's packages. The programs of nodejs.org do not run on Alpine.",
		Run:  [][]string{{"apk", "add", "-U", "nodejs", "npm"}},
		Undo: "apk del nodejs npm",
	},
	{
		// Both features are off in Nix unless somebody turned them on (wiki.nixos.org, Flakes, read 2026-11-22).
		Owner: platforms.Nix,
		Do:    "Install Node.js 24 from nixpkgs.",
		Run:   [][]string{{"nix", "--extra-experimental-features", "nix-command flakes", "profile", "install", "nixpkgs#nodejs_24"}},
		Undo:  "nix --extra-experimental-features 'nix-command flakes' profile remove nodejs_24",
	},
}

// wingetPin keeps winget from going on to 26 behind the learner's back.
var wingetPin = []string{"winget", "pin", "add", "--id", "OpenJS.NodeJS.LTS", "--exact", "--version", "24.*"}

func wingetInstall(id, version string, more ...string) []string {
	return append([]string{"winget", "install", "--id", id, "--version", version, "--exact", "--source", "winget"}, more...)
}

// nodeUpgrade brings Node.js 24, through whoever keeps the copy that runs. Where
// that one cannot deliver it, a copy beside it does.
var nodeUpgrade = slices.Concat(ownersUpgrade, nodeInstall)

// ownersUpgrade is a variable of its own so that the compiler lays it out: an argument is
// built at each start of the program.
var ownersUpgrade = []fixers.Tell{
	{
		Owner: platforms.Nvm, Do: "Install Node.js 24 with nvm, and make it the one that new terminals use.",
		Run: [][]string{{"nvm", "install", "24"}, {"nvm", "alias", "default", "24"}}, Undo: "nvm alias default {version}",
	},
	{
		Owner: platforms.NvmWindows, Admin: true,
		Do:  "Open the terminal as administrator. Install Node.js 24 with nvm, and switch to it.",
		Run: [][]string{{"nvm", "install", newest24}, {"nvm", "use", newest24}}, Undo: "nvm use {version}",
	},
	{
		Owner: platforms.Fnm, Do: "Install Node.js 24 with fnm, and make it the default. Then open a new terminal.",
		Run: [][]string{{"fnm", "install", "24"}, {"fnm", "default", "24"}}, Undo: "fnm default {version}",
	},
	{
		Owner: platforms.Volta, Do: "Install Node.js 24 with Volta. Volta is no longer developed; its makers recommend mise.",
		Run: [][]string{{"volta", "install", "node@24"}}, Undo: "volta install node@{version}",
	},
	{
		Owner: platforms.Mise, Do: "Let mise install Node.js 24 and use it everywhere.",
		Run: [][]string{{"mise", "use", "-g", "node@24"}}, Undo: "mise use -g node@{version}",
	},
	{
		// asdf set came with 0.16.0, and took the place of asdf global (its guide to upgrading, read 2026-11-22).
		Owner: platforms.Asdf, Do: "Let asdf install Node.js 24 and use it everywhere. If asdf does not know set, it is older than 0.16: then type asdf global nodejs " + newest24 + ".",
		Run:  [][]string{{"asdf", "install", "nodejs", newest24}, {"asdf", "set", "--home", "nodejs", newest24}},
		Undo: "asdf set --home nodejs {version}; before asdf 0.16, asdf global nodejs {version}",
	},
	{
		Owner: platforms.Proto, Do: "Let proto install Node.js 24 and use it everywhere.",
		Run: [][]string{{"proto", "install", "node", "24", "--pin", "global"}}, Undo: "proto pin node {version} --to global",
	},
	{
		Owner: platforms.Nodenv, Do: "Let nodenv install Node.js 24 and use it everywhere.",
		Run: [][]string{{"nodenv", "install", newest24}, {"nodenv", "global", newest24}}, Undo: "nodenv global {version}",
	},
	{
		Owner: platforms.Nvs, Do: "Let nvs install Node.js 24, and make it the default.",
		Run: [][]string{{"nvs", "add", "24"}, {"nvs", "link", "24"}}, Undo: "nvs link {version}",
	},
	{
		Owner: platforms.N, Do: "Let n install Node.js 24. Where it may not write, put sudo in front.",
		Run: [][]string{{"n", "24"}}, Undo: "n {version}",
	},
	{
		Owner: platforms.Nodeenv, Do: "This copy belongs to a nodeenv environment. Leave the environment, then run devdoctor again.",
		Run: [][]string{{"deactivate_node"}}, Undo: "Activate the environment again, as you did before.",
	},
	{
		Owner: platforms.Conda, Do: "This copy belongs to a conda environment. Leave the environment, then run devdoctor again.",
		Run: [][]string{{"conda", "deactivate"}}, Undo: "Activate the environment again with conda activate.",
	},
	{
		Owner: platforms.Homebrew, Do: "Install Node.js 24 with Homebrew, and let its commands take the place of the old ones.",
		Run:  [][]string{{"brew", "install", "node@24"}, {"brew", "link", "--overwrite", "node@24"}},
		Undo: "brew unlink node@24, then brew link {name}",
	},
	{
		Owner: platforms.MacPorts, Admin: true, Do: "Install Node.js 24 with MacPorts.",
		Run: [][]string{{"sudo", "port", "install", "nodejs24", "npm11"}}, Undo: "sudo port uninstall nodejs24",
	},
	{
		OS: platforms.Linux, Owner: platforms.NodeSource, Admin: true,
		Do:   "Point NodeSource's repository at Node.js 24, and install it from there.",
		Run:  [][]string{{"sudo", "sed", "-i", "s/node_[0-9]*[.]x/node_24.x/", "{file}"}, {"sudo", "apt-get", "update"}, {"sudo", "apt-get", "install", "nodejs"}},
		Undo: "Write the old version into {file} again, in place of 24.",
	},
	// What the distributions offer is often too old, and NodeSource's and Fedora's
	// packages take the place of theirs. nvm leaves them as they are.
	{OS: platforms.Linux, Owner: platforms.Apt, Do: besideDo, Run: nvmInstall, Undo: nvmUndo},
	{OS: platforms.Linux, Owner: platforms.Dnf, Do: besideDo, Run: nvmInstall, Undo: nvmUndo},
	{OS: platforms.Linux, Owner: platforms.Zypper, Do: besideDo, Run: nvmInstall, Undo: nvmUndo},
	{
		OS: platforms.Linux, Owner: platforms.Pacman, Admin: true,
		Do:   "Upgrade the system, and install Node.js 24 in place of {name}.",
		Run:  [][]string{{"sudo", "pacman", "-Syu", "nodejs-lts-krypton", "npm"}},
		Undo: "Packages that pacman upgraded stay upgraded.",
	},
	// Alpine 3.23 is the first with 24 (what public build files say of it, read 2026-11-22; not run).
	{
		OS: platforms.Linux, Owner: platforms.Apk, Admin: true,
		Do: "Each release of Alpine keeps one line of Node.js, and the programs of nodejs.org do not run on it. As root, upgrade Alpine to 3.23 or newer, " +
			"which has Node.js 24: write that number into the file with the addresses, then upgrade all packages and restart.",
		Run: [][]string{{"sed", "-i", "s/v3[.][0-9]*/v3.23/", "/etc/apk/repositories"}, {"apk", "add", "-U", "--upgrade", "apk-tools"},
			{"apk", "upgrade", "--available"}},
		Undo: "An upgrade of Alpine cannot be taken back.",
	},
	{
		OS: platforms.Linux, Owner: platforms.Snap, Admin: true, Do: "Let snap switch to Node.js 24.",
		Run: [][]string{{"sudo", "snap", "refresh", "node", "--channel=24"}}, Undo: "sudo snap revert node",
	},
	{
		OS: platforms.Windows, Owner: platforms.Winget, Do: "Install Node.js 24 with winget, for your account alone. " + windowsClose,
		Run:  [][]string{wingetInstall("OpenJS.NodeJS.LTS", newest24, "--scope", "user"), wingetPin},
		Undo: "winget uninstall --id OpenJS.NodeJS.LTS --exact",
	},
	{
		OS: platforms.Windows, Owner: platforms.Scoop, Do: "Let Scoop bring its newest Node.js. The course works with 26 as well as with 24.",
		Run: [][]string{{"scoop", "update"}, {"scoop", "install", "nodejs-lts"}, {"scoop", "update", "nodejs-lts"}}, Undo: "scoop uninstall nodejs-lts",
	},
	{
		OS: platforms.Windows, Owner: platforms.Chocolatey, Admin: true, Do: "In a terminal opened as administrator, let Chocolatey install Node.js 24.",
		Run: [][]string{{"choco", "upgrade", "{name}", "--version=" + newest24}}, Undo: "choco uninstall {name}",
	},
	{
		OS: platforms.Windows, Owner: platforms.MSI, Admin: true,
		Do:   "Install Node.js 24 over the old one with winget, and agree when Windows asks. " + windowsClose + noWinget(nodePage),
		Run:  [][]string{wingetInstall("OpenJS.NodeJS.LTS", newest24), wingetPin},
		Undo: "winget uninstall --id OpenJS.NodeJS.LTS --exact, then install the old version again.",
	},
	{
		OS: platforms.Darwin, Owner: platforms.Pkg, Admin: true,
		Do:   "Open the download page of nodejs.org, choose version 24 and the macOS installer, and run it. It replaces the old version.",
		Run:  [][]string{{"open", nodePage}},
		Undo: "Install the old version again, from the same page.",
	},
}

// The installers of nodejs.org for Windows refuse to replace a newer version by
// an older one, and pre-releases have none.
var (
	upgradeTo26 = instead(nodeUpgrade, fixers.Tell{
		OS: platforms.Windows, Owner: platforms.MSI, Admin: true,
		Do:   "Install Node.js 26 over it with winget, and agree when Windows asks. " + windowsClose + noWinget(nodePage),
		Run:  [][]string{wingetInstall("OpenJS.NodeJS", newest26)},
		Undo: "winget uninstall --id OpenJS.NodeJS --exact",
	})
	uninstallFirst = instead(nodeUpgrade, fixers.Tell{
		OS: platforms.Windows, Owner: platforms.MSI, Admin: true,
		Do:   "In the list of programs that opens, uninstall Node.js. Then install Node.js 24 with the second command. " + windowsClose + noWinget(nodePage),
		Run:  [][]string{{"control", "appwiz.cpl"}, wingetInstall("OpenJS.NodeJS.LTS", newest24)},
		Undo: "winget uninstall --id OpenJS.NodeJS.LTS --exact",
	})
)

// instead is tells with one in place of that for the same system and owner.
func instead(tells []fixers.Tell, one fixers.Tell) []fixers.Tell {
	tells = slices.Clone(tells)
	for i, t := range tells {
		if t.OS == one.OS && t.Owner == one.Owner {
			tells[i] = one
		}
	}
	return tells
}
