package platforms

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A shellField is one word after expansion.
type shellField struct {
	shellText
	pat    string // the text as a pattern: what was quoted is escaped
	magic  bool   // pat holds an unquoted * ? or [
	quoted bool   // a quote is part of it, so it counts even when it is empty
	many   bool   // unknown, and perhaps no word or several
}

// A wordMaker puts the parts of a word together.
type wordMaker struct {
	r      *shellRun
	split  bool // unquoted expansions fall into several fields
	assign bool // ~ counts after a : as well
	done   []shellField
	cur    shellField
	begun  bool
}

func (m *wordMaker) add(t shellText, quoted bool) {
	m.begun = m.begun || quoted || t.text != "" || t.why != ""
	m.cur.quoted = m.cur.quoted || quoted
	if m.cur.why == "" {
		if quoted {
			m.cur.pat += escapePattern(t.text)
		} else {
			m.cur.pat += t.text
			m.cur.magic = m.cur.magic || strings.ContainsAny(t.text, "*?[")
		}
	}
	if len(m.cur.text)+len(t.text) > maxText {
		t = unknownText(m.r.because("a value that grows without end"))
	}
	m.cur.shellText = m.cur.plus(t)
	m.r.spend(len(t.text) / 64)
}

func (m *wordMaker) next() {
	if m.begun {
		m.done = append(m.done, m.cur)
	}
	m.cur, m.begun = shellField{}, false
}

func escapePattern(s string) string {
	if !strings.ContainsAny(s, `*?[]\()|~#^<>-!`) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune(`*?[]\()|~#^<>-!`, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// single is a word as one string: no splitting, no file names.
func (r *shellRun) single(w *syntax.Word) shellText { return r.one(w, false).shellText }

// assigned is the word behind a =.
func (r *shellRun) assigned(w *syntax.Word) shellText { return r.one(w, true).shellText }

// pattern is a word as a pattern.
func (r *shellRun) pattern(w *syntax.Word) shellField { return r.one(w, false) }

func (r *shellRun) one(w *syntax.Word, assign bool) shellField {
	if w == nil {
		return shellField{}
	}
	m := &wordMaker{r: r, assign: assign}
	m.parts(w.Parts, false)
	m.next()
	var all shellField
	for i, f := range m.done {
		if i > 0 {
			all.shellText, all.pat = all.plus(knownText(" ")), all.pat+" "
		}
		all.shellText = all.plus(f.shellText)
		all.pat, all.magic = all.pat+f.pat, all.magic || f.magic
	}
	return all
}

// fields is a list of words after every expansion.
func (r *shellRun) fields(words []*syntax.Word) []shellField {
	var all []shellField
	for _, w := range words {
		for _, w := range r.braces(w) {
			m := &wordMaker{r: r, split: true}
			m.parts(w.Parts, false)
			m.next()
			for _, f := range m.done {
				all = append(all, r.pathnames(f)...)
			}
		}
		if r.spend(1); len(all) > 10_000 || r.tired() {
			r.steps += maxSteps
			return nil
		}
	}
	return all
}

func (m *wordMaker) parts(parts []syntax.WordPart, quoted bool) {
	r := m.r
	for i, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if quoted {
				m.add(knownText(unescapeQuoted(p.Value)), true)
			} else {
				m.literal(p.Value, i == 0, i == len(parts)-1)
			}
		case *syntax.SglQuoted:
			m.add(r.sglQuoted(p), true)
		case *syntax.DblQuoted:
			m.begun, m.cur.quoted = true, true
			m.dblQuoted(p)
		case *syntax.ParamExp:
			m.param(p, quoted)
		case *syntax.CmdSubst:
			t := r.substitute(p)
			t.text = strings.TrimRight(t.text, "\n")
			m.expanded(t, quoted)
		case *syntax.ArithmExp:
			n, why := r.arith(p.X)
			t := knownText(itoa(n))
			if why != "" {
				t = shellText{why: why, some: true}
			}
			m.add(t, quoted)
		case *syntax.ProcSubst:
			m.add(r.processSubst(p), true)
		case *syntax.ExtGlob:
			m.add(unknownText(r.because("an extended pattern")), quoted)
		default:
			m.add(unknownText(r.because("a word that devdoctor does not follow")), quoted)
		}
	}
}

// dblQuoted keeps "${list[@]}" of nothing from becoming an empty word.
func (m *wordMaker) dblQuoted(p *syntax.DblQuoted) {
	if len(p.Parts) == 1 {
		if e, ok := p.Parts[0].(*syntax.ParamExp); ok {
			if vals, isList := m.r.param(e, true); isList && len(vals) == 0 {
				m.begun = m.cur.text != "" || m.cur.why != ""
				return
			}
		}
	}
	m.parts(p.Parts, true)
}

// expanded adds what an expansion gave, split at white space where the shell does.
func (m *wordMaker) expanded(t shellText, quoted bool) {
	if quoted || !m.split || m.r.isZsh() {
		m.add(t, quoted)
		if t.why != "" && !quoted && m.split && !t.some {
			m.cur.many = true
		}
		return
	}
	m.splitAdd(t)
}

// splitAdd adds an unquoted expansion, split at the characters of IFS.
func (m *wordMaker) splitAdd(t shellText) {
	if t.why != "" {
		m.add(t, false)
		m.cur.many = true
		return
	}
	ifs, ok := m.r.ifs()
	if !ok {
		m.add(unknownText(m.r.because("an unknown IFS")), false)
		m.cur.many = true
		return
	}
	word := ""
	for i, c := range t.text {
		if !strings.ContainsRune(ifs, c) {
			word += string(c)
			continue
		}
		m.add(knownText(word), false)
		blank := c == ' ' || c == '\t' || c == '\n'
		if !blank && !m.begun {
			m.begun = true // an empty field between two separators
		}
		if m.begun && (word != "" || !blank || i == 0) {
			m.next()
		}
		word = ""
	}
	m.add(knownText(word), false)
}

