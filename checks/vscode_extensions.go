package checks

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

const (
	wslExtension = "ms-vscode-remote.remote-wsl"

	// oldestGlibc is what the part of VS Code needs that it puts into WSL
	// (aka.ms/vscode-remote/faq/old-linux, read 2026-11-20).
	oldestGlibc = "2.28"
)

var (
	wslExtensionMissing = &Problem{
		ID:    "extension-missing",
		Means: "VS Code in Windows lacks the extension WSL. Without it VS Code opens your Linux files as a network folder, and its terminal is that of Windows.",
		See:   "In VS Code in Windows, open Extensions and search for WSL.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Install the extension into VS Code in Windows. Then open your project from Linux with: code .",
			Run:  [][]string{{"cmd.exe", "/c", "code", "--install-extension", wslExtension}},
			Undo: "cmd.exe /c code --uninstall-extension " + wslExtension,
		}},
	}
	wslTooOld = &Problem{
		ID:    "linux-too-old",
		Means: "VS Code puts a part of itself into WSL. That part needs the C library glibc " + oldestGlibc + ", and this Linux has an older one.",
		See:   "Type ldd --version and compare the number.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Install a newer Linux beside this one, and move your projects there.",
			Run:  [][]string{{"wsl.exe", "--install", "-d", "Ubuntu"}},
			Undo: "wsl.exe --unregister Ubuntu deletes the new Linux and all that is in it.",
		}},
	}
)

// vscodeWSL wants VS Code in Windows to know the Linux inside Windows.
var vscodeWSL = &Check{
	ID:       "vscode-wsl",
	Title:    "VS Code can work inside WSL",
	Why:      "VS Code runs in Windows, your programs run in Linux. Without its extension for WSL it does not find Node.js, and saves files slowly.",
	Phase:    1,
	After:    []*Check{vscodeInstalled},
	Problems: []*Problem{wslExtensionMissing, wslTooOld},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		world, err := h.World(ctx)
		if err != nil {
			return Unknown(err, "it could not be found out whether this is WSL")
		}
		if !world.InWSL() {
			return Skip("this is not WSL")
		}
		copies, err := h.Which(ctx, "code")
		if err != nil {
			return Unknown(err, "the folders of PATH could not be searched for code")
		}
		if len(copies) == 0 || !strings.HasPrefix(copies[0].Real, "/mnt/") && !strings.Contains(copies[0].Real, "/remote-cli/") {
			return Skip("no VS Code of Windows is in reach")
		}
		name, number, err := h.Libc(ctx)
		if err != nil {
			return Unknown(err, "the C library of this Linux could not be identified")
		}
		if have, err := version.NewVersion(number); err == nil && name == "glibc" && have.LessThan(version.Must(version.NewVersion(oldestGlibc))) {
			return wslTooOld.Warn("this Linux is too old for VS Code").With(Found{Name: "glibc", Version: number}).
				Because("It has glibc %s. VS Code needs %s or newer here.", number, oldestGlibc)
		}
		return findWSLExtension(ctx, h)
	},
}

// findWSLExtension looks for the extension in the accounts of Windows. Where VS
// Code has worked inside this Linux before, it was there. Its relatives have one of
// their own: anysphere.remote-wsl, jeanp413.open-remote-wsl.
func findWSLExtension(ctx context.Context, h *platforms.Host) Result {
	for _, folder := range serverFolders {
		used, err := h.Exists(ctx, h.Join("~", folder))
		if err != nil {
			return Unknown(err, "the part of VS Code in this Linux could not be looked for")
		}
		if used {
			return OK("VS Code works inside WSL")
		}
	}
	for _, folder := range extensionFolders {
		found, err := h.Glob(ctx, "/mnt/c/Users/*/"+folder+"/extensions/*remote-wsl-*")
		if err != nil {
			return Unknown(err, "the extensions of VS Code in Windows could not be looked at")
		}
		if len(found) > 0 {
			return OK("VS Code has its extension for WSL").With(Found{Path: found[0]})
		}
	}
	return wslExtensionMissing.Warn("VS Code lacks its extension for WSL").With(Found{Name: wslExtension})
}

var extensionMissing = &Problem{
	ID:    "missing",
	Means: "The course uses an extension of VS Code that is not installed. An extension is an addition to the editor.",
	See:   "In VS Code, open Extensions and search for its name.",
	Fixes: []*fixers.Fix{fixers.InstallExtension},
	Tells: []fixers.Tell{{
		Do:   "Install the extension.",
		Run:  [][]string{{"code", "--install-extension", "{name}"}},
		Undo: "code --uninstall-extension, with the same name.",
	}},
}

// vscodeExtensions wants the extensions that the course names, if it names any.
var vscodeExtensions = &Check{
	ID:       "vscode-extensions",
	Title:    "VS Code has the extensions of the course",
	Why:      "The lessons use buttons and commands that these extensions add.",
	Phase:    1,
	After:    []*Check{vscodeInstalled},
	Problems: []*Problem{extensionMissing},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		wanted := need.extensions()
		if len(wanted) == 0 {
			return Skip("the course asks for no extensions yet")
		}
		installed, err := installedExtensions(ctx, h)
		if err != nil {
			return Unknown(err, "the list of extensions could not be read")
		}
		var missing []string
		for _, e := range wanted {
			if !slices.Contains(installed, strings.ToLower(e.ID)) {
				missing = append(missing, e.ID)
			}
		}
		switch len(missing) {
		case 0:
			return OK("all extensions of the course are installed")
		case 1:
			return extensionMissing.Warn("VS Code lacks the extension %s", missing[0]).With(Found{Name: missing[0]})
		}
		return extensionMissing.Warn("VS Code lacks %d extensions", len(missing)).With(Found{Name: missing[0]}).
			Because("They are %s.", strings.Join(missing, ", "))
	},
}

// extensionFolders is where VS Code and its relatives keep their extensions.
var extensionFolders = []string{".vscode", ".vscode-insiders", ".vscode-oss", ".cursor", ".windsurf"}

// serverFolders is where they keep the part of themselves inside WSL or on a server, its
// extensions too (cursor/cursor#1349 for Cursor; product.json of VSCodium and Windsurf).
var serverFolders = []string{".vscode-server", ".vscode-server-insiders", ".vscodium-server", ".cursor-server", ".windsurf-server"}

// installedExtensions is the lower-case ids in every list that is there.
func installedExtensions(ctx context.Context, h *platforms.Host) ([]string, error) {
	var ids []string
	for _, folder := range slices.Concat(extensionFolders, serverFolders) {
		text, err := h.ReadFile(ctx, h.Join("~", folder, "extensions", "extensions.json"))
		if errors.Is(err, platforms.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var list []struct {
			Identifier struct {
				ID string `json:"id"`
			} `json:"identifier"`
		}
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, err
		}
		for _, e := range list {
			ids = append(ids, strings.ToLower(e.Identifier.ID))
		}
	}
	return ids, nil
}
