package platforms

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// askLive asks this machine, with a deadline no test should reach.
func askLive(t testing.TB, q Query) (Answer, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return NewLive().Answer(ctx, q)
}

func liveText(t testing.TB, verb string, args ...string) string {
	t.Helper()
	a, err := askLive(t, Query{Verb: verb, Args: args})
	if err != nil {
		t.Fatalf("%s %q: %v", verb, args, err)
	}
	return a.Text
}

func liveHost(t testing.TB) *Host {
	t.Helper()
	h, err := NewHost(context.Background(), NewLive())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func writeFile(t testing.TB, path, text string, mode os.FileMode) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// emulated reports whether this is no real Windows, which leaves some questions
// without an answer.
func emulated() bool { return runtime.GOOS == "windows" && os.Getenv("WINEDEBUG") != "" }

func TestLiveHost(t *testing.T) {
	h := liveHost(t)
	if string(h.OS) != runtime.GOOS || h.Self != runtime.GOARCH || h.Arch == "" || h.User == "" {
		t.Errorf("host is %+v", h)
	}
	if home, err := os.UserHomeDir(); err == nil && h.Home != home {
		t.Errorf("home is %q, want %q", h.Home, home)
	}
	now, err := h.Now(context.Background())
	if err != nil || time.Since(now).Abs() > time.Minute {
		t.Errorf("now is %v, %v", now, err)
	}
}

func TestLiveRefusesQuestions(t *testing.T) {
	for query, want := range map[string]string{
		"nonsense":                            "no such question on this system: nonsense",
		"stat":                                "stat takes 1 arguments, not 0",
		"run":                                 "run takes a program",
		"port 0":                              `port takes a number from 1 to 65535, not "0"`,
		"port eighty":                         `port takes a number from 1 to 65535, not "eighty"`,
		"resolve host.example":                "not asked: host.example may need the network",
		"docker-ping tcp://192.0.2.1:2375":    "not asked: 192.0.2.1 is another machine",
		"docker-ping ssh://me@host.example":   "no such endpoint on this system: ssh",
		"docker-ping nonsense":                `"nonsense" is no endpoint`,
		"docker-ping tcp://host.example:2375": "not asked: host.example is another machine",
	} {
		q, err := ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := askLive(t, q); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
}

func TestLiveEnv(t *testing.T) {
	t.Setenv("DEVDOCTOR_TEST", "one\n")
	h := liveHost(t)
	if v, err := h.Env(context.Background(), "DEVDOCTOR_TEST"); v != "one\n" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	if _, err := h.Env(context.Background(), "DEVDOCTOR_UNSET"); !errors.Is(err, ErrNotFound) {
		t.Errorf("unset: %v", err)
	}
	a, err := askLive(t, Query{Env: []string{"DEVDOCTOR_TEST=two"}, Verb: "env", Args: []string{"DEVDOCTOR_TEST"}})
	if a.Text != "two\n" || err != nil {
		t.Errorf("changed: %q, %v", a.Text, err)
	}
	_, err = askLive(t, Query{Env: []string{"DEVDOCTOR_TEST"}, Verb: "env", Args: []string{"DEVDOCTOR_TEST"}})
	if !errors.Is(err, ErrNotFound) {
		t.Errorf("taken away: %v", err)
	}
}

func TestLiveFiles(t *testing.T) {
	dir, h, ctx := t.TempDir(), liveHost(t), context.Background()
	text := "\xef\xbb\xbfone\r\ntwo\x00" // bytes stay as they are
	path := writeFile(t, filepath.Join(dir, "a b.txt"), text, 0o644)
	if got, err := h.ReadFile(ctx, path); got != text || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got := liveText(t, "file", writeFile(t, filepath.Join(dir, "empty"), "", 0o644)); got != "" {
		t.Errorf("empty: %q", got)
	}
	large := writeFile(t, filepath.Join(dir, "large"), strings.Repeat("x", maxFile+1), 0o644)
	for path, want := range map[string]string{
		large: "too large: 1048577 bytes", dir: "is a directory", filepath.Join(dir, "none"): "not found",
		filepath.Join(path, "below"): "not found",
	} {
		if _, err := h.ReadFile(ctx, path); err == nil || err.Error() != want {
			t.Errorf("file %s: %v, want %s", path, err, want)
		}
	}
	i, err := h.Stat(ctx, path)
	if err != nil || i.Kind != File || i.Size != int64(len(text)) || !i.Readable || !i.Writable || i.Dangling {
		t.Errorf("stat: %+v, %v", i, err)
	}
	if i, err = h.Stat(ctx, dir); err != nil || i.Kind != Dir || !i.IsDir {
		t.Errorf("stat of a directory: %+v, %v", i, err)
	}
	a, err := askLive(t, Query{Dir: dir, Verb: "file", Args: []string{"a b.txt"}})
	if a.Text != text || err != nil {
		t.Errorf("from a working directory: %q, %v", a.Text, err)
	}
}

func TestLiveListAndGlob(t *testing.T) {
	dir, h, ctx := t.TempDir(), liveHost(t), context.Background()
	for _, name := range []string{"v20.1.0/bin/node", "v9.0.0/bin/node", "[old]/bin/node", ".hidden/bin/none", "file"} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), "x", 0o644)
	}
	names, err := h.List(ctx, dir)
	want := []string{".hidden/", "[old]/", "file", "v20.1.0/", "v9.0.0/"}
	if !slices.Equal(names, want) || err != nil {
		t.Errorf("list: %q, %v", names, err)
	}
	if _, err := h.List(ctx, filepath.Join(dir, "file")); err == nil || err.Error() != "not a directory" {
		t.Errorf("list a file: %v", err)
	}
	for pattern, want := range map[string][]string{
		"v*/bin/node":     {"v20.1.0/bin/node", "v9.0.0/bin/node"},
		"*/bin/node":      {"[old]/bin/node", "v20.1.0/bin/node", "v9.0.0/bin/node"},
		"[old]/bin/n*d*":  {"[old]/bin/node"},
		"v*.0.0/b*n/node": {"v9.0.0/bin/node"},
		"file":            {"file"},
		"nothing/*":       nil,
		"file/*":          nil,
	} {
		got, err := h.Glob(ctx, filepath.Join(dir, filepath.FromSlash(pattern)))
		for i := range want {
			want[i] = filepath.Join(dir, filepath.FromSlash(want[i]))
		}
		if !slices.Equal(got, want) || err != nil {
			t.Errorf("glob %s: %q, %v", pattern, got, err)
		}
	}
}

