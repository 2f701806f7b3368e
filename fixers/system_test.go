package fixers_test

import (
	"encoding/json"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

func TestEndServer(t *testing.T) {
	const above = "-- ancestors --\n960 bash\n880 sshd\n"
	const process = above + "-- process 4711 --\nname node\nuid 1000\nstarted 2026-11-21T09:30:00Z\n"
	running := func(exe string) string {
		return above + "-- process 4711 --\nname x\nexe " + exe + "\nuid 1000\nstarted 2026-11-21T09:30:00Z\n"
	}
	found := map[string]string{"pid": "4711", "name": "node", "command": "node server.js"}
	kill := []string{"sh -c '{ kill 4711; kill -CONT 4711; for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 4711 || exit 0; sleep 0.5; done; " +
		"kill -KILL 4711; sleep 0.5; } 2>/dev/null'"}
	for name, c := range map[string]struct {
		plan aPlan
		host string
	}{
		"a server":                {aPlan{fixers.EndServer, found, process, nil, kill}, onLinux},
		"on Windows":              {aPlan{fixers.EndServer, found, process, nil, []string{"taskkill /PID 4711 /T /F"}}, onWindows},
		"one that ended":          {aPlan{fixers.EndServer, found, "-- process 4711 --\n! not found\n", nil, nil}, onLinux},
		"of unknown beginning":    {aPlan{fixers.EndServer, found, "-- process 4711 --\nname node\n", nil, nil}, onLinux},
		"nobody knows which":      {aPlan{fixers.EndServer, nil, "", nil, nil}, onLinux},
		"a path like an editor's": {aPlan{fixers.EndServer, found, running("/home/ada/code/node"), nil, kill}, onLinux},
		"the first of all":        {aPlan{fixers.EndServer, map[string]string{"pid": "1"}, "", nil, nil}, onLinux},
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range c.plan.check(t, c.host) {
				if needs := s.Needs(); len(needs) == 0 || needs[0] != fixers.AllowKill {
					t.Errorf("it needs %v", needs)
				}
				if !strings.Contains(s.Says, "node server.js, process 4711, which was started at 09:30 on 2026-11-21") {
					t.Errorf("it says %q", s.Says)
				}
			}
		})
	}
}

// What may hold work that is not saved is never ended, and the plan says why.
func TestEndServerSparesEditors(t *testing.T) {
	const above = "-- ancestors --\n960 bash\n880 sshd\n"
	process := func(name, exe string) string {
		return "-- process 4711 --\nname " + name + "\nexe " + exe + "\nuid 1000\nstarted 2026-11-21T09:30:00Z\n"
	}
	for name, c := range map[string]struct{ host, machine, want string }{
		"VS Code over SSH":        {onLinux, above + process("node", "/home/ada/.vscode-server/bin/1a2b/node"), "it belongs to VS Code, "},
		"VS Code of Linux":        {onLinux, above + process("code", "/snap/code/67/usr/share/code/code"), "it belongs to VS Code, "},
		"VS Code of Windows":      {onWindows, above + process("Code.exe", `C:\Users\Ada\AppData\Local\Programs\Microsoft VS Code\Code.exe`), "it belongs to VS Code, "},
		"VS Code of a Mac":        {onMac, above + process("Code Helper (Plugin)", "/Applications/Visual Studio Code.app/Contents/Frameworks/Code Helper (Plugin).app/Contents/MacOS/Code Helper (Plugin)"), "it belongs to VS Code, "},
		"Cursor":                  {onLinux, above + process("cursor", "/usr/share/cursor/cursor"), "it belongs to Cursor, "},
		"VSCodium":                {onWindows, above + process("VSCodium.exe", `C:\Program Files\VSCodium\VSCodium.exe`), "it belongs to VSCodium, "},
		"what the terminal is in": {onLinux, "-- ancestors --\n960 bash\n4711 ttyd\n1 systemd\n" + process("ttyd", "/usr/bin/ttyd"), "this terminal runs in it, "},
		"nobody can tell":         {onLinux, "-- ancestors --\n! not permitted\n" + process("node", "/usr/bin/node"), "nobody can tell "},
	} {
		t.Run(name, func(t *testing.T) {
			steps, err := fixers.EndServer.Plan(t.Context(), fixers.Patient{Host: hostFrom(t, c.host+c.machine), Found: map[string]string{"pid": "4711", "name": "x"}})
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, %v; want %q", shown(steps), err, c.want)
			}
		})
	}
}

