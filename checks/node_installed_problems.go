package checks

import (
	"devdoctor/fixers"
	"devdoctor/platforms"
)

const (
	seeFound   = "Type node --version in a new terminal. The answer command not found means that PATH does not lead to it."
	undoAppend = "Delete the last line of {file}."
	newWindow  = " Then open a new terminal."
)

// appendLine adds a line, in which $0 is the directory that the check found, to
// the start file that it found. Both are words of their own, so that every shell
// passes them on as they are.
func appendLine(line string) [][]string {
	return [][]string{{"sh", "-c", `echo "` + line + `" >> "$1"`, "{dir}", "{file}"}}
}

// pathLine is the line that puts a directory first on PATH.
const pathLine = `export PATH=\"$0:\$PATH\"`

var (
	nodeNotInstalled = &Problem{
		ID:    "not-installed",
		Means: "Node.js is the program that runs JavaScript outside of a browser. It is not on this machine, as far as its usual places show.",
		See:   "Type node --version in a terminal. The answer is command not found, or on Windows: not recognized.",
		Fixes: []*fixers.Fix{fixers.NodeArchive, fixers.InstallNode},
		Tells: nodeInstall,
	}
	nodeStale = &Problem{
		ID: StaleTerminal,
		Means: "A terminal learns when it opens where programs are. A new one finds Node.js, this one does not: mostly it was opened before Node.js came. " +
			"VS Code hands its own, older list to the terminals inside it.",
		See: seeFound,
		Tells: []fixers.Tell{
			{Do: "Close this terminal. If it is inside VS Code, close every window of VS Code. Then open a new terminal.", Undo: "Nothing is changed."},
			{OS: platforms.Windows, Do: "Close every terminal and every window of VS Code. Then open a new terminal. If nothing changes, sign out of Windows and in again.", Undo: "Nothing is changed."},
		},
	}
	nodeNewLogin = &Problem{
		ID: NewLogin,
		Means: "A file that is read when you log in puts Node.js on PATH, the list of directories with programs. " +
			"New terminals get the list of the login that you are in, and Node.js is not on it. " +
			"That login is older than the line in the file, or it does not read the file.",
		See: "Type bash -lc 'node --version' in a terminal. It answers with a version, and node --version does not.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Undo: "Nothing is changed. A line that you copied can be deleted again.",
			Do: "Log out of this computer, and log in again. Then open a new terminal. If it does not find Node.js either, " +
				"copy the line that puts it on PATH into {file}.",
		}},
	}
	nodeNewLacks = &Problem{
		ID:    "new-terminal-lacks",
		Means: "This terminal has Node.js on PATH, the list of directories with programs. The next one does not: mostly PATH was changed in this terminal only.",
		See:   seeFound,
		Fixes: []*fixers.Fix{fixers.NewTerminalsFind, fixers.OwnStartFile},
		Tells: pathTells,
	}
	nodeNotOnPath = &Problem{
		ID:    "not-on-path",
		Means: "A copy of Node.js is on this machine, but not on PATH. PATH is the list of directories in which a terminal looks for programs.",
		See:   seeFound,
		Fixes: []*fixers.Fix{fixers.NewTerminalsFind, fixers.OwnStartFile},
		Tells: pathTells,
	}
	nodeNotLoaded = &Problem{
		ID: "manager-not-loaded",
		Means: "A version manager keeps Node.js on this machine. A terminal finds it only when one of the shell's start files loads the manager. " +
			"No start file that your terminal reads does.",
		See:   "Type nvm --version (or fnm, volta, mise, asdf) in a new terminal. The answer is command not found.",
		Fixes: []*fixers.Fix{fixers.LoadManager, fixers.NewTerminalsFind, fixers.OwnStartFile},
		Tells: loadTells,
	}
	nodeFileBroken = &Problem{
		ID: "start-file-broken",
		Means: "A start file is what a shell reads when a terminal opens. In yours a line opens what nothing closes, or closes what nothing opened: " +
			"an if without fi, or a lone quotation mark. The shell runs nothing from there on, so terminals do not find Node.js.",
		See:   "Open a new terminal. Above its first line, the shell names the file and a line.",
		Fixes: []*fixers.Fix{fixers.LoadManager, fixers.NewTerminalsFind, fixers.OwnStartFile},
		Tells: []fixers.Tell{{
			Do: "Let the shell name what it misses. Open {file} in an editor and correct it: the place is line {value}. " +
				"Then open a new terminal.",
			Run: [][]string{{"{name}", "-n", "{file}"}}, Human: true, Undo: "Write the old line back.",
		}},
	}
	nodeFishLacks = &Problem{
		ID: "fish-not-told",
		Means: "Your shell is fish. It does not read the start files of bash and zsh, into which installers write. " +
			"So it does not know where Node.js is.",
		See:   seeFound,
		Fixes: []*fixers.Fix{fixers.LoadManager, fixers.NewTerminalsFind},
		Tells: []fixers.Tell{{
			Do: "Let fish remember the directory of Node.js." + newWindow, Run: [][]string{{"fish_add_path", "{dir}"}},
			Undo: "Type set -e fish_user_paths[1] in fish.",
		}},
	}
	nodeNoDefault = &Problem{
		ID: "no-default-version",
		Means: "nvm and fnm keep several versions of Node.js. New terminals use the one called default. There is no such version, " +
			"so a new terminal has no node.",
		See:   "Type nvm alias default in a terminal; N/A means that the version is not installed. With fnm, type fnm list and look for the word default.",
		Fixes: []*fixers.Fix{fixers.NodeDefault, fixers.NodeOwner},
		Tells: []fixers.Tell{
			{
				Do:   "Let nvm install Node.js 24, and make it the default." + newWindow,
				Run:  [][]string{{"bash", "-c", `. "$0/nvm.sh" && nvm install 24 && nvm alias default 24`, "{dir}"}},
				Undo: "Type nvm unalias default in a terminal that has loaded nvm.",
			},
			{
				Owner: platforms.Fnm,
				Do:    "Let fnm install Node.js 24, and make it the default." + newWindow,
				Run:   [][]string{{"sh", "-c", "fnm install 24 && fnm default 24"}},
				Undo:  "fnm unalias default",
			},
		},
	}
	nodePrefixVariable = &Problem{
		ID: "prefix-variable",
		Means: "A variable tells npm where to put programs that it installs for every project. nvm wants to choose that directory itself. " +
			"With this variable nvm switches Node.js off in every new terminal.",
		See:   "Type env in a terminal, and look for the name that devdoctor gives.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: []fixers.Tell{{
			Do:   "Find the line that sets {name} in the start files of your shell. Delete it. Then open a new terminal.",
			Run:  [][]string{append([]string{"grep", "-sn", "{name}"}, startFileNames...)},
			Undo: "Write the line again.",
		}},
	}
	nodeWrongSide = &Problem{
		ID: "windows-node-in-wsl",
		Means: "WSL is a Linux inside Windows. It also finds programs of Windows, but those do not understand Linux paths, and npm fails with strange errors. " +
			"WSL needs its own Node.js.",
		See:   "Type which -a node npm in WSL. Paths that begin with /mnt/c belong to Windows.",
		Fixes: []*fixers.Fix{fixers.NodeArchive},
		Tells: nodeInstall,
	}
	nodeWindowsFirst = &Problem{
		ID: "windows-node-first",
		Means: "WSL is a Linux inside Windows. It has its own Node.js, but a program of Windows comes before it on PATH. " +
			"That one does not understand Linux paths.",
		See:   "Type which -a node npm in WSL. Paths that begin with /mnt/c belong to Windows.",
		Fixes: []*fixers.Fix{fixers.MoveAside},
		Tells: []fixers.Tell{{
			Do:  "Take the program of Windows out of the way: give the file or link another name in WSL.",
			Run: [][]string{{"sudo", "mv", "{path}", "{path}.old"}}, Undo: "sudo mv {path}.old {path}", Admin: true,
		}},
	}
	nodeMayNotRun = &Problem{
		ID: "may-not-run",
		Means: "A file on Linux and macOS has permissions: who may read, change and run it. Node.js is there, and its file may not be run. " +
			"Copying through a USB stick or another system takes that permission away.",
		See:   "Type ls -l and the path of the file in a terminal. The line should begin with -rwx.",
		Fixes: []*fixers.Fix{fixers.MayRun},
		Tells: []fixers.Tell{{
			Do:  "Allow the file to be run.",
			Run: [][]string{{"chmod", "755", "{path}"}}, Undo: "chmod 644 {path}",
		}},
	}
	nodeDiskForbids = &Problem{
		ID: "disk-forbids",
		Means: "A disk can be mounted, which is to say connected, in a way that no program on it may be run. Schools and companies do so with home folders. " +
			"Node.js is on such a disk.",
		See: "Type findmnt --target and the path of the file in a terminal. The options name noexec.",
		Tells: []fixers.Tell{{
			Do: "Node.js has to lie on another disk, such as that with /usr/local. Ask whoever looks after this computer to install Node.js 24 for all accounts.",
		}},
	}
	nodeNotStartable = &Problem{
		ID:    "not-startable",
		Means: "There is a file called node on PATH, but your shell passes over it: it may not be run, it is a directory, or it is a link to nothing.",
		See:   "Type ls -l and the path of the file in a terminal.",
		Fixes: []*fixers.Fix{fixers.NodeArchive},
		Tells: moveAwayAnd,
	}
)

