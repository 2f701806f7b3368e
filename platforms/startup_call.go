package platforms

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

const unknownAlias = "\x00"

// call follows a simple command: assignments, a function, a builtin or a program.
func (r *shellRun) call(c *syntax.CallExpr) signal {
	r.st.failed = false
	if len(c.Args) == 0 {
		before := r.substituted
		for _, a := range c.Assigns {
			r.assign(a)
		}
		if r.substituted == before { // else the status is that of the last substitution
			r.st.status = shellStatus{}
		}
		return onward
	}
	if text, ok := r.aliased(c); ok {
		return r.eval(text)
	}
	args := r.commandFields(c.Args)
	if r.st.failed {
		return r.gaveUp()
	}
	if len(args) == 0 {
		return onward
	}
	saved := map[string]savedVar{}
	for _, a := range c.Assigns {
		old, had := r.st.vars[a.Name.Value]
		saved[a.Name.Value] = savedVar{old, had}
		r.assign(a)
	}
	sig := r.words(args)
	if r.kind == "sh" && specialBuiltins.has(args[0].text) {
		return sig // POSIX: assignments in front of these stay
	}
	for name, old := range saved {
		if old.had {
			r.st.vars[name] = old.v
		} else {
			delete(r.st.vars, name)
		}
	}
	return sig
}

// commandFields are the words of a command. The arguments of export and its kin
// are assignments also in a shell whose grammar calls them words.
func (r *shellRun) commandFields(words []*syntax.Word) []shellField {
	switch words[0].Lit() {
	case "export", "readonly", "local", "alias":
	default:
		return r.fields(words)
	}
	if r.kind != "sh" {
		return r.fields(words)
	}
	all := r.fields(words[:1])
	for _, w := range words[1:] {
		first, ok := w.Parts[0].(*syntax.Lit)
		name, value, assigned := "", "", false
		if ok {
			name, value, assigned = strings.Cut(first.Value, "=")
		}
		if !assigned || !syntax.ValidName(name) {
			all = append(all, r.fields([]*syntax.Word{w})...)
			continue
		}
		parts := append([]syntax.WordPart{&syntax.Lit{Value: value}}, w.Parts[1:]...)
		t := knownText(name + "=").plus(r.assigned(&syntax.Word{Parts: parts}))
		all = append(all, shellField{shellText: t})
	}
	return all
}

// gaveUp is what becomes of a start file when a pattern matches nothing: zsh gives
// up the file, bash only the command.
func (r *shellRun) gaveUp() signal {
	r.st.status, r.st.failed = shellStatus{code: 1}, false
	if r.isZsh() {
		return leaveFile
	}
	return onward
}

