package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var (
	engineStopped = &Problem{
		ID: "not-running",
		Means: "The command docker is there, and the engine that does the work does not run. Each command stops with: Cannot connect to the Docker " +
			"daemon, or error during connect.",
		See:   "docker version prints a part called Server where the engine runs.",
		Fixes: []*fixers.Fix{fixers.StartDocker},
		Tells: []fixers.Tell{
			{OS: platforms.Linux, Do: "Start the engine. To have it at each start of the computer, type systemctl enable in place of start.",
				Run: [][]string{{"sudo", "systemctl", "start", "docker"}}, Admin: true, Undo: "sudo systemctl stop docker"},
			{OS: platforms.Linux, Owner: dockerService, Do: "Start the engine. This Linux has no systemd, so do it again after each start.",
				Run: [][]string{{"sudo", "service", "docker", "start"}}, Admin: true, Undo: "sudo service docker stop"},
			{OS: platforms.Linux, Owner: dockerRootless, Do: "Start your account's own engine.",
				Run: [][]string{{"systemctl", "--user", "start", "docker"}}, Undo: "systemctl --user stop docker"},
			{OS: platforms.Linux, Owner: dockerDesktop, Do: "Start Docker Desktop, and wait until its window says that the engine runs.",
				Run: [][]string{{"systemctl", "--user", "start", "docker-desktop"}}, Undo: "Quit Docker Desktop."},
			{OS: platforms.Linux, Owner: platforms.WindowsWSL, Do: "Start Docker Desktop in Windows, and wait until its window says that the engine runs.",
				Undo: "Quit Docker Desktop."},
			{OS: platforms.Darwin, Do: "Start Docker Desktop, and wait until its window says that the engine runs.",
				Run: [][]string{{"open", "-a", "Docker"}}, Undo: "Quit Docker Desktop."},
			{OS: platforms.Darwin, Owner: dockerOrbStack, Do: "Start OrbStack, which brings the engine.",
				Run: [][]string{{"open", "-a", "OrbStack"}}, Undo: "Quit OrbStack."},
			{Owner: dockerColima, Do: "Start Colima, which brings the engine.", Run: [][]string{{"colima", "start"}}, Undo: "colima stop"},
			{OS: platforms.Windows, Do: "Start Docker Desktop, and wait until its window says that the engine runs.",
				Run: [][]string{{"explorer", desktopWindows}}, Undo: "Quit Docker Desktop."},
		},
	}
	engineStarting = &Problem{
		ID:    "starting",
		Means: "The engine that does docker's work answers, and is not ready yet.",
		See:   "docker version prints a part called Server when the engine is ready.",
		Fixes: []*fixers.Fix{fixers.WaitForDocker},
		Tells: []fixers.Tell{{Do: "Wait a minute, and ask again.", Human: true, Run: [][]string{{"docker", "version"}}, Undo: "Nothing was changed."}},
	}
	engineElsewhere = &Problem{
		ID: "context-stale",
		Means: "A context is a note of docker's that says which engine to use. Yours names an engine that is gone, of a product that was removed, " +
			"perhaps. docker looks there and nowhere else.",
		See:   "docker context ls lists the contexts; a star marks the one in use.",
		Fixes: []*fixers.Fix{fixers.DockerContext},
		Tells: []fixers.Tell{{
			Do: "Tell docker to use the engine that is there.", Run: [][]string{{"docker", "context", "use", "{name}"}}, Undo: "docker context use {value}",
		}},
	}
	engineByVariable = &Problem{
		ID: "host-env",
		Means: "A variable in your terminal's environment tells docker which engine to use, and there is none. It wins over all other settings, " +
			"without a word. Such variables are often left by an older tool or lesson.",
		See:   "echo $DOCKER_HOST prints the variable; in PowerShell $env:DOCKER_HOST does.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: []fixers.Tell{
			{Do: "Empty {name} in this terminal. Then take the line that sets it out of the start file of your shell, such as ~/.bashrc or ~/.zshrc.",
				Run: [][]string{{"export", "{name}="}}, Undo: "export {name}={value}"},
			{OS: platforms.Windows, Do: "Press the Windows key, type environment, and choose Edit environment variables for your account. Remove {name}. " +
				"Then open a new terminal.", Undo: "Add {name} again, with the value {value}."},
		},
	}
	engineDenied = &Problem{
		ID: "permission",
		Means: "The engine runs, and your account may not talk to it: it is not in the group that may. Each command stops with: permission denied. " +
			"Whoever is in that group has all power over the computer, like the administrator.",
		See:   "groups prints the groups of your account; docker should be among them. On Windows the group is docker-users.",
		Fixes: []*fixers.Fix{fixers.JoinDockerGroup},
		Tells: []fixers.Tell{
			{OS: platforms.Linux, Do: "Put your account into the group docker. Then log out of the computer and in again. Never change the rights of docker.sock.",
				Run: [][]string{{"sudo", "usermod", "-aG", "docker", "{account}"}}, Admin: true, Undo: "sudo gpasswd -d {account} docker"},
			{OS: platforms.Windows, Do: "Open a terminal as administrator, and put your account into the group docker-users. Then sign out of Windows and in again.",
				Run: [][]string{{"net", "localgroup", "docker-users", "{account}", "/add"}}, Admin: true, Undo: "net localgroup docker-users {account} /delete"},
			{OS: platforms.Darwin, Do: "Open Docker Desktop, Settings, Advanced, and tick Allow the default Docker socket to be used.",
				Run: [][]string{{"open", "-a", "Docker"}}, Undo: "Take the tick away in the same place."},
		},
	}
	engineNewLogin = &Problem{
		ID: NewLogin,
		Means: "Your account was put into the group docker, and this terminal does not know yet. Groups are handed out at login, so the engine still " +
			"answers: permission denied.",
		See: "groups prints the groups of this terminal; id and your account's name print those of the account.",
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Log out of the computer and in again; closing the terminal is not enough. In WSL, type wsl --terminate and the " +
				"name of this Linux in Windows. The command below opens a shell with the group meanwhile.",
			Run: [][]string{{"newgrp", "docker"}}, Undo: "Type exit to leave that shell.",
		}},
	}
)

