package checks

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var editor = []*Check{vscodeInstalled, vscodeWSL, vscodeExtensions}

// An editorKind is VS Code or a program that was made out of it.
type editorKind struct {
	Command string // what one types; product.json calls it applicationName
	Name    string
	Mac     string   // its application
	Windows []string // its folders
}

// editors is VS Code first, then those that serve as well: they take the same
// lessons and mostly the same extensions (product.json of each, 2026-11-20;
// folders of the last three from their installers' manifests, not seen).
var editors = []editorKind{
	{"code", "VS Code", "Visual Studio Code.app",
		[]string{`~\AppData\Local\Programs\Microsoft VS Code`, `C:\Program Files\Microsoft VS Code`}},
	{"code-insiders", "VS Code Insiders", "Visual Studio Code - Insiders.app",
		[]string{`~\AppData\Local\Programs\Microsoft VS Code Insiders`, `C:\Program Files\Microsoft VS Code Insiders`}},
	{"codium", "VSCodium", "VSCodium.app", []string{`~\AppData\Local\Programs\VSCodium`, `C:\Program Files\VSCodium`}},
	{"cursor", "Cursor", "Cursor.app", []string{`~\AppData\Local\Programs\cursor`}},
	{"windsurf", "Windsurf", "Windsurf.app", []string{`~\AppData\Local\Programs\Windsurf`}},
}

var (
	wingetCode = []string{"winget", "install", "--id", "Microsoft.VisualStudioCode", "--exact", "--source", "winget"}
	codePage   = "https://code.visualstudio.com/download"
)

