package platforms

import (
	"encoding/base64"
	"strings"
)

// fields marks the values of settings whose names say that they are secret, in
// whatever form they are written: NAME=value, "name": "value", --name value,
// <name>value</name>, and all of these within JSON and Go strings.
func (c *collector) fields() {
	s := c.s
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '=':
			i = c.field(i, 1)
		case ':':
			if strings.HasPrefix(s[i:], "://") || strings.HasPrefix(s[i:], "::") {
				i++
				continue
			}
			i = c.field(i, 1)
		case '%':
			if i+2 < len(s) && s[i+1] == '3' && (s[i+2]|0x20 == 'd' || s[i+2]|0x20 == 'a') {
				i = c.field(i, 3)
			}
		case '\\':
			switch {
			case strings.HasPrefix(s[i:], `\u003d`):
				i = c.field(i, len(`\u003d`))
			case strings.HasPrefix(s[i:], `\u003e`): // > in the JSON of Go
				i = c.element(i, i+len(`\u003e`), `\u003c`)
			}
		case '>':
			i = c.element(i, i+1, "<")
		case '-':
			i = c.flag(i)
		}
	}
}

var keyByte = newCharset(digits + lowers + uppers + "_-.")

// field looks at a separator of n bytes at i. It returns the last byte it is
// done with.
func (c *collector) field(i, n int) int {
	name, from, end := c.nameBefore(i)
	if len(name) < 3 {
		return i
	}
	if rest := c.s[i+1:]; strings.HasPrefix(rest, "=") { // := and == of programs
		rest = strings.TrimLeft(rest[1:min(len(rest), 40)], "= ")
		if quoteAt(rest, 0) == "" {
			return i + 1
		}
		n++
	}
	kind := classify(name)
	if from > 0 && c.s[from-1] == '\\' && afterEscape(c.s, from+1) {
		if k := classify(name[1:]); k != harmless { // the n of \n
			kind, from, name = k, from+1, name[1:]
		}
	}
	colon := c.s[i] == ':' || n == 3 && c.s[i+2]|0x20 == 'a'
	v := value{start: i + n, colon: colon}
	if colon && telegramID(name) {
		return c.telegram(i)
	}
	switch kind {
	case harmless:
		return i
	case softKey:
		bare := strings.ToLower(strings.Trim(name, "-_"))
		short := bare == "pass" || bare == "pwd" || bare == "pat" || bare == "psk" || bare == "passwd"
		quoted := end < i && c.s[end] != ' ' || from > 0 && c.s[from-1] == '/'
		if colon && short && !quoted {
			return i // "pass: 10" of a test run, "passwd: files" of nsswitch.conf
		}
	case queryKey:
		if !inQuery(c.s[:from]) {
			return i
		}
	case cookieKey, headerKey:
		if !colon && kind == cookieKey {
			return i
		}
	}
	return c.value(v, kind, name, from, end, i)
}

// inQuery reports whether a text ends where a parameter of a URL begins.
func inQuery(before string) bool {
	for _, mark := range [...]string{"?", "&", `\u0026`, "%3F", "%3f", "%26"} {
		if strings.HasSuffix(before, mark) {
			return true
		}
	}
	return false
}

// nameBefore is the name in front of a separator, where it begins, and where it
// ends: before the quote that closes it.
func (c *collector) nameBefore(sep int) (name string, from, end int) {
	s, i := c.s, sep
	for i > 0 && sep-i < 40 && (s[i-1] == ' ' || s[i-1] == '\t') {
		i--
	}
	if i > 0 && s[i-1] == ']' {
		i--
	}
	if i > 0 && (s[i-1] == '"' || s[i-1] == '\'') {
		i--
		for i > 0 && s[i-1] == '\\' {
			i--
		}
	}
	end = i
	for i > 0 && end-i < 80 && keyByte[s[i-1]] {
		i--
	}
	for _, n := range [...]int{2, 5} { // %26name, \u0026name
		if i > 0 && i+n < end && (s[i-1] == '%') == (n == 2) && afterEscape(s, i+n) {
			i += n
			break
		}
	}
	if words := s[i:end]; len(words) == 3 && strings.EqualFold(words, "key") && i > 0 && s[i-1] == ' ' {
		j := i - 1 // "API key: ..." is a name of two words
		for j > 0 && i-j < 20 && keyByte[s[j-1]] {
			j--
		}
		return s[j:i-1] + "-" + words, j, end
	}
	return s[i:end], i, end
}

