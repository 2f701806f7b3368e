package checks

import (
	"context"
	"strings"

	"devdoctor/platforms"
)

// shellFolders is where Windows says which folders an account's own things are in: a school
// may have moved them, and their names are in the language of the system.
const shellFolders = `HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders`

// personalValues are the values of it for Desktop, Documents, Downloads, Pictures, Music and Videos
// (KNOWNFOLDERID in Windows' documentation).
var personalValues = []string{"Desktop", "Personal", "{374DE290-123F-4565-9164-39C4925E467B}", "My Pictures", "My Music", "My Video"}

// PersonalFolder reports whether a directory is one for all the things of a learner: Desktop,
// Documents, Downloads and their like, in any language, or the root of a folder that a service
// copies. A terminal opens there, and no project is the whole of it.
func PersonalFolder(ctx context.Context, h *platforms.Host, dir string) bool {
	if syncRoot(ctx, h, dir) {
		return true
	}
	for _, name := range []string{"Desktop", "Documents", "Downloads"} {
		if h.SamePath(dir, h.Join(h.Home, name)) || syncRoot(ctx, h, h.DirName(dir)) && strings.EqualFold(h.BaseName(dir), name) {
			return true
		}
	}
	for _, folder := range personalFolders(ctx, h) {
		if h.SamePath(dir, folder) && !h.SamePath(folder, h.Home) {
			return true
		}
	}
	return false
}

// personalFolders is the folders that the system knows for the account. What cannot be read
// names none.
func personalFolders(ctx context.Context, h *platforms.Host) []string {
	var folders []string
	switch h.OS {
	case platforms.Windows:
		for _, name := range personalValues {
			if v, err := h.Registry(ctx, shellFolders, name); err == nil {
				folders = append(folders, expandedFolder(ctx, h, v.Data))
			}
		}
	case platforms.Linux: // xdg-user-dirs-update writes it
		text, err := h.ReadFile(ctx, h.Join("~/.config/user-dirs.dirs"))
		if err != nil {
			return nil
		}
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			if strings.HasPrefix(name, "XDG_") && strings.HasSuffix(name, "_DIR") {
				folders = append(folders, strings.Replace(strings.Trim(value, `"`), "$HOME", h.Home, 1))
			}
		}
	}
	return folders
}

// expandedFolder is a value of shellFolders without the variable that it begins with.
func expandedFolder(ctx context.Context, h *platforms.Host, value string) string {
	rest, ok := strings.CutPrefix(value, "%")
	name, below, closed := strings.Cut(rest, "%")
	if !ok || !closed {
		return value
	}
	root := h.Home
	if !strings.EqualFold(name, "USERPROFILE") {
		root, _ = h.Getenv(ctx, name) // what cannot be read names no folder
	}
	return root + below
}

// syncRoot reports whether a service copies a directory as a whole.
func syncRoot(ctx context.Context, h *platforms.Host, dir string) bool {
	if h.OS == platforms.Windows {
		for _, name := range oneDriveRoots {
			if root, err := h.Getenv(ctx, name); err == nil && root != "" && h.SamePath(dir, root) {
				return true
			}
		}
	}
	below, ok := belowHome(h, dir)
	if !ok || below == "" {
		return false
	}
	if strings.HasSuffix(below, "/com~apple~CloudDocs") { // where iCloud Drive's own files are
		return true
	}
	for _, f := range cloudFolders {
		if at := f.name().FindStringIndex(below); at != nil {
			return !isSlash(rune(below[at[1]-1])) && !strings.ContainsAny(below[at[1]:], `/\`)
		}
	}
	return false
}