var (
	editorMissing = &Problem{
		ID:    "not-installed",
		Means: "VS Code is not on this computer. It is the editor that the lessons show. Another editor serves as well, if you know it.",
		See:   "Look for Visual Studio Code among your programs.",
		Fixes: []*fixers.Fix{fixers.InstallVSCode},
		Tells: []fixers.Tell{
			{OS: platforms.Windows, Do: "Install VS Code. Then open a new terminal window." + noWinget(codePage), Run: [][]string{wingetCode}, Undo: "winget uninstall --id Microsoft.VisualStudioCode --exact"},
			{OS: platforms.Darwin, Do: "Download VS Code. Move it from Downloads to Applications, and start it there.", Run: [][]string{{"open", codePage}}, Undo: "Move it to the Trash."},
			{OS: platforms.Darwin, Owner: platforms.Homebrew, Do: "Install VS Code.", Run: [][]string{{"brew", "install", "--cask", "visual-studio-code"}}, Undo: "brew uninstall --cask visual-studio-code"},
			{OS: platforms.Linux, Do: "Download the package for your system from " + codePage + ", and install it.", Run: [][]string{{"xdg-open", codePage}}, Admin: true, Undo: "Remove the package code."},
			inBox("VS Code"),
			{OS: platforms.Linux, Owner: platforms.Snap, Do: "Install VS Code.", Run: [][]string{{"sudo", "snap", "install", "code", "--classic"}}, Admin: true, Undo: "sudo snap remove code"},
			{OS: platforms.Linux, Owner: platforms.WindowsWSL, Do: "Install VS Code in Windows, not in Linux. Then open a new Linux window." + noWinget(codePage),
				Run: [][]string{append([]string{"winget.exe"}, wingetCode[1:]...)}, Undo: "winget.exe uninstall --id Microsoft.VisualStudioCode --exact"},
		},
	}
	editorStale = &Problem{
		ID:    StaleTerminal,
		Means: "VS Code is installed, but this terminal window was opened before. A window learns where programs are when it opens.",
		See:   "Open a new terminal window and type where code. It names a file.",
		Tells: []fixers.Tell{{OS: platforms.Windows, Do: "Close this terminal window and open a new one."}},
	}
	editorNotOnPath = &Problem{
		ID:    "not-on-path",
		Means: "VS Code is installed, but the terminal does not know the command code. The lessons open a folder with code and a dot.",
		See:   "Type code --version. The terminal knows no such command.",
		Fixes: []*fixers.Fix{fixers.CodeOnPath},
		Tells: []fixers.Tell{
			{OS: platforms.Darwin, Do: "Open VS Code and press Command, Shift and P. Type: Shell Command: Install 'code' command in PATH. Press Enter.",
				Run: [][]string{{"open", "-a", "Visual Studio Code"}}, Undo: "The same list has a command to uninstall it."},
			{OS: platforms.Windows, Do: "Run the installer again over the old copy: it puts code on PATH. Then open a new terminal window." + noWinget(codePage),
				Run: [][]string{append(slices.Clone(wingetCode), "--force")}, Undo: "Take the folder out of PATH again, in Settings, under environment variables."},
			{OS: platforms.Linux, Do: "Close all Linux windows and open a new one. If code is still unknown, look into /etc/wsl.conf for appendWindowsPath=false and take it out.",
				Run: [][]string{{"cat", "/etc/wsl.conf"}}, Undo: "Write the line into the file again."},
		},
	}
	editorMoved = &Problem{
		ID:    "link-broken",
		Means: "The command code leads to a place where VS Code no longer is. The program was moved or deleted since.",
		See:   "Type ls -l, then the path that is shown here. The arrow leads nowhere.",
		Fixes: []*fixers.Fix{fixers.CodeOnPath},
		Tells: []fixers.Tell{{
			OS: platforms.Darwin, Do: "Open VS Code and press Command, Shift and P. Type: Shell Command: Install 'code' command in PATH. Press Enter.",
			Run: [][]string{{"open", "-a", "Visual Studio Code"}}, Undo: "The same list has a command to uninstall it.",
		}},
	}
	editorTranslocated = &Problem{
		ID: "translocated",
		Means: "VS Code was started from Downloads. macOS runs such a program from a hidden copy that goes away at a restart. " +
			"The command code leads to that copy.",
		See: "Type ls -l, then the path that is shown here. The arrow leads to a folder AppTranslocation.",
		Tells: []fixers.Tell{{
			OS:  platforms.Darwin,
			Do:  "Quit VS Code and move it to Applications. Start it there, press Command, Shift and P, and type: Shell Command: Install 'code' command in PATH.",
			Run: [][]string{{"open", "/Applications"}}, Undo: "Move it back.",
		}},
	}
	editorInLinux = &Problem{
		ID:    "linux-in-wsl",
		Means: "This is VS Code for Linux, inside WSL. It misses the screen and the clipboard of Windows. With WSL, VS Code belongs into Windows.",
		See:   "Type which code. It names a folder of Linux and none under /mnt/c.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Install VS Code in Windows. Then remove the one in Linux, and open a new Linux window." + noWinget(codePage),
			Run: [][]string{append([]string{"winget.exe"}, wingetCode[1:]...), {"sudo", "apt-get", "remove", "code"}}, Undo: "Install the package code again.",
		}},
	}
)

// vscodeInstalled wants VS Code, or a relative of it. Without one it only warns,
// because any editor can be used. VS Code is never started to look at it: inside
// WSL that downloads a server and opens windows.
var vscodeInstalled = &Check{
	ID:       "vscode-installed",
	Title:    "VS Code is installed",
	Why:      "You edit, run and commit in VS Code. The lessons open a project in it with the command code.",
	Phase:    1,
	After:    []*Check{terminalBasics, terminalPath},
	Problems: []*Problem{editorMissing, editorStale, editorNotOnPath, editorMoved, editorTranslocated, editorInLinux},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		world, err := h.World(ctx)
		if err != nil {
			return Unknown(err, "it could not be found out whether this is WSL or a container")
		}
		all, err := h.WhichAll(ctx, "code")
		if err != nil {
			return Unknown(err, "the folders of PATH could not be searched for code")
		}
		if i := slices.IndexFunc(all, func(p platforms.Program) bool { return p.Skip == "" }); i >= 0 {
			return describeEditor(ctx, h, world, all[i])
		}
		for _, e := range editors[1:] {
			copies, err := h.Which(ctx, e.Command)
			if err != nil {
				return Unknown(err, "the folders of PATH could not be searched for %s", e.Command)
			}
			if len(copies) > 0 {
				return OK("%s", e.Name).With(Found{Name: e.Name, Path: copies[0].Path}).Note("Where the lessons say code, type %s.", e.Command)
			}
		}
		if i := slices.IndexFunc(all, func(p platforms.Program) bool { return p.Skip == "dangling" }); i >= 0 && h.OS == platforms.Darwin {
			return deadLink(ctx, h, world, all[i].Path)
		}
		return editorNotFound(ctx, h, world)
	},
}

