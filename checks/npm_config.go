package checks

import (
	"context"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// deadRegistries are servers of packages that were switched off. The certificate
// of this one ended on 2024-01-22 (cnpm/cnpm#441, #446).
var deadRegistries = []string{"registry.npm.taobao.org"}

// deleteSetting takes a setting out of the file in which it stands. Of a project,
// it must be typed in the project.
func deleteSetting(do string) []fixers.Tell {
	line := []string{"config", "delete", "{name}", "--location", "{value}"}
	undo := "npm config set, with the same name and the old value."
	notepad := inNotepad("take out the line that begins with {name}.", "Write the line again.")
	notepad.Case, notepad.Do = outOfReach, do+" "+notepad.Do
	return []fixers.Tell{
		{Do: do, Run: [][]string{append([]string{"npm"}, line...)}, Undo: undo},
		{OS: platforms.Windows, Do: do, Run: [][]string{append([]string{"npm.cmd"}, line...)}, Undo: undo},
		{Case: outOfReach, Do: do + " The command keeps the old file as {file}.old.",
			Run: [][]string{{"sed", "-i.old", "-E", `/^{name}(\[\])? *=/d`, "{file}"}}, Undo: "mv {file}.old {file}"},
		notepad,
	}
}

// outOfReach is the case of a file that npm config does not change: npm's own
// inside its package, and a global one of root.
const outOfReach fixers.Case = "where npm does not change the file"

// inReach is r, which advises to take a setting out of a file, and whether npm
// does that for this account. npm itself must not be run as root.
func (r Result) inReach(ctx context.Context, h *platforms.Host) Result {
	if !r.Problem.foresees(outOfReach) || r.Found.Value != "" && r.Found.Value != "global" {
		return r
	}
	file, err := h.Stat(ctx, r.Found.File)
	if r.Found.Value == "global" && (err != nil || file.Writable) {
		return r
	}
	r.Case = outOfReach
	return r.renaming(ctx, h, r.Found.File)
}

// certificateFirst keeps npm at work where encrypted traffic is read. NODE_USE_SYSTEM_CA
// came with 22.19.0 and 24.6.0 (nodejs/learn#79, read 2026-11-22).
const certificateFirst = "Some schools and companies read encrypted traffic, and npm then stops with SELF_SIGNED_CERT_IN_CHAIN. Ask yours first. If it does, " +
	"get its certificate and give it to npm: npm config set cafile FILE. From Node.js 24.6 on, the variable NODE_USE_SYSTEM_CA=1 also does, where the system has the certificate."

var (
	registryDead = &Problem{
		ID:    "dead-registry",
		Means: "npm is told to fetch packages from a server that was switched off. Each installation ends with: certificate has expired.",
		See:   "Type npm config get registry.",
		Fixes: []*fixers.Fix{fixers.DropNpmSetting},
		Tells: deleteSetting("Take the setting away, so that npm asks its own server."),
	}
	registryUnchecked = &Problem{
		ID:    "tls-unchecked",
		Means: "npm is told not to check whom it talks to. Somebody in the same network can hand you other programs than those you asked for.",
		See:   "Type npm config get strict-ssl. It prints false.",
		Fixes: []*fixers.Fix{fixers.DropNpmSetting},
		Tells: forAPerson(deleteSetting(certificateFirst + " Only then take the setting away.")),
	}
	registryUncheckedVariable = &Problem{
		ID: "tls-unchecked-variable",
		Means: "A variable of your terminal tells npm not to check whom it talks to. Somebody in the same network can hand you other programs than " +
			"those you asked for.",
		See:   "Type npm config get strict-ssl. It prints false.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: takeVariable(certificateFirst + " Only then the variable can go. "),
	}
	devOmitted = &Problem{
		ID:    "omit-dev",
		Means: "npm is told to leave out the tools with which you develop, such as nodemon. npm install does not say so.",
		See:   "Type npm config get omit. It prints dev.",
		Fixes: []*fixers.Fix{fixers.DropNpmSetting},
		Tells: deleteSetting("Take the setting away. Then run npm install again in your project."),
	}
	lockfileDead = &Problem{
		ID: "dead-lockfile",
		Means: "The lock file of your project names, for each package, the server to fetch it from. That server was switched off, " +
			"so npm install ends with: certificate has expired.",
		See:   "Open package-lock.json in the project and look for the lines with resolved.",
		Fixes: []*fixers.Fix{fixers.ReplaceInLock},
		Tells: []fixers.Tell{
			{Do: "Let npm ask its own server wherever a lock file names this one.",
				Run: [][]string{{"npm", "config", "set", "replace-registry-host", "{value}", "--location", "user"}}, Undo: "npm config delete replace-registry-host"},
			{OS: platforms.Windows, Do: "Let npm ask its own server wherever a lock file names this one.",
				Run: [][]string{{"npm.cmd", "config", "set", "replace-registry-host", "{value}", "--location", "user"}}, Undo: "npm.cmd config delete replace-registry-host"},
		},
	}
	registryStopped = &Problem{
		ID: "registry-stopped",
		Means: "npm is told to fetch packages from a server on this computer, and no program listens there. Each installation ends with ECONNREFUSED. " +
			"Such a server comes from an exercise or from a company's tools, and has to be started each time.",
		See:   "Type npm config get registry. It prints an address with localhost or 127.0.0.1.",
		Fixes: []*fixers.Fix{fixers.DropNpmSetting},
		Tells: deleteSetting("Start that server. If you use none, take the setting away, so that npm asks its own server."),
	}
	scriptShellGone = &Problem{
		ID: "script-shell",
		Means: "npm is told which shell, the program that runs command lines, to use for the scripts of a project. That program is not there. " +
			"Each npm start and npm run ends with: spawn, ENOENT.",
		See:   "Type npm config get script-shell. It prints a file that is not there.",
		Fixes: []*fixers.Fix{fixers.DropNpmSetting},
		Tells: deleteSetting("Take the setting away, so that npm uses the shell of the system."),
	}
	npmVariableSet = &Problem{
		ID:    "variable",
		Means: "A variable of your terminal decides what npm does. It goes before every file, and nothing in a project shows it.",
		See:   "Type npm config list. The part called environment names it.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: variableTells,
	}
	nodeEnvProduction = &Problem{
		ID: "node-env",
		Means: "The variable NODE_ENV says production. npm install then leaves out the tools with which you develop, such as nodemon, " +
			"and does not say so.",
		See:   "Type node -p process.env.NODE_ENV. It prints production.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: variableTells,
	}
)

// npmConfigured wants no forgotten setting to decide what npm does. Mirrors and
// the servers of schools and companies are legitimate.
var npmConfigured = &Check{
	ID:        "npm-config",
	Title:     "no old setting leads npm astray",
	Why:       "A setting from an old tutorial decides for every project. npm then fetches from a dead server, or leaves out half a project without a word.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{npmInstalled},
	Problems:  []*Problem{registryDead, registryStopped, lockfileDead, scriptShellGone, registryUnchecked, registryUncheckedVariable, devOmitted, npmVariableSet, nodeEnvProduction, variableLeft},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		s, none := findNpmSettings(ctx, h, need)
		if none.Status != "" {
			return none
		}
		return weighConfig(ctx, h, need, s).inReach(ctx, h).whereSet(ctx, h)
	},
}

