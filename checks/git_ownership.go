package checks

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Owners of files on Windows, by their well-known numbers.
const (
	sidEveryone       = "S-1-1-0"      // what a disk says that keeps no owners: exFAT, FAT
	sidAdministrators = "S-1-5-32-544" // owner of what an elevated terminal made
)

// gitRefuses is the exit status of git for a directory that it will not touch.
const gitRefuses = 128

var trustProject = fixers.Tell{
	OS: platforms.Windows, Do: "Tell git that you trust this one folder.",
	Run:  [][]string{{"git", "config", "--global", "--add", "safe.directory", "{value}"}},
	Undo: "git config --global --unset-all safe.directory, with the folder as last word.",
}

var (
	ownedByOther = &Problem{
		ID:    "other-owner",
		Means: "The project belongs to another account of this computer. Git will not work in it, because a stranger could have hidden commands there.",
		See:   "In the project, type git status. It says: detected dubious ownership.",
		Fixes: []*fixers.Fix{fixers.OwnProject, fixers.GitTrust},
		Tells: []fixers.Tell{
			{Do: "Make the project your own again. Leave out sudo from npm and git, so that it stays so.", Admin: true,
				Run: [][]string{{"sudo", "chown", "-R", "{account}", "{dir}"}}, Undo: "sudo chown -R, with the old owner."},
			trustProject,
		},
	}
	ownerUnknown = &Problem{
		ID:    "no-owner",
		Means: "The disk of this project keeps no record of who owns a file. Git will not work there until you say that you trust the folder.",
		See:   "In the project, type git status. It says: detected dubious ownership.",
		Fixes: []*fixers.Fix{fixers.GitTrust},
		Tells: []fixers.Tell{
			{Do: "Tell git that you trust this one folder.",
				Run:  [][]string{{"git", "config", "--global", "--add", "safe.directory", "{dir}"}},
				Undo: "git config --global --unset-all safe.directory, with the folder as last word."},
			trustProject,
		},
	}
)

// gitOwnership wants the project to belong to whoever works in it.
var gitOwnership = &Check{
	ID:       "git-ownership",
	Title:    "git trusts the folder of your project",
	Why:      "In a folder of somebody else git refuses every command, and VS Code shows no changes.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{ownedByOther, ownerUnknown},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if need.Project == "" {
			return Skip("there is no project to look at")
		}
		info, err := h.Stat(ctx, h.Join(need.Project, ".git"))
		if errors.Is(err, platforms.ErrNotFound) {
			return Skip("this folder is no project of git yet")
		}
		if err != nil {
			return Unknown(err, "the folder .git of your project could not be looked at")
		}
		top, err := h.Stat(ctx, need.Project)
		if err != nil {
			return Unknown(err, "the folder of your project could not be looked at")
		}
		me, err := h.Account(ctx)
		if err != nil {
			return Unknown(err, "your account could not be looked up")
		}
		if ownedBy(h, info, me) && ownedBy(h, top, me) {
			return OK("the project is yours").With(Found{Dir: need.Project})
		}
		return askGitToTrust(ctx, h, need.Project, info, me)
	},
}

// ownedBy reports whether git takes a file for the account's own. Files of the
// administrators count for an elevated terminal (Git for Windows, mingw.c).
func ownedBy(h *platforms.Host, info platforms.Info, me platforms.Account) bool {
	if h.OS == platforms.Windows {
		return info.Owner == me.UID || info.Owner == sidAdministrators && h.Elevated
	}
	return strconv.Itoa(info.UID) == me.UID
}

// askGitToTrust lets git decide: it knows of safe.directory, of sudo and of the
// ways in which folders can be shared.
func askGitToTrust(ctx context.Context, h *platforms.Host, project string, info platforms.Info, me platforms.Account) Result {
	out, err := h.RunIn(ctx, project, "git", "rev-parse", "--git-dir")
	if err != nil {
		return Unknown(err, "git did not say whether it trusts your project")
	}
	found := Found{Dir: project, Value: strings.ReplaceAll(project, `\`, "/"), Account: me.Name}
	if out.Exit != gitRefuses {
		return OK("git trusts this project").With(found).Note("Its files belong to another account.")
	}
	if info.Owner == sidEveryone || onWindowsDrive(project) {
		return ownerUnknown.Fail("git refuses to work in this project").With(found).
			Because("The disk of %s does not record who owns a file.", project)
	}
	owner := "the account " + strconv.Itoa(info.UID)
	switch {
	case info.UID == 0:
		owner = "root, the administrator of this system"
	case info.Owner == sidAdministrators:
		owner = "the administrators: an elevated terminal made it"
	case h.OS == platforms.Windows:
		owner = "another account of Windows"
	}
	return ownedByOther.Fail("git refuses to work in this project").With(found).Because("It belongs to %s.", owner)
}
