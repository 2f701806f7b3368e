package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// TestCommandsThatEdit runs the commands that change a file of the system, on a
// copy of such a file and without sudo.
func TestCommandsThatEdit(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a Unix shell")
	}
	hosts, conf := filepath.Join(t.TempDir(), "hosts"), filepath.Join(t.TempDir(), "wsl.conf")
	automount := wslWorldWritable.Tells[0].Run[0]
	automount = append(append([]string{}, automount[:len(automount)-1]...), conf)
	const options = "options=\"metadata,umask=0033\"\n"
	for _, c := range []struct {
		file         string
		argv         []string
		before, want string
		linuxOnly    bool
	}{
		{hosts, localhostElsewhere.Tells[0].Run[0], "127.0.1.1 ada\n 10.0.0.7\tlocalhost\n10.0.0.7 nas\n#10.0.0.7 localhost\n",
			"127.0.1.1 ada\n127.0.0.1 localhost\n10.0.0.7 nas\n#10.0.0.7 localhost\n", false},
		{hosts, localhostElsewhere.Tells[0].Run[0], "10.0.0.7 localhost4 localhost.school.example\n", "10.0.0.7 localhost4 localhost.school.example\n", false},
		{conf, automount, "", "[automount]\n" + options, true},
		{conf, automount, "[boot]\nsystemd=true\n", "[boot]\nsystemd=true\n[automount]\n" + options, true},
		{conf, automount, "[automount]\noptions=metadata\nroot=/mnt/\n", "[automount]\n" + options + "root=/mnt/\n", true},
	} {
		if c.linuxOnly && runtime.GOOS != "linux" {
			continue // sed -i of other systems wants a word more
		}
		if err := os.WriteFile(c.file, []byte(c.before), 0o644); err != nil {
			t.Fatal(err)
		}
		tell := fixers.Tell{Run: [][]string{c.argv}}.Fill(Found{Value: "10.0.0.7", File: c.file}.Words()).AsRoot()
		line := fixers.ShellOf(platforms.Linux).Line(tell.Run[0])
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput(); err != nil {
			t.Errorf("%s: %v, %s", line, err, out)
		}
		got, err := os.ReadFile(c.file)
		if err != nil || string(got) != c.want {
			t.Errorf("%s\nmakes %q, want %q; %v", line, got, c.want, err)
		}
		if old, err := os.ReadFile(c.file + ".old"); err != nil || string(old) != c.before {
			t.Errorf("%s\nkeeps %q of %q; %v", line, old, c.before, err)
		}
	}
}

