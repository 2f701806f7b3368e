package platforms

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

func (r *shellRun) builtinCommand(args []shellField) signal {
	if len(args) == 0 {
		return succeed(r, nil)
	}
	if do, ok := builtins()[args[0].text]; ok && isBuiltin(r.kind, args[0].text) {
		return do(r, args[1:])
	}
	r.st.status = shellStatus{why: r.because("builtin %s", args[0].text)}
	return onward
}

func (r *shellRun) builtinOrOther(args []shellField) signal {
	if len(args) == 0 {
		return succeed(r, nil)
	}
	return r.words(args)
}

// commandCommand is command NAME, which passes over functions, and command -v.
func (r *shellRun) commandCommand(args []shellField) signal {
	for len(args) > 0 {
		switch args[0].text {
		case "-v", "-V":
			return r.lookUp(args[1:])
		case "-p", "--":
			args = args[1:]
			continue
		}
		if args[0].why != "" {
			return r.lose("a command whose name is known only while it runs")
		}
		return r.notFunction(args[0].text, args[1:])
	}
	return succeed(r, nil)
}

// lookUp is command -v, type, hash and which: is there such a command?
func (r *shellRun) lookUp(args []shellField) signal {
	v, found := no, shellText{}
	for _, a := range args {
		if strings.HasPrefix(a.text, "-") {
			if a.text == "-r" {
				return succeed(r, nil)
			}
			continue
		}
		found, v = r.resolve(a.shellText)
		if v.why == "" && !v.holds {
			break
		}
		r.write(found.plus(knownText("\n")))
	}
	r.st.status = statusOf(v)
	return onward
}

// resolve is what a shell would run for a name.
func (r *shellRun) resolve(name shellText) (shellText, verdict) {
	switch {
	case name.why != "":
		return unknownText(name.why), maybe(name.why)
	case r.st.funcs[name.text].body != nil, isBuiltin(r.kind, name.text), syntax.IsKeyword(name.text):
		return name, yes
	}
	if value, ok := r.st.aliases[name.text]; ok {
		return knownText("alias " + name.text + "='" + value + "'"), yes
	}
	path, v := r.findProgram(name.text)
	if !v.holds && r.st.opaque != "" {
		v = maybe(r.because("whether %s defines %s", r.st.opaque, name.text))
	}
	if v.why != "" {
		return unknownText(v.why), v
	}
	return knownText(path), v
}

// findProgram is the file that PATH leads to.
func (r *shellRun) findProgram(name string) (string, verdict) {
	if strings.Contains(name, "/") {
		v := both(r.fileTest("-x", knownText(name)), func() verdict { return r.fileTest("-d", knownText(name)).not() })
		return name, v
	}
	path := r.getText("PATH")
	if path.why != "" {
		return "", maybe(path.why)
	}
	for _, dir := range splitColons(path.text) {
		r.spend(1)
		if !strings.HasPrefix(dir, "/") {
			continue // what is found in a relative entry depends on the folder
		}
		full := knownText(strings.TrimRight(dir, "/") + "/" + name)
		v := both(r.fileTest("-x", full), func() verdict { return r.fileTest("-d", full).not() })
		if v.why != "" || v.holds {
			return full.text, v
		}
	}
	return "", no
}

func (r *shellRun) cd(all []shellField) signal {
	args := slices.DeleteFunc(slices.Clone(all), func(a shellField) bool { return a.text == "-P" || a.text == "-L" || a.text == "--" || a.text == "-q" })
	to := r.getText("HOME")
	if len(args) > 0 {
		to = args[0].shellText
	}
	if to.text == "-" || to.why != "" {
		r.st.dir, r.st.status = unknownText(r.because("cd")), shellStatus{why: r.because("cd")}
		return onward
	}
	physical := slices.ContainsFunc(all, func(a shellField) bool { return a.text == "-P" })
	to = r.absolute(to)
	v := r.fileTest("-d", to)
	r.st.status = statusOf(v)
	switch {
	case v.why != "" || to.why != "":
		r.st.dir = unknownText(r.because("cd"))
	case v.holds:
		r.st.dir = knownText(normalPath(to.text))
		if i, err := r.h.Stat(r.ctx, to.text); err == nil && i.Real != "" && physical {
			r.st.dir = knownText(i.Real)
		}
	}
	return onward
}

func (r *shellRun) popd([]shellField) signal {
	r.st.dir, r.st.status = unknownText(r.because("popd")), shellStatus{}
	return onward
}

func (r *shellRun) pwd(args []shellField) signal {
	dir := r.st.dir
	if dir.why == "" && len(args) > 0 && args[0].text == "-P" {
		if i, err := r.h.Stat(r.ctx, dir.text); err == nil && i.Real != "" {
			dir = knownText(i.Real)
		}
	}
	r.write(dir.plus(knownText("\n")))
	return succeed(r, nil)
}
