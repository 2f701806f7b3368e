package platforms

import (
	"errors"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// testExpr decides [[ ... ]].
func (r *shellRun) testExpr(x syntax.TestExpr) verdict {
	r.spend(1)
	switch x := x.(type) {
	case *syntax.ParenTest:
		return r.testExpr(x.X)
	case *syntax.Word:
		return r.single(x).empty().not()
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			return r.testExpr(x.X).not()
		}
		if w, ok := x.X.(*syntax.Word); ok {
			return r.unary(x.Op.String(), r.single(w))
		}
	case *syntax.BinaryTest:
		return r.binaryTest(x)
	}
	return maybe(r.because("a test that devdoctor does not follow"))
}

func (r *shellRun) binaryTest(x *syntax.BinaryTest) verdict {
	switch x.Op {
	case syntax.AndTest:
		return both(r.testExpr(x.X), func() verdict { return r.testExpr(x.Y) })
	case syntax.OrTest:
		return both(r.testExpr(x.X).not(), func() verdict { return r.testExpr(x.Y).not() }).not()
	}
	a, ok1 := x.X.(*syntax.Word)
	b, ok2 := x.Y.(*syntax.Word)
	if !ok1 || !ok2 {
		return maybe(r.because("a test that devdoctor does not follow"))
	}
	left := r.single(a)
	switch x.Op {
	case syntax.TsMatch, syntax.TsMatchShort:
		return r.matches(left, r.pattern(b))
	case syntax.TsNoMatch:
		return r.matches(left, r.pattern(b)).not()
	case syntax.TsReMatch:
		return r.regexpMatch(left, r.pattern(b))
	}
	return r.compare(x.Op.String(), left, r.single(b))
}

// both is the conjunction; the second is asked only when it counts.
func both(a verdict, b func() verdict) verdict {
	if a.why == "" && !a.holds {
		return no
	}
	v := b()
	if a.why != "" && (v.why != "" || v.holds) {
		return a
	}
	return v
}

func (r *shellRun) regexpMatch(t shellText, p shellField) verdict {
	if t.why != "" || p.why != "" {
		return maybe(t.why + p.why)
	}
	expr := p.text
	if p.quoted && !p.magic {
		expr = regexp.QuoteMeta(p.text)
	}
	re, err := regexp.CompilePOSIX(expr)
	if err != nil {
		return maybe(r.because("the expression %s", p.text))
	}
	return decided(re.MatchString(t.text))
}

// testArgs decides [ ... ] and test.
func (r *shellRun) testArgs(args []shellField) verdict {
	words := make([]shellText, len(args))
	for i, a := range args {
		if a.many {
			return maybe(a.why)
		}
		words[i] = a.shellText
	}
	v, rest := r.testOr(words)
	if len(rest) > 0 {
		return maybe(r.because("a test that devdoctor does not follow"))
	}
	return v
}

func (r *shellRun) testOr(w []shellText) (verdict, []shellText) {
	v, w := r.testAnd(w)
	for len(w) > 1 && w[0].text == "-o" {
		var u verdict
		u, w = r.testAnd(w[1:])
		v = both(v.not(), func() verdict { return u.not() }).not()
	}
	return v, w
}

func (r *shellRun) testAnd(w []shellText) (verdict, []shellText) {
	v, w := r.testOne(w)
	for len(w) > 1 && w[0].text == "-a" {
		var u verdict
		u, w = r.testOne(w[1:])
		v = both(v, func() verdict { return u })
	}
	return v, w
}

func (r *shellRun) testOne(w []shellText) (verdict, []shellText) {
	r.spend(1)
	switch {
	case len(w) == 0:
		return no, nil
	case len(w) == 1:
		return w[0].empty().not(), nil
	case len(w) >= 3 && isCompare(w[1].text) && w[1].why == "":
		return r.compare(w[1].text, w[0], w[2]), w[3:]
	case w[0].why == "" && w[0].text == "!":
		v, rest := r.testOne(w[1:])
		return v.not(), rest
	case w[0].why == "" && w[0].text == "(":
		v, rest := r.testOr(w[1:])
		if len(rest) > 0 && rest[0].text == ")" {
			return v, rest[1:]
		}
		return maybe(r.because("a bracket in a test")), rest
	case w[0].why == "" && len(w[0].text) == 2 && w[0].text[0] == '-':
		return r.unary(w[0].text, w[1]), w[2:]
	}
	return w[0].empty().not(), w[1:]
}

func isCompare(op string) bool {
	switch op {
	case "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef":
		return true
	}
	return false
}

func (r *shellRun) compare(op string, a, b shellText) verdict {
	switch op {
	case "=", "==":
		return equalTexts(a, b)
	case "!=":
		return equalTexts(a, b).not()
	case "<", ">", "-nt", "-ot", "-ef":
		if a.why+b.why == "" && (op == "<" || op == ">") && !r.isZsh() {
			return decided(op == "<" == (a.text < b.text) && a.text != b.text)
		}
		return maybe(r.because("a test that devdoctor does not follow"))
	}
	if a.why+b.why != "" {
		return maybe(a.why + b.why)
	}
	n, ok1 := atoi(strings.TrimSpace(a.text))
	m, ok2 := atoi(strings.TrimSpace(b.text))
	if !ok1 || !ok2 {
		return no // the shell complains and the test fails
	}
	switch op {
	case "-eq":
		return decided(n == m)
	case "-ne":
		return decided(n != m)
	case "-lt":
		return decided(n < m)
	case "-le":
		return decided(n <= m)
	case "-gt":
		return decided(n > m)
	}
	return decided(n >= m)
}