// dockerRunning wants an engine behind the command docker, and starts none.
var dockerRunning = &Check{
	ID:       "docker-running",
	Title:    "the engine behind docker runs",
	Why:      "The command docker only asks: an engine in the background builds and runs the containers.",
	Phase:    10,
	After:    []*Check{dockerInstalled},
	Problems: []*Problem{engineStopped, engineStarting, engineElsewhere, engineByVariable, engineDenied, engineNewLogin},
	Run: unlessPodman(func(ctx context.Context, h *platforms.Host) Result {
		target, err := targetOf(ctx, h)
		if errors.Is(err, platforms.ErrNotFound) {
			return contextMissing(ctx, h, target)
		}
		if err != nil {
			return Unknown(err, "which engine docker uses could not be found out")
		}
		if r, stopped := leftByMachine(ctx, h, target); stopped {
			return r
		}
		engine, err := h.DockerPing(ctx, target.endpoint)
		switch {
		case errors.Is(err, platforms.ErrAsleep):
			return asleepEngine(ctx, h, target)
		case errors.Is(err, platforms.ErrNotPermitted):
			return deniedEngine(ctx, h, target)
		case errors.Is(err, platforms.ErrNotFound), errors.Is(err, platforms.ErrRefused):
			return silentEngine(ctx, h, target)
		case err != nil:
			return Unknown(err, "the engine at %s could not be asked", target.endpoint)
		case engine.Status != 200:
			return engineStarting.Warn("Docker's engine is not ready yet").With(Found{Value: target.endpoint}).
				Because("It answers with the number %d. It is 200 when all is ready.", engine.Status)
		}
		return aliveEngine(target, engine)
	}),
}

func aliveEngine(t dockerTarget, engine platforms.Engine) Result {
	r := OK("Docker's engine answers").With(Found{Value: t.endpoint, Version: engine.API})
	if t.said == "DOCKER_HOST" {
		r = r.Note("The variable DOCKER_HOST chose it: %s.", t.endpoint)
	}
	if engine.OS == "windows" {
		r = r.Note("It runs containers of Windows. The course needs those of Linux: choose Switch to Linux containers in its menu.")
	}
	return r
}

// leftByMachine finds what docker-machine, which is no longer made, left behind:
// with DOCKER_TLS_VERIFY, whatever its value, docker 26.1.5 wants certificates
// and stops (lab run of 2026-11-21).
func leftByMachine(ctx context.Context, h *platforms.Host, t dockerTarget) (Result, bool) {
	value, err := h.Getenv(ctx, "DOCKER_TLS_VERIFY")
	if err != nil {
		return Unknown(err, "DOCKER_TLS_VERIFY could not be read"), true
	}
	if value == "" || strings.HasPrefix(t.endpoint, "tcp://") {
		return Result{}, false
	}
	dir, err := h.Getenv(ctx, "DOCKER_CERT_PATH")
	if err == nil && dir == "" {
		dir, err = dockerDir(ctx, h)
	}
	if err != nil {
		return Unknown(err, "where docker keeps its certificates could not be found out"), true
	}
	file := h.Join(dir, "ca.pem")
	there, err := h.Exists(ctx, file)
	if err != nil {
		return Unknown(err, "%s could not be looked at", file), true
	}
	if there {
		return Result{}, false
	}
	return engineByVariable.Fail("DOCKER_TLS_VERIFY makes docker ask for certificates").
		With(Found{Name: "DOCKER_TLS_VERIFY", Value: value, File: file}).
		Because("docker looks for %s, which is not there, and stops.", file), true
}