func weighConfig(ctx context.Context, h *platforms.Host, need Needs, s npmSettings) Result {
	env, err := h.Getenv(ctx, "NODE_ENV")
	if err != nil {
		return Unknown(err, "the variable NODE_ENV could not be read")
	}
	options, err := h.Getenv(ctx, nodeOptions)
	if err != nil {
		return Unknown(err, "the variable NODE_OPTIONS could not be read")
	}
	if r, err := weighPrograms(ctx, h, s); err != nil || r.Status != "" {
		return orUnknown(r, err, "what npm's settings name could not be looked for")
	}
	r := weighSettings(s, env)
	if r.Status != StatusFail { // it stops npm install, and no warning does
		if lock, err := deadLockfile(ctx, h, need.Project, s); err != nil {
			return Unknown(err, "the lock file of your project could not be read")
		} else if lock.Status != "" {
			return lock
		}
	}
	if strings.Contains(options, "--openssl-legacy-provider") {
		r = r.Note("NODE_OPTIONS holds --openssl-legacy-provider, which old projects needed. Today it only weakens encryption.")
	}
	return r
}

// weighPrograms looks for what the settings name on this computer: a server of
// packages and a shell. It is the zero Result where nothing is missing.
func weighPrograms(ctx context.Context, h *platforms.Host, s npmSettings) (Result, error) {
	if r, err := stoppedRegistry(ctx, h, s); err != nil || r.Status != "" {
		return r, err
	}
	shell := s.value("script-shell")
	if shell == "" || shell == "null" {
		return Result{}, nil
	}
	there, err := h.Exists(ctx, shell)
	if !h.Abs(shell) {
		var found []platforms.Program
		found, err = h.Which(ctx, shell)
		there = len(found) > 0
	}
	if err != nil || there {
		return Result{}, err
	}
	_, layer, _ := s.get("script-shell")
	return setting(layer, "script-shell", scriptShellGone.Fail("npm runs scripts with a shell that is not there"), npmVariableSet.Fail).
		Because("script-shell is %s%s.", shell, inFile(layer)), nil
}

