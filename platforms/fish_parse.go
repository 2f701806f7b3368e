package platforms

import (
	"errors"
	"strings"
)

// The part of fish's language that start files use. Source: the language page of
// the fish manual, fish 3.6 and 4.0, 2026-11-20.

// A fishJob is a pipeline and how it follows the one before it.
type fishJob struct {
	line    int
	join    string // "", and, or
	negated bool
	cmds    []*fishCmd // parted by |
}

// A fishCmd is a command or a block.
type fishCmd struct {
	line   int
	kind   string // command, begin, if, while, for, switch, function
	words  []fishWord
	redirs []fishRedir

	cond  []*fishJob   // of if and while
	body  []*fishJob   // of every block
	other []*fishJob   // else
	cases []fishBranch // of switch
}

type fishBranch struct {
	patterns []fishWord
	body     []*fishJob
}

type fishRedir struct {
	op string // > >> < 2> ...
	to fishWord
}

// A fishWord is parts that are put together; a quoted one is one string.
type fishWord []fishPart

type fishPart struct {
	kind   byte // 't' text, 'v' variable, 'c' commands, 'b' braces
	text   string
	quoted bool
	index  []fishWord // [...] behind a variable or commands
	deref  int        // how many more $ stand in front
	jobs   []*fishJob
	alts   []fishWord
}

var errFish = errors.New("a line that fish does not understand")

type fishParser struct {
	src   string
	pos   int
	line  int
	depth int
}

// parseFish reads a file. fish runs nothing of a file that it cannot read whole.
func parseFish(src string) ([]*fishJob, error) {
	if nesting(src) > maxNesting {
		return nil, errors.New("too many brackets inside one another")
	}
	p := &fishParser{src: src, line: 1}
	jobs, end, err := p.jobs("")
	if err == nil && end != "" {
		err = errFish
	}
	return jobs, err
}

// blanks passes over spaces and line continuations.
func (p *fishParser) blanks() {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == ' ' || c == '\t' || c == '\r' && strings.HasPrefix(p.src[p.pos:], "\r\n"):
			p.pos++
		case c == '\\' && p.pos+1 < len(p.src) && p.src[p.pos+1] == '\n':
			p.pos, p.line = p.pos+2, p.line+1
		default:
			return
		}
	}
}

// breaks passes over everything that may stand between commands.
func (p *fishParser) breaks() {
	for p.blanks(); p.pos < len(p.src); p.blanks() {
		switch p.src[p.pos] {
		case '\n':
			p.line++
			p.pos++
		case ';':
			p.pos++
		case '#':
			p.comment()
		default:
			return
		}
	}
}

func (p *fishParser) comment() {
	for p.pos < len(p.src) && p.src[p.pos] != '\n' {
		p.pos++
	}
}

// jobs reads until the end of the text, a word that ends the block, or the bracket
// that closes it.
func (p *fishParser) jobs(closing string) (jobs []*fishJob, end string, err error) {
	if p.depth++; p.depth > 200 {
		return nil, "", errors.New("too many blocks inside one another")
	}
	defer func() { p.depth-- }()
	for {
		p.breaks()
		if p.pos >= len(p.src) {
			if closing == ")" {
				return nil, "", errFish
			}
			return jobs, "", nil
		}
		if p.src[p.pos] == ')' {
			if closing != ")" {
				return nil, "", errFish
			}
			p.pos++
			return jobs, ")", nil
		}
		switch w := p.peek(); w {
		case "end", "else", "case":
			p.pos += len(w)
			return jobs, w, nil
		}
		job, err := p.job()
		if err != nil {
			return nil, "", err
		}
		jobs = append(jobs, job...)
	}
}

// peek is the plain word at the present place.
func (p *fishParser) peek() string {
	end := p.pos
	for end < len(p.src) && !strings.ContainsRune(" \t\r\n;|&()<>#'\"$\\{}[]*?", rune(p.src[end])) {
		end++
	}
	if end < len(p.src) && !strings.ContainsRune(" \t\r\n;|&)<>", rune(p.src[end])) {
		return ""
	}
	return p.src[p.pos:end]
}