// deadLink is about the link that VS Code for Mac makes in /usr/local/bin.
func deadLink(ctx context.Context, h *platforms.Host, world platforms.World, path string) Result {
	link, err := h.Stat(ctx, path)
	if err != nil {
		return Unknown(err, "%s could not be looked at", path)
	}
	found := Found{Name: "code", Path: path, Value: link.Target}
	if strings.Contains(link.Target, "/AppTranslocation/") {
		return editorTranslocated.Warn("VS Code was started from Downloads").With(found).Because("%s leads to a copy that is gone.", path)
	}
	_, app, err := installedEditor(ctx, h, world)
	if err != nil {
		return Unknown(err, "the usual places of VS Code could not be looked at")
	}
	if app == "" {
		return editorNotFound(ctx, h, world)
	}
	return editorMoved.Warn("the command code leads nowhere").With(found).Because("%s leads to %s, which is gone.", path, link.Target)
}

// describeEditor tells VS Code from its relatives by product.json, which lies
// beside each of them.
func describeEditor(ctx context.Context, h *platforms.Host, world platforms.World, p platforms.Program) Result {
	found := Found{Name: "VS Code", Path: p.Path}
	if world.InWSL() && !strings.HasPrefix(p.Real, "/mnt/") && !strings.Contains(p.Real, "/remote-cli/") {
		return editorInLinux.Warn("VS Code is installed inside WSL").With(found).Because("It is %s.", p.Path)
	}
	if h.OS == platforms.Darwin && strings.Contains(p.Real, "/AppTranslocation/") {
		return editorTranslocated.Warn("VS Code was started from Downloads").With(found).Because("%s leads to a copy that goes away at a restart.", p.Path)
	}
	product, err := readProduct(ctx, h, p)
	if err != nil {
		return Unknown(err, "the program %s could not be identified", p.Path)
	}
	found.Version = product.Version
	if product.Name != "" {
		found.Name = product.Name
	}
	r := OK("%s", strings.TrimSpace(found.Name+" "+found.Version)).With(found)
	switch {
	case product.ApplicationName != "" && product.ApplicationName != "code":
		r = r.Note("The command code belongs to %s, which is made out of VS Code. The lessons work in it too.", found.Name)
	case strings.HasPrefix(p.Path, "/snap/"):
		r = r.Note("It is a snap. If a program behaves differently in its terminal, try it in the terminal of your system.")
	}
	return r
}

// A product is what an editor says of itself in product.json.
type product struct {
	Name            string `json:"nameLong"`
	ApplicationName string `json:"applicationName"`
	Version         string `json:"version"`
}

// readProduct reads product.json, wherever it lies from the command on: beside
// bin in macOS and on a server, under resources/app elsewhere, and on Windows
// since 2026 in a folder for each version. An editor without it is a zero product.
func readProduct(ctx context.Context, h *platforms.Host, p platforms.Program) (product, error) {
	top := h.DirName(h.DirName(p.Real))
	places := []string{h.Join(top, "resources/app/product.json"), h.Join(top, "product.json"), h.Join(h.DirName(top), "product.json")}
	if strings.HasPrefix(p.Path, "/snap/bin/") {
		places = []string{"/snap/code/current/usr/share/code/resources/app/product.json"}
	}
	if h.OS == platforms.Windows || strings.HasPrefix(p.Real, "/mnt/") {
		versions, err := h.Glob(ctx, h.Join(top, "*/resources/app/product.json"))
		if err != nil {
			return product{}, err
		}
		places = append(versions, places...)
	}
	for _, place := range places {
		text, err := h.ReadFile(ctx, place)
		if errors.Is(err, platforms.ErrNotFound) {
			continue
		}
		if err != nil {
			return product{}, err
		}
		var found product
		if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &found); err != nil {
			return product{}, err
		}
		return found, nil
	}
	return product{}, nil
}

