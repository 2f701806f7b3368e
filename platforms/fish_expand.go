package platforms

import (
	"strings"
)

// one is a word as one string.
func (f *fishRun) one(w fishWord) shellText {
	all := f.expandWord(w)
	var t shellText
	for i, x := range all {
		if i > 0 {
			t = t.plus(knownText(" "))
		}
		t = t.plus(x.shellText)
	}
	return t
}

// patternOf is a word as a pattern of switch.
func (f *fishRun) patternOf(w fishWord) shellField {
	all := f.expandWord(w)
	if len(all) != 1 {
		return shellField{shellText: unknownText(f.because("several patterns"))}
	}
	p := all[0]
	p.pat = "" // in switch a quoted * is one, too: it is quoted from the file names
	for _, c := range p.text {
		if c == '*' {
			p.pat += "*"
		} else {
			p.pat += escapePattern(string(c))
		}
	}
	return p
}

// expand is a list of words after every expansion. Where a wildcard matches nothing
// the command is given up, unless none is fine.
func (f *fishRun) expand(words []fishWord, none bool) []shellField {
	var all []shellField
	for _, w := range words {
		if f.spend(1); len(all) > 10_000 || f.tired() {
			f.steps += maxSteps
			return nil
		}
		for _, x := range f.expandWord(w) {
			if !x.magic || x.why != "" {
				all = append(all, x)
				continue
			}
			found, why := f.globFish(x.pat)
			switch {
			case why != "":
				all = append(all, shellField{shellText: unknownText(why), many: true})
			case len(found) == 0 && !none:
				f.st.sh.failed = true
			}
			for _, name := range found {
				all = append(all, shellField{shellText: knownText(name)})
			}
		}
	}
	return all
}

func (f *fishRun) globFish(pat string) ([]string, string) {
	if strings.HasPrefix(pat, "/") {
		return f.glob(pat)
	}
	return nil, f.because("a path that depends on the folder in which the terminal opens")
}

// expandWord multiplies out the parts of a word: a list in it makes a word for each
// element, an empty list none.
func (f *fishRun) expandWord(w fishWord) []shellField {
	all := []shellField{{}}
	for i, part := range w {
		var vals []shellField
		switch part.kind {
		case 't':
			text := part.text
			if i == 0 && !part.quoted && strings.HasPrefix(text, "~") && (len(text) == 1 || text[1] == '/') {
				home := f.getText("HOME")
				vals = []shellField{field(home, true)}
				rest := field(knownText(text[1:]), false)
				vals[0].shellText = home.plus(rest.shellText)
				vals[0].pat += rest.pat
				vals[0].magic = rest.magic
			} else {
				vals = []shellField{field(knownText(text), part.quoted)}
			}
		case 'v':
			vals = f.variable(part)
		case 'c':
			vals = f.substituteFish(part)
		case 'b':
			for _, alt := range part.alts {
				vals = append(vals, f.expandWord(alt)...)
			}
		}
		all = f.product(all, vals)
	}
	return all
}

func field(t shellText, quoted bool) shellField {
	x := shellField{shellText: t, quoted: quoted, pat: escapePattern(t.text)}
	if !quoted && strings.ContainsAny(t.text, "*?") {
		x.pat, x.magic = strings.ReplaceAll(strings.ReplaceAll(escapePattern(t.text), `\*`, "*"), `\?`, "?"), true
	}
	return x
}

func (f *fishRun) product(left, right []shellField) []shellField {
	if len(left)*len(right) > 5_000 {
		f.steps += maxSteps
		return nil
	}
	var all []shellField
	for _, a := range left {
		for _, b := range right {
			f.spend(1 + len(a.text)/64)
			if len(a.text)+len(b.text) > maxText {
				f.steps += maxSteps
				return nil
			}
			c := shellField{shellText: a.plus(b.shellText), pat: a.pat + b.pat, magic: a.magic || b.magic,
				quoted: a.quoted || b.quoted, many: a.many || b.many}
			all = append(all, c)
		}
	}
	return all
}

