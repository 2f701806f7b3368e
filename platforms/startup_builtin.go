package platforms

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// builtins are the commands of a shell that matter to what a start file does to
// PATH. Those in neutralBuiltins do not.
var builtins map[string]func(r *shellRun, args []shellField) signal

func init() { // the table refers to functions that look commands up in it
	builtins = map[string]func(r *shellRun, args []shellField) signal{
		":": succeed, "true": succeed, "false": fail,
		"[": (*shellRun).bracket, "test": (*shellRun).test,
		".": (*shellRun).sourceCommand, "source": (*shellRun).sourceCommand,
		"eval": (*shellRun).evalCommand, "exec": (*shellRun).execCommand,
		"return": (*shellRun).returnCommand, "exit": (*shellRun).exitCommand, "logout": (*shellRun).exitCommand, "bye": (*shellRun).exitCommand,
		"break": (*shellRun).breakCommand, "continue": (*shellRun).continueCommand,
		"export": declares("export"), "readonly": declares("readonly"), "local": declares("local"),
		"declare": declares("declare"), "typeset": declares("typeset"),
		"unset": (*shellRun).unset, "set": (*shellRun).setCommand, "shift": (*shellRun).shift,
		"builtin": (*shellRun).builtinCommand, "command": (*shellRun).commandCommand,
		"noglob": (*shellRun).builtinOrOther, "nocorrect": (*shellRun).builtinOrOther,
		"cd": (*shellRun).cd, "chdir": (*shellRun).cd, "pushd": (*shellRun).cd, "popd": (*shellRun).popd, "pwd": (*shellRun).pwd,
		"echo": (*shellRun).echo, "print": (*shellRun).print, "printf": (*shellRun).printf, "read": (*shellRun).read,
		"mapfile": (*shellRun).readsAll, "readarray": (*shellRun).readsAll, "getopts": (*shellRun).readsAll, "zparseopts": (*shellRun).readsAll,
		"integer": (*shellRun).readsAll, "float": (*shellRun).readsAll, "private": declares("local"), "vared": (*shellRun).readsAll, "let": (*shellRun).readsAll,
		"alias": (*shellRun).alias, "unalias": (*shellRun).unalias,
		"type": (*shellRun).lookUp, "hash": (*shellRun).lookUp, "which": (*shellRun).lookUp, "whence": (*shellRun).lookUp, "where": (*shellRun).lookUp,
		"shopt": (*shellRun).shopt, "setopt": (*shellRun).setopt, "unsetopt": (*shellRun).unsetopt,
		"unfunction": (*shellRun).unfunction, "emulate": (*shellRun).emulate,
	}
}

var commonBuiltins = words(`. : [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill
	local printf pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait`)

var bashBuiltins = words(`bind builtin caller compgen complete compopt declare dirs disown enable fc help history let logout mapfile
	popd pushd readarray shopt source suspend typeset`)

var zshBuiltins = words(`autoload bindkey builtin bye comparguments compcall compctl compdescribe compfiles compgroups compquote compset
	comptags comptry compvalues declare dirs disable disown echotc echoti emulate enable fc float functions getln history integer let
	limit log logout noglob nocorrect popd print private pushd pushln r rehash sched setopt source stat strftime suspend typeset unfunction unhash
	unlimit unsetopt vared whence where which zcompile zformat zle zmodload zparseopts zprof zpty zregexparse zselect zsocket zstyle ztcp`)

// specialBuiltins are POSIX's special built-in utilities.
var specialBuiltins = words(`break : continue . eval exec exit export readonly return set shift times trap unset`)

var dashBuiltins = words(`chdir`)

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// neutralButUnsure are builtins that leave variables alone but may succeed or fail.
var neutralButUnsure = words(`autoload zmodload zstyle compgen complete kill wait jobs fg bg zle bindkey`)

func isBuiltin(kind, name string) bool {
	switch {
	case commonBuiltins[name]:
		return true
	case kind == "bash":
		return bashBuiltins[name]
	case kind == "zsh":
		return zshBuiltins[name]
	}
	return dashBuiltins[name]
}

func succeed(r *shellRun, _ []shellField) signal { r.st.status = shellStatus{}; return onward }
func fail(r *shellRun, _ []shellField) signal    { r.st.status = shellStatus{code: 1}; return onward }

