package platforms

import (
	"slices"
	"strings"
	"sync"
)

var fishBuiltins func() map[string]func(f *fishRun, args []shellField) signal

// The table refers to functions that look commands up in it. It is made when a start file
// is first read.
func init() { fishBuiltins = sync.OnceValue(makeFishBuiltins) }

func makeFishBuiltins() map[string]func(f *fishRun, args []shellField) signal {
	return map[string]func(f *fishRun, args []shellField) signal{
		"true": fishStatus(0), ":": fishStatus(0), "false": fishStatus(1),
		"set": (*fishRun).set, "export": (*fishRun).export, "setenv": (*fishRun).setenv,
		"test": (*fishRun).testFish, "[": (*fishRun).bracketFish,
		"status": (*fishRun).statusCommand, "contains": (*fishRun).contains, "count": (*fishRun).count,
		"string": (*fishRun).stringCommand, "echo": (*fishRun).echoFish, "printf": (*fishRun).printfFish,
		"source": (*fishRun).sourceFishCommand, ".": (*fishRun).sourceFishCommand, "eval": (*fishRun).evalFish,
		"exec": (*fishRun).execFish, "exit": (*fishRun).exitFish, "return": (*fishRun).returnFish,
		"break":     func(*fishRun, []shellField) signal { return leaveLoop },
		"continue":  func(*fishRun, []shellField) signal { return nextRound },
		"functions": (*fishRun).functionsCommand, "type": (*fishRun).typeCommand,
		"command": (*fishRun).commandFish, "builtin": (*fishRun).builtinFish,
		"fish_add_path": (*fishRun).fishAddPath, "alias": (*fishRun).aliasFish, "math": (*fishRun).math,
		"cd": (*fishRun).cdFish, "pwd": (*fishRun).pwdFish, "read": (*fishRun).readFish, "realpath": (*fishRun).realpathFish,
		"argparse": (*fishRun).unknownBuiltin, "random": (*fishRun).unknownBuiltin, "seq": (*fishRun).unknownBuiltin, "path": (*fishRun).unknownBuiltin,
	}
}

// neutralFish are builtins and functions of fish that leave PATH alone.
const neutralFish wordSet = `abbr bind bg fg block complete disown emit fish_config fish_indent fish_vi_key_bindings fish_default_key_bindings
	fish_hybrid_key_bindings fish_key_reader fish_update_completions history jobs set_color time trap ulimit umask wait commandline ssh-add
	fish_vi_cursor fish_ssh_agent funcsave funced breakpoint`

func fishStatus(code int) func(f *fishRun, _ []shellField) signal {
	return func(f *fishRun, _ []shellField) signal {
		f.st.sh.status = shellStatus{code: code}
		return onward
	}
}

func (f *fishRun) ends(v verdict) signal {
	f.st.sh.status = statusOf(v)
	return onward
}

// export is fish's own wrapper for NAME=VALUE.
func (f *fishRun) export(args []shellField) signal {
	for _, a := range args {
		name, value, ok := strings.Cut(a.text, "=")
		if !ok {
			if a.why != "" {
				return f.forget("a variable whose name is known only while it runs")
			}
			v := f.get(name)
			v.exported = true
			f.assign("global", name, v)
			continue
		}
		f.assign("global", name, shellVar{isSet: true, exported: true, list: []string{value}, why: a.why, some: a.some || value != ""})
	}
	return f.ends(yes)
}

func (f *fishRun) setenv(args []shellField) signal {
	if len(args) == 0 || args[0].why != "" {
		return f.forget("setenv")
	}
	v := varOf(texts(args[1:]), false)
	v.exported = true
	f.assign("global", args[0].text, v)
	return f.ends(yes)
}

func (f *fishRun) testFish(args []shellField) signal {
	if len(args) == 2 && args[0].text == "-n" && args[1].text == "" && args[1].why == "" {
		return f.ends(no)
	}
	return f.ends(f.testArgs(args))
}

