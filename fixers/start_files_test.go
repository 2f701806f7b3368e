package fixers_test

import (
	"testing"

	"devdoctor/fixers"
)

// bash is a Linux whose windows open bash, which reads a .bashrc, and whose logins read a .profile.
func bash(rc, profile string) string {
	return "-- account --\nname ada\nuid 1000\nshell /bin/bash\nhome /home/ada\n-- terminal --\nshell /bin/bash\n" +
		"-- session PATH --\n/usr/bin:/bin\n-- absent --\nfile *\nstat *\nenv *\nsession *\nglob *\n" +
		"-- file /home/ada/.bashrc --\n" + rc + "-- stat /home/ada/.bashrc --\nfile mode=0644 uid=1000 access=rw-\n" +
		"-- file /home/ada/.profile --\n" + profile + "-- stat /home/ada/.profile --\nfile mode=0644 uid=1000 access=rw-\n"
}

func TestStartFiles(t *testing.T) {
	entry := func(value, dir string) map[string]string {
		return map[string]string{"name": "PATH", "value": value, "dir": dir}
	}
	host := map[string]string{"name": "DOCKER_HOST"}
	changed := func(from, to string) []string {
		lines := []string{"~/.bashrc:", "- " + from}
		if to != "" {
			lines = append(lines, "+ "+to)
		}
		return lines
	}
	for name, p := range map[string]aPlan{
		"quotes within quotes": {
			fixers.MendStartFile, entry(`"/home/ada/bin"`, "/home/ada/bin"), bash("export PATH=\"\\\"$HOME/bin\\\":$PATH\"\n", ""), nil,
			changed(`export PATH="\"$HOME/bin\":$PATH"`, `export PATH="$HOME/bin:$PATH"`),
		},
		"a tilde in quotes": {
			fixers.MendStartFile, entry("~/bin", ""), bash("# mine\nexport PATH=\"~/bin:$PATH\"\n", ""), nil,
			changed(`export PATH="~/bin:$PATH"`, `export PATH="$HOME/bin:$PATH"`),
		},
		"a name in single quotes": {
			fixers.MendStartFile, entry("$HOME/bin", ""), bash("export PATH='$HOME/bin:'$PATH\n", ""), nil,
			changed(`export PATH='$HOME/bin:'$PATH`, `export PATH="$HOME/bin:"$PATH`),
		},
		"a dot before": {
			fixers.MendStartFile, entry(".", ""), bash("PATH=.:$PATH\n", ""), nil, changed("PATH=.:$PATH", "PATH=$PATH"),
		},
		"nothing behind the last colon": {
			fixers.MendStartFile, entry("", ""), bash("PATH=$PATH:\n", ""), nil, changed("PATH=$PATH:", "PATH=$PATH"),
		},
		"a program": {
			fixers.MendStartFile, entry("/opt/node/bin/node", "/opt/node/bin"), bash("PATH=/opt/node/bin/node:$PATH\n", ""), nil,
			changed("PATH=/opt/node/bin/node:$PATH", "PATH=/opt/node/bin:$PATH"),
		},
		"in order in new terminals": {
			fixers.MendStartFile, entry(".", ""), bash("PATH=/opt/bin:$PATH\n", ""), nil, []string{},
		},
		"a loop that nobody understands": {
			fixers.MendStartFile, entry(".", ""), bash("for d in .; do PATH=$d:$PATH; done\n", ""), nil, nil,
		},
		"the old PATH is dropped": {
			fixers.KeepSystemFolders, map[string]string{"dir": "/usr/bin"}, bash("export PATH=\"$HOME/bin\"\n", ""), nil,
			changed(`export PATH="$HOME/bin"`, `export PATH="$HOME/bin:$PATH"`),
		},
		"a variable with words behind it": {
			fixers.DropVariable, host, bash("export DOCKER_HOST=tcp://a.example # old\nalias d=docker\n# DOCKER_HOST was here\n", "DOCKER_HOST='x y'\nexport DOCKER_HOST\n"), nil, nil,
		},
		"a variable": {
			fixers.DropVariable, host, bash("alias d=docker\nexport DOCKER_HOST=tcp://a.example\n# DOCKER_HOST was here\n", "DOCKER_HOST='x y'\nexport DOCKER_HOST\n"), nil,
			[]string{"~/.profile:", "- DOCKER_HOST='x y'", "- export DOCKER_HOST", "~/.bashrc:", "- export DOCKER_HOST=tcp://a.example"},
		},
		"a variable in a longer line": {
			fixers.DropVariable, host, bash("[ -z \"$SSH\" ] && export DOCKER_HOST=x\n", ""), nil, nil,
		},
		"a variable with a password": {
			fixers.DropVariable, host, bash("export DOCKER_HOST=http://ada:pw@a.example\n", ""), nil, nil,
		},
		"Homebrew": {
			fixers.LoadBrew, map[string]string{"path": "/opt/homebrew/bin/brew", "file": "/home/ada/.bashrc"}, bash("a=b\n", ""), nil,
			[]string{"~/.bashrc, at its end:", "+ # >>> devdoctor homebrew >>>", "+ eval \"$(/opt/homebrew/bin/brew shellenv)\"", "+ # <<< devdoctor homebrew <<<"},
		},
		"Homebrew that is asked": {
			fixers.LoadBrew, map[string]string{"path": "/opt/brew", "file": "/home/ada/.bashrc"}, bash("eval \"$(/opt/brew shellenv)\"\n", ""), nil, nil,
		},
		"a variable that the login remembers": {
			fixers.DropVariable, map[string]string{"name": "OLD"}, bash("", "") + "-- session OLD --\nx\n", nil, []string{},
		},
		"a variable of nobody": {fixers.DropVariable, host, bash("", ""), nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onLinux) })
	}
}