func (r *shellRun) test(args []shellField) signal {
	r.st.status = statusOf(r.testArgs(args))
	return onward
}

func (r *shellRun) bracket(args []shellField) signal {
	if len(args) == 0 || args[len(args)-1].text != "]" {
		r.st.status = shellStatus{code: 2}
		return onward
	}
	return r.test(args[:len(args)-1])
}

func (r *shellRun) returnCommand(args []shellField) signal {
	r.setStatus(args)
	return leaveCall
}

func (r *shellRun) exitCommand(args []shellField) signal {
	r.setStatus(args)
	r.st.closed = r.at
	return leaveShell
}

func (r *shellRun) setStatus(args []shellField) {
	if len(args) == 0 {
		return
	}
	n, ok := atoi(args[0].text)
	r.st.status = shellStatus{code: n}
	if !ok || args[0].why != "" {
		r.st.status = shellStatus{why: r.because("an exit status")}
	}
}

func (r *shellRun) breakCommand(args []shellField) signal {
	if len(args) > 0 && args[0].text != "1" {
		return r.lose("a loop left from an inner one")
	}
	return leaveLoop
}

func (r *shellRun) continueCommand(args []shellField) signal {
	if len(args) > 0 && args[0].text != "1" {
		return r.lose("a loop left from an inner one")
	}
	return nextRound
}

// declares is export and its kin where they are ordinary commands.
func declares(variant string) func(r *shellRun, args []shellField) signal {
	return func(r *shellRun, args []shellField) signal {
		r.st.status = shellStatus{}
		d, flags := declaration{r, variant}, ""
		for _, a := range args {
			if strings.HasPrefix(a.text, "-") {
				flags += a.text
			} else if sig := d.word(flags, a.shellText); sig != onward {
				return sig
			}
		}
		return onward
	}
}

func (r *shellRun) unset(args []shellField) signal {
	r.st.status = shellStatus{}
	functions := false
	for _, a := range args {
		name := a.text
		switch {
		case a.why != "":
			return r.lose("a variable whose name is known only while it runs")
		case strings.HasPrefix(name, "-"):
			functions = functions || name == "-f"
		case strings.Contains(name, "["):
			name, _, _ = strings.Cut(name, "[")
			r.set(name, shellVar{why: r.because("an element of a list"), isSet: true})
		default:
			if _, isFunc := r.st.funcs[name]; isFunc && (functions || r.isBash() && !r.get(name).isSet) {
				delete(r.st.funcs, name)
			}
			if functions {
				continue
			}
			if r.isZsh() && name == "path" {
				name = "PATH"
			}
			r.st.vars[name] = shellVar{}
		}
	}
	return onward
}

// setOptions are the letters that set takes.
var setOptions = map[string]string{
	"bash": "abefhkmnoptuvxBCEHPT", "sh": "abCefIilmnosuvVEx",
	"zsh": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
}

func (r *shellRun) setCommand(args []shellField) signal {
	r.st.status = shellStatus{}
	if len(args) > 0 && len(args[0].text) > 1 && strings.ContainsAny(args[0].text[:1], "-+") &&
		strings.Trim(args[0].text[1:], setOptions[r.kind]) != "" && args[0].text != "--" {
		if r.kind == "sh" {
			return r.dies()
		}
		r.st.status = shellStatus{code: 2}
		return onward
	}
	for i, a := range args {
		switch {
		case a.many:
			r.st.args = nil
			return r.lose("arguments that are known only while it runs")
		case a.text == "--" || !strings.HasPrefix(a.text, "-") && !strings.HasPrefix(a.text, "+"):
			if a.text == "-A" {
				return r.lose("set -A")
			}
			rest := args[i:]
			if a.text == "--" {
				rest = rest[1:]
			}
			if i > 0 && args[i-1].text == "-o" || i > 0 && args[i-1].text == "+o" {
				if a.text == "errexit" && args[i-1].text == "-o" {
					return r.lose("set -e, which ends the shell at the first command that fails")
				}
				continue
			}
			r.st.args = texts(rest)
			return onward
		case a.text[0] == '-' && strings.Contains(a.text, "e"):
			return r.lose("set -e, which ends the shell at the first command that fails")
		case strings.Contains(a.text, "a"):
			r.st.options["allexport"] = a.text[0] == '-'
		case a.text[0] == '-' && strings.Contains(a.text, "n"):
			return r.lose("set -n")
		}
	}
	return onward
}

