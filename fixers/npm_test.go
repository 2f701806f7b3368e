package fixers_test

import (
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// header is what include/node/node_version.h says.
func header(path, version string) string {
	n := strings.Split(version, ".")
	return "-- file " + path + "/include/node/node_version.h --\n#ifndef X\n#define NODE_MAJOR_VERSION " + n[0] +
		"\n#define NODE_MINOR_VERSION " + n[1] + "\n#define NODE_PATCH_VERSION " + n[2] + "\n"
}

// npmAt is a whole npm.
func npmAt(dir string) string {
	text := ""
	for _, part := range []string{"bin/npm-cli.js", "lib/npm.js", "package.json", "node_modules/@npmcli/config/package.json"} {
		text += "-- stat " + dir + "/" + part + " --\n" + aFile
	}
	return text
}

func TestNpmFromCopy(t *testing.T) {
	const node, dir = "~/node", "~/node/lib/node_modules/npm"
	found := owned(platforms.Unowned, "24.21.0", "/home/ada/node/bin/node")
	here := "-- stat ~/node/bin/node --\n" + aFile + "-- stat ~/node/lib/node_modules --\n" + aDir + header(node, "24.21.0")
	links := "-- stat ~/node/bin/npm --\nlink target=../lib/node_modules/npm/bin/npm-cli.js dangling\n-- stat ~/node/bin/npx --\nlink target=x dangling\n"
	nvm := func(version string) string {
		at := "~/.nvm/versions/node/v" + version
		return "-- glob ~/.nvm/versions/node/*/bin/node --\n/home/ada/.nvm/versions/node/v" + version + "/bin/node\n" + header(at, version) + npmAt(at+"/lib/node_modules/npm")
	}
	for name, c := range map[string]aPlan{
		"it is gone": {found: found, machine: here + links + nvm("22.23.3"),
			want: []string{"cp -R -p ~/.nvm/versions/node/v22.23.3/lib/node_modules/npm " + dir}},
		"half of it is there": {found: found, machine: here + links + nvm("22.23.3") + "-- stat " + dir + " --\n" + aDir,
			want: []string{"mv -n -T " + dir + " ~/node/lib/node_modules/.npm.old", "cp -R -p ~/.nvm/versions/node/v22.23.3/lib/node_modules/npm " + dir}},
		"it does not fit": {found: found, machine: here + links + nvm("22.23.3") + npmAt(dir) + "-- stat " + dir + " --\n" + aDir,
			want: []string{"mv -n -T " + dir + " ~/node/lib/node_modules/.npm.old", "cp -R -p ~/.nvm/versions/node/v22.23.3/lib/node_modules/npm " + dir}},
		"its commands are gone": {found: found, machine: here + npmAt(dir),
			want: []string{"ln -s ../lib/node_modules/npm/bin/npm-cli.js ~/node/bin/npm", "ln -s ../lib/node_modules/npm/bin/npx-cli.js ~/node/bin/npx"}},
		"the folder is root's": {found: found, machine: strings.Replace(here, "rwx", "r-x", 1) + links + nvm("22.23.3") + "-- which sudo --\n/usr/bin/sudo\n",
			want: []string{"sudo cp -R -p ~/.nvm/versions/node/v22.23.3/lib/node_modules/npm " + dir}},
		"the other one is newer": {found: found, machine: here + links + nvm("26.10.0")},
		"there is no other":      {found: found, machine: here + links},
		"apt keeps it":           {found: owned(platforms.Apt, "24.21.0", "/home/ada/node/bin/node"), machine: here + links + nvm("22.23.3")},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.machine = fixers.NpmFromCopy, c.machine+nothingElse
			c.check(t, onLinux)
		})
	}
}

