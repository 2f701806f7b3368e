package fixers

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// A packager is how a package manager of Linux installs and removes without a question.
type packager struct {
	install, remove []string // before the names
	again           []string // puts the newest in place of what is there
	env             []string // NAME=VALUE
	leaves          []string // what it keeps for itself
}

// packagers are those that a learner's Linux has. apt was run on Debian 13 on
// 2026-11-21; the others are as their manual pages have them, read on 2026-11-20.
var packagers = map[platforms.Manager]packager{
	platforms.Apt: {
		// The lists of packages are fetched only where they are too old, or not there.
		install: []string{"sh", "-c", aptInstall, "sh"},
		remove:  []string{"dpkg", "--purge"}, // which takes nothing with it that somebody else needs
		again:   []string{"sh", "-c", aptReinstall, "sh"},
		// needrestart asks in a window of its own which services to start anew; told to list them,
		// it starts none (needrestart(1) 3.6, read 2026-11-22).
		env:    []string{"DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=l"},
		leaves: []string{"/var/cache/*", "/var/lib/apt/*", "/var/lib/dpkg/*-old", "/var/log/*"},
	},
	platforms.Dnf: {
		install: []string{"dnf", "install", "-y"}, remove: rpmRemove,
		again:  []string{"sh", "-c", `dnf upgrade -y "$@" && dnf reinstall -y "$@"`, "sh"},
		leaves: []string{"/var/cache/*", "/var/lib/dnf/*", "/var/lib/rpm/*", "/usr/lib/sysimage/*", "/var/log/*"},
	},
	platforms.Zypper: {
		install: []string{"zypper", "--non-interactive", "install"}, remove: rpmRemove,
		again:  []string{"zypper", "--non-interactive", "install", "--force"},
		leaves: []string{"/var/cache/*", "/var/lib/zypp/*", "/usr/lib/sysimage/*", "/var/log/*"},
	},
	platforms.Pacman: {
		install: []string{"pacman", "-S", "--needed", "--noconfirm"}, remove: []string{"pacman", "-Rs", "--noconfirm"},
		again:  []string{"pacman", "-S", "--noconfirm"},
		leaves: []string{"/var/cache/*", "/var/log/*"},
	},
	platforms.Apk: {
		install: []string{"apk", "add", "-U"}, remove: []string{"apk", "del"}, // a new one has no lists
		again:  []string{"apk", "fix", "-U", "--upgrade"},
		leaves: []string{"/var/cache/*", "/lib/apk/db/*", "/etc/apk/world", "/var/log/*"},
	},
}

// rpmRemove takes away what it is told and nothing else, and refuses where something has come to need that
// since; dnf remove and zypper remove take such a program along, and what they call no longer needed
// (rpm(8), dnf(8), zypper(8), read 2026-11-22).
var rpmRemove = []string{"rpm", "-e"}

// aptGet waits a minute for another program that installs something, keeps the settings that
// somebody has changed, and leaves the rest of a script that comes through a pipe alone.
const aptGet = `exec </dev/null; get() { apt-get -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }; `

const (
	aptInstall = aptGet + `get install -y "$@" || { get update && get install -y "$@"; }`
	// aptUpgrade is for a package whose source has changed, so that the lists tell of the old one.
	aptUpgrade = aptGet + `get update && get install -y --allow-downgrades "$@"`
)

// aptTakeBack removes what came with the command that bore a tag, by the last entry of
// apt's history that has it, or else some packages alone. What apt would call no longer
// needed may have been there before.
const aptTakeBack = `tag=$1; shift; new=$(awk -v tag="$tag" '/^Commandline:/ { ours = index($0, tag) } ` +
	`/^Install:/ && ours { line = $0 } END { gsub(/\([^)]*\)|^Install:|:[a-z0-9]+ |,/, " ", line); print line }' /var/log/apt/history.log); ` +
	`dpkg --purge ${new:-"$@"}`

// aptReinstall fetches the lists in any case: where they are missing, apt says that it
// cannot fetch the package, and ends with 0 (seen with apt 3.0 on Debian 13, 2026-11-21).
const aptReinstall = aptGet + `get update && get install -y --reinstall "$@"`

const packageServers = "the package servers of your system"

