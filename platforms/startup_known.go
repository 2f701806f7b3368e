package platforms

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// What the programs that start files run print, and what the files that they read
// do to PATH, without running the ones or following the others. Everything else
// that prints text for eval is unknown. State of 2026-11-20.
//
//	program            source
//	brew shellenv      Homebrew/brew Library/Homebrew/cmd/shellenv.sh, 2efbfe5
//	path_helper        Apple shell_cmds path_helper.c; fish-shell share/config.fish does the same
//	fnm env            Schniz/fnm src/commands/env.rs and src/shell, a53186d, 2026-04-17
//	pyenv, rbenv init  output of pyenv 2; rbenv and nodenv print the shims line alone
//	mise activate      output of mise 2026.9.15
//	conda hook         conda/conda shell/etc/profile.d/conda.sh; activates base unless ~/.condarc says no

// A programEffect is what a program prints to standard output, or notKnown.
type programEffect func(r *shellRun, path string, args []string) shellText

// notKnown is the output of a known program that is asked for something else.
const notKnown = "not known"

var knownPrograms = sync.OnceValue(func() map[string]programEffect {
	return map[string]programEffect{
		"brew": brewShellenv, "path_helper": pathHelperOutput, "fnm": fnmEnv, "mise": miseOutput, "conda": condaHook, "mamba": condaHook,
		"pyenv": pyenvInit, "rbenv": shimsInit, "nodenv": shimsInit, "jenv": shimsInit, "goenv": shimsInit,
		"id": idOutput, "uname": unameOutput, "whoami": whoami, "dirname": dirname, "basename": basename, "cat": cat,
		"readlink": realpath, "realpath": realpath, "hostname": someText, "date": someText, "tty": someText, "nproc": someText, "arch": archName,
		"run-parts": runParts,
		"mkdir":     makeDirs, "touch": changesFiles, "rm": changesFiles, "ln": changesFiles, "mv": changesFiles, "cp": changesFiles, "rmdir": changesFiles,
		"grep": grep, "egrep": grep, "which": which,
		"dircolors": colors, "gdircolors": colors, "lesspipe": lessPipe, "lesspipe.sh": lessPipe,
	}
})

// standardTools are found also where PATH is not known yet, as in /etc/profile of a
// session that cannot be seen.
const standardTools wordSet = `id uname whoami dirname basename readlink realpath cat grep`

// harmlessScripts are programs whose output, handed to eval or source, leaves PATH
// alone: prompts, hooks, colours, completions.
const harmlessScripts wordSet = `starship zoxide direnv thefuck atuin mcfly fzf navi oh-my-posh
	keychain ssh-agent gpg-agent hub gh kubectl helm docker npm pip pip3 pipx rustup poetry glab op deno bun ng flutter dotnet register-python-argcomplete
	register-python-argcomplete3 argcomplete podman minikube kind k3d jj uv uvx just task chezmoi batpipe vivid tput stty broot carapace aws_completer`

// harmlessFiles are files that leave PATH alone, by their last name.
const harmlessFiles wordSet = `bash_completion bash_completion.sh git-completion.bash git-completion.zsh git-prompt.sh .p10k.zsh powerlevel10k.zsh-theme
	zsh-autosuggestions.zsh zsh-syntax-highlighting.zsh fast-syntax-highlighting.plugin.zsh zsh-history-substring-search.zsh zsh-completions.plugin.zsh
	key-bindings.bash key-bindings.zsh completion.bash completion.zsh .dircolors .bash_colors vte.sh vte-2.91.sh command-not-found
	powerlevel10k.zsh bashmarks.sh z.sh .iterm2_shell_integration.bash .iterm2_shell_integration.zsh shellIntegration-bash.sh shellIntegration-rc.zsh`