func TestNpmPackage(t *testing.T) {
	sudo := "-- which sudo --\n/usr/bin/sudo\n-- run npm --version --\n! not found\n"
	apt := owned(platforms.Apt, "24.22.2", "/usr/bin/node")
	cli := "-- stat /usr/share/nodejs/npm/bin/npm-cli.js --\n" + aFile + "-- stat /usr/share/nodejs/npm/bin/npx-cli.js --\n" + aFile
	for name, c := range map[string]aPlan{
		"Debian's package is there": {found: apt, machine: sudo + cli, want: []string{
			"sudo ln -s ../share/nodejs/npm/bin/npm-cli.js /usr/bin/npm", "sudo ln -s ../share/nodejs/npm/bin/npx-cli.js /usr/bin/npx"}},
		"Arch":              {found: owned(platforms.Pacman, "24.21.0", "/usr/bin/node"), machine: sudo, want: []string{"sudo pacman -S --needed --noconfirm npm"}},
		"an old one of apt": {found: owned(platforms.Apt, "20.19.2", "/usr/bin/node"), machine: sudo},
		"nobody keeps it":   {found: owned(platforms.Unowned, "24.21.0", "/usr/local/bin/node"), machine: sudo},
		"it runs by now":    {found: owned(platforms.Pacman, "24.21.0", "/usr/bin/node"), machine: strings.Replace(sudo, "! not found", "11.19.0", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.machine = fixers.NpmPackage, c.machine+nothingElse
			c.check(t, onLinux)
		})
	}
}

const inBash = "-- terminal --\nshell /bin/bash\n-- session PATH --\n/usr/bin:/bin\n-- account --\nname ada\nuid 1000\ngid 1000\n" +
	"-- stat ~/.config --\n" + aDir