// moveAwayAnd is for a file that hides nothing: Node.js has still to come.
var moveAwayAnd = []fixers.Tell{
	{
		Do:   "Look at the file first. Give it another name. Then run devdoctor again: it tells how to install Node.js.",
		Run:  [][]string{{"ls", "-ld", "{path}"}, {"mv", "{path}", "{path}.old"}},
		Undo: "mv {path}.old {path}",
	},
	{
		OS: platforms.Windows, Do: "Look at the file {path} first. Give it another name. Then run devdoctor again: it tells how to install Node.js.",
		Undo: "Give the file its old name again.",
	},
}

var pathTells = append(ownCopyTells(platforms.Conda, platforms.Nodeenv), []fixers.Tell{
	{
		Do:  "Add the directory of Node.js to PATH, in the start file of your shell." + newWindow,
		Run: appendLine(pathLine), Undo: undoAppend,
	},
	{
		OS:   platforms.Windows,
		Do:   "Press the Windows key, type env, and choose Edit environment variables for your account. Select Path, Edit and New, and type {dir}. " + windowsClose,
		Undo: "Remove the entry {dir} from Path in the same window.",
	},
}...)

// ownCopyTells brings Node.js to those who have it in an environment only, which
// is switched on in one terminal at a time.
func ownCopyTells(environments ...platforms.Manager) []fixers.Tell {
	var tells []fixers.Tell
	for _, owner := range environments {
		for _, os := range []platforms.OS{platforms.Linux, platforms.Darwin, platforms.Windows} {
			t, _ := fixers.Choose(nodeInstall, os, platforms.Unowned, "")
			t.OS, t.Owner = os, owner
			t.Do = "This Node.js belongs to an environment of " + string(owner) + ", which works only in a terminal that activates it. " + t.Do
			tells = append(tells, t)
		}
	}
	return tells
}

// loadTells adds the line of each manager's own documents. A manager whose
// switches lie in one directory needs that directory on PATH, and no more.
var loadTells = []fixers.Tell{
	{
		Owner: platforms.Nvm, Do: "Load nvm in the start file of your shell." + newWindow,
		Run: appendLine(`. \"$0/nvm.sh\"`), Undo: undoAppend,
	},
	{
		Owner: platforms.Fnm, Do: "Load fnm in the start file of your shell." + newWindow,
		// The program fnm lies above its copies of Node.js where its own installer put it.
		Run: appendLine(`export PATH=\"${0%/node-versions/*}:\$PATH\"; eval \"\$(fnm env)\"`), Undo: undoAppend,
	},
	{
		Do:  "Add the directory of Node.js to PATH, in the start file of your shell." + newWindow,
		Run: appendLine(pathLine), Undo: undoAppend,
	},
}