// program follows a program: its effect is its output and its status.
func (r *shellRun) program(name string, args []shellField) signal {
	path, found := r.findProgram(name)
	if found.why != "" && standardTools.has(name) {
		// Whatever PATH is, it leads to the system's own directories.
		path = "/usr/bin/" + name
		found = both(r.fileTest("-x", knownText(path)).not(), func() verdict { return r.fileTest("-x", knownText("/bin/"+name)).not() }).not()
	}
	if found.why == "" && !found.holds {
		r.st.status = shellStatus{code: 127}
		if r.st.opaque != "" && !strings.Contains(name, "/") {
			// It may be a function of a file that leaves PATH alone.
			r.st.status = shellStatus{why: r.because("%s, which %s may define", name, r.st.opaque)}
			r.write(unknownText(r.st.status.why))
		}
		return onward
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	words := make([]string, 0, len(args))
	for _, a := range args {
		if a.why != "" {
			words = append(words, "\x00")
		} else {
			words = append(words, a.text)
		}
	}
	r.st.status = shellStatus{why: r.because("whether %s succeeds", base)}
	out := shellText{why: r.because("the output of %s is not known without running it", base), harmless: harmlessScripts.has(base) || isCompletion(words)}
	if effect, ok := knownPrograms()[base]; ok {
		if t := effect(r, path, words); t != (shellText{why: notKnown}) {
			out = t
		}
	}
	if found.why != "" && out.why == "" {
		out = unknownText(found.why)
	}
	r.write(out)
	return onward
}

func isCompletion(args []string) bool {
	for _, a := range args {
		if strings.HasPrefix(strings.TrimLeft(a, "-"), "completion") {
			return true
		}
	}
	return false
}

// knownFile is source of a file that is passed over or stands for a known effect.
func (r *shellRun) knownFile(path string, args []shellText) (signal, bool) {
	base := path[strings.LastIndexByte(path, '/')+1:]
	switch {
	case base == "nvm.sh":
		if v := r.fileTest("-r", knownText(path)); v.why == "" && v.holds {
			r.st.nvm = true
			return r.readNVM(path, args), true
		}
	case base == "oh-my-zsh.sh" && r.isZsh():
		return r.ohMyZsh(path), true
	case base == "oh-my-bash.sh" || base == "prezto" || base == "antigen.zsh" || base == "zinit.zsh" || base == "zplug" || base == "zgen.zsh":
		return r.loseAs(base), true
	case base == "sdkman-init.sh":
		return r.sdkman(path), true
	case harmlessFiles.has(base):
		if !r.st.nvm || dirOf(path) != r.getText("NVM_DIR").text { // nvm's own completion defines no more than nvm's names
			r.st.opaque = r.h.Tilde(path)
		}
		r.st.status = statusOf(r.fileTest("-r", knownText(path)))
		return onward, true
	}
	return onward, false
}

// neutralPlugins are plugins of oh-my-zsh that leave PATH alone.
const neutralPlugins wordSet = `git gitfast git-extras git-flow github z zoxide sudo docker docker-compose npm node nodejs yarn-completion vscode history
	history-substring-search colored-man-pages command-not-found web-search extract zsh-autosuggestions zsh-syntax-highlighting zsh-completions
	fast-syntax-highlighting aliases common-aliases copypath copyfile copybuffer jsontools dirhistory macos python pip virtualenv kubectl helm
	terraform aws gh systemd ubuntu debian tmux safe-paste encode64 urltools last-working-dir colorize cp rsync themes alias-finder autojump
	fzf-tab zsh-interactive-cd you-should-use per-directory-history httpie man nmap universalarchive timer thefuck starship direnv fancy-ctrl-z bgnotify`

func (r *shellRun) ohMyZsh(path string) signal {
	plugins := r.get("plugins")
	custom := r.getText("ZSH_CUSTOM").text
	if custom == "" {
		custom = dirOf(path) + "/custom"
	}
	own, err := r.h.Glob(r.ctx, custom+"/*.zsh")
	if plugins.why != "" || err != nil && !errors.Is(err, ErrNotFound) {
		return r.lose("oh-my-zsh")
	}
	for _, p := range plugins.list {
		if !neutralPlugins.has(p) {
			return r.lose("the plugin %s of oh-my-zsh", p)
		}
	}
	r.files = append(r.files, path)
	r.st.opaque = r.h.Tilde(path)
	for _, file := range own {
		if sig := r.readFile(file); sig != onward {
			return sig
		}
	}
	r.st.status = shellStatus{}
	return onward
}

// sdkman puts bin of every current candidate on PATH; without one it does nothing.
func (r *shellRun) sdkman(path string) signal {
	dir := dirOf(dirOf(path))
	names, err := r.h.List(r.ctx, dir+"/candidates")
	if err != nil && !errors.Is(err, ErrNotFound) || len(names) > 0 {
		return r.lose("the order in which sdkman adds its programs")
	}
	r.files, r.st.opaque, r.st.status = append(r.files, path), r.h.Tilde(path), shellStatus{}
	return onward
}

func quoteShell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func brewShellenv(r *shellRun, path string, args []string) shellText {
	if len(args) == 0 || args[0] != "shellenv" {
		return unknownText(notKnown)
	}
	prefix := dirOf(dirOf(path))
	has := r.getText("PATH")
	if has.why != "" {
		return unknownText(has.why)
	}
	r.st.status = shellStatus{}
	if head, _, _ := strings.Cut(has.text, ":"+prefix+"/sbin"); head == prefix+"/bin" {
		return knownText("")
	}
	text := fmt.Sprintf("export HOMEBREW_PREFIX=%q\nexport HOMEBREW_CELLAR=%q\n", prefix, prefix+"/Cellar")
	if r.h.OS == Darwin {
		if order, err := r.pathHelper([]string{prefix + "/etc/paths"}, prefix+"/etc/paths.d", has.text); err == nil {
			return knownText(text + "export PATH=" + quoteShell(order))
		}
	}
	return knownText(text + fmt.Sprintf("export PATH=\"%s/bin:%s/sbin:$PATH\"\n", prefix, prefix))
}

// pathHelper is PATH as path_helper orders it: the entries of its files, then what
// PATH holds besides. No entry is named twice.
func (r *shellRun) pathHelper(files []string, dir, path string) (string, error) {
	var order []string
	seen := map[string]bool{}
	add := func(entry string) {
		if entry != "" && !seen[entry] {
			seen[entry] = true
			order = append(order, entry)
		}
	}
	more, err := r.h.List(r.ctx, dir)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	for _, name := range more {
		files = append(files, dir+"/"+strings.TrimRight(name, "/@"))
	}
	for i, file := range files {
		text, err := r.h.ReadFile(r.ctx, file)
		if err != nil && (i == 0 || !errors.Is(err, ErrNotFound)) {
			return "", err
		}
		for line := range strings.Lines(text) {
			add(strings.TrimRight(line, "\n"))
		}
	}
	for _, entry := range splitColons(path) {
		add(entry)
	}
	return strings.Join(order, ":"), nil
}

func pathHelperOutput(r *shellRun, _ string, args []string) shellText {
	path := r.getText("PATH")
	if len(args) > 0 && args[0] != "-s" {
		return unknownText(notKnown)
	}
	if path.why != "" {
		return unknownText(path.why)
	}
	root := r.getText("PATH_HELPER_ROOT")
	if root.why != "" {
		return unknownText(root.why)
	}
	order, err := r.pathHelper([]string{root.text + "/etc/paths"}, root.text+"/etc/paths.d", path.text)
	if err != nil {
		return unknownText(r.because("path_helper: %v", err))
	}
	r.st.status = shellStatus{}
	return knownText("PATH=" + quoteShell(order) + "; export PATH;")
}

// fnm makes a folder of its own for every shell, whose name is unknown until then.
// The folder of the default version stands for it: it holds the same programs. A
// second one must not look like the first, so that nothing takes them for twins.
func (r *shellRun) fnmEntry(dir string) string {
	entry := dir + "/aliases/default/bin"
	return entry + strings.Repeat("/.", strings.Count(r.getText("PATH").text, entry))
}

// withoutDots is PATH as a terminal shows it, the entries of fnm alike.
func (t shellText) withoutDots() shellText {
	for strings.Contains(t.text, "/aliases/default/bin/.") {
		t.text = strings.ReplaceAll(t.text, "/aliases/default/bin/.", "/aliases/default/bin")
	}
	return t
}

func fnmEnv(r *shellRun, _ string, args []string) shellText {
	if len(args) == 0 || args[0] != "env" {
		return unknownText(notKnown)
	}
	r.st.status = shellStatus{}
	dir, why := r.fnmDir()
	if why != "" {
		return unknownText(why)
	}
	return knownText("export PATH=" + quoteShell(r.fnmEntry(dir)) + `:"$PATH"` + "\nexport FNM_DIR=" + quoteShell(dir) + "\n")
}

func (r *shellRun) fnmDir() (string, string) {
	home := r.getText("HOME")
	if dir := r.getText("FNM_DIR"); dir.text != "" && dir.why == "" {
		return dir.text, ""
	}
	data := r.getText("XDG_DATA_HOME")
	if data.why+home.why != "" {
		return "", data.why + home.why
	}
	if data.text == "" {
		data.text = home.text + "/.local/share"
	}
	for _, dir := range []string{home.text + "/.fnm", home.text + "/Library/Application Support/fnm"} {
		if ok, why := r.exists(knownText(dir)); why != "" {
			return "", why
		} else if ok {
			return dir, ""
		}
	}
	return data.text + "/fnm", ""
}

// condaStaysOff is a .condarc in which base is not activated.
var condaStaysOff = lazily(`(?mi)^auto_activate(_base)?:\s*(false|no|off)\s*$`)

func condaHook(r *shellRun, path string, args []string) shellText {
	if len(args) < 2 || !strings.HasPrefix(args[0], "shell.") && args[0] != "shell" || !strings.Contains(strings.Join(args, " "), "hook") {
		return unknownText(notKnown)
	}
	prefix := dirOf(dirOf(path))
	level := r.isSetName("CONDA_SHLVL")
	if level.why != "" || level.holds {
		return unknownText(r.because("conda, which is active already"))
	}
	text := "export CONDA_SHLVL=1\nexport PATH=" + quoteShell(prefix+"/condabin") + `:"$PATH"` + "\n"
	r.st.status = shellStatus{}
	rc, err := r.h.ReadFile(r.ctx, r.h.Join(r.h.Home, ".condarc"))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return unknownText(r.because("read ~/.condarc: %v", err))
	}
	if condaStaysOff().MatchString(rc) {
		return knownText(text)
	}
	return knownText(text + "export CONDA_PREFIX=" + quoteShell(prefix) + "\nexport PATH=" + quoteShell(prefix+"/bin") + `:"$PATH"` + "\n")
}

func pyenvInit(r *shellRun, _ string, args []string) shellText {
	if len(args) == 0 || args[0] != "init" {
		return unknownText(notKnown)
	}
	path, root := r.getText("PATH"), r.getText("PYENV_ROOT")
	if path.why+root.why != "" {
		return unknownText(path.why + root.why)
	}
	if root.text == "" {
		root.text = r.h.Join(r.h.Home, ".pyenv")
	}
	shims := root.text + "/shims"
	kept := []string{shims}
	for _, e := range splitColons(path.text) {
		if e != shims {
			kept = append(kept, e)
		}
	}
	r.st.status = shellStatus{}
	return knownText("export PATH=" + quoteShell(strings.Join(kept, ":")))
}

func shimsInit(r *shellRun, path string, args []string) shellText {
	if len(args) == 0 || args[0] != "init" {
		return unknownText(notKnown)
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	root := r.getText(strings.ToUpper(name) + "_ROOT")
	if root.why != "" {
		return root
	}
	if root.text == "" {
		root.text = r.h.Join(r.h.Home, "."+name)
	}
	r.st.status = shellStatus{}
	return knownText("export PATH=" + quoteShell(root.text+"/shims") + `:"$PATH"`)
}