// What is installed with the package manager of a Linux.
var (
	InstallGit = &Fix{
		ID: "install-git", Title: "Install git",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			if p.Host.OS == platforms.Windows {
				run, err := winget(ctx, p.Host, "Git.Git", `~\AppData\Local\Programs\Git\cmd\git.exe`)
				return []Step{{Says: "Install Git for Windows for your account.", Verified: Documented, Allow: AllowLicence, Hosts: []string{packageServers}, Run: run}}, err
			}
			return installPackages(ctx, p, absentFile("/usr/bin/git"), "git")
		},
	}
	ReinstallGit   = &Fix{ID: "reinstall-git", Title: "Install the newest git of your system anew", Plan: reinstallGit}
	InstallLibrary = &Fix{
		ID: "install-library", Title: "Install a library that Node.js needs",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			dir := libraryDir(p.Host, platforms.Manager(p.Found["owner"]))
			if dir == "" || p.Found["name"] == "" || p.Found["value"] == "" {
				return nil, ErrNotHere
			}
			return installPackages(ctx, p, absentFile(dir+"/"+p.Found["name"]), p.Found["value"])
		},
	}
	InstallCompose = &Fix{
		ID: "install-compose", Title: "Install docker compose",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			switch p.Host.OS {
			case platforms.Darwin:
				return brewCompose(ctx, p)
			case platforms.Windows:
				return desktopCompose(ctx, p)
			}
			seen, err := failing(ctx, p.Host, "docker", "compose", "version")
			if err != nil || p.Found["name"] == "" {
				return nil, orNotHere(err)
			}
			return installPackages(ctx, p, seen, p.Found["name"])
		},
	}
	InstallNode = &Fix{
		ID: "install-node", Title: "Install Node.js from the packages of your system",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			if platforms.Manager(p.Found["owner"]) != platforms.Apk {
				return nil, ErrNotHere // others have none of the course, or the archive is the better way
			}
			steps, err := installPackages(ctx, p, absentFile("/usr/bin/node"), "nodejs", "npm")
			if path := p.Found["path"]; err == nil && path != "" && p.Host.Under(path, p.Host.Home) {
				// A copy for another kind of Linux hides the one that comes.
				var aside []Step
				aside, err = MoveAside.Plan(ctx, Patient{Host: p.Host, Found: map[string]string{"path": path}, NoAdmin: p.NoAdmin})
				steps = append(steps, aside...)
			}
			return steps, err
		},
	}
	InstallDocker = &Fix{ID: "install-docker", Title: "Install Docker", Plan: installDocker}
	InstallGh     = &Fix{ID: "install-gh", Title: "Install GitHub's program gh", Plan: installGh}
)

// reinstallGit puts git's package in place again. It may bring a newer version, so that there is no way back.
func reinstallGit(ctx context.Context, p Patient) ([]Step, error) {
	if p.Host.OS == platforms.Windows {
		return upgradeGitForWindows(ctx, p)
	}
	owner := platforms.Manager(p.Found["owner"])
	k, known := packagers[owner]
	if !known || p.Host.OS != platforms.Linux {
		return nil, ErrNotHere
	}
	if owner == platforms.Apt && !aptHasGit(ctx, p.Host, p.Found["value"]) {
		return nil, ErrNotHere
	}
	seen, err := failing(ctx, p.Host, "git", "--version")
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // whether it helped could not be told
	}
	argv, admin, err := asAdmin(ctx, p, k.withEnv(k.again, []string{"git"}))
	return []Step{{
		Says: "Install the package git anew with " + string(owner) + ".", Admin: admin, Verified: Documented, Hosts: []string{packageServers},
		Leaves: k.leaves, Run: &Run{Argv: argv, Seen: seen},
	}}, err
}

