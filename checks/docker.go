package checks

import (
	"context"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var docker = []*Check{dockerInstalled, dockerRunning, dockerCompose, dockerSettings}

// The products that bring a container engine, as owners of [fixers.Tell].
const (
	dockerDesktop  platforms.Manager = "docker-desktop"
	dockerEngine   platforms.Manager = "docker-engine"   // a service of systemd
	dockerService  platforms.Manager = "docker-service"  // the same without systemd
	dockerRootless platforms.Manager = "docker-rootless" // a service of the account
	dockerColima   platforms.Manager = "colima"
	dockerOrbStack platforms.Manager = "orbstack"
)

// Where the products put themselves (their documentation and casks, 2026-11-20).
const (
	desktopMac     = "/Applications/Docker.app"
	orbStackMac    = "/Applications/OrbStack.app"
	desktopWindows = `C:\Program Files\Docker\Docker\Docker Desktop.exe`
	desktopInWSL   = "/mnt/wsl/docker-desktop" // mounted while Docker Desktop serves this Linux
)

const dockerPackagesDo = "Install the packages with Docker's engine, its command and compose."

// desktopClients are where Docker Desktop keeps the command docker.
var desktopClients = map[platforms.OS]string{
	platforms.Darwin:  desktopMac + "/Contents/Resources/bin/docker",
	platforms.Windows: `C:\Program Files\Docker\Docker\resources\bin\docker.exe`,
}

var (
	dockerMissing = &Problem{
		ID: "missing",
		Means: "Docker, which runs programs in containers, closed-off systems of their own, is not installed. " +
			"The terminal answers: command not found: docker.",
		See:   "docker --version prints a version where Docker is installed.",
		Fixes: []*fixers.Fix{fixers.InstallDocker},
		Tells: []fixers.Tell{
			{OS: platforms.Linux, Do: "Install Docker Engine as its own page says for your Linux: https://docs.docker.com/engine/install/.", Admin: true,
				Undo: "The same page says how to remove it."},
			{OS: platforms.Linux, Owner: platforms.Apt, Do: dockerPackagesDo, Run: [][]string{{"sudo", "apt-get", "install", "-y", "docker.io", "docker-cli", "docker-buildx", "{name}"}},
				Admin: true, Undo: "sudo apt-get purge docker.io docker-cli docker-buildx {name}"},
			{OS: platforms.Linux, Owner: platforms.Apt, Case: onUbuntu, Do: dockerPackagesDo, Run: [][]string{{"sudo", "apt-get", "install", "-y", "docker.io", "docker-buildx", "{name}"}},
				Admin: true, Undo: "sudo apt-get purge docker.io docker-buildx {name}"},
			{OS: platforms.Linux, Owner: platforms.Apt, Case: dockersSource, Do: dockerPackagesDo,
				Run:   [][]string{{"sudo", "apt-get", "install", "-y", "docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin", "{name}"}},
				Admin: true, Undo: "sudo apt-get purge docker-ce docker-ce-cli containerd.io docker-buildx-plugin {name}"},
			{OS: platforms.Linux, Owner: platforms.Dnf, Case: dockersSource, Do: dockerPackagesDo + " Then start the engine.",
				Run: [][]string{{"sudo", "dnf", "install", "-y", "docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin", "{name}"},
					{"sudo", "systemctl", "enable", "--now", "docker"}},
				Admin: true, Undo: "sudo dnf remove docker-ce docker-ce-cli containerd.io docker-buildx-plugin {name}"},
			{OS: platforms.Linux, Owner: platforms.Dnf, Do: dockerPackagesDo + " Then start the engine.",
				Run:   [][]string{{"sudo", "dnf", "install", "-y", "moby-engine", "docker-cli", "{name}"}, {"sudo", "systemctl", "enable", "--now", "docker"}},
				Admin: true, Undo: "sudo dnf remove moby-engine docker-cli {name}"},
			{OS: platforms.Linux, Owner: platforms.Pacman, Do: dockerPackagesDo + " Then start the engine.",
				Run:   [][]string{{"sudo", "pacman", "-S", "--needed", "docker", "docker-buildx", "{name}"}, {"sudo", "systemctl", "start", "docker"}},
				Admin: true, Undo: "sudo pacman -Rs docker docker-buildx {name}"},
			{OS: platforms.Linux, Owner: platforms.Zypper, Do: dockerPackagesDo + " Then start the engine.",
				Run:   [][]string{{"sudo", "zypper", "install", "docker", "docker-buildx", "{name}"}, {"sudo", "systemctl", "enable", "--now", "docker"}},
				Admin: true, Undo: "sudo zypper remove docker docker-buildx {name}"},
			{OS: platforms.Linux, Owner: platforms.Apk, Do: "As root, install the packages with Docker's engine, its command and compose, from Alpine's repository community. Then start the engine.",
				Run:   [][]string{{"apk", "add", "-U", "docker", "docker-cli-buildx", "{name}"}, {"rc-update", "add", "docker", "boot"}, {"service", "docker", "start"}},
				Admin: true, Undo: "apk del docker docker-cli-buildx {name}"},
			{OS: platforms.Linux, Owner: platforms.WindowsWSL, Do: "Install Docker Desktop in Windows, and open it once. In its Settings, Resources, WSL integration, " +
				"tick this Linux. Then open a new terminal.", Admin: true, Undo: "Remove Docker Desktop in Windows."},
			inBox("Docker"),
			{OS: platforms.Darwin, Do: "Download Docker Desktop, put it into Applications, and open it once. Companies with more than 250 people pay for it.",
				Run: [][]string{{"open", "https://docs.docker.com/desktop/setup/install/mac-install/"}}, Undo: "Move Docker Desktop to the Trash."},
			{OS: platforms.Darwin, Owner: platforms.Homebrew, Do: "Install Docker Desktop with Homebrew, and open it once. Companies with more than 250 people pay for it.",
				Run: [][]string{{"brew", "install", "--cask", "docker-desktop"}, {"open", "-a", "Docker"}}, Admin: true, Undo: "brew uninstall --cask docker-desktop"},
			{OS: platforms.Windows, Do: "Install Docker Desktop, restart the computer, and open Docker Desktop once. Companies with more than 250 people pay for it." +
				noWinget("https://docs.docker.com/desktop/setup/install/windows-install/"),
				Run: [][]string{{"winget", "install", "--id", "Docker.DockerDesktop", "--exact", "--source", "winget"}}, Admin: true,
				Undo: "winget uninstall --id Docker.DockerDesktop --exact --source winget"},
		},
	}
	dockerHidden = &Problem{
		ID: "not-on-path",
		Means: "PATH is the list of folders in which your terminal looks for programs. It does not name the folder in which Docker Desktop keeps " +
			"its command docker.",
		See:   "Docker Desktop opens, and docker --version in the terminal does not work.",
		Fixes: []*fixers.Fix{fixers.FindFolder, fixers.DockerOnPath},
		Tells: []fixers.Tell{
			{OS: platforms.Darwin, Do: "Open Docker Desktop, Settings, Advanced, choose System for the CLI tools, and press Apply. Then open a new terminal.",
				Run: [][]string{{"open", "-a", "Docker"}}, Undo: "Choose User in the same place."},
			{OS: platforms.Windows, Do: "Open a new terminal. Where docker is not found there either, sign out of Windows and in again.", Undo: "Nothing was changed."},
		},
	}
	dockerNotInWSL = &Problem{
		ID: "wsl-integration-off",
		Means: "Docker Desktop runs in Windows and is not connected to this Linux. The docker found here only prints: The command 'docker' could not " +
			"be found in this WSL 2 distro.",
		See: "command -v docker prints a path below /mnt/c, or nothing runs behind the path that it prints.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Start Docker Desktop in Windows. Open its Settings, Resources, WSL integration, tick this Linux, and press Apply. Then open a new terminal.",
			Undo: "Take the tick away in the same place.",
		}},
	}
)

