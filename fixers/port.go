package fixers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// EndServer ends the learner's own program that holds a port, unless work would be lost with
// it: an editor, or what this terminal runs in. The process is known by all that the system
// tells of it, the time of its start too: another one that has taken its number since is left alone.
var EndServer = &Fix{
	ID: "end-server", Title: "End the program that holds the port",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		pid, err := strconv.Atoi(p.Found["pid"])
		if err != nil || pid <= 1 {
			return nil, ErrNotHere
		}
		q := platforms.Query{Verb: "process", Args: []string{strconv.Itoa(pid)}}
		now, err := Answered(p.Host.Source().Answer(ctx, q))
		if err != nil || now == Absent {
			return nil, orNotHere(err)
		}
		me, err := p.Host.Account(ctx)
		owner := p.Found["account"]
		if p.Host.OS == platforms.Windows { // which names the computer before the account
			owner = strings.ToLower(owner[strings.LastIndexByte(owner, '\\')+1:])
			me.Name, err = strings.ToLower(p.Host.User), nil
		}
		if err == nil && owner != "" && me.Name != "" && owner != me.Name {
			return nil, ErrNotHere // it is somebody else's
		}
		process, err := p.Host.Process(ctx, pid)
		if err != nil || process.Started.IsZero() {
			return nil, orNotHere(err)
		}
		if err := mayEnd(ctx, p.Host, process); err != nil {
			return nil, err
		}
		command := new(platforms.Redactor).Secrets(p.Found["command"])
		if command == "" {
			command = p.Found["name"]
		}
		if home := p.Host.Home; home != "" && home != "/" {
			command = strings.ReplaceAll(command, home, p.Host.Tilde(home))
		}
		how := ": first gently, after five seconds by force."
		if p.Host.OS == platforms.Windows { // which asks windows to close, and a program in a console has none
			how = "."
		}
		return []Step{{
			Says: "End " + command + ", process " + strconv.Itoa(pid) + ", which was started at " + process.Started.Format("15:04 on 2006-01-02") +
				how + " What it has not saved is lost.",
			Verified: triedOn(p.Host, platforms.Linux, platforms.Windows), Allow: AllowKill,
			Run: &Run{Argv: endProcess(p.Host.OS, pid), Seen: Probe{Query: q.String(), Before: Sealed(now), After: Absent}},
		}}, nil
	},
}

// mayEnd says why a process must not be ended; nil where it may.
func mayEnd(ctx context.Context, h *platforms.Host, p platforms.Process) error {
	if editor, ok := EditorOf(h, p); ok {
		return fmt.Errorf("it belongs to %s, which would lose what is not saved", editor)
	}
	above, err := h.Ancestors(ctx)
	switch {
	case err != nil:
		return errors.New("nobody can tell whether this terminal would end with it")
	case slices.Contains(above, p.PID):
		return errors.New("this terminal runs in it, and would end with it")
	}
	return nil
}

// An editor is a program that people write in, which also listens: it passes on the ports of
// another computer or of a container, and its extensions show pages.
type editor struct {
	name     string
	programs []string // the names of its files, in lower case
	parts    []string // of paths, in lower case: what belongs to it lies there
}

// editors are VS Code with what was made out of it, and others. Sources, 2026-11-22: the code
// that listens in microsoft/vscode#127496, the paths of Code Helper (Plugin) and of the servers in
// bug reports of their users. Those of the editors that are not made out of VS Code were not seen.
var editors = []editor{
	{"VS Code", []string{"code", "code-insiders", "code - insiders"}, []string{"/.vscode-server", "/.vscode-remote", "/visual studio code.app/", "/visual studio code - insiders.app/"}},
	{"Cursor", []string{"cursor"}, []string{"/.cursor-server", "/cursor.app/"}},
	{"VSCodium", []string{"codium", "vscodium"}, []string{"/.vscodium-server", "/vscodium.app/"}},
	{"Windsurf", []string{"windsurf"}, []string{"/.windsurf-server", "/windsurf.app/"}},
	{"code-server", []string{"code-server"}, []string{"/code-server/", "/.openvscode-server", "/openvscode-server"}},
	{"Zed", []string{"zed", "zed-editor"}, []string{"/.zed_server", "/zed.app/"}},
	{"WebStorm", []string{"webstorm", "webstorm64"}, []string{"/webstorm.app/"}},
	{"IntelliJ IDEA", []string{"idea", "idea64"}, []string{"/intellij idea.app/"}},
	{"Visual Studio", []string{"devenv"}, nil},
}