func (f *fishRun) bracketFish(args []shellField) signal {
	if len(args) == 0 || args[len(args)-1].text != "]" {
		f.st.sh.status = shellStatus{code: 2}
		return onward
	}
	return f.testFish(args[:len(args)-1])
}

func (f *fishRun) statusCommand(args []shellField) signal {
	if len(args) == 0 {
		return f.ends(yes)
	}
	switch strings.TrimPrefix(strings.TrimPrefix(args[0].text, "--"), "is-") {
	case "login", "-l":
		return f.ends(decided(f.login))
	case "interactive", "-i":
		return f.ends(yes)
	case "command-substitution", "-c", "block", "-b", "breakpoint":
		return f.ends(decided(f.st.sh.capturing && strings.Contains(args[0].text, "command")))
	case "filename", "current-filename", "-f":
		f.write(knownText(f.source + "\n"))
		return f.ends(yes)
	case "dirname":
		f.write(knownText(dirOf(f.source) + "\n"))
		return f.ends(yes)
	}
	f.write(unknownText(f.because("status %s", args[0].text)))
	return f.ends(maybe(f.because("status %s", args[0].text)))
}

func (f *fishRun) contains(args []shellField) signal {
	index := false
	for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
		opt := args[0].text
		args = args[1:]
		if opt == "--" {
			break
		}
		index = index || opt == "-i" || opt == "--index"
	}
	if len(args) == 0 {
		return f.ends(no)
	}
	found := no
	for i, a := range args[1:] {
		v := equalTexts(args[0].shellText, a.shellText)
		if a.many && v.why == "" {
			v = maybe(a.why)
		}
		if v.why == "" && v.holds {
			if index && found.why == "" {
				f.write(knownText(itoa(i+1) + "\n"))
			}
			found = mergeFound(found, v)
			break
		}
		found = mergeFound(found, v)
	}
	if index && found.why != "" {
		f.write(unknownText(found.why))
	}
	return f.ends(found)
}

// mergeFound is whether one of several holds.
func mergeFound(a, b verdict) verdict {
	return both(a.not(), func() verdict { return b.not() }).not()
}

func (f *fishRun) count(args []shellField) signal {
	for _, a := range args {
		if a.many {
			f.write(unknownText(a.why))
			return f.ends(maybe(a.why))
		}
	}
	f.write(knownText(itoa(len(args)) + "\n"))
	return f.ends(decided(len(args) > 0))
}

func (f *fishRun) echoFish(args []shellField) signal {
	f.echo(args)
	return f.ends(yes)
}

func (f *fishRun) printfFish(args []shellField) signal {
	f.printf(args)
	return f.ends(yes)
}

func (f *fishRun) sourceFishCommand(args []shellField) signal {
	if len(args) == 0 || args[0].text == "-" {
		if f.st.sh.in == nil {
			return f.ends(no)
		}
		return f.evalText(*f.st.sh.in)
	}
	path := f.absolute(args[0].shellText)
	if path.why != "" {
		return f.forgetAs(path.why)
	}
	base := path.text[strings.LastIndexByte(path.text, '/')+1:]
	if harmlessFiles.has(base) {
		return f.ends(yes)
	}
	return f.sourceFish(path.text, texts(args[1:]))
}

func (f *fishRun) evalFish(args []shellField) signal {
	var t shellText
	for i, a := range args {
		if i > 0 {
			t = t.plus(knownText(" "))
		}
		t = t.plus(a.shellText)
	}
	return f.evalText(t)
}

func (f *fishRun) evalText(t shellText) signal {
	if t.harmless {
		return f.ends(yes)
	}
	if t.why != "" {
		return f.forgetAs(t.why)
	}
	if f.depth > maxDepth {
		return f.forget("commands that make commands")
	}
	jobs, err := parseFish(t.text)
	if err != nil {
		if pathLike().MatchString(t.text) {
			return f.forget("%v", err)
		}
		return f.ends(no)
	}
	f.st.sh.status = shellStatus{}
	f.inEval++
	f.depth++
	sig := f.jobs(jobs)
	f.inEval--
	f.depth--
	return sig
}