// stoppedRegistry is the result where npm's server should run on this computer and
// does not; the zero Result elsewhere.
func stoppedRegistry(ctx context.Context, h *platforms.Host, s npmSettings) (Result, error) {
	server, port := serverOf(s.value("registry"))
	if here, err := isHere(ctx, h, server); err != nil || !here {
		return Result{}, err
	}
	if listens, err := listensHere(ctx, h, port); err != nil || listens {
		return Result{}, err
	}
	_, layer, _ := s.get("registry")
	r := setting(layer, "registry", registryStopped.Fail("npm asks a server that does not run"), npmVariableSet.Fail).
		Because("registry is set to %s:%d%s. No program listens there.", server, port, inFile(layer))
	r.Found.Port = port
	return r, nil
}

// biggestLockfile is the largest file that is read, in bytes. A larger lock file
// stays unread: it would take longer than it is worth.
const biggestLockfile = 1 << 20

// deadLockfile is about the servers that a lock file names, which go before the
// setting registry; the zero Result where none of them is dead. npm install does
// not write them anew (seen with npm 11.19.0, 2026-11-21).
func deadLockfile(ctx context.Context, h *platforms.Host, project string, s npmSettings) (Result, error) {
	if project == "" {
		return Result{}, nil
	}
	file := h.Join(project, "package-lock.json")
	info, err := h.Stat(ctx, file)
	if isAbsent(err) || err == nil && info.Size > biggestLockfile {
		return Result{}, nil
	}
	if err != nil {
		return Result{}, err
	}
	text, err := h.ReadFile(ctx, file)
	if err != nil {
		return Result{}, err
	}
	replaced := s.value("replace-registry-host")
	for _, dead := range deadRegistries {
		if strings.Contains(text, "://"+dead+"/") && replaced != "always" && replaced != dead {
			return lockfileDead.Fail("this project asks a server that was switched off").
				With(Found{Name: "resolved", Value: dead, File: file}).
				Because("Its package-lock.json names %s.", dead), nil
		}
	}
	return Result{}, nil
}

func weighSettings(s npmSettings, env string) Result {
	_, layer, _ := s.get("registry")
	server := registryHost(s)
	switch {
	case slices.Contains(deadRegistries, server):
		return setting(layer, "registry", registryDead.Fail("npm asks a server that was switched off"), npmVariableSet.Fail).
			Because("registry is set to %s%s.", server, inFile(layer))
	case s.value("strict-ssl") == "false":
		_, layer, _ := s.get("strict-ssl")
		return setting(layer, "strict-ssl", registryUnchecked.Warn("npm does not check whom it talks to"), registryUncheckedVariable.Warn).
			Because("strict-ssl is false%s.", inFile(layer))
	}
	if included, _, _ := s.get("include"); !slices.Contains(included, "dev") {
		if r := weighOmitted(s, env); r.Status != "" {
			return r
		}
	}
	r := OK("npm's settings are in order")
	if server != "" {
		r = r.Note("npm fetches packages from %s, as is set%s.", server, inFile(layer))
	}
	return r
}

// setting is a result about a setting: r where it stands in a file, and another
// problem with the same words where a variable sets it.
func setting(l npmLayer, name string, r Result, variable func(string, ...any) Result) Result {
	if l.file == "" {
		return variable(r.Summary.Format, r.Summary.Args...).With(Found{Name: l.names[name]})
	}
	return r.With(Found{Name: name, Value: l.location, File: l.file})
}

// weighOmitted looks for what leaves out the tools of development; the zero Result
// when nothing does.
func weighOmitted(s npmSettings, env string) Result {
	for _, c := range []struct{ name, value string }{{"omit", "dev"}, {"production", "true"}} {
		values, layer, ok := s.get(c.name)
		if ok && slices.Contains(values, c.value) {
			return setting(layer, c.name, devOmitted.Warn("npm leaves out the tools of development"), npmVariableSet.Warn).
				Because("%s is %s%s.", c.name, strings.Join(values, ", "), inFile(layer))
		}
		if ok && c.name == "omit" {
			return Result{} // a list of its own goes before NODE_ENV
		}
	}
	if env == "production" {
		return nodeEnvProduction.Warn("npm leaves out the tools of development").With(Found{Name: "NODE_ENV", Value: env}).
			Because("NODE_ENV is production in this terminal.")
	}
	return Result{}
}

// inFile is where a setting stands, to end a sentence with.
func inFile(l npmLayer) string {
	if l.file == "" {
		return " in a variable of this terminal"
	}
	return " in " + l.file
}
