package platforms

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// Which files fish reads. Source: share/config.fish of fish 3.6 and 4.0 and the page
// "Configuration files" of its manual, 2026-11-20.

// A fishRun follows the configuration of one fish.
type fishRun struct {
	*shellRun // asks about files and programs, and counts the steps
	inherit   func(name string) shellVar
	st        *fishState
	waiting   []fishOutcome
	locals    int // how deep in functions
	broken    []string
}

type fishOutcome struct {
	signal signal
	st     *fishState
}

func (p prediction) fish(ctx context.Context) startup {
	f := &fishRun{inherit: p.inherit, st: newFishState()}
	f.shellRun = &shellRun{ctx: ctx, h: p.h, kind: "fish", login: p.login}
	f.given = func(name string) shellVar {
		v := f.get(name)
		if v.why == "" && v.isSet {
			v.list = []string{v.joined(name).text}
		}
		return v
	}
	f.st.sh.dir = unknownText("the folder in which the terminal opens")
	f.sync()
	f.finishFish(f.fishFiles())
	return p.fishResult(ctx, f)
}

// sync lets the questions about files see the present state.
func (f *fishRun) sync() { f.shellRun.st = f.st.sh }

func (f *fishRun) finishFish(sig signal) {
	var open []*fishState
	for _, o := range append(f.waiting, fishOutcome{sig, f.st}) {
		if o.st.sh.closed == "" || f.tired() {
			open = append(open, o.st)
		}
	}
	if len(open) == 0 {
		f.forget("the configuration ends the shell")
		return
	}
	f.st = open[len(open)-1]
	for _, s := range open[:len(open)-1] {
		if s.sh.handed != f.st.sh.handed {
			f.forget("it is unknown whether fish hands over to another shell")
			f.st.sh.handed = ""
			break
		}
		f.st = joinFish(f.st, s, "a condition in the configuration that cannot be decided", f.outer)
	}
	f.sync()
}

func (p prediction) fishResult(ctx context.Context, f *fishRun) startup {
	path := f.get("PATH")
	s := startup{shell: "fish", login: p.login, path: path.joined("PATH"), files: f.files, broken: f.broken, st: newShellState()}
	for name, v := range f.st.scopes[0].vars {
		if v.isSet && v.why == "" && (!isPathVar(name) || len(v.list) > 0) {
			v.list = []string{v.joined(name).text}
		}
		s.st.vars[name] = v
	}
	s.st.lost = f.st.lost
	switch {
	case f.tired():
		s.path = unknownText("the configuration takes too long to follow")
	case f.st.sh.handed != "" && p.hops > 4:
		s.path = unknownText("shells that hand over to one another")
	case f.st.sh.handed != "":
		name, flag, _ := strings.Cut(f.st.sh.handed, " ")
		next := predict(ctx, prediction{h: p.h, shell: name, login: flag == "-l", inherit: f.handDown, hops: p.hops + 1})
		next.files = append(f.files, next.files...)
		return next
	case path.why == "" && !path.isSet:
		s.path = unknownText("no PATH is set")
	}
	return s
}

// handDown is the environment of a program that fish starts.
func (f *fishRun) handDown(name string) shellVar {
	v := f.get(name)
	if v.why != "" {
		return v
	}
	if !v.isSet || !v.exported {
		return shellVar{}
	}
	v.list = []string{v.joined(name).text}
	return v
}

// forget makes every variable unknown: something ran whose effect is unknown.
func (f *fishRun) forget(format string, args ...any) signal {
	return f.forgetAs(f.because(format, args...))
}

func (f *fishRun) forgetAs(why string) signal {
	f.write(unknownText(why)) // what a substitution was collecting is unknown, too
	for _, sc := range f.st.scopes {
		clear(sc.vars)
	}
	clear(f.st.univ)
	f.st.lost, f.st.why, f.st.sh.status = why, why, shellStatus{why: why}
	return onward
}

func (f *fishRun) fishFiles() signal {
	config, why := f.xdg("XDG_CONFIG_HOME", ".config")
	data, why2 := f.xdg("XDG_DATA_HOME", ".local/share")
	if why+why2 != "" {
		return f.forgetAs(why + why2)
	}
	system, shared := f.installed()
	if sig := f.readUniversal(config + "/fish_variables"); sig != onward {
		return sig
	}
	if sig := f.systemPath(); sig != onward {
		return sig
	}
	f.rebuildPath()
	dirs := []string{config + "/conf.d", system + "/conf.d", data + "/vendor_conf.d"}
	shares := f.get("XDG_DATA_DIRS")
	switch {
	case shares.why != "":
		return f.forgetAs(shares.why)
	case shares.isSet:
		for _, d := range splitColons(strings.Join(shares.list, ":")) {
			dirs = append(dirs, strings.TrimRight(d, "/")+"/fish/vendor_conf.d")
		}
	}
	dirs = append(dirs, shared+"/vendor_conf.d")
	if sig := f.snippets(dirs); sig != onward {
		return sig
	}
	for _, file := range []string{system + "/config.fish", config + "/config.fish"} {
		if sig := f.startFish(file); sig != onward {
			return sig
		}
	}
	return onward
}