func (r *shellRun) ifs() (string, bool) {
	v := r.get("IFS")
	switch {
	case v.why != "":
		return "", false
	case !v.isSet || len(v.list) == 0:
		return " \t\n", true
	}
	return v.list[0], true
}

// literal adds unquoted text of a start file: backslashes quote, a ~ at the start
// is a home directory.
func (m *wordMaker) literal(s string, first, last bool) {
	tilde := first && !m.begun && len(m.done) == 0
	for s != "" {
		if tilde && s[0] == '~' {
			end := strings.IndexAny(s, "/:")
			if end < 0 {
				end = len(s)
			}
			if end < len(s) || last {
				m.add(m.r.tildeHome(s[1:end]), true)
				s, tilde = s[end:], false
				continue
			}
		}
		i := m.plainLen(s)
		m.add(knownText(fromMark(s[:i])), false)
		s, tilde = s[i:], true // a ~ that follows comes after a :
		if s == "" || s[0] != '\\' {
			continue
		}
		if s, tilde = s[1:], false; s == "" {
			return
		}
		n := runeLen(s)
		if s[:n] != "\n" {
			m.add(knownText(fromMark(s[:n])), true)
		}
		s = s[n:]
	}
}

// plainLen is how much of a literal means itself: all before a backslash, or before a
// ~ that counts. The rest of a PATH of a thousand entries is one piece.
func (m *wordMaker) plainLen(s string) int {
	end := len(s)
	if i := strings.IndexByte(s, '\\'); i >= 0 {
		end = i
	}
	if !m.assign {
		return end
	}
	if i := strings.Index(s[:end], ":~"); i >= 0 {
		return i + 1
	}
	return end
}

func runeLen(s string) int {
	for i := range s {
		if i > 0 {
			return i
		}
	}
	return len(s)
}

// tildeHome is the home directory that ~name stands for.
func (r *shellRun) tildeHome(name string) shellText {
	switch {
	case name == "":
		return r.getText("HOME")
	case name == r.h.User && r.h.Home != "":
		return knownText(r.h.Home)
	case name == "+":
		return r.st.dir
	}
	return unknownText(r.because("the home directory of %s", name))
}

// unescapeQuoted takes away the backslashes that mean something between ".
func unescapeQuoted(s string) string {
	if !strings.Contains(s, `\`) {
		return fromMark(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\"\\\n", s[i+1]) >= 0 {
			if i++; s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return fromMark(b.String())
}

func (r *shellRun) sglQuoted(p *syntax.SglQuoted) shellText {
	if !p.Dollar {
		return knownText(fromMark(p.Value))
	}
	var b strings.Builder
	for i := 0; i < len(p.Value); i++ {
		c := p.Value[i]
		if c != '\\' || i+1 == len(p.Value) {
			b.WriteByte(c)
			continue
		}
		i++
		plain, ok := map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'e': "\x1b", 'E': "\x1b", 'a': "\a", 'b': "\b",
			'f': "\f", 'v': "\v", '\\': `\`, '\'': "'", '"': `"`, '?': "?"}[p.Value[i]]
		if !ok {
			return shellText{text: b.String(), why: r.because("a coded character")}
		}
		b.WriteString(plain)
	}
	return knownText(fromMark(b.String()))
}

// braces is a word with its {a,b} written out; sh does not know them.
func (r *shellRun) braces(w *syntax.Word) []*syntax.Word {
	if r.kind == "sh" || !strings.Contains(wordText(w), "{") {
		return []*syntax.Word{w}
	}
	c := &syntax.Word{Parts: append([]syntax.WordPart(nil), w.Parts...)}
	if !syntax.SplitBraces(c) {
		return []*syntax.Word{w}
	}
	return r.braceWords(c.Parts)
}

func wordText(w *syntax.Word) string {
	var b strings.Builder
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok {
			b.WriteString(l.Value)
		}
	}
	return b.String()
}

func (r *shellRun) braceWords(parts []syntax.WordPart) []*syntax.Word {
	for i, p := range parts {
		b, ok := p.(*syntax.BraceExp)
		if !ok {
			continue
		}
		var all []*syntax.Word
		elems := b.Elems
		if b.Sequence {
			elems = sequence(b)
		}
		for _, e := range elems {
			if r.spend(1); len(all) > 1000 || r.tired() {
				r.steps += maxSteps
				return nil
			}
			one := append(append(append([]syntax.WordPart(nil), parts[:i]...), e.Parts...), parts[i+1:]...)
			all = append(all, r.braceWords(one)...)
		}
		return all
	}
	return []*syntax.Word{{Parts: parts}}
}

// sequence is the words of {1..5}; none for what devdoctor does not count.
func sequence(b *syntax.BraceExp) []*syntax.Word {
	if len(b.Elems) != 2 {
		return nil
	}
	from, ok1 := atoi(b.Elems[0].Lit())
	to, ok2 := atoi(b.Elems[1].Lit())
	if !ok1 || !ok2 {
		return nil
	}
	var words []*syntax.Word
	for n, step := from, 1; len(words) < 1000; n += step {
		if to < from {
			step = -1
		}
		words = append(words, &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: itoa(n)}}})
		if n == to {
			break
		}
	}
	return words
}