// dockerInstalled wants a command docker that is a client of an engine.
var dockerInstalled = &Check{
	ID:       "docker-installed",
	Title:    "the command docker is there",
	Why:      "In phase 10 you pack your program with everything it needs into a container, and run it anywhere.",
	Phase:    10,
	Problems: []*Problem{dockerMissing, dockerHidden, dockerNotInWSL},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		world, err := h.World(ctx)
		if err != nil {
			return Unknown(err, "in which kind of Linux this is could not be found out")
		}
		copies, err := h.WhichAll(ctx, "docker")
		if err != nil {
			return Unknown(err, "docker could not be looked for")
		}
		for _, c := range copies {
			shim := h.Under(c.Path, "/mnt/c") || c.Skip != "" && h.Under(c.Real, desktopInWSL)
			if world.InWSL() && shim {
				return desktopNotHere(c)
			}
			if c.Skip == "" {
				return dockerClient(ctx, h, c)
			}
		}
		if client := desktopClients[h.OS]; client != "" {
			there, err := h.Exists(ctx, client)
			if err != nil {
				return Unknown(err, "Docker Desktop could not be looked for")
			}
			if there {
				return dockerHidden.Fail("your terminal does not find docker").With(Found{Path: client, Dir: h.DirName(client), Owner: dockerDesktop}).
					Because("It is %s, which is not on PATH.", client)
			}
		}
		found, err := composePackage(ctx, h)
		if err != nil {
			return Unknown(err, "the system could not be identified")
		}
		if world.InWSL() {
			found = Found{Owner: platforms.WindowsWSL}
		}
		return dockerMissing.Fail("Docker is not installed").fromPackages(found).Because("The command docker is in no folder of PATH.")
	},
}

