package fixers

import (
	"context"
	"strings"

	"devdoctor/platforms"
)

// The owners of an engine that comes with a program in a window, as the checks name them.
const (
	engineOfDesktop  platforms.Manager = "docker-desktop"
	engineOfOrbStack platforms.Manager = "orbstack"
)

// engineThere is the probe of an engine that answers; docker ends with 1 where none does.
var engineThere = Probe{Query: "run docker version --format {{.Server.Os}}", Before: "! exit 1", After: Anything}

// startDesktop starts Docker Desktop or OrbStack, and waits for the engine. The command docker
// desktop came with Docker Desktop 4.37, in December 2024 (its release notes); what is older is opened on a Mac as
// by a click, and on Windows by the learner.
func startDesktop(ctx context.Context, p Patient) ([]Step, error) {
	h, owner := p.Host, platforms.Manager(p.Found["owner"])
	s := Step{Says: "Start Docker Desktop, and wait until its engine answers.", Verified: Documented, Run: &Run{Seen: engineThere}}
	knows, err := h.Run(ctx, "docker", "desktop", "version")
	known := err == nil && knows.Exit == 0
	switch {
	case owner == engineOfOrbStack && h.OS == platforms.Darwin:
		s.Says = "Start OrbStack, and wait until its engine answers."
		s.Run.Argv, s.Run.Back = []string{"orb", "start"}, []string{"orb", "stop"}
	case owner != engineOfDesktop:
		return nil, ErrNotHere
	case known:
		s.Run.Argv, s.Run.Back = []string{"docker", "desktop", "start"}, []string{"docker", "desktop", "stop"}
	case h.OS == platforms.Darwin:
		s.Run.Argv = []string{"sh", "-c", "open -a Docker && " + untilItAnswers}
		s.Run.Back = []string{"osascript", "-e", `quit app "Docker"`}
	case h.OS == platforms.Linux:
		s.Run.Argv, s.Run.Back = []string{"systemctl", "--user", "start", "docker-desktop"}, []string{"systemctl", "--user", "stop", "docker-desktop"}
		// A session without a systemd of its own, or without this unit, answers something else than inactive.
		if s.Run.Seen, err = exactly(ctx, h, "active", "run", "systemctl", "--user", "is-active", "docker-desktop"); err != nil {
			return nil, err
		}
	default:
		return nil, ErrNotHere
	}
	s.Leaves = engineFiles[h.OS]
	return []Step{s}, nil
}

// engineFiles is where an engine in a window keeps its containers and logs (Docker's and OrbStack's
// documentation, 2026-11-22).
var engineFiles = map[platforms.OS][]string{
	platforms.Windows: {"~/AppData/Local/Docker/*", "~/AppData/Roaming/Docker*", "~/.docker/*"},
	platforms.Darwin:  {"~/Library/Containers/com.docker.docker/*", "~/Library/Group Containers/*", "~/.docker/*", "~/.orbstack/*"},
	platforms.Linux:   {"~/.docker/*"},
}

// startFromWSL starts the Docker Desktop of Windows from the Linux in it.
func startFromWSL(ctx context.Context, p Patient) ([]Step, error) {
	knows, err := p.Host.Run(ctx, "docker.exe", "desktop", "version")
	if err != nil || knows.Exit != 0 {
		return nil, ErrNotHere //nolint:nilerr // programs of Windows are kept away, or it is an older one
	}
	return []Step{{
		Says: "Start Docker Desktop in Windows, and wait until its engine answers.", Verified: Documented,
		Run:    &Run{Argv: []string{"docker.exe", "desktop", "start"}, Back: []string{"docker.exe", "desktop", "stop"}, Seen: engineThere},
		Leaves: []string{"/mnt/c/Users/*/AppData/*/Docker*"},
	}}, nil
}

