package oracle

// Machines with Windows: Wine, with the real Node.js, npm and Git for Windows. User is
// a command file that a window runs, Root a script for sh that works on the files below.

// onC begins the scripts for sh: H is the home folder, T the folder of Node.js, which
// Windows calls W. A stored Path is read and written as a whole.
const onC = `export WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp
C=/home/learner/.wine/drive_c; H=$C/users/learner
T=$(dirname "$(find "$C/Program Files/nodejs" "$H" '(' -name node_modules -o -name Downloads ')' -prune -o -name node.exe -print 2>/dev/null | head -1)")
W=$(printf %s "$T" | sed "s#^$C#C:#" | tr / '\\\\')
CODE='C:\users\learner\AppData\Local\Programs\Microsoft VS Code\bin'
USERENV='HKCU\Environment' SYSTEMENV='HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
path_of() { wine reg query "$1" /v Path | tr -d '\r' | sed -n 's/.*REG_[A-Z_]* *//p'; }
set_path() { wine reg add "$1" /v Path /t "${3:-REG_EXPAND_SZ}" /f /d "$2" > /dev/null; }
tools_first() { mkdir "$C/tools"; set_path "$SYSTEMENV" "C:\\tools;$(path_of "$SYSTEMENV")"; }
set -e
`

const (
	cmdDevProbe = `mkdir C:\users\learner\course\tools
cd /d C:\users\learner\course\tools
echo {"name":"tools","version":"1.0.0","devDependencies":{"greet":"1.0.0"}}>package.json
call npm install --no-audit --no-fund --fetch-retries=0
if not exist node_modules\greet exit /b 1
exit /b 0`
	// cmdGlobalProbe installs a tool for all projects, which a terminal has to find.
	cmdGlobalProbe = `cd /d C:\users\learner
call npm install -g --offline --no-audit --no-fund Z:\opt\lesson\greet.tgz || exit /b 1
where greet`
	// cmdPrefixProbe asks npm which folder a new project belongs to. Wine's cmd prints the remarks in
	// npm's command file as well, behind the folder.
	cmdPrefixProbe = `mkdir C:\users\learner\course\fresh
cd /d C:\users\learner\course\fresh
call npm prefix > C:\prefix.txt
node -e "process.exit(/^[a-z]:.*fresh\r?$/im.test(require('fs').readFileSync('C:/prefix.txt', 'utf8')) ? 0 : 1)"`
	powershellPolicy = `HKCU\Software\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell /v ExecutionPolicy`
	userVariable     = `reg add HKCU\Environment /f /v `
)

// byUserPath says that the user's own Path leads to Node.js.
func byUserPath(b Base) bool { return b.Owner != "msi" && b.Owner != "chocolatey" }

var windowsMutations = concat(windowsTerminal, windowsNode, windowsNpm, windowsGit, windowsServer)
