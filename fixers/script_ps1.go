package fixers

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"devdoctor/platforms"
)

// A psPage is a script for PowerShell 5.1 that is being written, to be pasted into a window: a new
// Windows refuses scripts in files. None of it was ever run, and it says so.
type psPage struct {
	strings.Builder
	tools []string // the files of the kit that it needs
	calls []string // what it does, behind all steps: one may look at a later one
}

func (p *psPage) needs(tools ...string) {
	for _, t := range tools {
		if !slices.Contains(p.tools, t) {
			p.tools = append(p.tools, t)
		}
	}
}

func (p *psPage) comment(lines ...string) {
	for _, l := range lines {
		p.WriteString("# " + oneLine(l) + "\n")
	}
}

func psScript(plan Plan) string {
	p := &psPage{}
	p.needs("begin.ps1")
	fixes := scriptedSteps(plan)
	for i, f := range plan.Fixes {
		p.WriteString("\n\n")
		p.comment(fmt.Sprintf("%d. %s (%s/%s)", i+1, f.Title, f.Check, f.Problem))
		var calls []string
		for _, s := range fixes[i] {
			p.WriteString("\n")
			p.comment(s.remarks()...)
			calls = append(calls, "("+p.step(s)+")")
		}
		p.calls = append(p.calls, "if (-not ("+strings.Join(calls, " -and\n    ")+")) { $failed = $true }")
	}
	var b strings.Builder
	b.WriteString("# What devdoctor " + oneLine(plan.Devdoctor) + " would do on a computer with Windows, for PowerShell 5.1. It was written by a\n" +
		"# program and never run: read it, then paste it into a window. It can run twice: it asks first\n" +
		"# whether a step is needed. What was changed since it was written stays as it is.\n")
	for _, name := range p.tools {
		b.WriteString("\n" + kitText(name))
	}
	return strings.ReplaceAll(b.String()+p.String()+"\n\n"+strings.Join(p.calls, "\n")+"\n"+kitText("end.ps1"), "\n", "\r\n")
}

// step writes a step, and gives back the words that take it.
func (p *psPage) step(s scripted) string {
	if s.Tell != nil {
		return "Tell " + psQuoted(oneLine(s.Tell.Do)) + psCommands(s.Tell.Run)
	}
	state, does := "'drifted'", "throw 'This step is not for PowerShell.'"
	switch {
	case s.Path != nil:
		state, does = p.path(*s.Path)
	case s.Edit != nil:
		state, does = p.edit(*s.Edit)
	case s.Env != nil:
		state, does = p.variable(*s.Env)
	case s.Run != nil:
		state, does = p.run(*s.Run)
	}
	fmt.Fprintf(p, "$step%d = @{\n    State = { %s }\n    Do = { %s }\n}\n", s.n, state, does)
	call := fmt.Sprintf("Take %s $step%d", psQuoted(oneLine(s.Says)), s.n)
	if len(s.later) > 0 {
		var later []string
		for _, n := range s.later {
			later = append(later, "$step"+strconv.Itoa(n))
		}
		call += " @(" + strings.Join(later, ", ") + ")"
	}
	return call
}

func psCommands(run [][]string) string {
	if len(run) == 0 {
		return ""
	}
	words := make([]string, len(run))
	for i, argv := range run {
		words[i] = psQuoted(oneLine(Cmd.Line(argv)))
	}
	return " @(" + strings.Join(words, ", ") + ")"
}

func (p *psPage) path(c Path) (state, does string) {
	p.needs("files.ps1")
	at := psPath(c.Path)
	state = fmt.Sprintf("StateOfPath %s %s %s", at, psEntry(c.Before), psEntry(c.After))
	switch {
	case c.Before.Kind == platforms.KindLink || c.After.Kind == platforms.KindLink:
		return "'drifted'", "throw 'A link is made and changed by hand.'"
	case c.After.Kind == platforms.KindDir:
		return state, "New-Item -ItemType Directory -Path " + at
	case c.After.Kind == platforms.KindFile:
		return state, "Put " + at + " '" + base64.StdEncoding.EncodeToString([]byte(c.After.Text)) + "'"
	}
	return state, "Remove-Item -LiteralPath " + at
}

