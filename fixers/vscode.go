package fixers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// What brings VS Code and its additions.
var (
	InstallVSCode    = &Fix{ID: "install-vscode", Title: "Install VS Code", Plan: installVSCode}
	CodeOnPath       = &Fix{ID: "code-on-path", Title: "Let your terminal find the command code", Plan: codeOnPath}
	InstallExtension = &Fix{ID: "vscode-extension", Title: "Install an extension of VS Code", Plan: installExtension}
)

const (
	codeOnWindows = `~\AppData\Local\Programs\Microsoft VS Code\bin\code.cmd`
	codeOnMac     = "/Applications/Visual Studio Code.app"
	servers       = "the servers of Microsoft"
)

// installVSCode installs the editor with the package manager of the system. Where there
// is none, its page is for the learner.
func installVSCode(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	s := Step{Says: "Install VS Code, whose licence is Microsoft's.", Verified: Documented, Allow: AllowLicence, Hosts: []string{servers}}
	var err error
	switch owner := platforms.Manager(p.Found["owner"]); {
	case h.OS == platforms.Windows:
		s.Leaves = []string{"~/AppData/Roaming/Code/*", "~/.vscode/*"}
		if s.Run, err = winget(ctx, h, "Microsoft.VisualStudioCode", codeOnWindows); err != nil {
			return nil, err
		}
		forget, err := forgetCode(ctx, h)
		return append(forget, s), err
	case h.OS == platforms.Darwin && owner == platforms.Homebrew:
		if s.Run, err = cask(ctx, h, "visual-studio-code", codeOnMac); err != nil {
			return nil, err
		}
		s.Leaves = []string{"~/Library/Application Support/Code/*", "~/.vscode/*", "~/Library/Caches/Homebrew/*"}
	case h.OS == platforms.Linux && owner == platforms.Snap:
		s.Run = &Run{Seen: absentFile("/snap/bin/code")}
		s.Leaves = []string{"/var/lib/snapd/*", "~/.config/Code/*", "~/.vscode/*"}
		if s.Run.Back, _, err = asAdmin(ctx, p, []string{"snap", "remove", "code"}); err == nil {
			s.Run.Argv, s.Admin, err = asAdmin(ctx, p, []string{"snap", "install", "code", "--classic"})
		}
	default:
		return nil, ErrNotHere
	}
	return []Step{s}, err
}

// forgetCode takes the entry of a VS Code that is gone out of the account's part of PATH. Its installer
// writes one, and its uninstaller takes every one away (build/win32/code.iss, read 2026-11-22), so that
// without this step the old entry would not come back. Where the entry is alone, the list stays.
func forgetCode(ctx context.Context, h *platforms.Host) ([]Step, error) {
	before, err := userPath(ctx, h)
	if err != nil {
		return nil, err
	}
	bin := h.DirName(h.Join(codeOnWindows))
	kept := slices.DeleteFunc(splitEntries(before.Data), func(e string) bool { return h.SamePath(strings.Trim(e, `"`), bin) })
	after := platforms.RegistryValue{Type: before.Type, Data: strings.Join(kept, ";")}
	if len(kept) == 0 || len(kept) == len(splitEntries(before.Data)) {
		return nil, nil
	}
	step, err := changeUserPath(h, before, after, "Take the folder of the VS Code that is gone out of the PATH of your account. Its installer writes it there again.")
	return []Step{step}, err
}

// winget is the run that installs a program of Windows' own catalogue for the account alone, which is there
// when a file is.
func winget(ctx context.Context, h *platforms.Host, id, file string) (*Run, error) {
	if copies, err := h.Which(ctx, "winget"); err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	return &Run{
		Argv: []string{"winget", "install", "--id", id, "--exact", "--source", "winget", "--scope", "user", "--silent",
			"--accept-source-agreements", "--accept-package-agreements", "--disable-interactivity"},
		Back: wingetAway("winget", id),
		Seen: absentFile(h.Join(file)),
	}, nil
}