func (f *fishRun) exitFish([]shellField) signal {
	// In a file that is read at the start exit ends the file, as return does.
	return leaveCall
}

func (f *fishRun) returnFish(args []shellField) signal {
	f.setStatus(args)
	return leaveCall
}

func (f *fishRun) execFish(args []shellField) signal {
	if len(args) == 0 || args[0].why != "" {
		f.forget("exec of a program whose name is known only while it runs")
		return leaveShell
	}
	_, v := f.findProgram(args[0].text)
	return f.eitherFish(v, func() signal {
		name := args[0].text[strings.LastIndexByte(args[0].text, '/')+1:]
		known := slices.Contains([]string{"bash", "zsh", "fish", "dash", "sh"}, name)
		for _, a := range args[1:] {
			switch a.text {
			case "-l", "--login", "-il", "-li":
				name += " -l"
			case "-i":
			default:
				known = false
			}
		}
		if !known {
			f.forget("exec of %s", name)
			return leaveShell
		}
		f.st.sh.handed = name
		return leaveShell
	}, func() signal {
		f.st.sh.status = shellStatus{code: 127}
		return onward
	})
}

func (f *fishRun) aliasFish(args []shellField) signal {
	args = slices.DeleteFunc(slices.Clone(args), func(a shellField) bool { return strings.HasPrefix(a.text, "-") })
	var name, body string
	switch {
	case len(args) == 1 && args[0].why == "":
		name, body, _ = strings.Cut(args[0].text, "=")
	case len(args) >= 2 && args[0].why+args[1].why == "":
		name, body = args[0].text, args[1].text
	default:
		return f.ends(yes)
	}
	if first, _, _ := strings.Cut(body, " "); first == name {
		body = "command " + body
	}
	jobs, err := parseFish(body + " $argv")
	if err != nil || body == "" {
		return f.ends(no)
	}
	f.st.funcs[name] = &fishFunc{name: name, body: jobs, file: f.source}
	return f.ends(yes)
}

var mathOfTwo = lazily(`^\s*(\d{1,9})\s*([-+*x])\s*(\d{1,9})\s*$`)

// math knows two whole numbers and an operator between them.
func (f *fishRun) math(args []shellField) signal {
	var all []string
	for _, a := range args {
		if a.why != "" {
			f.write(unknownText(a.why))
			return f.ends(yes)
		}
		all = append(all, a.text)
	}
	m := mathOfTwo().FindStringSubmatch(strings.Join(all, " "))
	if m == nil {
		f.write(unknownText(f.because("math")))
		return f.ends(yes)
	}
	a, _ := atoi(m[1])
	b, _ := atoi(m[3])
	n := a * b
	switch m[2] {
	case "+":
		n = a + b
	case "-":
		n = a - b
	}
	f.write(knownText(itoa(n) + "\n"))
	return f.ends(yes)
}

func (f *fishRun) cdFish(args []shellField) signal { f.cd(args); return onward }

func (f *fishRun) pwdFish([]shellField) signal { f.pwd(nil); return onward }

func (f *fishRun) readFish(args []shellField) signal {
	for _, a := range args {
		if !strings.HasPrefix(a.text, "-") {
			f.assign("", a.text, shellVar{why: f.because("a value that is read while it runs")})
		}
	}
	return f.ends(maybe(f.because("read")))
}

func (f *fishRun) realpathFish(args []shellField) signal {
	var plain []string
	for _, a := range args {
		if a.why != "" || strings.HasPrefix(a.text, "-") {
			f.write(unknownText(f.because("realpath")))
			return f.ends(yes)
		}
		plain = append(plain, a.text)
	}
	t := realpath(f.shellRun, "realpath", plain)
	if t.why != "" {
		t = unknownText(f.because("realpath"))
	}
	f.write(t)
	return onward
}

func (f *fishRun) unknownBuiltin([]shellField) signal {
	f.write(unknownText(f.because("a value that is worked out while it runs")))
	return f.ends(maybe(f.because("a value that is worked out while it runs")))
}
