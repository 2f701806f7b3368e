package platforms

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
)

// What nvm.sh does to PATH when it is read, worked out from its files instead of
// from its 5,000 lines: it looks up the alias default, follows it to an installed
// version and puts that version's bin in front of PATH or in the place of another
// one. Source: nvm-sh/nvm nvm.sh at b17550a, 2026-07-15: nvm_auto, nvm_resolve_alias,
// nvm_ls, nvm_change_path, nvm_die_on_prefix.

// readNVM is source nvm.sh.
func (r *shellRun) readNVM(path string, args []shellText) signal {
	r.files = append(r.files, path)
	dir := r.getText("NVM_DIR")
	if dir.why != "" {
		return r.loseAs(dir.why)
	}
	if dir.text == "" {
		dir = knownText(dirOf(path))
	}
	dir.text = strings.TrimRight(dir.text, "/")
	v := scalarVar(dir)
	v.exported = true
	r.set("NVM_DIR", v)
	r.st.status = shellStatus{}
	for _, a := range args {
		if a.text == "--no-use" {
			return onward
		}
		if a.text == "--install" {
			return r.lose("nvm.sh --install")
		}
	}
	node, found := r.findProgram("node")
	if found.why != "" {
		return r.loseAs(found.why)
	}
	if found.holds && strings.HasPrefix(node, dir.text+"/") {
		version := strings.TrimPrefix(dirOf(dirOf(node)), dir.text+"/versions/node/")
		return r.nvmPath(dir.text, version)
	}
	return r.nvmUse("default", true)
}

// nvmUse is nvm use ALIAS. A default that leads nowhere leaves PATH alone.
func (r *shellRun) nvmUse(alias string, auto bool) signal {
	dir := r.getText("NVM_DIR").text
	name, err := r.nvmAlias(dir, alias)
	switch {
	case err != nil:
		return r.lose("nvm: %v", err)
	case name == "" && auto:
		// Without a default nvm looks for .nvmrc from the working directory up.
		if ok, why := r.exists(knownText(r.h.Join(r.h.Home, ".nvmrc"))); ok || why != "" {
			return r.lose("nvm without a default version uses the .nvmrc of the folder")
		}
		r.st.status = shellStatus{}
		return onward
	case name == "":
		name = alias
	}
	if name == "system" {
		return r.nvmStrip(dir)
	}
	version, err := r.nvmInstalled(dir, name)
	if err != nil {
		return r.lose("nvm: %v", err)
	}
	if version == "" {
		r.st.status = shellStatus{code: 3}
		return onward
	}
	return r.nvmPath(dir, version)
}

// nvmAlias follows an alias to its end: "" when there is no such alias.
func (r *shellRun) nvmAlias(dir, alias string) (string, error) {
	name := alias
	for range 20 {
		if rest, ok := strings.CutPrefix(name, "lts/"); ok {
			name = "lts/" + strings.ToLower(rest)
		}
		text, err := r.h.ReadFile(r.ctx, dir+"/alias/"+name)
		if errors.Is(err, ErrNotFound) {
			break
		}
		if err != nil {
			return "", err
		}
		next := ""
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			if next = strings.TrimSpace(line); next != "" {
				break
			}
		}
		if next == "" || next == alias {
			break
		}
		name = next
	}
	if name == alias && name != "stable" && name != "node" && name != "unstable" {
		return "", nil
	}
	return name, nil
}

// nvmInstalled is the newest installed version that a name stands for.
func (r *shellRun) nvmInstalled(dir, name string) (string, error) {
	names, err := r.h.List(r.ctx, dir+"/versions/node")
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	prefix := ""
	switch name {
	case "node", "node-", "stable":
	default:
		if strings.HasPrefix(name, "iojs") || name == "unstable" {
			return "", errors.New("the alias " + name)
		}
		prefix = "v" + strings.TrimPrefix(name, "v")
		if !regexp.MustCompile(`^v[0-9.]+$`).MatchString(prefix) {
			return "", nil
		}
		if strings.Count(strings.Trim(prefix, "."), ".") < 2 {
			prefix = strings.TrimSuffix(prefix, ".") + "."
		}
	}
	var best *version.Version
	for _, n := range names {
		n = strings.TrimRight(n, "/@")
		exact := prefix != "" && !strings.HasSuffix(prefix, ".")
		if !strings.HasPrefix(n, "v") || exact && n != prefix || !strings.HasPrefix(n, prefix) {
			continue
		}
		if v, err := version.NewVersion(n); err == nil && (best == nil || v.GreaterThan(best)) {
			best = v
		}
	}
	if best == nil {
		return "", nil
	}
	return "v" + best.Original()[1:], nil
}

