package fixers_test

import (
	"testing"

	"devdoctor/fixers"
)

const quietBrew = "env HOMEBREW_NO_ASK=1 HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_INSTALL_CLEANUP=1 HOMEBREW_NO_INSTALL_UPGRADE=1 NONINTERACTIVE=1 /opt/homebrew/bin/brew "

func TestPlansOfMac(t *testing.T) {
	const inside = "/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code"
	const code = "-- stat \"" + inside + "\" --\nfile mode=0755 access=r-x\n"
	const noLink = "-- stat /usr/local/bin/code --\n! not found\n"
	app := map[string]string{"path": "/Applications/Visual Studio Code.app"}
	const knows, old = "-- run docker desktop version --\n1\n", "-- run docker desktop version --\n! exit 1\n"
	const plugin = "-- stat /Users/ada/.docker/cli-plugins/docker-compose --\n"
	compose := map[string]string{"value": "/opt/homebrew/opt/docker-compose/bin/docker-compose"}
	const program = "-- stat /opt/homebrew/opt/docker-compose/bin/docker-compose --\n"
	const brew = "-- which brew --\n/opt/homebrew/bin/brew\n"
	nvm := map[string]string{"owner": "nvm", "version": "24.21.0", "path": "/Users/ada/.nvm/versions/node/v24.21.0/bin/node"}
	settings := map[string]string{"file": "/Users/ada/.docker/config.json", "name": "desktop-linux"}
	const config = "-- file /Users/ada/.docker/config.json --\n"
	for name, p := range map[string]aPlan{
		"code, in a folder of one's own": {fixers.CodeOnPath, app, code + noLink + "-- stat /usr/local/bin --\ndir access=rwx\n", nil,
			[]string{"/usr/local/bin/code:", "+ (a link to " + inside + ")"}},
		"code, in root's folder": {fixers.CodeOnPath, app, sudo + code + noLink + "-- stat /usr/local/bin --\n! not found\n", nil,
			[]string{`sudo sh -c 'mkdir -p "$0" && ln -sfn "$1" "$0/code"' /usr/local/bin '` + inside + `'`}},
		"code that is somebody's program": {fixers.CodeOnPath, app, code + "-- stat /usr/local/bin/code --\nfile access=r-x\n", nil, nil},
		"Docker Desktop":                  {fixers.StartDocker, by("docker-desktop"), knows, nil, []string{"docker desktop start"}},
		"an older Docker Desktop": {fixers.StartDocker, by("docker-desktop"), old, nil, []string{
			"sh -c 'open -a Docker && for i in 1 2 3 4 5 6 7 8 9 10 11 12; do docker version >/dev/null 2>&1 && exit 0; sleep 10; done; exit 1'"}},
		"OrbStack":             {fixers.StartDocker, by("orbstack"), old, nil, []string{"orb start"}},
		"nobody's engine":      {fixers.StartDocker, by("podman"), old, nil, nil},
		"an engine that wakes": {fixers.WaitForDocker, nil, "", nil, []string{"sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do docker version >/dev/null 2>&1 && exit 0; sleep 10; done; exit 1'"}},
		"compose": {fixers.InstallCompose, compose, brew + program + "file access=r-x\n" + plugin + "link target=/gone dangling\n-- stat /Users/ada/.docker/cli-plugins --\ndir access=rwx\n", nil,
			[]string{"~/.docker/cli-plugins/docker-compose:", "- (a link to /gone)", "+ (a link to /opt/homebrew/opt/docker-compose/bin/docker-compose)"}},
		"compose without Homebrew": {fixers.InstallCompose, compose, "-- which brew --\n! not found\n", nil, nil},
		"Docker":                   {fixers.InstallDocker, nil, brew, nil, []string{quietBrew + "install --cask docker-desktop"}},
		"VS Code":                  {fixers.InstallVSCode, by("homebrew"), brew, nil, []string{quietBrew + "install --cask visual-studio-code"}},
		"Docker without Homebrew":  {fixers.InstallDocker, nil, "-- which brew --\n! not found\n", nil, nil},
		"a context in one line":    {fixers.DockerContext, settings, config + "{\"currentContext\": \"colima\"}\n", nil, []string{"~/.docker/config.json:", `- {"currentContext": "colima"}`, `+ {"currentContext": "desktop-linux"}`}},
		"a context, twice":         {fixers.DockerContext, settings, config + "{\"currentContext\": \"colima\", \"currentContext\": \"x\"}\n", nil, nil},
		"an Intel copy of nvm": {fixers.NodeForApple, nvm, "-- stat /Users/ada/.nvm/versions/node --\ndir access=rwx\n-- stat /Users/ada/.nvm/nvm.sh --\nfile access=rw-\n" +
			"-- list /Users/ada/.nvm/versions/node --\nv24.21.0/\n-- file /Users/ada/.nvm/alias/default --\n26\n" + nothingElse, nil, []string{
			`arch -arm64 bash -c 'export NVM_DIR="$0"; . "$0/nvm.sh" --no-use && nvm install "$1"' ~/.nvm 26.10.0`}},
		"an Intel copy of nobody": {fixers.NodeForApple, map[string]string{"owner": "homebrew"}, "", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onMac) })
	}
}

