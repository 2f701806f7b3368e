package checks

import (
	"devdoctor/fixers"
	"devdoctor/platforms"
)

const seeCopies = "Type which -a node in a terminal; on Windows, where.exe node. The first line is the copy that runs."

var (
	nodeOlderFirst = &Problem{
		ID: "older-first",
		Means: "Several copies of Node.js are on PATH, the list of directories in which a terminal looks for programs. " +
			"The first one runs, and it is older than one behind it.",
		See:   seeCopies,
		Fixes: []*fixers.Fix{fixers.NewerFirst, fixers.NodeOwner, fixers.OldNodeAside},
		Tells: []fixers.Tell{
			{
				Do:  "Put the directory of the newer copy first on PATH, in the start file of your shell." + newWindow,
				Run: appendLine(pathLine), Undo: undoAppend,
			},
			{
				OS: platforms.Windows, Admin: true,
				Do:  "In the list of programs that opens, uninstall the old Node.js. " + windowsClose,
				Run: [][]string{{"control", "appwiz.cpl"}}, Undo: "Install the old version again.",
			},
			{
				OS: platforms.Linux, Owner: platforms.Apt, Admin: true, Do: "Remove the older copy. It came with the package nodejs.",
				Run: [][]string{{"sudo", "apt-get", "remove", "nodejs"}}, Undo: "sudo apt-get install nodejs",
			},
			{
				OS: platforms.Linux, Owner: platforms.NodeSource, Admin: true, Do: "Remove the older copy. It came with the package nodejs.",
				Run: [][]string{{"sudo", "apt-get", "remove", "nodejs"}}, Undo: "sudo apt-get install nodejs",
			},
			{
				OS: platforms.Linux, Owner: platforms.Dnf, Admin: true, Do: "Remove the older copy. It came with a package.",
				Run: [][]string{{"sudo", "dnf", "remove", "{path}"}}, Undo: "sudo dnf install {path}",
			},
			{
				OS: platforms.Linux, Owner: platforms.Snap, Admin: true, Do: "Remove the older copy. It is a snap.",
				Run: [][]string{{"sudo", "snap", "remove", "node"}}, Undo: "sudo snap install node --classic --channel=24",
			},
			{
				Owner: platforms.Homebrew, Do: "Take the older copy off PATH. Homebrew keeps it.",
				Run: [][]string{{"brew", "unlink", "{name}"}}, Undo: "brew link {name}",
			},
			{
				Owner: platforms.Nvm, Do: "Make the newer version the one that nvm uses.",
				Run: [][]string{{"nvm", "install", "24"}, {"nvm", "alias", "default", "24"}}, Undo: "nvm alias default {version}",
			},
			{
				Owner: platforms.Conda, Do: "The older copy belongs to a conda environment. Leave it.",
				Run: [][]string{{"conda", "deactivate"}}, Undo: "Activate the environment again with conda activate.",
			},
		},
	}
	nodeNewerUnused = &Problem{
		ID:    "newer-not-chosen",
		Means: "Your version manager keeps a newer Node.js, which the course asks for. It is set to use an older one.",
		See:   "Look at what your version manager lists: nvm ls, fnm list or mise ls node.",
		Fixes: []*fixers.Fix{fixers.NodeDefault, fixers.NodeOwner},
		Tells: nodeUpgrade,
	}
	nodeStaleCopy = &Problem{
		ID: StaleTerminal,
		Means: "A terminal learns when it opens where programs are. This one was opened before the newer Node.js was installed or chosen, " +
			"so it goes on using the older one.",
		See:   "Type node --version in this terminal and in a new one, and compare.",
		Tells: nodeStale.Tells,
	}
	nodeNextOlder = &Problem{
		ID: "new-terminal-older",
		Means: "This terminal runs a newer Node.js than the next one will: mostly it was switched by hand, which lasts as long as the terminal. " +
			"The next one uses the version that its start files choose, and that is an older one.",
		See:   "Type node --version in this terminal and in a new one, and compare.",
		Fixes: []*fixers.Fix{fixers.NodeDefault, fixers.NodeOwner},
		Tells: nodeUpgrade,
	}
	nodeNextOptions = &Problem{
		ID: nodeBadOptions.ID,
		Means: "A start file of your shell sets NODE_OPTIONS, which adds options to every start of Node.js. One of them is wrong, or names a " +
			"file that is gone. This terminal was opened before; in a new one no node and no npm command works.",
		See:   "Open a new terminal and type node --version. It ends with an error.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: nodeBadOptions.Tells,
	}
	nodeNewerOffPath = &Problem{
		ID: "newer-not-on-path",
		Means: "The Node.js that the course asks for is on this machine, but not on PATH, the list of directories in which a terminal looks " +
			"for programs. PATH leads to an older copy.",
		See:   seeCopies,
		Tells: pathTells,
		Fixes: []*fixers.Fix{fixers.NewTerminalsFind},
	}
	nodeNewerNotLoaded = &Problem{
		ID: "newer-not-loaded",
		Means: "A version manager keeps the Node.js that the course asks for. No start file of your shell loads the manager, " +
			"so terminals find an older copy that belongs to the system.",
		See:   seeCopies,
		Fixes: []*fixers.Fix{fixers.LoadManager, fixers.NewTerminalsFind},
		Tells: loadTells,
	}
)
