package platforms

import (
	"fmt"
	"strings"
)

func (f *fishRun) push(function bool) {
	f.st.scopes = append(f.st.scopes, fishScope{map[string]shellVar{}, function})
}

func (f *fishRun) pop() { f.st.scopes = f.st.scopes[:len(f.st.scopes)-1] }

// forkFish follows every branch and goes on with what they agree on.
func (f *fishRun) forkFish(why string, branches ...func() signal) signal {
	start := f.st
	var stays *fishState
	var left []fishOutcome
	for _, branch := range branches {
		f.st = start.clone()
		f.sync()
		f.spend(start.size())
		switch sig := branch(); {
		case sig != onward:
			left = append(left, fishOutcome{sig, f.st})
		case stays == nil:
			stays = f.st
		default:
			stays = joinFish(stays, f.st, why, f.outer)
		}
	}
	defer f.sync()
	if stays != nil {
		f.st, f.waiting = stays, append(f.waiting, left...)
		return onward
	}
	f.st, f.waiting = left[0].st, append(f.waiting, left[1:]...)
	return left[0].signal
}

// catchFish ends a loop, a function or a file, at the given depth of scopes.
func (f *fishRun) catchFish(mark, depth int, sig signal, mine func(signal) bool) signal {
	defer f.sync()
	var ended []*fishState
	kept := f.waiting[:mark:mark]
	for _, o := range f.waiting[mark:] {
		if mine(o.signal) {
			ended = append(ended, o.st)
		} else {
			kept = append(kept, o)
		}
	}
	f.waiting = kept
	switch {
	case sig == onward || mine(sig):
		ended = append(ended, f.st)
	case len(ended) > 0:
		f.waiting = append(f.waiting, fishOutcome{sig, f.st})
	default:
		return sig
	}
	for _, s := range ended {
		s.scopes = s.scopes[:depth+1]
	}
	f.st = ended[0]
	for _, s := range ended[1:] {
		f.spend(s.size())
		f.st = joinFish(f.st, s, f.because("an undecided condition above"), f.outer)
	}
	return onward
}

func (f *fishRun) jobs(jobs []*fishJob) signal {
	for _, j := range jobs {
		if sig := f.job(j); sig != onward {
			return sig
		}
	}
	return onward
}

func (f *fishRun) job(j *fishJob) signal {
	if f.spend(1); f.tired() || f.depth > maxDepth*8 {
		f.steps += maxSteps
		return leaveShell
	}
	f.depth++
	defer func() { f.depth-- }()
	if f.inEval == 0 {
		f.at = fmt.Sprintf("%s:%d", f.h.Tilde(f.source), j.line)
	}
	run := func() signal {
		sig := f.pipeline(j.cmds)
		if j.negated {
			f.st.sh.status = statusOf(f.st.sh.status.verdict().not())
		}
		return sig
	}
	v := f.st.sh.status.verdict()
	switch j.join {
	case "":
		return run()
	case "or":
		v = v.not()
	}
	return f.eitherFish(v, run, func() signal { return onward })
}

func (f *fishRun) eitherFish(v verdict, then, otherwise func() signal) signal {
	switch {
	case v.why != "":
		return f.forkFish(v.why, then, otherwise)
	case v.holds:
		return then()
	}
	return otherwise()
}

// pipeline follows a | b. Builtins and functions run in fish itself on either side.
func (f *fishRun) pipeline(cmds []*fishCmd) signal {
	outer := f.st.sh.in
	for i, c := range cmds {
		if i == len(cmds)-1 {
			sig := f.command(c)
			f.st.sh.in = outer
			return sig
		}
		capturing, out := f.st.sh.capturing, f.st.sh.out
		f.st.sh.capturing, f.st.sh.out = true, shellText{}
		if sig := f.command(c); sig != onward {
			return sig
		}
		text := f.st.sh.out
		f.st.sh.capturing, f.st.sh.out, f.st.sh.in = capturing, out, &text
	}
	return onward
}

func (f *fishRun) command(c *fishCmd) signal {
	capturing, in := f.st.sh.capturing, f.st.sh.in
	for _, d := range c.redirs {
		f.redirectFish(d)
	}
	sig := f.plainFish(c)
	if len(c.redirs) > 0 {
		f.st.sh.capturing, f.st.sh.in = capturing, in
	}
	return sig
}

