package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var wsl = []*Check{wslVersion, wslProject, wslLocalhost, wslRights}

var (
	wslOne = &Problem{
		ID: "wsl1",
		Means: "This Linux runs under WSL 1, the old form of WSL. It imitates Linux without a real one inside: Docker does not run in it, and " +
			"programs that watch files miss changes.",
		See: "In PowerShell: wsl --list --verbose prints the version of each Linux.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux,
			Do: "Save your work and close the Linux windows. Open PowerShell in Windows, and type: wsl --set-version {name} 2. It takes some minutes.",
			// The conversion ends the Linux in which a pasted command would run.
			Undo: "In PowerShell: wsl --set-version {name} 1",
		}},
	}
	wslOnWindowsDrive = &Problem{
		ID: "windows-drive",
		Means: "Your project lies on the Windows side, and you work on it from Linux. Each file passes between the two systems: npm install takes " +
			"many times as long, and programs that wait for changes of files, such as nodemon, see none.",
		See: "pwd prints the folder in which you are. /mnt/c is drive C of Windows.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Copy the project to your Linux home folder, open it there, and run npm install anew. Remove the old copy when all works.",
			Run: [][]string{{"mkdir", "-p", "{dir}"}, {"cp", "-r", "{path}", "{dir}/"}}, Undo: "Remove the copy in {dir}.",
		}},
	}
	wslForwardingOff = &Problem{
		ID: "forwarding-off",
		Means: "WSL is told not to pass localhost on. A server that you start in Linux is not found by the browser in Windows: the browser says " +
			"that the connection was refused.",
		See: "The file .wslconfig in your Windows home folder has the line localhostForwarding=false below [wsl2].",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Set localhostForwarding to true in {file}. Then stop WSL, which closes all its windows, and open a new one.",
			Run:  [][]string{{"sed", "-i", "s/^ *localhostForwarding *=.*/localhostForwarding=true/I", "{file}"}, {"wsl.exe", "--shutdown"}},
			Undo: "Set localhostForwarding to false in the same file.",
		}},
	}
	wslNetworkOff = &Problem{
		ID:    "network-off",
		Means: "WSL is told to have no network. npm reaches no server, and the browser in Windows does not find a server that you start in Linux.",
		See:   "The file .wslconfig in your Windows home folder has the line networkingMode=none below [wsl2].",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Set networkingMode to nat in {file}. Then stop WSL, which closes all its windows, and open a new one.",
			Run:  [][]string{{"sed", "-i", "s/^ *networkingMode *=.*/networkingMode=nat/I", "{file}"}, {"wsl.exe", "--shutdown"}},
			Undo: "Set networkingMode to none in the same file.",
		}},
	}
	wslWorldWritable = &Problem{
		ID:    "world-writable",
		Means: "WSL shows the folders of Windows as writable for every account. Ruby complains at each start: Insecure world writable dir in PATH.",
		See:   "ls -ld /mnt/c prints drwxrwxrwx.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Admin: true,
			Do: "Write options=\"metadata,umask=0033\" into the part [automount] of /etc/wsl.conf. The command keeps the old file as /etc/wsl.conf.old. " +
				"Then stop WSL, which closes all its windows, and open a new one.",
			Run:  [][]string{{"sudo", "sh", "-c", setAutomount, `options="metadata,umask=0033"`, "/etc/wsl.conf"}, {"wsl.exe", "--shutdown"}},
			Undo: "sudo cp /etc/wsl.conf.old /etc/wsl.conf",
		}},
	}
)

// setAutomount puts the line $0 in place of the options in the file $1, below
// [automount].
const setAutomount = `touch "$1" && cp "$1" "$1.old" && sed -i "/^ *options *=/d" "$1" && ` +
	`(grep -q "^.automount." "$1" || echo "[automount]" >> "$1") && sed -i "/^.automount./a $0" "$1"`

// inWSL makes a check that is asked inside WSL only.
func inWSL(run func(context.Context, *platforms.Host, Needs, platforms.World) Result) func(context.Context, *platforms.Host, Needs) Result {
	return func(ctx context.Context, h *platforms.Host, need Needs) Result {
		world, err := h.World(ctx)
		if err != nil {
			return Unknown(err, "whether this is WSL could not be found out")
		}
		if !world.InWSL() {
			return Skip("this is not WSL")
		}
		return run(ctx, h, need, world)
	}
}

// wslVersion wants a Linux with a kernel of its own.
var wslVersion = &Check{
	ID:       "wsl-version",
	Title:    "your WSL is version 2",
	Why:      "WSL 2 runs a real Linux inside Windows. The older WSL 1 imitates one, and some programs of the course fail in it.",
	Phase:    2,
	Problems: []*Problem{wslOne},
	Run: inWSL(func(ctx context.Context, h *platforms.Host, _ Needs, world platforms.World) Result {
		if world == platforms.WSL2 {
			return OK("WSL 2").With(Found{Version: "2"})
		}
		name, err := h.Getenv(ctx, "WSL_DISTRO_NAME")
		if err != nil {
			return Unknown(err, "the name of this Linux could not be read")
		}
		return wslOne.Warn("this Linux runs under WSL 1").With(Found{Version: "1", Name: name}).
			Because("Its kernel is Windows' imitation of one.")
	}),
}

// windowsDrives are the file systems through which WSL sees drives of Windows
// (MicrosoftDocs/WSL, 2026-07-30).
var windowsDrives = []string{"9p", "v9fs", "drvfs", "virtiofs"}

