package fixers

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// MendStartFile rewrites the line of a start file that gives PATH the entry which a
// check found: without quotes, with the home folder written out, without the entry, or
// with the folder in place of a program in it.
var MendStartFile = &Fix{
	ID: "start-file-path", Title: "Mend the line that sets PATH",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		entry, wanted := p.Found["value"], wantedEntry(p)
		wrong := func(path []string) bool {
			return slices.Contains(path, entry) || wanted != "" && !slices.Contains(path, wanted)
		}
		return mendLine(ctx, p, wrong, func(line string) []string { return pathLines(p, line) })
	},
}

// KeepSystemFolders lets a line that gives PATH a new value keep the old one.
var KeepSystemFolders = &Fix{
	ID: "start-file-keeps-path", Title: "Keep the folders of the system on PATH",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		wrong := func(path []string) bool { return !slices.Contains(path, p.Found["dir"]) }
		return mendLine(ctx, p, wrong, func(line string) []string {
			body := strings.TrimRight(line, "\r\n")
			end := line[len(body):]
			if quoted, ok := strings.CutSuffix(body, `"`); ok {
				return []string{quoted + `:$PATH"` + end}
			}
			return []string{body + `:"$PATH"` + end}
		})
	},
}

// newTerminalHeals is for what stands right in the files and wrong in this terminal.
var newTerminalHeals = Step{
	Says: "Close this terminal, and open a new one: there PATH is in order.", Verified: ByRunning,
	Tell: &Instruction{Do: "Close this terminal, and open a new one: there PATH is in order.", Why: "a terminal reads its files once, when it opens"},
}

// mendLine exchanges one line of a start file in the home directory, so that the PATH of
// a new terminal is not wrong any more and loses no other entry. Each way of writing the
// line is tried on paper first.
func mendLine(ctx context.Context, p Patient, wrong func(path []string) bool, ways func(line string) []string) ([]Step, error) {
	h := p.Host
	if h.OS == platforms.Windows {
		return nil, ErrNotHere
	}
	before, files, err := nextPath(ctx, h)
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // nobody knows where it comes from
	}
	if !wrong(before) {
		return []Step{newTerminalHeals}, nil
	}
	for _, path := range files {
		f, err := readPresent(ctx, h, path)
		if err != nil || !f.there || !strings.HasPrefix(f.path, "~/") {
			continue
		}
		lines := slices.Collect(strings.Lines(f.text))
		for i, line := range lines {
			if !strings.Contains(strings.ToUpper(line), "PATH") {
				continue
			}
			for _, other := range ways(line) {
				mended := slices.Clone(lines)
				mended[i] = other
				steps, err := f.become(ctx, h, strings.Join(mended, ""), 0o644, triedOn(h, platforms.Linux), "Rewrite line "+strconv.Itoa(i+1)+" of "+f.path+".")
				if err == nil && len(steps) > 0 && healed(ctx, h, steps, before, wrong) {
					return steps, nil
				}
			}
		}
	}
	return nil, ErrNotHere
}

// nextPath is the entries of PATH in a new terminal, and the start files that make it.
func nextPath(ctx context.Context, h *platforms.Host) (entries, files []string, err error) {
	t, err := h.NewTerminal(ctx)
	if err != nil {
		return nil, nil, err
	}
	if t.Unsure != "" {
		return nil, nil, errors.New(t.Unsure)
	}
	path, err := t.Host.Env(ctx, "PATH")
	return h.SplitPath(path), t.Files, err
}

// healed takes steps on paper, and reports whether the next terminal has all other
// entries of before, and none that is wrong.
func healed(ctx context.Context, h *platforms.Host, steps []Step, before []string, wrong func([]string) bool) bool {
	paper := platforms.NewPaper(h)
	for _, s := range steps {
		if s.Take(ctx, paper, nil) != nil {
			return false
		}
	}
	after, _, err := nextPath(ctx, paper.Host())
	if err != nil || wrong(after) {
		return false
	}
	lost := 0
	for _, e := range before {
		if !slices.Contains(after, e) {
			lost++
		}
	}
	return lost <= 1 // the wrong one, or one that stands for it
}