func (f *fishRun) redirectFish(d fishRedir) {
	to := f.one(d.to)
	switch {
	case strings.HasPrefix(d.op, "<"):
		t := f.contents(to)
		f.st.sh.in = &t
	case strings.HasSuffix(d.op, ">&"):
		f.st.sh.capturing = f.st.sh.capturing && (strings.HasPrefix(d.op, "2") || to.text == "1")
	default:
		if !strings.HasPrefix(d.op, "2") {
			f.st.sh.capturing = false
		}
		if to.why == "" && !strings.HasPrefix(to.text, "/dev/") {
			f.st.sh.made[f.absolute(to).text] = maybe(f.because("the configuration writes %s", to.text))
		}
	}
}

func (f *fishRun) plainFish(c *fishCmd) signal {
	switch c.kind {
	case "command":
		return f.call(c)
	case "begin":
		return f.scoped(func() signal { return f.jobs(c.body) })
	case "if":
		return f.scoped(func() signal { return f.ifBlock(c) })
	case "while":
		return f.whileBlock(c)
	case "for":
		return f.forBlock(c)
	case "switch":
		return f.switchBlock(c)
	}
	return f.functionBlock(c)
}

func (f *fishRun) callFish(fn *fishFunc, args []shellField) signal {
	if f.depth > maxDepth {
		return f.forget("functions that call themselves")
	}
	source, at, mark := f.source, f.at, len(f.waiting)
	f.push(!fn.shares)
	f.locals++
	f.depth++
	depth := len(f.st.scopes) - 1
	f.setLocal("argv", texts(args))
	for i, name := range fn.args {
		var v []shellText
		if i < len(args) {
			v = []shellText{args[i].shellText}
		}
		f.setLocal(name, v)
	}
	f.source = fn.file
	sig := f.catchFish(mark, depth, f.jobs(fn.body), isReturn)
	f.locals--
	f.depth--
	f.source, f.at = source, at
	if len(f.st.scopes) > depth {
		f.st.scopes = f.st.scopes[:depth]
	}
	return sig
}

// call follows a command of fish.
func (f *fishRun) call(c *fishCmd) signal {
	var undo []func()
	words := c.words
	for len(words) > 0 { // NAME=value in front of a command
		name, value, ok := prefixAssignment(words[0])
		if !ok {
			break
		}
		if len(words) == 1 {
			f.st.sh.status = shellStatus{code: 123}
			return onward
		}
		f.push(false)
		f.setLocal(name, texts(f.expand([]fishWord{value}, true)))
		undo = append(undo, func() { f.pop() })
		words = words[1:]
	}
	args := f.expand(words, isPlain(words, "set") || isPlain(words, "count") || isPlain(words, "for"))
	sig := onward
	switch {
	case f.st.sh.failed:
		f.st.sh.failed = false
		f.st.sh.status = shellStatus{code: 124}
	case len(args) > 0:
		sig = f.wordsFish(args)
	}
	if sig == onward {
		for _, u := range undo {
			u()
		}
	}
	return sig
}

func isPlain(words []fishWord, name string) bool {
	return len(words) > 0 && len(words[0]) == 1 && words[0][0].text == name
}

// prefixAssignment cuts NAME=value.
func prefixAssignment(w fishWord) (string, fishWord, bool) {
	if len(w) == 0 || w[0].kind != 't' || w[0].quoted {
		return "", nil, false
	}
	name, value, ok := strings.Cut(w[0].text, "=")
	if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return "", nil, false
	}
	return name, append(fishWord{{kind: 't', text: value}}, w[1:]...), true
}

func (f *fishRun) wordsFish(args []shellField) signal {
	name := args[0]
	if name.why != "" {
		return f.forgetAs(name.why)
	}
	if fn, ok := f.st.funcs[name.text]; ok {
		if fn == nil {
			return f.forget("a function that depends on a condition")
		}
		return f.callFish(fn, args[1:])
	}
	if do, ok := fishBuiltins()[name.text]; ok {
		return do(f, args[1:])
	}
	if neutralFish.has(name.text) {
		f.st.sh.status = shellStatus{}
		return onward
	}
	if sig, ok := f.autoloaded(name.text, args[1:]); ok {
		return sig
	}
	return f.programFish(name.text, args[1:])
}

// autoloaded calls a function that the learner keeps in a file of its own.
func (f *fishRun) autoloaded(name string, args []shellField) (signal, bool) {
	if strings.Contains(name, "/") || name == "" {
		return onward, false
	}
	config, why := f.xdg("XDG_CONFIG_HOME", ".config")
	path := config + "/functions/" + name + ".fish"
	if why != "" || f.st.sh.made[path].why != "" {
		return f.forget("the function %s", name), true
	}
	if _, err := f.h.Stat(f.ctx, path); err != nil {
		return onward, false
	}
	if sig := f.sourceFish(path, nil); sig != onward {
		return sig, true
	}
	if fn := f.st.funcs[name]; fn != nil {
		return f.callFish(fn, args), true
	}
	return onward, false
}