// dockerPackages are what brings Docker's engine, its command and compose, by the package manager and
// the package with compose. Those of Docker's own source are Docker's documentation's (docker/docs), those of
// Debian and Ubuntu what their archives have (Debian 12 has no docker-cli, and no compose of today; its
// docker.io only recommends what Debian 13 has as docker-cli), those of Alpine what pkgs.alpinelinux.org
// lists; those of Fedora, Arch and openSUSE are what many public scripts use. All were read on 2026-11-22.
var dockerPackages = map[string][]string{
	"apt docker-compose-plugin": fromDocker,
	"dnf docker-compose-plugin": fromDocker,
	"apt docker-compose":        {"docker.io", "docker-cli", "docker-buildx", "docker-compose"},
	"apt docker-compose-v2":     {"docker.io", "docker-buildx", "docker-compose-v2"},
	"dnf docker-compose":        {"moby-engine", "docker-cli", "docker-compose"},
	"pacman docker-compose":     {"docker", "docker-buildx", "docker-compose"},
	"zypper docker-compose":     {"docker", "docker-buildx", "docker-compose"},
	"apk docker-cli-compose":    {"docker", "docker-cli-buildx", "docker-cli-compose"},
}

var fromDocker = []string{"docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin", "docker-compose-plugin"}

