package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var nvmPrefixFile = &Problem{
	ID: "prefix-in-npmrc",
	Means: "The file npmrc holds the settings of npm. It sets prefix, the directory for programs that npm installs for every project. " +
		"nvm wants to choose that directory itself. nvm then complains in every new terminal and does not switch versions.",
	See:   "Type npm config get prefix in a terminal. With nvm it should name a directory in ~/.nvm.",
	Fixes: []*fixers.Fix{fixers.DropNvmPrefix},
	Tells: []fixers.Tell{{
		Do:   "Delete the lines with prefix and globalconfig from the file. The command keeps a copy of it. Then open a new terminal.",
		Run:  [][]string{{"sed", "-i.backup", "-E", "/^(prefix|globalconfig) *=/d", "{file}"}},
		Undo: "mv {file}.backup {file}",
	}},
}

// startFileNames are those of bash, zsh and sh in a home directory.
var startFileNames = []string{"~/.bashrc", "~/.profile", "~/.bash_profile", "~/.bash_login", "~/.zshrc", "~/.zprofile", "~/.zshenv"}

// nvmPrefix wants no setting in a file that nvm refuses to work with. What it looks
// for is what nvm 0.40.6 looks for. Seen in a lab on 2026-11-21: node stays, and
// nvm ends with status 11; a variable of the same meaning takes node away, and is
// a problem of node-installed.
var nvmPrefix = &Check{
	ID:       "nvm-prefix",
	Title:    "npm's settings leave nvm alone",
	Why:      "nvm keeps several versions of Node.js and switches between them. A prefix that was set for npm keeps it from switching.",
	Phase:    1,
	After:    []*Check{nodeInstalled},
	Problems: []*Problem{nvmPrefixFile},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		first, owner, err := winner(ctx, h)
		if err != nil {
			return Unknown(err, "it is not clear which copy of Node.js runs")
		}
		if owner.Manager != platforms.Nvm {
			return Skip("Node.js does not come from nvm")
		}
		r, err := prefixFile(ctx, h, first, need)
		return orUnknown(r, err, "the settings of npm could not be read")
	},
}

func orUnknown(r Result, err error, format string) Result {
	if err != nil {
		return Unknown(err, format)
	}
	return r
}

var prefixLine = lazily(`(?m)^(prefix|globalconfig) *=\s*(.*)$`)

// prefixFile looks through the files in which nvm looks: npm's own two in the
// version that runs, the account's and the project's.
func prefixFile(ctx context.Context, h *platforms.Host, first platforms.Program, need Needs) (Result, error) {
	version := h.DirName(h.DirName(first.Real))
	files := []string{h.Join("~/.npmrc"), h.Join(version, "lib/node_modules/npm/npmrc"), h.Join(version, "etc/npmrc")}
	if need.Project != "" {
		files = append(files, h.Join(need.Project, ".npmrc"))
	}
	for _, file := range files {
		text, err := h.ReadFile(ctx, file)
		if err != nil && !isAbsent(err) {
			return Result{}, err
		}
		m := prefixLine().FindStringSubmatch(text)
		if m == nil {
			continue
		}
		return nvmPrefixFile.Warn("npm's setting %s keeps nvm from switching", m[1]).
			With(Found{File: file, Name: m[1], Value: strings.TrimSpace(m[2])}).
			Because("%s sets %s to %s. nvm wants to choose this directory itself, and complains in every new terminal.", file, m[1], strings.TrimSpace(m[2])), nil
	}
	return OK("npm's settings leave nvm alone"), nil
}

var (
	nvmRealDir = &Problem{
		ID: "real-directory",
		Means: "nvm for Windows switches versions by changing a link. In the place of the link there is a real directory, mostly from the Node.js installer. " +
			"Then nvm use says that it switches, and nothing changes.",
		See:   "Type dir /AL in the directory above it in cmd. The link shows as SYMLINKD or JUNCTION, a real directory does not.",
		Fixes: []*fixers.Fix{fixers.NvmFolderAside},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Admin: true,
			Do: "In the list of programs that opens, uninstall Node.js. If {dir} is still there, give it another name. " +
				"Then open a terminal as administrator, and let nvm switch.",
			Run:  [][]string{{"control", "appwiz.cpl"}, {"nvm", "install", newest24}, {"nvm", "use", newest24}},
			Undo: "Install Node.js again from nodejs.org.",
		}},
	}
	nvmNoLink = &Problem{
		ID: "no-link",
		Means: "nvm for Windows switches versions by changing a link. The link is not there, or leads to a version that is gone, " +
			"so no terminal finds node.",
		See:   "Type nvm list in a terminal. A star marks the version in use.",
		Fixes: []*fixers.Fix{fixers.NodeOwner},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Admin: true,
			Do:   "Open a terminal as administrator. Let nvm install Node.js 24 and switch to it.",
			Run:  [][]string{{"nvm", "install", newest24}, {"nvm", "use", newest24}},
			Undo: "nvm uninstall " + newest24,
		}},
	}
)

