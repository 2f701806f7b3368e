package platforms

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// get is a variable of the present state.
func (r *shellRun) get(name string) shellVar {
	if r.isZsh() && name == "path" {
		v := r.get("PATH")
		v.array = true
		if v.why == "" && len(v.list) > 0 {
			v.list = splitColons(v.list[0])
		}
		return v
	}
	return r.inherited(r.st, name)
}

func splitColons(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ":")
}

func (r *shellRun) getText(name string) shellText { return r.get(name).scalar() }

// scalar is what $NAME stands for in a string.
func (v shellVar) scalar() shellText {
	switch {
	case v.why != "":
		t := shellText{why: v.why, some: v.some}
		if len(v.list) > 0 {
			t.text = v.list[0]
		}
		return t
	case !v.isSet || len(v.list) == 0:
		return shellText{}
	}
	return knownText(v.list[0])
}

// set assigns a variable, keeping its attributes.
func (r *shellRun) set(name string, v shellVar) {
	if r.isZsh() && name == "path" {
		r.setPathList(v)
		return
	}
	old := r.st.vars[name]
	v.exported, v.unique = v.exported || old.exported || r.st.options["allexport"], v.unique || old.unique
	if v.unique && v.why == "" {
		v.list = dropTwins(v.list, name == "PATH")
	}
	r.st.vars[name] = v
}

// setPathList assigns path of zsh, which PATH follows. Each of the two has its own
// mark for being unique, which counts when that one is assigned.
func (r *shellRun) setPathList(v shellVar) {
	if v.unique {
		r.st.options[uniquePath] = true
	}
	if r.st.options[uniquePath] {
		v.list = dropTwins(v.list, false)
	}
	old := r.st.vars["PATH"]
	r.st.vars["PATH"] = shellVar{list: []string{strings.Join(v.list, ":")}, why: v.why, some: v.some, isSet: true,
		exported: old.exported, unique: old.unique}
}

const uniquePath = "typeset -U path"

// dropTwins is what typeset -U leaves: the first of each.
func dropTwins(list []string, path bool) []string {
	if path && len(list) == 1 {
		return []string{strings.Join(dropTwins(splitColons(list[0]), false), ":")}
	}
	seen := map[string]bool{}
	var kept []string
	for _, s := range list {
		if !seen[s] {
			kept = append(kept, s)
		}
		seen[s] = true
	}
	return kept
}

func (m *wordMaker) param(p *syntax.ParamExp, quoted bool) {
	vals, isList := m.r.param(p, quoted)
	if !isList {
		if p.Split == syntax.OptOn && !quoted {
			m.splitAdd(vals[0])
			return
		}
		m.expanded(vals[0], quoted)
		return
	}
	for i, v := range vals {
		if i > 0 {
			m.next()
		}
		if v.why == "" && v.text == "" && !quoted {
			continue
		}
		m.expanded(v, quoted)
		m.begun = true
	}
}

// param is the value of an expansion: one string, or a list that falls into as
// many words.
func (r *shellRun) param(p *syntax.ParamExp, quoted bool) (vals []shellText, isList bool) {
	fail := func(what string) ([]shellText, bool) {
		return []shellText{unknownText(r.because("%s", what))}, false
	}
	if p.Width || p.Names != 0 || p.RcExpand == syntax.OptOn || p.GlobSubst == syntax.OptOn {
		return fail("an expansion that devdoctor does not follow")
	}
	if p.IsSet {
		return []shellText{r.flagText(r.isSet(p))}, false
	}
	v, ok := r.paramVar(p)
	if !ok {
		return fail("an expansion that devdoctor does not follow")
	}
	if p.Length {
		return []shellText{r.length(v)}, false
	}
	list, isList := r.elements(v, p, quoted)
	if p.Exp != nil {
		if t, done := r.alternative(p.Exp, v, p); done {
			return t.vals, t.isList
		}
	}
	for i, t := range list {
		list[i] = r.edited(t, p)
	}
	if p.Exp != nil && p.Exp.Op == syntax.MatchEmpty {
		list, isList = r.without(list, p.Exp.Word), isList && v.array
	}
	return r.flagged(list, isList, p)
}

