package platforms

import (
	"context"
	"fmt"

	"mvdan.cc/sh/v3/syntax"
)

// Start files are followed, not run. What they compute is either known or
// unknown with a reason. Where a condition is unknown both ways are followed, and
// what both agree on stays known.

// The bounds keep hostile or endless start files from holding devdoctor up. A
// bound that is reached makes PATH unknown, never wrong.
const (
	maxSteps   = 200_000
	maxDepth   = 60      // functions, files and substitutions inside one another
	maxText    = 1 << 20 // bytes of a value
	maxNesting = 2_000   // brackets inside one another in a file
)

// A shellRun follows the start files of one shell.
type shellRun struct {
	ctx   context.Context
	h     *Host  // answers with the environment of devdoctor itself
	kind  string // bash, zsh or sh
	login bool
	given func(name string) shellVar // the environment that the shell inherits

	st       *shellState
	pending  []outcome // ways that left the present file, function or loop
	files    []string  // start files read
	brokenAt []BrokenLine
	steps    int

	substituted int // how many $(...) were followed
	depth       int
	at          string // FILE:LINE
	inEval      int
	frames      []*callFrame
	source      string               // the file being read
	pipes       map[string]shellText // what <(...) holds
}

// A callFrame holds what a function changes for as long as it runs.
type callFrame struct{ saved map[string]savedVar }

type savedVar struct {
	v   shellVar
	had bool
}

type shellFunc struct {
	body *syntax.Stmt
	file string
	why  string // why it is unknown which function this is
}

// A signal says how a command leaves the one around it.
type signal int

const (
	onward signal = iota
	leaveLoop
	nextRound
	leaveCall // return
	leaveFile // an error that makes zsh give up the file
	leaveShell
)

type outcome struct {
	signal signal
	st     *shellState
}

func (r *shellRun) spend(n int) { r.steps += n }

func (r *shellRun) tired() bool { return r.steps > maxSteps || r.ctx.Err() != nil }

func (r *shellRun) isZsh() bool { return r.kind == "zsh" }

func (r *shellRun) isBash() bool { return r.kind == "bash" }

func (r *shellRun) because(format string, args ...any) string {
	return r.at + ": " + fmt.Sprintf(format, args...)
}

// inherited is a variable in a state, which may come from the environment.
func (r *shellRun) inherited(s *shellState, name string) shellVar {
	if v, ok := s.vars[name]; ok {
		return v
	}
	if s.lost != "" {
		return shellVar{why: s.lost}
	}
	return r.given(name)
}

func (r *shellRun) join(a, b *shellState, why string) *shellState {
	r.spend(a.size() + b.size())
	return join(a, b, why, r.inherited)
}

// fork follows every branch from the present state and goes on with what they
// agree on. A branch that leaves waits in pending for whoever catches it.
func (r *shellRun) fork(why string, branches ...func() signal) signal {
	start := r.st
	var stays *shellState
	var left []outcome
	for _, branch := range branches {
		r.st = start.clone()
		r.spend(start.size())
		switch sig := branch(); {
		case sig != onward:
			left = append(left, outcome{sig, r.st})
		case stays == nil:
			stays = r.st
		default:
			stays = r.join(stays, r.st, why)
		}
	}
	if stays != nil {
		r.st, r.pending = stays, append(r.pending, left...)
		return onward
	}
	r.st, r.pending = left[0].st, append(r.pending, left[1:]...)
	return left[0].signal
}

// catch ends a loop, a function or a file: the ways that left it since mark come
// together again where it ends.
func (r *shellRun) catch(mark int, sig signal, mine func(signal) bool) signal {
	var ended []*shellState
	kept := r.pending[:mark:mark]
	for _, o := range r.pending[mark:] {
		if mine(o.signal) {
			ended = append(ended, o.st)
		} else {
			kept = append(kept, o)
		}
	}
	r.pending = kept
	if sig == onward || mine(sig) {
		ended = append(ended, r.st)
	} else if len(ended) > 0 {
		r.pending = append(r.pending, outcome{sig, r.st})
	} else {
		return sig
	}
	r.st = ended[0]
	for _, s := range ended[1:] {
		r.st = r.join(r.st, s, r.because("an undecided condition above"))
	}
	return onward
}

func isReturn(s signal) bool { return s == leaveCall }

// lose forgets every variable: something ran whose effect is unknown.
func (r *shellRun) lose(format string, args ...any) signal {
	return r.loseAs(r.because(format, args...))
}

// loseAs is lose for a reason that says already where it comes from.
func (r *shellRun) loseAs(why string) signal {
	r.write(unknownText(why)) // what a substitution was collecting is unknown, too
	exact := r.st.vars
	r.st.vars, r.st.lost = map[string]shellVar{}, why
	for name, v := range exact { // nobody reassigns these
		switch name {
		case "HOME", "USER", "LOGNAME", "SHELL", "UID", "EUID", "NVM_DIR", "ZDOTDIR":
			r.st.vars[name] = v
		}
	}
	r.st.status = shellStatus{why: why}
	return onward
}

func (r *shellRun) stmts(list []*syntax.Stmt) signal {
	for _, s := range list {
		if sig := r.stmt(s); sig != onward {
			return sig
		}
	}
	return onward
}

func (r *shellRun) stmt(s *syntax.Stmt) signal {
	if r.spend(1); r.tired() || r.depth > maxDepth*8 {
		r.steps += maxSteps
		return leaveShell
	}
	r.depth++
	defer func() { r.depth-- }()
	if r.inEval == 0 {
		r.at = fmt.Sprintf("%s:%d", r.h.Tilde(r.source), s.Pos().Line())
	}
	if s.Background || s.Coprocess || s.Disown {
		r.aside(func() signal { return r.command(s) })
		r.st.status = shellStatus{}
		return onward
	}
	sig := r.command(s)
	if s.Negated {
		r.st.status = statusOf(r.st.status.verdict().not())
	}
	return sig
}