// contextMissing is for a context that is chosen and was never made, or removed.
func contextMissing(ctx context.Context, h *platforms.Host, t dockerTarget) Result {
	found := Found{Name: "default", Value: t.context, File: t.said}
	if t.variable {
		found.Name, found.File = t.said, ""
		return engineByVariable.Fail("DOCKER_CONTEXT names a context that is not there").With(found).
			Because("It is %s. docker stops with: context not found.", t.context)
	}
	if other, ok := otherEngine(ctx, h, ""); ok {
		found.Name = other.context
	}
	return engineElsewhere.Fail("docker's context %s is not there", t.context).With(found).
		Because("%s names it. docker stops with: context not found.", t.said)
}

// silentEngine says why nobody answers at the endpoint.
func silentEngine(ctx context.Context, h *platforms.Host, t dockerTarget) Result {
	other, alive := otherEngine(ctx, h, t.endpoint)
	found := Found{Name: t.said, Value: t.endpoint}
	switch {
	case t.said == "DOCKER_HOST":
		r := engineByVariable.Fail("DOCKER_HOST names an engine that does not answer").With(found).
			Because("It is %s, and it wins over all other settings.", t.endpoint)
		if alive {
			r = r.Note("Another engine answers at %s.", other.endpoint)
		}
		return r
	case alive:
		return engineElsewhere.Fail("docker looks for an engine that is not there").
			With(Found{Name: other.context, Value: t.context, File: t.said}).
			Because("Its context is %s, at %s. Another engine answers at %s.", t.context, t.endpoint, other.endpoint)
	}
	owner, err := productOf(ctx, h, t.endpoint)
	if err != nil {
		return Unknown(err, "which product brings Docker's engine could not be found out")
	}
	return engineStopped.Fail("Docker's engine does not run").With(Found{Value: t.endpoint, Owner: owner}).
		Because("Nobody answers at %s.", t.endpoint)
}

// asleepEngine is one that systemd starts when somebody asks. Who may not ask
// does not get it started.
func asleepEngine(ctx context.Context, h *platforms.Host, t dockerTarget) Result {
	socket, err := h.Stat(ctx, strings.TrimPrefix(t.endpoint, "unix://"))
	if err == nil && !socket.Writable {
		return deniedEngine(ctx, h, t)
	}
	return OK("Docker's engine starts when it is needed").With(Found{Value: t.endpoint}).
		Note("systemd waits at its socket, and starts it for the first command.")
}

// deniedEngine tells an account that may not from a terminal that does not know
// yet that it may.
func deniedEngine(ctx context.Context, h *platforms.Host, t dockerTarget) Result {
	found := Found{Account: h.User, Value: t.endpoint}
	if h.OS == platforms.Linux {
		account, err := h.Account(ctx)
		if err != nil {
			return Unknown(err, "the groups of your account could not be read")
		}
		named := func(g platforms.Group) bool { return g.Name == "docker" }
		switch has, listed := slices.ContainsFunc(account.Groups, named), slices.ContainsFunc(account.Listed, named); {
		case has:
			return Unknown(nil, "Docker's engine refuses your account").
				Because("Your account is in the group docker, and yet it may not use %s.", t.endpoint)
		case listed:
			return engineNewLogin.Fail("your terminal does not know its group docker yet").With(found).
				Because("The account %s is in the group docker. This terminal was started before, or by a program that was.", h.User)
		}
	}
	return engineDenied.Fail("your account may not use Docker's engine").With(found).
		Because("The engine is at %s, and refuses the account %s.", t.endpoint, h.User)
}

// productOf is the product that would have to start the engine at an endpoint.
func productOf(ctx context.Context, h *platforms.Host, endpoint string) (platforms.Manager, error) {
	switch {
	case strings.Contains(endpoint, "/.colima/"):
		return dockerColima, nil
	case strings.Contains(endpoint, "/.orbstack/"):
		return dockerOrbStack, nil
	case strings.Contains(endpoint, "/.docker/"), h.OS == platforms.Windows:
		return dockerDesktop, nil
	case strings.Contains(endpoint, "/run/user/"):
		return dockerRootless, nil
	case h.OS == platforms.Darwin:
		return macProduct(ctx, h)
	}
	for _, sign := range []struct {
		path  string
		owner platforms.Manager
	}{{desktopInWSL, platforms.WindowsWSL}, {"/run/systemd/system", dockerEngine}} {
		there, err := h.Exists(ctx, sign.path)
		if err != nil || there {
			return sign.owner, err
		}
	}
	return dockerService, nil
}

// macProduct is the engine's product that is installed on a Mac.
func macProduct(ctx context.Context, h *platforms.Host) (platforms.Manager, error) {
	for _, app := range []struct {
		path  string
		owner platforms.Manager
	}{{desktopMac, dockerDesktop}, {orbStackMac, dockerOrbStack}} {
		there, err := h.Exists(ctx, app.path)
		if err != nil || there {
			return app.owner, err
		}
	}
	colima, err := h.Which(ctx, "colima")
	if err != nil || len(colima) == 0 {
		return dockerDesktop, err
	}
	return dockerColima, nil
}