func (f *fishRun) xdg(name, fallback string) (string, string) {
	v := f.get(name)
	if v.why != "" {
		return "", v.why
	}
	if t := v.scalar(); t.text != "" {
		return strings.TrimRight(t.text, "/") + "/fish", ""
	}
	return f.h.Join(f.h.Home, fallback, "fish"), ""
}

// installed is where fish keeps its own files: beside the program, as the account
// names it.
func (f *fishRun) installed() (system, shared string) {
	prefix := "/usr"
	if t := f.getText("SHELL"); t.why == "" && strings.HasSuffix(t.text, "/bin/fish") {
		prefix = strings.TrimSuffix(t.text, "/bin/fish")
	}
	if prefix == "/usr" || prefix == "" {
		return "/etc/fish", "/usr/share/fish"
	}
	return prefix + "/etc/fish", prefix + "/share/fish"
}

// systemPath is what fish does itself in place of macOS's path_helper.
func (f *fishRun) systemPath() signal {
	if !f.login || f.h.OS != Darwin {
		return onward
	}
	path := f.get("PATH")
	if path.why != "" {
		return f.forgetAs(path.why)
	}
	order, err := f.pathHelper([]string{"/etc/paths"}, "/etc/paths.d", strings.Join(path.list, ":"))
	if err != nil {
		return f.forget("/etc/paths: %v", err)
	}
	f.setGlobal("PATH", splitColons(order))
	return onward
}

// snippets reads the conf.d directories. Of several files of one name the first
// counts.
func (f *fishRun) snippets(dirs []string) signal {
	seen := map[string]bool{}
	for _, dir := range dirs {
		files, err := f.h.Glob(f.ctx, dir+"/*.fish")
		if err != nil && !errors.Is(err, ErrNotFound) {
			return f.forget("%s: %v", dir, err)
		}
		for _, file := range files {
			name := file[strings.LastIndexByte(file, '/')+1:]
			if seen[name] || strings.HasPrefix(name, ".") {
				continue
			}
			seen[name] = true
			if sig := f.startFish(file); sig != onward {
				return sig
			}
		}
	}
	return onward
}

// startFish reads a configuration file; one that is not there is no error.
func (f *fishRun) startFish(path string) signal {
	f.at = f.h.Tilde(path)
	return f.sourceFish(path, nil)
}

func (f *fishRun) sourceFish(path string, args []shellText) signal {
	if f.depth > maxDepth || len(f.files) > 2000 {
		return f.forget("files that read one another")
	}
	if v, ok := f.st.sh.made[path]; ok {
		return f.forgetAs(v.why)
	}
	i, err := f.h.Stat(f.ctx, path)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && (i.Dangling || i.IsDir || !i.Readable || i.Real == "/dev/null"):
		f.st.sh.status = shellStatus{code: 1}
		return onward
	case err != nil:
		return f.forgetAs(f.h.Tilde(path) + ": " + err.Error())
	case !isRegular(i):
		return f.forgetAs(f.h.Tilde(path) + " is no ordinary file: a shell may wait for it")
	}
	text, err := f.h.ReadFile(f.ctx, path)
	if err != nil {
		return f.forgetAs(f.h.Tilde(path) + ": " + err.Error())
	}
	f.files = append(f.files, path)
	return f.runText(text, path, args)
}

// runText follows the text of a file, or what source reads from a pipe.
func (f *fishRun) runText(text, path string, args []shellText) signal {
	f.spend(len(text) / 256)
	jobs, err := parseFish(text)
	if err != nil || len(text) > maxText/2 {
		f.at = f.h.Tilde(path)
		f.st.sh.status = shellStatus{code: 1}
		if errors.Is(err, errFish) && slices.Contains(f.files, path) {
			f.broken = append(f.broken, path)
		}
		if pathLike().MatchString(text) {
			return f.forget("%v", err)
		}
		return onward
	}
	source, at, mark := f.source, f.at, len(f.waiting)
	f.source = path
	f.depth++
	f.push(false)
	f.setLocal("argv", texts(fieldsOf(args)))
	sig := f.catchFish(mark, len(f.st.scopes)-1, f.jobs(jobs), isReturn)
	f.pop()
	f.depth--
	f.source, f.at = source, at
	return sig
}

func fieldsOf(t []shellText) []shellField {
	all := make([]shellField, len(t))
	for i := range t {
		all[i].shellText = t[i]
	}
	return all
}