// wslProject wants the project on the side on which it is worked on.
var wslProject = &Check{
	ID:       "wsl-project",
	Title:    "your project lies on the Linux side",
	Why:      "Linux programs are slow on files of Windows, and do not learn when such a file changes.",
	Phase:    1,
	Problems: []*Problem{wslOnWindowsDrive},
	Run: inWSL(func(ctx context.Context, h *platforms.Host, need Needs, _ platforms.World) Result {
		if need.Project == "" {
			return Skip("no project folder was named")
		}
		disk, err := h.Disk(ctx, need.Project)
		if err != nil {
			return Unknown(err, "on which drive your project lies could not be found out")
		}
		if slices.Contains(windowsDrives, disk.FS) {
			return wslOnWindowsDrive.Warn("your project lies on a drive of Windows").
				With(Found{Path: need.Project, Value: disk.FS, Dir: h.Tilde(h.Join(h.Home, "dev"))}).
				Because("%s is reached through the file system %s, which connects the two systems.", need.Project, disk.FS)
		}
		return OK("%s is on a disk of Linux (%s)", need.Project, disk.FS)
	}),
}

// wslLocalhost wants browsers in Windows to find servers in WSL.
var wslLocalhost = &Check{
	ID:       "wsl-localhost",
	Title:    "your browser in Windows finds servers in WSL",
	Why:      "You start the server in Linux and open http://localhost:3000 in Windows. WSL passes the one on to the other unless told not to.",
	Phase:    2,
	Problems: []*Problem{wslForwardingOff, wslNetworkOff},
	Run: inWSL(func(ctx context.Context, h *platforms.Host, _ Needs, world platforms.World) Result {
		if world == platforms.WSL1 {
			return OK("WSL 1 shares the network of Windows")
		}
		files, err := h.Glob(ctx, "/mnt/c/Users/*/.wslconfig")
		if err != nil {
			return Unknown(err, "the settings of WSL could not be looked for")
		}
		for _, file := range files {
			text, err := h.ReadFile(ctx, file)
			if errors.Is(err, platforms.ErrNotPermitted) { // another account's
				continue
			}
			if err != nil {
				return Unknown(err, "%s could not be read", file)
			}
			if r := wslSettings(file, text); r.Problem != nil || len(r.Notes) > 0 {
				return r
			}
		}
		return OK("WSL passes localhost on to Windows")
	}),
}

// wslSettings weighs a .wslconfig. Its form and keys: MicrosoftDocs/WSL,
// wsl-config.md, 2026-07-30; names are taken regardless of case.
func wslSettings(file, text string) Result {
	settings := iniSettings(text)
	found := Found{File: file}
	mode := settings["wsl2.networkingmode"]
	r := OK("WSL passes localhost on to Windows").With(found)
	switch {
	case mode == "none":
		found.Name, found.Value = "networkingMode", "none"
		return wslNetworkOff.Fail("WSL has no network").With(found).Because("%s says networkingMode=none.", file)
	case settings["wsl2.localhostforwarding"] == "false" && mode != "mirrored": // which shares the network anyway
		found.Name, found.Value = "localhostForwarding", "false"
		return wslForwardingOff.Fail("WSL does not pass localhost on to Windows").With(found).Because("%s says localhostForwarding=false.", file)
	}
	for key := range settings {
		if strings.HasSuffix(key, ".localhostforwarding") && !strings.HasPrefix(key, "wsl2.") {
			r = r.Note("localhostForwarding in %s does nothing where it stands. It belongs below [wsl2].", file)
		}
	}
	return r
}

// iniSettings is the settings of an INI file as section.key, in lower case.
func iniSettings(text string) map[string]string {
	settings := make(map[string]string)
	section := ""
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.ToLower(strings.TrimSpace(line))
		if rest, ok := strings.CutPrefix(line, "["); ok {
			section, _, _ = strings.Cut(rest, "]")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		settings[section+"."+strings.TrimSpace(key)] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return settings
}

// wslRights wants folders of Windows in PATH that no program takes offence at.
// Of the programs a learner meets only Ruby does.
var wslRights = &Check{
	ID:       "wsl-rights",
	Title:    "the folders of Windows in PATH offend no program",
	Why:      "WSL may show the folders of Windows as writable for everybody. Some programs then warn at each start.",
	Phase:    1,
	Problems: []*Problem{wslWorldWritable},
	Run: inWSL(func(ctx context.Context, h *platforms.Host, _ Needs, _ platforms.World) Result {
		entries, err := h.PathEntries(ctx)
		if err != nil {
			return Unknown(err, "PATH could not be read")
		}
		i := slices.IndexFunc(entries, func(e platforms.PathEntry) bool { return e.Kind == "dir" && h.Under(e.Dir, "/mnt/c") })
		if i < 0 {
			return OK("no folder of Windows is in PATH")
		}
		dir := entries[i].Dir
		info, err := h.Stat(ctx, dir)
		if err != nil {
			return Unknown(err, "%s could not be looked at", dir)
		}
		if info.Mode&0o002 == 0 {
			return OK("the folders of Windows in PATH are kept from others")
		}
		ruby, err := h.Which(ctx, "ruby")
		if err != nil {
			return Unknown(err, "whether Ruby is here could not be found out")
		}
		if len(ruby) > 0 {
			return wslWorldWritable.Warn("Ruby warns about the folders of Windows in PATH").With(Found{Path: ruby[0].Path, Dir: dir}).
				Because("%s is writable for everybody, mode %04o.", dir, info.Mode)
		}
		return OK("nobody minds the folders of Windows in PATH")
	}),
}
