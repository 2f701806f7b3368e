package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// loginWays is what git could log in with.
type loginWays struct {
	h      *platforms.Host
	config gitConfig

	works, note string      // the best way that works, and what to know about it
	missing     *gitSetting // a helper that is set and not there
	none        bool        // a helper came with git, and nobody chose it
	remembers   string      // a helper that keeps logins, and keeps none for GitHub
	askpass     *gitSetting // a core.askPass that is not there
	https       bool        // the project reaches GitHub by HTTPS, which uses no key
	gh          bool        // the program gh is on PATH
	loggedIn    bool        // and somebody is logged in with it
	owner       platforms.Manager
}

func (w *loginWays) weigh() Result {
	found := Found{Owner: w.owner}
	if w.https {
		found.Command = "https"
	}
	switch {
	case w.works != "":
		r := OK("git logs in to GitHub with %s", w.works)
		if w.note != "" {
			r = r.Note("%s", w.note)
		}
		return r
	case w.missing != nil:
		found.Name, found.Value, found.File = w.missing.Key, w.missing.Value, w.missing.File
		if w.owner != platforms.WindowsWSL {
			found.Owner = platforms.Unowned
		}
		return helperMissing.Fail("git's login program is not there").With(found).
			Because("%s is set to %s, and there is no such program.", w.missing.Key, w.missing.Value)
	case w.askpass != nil:
		found.Name, found.Value, found.File = "core.askPass", w.askpass.Value, w.askpass.File
		return askpassMissing.Fail("the program that asks for git's passwords is not there").With(found).
			Because("core.askPass is set to %s.", w.askpass.Value)
	case w.none:
		return noHelperChosen.Warn("git's own credential helper was not chosen").With(found).
			Because("git push would ask for a password, and GitHub takes none.")
	case w.gh && w.loggedIn:
		return ghNotConnected.Warn("gh is logged in to GitHub, git is not").With(found).
			Because("git push would ask for a password, and GitHub takes none.")
	case w.gh:
		return ghLoggedOut.Warn("nobody is logged in to GitHub here").With(found).
			Because("git push would ask for a password, and GitHub takes none.")
	case w.remembers != "":
		return noLogin.Warn("git has no login for GitHub yet").With(found).
			Because("%s keeps logins, and keeps none for GitHub. git push would ask for a password, and GitHub takes none.", w.remembers)
	}
	return noLogin.Warn("git has no login for GitHub yet").With(found).
		Because("git push would ask for a password, and GitHub takes none.")
}

// look finds the ways. An SSH key counts only where no project says that it goes
// by HTTPS.
func (w *loginWays) look(ctx context.Context, keysCount bool) error {
	w.https = !keysCount
	if err := w.lookForGh(ctx); err != nil {
		return err
	}
	for _, helper := range w.helpers() {
		if err := w.judge(ctx, helper); err != nil || w.works != "" {
			return err
		}
	}
	if w.missing == nil {
		if err := w.lookBesideHelpers(ctx, keysCount); err != nil || w.works != "" {
			return err
		}
	}
	var err error
	if w.h.OS == platforms.Windows && !w.none && w.missing == nil {
		if w.none, err = w.helperExists(ctx, "manager"); err != nil {
			return err
		}
	}
	w.owner, err = w.installer(ctx)
	return err
}

func (w *loginWays) lookBesideHelpers(ctx context.Context, keysCount bool) error {
	if err := w.lookForAskpass(ctx); err != nil || w.works != "" || !keysCount {
		return err
	}
	keys, err := sshKeys(ctx, w.h)
	if err == nil && len(keys) > 0 {
		w.works = "an SSH key"
		w.note = "Give GitHub's SSH address when you clone, as in git@github.com:owner/project.git."
	}
	return err
}

// helpers is credential.helper for GitHub in git's order. An empty value takes
// away all that stand before it.
func (w *loginWays) helpers() []gitSetting {
	var list []gitSetting
	for _, s := range w.config {
		switch s.Key {
		case "credential.helper", "credential.https://github.com.helper", "credential.https://github.com/.helper", "credential.github.com.helper":
			if s.Value == "" {
				list = nil
				continue
			}
			list = append(list, s)
		}
	}
	return list
}

// What the helpers can do by themselves (their documentation, 2026-11-20).
var (
	signsIn   = []string{"manager", "manager-core", "oauth"} // open the browser
	remembers = []string{"osxkeychain", "store", "cache", "wincred"}
	inGit     = []string{"store", "cache"} // part of every git
)

func (w *loginWays) judge(ctx context.Context, s gitSetting) error {
	program := firstWord(strings.TrimPrefix(s.Value, "!"))
	if base := w.h.BaseName(program); strings.HasPrefix(s.Value, "!") && (base == "gh" || base == "gh.exe") {
		return w.judgeGh(ctx, s, program)
	}
	if strings.HasPrefix(s.Value, "!") {
		w.works, w.note = "a command of your own", ""
		return nil
	}
	there, err := w.helperExists(ctx, program)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(strings.TrimPrefix(w.h.BaseName(program), "git-credential-"), ".exe")
	switch {
	case !there:
		w.missing = &s
	case name == "helper-selector":
		selected := w.config.value("credential.helperselector.selected")
		if w.none = selected == "<no helper>"; !w.none {
			w.works, w.note = "the helper that you choose", "At the first push a window asks which one. Choose manager."
		}
	case slices.Contains(signsIn, name):
		w.works = "Git Credential Manager"
		if name == "oauth" {
			w.works = "git-credential-oauth"
		}
	case slices.Contains(remembers, name):
		return w.judgeMemory(ctx, name)
	default:
		w.works, w.note = name, "Whether it holds a login cannot be seen from outside."
	}
	return nil
}