// aside follows what a subshell does: nothing of it stays but its output.
func (r *shellRun) aside(do func() signal) {
	before, mark := r.st, len(r.pending)
	r.st = before.clone()
	r.spend(before.size())
	r.catch(mark, do(), func(signal) bool { return true })
	r.pending = r.pending[:mark]
	before.out, before.status = r.st.out, r.st.status
	r.st = before
}

func (r *shellRun) command(s *syntax.Stmt) signal {
	if len(s.Redirs) == 0 {
		return r.plain(s.Cmd)
	}
	return r.redirected(s)
}

func (r *shellRun) plain(cmd syntax.Command) signal {
	switch cmd := cmd.(type) {
	case nil:
		r.st.status = shellStatus{}
	case *syntax.CallExpr:
		return r.call(cmd)
	case *syntax.DeclClause:
		return r.declare(cmd)
	case *syntax.Block:
		return r.stmts(cmd.Stmts)
	case *syntax.Subshell:
		r.aside(func() signal { return r.stmts(cmd.Stmts) })
	case *syntax.IfClause:
		return r.ifClause(cmd)
	case *syntax.BinaryCmd:
		return r.binary(cmd)
	case *syntax.CaseClause:
		return r.caseClause(cmd)
	case *syntax.ForClause:
		return r.forClause(cmd)
	case *syntax.WhileClause:
		return r.whileClause(cmd)
	case *syntax.FuncDecl:
		return r.function(cmd)
	case *syntax.TestClause:
		r.st.status = statusOf(r.testExpr(cmd.X))
	case *syntax.ArithmCmd:
		n, why := r.arith(cmd.X)
		r.st.status = statusOf(decided(n != 0))
		if why != "" {
			r.st.status = shellStatus{why: why}
		}
	case *syntax.LetClause:
		return r.lose("arithmetic with let")
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			return r.stmt(cmd.Stmt)
		}
	default:
		return r.lose("a kind of command that devdoctor does not follow")
	}
	return onward
}

func (r *shellRun) ifClause(c *syntax.IfClause) signal {
	if len(c.Cond) == 0 { // else
		return r.stmts(c.Then)
	}
	if sig := r.stmts(c.Cond); sig != onward {
		return sig
	}
	then := func() signal { return r.stmts(c.Then) }
	otherwise := func() signal {
		if c.Else != nil {
			return r.ifClause(c.Else)
		}
		r.st.status = shellStatus{}
		return onward
	}
	return r.either(r.st.status.verdict(), then, otherwise)
}

func (r *shellRun) either(v verdict, then, otherwise func() signal) signal {
	switch {
	case v.why != "":
		return r.fork(v.why, then, otherwise)
	case v.holds:
		return then()
	}
	return otherwise()
}

func (r *shellRun) binary(c *syntax.BinaryCmd) signal {
	if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
		return r.pipe(c)
	}
	if sig := r.stmt(c.X); sig != onward {
		return sig
	}
	v := r.st.status.verdict()
	if c.Op == syntax.OrStmt {
		v = v.not()
	}
	return r.either(v, func() signal { return r.stmt(c.Y) }, func() signal { return onward })
}

func (r *shellRun) caseClause(c *syntax.CaseClause) signal {
	word := r.single(c.Word)
	return r.caseItems(word, c.Items)
}

func (r *shellRun) caseItems(word shellText, items []*syntax.CaseItem) signal {
	if len(items) == 0 {
		r.st.status = shellStatus{}
		return onward
	}
	v := no
	for _, p := range items[0].Patterns {
		if m := r.matches(word, r.pattern(p)); m.why != "" || m.holds {
			v = m
			break
		}
	}
	then := func() signal {
		if items[0].Op != syntax.Break && items[0].OpPos.IsValid() {
			return r.lose("a case that falls through")
		}
		r.st.status = shellStatus{}
		return r.stmts(items[0].Stmts)
	}
	return r.either(v, then, func() signal { return r.caseItems(word, items[1:]) })
}

func (r *shellRun) function(f *syntax.FuncDecl) signal {
	names := f.Names
	if f.Name != nil {
		names = append(names, f.Name)
	}
	if len(names) == 0 { // zsh: a function without a name runs at once
		return r.callFunction(shellFunc{body: f.Body, file: r.source}, nil)
	}
	for _, name := range names {
		r.st.funcs[name.Value] = shellFunc{body: f.Body, file: r.source}
	}
	r.st.status = shellStatus{}
	return onward
}

func (r *shellRun) callFunction(f shellFunc, args []shellText) signal {
	if f.why != "" {
		return r.lose("a function that depends on %s", f.why)
	}
	if r.depth > maxDepth {
		return r.lose("functions that call themselves")
	}
	frame := &callFrame{saved: map[string]savedVar{}}
	outer, source, at, mark := r.st.args, r.source, r.at, len(r.pending)
	r.frames, r.st.args, r.source = append(r.frames, frame), args, f.file
	r.depth++
	sig := r.catch(mark, r.stmt(f.body), isReturn)
	r.depth--
	r.frames, r.st.args, r.source, r.at = r.frames[:len(r.frames)-1], outer, source, at
	for name, old := range frame.saved {
		if old.had {
			r.st.vars[name] = old.v
		} else {
			delete(r.st.vars, name)
		}
	}
	return sig
}