// aliased is the command line that an alias makes of a command.
func (r *shellRun) aliased(c *syntax.CallExpr) (shellText, bool) {
	name := c.Args[0].Lit()
	value, ok := r.st.aliases[name]
	if !ok || name == "" || len(c.Assigns) > 0 {
		return shellText{}, false
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	if first == name || value == unknownAlias {
		if isBuiltin(r.kind, name) || r.st.funcs[name].body != nil {
			return unknownText(r.because("the alias %s", name)), true
		}
		return shellText{}, false
	}
	text := knownText(first + " " + rest)
	for _, w := range c.Args[1:] {
		text = text.plus(knownText(" ")).plus(knownText("'" + r.single(w).text + "'"))
		if t := r.single(w); t.why != "" || strings.Contains(t.text, "'") {
			return unknownText(r.because("the alias %s", name)), true
		}
	}
	return text, true
}

// words follows a command whose words are expanded.
func (r *shellRun) words(args []shellField) signal {
	name := args[0]
	if name.why != "" {
		if name.many && len(args) == 1 && name.harmless {
			return onward
		}
		return r.loseAs(name.why)
	}
	if r.isZsh() && (name.text == "repeat" || name.text == "foreach") {
		return r.lose("%s", name.text)
	}
	if f, ok := r.st.funcs[name.text]; ok {
		return r.callFunction(f, texts(args[1:]))
	}
	return r.notFunction(name.text, args[1:])
}

func (r *shellRun) notFunction(name string, args []shellField) signal {
	if known, ok := r.initFunction(name, args); ok {
		return known
	}
	if do, ok := builtins()[name]; ok && isBuiltin(r.kind, name) {
		return do(r, args)
	}
	if isBuiltin(r.kind, name) {
		r.st.status = shellStatus{}
		if neutralButUnsure.has(name) {
			r.st.status = shellStatus{why: r.because("the outcome of %s", name)}
		}
		return onward
	}
	return r.program(name, args)
}

func texts(args []shellField) []shellText {
	all := make([]shellText, len(args))
	for i, a := range args {
		all[i] = a.shellText
	}
	return all
}

// assign follows NAME=value, NAME+=value, NAME=(...) and NAME[i]=value.
func (r *shellRun) assign(a *syntax.Assign) {
	name := a.Name.Value
	v := r.valueOf(a)
	if a.Index != nil {
		v = r.indexed(name, a, v)
	} else if a.Append {
		v = appended(r.get(name), v)
	}
	r.set(name, v)
}

func (r *shellRun) valueOf(a *syntax.Assign) shellVar {
	if a.Array == nil {
		return scalarVar(r.assigned(a.Value))
	}
	v := shellVar{isSet: true, array: true}
	for _, e := range a.Array.Elems {
		if e.Index != nil {
			return shellVar{isSet: true, array: true, why: r.because("a list with keys")}
		}
		for _, f := range r.fields([]*syntax.Word{e.Value}) {
			if f.why != "" && v.why == "" {
				v.why = f.why
			}
			v.list = append(v.list, f.text)
		}
	}
	return v
}

// appended is a variable after +=.
func appended(old, v shellVar) shellVar {
	switch {
	case old.why != "":
		old.some = old.some || v.certainlySome()
		return old
	case v.why != "":
		v.array = old.array
		v.some = v.some || old.certainlySome()
		return v
	case old.array || v.array:
		old.list = append(append([]string(nil), old.list...), v.list...)
		old.array = true
	default:
		old.list = []string{old.scalar().text + v.scalar().text}
	}
	old.isSet = true
	return old
}

// indexed is a list after NAME[i]=value; zsh puts a list in place of a range.
func (r *shellRun) indexed(name string, a *syntax.Assign, v shellVar) shellVar {
	old := r.get(name)
	unknown := shellVar{why: r.because("an element of a list"), isSet: true, array: true}
	if old.why != "" || v.why != "" || a.Append || !r.isZsh() {
		return unknown
	}
	from, to := a.Index, a.Index
	if b, ok := a.Index.(*syntax.BinaryArithm); ok && b.Op == syntax.Comma {
		from, to = b.X, b.Y
	}
	lo, why1 := r.arith(from)
	hi, why2 := r.arith(to)
	lo, hi = position(lo, len(old.list)), position(hi, len(old.list))+1
	if why1 != "" || why2 != "" || !old.array || lo < 0 || lo > len(old.list) || hi > len(old.list) || hi < 0 {
		return unknown
	}
	list := append(append([]string(nil), old.list[:lo]...), v.list...)
	return shellVar{isSet: true, array: true, list: append(list, old.list[max(lo, hi):]...)}
}

// declare follows export, typeset, declare, local and readonly.
func (r *shellRun) declare(c *syntax.DeclClause) signal {
	flags := "" // all the letters behind - and +
	d := declaration{r: r, variant: c.Variant.Value}
	for _, a := range c.Args {
		switch {
		case a.Naked && a.Name == nil:
			more, sig := d.words(flags, r.fields([]*syntax.Word{a.Value}))
			if flags = more; sig != onward {
				return sig
			}
		case a.Naked:
			d.name(flags, a.Name.Value)
		default:
			d.local(flags, a.Name.Value)
			if a.Index == nil && !a.Append && a.Array == nil && r.kind == "bash" && c.Variant.Value == "nameref" {
				return r.lose("a reference to another variable")
			}
			r.assign(a)
			d.mark(flags, a.Name.Value)
		}
	}
	if r.st.failed {
		return r.gaveUp()
	}
	r.st.status = shellStatus{}
	return onward
}

// A declaration is one export, typeset and so on.
type declaration struct {
	r       *shellRun
	variant string
}

// words follows arguments that are text only after their expansion: flags, which it
// adds to those before, and names.
func (d declaration) words(flags string, args []shellField) (string, signal) {
	all := []string{flags}
	for _, a := range args {
		if strings.HasPrefix(a.text, "-") || strings.HasPrefix(a.text, "+") {
			all = append(all, a.text)
		} else if sig := d.word(strings.Join(all, ""), a.shellText); sig != onward {
			return "", sig
		}
	}
	return strings.Join(all, ""), onward
}

// local keeps the outer value of a variable that a function declares.
func (d declaration) local(flags, name string) {
	r := d.r
	if len(r.frames) == 0 || d.variant == "export" || d.variant == "readonly" || strings.Contains(flags, "g") {
		return
	}
	if r.isZsh() && name == "path" {
		name = "PATH"
	}
	saved := r.frames[len(r.frames)-1].saved
	if _, ok := saved[name]; !ok {
		old, had := r.st.vars[name]
		saved[name] = savedVar{old, had}
	}
	if old := r.get(name); !r.isZsh() || !old.exported || !strings.Contains(flags, "x") {
		delete(r.st.vars, name)
		r.st.vars[name] = shellVar{}
	}
}

func (d declaration) name(flags, name string) {
	r := d.r
	if strings.ContainsAny(flags, "fFpT") {
		if strings.Contains(flags, "T") {
			r.set(name, shellVar{why: r.because("a tied variable")})
		}
		return
	}
	d.local(flags, name)
	d.mark(flags, name)
}

// mark gives a variable its attributes.
func (d declaration) mark(flags, name string) {
	r := d.r
	v := r.get(name)
	if r.isZsh() && name == "path" {
		if strings.Contains(flags, "U") {
			v.unique = true
			r.setPathList(v)
		}
		return
	}
	if v.isSet || v.why != "" {
		v.exported = v.exported || d.variant == "export" || strings.Contains(flags, "x")
	}
	if strings.Contains(flags, "n") && d.variant == "export" {
		v.exported = false
	}
	if strings.ContainsAny(flags, "aA") {
		v.array = true
	}
	if r.isZsh() && strings.Contains(flags, "U") {
		v.unique = !strings.HasPrefix(flags, "+")
	}
	if strings.ContainsAny(flags, "ilu") && v.isSet {
		v.why = r.because("a variable with an attribute")
	}
	r.st.vars[name] = v
	r.set(name, v)
}

// word is an argument that is text only after its expansion: NAME or NAME=value.
func (d declaration) word(flags string, t shellText) signal {
	name, value, assigned := strings.Cut(t.text, "=")
	if !syntax.ValidName(name) || t.why != "" && !assigned {
		if t.why != "" {
			return d.r.lose("a variable whose name is known only while it runs")
		}
		d.r.st.status = shellStatus{code: 1}
		return onward
	}
	if !assigned {
		d.name(flags, name)
		return onward
	}
	d.local(flags, name)
	d.r.set(name, scalarVar(shellText{text: value, why: t.why, some: t.some}))
	d.mark(flags, name)
	return onward
}
