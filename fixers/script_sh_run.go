package fixers

import (
	"fmt"
	"slices"
	"strings"

	"devdoctor/platforms"
)

func (p *shPage) run(n int, r Run) {
	ask, ok := shAsk(r.Seen)
	if !ok {
		fmt.Fprintf(p, "\tat='' state=drifted\n\techo %s >&2\n", shQuoted("Only devdoctor can ask: "+oneLine(r.Seen.Query)))
		return
	}
	p.needs("run.sh")
	fmt.Fprintf(p, "\tat=''\n\t%s\n\tjudge %s %s\n", ask, shQuoted(r.Seen.Before), shQuoted(r.Seen.After))
	if len(r.Removes) > 0 {
		p.needs("files.sh", "marks.sh")
		words := make([]string, len(r.Removes))
		for i, path := range r.Removes {
			words[i] = shPath(path)
		}
		fmt.Fprintf(p, "\tif [ \"$state\" = needed ] && replaced %d %s; then state=drifted; fi\n", n, strings.Join(words, " "))
	}
	fmt.Fprintf(p, "\tif needed; then\n\t\t%s\n\tfi\n", shLine(r.Argv))
}

// shAsk asks the query of a probe; false where only devdoctor can.
func shAsk(p Probe) (string, bool) {
	q := p.query()
	arg := ""
	if len(q.Args) > 0 {
		arg = shPath(q.Args[0])
	}
	orAbsent := func(condition, answer string) (string, bool) {
		return "if " + condition + "; then " + answer + "; else now='! not found'; fi", true
	}
	switch {
	case len(q.Args) == 0:
	case q.Verb == "run":
		return shAnswer(q), true
	case q.Dir != "" || len(q.Env) > 0 || len(q.Args) != 1:
	case q.Verb == "file":
		return orAbsent("[ -f "+arg+" ]", "answer cat "+arg)
	case q.Verb == "stat" && p.yesOrNo():
		return orAbsent("[ -e "+arg+" ] || [ -L "+arg+" ]", "now=there")
	case q.Verb == "stat" && !strings.Contains(p.Before+p.After, " target=") && !strings.Contains(p.Before+p.After, " real="):
		return orAbsent("[ -e "+arg+" ]", "facts "+arg)
	case q.Verb == "glob" && p.Before == "" && p.After == Anything:
		quote := arg[len(arg)-1:]
		return "now=$(for one in " + strings.ReplaceAll(arg, "*", quote+"*"+quote) + `; do [ ! -e "$one" ] || echo "$one"; done)`, true
	case q.Verb == "which" && p.yesOrNo():
		return orAbsent("command -v "+arg+" >/dev/null", "now=there")
	}
	return "", false
}

// shAnswer runs a program, where and with the environment that the query names.
func shAnswer(q platforms.Query) string {
	line := shLine(q.Args)
	if len(q.Env) > 0 {
		var drop, set []string
		for _, e := range q.Env {
			if strings.Contains(e, "=") {
				set = append(set, shQuoted(e))
			} else {
				drop = append(drop, "-u "+shQuoted(e))
			}
		}
		line = strings.Join(slices.Concat([]string{"env"}, drop, set), " ") + " " + line
	}
	if q.Dir == "" {
		return "answer " + line
	}
	return "answer sh -c 'cd \"$1\" && shift && \"$@\"' sh " + shPath(q.Dir) + " " + line
}