func psEntry(e platforms.Entry) string {
	switch e.Kind {
	case platforms.KindFile:
		return "'" + hashOf(string(e.Text)) + "'"
	case platforms.KindDir:
		return "'folder'"
	}
	return "'nothing'"
}

func (p *psPage) edit(e Edit) (state, does string) {
	p.needs("files.ps1", "edit.ps1")
	hunks := make([]string, len(e.Hunks))
	for i, h := range e.Hunks {
		for _, l := range append(signed("-", string(h.Before)), signed("+", string(h.After))...) {
			p.comment("  " + l)
		}
		hunks[i] = fmt.Sprintf("@{ Line = %d; Old = '%s'; New = '%s' }", h.Line,
			base64.StdEncoding.EncodeToString([]byte(h.Before)), base64.StdEncoding.EncodeToString([]byte(h.After)))
	}
	about := fmt.Sprintf("%s '%s' @(%s)", psPath(e.Path), e.Rest, strings.Join(hunks, ", "))
	return "StateOfEdit " + about, "Put " + psPath(e.Path) + " (Exchange " + about + " 'Old' 'New')"
}

func (p *psPage) variable(e SetEnv) (state, does string) {
	p.needs("env.ps1")
	kind := map[string]string{"REG_SZ": "String", "REG_EXPAND_SZ": "ExpandString"}[e.After.Type]
	name := psQuoted(e.Name)
	return fmt.Sprintf("StateOfVariable %s %s %s", name, psQuoted(cmdValue(e.Before)), psQuoted(cmdValue(e.After))),
		fmt.Sprintf("SetVariable %s '%s' %s", name, kind, psQuoted(e.After.Data))
}

func (p *psPage) run(r Run) (state, does string) {
	q, ask := r.Seen.query(), ""
	absent := " 'there' } else { '! not found' })"
	switch {
	case len(q.Args) == 0 || q.Dir != "" || len(q.Env) > 0:
	case q.Verb == "run":
		ask = "(Answer { " + psLine(q.Args) + " })"
	case q.Verb == "stat" && r.Seen.yesOrNo():
		ask = "$(if (Test-Path -LiteralPath " + psPath(q.Args[0]) + ") {" + absent
	case q.Verb == "which" && r.Seen.yesOrNo():
		ask = "$(if (Get-Command -ErrorAction SilentlyContinue " + psQuoted(q.Args[0]) + ") {" + absent
	}
	if ask == "" {
		return "'drifted'", "throw 'Only devdoctor can ask whether this is needed.'"
	}
	p.needs("run.ps1")
	return fmt.Sprintf("Judge %s %s %s", ask, psQuoted(r.Seen.Before), psQuoted(r.Seen.After)), psLine(r.Argv)
}

func psLine(argv []string) string {
	words := []string{"&"}
	for _, arg := range argv {
		words = append(words, psPath(psNative(arg)))
	}
	return strings.Join(words, " ")
}

var quoteBehind = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\\*)"`) })

// psNative is an argument of a program as PowerShell 5.1 has to be given it: it puts a word with a space between
// quotes, leaves those in it as they are, and drops an empty one. PowerShell 7.3 and newer do the same where the
// script asks for it (NativeCommandParameterBinder.cs of PowerShell/PowerShell 02d9549, read 2026-11-22).
func psNative(arg string) string {
	if arg == "" {
		return `""`
	}
	return quoteBehind().ReplaceAllString(arg, `$1$1\"`)
}

// psPath is a word, which may begin with the home directory.
func psPath(path string) string {
	if rest, athome := strings.CutPrefix(path, "~/"); athome {
		return "(Join-Path $HOME " + psQuoted(strings.ReplaceAll(rest, "/", `\`)) + ")"
	}
	return psQuoted(path)
}

// psQuoted is a word that PowerShell takes as it is. To it the curved quotes are quotes as well.
func psQuoted(word string) string {
	return "'" + strings.NewReplacer("'", "''", "\u2018", "\u2018\u2018", "\u2019", "\u2019\u2019", "\u201a", "\u201a\u201a", "\u201b", "\u201b\u201b").Replace(word) + "'"
}
