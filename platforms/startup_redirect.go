package platforms

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// pipe follows a | b. In bash and sh neither side can change the shell; in zsh the
// last one can.
func (r *shellRun) pipe(c *syntax.BinaryCmd) signal {
	capturing, out := r.st.capturing, r.st.out
	r.st.capturing, r.st.out = true, shellText{}
	r.aside(func() signal { return r.stmt(c.X) })
	in := r.st.out
	r.st.capturing, r.st.out = capturing, out
	outer := r.st.in
	r.st.in = &in
	var sig signal
	if r.isZsh() {
		sig = r.stmt(c.Y)
	} else {
		r.aside(func() signal { return r.stmt(c.Y) })
	}
	r.st.in = outer
	return sig
}

// redirected follows a command with redirections. What a start file writes to
// another file is unknown from then on.
func (r *shellRun) redirected(s *syntax.Stmt) signal {
	capturing, in := r.st.capturing, r.st.in
	for _, d := range s.Redirs {
		r.redirect(d)
	}
	sig := r.plain(s.Cmd)
	if call, ok := s.Cmd.(*syntax.CallExpr); !ok || !isExec(call) {
		r.st.capturing, r.st.in = capturing, in
	}
	return sig
}

func (r *shellRun) redirect(d *syntax.Redirect) {
	fd := ""
	if d.N != nil {
		fd = d.N.Value
	}
	switch d.Op {
	case syntax.RdrIn:
		t := r.contents(r.single(d.Word))
		r.st.in = &t
	case syntax.Hdoc, syntax.DashHdoc:
		t := r.single(d.Hdoc)
		r.st.in = &t
	case syntax.WordHdoc:
		t := r.single(d.Word).plus(knownText("\n"))
		r.st.in = &t
	case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
		if fd != "2" {
			r.st.capturing = false
		}
		if t := r.single(d.Word); t.why == "" && !strings.HasPrefix(t.text, "/dev/") {
			r.st.made[r.absolute(t).text] = maybe(r.because("the start files write %s", t.text))
		}
	case syntax.DplOut:
		if fd == "" || fd == "1" {
			r.st.capturing = r.st.capturing && d.Word.Lit() == "1"
		}
	}
}

func isExec(c *syntax.CallExpr) bool { return len(c.Args) > 0 && c.Args[0].Lit() == "exec" }
