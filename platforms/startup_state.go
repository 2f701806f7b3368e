package platforms

import (
	"maps"
	"slices"
	"strings"
)

// A shellText is a string that a start file computes, as far as it is known
// without running anything.
type shellText struct {
	text string // all of it, or what is known to come before the unknown rest
	why  string // why the rest is unknown; "" when all of it is known

	some     bool // unknown, but not empty
	harmless bool // unknown, but as a script known to leave PATH alone
}

func knownText(s string) shellText { return shellText{text: s} }

func unknownText(why string) shellText { return shellText{why: why} }

// plus is t followed by u.
func (t shellText) plus(u shellText) shellText {
	if t.why != "" {
		t.some = t.some || u.some || u.text != ""
		t.harmless = t.harmless && (u.harmless || u.why == "")
		return t
	}
	u.harmless = u.harmless && strings.TrimSpace(t.text) == ""
	u.text = t.text + u.text
	return u
}

// empty reports whether t is the empty string.
func (t shellText) empty() verdict {
	switch {
	case t.text != "" || t.some:
		return no
	case t.why != "":
		return maybe(t.why)
	}
	return yes
}

// A verdict is the outcome of a condition, or why it cannot be decided.
type verdict struct {
	holds bool
	why   string
}

var yes, no = verdict{holds: true}, verdict{}

func maybe(why string) verdict { return verdict{why: why} }

func decided(b bool) verdict { return verdict{holds: b} }

func (v verdict) not() verdict {
	if v.why == "" {
		v.holds = !v.holds
	}
	return v
}

// A shellVar is a variable. A scalar is a list of one.
type shellVar struct {
	list  []string
	why   string // why the value is unknown
	some  bool   // unknown, but set and not empty
	isSet bool
	array bool

	unique   bool // zsh's typeset -U
	exported bool
}

func scalarVar(t shellText) shellVar {
	return shellVar{list: []string{t.text}, why: t.why, some: t.some || t.why != "" && t.text != "", isSet: true}
}

func (v shellVar) same(w shellVar) bool {
	return v.why == w.why && v.isSet == w.isSet && v.array == w.array && v.unique == w.unique &&
		v.some == w.some && slices.Equal(v.list, w.list)
}

// A shellState is what a shell remembers while it reads its start files. Values
// in its maps are never altered in place, so that a clone is cheap.
type shellState struct {
	vars    map[string]shellVar
	funcs   map[string]shellFunc
	aliases map[string]string
	options map[string]bool
	made    map[string]verdict // directories and files that the start files make
	args    []shellText        // $1 ...
	dir     shellText          // working directory
	status  shellStatus
	lost    string // why every variable that is not in vars is unknown
	opaque  string // a file that was passed over and may have defined functions
	handed  string // the shell that exec handed over to
	closed  string // where the start files end the shell
	aborted bool   // an error made the shell give up its start files

	out       shellText // standard output, while a substitution collects it
	capturing bool
	in        *shellText // standard input, where it is no terminal
	nvm       bool       // nvm.sh was read
	hooks     []string   // functions that zsh runs before a prompt
	failed    bool       // the last word made the shell give the command up
}

// A shellStatus is an exit status, or why it is unknown.
type shellStatus struct {
	code int
	why  string
}

func (s shellStatus) verdict() verdict {
	if s.why != "" {
		return maybe(s.why)
	}
	return decided(s.code == 0)
}

func statusOf(v verdict) shellStatus {
	switch {
	case v.why != "":
		return shellStatus{why: v.why}
	case v.holds:
		return shellStatus{}
	}
	return shellStatus{code: 1}
}

func newShellState() *shellState {
	return &shellState{
		vars: map[string]shellVar{}, funcs: map[string]shellFunc{}, aliases: map[string]string{},
		options: map[string]bool{}, made: map[string]verdict{},
	}
}

func (s *shellState) clone() *shellState {
	c := *s
	c.vars, c.funcs = maps.Clone(s.vars), maps.Clone(s.funcs)
	c.aliases, c.options, c.made = maps.Clone(s.aliases), maps.Clone(s.options), maps.Clone(s.made)
	return &c
}

// size is what a clone costs, in steps.
func (s *shellState) size() int { return 1 + (len(s.vars)+len(s.funcs)+len(s.aliases)+len(s.made))/16 }

// join is what is known when it is not known which of two states the shell is
// in. inherited gives a variable that a state does not hold.
func join(a, b *shellState, why string, inherited func(s *shellState, name string) shellVar) *shellState {
	c := a.clone()
	if c.lost == "" {
		c.lost = b.lost
	}
	for _, name := range slices.Sorted(maps.Keys(union(a.vars, b.vars))) { // inherited asks the machine
		v, w := inherited(a, name), inherited(b, name)
		if v.same(w) {
			v.exported = v.exported || w.exported
			c.vars[name] = v
			continue
		}
		unknown := shellVar{why: why, isSet: v.isSet && w.isSet, array: v.array && w.array, unique: v.unique && w.unique,
			exported: v.exported || w.exported, some: v.certainlySome() && w.certainlySome()}
		if v.why != "" {
			unknown.why = v.why
		} else if w.why != "" {
			unknown.why = w.why
		}
		c.vars[name] = unknown
	}
	for name := range union(a.funcs, b.funcs) {
		if a.funcs[name].body != b.funcs[name].body {
			c.funcs[name] = shellFunc{why: why}
		}
	}
	for name := range union(a.aliases, b.aliases) {
		if a.aliases[name] != b.aliases[name] {
			c.aliases[name] = unknownAlias
		}
	}
	for name := range union(a.options, b.options) {
		c.options[name] = a.options[name] && b.options[name]
	}
	for path := range union(a.made, b.made) {
		if a.made[path] != b.made[path] {
			c.made[path] = maybe(why)
		}
	}
	if a.status != b.status {
		c.status = shellStatus{why: why}
	}
	if a.dir != b.dir {
		c.dir = unknownText(why)
	}
	if !slices.Equal(a.args, b.args) {
		c.args = nil
	}
	if c.opaque == "" {
		c.opaque = b.opaque
	}
	if c.closed == "" {
		c.closed = b.closed
	}
	if a.handed != b.handed {
		c.handed = ""
	}
	if a.out != b.out {
		c.out = unknownText(why)
	}
	return c
}

func (v shellVar) certainlySome() bool {
	return v.isSet && (v.some || v.why == "" && len(v.list) > 0 && v.list[0] != "")
}

func union[V any](a, b map[string]V) map[string]struct{} {
	all := make(map[string]struct{}, len(a))
	for k := range a {
		all[k] = struct{}{}
	}
	for k := range b {
		all[k] = struct{}{}
	}
	return all
}