// wingetAway takes away what winget installed. Without a source it looks in the Store as well, whose terms it
// asks about first.
func wingetAway(program, id string) []string {
	return []string{program, "uninstall", "--id", id, "--exact", "--source", "winget", "--silent", "--accept-source-agreements", "--disable-interactivity"}
}

// cask is the run that installs a program in a window with Homebrew, which is there when a file is.
func cask(ctx context.Context, h *platforms.Host, name, file string) (*Run, error) {
	copies, err := h.Which(ctx, "brew")
	if err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	prefix := h.DirName(h.DirName(copies[0].Path))
	return &Run{Argv: brew(prefix, "install", "--cask", name), Back: brew(prefix, "uninstall", "--cask", name), Seen: absentFile(file)}, nil
}

// codeOnPath puts the folder of the command code on the account's Path on Windows, and
// links the command into the folder for that on a Mac where the account may write there.
func codeOnPath(ctx context.Context, p Patient) ([]Step, error) {
	h, path := p.Host, p.Found["path"]
	if path == "" {
		return nil, ErrNotHere
	}
	if h.OS == platforms.Windows {
		return FindFolder.Plan(ctx, p)
	}
	if h.OS == platforms.Darwin {
		return linkCode(ctx, p)
	}
	return firstOnPath(ctx, h, h.DirName(path)) // in WSL, of which Windows' own list was kept away
}

// linkCode links the command code to where VS Code does it itself on a Mac, with sudo where the
// folder is root's, as it is on a new one.
func linkCode(ctx context.Context, p Patient) ([]Step, error) {
	const dir, link = "/usr/local/bin", "/usr/local/bin/code"
	h, program := p.Host, ""
	for _, app := range []string{p.Found["path"], codeOnMac, h.Join("~" + codeOnMac)} {
		inside := h.Join(app, "Contents/Resources/app/bin/code")
		there, err := h.Exists(ctx, inside)
		if err != nil {
			return nil, fmt.Errorf("look for VS Code: %w", err)
		}
		if there && strings.HasSuffix(app, ".app") {
			program = inside
			break
		}
	}
	before, err := linkAt(ctx, h, link)
	after := platforms.Entry{Kind: platforms.KindLink, Target: program}
	if err != nil || program == "" || before == after {
		return nil, ErrNotHere //nolint:nilerr // a file of somebody else's
	}
	s := Step{Says: "Put a link to the command code into " + dir + ".", Verified: Documented}
	if place, err := h.Stat(ctx, dir); err == nil && place.Writable {
		s.Path = &Path{Path: link, Before: before, After: after}
		return []Step{s}, nil
	}
	back := []string{"rm", link}
	if before.Target != "" {
		back = []string{"ln", "-sfn", before.Target, link}
	}
	seen, err := exactly(ctx, h, Anything, "stat", link)
	if err != nil {
		return nil, err
	}
	s.Run = &Run{Seen: seen}
	if s.Run.Back, _, err = asAdmin(ctx, p, back); err != nil {
		return nil, err
	}
	s.Run.Argv, s.Admin, err = asAdmin(ctx, p, []string{"sh", "-c", `mkdir -p "$0" && ln -sfn "$1" "$0/code"`, dir, program})
	return []Step{s}, err
}

// installExtension lets VS Code install an addition of the course.
func installExtension(ctx context.Context, p Patient) ([]Step, error) {
	h, id := p.Host, p.Found["name"]
	copies, err := h.Which(ctx, "code")
	if err != nil || len(copies) == 0 || !strings.Contains(id, ".") {
		return nil, orNotHere(err)
	}
	return []Step{{
		Says: "Let VS Code install the extension " + id + ".", Verified: Documented, Hosts: []string{servers},
		Leaves: []string{"~/.vscode/*", "~/.config/Code/*"},
		Run: &Run{
			Argv: []string{"code", "--install-extension", id}, Back: []string{"code", "--uninstall-extension", id},
			Seen: Probe{Query: platforms.Query{Verb: "glob", Args: []string{h.Join("~/.vscode/extensions", strings.ToLower(id)+"-*")}}.String(), After: Anything},
		},
	}}, nil
}