// EditorOf is the editor that a process belongs to. A helper of one, such as Code Helper
// (Plugin), does its work as well.
func EditorOf(h *platforms.Host, p platforms.Process) (name string, ok bool) {
	words := append([]string{p.Exe}, p.Args...)
	for i, word := range words {
		words[i] = strings.ToLower(strings.ReplaceAll(word, `\`, "/"))
	}
	program := strings.ToLower(p.Name)
	if p.Exe != "" {
		program = strings.ToLower(h.BaseName(strings.TrimSuffix(p.Exe, " (deleted)")))
	}
	program = strings.TrimSuffix(program, ".exe")
	for _, e := range editors {
		for _, known := range e.programs {
			if program == known || strings.HasPrefix(program, known+" helper") {
				return e.name, true
			}
		}
		for _, part := range e.parts {
			if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, part) }) {
				return e.name, true
			}
		}
	}
	return "", false
}

// gently asks a process to end, and wakes it up for that where it is stopped.
const gently = `kill PID; kill -CONT PID; for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 PID || exit 0; sleep 0.5; done; kill -KILL PID; sleep 0.5`

func endProcess(os platforms.OS, pid int) []string {
	n := strconv.Itoa(pid)
	if os == platforms.Windows {
		return []string{"taskkill", "/PID", n, "/T", "/F"}
	}
	return []string{"sh", "-c", strings.ReplaceAll("{ "+gently+"; } 2>/dev/null", "PID", n)}
}

// StopSocket stops the socket with which systemd waits at a port on behalf of a service.
var StopSocket = &Fix{
	ID: "stop-socket", Title: "Let systemd give up the port",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		port := p.Found["port"]
		if p.Host.OS != platforms.Linux || p.Found["name"] != "systemd" || port == "" {
			return nil, ErrNotHere
		}
		systemctl := []string{"systemctl"}
		if p.Found["account"] != "root" { // each account has a systemd of its own
			systemctl = append(systemctl, "--user")
		}
		out, err := p.Host.Run(ctx, slices.Concat(systemctl, []string{"list-sockets", "--all", "--no-legend"})...)
		if err != nil || out.Exit != 0 {
			return nil, ErrNotHere //nolint:nilerr // nobody knows which one it is
		}
		unit := socketAt(out.Stdout, port)
		if unit == "" {
			return nil, ErrNotHere
		}
		argv, back, admin := slices.Concat(systemctl, []string{"stop", unit}), slices.Concat(systemctl, []string{"start", unit}), false
		seen := Probe{Query: platforms.Query{Verb: "run", Args: slices.Concat(systemctl, []string{"is-active", unit})}.String(), Before: "active", After: inactive}
		if len(systemctl) == 1 {
			if argv, admin, err = asAdmin(ctx, p, argv); err != nil {
				return nil, err
			}
			if back, _, err = asAdmin(ctx, p, back); err != nil {
				return nil, err
			}
		}
		return []Step{{
			Says: "Stop " + unit + ", with which systemd waits at port " + port + ". The next start of the computer brings it back.", Admin: admin,
			Verified: Documented, Leaves: logOf(admin), Run: &Run{Argv: argv, Back: back, Seen: seen},
		}}, nil
	},
}

// socketAt is the unit that listens at a port, in the lines of systemctl list-sockets: an
// address, the unit, and what it starts (systemctl(1), read 2026-11-22).
func socketAt(list, port string) string {
	for line := range strings.Lines(list) {
		words := strings.Fields(line)
		if len(words) > 1 && strings.HasSuffix(words[0], ":"+port) && strings.HasSuffix(words[1], ".socket") {
			return words[1]
		}
	}
	return ""
}

// OpenLowPorts lets each account listen from a port on that is the administrator's otherwise, until
// the computer starts again.
var OpenLowPorts = &Fix{
	ID: "low-ports", Title: "Let your programs use this port",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		port, now, file := p.Found["port"], p.Found["value"], p.Found["file"]
		if p.Host.OS != platforms.Linux || p.Found["name"] != "ip_unprivileged_port_start" || port == "" || now == "" {
			return nil, ErrNotHere
		}
		set := func(first string) []string {
			return []string{"sysctl", "-w", "net.ipv4.ip_unprivileged_port_start=" + first}
		}
		argv, admin, err := asAdmin(ctx, p, set(port))
		if err != nil {
			return nil, err
		}
		back, _, err := asAdmin(ctx, p, set(now))
		return []Step{{
			Says: "Let all accounts of this computer listen at port " + port + " and above, until it starts again.", Admin: admin,
			Verified: Documented, Leaves: logOf(admin),
			Run: &Run{Argv: argv, Back: back, Seen: Probe{Query: platforms.Query{Verb: "file", Args: []string{file}}.String(), Before: now, After: port}},
		}}, err
	},
}
