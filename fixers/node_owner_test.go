package fixers_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// owned is what a check found of a copy that somebody keeps.
func owned(owner platforms.Manager, version, path string) map[string]string {
	return map[string]string{"owner": string(owner), "version": version, "path": path}
}

// A machine on paper where everything that is not named is absent.
const nothingElse = "-- absent --\nenv *\nstat *\nfile *\nlist *\nglob *\nwhich *\nreg *\n"

const (
	aFile  = "file mode=0644 uid=1000 gid=1000 size=9 access=rw-\n"
	aDir   = "dir mode=0755 uid=1000 gid=1000 access=rwx\n"
	nvmNow = "-- stat ~/.nvm/versions/node --\n" + aDir + "-- stat ~/.nvm/nvm.sh --\n" + aFile + "-- stat ~/.nvm --\n" + aDir
	misely = "-- stat ~/.local/share/mise/installs/node --\n" + aDir + "-- stat ~/.local/bin/mise --\n" + aFile +
		"-- stat ~/.cache --\n" + aDir + "-- stat ~/.local/state --\n" + aDir + "-- stat ~/.local --\n" + aDir
)

const (
	nvmAdds  = `bash -c 'export NVM_DIR="$0"; . "$0/nvm.sh" --no-use && nvm install "$1"' ~/.nvm 24.21.0`
	oldOfNvm = "/home/ada/.nvm/versions/node/v20.20.2/bin/node"
)

// withPrograms is a machine whose versions of Node.js each have a program.
func withPrograms(machine string) string {
	dir := ""
	for line := range strings.Lines(machine) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "-- "); ok {
			dir, _ = strings.CutPrefix(strings.TrimSuffix(rest, " --"), "list ")
		}
		version, isDir := strings.CutSuffix(line, "/")
		for _, program := range []string{"/bin/node", "/installation/bin/node"} {
			section := "-- stat " + dir + "/" + version + program + " --\n"
			if isDir && !strings.Contains(machine, section) {
				machine += section + aFile
			}
		}
	}
	return machine
}

