package fixers_test

import (
	"errors"
	"strings"
	"testing"

	"devdoctor/fixers"
)

const (
	sudo   = "-- which sudo --\n/usr/bin/sudo\n"
	noSudo = "-- which sudo --\n! not found\n"
)

// asApt is what each command with apt begins with: it asks nothing, keeps the settings that were changed, and
// reads nothing of a script that comes through a pipe.
const asApt = `sudo env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l sh -c 'exec </dev/null; ` +
	`get() { apt-get -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }; `

func by(owner string) map[string]string { return map[string]string{"owner": owner} }

// simulated is what apt says that it would do.
func simulated(argv, lines string) string {
	return sudo + "-- run apt-get -s install " + argv + " --\n" + lines
}

func TestInstallPackages(t *testing.T) {
	const install = asApt + `get install -y "$@" || { get update && get install -y "$@"; }' sh `
	const again = asApt + `get update && get install -y --reinstall "$@"' sh `
	const takeBack = `tag=$1; shift; new=$(awk -v tag="$tag" '\''/^Commandline:/ { ours = index($0, tag) } /^Install:/ && ours { line = $0 } ` +
		`END { gsub(/\([^)]*\)|^Install:|:[a-z0-9]+ |,/, " ", line); print line }'\'' /var/log/apt/history.log); dpkg --purge ${new:-"$@"}`
	const purge = "sudo env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l dpkg --purge "
	lib := map[string]string{"owner": "apt", "name": "libatomic.so.1", "value": "libatomic1"}
	compose := map[string]string{"owner": "dnf", "name": "docker-compose-plugin"}
	const noCompose = sudo + "-- run docker compose version --\n! exit 1\n"
	const noGit = sudo + "-- run git --version --\n! exit 127\n"
	for name, c := range map[string]struct {
		plan aPlan
		back string
	}{
		"what comes along goes along": {
			aPlan{
				fixers.InstallGit, by("apt"),
				simulated("git", "Inst libc6 [2.1] (2.2 x.example)\nInst git-man (1 x.example)\nInst git (1 x.example)\nConf git (1 x.example)\n"),
				nil, []string{install + "git"},
			},
			purge + "git-man git",
		},
		"without lists": {
			aPlan{fixers.InstallGit, by("apt"), simulated("git", "! exit 100\n"), nil, []string{install + "-o Devdoctor=git git"}},
			"sudo env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l sh -c '" + takeBack + "' sh Devdoctor=git git",
		},
		"its files are gone": {
			aPlan{fixers.InstallGit, by("apt"), simulated("git", "git is already the newest version\n"), nil, []string{again + "git"}},
			"",
		},
		"a library": {
			aPlan{fixers.InstallLibrary, lib, simulated("libatomic1", "Inst libatomic1 (1 x.example)\n"), nil, []string{install + "libatomic1"}},
			purge + "libatomic1",
		},
		"dnf": {
			aPlan{fixers.InstallGit, by("dnf"), sudo, nil, []string{"sudo dnf install -y git"}},
			"sudo rpm -e git",
		},
		"pacman": {
			aPlan{fixers.InstallGit, by("pacman"), sudo, nil, []string{"sudo pacman -S --needed --noconfirm git"}},
			"sudo pacman -Rs --noconfirm git",
		},
		"zypper": {
			aPlan{fixers.InstallGit, by("zypper"), sudo, nil, []string{"sudo zypper --non-interactive install git"}},
			"sudo rpm -e git",
		},
		"apk": {
			aPlan{fixers.InstallGit, by("apk"), sudo, nil, []string{"sudo apk add -U git"}},
			"sudo apk del git",
		},
		"docker": {
			aPlan{
				fixers.InstallDocker, map[string]string{"owner": "pacman", "name": "docker-compose"}, sudo, nil,
				[]string{"sudo pacman -S --needed --noconfirm docker docker-buildx docker-compose"},
			},
			"sudo pacman -Rs --noconfirm docker docker-buildx docker-compose",
		},
		"docker, of which a part was there": {
			aPlan{
				fixers.InstallDocker, map[string]string{"owner": "dnf", "name": "docker-compose"},
				sudo + "-- run rpm -q moby-engine --\n! exit 1\n-- run rpm -q docker-cli --\ndocker-cli-29.4.2\n-- run rpm -q docker-compose --\n! exit 1\n", nil,
				[]string{"sudo dnf install -y moby-engine docker-cli docker-compose"},
			},
			"sudo rpm -e moby-engine docker-compose",
		},
		"compose": {
			aPlan{fixers.InstallCompose, compose, noCompose, nil, []string{"sudo dnf install -y docker-compose-plugin"}},
			"sudo rpm -e docker-compose-plugin",
		},
		"gh": {
			aPlan{fixers.InstallGh, by("pacman"), sudo, nil, []string{"sudo pacman -S --needed --noconfirm github-cli", "gh auth login -p https -w"}},
			"sudo pacman -Rs --noconfirm github-cli",
		},
		"git anew": {aPlan{fixers.ReinstallGit, by("apk"), noGit, nil, []string{"sudo apk fix -U --upgrade git"}}, ""},

		"an old git in a release that has no newer one": {aPlan{fixers.ReinstallGit, map[string]string{"owner": "apt", "value": "2.28"},
			sudo + "-- run apt-cache madison git --\n git | 1:2.25.1-1ubuntu3.14 | http://u.example focal-updates/main amd64 Packages\n", nil, nil}, ""},
		"an old git in a release that has a newer one": {aPlan{fixers.ReinstallGit, map[string]string{"owner": "apt", "value": "2.28"},
			sudo + "-- run git --version --\ngit version 2.25.1\n-- run apt-cache madison git --\n git | 1:2.43.0-1 | http://u.example noble/main amd64 Packages\n git | 1:2.25.1-1 | http://u.example noble/main amd64 Packages\n",
			nil, []string{again + "git"}}, ""},
		"git of nobody":      {aPlan{fixers.InstallGit, nil, sudo, nil, nil}, ""},
		"git without sudo":   {aPlan{fixers.InstallGit, by("dnf"), noSudo, nil, nil}, ""},
		"library of nobody":  {aPlan{fixers.InstallLibrary, map[string]string{"name": "libatomic.so.1"}, sudo, nil, nil}, ""},
		"docker of nobody":   {aPlan{fixers.InstallDocker, nil, sudo, nil, nil}, ""},
		"compose of nobody":  {aPlan{fixers.InstallCompose, nil, noCompose, nil, nil}, ""},
		"gh of nobody":       {aPlan{fixers.InstallGh, nil, sudo, nil, nil}, ""},
		"git anew of nobody": {aPlan{fixers.ReinstallGit, nil, noGit, nil, nil}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			steps := c.plan.check(t, onLinux)
			if len(steps) == 0 {
				return
			}
			if got := fixers.Sh.Line(steps[0].Run.Back); got != c.back {
				t.Errorf("it is taken back with %s, want %s", got, c.back)
			}
		})
	}
}

