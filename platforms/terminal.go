package platforms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Terminal is the window that the learner opens next, worked out from the
// registry or from the files that the shell will read. Nothing is started.
type Terminal struct {
	Host     *Host        // answers with the environment of that window
	Shell    string       // bash, zsh, fish, sh, ...; "windows" for cmd and PowerShell
	Login    bool         // that window opens a login shell
	Files    []string     // the start files that are read, in order
	Broken   []string     // those of fish with a line that seems to break its grammar: it then runs nothing of the file
	BrokenAt []BrokenLine // where another shell gives up one of them
	Unsure   string       // why PATH cannot be decided; "" when it can

	// Windows: the two halves of PATH as the registry holds them. A REG_SZ is not
	// expanded, so %NVM_HOME% in one leads nowhere. The zero value: there is none.
	Machine, User RegistryValue

	outer *Host     // answers for this terminal
	path  shellText // of the new one
	zsh   string    // the directory of zsh's start files, where it is told another one
}

// NewTerminal works out what the next terminal window of this account will know.
// It is an error when nobody says which shell that is. A PATH that cannot be
// decided is no error: Host.Env and Host.Which say why, and so does Unsure.
func (h *Host) NewTerminal(ctx context.Context) (Terminal, error) {
	h = h.outside()
	if h.OS == Windows {
		return h.registryTerminal(ctx)
	}
	shell, login, err := h.nextShell(ctx)
	if err != nil {
		return Terminal{}, fmt.Errorf("find the shell of the next terminal: %w", err)
	}
	once := h.Through(&askedOnce{Source: h.src, answers: map[string]answered{}})
	inherit := once.windowEnv(ctx)
	s := predict(ctx, prediction{h: once, shell: shell, login: login, inherit: inherit})
	s.path = s.path.withoutDots()
	t := terminalOf(s)
	t.Host, t.outer = h.inside(s, inherit), h
	return t, nil
}

func terminalOf(s startup) Terminal {
	zsh := ""
	if v := s.st.vars["ZDOTDIR"]; v.isSet && v.why == "" && len(v.list) > 0 { // exported or not
		zsh = v.list[0]
	}
	return Terminal{zsh: zsh, Shell: s.shell, Login: s.login, Files: s.files, Broken: s.broken, BrokenAt: s.brokenAt, Unsure: s.path.why, path: s.path}
}

// askedOnce keeps answers for as long as a terminal is worked out: start files ask
// for the same directory again and again.
type askedOnce struct {
	Source
	answers map[string]answered
}

type answered struct {
	a   Answer
	err error
}

func (o *askedOnce) Answer(ctx context.Context, q Query) (Answer, error) {
	if len(q.Args) != 1 || len(q.Env) > 0 {
		return o.Source.Answer(ctx, q)
	}
	key := q.Verb + " " + q.Args[0]
	k, ok := o.answers[key]
	if !ok {
		k.a, k.err = o.Source.Answer(ctx, q)
		o.answers[key] = k
	}
	return k.a, k.err
}

// nextShell is the shell that a new window opens, and whether as a login shell.
func (h *Host) nextShell(ctx context.Context) (shell string, login bool, err error) {
	text, err := h.text(ctx, "terminal")
	if err != nil {
		return "", false, err
	}
	for key, value := range fields(text) {
		switch key {
		case "shell":
			shell = value
		case "login":
			login = value == "yes"
		}
	}
	if shell == "" {
		a, err := h.Account(ctx)
		if err != nil {
			return "", false, err
		}
		shell = a.Shell
	}
	if shell == "" {
		return "", false, errors.New("the account names no shell")
	}
	return shell[strings.LastIndexByte(shell, '/')+1:], login, nil
}

// StartFile is where a line belongs that every new window is to read, with ~ for the
// home folder.
func (t Terminal) StartFile(ctx context.Context) (string, error) {
	switch t.Shell {
	case "zsh":
		inherited, err := t.Host.Getenv(ctx, "ZDOTDIR")
		if err != nil {
			return "", err
		}
		dir := cmp.Or(t.zsh, inherited, t.outer.Home)
		if t.Login {
			return t.outer.Tilde(t.outer.Join(dir, ".zprofile")), nil
		}
		return t.outer.Tilde(t.outer.Join(dir, ".zshrc")), nil
	case "bash":
		if !t.Login {
			return "~/.bashrc", nil
		}
		// bash reads the first of these and no other.
		for _, file := range []string{"~/.bash_profile", "~/.bash_login", "~/.profile"} {
			if there, err := t.outer.Exists(ctx, t.outer.Join(file)); err != nil || there {
				return file, err
			}
		}
		return "~/.bash_profile", nil
	case "fish":
		return "~/.config/fish/config.fish", nil
	}
	return "~/.profile", nil
}

// Other answers the question that was not asked: a new login where windows
// inherit the session, a plain window where each one is a login. It is false
// where PATH is the same in both; macOS and Windows have one kind of window.
func (t Terminal) Other(ctx context.Context) (Terminal, bool) {
	if t.outer == nil || t.outer.OS != Linux {
		return Terminal{}, false
	}
	h := t.outer.Through(&askedOnce{Source: t.outer.src, answers: map[string]answered{}})
	inherit := h.loginEnv(ctx)
	if t.Login {
		inherit = h.windowEnv(ctx)
	}
	s := predict(ctx, prediction{h: h, shell: t.Shell, login: !t.Login, inherit: inherit})
	if s.path = s.path.withoutDots(); s.path == t.path {
		return Terminal{}, false
	}
	o := terminalOf(s)
	o.Host = t.outer.inside(s, inherit)
	return o, true
}