func TestNodeOwner(t *testing.T) {
	miseOld := owned(platforms.Mise, "22.23.3", "/home/ada/.local/share/mise/installs/node/22.23.3/bin/node")
	for name, c := range map[string]aPlan{
		"nvm installs one": {found: owned(platforms.Nvm, "20.20.2", oldOfNvm),
			machine: nvmNow + "-- list ~/.nvm/versions/node --\nv20.20.2/\n-- file ~/.nvm/alias/default --\nlts/*\n-- stat ~/.nvm/alias/default --\n" + aFile,
			want:    []string{nvmAdds, "~/.nvm/alias/default:", "- lts/*", "+ 24"}},
		"nvm has one": {found: owned(platforms.Nvm, "20.20.2", oldOfNvm),
			machine: nvmNow + "-- list ~/.nvm/versions/node --\nv20.20.2/\nv24.9.0/\nv26.10.0/\nv27.0.0-rc.1/\n-- file ~/.nvm/alias/default --\n20\n",
			want:    []string{"~/.nvm/alias/default:", "- 20", "+ 26"}},
		"nvm uses the newer one already": {found: owned(platforms.Nvm, "20.20.2", oldOfNvm),
			machine: nvmNow + "-- list ~/.nvm/versions/node --\nv20.20.2/\nv24.9.0/\n-- file ~/.nvm/alias/default --\n24\n"},
		"nvm, whose 24 is broken, brings the other line": {found: owned(platforms.Nvm, "24.21.0", "/home/ada/.nvm/versions/node/v24.21.0/bin/node"),
			machine: nvmNow + "-- list ~/.nvm/versions/node --\nv24.21.0/\n-- file ~/.nvm/alias/default --\n24\n-- stat ~/.nvm/alias/default --\n" + aFile,
			want:    []string{strings.Replace(nvmAdds, "24.21.0", "26.10.0", 1), "~/.nvm/alias/default:", "- 24", "+ 26"}},
		// nvm writes a default of its own where there is none; ours stands there first.
		"nvm without a version": {found: map[string]string{"owner": "nvm", "dir": "/home/ada/.nvm"},
			machine: "-- stat ~/.nvm/nvm.sh --\n" + aFile + "-- stat ~/.nvm --\n" + aDir + "-- stat ~/.nvm/alias --\n" + aDir,
			want:    []string{"~/.nvm/alias/default:", "+ 24", nvmAdds}},
		"nvm, its copies only": {found: owned(platforms.Nvm, "20.20.2", oldOfNvm),
			machine: "-- stat ~/.nvm/versions/node --\n" + aDir + "-- list ~/.nvm/versions/node --\nv20.20.2/\n"},
		"mise": {found: miseOld, machine: misely + "-- list ~/.local/share/mise/installs/node --\n22@\n22.23.3/\nlatest@\n" +
			"-- file ~/.config/mise/config.toml --\n[tools]\nnode = \"22\" # school\ngo = \"1.26\"\n-- stat ~/.config/mise/config.toml --\n" + aFile,
			want: []string{"~/.local/bin/mise install -y node@24.21.0", "~/.config/mise/config.toml:", `- node = "22" # school`, `+ node = "24" # school`}},
		"mise, told elsewhere": {found: miseOld, machine: misely + "-- list ~/.local/share/mise/installs/node --\n24.21.0/\n" +
			"-- env MISE_GLOBAL_CONFIG_FILE --\n/home/ada/mise.toml\n-- file ~/mise.toml --\n[tools]\ngo = \"1.26\"\n",
			want: []string{"~/mise.toml:", `+ node = "24"`}},
		"fnm": {found: owned(platforms.Fnm, "20.20.2", "/run/user/1000/fnm_multishells/1_2/bin/node"),
			machine: "-- env FNM_DIR --\n/home/ada/.local/share/fnm\n-- stat ~/.local/share/fnm/node-versions --\n" + aDir +
				"-- list ~/.local/share/fnm/node-versions --\nv20.20.2/\nv24.21.0/\n-- stat ~/.local/share/fnm/aliases/default --\nlink target=/home/ada/old\n",
			want: []string{"~/.local/share/fnm/aliases/default:", "- (a link to /home/ada/old)", "+ (a link to /home/ada/.local/share/fnm/node-versions/v24.21.0/installation)"}},
		"Volta": {found: owned(platforms.Volta, "", "/home/ada/.volta/bin/node"),
			machine: "-- stat ~/.volta/tools/image/node --\n" + aDir + "-- stat ~/.volta --\n" + aDir + "-- stat ~/.volta/tools --\n" + aDir + "-- stat ~/.volta/bin/volta --\n" + aFile +
				"-- list ~/.volta/tools/image/node --\n20.20.2/\n-- stat ~/.volta/tools/user/platform.json --\n" + aFile +
				"-- file ~/.volta/tools/user/platform.json --\n{\n  \"node\": {\n    \"runtime\": \"20.20.2\",\n    \"npm\": null\n  }\n}\n",
			want: []string{"~/.volta/bin/volta fetch node@24.21.0", "~/.volta/tools/user/platform.json:", `-     "runtime": "20.20.2",`, `+     "runtime": "24.21.0",`}},
		"asdf": {found: owned(platforms.Asdf, "", "/home/ada/.asdf/shims/node"),
			machine: "-- stat ~/.asdf/installs/nodejs --\n" + aDir + "-- list ~/.asdf/installs/nodejs --\n24.21.0/\n-- file ~/.tool-versions --\nruby 3.3.0\nnodejs 20.20.2\n",
			want:    []string{"~/.tool-versions:", "- nodejs 20.20.2", "+ nodejs 24.21.0"}},
		"nobody": {found: owned(platforms.Unowned, "20.20.2", "/usr/local/bin/node")},
		"conda":  {found: owned(platforms.Conda, "20.20.2", "/home/ada/miniconda3/bin/node")},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.machine = fixers.NodeOwner, withPrograms(c.machine)+nothingElse
			c.check(t, onLinux)
		})
	}
}

// elevated is how a shell of Linux would write what Windows asks about before it runs.
func elevated(arguments string) string {
	return `powershell -NoProfile -Command 'Start-Process -Verb RunAs -Wait -FilePath C:\nvm\nvm.exe -ArgumentList '\''` + arguments + `'\'''`
}

