package platforms

import (
	"strconv"
	"strings"
)

// word reads one word of fish.
func (p *fishParser) word() (fishWord, error) {
	var w fishWord
	start := p.pos
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; c {
		case ' ', '\t', '\n', ';', '|', '&', ')', '<', '>':
			return w, p.some(start)
		case '\r':
			if strings.HasPrefix(p.src[p.pos:], "\r\n") {
				return w, p.some(start)
			}
			p.pos++
			w = append(w, fishPart{kind: 't', text: "\r"})
		case '\'':
			text, err := p.single()
			if err != nil {
				return nil, err
			}
			w = append(w, fishPart{kind: 't', text: text, quoted: true})
		case '"':
			parts, err := p.double()
			if err != nil {
				return nil, err
			}
			w = append(w, parts...)
		case '$':
			part, err := p.variable(false)
			if err != nil {
				return nil, err
			}
			w = append(w, part)
		case '(':
			part, err := p.commands()
			if err != nil {
				return nil, err
			}
			w = append(w, part)
		case '{':
			part, err := p.braces()
			if err != nil {
				return nil, err
			}
			w = append(w, part)
		case '\\':
			text, err := p.escape()
			if err != nil {
				return nil, err
			}
			w = append(w, fishPart{kind: 't', text: text, quoted: true})
		case '}', ',':
			p.pos++
			w = append(w, fishPart{kind: 't', text: string(c)})
		default:
			end := p.pos + 1
			for end < len(p.src) && strings.IndexByte(" \t\r\n;|&)<>'\"$({\\},", p.src[end]) < 0 {
				end++
			}
			w = append(w, fishPart{kind: 't', text: p.src[p.pos:end]})
			p.pos = end
		}
	}
	return w, p.some(start)
}

// some is an error for a word of nothing, so that no reader waits at one place.
func (p *fishParser) some(start int) error {
	if p.pos == start {
		return errFish
	}
	return nil
}

func (p *fishParser) single() (string, error) {
	var b strings.Builder
	for p.pos++; p.pos < len(p.src); p.pos++ {
		switch c := p.src[p.pos]; {
		case c == '\'':
			p.pos++
			return b.String(), nil
		case c == '\\' && p.pos+1 < len(p.src) && (p.src[p.pos+1] == '\'' || p.src[p.pos+1] == '\\'):
			p.pos++
			b.WriteByte(p.src[p.pos])
		default:
			if c == '\n' {
				p.line++
			}
			b.WriteByte(c)
		}
	}
	return "", errFish
}

