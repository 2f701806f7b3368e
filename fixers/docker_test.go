package fixers_test

import (
	"testing"

	"devdoctor/fixers"
)

func TestDocker(t *testing.T) {
	const link = "-- stat /home/ada/.docker/cli-plugins/docker-compose --\n"
	file := func(text string) string { return "-- file /home/ada/.docker/config.json --\n" + text }
	in := map[string]string{"file": "/home/ada/.docker/config.json", "name": "default", "value": "desktop"}
	me := map[string]string{"account": "ada"}
	for name, p := range map[string]aPlan{
		"systemd":               {fixers.StartDocker, by("docker-engine"), sudo, nil, []string{"sudo systemctl start docker"}},
		"a service":             {fixers.StartDocker, by("docker-service"), sudo, nil, []string{"sudo service docker start"}},
		"the account's":         {fixers.StartDocker, by("docker-rootless"), "-- run systemctl --user is-active docker --\n! exit 3\n", nil, []string{"systemctl --user start docker"}},
		"colima":                {fixers.StartDocker, by("colima"), "", nil, []string{"colima start"}},
		"a desktop":             {fixers.StartDocker, by("docker-desktop"), "-- run docker desktop version --\n! exit 1\n-- run systemctl --user is-active docker-desktop --\n! exit 1\n", nil, []string{"systemctl --user start docker-desktop"}},
		"a desktop that runs":   {fixers.StartDocker, by("docker-desktop"), "-- run docker desktop version --\n! exit 1\n-- run systemctl --user is-active docker-desktop --\nactive\n", nil, nil},
		"the engine of Windows": {fixers.StartDocker, by("windows"), sudo, nil, nil},
		"without sudo":          {fixers.StartDocker, by("docker-engine"), noSudo, nil, nil},
		"the group":             {fixers.JoinDockerGroup, me, sudo + "-- run id -nG ada --\nada sudo\n", nil, []string{"sudo usermod -aG docker ada"}},
		"nobody for a group":    {fixers.JoinDockerGroup, nil, sudo, nil, nil},
		"a context": {
			fixers.DockerContext, in, file("{\n\t\"auths\": {},\n\t\"currentContext\": \"gone\"\n}"), nil,
			[]string{"~/.docker/config.json:", "- \t\"currentContext\": \"gone\"", "+ \t\"currentContext\": \"default\""},
		},
		"a context elsewhere": {fixers.DockerContext, in, file("{}\n"), nil, nil},
		"a helper, the first": {
			fixers.DockerHelper, in, file("{\n\t\"credsStore\": \"desktop\",\n\t\"x\": 1\n}\n"), nil,
			[]string{"~/.docker/config.json:", "- \t\"credsStore\": \"desktop\","},
		},
		"a helper, the last": {
			fixers.DockerHelper, in, file("{\n\t\"x\": 1,\n\t\"credsStore\": \"desktop\"\n}\n"), nil,
			[]string{"~/.docker/config.json:", "- \t\"x\": 1,", "- \t\"credsStore\": \"desktop\"", "+ \t\"x\": 1"},
		},
		"a helper, alone": {
			fixers.DockerHelper, in, file("{\"credsStore\": \"desktop\"}\n"), nil,
			[]string{"~/.docker/config.json:", "- {\"credsStore\": \"desktop\"}", "+ {}"},
		},
		"a helper of one server": {
			fixers.DockerHelper, in, file("{\n\t\"a\": \"desktop\",\n\t\"credHelpers\": {\n\t\t\"a.example\": \"desktop\",\n\t\t\"b.example\": \"x\"\n\t}\n}\n"), nil,
			[]string{"~/.docker/config.json:", "- \t\t\"a.example\": \"desktop\","},
		},
		"a helper beside a secret": {
			fixers.DockerHelper, in, file("{\"auths\": {\"a.example\": {\"auth\": \"eA==\"}}, \"credsStore\": \"desktop\"}\n"), nil, nil,
		},
		"a broken file": {fixers.DockerHelper, in, file("{\"credsStore\": \"desktop\"\n"), nil, nil},
		"a link": {
			fixers.LinkCompose, map[string]string{"path": "/opt/docker-compose"},
			link + "! not found\n-- stat /home/ada/.docker/cli-plugins --\ndir mode=0755 access=rwx\n", nil,
			[]string{"~/.docker/cli-plugins/docker-compose:", "+ (a link to /opt/docker-compose)"},
		},
		"a link that is there": {fixers.LinkCompose, map[string]string{"path": "/a"}, link + "file access=rwx\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onLinux) })
	}
}

func TestWindowsPrograms(t *testing.T) {
	const policy = "-- reg \"HKCU\\\\SOFTWARE\\\\Microsoft\\\\PowerShell\\\\1\\\\ShellIds\\\\Microsoft.PowerShell\" ExecutionPolicy --\n"
	const winget = "-- which winget --\nC:\\winget.exe\n"
	const variable = "-- reg HKCU\\Environment DOCKER_HOST --\n"
	allow := []string{`reg add 'HKCU\SOFTWARE\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell' /v ExecutionPolicy /t REG_SZ /d RemoteSigned /f`}
	host := map[string]string{"name": "DOCKER_HOST"}
	for name, p := range map[string]aPlan{
		"nobody set a policy":       {fixers.AllowScripts, nil, policy + "! not found\n", nil, allow},
		"a policy that refuses":     {fixers.AllowScripts, nil, policy + "REG_SZ Restricted\n", nil, allow},
		"a policy that lets it run": {fixers.AllowScripts, nil, policy + "REG_SZ RemoteSigned\n", nil, nil},
		"VS Code": {
			fixers.InstallVSCode, nil, winget + accountPath + "! not found\n", nil,
			[]string{"winget install --id Microsoft.VisualStudioCode --exact --source winget --scope user --silent " +
				"--accept-source-agreements --accept-package-agreements --disable-interactivity"},
		},
		"VS Code, whose folder was deleted": {
			fixers.InstallVSCode, nil, winget + accountPath + "REG_EXPAND_SZ C:\\Users\\Ada\\AppData\\Local\\Programs\\Microsoft VS Code\\bin;C:\\x\n", nil,
			[]string{
				"Path, folder by folder:", `- C:\Users\Ada\AppData\Local\Programs\Microsoft VS Code\bin`, "  (1 as before)",
				"winget install --id Microsoft.VisualStudioCode --exact --source winget --scope user --silent " +
					"--accept-source-agreements --accept-package-agreements --disable-interactivity",
			},
		},
		"VS Code without winget": {fixers.InstallVSCode, nil, "-- which winget --\n! not found\n", nil, nil},
		"code": {
			fixers.CodeOnPath, map[string]string{"path": `C:\VS Code\bin\code.cmd`}, accountPath + "! not found\n", nil,
			[]string{"Path, folder by folder:", `+ C:\VS Code\bin`},
		},
		"code of nobody": {fixers.CodeOnPath, nil, "", nil, nil},
		"git's folder": {
			fixers.FindFolder, map[string]string{"path": `C:\Git\cmd\git.exe`}, accountPath + "! not found\n", nil,
			[]string{"Path, folder by folder:", `+ C:\Git\cmd`},
		},
		"a variable": {fixers.DropVariable, host, variable + "REG_SZ tcp://a.example\n", nil, []string{"DOCKER_HOST:", "- tcp://a.example", "+ "}},
		"a variable in other letters": {
			fixers.DropVariable, host, "-- regvalues HKCU\\Environment --\nPath\nDocker_Host\n-- reg HKCU\\Environment Docker_Host --\nREG_SZ tcp://a.example\n",
			nil, []string{"Docker_Host:", "- tcp://a.example", "+ "},
		},
		"a variable of others": {fixers.DropVariable, host, variable + "! not found\n", nil, nil},
		"a variable with a password": {
			fixers.DropVariable, host, variable + "REG_SZ http://ada:pw@a.example\n", nil, nil,
		},
		"an extension": {
			fixers.InstallExtension, map[string]string{"name": "Dbaeumer.vscode-eslint"}, "-- which code --\nC:\\code.cmd\n", nil,
			[]string{"code --install-extension Dbaeumer.vscode-eslint"},
		},
		"an extension without code": {fixers.InstallExtension, map[string]string{"name": "a.b"}, "-- which code --\n! not found\n", nil, nil},
		"the manager": {
			fixers.GitManager, nil, "-- file C:\\Users\\Ada\\.gitconfig --\n[user]\n", nil,
			[]string{"~/.gitconfig:", "+ [credential]", "+ \thelper = manager"},
		},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onWindows) })
	}
}
