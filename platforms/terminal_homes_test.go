package platforms

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A home is a made-up home directory and how its shell is started.
type home struct {
	shell    string
	dir      string
	features []string
	texts    map[string]string // files by name, relative to dir
	crlf     map[string]bool
	nofinal  map[string]bool
	path     string // PATH of the session
	env      string // ENV of the session, for sh
}

// A variant is one way in which a feature shows in a home.
type variant struct {
	feature string
	shells  []string
	lines   []string
}

func readVariants(t *testing.T) []variant {
	data, err := os.ReadFile("../testdata/homes/features.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []variant
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "== "):
			name, shells, _ := strings.Cut(line[3:], ": ")
			all = append(all, variant{feature: name, shells: strings.Fields(shells)})
		case len(all) == 0:
		case line == "--":
			last := all[len(all)-1]
			all = append(all, variant{feature: last.feature, shells: last.shells})
		default:
			all[len(all)-1].lines = append(all[len(all)-1].lines, line)
		}
	}
	for i := range all {
		for len(all[i].lines) > 0 && all[i].lines[len(all[i].lines)-1] == "" {
			all[i].lines = all[i].lines[:len(all[i].lines)-1]
		}
	}
	return all
}

// lastFeatures end a shell or a file early, so they come last.
var lastFeatures = map[string]int{"early-return": 2, "no-final-newline": 3, "exec": 4, "broken": 5}

// composeHome draws features for a home, those first that were drawn least.
func composeHome(rng *rand.Rand, dir, shell string, all []variant, drawn map[string]int) home {
	h := home{shell: shell, dir: dir, texts: map[string]string{}, crlf: map[string]bool{}, nofinal: map[string]bool{},
		path: "/usr/local/bin:/usr/bin:/bin:/usr/games"}
	var names []string
	for _, v := range all {
		if slices.Contains(v.shells, shell) && !slices.Contains(names, v.feature) {
			names = append(names, v.feature)
		}
	}
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	slices.SortStableFunc(names, func(a, b string) int { return drawn[a] - drawn[b] })
	names = names[:4+rng.Intn(3)]
	slices.SortStableFunc(names, func(a, b string) int { return lastFeatures[a] - lastFeatures[b] })
	rc, profile := h.layout(rng)
	for _, name := range names {
		drawn[name]++
		h.features = append(h.features, name)
		var fit []variant
		for _, v := range all {
			if v.feature == name && slices.Contains(v.shells, shell) {
				fit = append(fit, v)
			}
		}
		h.apply(rng, fit[rng.Intn(len(fit))], rc, profile)
	}
	if rng.Intn(8) == 0 {
		h.path = "{a}:" + h.path + ":{b}"
	}
	h.path = h.fill(h.path)
	return h
}

// layout chooses the start files of a window and of a login.
func (h *home) layout(rng *rand.Rand) (rc, profile string) {
	switch h.shell {
	case "bash":
		switch rng.Intn(5) {
		case 0:
			h.texts[".profile"] = "if [ -n \"$BASH_VERSION\" ]; then\n    if [ -f \"$HOME/.bashrc\" ]; then\n\t. \"$HOME/.bashrc\"\n    fi\nfi\n"
			return ".bashrc", ".profile"
		case 1:
			h.texts[".bash_profile"] = "[[ -r ~/.bashrc ]] && source ~/.bashrc\n"
			return ".bashrc", ".bash_profile"
		case 2:
			return ".bashrc", ".bash_login"
		case 3:
			return ".bashrc", ".profile"
		}
		return ".bashrc", ".bash_profile"
	case "zsh":
		return ".zshrc", []string{".zprofile", ".zlogin", ".zshrc"}[rng.Intn(3)]
	case "fish":
		return ".config/fish/config.fish", ".config/fish/config.fish"
	}
	if rng.Intn(2) == 0 {
		h.env = h.dir + "/.shinit"
	}
	return []string{".shinit", ".profile"}[rng.Intn(2)], ".profile"
}

// apply writes a variant into the files of the home.
func (h *home) apply(rng *rand.Rand, v variant, rc, profile string) {
	file := rc
	for _, line := range v.lines {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "@profile":
			file = profile
		case "@both":
			file = []string{rc, profile}[rng.Intn(2)]
		case "@env":
			file = ".zshenv"
		case "@fishrc":
			file = ".config/fish/config.fish"
		case "@file":
			file = rest
		case "@confd":
			file = ".config/fish/conf.d/" + rest
		case "@universal":
			file = ".config/fish/fish_variables"
			if h.texts[file] == "" {
				h.texts[file] = "# This file contains fish universal variable definitions.\n# VERSION: 3.0\n"
			}
		case "@crlf":
			h.crlf[file] = true
		case "@nofinal":
			h.nofinal[file] = true
		case "@mkdir", "@link", "@tool":
			h.texts[line] = ""
		case "@nvm":
			h.nvm(rng)
		case "@mise":
			h.texts["@tool mise .local/bin"] = ""
			h.texts[".config/mise/config.toml"] = "[tools]\nnode = \"" + []string{"24", "22", "24.21.0"}[rng.Intn(3)] + "\"\n"
		case "@n":
			h.texts["@tool n "+rest+"/bin"] = ""
		case "@nodeenv":
			h.texts["@tool activate "+rest+"/bin"] = ""
		default:
			if file == ".config/fish/fish_variables" && !strings.HasPrefix(line, "SETUVAR") {
				file = rc
			}
			h.texts[file] += h.fill(line) + "\n"
		}
	}
}

