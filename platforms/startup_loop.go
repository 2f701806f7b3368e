package platforms

import (
	"mvdan.cc/sh/v3/syntax"
)

func (r *shellRun) forClause(c *syntax.ForClause) signal {
	mark := len(r.pending)
	var sig signal
	switch loop := c.Loop.(type) {
	case *syntax.WordIter:
		sig = r.each(c, loop)
	case *syntax.CStyleLoop:
		sig = r.counted(c, loop)
	}
	return r.catch(mark, sig, func(s signal) bool { return s == leaveLoop })
}

func (r *shellRun) each(c *syntax.ForClause, loop *syntax.WordIter) signal {
	if c.Select {
		return r.lose("a menu that waits for the keyboard")
	}
	var items []shellField
	if loop.InPos.IsValid() {
		items = r.fields(loop.Items)
		if r.st.failed {
			return r.gaveUp()
		}
	} else {
		for _, a := range r.st.args {
			items = append(items, shellField{shellText: a})
		}
	}
	r.st.status = shellStatus{}
	for _, item := range items {
		body := func() signal {
			r.set(loop.Name.Value, scalarVar(item.shellText))
			return r.round(c.Do)
		}
		var sig signal
		if item.many {
			sig = r.untilStable(item.why, body)
		} else {
			sig = body()
		}
		if sig != onward {
			return sig
		}
	}
	return onward
}

// round is the body of a loop once; continue ends it.
func (r *shellRun) round(body []*syntax.Stmt) signal {
	mark := len(r.pending)
	return r.catch(mark, r.stmts(body), func(s signal) bool { return s == nextRound })
}

// untilStable follows a body that runs an unknown number of times, until a
// further round makes nothing more unknown. A few rounds are enough, because what
// is unknown once stays so.
func (r *shellRun) untilStable(why string, body func() signal) signal {
	for range 4 {
		if sig := r.fork(why, func() signal { return onward }, body); sig != onward {
			return sig
		}
	}
	return onward
}

func (r *shellRun) counted(c *syntax.ForClause, loop *syntax.CStyleLoop) signal {
	if loop.Init != nil {
		if _, why := r.arith(loop.Init); why != "" {
			return r.lose("a loop that devdoctor does not follow")
		}
	}
	for !r.tired() {
		if loop.Cond != nil {
			n, why := r.arith(loop.Cond)
			if why != "" {
				return r.lose("a loop that devdoctor does not follow")
			}
			if n == 0 {
				return onward
			}
		}
		if sig := r.round(c.Do); sig != onward {
			return sig
		}
		if loop.Post != nil {
			if _, why := r.arith(loop.Post); why != "" {
				return r.lose("a loop that devdoctor does not follow")
			}
		}
	}
	return leaveShell
}

func (r *shellRun) whileClause(c *syntax.WhileClause) signal {
	mark := len(r.pending)
	sig := r.whileRounds(c)
	return r.catch(mark, sig, func(s signal) bool { return s == leaveLoop })
}

func (r *shellRun) whileRounds(c *syntax.WhileClause) signal {
	for !r.tired() {
		if sig := r.stmts(c.Cond); sig != onward {
			return sig
		}
		v := r.st.status.verdict()
		if c.Until {
			v = v.not()
		}
		if v.why != "" {
			return r.untilStable(v.why, func() signal {
				if sig := r.round(c.Do); sig != onward {
					return sig
				}
				return r.stmts(c.Cond)
			})
		}
		if !v.holds {
			r.st.status = shellStatus{}
			return onward
		}
		if sig := r.round(c.Do); sig != onward {
			return sig
		}
	}
	return leaveShell
}