// What an owner of one copy is told, the way back with it.
func TestNodeOwnersOfOneCopy(t *testing.T) {
	n := "-- stat ~/n/n/versions/node/22.23.3 --\n" + aDir + "-- stat ~/n/n/versions/node --\n" + aDir + "-- which n --\n/home/ada/n/bin/n\n" +
		"-- run /home/ada/n/bin/node --version --\nv22.23.3\n"
	oldOfN := owned(platforms.N, "22.23.3", "/home/ada/n/bin/node")
	sudo := "-- which sudo --\n/usr/bin/sudo\n"
	winget := "-- which winget --\nC:\\winget.exe\n-- env LOCALAPPDATA --\nD:\\Local\n" +
		"-- glob D:/Local/Microsoft/WinGet/Packages/OpenJS.NodeJS.LTS_*/node-v24.21.0-*/node.exe --\n"
	scoop := map[string]string{"owner": "scoop", "name": "nodejs-lts", "version": "22.23.3"}
	for name, c := range map[string]struct {
		plan aPlan
		host string
		back []string
	}{
		"n": {aPlan{found: oldOfN, machine: n, want: []string{`sh -c 'N_PREFIX="$0" "$1" install "$2"' ~/n ~/n/bin/n 24.21.0`}}, onLinux,
			[]string{`sh -c 'N_PREFIX="$0" "$1" install "$2" && N_PREFIX="$0" "$1" rm "$3"' ~/n ~/n/bin/n 22.23.3 24.21.0`}},
		"n of root": {aPlan{found: oldOfN, machine: strings.Replace(n, "node --\n"+aDir, "node --\ndir mode=0755 uid=0 gid=0 access=r-x\n", 1) + sudo,
			want: []string{`sudo sh -c 'N_PREFIX="$0" "$1" install "$2"' ~/n ~/n/bin/n 24.21.0`}}, onLinux,
			[]string{`sudo sh -c 'N_PREFIX="$0" "$1" install "$2" && N_PREFIX="$0" "$1" rm "$3"' ~/n ~/n/bin/n 22.23.3 24.21.0`}},
		"a copy in n's place that n did not bring": {aPlan{found: owned(platforms.N, "20.20.2", "/home/ada/n/bin/node"), machine: n}, onLinux, nil},
		"snap": {aPlan{found: owned(platforms.Snap, "22.23.3", "/snap/bin/node"), machine: sudo + "-- stat /snap/node/current --\nlink target=6532\n",
			want: []string{"sudo snap refresh node --channel=24/stable"}}, onLinux, []string{"sudo snap revert node"}},
		"Debian's release has an old one": {aPlan{found: owned(platforms.Apt, "20.19.2", "/usr/bin/node"), machine: sudo +
			"-- run apt-cache madison nodejs --\n    nodejs | 20.19.2+dfsg-1 | http://deb.example stable/main amd64 Packages\n"}, onLinux, nil},
		"Debian unstable has one": {aPlan{found: owned(platforms.Apt, "20.19.2", "/usr/bin/node"), machine: sudo +
			"-- run apt-cache madison nodejs --\n    nodejs | 24.22.2+dfsg-1 | http://deb.example sid/main amd64 Packages\n" +
			"-- run dpkg-query -W -f \"${Version}\" nodejs --\n20.19.2+dfsg-1\n",
			want: []string{asApt + `get install -y "$@" || { get update && get install -y "$@"; }' sh nodejs`}}, onLinux, []string{""}},
		"Scoop that is gone":        {aPlan{found: scoop, machine: "-- which scoop --\n! not found\n"}, onWindows, nil},
		"Scoop has the newest":      {aPlan{found: map[string]string{"owner": "scoop", "name": "nodejs-lts", "version": "24.21.0"}}, onWindows, nil},
		"winget that is gone":       {aPlan{found: map[string]string{"owner": "winget"}, machine: "-- which winget --\n! not found\n"}, onWindows, nil},
		"winget brought the newest": {aPlan{found: map[string]string{"owner": "winget"}, machine: winget + "C:\\node.exe\n"}, onWindows, nil},
		"winget's damaged copy":     {aPlan{found: map[string]string{"owner": "winget", "path": `D:\Local\Microsoft\WinGet\Packages\OpenJS.NodeJS.LTS_x\node-v26.9.0-win-x64\node.exe`}, machine: winget}, onWindows, nil},
		"winget's newer copy":       {aPlan{found: map[string]string{"owner": "winget", "name": "OpenJS.NodeJS.LTS", "version": "26.9.0"}, machine: winget}, onWindows, nil},
		"winget brought the newest into the home folder": {aPlan{found: map[string]string{"owner": "winget"}, machine: "-- which winget --\nC:\\winget.exe\n" +
			"-- env LOCALAPPDATA --\nC:\\Users\\Ada\\AppData\\Local\n" +
			"-- glob C:\\Users\\Ada\\AppData\\Local\\Microsoft\\WinGet\\Packages\\OpenJS.NodeJS.LTS_*\\node-v24.21.0-*\\node.exe --\nC:\\x\\node.exe\n"}, onWindows, nil},
		"winget": {aPlan{found: map[string]string{"owner": "winget", "name": "OpenJS.NodeJS.LTS", "version": "22.23.3"}, machine: winget,
			want: []string{"winget install --id OpenJS.NodeJS.LTS --exact --source winget --silent --accept-source-agreements --disable-interactivity --version 24.21.0 --scope user --accept-package-agreements"}}, onWindows, []string{""}},
		"Scoop": {aPlan{found: scoop, machine: "-- which scoop --\nC:\\Users\\Ada\\scoop\\shims\\scoop.cmd\n-- stat \"C:\\\\Users\\\\Ada\\\\scoop/apps/nodejs-lts/current\" --\nreparse target=C:\\x\n",
			want: []string{"cmd /c 'scoop update && scoop update nodejs-lts'"}}, onWindows, []string{"cmd /c 'scoop reset nodejs-lts@22.23.3'"}},
		"nvm for Windows without its link": {aPlan{found: map[string]string{"owner": "nvm-windows"},
			machine: "-- env NVM_HOME --\nC:\\nvm\n-- env NVM_SYMLINK --\nC:\\nodejs\n-- stat C:\\nvm\\v24.21.0\\node.exe --\n" + aFile,
			want:    []string{elevated("use 24.21.0")}}, onWindows, []string{elevated("off")}},
		"the installer of nodejs.org": {aPlan{found: owned(platforms.MSI, "20.20.2", `C:\Program Files\nodejs\node.exe`), machine: wingetThere + "-- reg HKLM\\SOFTWARE\\Node.js Version --\nREG_SZ 20.20.2\n",
			want: []string{"winget install --id OpenJS.NodeJS.LTS --exact --source winget --silent --accept-source-agreements --disable-interactivity --version 24.21.0 --scope machine --installer-type wix --accept-package-agreements"}}, onWindows, []string{""}},
		"the installer's newer one, which does not start": {aPlan{found: map[string]string{"owner": "msi", "path": `C:\Program Files\nodejs\node.exe`}, machine: wingetThere + "-- reg HKLM\\SOFTWARE\\Node.js Version --\nREG_SZ 26.9.0\n",
			want: []string{"winget install --id OpenJS.NodeJS --exact --source winget --silent --accept-source-agreements --disable-interactivity --version 26.10.0 --scope machine --installer-type wix --accept-package-agreements"}}, onWindows, []string{""}},
		"Homebrew on Apple silicon": {aPlan{found: map[string]string{"owner": "homebrew", "name": "node@22", "path": "/opt/homebrew/bin/node"},
			machine: "-- stat /opt/homebrew/bin/node --\nlink target=../Cellar/node@22/22.23.3/bin/node\n",
			want: []string{
				"env HOMEBREW_NO_ASK=1 HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_INSTALL_CLEANUP=1 HOMEBREW_NO_INSTALL_UPGRADE=1 NONINTERACTIVE=1 /opt/homebrew/bin/brew install --formula node@24",
				"env HOMEBREW_NO_ASK=1 HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_INSTALL_CLEANUP=1 HOMEBREW_NO_INSTALL_UPGRADE=1 NONINTERACTIVE=1 /opt/homebrew/bin/brew link --overwrite node@24",
			}}, onMac, nil},
		"Homebrew for Intel": {aPlan{found: map[string]string{"owner": "homebrew", "name": "node@22", "path": "/usr/local/bin/node"},
			machine: "-- stat /usr/local/bin/node --\nlink target=../Cellar/node@22/22.23.3/bin/node\n"}, onMac, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.plan.fix, c.plan.machine = fixers.NodeOwner, c.plan.machine+nothingElse
			steps := c.plan.check(t, c.host)
			for i, back := range c.back {
				if got := fixers.Sh.Line(steps[i].Run.Back); got != back {
					t.Errorf("the way back is %s, want %s", got, back)
				}
				if back == "" && !slices.Contains(steps[i].Needs(), fixers.AllowIrreversible) {
					t.Error("nobody has to agree to a change without a way back")
				}
			}
		})
	}
}

