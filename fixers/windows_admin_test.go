package fixers_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// askedFirst is a command that Windows asks about.
func askedFirst(program, arguments string) string {
	return fixers.Sh.Line([]string{"powershell", "-NoProfile", "-Command", "Start-Process -Verb RunAs -Wait -FilePath " + program + " -ArgumentList '" + arguments + "'"})
}

const (
	wingetThere = "-- which winget --\nC:\\winget.exe\n"
	noWinget    = "-- which winget --\n! not found\n"
	ofNode      = "--name Node.js --exact --silent --accept-source-agreements --disable-interactivity"
	newNode     = "winget install --id OpenJS.NodeJS.LTS --exact --source winget --silent --accept-source-agreements --disable-interactivity " +
		"--version 24.21.0 --scope machine --installer-type wix --accept-package-agreements"
	pins   = "-- run winget pin list --accept-source-agreements --disable-interactivity --\n"
	pinned = "winget pin add --id OpenJS.NodeJS.LTS --exact --source winget --accept-source-agreements --disable-interactivity --version '24.*'"
)

func TestMoveOnWindows(t *testing.T) {
	path := func(path string) map[string]string { return map[string]string{"path": path} }
	free := func(aside, dir, access string) string {
		return "-- stat " + aside + " --\n! not found\n-- stat " + dir + " --\ndir access=" + access + "\n"
	}
	for name, p := range map[string]aPlan{
		"a folder at home": {fixers.MoveAside, path(`C:\Users\Ada\node_modules`), free(`C:\Users\Ada\node_modules.old`, `C:\Users\Ada`, "rwx"), nil,
			[]string{"cmd /d /c if not exist ~/node_modules.old move ~/node_modules ~/node_modules.old"}},
		"a program of the administrator": {fixers.MoveAside, path(`C:\bad tools\git.exe`), free(`"C:\\bad tools\\git.exe.old"`, `"C:\\bad tools"`, "r-x"), nil,
			[]string{askedFirst("cmd", `/d /c if not exist "C:\bad tools\git.exe.old" move "C:\bad tools\git.exe" "C:\bad tools\git.exe.old"`)}},
		"a name that cmd would cut":  {fixers.MoveAside, path(`C:\R&D\git.exe`), free(`"C:\\R&D\\git.exe.old"`, `"C:\\R&D"`, "rwx"), nil, nil},
		"a name that cmd would read": {fixers.MoveAside, path(`C:\a %TEMP%\git.exe`), free(`"C:\\a %TEMP%\\git.exe.old"`, `"C:\\a %TEMP%"`, "rwx"), nil, nil},
		"moved already":              {fixers.MoveAside, path(`C:\a\git.exe`), "-- stat C:\\a\\git.exe.old --\nfile access=rw-\n", nil, nil},
		"an empty folder for nvm's link": {fixers.NvmFolderAside, map[string]string{"dir": `C:\nodejs`},
			"-- stat C:\\nodejs\\node.exe --\n! not found\n" + free(`C:\nodejs.old`, `C:\`, "rwx"), nil, []string{`cmd /d /c if not exist 'C:\nodejs.old' move 'C:\nodejs' 'C:\nodejs.old'`}},
		"an old archive": {fixers.OldNodeAside, path(`C:\node20\node.exe`),
			"-- stat C:\\node20\\node_modules\\npm\\package.json --\nfile access=rw-\n" + free(`C:\node20.old`, `C:\`, "rwx"), nil, []string{`cmd /d /c if not exist 'C:\node20.old' move 'C:\node20' 'C:\node20.old'`}},
		"an old node.exe among other things": {fixers.OldNodeAside, path(`C:\tools\node.exe`), "-- stat C:\\tools\\node_modules\\npm\\package.json --\n! not found\n", nil, nil},
		"the installer's folder":             {fixers.NvmFolderAside, map[string]string{"dir": `C:\nodejs`}, "-- stat C:\\nodejs\\node.exe --\nfile access=r-x\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range p.check(t, onWindows) {
				if got, want := strings.Join(s.Run.Back, " "), "move"; !strings.Contains(got, want) {
					t.Errorf("the way back is %s", got)
				}
			}
		})
	}
}

func TestInstallerOfWindows(t *testing.T) {
	const version = "-- reg HKLM\\SOFTWARE\\Node.js Version --\nREG_SZ "
	const broken = "-- run npm --version --\n! exit 1\n"
	msi := func(version string) map[string]string {
		return map[string]string{"owner": "msi", "version": version, "path": `C:\Program Files\nodejs\node.exe`}
	}
	in86 := map[string]string{"path": `C:\Program Files (x86)\nodejs\node.exe`}
	git := map[string]string{"path": `C:\Program Files\Git\cmd\git.exe`}
	const oldGit = "-- run git --version --\ngit version 2.19.2.windows.1\n"
	instead := []string{askedFirst("powershell", "-NoProfile -Command $dir = Join-Path $env:TEMP devdoctor-node; "+
		"winget download --id OpenJS.NodeJS.LTS --exact --source winget --version 24.21.0 --scope machine --installer-type wix "+
		"--accept-source-agreements --accept-package-agreements --disable-interactivity --download-directory $dir; $ok = $LASTEXITCODE -eq 0; "+
		"$msi = Get-ChildItem $dir -Filter *24.21.0*.msi | Select-Object -First 1; "+
		"if ($ok -and $msi) { winget uninstall "+ofNode+"; if ($LASTEXITCODE -eq 0) { msiexec /i $msi.FullName /qn /norestart | Out-Null } }; Remove-Item $dir -Recurse")}
	const place = "-- stat \"C:\\\\Program Files\\\\nodejs\\\\node.exe\" --\n"
	for name, p := range map[string]aPlan{
		"a release candidate":                {fixers.NodeOwner, msi("26.11.0-rc.1"), wingetThere + version + "26.11.0-rc.1\n", nil, instead},
		"a release candidate without winget": {fixers.NodeOwner, msi("26.11.0-rc.1"), noWinget + version + "26.11.0-rc.1\n", nil, nil},
		"an older 25, which winget would upgrade with all": {fixers.NodeOwner, msi("25.2.0"), wingetThere + pins + "There are no pins configured.\n" + version + "25.2.0\n", nil,
			[]string{strings.Replace(strings.Replace(newNode, ".LTS", "", 1), "24.21.0", "26.10.0", 1), strings.Replace(strings.Replace(pinned, ".LTS", "", 1), "24.*", "26.*", 1)}},
		"a release candidate, pinned afterwards": {fixers.NodeOwner, msi("26.11.0-rc.1"), wingetThere + pins + "Geen\n" + version + "26.11.0-rc.1\n", nil, []string{instead[0], pinned}},
		"a pin that is there":                    {fixers.NodeOwner, msi("20.20.2"), wingetThere + pins + "Node.js OpenJS.NodeJS.LTS 20.20.2 winget Gating 20.*\n" + version + "20.20.2\n", nil, []string{newNode}},
		"an older 20, and no winget":             {fixers.NodeOwner, msi("20.20.2"), noWinget + version + "20.20.2\n", nil, nil},
		"an older 25":                            {fixers.NodeOwner, msi("25.2.0"), wingetThere + version + "25.2.0\n", nil, []string{strings.Replace(strings.Replace(newNode, ".LTS", "", 1), "24.21.0", "26.10.0", 1)}},
		"npm is not whole":                       {fixers.NpmReinstall, msi("24.21.0"), wingetThere + broken, nil, []string{askedFirst("winget", "repair "+ofNode)}},
		"npm is not whole, and no winget":        {fixers.NpmReinstall, msi("24.21.0"), noWinget + broken, nil, nil},
		"the 32-bit program":                     {fixers.NodeFor64Bit, in86, wingetThere + place + "! not found\n", nil, instead},
		"the 32-bit program beside the other":    {fixers.NodeFor64Bit, in86, wingetThere + place + "file access=r-x\n", nil, nil},
		"an old git": {fixers.ReinstallGit, git, wingetThere + oldGit, nil, []string{askedFirst("winget", "install --id Git.Git --exact --source winget --silent "+
			"--accept-source-agreements --accept-package-agreements --disable-interactivity")}},
		"an old git without winget": {fixers.ReinstallGit, git, noWinget + oldGit, nil, nil},
		"corepack of the installer": {fixers.NewCorepack, map[string]string{"version": "0.30.0", "path": `C:\Program Files\nodejs\yarn.cmd`},
			"-- file \"C:\\\\Program Files\\\\nodejs\\\\node_modules\\\\corepack\\\\package.json\" --\n{\"version\": \"0.30.0\"}\n", nil,
			[]string{askedFirst(`'C:\Program Files\nodejs\npm.cmd'`, `install -g corepack@0.34 --prefix "C:\Program Files\nodejs"`)}},
		"corepack of the account": {fixers.NewCorepack, map[string]string{"version": "0.30.0", "path": `C:\Users\Ada\npm\yarn.cmd`}, "-- run npm.cmd root -g --\n! exit 1\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onWindows) })
	}
}

func TestServicesOfWindows(t *testing.T) {
	const agent = "-- reg HKLM\\SYSTEM\\CurrentControlSet\\Services\\ssh-agent Start --\n"
	const ranges = "-- run netsh int ipv4 show excludedportrange protocol=tcp store=persistent --\n"
	const hosts = `C:\Windows\System32\drivers\etc\hosts`
	const kept = "-- stat " + hosts + ".before-devdoctor --\n! not found\n"
	lan := map[string]string{"file": hosts, "value": "10.0.0.7"}
	port := map[string]string{"port": "3000"}
	const personal = "-- reg \"HKCU\\\\SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Explorer\\\\User Shell Folders\" Personal --\n"
	config := personal + "REG_EXPAND_SZ %USERPROFILE%\\Documents\n-- file C:\\Users\\Ada\\Documents\\PowerShell\\powershell.config.json --\n"
	system32 := map[string]string{"dir": `C:\Windows\System32`}
	const nextWindow = "-- env PATH --\nC:\\x\n"
	const lost = nextWindow + systemPath + "REG_SZ C:\\x\n"
	number := map[string]string{"file": `HKCU\Environment`}
	const key = `HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`
	for name, p := range map[string]aPlan{
		"the agent is off": {fixers.StartAgent, nil, agent + "REG_DWORD 4\n", nil, []string{
			askedFirst("powershell", "-NoProfile -Command Set-Service ssh-agent -StartupType Manual; Start-Service ssh-agent"),
			"ssh-add",
		}},
		"the agent may start":  {fixers.StartAgent, nil, agent + "REG_DWORD 2\n", nil, nil},
		"no agent":             {fixers.StartAgent, nil, agent + "! not found\n", nil, nil},
		"a reserved port":      {fixers.FreePort, port, ranges + "2931 3030\n", nil, []string{askedFirst("powershell", "-NoProfile -Command net stop winnat; netsh int ipv4 add excludedportrange protocol=tcp startport=3000 numberofports=1 store=persistent; net start winnat")}},
		"ranges that are none": {fixers.FreePort, port, ranges + "! not found\n", nil, nil},
		"localhost elsewhere": {fixers.MendHosts, lan, kept + "-- file " + hosts + " --\n# none\n10.0.0.7 localhost\n", nil, []string{
			askedFirst("powershell", "-NoProfile -Command Copy-Item "+hosts+" "+hosts+".before-devdoctor; @(Get-Content "+hosts+".before-devdoctor)"+
				` -creplace ''^(\s*10[.]0[.]0[.]7(?:\s+localhost)+\s*(?:#.*)?)$'', ''# $1''`+
				` -creplace ''^(\s*10[.]0[.]0[.]7(?:\s+[^\s#]+)*?)\s+localhost([\s#].*)?$'', ''$1$2'' | Set-Content -Encoding Default `+hosts)}},
		"localhost, of a longer address": {fixers.MendHosts, lan, kept + "-- file " + hosts + " --\n110.0.0.7 localhost\n10.0.0.7 db-localhost\n", nil, nil},
		"localhost, named twice":         {fixers.MendHosts, lan, kept + "-- file " + hosts + " --\n10.0.0.7 localhost a localhost\n", nil, nil},
		"localhost from elsewhere":       {fixers.MendHosts, lan, kept + "-- file " + hosts + " --\n# none\n", nil, nil},
		"PowerShell 7":                   {fixers.AllowScripts7, nil, config + "! not found\n-- stat C:\\Users\\Ada\\Documents\\PowerShell --\ndir access=rwx\n", nil, []string{"~/Documents/PowerShell/powershell.config.json:", "+ {", "+   \"Microsoft.PowerShell:ExecutionPolicy\": \"RemoteSigned\"", "+ }"}},
		"PowerShell 7 with a file":       {fixers.AllowScripts7, nil, config + "{\"a\": 1}\n", nil, nil},
		"PowerShell 7, in a cloud":       {fixers.AllowScripts7, nil, personal + "REG_SZ C:\\Users\\Ada\\OneDrive\\Documents\n", nil, nil},
		"System32":                       {fixers.FindSystemFolder, system32, lost + accountPath + "REG_EXPAND_SZ C:\\a\n", nil, []string{"Path, folder by folder:", "  (1 as before)", `+ C:\Windows\System32`}},
		"System32, there":                {fixers.FindSystemFolder, system32, nextWindow + systemPath + "REG_SZ C:\\Windows\\System32\n" + accountPath + "REG_SZ c:\\a\n", nil, []string{""}},
		"a number for a list":            {fixers.DropBrokenPath, number, accountPath + "REG_DWORD 7\n", nil, []string{`reg delete 'HKCU\Environment' /v Path /f`}},
		"a list":                         {fixers.DropBrokenPath, number, accountPath + "REG_SZ C:\\a\n", nil, nil},
		"names in the system's part":     {fixers.ExpandSystemPath, nil, systemPath + "REG_SZ C:\\W;%X%\n", nil, []string{askedFirst("powershell", "-NoProfile -Command Set-ItemProperty ''"+key+`'' Path ''C:\W;%X%'' -Type ExpandString`)}},
		"the system's part as it is":     {fixers.ExpandSystemPath, nil, systemPath + "REG_EXPAND_SZ C:\\W\n", nil, nil},
		"a quote in the system's part":   {fixers.ExpandSystemPath, nil, systemPath + "REG_SZ C:\\it's;%X%\n", nil, nil},
		"an open quote": {fixers.MendSystemPath, nil, systemPath + "REG_EXPAND_SZ C:\\W;\"C:\\Tool;C:\\N\n", nil, []string{
			askedFirst("powershell", "-NoProfile -Command Set-ItemProperty ''"+key+`'' Path ''C:\W;C:\Tool;C:\N'' -Type ExpandString`)}},
		"closed quotes": {fixers.MendSystemPath, nil, systemPath + "REG_EXPAND_SZ \"C:\\T;x\"\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onWindows) })
	}
}

func TestDesktopOfWindows(t *testing.T) {
	const knows, old = "-- run docker desktop version --\n1\n", "-- run docker desktop version --\n! exit 1\n"
	const group = "-- run net localgroup docker-users --\n"
	const published = "-- run docker ps --filter publish=3000 --format \"{{.Names}}\" --\n"
	const compose = "-- run docker compose version --\n"
	const clean = "-- run git -C C:\\p status --porcelain --untracked-files=no --\n"
	port := map[string]string{"port": "3000"}
	for name, p := range map[string]aPlan{
		"Docker Desktop":               {fixers.StartDocker, by("docker-desktop"), knows, nil, []string{"docker desktop start"}},
		"an older Docker Desktop":      {fixers.StartDocker, by("docker-desktop"), old, nil, nil},
		"the group":                    {fixers.JoinDockerGroup, map[string]string{"account": "Ada"}, group + "none\n", nil, []string{askedFirst("net", "localgroup docker-users Ada /add")}},
		"no such group":                {fixers.JoinDockerGroup, map[string]string{"account": "Ada"}, group + "! exit 2\n", nil, nil},
		"an account with a space":      {fixers.JoinDockerGroup, map[string]string{"account": "Ada L"}, "", nil, nil},
		"a container":                  {fixers.StopContainer, port, published + "web\n-- run docker inspect --format \"{{.HostConfig.AutoRemove}}\" web --\nfalse\n", nil, []string{"docker stop web"}},
		"two containers":               {fixers.StopContainer, port, published + "web\ndb\n", nil, nil},
		"no container":                 {fixers.StopContainer, port, published + "\n", nil, nil},
		"an engine that does not know": {fixers.StopContainer, port, published + "! exit 1\n", nil, nil},
		"no Docker": {fixers.InstallDocker, nil, wingetThere, nil, []string{
			"winget install --id Docker.DockerDesktop --exact --source winget --silent --accept-source-agreements --accept-package-agreements --disable-interactivity",
		}},
		"no Docker and no winget":         {fixers.InstallDocker, nil, noWinget, nil, nil},
		"no compose":                      {fixers.InstallCompose, nil, compose + "! exit 1\n" + knows, nil, []string{"docker desktop restart"}},
		"no compose, and an old one":      {fixers.InstallCompose, nil, compose + "! exit 1\n" + old, nil, nil},
		"line endings":                    {fixers.GitPlainEndings, map[string]string{"dir": `C:\p`}, clean + "-- file C:\\Users\\Ada\\.gitconfig --\n[core]\n\tautocrlf = true\n", nil, []string{`git -C 'C:\p' add --renormalize .`}},
		"line endings, and no repository": {fixers.GitPlainEndings, map[string]string{"dir": `C:\p`}, clean + "! exit 128\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onWindows) })
	}
}

// Work that is not committed would be staged with the line endings, and committed as such.
func TestLineEndingsWaitForWork(t *testing.T) {
	for _, status := range []string{" M index.js\n", "M  index.js\n", " D index.js\n"} {
		h := hostFrom(t, onWindows+"-- run git -C C:\\p status --porcelain --untracked-files=no --\n"+status+"-- file C:\\Users\\Ada\\.gitconfig --\n[core]\n\tautocrlf = true\n")
		steps, err := fixers.GitPlainEndings.Plan(t.Context(), fixers.Patient{Host: h, Found: map[string]string{"dir": `C:\p`}})
		if err == nil || !strings.Contains(err.Error(), "commit it first") {
			t.Errorf("%q: got %v, %v", status, shown(steps), err)
		}
	}
}

// What is written into the hosts file is known to the letter, so that undo puts the old one back
// only where nobody wrote into it since.
func TestHostsOfWindows(t *testing.T) {
	const hosts = `C:\Windows\System32\drivers\etc\hosts`
	const kept = "-- stat " + hosts + ".before-devdoctor --\n! not found\n-- file " + hosts + " --\n"
	before := "# of school\n10.0.0.7 localhost # old\n\t10.0.0.7\tlocalhost\tdev.school\n10.0.0.7 dev.school localhost#x\n110.0.0.7 localhost\n10.0.0.7 db-localhost\n"
	after := "# of school\r\n# 10.0.0.7 localhost # old\r\n\t10.0.0.7\tdev.school\r\n10.0.0.7 dev.school#x\r\n110.0.0.7 localhost\r\n10.0.0.7 db-localhost\r\n"
	found := map[string]string{"file": hosts, "value": "10.0.0.7"}
	steps, err := fixers.MendHosts.Plan(t.Context(), fixers.Patient{Host: hostFrom(t, onWindows+kept+before), Found: found})
	if err != nil {
		t.Fatal(err)
	}
	undo, _ := steps[0].Inverse()
	for text, want := range map[string]fixers.State{after: fixers.Needed, before: fixers.Done, after + "10.1.1.1 mine\r\n": fixers.Drifted} {
		state, err := undo.State(t.Context(), fileOf{path: hosts, text: text})
		if err != nil || state != want {
			t.Errorf("undo of %q is %s, %v; want %s", text, state, err, want)
		}
	}
}

// fileOf is a machine with one file.
type fileOf struct {
	platforms.Changer
	path, text string
}

func (f fileOf) Ask(_ context.Context, q platforms.Query) (platforms.Answer, error) {
	if q.Verb != "file" || q.Args[0] != f.path {
		return platforms.Answer{}, platforms.ErrNotFound
	}
	return platforms.Answer{Text: f.text}, nil
}

// A container that goes when it stops takes with it what was written into it: that is more than
// ending a program, and the plan says so.
func TestStopContainer(t *testing.T) {
	const machine = onLinux + "-- run docker ps --filter publish=3000 --format \"{{.Names}}\" --\nweb\n"
	const asked = "-- run docker inspect --format \"{{.HostConfig.AutoRemove}}\" web --\n"
	for name, c := range map[string]struct {
		answer, says string
		irreversible bool
	}{
		"one that stays":            {"false\n", "can be started again", false},
		"one of docker run --rm":    {"true\n", "Docker removes it when it stops, with all that was written into it", true},
		"one of which nobody knows": {"! exit 1\n", "Docker may remove it then", true},
	} {
		t.Run(name, func(t *testing.T) {
			steps, err := fixers.StopContainer.Plan(t.Context(), fixers.Patient{Host: hostFrom(t, machine+asked+c.answer), Found: map[string]string{"port": "3000"}})
			if err != nil {
				t.Fatal(err)
			}
			needs := steps[0].Needs()
			if !slices.Contains(needs, fixers.AllowKill) || slices.Contains(needs, fixers.AllowIrreversible) != c.irreversible {
				t.Errorf("it needs %v", needs)
			}
			if !strings.Contains(steps[0].Says, c.says) {
				t.Errorf("it says %q", steps[0].Says)
			}
		})
	}
}

// TestQuoteComesBack holds that the way back writes the quote that was there, by a number:
// a double quote would end the statement that carries it.
func TestQuoteComesBack(t *testing.T) {
	host := hostFrom(t, onWindows+systemPath+"REG_EXPAND_SZ C:\\W;\"C:\\Tool\n")
	steps, err := fixers.MendSystemPath.Plan(t.Context(), fixers.Patient{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	back := strings.Join(steps[0].Run.Back, " ")
	if !strings.Contains(back, `Path (''C:\W;'' + [char]34 + ''C:\Tool'') -Type ExpandString`) || strings.Contains(back, `"`) {
		t.Errorf("back: %s", back)
	}
}