// firstWord is the program of a command line: git hands it to a shell.
func firstWord(line string) string {
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == '\\' && quote != '\'' && i+1 < len(line):
			i++
			b.WriteByte(line[i])
		case c == ' ' && quote == 0:
			if b.Len() > 0 {
				return b.String()
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (w *loginWays) judgeGh(ctx context.Context, s gitSetting, program string) error {
	there := w.gh
	if w.h.Abs(program) {
		var err error
		if there, err = w.h.Exists(ctx, program); err != nil {
			return err
		}
	}
	if !there {
		w.missing = &s
		return nil
	}
	w.gh = true
	if w.loggedIn {
		w.works = "GitHub's program gh"
	}
	return nil
}

// helperExists looks for a program as git does: a path is taken as it is, a name
// means git-credential-NAME among git's own programs or on PATH.
func (w *loginWays) helperExists(ctx context.Context, program string) (bool, error) {
	if w.h.Abs(program) {
		there, err := w.h.Exists(ctx, program)
		if err != nil || there || w.h.OS != platforms.Windows {
			return there, err
		}
		return w.h.Exists(ctx, program+".exe")
	}
	if slices.Contains(inGit, program) {
		return true, nil
	}
	name := "git-credential-" + program
	found, err := w.h.Which(ctx, name)
	if err != nil || len(found) > 0 {
		return len(found) > 0, err
	}
	out, err := w.h.Run(ctx, "git", "--exec-path")
	if err != nil || out.Exit != 0 {
		return false, err
	}
	dir := w.h.Join(out.Text())
	places := []string{w.h.Join(dir, name)}
	if w.h.OS == platforms.Windows { // Git for Windows keeps it two doors away, in mingw64\bin
		places = []string{w.h.Join(dir, name+".exe"), w.h.Join(w.h.DirName(w.h.DirName(dir)), "bin", name+".exe")}
	}
	for _, place := range places {
		there, err := w.h.Exists(ctx, place)
		if err != nil || there {
			return there, err
		}
	}
	return false, nil
}

// judgeMemory looks whether a helper that only remembers has something to
// remember. Names are read, never a password.
func (w *loginWays) judgeMemory(ctx context.Context, name string) error {
	saved := false
	switch name {
	case "osxkeychain", "wincred":
		logins, err := gitHubLogins(ctx, w.h)
		if err != nil {
			return err
		}
		saved = len(logins) > 0
	case "store":
		file, err := w.h.Stat(ctx, w.h.Join("~/.git-credentials"))
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return err
		}
		if saved = file.Size > 0; saved {
			w.note = "It keeps your login as plain text in ~/.git-credentials. Whoever reads that file can use it."
		}
	}
	if saved {
		w.works = "the login that " + name + " keeps"
	} else {
		w.remembers = "The helper " + name
	}
	return nil
}

// lookForGh looks for GitHub's program and for the file that it writes at login.
// The file holds a token, so nobody reads it.
func (w *loginWays) lookForGh(ctx context.Context) error {
	copies, err := w.h.Which(ctx, "gh")
	if err != nil {
		return err
	}
	w.gh = len(copies) > 0
	dir := w.h.Join("~/.config/gh")
	if w.h.OS == platforms.Windows {
		dir = w.h.Join(`~\AppData\Roaming\GitHub CLI`)
	}
	for _, name := range []string{"XDG_CONFIG_HOME", "GH_CONFIG_DIR"} {
		value, err := w.h.Getenv(ctx, name)
		if err != nil {
			return err
		}
		if value != "" && name == "XDG_CONFIG_HOME" {
			value = w.h.Join(value, "gh")
		}
		if value != "" {
			dir = value
		}
	}
	w.loggedIn, err = w.h.Exists(ctx, w.h.Join(dir, "hosts.yml"))
	return err
}

// lookForAskpass looks at the program that git lets ask for a password. VS Code
// puts its own into the variable, in its terminals only, and logs in with it.
func (w *loginWays) lookForAskpass(ctx context.Context) error {
	program, err := w.h.Getenv(ctx, "GIT_ASKPASS")
	if err != nil {
		return err
	}
	setting, set := w.config.last("core.askpass")
	if program == "" {
		program = setting.Value
	}
	if program == "" {
		return nil
	}
	there, err := w.h.Exists(ctx, program)
	switch {
	case err != nil:
		return err
	case there && strings.Contains(strings.ReplaceAll(program, `\`, "/"), "/extensions/git/"):
		w.works, w.note = "VS Code", "That holds in the terminals of VS Code only. gh auth login serves everywhere."
	case !there && set && program == setting.Value:
		w.askpass = &setting
	}
	return nil
}

// installer is whoever could put a login program onto this machine.
func (w *loginWays) installer(ctx context.Context) (platforms.Manager, error) {
	if w.h.OS == platforms.Darwin {
		brew, err := w.h.Which(ctx, "brew")
		if err != nil || len(brew) == 0 {
			return platforms.Unowned, err
		}
		return platforms.Homebrew, nil
	}
	if w.h.OS != platforms.Linux {
		return platforms.Unowned, nil
	}
	world, err := w.h.World(ctx)
	if err != nil {
		return platforms.Unowned, err
	}
	if world.InWSL() {
		there, err := w.h.Exists(ctx, bundledManager)
		if err != nil || there {
			return platforms.WindowsWSL, err
		}
	}
	return systemManager(ctx, w.h)
}