func equalTexts(a, b shellText) verdict {
	switch {
	case a.why == "" && b.why == "":
		return decided(a.text == b.text)
	case a.why == "":
		a, b = b, a
	}
	if b.why == "" { // a is unknown behind a known beginning
		if !strings.HasPrefix(b.text, a.text) || b.text == "" && a.some {
			return no
		}
		return maybe(a.why)
	}
	return maybe(a.why)
}

// unary decides a test of one operand.
func (r *shellRun) unary(op string, t shellText) verdict {
	switch op {
	case "-z":
		return t.empty()
	case "-n":
		return t.empty().not()
	case "-t":
		return yes // a new terminal has a keyboard and a screen
	case "-v":
		if t.why != "" {
			return maybe(t.why)
		}
		return r.isSetName(t.text)
	case "-o":
		switch t.text {
		case "interactive":
			return yes
		case "login":
			return decided(r.login)
		}
		return maybe(r.because("a shell option"))
	}
	return r.fileTest(op, t)
}

func (r *shellRun) isSetName(name string) verdict {
	v, ok := r.special(name)
	if !ok {
		v = r.get(name)
	}
	if v.why != "" && !v.isSet && !v.some {
		return maybe(v.why)
	}
	return decided(v.isSet)
}

// isSet decides ${+NAME} of zsh, where $commands and $functions are lists by name.
func (r *shellRun) isSet(p *syntax.ParamExp) verdict {
	if p.Param == nil {
		return maybe(r.because("an expansion that devdoctor does not follow"))
	}
	if p.Index == nil {
		return r.isSetName(p.Param.Value)
	}
	key := arithText(p.Index)
	if w, ok := p.Index.(*syntax.Word); ok {
		t := r.single(w)
		if t.why != "" {
			return maybe(t.why)
		}
		key = t.text
	}
	switch p.Param.Value {
	case "commands":
		_, v := r.findProgram(key)
		return v
	case "functions":
		if r.st.opaque != "" && r.st.funcs[key].body == nil {
			return maybe(r.because("a function that %s may define", r.st.opaque))
		}
		return decided(r.st.funcs[key].body != nil)
	case "aliases":
		_, ok := r.st.aliases[key]
		return decided(ok)
	case "builtins":
		return decided(isBuiltin(r.kind, key))
	}
	return maybe(r.because("an element of a list"))
}

// fileTest decides a test of a file.
func (r *shellRun) fileTest(op string, t shellText) verdict {
	if t.why == "" && t.text == "" {
		return no
	}
	path := r.absolute(t)
	if path.why != "" {
		return maybe(path.why)
	}
	if v, ok := r.st.made[strings.TrimRight(path.text, "/")]; ok {
		if v.why == "" && (op == "-f" || op == "-s") {
			return no // only directories are known to be made
		}
		return v
	}
	i, err := r.h.Stat(r.ctx, path.text)
	if errors.Is(err, ErrNotFound) {
		return no
	}
	if err != nil {
		return maybe(r.because("%s: %v", path.text, err))
	}
	if op == "-L" || op == "-h" {
		return decided(i.Kind == Link)
	}
	if i.Dangling || strings.HasSuffix(path.text, "/") && !i.IsDir {
		return no
	}
	switch op {
	case "-e", "-a":
		return yes
	case "-d":
		return decided(i.IsDir)
	case "-f":
		return decided(isRegular(i))
	case "-s":
		return decided(i.Size > 0)
	case "-r":
		return decided(i.Readable)
	case "-w":
		return decided(i.Writable)
	case "-x":
		return decided(i.Runnable)
	case "-p":
		return decided(i.Kind == FIFO)
	case "-S":
		return decided(i.Kind == Socket)
	}
	return maybe(r.because("the test %s", op))
}

// isRegular reports whether what a path leads to is a plain file. Size and mode
// speak of the target of a link, whose kind is not told.
func isRegular(i Info) bool {
	return i.Kind == File || i.Kind == Link && !i.IsDir && !i.Dangling || i.Kind == Reparse && !i.IsDir
}

func (r *shellRun) exists(t shellText) (bool, string) {
	v := r.fileTest("-e", t)
	return v.holds, v.why
}

// absolute is a path that says where it begins.
func (r *shellRun) absolute(t shellText) shellText {
	switch {
	case t.why != "":
		return unknownText(t.why)
	case strings.HasPrefix(t.text, "/"):
		return knownText(t.text)
	case r.st.dir.why != "":
		return unknownText(r.because("a path that depends on the folder in which the terminal opens"))
	}
	return knownText(strings.TrimRight(r.st.dir.text, "/") + "/" + strings.TrimPrefix(t.text, "./"))
}
