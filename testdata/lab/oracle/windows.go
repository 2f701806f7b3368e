package oracle

// Machines with Windows: Wine, with the real Node.js, npm and Git for Windows. User is
// a command file that a window runs, Root a script for sh that works on the files below.

// onC begins the scripts for sh: H is the home folder, T the folder of Node.js.
const onC = `export WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp
C=/home/learner/.wine/drive_c; H=$C/users/learner
T=$(dirname "$(find "$C/Program Files/nodejs" "$H" "$C/nvm4w" -name node.exe -not -path '*/node_modules/*' 2>/dev/null | head -1)")
set -e
`

const (
	cmdDevProbe = `mkdir C:\users\learner\course\tools
cd /d C:\users\learner\course\tools
echo {"name":"tools","version":"1.0.0","devDependencies":{"greet":"1.0.0"}}>package.json
call npm install --no-audit --no-fund --fetch-retries=0
if not exist node_modules\greet exit /b 1
exit /b 0`
	powershellPolicy = `HKCU\Software\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell /v ExecutionPolicy`
	userVariable     = `reg add HKCU\Environment /f /v `
)

// byUserPath says that the user's own Path leads to Node.js.
func byUserPath(b Base) bool { return b.Owner != "msi" && b.Owner != "chocolatey" }