func TestNpmTools(t *testing.T) {
	found := map[string]string{"name": "prefix", "value": "/usr/local", "dir": "/usr/local/bin"}
	path := []string{
		"~/.config/devdoctor/path.sh:",
		"+ # Written by devdoctor: directories with programs, which a block in your shell's start file puts on PATH.",
		`+ export PATH="$HOME/.npm-global/bin":"$PATH"`,
		"~/.bashrc, at its end:", "+ # >>> devdoctor path >>>",
		`+ [ -r "$HOME/.config/devdoctor/path.sh" ] && . "$HOME/.config/devdoctor/path.sh"`, "+ # <<< devdoctor path <<<",
	}
	folder := "-- stat ~/.config/devdoctor --\n" + aDir
	windows := map[string]string{"name": "prefix", "dir": `C:\Users\Ada\AppData\Roaming\npm`}
	for name, c := range map[string]struct {
		plan aPlan
		host string
	}{
		"into the home folder": {aPlan{fix: fixers.NpmToolsAtHome, found: found, machine: inBash + folder,
			want: append([]string{"~/.npmrc:", "+ prefix=${HOME}/.npm-global"}, path...)}, onLinux},
		"in place of another line": {aPlan{fix: fixers.NpmToolsAtHome, found: found, machine: inBash + folder + "-- file ~/.npmrc --\nprefix=/opt\nfund=false\n//r.example/:_authToken=s3cret\n",
			want: append([]string{"~/.npmrc:", "- prefix=/opt", "+ prefix=${HOME}/.npm-global"}, path...)}, onLinux},
		"beside nvm":              {aPlan{fix: fixers.NpmToolsAtHome, found: found, machine: inBash + "-- stat ~/.nvm/nvm.sh --\n" + aFile}, onLinux},
		"a variable goes before":  {aPlan{fix: fixers.NpmToolsAtHome, found: found, machine: inBash + "-- env NPM_CONFIG_PREFIX --\n/opt\n"}, onLinux},
		"a section ends the file": {aPlan{fix: fixers.NpmToolsAtHome, found: found, machine: inBash + "-- file ~/.npmrc --\n[x]\na=1\n"}, onLinux},
		"found in new terminals":  {aPlan{fix: fixers.NpmToolsFound, found: map[string]string{"dir": "/home/ada/.npm-global/bin"}, machine: inBash + folder, want: path}, onLinux},
		"nobody knows the folder": {aPlan{fix: fixers.NpmToolsFound, machine: inBash}, onLinux},
		"the folder on Windows":   {aPlan{fix: fixers.NpmToolsFolder, found: windows, machine: "-- stat C:\\Users\\Ada\\AppData\\Roaming --\ndir access=rwx\n", want: []string{""}}, onWindows},
		"the folder is elsewhere": {aPlan{fix: fixers.NpmToolsFolder, found: map[string]string{"dir": `D:\npm`}}, onWindows},
		"another package manager": {aPlan{fix: fixers.NpmTool, found: map[string]string{"name": "pnpm"}, machine: "-- run npm root -g --\n/home/ada/n/lib/node_modules\n-- stat ~/n/lib/node_modules --\n" + aDir, want: []string{"npm install -g pnpm"}}, onLinux},
		"a newer yarn":            {aPlan{fix: fixers.NpmTool, found: map[string]string{"name": "corepack"}, machine: "-- run npm root -g --\n/home/ada/n/lib/node_modules\n-- stat ~/n/lib/node_modules --\n" + aDir, want: []string{"npm install -g corepack@0.34"}}, onLinux},
		"a newer yarn, and an old one there": {aPlan{fix: fixers.YarnByCorepack, found: map[string]string{"name": "yarn", "version": "1.22.22"},
			machine: "-- run npm root -g --\n/home/ada/n/lib/node_modules\n-- stat ~/n/lib/node_modules --\n" + aDir + "-- stat ~/n/lib/node_modules/yarn/package.json --\n" + aFile + "-- which corepack --\n! not found\n",
			want:    []string{"npm uninstall -g yarn", "npm install -g corepack@0.34"}}, onLinux},
		"a newer yarn beside corepack": {aPlan{fix: fixers.YarnByCorepack, found: map[string]string{"name": "yarn", "version": "1.22.22"},
			machine: "-- run npm root -g --\n/home/ada/n/lib/node_modules\n-- stat ~/n/lib/node_modules --\n" + aDir + "-- stat ~/n/lib/node_modules/yarn/package.json --\n" + aFile + "-- which corepack --\n/home/ada/n/bin/corepack\n",
			want:    []string{"npm uninstall -g yarn", "corepack enable yarn"}}, onLinux},
		"an old yarn of the system": {aPlan{fix: fixers.YarnByCorepack, found: map[string]string{"name": "yarn", "version": "1.22.22"},
			machine: "-- run npm root -g --\n/home/ada/n/lib/node_modules\n-- stat ~/n/lib/node_modules --\n" + aDir}, onLinux},
		"into a folder of root":    {aPlan{fix: fixers.NpmTool, found: map[string]string{"name": "pnpm"}, machine: "-- run npm root -g --\n/usr/lib/node_modules\n-- stat /usr/lib/node_modules --\ndir access=r-x\n"}, onLinux},
		"what no project asks for": {aPlan{fix: fixers.NpmTool, found: map[string]string{"name": "left-pad"}}, onLinux},
		"an old corepack": {aPlan{fix: fixers.NewCorepack, found: map[string]string{"name": "pnpm", "version": "0.29.4"},
			machine: "-- run npm root -g --\n/home/ada/n/lib/node_modules\n-- stat ~/n/lib/node_modules --\n" + aDir + "-- run corepack --version --\n0.29.4\n",
			want:    []string{"npm install -g corepack@0.34"}}, onLinux},
		"an npm for another Node.js": {aPlan{fix: fixers.NpmThatFits,
			machine: "-- run npm root -g --\n/home/ada/n/lib/node_modules\n-- stat ~/n/lib/node_modules --\n" + aDir + "-- run npm --version --\n12.2.0\n",
			want:    []string{"npm install -g npm@11"}}, onLinux},
		"a lock file": {aPlan{fix: fixers.ReplaceInLock, found: map[string]string{"name": "resolved", "value": "dead.example"}, want: []string{"~/.npmrc:", "+ replace-registry-host=dead.example"}}, onLinux},
	} {
		t.Run(name, func(t *testing.T) {
			c.plan.machine += nothingElse
			c.plan.check(t, c.host)
		})
	}
}

