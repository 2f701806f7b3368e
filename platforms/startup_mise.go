package platforms

import (
	"errors"
	"slices"
	"strings"
)

// What mise activate does to PATH: its own folder if PATH lacks it, the tools of the
// global configuration, its shims, then what PATH held. Where mise is active already,
// or lines behind mise activate have changed PATH, mise sorts PATH by what it held
// when mise was activated first. Seen with mise 2026.9.15 on 2026-11-21; older
// releases leave the shims out.

// miseActivated is where mise notes PATH for its hook of zsh's first prompt, which
// sorts PATH anew if it is another one by then. bash and fish keep what they have.
const miseActivated = "__MISE_ZSH_ACTIVATE_PATH"

// miseOriginal is where mise notes the PATH it was first activated with.
const miseOriginal = "__MISE_ORIG_PATH"

// misePath is PATH after mise activate, and the original PATH that mise goes by.
func (r *shellRun) misePath(path, exe string, shims bool) (sorted, original, why string) {
	data, why := r.miseData()
	if why != "" {
		return "", "", why
	}
	noted := r.getText(miseOriginal)
	switch empty := noted.empty(); {
	case empty.why != "":
		return "", "", empty.why
	case empty.holds:
		noted.text = path
	}
	whole := path
	if own := dirOf(exe); !slices.Contains(splitColons(path), own) {
		whole = own + ":" + path
	}
	if shims {
		return data + "/shims:" + whole, "", ""
	}
	sorted, why = r.miseSorted(data, whole, noted.text)
	return sorted, noted.text, why
}

// miseSorted is PATH as mise's hook sorts it: what stands in front of the first entry
// that the original PATH held, the tools, the shims, the entries of the original PATH,
// and the rest.
func (r *shellRun) miseSorted(data, path, before string) (string, string) {
	tools, why := r.miseTools(data)
	if why != "" {
		return "", why
	}
	original, mine := splitColons(before), data+"/shims"
	tools = slices.DeleteFunc(tools, func(e string) bool { return slices.Contains(original, e) })
	var ahead, kept, rest []string
	for _, e := range splitColons(path) {
		switch {
		case e == mine || slices.Contains(tools, e):
		case slices.Contains(original, e):
			kept = append(kept, e)
		case strings.HasPrefix(e, data+"/installs/"):
			return "", r.because("a tool on PATH that mise's global configuration does not name")
		case len(kept) == 0:
			ahead = append(ahead, e)
		default:
			rest = append(rest, e)
		}
	}
	lost := slices.DeleteFunc(original, func(e string) bool { return e == mine || slices.Contains(kept, e) })
	return strings.Join(slices.Concat(ahead, tools, []string{mine}, kept, lost, rest), ":"), ""
}

// miseAtPrompt is PATH after mise's hook of zsh's first prompt.
func (r *shellRun) miseAtPrompt(path shellText) shellText {
	noted := r.st.vars[miseActivated]
	if !r.isZsh() || !noted.isSet || path.why != "" || noted.scalar() == path {
		return path
	}
	data, why := r.miseData()
	if why == "" {
		before := r.getText(miseOriginal)
		path.text, why = r.miseSorted(data, path.text, before.text)
		why += before.why
	}
	path.why = why
	return path
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
	m, ok := r.miseActivate(exe, args)
	switch {
	case !ok:
		return unknownText(notKnown)
	case m.why != "":
		return unknownText(m.why)
	}
	text := "export PATH=" + quoteShell(m.path) + "\n"
	if m.original != "" {
		text += "export MISE_SHELL=" + r.kind + " " + miseOriginal + "=" + quoteShell(m.original) + "\n"
		if r.isZsh() {
			text += "export " + miseActivated + "=" + quoteShell(m.path) + "\n"
		}
	}
	return knownText(text)
}

func miseFish(f *fishRun, exe string, args []string) shellText {
	m, ok := f.miseActivate(exe, args)
	switch {
	case !ok:
		return unknownText(notKnown)
	case m.why != "":
		return unknownText(m.why)
	}
	text := ""
	if m.original != "" {
		text = "set -gx MISE_SHELL fish; set -gx " + miseOriginal + " " + quoteFish(m.original) + "; "
	}
	words := []string{text + "set -gx PATH"}
	for _, e := range splitColons(m.path) {
		words = append(words, quoteFish(e))
	}
	return knownText(strings.Join(words, " "))
}

// A miseActivation is what mise activate prints: PATH, and the original one unless
// only the shims are asked for. Or why that is unknown.
type miseActivation struct{ path, original, why string }

// miseActivate follows mise activate [SHELL] [--shims]; ok is false for all else.
func (r *shellRun) miseActivate(exe string, args []string) (m miseActivation, ok bool) {
	if len(args) == 0 || args[0] != "activate" {
		return m, false
	}
	shims := slices.Contains(args, "--shims")
	for _, a := range args[1:] {
		if strings.HasPrefix(a, "-") && a != "--shims" {
			return m, false
		}
	}
	has, exeText := r.getText("PATH"), r.absolute(knownText(exe))
	if m.why = has.why + exeText.why; m.why != "" {
		return m, true
	}
	r.st.status = shellStatus{}
	m.path, m.original, m.why = r.misePath(has.text, exeText.text, shims)
	return m, true
}
