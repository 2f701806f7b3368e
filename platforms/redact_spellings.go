package platforms

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spellings are the ways in which shells, URLs and JSON write a name that has
// spaces, quotes or letters beyond ASCII.
var spellings = [...]func(string) string{
	func(s string) string { return percentEncoded(s, "%20", "%%%02X") },
	func(s string) string { return percentEncoded(s, "%20", "%%%02x") },
	func(s string) string { return percentEncoded(s, "+", "%%%02X") },
	func(s string) string { return strings.ReplaceAll(percentEncoded(s, "%20", "%%%02X"), "'", "%27") },
	func(s string) string { return unicodeEscaped(s, `\u%04x`) },
	func(s string) string { return unicodeEscaped(s, `\u%04X`) },
	func(s string) string { return unicodeEscaped(s, `\\u%04x`) },
	octalEscaped, // git
	func(s string) string { return strings.ReplaceAll(octalEscaped(s), `\`, `\\`) }, // git in JSON
	func(s string) string { return strings.ReplaceAll(s, " ", `\ `) },               // sh
	func(s string) string { return strings.ReplaceAll(s, " ", `\\ `) },              // sh in JSON
	func(s string) string { return strings.ReplaceAll(s, " ", `\040`) },             // /proc/mounts
	func(s string) string { return strings.ReplaceAll(s, "'", `\'`) },               // sh
	func(s string) string { return strings.ReplaceAll(s, "'", `\\'`) },              // sh in JSON
	func(s string) string { return strings.ReplaceAll(s, "'", `'\''`) },             // sh
	func(s string) string { return strings.ReplaceAll(s, "'", `'\\''`) },            // sh in JSON
	func(s string) string { return strings.ReplaceAll(s, "'", `'"'"'`) },            // sh
	func(s string) string { return strings.ReplaceAll(s, "'", `'\"'\"'`) },          // sh in JSON
	func(s string) string { return strings.ReplaceAll(s, "'", `''`) },               // PowerShell
	func(s string) string { return strings.ReplaceAll(s, "'", `\u0027`) },           // JSON
	func(s string) string { return strings.ReplaceAll(s, "'", "&#39;") },            // HTML
	func(s string) string { return strings.ReplaceAll(s, " ", "-") },                // host names
	func(s string) string { return strings.ReplaceAll(s, " ", ".") },                // mail addresses
	func(s string) string { return strings.ReplaceAll(s, " ", "") },                 // accounts
}

// percentEncoded writes the bytes beyond ASCII by hexByte, and spaces by space.
func percentEncoded(s, space, hexByte string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ' ':
			b.WriteString(space)
		case s[i] >= utf8.RuneSelf:
			fmt.Fprintf(&b, hexByte, s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// octalEscaped writes the bytes beyond ASCII as git does in paths between quotes.
func octalEscaped(s string) string { return percentEncoded(s, " ", `\%03o`) }

// unicodeEscaped writes the letters beyond ASCII of the basic plane by escape.
func unicodeEscaped(s, escape string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= utf8.RuneSelf && r <= 0xffff {
			fmt.Fprintf(&b, escape, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// marked are letters with the letter and the combining mark that they are made
// of: what European names need. Unicode 15, canonical decompositions.
const marked = `ÀA` + "\u0300" + `ÁA` + "\u0301" + `ÂA` + "\u0302" + `ÃA` + "\u0303" + `ÄA` + "\u0308" + `ÅA` + "\u030a" +
	`ÇC` + "\u0327" + `ÈE` + "\u0300" + `ÉE` + "\u0301" + `ÊE` + "\u0302" + `ËE` + "\u0308" + `ÌI` + "\u0300" + `ÍI` + "\u0301" +
	`ÎI` + "\u0302" + `ÏI` + "\u0308" + `ÑN` + "\u0303" + `ÒO` + "\u0300" + `ÓO` + "\u0301" + `ÔO` + "\u0302" + `ÕO` + "\u0303" +
	`ÖO` + "\u0308" + `ÙU` + "\u0300" + `ÚU` + "\u0301" + `ÛU` + "\u0302" + `ÜU` + "\u0308" + `ÝY` + "\u0301" + `ĄA` + "\u0328" +
	`ĆC` + "\u0301" + `ČC` + "\u030c" + `ĎD` + "\u030c" + `ĘE` + "\u0328" + `ĚE` + "\u030c" + `ĞG` + "\u0306" + `ĹL` + "\u0301" +
	`ĽL` + "\u030c" + `ŃN` + "\u0301" + `ŇN` + "\u030c" + `ŐO` + "\u030b" + `ŘR` + "\u030c" + `ŚS` + "\u0301" + `ŞS` + "\u0327" +
	`ŠS` + "\u030c" + `ŤT` + "\u030c" + `ŮU` + "\u030a" + `ŰU` + "\u030b" + `ŹZ` + "\u0301" + `ŻZ` + "\u0307" + `ŽZ` + "\u030c"

// decompose is a letter and the mark that r is made of.
func decompose(r rune) (letter, mark rune, ok bool) {
	if r < utf8.RuneSelf {
		return 0, 0, false
	}
	upper, table := unicode.ToUpper(r), []rune(marked)
	for i := 0; i < len(table); i += 3 {
		if table[i] == upper {
			if letter, mark = table[i+1], table[i+2]; upper != r {
				letter = unicode.ToLower(letter)
			}
			return letter, mark, true
		}
	}
	return 0, 0, false
}

// decomposed writes letters and their marks apart, as older macOS volumes do.
func decomposed(s string) string {
	var b strings.Builder
	for _, r := range s {
		if letter, mark, ok := decompose(r); ok {
			b.WriteRune(letter)
			b.WriteRune(mark)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// decomposedStand is the stand-in for a name with its letters and marks apart.
func decomposedStand(name, stand string) string {
	var b strings.Builder
	stands := []rune(stand)
	for i, r := range []rune(name) {
		letter, mark, ok := decompose(r)
		if !ok {
			b.WriteRune(stands[i])
			continue
		}
		from, to := alphabet(r), alphabet(letter)
		for k, a := range from {
			if a == stands[i] {
				b.WriteRune(to[k])
			}
		}
		b.WriteRune(mark)
	}
	return b.String()
}

// plainLetters is s without marks.
func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if letter, _, ok := decompose(r); ok {
			return letter
		}
		return r
	}, s)
}

// shortName is the beginning of an 8.3 name: six letters, in capitals, without
// spaces and dots; what DOS did not allow is an underscore.
func shortName(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToUpper(s) {
		if n == 6 {
			break
		}
		switch {
		case r == ' ' || r == '.':
			continue
		case strings.ContainsRune("+,;=[]", r):
			r = '_'
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