func TestNewNpmCache(t *testing.T) {
	found := map[string]string{"dir": "/home/ada/.npm", "path": "/home/ada/.npm/_cacache"}
	cache := "-- stat ~/.npm --\ndir uid=0 access=r-x\n"
	home := "-- stat /home/ada --\n" + aDir
	for name, c := range map[string]aPlan{
		"in a folder of one's own": {found: found, machine: cache + home, want: []string{"mv -n -T ~/.npm ~/.npm.old"}},
		"a small one": {found: found, machine: cache + home + "-- run du -sk /home/ada/.npm --\n1000 /home/ada/.npm\n-- disk /home/ada/.npm --\nfs ext4\nfree 9000000000\n",
			want: []string{"mv -n -T ~/.npm ~/.npm.old", "cp -R ~/.npm.old ~/.npm"}},
		"a large one": {found: found, machine: cache + home + "-- run du -sk /home/ada/.npm --\n3000000 /home/ada/.npm\n-- disk /home/ada/.npm --\nfs ext4\nfree 9000000000\n",
			want: []string{"mv -n -T ~/.npm ~/.npm.old"}},
		"in a folder of root":       {found: found, machine: cache + "-- stat /home/ada --\ndir access=r-x\n-- which sudo --\n/usr/bin/sudo\n", want: []string{"sudo mv -n -T ~/.npm ~/.npm.old"}},
		"one was put aside already": {found: found, machine: cache + home + "-- stat ~/.npm.old --\n" + aDir},
		"a link":                    {found: found, machine: "-- stat ~/.npm --\nlink target=/srv/npm isdir access=r-x\n" + home},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.machine = fixers.NewNpmCache, c.machine+nothingElse
			c.check(t, onLinux)
		})
	}
}

// What a network may need is taken away with a consent of its own, and not by --yes alone.
func TestNetworkIsHeeded(t *testing.T) {
	for name, c := range map[string]struct {
		fix          *fixers.Fix
		found        map[string]string
		machine      string
		needsConsent bool
	}{
		"unchecked encryption": {fixers.DropNpmSetting, map[string]string{"name": "strict-ssl", "file": "/home/ada/.npmrc"}, "-- file ~/.npmrc --\nstrict-ssl=false\n", true},
		"a proxy":              {fixers.DropNpmSetting, map[string]string{"name": "proxy", "file": "/home/ada/.npmrc"}, "-- file ~/.npmrc --\nproxy=p.example:80800\n", true},
		"a dead server":        {fixers.DropNpmSetting, map[string]string{"name": "registry", "file": "/home/ada/.npmrc"}, "-- file ~/.npmrc --\nregistry=https://r.example\n", false},
		"a proxy's variable":   {fixers.DropVariable, map[string]string{"name": "https_proxy"}, "-- file ~/.bashrc --\nexport https_proxy=p.example:80800\n", true},
		"npm's variable":       {fixers.DropVariable, map[string]string{"name": "npm_config_strict_ssl"}, "-- file ~/.bashrc --\nexport npm_config_strict_ssl=false\n", true},
		"another variable":     {fixers.DropVariable, map[string]string{"name": "NODE_ENV"}, "-- file ~/.bashrc --\nexport NODE_ENV=production\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			steps, err := c.fix.Plan(t.Context(), fixers.Patient{Host: hostFrom(t, onLinux+c.machine+nothingElse), Found: c.found})
			if err != nil || len(steps) == 0 {
				t.Fatal(steps, err)
			}
			if got := len(steps[0].Needs()) > 0; got != c.needsConsent {
				t.Errorf("--yes alone does not cover it: %v, want %v: %s", got, c.needsConsent, steps[0].Says)
			}
		})
	}
}

func TestProxyAddress(t *testing.T) {
	setting, variable := map[string]string{"name": "proxy", "file": "/home/ada/.npmrc"}, map[string]string{"name": "HTTPS_PROXY"}
	npmrc := func(lines string) string { return "-- file ~/.npmrc --\n" + lines }
	for name, c := range map[string]aPlan{
		"both settings": {found: setting, machine: npmrc("proxy=p.example:8080\nhttps-proxy = p.example:8080/\nnoproxy=p.example:80\n"),
			want: []string{"~/.npmrc:", "- proxy=p.example:8080", "- https-proxy = p.example:8080/", "+ proxy=http://p.example:8080", "+ https-proxy = http://p.example:8080/"}},
		"a port that is none": {found: setting, machine: npmrc("proxy=p.example:80800\n")},
		"no port":             {found: setting, machine: npmrc("proxy=true\n")},
		"a login":             {found: setting, machine: npmrc("proxy=ada:s3cret@p.example:80\n")},
		"a start file": {found: variable, machine: "-- file ~/.bashrc --\nexport HTTPS_PROXY=\"p.example:8080\"\nexport NO_PROXY=p.example:80\n",
			want: []string{"~/.bashrc:", `- export HTTPS_PROXY="p.example:8080"`, `+ export HTTPS_PROXY="http://p.example:8080"`}},
		"in fish": {found: variable, machine: "-- file ~/.config/fish/config.fish --\nset -gx HTTPS_PROXY p.example:8080\n",
			want: []string{"~/.config/fish/config.fish:", "- set -gx HTTPS_PROXY p.example:8080", "+ set -gx HTTPS_PROXY http://p.example:8080"}},
		"two in a line":       {found: variable, machine: "-- file ~/.bashrc --\nexport HTTPS_PROXY=p.example:80 A=b\n"},
		"set nowhere of ours": {found: variable},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.machine = fixers.ProxyAddress, c.machine+nothingElse
			c.check(t, onLinux)
		})
	}
	windows := func(value string) string {
		return "-- regvalues HKCU\\Environment --\nhttps_proxy\n-- reg HKCU\\Environment https_proxy --\n" + value
	}
	for name, c := range map[string]aPlan{
		"of the account":  {machine: windows("REG_SZ p.example:8080\n"), want: []string{"https_proxy:", "- p.example:8080", "+ http://p.example:8080"}},
		"with a login":    {machine: windows("REG_SZ ada:s3cret@p.example:8080\n")},
		"of all accounts": {machine: windows("! not found\n")},
	} {
		t.Run(name, func(t *testing.T) {
			c.fix, c.found = fixers.ProxyAddress, variable
			c.check(t, onWindows)
		})
	}
}

