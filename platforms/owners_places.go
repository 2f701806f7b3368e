package platforms

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// nodePlaces is where a copy of Node.js may lie that PATH does not lead to, those
// of managers first. Dates and sources are those of ownerMarks. Downloads and the
// like are left out: a Mac asks the learner before it lets anybody look there.
var nodePlaces = []struct {
	os      OS     // "" is every system but Windows
	dir     string // a leading ~ is the home directory, a whole %NAME% a variable
	pattern string // of the program below it
}{
	{"", "~/.nvm", "versions/node/*/bin/node"},
	{"", "~/.config/nvm", "versions/node/*/bin/node"},
	{"", "%NVM_DIR%", "versions/node/*/bin/node"},
	{"", "~/.local/share/fnm", "node-versions/*/installation/bin/node"},
	{"", "~/.fnm", "node-versions/*/installation/bin/node"},
	{Darwin, "~/Library/Application Support/fnm", "node-versions/*/installation/bin/node"},
	{"", "~/.volta", "bin/node"},
	{"", "~/.local/share/mise", "installs/node/*.*.*/bin/node"},
	{"", "~/.asdf", "installs/nodejs/*/bin/node"},
	{"", "~/.proto", "tools/node/*/bin/node"},
	{"", "~/.nodenv", "versions/*/bin/node"}, // unverified
	{"", "~/.nvs", "node/*/*/bin/node"},      // unverified
	{"", "~/n", "bin/node"},
	{"", "~/.local/share/devdoctor", "node/current/bin/node"},
	{"", "~/.local", "bin/node"},
	{Darwin, "/opt/homebrew", "bin/node"},
	{Darwin, "/opt/homebrew", "opt/node@*/bin/node"},
	{Darwin, "/usr/local", "opt/node@*/bin/node"},
	{Darwin, "/opt/local", "bin/node"}, // unverified
	{Linux, "/home/linuxbrew/.linuxbrew", "bin/node"},
	{Linux, "/snap", "bin/node"},
	{"", "/usr/local", "bin/node"},
	{Linux, "/usr/bin", "node"},
	{"", "~", "node*/bin/node"}, // an archive of nodejs.org, unpacked by hand, or a folder of nodeenv
	{"", "~/env", "bin/node"},   // the folder of nodeenv's own example (ekalinin/nodeenv, README.rst, read 2026-11-21)

	{Windows, "%NVM_HOME%", `v*\node.exe`},
	{Windows, "%LOCALAPPDATA%", `nvm\v*\node.exe`},
	{Windows, "%APPDATA%", `nvm\v*\node.exe`},
	{Windows, "%APPDATA%", `fnm\node-versions\*\installation\node.exe`},
	{Windows, "%LOCALAPPDATA%", `Volta\bin\node.exe`},
	{Windows, "%LOCALAPPDATA%", `mise\installs\node\*.*.*\node.exe`},
	{Windows, "%LOCALAPPDATA%", `Microsoft\WinGet\Packages\OpenJS.NodeJS*\node-v*\node.exe`},
	{Windows, "~", `scoop\apps\nodejs*\current\node.exe`},
	{Windows, "%LOCALAPPDATA%", `Programs\devdoctor\node\v*\node.exe`},
	{Windows, "%LOCALAPPDATA%", `Programs\nodejs\node.exe`},
	{Windows, "%ProgramFiles%", `nodejs\node.exe`},
	{Windows, "%ProgramFiles(x86)%", `nodejs\node.exe`},
	{Windows, "~", `node*\node.exe`}, // an archive of nodejs.org, unpacked by hand
}

// usualFolders is where Windows keeps what these variables name, for a process
// that was started without them.
var usualFolders = map[string]string{
	"LOCALAPPDATA":      `~\AppData\Local`,
	"APPDATA":           `~\AppData\Roaming`,
	"ProgramFiles":      `C:\Program Files`,
	"ProgramFiles(x86)": `C:\Program Files (x86)`,
}

// NodePlaces is the copies of Node.js in well-known places, whether PATH leads to
// them or not, each once. Links are not followed: Real is Path.
func (h *Host) NodePlaces(ctx context.Context) ([]Program, error) {
	var found []Program
	for _, place := range nodePlaces {
		if place.os != h.OS && (place.os != "" || h.OS == Windows) {
			continue
		}
		dir, err := h.place(ctx, place.dir)
		if err != nil {
			return nil, err
		}
		if dir == "" {
			continue
		}
		paths, err := h.Glob(ctx, h.Join(dir, place.pattern))
		if err != nil && !errors.Is(err, ErrNotPermitted) {
			return nil, err
		}
		for _, path := range paths {
			if !slices.ContainsFunc(found, func(p Program) bool { return h.SamePath(p.Path, path) }) {
				found = append(found, Program{Path: path, Real: path})
			}
		}
	}
	return found, nil
}

// place is the directory that a row of nodePlaces names; "" without one.
func (h *Host) place(ctx context.Context, dir string) (string, error) {
	name, variable := strings.CutPrefix(dir, "%")
	if !variable {
		return h.Join(dir), nil
	}
	name = strings.TrimSuffix(name, "%")
	value, err := h.Getenv(ctx, name)
	if value == "" {
		value = usualFolders[name]
	}
	return h.Join(value), err
}
