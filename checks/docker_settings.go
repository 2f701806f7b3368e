package checks

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var (
	composeMissing = &Problem{
		ID:    "missing",
		Means: "docker compose, which starts several containers with one command, is not installed. docker answers: 'compose' is not a docker command.",
		See:   "docker compose version prints a version where it is installed.",
		Fixes: []*fixers.Fix{fixers.InstallCompose},
		Tells: []fixers.Tell{
			{OS: platforms.Linux, Do: "Add Docker's own source of packages, and install docker-compose-plugin from it: https://docs.docker.com/compose/install/linux/.",
				Admin: true, Undo: "The same page says how to remove it."},
			{OS: platforms.Linux, Owner: platforms.Apt, Do: "Install the package with compose.", Run: [][]string{{"sudo", "apt-get", "install", "-y", "{name}"}}, Admin: true, Undo: "sudo apt-get purge {name}"},
			{OS: platforms.Linux, Owner: platforms.Dnf, Do: "Install the package with compose.", Run: [][]string{{"sudo", "dnf", "install", "-y", "{name}"}}, Admin: true, Undo: "sudo dnf remove {name}"},
			{OS: platforms.Linux, Owner: platforms.Zypper, Do: "Install the package with compose.", Run: [][]string{{"sudo", "zypper", "install", "{name}"}}, Admin: true, Undo: "sudo zypper remove {name}"},
			{OS: platforms.Linux, Owner: platforms.Apk, Do: "As root, install the package with compose.", Run: [][]string{{"apk", "add", "-U", "{name}"}}, Admin: true, Undo: "apk del {name}"},
			{OS: platforms.Linux, Owner: platforms.Pacman, Do: "Install the package with compose.", Run: [][]string{{"sudo", "pacman", "-S", "--needed", "{name}"}}, Admin: true, Undo: "sudo pacman -Rs {name}"},
			inBox("compose"),
			{OS: platforms.Darwin, Do: "Install Docker Desktop, and open it once: it brings compose, and puts it where docker looks.",
				Run: [][]string{{"open", "https://docs.docker.com/desktop/setup/install/mac-install/"}}, Undo: "Move Docker Desktop to the Trash."},
			{OS: platforms.Darwin, Owner: platforms.Homebrew, Do: "Install compose with Homebrew, and put a link to it where docker looks.", Run: [][]string{
				{"brew", "install", "docker-compose"}, {"mkdir", "-p", "~/.docker/cli-plugins"}, {"ln", "-s", "{value}", "~/.docker/cli-plugins/docker-compose"},
			}, Undo: "rm ~/.docker/cli-plugins/docker-compose"},
			{OS: platforms.Windows, Do: "Start Docker Desktop, which puts compose where docker looks. Where that does not help, install Docker Desktop again.",
				Run: [][]string{{"explorer", desktopWindows}}, Undo: "Quit Docker Desktop."},
		},
	}
	composeOld = &Problem{
		ID: "v1-only",
		Means: "Only the old docker-compose is installed, a program of its own with a hyphen. The course writes docker compose, with a space, which " +
			"answers: 'compose' is not a docker command.",
		See:   "docker-compose version works, docker compose version does not.",
		Fixes: []*fixers.Fix{fixers.InstallCompose},
		Tells: composeMissing.Tells,
	}
	composeUnlinked = &Problem{
		ID: "not-linked",
		Means: "docker-compose is installed, and docker does not find it: it looks for such additions in a few folders only. So docker compose " +
			"answers: 'compose' is not a docker command.",
		See:   "docker-compose version works, docker compose version does not.",
		Fixes: []*fixers.Fix{fixers.LinkCompose},
		Tells: []fixers.Tell{{
			Do: "Put a link to it where docker looks.", Run: [][]string{{"mkdir", "-p", "~/.docker/cli-plugins"}, {"ln", "-s", "{path}", "~/.docker/cli-plugins/docker-compose"}},
			Undo: "rm ~/.docker/cli-plugins/docker-compose",
		}},
	}
)

