package platforms

import (
	"context"
	"errors"
	"strings"
)

// Which files a shell reads when it starts. Sources: the INVOCATION section of
// bash(1), STARTUP/SHUTDOWN FILES of zsh(1), dash(1), fish(1); Debian builds bash with
// SYS_BASHRC=/etc/bash.bashrc and zsh with /etc/zsh. As of 2026-11-20.

// A startup is what the start files of a shell make of an environment.
type startup struct {
	shell string
	login bool
	st    *shellState
	path  shellText
	files []string

	broken   []string // see Terminal
	brokenAt []BrokenLine
}

// prediction says how a shell is started.
type prediction struct {
	h       *Host
	shell   string // bash, zsh, fish, sh, dash
	login   bool
	inherit func(name string) shellVar
	hops    int // how often exec has handed over
}

// predict follows the start files of an interactive shell.
func predict(ctx context.Context, p prediction) startup {
	if p.shell == "fish" {
		return p.fish(ctx)
	}
	r := &shellRun{ctx: ctx, h: p.h, kind: p.shell, login: p.login, st: newShellState()}
	switch p.shell {
	case "bash", "zsh":
	case "dash", "sh", "ash":
		r.kind = "sh"
	default:
		return startup{shell: p.shell, login: p.login, st: r.st, path: unknownText("devdoctor does not know which files " + p.shell + " reads")}
	}
	r.given = r.defaults(p.inherit)
	r.st.dir = unknownText("the folder in which the terminal opens")
	r.finish(r.startFiles())
	return p.result(ctx, r)
}

// finish puts together the ways that the shell may have gone. Where some of them
// end the shell, the window that stays open went another way.
func (r *shellRun) finish(sig signal) {
	var open []*shellState
	for _, o := range append(r.pending, outcome{sig, r.st}) {
		if o.st.closed == "" || r.tired() {
			open = append(open, o.st)
		}
	}
	if len(open) == 0 {
		r.lose("the start files end the shell")
		return
	}
	r.st = open[len(open)-1]
	for _, s := range open[:len(open)-1] {
		if s.handed != r.st.handed {
			r.at = r.h.Tilde(r.files[len(r.files)-1])
			r.lose("it is unknown whether %s hands over to %s", r.kind, s.handed+r.st.handed)
			r.st.handed = ""
			return
		}
		r.st = r.join(r.st, s, "a condition in the start files that cannot be decided")
	}
}

func (p prediction) result(ctx context.Context, r *shellRun) startup {
	s := startup{shell: p.shell, login: p.login, st: r.st, path: r.getText("PATH"), files: r.files, brokenAt: r.brokenAt}
	switch {
	case r.tired():
		s.path = unknownText("the start files take too long to follow")
	case r.st.handed != "":
		if p.hops > 4 {
			s.path = unknownText("shells that hand over to one another")
			return s
		}
		name, flag, _ := strings.Cut(r.st.handed, " ")
		next := predict(ctx, prediction{h: p.h, shell: name, login: flag == "-l", inherit: r.exports(p.inherit), hops: p.hops + 1})
		next.files, next.brokenAt = append(r.files, next.files...), append(r.brokenAt, next.brokenAt...)
		return next
	case s.path.why == "" && !r.get("PATH").isSet:
		s.path = unknownText("no PATH is set")
	case r.promptChangesPath() != "":
		s.path = unknownText(r.promptChangesPath() + " changes PATH at every prompt")
	default:
		s.path = r.miseAtPrompt(s.path)
	}
	return s
}

// exports is the environment that a program started now inherits.
func (r *shellRun) exports(inherit func(string) shellVar) func(string) shellVar {
	return func(name string) shellVar {
		v := r.get(name)
		if _, assigned := r.st.vars[name]; !assigned && r.st.lost == "" {
			return inherit(name)
		}
		if outer := inherit(name); !v.exported && !outer.isSet && outer.why == "" && v.why == "" {
			return shellVar{}
		}
		return v
	}
}

// startFiles reads what an interactive shell reads.
func (r *shellRun) startFiles() signal {
	switch r.kind {
	case "zsh":
		return r.zshFiles()
	case "bash":
		return r.bashFiles()
	}
	return r.posixFiles()
}

func (r *shellRun) bashFiles() signal {
	if !r.login {
		var system []string
		if r.h.OS == Linux {
			system = append(system, "/etc/bash.bashrc")
		}
		return r.startAll(append(system, r.homeFile(".bashrc")))
	}
	if sig := r.startAll([]string{"/etc/profile"}); sig != onward {
		return sig
	}
	for _, name := range []string{".bash_profile", ".bash_login", ".profile"} {
		path := r.homeFile(name)
		i, err := r.h.Stat(r.ctx, path)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && i.Dangling:
			continue
		case err != nil:
			return r.loseAs(r.h.Tilde(path) + ": " + err.Error())
		case i.IsDir || !i.Readable:
			return r.lose("%s, which cannot be read", r.h.Tilde(path))
		}
		return r.startFile(path)
	}
	return onward
}