// A value is where the value of a field begins.
type value struct {
	start int
	colon bool
}

// value marks the value of a field and returns its last byte.
func (c *collector) value(v value, kind keyKind, name string, from, end, sep int) int {
	s, at := c.s, v.start
	for at < len(s) && at-v.start < 4 && (s[at] == '>' || s[at] == '=') { // =>, ===
		at++
	}
	for at < len(s) && at-v.start < 40 && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	if at >= len(s) || s[at] == '\n' || s[at] == '\r' {
		return sep
	}
	if at > v.start && !v.colon && end == sep && name == strings.ToUpper(name) {
		return sep // NAME= is an empty value in a shell
	}
	if delim := quoteAt(s, at); delim != "" {
		at += len(delim)
		stop := closing(s, at, delim)
		c.markValue(at, stop, kind, name)
		if rest := stop + len(delim); rest < len(s) && alnum[s[rest]] && stop > at { // 'it'\''s' of a shell
			word := rest
			for word < len(s) && strings.IndexByte(" \t\r\n\"'", s[word]) < 0 {
				word++
			}
			c.mark(rest, word)
			stop = word
		}
		return max(sep, stop-1)
	}
	stop, delim := len(s), ""
	if end == sep || s[end] == ' ' || s[end] == '\t' { // the name is not in quotes of its own
		delim = enclosing(s, from)
	}
	if delim != "" {
		stop = closing(s, at, delim)
	}
	if kind == headerKey || kind == cookieKey {
		stop = min(stop, lineEnd(s, at, stop))
		c.markValue(at, stop, kind, name)
		return max(sep, stop-1)
	}
	if delim == "" {
		stop = wordEnd(s, at)
		stop = c.restOfLine(at, stop, from)
	} else {
		stop = min(stop, separatorIn(s, at, stop))
	}
	if end < sep && s[end] != ' ' && strings.Trim(s[at:stop], digits+".") == "" { // a number in JSON
		c.markAs(at, stop, s[end:quoteEnd(s, end)]+secretMark+s[end:quoteEnd(s, end)])
		return max(sep, stop-1)
	}
	if delim == "" && speaksOfNothing(s[at:stop]) {
		return max(sep, stop-1)
	}
	return max(sep, c.markValue(at, stop, kind, name)-1)
}

// markValue marks s[at:stop] if a value of that kind is secret, and returns where
// it ended.
func (c *collector) markValue(at, stop int, kind keyKind, name string) int {
	v := c.s[at:stop]
	switch {
	case speaksOfNothing(v):
		return stop
	case v[0] == '{' || v[0] == '[':
		return at // an object: its fields are looked at by themselves
	case kind == softKey && strings.EqualFold(strings.TrimPrefix(strings.ToLower(name), "old"), "pwd") &&
		(strings.HasPrefix(v, "/") || v == "~" || strings.HasPrefix(v, "~/")): // a working directory
		return stop
	case kind == proxyKey:
		if i := strings.LastIndexByte(v, '@'); i > 0 && !strings.Contains(v, "://") && !strings.Contains(v, "%3A%2F") {
			c.mark(at, at+i)
		}
		return stop
	case kind == pairKey && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "n_") && !isPair(v):
		return stop
	case kind == queryKey && len(v) < 8:
		return stop
	case kind == headerKey:
		return c.credentials(at, stop)
	}
	return c.markWord(at, stop)
}

