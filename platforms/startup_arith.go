package platforms

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// arith is the value of an arithmetic expression, or why it is unknown.
func (r *shellRun) arith(x syntax.ArithmExpr) (int, string) {
	r.spend(1)
	unknown := r.because("arithmetic that devdoctor does not follow")
	switch x := x.(type) {
	case *syntax.Word:
		t := r.single(x)
		if t.why != "" {
			return 0, t.why
		}
		return r.number(strings.TrimSpace(t.text))
	case *syntax.ParenArithm:
		return r.arith(x.X)
	case *syntax.UnaryArithm:
		n, why := r.arith(x.X)
		switch {
		case why != "":
			return 0, why
		case x.Op == syntax.Not:
			return boolInt(n == 0), ""
		case x.Op == syntax.Minus:
			return -n, ""
		case x.Op == syntax.Plus:
			return n, ""
		case x.Op == syntax.Inc || x.Op == syntax.Dec:
			return r.step(x, n)
		}
	case *syntax.BinaryArithm:
		return r.binaryArith(x)
	}
	return 0, unknown
}

func (r *shellRun) step(x *syntax.UnaryArithm, n int) (int, string) {
	name := arithText(x.X)
	if !syntax.ValidName(name) {
		return 0, r.because("arithmetic that devdoctor does not follow")
	}
	after := n + 1
	if x.Op == syntax.Dec {
		after = n - 1
	}
	r.set(name, scalarVar(knownText(itoa(after))))
	if x.Post {
		return n, ""
	}
	return after, ""
}

// number is a word of arithmetic: digits, or a variable that holds some.
func (r *shellRun) number(s string) (int, string) {
	for range 10 {
		if s == "" {
			return 0, ""
		}
		if n, ok := atoi(s); ok {
			return n, ""
		}
		if !syntax.ValidName(s) {
			break
		}
		t := r.getText(s)
		if t.why != "" {
			return 0, t.why
		}
		s = strings.TrimSpace(t.text)
	}
	return 0, r.because("arithmetic that devdoctor does not follow")
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *shellRun) binaryArith(x *syntax.BinaryArithm) (int, string) {
	if x.Op == syntax.Assgn {
		n, why := r.arith(x.Y)
		if name := arithText(x.X); why == "" && syntax.ValidName(name) {
			r.set(name, scalarVar(knownText(itoa(n))))
			return n, ""
		}
	}
	n, why := r.arith(x.X)
	if why != "" {
		return 0, why
	}
	m, why := r.arith(x.Y)
	if why != "" {
		return 0, why
	}
	switch x.Op {
	case syntax.Add:
		return n + m, ""
	case syntax.Sub:
		return n - m, ""
	case syntax.Mul:
		return n * m, ""
	case syntax.Quo, syntax.Rem:
		if m == 0 {
			break
		}
		if x.Op == syntax.Rem {
			return n % m, ""
		}
		return n / m, ""
	case syntax.Eql:
		return boolInt(n == m), ""
	case syntax.Neq:
		return boolInt(n != m), ""
	case syntax.Lss:
		return boolInt(n < m), ""
	case syntax.Gtr:
		return boolInt(n > m), ""
	case syntax.Leq:
		return boolInt(n <= m), ""
	case syntax.Geq:
		return boolInt(n >= m), ""
	case syntax.AndArit:
		return boolInt(n != 0 && m != 0), ""
	case syntax.OrArit:
		return boolInt(n != 0 || m != 0), ""
	}
	return 0, r.because("arithmetic that devdoctor does not follow")
}
