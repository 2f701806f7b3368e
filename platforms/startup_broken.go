package platforms

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A BrokenLine is where a shell gives up a start file: what begins there is never
// closed, or it closes what was never opened. What stands above was run, and nothing
// else of the file.
type BrokenLine struct {
	File string
	Line int // counted from 1
	Text string
}

// syntaxError is a file whose rest does not parse, which begins behind the last
// command that does. Where it is certain that a shell stops there as well, bash and zsh
// leave the file, and dash all files. Otherwise nobody knows what the shell makes
// of the rest, so PATH stays known only where the rest does not speak of it.
//
// Tried with bash 5.2, zsh 5.9 and dash 0.5.12, 2026-11-21.
func (r *shellRun) syntaxError(text string, end int, line uint, err error) signal {
	start := end + nextCommand(text[end:])
	if r.inEval == 0 && r.certainlyBroken(text, start, err) {
		first, _, _ := strings.Cut(text[start:], "\n")
		r.brokenAt = append(r.brokenAt, BrokenLine{File: r.source, Line: 1 + strings.Count(text[:start], "\n"), Text: strings.TrimSpace(first)})
		r.st.status = shellStatus{code: 1}
		if r.kind == "sh" {
			return r.dies()
		}
		return leaveCall
	}
	r.at = r.h.Tilde(r.source) + ":" + itoa(int(line))
	r.st.status = shellStatus{why: r.because("a line that the shell does not understand")}
	if pathLike().MatchString(text[end:]) || r.kind == "sh" || r.inEval > 0 {
		return r.lose("a line that the shell may not understand")
	}
	return leaveCall
}

// nextCommand is where in a text the next command begins, behind blanks and comments.
func nextCommand(text string) int {
	rest := strings.TrimLeft(text, " \t\n;&")
	for strings.HasPrefix(rest, "#") {
		_, rest, _ = strings.Cut(rest, "\n")
		rest = strings.TrimLeft(rest, " \t\n")
	}
	return len(text) - len(rest)
}

// certainlyBroken reports whether every shell stops at the command that begins at
// start. The parser is no shell, so a second witness has to agree, who counts words
// and knows no grammar.
func (r *shellRun) certainlyBroken(text string, start int, err error) bool {
	if r.kind == "sh" && r.h.OS != Linux { // sh is dash there, or built from it
		return false
	}
	rest := commentLine().ReplaceAllString(text[start:], "")
	for _, p := range shellPairs() {
		if closer := p.closer; strings.HasPrefix(rest, closer) && strings.Trim(rest[len(closer):min(len(rest), len(closer)+1)], " \t\n;") == "" {
			before := commentLine().ReplaceAllString(text[:start], "")
			return p.closed(before) >= p.opened(before)
		}
	}
	if !syntax.IsIncomplete(err) || strings.Contains(rest, "<<") { // a text after << may end with the file
		return false
	}
	for _, p := range shellPairs() {
		if strings.HasPrefix(rest, p.opener) {
			return p.opened(rest) > p.closed(rest)
		}
	}
	return opensQuote(rest)
}

// opensQuote reports whether a text begins with a plain command that opens a quote,
// and the number of quotes is odd.
func opensQuote(text string) bool {
	if !plainQuote().MatchString(text) || strings.ContainsAny(text, "\\`") {
		return false
	}
	double, single := strings.Count(text, `"`), strings.Count(text, "'")
	return double%2 == 1 && single == 0 || single%2 == 1 && double == 0
}

var (
	commentLine = lazily(`(?m)^[ \t]*#.*$`)
	plainQuote  = lazily(`^(?:export |alias )?[\w.:/=+-]*["']`)
)

// A shellPair is two words that belong together, counted without regard to grammar.
type shellPair struct {
	opener, closer string
	open, close    func() *regexp.Regexp
}

func (p shellPair) opened(text string) int { return len(p.open().FindAllString(text, -1)) }
func (p shellPair) closed(text string) int { return len(p.close().FindAllString(text, -1)) }

func shellPairs() []shellPair {
	return []shellPair{
		{"if ", "fi", ifWord, fiWord}, {"case ", "esac", caseWord, esacWord},
		{"for ", "done", doWord, doneWord}, {"while ", "done", doWord, doneWord}, {"until ", "done", doWord, doneWord},
		{"{", "}", leftBrace, rightBrace}, {"(", ")", leftParen, rightParen},
	}
}

var (
	ifWord, fiWord        = lazily(`(?m)(?:^|[;&|(){]|\b(?:then|else|do)\b)[ \t]*if\b`), lazily(`\bfi\b`)
	caseWord, esacWord    = lazily(`(?m)(?:^|[;&|(){]|\b(?:then|else|do)\b)[ \t]*case\b`), lazily(`\besac\b`)
	doWord, doneWord      = lazily(`(?m)(?:^|[;&|(){])[ \t]*(?:for|while|until)\b`), lazily(`\bdone\b`)
	leftBrace, rightBrace = lazily(`\{`), lazily(`\}`)
	leftParen, rightParen = lazily(`\(`), lazily(`\)`)
)
