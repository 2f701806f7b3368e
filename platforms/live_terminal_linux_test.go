package platforms

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestResolveFiles(t *testing.T) {
	for text, want := range map[string]string{
		"passwd: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns myhostname # x\n": "files mdns4_minimal dns myhostname",
		"hosts:files\n": "files", "# hosts: dns\n": "", "hosts: files [!UNAVAIL=return": "files",
	} {
		if got := strings.Join(hostServices(strings.NewReader(text)), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	const hosts = "127.0.0.1\tlocalhost\n127.0.1.1 laptop # localhost\n::1 ip6-localhost LOCALHOST\n127.0.0.1 localhost\nnonsense localhost\n"
	addrs := func(text string) (list []netip.Addr) {
		for a := range strings.FieldsSeq(text) {
			list = append(list, netip.MustParseAddr(a))
		}
		return list
	}
	if got, want := hostsAddresses(strings.NewReader(hosts), "localhost"), addrs("127.0.0.1 ::1"); !slices.Equal(got, want) {
		t.Errorf("hosts: %v", got)
	}
	v4first := parsePolicy(strings.NewReader("# x\nprecedence ::ffff:0:0/96  100\nlabel ::1/128 0\n"))
	nothing := parsePolicy(strings.NewReader("#precedence ::ffff:0:0/96  100\n"))
	for _, c := range []struct {
		six  bool
		p    policy
		want string
	}{{true, defaultPolicy, "::1 127.0.0.1"}, {false, defaultPolicy, "127.0.0.1 ::1"}, {true, v4first, "127.0.0.1 ::1"}, {true, nothing, "::1 127.0.0.1"}} {
		if got := byPrecedence(addrs("127.0.0.1 ::1"), c.six, c.p); !slices.Equal(got, addrs(c.want)) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestOpener: what a new window inherits comes from what opens windows.
func TestOpener(t *testing.T) {
	for chain, want := range map[string]string{
		"bash gnome-terminal-server systemd":         "gnome-terminal-server",
		"node npm bash zsh code systemd":             "code",
		"go make bash tmux: server systemd":          "tmux: server",
		"sudo bash sshd sshd systemd":                "sshd",
		"bash":                                       "",
		"platforms.test go bash":                     "",
		"python3.11 script timeout sh -zsh Terminal": "Terminal",
	} {
		var as []ancestor
		for name := range strings.SplitSeq(strings.ReplaceAll(chain, "tmux: server", "tmux:_server"), " ") {
			as = append(as, ancestor{name: strings.ReplaceAll(name, "_", " ")})
		}
		if a, ok := opener(as); a.name != want || ok != (want != "") {
			t.Errorf("%s: %q", chain, a.name)
		}
	}
	remote := []ancestor{{name: "bash"}, {name: "node", exe: "/home/learner/.vscode-server/bin/x/node"}, {name: "sshd"}}
	if a, _ := opener(remote); a.exe != remote[1].exe {
		t.Errorf("the server of a remote editor: %+v", a)
	}
}

func TestTerminalFacts(t *testing.T) {
	for _, c := range []struct {
		os      OS
		env     string
		opener  string
		program string
		login   bool
	}{
		{Linux, "TERM_PROGRAM=vscode", "code", "vscode", false},
		{Linux, "GNOME_TERMINAL_SCREEN=/x", "gnome-terminal-server", "gnome-terminal", false},
		{Linux, "", "xfce4-terminal", "xfce4-terminal", false},
		{Linux, "", "gnome-terminal-server", "gnome-terminal", false},
		{Linux, "TMUX=/x", "tmux: server", "tmux", true},
		{Linux, "", "tmux: server", "tmux", true},
		{Linux, "SSH_CONNECTION=x", "sshd", "ssh", true},
		{Linux, "WSL_DISTRO_NAME=Ubuntu", "init", "", true},
		{Linux, "WSL_DISTRO_NAME=Ubuntu TERM_PROGRAM=vscode", "init", "vscode", false},
		{Linux, "WSL_DISTRO_NAME=Ubuntu WT_SESSION=x", "init", "WindowsTerminal", true},
		{Linux, "TERMINAL_EMULATOR=JetBrains-JediTerm", "idea", "jetbrains", false},
		{Linux, "", "login", "login", true},
		{Linux, "", "", "", false},
		{Darwin, "TERM_PROGRAM=Apple_Terminal", "Terminal", "Apple_Terminal", true},
		{Darwin, "TERM_PROGRAM=vscode", "Code", "vscode", true},
		{Windows, "WT_SESSION=x", "WindowsTerminal", "WindowsTerminal", false},
	} {
		facts := terminalFacts{os: c.os, opener: c.opener, env: func(name string) string {
			for v := range strings.FieldsSeq(c.env) {
				if value, ok := strings.CutPrefix(v, name+"="); ok {
					return value
				}
			}
			return ""
		}}
		if facts.program() != c.program || facts.login() != c.login {
			t.Errorf("%+v: %q, %v", c, facts.program(), facts.login())
		}
	}
}

func TestProcessEnv(t *testing.T) {
	if v, err := processEnv(os.Getpid(), "PATH"); err != nil || v == "" {
		t.Errorf("%q, %v", v, err)
	}
	if _, err := processEnv(os.Getpid(), "DEVDOCTOR_UNSET"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := processEnv(2, "PATH"); os.Geteuid() == 0 && err == nil {
		t.Error("a kernel thread has an environment")
	}
}

// TestLiveSession: the answer is one of the four that are possible.
func TestLiveSession(t *testing.T) {
	t.Setenv("DEVDOCTOR_TEST", "ours alone")
	_, err := askLive(t, Query{Verb: "session", Args: []string{"DEVDOCTOR_TEST"}})
	if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrNotPermitted) {
		t.Errorf("a variable of this process alone: %v", err)
	}
}

func FuzzHostsFile(f *testing.F) {
	f.Add("127.0.0.1 localhost\n::1 localhost # x\n")
	f.Add("hosts: files [NOTFOUND=return] dns\nprecedence ::ffff:0:0/96 100\n")
	f.Fuzz(func(t *testing.T, text string) {
		found := hostsAddresses(strings.NewReader(text), "localhost")
		if n := len(found); len(byPrecedence(found, true, parsePolicy(strings.NewReader(text)))) != n {
			t.Error("sorting loses addresses")
		}
		if services := hostServices(strings.NewReader(text)); len(services) > len(text) {
			t.Errorf("%d services in %d bytes", len(services), len(text))
		}
	})
}
