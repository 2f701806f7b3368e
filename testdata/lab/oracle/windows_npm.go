package oracle

// What goes wrong with npm, its settings and its folders.

var windowsNpm = []*Mutation{
	{
		// npm renames itself so while it installs another npm.
		Name: "npm-upgrade-interrupted", Modes: []int{47}, Harmful: true, Last: true, Touches: []string{"npm"},
		Root:  `mv "$T/node_modules/npm" "$T/node_modules/.npm-k2Xq9aBc"`,
		Named: []string{"npm-installed/missing", "npm-installed/broken"},
	},
	{
		Name: "npm-half-there", Modes: []int{47}, Harmful: true, Touches: []string{"npm"}, Last: true,
		Root:  `rm -r "$T/node_modules/npm/lib"`,
		Named: []string{"npm-installed/broken"},
	},
	{
		Name: "registry-dead", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `echo registry=https://registry.npm.taobao.org/>>C:\users\learner\.npmrc`,
		Named: []string{"npm-config/dead-registry"},
	},
	{
		Name: "registry-variable", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  userVariable + `npm_config_registry /d https://registry.npm.taobao.org`,
		Named: []string{"npm-config/variable", "npm-config/dead-registry"},
	},
	{
		Name: "registry-dead-in-project", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User: `cd /d "%PROJECT%"
echo registry = http://registry.npm.taobao.org>>.npmrc`,
		Named: []string{"npm-config/dead-registry"},
	},
	{
		Name: "registry-dead-for-all", Modes: []int{40}, Harmful: true, Fits: of("msi", "chocolatey"), Touches: []string{"registry"},
		User: `mkdir C:\users\learner\AppData\Roaming\npm\etc
echo registry=https://registry.npm.taobao.org/>>C:\users\learner\AppData\Roaming\npm\etc\npmrc`,
		Named: []string{"npm-config/dead-registry"},
	},
	{
		Name: "registry-local-stopped", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `echo registry=http://localhost:4873/>>C:\users\learner\.npmrc`,
		Named: []string{"npm-config/registry-stopped"},
	},
	{
		Name: "lockfile-dead", Modes: []int{40}, Harmful: true, Touches: []string{"lockfile", "place"},
		Root: `cd "$H/course/app"
echo '{"name":"app","version":"1.0.0","dependencies":{"smile":"1.0.0"}}' > package.json
echo '{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"app","version":"1.0.0","dependencies":{"smile":"1.0.0"}},"node_modules/smile":{"version":"1.0.0","resolved":"https://registry.npm.taobao.org/smile/-/smile-1.0.0.tgz"}}}' > package-lock.json`,
		Named: []string{"npm-config/dead-lockfile"},
	},
	{
		Name: "script-shell-gone", Modes: []int{50}, Harmful: true, Touches: []string{"script-shell"},
		User:  `echo script-shell=C:\\gone\\bash.exe>>C:\users\learner\.npmrc`,
		Named: []string{"npm-config/script-shell"},
	},
	{
		Name: "omit-dev", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User: `echo omit=dev>>C:\users\learner\.npmrc`, Probe: cmdDevProbe,
		Named: []string{"npm-config/omit-dev"},
	},
	{
		Name: "production", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User:  `echo production=true>>C:\users\learner\.npmrc`,
		Probe: cmdDevProbe,
		Named: []string{"npm-config/omit-dev"},
	},
	{
		Name: "omit-variable", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User:  userVariable + `npm_config_omit /d dev`,
		Probe: cmdDevProbe,
		Named: []string{"npm-config/variable", "npm-config/omit-dev"},
	},
	{
		Name: "node-env-production", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User: userVariable + `NODE_ENV /d production`, Probe: cmdDevProbe,
		Named: []string{"npm-config/node-env"},
	},
	{
		Name: "tls-unchecked", Modes: []int{40}, Harmful: true, Touches: []string{"tls"},
		User: `echo strict-ssl=false>>C:\users\learner\.npmrc`,
		Probe: `call npm config get strict-ssl > C:\tls.txt
find "true" C:\tls.txt > nul && exit /b 0
exit /b 1`,
		Named: []string{"npm-config/tls-unchecked"},
	},
	{
		Name: "prefix-not-on-path", Modes: []int{43}, Harmful: true, Touches: []string{"prefix"},
		User: `mkdir C:\users\learner\npm-tools
echo prefix=C:\users\learner\npm-tools>>C:\users\learner\.npmrc`,
		Probe: cmdGlobalProbe,
		Named: []string{"npm-global/not-on-path"},
	},
	{
		Name: "npm-folder-not-on-path", Modes: []int{43}, Harmful: true, Fits: of("msi", "chocolatey"), Touches: []string{"path", "prefix"},
		Root:  `set_path "$USERENV" "$CODE"`,
		Probe: cmdGlobalProbe,
		Named: []string{"npm-global/not-on-path"},
	},
	{
		Name: "package-in-home", Modes: []int{46}, Harmful: true, Touches: []string{"home-package"},
		User:  `echo {"name":"home"}>C:\users\learner\package.json`,
		Probe: cmdPrefixProbe,
		Named: []string{"place-packages/home-package"},
	},
	{
		Name: "package-above", Modes: []int{46}, Harmful: true, Touches: []string{"home-package", "lockfile"},
		User:  `echo {"name":"course"}>C:\users\learner\course\package.json`,
		Probe: cmdPrefixProbe,
		Named: []string{"place-packages/parent-package"},
	},
	{
		Name: "scripts-not-allowed", Modes: []int{2}, Harmful: true, Touches: []string{"policy"},
		User: "reg delete " + powershellPolicy + " /f",
		// Without a policy Windows 10 and 11 refuse scripts (about_Execution_Policies).
		Probe: "reg query " + powershellPolicy, Stops: true, // the course types npm into PowerShell
		Named: []string{"npm-scripts-policy/blocked"},
	},
	{
		Name: "scripts-all-signed", Modes: []int{2}, Harmful: true, Touches: []string{"policy"},
		User: "reg add " + powershellPolicy + " /f /d AllSigned",
		// npm.ps1 has no signature.
		Probe: "reg query " + powershellPolicy + " > C:\\policy.txt\nfind \"RemoteSigned\" C:\\policy.txt > nul && exit /b 0\nexit /b 1", Stops: true,
		Named: []string{"npm-scripts-policy/blocked"},
	},
	{
		Name: "scripts-forbidden", Modes: []int{2}, Harmful: true, Touches: []string{"policy"},
		// What an administrator forbids, the account cannot allow (about_Group_Policy_Settings).
		User: `reg add HKLM\Software\Policies\Microsoft\Windows\PowerShell /f /v EnableScripts /t REG_DWORD /d 0`,
		Probe: `reg query HKLM\Software\Policies\Microsoft\Windows\PowerShell /v EnableScripts && exit /b 1
exit /b 0`,
		Named: []string{"npm-scripts-policy/forbidden"},
	},
	// From here on: what looks odd and works.
	{Name: "prefix-on-path", Modes: []int{43}, Touches: []string{"prefix", "path"}, Root: `set_path "$USERENV" "$(path_of "$USERENV");C:\\users\\learner\\npm-tools"`, User: `mkdir C:\users\learner\npm-tools
echo prefix=C:\users\learner\npm-tools>>C:\users\learner\.npmrc`},
	{Name: "npmrc-crlf", Modes: []int{40}, User: "echo fund=false>>C:\\users\\learner\\.npmrc\necho save-exact=true>>C:\\users\\learner\\.npmrc"},
	{Name: "npmrc-of-a-school", Modes: []int{40}, User: "echo @school:registry=https://npm.school.example/>>C:\\users\\learner\\.npmrc\necho //npm.school.example/:_authToken=0123456789>>C:\\users\\learner\\.npmrc"},
	{Name: "npmrc-for-all", Modes: []int{40}, Touches: []string{"registry"}, Fits: of("msi", "chocolatey"), User: "mkdir C:\\users\\learner\\AppData\\Roaming\\npm\\etc\necho fund=false>C:\\users\\learner\\AppData\\Roaming\\npm\\etc\\npmrc"},
	{Name: "no-proxy-variable", Modes: []int{49}, User: userVariable + `NO_PROXY /d localhost,127.0.0.1,.school.example`},
	{Name: "npmrc-in-project", Modes: []int{40}, User: `cd /d "%PROJECT%"
echo save-exact=true>>.npmrc
echo engine-strict=false>>.npmrc`},
	{Name: "ignore-scripts", Modes: []int{25}, User: `echo ignore-scripts=true>>C:\users\learner\.npmrc`},
	{Name: "omit-optional", Modes: []int{40}, Touches: []string{"omit"}, User: `echo omit=optional>>C:\users\learner\.npmrc`},
	{Name: "production-and-dev-included", Modes: []int{40}, Touches: []string{"omit"}, User: `echo include=dev>>C:\users\learner\.npmrc
reg add HKCU\Environment /f /v NODE_ENV /d production`},
	{Name: "cache-elsewhere", Modes: []int{40}, Touches: []string{"cache"}, Fits: func(b Base) bool { return b.Owner != "scoop" }, User: `move C:\users\learner\AppData\Local\npm-cache C:\cache
echo cache=C:\cache>>C:\users\learner\.npmrc`},
	{Name: "other-lockfiles", Modes: []int{40}, Touches: []string{"lockfile"}, User: "cd /d \"%PROJECT%\"\ntype nul > yarn.lock\necho {\"name\":\"app\",\"version\":\"1.0.0\"}>package.json"},
	{Name: "package-json-crlf", Modes: []int{46}, Touches: []string{"lockfile"}, User: `cd /d "%PROJECT%"
echo {"name":"app",>package.json
echo "version":"1.0.0","type":"commonjs"}>>package.json`},
}