// wantedEntry is what should stand on PATH in place of the entry that a check found; "" is
// nothing, or what nobody knows.
func wantedEntry(p Patient) string {
	entry := p.Found["value"]
	rest, athome := strings.CutPrefix(entry, "~/")
	if !athome {
		rest, athome = strings.CutPrefix(entry, "$HOME/")
	}
	switch {
	case strings.Contains(entry, `"`):
		return strings.ReplaceAll(entry, `"`, "")
	case athome:
		return p.Host.Join(p.Host.Home, rest)
	}
	return p.Found["dir"]
}

// pathLines is the ways in which a line could be written without the entry that a check
// found, the best one first.
func pathLines(p Patient, line string) []string {
	entry, dir := p.Found["value"], p.Found["dir"]
	var ways []string
	add := func(old, other string) {
		if old != "" && strings.Contains(line, old) {
			ways = append(ways, strings.Replace(line, old, other, 1))
		}
	}
	spellings := []string{entry, "$HOME" + strings.TrimPrefix(entry, p.Host.Home), "~" + strings.TrimPrefix(entry, p.Host.Home)}
	switch {
	case strings.Contains(entry, `"`):
		ways = append(ways, strings.ReplaceAll(line, `\"`, ""), strings.NewReplacer(`'"`, `"`, `"'`, `"`).Replace(line))
	case strings.HasPrefix(entry, "~"):
		add(entry, "$HOME"+entry[1:])
		ways = append(ways, strings.ReplaceAll(strings.ReplaceAll(line, entry, "$HOME"+entry[1:]), "'", `"`))
	case strings.HasPrefix(entry, "$"):
		ways = append(ways, strings.ReplaceAll(line, "'", `"`))
	case dir != "":
		for _, s := range spellings {
			if base := strings.TrimPrefix(entry, dir); strings.HasSuffix(s, base) {
				add(s, strings.TrimSuffix(s, base))
			}
		}
	default:
		for _, around := range []string{entry + ":", ":" + entry, entry + " "} {
			for from := 0; ; {
				i := strings.Index(line[from:], around)
				if i < 0 {
					break
				}
				ways = append(ways, line[:from+i]+line[from+i+len(around):])
				from += i + 1
			}
		}
	}
	return slices.DeleteFunc(ways, func(w string) bool { return w == line })
}

// LoadBrew lets a start file of the shell ask Homebrew for its folders, as Homebrew's installer advises. sh, bash, zsh
// and fish read the line alike.
var LoadBrew = &Fix{
	ID: "homebrew-path", Title: "Let new terminals find Homebrew",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, brew, file := p.Host, p.Found["path"], p.Found["file"]
		if brew == "" || file == "" || strings.ContainsAny(brew, " $\"`\\") {
			return nil, ErrNotHere
		}
		f, err := readPresent(ctx, h, file)
		if err != nil {
			return nil, err
		}
		steps, err := parents(ctx, h, f.path, Documented)
		if err != nil {
			return nil, err
		}
		b := &Block{
			Path: f.path, Name: "homebrew", Made: !f.there, Mode: onUnix(h, 0o644), After: "eval \"$(" + brew + " shellenv)\"\n",
			Glue: f.text != "" && !strings.HasSuffix(f.text, "\n"),
		}
		if strings.Contains(f.text, b.After) {
			return nil, ErrNotHere // it is there, and does not help
		}
		return append(steps, Step{Says: "Let " + f.path + " ask Homebrew for its folders.", Verified: Documented, Block: b}), nil
	},
}

// DropVariable takes away a variable that a check found, and that harms: on Windows from
// the account, elsewhere the lines of start files that do nothing but set it.
var DropVariable = &Fix{
	ID: "variable", Title: "Take a variable away",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		name := p.Found["name"]
		if name == "" || strings.EqualFold(name, "PATH") {
			return nil, ErrNotHere
		}
		if p.Host.OS == platforms.Windows {
			steps, err := dropAccountVariable(ctx, p.Host, name)
			return heeding(name, steps), err
		}
		steps, err := dropVariableLines(ctx, p.Host, name)
		return heeding(name, steps), err
	},
}

