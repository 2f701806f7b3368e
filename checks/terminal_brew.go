package checks

import (
	"context"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where Homebrew installs itself: Apple silicon, Intel, Linux (docs.brew.sh,
// 2026-08).
var brewHomes = map[platforms.OS][]string{
	platforms.Darwin: {"/opt/homebrew/bin/brew", "/usr/local/bin/brew"},
	platforms.Linux:  {"/home/linuxbrew/.linuxbrew/bin/brew"},
}

// addBrew adds the line that Homebrew's own installer shows at its end. It is
// written so that sh, bash, zsh and fish read it alike.
var addBrew = [][]string{{"sh", "-c", `echo eval \"\$\({path} shellenv\)\" >> {file}`}}

var (
	brewNotOnPath = &Problem{
		ID: "not-on-path",
		Means: "PATH is the list of folders in which your terminal looks for programs. It does not name the folder of Homebrew, which installs " +
			"programs and is there. The terminal answers: command not found: brew. So it does for all that Homebrew installed.",
		See: "command -v brew prints nothing, and ls finds the file: /opt/homebrew/bin/brew on a Mac with Apple's processor, /usr/local/bin/brew on one " +
			"with Intel's, /home/linuxbrew/.linuxbrew/bin/brew on Linux.",
		Fixes: []*fixers.Fix{fixers.LoadBrew},
		Tells: []fixers.Tell{{
			Do:  "Add the line that Homebrew shows after its installation to {file}, which your terminal reads at its start. Then open a new terminal.",
			Run: addBrew, Undo: "Take the line with shellenv out of {file} again.",
		}},
	}
	brewInWrongFile = &Problem{
		ID: "wrong-file",
		Means: "The line that tells the terminal where Homebrew's programs lie stands in a file that your shell does not read. Each shell, zsh, bash " +
			"or fish, has start files of its own.",
		See:   "echo $SHELL prints your shell. zsh reads ~/.zprofile and ~/.zshrc, bash reads ~/.bash_profile or ~/.bashrc.",
		Fixes: []*fixers.Fix{fixers.LoadBrew},
		Tells: []fixers.Tell{{
			Do:  "Add the line to {file}, which your terminal reads at its start. {value} may stay as it is. Then open a new terminal.",
			Run: addBrew, Undo: "Take the line with shellenv out of {file} again.",
		}},
	}
	brewOfIntel = &Problem{
		ID: "intel-first",
		Means: "There are two Homebrews on this Mac: one for its own processor, and one for Intel processors, which came along from an older Mac. " +
			"Your terminal finds the one for Intel. What it installs runs slowly, and may not run at all on a newer macOS.",
		See:   "command -v brew prints /usr/local/bin/brew, and ls /opt/homebrew/bin/brew finds the other one.",
		Fixes: []*fixers.Fix{fixers.LoadBrew},
		Tells: []fixers.Tell{{
			Do:  "Add the line of this Mac's own Homebrew to {file}, which your terminal reads at its start. Then open a new terminal.",
			Run: addBrew, Undo: "Take the line with {path} out of {file} again.",
		}},
	}
	brewStale = &Problem{
		ID:    StaleTerminal,
		Means: "Homebrew was added to PATH after this terminal was opened. A terminal reads its start files once, when it opens.",
		See:   "command -v brew prints a path in a new terminal, and nothing in this one.",
		Tells: []fixers.Tell{{
			Do:   "Close this terminal, and all windows of VS Code if it is one of theirs, and open a new one.",
			Undo: "Nothing was changed.",
		}},
	}
)

// terminalBrew wants Homebrew, where it is installed, to be found.
var terminalBrew = &Check{
	ID:       "terminal-brew",
	Title:    "your terminal finds Homebrew",
	Why:      "Homebrew is how most Macs get the programs of the course. What it installs lies beside it, and is found or missed with it.",
	Phase:    1,
	Problems: []*Problem{brewNotOnPath, brewInWrongFile, brewOfIntel, brewStale},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		brew, err := installedBrew(ctx, h)
		if err != nil {
			return Unknown(err, "whether Homebrew is installed could not be found out")
		}
		if brew == "" {
			return Skip("Homebrew is not installed")
		}
		copies, err := h.Which(ctx, "brew")
		if err != nil {
			return Unknown(err, "whether your terminal finds Homebrew could not be found out")
		}
		if ofIntel(h, brew, copies) {
			return otherBrew(ctx, h, brew, copies[0].Path)
		}
		if len(copies) > 0 {
			return OK("Homebrew is %s", copies[0].Path).With(Found{Path: copies[0].Path})
		}
		return missedBrew(ctx, h, brew)
	},
}

// installedBrew is the path of Homebrew, "" when it is not installed.
func installedBrew(ctx context.Context, h *platforms.Host) (string, error) {
	for _, path := range brewHomes[h.OS] {
		if there, err := h.Exists(ctx, path); err != nil || there {
			return path, err
		}
	}
	return "", nil
}

// ofIntel reports whether the only Homebrew on PATH is the one for Intel processors, and the
// Mac with another processor has its own.
func ofIntel(h *platforms.Host, brew string, copies []platforms.Program) bool {
	homes := brewHomes[platforms.Darwin]
	return h.OS == platforms.Darwin && h.Arch == "arm64" && brew == homes[0] && len(copies) > 0 && copies[0].Path == homes[1] &&
		!slices.ContainsFunc(copies, func(p platforms.Program) bool { return p.Path == brew || p.Real == brew })
}

// otherBrew is the result where the terminal finds the Homebrew of another processor.
func otherBrew(ctx context.Context, h *platforms.Host, brew, intel string) Result {
	found := Found{Path: brew, Dir: h.DirName(brew)}
	next, err := h.NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return Unknown(err, "which Homebrew your next terminal finds could not be worked out")
	}
	if copies, err := next.Host.Which(ctx, "brew"); err == nil && len(copies) > 0 && !ofIntel(h, brew, copies) {
		return brewStale.Fail("a new terminal finds another Homebrew").With(found).
			Because("This terminal finds %s, and was opened before %s was added to PATH.", intel, found.Dir)
	}
	if found.File, err = next.StartFile(ctx); err != nil {
		return Unknown(err, "which file your shell reads could not be found out")
	}
	return brewOfIntel.Warn("your terminal finds the Homebrew for Intel processors").With(found).
		Because("It is %s. This Mac's own is %s, and PATH does not name that folder.", intel, brew)
}