// job reads a pipeline and those joined to it by && and ||.
func (p *fishParser) job() ([]*fishJob, error) {
	var all []*fishJob
	join := ""
	for {
		j := &fishJob{line: p.line, join: join}
		for {
			p.blanks()
			switch w := p.peek(); {
			case (w == "and" || w == "or") && j.join == "":
				j.join = w
				p.pos += len(w)
				continue
			case w == "not" || w == "!" || w == "time":
				j.negated = j.negated != (w != "time")
				p.pos += len(w)
				continue
			}
			break
		}
		if err := p.pipeline(j); err != nil {
			return nil, err
		}
		all = append(all, j)
		p.blanks()
		switch rest := p.src[p.pos:]; {
		case strings.HasPrefix(rest, "&&"):
			join = "and"
		case strings.HasPrefix(rest, "||"):
			join = "or"
		case strings.HasPrefix(rest, "&"):
			p.pos++
			return all, nil
		default:
			return all, nil
		}
		p.pos += 2
		p.breaks()
	}
}

func (p *fishParser) pipeline(j *fishJob) error {
	for {
		c, err := p.command()
		if err != nil {
			return err
		}
		j.cmds = append(j.cmds, c)
		p.blanks()
		rest := p.src[p.pos:]
		switch {
		case strings.HasPrefix(rest, "|") && !strings.HasPrefix(rest, "||"):
			p.pos++
		case strings.HasPrefix(rest, "&|"):
			p.pos += 2
		case strings.HasPrefix(rest, "2>|"):
			p.pos += 3
		default:
			return nil
		}
		p.breaks()
	}
}

func (p *fishParser) command() (*fishCmd, error) {
	c := &fishCmd{line: p.line, kind: "command"}
	switch w := p.peek(); w {
	case "begin", "if", "while", "for", "switch", "function":
		p.pos += len(w)
		c.kind = w
		if err := p.block(c); err != nil {
			return nil, err
		}
	}
	tail := c
	if c.kind != "command" {
		tail = &fishCmd{} // what stands behind end
	}
	err := p.args(tail)
	c.redirs = tail.redirs
	if len(tail.words) > 0 && tail != c {
		return nil, errFish
	}
	if c.kind == "command" && len(c.words) == 0 {
		return nil, errFish
	}
	return c, err
}

// args reads words and redirections up to the end of a command.
func (p *fishParser) args(c *fishCmd) error {
	for {
		p.blanks()
		if p.pos >= len(p.src) {
			return nil
		}
		switch ch := p.src[p.pos]; {
		case strings.IndexByte("\n;|&)#", ch) >= 0:
			if strings.HasPrefix(p.src[p.pos:], "&>") {
				break
			}
			if ch == '#' {
				p.comment()
			}
			return nil
		}
		if op := p.redirection(); op != "" {
			p.blanks()
			to, err := p.word()
			if err != nil {
				return err
			}
			c.redirs = append(c.redirs, fishRedir{op, to})
			continue
		}
		if strings.HasPrefix(p.src[p.pos:], "2>|") {
			return nil
		}
		w, err := p.word()
		if err != nil {
			return err
		}
		c.words = append(c.words, w)
	}
}

func (p *fishParser) redirection() string {
	rest := p.src[p.pos:]
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	for _, op := range []string{"&>>", "&>", ">>", ">?", ">", "<?", "<"} {
		if strings.HasPrefix(rest[digits:], op) && (op[0] != '&' || digits == 0) {
			n := digits + len(op)
			if strings.HasPrefix(rest[n:], "|") {
				return ""
			}
			if strings.HasPrefix(rest[n:], "&") {
				n++
			}
			p.pos += n
			return rest[:n]
		}
	}
	return ""
}
