package fixers

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// A cmdPage is a command file of Windows that is being written. It uses what every Windows 10
// has: reg, certutil, where, findstr. Nothing else of it can write a line that does not end as
// Windows ends lines, so that texts are in hexadecimal.
type cmdPage struct {
	strings.Builder          // the subroutines
	tools           []string // the files of the kit that it needs
	calls           []string // what it does
}

func (p *cmdPage) needs(tools ...string) {
	for _, t := range tools {
		if !slices.Contains(p.tools, t) {
			p.tools = append(p.tools, t)
		}
	}
}

// whole is the page: what it does, and behind it the subroutines and the tools.
func (p *cmdPage) whole(head, end string) string {
	var b strings.Builder
	b.WriteString("@echo off\n" + head + kitText("begin.cmd") + "\n" + strings.Join(p.calls, "\n") + "\n" + kitText(end))
	b.WriteString(p.String())
	for _, name := range p.tools {
		b.WriteString("\n\n" + kitText(name))
	}
	return strings.ReplaceAll(b.String(), "\n", "\r\n")
}

func (p *cmdPage) comment(lines ...string) {
	for _, l := range lines {
		p.WriteString("rem " + cmdComment(l) + "\n")
	}
}

// cmdComment is words behind rem, in which some characters still mean something.
func cmdComment(words string) string {
	return strings.NewReplacer("%", "%%", "^", " ", "&", " ", "|", " ", "<", " ", ">", " ").Replace(oneLine(words))
}

func cmdScript(plan Plan) string {
	p := &cmdPage{}
	p.needs("take.cmd")
	fixes := scriptedSteps(plan)
	for i, f := range plan.Fixes {
		var body strings.Builder
		p.WriteString("\n\n")
		p.comment(fmt.Sprintf("%d. %s (%s/%s)", i+1, f.Title, f.Check, f.Problem))
		for _, s := range fixes[i] {
			p.WriteString("\n")
			p.comment(s.remarks()...)
			if s.Tell != nil {
				body.WriteString(cmdTell(*s.Tell))
				continue
			}
			p.subroutine(s.n, s.Step)
			fmt.Fprintf(&body, "%s\n%s\ncall :take %d || exit /b 1\n", cmdSet("says", oneLine(s.Says)), cmdSet("later", cmdNumbers(s.later)), s.n)
		}
		fmt.Fprintf(p, "\n:fix_%d\n%sexit /b 0\n", i+1, body.String())
		p.calls = append(p.calls, fmt.Sprintf("call :fix_%d || set failed=1", i+1))
	}
	head := []string{
		"What devdoctor " + plan.Devdoctor + " would do on a computer with Windows, as a command file:",
		"read it, then run it in a command prompt. It can run twice: it asks first whether a step",
		"is needed. What was changed since it was written stays as it is. It ends with 0 where all",
		"is done, and with 1 where a step is not, which it names.",
	}
	return p.whole(cmdHead(append(head, plan.aboutReplay()...)), "end.cmd")
}

func cmdHead(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("rem " + cmdComment(l) + "\n")
	}
	return b.String()
}

func cmdUndo(plan Plan, id string) string {
	p := &cmdPage{}
	p.needs("undo.cmd")
	fixes := scriptedSteps(plan)
	for i, f := range slices.Backward(plan.Fixes) {
		p.WriteString("\n\n")
		p.comment(fmt.Sprintf("%s (%s/%s)", f.Title, f.Check, f.Problem))
		for _, s := range slices.Backward(fixes[i]) {
			if s.Tell == nil {
				p.back(s)
			}
		}
	}
	head := []string{
		"This takes back what devdoctor changed in the run " + id + ", as devdoctor undo does.",
		"Run it where it lies. It can run twice, and leaves what was changed since. It ends with",
		"0 where all is back, and with 1 where a step is not, which it names.",
	}
	return p.whole(cmdHead(head)+cmdSet("run", id)+"\nset \"journal=%~dp0journal.jsonl\"\n", "undo_end.cmd")
}

// back writes what takes a step back.
func (p *cmdPage) back(s scripted) {
	p.WriteString("\n")
	p.comment(s.Says)
	for _, left := range s.Leaves {
		p.comment("This leaves " + left + ".")
	}
	verb := "back"
	step, ok := s.Inverse()
	if !ok {
		verb, step = "no_way_back", s.Step
	}
	p.subroutine(s.n, step)
	p.calls = append(p.calls, cmdSet("says", oneLine(s.Says)), cmdSet("earlier", cmdNumbers(s.earlier)), fmt.Sprintf("call :%s %d", verb, s.n))
}

func cmdNumbers(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, " ")
}