// nvmPath puts a version on PATH as nvm does.
func (r *shellRun) nvmPath(dir, version string) signal {
	path := r.getText("PATH")
	if path.why != "" {
		return r.loseAs(path.why)
	}
	for _, name := range []string{"PREFIX", "NPM_CONFIG_PREFIX", "npm_config_prefix"} {
		text := r.getText(name)
		if strings.HasPrefix(text.text, dir+"/") {
			continue // inside its own directory nvm allows it
		}
		switch v := text.empty(); {
		case v.why != "":
			return r.loseAs(v.why)
		case !v.holds:
			return r.nvmStrip(dir)
		}
	}
	bin := dir + "/versions/node/" + version + "/bin"
	q := regexp.QuoteMeta(dir)
	old := regexp.MustCompile(q + `/([^/]*|versions/[^/]*/[^/]*)/bin`)
	behind := regexp.MustCompile(`(^|:)(/usr(/local)?)?/bin:.*` + old.String())
	text := bin + ":" + path.text
	switch {
	case path.text == "":
		text = bin
	case old.MatchString(path.text) && !behind.MatchString(path.text):
		text = path.text
		for _, re := range []string{q + `/[^/:]*/bin[^:]*`, q + `/versions/[^/:]*/[^/:]*/bin[^:]*`} {
			if at := regexp.MustCompile(re).FindStringIndex(text); at != nil {
				text = text[:at[0]] + bin + text[at[1]:]
			}
		}
	}
	r.setPath(text)
	r.export("NVM_BIN", bin)
	r.st.status = shellStatus{}
	return onward
}

// nvmStrip is nvm deactivate: no entry of nvm stays on PATH.
func (r *shellRun) nvmStrip(dir string) signal {
	path := r.getText("PATH")
	if path.why != "" {
		return r.loseAs(path.why)
	}
	mine := regexp.MustCompile(`^` + regexp.QuoteMeta(dir) + `(/versions/[^/]*)?/[^/]*/bin.*$`)
	r.setPath(strings.Join(slices.DeleteFunc(splitColons(path.text), mine.MatchString), ":"))
	return onward
}

func (r *shellRun) setPath(text string) { r.export("PATH", text) }

func (r *shellRun) export(name, text string) {
	v := scalarVar(knownText(text))
	v.exported = true
	r.set(name, v)
}

// initFunction is a call of a function that a passed-over file has defined.
func (r *shellRun) initFunction(name string, args []shellField) (signal, bool) {
	switch name {
	case "nvm":
		if !r.st.nvm {
			return onward, false
		}
		return r.nvmCommand(args), true
	case "conda", "mamba", "micromamba":
		if len(args) > 0 && (args[0].text == "activate" || args[0].text == "deactivate") {
			return r.lose("%s %s", name, args[0].text), true
		}
	case "sdk", "rvm", "pyenv", "rbenv", "nodenv", "asdf":
		if len(args) > 0 && (args[0].text == "use" || args[0].text == "shell") && r.st.opaque != "" {
			return r.lose("%s %s", name, args[0].text), true
		}
	case "compdef", "complete", "compinit", "bashcompinit", "promptinit", "prompt", "colors", "add-zsh-hook", "compaudit",
		"is-at-least", "vcs_info", "url-quote-magic", "edit-command-line", "zsh_add_plugin", "p10k", "zcalc", "add-zle-hook-widget":
		if r.isZsh() {
			if name == "add-zsh-hook" && len(args) == 2 && args[0].text != "preexec" {
				r.st.hooks = append(slices.Clone(r.st.hooks), args[1].text)
			}
			r.st.status = shellStatus{}
			return onward, true
		}
	}
	return onward, false
}

func (r *shellRun) nvmCommand(args []shellField) signal {
	args = slices.DeleteFunc(slices.Clone(args), func(a shellField) bool { return a.text == "--silent" })
	if len(args) == 0 {
		return succeed(r, nil)
	}
	for _, a := range args {
		if a.why != "" {
			return r.lose("nvm with an argument that is known only while it runs")
		}
	}
	switch verb := args[0].text; {
	case verb == "use" && len(args) == 2 && args[1].text == "--lts":
		return r.nvmUse("lts/*", false)
	case verb == "use" && len(args) == 2 && !strings.HasPrefix(args[1].text, "-"):
		return r.nvmUse(args[1].text, false)
	case verb == "deactivate":
		return r.nvmStrip(r.getText("NVM_DIR").text)
	case verb == "use" || verb == "install" || verb == "alias" || verb == "unload":
		return r.lose("nvm %s", verb)
	}
	r.write(unknownText(r.because("the output of nvm")))
	r.st.status = shellStatus{why: r.because("nvm")}
	return onward
}
