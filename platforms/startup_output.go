package platforms

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// write is output of a command, kept only while a substitution collects it.
func (r *shellRun) write(t shellText) {
	if !r.st.capturing {
		return
	}
	if len(r.st.out.text)+len(t.text) > maxText {
		t = unknownText(r.because("output without end"))
	}
	r.spend(len(t.text) / 64)
	r.st.out = r.st.out.plus(t)
}

// substitute is the output of $(...).
func (r *shellRun) substitute(c *syntax.CmdSubst) shellText {
	if len(c.Stmts) == 1 && c.Stmts[0].Cmd == nil && len(c.Stmts[0].Redirs) == 1 && c.Stmts[0].Redirs[0].Op == syntax.RdrIn {
		return r.contents(r.single(c.Stmts[0].Redirs[0].Word)) // $(<file)
	}
	return r.captured(c.Stmts)
}

func (r *shellRun) captured(stmts []*syntax.Stmt) shellText {
	r.substituted++
	if r.depth > maxDepth*4 {
		return unknownText(r.because("commands inside commands"))
	}
	capturing, out := r.st.capturing, r.st.out
	r.st.capturing, r.st.out = true, shellText{}
	r.aside(func() signal { return r.stmts(stmts) })
	t := r.st.out
	r.st.capturing, r.st.out = capturing, out
	return t
}

// processSubst is <(...): a file whose text is remembered under a made-up name.
func (r *shellRun) processSubst(p *syntax.ProcSubst) shellText {
	t := r.captured(p.Stmts)
	if p.Op != syntax.CmdIn {
		return unknownText(r.because("a file that is written to a command"))
	}
	name := "/dev/fd/" + itoa(len(r.pipes)+63)
	if r.pipes == nil {
		r.pipes = map[string]shellText{}
	}
	r.pipes[name] = t
	return knownText(name)
}

// contents is the text of a file.
func (r *shellRun) contents(path shellText) shellText {
	path = r.absolute(path)
	if path.why != "" {
		return path
	}
	if t, ok := r.pipes[path.text]; ok {
		return t
	}
	if v, ok := r.st.made[path.text]; ok {
		return unknownText(v.why)
	}
	text, err := r.h.ReadFile(r.ctx, path.text)
	if err != nil {
		return unknownText(r.because("read %s: %v", path.text, err))
	}
	return knownText(text)
}

func (r *shellRun) echo(args []shellField) signal {
	newline := true
	for len(args) > 0 && (args[0].text == "-n" || args[0].text == "-e" || args[0].text == "-E") && args[0].why == "" {
		newline = newline && args[0].text != "-n"
		args = args[1:]
	}
	var t shellText
	for i, a := range args {
		if i > 0 {
			t = t.plus(knownText(" "))
		}
		t = t.plus(a.shellText)
	}
	if newline {
		t = t.plus(knownText("\n"))
	}
	if strings.Contains(t.text, `\`) && !r.isBash() {
		t = unknownText(r.because("echo with a backslash"))
	}
	r.write(t)
	return succeed(r, nil)
}

func (r *shellRun) print(args []shellField) signal {
	newline := true
	for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
		if strings.Trim(args[0].text, "-rn") != "" {
			r.write(unknownText(r.because("print %s", args[0].text)))
			return succeed(r, nil)
		}
		newline = newline && !strings.Contains(args[0].text, "n")
		args = args[1:]
	}
	sig := r.echo(append([]shellField{{shellText: knownText("-n")}}, args...))
	if newline {
		r.write(knownText("\n"))
	}
	return sig
}

// printf knows %s, %% and \n.
func (r *shellRun) printf(args []shellField) signal {
	if len(args) > 0 && args[0].text == "-v" {
		if len(args) > 1 && syntax.ValidName(args[1].text) {
			r.set(args[1].text, shellVar{why: r.because("printf"), isSet: true})
			return succeed(r, nil)
		}
		return r.lose("printf -v")
	}
	if len(args) > 0 && args[0].text == "--" {
		args = args[1:]
	}
	if len(args) == 0 || args[0].why != "" {
		r.write(unknownText(r.because("printf")))
		return succeed(r, nil)
	}
	format, rest := args[0].text, texts(args[1:])
	for first := true; first || len(rest) > 0; first = false {
		t, left := r.format(format, rest)
		r.write(t)
		if t.why != "" || len(left) == len(rest) {
			break
		}
		rest = left
	}
	return succeed(r, nil)
}

func (r *shellRun) format(format string, args []shellText) (shellText, []shellText) {
	var t shellText
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c != '%' && c != '\\' || i+1 == len(format) {
			t = t.plus(knownText(string(c)))
			continue
		}
		i++
		switch pair := string(c) + string(format[i]); pair {
		case "%s":
			if len(args) > 0 {
				t, args = t.plus(args[0]), args[1:]
			}
		case "%%":
			t = t.plus(knownText("%"))
		case `\n`:
			t = t.plus(knownText("\n"))
		case `\t`:
			t = t.plus(knownText("\t"))
		case `\\`:
			t = t.plus(knownText(`\`))
		default:
			return unknownText(r.because("printf %s", pair)), args
		}
	}
	return t, args
}

// read takes a line of standard input.
func (r *shellRun) read(args []shellField) signal {
	var names []string
	for _, arg := range args {
		a := arg.text
		if strings.HasPrefix(a, "-") {
			if strings.Trim(a, "-rs") != "" {
				return r.readsAll(args)
			}
			continue
		}
		names = append(names, a)
	}
	if r.st.in == nil || r.st.in.why != "" && !strings.Contains(r.st.in.text, "\n") || len(names) != 1 {
		return r.readsAll(args)
	}
	line, rest, ended := strings.Cut(r.st.in.text, "\n")
	next := shellText{text: rest, why: r.st.in.why}
	r.st.in = &next
	if ifs, ok := r.ifs(); ok {
		line = strings.TrimFunc(line, func(c rune) bool { return strings.ContainsRune(" \t\n", c) && strings.ContainsRune(ifs, c) })
	}
	if strings.Contains(line, `\`) {
		return r.readsAll(args)
	}
	r.set(names[0], scalarVar(knownText(line)))
	r.st.status = statusOf(decided(ended))
	return onward
}

// readsAll is a builtin that fills variables with what is not known here.
func (r *shellRun) readsAll(args []shellField) signal {
	why := r.because("a value that is read while it runs")
	for _, a := range args {
		if name, _, _ := strings.Cut(a.text, "="); syntax.ValidName(name) {
			r.set(name, shellVar{why: why})
		} else if a.why != "" {
			return r.lose("a value that is read while it runs")
		}
	}
	r.st.status = shellStatus{why: why}
	return onward
}
