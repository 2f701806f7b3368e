package platforms

import (
	"slices"
	"strings"
)

// secretMark stands where a secret was. Round brackets are plain in a query and
// allowed in the user part of a URL, in JSON, XML and ini files, so what was
// well-formed stays so; a shell refuses them, so that nobody runs a command
// which lost its password.
const secretMark = "(secret)"

// hideSecrets replaces what nobody but the learner may know.
func hideSecrets(s string) string {
	if len(s) < 4 {
		return s
	}
	c := collector{s: s, landmarks: new([allLandmark][]int)}
	c.survey()
	c.tokens()
	c.fields()
	c.urls()
	c.keys()
	c.commands()
	c.passwordFiles()
	return c.replaced()
}

// A collector gathers the stretches of a text that are secret. All its methods
// look at the original text, so their order does not matter.
type collector struct {
	s         string
	spans     []span
	landmarks *[allLandmark][]int // of [collector.survey]
}

// A span is s[start:end], to be replaced by with.
type span struct {
	start, end int
	with       string
}

func (c *collector) mark(start, end int) { c.markAs(start, end, secretMark) }

func (c *collector) markAs(start, end int, with string) {
	// What is hidden already stays as it is, also where its last parenthesis was
	// taken for one of the text around it.
	hidden := strings.HasPrefix(c.s[min(start, len(c.s)):], secretMark) && end <= start+len(secretMark)
	if start < end && !hidden && strings.TrimSpace(c.s[start:end]) != "" {
		c.spans = append(c.spans, span{start, end, with})
	}
}

// markWord marks a secret and what a narrow window wrapped of it to the next
// lines. It returns where it ended.
func (c *collector) markWord(start, end int) int { return c.markWrapped(start, end, dotted64, 0) }

// markWrapped is markWord for a secret that has at least want bytes of body.
func (c *collector) markWrapped(start, end int, body *charset, want int) int {
	c.mark(start, end)
	for got := end - start; ; {
		tail, tailEnd := nextLine(c.s, end)
		if n := body.run(c.s[tail:tailEnd]); n > 0 && got < want {
			tailEnd = tail + n
		} else if n == 0 || tail+n < tailEnd || !continues(c.s[start:end], c.s[tail:tailEnd]) {
			return end
		}
		c.mark(tail, tailEnd)
		got += tailEnd - tail
		start, end = tail, tailEnd
	}
}

// nextLine is the first word of the next line, when a line ends at end: after a
// line break or one that is written as \n. Without one it is empty.
func nextLine(s string, end int) (from, to int) {
	i := end
	switch rest := s[i:]; {
	case strings.HasPrefix(rest, "\n"):
		i++
	case strings.HasPrefix(rest, "\r\n"), strings.HasPrefix(rest, `\n`):
		i += 2
	case strings.HasPrefix(rest, `\r\n`):
		i += 4
	default:
		return end, end
	}
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	from = i
	i += dotted64.run(s[i:])
	for i > from && s[i-1] == '.' { // the end of a sentence
		i--
	}
	return from, i
}

// continues tells the rest of a secret from the next line of a file: no name,
// version or path, but letters and digits at random. After part of a hexadecimal
// number comes the rest of it.
func continues(head, tail string) bool {
	if len(tail) >= 8 && hexadecimal.run(tail) == len(tail) {
		n := len(head)
		for n > 0 && hexadecimal[head[n-1]] {
			n--
		}
		whole := len(head) - n
		return whole >= 8 && whole != 32 && whole != 40 && whole != 64 && strings.ContainsAny(tail, digits)
	}
	return looksRandom(tail)
}

// looksRandom reports whether a word has small and capital letters and digits,
// and no marks that names of files have.
func looksRandom(word string) bool {
	word = strings.TrimRight(word, "=")
	if len(word) < 8 || strings.ContainsAny(word, "=") || strings.ContainsAny(word, ".") && len(word) < 20 {
		return false
	}
	return strings.ContainsAny(word, digits) && strings.ContainsAny(word, uppers) && strings.ContainsAny(word, lowers)
}

// replaced is the text with a mark for each secret; a secret that goes over
// several lines leaves a mark on each.
func (c *collector) replaced() string {
	if len(c.spans) == 0 {
		return c.s
	}
	slices.SortFunc(c.spans, func(a, b span) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end
	})
	var out strings.Builder
	out.Grow(len(c.s))
	done := 0
	for i := 0; i < len(c.spans); {
		sp := c.spans[i]
		for i++; i < len(c.spans) && c.spans[i].start < sp.end; i++ {
			sp.end = max(sp.end, c.spans[i].end)
		}
		out.WriteString(c.s[done:sp.start])
		done = sp.end
		if strings.IndexByte(c.s[sp.start:sp.end], '\n') < 0 {
			out.WriteString(sp.with)
			continue
		}
		for line := range strings.Lines(c.s[sp.start:sp.end]) {
			text := strings.TrimRight(line, "\r\n")
			if strings.TrimSpace(text) != "" {
				out.WriteString(sp.with)
			}
			out.WriteString(line[len(text):])
		}
	}
	out.WriteString(c.s[done:])
	return out.String()
}

// keys marks the body of private keys in PEM and PuTTY form; the lines around it
// say what was there.
func (c *collector) keys() {
	const begin = "-----BEGIN "
	done := 0
	for _, i := range c.landmarks[atKey] {
		if i < done {
			continue
		}
		at := i + len(begin)
		label, _, ok := strings.Cut(c.s[at:min(len(c.s), at+80)], "-----")
		if !ok || !strings.Contains(label, "PRIVATE KEY") && !strings.Contains(label, "Static key") {
			continue
		}
		at += len(label) + len("-----")
		stop := len(c.s) // the first end line behind at
		if n, _ := slices.BinarySearch(c.landmarks[atKeyEnd], at); n < len(c.landmarks[atKeyEnd]) {
			stop = c.landmarks[atKeyEnd][n]
		}
		// Without its own end line the key was cut, and something else follows.
		cut := stop == len(c.s) || strings.Contains(c.s[at:stop], begin)
		done = c.keyLines(at, stop, cut)
	}
	done = 0
	for _, i := range c.landmarks[atPuttyKey] {
		if i >= done {
			done = c.keyLines(lineEnd(c.s, i, len(c.s)), len(c.s), true)
		}
	}
}

// keyLines marks the lines of base64 from at to end. When the key is open, a
// line that is no base64 ends it. It returns where it stopped.
func (c *collector) keyLines(at, end int, open bool) int {
	body := false
	for at < end {
		from := at
		for at < end && c.s[at] != '\n' && c.s[at] != '\\' && c.s[at] != '"' && c.s[at] != '\r' {
			at++
		}
		line := strings.TrimSpace(c.s[from:at])
		line = strings.TrimPrefix(strings.TrimPrefix(line, "2> "), "> ")
		header := !body && strings.Contains(line, ": ") // Proc-Type, DEK-Info: how, not what
		if open && line != "" && !header && line != secretMark && base64ish.run(line) < len(line) {
			return from
		}
		if line != "" && !header {
			from += strings.Index(c.s[from:at], line)
			c.mark(from, from+len(line))
			body = true
		}
		if at < end && c.s[at] == '\\' { // a line break in JSON: \n, \\n
			at += len(c.s[at:end]) - len(strings.TrimLeft(c.s[at:end], `\`))
			if at < end && (c.s[at] == 'n' || c.s[at] == 'r') {
				at++
			}
		} else if at < end && c.s[at] == '"' && open {
			return at
		} else if at < end {
			at++
		}
	}
	return at
}