// nvmWindowsLink wants the link through which nvm for Windows switches.
var nvmWindowsLink = &Check{
	ID:       "nvm-windows-link",
	Title:    "nvm for Windows can switch versions",
	Why:      "Without its link, nvm says that it switches to another Node.js, and the old one goes on running.",
	Phase:    1,
	Problems: []*Problem{nvmRealDir, nvmNoLink},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		if h.OS != platforms.Windows {
			return Skip("this is about Windows")
		}
		home, err := windowsVariable(ctx, h, "NVM_HOME")
		if err != nil {
			return Unknown(err, "it is not clear whether nvm for Windows is installed")
		}
		link, err := windowsVariable(ctx, h, "NVM_SYMLINK")
		if err != nil {
			return Unknown(err, "the link of nvm for Windows is not known")
		}
		if home == "" || link == "" {
			return Skip("nvm for Windows is not installed")
		}
		copies, err := h.Which(ctx, "node")
		if err != nil {
			return Unknown(err, "it is not clear which copy of Node.js runs")
		}
		return linkOf(ctx, h, link, len(copies) > 0)
	},
}

func linkOf(ctx context.Context, h *platforms.Host, link string, runs bool) Result {
	found := Found{Dir: link, Name: "NVM_SYMLINK", Owner: platforms.NvmWindows}
	info, err := h.Stat(ctx, link)
	switch {
	case errors.Is(err, platforms.ErrNotFound) || err == nil && info.Dangling:
		if runs {
			return OK("Node.js does not come from nvm for Windows").With(found)
		}
		return nvmNoLink.Fail("nvm for Windows has no version in use").With(found).
			Because("%s should be a link to the version in use. It leads nowhere.", link)
	case err != nil:
		return Unknown(err, "the link of nvm for Windows could not be looked at")
	case info.Kind == platforms.Reparse || info.Kind == platforms.Link:
		return OK("nvm for Windows can switch versions").With(found)
	case runs:
		return nvmRealDir.Warn("nvm for Windows cannot switch versions").With(found).
			Because("%s should be a link that nvm changes. It is a real directory.", link)
	}
	return nvmRealDir.Fail("nvm for Windows cannot switch versions").With(found).
		Because("%s should be a link that nvm changes. It is a real directory, and no Node.js is found.", link)
}

// windowsVariable is a variable of this process or, where the terminal is older
// than it, of the registry; "" where it is not set.
func windowsVariable(ctx context.Context, h *platforms.Host, name string) (string, error) {
	value, err := h.Getenv(ctx, name)
	if err != nil || value != "" {
		return value, err
	}
	for _, key := range []string{`HKCU\Environment`, `HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`} {
		v, err := h.Registry(ctx, key, name)
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return "", err
		}
		if v.Data != "" {
			return v.Data, nil
		}
	}
	return "", nil
}

var flatpakTerminal = &Problem{
	ID: "flatpak-terminal",
	Means: "This terminal belongs to a program from Flatpak, such as an editor. Such programs run shut off from the rest of the system. " +
		"Node.js, npm and git of your system are not in there.",
	See: "Type ls /.flatpak-info in this terminal. The file is there only inside Flatpak.",
	Tells: []fixers.Tell{
		{
			OS: platforms.Linux, Undo: "Nothing is changed.",
			Do: "Open the system's own terminal and run devdoctor there. {name} may stay. For the course, use a terminal and an editor that do not come from Flatpak.",
		},
		{
			OS: platforms.Linux, Admin: true, Case: codeFromFlatpak,
			Do: "Open the system's own terminal and run devdoctor there. For the course, remove VS Code from Flatpak, " +
				"and install the package for your system from code.visualstudio.com.",
			Run:  [][]string{{"flatpak", "uninstall", "{name}"}},
			Undo: "flatpak install flathub {name}",
		},
	},
}

const codeFromFlatpak fixers.Case = "where the program is VS Code"

// editorsOnFlathub are VS Code, and what is made of its source without Microsoft's name.
var editorsOnFlathub = []string{"com.visualstudio.code", "com.visualstudio.code-oss", "com.vscodium.codium"}

// inFlatpak is for a terminal inside a program from Flatpak, which flatpak names in a file
// (flatpak-metadata(5), read 2026-11-22).
func inFlatpak(ctx context.Context, h *platforms.Host) Result {
	text, err := h.ReadFile(ctx, "/.flatpak-info")
	if err != nil {
		return Unknown(err, "which program of Flatpak this terminal belongs to could not be found out")
	}
	found := Found{Name: "The program"}
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "name="); ok {
			found.Name = name
			break
		}
	}
	r := flatpakTerminal.Fail("this terminal is shut off from your system").With(found).
		Because("It runs inside %s, a program from Flatpak. What your system has installed is not found here.", strings.Replace(found.Name, "The", "the", 1))
	if slices.Contains(editorsOnFlathub, found.Name) {
		r.Case = codeFromFlatpak
	}
	return r
}

// nodeSandbox wants a terminal that sees the learner's own system.
var nodeSandbox = &Check{
	ID:       "node-sandbox",
	Title:    "this terminal sees your whole system",
	Why:      "Some programs run shut off from the rest of the system. Their terminals find neither Node.js nor git.",
	Phase:    1,
	After:    []*Check{terminalBasics, terminalPath},
	Problems: []*Problem{flatpakTerminal},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		world, err := h.World(ctx)
		if err != nil {
			return Unknown(err, "it is not clear where this terminal runs")
		}
		if world == platforms.FlatpakW {
			return inFlatpak(ctx, h)
		}
		return Skip("this terminal is not inside Flatpak")
	},
}
