package oracle

// What goes wrong with PATH and the variables of a terminal.

var windowsTerminal = []*Mutation{
	{
		Name: "user-path-rewritten", Modes: []int{1, 41}, Harmful: true, Fits: byUserPath, Touches: []string{"path"},
		User:  userVariable + `Path /t REG_EXPAND_SZ /d "C:\users\learner\AppData\Local\Programs\Microsoft VS Code\bin"`,
		Named: []string{"node-installed/not-on-path"},
	},
	{
		Name: "user-path-frozen", Modes: []int{1, 42}, Harmful: true, Fits: of("zip", "winget"), Touches: []string{"path"},
		Root:  `set_path "$USERENV" "%USERPROFILE%${W#C:\\users\\learner};$CODE" REG_SZ`,
		Named: []string{"terminal-stored-path/not-expandable"},
	},
	{
		Name: "user-path-names-program", Modes: []int{42}, Harmful: true, Fits: of("zip", "winget"), Touches: []string{"path"},
		Root:  `set_path "$USERENV" "$W\\node.exe;$CODE"`,
		Named: []string{"terminal-path/file", "node-installed/not-on-path"},
	},
	{
		Name: "user-path-quote", Modes: []int{42}, Harmful: true, Fits: of("zip", "winget"), Touches: []string{"path"},
		Root:  `set_path "$USERENV" "\"$W;$CODE"`,
		Named: []string{"terminal-path/quotes"},
		Also:  []string{"vscode-installed/not-on-path"},
	},
	{
		Name: "system-path-quote", Modes: []int{42}, Harmful: true, Fits: of("msi", "chocolatey"), Touches: []string{"path"},
		Root: `wine reg add 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v Path /t REG_EXPAND_SZ /f \
	/d 'C:\windows\system32;C:\windows;C:\Program Files\Git\cmd;"C:\Program Files\Tool;C:\Program Files\nodejs' > /dev/null`,
		Named: []string{"terminal-path/quotes"},
	},
	{
		Name: "system-path-without-node", Modes: []int{1, 41}, Harmful: true, Fits: of("msi", "chocolatey"), Touches: []string{"path"},
		Root:  `set_path "$SYSTEMENV" "C:\\windows\\system32;C:\\windows;C:\\Program Files\\Git\\cmd"`,
		Named: []string{"node-installed/not-on-path"},
	},
	{
		Name: "system-path-without-git", Modes: []int{41, 65}, Harmful: true, Touches: []string{"path"},
		Root:  `set_path "$SYSTEMENV" "$(path_of "$SYSTEMENV" | sed 's#;*C:\\Program Files\\Git\\cmd##')"`,
		Named: []string{"git-installed/not-on-path"},
	},
	{
		Name: "system-path-without-system32", Modes: []int{42}, Harmful: true, Fits: of("msi", "chocolatey"), Touches: []string{"path"},
		Root:  `set_path "$SYSTEMENV" "C:\\Program Files\\Git\\cmd;C:\\Program Files\\nodejs"`,
		Probe: `where node`, Stops: true, // no program of the system is found
		Named: []string{"terminal-basics/system-folders"},
	},
	{
		Name: "editor-not-on-path", Modes: []int{26, 41}, Harmful: true, Touches: []string{"path"},
		Root:  `set_path "$USERENV" "$(path_of "$USERENV" | sed "s#;*$(printf %s "$CODE" | sed "s/\\\\/\\\\\\\\/g")##")"`,
		Probe: `where code`,
		Named: []string{"vscode-installed/not-on-path"},
	},
	{
		Name: "pathext-without-exe", Modes: []int{42}, Harmful: true, Touches: []string{"pathext"},
		User:  userVariable + `PATHEXT /d .COM;.BAT;.CMD`,
		Named: []string{"terminal-basics/pathext"},
	},
	{
		Name: "comspec-gone", Modes: []int{42}, Harmful: true, Touches: []string{"comspec"},
		User:  userVariable + `ComSpec /d C:\tools\tcc.exe`,
		Named: []string{"terminal-basics/comspec"},
	},
	// From here on: what looks odd and works.
	{Name: "path-clutter", Modes: []int{41, 42}, Touches: []string{"path"}, Root: `set_path "$SYSTEMENV" "$(path_of "$SYSTEMENV");;C:\\WINDOWS;c:\\windows\\SYSTEM32\\;D:\\tools;C:\\Program Files\\Gone\\bin"`},
	{Name: "path-quoted-pair", Modes: []int{42}, Touches: []string{"path"}, Root: `mkdir -p "$C/Program Files/Tool"; set_path "$SYSTEMENV" "\"C:\\Program Files\\Tool\";$(path_of "$SYSTEMENV")"`},
	{Name: "user-path-plain-text", Modes: []int{42}, Touches: []string{"path"}, Root: `set_path "$USERENV" "$(path_of "$USERENV")" REG_SZ`},
	{Name: "pathext-with-more", Modes: []int{42}, Touches: []string{"pathext"}, User: userVariable + `PATHEXT /d .PY;.com;.exe;.bat;.cmd;.JS`},
	{Name: "node-variables", Modes: []int{40}, User: userVariable + "NODE_PATH /d C:\\gone\n" + userVariable + "NODE_NO_WARNINGS /d 1"},
	{Name: "odd-variables", Modes: []int{42}, User: userVariable + "CLASSPATH /d \"a b; c\"\n" + userVariable + "NPM_TOKEN /d abcdef"},
}
