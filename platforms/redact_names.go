package platforms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A needle is a private name in one of the ways it is written.
type needle struct {
	text  string
	stand string // what to put there; "" asks the stand-ins, letter case and all
	weak  bool   // also a word: only where nothing but a name can stand
	short string // an 8.3 name: what follows text is ~ and a digit
}

// haystack finds needles in one pass over a text.
type haystack struct {
	needles []needle
	first   [256][]int // by the first byte, longest needle first

	// For each byte, a bit for each needle (the number of the needle modulo 64) that
	// may begin with it, and that may go on with it.
	begins, follows [256]uint64
}

func (h *haystack) add(n needle) {
	if n.text == "" {
		return
	}
	for _, i := range h.first[n.text[0]] {
		if strings.EqualFold(h.needles[i].text, n.text) && h.needles[i].short == n.short {
			return
		}
	}
	h.needles = append(h.needles, n)
	at := len(h.needles) - 1
	h.filter(n.text, uint64(1)<<(at%64))
	for _, b := range firstBytes(n.text) {
		list := h.first[b]
		i := 0
		for i < len(list) && len(h.needles[list[i]].text) >= len(n.text) {
			i++
		}
		h.first[b] = append(list[:i:i], append([]int{at}, list[i:]...)...)
	}
}

// filter notes which bytes a needle may begin and go on with.
func (h *haystack) filter(text string, bit uint64) {
	for _, b := range firstBytes(text) {
		h.begins[b] |= bit
	}
	plain := len(text) > 1 && text[0] < utf8.RuneSelf && text[1] < utf8.RuneSelf
	for b := range h.follows {
		if !plain || foldByte(byte(b)) == foldByte(text[1]) {
			h.follows[b] |= bit
		}
	}
}