func editorNotFound(ctx context.Context, h *platforms.Host, world platforms.World) Result {
	far, err := h.Getenv(ctx, "SSH_CONNECTION")
	switch {
	case err != nil:
		return Unknown(err, "it could not be found out where this terminal is shown")
	case far != "":
		return Skip("you work from another computer: VS Code belongs there")
	case world == platforms.Container || world == platforms.FlatpakW:
		return Skip("VS Code lives outside this container")
	}
	kind, path, err := installedEditor(ctx, h, world)
	if err != nil {
		return Unknown(err, "the usual places of VS Code could not be looked at")
	}
	if path == "" {
		owner, err := editorInstaller(ctx, h, world)
		if err != nil {
			return Unknown(err, "the ways to install VS Code could not be looked at")
		}
		return editorMissing.Warn("VS Code is not installed").With(Found{Name: "VS Code", Owner: owner})
	}
	found := Found{Name: kind.Name, Path: path}
	switch {
	case strings.Contains(path, "flatpak"):
		return OK("VS Code as a flatpak").With(found).
			Note("It runs in a sandbox, so its terminal lacks Node.js and git. Work in the terminal of your system, or install the package of code.visualstudio.com.")
	case kind.Command != "code":
		return OK("%s", kind.Name).With(found).Note("The lessons show VS Code. %s is made out of it and serves as well.", kind.Name)
	case h.OS == platforms.Windows:
		search, err := h.SessionEnv(ctx, "PATH")
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return Unknown(err, "the PATH of a new terminal could not be read")
		}
		if slices.ContainsFunc(h.SplitPath(search), func(entry string) bool { return h.SamePath(entry, h.DirName(path)) }) {
			return editorStale.Fail("VS Code is installed, but this window does not know it yet").With(found).
				Because("%s is on PATH for every window that opens from now on.", h.DirName(path))
		}
	}
	return editorNotOnPath.Warn("VS Code is installed, the command code is not").With(found).Because("VS Code is in %s.", path)
}

// installedEditor looks where editors are installed, PATH or not.
func installedEditor(ctx context.Context, h *platforms.Host, world platforms.World) (editorKind, string, error) {
	for _, e := range editors {
		for _, place := range editorPlaces(h, world, e) {
			found, err := h.Glob(ctx, place)
			if err != nil {
				return e, "", err
			}
			if len(found) > 0 {
				return e, found[0], nil
			}
		}
	}
	return editorKind{}, "", nil
}

func editorPlaces(h *platforms.Host, world platforms.World, e editorKind) []string {
	var places []string
	switch {
	case h.OS == platforms.Darwin:
		places = []string{"/Applications/" + e.Mac, h.Join("~/Applications", e.Mac)}
	case h.OS == platforms.Windows:
		for _, dir := range e.Windows {
			places = append(places, h.Join(dir, "bin", e.Command+".cmd"), h.Join(dir, `resources\app\bin`, e.Command+".cmd"))
		}
	case e.Command != "code":
	case world.InWSL():
		places = []string{"/mnt/c/Program Files/Microsoft VS Code/bin/code", "/mnt/c/Users/*/AppData/Local/Programs/Microsoft VS Code/bin/code"}
	default:
		places = []string{"/var/lib/flatpak/app/com.visualstudio.code", h.Join("~/.local/share/flatpak/app/com.visualstudio.code")}
	}
	return places
}

// editorInstaller is whoever could install VS Code.
func editorInstaller(ctx context.Context, h *platforms.Host, world platforms.World) (platforms.Manager, error) {
	tool, manager := "snap", platforms.Snap
	switch {
	case world.InWSL():
		return platforms.WindowsWSL, nil
	case h.OS == platforms.Windows:
		return platforms.Unowned, nil
	case h.OS == platforms.Darwin:
		tool, manager = "brew", platforms.Homebrew
	}
	found, err := h.Which(ctx, tool)
	if err != nil || len(found) > 0 {
		return manager, err
	}
	if m, err := systemManager(ctx, h); err != nil || m == platforms.Sealed {
		return m, err
	}
	return platforms.Unowned, nil
}
