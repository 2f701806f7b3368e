package checks

import (
	"context"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// gitDied is the exit status of a git that gives up (git's usage.c). A git that
// cannot be loaded, or crashes, ends with another one.
const gitDied = 128

var gitConfigBroken = &Problem{
	ID: "config-broken",
	Means: "Git reads its settings before it does anything else. It cannot read a file of settings to its end, " +
		"so each command of git stops there.",
	See:   "Type git --version. Instead of a version it prints an error, which names the file and mostly the line.",
	Fixes: []*fixers.Fix{fixers.MendGitSettings, fixers.MoveAside},
	Tells: []fixers.Tell{
		{
			Do: "The first command names the file and the line where git stops. Open that file in an editor and mend the line. " +
				"Or give {file} another name, and run devdoctor again: it says which settings git then lacks.",
			Run:   [][]string{{"git", "--version"}, {"mv", "{file}", "{file}.old"}},
			Human: true,
			Undo:  "mv {file}.old {file}",
		},
		{
			OS: platforms.Windows,
			Do: "The first command names the file and the line where git stops. Open that file in Notepad and mend the line. " +
				"Or give {file} another name, and run devdoctor again: it says which settings git then lacks.",
			Run:   [][]string{{"git", "--version"}, {"move", "{file}", "{file}.old"}},
			Human: true,
			Undo:  "Give the file its old name again.",
		},
	},
}

// gitUnsettled is the result where git stops at a file of settings, which even
// git --version reads; the zero Result where git stops without any settings too, or
// none of its usual files is to blame.
func gitUnsettled(ctx context.Context, h *platforms.Host, found Found) (Result, error) {
	out, err := gitWithOnly(ctx, h, "/dev/null") // git knows the name on Windows too
	if err != nil || out.Exit != 0 {
		return Result{}, err
	}
	found.Version = versionNumber(out.Stdout)
	files, err := gitConfigFiles(ctx, h, found.Path)
	if err != nil {
		return Result{}, err
	}
	for _, file := range files {
		there, err := h.Exists(ctx, file)
		if err != nil {
			return Result{}, err
		}
		if !there {
			continue
		}
		out, err := gitWithOnly(ctx, h, file)
		if err != nil {
			return Result{}, err
		}
		if out.Exit == gitDied {
			found.File = file
			return gitConfigBroken.Fail("git cannot read its settings").With(found).
				Because("It stops in %s, or in a file that this one includes. Without that file git works.", file).
				renaming(ctx, h, file), nil
		}
	}
	return Result{}, nil
}

// gitWithOnly asks git for its version with one file of settings in place of all.
// A git before 2.32 does not know the first variable (git/git@4179b48, read 2026-11-21).
func gitWithOnly(ctx context.Context, h *platforms.Host, file string) (platforms.Output, error) {
	return h.RunWith(ctx, []string{"GIT_CONFIG_GLOBAL=" + file, "GIT_CONFIG_NOSYSTEM=1"}, "git", "--version")
}

// gitConfigFiles is where a git looks for its settings outside a project: those of
// the account first (git-config's manual page, section FILES; the last as git's
// Makefile derives it from the place of the program; both read 2026-11-21).
func gitConfigFiles(ctx context.Context, h *platforms.Host, program string) ([]string, error) {
	system := h.Join(h.DirName(h.DirName(program)), "etc", "gitconfig")
	if h.OS != platforms.Windows && h.DirName(program) == "/usr/bin" {
		system = "/etc/gitconfig"
	}
	own, err := h.Getenv(ctx, "GIT_CONFIG_GLOBAL")
	if err != nil {
		return nil, err
	}
	if own != "" {
		return []string{own, system}, nil
	}
	settings, err := h.Getenv(ctx, "XDG_CONFIG_HOME")
	if settings == "" {
		settings = h.Join("~/.config")
	}
	return []string{h.Join("~/.gitconfig"), h.Join(settings, "git", "config"), system}, err
}