// Without a version for the course there is nothing to choose.
func TestNodeDefault(t *testing.T) {
	found := map[string]string{"owner": "nvm", "dir": "/home/ada/.nvm", "version": "24.21.0"}
	for name, c := range map[string]aPlan{
		"none is chosen": {found: found, machine: nvmNow + "-- list ~/.nvm/versions/node --\nv22.23.3/\nv24.21.0/\n-- stat ~/.nvm/alias --\n" + aDir,
			want: []string{"~/.nvm/alias/default:", "+ 24"}},
		"it is chosen already": {found: found, machine: nvmNow + "-- list ~/.nvm/versions/node --\nv24.21.0/\n-- file ~/.nvm/alias/default --\n24\n"},
		"its program is empty": {found: found, machine: nvmNow + "-- list ~/.nvm/versions/node --\nv24.21.0/\n-- stat ~/.nvm/versions/node/v24.21.0/bin/node --\nfile size=0\n"},
		"only an old one":      {found: found, machine: nvmNow + "-- list ~/.nvm/versions/node --\nv22.23.3/\n"},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.machine = fixers.NodeDefault, withPrograms(c.machine)+nothingElse
			c.check(t, onLinux)
		})
	}
}

func TestLoadManager(t *testing.T) {
	const bash, zsh, fish = "-- terminal --\nshell /bin/bash\n", "-- terminal --\nshell /bin/zsh\n", "-- terminal --\nshell /usr/bin/fish\n"
	const session = "-- session PATH --\n/usr/bin:/bin\n-- account --\nname ada\nuid 1000\ngid 1000\n"
	nvm := owned(platforms.Nvm, "24.21.0", "/home/ada/.nvm/versions/node/v24.21.0/bin/node")
	lines := []string{`+ export NVM_DIR="$HOME/.nvm"`, `+ [ -s "$NVM_DIR/nvm.sh" ] && . "$NVM_DIR/nvm.sh"`}
	for name, c := range map[string]aPlan{
		"nvm in bash": {found: nvm, machine: nvmNow + bash + session,
			want: slices.Concat([]string{"~/.bashrc, at its end:", "+ # >>> devdoctor nvm >>>"}, lines, []string{"+ # <<< devdoctor nvm <<<"})},
		"nvm in zsh": {found: nvm, machine: nvmNow + zsh + session,
			want: slices.Concat([]string{"~/.zshrc, at its end:", "+ # >>> devdoctor nvm >>>"}, lines, []string{"+ # <<< devdoctor nvm <<<"})},
		"nvm in fish":          {found: nvm, machine: nvmNow + fish + session},
		"nvm, its copies only": {found: nvm, machine: "-- stat ~/.nvm/versions/node --\n" + aDir + bash + session},
		"mise in bash": {found: owned(platforms.Mise, "24.21.0", "/home/ada/.local/share/mise/installs/node/24.21.0/bin/node"), machine: misely + bash + session,
			want: []string{"~/.bashrc, at its end:", "+ # >>> devdoctor mise >>>", `+ eval "$(~/.local/bin/mise activate bash)"`, "+ # <<< devdoctor mise <<<"}},
		"asdf, found by its switches": {found: map[string]string{"owner": "asdf", "path": "/home/ada/.asdf/shims/node", "dir": "/home/ada/.asdf/shims"},
			machine: "-- stat ~/.asdf/installs/nodejs --\n" + aDir + "-- stat ~/.local/bin/asdf --\n" + aFile + bash + session +
				"-- env PATH --\n/usr/bin:/bin\n-- with PATH=/home/ada/.asdf/shims which node --\n/home/ada/.asdf/shims/node\n",
			want: []string{"~/.bashrc, at its end:", "+ # >>> devdoctor asdf >>>", `+ export PATH="$HOME/.asdf/shims":"$PATH"`, "+ # <<< devdoctor asdf <<<"}},
		"a start file that ends early": {found: nvm, machine: nvmNow + bash + session + "-- file ~/.bashrc --\nreturn 0\n-- stat ~/.bashrc --\n" + aFile,
			want: slices.Concat([]string{"~/.bashrc, at its beginning:", "+ # >>> devdoctor nvm >>>"}, lines, []string{"+ # <<< devdoctor nvm <<<"})},
		"nobody": {found: owned(platforms.Unowned, "24.21.0", "/usr/local/bin/node"), machine: bash + session},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.machine = fixers.LoadManager, c.machine+nothingElse
			c.check(t, onLinux)
		})
	}
}

// With the administrator ruled out, what needs one is not for this machine.
func TestNodeOwnerWithoutAdmin(t *testing.T) {
	h := hostFrom(t, onLinux+"-- stat /snap/node/current --\nlink target=6532\n-- which sudo --\n/usr/bin/sudo\n"+nothingElse)
	if _, err := fixers.NodeOwner.Plan(t.Context(), fixers.Patient{Host: h, Found: owned(platforms.Snap, "22.23.3", "/snap/bin/node"), NoAdmin: true}); !errors.Is(err, fixers.ErrNotHere) {
		t.Errorf("it is for this machine: %v", err)
	}
}