var windowsMutations = []*Mutation{
	{
		Name: "user-path-rewritten", Modes: []int{1, 41}, Harmful: true, Fits: byUserPath, Touches: []string{"path"},
		User:  userVariable + `Path /t REG_EXPAND_SZ /d "C:\users\learner\AppData\Local\Programs\Microsoft VS Code\bin"`,
		Named: []string{"node-installed/not-on-path", "node-installed/not-installed", "nvm-windows-link/no-link"},
	},
	{
		Name: "system-path-quote", Modes: []int{42}, Harmful: true, Fits: of("msi", "chocolatey"), Touches: []string{"path"},
		Root: `wine reg add 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v Path /t REG_EXPAND_SZ /f \
	/d 'C:\windows\system32;C:\windows;C:\Program Files\Git\cmd;"C:\Program Files\Tool;C:\Program Files\nodejs' > /dev/null`,
		Named: []string{"terminal-path/quotes"},
	},
	{
		Name: "pathext-without-exe", Modes: []int{42}, Harmful: true, Touches: []string{"pathext"},
		User:  userVariable + `PATHEXT /d .COM;.BAT;.CMD`,
		Named: []string{"terminal-basics/pathext"},
	},
	{
		Name: "node-removed", Modes: []int{1}, Harmful: true, Removes: true, Touches: []string{"node"}, Last: true,
		Root:  `rm "$T/node.exe"`,
		Named: []string{"node-installed/not-installed", "node-installed/not-on-path", "node-installed/no-default-version", "nvm-windows-link/no-link"},
		Also:  []string{"npm-global/not-on-path"},
	},
	{
		Name: "node-empty", Modes: []int{11}, Harmful: true, Touches: []string{"node"}, Last: true,
		Root:  `: > "$T/node.exe"`,
		Named: []string{"node-runs/no-program"},
	},
	{
		Name: "npm-half-there", Modes: []int{47}, Harmful: true, Touches: []string{"npm"}, Last: true,
		Root:  `rm -r "$T/node_modules/npm/lib"`,
		Named: []string{"npm-installed/broken"},
	},
	{
		Name: "node-options-file-gone", Modes: []int{40}, Harmful: true, Touches: []string{"node-options"},
		User:  userVariable + `NODE_OPTIONS /d "--require C:\gone\trace.js"`,
		Named: []string{"node-runs/node-options"},
	},
	{
		Name: "node-options-unknown", Modes: []int{40}, Harmful: true, Touches: []string{"node-options"},
		User:  userVariable + `NODE_OPTIONS /d --no-such-option`,
		Named: []string{"node-runs/node-options"},
	},
	{
		Name: "node-env-production", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User: userVariable + `NODE_ENV /d production`, Probe: cmdDevProbe,
		Named: []string{"npm-config/node-env"},
	},
	{
		Name: "omit-dev", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User: `echo omit=dev>>C:\users\learner\.npmrc`, Probe: cmdDevProbe,
		Named: []string{"npm-config/omit-dev"},
	},
	{
		Name: "registry-dead", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `echo registry=https://registry.npm.taobao.org/>>C:\users\learner\.npmrc`,
		Named: []string{"npm-config/dead-registry"},
	},
	{
		Name: "registry-local-stopped", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `echo registry=http://localhost:4873/>>C:\users\learner\.npmrc`,
		Named: []string{"npm-config/registry-stopped"},
	},
	{
		Name: "script-shell-gone", Modes: []int{50}, Harmful: true, Touches: []string{"script-shell"},
		User:  `echo script-shell=C:\\gone\\bash.exe>>C:\users\learner\.npmrc`,
		Named: []string{"npm-config/script-shell"},
	},
	{
		Name: "git-removed", Modes: []int{65}, Harmful: true, Removes: true, Touches: []string{"git"}, Last: true,
		Root:  `rm -r "$C/Program Files/Git"`,
		Named: []string{"git-installed/not-installed"},
	},
	{
		Name: "git-identity-gone", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  "git config --global --unset user.name\ngit config --global --unset user.email",
		Named: []string{"git-identity/missing"},
	},
	{
		Name: "git-email-placeholder", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  "git config --global user.email you@example.com",
		Probe: "git config user.email > email.txt\nfind \"@example.com\" email.txt > nul && exit /b 1\nexit /b 0",
		Named: []string{"git-identity/email-placeholder"},
	},
	{
		Name: "git-default-branch-unset", Modes: []int{4}, Harmful: true, Touches: []string{"branch"},
		User:  "git config --global --unset init.defaultBranch",
		Probe: "git init -q C:\\branch\nfind \"refs/heads/main\" C:\\branch\\.git\\HEAD > nul && exit /b 0\nexit /b 1",
		Named: []string{"git-default-branch/unset"},
	},
	{
		Name: "port-own-node", Modes: []int{3}, Harmful: true, Touches: []string{"port"}, First: true,
		User:  "cd /d C:\\users\\learner\necho require('http').createServer((q, r) =^> r.end('old')).listen(3000)>old.js\nstart /b node old.js\nnode Z:\\opt\\lesson\\await.js 3000",
		Named: []string{"port.3000/left-running", "port.3000/taken"},
	},
	{
		Name: "localhost-elsewhere", Modes: []int{79}, Harmful: true, Touches: []string{"hosts"},
		Root: `echo 192.168.1.20 localhost | sudo tee /etc/hosts > /dev/null
mkdir -p "$C/windows/system32/drivers/etc"; printf '192.168.1.20 localhost\r\n' > "$C/windows/system32/drivers/etc/hosts"`,
		Named: []string{"localhost-address/not-loopback"},
	},
	{
		Name: "scripts-not-allowed", Modes: []int{2}, Harmful: true, Touches: []string{"policy"},
		User: "reg delete " + powershellPolicy + " /f",
		// Without a policy Windows 10 and 11 refuse scripts (about_Execution_Policies).
		Probe: "reg query " + powershellPolicy,
		Named: []string{"npm-scripts-policy/blocked"},
	},
	{
		Name: "package-in-home", Modes: []int{46}, Harmful: true, Touches: []string{"home-package"},
		User: `echo {"name":"home"}>C:\users\learner\package.json`,
		Probe: "mkdir C:\\users\\learner\\course\\fresh\ncd /d C:\\users\\learner\\course\\fresh\ncall npm prefix > C:\\prefix.txt\n" +
			"find /i \"fresh\" C:\\prefix.txt > nul && exit /b 0\nexit /b 1",
		Named: []string{"place-packages/home-package"},
	},
	{
		Name: "project-with-sign", Modes: []int{45}, Harmful: true, Touches: []string{"place"}, First: true, Project: `C:\users\learner\course\c++`,
		User:  `mkdir "%PROJECT%"`,
		Named: []string{"place-project/package-name"},
	},
	// From here on: what looks odd and works.
	{Name: "port-3001", Modes: []int{3}, First: true, User: "cd /d C:\\users\\learner\necho require('http').createServer((q, r) =^> r.end('old')).listen(3001)>old2.js\nstart /b node old2.js\nnode Z:\\opt\\lesson\\await.js 3001"},
	{Name: "npmrc-crlf", Modes: []int{40}, User: "echo fund=false>>C:\\users\\learner\\.npmrc\necho save-exact=true>>C:\\users\\learner\\.npmrc"},
	{Name: "npmrc-of-a-school", Modes: []int{40}, User: "echo @school:registry=https://npm.school.example/>>C:\\users\\learner\\.npmrc\necho //npm.school.example/:_authToken=0123456789>>C:\\users\\learner\\.npmrc"},
	{Name: "ignore-scripts", Modes: []int{25}, User: `echo ignore-scripts=true>>C:\users\learner\.npmrc`},
	{Name: "omit-optional", Modes: []int{40}, Touches: []string{"omit"}, User: `echo omit=optional>>C:\users\learner\.npmrc`},
	{Name: "gitconfig-crlf", Modes: []int{4, 67}, Root: `sed -i 's/$/\r/' "$H/.gitconfig"`},
	{Name: "identity-included", Modes: []int{4}, Touches: []string{"identity"}, Root: `mv "$H/.gitconfig" "$H/.gitconfig-mine"; printf '[include]\n\tpath = ~/.gitconfig-mine\n' > "$H/.gitconfig"`},
	{Name: "git-odd-settings", Modes: []int{4, 67}, User: "git config --global core.autocrlf true\ngit config --global core.longpaths true\ngit config --global alias.st status\ngit config --global core.editor notepad"},
	{Name: "all-folders-safe", Modes: []int{31}, User: `git config --global --add safe.directory "*"`},
	{Name: "hosts-blocklist", Modes: []int{79}, Touches: []string{"hosts"}, Root: `mkdir -p "$C/windows/system32/drivers/etc"; printf '# a list\r\n0.0.0.0 ads.example\r\n127.0.0.1 localhost\r\n' > "$C/windows/system32/drivers/etc/hosts"`},
	{Name: "node-options-memory", Modes: []int{40}, Touches: []string{"node-options"}, User: userVariable + `NODE_OPTIONS /d --max-old-space-size=2048`},
	{Name: "node-variables", Modes: []int{40}, User: userVariable + "NODE_PATH /d C:\\gone\n" + userVariable + "NODE_NO_WARNINGS /d 1"},
	{Name: "odd-variables", Modes: []int{42}, User: userVariable + "CLASSPATH /d \"a b; c\"\n" + userVariable + "NPM_TOKEN /d abcdef"},
	{Name: "project-with-space", Modes: []int{45}, Touches: []string{"place"}, First: true, Project: `C:\users\learner\My Course\first app`, User: `mkdir "%PROJECT%"`},
	{Name: "project-in-downloads", Modes: []int{45}, Touches: []string{"place"}, First: true, Project: `C:\users\learner\Downloads\app`, User: `mkdir "%PROJECT%"`},
	{Name: "other-lockfiles", Modes: []int{40}, Touches: []string{"lockfile"}, User: "cd /d \"%PROJECT%\"\ntype nul > yarn.lock\necho {\"name\":\"app\",\"version\":\"1.0.0\"}>package.json"},
	{Name: "old-copy-not-on-path", Modes: []int{11}, Root: `mkdir -p "$H/Downloads/node-v18.20.8-win-x64"; echo old > "$H/Downloads/node-v18.20.8-win-x64/node.exe"`},
}
