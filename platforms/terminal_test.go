package platforms

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// open is the new terminal of a machine on paper. Lines "absent: ..." may stand
// anywhere in it.
func open(t *testing.T, snapshot string) Terminal {
	t.Helper()
	var rest, absent strings.Builder
	for line := range strings.Lines(snapshot) {
		if pattern, ok := strings.CutPrefix(line, "absent: "); ok {
			absent.WriteString(pattern)
		} else {
			rest.WriteString(line)
		}
	}
	s, err := ParseSnapshot([]byte(rest.String() + "-- absent --\n" + absent.String()))
	if err != nil {
		t.Fatal(err)
	}
	h, err := NewHost(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	term, err := h.NewTerminal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return term
}

func wantPath(t *testing.T, term Terminal, want string) {
	t.Helper()
	got, err := term.Host.Env(context.Background(), "PATH")
	if err != nil || got != want {
		t.Errorf("PATH is %q (%v)\n  want %q", got, err, want)
	}
}

// A Mac as Apple ships it, composed from facts/install.md 9.1 and facts/failures.md 13:
// windows are logins, and /etc/zprofile calls path_helper, whose entries come first.
const mac = `A Mac on paper.
-- host --
os darwin
arch arm64
home /Users/mia
user mia
-- account --
name mia
uid 501
gid 20
shell /bin/zsh
home /Users/mia
-- terminal --
shell /bin/zsh
running zsh
program Apple_Terminal
login yes
-- session PATH --
/usr/bin:/bin:/usr/sbin:/sbin
absent: session *
absent: env *
absent: stat /etc/zsh
absent: stat /etc/zshenv
absent: stat /etc/zshrc
absent: stat /etc/zlogin
absent: stat /private/var/db/com.apple.xpc.launchd/config/user.plist
-- stat /etc/zprofile --
file mode=0444 uid=0 gid=0 size=255 access=r--
-- file /etc/zprofile --
# system-wide environment settings for zsh(1)
if [ -x /usr/libexec/path_helper ]; then
	eval ` + "`/usr/libexec/path_helper -s`" + `
fi
-- stat /usr/libexec/path_helper --
file mode=0755 uid=0 gid=0 size=1000 access=r-x
-- file /etc/paths --
/usr/local/bin
/System/Cryptexes/App/usr/bin
/usr/bin
/bin
/usr/sbin
/sbin
-- list /etc/paths.d --
10-cryptex
-- file /etc/paths.d/10-cryptex --
/var/run/com.apple.security.cryptexd/codex.system/bootstrap/usr/local/bin
`

const macPath = "/usr/local/bin:/System/Cryptexes/App/usr/bin:/usr/bin:/bin:/usr/sbin:/sbin:" +
	"/var/run/com.apple.security.cryptexd/codex.system/bootstrap/usr/local/bin"

const startFile = "file mode=0644 uid=501 gid=20 size=100 access=rw-\n"

func TestPathHelperMovesItsEntriesToTheFront(t *testing.T) {
	term := open(t, mac+`
-- stat /Users/mia/.zshenv --
`+startFile+`
-- file /Users/mia/.zshenv --
export PATH="$HOME/bin:$PATH"
absent: stat /Users/mia/.z*
`)
	wantPath(t, term, macPath+":/Users/mia/bin")
	if term.Shell != "zsh" || !term.Login || term.Unsure != "" {
		t.Errorf("the window is %+v", term)
	}
	if got := strings.Join(term.Files, " "); got != "/Users/mia/.zshenv /etc/zprofile" {
		t.Errorf("the files are %s", got)
	}
}

func TestBrewInZprofile(t *testing.T) {
	brew := mac + `
-- stat /opt/homebrew/bin/brew --
file mode=0755 uid=501 gid=80 size=4000 access=rwx
-- file /opt/homebrew/etc/paths --
/opt/homebrew/bin
/opt/homebrew/sbin
absent: list /opt/homebrew/etc/paths.d
-- stat /Users/mia/.zprofile --
` + startFile + `
-- file /Users/mia/.zprofile --
eval "$(/opt/homebrew/bin/brew shellenv)"
absent: stat /Users/mia/.z*
`
	wantPath(t, open(t, brew), "/opt/homebrew/bin:/opt/homebrew/sbin:"+macPath)

	// The same line in the file of another shell is never read: facts/failures.md 13.
	wantPath(t, open(t, strings.ReplaceAll(brew, ".zprofile", ".bash_profile")), macPath)
}

// On macOS every window is a login, so that bash reads .bash_profile alone.
func TestBashProfileThatForgetsBashrc(t *testing.T) {
	bash := strings.ReplaceAll(mac, "shell /bin/zsh", "shell /bin/bash") + `
-- stat /etc/profile --
file mode=0444 uid=0 gid=0 size=255 access=r--
-- file /etc/profile --
if [ -x /usr/libexec/path_helper ]; then
	eval ` + "`/usr/libexec/path_helper -s`" + `
fi

if [ "${BASH-no}" != "no" ]; then
	[ -r /etc/bashrc ] && . /etc/bashrc
fi
absent: stat /etc/bashrc
-- stat /Users/mia/.bash_profile --
` + startFile + `
-- file /Users/mia/.bash_profile --
export EDITOR=vim
-- stat /Users/mia/.bashrc --
` + startFile + `
-- file /Users/mia/.bashrc --
export PATH="$HOME/.volta/bin:$PATH"
`
	wantPath(t, open(t, bash), macPath)
	wantPath(t, open(t, strings.Replace(bash, "export EDITOR=vim", "[ -f ~/.bashrc ] && source ~/.bashrc", 1)), "/Users/mia/.volta/bin:"+macPath)
}

// The session of a Mac may not be looked into; what launchd hands down is known.
func TestMacSessionThatCannotBeSeen(t *testing.T) {
	unseen := strings.Replace(mac, "-- session PATH --\n/usr/bin:/bin:/usr/sbin:/sbin\n", "-- session PATH --\n! not permitted\n", 1)
	wantPath(t, open(t, unseen+"absent: stat /Users/mia/.z*\n"), macPath)
}

const linux = `A Linux on paper.
-- host --
os linux
arch amd64
home /home/mia
user mia
-- account --
name mia
uid 1000
gid 1000
shell /bin/bash
home /home/mia
-- terminal --
shell /bin/bash
absent: session *
absent: env *
-- session PATH --
/usr/local/bin:/usr/bin:/bin
-- file /etc/environment --
PATH="/usr/local/sbin:/usr/local/bin:/usr/bin:/bin"
absent: stat /etc/bash.bashrc
absent: stat /etc/profile
-- stat /home/mia/.bashrc --
file mode=0644 uid=1000 gid=1000 size=100 access=rw-
-- stat /home/mia/.profile --
file mode=0644 uid=1000 gid=1000 size=100 access=rw-
absent: stat /home/mia/.bash_*
`

func TestNewLoginDiffersFromNewWindow(t *testing.T) {
	term := open(t, linux+`
-- file /home/mia/.bashrc --
PATH="$PATH:$HOME/window"
-- file /home/mia/.profile --
PATH="$HOME/login:$PATH"
`)
	wantPath(t, term, "/usr/local/bin:/usr/bin:/bin:/home/mia/window")
	if other, ok := term.Other(t.Context()); !ok || !other.Login || other.path.text != "/home/mia/login:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin" {
		t.Errorf("the other question is answered %+v", other)
	}
}

func TestUnknownPathSaysWhere(t *testing.T) {
	for line, why := range map[string]string{
		`export PATH="$(npm config get prefix)/bin:$PATH"`:     "~/.bashrc:2: the output of npm is not known without running it",
		`if [ -n "$(ls /mnt)" ]; then PATH=/mnt/bin:$PATH; fi`: "~/.bashrc:2: the output of ls is not known without running it",
		`. "$(find ~ -name env.sh)"`:                           "~/.bashrc:2: the output of find is not known without running it",
		`set -e`:                                               "~/.bashrc:2: set -e, which ends the shell at the first command that fails",
		`if then PATH=/x; fi`:                                  "~/.bashrc:1: a line that the shell may not understand",
		`exec tmux`:                                            "~/.bashrc:2: exec of tmux",
	} {
		term := open(t, linux+`
-- file /home/mia/.bashrc --
# start
`+line+`
-- file /home/mia/.profile --
-- stat /usr/bin/npm --
file mode=0755 uid=0 gid=0 size=100 access=r-x
-- stat /bin/ls --
file mode=0755 uid=0 gid=0 size=100 access=r-x
-- stat /usr/bin/find --
file mode=0755 uid=0 gid=0 size=100 access=r-x
-- stat /usr/bin/tmux --
file mode=0755 uid=0 gid=0 size=100 access=r-x
absent: stat *
`)
		if term.Unsure != why {
			t.Errorf("%s\n  is unsure because of %q\n  want %q", line, term.Unsure, why)
		}
		if _, err := term.Host.Which(context.Background(), "node"); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("%s: Which gives %v, though PATH is unknown", line, err)
		}
	}
}