// credentials marks what follows the scheme of an Authorization header.
func (c *collector) credentials(at, stop int) int {
	v := c.s[at:stop]
	scheme, rest, two := strings.Cut(v, " ")
	if two && len(scheme) < 16 && strings.Trim(strings.ToLower(scheme), lowers+"-") == "" {
		at += len(scheme) + len(rest) + 1 - len(strings.TrimLeft(rest, " "))
	}
	if speaksOfNothing(c.s[at:stop]) {
		return stop
	}
	return c.markWord(at, stop)
}

// isPair reports whether a value begins as base64 of user:password.
func isPair(v string) bool {
	v = strings.TrimRight(strings.Join(strings.Fields(v), ""), "=")
	plain, err := base64.RawStdEncoding.DecodeString(v[:len(v)/4*4])
	return err == nil && strings.IndexByte(string(plain), ':') > 0
}

// restOfLine takes the words behind an unquoted value into it, where a line is
// nothing but a name and a value: a passphrase has spaces.
func (c *collector) restOfLine(at, stop, from int) int {
	line := strings.LastIndexByte(c.s[max(0, from-40):from], '\n') + 1 + max(0, from-40)
	before := strings.TrimLeft(c.s[line:from], "2> \t") // standard error, quoted mail
	before = strings.TrimSpace(before)
	if before != "" && before != "export" && before != "set" || speaksOfNothing(c.s[at:stop]) {
		return stop
	}
	end := lineEnd(c.s, stop, len(c.s))
	rest := c.s[stop:end]
	if strings.TrimSpace(rest) == "" || strings.ContainsAny(rest, "=;&|#\"'$<>:,{}()/-") {
		return stop
	}
	return stop + len(strings.TrimRight(rest, " \t\r"))
}

// flag marks the word behind --password, -token and the like.
func (c *collector) flag(i int) int {
	s := c.s
	if i > 0 && strings.IndexByte(" \t\n\"'[(,", s[i-1]) < 0 && !afterEscape(s, i) || i+3 >= len(s) {
		return i
	}
	from := i
	for from < len(s) && s[from] == '-' {
		from++
	}
	end := from + keyByte.run(s[from:min(len(s), from+64)])
	if end == from || end >= len(s) || s[end] == '=' || s[end] == ':' {
		return i
	}
	if kind := classify(s[from:end]); kind != secretKey && kind != softKey {
		return i
	}
	at := end
	at += len(quoteAt(s, at))
	if at < len(s) && s[at] == ',' {
		at++
		for at < len(s) && s[at] == '\n' {
			at++
		}
	}
	gap := at
	for at < len(s) && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	if at == gap && at == end || at >= len(s) || s[at] == '\n' {
		return i
	}
	delim := quoteAt(s, at)
	at += len(delim)
	stop := wordEnd(s, at)
	if delim != "" {
		stop = closing(s, at, delim)
	}
	if v := s[at:stop]; strings.HasPrefix(v, "-") && delim == "" || speaksOfNothing(v) || strings.EqualFold(v, s[from:end]) {
		return i
	}
	return max(i, c.markWord(at, stop)-1)
}

// element marks the text of <password>...</password>, which begins at from behind
// a tag that ends at i.
func (c *collector) element(i, from int, open string) int {
	tag := i
	for tag > 0 && i-tag < 40 && keyByte[c.s[tag-1]] {
		tag--
	}
	name := c.s[tag:i]
	if open != "<" {
		name = strings.TrimPrefix(name, "u003c")
	}
	if name == "" || tag == 0 || c.s[tag-1] != '<' && c.s[tag-1] != '\\' || classify(name) != secretKey {
		return i
	}
	length := strings.Index(c.s[from:min(len(c.s), from+4096)], open)
	if length <= 0 || speaksOfNothing(c.s[from:from+length]) {
		return i
	}
	c.mark(from, from+length)
	return from + length - 1
}
