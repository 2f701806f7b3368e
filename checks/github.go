package checks

import (
	"context"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var github = []*Check{githubLogin, githubSSH, githubAccount}

// bundledManager is where Git for Windows keeps Git Credential Manager, as a
// Linux inside Windows sees it (MicrosoftDocs/WSL, wsl-git.md, 2026-07).
const bundledManager = "/mnt/c/Program Files/Git/mingw64/bin/git-credential-manager.exe"

var (
	ghLogin    = []string{"gh", "auth", "login", "-p", "https", "-w"}
	useManager = fixers.Tell{
		OS: platforms.Windows, Do: "Let git use the credential manager that came with it. At the first push it opens GitHub in your browser.",
		Run:  [][]string{{"git", "config", "--global", "credential.helper", "manager"}},
		Undo: "git config --global --unset-all credential.helper",
	}
	useWindowsManager = fixers.Tell{
		OS: platforms.Linux, Owner: platforms.WindowsWSL, Do: "Let git in WSL use the credential manager of Windows. At the first push it opens GitHub in your browser.",
		Run:  [][]string{{"git", "config", "--global", "credential.helper", strings.ReplaceAll(bundledManager, " ", `\ `)}},
		Undo: "git config --global --unset-all credential.helper",
	}
)

// installGh is how GitHub's own program gets onto a machine, then logs in. It is
// in the package lists of these systems (Debian 12 and Ubuntu 22.04 or newer).
var installGh = []fixers.Tell{
	{Do: "Make an SSH key: press Enter at each question. Then show GitHub the line in the file that ends in .pub: Settings, SSH and GPG keys.",
		Run: [][]string{{"ssh-keygen", "-t", "ed25519"}}, Undo: "Delete the two files that it names."},
	{OS: platforms.Windows, Do: "Install GitHub's program gh. Open a new terminal window and log in with it." + noWinget("https://cli.github.com"),
		Run: [][]string{{"winget", "install", "--id", "GitHub.cli", "--exact", "--source", "winget"}, ghLogin}, Undo: "winget uninstall --id GitHub.cli --exact"},
	{OS: platforms.Darwin, Owner: platforms.Homebrew, Do: "Install GitHub's program gh, and log in with it.",
		Run: [][]string{{"brew", "install", "gh"}, ghLogin}, Undo: "brew uninstall gh"},
	{OS: platforms.Linux, Owner: platforms.Apt, Do: "Install GitHub's program gh, and log in with it.", Admin: true,
		Run: [][]string{{"sudo", "sh", "-c", "apt-get update && apt-get install -y gh"}, ghLogin}, Undo: "sudo apt-get remove gh"},
	{OS: platforms.Linux, Owner: platforms.Dnf, Do: "Install GitHub's program gh, and log in with it.", Admin: true,
		Run: [][]string{{"sudo", "dnf", "install", "-y", "gh"}, ghLogin}, Undo: "sudo dnf remove gh"},
	{OS: platforms.Linux, Owner: platforms.Pacman, Do: "Install GitHub's program gh, and log in with it.", Admin: true,
		Run: [][]string{{"sudo", "pacman", "-S", "--needed", "github-cli"}, ghLogin}, Undo: "sudo pacman -Rs github-cli"},
	inBox("gh"),
	useWindowsManager,
}

var (
	noLogin = &Problem{
		ID: "no-login",
		Means: "Git has nothing to log in to GitHub with. GitHub takes no passwords from git since 2021. " +
			"A credential helper, which is a program that logs git in, or an SSH key does it.",
		See:   "Type git config credential.helper. It prints nothing, or a helper that only remembers passwords.",
		Fixes: []*fixers.Fix{fixers.OwnGitSettings, fixers.MakeSSHKey, fixers.InstallGh},
		Tells: installGh,
	}
	ghLoggedOut = &Problem{
		ID:    "logged-out",
		Means: "GitHub's program gh is installed and nobody is logged in with it. So git cannot push to GitHub.",
		See:   "Type gh auth status.",
		Tells: []fixers.Tell{{Do: "Log in: gh shows a code and opens GitHub in your browser. Answer yes when it offers to log git in too.",
			Run: [][]string{ghLogin}, Undo: "gh auth logout"}},
	}
	ghNotConnected = &Problem{
		ID:    "gh-not-connected",
		Means: "You are logged in with GitHub's program gh, but git does not know that it may ask gh.",
		See:   "Type gh auth status, then git config --get-regexp credential. The second prints nothing about gh.",
		Fixes: []*fixers.Fix{fixers.GitAsksGh},
		Tells: []fixers.Tell{{Do: "Tell git to ask gh.", Run: [][]string{{"gh", "auth", "setup-git"}},
			Undo: "git config --global --remove-section credential.https://github.com"}},
	}
	noHelperChosen = &Problem{
		ID:    "none-chosen",
		Means: "Git came with a credential helper, a program that logs git in to GitHub. It was not chosen, in the installer or in a window that asked.",
		See:   "Type git config --get-regexp helper. It names no manager.",
		Fixes: []*fixers.Fix{fixers.GitManager},
		Tells: []fixers.Tell{useManager},
	}
	helperMissing = &Problem{
		ID:    "helper-missing",
		Means: "Git is told to log in with a program that is not there. Then git asks for a password, which GitHub does not take.",
		See:   "Type git config credential.helper, and look for the program that it names.",
		Fixes: []*fixers.Fix{fixers.GitManager, fixers.LoginAnew, fixers.DropGitSetting},
		Tells: []fixers.Tell{
			{Do: "Take the setting away. Then log in another way.",
				Run:  [][]string{{"git", "config", "--file", "{file}", "--unset-all", "{name}"}},
				Undo: "git config --global {name}, with the old value."},
			useManager, useWindowsManager,
		},
	}
	askpassMissing = &Problem{
		ID:    "askpass-missing",
		Means: "Git is told to ask for passwords with a program that is not there. It cannot log in to GitHub without one.",
		See:   "Type git config core.askPass, and look for the program that it names.",
		Fixes: []*fixers.Fix{fixers.LoginAnew, fixers.DropGitSetting},
		Tells: []fixers.Tell{{Do: "Take the setting away.",
			Run: [][]string{{"git", "config", "--file", "{file}", "--unset-all", "core.askPass"}}, Undo: "git config --global core.askPass, with the old value."}},
	}
)

// githubLogin wants one way by which git can log in to GitHub; any one will do.
// Without one it only warns: a new machine has none, and the first push comes
// days after the first lesson. What is set and does not work is a failure.
var githubLogin = &Check{
	ID:       "github-login",
	Title:    "git can log in to GitHub",
	Why:      "You hand in your work with git push. Without a login it ends with: Password authentication is not supported.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{noLogin, ghLoggedOut, ghNotConnected, noHelperChosen, helperMissing, askpassMissing},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		config, err := readGitConfig(ctx, h, need)
		if err != nil {
			return Unknown(err, "git's settings could not be read")
		}
		remote := config.value("remote.origin.url")
		if sshRemote(remote) {
			return Skip("this project reaches GitHub by SSH")
		}
		w := &loginWays{h: h, config: config}
		if err := w.look(ctx, remote == ""); err != nil {
			return Unknown(err, "the ways to log in to GitHub could not be looked at")
		}
		return w.weigh()
	},
}

// sshRemote reports whether an address makes git use SSH: ssh://git@host/path or
// git@host:path.
func sshRemote(url string) bool {
	if strings.HasPrefix(url, "ssh://") {
		return true
	}
	host, _, ok := strings.Cut(url, ":")
	return ok && strings.Contains(host, "@") && !strings.Contains(host, "/")
}