// dash reads ${NAME[0]} without a word where it does not come to it, and gives the
// start files up where it does. Seen with dash 0.5.12 on 2026-11-21.
func TestListElementInDash(t *testing.T) {
	paper := strings.NewReplacer("/bin/bash", "/bin/dash", "-- terminal --\nshell /bin/bash\n", "-- terminal --\nshell /bin/dash\nlogin yes\n").Replace(linux)
	term := open(t, paper+"-- file /home/mia/.profile --\nif [ \"${BASH_SOURCE}\" ]; then D=${BASH_SOURCE[0]}; fi\nPATH=\"/opt/bin:$PATH\"\n")
	wantPath(t, term, "/opt/bin:/usr/local/bin:/usr/bin:/bin")
	term = open(t, paper+"-- file /home/mia/.profile --\nD=${BASH_SOURCE[0]}\nPATH=\"/opt/bin:$PATH\"\n")
	if want := "~/.profile:1: a required variable, without which the shell gives its start files up"; term.Unsure != want {
		t.Errorf("unsure because of %q\nwant %q", term.Unsure, want)
	}
}

// A login shell whose /etc/profile sets PATH from nothing does not care what the
// session holds. wsl.exe opens such windows.
func TestLoginThatSetsPathFromNothing(t *testing.T) {
	paper := strings.NewReplacer("-- session PATH --\n/usr/local/bin:/usr/bin:/bin\n", "-- session PATH --\n! not permitted\n-- env PATH --\n/own/bin\n",
		"-- terminal --\nshell /bin/bash\n", "-- terminal --\nshell /bin/bash\nlogin yes\n",
		"absent: stat /etc/profile\n", "-- stat /etc/profile --\nfile mode=0644 uid=0 gid=0 size=100 access=r--\n").Replace(linux)
	term := open(t, paper+`
-- file /etc/profile --
if [ "$(id -u)" -eq 0 ]; then PATH="/sbin:/bin"; else PATH="/usr/bin:/bin"; fi
export PATH
-- stat /usr/bin/id --
file mode=0755 uid=0 gid=0 size=100 access=r-x
-- file /home/mia/.profile --
. "$HOME/.bashrc"
-- file /home/mia/.bashrc --
PATH="$HOME/.local/bin:$PATH"
absent: stat /own/*
`)
	wantPath(t, term, "/home/mia/.local/bin:/usr/bin:/bin")
	if other, ok := term.Other(t.Context()); !term.Login || !ok || other.Login || other.Unsure == "" {
		t.Errorf("the other question is answered %+v", other)
	}
}

