package fixers

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	"devdoctor/platforms"
)

// More of git's settings.
var (
	GitLongPaths = &Fix{
		ID: "git-long-paths", Title: "Let git use long paths",
		Plan: gitSettings(setting{"core", "longpaths", "", "true"}),
	}
	GitLineEndings = &Fix{
		ID: "git-line-endings", Title: "Let git keep the line endings of this system",
		Plan: settingWhereFound("core", "autocrlf", "input"),
	}
	GitUnsigned = &Fix{
		ID: "git-unsigned", Title: "Tell git not to sign commits",
		Plan: settingWhereFound("commit", "gpgsign", "false"),
	}
	GitManager = &Fix{
		ID: "git-manager", Title: "Let git use its credential manager",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			if p.Host.OS != platforms.Windows {
				return nil, ErrNotHere
			}
			return asWritten(gitSettings(setting{"credential", "helper", "", "manager"})(ctx, p))
		},
	}
	GitIdentityOfWindows = &Fix{
		ID: "git-identity-of-windows", Title: "Tell the git of this Linux who you are",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			if p.Found["name"] == "" || p.Found["value"] == "" {
				return nil, ErrNotHere
			}
			return asWritten(gitSettings(setting{"user", "name", "", p.Found["name"]}, setting{"user", "email", "", p.Found["value"]})(ctx, p))
		},
	}
	WindowsSSH = &Fix{
		ID: "git-windows-ssh", Title: "Let git use the ssh of Windows",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			return asWritten(gitSettings(setting{"core", "sshCommand", "", p.Found["value"]})(ctx, p))
		},
	}
	DropGitSetting  = &Fix{ID: "git-setting", Title: "Take a setting out of git's file", Plan: dropGitSetting}
	GitTrust        = &Fix{ID: "git-trust", Title: "Tell git that you trust this folder", Plan: gitTrust}
	GitAsksGh       = &Fix{ID: "git-asks-gh", Title: "Let git log in with gh", Plan: gitAsksGh}
	GitBranchMain   = &Fix{ID: "git-branch-main", Title: "Call the branch of this project main", Plan: gitBranchMain}
	GitPlainEndings = &Fix{ID: "git-store-endings", Title: "Let git store plain line endings", Plan: gitPlainEndings}
	MendGitSettings = &Fix{ID: "git-settings-line", Title: "Mend a line of git's settings", Plan: mendGitSettings}
)

// asWritten is steps of which nobody has seen yet that they help, though writing the
// file was tried.
func asWritten(steps []Step, err error) ([]Step, error) {
	for i := range steps {
		steps[i].Verified = Documented
	}
	return steps, err
}

// settingWhereFound plans a setting in the file in which a check found another value, or
// in the account's own, where that is not the learner's.
func settingWhereFound(section, key, value string) func(context.Context, Patient) ([]Step, error) {
	return func(ctx context.Context, p Patient) ([]Step, error) {
		h, file := p.Host, p.Found["file"]
		if file == "" || !h.Abs(h.Join(file)) {
			return nil, ErrNotHere // it depends on the folder
		}
		info, err := h.Stat(ctx, h.Join(file))
		if err != nil || !info.Writable {
			steps, err := gitSettings(setting{section, key, "", value})(ctx, p)
			if h.OS == platforms.Windows { // where only other settings were tried
				return asWritten(steps, err)
			}
			return steps, err
		}
		f, err := readPresent(ctx, h, file)
		if err != nil {
			return nil, err
		}
		text := withSetting(f.text, section, key, value)
		return f.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux), "Write "+section+"."+key+" into "+f.path+".")
	}
}

// dropGitSetting takes the lines of one setting out of the file in which a check found it.
func dropGitSetting(ctx context.Context, p Patient) ([]Step, error) {
	h, key, file := p.Host, p.Found["name"], p.Found["file"]
	if key == "" || file == "" || !h.Abs(h.Join(file)) {
		return nil, ErrNotHere
	}
	f, err := readPresent(ctx, h, file)
	if err != nil || !f.there {
		return nil, orNotHere(err)
	}
	text := withoutSetting(f.text, key)
	if text == f.text {
		return nil, ErrNotHere
	}
	return unlessSecret(f.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux), "Take "+key+" out of "+f.path+"."))
}

