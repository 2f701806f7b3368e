package platforms

import (
	"context"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
)

// shellNames are the programs that a person types commands into.
var shellNames = []string{
	"ash", "bash", "cmd", "csh", "dash", "elvish", "fish", "ksh", "ksh93", "mksh", "nu", "oksh", "posh",
	"powershell", "pwsh", "rbash", "sh", "tcsh", "xonsh", "yash", "zsh",
}

// toolNames are the programs that are started from a shell and start others, so that
// what they hand down is the shell's environment and no new terminal's.
var toolNames = []string{
	"bun", "chroot", "chrt", "dbus-run-session", "deno", "devdoctor", "direnv", "dlv", "doas", "env", "expect", "gdb",
	"git", "go", "ionice", "java", "just", "ltrace", "make", "mise", "nice", "node", "nohup", "npm", "npx", "parallel",
	"perf", "perl", "pnpm", "python", "python3", "ruby", "runuser", "script", "setpriv", "setsid", "stdbuf", "strace",
	"su", "sudo", "task", "taskset", "time", "timeout", "unbuffer", "unshare", "uv", "watch", "xargs", "yarn",
}

func isShell(a ancestor) bool { return slices.Contains(shellNames, strings.TrimPrefix(a.name, "-")) }

// isTool reports whether a process is no terminal. The server of a remote VS Code
// is a Node.js that is one.
func isTool(a ancestor) bool {
	if strings.Contains(a.exe, "-server/") {
		return false
	}
	return slices.Contains(toolNames, a.name) || strings.HasSuffix(a.name, ".test") || strings.HasPrefix(a.name, "python3.")
}

// opener is the nearest ancestor that opens terminals: the terminal itself, an
// editor, the ssh server or tmux.
func opener(chain []ancestor) (ancestor, bool) {
	for _, a := range chain {
		if !isShell(a) && !isTool(a) {
			return a, true
		}
	}
	return ancestor{}, false
}

// terminal is which shell and which terminal we were started from.
func (l *Live) terminal(_ context.Context, q Query) (string, error) {
	// Where the ancestors cannot be seen, the environment still says something.
	chain, _ := l.ancestry()
	var b strings.Builder
	if shell := loginShell(currentUser().name); shell != "" {
		fmt.Fprintf(&b, "shell %s\n", oneLine(shell))
	}
	if i := slices.IndexFunc(chain, isShell); i >= 0 {
		fmt.Fprintf(&b, "running %s\n", strings.TrimPrefix(chain[i].name, "-"))
	}
	t := terminalFacts{os: OS(runtime.GOOS), env: func(name string) string {
		value, _ := lookupEnv(q, name)
		return value
	}}
	if a, ok := opener(chain); ok {
		t.opener = a.name
	}
	if program := t.program(); program != "" {
		fmt.Fprintf(&b, "program %s\n", oneLine(program))
	}
	if t.login() {
		b.WriteString("login yes\n")
	}
	return b.String(), nil
}

// terminalFacts is what tells terminals apart.
type terminalFacts struct {
	os     OS
	env    func(name string) string
	opener string // the name of the process that opened it; may be empty
}

// marks are the variables that terminals set when they do not set TERM_PROGRAM.
// Source: their documentation and source text, looked at in November 2026.
var marks = []struct{ variable, program string }{
	{"VSCODE_INJECTION", "vscode"},
	{"VSCODE_IPC_HOOK_CLI", "vscode"},
	{"TMUX", "tmux"},
	{"STY", "screen"},
	{"WT_SESSION", "WindowsTerminal"},
	{"KITTY_WINDOW_ID", "kitty"},
	{"ALACRITTY_WINDOW_ID", "alacritty"},
	{"KONSOLE_VERSION", "konsole"},
	{"GNOME_TERMINAL_SCREEN", "gnome-terminal"},
	{"TERMINATOR_UUID", "terminator"},
	{"TILIX_ID", "tilix"},
}

// program is the name of the terminal.
func (t terminalFacts) program() string {
	if name := t.env("TERM_PROGRAM"); name != "" {
		return name
	}
	if t.env("TERMINAL_EMULATOR") == "JetBrains-JediTerm" {
		return "jetbrains"
	}
	for _, m := range marks {
		if t.env(m.variable) != "" {
			return m.program
		}
	}
	if t.env("SSH_CONNECTION") != "" {
		return "ssh"
	}
	switch name := path.Base(t.opener); {
	case t.opener == "", name == "init", name == "systemd", name == "launchd":
		return ""
	case strings.HasPrefix(name, "tmux"):
		return "tmux"
	default:
		return strings.TrimSuffix(name, "-server")
	}
}

// login reports whether a new window of the terminal opens a login shell: all
// terminals of macOS do, VS Code only there; so do ssh, tmux, wsl.exe and the
// console of a Linux.
func (t terminalFacts) login() bool {
	if t.os == Windows {
		return false
	}
	if t.os == Darwin {
		return true
	}
	switch t.program() {
	case "vscode", "jetbrains", "screen":
		return false
	case "tmux", "ssh", "sshd", "mosh", "login":
		return true
	}
	return t.env("WSL_DISTRO_NAME") != ""
}

// session is a variable as a new terminal window inherits it.
func (l *Live) session(_ context.Context, q Query) (string, error) {
	value, err := l.newWindowVariable(q.Args[0])
	if err != nil {
		return "", err
	}
	return value + "\n", nil
}