func (r *shellRun) flagText(v verdict) shellText {
	switch {
	case v.why != "":
		return shellText{why: v.why, some: true}
	case v.holds:
		return knownText("1")
	}
	return knownText("0")
}

// paramVar is the variable that an expansion speaks of.
func (r *shellRun) paramVar(p *syntax.ParamExp) (shellVar, bool) {
	if p.NestedParam != nil {
		switch n := p.NestedParam.(type) {
		case *syntax.ParamExp:
			vals, isList := r.param(n, false)
			return varOf(vals, isList), true
		case *syntax.CmdSubst:
			t := r.substitute(n)
			t.text = strings.TrimRight(t.text, "\n")
			return scalarVar(t), true
		}
		return shellVar{}, false
	}
	if p.Param == nil {
		return shellVar{}, false
	}
	name := p.Param.Value
	if p.Excl {
		t := r.getText(name)
		if t.why != "" || !syntax.ValidName(t.text) {
			return shellVar{}, false
		}
		return r.get(t.text), true
	}
	if v, ok := r.special(name); ok {
		return v, true
	}
	return r.get(name), true
}

func varOf(vals []shellText, isList bool) shellVar {
	v := shellVar{isSet: true, array: isList}
	for _, t := range vals {
		if t.why != "" {
			return shellVar{isSet: true, array: isList, why: t.why, some: t.some}
		}
		v.list = append(v.list, t.text)
	}
	return v
}

// special is a parameter that no start file can assign.
func (r *shellRun) special(name string) (shellVar, bool) {
	switch name {
	case "@", "*", "argv":
		v := varOf(r.st.args, true)
		v.isSet = len(r.st.args) > 0
		return v, name != "argv" || r.isZsh()
	case "#":
		return scalarVar(knownText(itoa(len(r.st.args)))), true
	case "?":
		if r.st.status.why != "" {
			return shellVar{why: r.st.status.why, some: true, isSet: true}, true
		}
		return scalarVar(knownText(itoa(r.st.status.code))), true
	case "-":
		return scalarVar(knownText(map[string]string{"bash": "himBHs", "zsh": "569XZims", "sh": "smi"}[r.kind])), true
	case "0":
		if r.isZsh() && len(r.frames) == 0 {
			return scalarVar(knownText(r.source)), true
		}
		return shellVar{why: r.because("$0"), some: true, isSet: true}, true
	case "PWD":
		v := scalarVar(r.st.dir)
		v.some = true
		return v, true
	case "$", "!", "_", "OLDPWD", "PPID", "RANDOM", "SECONDS", "LINENO":
		return shellVar{why: r.because("$%s", name), some: name != "!", isSet: true}, true
	}
	if n, ok := atoi(name); ok {
		if n > 0 && n <= len(r.st.args) {
			return scalarVar(r.st.args[n-1]), true
		}
		return shellVar{}, true
	}
	return shellVar{}, false
}

// elements is the list that a variable stands for, after its subscript.
func (r *shellRun) elements(v shellVar, p *syntax.ParamExp, quoted bool) ([]shellText, bool) {
	isList := v.array && (r.isZsh() && !quoted || p.Param != nil && p.Param.Value == "@" || !quoted && v.array && p.Param != nil && p.Param.Value == "*")
	whole := p.Param != nil && (p.Param.Value == "@" || p.Param.Value == "*") || r.isZsh()
	if p.Index != nil {
		switch index := arithText(p.Index); {
		case index == "@" || index == "*" && !quoted:
			isList, whole = true, true
		case index == "*":
			whole = true
		default:
			return r.subscript(v, p.Index)
		}
	}
	if v.why != "" {
		return []shellText{v.scalar()}, false
	}
	var list []shellText
	for _, s := range v.list {
		list = append(list, knownText(s))
	}
	switch {
	case isList:
		return list, true
	case len(list) == 0:
		return []shellText{{}}, false
	case whole && v.array:
		ifs, ok := r.ifs()
		if !ok {
			return []shellText{unknownText(r.because("an unknown IFS"))}, false
		}
		return []shellText{knownText(strings.Join(v.list, ifs[:min(1, len(ifs))]))}, false
	}
	return list[:1], false
}