// WaitForDocker waits until an engine that is starting is ready. It changes nothing.
var WaitForDocker = &Fix{
	ID: "docker-wait", Title: "Wait until Docker's engine is ready",
	Plan: func(_ context.Context, p Patient) ([]Step, error) {
		if p.Host.OS == platforms.Windows {
			return nil, ErrNotHere
		}
		return []Step{{
			Says: "Wait until Docker's engine is ready, for two minutes at most.", Verified: Documented,
			Run: &Run{Argv: []string{"sh", "-c", untilItAnswers}, Back: []string{"true"}, Seen: engineThere},
		}}, nil
	},
}

const untilItAnswers = `for i in 1 2 3 4 5 6 7 8 9 10 11 12; do docker version >/dev/null 2>&1 && exit 0; sleep 10; done; exit 1`

// DockerOnPath lets new terminals of a Mac find the command docker of Docker Desktop.
var DockerOnPath = &Fix{
	ID: "docker-on-path", Title: "Let your terminal find docker",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Darwin || p.Found["dir"] == "" {
			return nil, ErrNotHere
		}
		return firstOnPath(ctx, p.Host, p.Found["dir"])
	},
}

// installDesktop installs Docker Desktop with winget or Homebrew. Its licence, which it shows when it is
// opened, asks larger companies for money.
func installDesktop(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	s := Step{
		Says:  "Install Docker Desktop. Companies with more than 250 people pay for it.",
		Admin: true, Verified: Documented, Allow: AllowLicence, Hosts: []string{"desktop.docker.com"},
	}
	do := "Restart the computer. Open Docker Desktop, read its licence, and wait until its window says that the engine runs."
	program := map[platforms.OS]string{platforms.Windows: "winget", platforms.Darwin: "brew", platforms.Linux: "winget.exe"}[h.OS]
	if copies, err := h.Which(ctx, program); err != nil || len(copies) == 0 || p.NoAdmin {
		return nil, orNotHere(err)
	}
	const id, app = "Docker.DockerDesktop", `C:\Program Files\Docker\Docker\Docker Desktop.exe`
	switch h.OS {
	case platforms.Darwin:
		do = strings.TrimPrefix(do, "Restart the computer. ")
		var err error
		if s.Run, err = cask(ctx, h, "docker-desktop", "/Applications/Docker.app"); err != nil {
			return nil, err
		}
		s.Leaves = []string{"~/Library/Containers/com.docker.docker", "~/Library/Group Containers/group.com.docker", "~/.docker/*", "~/Library/Caches/Homebrew/*"}
	default: // Windows, and the Linux in it
		seen := absentFile(app)
		if h.OS == platforms.Linux {
			do += " In its Settings, Resources, WSL integration, tick this Linux."
			seen = absentFile("/mnt/c/Program Files/Docker/Docker/Docker Desktop.exe")
		}
		s.Run = &Run{
			Argv: []string{program, "install", "--id", id, "--exact", "--source", "winget", "--silent",
				"--accept-source-agreements", "--accept-package-agreements", "--disable-interactivity"},
			Back: wingetAway(program, id), Seen: seen,
		}
		s.Leaves = []string{"~/AppData/Roaming/Docker*", "~/AppData/Local/Docker*", "~/.docker/*", `C:\ProgramData\Docker*`}
	}
	return []Step{s, {Says: do, Verified: Documented, Tell: &Instruction{Do: do, Why: "only you can agree to its licence"}}}, nil
}

// brewCompose installs compose with Homebrew, and links it to where docker looks.
func brewCompose(ctx context.Context, p Patient) ([]Step, error) {
	h, program := p.Host, p.Found["value"]
	const link = "~/.docker/cli-plugins/docker-compose"
	copies, err := h.Which(ctx, "brew")
	if err != nil || len(copies) == 0 || !h.Abs(program) {
		return nil, orNotHere(err)
	}
	there, err := h.Exists(ctx, program)
	if err != nil {
		return nil, err
	}
	before, err := linkAt(ctx, h, link)
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // a file of somebody else's
	}
	var steps []Step
	if !there {
		steps = append(steps, Step{
			Says: "Install compose with Homebrew.", Verified: Documented, Hosts: []string{"ghcr.io"},
			Leaves: []string{"~/Library/Caches/Homebrew/*", "~/Library/Logs/Homebrew/*"},
			Run: &Run{
				Argv: brew(h.DirName(h.DirName(copies[0].Path)), "install", "docker-compose"),
				Back: brew(h.DirName(h.DirName(copies[0].Path)), "uninstall", "docker-compose"), Seen: absentFile(program),
			},
		})
	}
	after := platforms.Entry{Kind: platforms.KindLink, Target: program}
	if before == after {
		return steps, nil
	}
	above, err := parents(ctx, h, link, Documented)
	steps = append(append(steps, above...), Step{
		Says: "Put a link to it where docker looks.", Verified: Documented, Path: &Path{Path: link, Before: before, After: after},
	})
	return steps, err
}

