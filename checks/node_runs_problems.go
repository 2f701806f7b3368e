package checks

import (
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// libraryPackages says which package of a system holds a library that Node.js
// needs. Debian's were seen in a lab on 2026-11-20, the others are those that the
// distributions' own pages and several public scripts name.
var libraryPackages = map[string]map[platforms.Manager]string{
	"libatomic.so.1": {
		platforms.Sealed: "libatomic",
		platforms.Apt:    "libatomic1", platforms.Dnf: "libatomic", platforms.Zypper: "libatomic1",
		platforms.Apk: "libatomic", platforms.Pacman: "gcc-libs",
	},
	"libstdc++.so.6": {
		platforms.Apt: "libstdc++6", platforms.Dnf: "libstdc++", platforms.Zypper: "libstdc++6",
		platforms.Apk: "libstdc++", platforms.Pacman: "gcc-libs",
	},
	"libgcc_s.so.1": {
		platforms.Apt: "libgcc-s1", platforms.Dnf: "libgcc", platforms.Zypper: "libgcc_s1",
		platforms.Apk: "libgcc", platforms.Pacman: "gcc-libs",
	},
}

const seeNode = "Type node -p 1 in a terminal. A healthy Node.js answers 1."

var (
	nodeLibrary = &Problem{
		ID: "library-missing",
		Means: "Node.js needs a library, which is code that programs share, and this Linux does not have it. " +
			"Node.js 25 and newer need libatomic, which small installations and fresh WSL images lack.",
		See:   seeNode + " Without the library it answers: error while loading shared libraries.",
		Fixes: []*fixers.Fix{fixers.InstallLibrary},
		Tells: []fixers.Tell{
			installLibrary(platforms.Apt, "sudo apt-get remove {value}", "sudo", "apt-get", "install", "{value}"),
			installLibrary(platforms.Dnf, "sudo dnf remove {value}", "sudo", "dnf", "install", "{value}"),
			installLibrary(platforms.Zypper, "sudo zypper remove {value}", "sudo", "zypper", "install", "{value}"),
			installLibrary(platforms.Pacman, "sudo pacman -R {value}", "sudo", "pacman", "-S", "--needed", "{value}"),
			inBox("{value}"),
			installLibrary(platforms.Apk, "apk del {value}", "apk", "add", "{value}"),
		},
	}
	nodeFormula = &Problem{
		ID: "homebrew-library-gone",
		Means: "Homebrew upgraded a library that Node.js uses, and this Node.js still asks for the old one. " +
			"Every node and npm command then ends with a message from dyld, the loader of macOS.",
		See:   seeNode,
		Fixes: []*fixers.Fix{fixers.NodeReinstall},
		Tells: []fixers.Tell{{
			Owner: platforms.Homebrew, Do: "Let Homebrew install this Node.js again. It then fits the library.",
			Run: [][]string{{"brew", "reinstall", "{name}"}}, Undo: "Nothing to take back: the same version is installed again.",
		}},
	}
	nodeOldGlibc = &Problem{
		ID: "glibc-too-old",
		Means: "Every program on Linux uses the C library. The Node.js of the course was built for a newer one than this Linux has. " +
			"The C library comes with the system and cannot be upgraded alone.",
		See: "Type getconf GNU_LIBC_VERSION in a terminal. Node.js 24 and 26 need glibc 2.28 or newer.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux,
			Do: "Upgrade this Linux to a release with glibc 2.28 or newer: Debian 10, Ubuntu 20.04, Fedora 29, or later. " +
				"If you cannot, use another computer or an online editor for the course.",
			Admin: true, Undo: "An upgrade of the system cannot be taken back. Make a backup first.",
		}},
	}
	nodeMusl = &Problem{
		ID: "built-for-glibc",
		Means: "There are two kinds of Linux, with the C library glibc or musl. This Node.js is for glibc, and this system has musl. " +
			"The shell then says that node is not found, although it is there.",
		See:   "Type ls /lib/ld-musl-* in a terminal. A name means that this system has musl.",
		Fixes: []*fixers.Fix{fixers.InstallNode},
		Tells: nodeInstall,
	}
	nodeWrongArch = &Problem{
		ID:    "wrong-processor",
		Means: "This copy of Node.js was built for another kind of processor, so this computer cannot run it.",
		See:   "Type file and the path of node in a terminal, and compare with the answer of uname -m.",
		Fixes: []*fixers.Fix{fixers.NodeOwner, fixers.NodeArchive, fixers.MoveAside},
		Tells: nodeInstall,
	}
	nodeNoProgram = &Problem{
		ID:    "no-program",
		Means: "A file called node is where PATH leads, but it is no program that this system can run. It hides every copy behind it.",
		See:   "Look at the file that devdoctor names: its size, and what is in it.",
		Fixes: []*fixers.Fix{fixers.NodeFromN, fixers.NodeOwner, fixers.MoveAside},
		Tells: moveAway,
	}
	nodeBadOptions = &Problem{
		ID: "node-options",
		Means: "The variable NODE_OPTIONS adds options to every start of Node.js. One of them is wrong, names a file that is gone, or makes Node.js " +
			"wait for a debugger. Then no node and no npm command works.",
		See:   "Type echo $NODE_OPTIONS in a terminal; on Windows, echo %NODE_OPTIONS% in cmd.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: []fixers.Tell{
			{
				Do:   "Look for NODE_OPTIONS in the start files of your shell. Delete that line. Then open a new terminal.",
				Run:  [][]string{{"grep", "-sn", "NODE_OPTIONS", "~/.bashrc", "~/.profile", "~/.bash_profile", "~/.zshrc", "~/.zprofile", "~/.zshenv"}},
				Undo: "Write the line again.",
			},
			{
				OS:   platforms.Windows,
				Do:   "Press the Windows key, type env, and choose Edit environment variables for your account. Delete NODE_OPTIONS. " + windowsClose,
				Undo: "Add the variable NODE_OPTIONS again, with the value {value}.",
			},
		},
	}
	nodeNoChoice = &Problem{
		ID:    "no-version-chosen",
		Means: "A version manager answers to the name node. It has not been told which version of Node.js to start here.",
		See:   seeNode,
		Fixes: []*fixers.Fix{fixers.NodeDefault, fixers.NodeOwner},
		Tells: nodeUpgrade,
	}
	nodeCrashes = &Problem{
		ID:    "crashes",
		Means: "The system ends Node.js as soon as it starts. The copy is damaged, or does not fit its libraries or this system.",
		See:   seeNode,
		Fixes: []*fixers.Fix{fixers.NodeFromN, fixers.NodeOwner, fixers.NodeArchive, fixers.NodeReinstall},
		Tells: nodeReinstall,
	}
	nodeStops = &Problem{
		ID:    "stops",
		Means: "Node.js is found, but ends with an error before it runs anything.",
		See:   seeNode,
		Fixes: []*fixers.Fix{fixers.NodeFromN, fixers.NodeOwner, fixers.NodeArchive, fixers.NodeReinstall},
		Tells: nodeReinstall,
	}
	nodeImpostor = &Problem{
		ID:    "not-nodejs",
		Means: "Another program is called node and stands first on PATH. Some systems have a radio program of that name; some tools put a wrapper there.",
		See:   seeNode,
		Fixes: []*fixers.Fix{fixers.MoveAside},
		Tells: moveAway,
	}
)

