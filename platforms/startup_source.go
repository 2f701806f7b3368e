package platforms

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// sourceCommand is source FILE and . FILE.
func (r *shellRun) sourceCommand(args []shellField) signal {
	if len(args) > 0 && args[0].text == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		r.st.status = shellStatus{code: 2}
		return onward
	}
	path, rest := args[0].shellText, texts(args[1:])
	if path.why != "" {
		return r.loseAs(path.why)
	}
	if t, ok := r.pipes[path.text]; ok {
		return r.eval(t)
	}
	if path.text == "/dev/stdin" && r.st.in != nil {
		return r.eval(*r.st.in)
	}
	if !strings.Contains(path.text, "/") {
		path = r.onPath(path)
	}
	path = r.absolute(path)
	if path.why != "" {
		return r.loseAs(path.why)
	}
	if sig, ok := r.knownFile(path.text, rest); ok {
		return sig
	}
	outer := r.st.args
	if len(rest) > 0 {
		r.st.args = rest
	}
	sig := r.readFile(path.text)
	if len(rest) > 0 {
		r.st.args = outer
	}
	return sig
}

// onPath is where . finds a name without a slash: on PATH, then, in bash and zsh,
// in the working directory.
func (r *shellRun) onPath(name shellText) shellText {
	path := r.getText("PATH")
	if path.why != "" {
		return unknownText(path.why)
	}
	for _, dir := range splitColons(path.text) {
		full := knownText(dir + "/" + name.text)
		if v := r.fileTest("-f", full); v.why != "" {
			return unknownText(v.why)
		} else if v.holds {
			return full
		}
	}
	return name
}

// readFile follows a file as the shell reads it, line by line.
func (r *shellRun) readFile(path string) signal {
	if r.depth > maxDepth || len(r.files) > 2000 {
		return r.lose("files that read one another")
	}
	if v, ok := r.st.made[path]; ok {
		return r.loseAs(v.why)
	}
	text, sig, ok := r.load(path)
	if !ok {
		return sig
	}
	r.files = append(r.files, path)
	if path == "/etc/zsh/zshrc" && fmt.Sprintf("%x", sha256.Sum256([]byte(text))) == debianZshrc {
		return onward
	}
	source, at, mark := r.source, r.at, len(r.pending)
	r.source = path
	r.depth++
	sig = r.catch(mark, r.parse(text), func(s signal) bool { return s == leaveCall || s == leaveFile })
	r.depth--
	r.source, r.at = source, at
	return sig
}

// debianZshrc is the SHA-256 of /etc/zsh/zshrc in Debian's zsh 5.9, which binds keys at
// length and leaves PATH alone. Computed 2026-11-21.
const debianZshrc = "b5204b4125dbb318195b95b54ac329c02bb1867b46d573d40f951c77656b3822"

// load is the text of a file, or what becomes of the command that reads it.
func (r *shellRun) load(path string) (string, signal, bool) {
	i, err := r.h.Stat(r.ctx, path)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && i.Dangling:
		return r.unreadable()
	case err != nil:
		return "", r.loseAs(r.h.Tilde(path) + ": " + err.Error()), false
	case i.IsDir:
		return r.unreadable()
	case path == "/dev/null" || i.Real == "/dev/null":
		r.st.status = shellStatus{}
		return "", onward, false
	case !isRegular(i):
		return "", r.loseAs(r.h.Tilde(path) + " is no ordinary file: a shell may wait for it"), false
	case !i.Readable:
		return r.unreadable()
	}
	text, err := r.h.ReadFile(r.ctx, path)
	if errors.Is(err, ErrNotPermitted) {
		return r.unreadable()
	}
	if err != nil {
		return "", r.loseAs(r.h.Tilde(path) + ": " + err.Error()), false
	}
	return text, onward, true
}

// unreadable is source of a file that is not there. A POSIX shell gives up what
// it is reading; bash and zsh go on.
func (r *shellRun) unreadable() (string, signal, bool) {
	r.st.status = shellStatus{code: 1}
	if r.kind == "sh" && r.source != "" {
		return "", r.dies(), false
	}
	return "", onward, false
}

// dies is an error that makes a POSIX shell give up every file it is reading.
func (r *shellRun) dies() signal {
	r.st.aborted = true
	return leaveShell
}

// pathLike is what text holds that may decide PATH.
var pathLike = lazily(`(?im)path|\b(source|eval|exec|exit|return|nvm|conda|asdf|set -e|function)\b|^\s*\.\s|\(\)`)

// zshShort are short forms of for that the parser does not know.
var zshShort = []struct {
	re   func() *regexp.Regexp
	with string
}{
	{lazily(`(?m)^(\s*)for (\w+) \(([^()\n]*)\)[ \t]*;?[ \t]*do\b`), "${1}for ${2} in ${3}; do"},
	{lazily(`(?m)^(\s*)for (\w+) \(([^()\n]*)\)[ \t]*\{`), "${1}for ${2} in ${3}; {"},
	{lazily(`(?m)^(\s*)for (\w+) \(([^()\n]*)\)[ \t]*([^;{\n]+)$`), "${1}for ${2} in ${3}; do ${4}; done"},
}