// variable is $NAME as a list, "$NAME" as one string.
func (f *fishRun) variable(part fishPart) []shellField {
	name := part.text
	for range part.deref {
		t := f.get(name).joined(name)
		if t.why != "" {
			return []shellField{{shellText: unknownText(t.why), many: true}}
		}
		name = t.text
	}
	v := f.specialFish(name)
	if part.index != nil {
		v = f.indexedFish(v, part.index)
	}
	if part.quoted {
		return []shellField{field(v.joined(name), true)}
	}
	if v.why != "" {
		return []shellField{{shellText: shellText{why: v.why, some: v.some}, many: true}}
	}
	var all []shellField
	for _, s := range v.list {
		all = append(all, field(knownText(s), true))
	}
	return all
}

func (f *fishRun) specialFish(name string) shellVar {
	switch name {
	case "status":
		if why := f.st.sh.status.why; why != "" {
			return shellVar{why: why, some: true, isSet: true}
		}
		return shellVar{list: []string{itoa(f.st.sh.status.code)}, isSet: true}
	case "fish_pid", "version", "FISH_VERSION", "hostname", "SHLVL", "pipestatus", "fish_color_command":
		return shellVar{why: f.because("$%s", name), some: true, isSet: true}
	case "PWD":
		return shellVar{list: []string{f.st.sh.dir.text}, why: f.st.sh.dir.why, some: true, isSet: true}
	case "__fish_config_dir":
		if dir, why := f.xdg("XDG_CONFIG_HOME", ".config"); why == "" {
			return shellVar{list: []string{dir}, isSet: true}
		}
	}
	return f.get(name)
}

// indexedFish is $NAME[1 3..-1].
func (f *fishRun) indexedFish(v shellVar, index []fishWord) shellVar {
	if v.why != "" {
		return v
	}
	var list []string
	for _, w := range index {
		for _, x := range f.expandWord(w) {
			picks, why := pick(x.shellText, len(v.list))
			if why != "" {
				return shellVar{why: f.because("%s", why), isSet: v.isSet}
			}
			for _, i := range picks {
				list = append(list, v.list[i])
			}
		}
	}
	v.list = list
	return v
}

// pick is the places that an index speaks of, of n; those that are not there are
// left out.
func pick(t shellText, n int) (places []int, why string) {
	if t.why != "" {
		return nil, t.why
	}
	from, to, isRange := strings.Cut(t.text, "..")
	if !isRange {
		to = from
	}
	if isRange && from == "" {
		from = "1"
	}
	if isRange && to == "" {
		to = "-1"
	}
	a, ok1 := atoi(from)
	b, ok2 := atoi(to)
	if !ok1 || !ok2 {
		return nil, "an element of a list"
	}
	forward := a > 0 && b < 0 || a > 0 && b >= a || a < 0 && b < 0 && b >= a
	lo, hi := position(a, n), position(b, n)
	if !isRange {
		if lo >= 0 && lo < n {
			places = append(places, lo)
		}
		return places, ""
	}
	if !forward && lo > hi {
		for i := min(lo, n-1); i >= max(hi, 0); i-- {
			places = append(places, i)
		}
		return places, ""
	}
	for i := max(lo, 0); i <= hi && i < n; i++ {
		places = append(places, i)
	}
	return places, ""
}

// substituteFish is the output of (...), a word for each line.
func (f *fishRun) substituteFish(part fishPart) []shellField {
	if f.depth > maxDepth*4 {
		return []shellField{{shellText: unknownText(f.because("commands inside commands")), many: true}}
	}
	capturing, out := f.st.sh.capturing, f.st.sh.out
	f.st.sh.capturing, f.st.sh.out = true, shellText{}
	mark, depth := len(f.waiting), len(f.st.scopes)-1
	f.catchFish(mark, depth, f.jobs(part.jobs), func(signal) bool { return true })
	t := f.st.sh.out
	f.st.sh.capturing, f.st.sh.out = capturing, out
	if t.why != "" {
		return []shellField{{shellText: t, many: !part.quoted}}
	}
	text := strings.TrimSuffix(t.text, "\n")
	if part.quoted {
		return []shellField{field(knownText(strings.TrimRight(text, "\n")), true)}
	}
	if t.text == "" {
		return nil
	}
	v := shellVar{isSet: true, list: strings.Split(text, "\n")}
	if part.index != nil {
		v = f.indexedFish(v, part.index)
	}
	if v.why != "" {
		return []shellField{{shellText: unknownText(v.why), many: true}}
	}
	var all []shellField
	for _, s := range v.list {
		all = append(all, field(knownText(s), true))
	}
	return all
}
