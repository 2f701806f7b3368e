package platforms

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// edited is one value after its trims, replacements and cuts.
func (r *shellRun) edited(t shellText, p *syntax.ParamExp) shellText {
	if t.why != "" {
		if p.Exp != nil || p.Repl != nil || p.Slice != nil || len(p.Modifiers) > 0 {
			return unknownText(t.why)
		}
		return t
	}
	switch {
	case p.Exp != nil:
		return r.trimmed(t, p.Exp)
	case p.Repl != nil:
		return r.replaced(t, p.Repl)
	case p.Slice != nil:
		return r.sliced(t, p.Slice)
	}
	for _, m := range p.Modifiers {
		t = r.modified(t, m.Value)
	}
	return t
}

func (r *shellRun) trimmed(t shellText, e *syntax.Expansion) shellText {
	var fits func(string) verdict
	switch e.Op {
	case syntax.RemSmallSuffix, syntax.RemLargeSuffix, syntax.RemSmallPrefix, syntax.RemLargePrefix:
		p := r.pattern(e.Word)
		fits = func(s string) verdict { return r.matches(knownText(s), p) }
	case syntax.UpperAll:
		return knownText(strings.ToUpper(t.text))
	case syntax.LowerAll:
		return knownText(strings.ToLower(t.text))
	case syntax.OtherParamOps:
		return unknownText(r.because("an expansion that devdoctor does not follow"))
	default:
		return t
	}
	n := len(t.text)
	for k := 0; k <= n && !r.tired(); k++ {
		var cut, rest string
		switch e.Op {
		case syntax.RemSmallSuffix:
			rest, cut = t.text[:n-k], t.text[n-k:]
		case syntax.RemLargeSuffix:
			rest, cut = t.text[:k], t.text[k:]
		case syntax.RemSmallPrefix:
			cut, rest = t.text[:k], t.text[k:]
		case syntax.RemLargePrefix:
			cut, rest = t.text[:n-k], t.text[n-k:]
		}
		switch v := fits(cut); {
		case v.why != "":
			return unknownText(v.why)
		case v.holds:
			return knownText(rest)
		}
	}
	return t
}

// replaced is ${NAME/a/b} and ${NAME//a/b}.
func (r *shellRun) replaced(t shellText, p *syntax.Replace) shellText {
	from, to := r.pattern(p.Orig), r.single(p.With)
	if from.why != "" || to.why != "" {
		return unknownText(r.because("an unknown replacement"))
	}
	anchor := ""
	if strings.HasPrefix(from.pat, "#") || strings.HasPrefix(from.pat, "%") {
		anchor, from.pat = from.pat[:1], from.pat[1:]
	}
	switch {
	case from.pat == "" && anchor == "#":
		return knownText(to.text + t.text)
	case from.pat == "" && anchor == "%":
		return knownText(t.text + to.text)
	case from.pat == "":
		return t
	}
	re, err := compileGlobPart(from.pat, anchor)
	if err != nil || strings.Contains(to.text, "&") {
		return unknownText(r.because("a replacement that devdoctor does not follow"))
	}
	r.spend(len(t.text) / 16)
	if p.All {
		return knownText(re.ReplaceAllLiteralString(t.text, to.text))
	}
	at := re.FindStringIndex(t.text)
	if at == nil {
		return t
	}
	return knownText(t.text[:at[0]] + to.text + t.text[at[1]:])
}

func (r *shellRun) sliced(t shellText, s *syntax.Slice) shellText {
	runes := []rune(t.text)
	from, why := r.arith(s.Offset)
	if why != "" {
		return unknownText(why)
	}
	if from < 0 {
		from = max(len(runes)+from, 0)
	}
	from = min(from, len(runes))
	to := len(runes)
	if s.Length != nil {
		n, why := r.arith(s.Length)
		if why != "" {
			return unknownText(why)
		}
		if n < 0 {
			to = max(to+n, from)
		} else if n < to-from {
			to = from + n
		}
	}
	return knownText(string(runes[from:to]))
}

// modified is one of zsh's history modifiers: the folder or the name of a path.
func (r *shellRun) modified(t shellText, m string) shellText {
	switch m {
	case "h":
		return knownText(dirOf(t.text))
	case "t":
		return knownText(t.text[strings.LastIndexByte(t.text, '/')+1:])
	case "a", "A", "P":
		if i, err := r.h.Stat(r.ctx, t.text); err == nil && strings.HasPrefix(t.text, "/") {
			if m == "a" {
				return t
			}
			return knownText(i.Real)
		}
	}
	return unknownText(r.because("the modifier :%s", m))
}

// dirOf is what dirname prints.
func dirOf(path string) string {
	path = strings.TrimRight(path, "/")
	i := strings.LastIndexByte(path, '/')
	switch {
	case i < 0:
		return "."
	case i == 0:
		return "/"
	}
	return strings.TrimRight(path[:i], "/")
}

// without is zsh's ${list:#pattern}.
func (r *shellRun) without(list []shellText, pat *syntax.Word) []shellText {
	p := r.pattern(pat)
	var kept []shellText
	for _, t := range list {
		switch v := r.matches(t, p); {
		case v.why != "":
			return []shellText{unknownText(v.why)}
		case !v.holds:
			kept = append(kept, t)
		}
	}
	return kept
}

// flagged applies zsh's (j:x:), (s:x:), (@) and (u).
func (r *shellRun) flagged(list []shellText, isList bool, p *syntax.ParamExp) ([]shellText, bool) {
	if p.Flags == nil {
		if !isList && len(list) == 0 {
			list = []shellText{{}}
		}
		return list, isList
	}
	v := varOf(list, isList)
	if v.why != "" {
		return []shellText{unknownText(v.why)}, false
	}
	for flags := p.Flags.Value; flags != ""; {
		c := flags[0]
		flags = flags[1:]
		switch c {
		case '@':
			isList = true
		case 'u':
			v.list = dropTwins(v.list, false)
		case 'j', 's':
			if len(flags) < 2 {
				return []shellText{unknownText(r.because("an expansion flag"))}, false
			}
			sep, rest, ok := strings.Cut(flags[1:], flags[:1])
			if flags = rest; !ok {
				return []shellText{unknownText(r.because("an expansion flag"))}, false
			}
			if c == 'j' {
				v.list, isList = []string{strings.Join(v.list, sep)}, false
			} else if len(v.list) > 0 && sep != "" {
				v.list, isList = strings.Split(strings.Join(v.list, " "), sep), true
			}
		default:
			return []shellText{unknownText(r.because("the expansion flag %c", c))}, false
		}
	}
	var all []shellText
	for _, s := range v.list {
		all = append(all, knownText(s))
	}
	if !isList && len(all) == 0 {
		all = []shellText{{}}
	}
	return all, isList
}