// Files that a shell does not read as anyone meant.
func TestStartFilesThatAreNoText(t *testing.T) {
	for name, c := range map[string]struct{ stat, file, path, why string }{
		"large":      {"file mode=0644 size=10485760 access=rw-", "! too large: 10485760 bytes", "", "~/.bashrc: too large: 10485760 bytes"},
		"fifo":       {"fifo mode=0644 size=0 access=rw-", "! not a regular file", "", "~/.bashrc is no ordinary file: a shell may wait for it"},
		"dangling":   {"link target=gone dangling", "! not found", "/usr/local/bin:/usr/bin:/bin", ""},
		"unreadable": {"file mode=0000 size=10 access=---", "! not permitted", "/usr/local/bin:/usr/bin:/bin", ""},
		"directory":  {"dir mode=0755 size=10 access=rwx", "! is a directory", "/usr/local/bin:/usr/bin:/bin", ""},
	} {
		paper := strings.Replace(linux, "-- stat /home/mia/.bashrc --\nfile mode=0644 uid=1000 gid=1000 size=100 access=rw-", "-- stat /home/mia/.bashrc --\n"+c.stat, 1)
		term := open(t, paper+"-- file /home/mia/.bashrc --\n"+c.file+"\n-- file /home/mia/.profile --\n")
		if c.path != "" {
			wantPath(t, term, c.path)
		}
		if term.Unsure != c.why {
			t.Errorf("%s: unsure because of %q, want %q", name, term.Unsure, c.why)
		}
	}
}
