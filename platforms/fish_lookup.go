package platforms

import (
	"strings"
)

func (f *fishRun) functionsCommand(args []shellField) signal {
	v := yes
	for _, a := range args {
		switch {
		case a.text == "-e" || a.text == "--erase":
			for _, b := range args[1:] {
				delete(f.st.funcs, b.text)
			}
			return f.ends(yes)
		case !strings.HasPrefix(a.text, "-"):
			v = both(v, func() verdict { return f.isFunction(a.text) })
		}
	}
	return f.ends(v)
}

func (f *fishRun) isFunction(name string) verdict {
	if fn, ok := f.st.funcs[name]; ok {
		if fn == nil {
			return maybe(f.because("a function that depends on a condition"))
		}
		return yes
	}
	config, _ := f.xdg("XDG_CONFIG_HOME", ".config")
	_, shared := f.installed()
	for _, path := range []string{config + "/functions/" + name + ".fish", shared + "/functions/" + name + ".fish",
		shared + "/vendor_functions.d/" + name + ".fish"} {
		if v := f.fileTest("-f", knownText(path)); v.why != "" || v.holds {
			return v
		}
	}
	return no
}

func (f *fishRun) typeCommand(args []shellField) signal {
	v := no
	for _, a := range args {
		if strings.HasPrefix(a.text, "-") {
			continue
		}
		if v = f.known(a.text); v.why == "" && v.holds {
			break
		}
	}
	return f.ends(v)
}

func (f *fishRun) known(name string) verdict {
	if fishBuiltins()[name] != nil || neutralFish.has(name) {
		return yes
	}
	if v := f.isFunction(name); v.why != "" || v.holds {
		return v
	}
	_, v := f.findProgram(name)
	return v
}

// commandFish is command NAME, and command -q and -s, which only look.
func (f *fishRun) commandFish(args []shellField) signal {
	looks, quiet := false, false
	for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
		looks = looks || args[0].text != "--"
		quiet = quiet || strings.Contains(args[0].text, "q")
		args = args[1:]
	}
	if len(args) == 0 {
		return f.ends(no)
	}
	if !looks {
		return f.programFish(args[0].text, args[1:])
	}
	path, v := f.findProgram(args[0].text)
	if !quiet && v.why == "" && v.holds {
		f.write(knownText(path + "\n"))
	} else if v.why != "" {
		f.write(unknownText(v.why))
	}
	return f.ends(v)
}

func (f *fishRun) builtinFish(args []shellField) signal {
	if len(args) == 0 {
		return f.ends(yes)
	}
	if do := fishBuiltins()[args[0].text]; do != nil {
		return do(f, args[1:])
	}
	return f.ends(maybe(f.because("builtin %s", args[0].text)))
}

// programFish follows a program: its output and its status.
func (f *fishRun) programFish(name string, args []shellField) signal {
	if strings.Contains(name, "/") || name == "" {
		f.outputOf(name, args)
		return onward
	}
	if v := f.isFunction(name); v.why != "" || v.holds {
		why := f.because("the outcome of %s", name)
		f.write(unknownText(why))
		f.st.sh.status = shellStatus{why: why}
		return onward
	}
	f.outputOf(name, args)
	return onward
}

// outputOf is what a program prints for fish, in fish's own words where it prints
// commands.
func (f *fishRun) outputOf(name string, args []shellField) {
	base := name[strings.LastIndexByte(name, '/')+1:]
	effect, ok := fishPrograms()[base]
	path, found := f.findProgram(name)
	if !ok || found.why != "" || !found.holds {
		f.program(name, args)
		return
	}
	var plain []string
	for _, a := range args {
		plain = append(plain, a.text)
	}
	f.st.sh.status = shellStatus{why: f.because("whether %s succeeds", base)}
	t := effect(f, path, plain)
	if t == unknownText(notKnown) {
		t = shellText{why: f.because("the output of %s is not known without running it", base), harmless: harmlessScripts.has(base) || isCompletion(plain)}
	}
	f.write(t)
}
