package platforms

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// fishPrograms is what the programs of knownPrograms print for fish. Sources and
// date: there.
var fishPrograms = sync.OnceValue(func() map[string]func(f *fishRun, path string, args []string) shellText {
	return map[string]func(f *fishRun, path string, args []string) shellText{
		"brew": brewFish, "fnm": fnmFish, "conda": condaFish, "mamba": condaFish, "pyenv": shimsFish, "rbenv": shimsFish, "nodenv": shimsFish,
		"mise": miseFish,
	}
})

func quoteFish(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

func brewFish(f *fishRun, path string, args []string) shellText {
	if len(args) == 0 || args[0] != "shellenv" {
		return unknownText(notKnown)
	}
	prefix := dirOf(dirOf(path))
	has := f.getText("PATH")
	if has.why != "" {
		return unknownText(has.why)
	}
	f.st.sh.status = shellStatus{}
	if head, _, _ := strings.Cut(has.text, ":"+prefix+"/sbin"); head == prefix+"/bin" {
		return knownText("")
	}
	return knownText(fmt.Sprintf("set --global --export HOMEBREW_PREFIX %q;\nfish_add_path --global --move --path %q %q;\n",
		prefix, prefix+"/bin", prefix+"/sbin"))
}

func fnmFish(f *fishRun, _ string, args []string) shellText {
	if len(args) == 0 || args[0] != "env" {
		return unknownText(notKnown)
	}
	dir, why := f.fnmDir()
	if why != "" {
		return unknownText(why)
	}
	f.st.sh.status = shellStatus{}
	return knownText("set -gx PATH " + quoteFish(f.fnmEntry(dir)) + " $PATH\nset -gx FNM_DIR " + quoteFish(dir) + "\n")
}

func condaFish(f *fishRun, path string, args []string) shellText {
	if len(args) < 2 || args[0] != "shell.fish" || args[1] != "hook" {
		return unknownText(notKnown)
	}
	if v := f.get("CONDA_SHLVL"); v.isSet || v.why != "" {
		return unknownText(f.because("conda, which is active already"))
	}
	prefix := dirOf(dirOf(path))
	text := "set -gx CONDA_SHLVL 1\nset -gx PATH " + quoteFish(prefix+"/condabin") + " $PATH\n"
	rc, err := f.h.ReadFile(f.ctx, f.h.Join(f.h.Home, ".condarc"))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return unknownText(f.because("read ~/.condarc: %v", err))
	}
	f.st.sh.status = shellStatus{}
	if condaStaysOff().MatchString(rc) {
		return knownText(text)
	}
	return knownText(text + "set -gx PATH " + quoteFish(prefix+"/bin") + " $PATH\n")
}

func shimsFish(f *fishRun, path string, args []string) shellText {
	if len(args) == 0 || args[0] != "init" {
		return unknownText(notKnown)
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	root, list := f.getText(strings.ToUpper(name)+"_ROOT"), f.get("PATH")
	if root.why+list.why != "" {
		return unknownText(root.why + list.why)
	}
	if root.text == "" {
		root.text = f.h.Join(f.h.Home, "."+name)
	}
	words := []string{"set -gx PATH", quoteFish(root.text + "/shims")}
	for _, e := range list.list {
		if name != "pyenv" || e != root.text+"/shims" {
			words = append(words, quoteFish(e))
		}
	}
	f.st.sh.status = shellStatus{}
	return knownText(strings.Join(words, " "))
}