// Another process that took the number since is left alone.
func TestEndServerKnowsItAgain(t *testing.T) {
	const process = "-- ancestors --\n960 bash\n-- process 4711 --\nname node\nstarted 2026-11-21T09:30:00Z\n"
	steps, err := fixers.EndServer.Plan(t.Context(), fixers.Patient{Host: hostFrom(t, onLinux+process), Found: map[string]string{"pid": "4711"}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]fixers.State{
		process: fixers.Needed,
		strings.Replace(process, "09:30", "09:31", 1): fixers.Drifted,
		"-- process 4711 --\n! not found\n":           fixers.Done,
	} {
		if state, err := steps[0].State(t.Context(), platforms.NewPaper(hostFrom(t, onLinux+text))); state != want || err != nil {
			t.Errorf("its state is %s, %v; want %s", state, err, want)
		}
	}
}

func TestHosts(t *testing.T) {
	utf16 := "\xfe\xff\x00" + strings.Join(strings.Split("localhost\n", ""), "\x00")
	hosts := func(text string) string {
		return sudo + "-- stat /etc/hosts.before-devdoctor --\n! not found\n-- file /etc/hosts --\n" + text +
			"-- stat /etc/hosts --\nfile mode=0644 size=22 access=r--\n"
	}
	found := func(address string) map[string]string {
		return map[string]string{"file": "/etc/hosts", "value": address}
	}
	const keep = `sudo sh -c 'cp -p "$1" "$1.before-devdoctor" && `
	added := []string{keep + `echo "$2" >> "$1"' sh /etc/hosts '127.0.0.1 localhost'`}
	for name, c := range map[string]struct {
		plan aPlan
		host string
	}{
		"no line": {aPlan{fixers.MendHosts, found(""), hosts("127.0.1.1 pc\n"), nil, added}, onLinux},
		"another address": {aPlan{
			fixers.MendHosts, found("10.0.0.7"), hosts("# 10.0.0.7 localhost\n10.0.0.7\tlocalhost pc # mine\n"), nil,
			[]string{keep + `{ sed "$2" "$1.before-devdoctor"; echo "127.0.0.1 localhost"; } > "$1"' sh /etc/hosts '2s/.*/10.0.0.7 pc # mine/'`},
		}, onLinux},
		"another address, for nobody else": {aPlan{
			fixers.MendHosts, found("10.0.0.7"), hosts("# 10.0.0.7 localhost\n10.0.0.7\tlocalhost # mine\n"), nil,
			[]string{keep + `sed "$2" "$1.before-devdoctor" > "$1"' sh /etc/hosts '2s/.*/127.0.0.1 localhost # mine/'`},
		}, onLinux},
		"from a server":  {aPlan{fixers.MendHosts, found("10.0.0.7"), hosts("127.0.1.1 pc\n"), nil, added}, onLinux},
		"only IPv6":      {aPlan{fixers.MendHosts, found("::1"), hosts("::1 localhost\n"), nil, added}, onMac},
		"on Windows":     {aPlan{fixers.MendHosts, found(""), "", nil, nil}, onWindows},
		"a copy is kept": {aPlan{fixers.MendHosts, found(""), "-- stat /etc/hosts.before-devdoctor --\nfile access=r--\n", nil, nil}, onLinux},
		"no file": {aPlan{
			fixers.MendHosts, found(""), "-- stat /etc/hosts.before-devdoctor --\n! not found\n-- file /etc/hosts --\n! not found\n", nil, nil,
		}, onLinux},
		"UTF-16": {aPlan{
			fixers.RewriteHosts, found(""), hosts(utf16), nil,
			[]string{keep + `tr -d "$2" < "$1.before-devdoctor" > "$1"' sh /etc/hosts '\000\376\377'`},
		}, onLinux},
		"UTF-16 with other letters": {aPlan{
			fixers.RewriteHosts, found(""), hosts("\xff\xfel\x00o\x00c\x00a\x00l\x00h\x00o\x00s\x00t\x00\x20\xe9\n"), nil, nil,
		}, onLinux},
		"plain text": {aPlan{fixers.RewriteHosts, found(""), hosts("127.0.0.1 localhost\n"), nil, nil}, onLinux},
	} {
		t.Run(name, func(t *testing.T) { c.plan.check(t, c.host) })
	}
}

func TestKeys(t *testing.T) {
	const none = "-- stat /home/ada/.ssh/id_ed25519 --\n! not found\n-- stat /home/ada/.ssh/id_ed25519.pub --\n! not found\n-- stat /home/ada/.ssh --\n! not found\n"
	const mode = "-- run stat -c %a /home/ada/.ssh/github --\n"
	key := map[string]string{"path": "/home/ada/.ssh/github", "file": "/home/ada/.ssh/config"}
	email := map[string]string{"git.email": "ada@mail.school"}
	for name, p := range map[string]aPlan{
		"a new key": {
			fixers.MakeSSHKey, nil, none + "-- which ssh-keygen --\n/usr/bin/ssh-keygen\n", email,
			[]string{"ssh-keygen -q -t ed25519 -N '' -C ada@mail.school -f ~/.ssh/id_ed25519"},
		},
		"one is there": {fixers.MakeSSHKey, nil, "-- stat /home/ada/.ssh/id_ed25519 --\nfile mode=0600 access=rw-\n", email, nil},
		"its other half": {
			fixers.MakeSSHKey, nil, "-- stat /home/ada/.ssh/id_ed25519 --\n! not found\n-- stat /home/ada/.ssh/id_ed25519.pub --\nfile access=rw-\n", email, nil,
		},
		"no program": {fixers.MakeSSHKey, nil, none + "-- which ssh-keygen --\n! not found\n", email, nil},
		"an open key": {
			fixers.CloseKey, key, "-- stat /home/ada/.ssh/github --\nfile mode=0644 access=rw-\n" + mode + "644\n", nil,
			[]string{"chmod 600 /home/ada/.ssh/github"},
		},
		"an open key, to read": {
			fixers.CloseKey, key, "-- stat /home/ada/.ssh/github --\nfile mode=0444 access=r--\n" + mode + "444\n", nil,
			[]string{"chmod 400 /home/ada/.ssh/github"},
		},
		"a closed key": {fixers.CloseKey, key, "-- stat /home/ada/.ssh/github --\nfile mode=0600 access=rw-\n", nil, nil},
		"a key of its own name": {
			fixers.OfferKey, key, "-- file /home/ada/.ssh/config --\nHost *\n", nil,
			[]string{"~/.ssh/config:", "+ Host github.com", "+   IdentityFile ~/.ssh/github", "+ "},
		},
		"a project that reaches GitHub by HTTPS": {fixers.MakeSSHKey, map[string]string{"command": "https"}, none, email, nil},
		"a helper that is gone": {
			fixers.LoginAnew, map[string]string{"file": "/home/ada/.gitconfig", "name": "credential.helper"},
			settings("[credential]\n\thelper = gone\n") + none + "-- which ssh-keygen --\n/usr/bin/ssh-keygen\n", email,
			[]string{"~/.gitconfig:", "- \thelper = gone", "ssh-keygen -q -t ed25519 -N '' -C ada@mail.school -f ~/.ssh/id_ed25519"},
		},
		"a helper that is gone, and a key": {
			fixers.LoginAnew, map[string]string{"file": "/home/ada/.gitconfig", "name": "credential.helper"},
			settings("[credential]\n\thelper = gone\n") + "-- stat /home/ada/.ssh/id_ed25519 --\nfile mode=0600 access=rw-\n", email,
			[]string{"~/.gitconfig:", "- \thelper = gone"},
		},
		"no helper is gone": {fixers.LoginAnew, nil, "", email, nil},
		"no key":            {fixers.OfferKey, nil, "", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onLinux) })
	}
}

