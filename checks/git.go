package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var git = []*Check{gitInstalled, gitIdentity, gitSigning, gitDefaultBranch, gitLineEndings, gitLongPaths, gitOwnership}

// Where git lies, as of 2026-11-20.
const (
	// gitForWindows is where the installer writes InstallPath, in HKLM for all
	// accounts or in HKCU for one (Git for Windows' install.iss).
	gitForWindows = `\SOFTWARE\GitForWindows`

	gitPage = "https://git-scm.com/downloads/win"

	xcodeLicence = 69 // exit status of Apple's programs before the licence is agreed to
)

// gitWindowsDirs is where Git for Windows goes when its registry key is gone.
var gitWindowsDirs = []string{`C:\Program Files\Git`, `~\AppData\Local\Programs\Git`, `C:\Program Files (x86)\Git`}

// installGit is how each kind of Linux installs and upgrades git.
var installGit = []fixers.Tell{
	{OS: platforms.Linux, Do: "Install git with the package manager of your system.", Admin: true, Undo: "Remove the package git again."},
	inBox("git"),
	{OS: platforms.Linux, Owner: platforms.Apt, Do: "Fetch the list of packages, then install git.", Admin: true,
		Run: [][]string{{"sudo", "sh", "-c", "apt-get update && apt-get install -y git"}}, Undo: "sudo apt-get remove git"},
	{OS: platforms.Linux, Owner: platforms.Dnf, Do: "Install git.", Admin: true,
		Run: [][]string{{"sudo", "dnf", "install", "-y", "git"}}, Undo: "sudo dnf remove git"},
	{OS: platforms.Linux, Owner: platforms.Pacman, Do: "Install git.", Admin: true,
		Run: [][]string{{"sudo", "pacman", "-S", "--needed", "git"}}, Undo: "sudo pacman -Rs git"},
	{OS: platforms.Linux, Owner: platforms.Zypper, Do: "Install git.", Admin: true,
		Run: [][]string{{"sudo", "zypper", "install", "git"}}, Undo: "sudo zypper remove git"},
	{OS: platforms.Linux, Owner: platforms.Apk, Do: "Install git.", Admin: true,
		Run: [][]string{{"sudo", "apk", "add", "git"}}, Undo: "sudo apk del git"},
}

var installGitForWindows = fixers.Tell{
	OS: platforms.Windows, Do: "Install Git for Windows, then open a new terminal window." + noWinget(gitPage),
	Run:  [][]string{{"winget", "install", "--id", "Git.Git", "--exact", "--source", "winget"}},
	Undo: "winget uninstall --id Git.Git --exact",
}

