package platforms

import (
	"slices"
	"strings"
)

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
const hazards wordSet = `shwordsplit kshglob ksharrays errexit globsubst shglob norcs norc noexec kshtypeset posixbuiltins noglob errreturn`

func (r *shellRun) setopt(args []shellField) signal {
	for _, a := range args {
		name := zshOption(a.text)
		if name == "nullglob" || name == "nonomatch" || name == "allexport" || name == "noglobalrcs" {
			r.st.options[name] = true
		}
		if hazards.has(name) || a.why != "" {
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