var anySection = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*$`)
})

// withoutSetting is the text of git's settings without the lines of a setting, which is named with
// its section as git spells it: credential.https://github.com.helper.
func withoutSetting(text, name string) string {
	dot := strings.LastIndexByte(name, '.')
	section, key := "", ""
	lines := slices.Collect(strings.Lines(text))
	lines = slices.DeleteFunc(lines, func(l string) bool {
		if m := anySection().FindStringSubmatch(l); m != nil {
			if section = m[1]; m[2] != "" {
				section += "." + m[2]
			}
			return false
		}
		key, _, _ = strings.Cut(strings.TrimSpace(l), "=")
		return strings.EqualFold(section, name[:max(dot, 0)]) && strings.EqualFold(strings.TrimSpace(key), name[dot+1:]) &&
			!strings.HasSuffix(strings.TrimRight(l, "\r\n"), `\`)
	})
	return strings.Join(lines, "")
}

// gitTrust adds a folder to those in which git works though they are another account's.
func gitTrust(ctx context.Context, p Patient) ([]Step, error) {
	dir := p.Found["value"]
	if dir == "" {
		dir = p.Found["dir"]
	}
	f, err := gitConfigFile(ctx, p.Host)
	if err != nil || dir == "" || dir == "*" {
		return nil, orNotHere(err)
	}
	end := lineEnd(f.text)
	text := f.text
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += end
	}
	text += "[safe]" + end + "\tdirectory = " + quoteSetting(dir) + end
	return f.become(ctx, p.Host, text, 0o644, triedOn(p.Host, platforms.Linux), "Tell git that you trust the folder "+atHome(p.Host, dir)+".")
}

// gitAsksGh writes what gh auth setup-git does (gh 2.46 in Debian 13, its source read 2026-11-21).
func gitAsksGh(ctx context.Context, p Patient) ([]Step, error) {
	copies, err := p.Host.Which(ctx, "gh")
	if err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	f, err := gitConfigFile(ctx, p.Host)
	if err != nil {
		return nil, err
	}
	program := strings.ReplaceAll(copies[0].Path, `\`, "/")
	if strings.ContainsAny(program, " '\"") {
		program = "'" + program + "'"
	}
	text := f.text
	for _, server := range []string{"https://github.com", "https://gist.github.com"} {
		for _, line := range []string{`[credential "` + server + `"]`, "\thelper =", "\thelper = " + quoteSetting("!"+program+" auth git-credential")} {
			text = withLine(text, line)
		}
	}
	return f.become(ctx, p.Host, text, 0o644, Documented, "Tell git to ask gh when it logs in to GitHub.")
}

// gitPlainEndings lets git store the files of a project anew, for the learner's next commit. It is only for a
// project without work that is not committed: --renormalize stages that too (git-add(1), read 2026-11-22), and
// the commit would call it line endings.
func gitPlainEndings(ctx context.Context, p Patient) ([]Step, error) {
	dir := p.Found["dir"]
	if dir == "" || p.Host.OS != platforms.Windows {
		return nil, ErrNotHere
	}
	q := platforms.Query{Verb: "run", Args: []string{"git", "-C", dir, "status", "--porcelain", "--untracked-files=no"}}
	unfinished, err := Answered(p.Host.Source().Answer(ctx, q))
	switch {
	case err != nil || strings.HasPrefix(unfinished, "! "):
		return nil, orNotHere(err)
	case unfinished != "":
		return nil, errors.New("your project holds work that is not committed, and git would mix the line endings with it; commit it first, then run devdoctor fix again")
	}
	steps, err := asWritten(gitSettings(setting{"core", "autocrlf", "", "true"})(ctx, p))
	if err != nil {
		return nil, err
	}
	const do = "Commit what is staged now, which is the line endings alone: git commit -m, and words such as Store plain line endings."
	return append(steps, Step{
		Says: "Stage the files of " + atHome(p.Host, dir) + " that git stored with the line endings of Windows, now with those that all systems understand. " +
			"Nothing else is staged, and on your disk the files stay as they are.", Verified: Documented,
		Leaves: []string{atHome(p.Host, p.Host.Join(dir, ".git", "objects")) + "/*"},
		Run: &Run{
			Argv: []string{"git", "-C", dir, "add", "--renormalize", "."}, Back: []string{"git", "-C", dir, "reset", "-q"},
			Seen: Probe{Query: q.String(), Before: "", After: Anything}, // work that is begun since keeps it from being taken
		},
	}, Step{Says: do, Verified: Documented, Tell: &Instruction{Do: do, Undo: "git revert HEAD", Why: "what is in a commit is yours to say"}}), nil
}

// gitBranchMain renames the branch of a project. -m refuses where there is a main already.
func gitBranchMain(_ context.Context, p Patient) ([]Step, error) {
	dir := p.Found["dir"]
	if dir == "" || p.Found["name"] != "master" {
		return nil, ErrNotHere
	}
	head := p.Host.Join(dir, ".git", "HEAD")
	return []Step{{
		Says: "Call the branch master of " + atHome(p.Host, dir) + " main.", Verified: triedOn(p.Host, platforms.Linux),
		Leaves: []string{atHome(p.Host, p.Host.Join(dir, ".git", "logs")) + "/*"},
		Run: &Run{
			Argv: []string{"git", "-C", dir, "branch", "-m", "master", "main"}, Back: []string{"git", "-C", dir, "branch", "-m", "main", "master"},
			Seen: Probe{Query: platforms.Query{Verb: "file", Args: []string{head}}.String(), Before: "ref: refs/heads/master", After: "ref: refs/heads/main"},
		},
	}}, nil
}

// What git takes for a line of its settings (git-config(1), section SYNTAX, read
// 2026-11-21), and a head of a section that lacks its end.
var (
	settingLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*([A-Za-z][A-Za-z0-9-]*\s*(=.*)?)?([#;].*)?$`) })
	halfSection = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*\[\s*[A-Za-z0-9.-]+(\s+"[^"]*")?$`) })
)

