package main

import (
	"fmt"
	"strings"
	"time"

	"devdoctor/checks"
)

// verboseText is r with every check, what it saw and how long it took.
func verboseText(r *checks.Report, l layout) []byte {
	p := newPage(l)
	p.head(r)
	for _, c := range r.Checks {
		p.entry(c)
	}
	p.slow(r.Slowest)
	p.foot(r)
	return p.bytes()
}

func (p *page) entry(c checks.CheckReport) {
	id := c.ID
	if c.Problem != "" {
		id += "/" + c.Problem
	}
	p.row(c.Status, fmt.Sprintf("%s (%d ms)", id, c.MS))
	text := c.Summary
	if c.Reason != "" {
		text += ": " + reasons[c.Reason]
	}
	p.paragraph(p.badgeWidth(), text)
	p.paragraph(p.badgeWidth(), c.Detail)
	for _, n := range c.Notes {
		p.paragraph(p.badgeWidth(), "Note: "+n)
	}
	p.advice(c)
	for _, e := range c.Evidence {
		p.quote(p.badgeWidth(), fmt.Sprintf("> %s (%d ms)", e.Query, e.MS))
		for line := range strings.Lines(e.Answer) {
			p.quote(p.badgeWidth()+2, strings.TrimSuffix(line, "\n"))
		}
	}
}

// quote adds a line as it is, cut where the page ends.
func (p *page) quote(indent int, line string) {
	if runes := []rune(line); len(runes) > p.width-indent {
		line = string(runes[:p.width-indent-3]) + "..."
	}
	p.lines = append(p.lines, strings.TrimRight(strings.Repeat(" ", indent)+line, " "))
}

// slow lists the queries that took longest.
func (p *page) slow(queries []checks.SlowQuery) {
	if len(queries) == 0 {
		return
	}
	p.blank()
	p.paragraph(0, "The slowest questions:")
	for _, q := range queries {
		p.quote(2, fmt.Sprintf("%5d ms  %s", q.Took.Round(time.Millisecond).Milliseconds(), q.Query))
	}
}
