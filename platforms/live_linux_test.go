package platforms

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestLiveRunKillsTheTree: nothing of a program that ignores SIGTERM and starts
// others in sessions of their own is alive after its deadline. G09
func TestLiveRunKillsTheTree(t *testing.T) {
	dir := realTemp(t)
	ctx, cancel := context.WithTimeout(context.Background(), 700*time.Millisecond)
	defer cancel()
	script := `trap "" TERM
echo $$ >` + dir + `/main
setsid sh -c 'trap "" TERM; echo $$ >` + dir + `/session; sleep 60' &
sh -c 'echo $$ >` + dir + `/child; sleep 60' &
wait`
	_, err := NewLive().Answer(ctx, Query{Verb: "run", Args: []string{"sh", "-c", script}})
	if !errors.Is(err, ErrTimedOut) {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"main", "session", "child"} {
		mustEnd(t, parsePID(t, liveText(t, "file", filepath.Join(dir, name))))
	}
}

// TestLiveRunKillsOrphans: a descendant that has left the session, lost its parent
// and dropped its environment is still known for one.
func TestLiveRunKillsOrphans(t *testing.T) {
	dir := realTemp(t)
	note := filepath.Join(dir, "pid")
	a, err := askLive(t, Query{Verb: "run", Args: []string{
		"sh", "-c", "env -i PATH=$PATH setsid sh -c 'sleep 60 >/dev/null 2>&1 & echo $! >" + note + "'; echo done",
	}})
	if a.Text != "done\n" || err != nil {
		t.Fatalf("%+v, %v", a, err)
	}
	mustEnd(t, parsePID(t, liveText(t, "file", note)))
}

// TestLiveRunInARun: what a devdoctor inside a program of ours has started belongs
// to both.
func TestLiveRunInARun(t *testing.T) {
	t.Setenv(marker, "1.1")
	a, err := askLive(t, Query{Verb: "run", Args: []string{"sh", "-c", "echo $" + marker}})
	marks := strings.Fields(a.Text)
	if err != nil || len(marks) != 2 || marks[0] != "1.1" || !strings.HasPrefix(marks[1], strconv.Itoa(os.Getpid())+".") {
		t.Errorf("%q, %v", marks, err)
	}
}

// TestLiveRunSparesOthers: ending one program ends nothing of another, and no
// child that somebody else has started.
func TestLiveRunSparesOthers(t *testing.T) {
	other, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "sleep 5"}, &os.ProcAttr{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = other.Kill()
		_, _ = other.Wait()
	}()
	slow := make(chan Answer)
	go func() {
		a, _ := askLive(t, Query{Verb: "run", Args: []string{"sh", "-c", "(setsid sh -c 'sleep 0.5; echo inner') ; echo outer"}})
		slow <- a
	}()
	for range 20 {
		if _, err := askLive(t, Query{Verb: "run", Args: []string{"sh", "-c", "setsid sleep 60 >/dev/null 2>&1 &"}}); err != nil {
			t.Error(err)
		}
	}
	if a := <-slow; a.Text != "inner\nouter\n" || a.Exit != 0 {
		t.Errorf("the other program: %+v", a)
	}
	if s, err := readProcStat(other.Pid); err != nil || s.state == 'Z' {
		t.Errorf("the child of somebody else: %+v, %v", s, err)
	}
}

func TestListenersBothWays(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "127.0.0.2:0", "[::1]:0", "[::]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("%s: %v", address, err)
			continue
		}
		defer l.Close()
		addr := l.Addr().(*net.TCPAddr).AddrPort()
		fast, err := diagListeners(addr.Port())
		if err != nil {
			t.Fatal(err)
		}
		slow, err := procListeners("/proc/net", addr.Port())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(fast, slow) || len(fast) != 1 || fast[0].addr != addr || fast[0].uid != os.Getuid() {
			t.Errorf("%s: netlink %+v, /proc %+v", address, fast, slow)
		}
	}
	if _, err := procListeners(t.TempDir(), 80); !errors.Is(plainError(err), ErrNotPermitted) {
		t.Errorf("without /proc: %v", err)
	}
}

func TestParseProcSocket(t *testing.T) {
	for line, want := range map[string]string{
		"   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 25841 1 0 100 0 0 10 0":                                   "127.0.0.1:3000",
		"   1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 1 1 0 100 0 0 10 0": "[::1]:8080",
		"   2: 0100007F:0BB8 0100007F:B0A6 01 00000000:00000000 00:00000000 00000000  1000        0 25842 1 0 100 0 0 10 0":                                   "",
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode":                                                    "",
		"   3: 0100:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 25841":                                                        "",
		"   4: 0100007F:10BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 25841":                                                   "",
	} {
		s, ok := parseProcSocket(line)
		if ok != (want != "") || ok && s.addr.String() != want {
			t.Errorf("%s: %+v, %v", line, s, ok)
		}
	}
}