// mendGitSettings closes the head of a section, and makes a comment of any other line that git does not understand.
func mendGitSettings(ctx context.Context, p Patient) ([]Step, error) {
	file := p.Found["file"]
	if file == "" {
		return nil, ErrNotHere
	}
	f, err := readPresent(ctx, p.Host, file)
	if err != nil || !f.there || strings.ContainsRune(f.text, 0) {
		return nil, orNotHere(err)
	}
	text := mendedSettings(f.text)
	if text == f.text {
		return nil, ErrNotHere
	}
	return unlessSecret(f.become(ctx, p.Host, text, 0o644, triedOn(p.Host, platforms.Linux, platforms.Windows), "Mend what git does not understand in "+f.path+"."))
}

func mendedSettings(text string) string {
	var b strings.Builder
	inside, goesOn := false, false
	for line := range strings.Lines(text) {
		body := strings.TrimRight(line, "\r\n")
		end := line[len(body):]
		switch {
		case goesOn: // the value of the line above
		case anySection().MatchString(body) || strings.HasPrefix(strings.TrimSpace(body), "[") && strings.Contains(body, "]"):
			inside = true
		case halfSection().MatchString(body):
			body, inside = strings.TrimRight(body, " \t")+"]", true
		case !settingLine().MatchString(body), strings.Count(strings.ReplaceAll(body, `\"`, ""), `"`)%2 == 1,
			!inside && strings.TrimSpace(body) != "" && !strings.ContainsAny(strings.TrimSpace(body)[:1], "#;"):
			body = "# " + body
		}
		goesOn = strings.HasSuffix(body, `\`) && !strings.HasPrefix(body, "#")
		b.WriteString(body + end)
	}
	return b.String()
}