func TestMoveProject(t *testing.T) {
	at := func(path, dir string) map[string]string { return map[string]string{"path": path, "dir": dir} }
	const free, dev = "-- stat /home/ada/dev/course --\n! not found\n", "-- stat /home/ada/dev --\ndir access=rwx\n"
	const dropbox = "-- stat /home/ada/Dropbox --\ndir access=rwx\n"
	disk := func(path, total string) string {
		return "-- disk " + path + " --\nfs ext4\ntotal " + total + "\nfree 1000\n"
	}
	home := disk("/home/ada", "9000")
	for name, p := range map[string]struct {
		aPlan
		host string
	}{
		"out of a cloud": {aPlan{fixers.MoveProject, at("/home/ada/Dropbox/course", "/home/ada/dev"), dropbox + free + dev + home + disk("/home/ada/Dropbox", "9000"), nil,
			[]string{"mv -n -T ~/Dropbox/course ~/dev/course"}}, onLinux},
		"a name with a sign": {aPlan{fixers.MoveProject, at("/home/ada/a:b", "/home/ada/dev"), "-- stat /home/ada --\ndir access=rwx\n-- stat /home/ada/dev/a-b --\n! not found\n" + dev + home, nil,
			[]string{"mv -n -T ~/a:b ~/dev/a-b"}}, onLinux},
		"from another disk":    {aPlan{fixers.MoveProject, at("/home/ada/Dropbox/course", "/home/ada/dev"), dropbox + free + dev + home + disk("/home/ada/Dropbox", "5000"), nil, nil}, onLinux},
		"where one is already": {aPlan{fixers.MoveProject, at("/home/ada/Dropbox/course", "/home/ada/dev"), dropbox + "-- stat /home/ada/dev/course --\ndir access=rwx\n", nil, nil}, onLinux},
		"the home folder":      {aPlan{fixers.MoveProject, at("/home/ada", "/home/ada/dev"), "", nil, nil}, onLinux},
		"root's":               {aPlan{fixers.MoveProject, at("/srv/course", "/home/ada/dev"), "-- stat /srv --\ndir access=r-x\n", nil, nil}, onLinux},
		"on Windows": {aPlan{fixers.MoveProject, at(`C:\Users\Ada\OneDrive\course`, `C:\dev`), "-- stat C:\\Users\\Ada\\OneDrive --\ndir access=rwx\n-- stat C:\\dev\\course --\n! not found\n-- stat C:\\dev --\ndir access=rwx\n", nil,
			[]string{`cmd /d /c if not exist 'C:\dev\course' move ~/OneDrive/course 'C:\dev\course'`}}, onWindows},
		"a name that cmd would read": {aPlan{fixers.MoveProject, at(`C:\R&D\course`, `C:\dev`), "-- stat C:\\R&D --\ndir access=rwx\n-- stat \"C:\\\\R&D\" --\ndir access=rwx\n-- stat C:\\dev\\course --\n! not found\n-- stat C:\\dev --\ndir access=rwx\n", nil,
			[]string{`powershell -NoProfile -Command 'if (!(Test-Path -LiteralPath '\''C:\dev\course'\'')) { Move-Item -LiteralPath '\''C:\R&D\course'\'' -Destination '\''C:\dev\course'\'' }'`}}, onWindows},
		"another drive": {aPlan{fixers.MoveProject, at(`D:\Cloud\course`, `C:\dev`), "-- stat D:\\Cloud --\ndir access=rwx\n-- stat C:\\dev\\course --\n! not found\n-- stat C:\\dev --\ndir access=rwx\n", nil, nil}, onWindows},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, p.host) })
	}
}

func TestNodeOfAlpine(t *testing.T) {
	apk := map[string]string{"owner": "apk"}
	foreign := map[string]string{"owner": "apk", "path": "/home/ada/.nvm/versions/node/v24.21.0/bin/node"}
	const aside = "-- stat /home/ada/.nvm/versions/node/v24.21.0/bin/node.old --\n! not found\n-- stat /home/ada/.nvm/versions/node/v24.21.0/bin --\ndir access=rwx\n"
	for name, p := range map[string]aPlan{
		"none":                      {fixers.InstallNode, apk, sudo, nil, []string{"sudo apk add -U nodejs npm"}},
		"a copy for another Linux":  {fixers.InstallNode, foreign, sudo + aside, nil, []string{"sudo apk add -U nodejs npm", "mv -n -T /home/ada/.nvm/versions/node/v24.21.0/bin/node /home/ada/.nvm/versions/node/v24.21.0/bin/node.old"}},
		"a Linux with old packages": {fixers.InstallNode, by("apt"), sudo, nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onLinux) })
	}
}