var debGit = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^\s*git \| (?:\d+:)?(\d+(?:\.\d+)+)`) })

// aptHasGit reports whether apt may bring a git that is new enough: its lists, which no language changes,
// name one, or there are none. The newest stands first.
func aptHasGit(ctx context.Context, h *platforms.Host, oldest string) bool {
	out, err := h.Run(ctx, "apt-cache", "madison", "git")
	newest := debGit().FindStringSubmatch(out.Stdout)
	wanted, none := version.NewVersion(oldest)
	if err != nil || newest == nil || none != nil {
		return true
	}
	have, err := version.NewVersion(newest[1])
	return err != nil || !have.LessThan(wanted)
}

func installDocker(ctx context.Context, p Patient) ([]Step, error) {
	if p.Host.OS != platforms.Linux || platforms.Manager(p.Found["owner"]) == platforms.WindowsWSL {
		return installDesktop(ctx, p)
	}
	names := dockerPackages[p.Found["owner"]+" "+p.Found["name"]]
	if len(names) == 0 {
		return nil, ErrNotHere
	}
	steps, err := installPackages(ctx, p, absentFile("/usr/bin/docker"), names...)
	for i := range steps {
		steps[i].Verified = Documented
	}
	return steps, err
}

func installGh(ctx context.Context, p Patient) ([]Step, error) {
	name := "gh"
	if platforms.Manager(p.Found["owner"]) == platforms.Pacman {
		name = "github-cli"
	}
	steps, err := installPackages(ctx, p, absentFile("/usr/bin/gh"), name)
	if err != nil {
		return nil, err
	}
	const do = "Log in with gh. It shows a code, and opens GitHub in your browser."
	return append(steps, Step{Says: do, Verified: Documented, Tell: &Instruction{
		Do: do, Run: [][]string{{"gh", "auth", "login", "-p", "https", "-w"}}, Undo: "gh auth logout", Why: "only you can log in to your account",
	}}), nil
}

// installPackages is the step that installs packages with the system's package manager,
// which the check found as the owner. seen tells whether they are there.
func installPackages(ctx context.Context, p Patient, seen Probe, names ...string) ([]Step, error) {
	owner := platforms.Manager(p.Found["owner"])
	k, known := packagers[owner]
	if !known || p.Host.OS != platforms.Linux {
		return nil, ErrNotHere
	}
	install, remove, leaves, v := k.withEnv(k.install, names), k.withEnv(k.remove, names), k.leaves, Documented
	if owner == platforms.Apt {
		v = ByRunning
		news, known := aptNews(ctx, p.Host, names)
		switch {
		case !known: // nor what would come with them: apt's history tells that afterwards
			tag := "Devdoctor=" + names[0]
			install = k.withEnv(k.install, append([]string{"-o", tag}, names...))
			remove = k.withEnv([]string{"sh", "-c", aptTakeBack, "sh", tag}, names)
		case len(news) == 0: // their files are gone, and they are not
			install, remove, leaves = k.withEnv(k.again, names), nil, append(slices.Clone(leaves), "/usr/*")
		default:
			remove = k.withEnv(k.remove, news)
		}
	}
	says := ""
	if owner == platforms.Dnf || owner == platforms.Zypper {
		says = " Undo takes away what is named here alone: what comes along with it stays."
		news, err := rpmNews(ctx, p.Host, names)
		if err != nil {
			return nil, err
		}
		remove = nil
		if len(news) > 0 {
			remove = k.withEnv(k.remove, news)
		}
	}
	argv, admin, err := asAdmin(ctx, p, install)
	if err != nil {
		return nil, err
	}
	var back []string
	if remove != nil {
		if back, _, err = asAdmin(ctx, p, remove); err != nil {
			return nil, err
		}
	}
	what := "the package " + names[0]
	if len(names) > 1 {
		what = "the packages " + strings.Join(names, ", ")
	}
	return []Step{{
		Says: "Install " + what + " with " + string(owner) + "." + says, Admin: admin, Verified: v, Hosts: []string{packageServers},
		Leaves: leaves, Run: &Run{Argv: argv, Back: back, Seen: seen},
	}}, nil
}

func (k packager) withEnv(argv, names []string) []string {
	var all []string
	if len(k.env) > 0 {
		all = append([]string{"env"}, k.env...)
	}
	return append(append(all, argv...), names...)
}

// aptNews is the packages that would be new on the machine if some were installed, those
// that come with them as well; false where apt does not know.
func aptNews(ctx context.Context, h *platforms.Host, names []string) (news []string, known bool) {
	out, err := h.Run(ctx, append([]string{"apt-get", "-s", "install"}, names...)...)
	if err != nil || out.Exit != 0 {
		return nil, false
	}
	for line := range strings.Lines(out.Stdout) {
		words := strings.Fields(line)
		// Inst NAME (VERSION ...); a package that is only upgraded has [OLD] before that.
		if len(words) > 2 && words[0] == "Inst" && strings.HasPrefix(words[2], "(") {
			news = append(news, words[1])
		}
	}
	return news, true
}

// rpmNews is which of some packages are not on the machine.
func rpmNews(ctx context.Context, h *platforms.Host, names []string) ([]string, error) {
	var news []string
	for _, name := range names {
		there, err := h.Run(ctx, "rpm", "-q", name)
		switch {
		case errors.Is(err, platforms.ErrNotFound), errors.Is(err, platforms.ErrNotRecorded), err == nil && there.Exit != 0:
			news = append(news, name)
		case err != nil:
			return nil, fmt.Errorf("ask rpm for %s: %w", name, err)
		}
	}
	return news, nil
}

// absentFile is the probe of something that comes with a file.
func absentFile(path string) Probe {
	return Probe{Query: platforms.Query{Verb: "stat", Args: []string{path}}.String(), Before: Absent, After: Anything}
}

// failing is the probe of a program that does not do its work now.
func failing(ctx context.Context, h *platforms.Host, argv ...string) (Probe, error) {
	now, err := Answered(h.Source().Answer(ctx, platforms.Query{Verb: "run", Args: argv}))
	return Probe{Query: platforms.Query{Verb: "run", Args: argv}.String(), Before: now, After: Anything}, err
}

// logOf is what sudo leaves behind, on systems that keep a log of it.
func logOf(admin bool) []string {
	if admin {
		return []string{"/var/log/*"}
	}
	return nil
}

// asAdmin is a command as the administrator gives it, and whether that asks somebody. ErrNotHere says
// that this account has no way to it.
func asAdmin(ctx context.Context, p Patient, argv []string) ([]string, bool, error) {
	if p.Host.Elevated {
		return argv, false, nil
	}
	if p.NoAdmin {
		return nil, false, ErrNotHere
	}
	copies, err := p.Host.Which(ctx, "sudo")
	if err != nil || len(copies) == 0 {
		return nil, false, orNotHere(err)
	}
	return append([]string{"sudo"}, argv...), true, nil
}

// libraryDir is where the packages of a system put libraries; "" where that is not known.
func libraryDir(h *platforms.Host, owner platforms.Manager) string {
	switch owner {
	case platforms.Apt:
		return map[string]string{"amd64": "/usr/lib/x86_64-linux-gnu", "arm64": "/usr/lib/aarch64-linux-gnu"}[h.Arch]
	case platforms.Dnf, platforms.Zypper:
		return "/usr/lib64"
	case platforms.Pacman, platforms.Apk:
		return "/usr/lib"
	}
	return ""
}