func arithText(x syntax.ArithmExpr) string {
	if w, ok := x.(*syntax.Word); ok {
		return wordText(w)
	}
	return ""
}

// subscript is one element, or in zsh the range a,b.
func (r *shellRun) subscript(v shellVar, index syntax.ArithmExpr) ([]shellText, bool) {
	unknown := []shellText{unknownText(r.because("an element of a list"))}
	if v.why != "" {
		return []shellText{unknownText(v.why)}, false
	}
	if b, ok := index.(*syntax.BinaryArithm); ok && b.Op == syntax.Comma && v.array {
		from, why1 := r.arith(b.X)
		to, why2 := r.arith(b.Y)
		if why1 != "" || why2 != "" {
			return unknown, false
		}
		lo, hi := position(from, len(v.list)), position(to, len(v.list))
		var list []shellText
		for i := max(lo, 0); i <= hi && i < len(v.list); i++ {
			list = append(list, knownText(v.list[i]))
		}
		return list, true
	}
	n, why := r.arith(index)
	if why != "" || r.isZsh() && !v.array {
		return unknown, false
	}
	if r.isZsh() {
		n = position(n, len(v.list))
	} else if n < 0 {
		n += len(v.list)
	}
	if n < 0 || n >= len(v.list) {
		return []shellText{{}}, false
	}
	return []shellText{knownText(v.list[n])}, false
}

// position is an index of zsh, which counts from 1 and backwards from -1, as an
// index of Go.
func position(n, length int) int {
	if n < 0 {
		return length + n
	}
	return n - 1
}

func (r *shellRun) length(v shellVar) shellText {
	switch {
	case v.why != "":
		return shellText{why: v.why, some: true}
	case v.array:
		return knownText(itoa(len(v.list)))
	}
	return knownText(itoa(len([]rune(v.scalar().text))))
}

type expanded struct {
	vals   []shellText
	isList bool
}

// alternative is ${NAME:-word} and its kin; done is false for other operators.
func (r *shellRun) alternative(e *syntax.Expansion, v shellVar, p *syntax.ParamExp) (expanded, bool) {
	word := func() shellText { return r.assigned(e.Word) }
	missing, null := decided(!v.isSet), v.scalar().empty()
	if v.array && v.why == "" {
		null = decided(len(v.list) == 0)
	}
	if v.why != "" && !v.isSet {
		missing = maybe(v.why)
		if v.some {
			missing = no
		}
	}
	absent := missing
	switch e.Op {
	case syntax.AlternateUnsetOrNull, syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull, syntax.ErrorUnsetOrNull:
		if absent = null; missing.why == "" && missing.holds {
			absent = yes
		}
	}
	switch e.Op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		switch {
		case absent.why != "":
			return expanded{vals: []shellText{unknownText(absent.why)}}, true
		case absent.holds:
			return expanded{vals: []shellText{{}}}, true
		}
		return expanded{vals: []shellText{word()}}, true
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		switch {
		case absent.why != "":
			w := word()
			return expanded{vals: []shellText{{why: absent.why, some: w.text != "" || w.some}}}, true
		case absent.holds:
			w := word()
			if e.Op == syntax.AssignUnset || e.Op == syntax.AssignUnsetOrNull {
				r.set(p.Param.Value, scalarVar(w))
			}
			return expanded{vals: []shellText{w}}, true
		}
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		if absent.why != "" || absent.holds {
			r.lose("a required variable, without which the shell gives its start files up")
			return expanded{vals: []shellText{unknownText(r.st.lost)}}, true
		}
	}
	return expanded{}, false
}