func TestAside(t *testing.T) {
	const free = "-- stat /home/ada/bin/git.old --\n! not found\n"
	const mine = "-- account --\nname ada\nuid 1000\ngid 1000\n"
	const ofRoot = "-- stat /home/ada/app/.git --\ndir mode=0755 uid=0 gid=0 size=1 access=r-x\n"
	const ownFiles = "-- run find /home/ada/app -uid 1000 -print -quit --\n"
	path := map[string]string{"path": "/home/ada/bin/git"}
	project := map[string]string{"dir": "/home/ada/app"}
	chown := []string{"sudo find /home/ada/app -uid 0 -exec chown -h 1000 '{}' +"}
	for name, c := range map[string]struct {
		plan aPlan
		back bool
	}{
		"in a folder of one's own": {aPlan{
			fixers.MoveAside, path, free + "-- stat /home/ada/bin --\ndir mode=0755 access=rwx\n", nil,
			[]string{"mv -n -T /home/ada/bin/git /home/ada/bin/git.old"},
		}, true},
		"in a folder of root": {aPlan{
			fixers.MoveAside, path, sudo + free + "-- stat /home/ada/bin --\ndir mode=0755 access=r-x\n", nil,
			[]string{"sudo mv -n -T /home/ada/bin/git /home/ada/bin/git.old"},
		}, true},
		"the other name is taken": {aPlan{fixers.MoveAside, path, "-- stat /home/ada/bin/git.old --\nfile access=rw-\n", nil, nil}, false},
		"a project of root":       {aPlan{fixers.OwnProject, project, sudo + mine + ofRoot + ownFiles, nil, chown}, true},
		"a part is of root": {aPlan{
			fixers.OwnProject, map[string]string{"dir": "/home/ada/app", "path": "/home/ada/app/node_modules"},
			sudo + mine + ownFiles + "/home/ada/app\n-- run find /home/ada/app/node_modules -uid 1000 -print -quit --\n-- absent --\nstat /home/ada/app/*\n" +
				"-- stat /home/ada/app --\ndir mode=0755 uid=1000 access=rwx\n-- stat /home/ada/app/node_modules --\ndir mode=0755 uid=0 access=r-x\n", nil,
			[]string{"sudo find /home/ada/app/node_modules -uid 0 -exec chown -h 1000 '{}' +"},
		}, true},
		"npm's tools are of root": {aPlan{
			fixers.OwnNpmFolder, map[string]string{"value": "/home/ada/env"},
			sudo + mine + "-- stat /home/ada/env/lib --\ndir mode=0755 uid=0 access=r-x\n-- stat /home/ada/env/bin --\ndir mode=0755 uid=1000 access=rwx\n" +
				"-- run find /home/ada/env/lib -uid 1000 -print -quit --\n", nil,
			[]string{"sudo find /home/ada/env/lib -uid 0 -exec chown -h 1000 '{}' +"},
		}, true},
		"npm's tools are the system's": {aPlan{fixers.OwnNpmFolder, map[string]string{"value": "/usr/local"}, sudo + mine, nil, nil}, false},
		"a part is of both": {aPlan{
			fixers.OwnProject, map[string]string{"dir": "/home/ada/app", "path": "/home/ada/app"},
			sudo + mine + ownFiles + "/home/ada/app/a\n-- absent --\nstat /home/ada/app/*\n-- stat /home/ada/app --\ndir mode=0755 uid=0 access=r-x\n", nil,
			[]string{"sudo find /home/ada/app -maxdepth 0 -uid 0 -exec chown -h 1000 '{}' +"},
		}, true},
		"a stray package": {aPlan{
			fixers.StrayAside, map[string]string{"path": "/home/ada/package.json"},
			"-- file /home/ada/package.json --\n{\"dependencies\": {}}\n-- stat /home/ada/package.json --\nfile mode=0644 access=rw-\n-- stat /home/ada/package.json.old --\n! not found\n", nil,
			[]string{"~/package.json.old:", `+ {"dependencies": {}}`, "~/package.json:", `- {"dependencies": {}}`},
		}, true},
		"a package of a project": {aPlan{
			fixers.StrayAside, map[string]string{"path": "/home/ada/package.json"}, "-- file /home/ada/package.json --\n{\"scripts\": {}}\n", nil, nil,
		}, false},
		"a project of one's own": {aPlan{fixers.OwnProject, project, mine + strings.Replace(ofRoot, "uid=0", "uid=1000", 1), nil, nil}, false},
		"settings of root": {aPlan{
			fixers.OwnGitSettings, nil, sudo + mine + "-- stat /home/ada/.gitconfig --\nfile mode=0600 uid=0 gid=0 access=---\n", nil,
			[]string{"sudo chown 1000:1000 /home/ada/.gitconfig"},
		}, true},
		"settings of one's own":     {aPlan{fixers.OwnGitSettings, nil, mine + "-- stat /home/ada/.gitconfig --\nfile mode=0600 uid=1000 gid=1000 access=rw-\n", nil, nil}, false},
		"a server of somebody else": {aPlan{fixers.EndServer, map[string]string{"pid": "4711", "account": "eve"}, mine + "-- process 4711 --\nname node\nstarted 2026-11-21T09:30:00Z\n", nil, nil}, false},
		"a folder outside the home": {aPlan{fixers.OwnProject, map[string]string{"dir": "/usr"}, mine, nil, nil}, false},
		"git may not be run": {aPlan{
			fixers.GitMayRun, nil,
			sudo + "-- which git --\n/usr/bin/git ! not executable\n-- stat /usr/bin --\ndir mode=0755 access=r-x\n-- run stat -c %a /usr/bin/git --\n644\n", nil,
			[]string{"sudo chmod 755 /usr/bin/git"},
		}, true},
		"git is not there": {aPlan{fixers.GitMayRun, nil, "-- which git --\n! not found\n", nil, nil}, false},
		"a package of one's own": {aPlan{
			fixers.OwnPackage, map[string]string{"dir": "/home/ada/_My_App"},
			"-- file /home/ada/_My_App/package.json --\n! not found\n-- stat /home/ada/_My_App --\ndir access=rwx\n", nil,
			[]string{"~/_My_App/package.json:", "+ {", `+   "name": "my-app",`, `+   "version": "1.0.0",`, `+   "private": true`, "+ }"},
		}, true},
		"a package that is there": {aPlan{fixers.OwnPackage, project, "-- file /home/ada/app/package.json --\n{}\n", nil, nil}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range c.plan.check(t, onLinux) {
				if _, back := s.Inverse(); back != c.back {
					t.Errorf("there is a way back: %v", back)
				}
			}
		})
	}
}

// What a process was started with may hold a password, which no plan and no journal may.
func TestEndServerKeepsSecrets(t *testing.T) {
	const process = "-- ancestors --\n960 bash\n-- process 4711 --\nname node\nargs node server.js --password=hunter2\nstarted 2026-11-21T09:30:00Z\n"
	found := map[string]string{"pid": "4711", "command": "node server.js --password=hunter2"}
	steps, err := fixers.EndServer.Plan(t.Context(), fixers.Patient{Host: hostFrom(t, onLinux+process), Found: found})
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(steps)
	if err != nil || strings.Contains(string(written), "hunter2") {
		t.Errorf("%s, %v", written, err)
	}
}