// fill puts directories in the place of {a} and the like; {ua} is one as fish's
// file of variables spells it.
func (h *home) fill(line string) string {
	for _, d := range []string{"a", "b", "c", "d", "e", "x", "y"} {
		path := h.dir + "/dirs/" + d
		line = strings.ReplaceAll(line, "{"+d+"}", path)
		line = strings.ReplaceAll(line, "{u"+d+"}", strings.ReplaceAll(path, "/", `\x2f`))
	}
	return strings.NewReplacer("{us}", `\x1e`, "{home}", h.dir, "{shell}", h.shell).Replace(line)
}

// write makes the home on disk.
func (h *home) write(t *testing.T, tools realTools) {
	for _, d := range []string{"a", "b", "c", "d", "e"} {
		mkdir(t, filepath.Join(h.dir, "dirs", d))
	}
	put(t, h.dir+"/etc/paths", "/usr/local/bin\n/usr/bin\n/bin\n")
	put(t, h.dir+"/etc/paths.d/10-tools", "/opt/tools/bin\n")
	for name, text := range h.texts {
		w := strings.Fields(name)
		switch w[0] {
		case "@mkdir":
			mkdir(t, filepath.Join(h.dir, w[1]))
		case "@node":
			putProgram(t, filepath.Join(h.dir, w[1], "node"), "#!/bin/sh\necho "+filepath.Base(filepath.Dir(w[1]))+"\n")
		case "@link":
			symlink(t, h.fill(w[2]), filepath.Join(h.dir, w[1]))
		case "@tool":
			h.tool(t, w[1], w[2], tools)
		default:
			if h.crlf[name] {
				text = strings.ReplaceAll(text, "\n", "\r\n")
			}
			if h.nofinal[name] {
				text = strings.TrimRight(text, "\n")
			}
			put(t, filepath.Join(h.dir, name), text)
		}
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	mkdir(t, filepath.Dir(path))
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func putProgram(t *testing.T, path, text string) {
	t.Helper()
	put(t, path, text)
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	mkdir(t, filepath.Dir(path))
	if err := os.Symlink(target, path); err != nil && !errors.Is(err, os.ErrExist) {
		t.Fatal(err)
	}
}

// homeSource is the live machine with the account and the session of a made-up home.
type homeSource struct {
	h     *home
	login bool
	live  Source
}

func (s homeSource) Answer(ctx context.Context, q Query) (Answer, error) {
	text := func(format string, args ...any) (Answer, error) {
		return Answer{Text: fmt.Sprintf(format, args...)}, nil
	}
	arg := strings.Join(q.Args, " ")
	switch q.Verb {
	case "host":
		return text("os linux\narch amd64\nhome %s\nuser learner\n", s.h.dir)
	case "account":
		return text("name learner\nuid %d\ngid %d\nshell %s\nhome %s\n", os.Getuid(), os.Getgid(), shellPath(s.h.shell), s.h.dir)
	case "terminal":
		if s.login {
			return text("shell %s\nlogin yes\n", shellPath(s.h.shell))
		}
		return text("shell %s\n", shellPath(s.h.shell))
	case "session", "env":
		for _, e := range s.h.environ() {
			if name, value, _ := strings.Cut(e, "="); name == arg {
				return text("%s\n", value)
			}
		}
		return Answer{}, ErrNotFound
	case "file", "list", "glob", "stat":
		switch {
		case arg == "/etc/environment":
			return text("PATH=\"%s\"\n", s.h.path)
		case strings.HasPrefix(arg, "/etc/paths"):
			q.Args = []string{s.h.dir + arg}
		}
		return s.live.Answer(ctx, q)
	}
	return Answer{}, fmt.Errorf("a new terminal asks %s", q)
}

func shellPath(shell string) string {
	if shell == "dash" {
		return "/bin/dash"
	}
	return "/usr/bin/" + shell
}

// environ is what the session of a home hands down.
func (h *home) environ() []string {
	env := []string{"HOME=" + h.dir, "USER=learner", "LOGNAME=learner", "SHELL=" + shellPath(h.shell), "TERM=dumb", "LANG=C.UTF-8",
		"PATH=" + h.path, "PARENT_SHELL=" + h.shell, "MISE_OFFLINE=1", "MISE_TRUSTED_CONFIG_PATHS=/", "MISE_YES=1"}
	if h.env != "" {
		env = append(env, "ENV="+h.env)
	}
	return env
}
