package checks

import (
	"context"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var crlfOnUnix = &Problem{
	ID: "crlf-on-unix",
	Means: "Git is set to write files with the line endings of Windows. This system expects its own: " +
		"a script with Windows endings does not start here, nor in Docker.",
	See:   "Type git config core.autocrlf. It prints true.",
	Fixes: []*fixers.Fix{fixers.GitLineEndings},
	Tells: []fixers.Tell{{
		Do:   "Let git keep the line endings of this system. Files that git wrote before stay as they are, until you clone the project again.",
		Run:  [][]string{{"git", "config", "--global", "core.autocrlf", "input"}},
		Undo: "git config --global core.autocrlf true",
	}},
}

var crlfStored = &Problem{
	ID: "crlf-stored",
	Means: "Your project holds files with the line endings of Windows, and git passes them on as they are. For those who work on a Mac or on Linux " +
		"git then calls whole files changed, and a script among them does not start.",
	See:   "In the project, type git ls-files --eol. The lines of such files begin with i/crlf.",
	Fixes: []*fixers.Fix{fixers.GitPlainEndings},
	Tells: []fixers.Tell{{
		OS: platforms.Windows,
		Do: "First commit your own work: the second command stages whatever you have changed. Then let git store the endings that all systems understand; " +
			"on your disk the files stay as they are. Let it store the files anew, and commit.",
		Run: [][]string{
			{"git", "config", "--global", "core.autocrlf", "true"},
			{"git", "-C", "{dir}", "add", "--renormalize", "."},
			{"git", "-C", "{dir}", "commit", "-m", "Store plain line endings"},
		},
		Undo: "git config --global core.autocrlf false, and git revert in the project.",
	}},
}

// gitLineEndings wants git to write the line endings that this system expects.
var gitLineEndings = &Check{
	ID:       "git-line-endings",
	Title:    "git writes the line endings of your system",
	Why:      "Windows ends a line with two characters, all others with one. With the wrong choice git calls every file changed, and scripts do not start.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{crlfOnUnix, crlfStored},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		config, err := readGitConfig(ctx, h, need)
		if err != nil {
			return Unknown(err, "git's settings could not be read")
		}
		setting, _ := config.last("core.autocrlf")
		converts := strings.EqualFold(setting.Value, "true")
		found := Found{Name: "core.autocrlf", Value: setting.Value, File: setting.File}
		switch {
		case h.OS == platforms.Windows && (setting.Value == "" || strings.EqualFold(setting.Value, "false")):
			return keptEndings(ctx, h, need.Project, found)
		case h.OS == platforms.Windows || !converts:
			return OK("git writes the line endings of your system").With(found)
		case onWindowsDrive(need.Project):
			return OK("git writes Windows line endings").With(found).
				Note("This project lies on a Windows drive, so Windows programs see the endings that they expect.")
		}
		return crlfOnUnix.Warn("git writes Windows line endings on this system").With(found).
			Because("core.autocrlf is true in %s.", setting.File)
	},
}

// keptEndings is for a git of Windows that converts nothing. That is a choice of
// its installer, and harms nobody until files with Windows endings are stored.
func keptEndings(ctx context.Context, h *platforms.Host, project string, found Found) Result {
	r := OK("git keeps line endings as they are").With(found).
		Note("If you share files with a Mac or Linux, put * text=auto eol=lf into a file .gitattributes of the project.")
	if project == "" {
		return r
	}
	out, err := h.RunIn(ctx, project, "git", "ls-files", "--eol")
	if isTooLarge(err) {
		return r.Note("Whether files with such endings are in your project is not known: it has too many files to look through.")
	}
	if err != nil {
		return Unknown(err, "git did not list the files of your project")
	}
	if out.Exit != 0 { // no repository
		return r
	}
	for line := range strings.Lines(out.Stdout) {
		info, file, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if file = gitPath(file); strings.HasPrefix(info, "i/crlf") && !ofWindows(file) {
			found.Dir = project
			return crlfStored.Warn("git stores Windows line endings in your project").With(found).
				Because("%s is one of the files. core.autocrlf, which would convert them, is off.", file)
		}
	}
	return r
}

// ofWindows reports whether a file is for Windows alone, which wants its own line
// endings in it.
func ofWindows(file string) bool {
	file = strings.ToLower(file)
	return slices.ContainsFunc([]string{".bat", ".cmd", ".ps1"}, func(ending string) bool { return strings.HasSuffix(file, ending) })
}

// onWindowsDrive reports whether a path inside WSL leads to Windows.
func onWindowsDrive(path string) bool {
	rest, ok := strings.CutPrefix(path, "/mnt/")
	return ok && len(rest) > 1 && rest[1] == '/'
}
