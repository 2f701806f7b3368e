package platforms

import (
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// realTools are the version managers that a test run was given, as paths: the programs
// mise, n and nodeenv, and nvm.sh. "" makes do with a stand-in, or does without.
type realTools struct {
	mise, nvm, n, nodeenv string
	activate              string // a folder bin that the real nodeenv made
}

// kind says what a feature's homes hold of its manager: the real one, a stand-in,
// or nothing but lines and folders. It is "" for a feature without a manager.
func (r realTools) kind(shell, feature string) string {
	given := map[string]string{"mise": r.mise, "nvm": r.nvm, "n": r.n, "nodeenv": r.nodeenv}
	path, known := given[feature]
	switch {
	case feature == "volta", feature == "asdf", feature == "mise" && shell == "dash":
		return "lines only"
	case known && path != "":
		return "real"
	case known, slices.Contains([]string{"brew", "conda", "fnm", "path_helper", "pyenv"}, feature):
		return "stand-in"
	}
	return ""
}

// made runs the real nodeenv once, for all homes: its activate names its folder,
// which is the only thing that differs from home to home.
func (r realTools) made(t *testing.T) realTools {
	if r.nodeenv == "" {
		return r
	}
	dir := t.TempDir()
	putProgram(t, dir+"/system/node", "#!/bin/sh\necho v24.21.0\n")
	cmd := exec.Command(r.nodeenv, "--node=system", dir+"/nodeenv")
	cmd.Env = append(os.Environ(), "PATH="+dir+"/system:"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make an environment with the real nodeenv: %v\n%s", err, out)
	}
	r.activate = dir + "/nodeenv/bin"
	return r
}

// nvm lays out what nvm 0.40 leaves in its folder, with a default of some kind.
func (h *home) nvm(rng *rand.Rand) {
	h.texts["@tool nvm.sh .nvm"] = ""
	h.texts[".nvm/bash_completion"] = "# completions\n"
	for _, v := range []string{"v22.23.3", "v24.9.0", "v24.21.0"} {
		h.texts["@node .nvm/versions/node/"+v+"/bin"] = ""
	}
	h.texts[".nvm/alias/lts/krypton"] = "v24.21.0\n"
	h.texts[".nvm/alias/lts/*"] = "lts/krypton\n"
	switch alias := []string{"24", "v22.23.3", "lts/*", "node", "22", "stable", "18", "24.9", ""}[rng.Intn(9)]; alias {
	case "":
	default:
		h.texts[".nvm/alias/default"] = alias + "\n"
	}
}

// tool puts a manager's program, and what it leaves in a home, under a folder.
func (h *home) tool(t *testing.T, name, under string, tools realTools) {
	to := filepath.Join(h.dir, under, name)
	switch name {
	case "mise":
		h.mise(t, to, tools.mise)
		return
	case "n":
		h.n(t, to, tools.n)
		return
	case "activate":
		if tools.activate != "" {
			h.nodeenv(t, filepath.Dir(to), tools.activate)
			return
		}
	case "fnm":
		mkdir(t, h.dir+"/.local/share/fnm/node-versions/v24.21.0/installation/bin")
		symlink(t, "../node-versions/v24.21.0/installation", h.dir+"/.local/share/fnm/aliases/default")
	}
	from := "../testdata/homes/tools/" + name
	if name == "nvm.sh" && tools.nvm != "" {
		from = tools.nvm
	}
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	putProgram(t, to, strings.ReplaceAll(string(data), "{under}", filepath.Dir(to)))
}

func (h *home) mise(t *testing.T, to, program string) {
	mkdir(t, h.dir+"/.local/share/mise/shims")
	for _, v := range []string{"22.23.3", "24.21.0"} {
		put(t, h.dir+"/.local/share/mise/installs/node/"+v+"/bin/node", "#!/bin/sh\n")
		major, _, _ := strings.Cut(v, ".")
		symlink(t, "./"+v, h.dir+"/.local/share/mise/installs/node/"+major)
	}
	symlink(t, program, to)
}

// n lays out a version that n has fetched; the real n then makes it the active one.
func (h *home) n(t *testing.T, to, program string) {
	const version = "24.21.0"
	prefix := filepath.Dir(filepath.Dir(to))
	for _, d := range []string{"lib", "include", "share/man"} {
		mkdir(t, filepath.Join(prefix, "n/versions/node", version, d))
	}
	putProgram(t, filepath.Join(prefix, "n/versions/node", version, "bin/node"), "#!/bin/sh\necho v"+version+"\n")
	if program == "" {
		putProgram(t, to, "#!/bin/sh\n")
		putProgram(t, filepath.Dir(to)+"/node", "#!/bin/sh\necho v"+version+"\n")
		return
	}
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	putProgram(t, to, string(data))
	cmd := exec.Command("bash", to, "--offline", version)
	cmd.Env = append(os.Environ(), "N_PREFIX="+prefix)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("activate %s with the real n: %v\n%s", version, err, out)
	}
}

// nodeenv copies the scripts of an environment into a home.
func (h *home) nodeenv(t *testing.T, bin, made string) {
	for _, name := range []string{"activate", "activate.fish"} { // nodeenv 0.13 makes no activate.fish
		data, err := os.ReadFile(filepath.Join(made, name))
		if err != nil && (!os.IsNotExist(err) || name == "activate") {
			t.Fatal(err)
		}
		if err == nil {
			put(t, filepath.Join(bin, name), strings.ReplaceAll(string(data), filepath.Dir(made), filepath.Dir(bin)))
		}
	}
	putProgram(t, bin+"/node", "#!/bin/sh\necho v24.21.0\n")
}

// versions says which real managers take part, and how they name their version.
func (r realTools) versions() string {
	var said []string
	for _, tool := range []struct{ name, path string }{{"mise", r.mise}, {"n", r.n}, {"nodeenv", r.nodeenv}} {
		if tool.path == "" {
			continue
		}
		out, err := exec.Command(tool.path, "--version").Output()
		if err != nil {
			out = []byte(err.Error())
		}
		said = append(said, fmt.Sprintf("%s %s", tool.name, strings.TrimSpace(string(out))))
	}
	if r.nvm != "" {
		said = append(said, "nvm "+r.nvm)
	}
	if len(said) == 0 {
		return "none"
	}
	return strings.Join(said, ", ")
}