// dockerCompose wants docker compose with a space.
var dockerCompose = &Check{
	ID:       "docker-compose",
	Title:    "docker compose is there",
	Why:      "A program and its database are two containers. docker compose starts both with one command.",
	Phase:    10,
	After:    []*Check{dockerInstalled},
	Problems: []*Problem{composeMissing, composeOld, composeUnlinked},
	Run: unlessPodman(func(ctx context.Context, h *platforms.Host) Result {
		dirs, err := pluginDirs(ctx, h)
		if err != nil {
			return Unknown(err, "where docker looks for compose could not be found out")
		}
		name := "docker-compose"
		if h.OS == platforms.Windows {
			name += ".exe"
		}
		for _, dir := range dirs {
			path := h.Join(dir, name)
			there, err := h.Exists(ctx, path)
			if err != nil {
				return Unknown(err, "%s could not be looked at", path)
			}
			if there {
				return OK("docker compose is %s", path).With(Found{Path: path})
			}
		}
		return noCompose(ctx, h)
	}),
}

// pluginDirs are the folders in which docker looks for its additions, those of
// the account first (docker/cli, cli-plugins/manager, 2026-11).
func pluginDirs(ctx context.Context, h *platforms.Host) ([]string, error) {
	config, _, err := readDockerConfig(ctx, h)
	if err != nil && !errors.Is(err, errBroken) {
		return nil, err
	}
	own, err := dockerDir(ctx, h)
	if err != nil {
		return nil, err
	}
	dirs := append(slices.Clone(config.CLIPluginsExtraDirs), h.Join(own, "cli-plugins"))
	if h.OS == platforms.Windows {
		return append(dirs, `C:\ProgramData\Docker\cli-plugins`, `C:\Program Files\Docker\cli-plugins`), nil
	}
	return append(dirs, "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins",
		"/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins", "/snap/docker/current/usr/libexec/docker/cli-plugins"), nil
}

// noCompose says why docker finds no compose.
func noCompose(ctx context.Context, h *platforms.Host) Result {
	found, err := composePackage(ctx, h)
	if err != nil {
		return Unknown(err, "the system could not be identified")
	}
	if h.OS == platforms.Darwin { // where Homebrew would put it
		found.Value = "/opt/homebrew/opt/docker-compose/bin/docker-compose"
		if h.Arch == "amd64" {
			found.Value = "/usr/local/opt/docker-compose/bin/docker-compose"
		}
	}
	copies, err := h.Which(ctx, "docker-compose")
	if err != nil {
		return Unknown(err, "docker-compose could not be looked for")
	}
	if len(copies) == 0 {
		return composeMissing.Fail("docker compose is not installed").With(found).
			Because("No folder in which docker looks for additions has it.")
	}
	found.Path = copies[0].Path
	if h.OS == platforms.Windows {
		return composeMissing.Fail("docker compose is not installed").With(found).Because("Only %s is there.", found.Path)
	}
	// The first generation was a Python script; the second is a program.
	program, err := h.Binary(ctx, copies[0].Real)
	switch {
	case err != nil:
		return Unknown(err, "%s could not be looked into", copies[0].Real)
	case program.Format == "script":
		return composeOld.Fail("only the old docker-compose is installed").With(found).Because("It is %s, a script in Python.", found.Path)
	}
	return composeUnlinked.Fail("docker does not find its docker-compose").With(found).
		Because("It is %s, and no folder in which docker looks for additions has it.", found.Path)
}

// dockersSource is where Docker's packages come from Docker.
const dockersSource fixers.Case = "where Docker's own source of packages was added"

// onUbuntu is where the packages have other names than Debian's.
const onUbuntu fixers.Case = "on Ubuntu"

// fromPackages says which packages of this system bring Docker and compose, and chooses the words for them.
func (r Result) fromPackages(found Found) Result {
	switch found.Name {
	case "docker-compose-plugin":
		r.Case = dockersSource
	case "docker-compose-v2":
		r.Case = onUbuntu
	}
	return r.With(found)
}

