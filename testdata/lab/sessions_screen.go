package main

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// screenWidth is the width of the lab's terminals, screenHeight their height.
const screenWidth, screenHeight = 80, 24

// A screen is what a terminal shows of all that was written to it, with what has left it
// at the top: shells draw a line several times while somebody types.
type screen struct {
	rows     [][]rune
	row, col int
}

// readScreen is the screen on which everything was written.
func readScreen(written []byte) *screen {
	s := &screen{rows: [][]rune{nil}}
	for text := string(written); text != ""; {
		if text[0] == 0x1b {
			text = s.escape(text[1:])
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		s.write(r)
	}
	return s
}

func (s *screen) write(r rune) {
	switch {
	case r == '\r':
		s.col = 0
	case r == '\n':
		s.goTo(s.row+1, s.col)
	case r == '\b':
		s.col = max(s.col-1, 0)
	case r == '\t':
		s.col = min(s.col/8*8+8, screenWidth-1)
	case r < ' ' || r == 0x7f:
	default:
		if s.col == screenWidth {
			s.goTo(s.row+1, 0)
		}
		line := &s.rows[s.row]
		for len(*line) <= s.col {
			*line = append(*line, ' ')
		}
		(*line)[s.col] = r
		s.col++
	}
}

func (s *screen) goTo(row, col int) {
	s.row, s.col = max(row, 0), min(max(col, 0), screenWidth)
	for len(s.rows) <= s.row {
		s.rows = append(s.rows, nil)
	}
}

// escape obeys the sequence that text begins with, its ESC apart, and returns the rest.
func (s *screen) escape(text string) string {
	switch {
	case text == "":
		return ""
	case text[0] == '[':
		end := strings.IndexFunc(text[1:], func(r rune) bool { return r >= '@' && r <= '~' })
		if end < 0 {
			return ""
		}
		s.control(text[1:1+end], text[1+end])
		return text[2+end:]
	case strings.ContainsRune("]P_^", rune(text[0])): // a title and the like, up to BEL or ESC \
		end := strings.IndexAny(text, "\a\x1b")
		if end < 0 {
			return ""
		}
		return strings.TrimPrefix(text[end+1:], "\\")
	case strings.ContainsRune("()*+#%", rune(text[0])) && len(text) > 1:
		return text[2:]
	}
	return text[1:]
}

// control obeys a control sequence that moves or erases; colours and modes say nothing here.
func (s *screen) control(arguments string, final byte) {
	first, second, _ := strings.Cut(arguments, ";")
	n := number(first)
	switch count := max(n, 1); final {
	case 'A':
		s.goTo(s.row-count, s.col)
	case 'B':
		s.goTo(s.row+count, s.col)
	case 'C':
		s.goTo(s.row, s.col+count)
	case 'D':
		s.goTo(s.row, s.col-count)
	case 'G':
		s.goTo(s.row, count-1)
	case 'H', 'f':
		s.goTo(max(len(s.rows)-screenHeight, 0)+count-1, max(number(second), 1)-1)
	case 'J':
		if n == 0 {
			s.cutLine()
			s.rows = slices.Delete(s.rows, s.row+1, len(s.rows))
		}
	case 'K':
		switch line := s.rows[s.row]; n {
		case 0:
			s.cutLine()
		case 1:
			for i := range min(s.col+1, len(line)) {
				line[i] = ' '
			}
		default:
			s.rows[s.row] = nil
		}
	}
}

func (s *screen) cutLine() {
	s.rows[s.row] = s.rows[s.row][:min(s.col, len(s.rows[s.row]))]
}

func number(text string) int {
	n := 0
	for _, r := range text {
		if r >= '0' && r <= '9' && n < 1000 {
			n = n*10 + int(r-'0')
		}
	}
	return n
}

// lines is what the screen shows from a row on, without what is empty at its end.
func (s *screen) lines(from int) []string {
	var lines []string
	for _, row := range s.rows[min(from, len(s.rows)):] {
		lines = append(lines, strings.TrimRight(string(row), " "))
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// before is the text before the cursor, in its line.
func (s *screen) before() string {
	line := s.rows[s.row]
	text := string(line[:min(s.col, len(line))])
	return text + strings.Repeat(" ", max(s.col-len(line), 0))
}
