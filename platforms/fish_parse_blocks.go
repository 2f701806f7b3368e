package platforms

import "errors"

// The blocks of fish's language: what stands between begin, if, while, for, switch
// or function and the end that closes it.

// block reads what follows the word that opens a block, up to its end.
func (p *fishParser) block(c *fishCmd) (err error) {
	end := ""
	switch c.kind {
	case "if", "while":
		if c.cond, err = p.condition(); err != nil {
			return err
		}
	case "for", "switch", "function":
		if err := p.args(c); err != nil {
			return err
		}
	}
	if c.kind == "switch" {
		return p.cases(c)
	}
	if c.body, end, err = p.jobs(""); err != nil {
		return err
	}
	if end == "else" && c.kind == "if" {
		return p.otherwise(c)
	}
	if end != "end" {
		return errFish
	}
	return nil
}

// condition is the commands behind if and while: one, and those joined to it by
// and, or at the start of the lines that follow.
func (p *fishParser) condition() ([]*fishJob, error) {
	p.breaks()
	cond, err := p.job()
	if err != nil {
		return nil, err
	}
	for {
		at, line := p.pos, p.line
		p.breaks()
		if w := p.peek(); w != "and" && w != "or" {
			p.pos, p.line = at, line
			return cond, nil
		}
		more, err := p.job()
		if err != nil {
			return nil, err
		}
		cond = append(cond, more...)
	}
}

func (p *fishParser) otherwise(c *fishCmd) error {
	p.blanks()
	if p.peek() == "if" {
		line := p.line
		p.pos += 2
		nested := &fishCmd{line: line, kind: "if"}
		if p.depth++; p.depth > 200 {
			return errors.New("too many blocks inside one another")
		}
		defer func() { p.depth-- }()
		if err := p.block(nested); err != nil {
			return err
		}
		c.other = []*fishJob{{line: line, cmds: []*fishCmd{nested}}}
		return nil
	}
	other, end, err := p.jobs("")
	if err == nil && end != "end" {
		err = errFish
	}
	c.other = other
	return err
}

func (p *fishParser) cases(c *fishCmd) error {
	before, end, err := p.jobs("")
	if err != nil || len(before) > 0 {
		return errors.Join(err, errFish)
	}
	for end == "case" {
		patterns := &fishCmd{}
		if err := p.args(patterns); err != nil {
			return err
		}
		b := fishBranch{patterns: patterns.words}
		if b.body, end, err = p.jobs(""); err != nil {
			return err
		}
		c.cases = append(c.cases, b)
	}
	if end != "end" {
		return errFish
	}
	return nil
}