func TestLiveNamesAreBounded(t *testing.T) {
	dir := t.TempDir()
	for i := range maxNames + 10 {
		writeFile(t, filepath.Join(dir, strconv.Itoa(i)), "", 0o644)
	}
	if n := strings.Count(liveText(t, "list", dir), "\n"); n != maxNames {
		t.Errorf("%d names listed", n)
	}
	if n := strings.Count(liveText(t, "glob", filepath.Join(dir, "*")), "\n"); n != maxNames {
		t.Errorf("%d names found", n)
	}
}

// What matches only the beginning of a pattern takes no place among its answers.
func TestLiveGlobBehindManyOthers(t *testing.T) {
	dir := t.TempDir()
	for i := range maxNames + 10 {
		if err := os.Mkdir(filepath.Join(dir, "v22."+strconv.Itoa(i)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	last := filepath.Join(dir, "v24.21.0", "node")
	writeFile(t, last, "", 0o755)
	if got := liveText(t, "glob", filepath.Join(dir, "*", "node")); got != last+"\n" {
		t.Errorf("found %q", got)
	}
}

func TestLivePort(t *testing.T) {
	h, ctx := liveHost(t), context.Background()
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil && address == "[::1]:0" {
			t.Logf("no IPv6: %v", err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().(*net.TCPAddr)
		found, err := h.Listeners(ctx, addr.Port)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %+v, %v", address, found, err)
		}
		if f := found[0]; f.Address != addr.IP.String() || f.PID != os.Getpid() && !emulated() || f.Port != addr.Port {
			t.Errorf("%s: %+v", address, f)
		}
		if free, err := h.CanBind(ctx, addr.Port); free || err != nil {
			t.Errorf("bind while %s listens: %v, %v", address, free, err)
		}
		l.Close()
		if found, err := h.Listeners(ctx, addr.Port); len(found) != 0 || err != nil {
			t.Errorf("after %s: %+v, %v", address, found, err)
		}
		if free, err := h.CanBind(ctx, addr.Port); !free || err != nil {
			t.Errorf("bind after %s: %v, %v", address, free, err)
		}
	}
}

func TestLiveProcess(t *testing.T) {
	h, ctx := liveHost(t), context.Background()
	p, err := h.Process(ctx, os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := os.Getwd()
	if p.Name == "" || !h.SamePath(p.Dir, dir) || time.Since(p.Started).Abs() > time.Hour || p.User == "" {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(p.Args, os.Args) {
		t.Errorf("arguments: %q, want %q", p.Args, os.Args)
	}
	if runtime.GOOS != "windows" && (p.UID != os.Getuid() || p.Parent != os.Getppid()) {
		t.Errorf("%+v", p)
	}
	if _, err := h.Process(ctx, 1<<30+1); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such process: %v", err)
	}
}

func TestLiveMachine(t *testing.T) {
	h, ctx := liveHost(t), context.Background()
	if total, free, err := h.Memory(ctx); err != nil || total < 1<<26 || free > total || free == 0 {
		t.Errorf("memory %d, %d, %v", total, free, err)
	}
	d, err := h.Disk(ctx, t.TempDir())
	if err != nil || d.FS == "" || d.Total == 0 || d.Free > d.Total || d.ReadOnly {
		t.Errorf("disk %+v, %v", d, err)
	}
	if _, err := h.Disk(ctx, filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrNotFound) {
		t.Errorf("disk of nothing: %v", err)
	}
	a, err := h.Account(ctx)
	if err != nil || a.Name == "" || a.UID == "" || len(a.Groups) == 0 {
		t.Errorf("account %+v, %v", a, err)
	}
	addrs, err := h.Resolve(ctx, "localhost")
	if err != nil || !slices.Contains(addrs, "127.0.0.1") && !slices.Contains(addrs, "::1") {
		t.Errorf("localhost is %q, %v", addrs, err)
	}
	if _, err := h.Ancestors(ctx); err != nil && !errors.Is(err, ErrNotPermitted) { // a /proc may hide them
		t.Errorf("ancestors: %v", err)
	}
}

// TestLiveTerminal: each fact that is told is one of those in docs/queries.md, and
// Unix names the shell of the account.
func TestLiveTerminal(t *testing.T) {
	text := liveText(t, "terminal")
	told := make(map[string]string)
	for key, value := range fields(text) {
		if !slices.Contains([]string{"shell", "running", "program", "login"}, key) || value == "" {
			t.Errorf("%s is %q", key, value)
		}
		told[key] = value
	}
	if runtime.GOOS != "windows" && !filepath.IsAbs(told["shell"]) {
		t.Errorf("no shell in %q", text)
	}
	t.Setenv("TERM_PROGRAM", "vscode")
	if text := liveText(t, "terminal"); !strings.Contains(text, "program vscode\n") {
		t.Errorf("in VS Code: %q", text)
	}
}

// TestLiveBinary looks into this test's own program.
func TestLiveBinary(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := liveHost(t).Binary(context.Background(), self)
	want := map[string]string{"linux": "elf", "darwin": "macho", "windows": "pe"}[runtime.GOOS]
	if err != nil || b.Format != want || !slices.Equal(b.Arch, []string{runtime.GOARCH}) || len(b.Missing) > 0 {
		t.Errorf("%+v, %v", b, err)
	}
}

// TestLiveDockerPing asks an engine on a loopback port.
func TestLiveDockerPing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go serveOnce(l, "HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nOstype: linux\r\nServer: Docker/26.1.4 (linux)\r\n\r\nOK")
	endpoint := "tcp://" + l.Addr().String()
	if got, want := liveText(t, "docker-ping", endpoint), "200 api=1.45 os=linux server=\"Docker/26.1.4 (linux)\"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	l.Close()
	if _, err := askLive(t, Query{Verb: "docker-ping", Args: []string{endpoint}}); err == nil || err.Error() != "refused" {
		t.Errorf("nobody listens: %v", err)
	}
}

// serveOnce answers one connection, whatever it asks.
func serveOnce(l net.Listener, answer string) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = c.Read(make([]byte, 4096))
	_, _ = c.Write([]byte(answer))
}

func TestReadPing(t *testing.T) {
	for answer, want := range map[string]string{
		"HTTP/1.1 500 Internal Server Error\r\n\r\n": "500\n",
		"HTTP/1.0 200 OK\n":                          "200\n",
		"SSH-2.0-OpenSSH_9.2\r\n":                    "this is no container engine",
		"":                                           "the engine hung up",
	} {
		text, err := readPing(strings.NewReader(answer))
		if err != nil {
			text = err.Error()
		}
		if text != want {
			t.Errorf("%.40q: %q, want %q", answer, text, want)
		}
	}
	if text, err := readPing(strings.NewReader(strings.Repeat("x", 1<<17))); err == nil {
		t.Errorf("a line without end is %q", text)
	}
}

func FuzzPing(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nOstype: linux\r\n\r\nOK")
	f.Add("HTTP/1.0 500\nServer: \x00\n")
	f.Fuzz(func(t *testing.T, answer string) {
		text, err := readPing(strings.NewReader(answer))
		if err == nil && strings.Count(text, "\n") != 1 {
			t.Errorf("%q is no line", text)
		}
	})
}