// In a container root asks nobody.
func TestInstallAsRoot(t *testing.T) {
	p := aPlan{fixers.InstallGit, by("dnf"), "", nil, []string{"dnf install -y git"}}
	if steps := p.check(t, onLinux+"elevated yes\n"); steps[0].Admin {
		t.Error("root asks for the administrator")
	}
}

// Docker has another set of packages in each distribution, and a name that one of them does not
// have makes its package manager refuse all of them.
func TestInstallDocker(t *testing.T) {
	const own = "docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin"
	for name, c := range map[string]struct {
		owner, compose, installs string
	}{
		"Docker's own source for apt": {"apt", "docker-compose-plugin", own},
		"Docker's own source for dnf": {"dnf", "docker-compose-plugin", own},
		"Debian 13":                   {"apt", "docker-compose", "docker.io docker-cli docker-buildx docker-compose"},
		"Debian 12":                   {"", "", ""},
		"Ubuntu":                      {"apt", "docker-compose-v2", "docker.io docker-buildx docker-compose-v2"},
		"Fedora":                      {"dnf", "docker-compose", "moby-engine docker-cli docker-compose"},
		"openSUSE":                    {"zypper", "docker-compose", "docker docker-buildx docker-compose"},
		"Alpine":                      {"apk", "docker-cli-compose", "docker docker-cli-buildx docker-cli-compose"},
	} {
		t.Run(name, func(t *testing.T) {
			host := hostFrom(t, onLinux+sudo+"-- run apt-get -s install "+c.installs+" --\n! exit 100\n")
			steps, err := fixers.InstallDocker.Plan(t.Context(), fixers.Patient{Host: host, Found: map[string]string{"owner": c.owner, "name": c.compose}})
			if c.installs == "" {
				if !errors.Is(err, fixers.ErrNotHere) {
					t.Errorf("it is for this machine: %v, %v", shown(steps), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if line := fixers.Sh.Line(steps[0].Run.Argv); !strings.HasSuffix(line, " "+c.installs) {
				t.Errorf("it installs with %s", line)
			}
		})
	}
}