func (r *shellRun) posixFiles() signal {
	if r.login {
		if sig := r.startAll([]string{"/etc/profile", r.homeFile(".profile")}); sig != onward {
			return sig
		}
	}
	env := r.getText("ENV")
	switch {
	case env.why != "":
		return r.loseAs(env.why)
	case env.text == "":
		return onward
	case strings.ContainsAny(env.text, "$`"):
		return r.lose("ENV=%s", env.text)
	}
	return r.startFile(env.text)
}

func (r *shellRun) zshFiles() signal {
	etc := "/etc/"
	if i, err := r.h.Stat(r.ctx, "/etc/zsh"); err == nil && i.IsDir {
		etc = "/etc/zsh/"
	}
	names := []string{"zshenv", "zprofile", "zshrc", "zlogin"}
	if !r.login {
		names = []string{"zshenv", "zshrc"}
	}
	for i, name := range names {
		if i == 0 || !r.st.options["noglobalrcs"] {
			if sig := r.startFile(etc + name); sig != onward {
				return sig
			}
		}
		dir := r.get("ZDOTDIR")
		if dir.why != "" {
			return r.lose("ZDOTDIR: %s", dir.why)
		}
		path := r.homeFile("." + name)
		if dir.isSet {
			path = strings.TrimRight(dir.scalar().text, "/") + "/." + name
		}
		if sig := r.startFile(path); sig != onward {
			return sig
		}
	}
	return onward
}

func (r *shellRun) homeFile(name string) string { return r.h.Join(r.h.Home, name) }

func (r *shellRun) startAll(paths []string) signal {
	for _, p := range paths {
		if sig := r.startFile(p); sig != onward {
			return sig
		}
	}
	return onward
}

// startFile reads a start file; one that is not there is no error.
func (r *shellRun) startFile(path string) signal {
	r.at, r.source = r.h.Tilde(path), ""
	sig := r.readFile(path)
	if sig == leaveShell && r.st.aborted {
		r.st.aborted = false
		return onward
	}
	return sig
}

// defaults is the environment with what a shell adds to it by itself.
func (r *shellRun) defaults(inherit func(string) shellVar) func(string) shellVar {
	some := shellVar{isSet: true, some: true, why: "a value that the shell sets"}
	text := func(s string) shellVar { return scalarVar(knownText(s)) }
	own := map[string]shellVar{
		"PS1": text("$ "), "PS2": text("> "), "IFS": text(" \t\n"), "OPTIND": text("1"), "PPID": some,
	}
	uid := func() shellVar {
		if a, err := r.h.Account(r.ctx); err == nil {
			return text(a.UID)
		}
		return some
	}
	switch r.kind {
	case "bash", "zsh":
		for _, name := range []string{"HISTSIZE", "SHLVL", "HOSTNAME", "HOST", "COLUMNS", "LINES", "HISTFILE"} {
			own[name] = some
		}
		own["OSTYPE"] = text("linux-gnu")
		if r.h.OS == Darwin {
			own["OSTYPE"] = shellVar{list: []string{"darwin"}, isSet: true, some: true, why: "the version of macOS"}
		}
		own["MACHTYPE"] = shellVar{list: []string{machineName(r.h)}, isSet: true, some: true, why: "a value that the shell sets"}
	}
	switch r.kind {
	case "bash":
		for _, name := range []string{"BASH_VERSION", "BASH_VERSINFO", "SHELLOPTS", "BASHOPTS", "BASHPID", "GROUPS", "DIRSTACK", "EPOCHSECONDS"} {
			own[name] = some
		}
		own["BASH"] = shellVar{list: []string{"/"}, isSet: true, some: true, why: "where bash is"}
		own["HOSTTYPE"] = text(machineName(r.h))
	case "zsh":
		for _, name := range []string{"ZSH_VERSION", "ZSH_PATCHLEVEL", "TTY", "ZSH_EVAL_CONTEXT", "VENDOR", "fpath", "FPATH", "module_path", "EPOCHSECONDS"} {
			own[name] = some
		}
		own["ZSH_NAME"], own["CPUTYPE"] = text("zsh"), text(machineName(r.h))
		own["USERNAME"], own["PROMPT"], own["NULLCMD"] = text(r.h.User), text("%m%# "), text("cat")
	}
	return func(name string) shellVar {
		switch {
		case name == "BASH_SOURCE" && r.isBash():
			return shellVar{list: []string{r.source}, isSet: true, array: true}
		case (name == "UID" || name == "EUID") && r.kind != "sh":
			return uid()
		}
		if v, ok := own[name]; ok {
			return v
		}
		return inherit(name)
	}
}