var (
	gitMissing = &Problem{
		ID:    "not-installed",
		Means: "There is no git on this machine. Git keeps the history of your files, and brings your work to GitHub.",
		See:   "Type git --version. The terminal answers that it knows no such command.",
		Fixes: []*fixers.Fix{fixers.GitMayRun, fixers.InstallGit},
		Tells: append([]fixers.Tell{installAppleTools, installGitForWindows}, installGit...),
	}
	gitStale = &Problem{
		ID:    StaleTerminal,
		Means: "Git is installed, but this terminal window was opened before. A window learns where programs are when it opens.",
		See:   "Open a new terminal window and type git --version. There it answers.",
		Tells: []fixers.Tell{{OS: platforms.Windows, Do: "Close this terminal window and open a new one. In VS Code, close all its windows and start it again."}},
	}
	gitNotOnPath = &Problem{
		ID:    "not-on-path",
		Means: "Git is installed, but PATH does not name its folder. PATH is the list of folders in which a terminal looks for programs.",
		See:   "Type git --version: the terminal knows no such command. The folder of git is there all the same.",
		Fixes: []*fixers.Fix{fixers.FindFolder},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Run the installer again over the old copy: it puts git on PATH. Then open a new terminal window." + noWinget(gitPage),
			Run:  [][]string{{"winget", "install", "--id", "Git.Git", "--exact", "--source", "winget", "--force"}},
			Undo: "Take the folder out of PATH again, in Settings, under environment variables.",
		}},
	}
	gitBashOnly = &Problem{
		ID:    "bash-only",
		Means: "Git was installed for Git Bash only. Command Prompt, PowerShell and VS Code do not find it.",
		See:   "Open Git Bash and type git --version: there it answers. In PowerShell it does not.",
		Fixes: []*fixers.Fix{fixers.FindFolder},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Install Git for Windows again. The option PathOption=Cmd makes git known to every terminal. Then open a new window." +
				noWinget(gitPage),
			Run:  [][]string{{"winget", "install", "--id", "Git.Git", "--exact", "--source", "winget", "--force", "--override", "/VERYSILENT /NORESTART /NOCANCEL /SP- /o:PathOption=Cmd"}},
			Undo: "Install it once more with PathOption=BashOnly.",
		}},
	}
	xcodeLicenceOpen = &Problem{
		ID:    "xcode-licence",
		Means: "Git belongs to Xcode here, and nobody has agreed to Xcode's licence on this Mac. Until then git refuses to work.",
		See:   "Type git --version. It asks you to agree to the Xcode licence.",
		Tells: []fixers.Tell{{
			OS: platforms.Darwin, Do: "Read Apple's licence, and agree to it if you do.", Admin: true,
			Run: [][]string{{"sudo", "xcodebuild", "-license"}}, Undo: "An agreement cannot be taken back. You can remove Xcode.",
		}},
	}
	gitTooOld = &Problem{
		ID:    "too-old",
		Means: "This git is older than the commands of the course. Git " + Course.Git + " is the first that can choose the name of the first branch.",
		See:   "Type git --version and compare the number.",
		Fixes: []*fixers.Fix{fixers.GitMayRun, fixers.ReinstallGit},
		Tells: append([]fixers.Tell{
			{OS: platforms.Darwin, Do: "Open System Settings, General, Software Update, and install the newest Command Line Tools.", Admin: true,
				Run: [][]string{{"softwareupdate", "--list"}}, Undo: "An update of Apple's tools cannot be taken back."},
			installGitForWindows,
			{OS: platforms.Linux, Owner: platforms.Apt, Case: onUbuntu, Do: "Ubuntu 20.04 and older have no newer git. Add the source of packages that the makers of git point to for Ubuntu, and install git from it.", Admin: true,
				Run:  [][]string{{"sudo", "add-apt-repository", "-y", "ppa:git-core/ppa"}, {"sudo", "sh", "-c", "apt-get update && apt-get install -y git"}},
				Undo: "sudo add-apt-repository --remove ppa:git-core/ppa. The newer git stays."},
			{OS: platforms.Linux, Owner: platforms.Apt, Do: "Ask for the newest git of your system. If it stays older than needed, upgrade the system itself to a newer release.", Admin: true,
				Run: [][]string{{"sudo", "sh", "-c", "apt-get update && apt-get install -y git"}}, Undo: "An older git can be installed again by its version number."},
		}, slices.DeleteFunc(slices.Clone(installGit), func(t fixers.Tell) bool { return t.Owner == platforms.Apt })...),
	}
	gitStranger = &Problem{
		ID:    "not-git",
		Means: "Another program, or a git that does not work, stands first on PATH, the list of folders with programs, under the name git. git's own commands do not work.",
		See:   "Type git --version. The answer should begin with: git version.",
		Fixes: []*fixers.Fix{fixers.MoveAside},
		Tells: []fixers.Tell{
			{
				Do:   "Look at the file first. If you do not need it, give it another name, and run devdoctor again.",
				Run:  [][]string{{"ls", "-l", "{path}"}, {"mv", "{path}", "{path}.old"}},
				Undo: "mv {path}.old {path}",
			},
			{
				OS:   platforms.Windows,
				Do:   "Look at the file first. If you do not need it, give it another name, and run devdoctor again.",
				Run:  [][]string{{"where.exe", "git"}},
				Undo: "Give the file its old name again.",
			},
		},
	}
	gitBroken = &Problem{
		ID:    "broken",
		Means: "Git is there, but it does not start. A part of its installation is missing or damaged.",
		See:   "Type git --version. Instead of a version it prints an error.",
		Fixes: []*fixers.Fix{fixers.GitMayRun, fixers.ReinstallGit},
		Tells: []fixers.Tell{
			{Do: "Remove git and install it again."},
			{OS: platforms.Windows, Do: "Run the installer again over the old copy." + noWinget(gitPage),
				Run: [][]string{{"winget", "install", "--id", "Git.Git", "--exact", "--source", "winget", "--force"}}},
			{OS: platforms.Linux, Owner: platforms.Apt, Do: "Install git and what it needs again.", Admin: true,
				Run: [][]string{{"sudo", "sh", "-c", "apt-get update && apt-get install -y --reinstall git"}}},
		},
	}
)