// A login stays out of plans, whichever line of the file goes.
func TestNpmSettingsKeepSecrets(t *testing.T) {
	const token = "//r.example/:_authToken=s3cret\n"
	proxies := "proxy=http://localhost:1\nhttps-proxy=http://localhost:1\n"
	for name, c := range map[string]aPlan{
		"both proxies": {fix: fixers.DropNpmSetting, found: map[string]string{"name": "https-proxy", "file": "/home/ada/.npmrc"}, machine: "-- file ~/.npmrc --\n" + token + proxies,
			want: []string{"~/.npmrc:", "- proxy=http://localhost:1", "- https-proxy=http://localhost:1"}},
		"a proxy with a password": {fix: fixers.DropNpmSetting, found: map[string]string{"name": "proxy", "file": "/home/ada/.npmrc"}, machine: "-- file ~/.npmrc --\nproxy=http://ada:s3cret@p.example:80\n"},
		"what nvm refuses": {fix: fixers.DropNvmPrefix, found: map[string]string{"name": "prefix", "file": "/home/ada/.npmrc"}, machine: "-- file ~/.npmrc --\n" + token + "prefix = /x\nglobalconfig=/y\n",
			want: []string{"~/.npmrc:", "- prefix = /x", "- globalconfig=/y"}},
		"a file that is gone": {fix: fixers.DropNvmPrefix, found: map[string]string{"file": "/home/ada/.npmrc"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.machine += nothingElse
			for _, s := range c.check(t, onLinux) {
				if text := strings.Join(s.Shows(fixers.Sh), "\n"); strings.Contains(text, "s3cret") {
					t.Errorf("the plan tells a login: %s", text)
				}
			}
		})
	}
}