// desktopCompose lets Docker Desktop start anew on Windows, which puts compose where docker looks.
func desktopCompose(ctx context.Context, p Patient) ([]Step, error) {
	seen, err := failing(ctx, p.Host, "docker", "compose", "version")
	if err != nil || !strings.HasPrefix(seen.Before, "!") {
		return nil, orNotHere(err)
	}
	if knows, err := p.Host.Run(ctx, "docker", "desktop", "version"); err != nil || knows.Exit != 0 {
		return nil, ErrNotHere //nolint:nilerr // an older one is opened by hand
	}
	return []Step{{
		Says: "Let Docker Desktop start anew. It puts compose where docker looks, and your containers stop.", Verified: Documented,
		Run: &Run{Argv: []string{"docker", "desktop", "restart"}, Seen: seen},
	}}, nil
}

// joinDockerUsers makes the account a member of the group that Docker Desktop made on Windows.
func joinDockerUsers(ctx context.Context, p Patient, account string) ([]Step, error) {
	if strings.ContainsAny(account, " '\"`$%&|<>^") {
		return nil, ErrNotHere
	}
	q := platforms.Query{Verb: "run", Args: []string{"net", "localgroup", "docker-users"}}
	now, err := Answered(p.Host.Source().Answer(ctx, q))
	if err != nil || strings.HasPrefix(now, "!") {
		return nil, orNotHere(err)
	}
	run, admin, err := both(p, []string{"net", "localgroup", "docker-users", account, "/add"}, []string{"net", "localgroup", "docker-users", account, "/delete"})
	if err != nil {
		return nil, err
	}
	run.Seen = Probe{Query: q.String(), Before: now, After: Anything}
	return []Step{{
		Says:  "Put your account into the group docker-users. Then sign out of Windows, and in again.",
		Admin: admin, Verified: Documented, Allow: AllowDockerGroup, Run: run,
	}}, nil
}

// StopContainer stops the container that publishes a port.
var StopContainer = &Fix{
	ID: "stop-container", Title: "Stop the container that holds the port",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		port := p.Found["port"]
		if port == "" {
			return nil, ErrNotHere
		}
		q := platforms.Query{Verb: "run", Args: []string{"docker", "ps", "--filter", "publish=" + port, "--format", "{{.Names}}"}}
		name, err := Answered(p.Host.Source().Answer(ctx, q))
		if err != nil || name == "" || strings.ContainsAny(name, " !\n\r") { // none, several, or no answer
			return nil, orNotHere(err)
		}
		s := Step{
			Says: "Stop the container " + name + ", which holds port " + port + ".", Verified: Documented, Allow: AllowKill,
			Run: &Run{Argv: []string{"docker", "stop", name}, Seen: Probe{Query: q.String(), Before: name, After: ""}},
		}
		removed, err := p.Host.Run(ctx, "docker", "inspect", "--format", "{{.HostConfig.AutoRemove}}", name)
		switch {
		case err == nil && removed.Exit == 0 && removed.Text() == "false":
			s.Says, s.Run.Back = s.Says+" It stays, and can be started again.", []string{"docker", "start", name}
		case err == nil && removed.Exit == 0 && removed.Text() == "true":
			s.Says += " It was started with --rm: Docker removes it when it stops, with all that was written into it. Only volumes with a name stay."
		default:
			s.Says += " Docker may remove it then, with all that was written into it."
		}
		return []Step{s}, nil
	},
}