// gitInstalled wants a git that starts, in this terminal, and knows the commands
// of the course.
var gitInstalled = &Check{
	ID:       "git-installed",
	Title:    "git is installed and new enough",
	Why:      "You keep every exercise in git from the first day on. VS Code needs it too, and says that git was not found.",
	Phase:    1,
	After:    []*Check{terminalBasics, terminalPath},
	Problems: []*Problem{gitMissing, gitStale, gitNotOnPath, gitBashOnly, appleToolsMissing, appleToolsMoved, appleToolsElsewhere, xcodeLicenceOpen, gitTooOld, gitStranger, gitConfigBroken, gitBroken},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		copies, err := h.Which(ctx, "git")
		if err != nil {
			return Unknown(err, "the folders of PATH could not be searched for git")
		}
		owner, err := systemManager(ctx, h)
		if err != nil && len(copies) == 0 { // it only matters to who has to install git
			return Unknown(err, "the kind of your Linux could not be found out")
		}
		if len(copies) == 0 {
			return gitNotFound(ctx, h, owner)
		}
		found := Found{Path: copies[0].Path, Name: "git", Owner: owner}
		if isAppleStub(h, copies[0]) {
			if r := appleToolsReady(ctx, h, found); r.Status != StatusOK {
				return r
			}
		}
		out, err := h.Run(ctx, "git", "--version")
		if err != nil {
			return gitUnstarted(ctx, h, copies, found, err)
		}
		if out.Exit == gitDied {
			r, err := gitUnsettled(ctx, h, found)
			if err != nil || r.Status != "" {
				return orUnknown(r, err, "why git stops could not be found out")
			}
		}
		if out.Exit != 0 && !gitsPlace(h, found.Path) && hidesGit(ctx, h, copies) {
			return gitStranger.Fail("the first program called git does not work, and hides git").With(found).
				Because("%s ended with status %d instead of naming its version. %s does.", found.Path, out.Exit, copies[1].Path).renaming(ctx, h, found.Path)
		}
		r := gitVersion(ctx, h, need, found, out)
		if r.Status != StatusOK {
			return r
		}
		if later := gitLater(ctx, h, need, found); later.Status != "" {
			return later
		}
		return r
	},
}