func (p *fishParser) double() (fishWord, error) {
	w := fishWord{{kind: 't', quoted: true}} // "" is a word
	text := func(s string) { w = append(w, fishPart{kind: 't', text: s, quoted: true}) }
	for p.pos++; p.pos < len(p.src); {
		c := p.src[p.pos]
		next := byte(0)
		if p.pos+1 < len(p.src) {
			next = p.src[p.pos+1]
		}
		switch {
		case c == '"':
			p.pos++
			return w, nil
		case c == '\\' && next == '\n':
			p.pos, p.line = p.pos+2, p.line+1
		case c == '\\' && next != 0 && strings.IndexByte(`"$\`, next) >= 0:
			text(string(next))
			p.pos += 2
		case c == '$':
			part, err := p.variable(true)
			if err != nil {
				return nil, err
			}
			w = append(w, part)
		default:
			if c == '\n' {
				p.line++
			}
			text(string(c))
			p.pos++
		}
	}
	return nil, errFish
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// variable reads $NAME, $$NAME, $NAME[...] and $(...).
func (p *fishParser) variable(quoted bool) (fishPart, error) {
	part := fishPart{kind: 'v', quoted: quoted}
	p.pos++
	if p.pos < len(p.src) && p.src[p.pos] == '(' {
		c, err := p.commands()
		c.quoted = quoted
		return c, err
	}
	for p.pos < len(p.src) && p.src[p.pos] == '$' {
		part.deref++
		p.pos++
	}
	start := p.pos
	for p.pos < len(p.src) && isNameByte(p.src[p.pos]) {
		p.pos++
	}
	if part.text = p.src[start:p.pos]; part.text == "" {
		return part, errFish
	}
	return part, p.subscript(&part)
}

// subscript reads [1], [2..-1] and the like.
func (p *fishParser) subscript(part *fishPart) error {
	if p.pos >= len(p.src) || p.src[p.pos] != '[' {
		return nil
	}
	p.pos++
	part.index = []fishWord{}
	for {
		p.blanks()
		if p.pos >= len(p.src) {
			return errFish
		}
		if p.src[p.pos] == ']' {
			p.pos++
			return nil
		}
		end := p.pos
		for end < len(p.src) && strings.IndexByte(" \t\n]$(\"';|&)", p.src[end]) < 0 {
			end++
		}
		if end > p.pos {
			part.index = append(part.index, fishWord{{kind: 't', text: p.src[p.pos:end]}})
			p.pos = end
			continue
		}
		if p.src[p.pos] != '$' {
			return errFish
		}
		v, err := p.variable(false)
		if err != nil {
			return err
		}
		part.index = append(part.index, fishWord{v})
	}
}

func (p *fishParser) commands() (fishPart, error) {
	p.pos++
	jobs, _, err := p.jobs(")")
	part := fishPart{kind: 'c', jobs: jobs}
	if err != nil {
		return part, err
	}
	return part, p.subscript(&part)
}

// braces reads {a,b}. A brace without a comma is text.
func (p *fishParser) braces() (fishPart, error) {
	end := matchingBrace(p.src[p.pos:])
	if end < 0 {
		return fishPart{}, errFish
	}
	inside := p.src[p.pos+1 : p.pos+end]
	p.pos += end + 1
	part := fishPart{kind: 'b'}
	if p.depth++; p.depth > 200 {
		return part, errFish
	}
	defer func() { p.depth-- }()
	for _, alt := range splitCommas(inside) {
		q := &fishParser{src: strings.TrimSpace(alt), line: p.line, depth: p.depth}
		var w fishWord
		if q.src != "" {
			var err error
			if w, err = q.word(); err != nil || q.pos < len(q.src) {
				return part, errFish
			}
		}
		part.alts = append(part.alts, w)
	}
	if len(part.alts) < 2 {
		all := append(fishWord{{kind: 't', text: "{", quoted: true}}, part.alts[0]...)
		part.alts = []fishWord{append(all, fishPart{kind: 't', text: "}", quoted: true})}
	}
	return part, nil
}

func matchingBrace(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		case '\n':
			return -1
		}
	}
	return -1
}

func splitCommas(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, s[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, s[start:])
}

// escape reads a backslash and what it quotes.
func (p *fishParser) escape() (string, error) {
	p.pos++
	if p.pos >= len(p.src) {
		return "", errFish
	}
	c := p.src[p.pos]
	p.pos++
	switch c {
	case '\n':
		p.line++
		return "", nil
	case 'n':
		return "\n", nil
	case 't':
		return "\t", nil
	case 'r':
		return "\r", nil
	case 'e':
		return "\x1b", nil
	case 'x', 'X', 'u', 'U':
		size := map[byte]int{'x': 2, 'X': 2, 'u': 4, 'U': 8}[c]
		end := p.pos
		for end < len(p.src) && end < p.pos+size && strings.IndexByte("0123456789abcdefABCDEF", p.src[end]) >= 0 {
			end++
		}
		n, err := strconv.ParseUint(p.src[p.pos:end], 16, 32)
		if err != nil {
			return "", errFish
		}
		p.pos = end
		if size == 2 {
			return string([]byte{byte(n)}), nil
		}
		return string(rune(n)), nil
	}
	n := runeLen(p.src[p.pos-1:])
	text := p.src[p.pos-1 : p.pos-1+n]
	p.pos += n - 1
	return text, nil
}
