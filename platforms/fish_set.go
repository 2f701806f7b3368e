package platforms

import (
	"slices"
	"strings"
)

func (f *fishRun) setLocal(name string, vals []shellText) {
	v := varOf(vals, true)
	f.st.scopes[len(f.st.scopes)-1].vars[name] = v
}

func (f *fishRun) setGlobal(name string, list []string) {
	old := f.get(name)
	f.st.scopes[0].vars[name] = shellVar{isSet: true, list: list, exported: old.exported || isPathVar(name)}
}

// assign gives a variable its value in a scope: "" is where it is set already, else
// the present function, else global.
func (f *fishRun) assign(scope, name string, v shellVar) {
	v = pathList(name, v)
	if f.spend(len(v.list) / 4); len(v.list) > 10_000 {
		f.steps += maxSteps
	}
	switch scope {
	case "universal":
		old := f.st.univ[name]
		v.exported = v.exported || old.exported
		f.st.univ[name] = v
	case "local":
		f.st.scopes[len(f.st.scopes)-1].vars[name] = v
	case "function":
		f.st.scopes[f.functionScope()].vars[name] = v
	case "global":
		f.putGlobal(name, v)
	default:
		f.assignWhereSet(name, v)
	}
	if name == "fish_user_paths" {
		f.rebuildPath()
	}
}

// pathList cuts the elements of PATH at their colons. fish writes an empty one, which
// means the working directory, as a dot.
func pathList(name string, v shellVar) shellVar {
	if !isPathVar(name) || v.why != "" {
		return v
	}
	var list []string
	for _, s := range v.list {
		for e := range strings.SplitSeq(s, ":") {
			if e == "" {
				e = "."
			}
			list = append(list, e)
		}
	}
	v.list = list
	return v
}

func (f *fishRun) putGlobal(name string, v shellVar) {
	old, ok := f.st.scopes[0].vars[name]
	if !ok {
		old = f.outer(name)
	}
	v.exported = v.exported || old.exported && old.isSet || isPathVar(name)
	f.st.scopes[0].vars[name] = v
}

func (f *fishRun) assignWhereSet(name string, v shellVar) {
	for _, sc := range f.st.visible() {
		if old, ok := sc.vars[name]; ok && (old.isSet || old.why != "") {
			v.exported = v.exported || old.exported
			sc.vars[name] = v
			return
		}
	}
	_, global := f.st.scopes[0].vars[name]
	switch outer := f.outer(name); {
	case !global && (outer.isSet || outer.why != "") || isPathVar(name):
		f.putGlobal(name, v)
	case f.st.univ[name].isSet:
		v.exported = v.exported || f.st.univ[name].exported
		f.st.univ[name] = v
	case f.locals > 0:
		f.st.scopes[f.functionScope()].vars[name] = v
	default:
		f.putGlobal(name, v)
	}
}

// functionScope is the outermost scope of the present function.
func (f *fishRun) functionScope() int {
	for i := len(f.st.scopes) - 1; i > 0; i-- {
		if f.st.scopes[i].function {
			return i
		}
	}
	return 0
}

// A setCall is the options of set.
type setCall struct {
	scope                                string
	export, unexport                     bool
	append, prepend, erase, query, lists bool
}

func (f *fishRun) set(args []shellField) signal {
	var c setCall
	for len(args) > 0 && strings.HasPrefix(args[0].text, "-") && len(args[0].text) > 1 && args[0].why == "" {
		opt := args[0].text
		args = args[1:]
		if opt == "--" {
			break
		}
		if !c.option(opt) {
			return f.forget("set %s", opt)
		}
	}
	if len(args) == 0 || c.lists {
		f.st.sh.status = shellStatus{}
		return onward
	}
	if args[0].why != "" {
		return f.forget("a variable whose name is known only while it runs")
	}
	switch {
	case c.query:
		return f.setQuery(c, args)
	case c.erase:
		for _, a := range args {
			f.setErase(c, a.text)
		}
		f.st.sh.status = shellStatus{}
		return onward
	}
	return f.setAssign(c, args)
}

