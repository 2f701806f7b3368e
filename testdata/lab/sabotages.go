package main

// sabotages are mistakes that a hurried change could make: one line each, in the code
// of one subject, with a wrong operator, field or branch, or with a case left out.
var sabotages = []sabotage{
	{
		subject: "terminal", checks: "terminal-", file: "checks/terminal.go",
		old:  `case h.OS != platforms.Windows && !h.Abs(e.Dir):`,
		new:  `case h.OS == platforms.Windows && !h.Abs(e.Dir):`,
		does: "weighs entries of PATH such as . on Windows, in place of everywhere else",
	},
	{
		subject: "login", checks: "node-installed", file: "platforms/startup.go",
		old:  `for _, name := range []string{".bash_profile", ".bash_login", ".profile"} {`,
		new:  `for _, name := range []string{".bash_profile", ".bash_login"} {`,
		does: "forgets ~/.profile when it works out what a new login reads",
	},
	{
		subject: "node", checks: "node-copies", file: "checks/node_copies.go",
		old:  `func (c copyCase) fits(v *version.Version) bool { return v != nil && v.Segments()[0] >= c.oldest }`,
		new:  `func (c copyCase) fits(v *version.Version) bool { return v != nil && v.Segments()[0] > c.oldest }`,
		does: "does not count the oldest line of Node.js that the course accepts as good enough",
	},
	{
		subject: "range", checks: "npm-installed", file: "checks/node_range.go",
		old:  `return v.LessThan(low), true`,
		new:  `return v.LessThanOrEqual(low), true`,
		does: "lets a range of versions that ends before a version hold that version too",
	},
	{
		subject: "npm", checks: "npm-installed", file: "checks/npm.go",
		old:  `for _, part := range []string{"bin/npm-cli.js", "lib/npm.js"} {`,
		new:  `for _, part := range []string{"bin/npm-cli.js"} {`,
		does: "takes an npm without its folder lib for a whole one",
	},
	{
		subject: "proxy", checks: "npm-proxy", file: "checks/addresses.go",
		old:  `if server != "localhost" && !isLoopback(server) {`,
		new:  `if server != "localhost" || !isLoopback(server) {`,
		does: "takes a proxy on this computer for one elsewhere, and does not look whether it runs",
	},
	{
		subject: "git", checks: "git-identity", file: "checks/git_identity.go",
		old:  `case email.Value == "":`,
		new:  `case email.File == "":`,
		does: "asks for the file in which the e-mail address stands, in place of the address",
	},
	{
		subject: "github", checks: "github-ssh", file: "checks/github_ssh.go",
		old:  `if h.OS != platforms.Windows && info.Mode&0o077 != 0 {`,
		new:  `if h.OS != platforms.Windows && info.Mode&0o007 != 0 {`,
		does: "passes over a private key that the group may read",
	},
	{
		subject: "editor", checks: "vscode-", file: "checks/vscode.go",
		old:  `for _, e := range editors[1:] {`,
		new:  `for _, e := range editors[3:] {`,
		does: "does not look for the first two editors that are made out of VS Code",
	},
	{
		subject: "place", checks: "place-disk", file: "checks/places_disk.go",
		old:  `case disk.Total > 0 && disk.Free < leastFree:`,
		new:  `case disk.Total > 0 && disk.Total < leastFree:`,
		does: "weighs the size of the disk in place of the room left on it",
	},
	{
		subject: "port", checks: "port.", file: "checks/server_port.go",
		old:  `return strings.HasPrefix(text[strings.LastIndexByte(text, ')')+1:], " T")`,
		new:  `return strings.HasPrefix(text[strings.IndexByte(text, ')')+1:], " T")`,
		does: "ends the name of a process at the first bracket, though a name may hold brackets",
	},
	{
		subject: "localhost", checks: "localhost-address", file: "checks/server_localhost.go",
		old:  `if i := slices.IndexFunc(addresses, func(a string) bool { return !isLoopback(a) }); i >= 0 {`,
		new:  `if i := slices.IndexFunc(addresses, func(a string) bool { return !isLoopback(a) }); i > 0 {`,
		does: "passes over the first address of localhost",
	},
	{
		subject: "docker", checks: "docker-running", file: "checks/docker_endpoint.go",
		old:  `t = dockerTarget{context: c.CurrentContext, said: file}`,
		new:  `t = dockerTarget{context: c.CredsStore, said: file}`,
		does: "reads the name of docker's context from another field of its settings",
	},
	{
		subject: "wsl", checks: "node-installed", file: "platforms/world.go",
		old:  `func (w World) InWSL() bool { return w == WSL1 || w == WSL2 }`,
		new:  `func (w World) InWSL() bool { return w == WSL1 }`,
		does: "takes a Linux in WSL 2 for a computer of its own",
	},
	{
		subject: "order", checks: "node-version", file: "checks/run.go",
		old:  `case StatusFail, StatusUnknown, StatusBlocked:`,
		new:  `case StatusFail, StatusUnknown:`,
		does: "runs a check although the one before it was not run",
	},
}