// composePackage is what brings compose on this system: the package, and its
// manager. Nothing, where the system's own packages have no second generation.
func composePackage(ctx context.Context, h *platforms.Host) (Found, error) {
	if h.OS == platforms.Darwin {
		brew, err := h.Which(ctx, "brew")
		if err != nil || len(brew) == 0 {
			return Found{}, err
		}
		return Found{Owner: platforms.Homebrew}, nil
	}
	if h.OS != platforms.Linux {
		return Found{}, nil
	}
	r, err := h.Release(ctx)
	if err != nil {
		return Found{}, err
	}
	owner, source := platforms.Apt, "/etc/apt/sources.list.d/docker.*"
	switch {
	case r.Sealed:
		return Found{Owner: platforms.Sealed}, nil
	case r.Is("arch"):
		return Found{Name: "docker-compose", Owner: platforms.Pacman}, nil
	case r.Is("alpine"):
		return Found{Name: "docker-cli-compose", Owner: platforms.Apk}, nil
	case r.Is("suse"):
		return Found{Name: "docker-compose", Owner: platforms.Zypper}, nil
	case r.Is("fedora"), r.Is("rhel"):
		owner, source = platforms.Dnf, "/etc/yum.repos.d/docker*.repo"
	}
	fromDocker, err := h.Glob(ctx, source)
	version, _ := strconv.Atoi(r.Version)
	switch {
	case err != nil:
		return Found{}, err
	case len(fromDocker) > 0:
		return Found{Name: "docker-compose-plugin", Owner: owner}, nil
	case r.ID == "ubuntu":
		return Found{Name: "docker-compose-v2", Owner: platforms.Apt}, nil
	case r.ID == "debian" && version >= 13: // Debian 12 has 1.29
		return Found{Name: "docker-compose", Owner: platforms.Apt}, nil
	case r.ID == "fedora": // those made from RHEL have podman alone
		return Found{Name: "docker-compose", Owner: platforms.Dnf}, nil
	}
	return Found{}, nil
}

var (
	credentialHelperMissing = &Problem{
		ID: "helper-missing",
		Means: "docker is told to ask another program, a credential helper, for passwords, and that program is not there. Even images that need no " +
			"password cannot be fetched: error getting credentials.",
		See:   "The file config.json in the folder .docker of your home folder names it after credsStore or credHelpers.",
		Fixes: []*fixers.Fix{fixers.DockerHelper},
		Tells: []fixers.Tell{{
			Do: "If you use Docker Desktop, start it, or install it again: it brings the program. If not, open {file} in an editor and remove the " +
				"entry with {value}.",
			Undo: "Write the entry back into {file}.",
		}},
	}
	dockerConfigBroken = &Problem{
		ID: "config-broken",
		Means: "docker's own settings cannot be read: the file is damaged. docker says so at each command and goes on without it: the chosen engine " +
			"and saved logins are forgotten.",
		See:   "docker ps begins with: WARNING: Error loading config file.",
		Fixes: []*fixers.Fix{fixers.MoveAside},
		Tells: []fixers.Tell{
			{Do: "Put the file aside: docker writes a new one. Then log in again where you need to.", Run: [][]string{{"mv", "{file}", "{file}.old"}}, Undo: "Give it its old name back."},
			{OS: platforms.Windows, Do: "Put the file aside: docker writes a new one. Then log in again where you need to.", Run: [][]string{{"move", "{file}", "{file}.old"}}, Undo: "Give it its old name back."},
		},
	}
)

// dockerSettings wants a config.json that docker can read and follow.
var dockerSettings = &Check{
	ID:       "docker-credentials",
	Title:    "docker finds the program that keeps its passwords",
	Why:      "docker asks a helper program for passwords whenever it fetches an image, even one that needs none.",
	Phase:    10,
	After:    []*Check{dockerInstalled},
	Problems: []*Problem{credentialHelperMissing, dockerConfigBroken},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		config, file, err := readDockerConfig(ctx, h)
		if errors.Is(err, errBroken) {
			return dockerConfigBroken.Warn("docker's settings cannot be read").With(Found{File: file}).
				Because("%s is damaged, or was stored with a mark at its beginning that docker does not know.", file).renaming(ctx, h, file)
		}
		if err != nil {
			return Unknown(err, "docker's settings could not be read")
		}
		helpers := slices.Sorted(maps.Values(config.CredHelpers))
		if config.CredsStore != "" {
			helpers = append([]string{config.CredsStore}, helpers...)
		}
		for _, name := range slices.Compact(helpers) {
			program := "docker-credential-" + name
			copies, err := h.Which(ctx, program)
			if err != nil {
				return Unknown(err, "%s could not be looked for", program)
			}
			if len(copies) == 0 {
				return credentialHelperMissing.Fail("docker does not find %s", program).With(Found{Name: program, Value: name, File: file}).
					Because("%s names it, and it is in no folder of PATH.", file)
			}
		}
		if len(helpers) == 0 {
			return OK("docker asks no other program for passwords")
		}
		return OK("docker finds its %s", "docker-credential-"+helpers[0])
	},
}