// inside is h as the new terminal sees it.
func (h *Host) inside(s startup, inherit func(string) shellVar) *Host {
	e := &environment{vars: map[string]string{}, unset: map[string]bool{}, unknown: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(s.st.vars)) { // inherit asks the machine
		v, outer := s.st.vars[name], inherit(name)
		switch {
		case v.why != "":
			e.unknown[name] = v.why
		case !v.isSet || !v.exported && !outer.isSet && outer.why == "" || len(v.list) == 0:
			e.unset[name] = true
		default:
			e.vars[name] = v.list[0]
		}
	}
	delete(e.unset, "PATH")
	if s.path.why != "" {
		delete(e.vars, "PATH")
		e.unknown["PATH"] = s.path.why
	} else {
		e.vars["PATH"] = s.path.text
	}
	e.rest = func(ctx context.Context, name string) (string, error) {
		v := h.inheritedVar(ctx, name)
		switch {
		case s.st.lost != "":
			return "", errors.New(s.st.lost)
		case v.why != "":
			return "", errors.New(v.why)
		case !v.isSet || len(v.list) == 0:
			return "", ErrNotFound
		}
		return v.list[0], nil
	}
	c := *h
	c.env = e
	return &c
}

// perWindow are variables that a terminal sets itself, so that the window we are in
// shows what the next one gets. The session does not know them.
const perWindow wordSet = `TERM COLORTERM TERM_PROGRAM TERM_PROGRAM_VERSION VTE_VERSION TMUX STY SSH_CONNECTION SSH_CLIENT SSH_TTY
	WT_SESSION WT_PROFILE_ID KITTY_WINDOW_ID ALACRITTY_WINDOW_ID KONSOLE_VERSION VSCODE_INJECTION INSIDE_EMACS WINDOWID ITERM_SESSION_ID`

// windowEnv is what a new window inherits before any file is read.
func (h *Host) windowEnv(ctx context.Context) func(name string) shellVar {
	known := map[string]shellVar{}
	return func(name string) shellVar {
		v, ok := known[name]
		if !ok {
			v = h.inheritedVar(ctx, name)
			known[name] = v
		}
		return v
	}
}

func (h *Host) inheritedVar(ctx context.Context, name string) shellVar {
	if v, ok := h.accountVar(ctx, name); ok {
		return v
	}
	var text string
	var err error
	if perWindow.has(name) {
		text, err = h.Env(ctx, name)
	} else {
		text, err = h.SessionEnv(ctx, name)
		if errors.Is(err, ErrNotPermitted) || errors.Is(err, ErrNotRecorded) {
			return h.unseen(ctx, name)
		}
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return shellVar{}
	case err != nil:
		return shellVar{why: fmt.Sprintf("the session's %s: %v", name, err)}
	}
	v := scalarVar(knownText(text))
	v.exported = true
	return v
}

// accountVar is what every window knows of the account.
func (h *Host) accountVar(ctx context.Context, name string) (shellVar, bool) {
	text := ""
	switch name {
	case "HOME":
		text = h.Home
	case "USER", "LOGNAME":
		text = h.User
	case "SHELL":
		if a, err := h.Account(ctx); err == nil {
			text = a.Shell
		}
	}
	v := scalarVar(knownText(text))
	v.exported = true
	return v, text != ""
}

// launchdPath is PATH of every program that a Mac's desktop starts, unless
// `launchctl config user path` has changed it. Source: launchctl(1), 2026-11-20.
const (
	launchdPath   = "/usr/bin:/bin:/usr/sbin:/sbin"
	launchdConfig = "/private/var/db/com.apple.xpc.launchd/config/user.plist"
)

// unseen is a variable of a session that cannot be looked into. What our own
// process does not have, the session that started it does not have either.
func (h *Host) unseen(ctx context.Context, name string) shellVar {
	if name == "PATH" && h.OS == Darwin {
		if _, err := h.Stat(ctx, launchdConfig); errors.Is(err, ErrNotFound) {
			return scalarVar(knownText(launchdPath))
		}
	}
	if _, err := h.Env(ctx, name); errors.Is(err, ErrNotFound) {
		return shellVar{}
	}
	return shellVar{why: fmt.Sprintf("the %s that a new window inherits cannot be seen", name)}
}

// loginEnv is what a new login starts from: the account, and the variables of
// /etc/environment, which pam_env sets.
func (h *Host) loginEnv(ctx context.Context) func(name string) shellVar {
	text, err := h.ReadFile(ctx, "/etc/environment")
	set := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		if name, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			set[strings.TrimSpace(name)] = strings.Trim(value, `"'`)
		}
	}
	return func(name string) shellVar {
		if v, ok := h.accountVar(ctx, name); ok {
			return v
		}
		value, ok := set[name]
		switch {
		case err != nil && !errors.Is(err, ErrNotFound):
			return shellVar{why: fmt.Sprintf("read /etc/environment: %v", err)}
		case ok:
			v := scalarVar(knownText(value))
			v.exported = true
			return v
		case perWindow.has(name):
			return h.inheritedVar(ctx, name)
		case name == "PATH":
			return shellVar{why: "the PATH of a new login before any file is read", isSet: true, some: true}
		}
		// What a login adds besides, such as LANG, the session has seen too.
		return h.inheritedVar(ctx, name)
	}
}