func foldByte(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// firstBytes are the first bytes of text in lower and in upper case.
func firstBytes(text string) []byte {
	r, _ := utf8.DecodeRuneInString(text)
	lower, upper := string(unicode.ToLower(r)), string(unicode.ToUpper(r))
	if lower[0] == upper[0] {
		return []byte{lower[0]}
	}
	return []byte{lower[0], upper[0]}
}

// names replaces the names of the identity.
func (r *Redactor) nameless(s string) string {
	edits := collector{s: s}
	h := r.haystack
	for i := 0; i < len(s); i++ {
		if h.begins[s[i]] == 0 || i+1 < len(s) && h.begins[s[i]]&h.follows[s[i+1]] == 0 || !nameStart(s, i) {
			continue
		}
		for _, at := range h.first[s[i]] {
			n := &h.needles[at]
			end, ok := foldPrefix(s, i, n.text)
			if !ok || !nameEnd(s, end) {
				continue
			}
			if n.short != "" && (end+1 >= len(s) || s[end] != '~' || s[end+1] < '1' || s[end+1] > '9') {
				continue
			}
			if n.weak && !r.onlyName(s, i, end) {
				continue
			}
			edits.markAs(i, end, r.standFor(n, s[i:end]))
			i = end - 1
			break
		}
	}
	return edits.replaced()
}

// standFor is the stand-in for one occurrence of a needle.
func (r *Redactor) standFor(n *needle, found string) string {
	switch {
	case n.short != "":
		return caseOf(found, n.short)
	case n.stand != "":
		return n.stand
	}
	return r.names.of(found)
}

// foldPrefix reports where text ends in s if it begins at i, in any case.
func foldPrefix(s string, i int, text string) (end int, ok bool) {
	if len(s)-i < len(text) {
		return 0, false
	}
	end = i + len(text)
	return end, strings.EqualFold(s[i:end], text)
}

// nameStart reports whether a name can begin at i.
func nameStart(s string, i int) bool {
	if i == 0 || !isLetterBefore(s, i) {
		return true
	}
	return afterEscape(s, i)
}

func isLetterBefore(s string, i int) bool {
	if b := s[i-1]; b < utf8.RuneSelf {
		return alnum[b]
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// nameEnd reports whether a name can end before end.
func nameEnd(s string, end int) bool {
	if end == len(s) {
		return true
	}
	if b := s[end]; b < utf8.RuneSelf {
		return !alnum[b]
	}
	r, _ := utf8.DecodeRuneInString(s[end:])
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
}

// onlyName reports whether nothing but the name of an account can stand at
// s[i:end]: an element of a path directly below the directory of all homes, the
// value of an account field, or the owner of a project at a code host.
func (r *Redactor) onlyName(s string, i, end int) bool {
	return r.isHomeElement(s, i, end) || isAccountField(s, i, end) || isOwner(s, i, end)
}

// isOwner reports whether s[i:end] is what follows github.com/ or github.com: and
// goes on with a slash.
func isOwner(s string, i, end int) bool {
	if end == len(s) || s[end] != '/' || i == 0 || s[i-1] != '/' && s[i-1] != ':' {
		return false
	}
	for _, host := range [...]string{"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"} {
		if strings.HasSuffix(s[:i-1], host) {
			return true
		}
	}
	return false
}

func (r *Redactor) isHomeElement(s string, i, end int) bool {
	if end < len(s) && (s[end] == '-' || s[end] == '_' || s[end] == '+' || s[end] == '@' ||
		s[end] == '.' && end+1 < len(s) && alnum[s[end+1]]) {
		return false
	}
	j := beforeSlashes(s, i)
	if j == i {
		return i > 0 && s[i-1] == '~' && (i == 1 || !alnum[s[i-2]] && s[i-2] != '@')
	}
	if r.homes == "" { // the home of root: /root
		if j == 0 || !keyByte[s[j-1]] && s[j-1] != '~' && s[j-1] != '*' {
			return s[i-1] == '/' || r.windows || strings.HasSuffix(strings.ToLower(s[:i]), "%2f")
		}
	}
	for _, parent := range [...]string{"home", "users", r.homes} {
		from := j - len(parent)
		if from > 0 && (s[from-1] == '$' || strings.HasSuffix(s[:from], "$env:")) {
			continue // $HOME/node
		}
		if parent != "" && from >= 0 && strings.EqualFold(s[from:j], parent) && (from == 0 || !isLetterBefore(s, from) || afterEscape(s, from)) {
			return true
		}
	}
	return false
}

// beforeSlashes is where the slashes before i begin, however they are written.
func beforeSlashes(s string, i int) int {
	for range 8 { // doubled and doubled again
		switch {
		case i > 0 && (s[i-1] == '/' || s[i-1] == '\\'):
			i--
		case i > 2 && s[i-3] == '%' && (strings.EqualFold(s[i-2:i], "2f") || strings.EqualFold(s[i-2:i], "5c")):
			i -= 3
		default:
			return i
		}
	}
	return i
}

// isAccountField reports whether s[i:end] is what a line such as "user X",
// USER=X, "owner": "X" or uid=1000(X) says.
func isAccountField(s string, i, end int) bool {
	if end < len(s) && strings.IndexByte(" \t\r\n\"'`,;)\\}&:", s[end]) < 0 {
		return false
	}
	j := i
	if j > 0 && (s[j-1] == '"' || s[j-1] == '\'') {
		for j--; j > 0 && s[j-1] == '\\'; j-- {
		}
	}
	if j > 0 && s[j-1] == '(' {
		digits := j - 1
		for digits > 0 && s[digits-1] >= '0' && s[digits-1] <= '9' {
			digits--
		}
		return digits < j-1 && (strings.HasSuffix(s[:digits], "uid=") || strings.HasSuffix(s[:digits], "gid="))
	}
	if j > 0 && s[j-1] == '\\' { // DOMAIN\name
		for j--; j > 0 && keyByte[s[j-1]]; j-- {
		}
	}
	gap := j
	for j > 0 && i-j < 40 && (s[j-1] == ' ' || s[j-1] == '\t') {
		j--
	}
	assigned := j > 0 && (s[j-1] == '=' || s[j-1] == ':')
	if assigned {
		j--
		for j > 0 && (s[j-1] == ' ' || s[j-1] == '"' || s[j-1] == '\'' || s[j-1] == '\\') {
			j--
		}
	} else if j == gap {
		return false
	}
	from := j
	for from > 0 && (alnum[s[from-1]] || s[from-1] == '_') {
		from--
	}
	atLine := strings.TrimLeft(s[strings.LastIndexByte(s[max(0, from-20):from], '\n')+1+max(0, from-20):from], " \t") == ""
	switch strings.ToLower(s[from:j]) {
	case "user", "username", "logname", "owner", "login", "account", "sudo_user", "author":
		return assigned || atLine
	case "name":
		return atLine && strings.HasPrefix(s[end:], "\nuid ")
	}
	return false
}
