package machine

import (
	"errors"
	"strings"
	"testing"
)

func fresh(t *testing.T, spec Spec) *Machine {
	t.Helper()
	store, err := OpenStore()
	if err != nil {
		t.Skip(err)
	}
	m, err := Start(t.Context(), store, spec)
	if errors.Is(err, ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestRun(t *testing.T) {
	m := fresh(t, Spec{System: "trixie"})
	for _, c := range []struct {
		cmd    Cmd
		exit   int
		stdout string
	}{
		{Cmd{Argv: []string{"id", "-un"}}, 0, "learner\n"},
		{Cmd{Argv: []string{"pwd"}, User: "nosudo"}, 0, "/home/nosudo\n"},
		{Cmd{Argv: []string{"sh", "-c", "echo $A$B; exit 3"}, Env: []string{"A=1"}, Unset: []string{"HOME"}}, 3, "1\n"},
		{Cmd{Argv: []string{"cat"}, Stdin: "typed"}, 0, "typed"},
		{Cmd{Argv: []string{"sudo", "-n", "id", "-u"}}, 0, "0\n"},
		{Cmd{Argv: []string{"tty"}, TTY: true}, 0, "/dev/pts/0\r\n"},
		{Cmd{Argv: []string{"sh", "-c", "kill -9 $$"}}, 137, ""},
		{Cmd{Argv: []string{"sh", "-c", "echo early; sleep 60 &"}}, 0, "early\n"},
	} {
		if r := m.Run(t.Context(), c.cmd); r.Err != nil || r.Exit != c.exit || r.Stdout != c.stdout {
			t.Errorf("%v: %v, stdout %q", c.cmd.Argv, r, r.Stdout)
		}
	}
	running, err := m.Processes(t.Context())
	if err != nil || len(running) != 1 || strings.Join(running[0].Argv, " ") != "sleep 60" || running[0].User != "learner" {
		t.Errorf("running: %v, %v", running, err)
	}
}

// A window is a shell on a terminal of its own that has read its files.
func TestTerminal(t *testing.T) {
	m := fresh(t, Spec{System: "trixie"})
	for path, content := range map[string]string{
		"~/.bashrc": "HELLO=bash", "~/.zshrc": "HELLO=zsh", "~/.config/fish/config.fish": "set HELLO fish",
		"~/.profile": "HELLO=profile; export HELLO",
	} {
		if err := m.Write(t.Context(), path, content+"\n", "", 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		shell string
		login bool
		want  string
	}{
		{"bash", false, "bash"}, {"bash", true, "profile"}, {"zsh", false, "zsh"}, {"fish", false, "fish"}, {"dash", true, "profile"},
	} {
		r := m.Terminal(t.Context(), "", c.shell, c.login, "tty >/dev/null && echo $HELLO\nls /nowhere")
		if r.Err != nil || r.Exit != 2 || r.Stdout != c.want+"\n" || !strings.Contains(r.Stderr, "/nowhere") {
			t.Errorf("%s, login %v: %v", c.shell, c.login, r)
		}
	}
}

// What happens in a window stays: its environment is as old as the window.
func TestWindow(t *testing.T) {
	m := fresh(t, Spec{System: "trixie", Shell: "zsh"})
	w, err := m.Open(t.Context(), "", "", false)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.Run(t.Context(), "here=1; cd /tmp")
	if r := w.Run(t.Context(), "echo $here $PWD $SHELL"); r.Stdout != "1 /tmp /usr/bin/zsh\n" {
		t.Error(r)
	}
	if r := w.Run(t.Context(), "exit 4"); r.Exit != 4 {
		t.Error(r)
	}
}

// What opened a window is the learner's own process, so that a program in the window
// may read what the next one will inherit.
func TestOpener(t *testing.T) {
	m := fresh(t, Spec{System: "trixie"})
	if err := m.Write(t.Context(), "~/.profile", "export FROM=login\n", "", 0o644); err != nil {
		t.Fatal(err)
	}
	for _, login := range []bool{false, true} {
		want := "xterm\nFROM=login\n"
		if login {
			want = "login\n"
		}
		r := m.Terminal(t.Context(), "", "bash", login, `cat /proc/$PPID/comm; tr '\0' '\n' < /proc/$PPID/environ | grep FROM; exit 3`)
		if r.Stdout != want || r.Exit != 3 {
			t.Errorf("login %v: %v, stdout %q, want %q", login, r, r.Stdout, want)
		}
	}
}

func TestWSL(t *testing.T) {
	m := fresh(t, Spec{System: "trixie", WSL: true})
	r := m.Terminal(t.Context(), "", "", false, "cat /proc/version /proc/sys/kernel/osrelease; echo $WSL_DISTRO_NAME $PATH; ls /mnt/c; ls -A /run/WSL | wc -l")
	if strings.Count(r.Stdout, "microsoft") != 2 || !strings.Contains(r.Stdout, "Debian /usr") ||
		!strings.Contains(r.Stdout, "/mnt/c/WINDOWS") || !strings.HasSuffix(r.Stdout, "WINDOWS\n0\n") {
		t.Error(r)
	}
}