func (c *setCall) option(opt string) bool {
	names := []string{opt}
	if !strings.HasPrefix(opt, "--") {
		names = strings.Split(opt[1:], "")
	}
	for _, n := range names {
		switch n {
		case "g", "--global":
			c.scope = "global"
		case "l", "--local":
			c.scope = "local"
		case "f", "--function":
			c.scope = "function"
		case "U", "--universal":
			c.scope = "universal"
		case "x", "--export":
			c.export = true
		case "u", "--unexport":
			c.unexport = true
		case "a", "--append":
			c.append = true
		case "p", "--prepend":
			c.prepend = true
		case "e", "--erase":
			c.erase = true
		case "q", "--query":
			c.query = true
		case "n", "--names", "S", "--show", "L", "--long":
			c.lists = true
		case "--path", "--unpath":
		default:
			return false
		}
	}
	return true
}

func (f *fishRun) inScope(scope, name string) shellVar {
	switch scope {
	case "universal":
		return f.st.univ[name]
	case "global":
		if v, ok := f.st.scopes[0].vars[name]; ok {
			return v
		}
		return f.outer(name)
	case "local":
		return f.st.scopes[len(f.st.scopes)-1].vars[name]
	case "function":
		return f.st.scopes[f.functionScope()].vars[name]
	}
	return f.get(name)
}

func (f *fishRun) setQuery(c setCall, args []shellField) signal {
	missing := 0
	for _, a := range args {
		name, index, sliced := strings.Cut(a.text, "[")
		v := f.inScope(c.scope, name)
		if v.why != "" && !v.isSet {
			f.st.sh.status = shellStatus{why: v.why}
			return onward
		}
		places, _ := pick(knownText(strings.TrimSuffix(index, "]")), len(v.list))
		if !v.isSet || sliced && len(places) == 0 {
			missing++
		}
	}
	f.st.sh.status = shellStatus{code: missing}
	return onward
}

func (f *fishRun) setErase(c setCall, word string) {
	name, index, sliced := strings.Cut(word, "[")
	if sliced {
		v := f.inScope(c.scope, name)
		drop, why := f.places(index, len(v.list))
		if v.why == "" {
			v.why = why
		}
		var kept []string
		for i, s := range v.list {
			if !slices.Contains(drop, i) {
				kept = append(kept, s)
			}
		}
		v.list = kept
		f.assign(c.scope, name, v)
		return
	}
	for i := len(f.st.scopes) - 1; i > 0 && c.scope == ""; i-- {
		if f.st.scopes[i].vars[name].isSet {
			delete(f.st.scopes[i].vars, name)
			return
		}
		if f.st.scopes[i].function {
			break
		}
	}
	switch {
	case c.scope == "universal" || c.scope == "" && !f.inScope("global", name).isSet:
		delete(f.st.univ, name)
	case c.scope == "local":
		delete(f.st.scopes[len(f.st.scopes)-1].vars, name)
	default:
		f.st.scopes[0].vars[name] = shellVar{}
	}
	if name == "fish_user_paths" {
		f.rebuildPath()
	}
}

func (f *fishRun) places(index string, n int) ([]int, string) {
	var all []int
	for w := range strings.FieldsSeq(strings.TrimSuffix(index, "]")) {
		p, why := pick(knownText(w), n)
		if why != "" {
			return nil, f.because("%s", why)
		}
		all = append(all, p...)
	}
	return all, ""
}

func (f *fishRun) setAssign(c setCall, args []shellField) signal {
	name, index, sliced := strings.Cut(args[0].text, "[")
	v := varOf(texts(args[1:]), true)
	v.array, v.exported = false, c.export
	old := f.inScope(c.scope, name)
	if !old.isSet && old.why == "" && c.append != c.prepend && c.scope == "" {
		old = f.get(name)
	}
	switch {
	case sliced:
		places, why := f.places(index, len(old.list))
		if why != "" || old.why != "" || v.why != "" || len(places) != len(v.list) {
			v = shellVar{why: f.because("an element of a list"), isSet: true}
			break
		}
		list := slices.Clone(old.list)
		for i, p := range places {
			list[p] = v.list[i]
		}
		v.list = list
	case old.why != "" && (c.append || c.prepend):
		v.why, v.some = old.why, old.some || len(v.list) > 0
	case c.append && c.prepend:
		v.list = slices.Concat(v.list, old.list, v.list)
	case c.append:
		v.list = slices.Concat(old.list, v.list)
	case c.prepend:
		v.list = slices.Concat(v.list, old.list)
	}
	f.assign(c.scope, name, v)
	if c.unexport {
		f.unexport(name)
	}
	return onward // set leaves the status of a substitution in its words
}

func (f *fishRun) unexport(name string) {
	for _, sc := range f.st.visible() {
		if v, ok := sc.vars[name]; ok {
			v.exported = false
			sc.vars[name] = v
			return
		}
	}
}