func dropAccountVariable(ctx context.Context, h *platforms.Host, name string) ([]Step, error) {
	name = spelledInRegistry(ctx, h, name)
	v, err := h.Registry(ctx, userVariables, name)
	if errors.Is(err, platforms.ErrNotFound) || err == nil && (!isText(v.Type) || secretLine().MatchString(v.Data)) {
		return nil, ErrNotHere
	}
	if err != nil {
		return nil, err
	}
	return []Step{{
		Says:     "Take the variable " + name + " away from your account. Terminals that open from now on are without it.",
		Verified: triedOn(h, platforms.Windows), Env: &SetEnv{Name: name, Before: v},
	}}, nil
}

// spelledInRegistry is the name of a variable as the account's part of the registry has it:
// Windows finds it in any letters, and undoing has to write the same ones.
func spelledInRegistry(ctx context.Context, h *platforms.Host, name string) string {
	names, err := h.RegistryValues(ctx, userVariables)
	i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
	if err != nil || i < 0 {
		return name
	}
	return names[i]
}

// variableFiles is where a learner sets variables, on Linux and macOS. Which of them are
// read depends on the kind of window.
var variableFiles = []string{
	"~/.profile", "~/.bash_profile", "~/.bash_login", "~/.bashrc", "~/.zshenv", "~/.zprofile", "~/.zshrc", "~/.zlogin", "~/.config/fish/config.fish",
}

// dropVariableLines takes a variable out of all start files. It is ErrNotHere where a line
// does more than set it.
func dropVariableLines(ctx context.Context, h *platforms.Host, name string) ([]Step, error) {
	quoted := regexp.QuoteMeta(name)
	sets := regexp.MustCompile(`^\s*(?:export\s+|(?:declare|typeset)\s+-x\s+|set\s+-\w+\s+)?` + quoted +
		`(?:=|\s+)(?:"[^"` + "`" + `]*"|'[^']*'|[^\s;&|"'` + "`" + `]*)\s*$|^\s*export\s+` + quoted + `\s*$`)
	speaks := regexp.MustCompile(`^[^#]*\b` + quoted + `\b`)
	var steps []Step
	for _, path := range variableFiles {
		f, err := readPresent(ctx, h, path)
		if err != nil {
			return nil, err
		}
		lines := slices.Collect(strings.Lines(f.text))
		lines = slices.DeleteFunc(lines, func(l string) bool { return sets.MatchString(strings.TrimRight(l, "\r\n")) })
		if slices.ContainsFunc(lines, speaks.MatchString) {
			return nil, ErrNotHere
		}
		if !f.there {
			continue
		}
		more, err := unlessSecret(f.become(ctx, h, strings.Join(lines, ""), 0o644, triedOn(h, platforms.Linux),
			"Take the line that sets "+name+" out of "+f.path+". Where new terminals still have it, log out and in again."))
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	if len(steps) == 0 {
		return leftInSession(ctx, h, name, speaks)
	}
	return steps, nil
}

// leftInSession is for a variable that no start file sets any more, and that the windows of
// this login go on to inherit.
func leftInSession(ctx context.Context, h *platforms.Host, name string, speaks *regexp.Regexp) ([]Step, error) {
	if _, err := h.SessionEnv(ctx, name); err != nil {
		return nil, ErrNotHere //nolint:nilerr // it is of this terminal alone, or nobody knows
	}
	all, err := readPresent(ctx, h, "/etc/environment")
	if err != nil || slices.ContainsFunc(slices.Collect(strings.Lines(all.text)), speaks.MatchString) {
		return nil, orNotHere(err)
	}
	do := "No start file of yours sets " + name + " any more. Log out of the computer, and in again."
	return []Step{{Says: do, Verified: ByRunning, Tell: &Instruction{Do: do, Why: "only a new login forgets it"}}}, nil
}
