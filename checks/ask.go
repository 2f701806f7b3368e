package checks

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Questions and answers that several subjects share.

// systemRoot is the directory of Windows; the usual one where the environment
// does not tell.
func systemRoot(ctx context.Context, h *platforms.Host) string {
	if root, err := h.Env(ctx, "SystemRoot"); err == nil && root != "" {
		return root
	}
	return `C:\Windows`
}

// cutPrefixFold is [strings.CutPrefix] regardless of case.
func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// noWinget is what to do on a Windows without winget, such as an LTSC or a school's own: page
// has the installer.
func noWinget(page string) string {
	return " Where the terminal does not know winget, download the installer from " + page + "."
}

// inNotepad is the advice to change {file} on Windows, where that takes an
// administrator.
func inNotepad(do, undo string) fixers.Tell {
	return fixers.Tell{OS: platforms.Windows, Admin: true, Do: "Open Notepad as administrator, open {file} in it, and " + do, Undo: undo}
}

// accountName is the name of a Unix account as /etc/passwd gives it, else its
// number.
func accountName(ctx context.Context, h *platforms.Host, uid int) string {
	if uid == 0 {
		return "root"
	}
	number := strconv.Itoa(uid)
	text, err := h.ReadFile(ctx, "/etc/passwd")
	if err != nil {
		return number
	}
	for line := range strings.Lines(text) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == number {
			return f[0]
		}
	}
	return number
}

// renaming is r, which advises to give a file another name, and whether that needs
// root: the folder decides, not the file. Windows asks by itself.
func (r Result) renaming(ctx context.Context, h *platforms.Host, file string) Result {
	dir, err := h.Stat(ctx, h.DirName(file))
	r.Root = h.OS != platforms.Windows && (err == nil && !dir.Writable || errors.Is(err, platforms.ErrNotPermitted))
	return r
}

// inBox is the advice where a Linux takes no packages while it runs: a box is an ordinary
// Linux beside it, with the same home folder. Fedora's brings toolbox, SteamOS distrobox.
func inBox(what string) fixers.Tell {
	return fixers.Tell{
		OS: platforms.Linux, Owner: platforms.Sealed,
		Do: "The folders of this system are read-only, so it takes no packages. Make a box, an ordinary Linux beside it with your own home folder: type " +
			"toolbox create, then toolbox enter. Where toolbox is not there, distrobox create and distrobox enter do the same. " +
			"In the box, run devdoctor again, and install " + what + " as it says there.",
		Undo: "toolbox rm, or distrobox rm, with the name of the box.",
	}
}

// systemManager is the package manager that a Linux comes with, Unowned where
// nobody knows it. On other systems it is Unowned too.
func systemManager(ctx context.Context, h *platforms.Host) (platforms.Manager, error) {
	if h.OS != platforms.Linux {
		return platforms.Unowned, nil
	}
	release, err := h.Release(ctx)
	if err != nil {
		return platforms.Unowned, err
	}
	return release.Packager(), nil
}
