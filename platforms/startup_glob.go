package platforms

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/pattern"
)

func itoa(n int) string { return strconv.Itoa(n) }

func atoi(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// A carriage return in front of a line feed is text to a shell, but our parser
// drops it; a private character stands for it in between.
const markCR = "\uE00D"

func toMark(s string) string   { return strings.ReplaceAll(s, "\r\n", markCR+"\n") }
func fromMark(s string) string { return strings.ReplaceAll(s, markCR, "\r") }

// matches reports whether a text fits a pattern as a whole.
func (r *shellRun) matches(t shellText, p shellField) verdict {
	r.spend(1 + len(t.text)/64)
	if p.why != "" {
		return maybe(p.why)
	}
	if t.why != "" {
		return matchPrefix(t, p.pat)
	}
	if !strings.ContainsAny(p.pat, "[(|<^#~") {
		return decided(matchStars(p.pat, t.text))
	}
	re, err := compileGlob(p.pat)
	if err != nil {
		return maybe(r.because("the pattern %s", p.text))
	}
	return decided(re.MatchString(t.text))
}

// matchStars matches patterns of nothing but text, * and ?, which nearly all are.
func matchStars(pat, s string) bool {
	star, from := -1, 0 // the last * and how much of s it has taken
	p, i := 0, 0
	for i < len(s) {
		lit, size := byte(0), 0 // the next byte of text in pat and how long it is there
		if p < len(pat) {
			lit, size = pat[p], 1
			if lit == '\\' && p+1 < len(pat) {
				lit, size = pat[p+1], 2
			}
		}
		switch {
		case size == 1 && lit == '*':
			star, from = p, i
			p++
		case size == 1 && lit == '?':
			i += runeLen(s[i:])
			p++
		case size > 0 && lit == s[i]:
			i++
			p += size
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pat[p:], "*") == ""
}

// matchPrefix decides what the known beginning of a text decides.
func matchPrefix(t shellText, pat string) verdict {
	lit := strings.IndexAny(pat, `*?[\(|<^#~`)
	if lit < 0 {
		lit = len(pat)
	}
	n := min(lit, len(t.text))
	switch {
	case t.text[:n] != pat[:n]:
		return no
	case strings.Trim(pat[lit:], "*") == "" && lit < len(pat) && n == lit:
		return yes
	case pat == "?*" && (t.some || t.text != ""):
		return yes
	case pat == "" && (t.some || t.text != ""):
		return no
	}
	return maybe(t.why)
}

func compileGlob(pat string) (*regexp.Regexp, error) {
	expr, err := pattern.Regexp(pat, pattern.EntireString)
	if err != nil {
		return nil, err
	}
	return regexp.Compile(expr)
}

// pathnames replaces a word with wildcards by the files that it matches.
func (r *shellRun) pathnames(f shellField) []shellField {
	if f.why != "" {
		return []shellField{f}
	}
	pat, qualifier := f.pat, ""
	if r.isZsh() && strings.HasSuffix(pat, ")") {
		if i := strings.LastIndexByte(pat, '('); i >= 0 && strings.Trim(pat[i:], "()N-/.@:") == "" {
			pat, qualifier = pat[:i], pat[i+1:len(pat)-1]
		}
	}
	if (!f.magic || !hasWildcard(pat)) && qualifier == "" {
		return []shellField{f}
	}
	found, why := r.glob(pat)
	if why == "" {
		found, why = r.qualify(found, qualifier)
	}
	switch {
	case why != "" && r.isZsh() && !strings.Contains(qualifier, "N"):
		r.loseAs(why) // zsh gives up the file where nothing matches
		fallthrough
	case why != "":
		return []shellField{{shellText: unknownText(why), many: true}}
	case len(found) > 0:
	case strings.Contains(qualifier, "N"), r.st.options["nullglob"]:
		return nil
	case r.isZsh() && !r.st.options["nonomatch"], r.st.options["failglob"]:
		r.st.failed = true
		return nil
	default:
		return []shellField{f}
	}
	var all []shellField
	for _, name := range found {
		all = append(all, shellField{shellText: knownText(name), pat: escapePattern(name)})
	}
	return all
}

// hasWildcard reports whether a pattern is more than text: a [ without its ] is
// text, as in the command [.
func hasWildcard(pat string) bool {
	for i := 0; i < len(pat); i++ {
		switch pat[i] {
		case '\\':
			i++
		case '*', '?':
			return true
		case '[':
			if strings.Contains(pat[i+1:], "]") {
				return true
			}
		}
	}
	return false
}

// qualify keeps what zsh's glob qualifiers for directories and files ask for.
func (r *shellRun) qualify(found []string, qualifier string) ([]string, string) {
	if !strings.ContainsAny(qualifier, "/.@") {
		return found, ""
	}
	var kept []string
	for _, path := range found {
		i, err := r.h.Stat(r.ctx, path)
		if err != nil {
			return nil, r.because("%s: %v", path, err)
		}
		link := i.Kind == Link && !strings.Contains(qualifier, "-")
		if strings.Contains(qualifier, "/") && i.IsDir && !link ||
			strings.Contains(qualifier, ".") && !i.IsDir && !link || strings.Contains(qualifier, "@") && link {
			kept = append(kept, path)
		}
	}
	return kept, ""
}

// glob asks for a coarser pattern, for the query knows no more than *, and keeps
// what fits.
func (r *shellRun) glob(pat string) (found []string, why string) {
	re, err := compileGlob(pat)
	if err != nil || strings.Contains(pat, "**") || strings.ContainsAny(pat, "(|^~#") {
		return nil, r.because("the pattern %s", pat)
	}
	plain := strings.ReplaceAll(pat, `\`, "")
	if !strings.HasPrefix(plain, "/") {
		if r.st.dir.why != "" {
			return nil, r.because("a path that depends on the folder in which the terminal opens")
		}
		return nil, r.because("a relative path")
	}
	if !strings.ContainsAny(pat, "*?[") {
		ok, err := r.exists(knownText(plain))
		if err != "" || !ok {
			return nil, err
		}
		return []string{plain}, ""
	}
	if dirs, ok := strings.CutSuffix(pat, "/"); ok {
		return r.globDirs(dirs)
	}
	names, err := r.h.Glob(r.ctx, coarse(pat))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, r.because("list %s: %v", pat, err)
	}
	for _, name := range names {
		if re.MatchString(name) && !hidden(pat, name) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found, ""
}

// globDirs is what a pattern with a slash at its end matches.
func (r *shellRun) globDirs(pat string) ([]string, string) {
	all, why := r.glob(pat)
	if why != "" {
		return nil, why
	}
	dirs, why := r.qualify(all, "-/")
	for i := range dirs {
		dirs[i] += "/"
	}
	return dirs, why
}

// coarse is a pattern in which everything but text is *.
func coarse(pat string) string {
	var b strings.Builder
	for i := 0; i < len(pat); i++ {
		switch pat[i] {
		case '\\':
			if i++; i < len(pat) {
				b.WriteByte(pat[i])
			}
		case '[':
			if end := strings.IndexByte(pat[i:], ']'); end > 0 {
				i += end
			}
			fallthrough
		case '*', '?':
			if !strings.HasSuffix(b.String(), "*") {
				b.WriteByte('*')
			}
		default:
			b.WriteByte(pat[i])
		}
	}
	return b.String()
}

// hidden reports whether a name has a leading dot that its pattern does not have.
func hidden(pat, name string) bool {
	want, have := strings.Split(pat, "/"), strings.Split(name, "/")
	for i := range min(len(want), len(have)) {
		if strings.HasPrefix(have[i], ".") && !strings.HasPrefix(strings.TrimPrefix(want[i], `\`), ".") {
			return true
		}
	}
	return false
}

// compileGlobPart is a pattern that may match anywhere, or at the start (#) or the
// end (%) only.
func compileGlobPart(pat, anchor string) (*regexp.Regexp, error) {
	expr, err := pattern.Regexp(pat, 0)
	if err != nil {
		return nil, err
	}
	switch anchor {
	case "#":
		expr = "^(?:" + expr + ")"
	case "%":
		expr = "(?:" + expr + ")$"
	}
	return regexp.Compile(expr)
}