// desktopNotHere is for a Linux in Windows that Docker Desktop does not serve.
func desktopNotHere(c platforms.Program) Result {
	r := dockerNotInWSL.Fail("Docker Desktop is not connected to this Linux").With(Found{Path: c.Path})
	if c.Skip != "" {
		return r.Because("%s leads to a folder that Docker Desktop provides while it runs. It is not there.", c.Path)
	}
	return r.Because("%s is a stand-in of Windows that only tells you so.", c.Path)
}

// dockerClient tells Docker's own command from podman's, which takes its name.
func dockerClient(ctx context.Context, h *platforms.Host, c platforms.Program) Result {
	found := Found{Path: c.Path}
	podman, err := isPodman(ctx, h, c)
	if err != nil {
		return Unknown(err, "%s could not be looked into", c.Path)
	}
	if podman {
		found.Name = "podman"
		return OK("docker is podman, %s", c.Path).With(found).Note("Podman understands most commands of Docker. docker compose needs podman-compose.")
	}
	return OK("docker is %s", c.Path).With(found)
}

// isPodman reports whether a command docker is the script of podman-docker.
func isPodman(ctx context.Context, h *platforms.Host, c platforms.Program) (bool, error) {
	if strings.Contains(h.BaseName(c.Real), "podman") {
		return true, nil
	}
	if h.OS == platforms.Windows {
		return false, nil
	}
	b, err := h.Binary(ctx, c.Real)
	if err != nil || b.Format != "script" {
		return false, err
	}
	text, err := h.ReadFile(ctx, c.Real)
	return strings.Contains(text, "podman"), err
}

// unlessPodman makes a check that is not asked where podman answers to docker's
// name: it has no engine in the background, and a compose of its own.
func unlessPodman(run func(context.Context, *platforms.Host) Result) func(context.Context, *platforms.Host, Needs) Result {
	return func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		copies, err := h.Which(ctx, "docker")
		if err != nil {
			return Unknown(err, "docker could not be looked for")
		}
		if len(copies) > 0 {
			podman, err := isPodman(ctx, h, copies[0])
			if err != nil {
				return Unknown(err, "%s could not be looked into", copies[0].Path)
			}
			if podman {
				return Skip("docker is podman here")
			}
		}
		return run(ctx, h)
	}
}