// listElement is ${NAME[0]}, which dash reads and refuses only when it comes to it:
// ${unset:?} says the same in a grammar without lists.
var listElement = lazily(`\$\{\w+\[[^\]{}\n]*\]\}`)

const refused = "${a_list_in_dash:?}"

func (r *shellRun) parse(text string) signal {
	if nesting(text) > maxNesting || len(text) > maxText/2 {
		return r.lose("%s is too large to follow", r.h.Tilde(r.source))
	}
	if strings.Contains(text, "\x00") { // bash 5.2 leaves out lines behind it, zsh and dash do not
		return r.lose("bytes that are no text")
	}
	text = strings.ToValidUTF8(text, "\ufffd") // a shell takes bytes as they come, the parser does not
	lang := map[string]syntax.LangVariant{"bash": syntax.LangBash, "zsh": syntax.LangZsh, "sh": syntax.LangPOSIX}[r.kind]
	if r.isZsh() && strings.Contains(text, "for ") {
		for _, s := range zshShort {
			text = s.re().ReplaceAllString(text, s.with)
		}
	}
	if r.kind == "sh" && r.h.OS == Linux && strings.Contains(text, "]}") {
		text = listElement().ReplaceAllLiteralString(text, refused)
	}
	if strings.Contains(text, "\r\n") {
		text = toMark(text)
	}
	r.spend(len(text) / 256)
	// A shell runs a line once it has read the whole of it.
	var group []*syntax.Stmt
	end, line, sig := uint(0), uint(1), onward
	var broken error
	// Called, not ranged over: v3.14.1 yields once more after it was told to stop.
	syntax.NewParser(syntax.Variant(lang)).StmtsSeq(strings.NewReader(text))(func(s *syntax.Stmt, err error) bool {
		if sig != onward || err != nil {
			broken = err
			return false
		}
		if len(group) > 0 && s.Pos().Line() > line {
			sig, group = r.stmts(group), nil
		}
		group = append(group, s)
		end, line = s.End().Offset(), s.End().Line()
		return sig == onward
	})
	from := min(int(end), len(text))
	if sig == onward && (broken == nil || endsLine(text[from:])) {
		sig = r.stmts(group)
	}
	if broken != nil && sig == onward {
		return r.syntaxError(text, from, line, broken)
	}
	return sig
}

// endsLine reports whether nothing but a comment is left of a line.
func endsLine(rest string) bool {
	rest, _, _ = strings.Cut(rest, "\n")
	rest = strings.TrimLeft(rest, " \t;&")
	return rest == "" || rest[0] == '#'
}

// nesting bounds how deep the parser may have to go into a text.
func nesting(text string) int {
	deepest, depth := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '{', '[', '`':
			depth++
			deepest = max(deepest, depth)
		case ')', '}', ']', '\n':
			if depth > 0 && text[i] != '\n' {
				depth--
			}
		}
	}
	return deepest
}

func (r *shellRun) evalCommand(args []shellField) signal {
	var t shellText
	for i, a := range args {
		if i > 0 {
			t = t.plus(knownText(" "))
		}
		t = t.plus(a.shellText)
	}
	return r.eval(t)
}

// eval follows text that was made while the files are read.
func (r *shellRun) eval(t shellText) signal {
	if t.harmless {
		r.st.status = shellStatus{}
		r.st.opaque = r.at
		return onward
	}
	if t.why != "" {
		return r.loseAs(t.why)
	}
	if r.depth > maxDepth {
		return r.lose("commands that make commands")
	}
	r.st.status = shellStatus{}
	r.inEval++
	r.depth++
	sig := r.parse(t.text)
	r.inEval--
	r.depth--
	if sig == leaveCall && len(r.frames) == 0 && !r.isZsh() {
		return leaveCall
	}
	return sig
}

// execCommand puts another program in place of the shell.
func (r *shellRun) execCommand(args []shellField) signal {
	login := false
	for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
		switch args[0].text {
		case "-l":
			login = true
		case "-a":
			args = args[1:]
		}
		if len(args) > 0 {
			args = args[1:]
		}
	}
	if len(args) == 0 {
		return succeed(r, nil)
	}
	if args[0].why != "" {
		r.lose("exec of a program whose name is known only while it runs")
		return leaveShell
	}
	_, v := r.findProgram(args[0].text)
	return r.either(v, func() signal { return r.handOver(args, login) }, func() signal {
		r.st.closed = r.at // bash 5.2, zsh 5.9 and dash 0.5.12 end, though they are interactive
		return leaveShell
	})
}

func (r *shellRun) handOver(args []shellField, login bool) signal {
	name := args[0].text[strings.LastIndexByte(args[0].text, '/')+1:]
	for _, a := range args[1:] {
		switch a.text {
		case "-l", "--login":
			login = true
		case "-i", "--interactive":
		case "-il", "-li":
			login = true
		default:
			r.lose("exec of %s with arguments", name)
			return leaveShell
		}
	}
	switch name {
	case "bash", "zsh", "fish", "dash", "sh":
		r.st.handed = name
		if login {
			r.st.handed += " -l"
		}
	default:
		r.lose("exec of %s", name)
	}
	return leaveShell
}