func TestProcessesThatHide(t *testing.T) {
	if err := processHidden(os.Getpid(), errors.New("x")); !errors.Is(err, ErrNotPermitted) {
		t.Errorf("one that is there: %v", err)
	}
	if err := processHidden(1<<30, errors.New("x")); !errors.Is(err, ErrNotFound) {
		t.Errorf("one that is not: %v", err)
	}
}

func TestParseProcStat(t *testing.T) {
	s, err := parseProcStat("42 (a) (b c) S 7 42 42 0 -1 4194304 1 0 0 0 1 2 3 4 20 0 1 0 12345 6 7\n")
	if want := (procStat{name: "a) (b c", state: 'S', parent: 7, session: 42, started: 12345}); s != want || err != nil {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestLongName(t *testing.T) {
	for _, c := range [][3]string{
		{"gnome-terminal-", "/usr/libexec/gnome-terminal-server", "gnome-terminal-server"},
		{"gnome-terminal-", "", "gnome-terminal-"},
		{"terminator", "/usr/bin/python3.11", "terminator"},
		{"MainThread", "/usr/bin/node (deleted)", "node"},
		{"bash", "/usr/bin/bash", "bash"},
	} {
		if got := longName(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s: %s", c[0], c[1], got)
		}
	}
}

func TestPasswdShell(t *testing.T) {
	const passwd = "root:x:0:0:root:/root:/bin/bash\n+::::::\nlearner:x:1000:1000:,,,:/home/learner:/usr/bin/zsh\nplain:x:1001:1001::/home/plain:\nshort:x\n"
	for name, want := range map[string]string{"learner": "/usr/bin/zsh", "plain": "/bin/sh", "short": "", "nobody": ""} {
		if got, _ := passwdShell(bufio.NewScanner(strings.NewReader(passwd)), name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestMountedAt(t *testing.T) {
	const table = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000
31 22 0:26 / /home rw shared:2 master:3 - btrfs /dev/sdb rw
32 22 0:27 / /mnt/two\040words rw - vfat /dev/sdc rw
33 22 0:28 / /home rw - overlay overlay rw
not a line
`
	for path, want := range map[string]string{
		"/": "ext4", "/usr": "ext4", "/mnt/c/Users": "9p", "/mnt/cc": "ext4", "/home/learner": "overlay", "/mnt/two words/x": "vfat",
	} {
		if got := mountedAt(strings.NewReader(table), path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// TestSystemdHolds: a socket of a stopped engine is not connected to.
func TestSystemdHolds(t *testing.T) {
	root := t.TempDir()
	if engineRuns("/", "dockerd") || engineRuns("/", "podman") {
		t.Skip("an engine runs here")
	}
	in := func(name string) string { return filepath.Join(root, name) }
	listen := func(name string) string {
		if err := os.MkdirAll(filepath.Dir(in(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("unix", in(name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return in(name)
	}
	docker, podman, other := listen("run/docker.sock"), listen("run/podman/podman.sock"), listen("home/desktop.sock")
	link(t, "podman/podman.sock", in("run/alias.sock"))
	holds := func(want bool, when string, sockets ...string) {
		t.Helper()
		for _, socket := range sockets {
			if systemdHolds(root, socket) != want {
				t.Errorf("%s: %s is held: %v", when, socket, !want)
			}
		}
	}
	holds(false, "without systemd", docker, podman)
	writeFile(t, in("run/systemd/system/x"), "", 0o644)
	holds(false, "without the unit, as with Docker Desktop", docker, podman)
	writeFile(t, in("usr/lib/systemd/system/docker.socket"), "", 0o644)
	writeFile(t, in("usr/lib/systemd/user/podman.socket"), "", 0o644)
	writeFile(t, in("run/docker.pid"), strconv.Itoa(os.Getpid()), 0o644)
	holds(false, "while the engine runs", docker)
	writeFile(t, in("run/docker.pid"), strconv.Itoa(1<<30), 0o644)
	holds(true, "with a stopped engine", docker, podman, in("run/alias.sock"))
	holds(false, "with a stopped engine", other, in("run/none.sock"))
	holds(false, "where nobody listens", writeFile(t, in("left/docker.sock"), "", 0o600))
}

func TestLiveLibc(t *testing.T) {
	name, version, err := liveHost(t).Libc(context.Background())
	if err != nil || name != "glibc" && name != "musl" || strings.Trim(version, "0123456789.") != "" || version == "" {
		t.Errorf("%q %q, %v", name, version, err)
	}
	if name != "glibc" {
		return
	}
	a, err := askLive(t, Query{Verb: "run", Args: []string{"getconf", "GNU_LIBC_VERSION"}})
	if err == nil && a.Text != "glibc "+version+"\n" {
		t.Errorf("getconf says %q, we say %q", a.Text, version)
	}
}

// BenchmarkLive is the questions whose speed matters: each is asked many times, or
// of something large.
func BenchmarkLive(b *testing.B) {
	l, ctx := NewLive(), context.Background()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	queries := map[string]Query{
		"port busy":   {Verb: "port", Args: []string{strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)}},
		"port free":   {Verb: "port", Args: []string{"9"}},
		"process":     {Verb: "process", Args: []string{strconv.Itoa(os.Getpid())}},
		"ancestors":   {Verb: "ancestors"},
		"account":     {Verb: "account"},
		"host":        {Verb: "host"},
		"path":        {Verb: "path"},
		"stat":        {Verb: "stat", Args: []string{"/bin/sh"}},
		"libc":        {Verb: "libc"},
		"disk":        {Verb: "disk", Args: []string{"/"}},
		"memory":      {Verb: "memory"},
		"run true":    {Verb: "run", Args: []string{"true"}},
		"resolve":     {Verb: "resolve", Args: []string{"localhost"}},
		"binary bash": {Verb: "binary", Args: []string{"/bin/bash"}},
	}
	if node := os.Getenv("DEVDOCTOR_BENCH_NODE"); node != "" {
		queries["binary node"] = Query{Verb: "binary", Args: []string{node}}
	}
	for name, q := range queries {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Answer(ctx, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, n := range []int{12, 1000} {
		root, dirs := b.TempDir(), make([]string, n)
		for i := range dirs {
			dirs[i] = filepath.Join(root, strconv.Itoa(i))
			if err := os.Mkdir(dirs[i], 0o755); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(fmt.Sprintf("which 15 names in %d directories", n), func(b *testing.B) {
			for b.Loop() {
				for i := range 15 {
					q := Query{Env: []string{"PATH=" + strings.Join(dirs, ":")}, Verb: "which", Args: []string{"x" + strconv.Itoa(i)}}
					if _, err := l.Answer(ctx, q); !errors.Is(err, ErrNotFound) {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func FuzzProc(f *testing.F) {
	f.Add("42 (a) (b c) S 7 42 42 0 -1 4194304 1 0 0 0 1 2 3 4 20 0 1 0 12345 6 7\n")
	f.Add("0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 25841")
	f.Add("30 22 0:25 / /mnt/c rw,noatime - 9p C:\\134 rw")
	f.Add("mia:x:1000:1000:,,,:/home/mia:/usr/bin/zsh\n+::::::\n")
	f.Add("Name:\tnode\nUid:\t1000\t1001\t1000\t1000\nGid:\t1000\n")
	f.Add("Num       RefCount Protocol Flags    Type St Inode Path\n0000000000000000: 00000002 00000000 00010000 0001 01 20612 /run/docker.sock\n")
	f.Fuzz(func(t *testing.T, text string) {
		if uid, ok := effectiveUser(text); uid < 0 && ok {
			t.Errorf("account %d", uid)
		}
		for _, path := range waitingSockets(text) {
			if path == "" || !strings.Contains(text, path) {
				t.Errorf("a socket at %q", path)
			}
		}
		if s, err := parseProcStat(text); err == nil && s.state == 0 {
			t.Error("a process without a state")
		}
		if s, ok := parseProcSocket(text); ok && !s.addr.IsValid() {
			t.Error("a socket without an address")
		}
		if name := mountedAt(strings.NewReader(text), "/mnt/c"); len(name) > len(text) {
			t.Error("a name from nowhere")
		}
		if shell, ok := passwdShell(bufio.NewScanner(strings.NewReader(text)), "mia"); ok && shell == "" {
			t.Error("an account without a shell")
		}
	})
}

func FuzzDiag(f *testing.F) {
	message := make([]byte, unix.SizeofNlMsghdr+diagMessageSize)
	message[0], message[4], message[16], message[17] = byte(len(message)), unix.SOCK_DIAG_BY_FAMILY, unix.AF_INET, tcpListen
	message[16+5] = 80
	f.Add(message)
	f.Add(append(message, 20, 0, 0, 0, unix.NLMSG_ERROR, 0, 0, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, _, _ := parseDiag(data, 80)
		if len(found) > len(data)/diagMessageSize {
			t.Errorf("%d sockets in %d bytes", len(found), len(data))
		}
	})
}
