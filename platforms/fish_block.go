package platforms

import (
	"strings"
)

// scoped follows a block in a scope of its own.
func (f *fishRun) scoped(body func() signal) signal {
	f.push(false)
	depth := len(f.st.scopes)
	sig := body()
	if len(f.st.scopes) >= depth {
		f.st.scopes = f.st.scopes[:depth-1]
	}
	return sig
}

func (f *fishRun) ifBlock(c *fishCmd) signal {
	if sig := f.jobs(c.cond); sig != onward {
		return sig
	}
	return f.eitherFish(f.st.sh.status.verdict(), func() signal {
		f.st.sh.status = shellStatus{}
		return f.jobs(c.body)
	}, func() signal {
		f.st.sh.status = shellStatus{}
		return f.jobs(c.other)
	})
}

func (f *fishRun) roundFish(body []*fishJob) signal {
	mark := len(f.waiting)
	f.push(false)
	depth := len(f.st.scopes) - 1
	sig := f.catchFish(mark, depth-1, f.jobs(body), func(s signal) bool { return s == nextRound })
	if len(f.st.scopes) > depth {
		f.st.scopes = f.st.scopes[:depth]
	}
	return sig
}

func (f *fishRun) loop(rounds func() signal) signal {
	mark, depth := len(f.waiting), len(f.st.scopes)-1
	return f.catchFish(mark, depth, rounds(), func(s signal) bool { return s == leaveLoop })
}

func (f *fishRun) untilStableFish(why string, body func() signal) signal {
	for range 4 {
		if sig := f.forkFish(why, func() signal { return onward }, body); sig != onward {
			return sig
		}
	}
	return onward
}

func (f *fishRun) whileBlock(c *fishCmd) signal {
	return f.loop(func() signal {
		for !f.tired() {
			if sig := f.jobs(c.cond); sig != onward {
				return sig
			}
			switch v := f.st.sh.status.verdict(); {
			case v.why != "":
				return f.untilStableFish(v.why, func() signal {
					if sig := f.roundFish(c.body); sig != onward {
						return sig
					}
					return f.jobs(c.cond)
				})
			case !v.holds:
				f.st.sh.status = shellStatus{}
				return onward
			}
			if sig := f.roundFish(c.body); sig != onward {
				return sig
			}
		}
		return leaveShell
	})
}

func (f *fishRun) forBlock(c *fishCmd) signal {
	if len(c.words) < 2 || len(c.words[0]) != 1 || f.one(c.words[1]).text != "in" {
		return f.forget("a loop that devdoctor does not follow")
	}
	name := c.words[0][0].text
	items := f.expand(c.words[2:], true)
	return f.loop(func() signal {
		f.st.sh.status = shellStatus{}
		for _, item := range items {
			body := func() signal {
				f.assign("", name, shellVar{isSet: true, list: []string{item.text}, why: item.why, some: item.some})
				return f.roundFish(c.body)
			}
			round := body
			if item.many {
				round = func() signal { return f.untilStableFish(item.why, body) }
			}
			if sig := round(); sig != onward {
				return sig
			}
		}
		return onward
	})
}

func (f *fishRun) switchBlock(c *fishCmd) signal {
	var value shellText
	if vals := f.expand(c.words, true); len(vals) > 0 {
		value = vals[0].shellText
	}
	return f.scoped(func() signal { return f.branches(value, c.cases) })
}

func (f *fishRun) branches(value shellText, cases []fishBranch) signal {
	if len(cases) == 0 {
		f.st.sh.status = shellStatus{}
		return onward
	}
	v := no
	for _, w := range cases[0].patterns {
		if m := f.matches(value, f.patternOf(w)); m.why != "" || m.holds {
			v = m
			break
		}
	}
	return f.eitherFish(v, func() signal {
		f.st.sh.status = shellStatus{}
		return f.jobs(cases[0].body)
	}, func() signal { return f.branches(value, cases[1:]) })
}

func (f *fishRun) functionBlock(c *fishCmd) signal {
	words := f.expand(c.words, false)
	if len(words) == 0 || words[0].why != "" {
		return f.forget("a function without a name")
	}
	fn := &fishFunc{name: words[0].text, body: c.body, file: f.source}
	for i := 1; i < len(words); i++ {
		switch w := words[i].text; {
		case w == "-a" || w == "--argument-names":
			for i+1 < len(words) && !strings.HasPrefix(words[i+1].text, "-") {
				i++
				fn.args = append(fn.args, words[i].text)
			}
		case strings.HasPrefix(w, "--argument-names="):
			fn.args = append(fn.args, strings.TrimPrefix(w, "--argument-names="))
		case w == "-S" || w == "--no-scope-shadowing":
			fn.shares = true
		case (w == "--on-variable" || w == "-v") && i+1 < len(words) && words[i+1].text == "PATH":
			return f.forget("a function that runs when PATH changes")
		case (w == "--on-event" || w == "-e") && i+1 < len(words) && words[i+1].text == "fish_prompt" && speaksOfPath(c.body):
			return f.forget("a function that changes PATH at every prompt")
		}
	}
	f.st.funcs[fn.name] = fn
	f.st.sh.status = shellStatus{}
	return onward
}

// speaksOfPath reports whether commands may change PATH.
func speaksOfPath(jobs []*fishJob) bool {
	for _, j := range jobs {
		for _, c := range j.cmds {
			for _, w := range c.words {
				for _, p := range w {
					switch p.text {
					case "PATH", "fish_add_path", "fish_user_paths", "source", "eval":
						return true
					}
				}
			}
			if speaksOfPath(c.body) || speaksOfPath(c.other) {
				return true
			}
		}
	}
	return false
}
