package main

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"

	"devdoctor/checks"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// A layout is all that text depends on besides the report.
type layout struct {
	width   int // columns
	unicode bool
	colour  bool
	verbose bool
}

// A page is text that grows line by line.
type page struct {
	layout
	lines []string
}

func newPage(l layout) *page { return &page{layout: l} }

// blank adds an empty line, never two in a row.
func (p *page) blank() {
	if n := len(p.lines); n > 0 && p.lines[n-1] != "" {
		p.lines = append(p.lines, "")
	}
}

// paragraph adds text, wrapped, behind indent spaces.
func (p *page) paragraph(indent int, text string) {
	p.hang(strings.Repeat(" ", indent), indent, text)
}

// list adds items below what they are, where there are any.
func (p *page) list(heading string, items []string) {
	if len(items) > 0 {
		p.paragraph(0, heading)
	}
	for _, item := range items {
		p.paragraph(3, item)
	}
}

// section adds a heading and the text below it.
func (p *page) section(heading, text string) {
	p.paragraph(2, p.paint(heading, color.Bold)+":")
	p.paragraph(4, text)
}

// command adds a line to copy. It is never wrapped.
func (p *page) command(indent int, line string) {
	p.lines = append(p.lines, strings.Repeat(" ", indent)+p.paint(line, color.Bold))
}

// hang adds text, wrapped, the first line behind head, the others behind indent
// spaces. head takes indent columns.
func (p *page) hang(head string, indent int, text string) {
	for _, line := range wrap(text, p.width-indent) {
		p.lines = append(p.lines, strings.TrimRight(head+line, " "))
		head = strings.Repeat(" ", indent)
	}
}

func (p *page) bytes() []byte {
	var b bytes.Buffer
	for _, line := range p.lines {
		b.WriteString(line + "\n")
	}
	return b.Bytes()
}

// wrap cuts text into lines of at most width columns, at spaces. A word that is
// longer stays whole, so that a path can be copied.
func wrap(text string, width int) []string {
	var lines []string
	line, columns := "", 0
	for word := range strings.FieldsSeq(text) {
		n := columnsOf(word)
		if line != "" && columns+1+n > width {
			lines = append(lines, line)
			line, columns = "", 0
		}
		if line != "" {
			line += " "
			columns++
		}
		line += word
		columns += n
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// columnsOf is the room of a word on the screen, where colours take none.
func columnsOf(word string) int {
	n, colour := 0, false
	for _, r := range word {
		switch {
		case r == '\x1b':
			colour = true
		case colour:
			colour = r != 'm'
		default:
			n++
		}
	}
	return n
}

func (p *page) paint(s string, attributes ...color.Attribute) string {
	if !p.colour {
		return s
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(s)
}

// A badge is how a status looks. The word says it all; symbol and colour only
// help to find it.
type badge struct {
	word, symbol string
	colour       color.Attribute
}

var badges = map[checks.Status]badge{
	checks.StatusOK:      {"ok", "✓", color.FgGreen},
	checks.StatusWarn:    {"warn", "!", color.FgYellow},
	checks.StatusFail:    {"FAIL", "✗", color.FgRed},
	checks.StatusUnknown: {"unknown", "?", color.FgMagenta},
	checks.StatusBlocked: {"waits", "-", color.FgBlue},
	checks.StatusSkip:    {"skip", "-", color.FgBlue},
}

// badgeWidth is the columns that a badge and the space behind it take.
func (p *page) badgeWidth() int {
	if p.unicode {
		return len("x unknown ")
	}
	return len("unknown ")
}

// row adds text behind the badge of a status.
func (p *page) row(s checks.Status, text string) {
	b := badges[s]
	word := b.word
	if p.unicode {
		word = b.symbol + " " + word
	}
	pad := strings.Repeat(" ", p.badgeWidth()-utf8.RuneCountInString(word))
	p.hang(p.paint(word, b.colour)+pad, p.badgeWidth(), text)
}

// commandLine is argv as the learner's shell takes it.
func commandLine(os platforms.OS, argv ...string) string {
	return fixers.ShellOf(os).Line(argv)
}
