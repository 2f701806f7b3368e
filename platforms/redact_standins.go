package platforms

import (
	"hash/fnv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// standIns gives private words stand-ins: anna becomes xxxx, Anna Müller becomes
// Xxxx Xøxxxx. Length in bytes and in runes, case, digits, spaces and script
// stay, because they are findings. Different words of one shape get different
// stand-ins, one word always the same, whatever its case.
//
// A stand-in is made of letters that no name is made of (x, z, q), so that it is
// known by sight and left alone, also by another devdoctor.
type standIns struct {
	salt  string
	mu    sync.Mutex
	given map[string]string // both in lower case
	taken map[string]bool
	exact map[string]string // what was given, for words as they were written
}

// alphabets are the letters of stand-ins. A letter becomes one of the first row
// that holds it; all letters of a row have the same length in UTF-8.
var alphabets = []struct {
	holds        func(r rune) bool
	size         int
	lower, upper []rune
}{
	{func(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }, 1, []rune("xzq"), []rune("XZQ")},
	{func(r rune) bool { return r >= '0' && r <= '9' }, 1, []rune("09"), nil},
	{in(unicode.Cyrillic), 2, []rune("жщф"), []rune("ЖЩФ")},
	{in(unicode.Greek), 2, []rune("ξψζ"), []rune("ΞΨΖ")},
	{in(unicode.Hebrew), 2, []rune("צקז"), nil},
	{in(unicode.Arabic), 2, []rune("ظضغ"), nil},
	{unicode.IsLetter, 2, []rune("øþð"), []rune("ØÞÐ")},
	{in(unicode.Han), 3, []rune("某甲乙"), nil},
	{in(unicode.Hiragana), 3, []rune("んゐゑ"), nil},
	{in(unicode.Katakana), 3, []rune("ンヰヱ"), nil},
	{in(unicode.Hangul), 3, []rune("뷁쀍쬃"), nil},
	{in(unicode.Latin), 3, []rune("ẋẍẑ"), []rune("ẊẌẐ")},
	{unicode.IsLetter, 3, []rune("ꙁꙃꙅ"), nil},
	{unicode.IsLetter, 4, []rune("𐐨𐐩𐐪"), nil},
}

func in(t *unicode.RangeTable) func(rune) bool {
	return func(r rune) bool { return unicode.IsLetter(r) && unicode.Is(t, r) }
}

// alphabet is the letters that can stand for r; none for what stays: marks,
// spaces, punctuation.
func alphabet(r rune) []rune {
	for _, a := range alphabets {
		if utf8.RuneLen(r) == a.size && a.holds(r) {
			if unicode.IsUpper(r) && a.upper != nil {
				return a.upper
			}
			return a.lower
		}
	}
	return nil
}

// isStandIn reports whether a word is one already, or has nothing to hide.
func isStandIn(word string) bool {
	for _, r := range word {
		if r < utf8.RuneSelf {
			if alnum[byte(r)] && strings.IndexByte("xzqXZQ09", byte(r)) < 0 {
				return false
			}
			continue
		}
		if a := alphabet(r); a != nil && !strings.ContainsRune(string(a), r) {
			return false
		}
	}
	return true
}

// of is the stand-in for a word.
func (t *standIns) of(word string) string {
	if isStandIn(word) || !utf8.ValidString(word) {
		return word
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if stand, ok := t.exact[word]; ok {
		return stand
	}
	key := lowered(word)
	if t.taken[key] { // one of the rare ones that are not known by sight
		return word
	}
	stand, ok := t.given[key]
	if !ok {
		// Words that turn up in answers take a place that depends on nothing
		// but the word, so that the order of the answers does not matter. The
		// salt is as private as the words.
		h := fnv.New64a()
		h.Write([]byte(t.salt + "\x00" + key))
		stand = t.give(key, h.Sum64()>>1)
	}
	t.exact[word] = caseOf(word, stand)
	return t.exact[word]
}

// introduce gives the words of an identity the first stand-ins of their shapes.
func (t *standIns) introduce(word string) {
	if key := lowered(word); !isStandIn(key) && t.given[key] == "" {
		t.give(key, 0)
	}
}

// give finds a free stand-in for key, beginning at a code.
func (t *standIns) give(key string, code uint64) string {
	for range 4096 {
		if s := coded(key, code, alphabet); !t.taken[s] {
			return t.take(key, s)
		}
		code++
	}
	for n := range uint64(1 << 16) { // a shape of one or two letters that is used up
		if s := coded(key, n, wider); !t.taken[s] && t.given[s] == "" && s != key {
			return t.take(key, s)
		}
	}
	return t.take(key, coded(key, 0, alphabet))
}

func (t *standIns) take(key, stand string) string {
	t.given[key] = stand
	t.taken[stand] = true
	return stand
}

// wider is alphabet for words so short that x, z and q do not last.
func wider(r rune) []rune {
	switch {
	case r >= 'a' && r <= 'z':
		return []rune("xzqjkvwypgbfdhmlutsrncieoa")
	case r >= '0' && r <= '9':
		return []rune("0987654321")
	}
	return alphabet(r)
}

// coded writes a number in the letters that may stand for those of key.
func coded(key string, n uint64, letters func(rune) []rune) string {
	runes := []rune(key)
	for i := len(runes) - 1; i >= 0; i-- {
		if a := letters(runes[i]); a != nil {
			runes[i] = a[n%uint64(len(a))]
			n /= uint64(len(a))
		}
	}
	return string(runes)
}

// lowered is a word in lower case, but for letters whose lower case has another
// length.
func lowered(word string) string { return strings.Map(lowerRune, word) }

func lowerRune(r rune) rune {
	if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
		return l
	}
	return r
}

// caseOf is stand with the capitals of word.
func caseOf(word, stand string) string {
	runes, i := []rune(stand), 0
	for _, r := range word {
		if unicode.IsUpper(r) {
			if u := unicode.ToUpper(runes[i]); utf8.RuneLen(u) == utf8.RuneLen(r) {
				runes[i] = u
			}
		}
		i++
	}
	return string(runes)
}
