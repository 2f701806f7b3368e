package platforms

import (
	"strings"
	"sync"
)

// builtins are the commands of a shell that matter to what a start file does to
// PATH. Those in neutralBuiltins do not.
var builtins func() map[string]func(r *shellRun, args []shellField) signal

// The table refers to functions that look commands up in it. It is made when a start file
// is first read.
func init() { builtins = sync.OnceValue(makeBuiltins) }

func makeBuiltins() map[string]func(r *shellRun, args []shellField) signal {
	return map[string]func(r *shellRun, args []shellField) signal{
		":": succeed, "true": succeed, "false": fail,
		"[": (*shellRun).bracket, "test": (*shellRun).test,
		".": (*shellRun).sourceCommand, "source": (*shellRun).sourceCommand,
		"eval": (*shellRun).evalCommand, "exec": (*shellRun).execCommand,
		"return": (*shellRun).returnCommand, "exit": (*shellRun).exitCommand, "logout": (*shellRun).exitCommand, "bye": (*shellRun).exitCommand,
		"break": (*shellRun).breakCommand, "continue": (*shellRun).continueCommand,
		"export": declares("export"), "readonly": declares("readonly"), "local": declares("local"),
		"declare": declares("declare"), "typeset": declares("typeset"),
		"unset": (*shellRun).unset, "set": (*shellRun).setCommand, "shift": (*shellRun).shift, "trap": (*shellRun).trap,
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

const commonBuiltins wordSet = `. : [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill
	local printf pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait`

const bashBuiltins wordSet = `bind builtin caller compgen complete compopt declare dirs disown enable fc help history let logout mapfile
	popd pushd readarray shopt source suspend typeset`

const zshBuiltins wordSet = `autoload bindkey builtin bye comparguments compcall compctl compdescribe compfiles compgroups compquote compset
	comptags comptry compvalues declare dirs disable disown echotc echoti emulate enable fc float functions getln history integer let
	limit log logout noglob nocorrect popd print private pushd pushln r rehash sched setopt source stat strftime suspend typeset unfunction unhash
	unlimit unsetopt vared whence where which zcompile zformat zle zmodload zparseopts zprof zpty zregexparse zselect zsocket zstyle ztcp`

// specialBuiltins are POSIX's special built-in utilities.
const specialBuiltins wordSet = `break : continue . eval exec exit export readonly return set shift times trap unset`

const dashBuiltins wordSet = `chdir`

// A wordSet is words with white space between them. It is searched as it stands:
// making maps of all tables would be felt at each start of the program.
type wordSet string

func (s wordSet) has(word string) bool {
	for w := range strings.FieldsSeq(string(s)) {
		if w == word {
			return true
		}
	}
	return false
}

// neutralButUnsure are builtins that leave variables alone but may succeed or fail.
const neutralButUnsure wordSet = `autoload zmodload zstyle compgen complete kill wait jobs fg bg zle bindkey`

func isBuiltin(kind, name string) bool {
	switch {
	case commonBuiltins.has(name):
		return true
	case kind == "bash":
		return bashBuiltins.has(name)
	case kind == "zsh":
		return zshBuiltins.has(name)
	}
	return dashBuiltins.has(name)
}

func succeed(r *shellRun, _ []shellField) signal { r.st.status = shellStatus{}; return onward }

func fail(r *shellRun, _ []shellField) signal { r.st.status = shellStatus{code: 1}; return onward }

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
		_, sig := declaration{r, variant}.words("", args)
		return sig
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

// trap runs commands at the end, which is later, or, with DEBUG, before each line.
func (r *shellRun) trap(args []shellField) signal {
	for _, a := range args {
		if a.text == "DEBUG" || a.text == "ERR" || a.text == "ZERR" {
			return r.lose("a trap that runs between the lines")
		}
	}
	return succeed(r, nil)
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