func TestNodeFile(t *testing.T) {
	for name, c := range map[string]aPlan{
		"may not run": {fix: fixers.MayRun, found: map[string]string{"path": "/home/ada/node/bin/node"}, machine: "-- stat ~/node/bin/node --\n" + aFile, want: []string{"chmod 755 ~/node/bin/node"}},
		"a newer one behind an old one": {fix: fixers.NewerFirst, found: map[string]string{"owner": "", "dir": "/home/ada/n/bin"},
			machine: inBash + "-- stat ~/.config/devdoctor --\n" + aDir + "-- stat ~/.config/devdoctor/path.sh --\n" + aFile + "-- file ~/.config/devdoctor/path.sh --\nexport PATH=\"$HOME/n/bin\":\"$PATH\"\n",
			want:    []string{"~/.bashrc, at its end:", "+ # >>> devdoctor path >>>", `+ [ -r "$HOME/.config/devdoctor/path.sh" ] && . "$HOME/.config/devdoctor/path.sh"`, "+ # <<< devdoctor path <<<"}},
		"an old one that config.fish puts first": {fix: fixers.NewerFirst, found: map[string]string{"owner": "", "dir": "/home/ada/n/bin"},
			machine: strings.Replace(inBash, "/bin/bash", "/usr/bin/fish", 1) + "-- stat ~/.config/fish --\n" + aDir + "-- stat ~/.config/devdoctor --\n" + aDir +
				"-- stat ~/.config/fish/config.fish --\n" + aFile + "-- file ~/.config/fish/config.fish --\nset -gx PATH \"$HOME/n/bin\" $PATH\nset -gx PATH \"/opt/old/bin\" $PATH\n" +
				"-- stat /opt/old/bin/node --\n" + aFile + "-- stat ~/n/bin/node --\n" + aFile,
			want: []string{
				"~/.config/devdoctor/path.fish:", "+ # Written by devdoctor: directories with programs, which a block in fish's config.fish puts on PATH.",
				`+ set -gx PATH "$HOME/n/bin" $PATH`, "~/.config/fish/config.fish, at its end:", "+ # >>> devdoctor path >>>",
				`+ source "$HOME/.config/devdoctor/path.fish"`, "+ # <<< devdoctor path <<<",
			}},
		"n keeps a whole one": {fix: fixers.NodeFromN, found: owned(platforms.N, "", "/home/ada/n/bin/node"),
			machine: header("~/n", "24.21.0") + "-- binary ~/n/n/versions/node/24.21.0/bin/node --\nelf amd64\n-- stat ~/n/bin --\n" + aDir,
			want:    []string{"mv -n -T ~/n/bin/node ~/n/bin/node.old", "cp -p ~/n/n/versions/node/24.21.0/bin/node ~/n/bin/node"}},
		"n keeps an empty one too": {fix: fixers.NodeFromN, found: owned(platforms.N, "", "/home/ada/n/bin/node"),
			machine: header("~/n", "24.21.0") + "-- binary ~/n/n/versions/node/24.21.0/bin/node --\nempty\n"},
		"nobody keeps another one":    {fix: fixers.NodeFromN, found: owned(platforms.Unowned, "", "/home/ada/n/bin/node")},
		"a manager keeps the old one": {fix: fixers.NewerFirst, found: map[string]string{"owner": "nvm", "dir": "/usr/local/bin"}, machine: inBash},
	} {
		t.Run(name, func(t *testing.T) {
			c.machine += nothingElse
			c.check(t, onLinux)
		})
	}
}

func TestReinstall(t *testing.T) {
	broken := "-- run node -p 1 --\n! signal 6\n-- run npm --version --\n! exit 1\n-- which sudo --\n/usr/bin/sudo\n"
	brew := map[string]string{"owner": "homebrew", "name": "node@24", "path": "/opt/homebrew/opt/node@24/bin/node", "version": "24.21.0"}
	const quiet = "env HOMEBREW_NO_ASK=1 HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_INSTALL_CLEANUP=1 HOMEBREW_NO_INSTALL_UPGRADE=1 NONINTERACTIVE=1 "
	again := asApt + `get update && get install -y --reinstall "$@"' sh nodejs`
	for name, c := range map[string]struct {
		plan aPlan
		host string
	}{
		"Homebrew":             {aPlan{fix: fixers.NodeReinstall, found: brew, machine: broken, want: []string{quiet + "/opt/homebrew/bin/brew reinstall node@24"}}, onMac},
		"NodeSource's npm":     {aPlan{fix: fixers.NpmReinstall, found: owned(platforms.NodeSource, "24.21.0", "/usr/bin/node"), machine: broken, want: []string{again}}, onLinux},
		"apt":                  {aPlan{fix: fixers.NodeReinstall, found: owned(platforms.Apt, "24.22.2", "/usr/bin/node"), machine: broken, want: []string{again}}, onLinux},
		"an old one of apt":    {aPlan{fix: fixers.NodeReinstall, found: owned(platforms.Apt, "20.19.2", "/usr/bin/node"), machine: broken}, onLinux},
		"nobody keeps it":      {aPlan{fix: fixers.NodeReinstall, found: owned(platforms.Unowned, "24.21.0", "/usr/local/bin/node"), machine: broken}, onLinux},
		"it runs in this case": {aPlan{fix: fixers.NodeReinstall, found: brew, machine: strings.Replace(broken, "! signal 6", "1", 1)}, onMac},
	} {
		t.Run(name, func(t *testing.T) {
			c.plan.machine += nothingElse
			c.plan.check(t, c.host)
		})
	}
}
