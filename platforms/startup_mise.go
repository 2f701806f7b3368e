package platforms

import (
	"errors"
	"slices"
	"strings"
)

// What mise activate does to PATH: its own folder if PATH lacks it, the tools of the
// global configuration, its shims, then what PATH held. Seen with mise 2026.9.15 on
// 2026-11-21; older releases leave the shims out.

// miseActivated is where mise notes PATH for its hook of zsh's first prompt. If PATH
// is another one by then, the hook sorts it anew, in an order not worked out here.
const miseActivated = "__MISE_ZSH_ACTIVATE_PATH"

// misePath is PATH after mise activate.
func (r *shellRun) misePath(path, exe string, shims bool) (string, string) {
	data, why := r.miseData()
	if why != "" {
		return "", why
	}
	own, mine := dirOf(exe), data+"/shims"
	entries := splitColons(path)
	var front []string
	if !slices.Contains(entries, own) {
		front = append(front, own)
	}
	if shims {
		return strings.Join(slices.Concat([]string{mine}, front, entries), ":"), ""
	}
	tools, why := r.miseTools(data)
	if why != "" {
		return "", why
	}
	entries = slices.DeleteFunc(entries, func(e string) bool { return e == mine || slices.Contains(tools, e) })
	return strings.Join(slices.Concat(front, tools, []string{mine}, entries), ":"), ""
}

func (r *shellRun) miseData() (string, string) {
	own, shared, home := r.getText("MISE_DATA_DIR"), r.getText("XDG_DATA_HOME"), r.getText("HOME")
	switch {
	case own.why+shared.why+home.why != "":
		return "", own.why + shared.why + home.why
	case own.text != "":
		return own.text, ""
	case shared.text != "":
		return shared.text + "/mise", ""
	}
	return home.text + "/.local/share/mise", ""
}

var miseTool = lazily(`^"?([a-z0-9_-]+)"?\s*=\s*"([^"]+)"\s*(#.*)?$`)

// miseTools is the bin folders of the tools in the global configuration.
func (r *shellRun) miseTools(data string) ([]string, string) {
	for _, local := range []string{"mise.toml", ".mise.toml", "mise.local.toml", ".tool-versions", ".config/mise/conf.d", ".config/mise.toml"} {
		if ok, why := r.exists(knownText(r.h.Join(r.h.Home, local))); ok || why != "" {
			return nil, r.because("mise reads ~/%s as well", local)
		}
	}
	text, err := r.h.ReadFile(r.ctx, r.h.Join(r.h.Home, ".config/mise/config.toml"))
	if errors.Is(err, ErrNotFound) {
		return nil, ""
	}
	if err != nil {
		return nil, r.because("read the configuration of mise: %v", err)
	}
	var dirs []string
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			section = line
			continue
		case section == "[settings]" || section == "[alias]":
			continue
		}
		m := miseTool().FindStringSubmatch(line)
		if m == nil || section != "[tools]" {
			return nil, r.because("the line %q in the configuration of mise", line)
		}
		dir := data + "/installs/" + m[1] + "/" + m[2]
		switch ok, why := r.exists(knownText(dir)); {
		case why != "":
			return nil, why
		case !ok:
			return nil, r.because("%s %s, which mise has not installed under that name", m[1], m[2])
		}
		if ok, why := r.exists(knownText(dir + "/bin")); !ok || why != "" {
			return nil, r.because("where mise keeps the programs of %s", m[1])
		}
		dirs = append(dirs, dir+"/bin")
	}
	return dirs, ""
}

func miseOutput(r *shellRun, exe string, args []string) shellText {
	path, why, ok := r.miseActivate(exe, args)
	switch {
	case !ok:
		return unknownText(notKnown)
	case why != "":
		return unknownText(why)
	}
	text := "export PATH=" + quoteShell(path) + "\n"
	if !slices.Contains(args, "--shims") {
		text += "export MISE_SHELL=" + r.kind + "\n"
		if r.isZsh() {
			text += "export " + miseActivated + "=" + quoteShell(path) + "\n"
		}
	}
	return knownText(text)
}

func miseFish(f *fishRun, exe string, args []string) shellText {
	path, why, ok := f.miseActivate(exe, args)
	switch {
	case !ok:
		return unknownText(notKnown)
	case why != "":
		return unknownText(why)
	}
	words := []string{"set -gx MISE_SHELL fish; set -gx PATH"}
	if slices.Contains(args, "--shims") {
		words = []string{"set -gx PATH"}
	}
	for _, e := range splitColons(path) {
		words = append(words, quoteFish(e))
	}
	return knownText(strings.Join(words, " "))
}

// miseActivate is PATH after mise activate [SHELL] [--shims].
func (r *shellRun) miseActivate(exe string, args []string) (path, why string, ok bool) {
	if len(args) == 0 || args[0] != "activate" {
		return "", "", false
	}
	shims := slices.Contains(args, "--shims")
	for _, a := range args[1:] {
		if strings.HasPrefix(a, "-") && a != "--shims" {
			return "", "", false
		}
	}
	has := r.getText("PATH")
	if has.why != "" {
		return "", has.why, true
	}
	if again := r.getText("MISE_SHELL").empty(); !shims && (again.why != "" || !again.holds) {
		return "", r.because("mise activate, where mise is active already"), true
	}
	exeText := r.absolute(knownText(exe))
	if exeText.why != "" {
		return "", exeText.why, true
	}
	r.st.status = shellStatus{}
	path, why = r.misePath(has.text, exeText.text, shims)
	return path, why, true
}