// missedBrew says why this terminal does not find Homebrew.
func missedBrew(ctx context.Context, h *platforms.Host, brew string) Result {
	found := Found{Path: brew, Dir: h.DirName(brew)}
	next, err := h.NewTerminal(ctx)
	if err != nil {
		return Unknown(err, "what your next terminal reads could not be found out")
	}
	if next.Unsure != "" {
		return Unknown(nil, "the PATH of your next terminal could not be worked out").Because("%s", next.Unsure)
	}
	copies, err := next.Host.Which(ctx, "brew")
	if err != nil {
		return Unknown(err, "whether your next terminal finds Homebrew could not be found out")
	}
	if len(copies) > 0 {
		return brewStale.Fail("Homebrew is found in a new terminal only").With(found).
			Because("This terminal was opened before %s was added to PATH.", found.Dir)
	}
	if found.File, err = next.StartFile(ctx); err != nil {
		return Unknown(err, "which file your shell reads could not be found out")
	}
	for _, file := range startFiles {
		file = h.Join(file)
		text, err := h.ReadFile(ctx, file)
		if err == nil && mentionsBrew(text) && !slices.Contains(next.Files, file) {
			found.Value = file
			return brewInWrongFile.Fail("the line for Homebrew is in a file that %s does not read", next.Shell).With(found).
				Because("It stands in %s. A new terminal of yours reads %s.", file, found.File)
		}
	}
	return brewNotOnPath.Fail("your terminal does not find Homebrew").With(found).
		Because("It is %s, and PATH does not name that folder.", brew)
}

// startFiles are the files that shells read at their start.
var startFiles = []string{"~/.zprofile", "~/.zshrc", "~/.zshenv", "~/.bash_profile", "~/.bashrc", "~/.profile", "~/.config/fish/config.fish"}

// mentionsBrew reports whether a start file has a line for Homebrew.
func mentionsBrew(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "#") && (strings.Contains(line, "brew shellenv") || strings.Contains(line, "homebrew/bin")) {
			return true
		}
	}
	return false
}