func cmdTell(t Instruction) string {
	lines := []string{cmdSet("says", oneLine(t.Do)), "call :say For you to do:"}
	for _, argv := range t.Run {
		lines = append(lines, cmdSet("says", oneLine(Cmd.Line(argv))), "call :say    ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// subroutine writes the one of step n, which knows its state and takes it.
func (p *cmdPage) subroutine(n int, s Step) {
	fmt.Fprintf(p, ":step_%d\nset \"at=\"\nset state=drifted\n", n)
	switch {
	case s.Path != nil:
		p.path(*s.Path)
	case s.Edit != nil:
		p.edit(*s.Edit)
	case s.Env != nil:
		p.variable(*s.Env)
	case s.Run != nil:
		p.run(n, *s.Run)
	case s.Fetch != nil:
		p.fetch(*s.Fetch)
	default:
		p.WriteString("echo This step is not for a command file. 1>&2\n")
	}
	p.WriteString("exit /b 0\n")
}

func (p *cmdPage) path(c Path) {
	p.needs("files.cmd", "path.cmd")
	does := ""
	switch after, before := c.After.Kind, c.Before.Kind; {
	case after == platforms.KindLink || before == platforms.KindLink || after == platforms.KindDir && before != "":
		p.WriteString("echo A link is made and changed by hand. 1>&2\n")
		return
	case after == platforms.KindDir:
		does = `mkdir "%at%"`
	case after == platforms.KindFile:
		p.text("+", string(c.After.Text))
		p.bytes(string(c.After.Text))
		does = "call :put"
	case before == platforms.KindDir:
		does = `rmdir "%at%"`
	default:
		does = `del /f /a "%at%"`
	}
	fmt.Fprintf(p, "%s\n", cmdAt(c.Path))
	fmt.Fprintf(p, "call %s && set state=needed\ncall %s && set state=done\n", cmdIs(c.Before), cmdIs(c.After))
	p.WriteString("if %mode%%state%==takeneeded " + does + "\n")
}

// cmdIs asks whether an entry stands at the path.
func cmdIs(e platforms.Entry) string {
	switch e.Kind {
	case platforms.KindFile:
		return ":is " + hashOf(string(e.Text))
	case platforms.KindDir:
		return ":is_folder"
	}
	return ":is_nothing"
}

// text writes lines as comments, for who reads the script.
func (p *cmdPage) text(sign, text string) {
	for line := range strings.Lines(text) {
		p.comment("   " + sign + " " + strings.TrimRight(line, "\r\n"))
	}
}

// bytes writes what leads the bytes of a text to the file next, in hexadecimal.
func (p *cmdPage) bytes(text string) {
	p.WriteString("type nul >\"%work%\\next\"\n")
	const most = 1000 // bytes; a line of a command file has 8191 characters
	for chunk := range slices.Chunk([]byte(text), most) {
		p.WriteString(">>\"%work%\\next\" echo " + hex.EncodeToString(chunk) + "\n")
	}
}

// maxCmdEdit is how many bytes the lines of an edit may have: they are in a variable, of
// 8191 characters, in hexadecimal.
const maxCmdEdit = 3500

func (p *cmdPage) edit(e Edit) {
	var old, fresh strings.Builder
	var forth, there []string
	count, comes := 0, 0
	for _, h := range e.Hunks {
		goes, brings := strings.Count(string(h.Before)+"\n", "\n")-1, strings.Count(string(h.After)+"\n", "\n")-1
		if unended(string(h.Before)) {
			goes++
		}
		if unended(string(h.After)) {
			brings++
		}
		forth = append(forth, fmt.Sprintf("%d:%d:x%x", h.Line+count, h.Line+count+goes, string(h.After)))
		there = append(there, fmt.Sprintf("%d:%d:x%x", h.Line+comes, h.Line+comes+brings, string(h.Before)))
		count, comes = count+goes, comes+brings
		p.text("-", string(h.Before))
		p.text("+", string(h.After))
		old.WriteString(string(h.Before))
		fresh.WriteString(string(h.After))
	}
	if old.Len() > maxCmdEdit || fresh.Len() > maxCmdEdit {
		p.WriteString("echo This change is too large for a command file. 1>&2\n")
		return
	}
	p.needs("files.cmd", "edit.cmd")
	fmt.Fprintf(p, "%s\nset others=%s\n", cmdAt(e.Path), e.Rest)
	fmt.Fprintf(p, "set \"forth=%s\"\nset \"there=%s\"\n", strings.Join(forth, " "), strings.Join(there, " "))
	fmt.Fprintf(p, "set \"old=%x\"\nset \"new=%x\"\ncall :edit\n", old.String(), fresh.String())
}

func (p *cmdPage) variable(e SetEnv) {
	p.needs("env.cmd")
	fmt.Fprintf(p, "%s\n%s\n", cmdSet("before", cmdValue(e.Before)), cmdSet("after", cmdValue(e.After)))
	// The rules by which a program finds its arguments: a backslash means something before a quote.
	data := strings.ReplaceAll(e.After.Data, `"`, `\"`)
	if strings.HasSuffix(data, `\`) {
		data += `\`
	}
	fmt.Fprintf(p, "set type=%s\n%s\ncall :variable %s\n", e.After.Type, cmdSet("data", data), e.Name)
}

func cmdValue(v platforms.RegistryValue) string {
	if v.Type == "" {
		return ""
	}
	return v.Type + " " + v.Data
}

func (p *cmdPage) fetch(f Fetch) {
	p.needs("files.cmd", "path.cmd", "fetch.cmd")
	there, nothing, does := "done", "needed", "fetch"
	if f.Back {
		p.needs("unfetch.cmd")
		there, nothing, does = nothing, there, "unfetch"
	}
	protocol, _, _ := strings.Cut(f.Archive.URL, ":")
	fmt.Fprintf(p, "%s\nset archive=%s\n%s\n", cmdAt(f.Dir), f.Archive.SHA256, cmdSet("protocol", protocol))
	fmt.Fprintf(p, "%s\n%s\ncall :archive\n", cmdSet("url", f.Archive.URL), cmdSet("top", f.Archive.Top))
	fmt.Fprintf(p, "if %%state%%==there (set state=%s) else if %%state%%==nothing (set state=%s)\n", there, nothing)
	fmt.Fprintf(p, "if %%mode%%%%state%%==takeneeded call :%s\n", does)
}

func (p *cmdPage) run(n int, r Run) {
	ask, ok := cmdAsk(r.Seen)
	if !ok || strings.Contains(r.Seen.Before+r.Seen.After, "\n") {
		p.WriteString("echo Only devdoctor can ask whether this is needed. 1>&2\n")
		return
	}
	p.needs("run.cmd")
	fmt.Fprintf(p, "%s\n%s\n%s\ncall :judge\n", ask, cmdSet("before", r.Seen.Before), cmdSet("after", r.Seen.After))
	for _, path := range r.Removes { // files: no step of Windows makes a folder so
		p.needs("files.cmd", "marks.cmd")
		fmt.Fprintf(p, "%s\ncall :replaced %d\nset \"at=\"\n", cmdAt(path), n)
	}
	fmt.Fprintf(p, "if %%mode%%%%state%%==takeneeded call %s\n", cmdLine(r.Argv))
}

// cmdAsk asks the query of a probe; false where only devdoctor can.
func cmdAsk(p Probe) (string, bool) {
	q := p.query()
	there := "\nif errorlevel 1 (set \"now=! not found\") else set now=there"
	switch {
	case len(q.Args) == 0 || q.Dir != "" || len(q.Env) > 0:
	case q.Verb == "run":
		return "call " + cmdLine(q.Args) + " >\"%work%\\out\" 2>nul <nul\ncall :answer", true
	case q.Verb == "stat" && p.yesOrNo():
		return cmdAt(q.Args[0]) + "\nif exist \"%at%\" (set now=there) else set \"now=! not found\"\nset \"at=\"", true
	case q.Verb == "which" && p.yesOrNo():
		return "where " + cmdLine(q.Args) + " >nul 2>nul" + there, true
	case q.Verb == "reg" && len(q.Args) == 2:
		return "set \"now=! not found\" & set \"dword=\"\nfor /f \"skip=2 tokens=1,2,*\" %%a in ('reg query " + strings.ReplaceAll(Cmd.quote(q.Args[0])+" /v "+Cmd.quote(q.Args[1]), "%", "%%") +
			" 2^>nul') do if %%b==REG_DWORD (set /a dword=%%c) else set \"now=%%b %%c\"\n" +
			`if defined dword set "now=REG_DWORD %dword%"`, true // reg shows a number in the digits of sixteen
	}
	return "", false
}

// cmdLine is a command behind call, which looks for variables a second time.
func cmdLine(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		rest, athome := strings.CutPrefix(arg, "~/")
		if words[i] = strings.ReplaceAll(Cmd.quote(arg), "%", "%%%%"); athome {
			words[i] = `"%USERPROFILE%\` + strings.ReplaceAll(strings.ReplaceAll(rest, "/", `\`), "%", "%%%%") + `"`
		}
	}
	return strings.Join(words, " ")
}

// cmdAt gives the variable at a path, which may begin with the home directory.
func cmdAt(path string) string {
	rest, athome := strings.CutPrefix(path, "~/")
	if !athome {
		return cmdSet("at", path)
	}
	return `set "at=%USERPROFILE%\` + strings.ReplaceAll(strings.ReplaceAll(rest, "/", `\`), "%", "%%") + `"`
}

// cmdSet gives a variable a value, whatever that holds: behind a quote in it some characters
// would mean something.
func cmdSet(name, value string) string {
	var b strings.Builder
	quoted := true
	for _, r := range value {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '%':
			b.WriteByte('%')
		case !quoted && strings.ContainsRune("&|<>^()", r):
			b.WriteByte('^')
		}
		b.WriteRune(r)
	}
	return `set "` + name + "=" + b.String() + `"`
}
