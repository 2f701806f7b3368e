package platforms

import (
	"regexp"
	"slices"
	"strings"
)

// stringCommand is string match, split, join, replace, trim and the cases.
func (f *fishRun) stringCommand(args []shellField) signal {
	if len(args) == 0 {
		return f.ends(no)
	}
	verb := args[0].text
	flags, rest := map[string]string{}, args[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0].text, "-") && len(rest[0].text) > 1 && rest[0].why == "" {
		opt := rest[0].text
		rest = rest[1:]
		if opt == "--" {
			break
		}
		if strings.HasPrefix(opt, "--") {
			flags[opt[2:]] = "yes"
			continue
		}
		for i, c := range opt[1:] {
			flags[string(c)] = "yes"
			if (c == 'm' || c == 'c' || c == 'f') && i == len(opt)-2 && len(rest) > 0 {
				flags[string(c)], rest = rest[0].text, rest[1:]
			}
		}
	}
	if f.st.sh.in != nil && (len(rest) == 0 || len(rest) == 1 && verb != "trim" && verb != "upper" && verb != "lower" && verb != "length") {
		rest = append(slices.Clone(rest), f.lines()...)
	}
	for _, a := range rest {
		if a.why != "" {
			f.write(unknownText(a.why))
			return f.ends(maybe(a.why))
		}
	}
	words := make([]string, len(rest))
	for i, a := range rest {
		words[i] = a.text
	}
	return f.stringVerb(verb, flags, words)
}

// lines is standard input as words.
func (f *fishRun) lines() []shellField {
	if f.st.sh.in.why != "" {
		return []shellField{{shellText: unknownText(f.st.sh.in.why), many: true}}
	}
	var all []shellField
	for _, line := range splitLines(f.st.sh.in.text) {
		all = append(all, shellField{shellText: knownText(line)})
	}
	return all
}

func (f *fishRun) stringVerb(verb string, flags map[string]string, words []string) signal {
	quiet := flags["q"] != "" || flags["quiet"] != ""
	say := func(s string) {
		if !quiet {
			f.write(knownText(s + "\n"))
		}
	}
	unknown := func() signal {
		f.write(unknownText(f.because("string %s", verb)))
		return f.ends(maybe(f.because("string %s", verb)))
	}
	switch {
	case verb == "split" && len(words) > 1 && onlyFlags(flags, "m", "q", "n", "no-empty"):
		n := -1
		if m, ok := atoi(flags["m"]); ok {
			n = m + 1
		}
		cut := false
		for _, w := range words[1:] {
			parts := strings.SplitN(w, words[0], n)
			cut = cut || len(parts) > 1
			for _, p := range parts {
				if p != "" || flags["n"] == "" && flags["no-empty"] == "" {
					say(p)
				}
			}
		}
		return f.ends(decided(cut))
	case verb == "join" && len(words) > 0 && onlyFlags(flags, "q"):
		say(strings.Join(words[1:], words[0]))
		return f.ends(decided(len(words) > 2))
	case verb == "match" && len(words) > 0 && onlyFlags(flags, "q", "quiet", "v", "invert", "r", "regex", "i"):
		return f.stringMatch(flags, words, say)
	case verb == "replace" && len(words) > 1 && onlyFlags(flags, "a", "all", "r", "regex", "q"):
		return f.stringReplace(flags, words, say, unknown)
	case verb == "trim" && onlyFlags(flags):
		for _, w := range words {
			say(strings.TrimSpace(w))
		}
		return f.ends(yes)
	case verb == "lower", verb == "upper":
		for _, w := range words {
			if verb == "lower" {
				say(strings.ToLower(w))
			} else {
				say(strings.ToUpper(w))
			}
		}
		return f.ends(yes)
	}
	return unknown()
}

func onlyFlags(flags map[string]string, known ...string) bool {
	for name := range flags {
		if !slices.Contains(known, name) {
			return false
		}
	}
	return true
}

func (f *fishRun) stringMatch(flags map[string]string, words []string, say func(string)) signal {
	expr := words[0]
	var re *regexp.Regexp
	var err error
	if flags["r"] != "" || flags["regex"] != "" {
		re, err = regexp.Compile(expr)
	} else {
		re, err = compileGlob(strings.ReplaceAll(strings.ReplaceAll(escapePattern(expr), `\*`, "*"), `\?`, "?"))
	}
	if err != nil || flags["i"] != "" || re.NumSubexp() > 0 {
		f.write(unknownText(f.because("string match")))
		return f.ends(maybe(f.because("string match")))
	}
	invert, found := flags["v"] != "" || flags["invert"] != "", false
	for _, w := range words[1:] {
		if re.MatchString(w) != invert {
			found = true
			if flags["r"] != "" && !invert {
				w = re.FindString(w)
			}
			say(w)
		}
	}
	return f.ends(decided(found))
}

func (f *fishRun) stringReplace(flags map[string]string, words []string, say func(string), unknown func() signal) signal {
	if flags["r"] != "" || flags["regex"] != "" {
		return unknown()
	}
	n := 1
	if flags["a"] != "" || flags["all"] != "" {
		n = -1
	}
	changed := false
	for _, w := range words[2:] {
		changed = changed || strings.Contains(w, words[0])
		say(strings.Replace(w, words[0], words[1], n))
	}
	return f.ends(decided(changed))
}
