package platforms

import (
	"maps"
	"slices"
	"strings"
)

// A fishState is what fish remembers while it reads its configuration.
type fishState struct {
	scopes []fishScope // global first, then those of functions and blocks
	univ   map[string]shellVar
	funcs  map[string]*fishFunc
	sh     *shellState // working directory, output, what was made: as in other shells
	added  []string    // the entries of fish_user_paths that are in PATH because of it
	why    string      // why added is unknown
	lost   string      // why every variable that is not in scopes is unknown
}

// A fishScope is the variables of a block. A function hides those of its callers.
type fishScope struct {
	vars     map[string]shellVar
	function bool
}

type fishFunc struct {
	name   string
	args   []string // --argument-names
	body   []*fishJob
	file   string
	shares bool // --no-scope-shadowing
}

func newFishState() *fishState {
	return &fishState{scopes: []fishScope{{vars: map[string]shellVar{}}}, univ: map[string]shellVar{},
		funcs: map[string]*fishFunc{}, sh: newShellState()}
}

func (s *fishState) clone() *fishState {
	c := *s
	c.scopes = make([]fishScope, len(s.scopes))
	for i, sc := range s.scopes {
		c.scopes[i] = fishScope{maps.Clone(sc.vars), sc.function}
	}
	c.univ, c.funcs, c.sh = maps.Clone(s.univ), maps.Clone(s.funcs), s.sh.clone()
	return &c
}

func (s *fishState) size() int {
	n := 1 + len(s.univ)/8 + len(s.funcs)/8
	for _, sc := range s.scopes {
		n += 1 + len(sc.vars)/8
	}
	return n
}

// visible is the scopes that the present function sees, innermost first.
func (s *fishState) visible() []fishScope {
	var seen []fishScope
	for i := len(s.scopes) - 1; i > 0; i-- {
		seen = append(seen, s.scopes[i])
		if s.scopes[i].function {
			break
		}
	}
	return append(seen, s.scopes[0])
}

// joinFish is what is known when it is not known which of two states fish is in.
func joinFish(a, b *fishState, why string, given func(string) shellVar) *fishState {
	n := min(len(a.scopes), len(b.scopes))
	a.scopes, b.scopes = a.scopes[:n], b.scopes[:n]
	c := a.clone()
	c.sh = join(a.sh, b.sh, why, func(s *shellState, name string) shellVar { return s.vars[name] })
	for i := range c.scopes {
		missing := func(string) shellVar { return shellVar{} }
		if i == 0 {
			missing = given
		}
		c.scopes[i].vars = joinVars(a.scopes[i].vars, b.scopes[i].vars, why, missing)
	}
	c.univ = joinVars(a.univ, b.univ, why, func(string) shellVar { return shellVar{} })
	for name := range union(a.funcs, b.funcs) {
		if a.funcs[name] != b.funcs[name] {
			c.funcs[name] = nil
		}
	}
	if c.lost == "" {
		c.lost = b.lost
	}
	if !slices.Equal(a.added, b.added) || a.why != b.why {
		c.why = why
	}
	return c
}

func joinVars(a, b map[string]shellVar, why string, missing func(string) shellVar) map[string]shellVar {
	c := map[string]shellVar{}
	for name := range union(a, b) {
		v, ok := a[name]
		if !ok {
			v = missing(name)
		}
		w, ok := b[name]
		if !ok {
			w = missing(name)
		}
		if !v.same(w) || v.exported != w.exported {
			u := shellVar{why: why, exported: v.exported || w.exported, isSet: v.isSet && w.isSet, some: v.certainlySome() && w.certainlySome()}
			if v.why != "" {
				u.why = v.why
			} else if w.why != "" {
				u.why = w.why
			}
			v = u
		}
		c[name] = v
	}
	return c
}

// isPathVar reports whether fish cuts a variable at its colons.
func isPathVar(name string) bool { return name == "PATH" || name == "MANPATH" || name == "CDPATH" }

// get is a variable as the present function sees it. An erased one stands in the
// global scope as one that is not set, so that the environment's does not shine through.
func (f *fishRun) get(name string) shellVar {
	for _, sc := range f.st.visible() {
		if v, ok := sc.vars[name]; ok && (v.isSet || v.why != "") {
			return v
		}
	}
	if _, erased := f.st.scopes[0].vars[name]; erased {
		return f.universal(name)
	}
	if f.st.lost != "" {
		return shellVar{why: f.st.lost}
	}
	if v := f.outer(name); v.isSet || v.why != "" {
		return v
	}
	return f.universal(name)
}

func (f *fishRun) universal(name string) shellVar { return f.st.univ[name] }

// outer is a variable of the environment, as fish takes it.
func (f *fishRun) outer(name string) shellVar {
	v := f.inherit(name)
	if v.isSet && v.why == "" && isPathVar(name) && len(v.list) > 0 {
		v = pathList(name, v)
	}
	return v
}

// joined is a variable as "$NAME" shows it and programs see it.
func (v shellVar) joined(name string) shellText {
	if v.why != "" {
		return shellText{why: v.why, some: v.some}
	}
	sep := " "
	if isPathVar(name) {
		sep = ":"
	}
	return knownText(strings.Join(v.list, sep))
}