func (r *shellRun) shift(args []shellField) signal {
	n := 1
	if len(args) > 0 {
		n, _ = atoi(args[0].text)
	}
	if n < 0 || n > len(r.st.args) {
		r.st.status = shellStatus{code: 1}
		return onward
	}
	r.st.args, r.st.status = r.st.args[n:], shellStatus{}
	return onward
}

func (r *shellRun) builtinCommand(args []shellField) signal {
	if len(args) == 0 {
		return succeed(r, nil)
	}
	if do, ok := builtins[args[0].text]; ok && isBuiltin(r.kind, args[0].text) {
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

func (r *shellRun) alias(args []shellField) signal {
	r.st.status = shellStatus{}
	for _, a := range args {
		name, value, assigned := strings.Cut(a.text, "=")
		switch {
		case a.why != "" && !assigned:
			return r.lose("an alias whose name is known only while it runs")
		case strings.HasPrefix(name, "-"):
			if strings.Contains(name, "g") { // a global alias may stand anywhere
				return r.globalAliases(args)
			}
		case a.why != "":
			r.st.aliases[name] = unknownAlias
		case assigned:
			r.st.aliases[name] = value
		}
	}
	return onward
}

// globalAliases of zsh change words anywhere in later lines. Those in capitals are
// meant for the keyboard.
func (r *shellRun) globalAliases(args []shellField) signal {
	for _, a := range args {
		name, _, assigned := strings.Cut(a.text, "=")
		if assigned && name != strings.ToUpper(name) {
			return r.lose("a global alias")
		}
	}
	return onward
}

func (r *shellRun) unalias(args []shellField) signal {
	for _, a := range args {
		if a.text == "-a" {
			clear(r.st.aliases)
		}
		delete(r.st.aliases, a.text)
	}
	return succeed(r, nil)
}

func (r *shellRun) unfunction(args []shellField) signal {
	for _, a := range args {
		delete(r.st.funcs, a.text)
	}
	return succeed(r, nil)
}

func (r *shellRun) shopt(args []shellField) signal {
	on := slices.ContainsFunc(args, func(a shellField) bool { return a.text == "-s" })
	off := slices.ContainsFunc(args, func(a shellField) bool { return a.text == "-u" })
	r.st.status = shellStatus{}
	for _, a := range args {
		switch {
		case strings.HasPrefix(a.text, "-"):
		case on || off:
			r.st.options[a.text] = on
		case a.text == "posix":
			r.st.status = shellStatus{code: 1}
		case a.text == "login_shell":
			r.st.status = statusOf(decided(r.login))
		default:
			r.st.status = shellStatus{why: r.because("a shell option")}
		}
	}
	return onward
}

// zshOption is an option as zsh compares them: NO_NOMATCH is nonomatch.
func zshOption(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }

// hazards are the options of zsh that change what later lines mean.
var hazards = words(`shwordsplit kshglob ksharrays errexit globsubst shglob norcs norc noexec kshtypeset posixbuiltins noglob errreturn`)

func (r *shellRun) setopt(args []shellField) signal {
	for _, a := range args {
		name := zshOption(a.text)
		if name == "nullglob" || name == "nonomatch" || name == "allexport" || name == "noglobalrcs" {
			r.st.options[name] = true
		}
		if hazards[name] || a.why != "" {
			return r.lose("setopt %s", a.text)
		}
	}
	return succeed(r, nil)
}

func (r *shellRun) unsetopt(args []shellField) signal {
	for _, a := range args {
		switch name := zshOption(a.text); name {
		case "nomatch", "globalrcs":
			r.st.options["no"+name] = true
		case "rcs", "glob", "rc", "exec":
			return r.lose("unsetopt %s", a.text)
		default:
			delete(r.st.options, name)
		}
	}
	return succeed(r, nil)
}

// emulate makes zsh behave like another shell; in a function it ends with it.
func (r *shellRun) emulate(args []shellField) signal {
	for i, a := range args {
		if a.text == "-c" && i+1 < len(args) {
			return r.eval(args[i+1].shellText)
		}
	}
	if len(args) > 0 && args[len(args)-1].text == "zsh" {
		return succeed(r, nil)
	}
	return r.lose("emulate")
}