func installLibrary(owner platforms.Manager, undo string, argv ...string) fixers.Tell {
	return fixers.Tell{
		OS: platforms.Linux, Owner: owner, Admin: true,
		Do: "Install the package {value}, which holds the library {name}.", Run: [][]string{argv}, Undo: undo,
	}
}

// moveAway takes what hides the right program out of the way.
var moveAway = []fixers.Tell{
	{
		Do:   "Look at the file first. If you do not need it, give it another name, and run devdoctor again.",
		Run:  [][]string{{"ls", "-l", "{path}"}, {"mv", "{path}", "{path}.old"}},
		Undo: "mv {path}.old {path}",
	},
	{
		OS:   platforms.Windows,
		Do:   "Look at the file first. If you do not need it, give it another name, and run devdoctor again.",
		Run:  [][]string{{"where.exe", "node"}},
		Undo: "Give the file its old name again.",
	},
}

// nodeReinstall puts a sound copy in place of a damaged one, or beside it.
var nodeReinstall = append([]fixers.Tell{
	{
		Owner: platforms.Homebrew, Do: "Let Homebrew install this Node.js again.",
		Run: [][]string{{"brew", "reinstall", "{name}"}}, Undo: "Nothing to take back: the same version is installed again.",
	},
	{
		OS: platforms.Linux, Owner: platforms.Apt, Admin: true, Do: "Let apt install the package again.",
		Run: [][]string{{"sudo", "apt-get", "install", "--reinstall", "nodejs"}}, Undo: "Nothing to take back: the same version is installed again.",
	},
	{
		OS: platforms.Linux, Owner: platforms.NodeSource, Admin: true, Do: "Let apt install the package again.",
		Run: [][]string{{"sudo", "apt-get", "install", "--reinstall", "nodejs"}}, Undo: "Nothing to take back: the same version is installed again.",
	},
}, nodeUpgrade...)