// gitsPlace reports whether git itself is installed in a file's folder, so that a program there which
// fails is a broken git, and not something in front of one.
func gitsPlace(h *platforms.Host, file string) bool {
	if h.OS == platforms.Windows {
		return strings.Contains(strings.ToLower(file), `\git\`)
	}
	return slices.Contains([]string{"/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"}, h.DirName(file))
}

// hidesGit reports whether the copy behind the first one on PATH is a git that works.
func hidesGit(ctx context.Context, h *platforms.Host, copies []platforms.Program) bool {
	if len(copies) < 2 || isAppleStub(h, copies[1]) && appleToolsReady(ctx, h, Found{}).Status != StatusOK {
		return false
	}
	out, err := h.Run(ctx, copies[1].Path, "--version")
	return err == nil && out.Exit == 0 && gitSays().MatchString(out.Stdout)
}

// gitLater is the result where new terminals find another git than this one, and that is
// at fault; the zero Result elsewhere, and where it cannot be known.
func gitLater(ctx context.Context, h *platforms.Host, need Needs, found Found) Result {
	next, err := h.NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return Result{}
	}
	copies, err := next.Host.Which(ctx, "git")
	if err != nil || len(copies) == 0 || h.SamePath(copies[0].Path, found.Path) || isAppleStub(h, copies[0]) {
		return Result{}
	}
	out, err := next.Host.Run(ctx, "git", "--version")
	if err != nil {
		return Result{}
	}
	here := found.Path
	found.Path = copies[0].Path
	r := gitVersion(ctx, next.Host, need, found, out)
	if r.Status == StatusOK {
		return Result{}
	}
	return r.Note("New terminals find it. This one has another PATH, and finds %s.", here)
}

// gitUnstarted is the result where nothing could be started: the reason that the
// file gives.
func gitUnstarted(ctx context.Context, h *platforms.Host, copies []platforms.Program, found Found, err error) Result {
	var why Message
	if !isSilence(err) && !errors.Is(err, platforms.ErrTimedOut) {
		why = notStartable(ctx, h, copies[0])
	}
	const summary = "the file called git cannot be started"
	switch {
	case why.Format == "":
		return Unknown(err, "git did not say its version")
	case len(copies) > 1: // the real one may be hidden behind it
		return gitStranger.Fail(summary).With(found).Because(why.Format, why.Args...).renaming(ctx, h, found.Path)
	}
	return gitBroken.Fail(summary).With(found).Because(why.Format, why.Args...)
}

func gitVersion(ctx context.Context, h *platforms.Host, need Needs, found Found, out platforms.Output) Result {
	switch {
	case h.OS == platforms.Darwin && out.Exit == xcodeLicence:
		return xcodeLicenceOpen.Fail("git waits until somebody agrees to Xcode's licence").With(found)
	case out.Exit != 0:
		return gitBroken.Fail("git is installed but does not start").With(found).
			Because("%s ended with status %d instead of naming its version.", found.Path, out.Exit)
	}
	if m := gitSays().FindStringSubmatch(out.Stdout); m != nil {
		found.Version = m[1]
	}
	have, err := version.NewVersion(found.Version)
	if err != nil {
		return gitStranger.Fail("the program called git is not git").With(found).
			Because("%s runs, but does not name its version as git does.", found.Path).renaming(ctx, h, found.Path)
	}
	if oldest := version.Must(version.NewVersion(need.Git)); have.LessThan(oldest) {
		found.Value = need.Git
		r := gitTooOld.Fail("git %s is too old", found.Version)
		if release, err := h.Release(ctx); h.OS == platforms.Linux && err == nil && release.ID == "ubuntu" {
			r.Case = onUbuntu
		}
		return r.With(found).
			Because("The course needs git %s or newer. This one is %s.", need.Git, found.Path)
	}
	return OK("git %s", found.Version).With(found)
}

// gitSays is how git names its version, untranslated (git's help.c).
var gitSays = lazily(`(?m)^git version (\d+(?:\.\d+)+)`)

// versionNumber is the first number with dots of a line such as
// "git version 2.45.0.windows.1" or "git version 2.50.1 (Apple Git-155)".
func versionNumber(text string) string { return numberWithDots().FindString(text) }

var numberWithDots = lazily(`\d+(?:\.\d+)+`)

func gitNotFound(ctx context.Context, h *platforms.Host, owner platforms.Manager) Result {
	found := Found{Name: "git", Owner: owner}
	if h.OS != platforms.Windows {
		r := gitMissing.Fail("git is not installed").With(found)
		if world, err := h.World(ctx); err == nil && world.InWSL() {
			r = r.Because("The git of Windows does not count here: this Linux inside Windows has programs of its own.")
		}
		return r
	}
	dir, err := gitWindowsDir(ctx, h)
	if err != nil {
		return Unknown(err, "the folders of Git for Windows could not be looked at")
	}
	if dir == "" {
		return gitMissing.Fail("git is not installed").With(found)
	}
	found.Dir = h.Join(dir, "cmd")
	found.Path = h.Join(found.Dir, "git.exe")
	path, err := h.SessionEnv(ctx, "PATH")
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "the PATH of a new terminal could not be read")
	}
	if slices.ContainsFunc(h.SplitPath(path), func(entry string) bool { return h.SamePath(entry, found.Dir) }) {
		return gitStale.Fail("git is installed, but this window does not know it yet").With(found).
			Because("%s is on PATH for every window that opens from now on.", found.Dir)
	}
	options, err := h.ReadFile(ctx, h.Join(dir, "etc", "install-options.txt"))
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "the options of Git for Windows could not be read")
	}
	// The installer writes the file for machines: a key, a colon, a value.
	if strings.Contains(strings.ReplaceAll(options, " ", ""), "PathOption:BashOnly") {
		return gitBashOnly.Fail("git works in Git Bash only").With(found).
			Because("It is in %s, and was installed with the option to leave PATH alone.", dir)
	}
	return gitNotOnPath.Fail("git is installed, but PATH does not name it").With(found).
		Because("It is in %s.", found.Dir)
}

// gitWindowsDir is where Git for Windows is installed, "" where it is not.
func gitWindowsDir(ctx context.Context, h *platforms.Host) (string, error) {
	dirs := slices.Clone(gitWindowsDirs)
	for _, root := range []string{"HKCU", "HKLM"} {
		v, err := h.Registry(ctx, root+gitForWindows, "InstallPath")
		if err == nil {
			dirs = append([]string{v.Data}, dirs...)
		} else if !errors.Is(err, platforms.ErrNotFound) {
			return "", err
		}
	}
	for _, dir := range dirs {
		dir = h.Join(dir)
		there, err := h.Exists(ctx, h.Join(dir, "cmd", "git.exe"))
		if err != nil {
			return "", err
		}
		if there {
			return dir, nil
		}
	}
	return "", nil
}