// TestCommandsOfRoot wants sudo where a file lies in a folder of root, and no sudo
// elsewhere.
func TestCommandsOfRoot(t *testing.T) {
	want := map[string]string{
		"node-runs/empty-file":                    "mv /home/ada/bin/node /home/ada/bin/node.old",
		"node-runs/empty-file-of-root":            "sudo mv /usr/local/bin/node /usr/local/bin/node.old",
		"node-runs/impostor-of-root":              "sudo mv /usr/local/bin/node /usr/local/bin/node.old",
		"node-installed/debian-not-executable":    "mv /home/ada/bin/node /home/ada/bin/node.old",
		"node-installed/trap-may-not-run-of-root": "sudo mv /opt/node/bin/node /opt/node/bin/node.old",
		"npm-config/debian-global-of-root":        `sudo sed -i.old -E '/^registry(\[\])? *=/d' /etc/npmrc`,
		"npm-config/debian-dead-registry":         "npm config delete registry --location user",
		"git-installed/debian-not-git":            "sudo mv /usr/local/bin/git /usr/local/bin/git.old",
	}
	seen := 0
	for _, f := range loadFixtures(t) {
		line, ok := want[f.name]
		if !ok {
			continue
		}
		seen++
		tell, _ := f.run(t).Tell(f.os)
		if got := commandLines(tell, f.os); len(got) == 0 || got[len(got)-1] != line {
			t.Errorf("%s advises %q, want %q", f.name, got, line)
		}
		if tell.Admin != strings.HasPrefix(line, "sudo") {
			t.Errorf("%s: asks for an administrator: %v", f.name, tell.Admin)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d fixtures are there", seen, len(want))
	}
}

// TestCommandsForVariables wants a variable taken away where it was set.
func TestCommandsForVariables(t *testing.T) {
	want := map[string]string{
		"npm-proxy/windows-gone-variable": `reg delete HKCU\Environment /v HTTPS_PROXY /f`,
		"npm-proxy/windows-gone-for-all":  "Start the program that is your proxy. If you use none, the variable can go. Press the Windows key,",
		"npm-proxy/windows-gone-here":     "The variable HTTPS_PROXY is set in this terminal only.",
		"npm-config/debian-node-env":      "grep -ns NODE_ENV ~/.profile",
		"npm-config/debian-node-env-here": "The variable NODE_ENV is set in this terminal only.",
	}
	for _, f := range loadFixtures(t) {
		text, ok := want[f.name]
		if !ok {
			continue
		}
		delete(want, f.name)
		tell, _ := f.run(t).Tell(f.os)
		if lines := append(commandLines(tell, f.os), tell.Do); !strings.HasPrefix(lines[0], text) {
			t.Errorf("%s advises %q, want %q", f.name, lines, text)
		}
	}
	if len(want) > 0 {
		t.Errorf("no fixture %v", want)
	}
}

// TestCommandsLeaveTheWayOut wants nothing taken away unread that may be the only way out of
// a network: neither a proxy nor the setting for one that reads encrypted traffic.
func TestCommandsLeaveTheWayOut(t *testing.T) {
	want := map[string]string{
		"npm-config/debian-tls":             "npm config set cafile FILE",
		"npm-config/mac-tls-variable":       "npm config set cafile FILE",
		"npm-proxy/debian-gone":             "Start the program that is your proxy.",
		"npm-proxy/windows-gone-variable":   "Start the program that is your proxy.",
		"npm-proxy/windows-gone-for-all":    "Start the program that is your proxy.",
		"npm-proxy/debian-malformed-bashrc": "Write http:// in front of the address in https_proxy;",
		"npm-proxy/windows-malformed":       "Write http:// in front of the address in HTTPS_PROXY;",
	}
	for _, f := range loadFixtures(t) {
		text, ok := want[f.name]
		if !ok {
			continue
		}
		delete(want, f.name)
		tell, _ := f.run(t).Tell(f.os)
		if !strings.Contains(tell.Do, text) || !tell.Human {
			t.Errorf("%s advises %q, for a person: %v; want %q for one", f.name, tell.Do, tell.Human, text)
		}
		if line := strings.Join(commandLines(tell, f.os), "; "); strings.HasPrefix(text, "Write") && strings.Contains(line, "delete") {
			t.Errorf("%s deletes the proxy: %s", f.name, line)
		}
	}
	if len(want) > 0 {
		t.Errorf("no fixture %v", want)
	}
}

// TestCommandsThatAreThere wants the commands of advice to be there on that machine, or the
// advice to say what to do without.
func TestCommandsThatAreThere(t *testing.T) {
	const box = "The folders of this system are read-only"
	want := map[string]string{
		"git-installed/steamos-missing":       box,
		"docker-installed/silverblue-missing": box,
		"docker-compose/silverblue-missing":   box,
		"docker-installed/mac-missing":        "brew install --cask docker-desktop",
		"docker-installed/mac-no-brew":        "open https://docs.docker.com/desktop/setup/install/mac-install/",
		"docker-compose/mac-missing":          "brew install docker-compose",
		"docker-compose/mac-no-brew":          "open https://docs.docker.com/desktop/setup/install/mac-install/",
		"npm-global/debian-eacces":            "git clone",
		"npm-global/alpine-eacces":            "npm config set prefix ~/.npm-global",
		"npm-global/nixos-eacces":             "npm config set prefix ~/.npm-global",
		"node-sandbox/flatpak-vscode":         "flatpak uninstall com.visualstudio.code",
		"node-sandbox/flatpak-terminal":       "Open the system's own terminal and run devdoctor there. com.raggesilver.BlackBox may stay.",
	}
	for _, f := range loadFixtures(t) {
		text, ok := want[f.name]
		if !ok {
			continue
		}
		delete(want, f.name)
		tell, _ := f.run(t).Tell(f.os)
		if lines := append(commandLines(tell, f.os), tell.Do); !strings.HasPrefix(lines[0], text) {
			t.Errorf("%s advises %q, want %q", f.name, lines, text)
		}
	}
	if len(want) > 0 {
		t.Errorf("no fixture %v", want)
	}
	for _, c := range All() {
		for _, p := range c.Problems {
			for _, tell := range p.Tells {
				lines := strings.Join(commandLines(tell, tell.OS), "\n")
				switch {
				case strings.Contains(lines, "winget") && tell.Owner != platforms.Winget && !strings.Contains(tell.Do, "does not know winget, download the installer from https://"):
					t.Errorf("%s/%s does not say what to do without winget: %s", c.ID, p.ID, tell.Do)
				case strings.Contains(lines, "nix profile"):
					t.Errorf("%s/%s uses what Nix has turned off: %s", c.ID, p.ID, lines)
				case strings.Contains(lines, "asdf set") && !strings.Contains(tell.Do, "asdf global nodejs"):
					t.Errorf("%s/%s does not say what to do before asdf 0.16: %s", c.ID, p.ID, tell.Do)
				case tell.OS == platforms.Windows && strings.Contains(lines, "%") && !strings.HasPrefix(lines, "cmd /c "):
					t.Errorf("%s/%s means nothing to PowerShell: %s", c.ID, p.ID, lines)
				}
			}
		}
	}
}

// needNobody are the programs of advice that do their work alone. Where one
// subcommand prints what has to be read, its Tell is marked Human.
var needNobody = []string{
	"{name}", "/opt/homebrew/bin/brew", "apk", "asdf", "bash", "brew", "chmod", "choco", "cmd", "cmd.exe", "code", "colima", "cp", "docker", "env",
	"flatpak", "fnm", "git", "kill", "ln", "mise", "mkdir", "move", "mv", "n", "net", "nix", "nodenv", "npm", "npm.cmd", "powershell", "proto",
	"pwsh", "rc-update", "reg", "sc.exe", "scoop", "sed", "service", "sh", "sudo", "systemctl", "taskkill", "touch", "volta", "winget", "winget.exe", "wsl.exe",
}

// TestCommandsKnowWhoNeedsAPerson wants it decided of every program of advice
// whether it needs one.
func TestCommandsKnowWhoNeedsAPerson(t *testing.T) {
	used := make(map[string]bool)
	for _, c := range All() {
		for _, p := range c.Problems {
			for _, tell := range p.Tells {
				for _, argv := range tell.Run {
					used[argv[0]] = true
				}
			}
		}
	}
	for program := range used {
		if fixers.Attended(program) == slices.Contains(needNobody, program) {
			t.Errorf("%s: fixers.Attended says %v, and needNobody has it: %v", program, fixers.Attended(program), slices.Contains(needNobody, program))
		}
	}
	for _, program := range needNobody {
		if !used[program] {
			t.Errorf("no advice starts %s", program)
		}
	}
}
