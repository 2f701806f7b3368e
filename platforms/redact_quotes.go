package platforms

import "strings"

// quoteAt is the quote that stands at i with the backslashes before it, which
// are there when one string is written within another: \" or \\\".
func quoteAt(s string, i int) string {
	j := i
	for j < len(s) && s[j] == '\\' && j-i < 8 {
		j++
	}
	if j < len(s) && (s[j] == '"' || s[j] == '\'' || s[j] == '`') && (j == i || s[j] == '"') {
		return s[i : j+1]
	}
	return ""
}

func quoteEnd(s string, i int) int { return i + len(quoteAt(s, i)) }

// closing is where the string that delim opened before at ends: at the same
// quote with as many backslashes, at most two lines on. A string that nobody
// closes ends with its line.
func closing(s string, at int, delim string) int {
	quote, depth := delim[len(delim)-1], len(delim)-1
	lines, slashes := 0, 0
	for i := at; i < len(s) && i-at < 8192; i++ {
		switch s[i] {
		case '\\':
			slashes++
			continue
		case quote:
			if slashes <= depth && (slashes == depth || slashes == 0) || slashes%(2*(depth+1)) == depth {
				return i - min(depth, slashes)
			}
		case '\n':
			if lines++; lines > 2 {
				return lineEnd(s, at, len(s))
			}
		}
		slashes = 0
	}
	return lineEnd(s, at, len(s))
}

// enclosing is the quote that opened the word which from is in: of "NAME=value"
// the first. It is empty for a word without quotes.
func enclosing(s string, from int) string {
	for i := from; i > 0 && from-i < 200; i-- {
		switch b := s[i-1]; b {
		case ' ', '\t', '\n', ',', '{', '[', '(':
			return ""
		case '"', '\'', '`':
			j := i - 1
			for j > 0 && s[j-1] == '\\' {
				j--
			}
			return s[j:i]
		}
	}
	return ""
}

// lineEnd is where the line at i ends: before a line break or one written as \n,
// and no later than stop.
func lineEnd(s string, i, stop int) int {
	for j := i; j < stop; j++ {
		switch s[j] {
		case '\n':
			return j
		case '\r':
			if j+1 < len(s) && s[j+1] == '\n' {
				return j
			}
		case '\\':
			if j+1 < stop && s[j+1] == '\\' {
				j++
			} else if j+1 < stop && (s[j+1] == 'n' || s[j+1] == 'r') {
				return j
			}
		}
	}
	return stop
}

// wordEnd is where an unquoted value ends: at white space, at a quote that
// closes something around it, or where the next setting begins.
func wordEnd(s string, at int) int {
	end := len(s)
loop:
	for i := at; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\n', '\r':
			end = i
			break loop
		case '"', '\'', '`':
			if i+1 == len(s) || strings.IndexByte(",:;)]} \t\r\n\"'\\", s[i+1]) >= 0 {
				end = i
				break loop
			}
		case '\\':
			if i+1 < len(s) && s[i+1] == '\\' {
				i++
			} else if i+1 < len(s) && strings.IndexByte("nrt\"", s[i+1]) >= 0 || strings.HasPrefix(s[i:], `\u0026`) {
				end = i
				break loop
			}
		case '<':
			if strings.HasPrefix(s[i:], "</") {
				end = i
				break loop
			}
		case ';', '&', ',', '%':
			if startsSetting(s, i) {
				end = i
				break loop
			}
		}
	}
	return at + len(withoutTrail(s[at:end]))
}

// withoutTrail is a word without what belongs to the text around it: commas,
// semicolons and brackets that nothing in the word opens. The first byte stays.
func withoutTrail(word string) string {
	const brackets = "()[]{}"
	var open [len(brackets) / 2]int // less those that are closed
	counted := false
	for ; len(word) > 1; word = word[:len(word)-1] {
		last := word[len(word)-1]
		if last == ',' || last == ';' {
			continue
		}
		kind := strings.IndexByte(brackets, last)
		if kind < 0 || kind%2 == 0 {
			return word
		}
		if !counted {
			for i := range open {
				open[i] = strings.Count(word, brackets[2*i:2*i+1]) - strings.Count(word, brackets[2*i+1:2*i+2])
			}
			counted = true
		}
		if open[kind/2] >= 0 {
			return word
		}
		open[kind/2]++
	}
	return word
}

// separatorIn is where the next setting begins between at and stop; stop without
// one.
func separatorIn(s string, at, stop int) int {
	for i := at; i < stop; i++ {
		if b := s[i]; (b == ';' || b == '&' || b == ',' || b == '%') && startsSetting(s, i) {
			return i
		}
	}
	return stop
}

// startsSetting reports whether behind the separator at i another name and its
// value begin: ;Server=..., &b=..., %26b%3D...
func startsSetting(s string, i int) bool {
	if s[i] == '%' {
		if !strings.HasPrefix(s[i:], "%26") {
			return false
		}
		i += 2
	}
	i++
	n := 0
	for i+n < len(s) && n < 64 && (keyByte[s[i+n]] || s[i+n] == ' ') {
		n++
	}
	if n == 0 && quoteAt(s, i) != "" {
		return s[i-1] == ','
	}
	return n > 0 && i+n < len(s) && (s[i+n] == '=' || strings.HasPrefix(s[i+n:], "%3D")) || n == 0 && (i == len(s) || s[i] == '\n')
}
