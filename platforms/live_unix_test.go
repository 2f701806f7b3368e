//go:build unix

package platforms

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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

// realTemp is a temporary directory whose own path holds no link.
func realTemp(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func link(t testing.TB, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestLiveStatFollowsLinks(t *testing.T) {
	dir, h, ctx := realTemp(t), liveHost(t), context.Background()
	in := func(name string) string { return filepath.Join(dir, name) }
	writeFile(t, in("a dir/file"), "text", 0o754)
	link(t, "a dir/file", in("one"))
	link(t, "one", in("two"))
	link(t, "a dir", in("dir"))
	link(t, "nowhere", in("dangling"))
	link(t, "a dir/file/below", in("through a file"))
	link(t, "loop", in("loop"))
	for name, want := range map[string]Info{
		"one":      {Kind: Link, Target: "a dir/file", Real: in("a dir/file"), Mode: 0o754, Size: 4, Runnable: true},
		"two":      {Kind: Link, Target: "one", Real: in("a dir/file"), Mode: 0o754, Size: 4, Runnable: true},
		"dir":      {Kind: Link, Target: "a dir", Real: in("a dir"), IsDir: true, Runnable: true},
		"dir/file": {Kind: File, Real: in("a dir/file"), Mode: 0o754, Size: 4, Runnable: true},
		"dangling": {Kind: Link, Target: "nowhere", Real: in("dangling"), Dangling: true},
		"loop":     {Kind: Link, Target: "loop", Real: in("loop"), Dangling: true},

		"through a file": {Kind: Link, Target: "a dir/file/below", Real: in("through a file"), Dangling: true},
	} {
		got, err := h.Stat(ctx, in(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want.Mode == 0 {
			got.Mode, got.Size = 0, 0
		}
		if got.UID != os.Getuid() || got.Readable == got.Dangling {
			t.Errorf("%s: %+v", name, got)
		}
		got.UID, got.GID, got.Readable, got.Writable = 0, 0, false, false
		if !slices.Equal(got.Attrs, want.Attrs) || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if names, err := h.List(ctx, dir); err != nil || !slices.Contains(names, "dir@") || !slices.Contains(names, "a dir/") {
		t.Errorf("list: %q, %v", names, err)
	}
	if _, err := h.ReadFile(ctx, in("loop")); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("a file that is a loop: %v", err)
	}
}

func TestLiveStatKinds(t *testing.T) {
	dir, h, ctx := realTemp(t), liveHost(t), context.Background()
	fifo, socket := filepath.Join(dir, "fifo"), filepath.Join(dir, "socket")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for path, want := range map[string]Kind{fifo: FIFO, socket: Socket, "/dev/null": Device, "/": Dir} {
		i, err := h.Stat(ctx, path)
		if i.Kind != want || err != nil {
			t.Errorf("%s is %s, %v", path, i.Kind, err)
		}
	}
	begin := time.Now()
	for _, path := range []string{fifo, socket, "/dev/zero"} {
		for _, verb := range []string{"file", "binary", "ssh-key"} {
			_, err := askLive(t, Query{Verb: verb, Args: []string{path}})
			if err == nil || err.Error() != "not a regular file" {
				t.Errorf("%s %s: %v", verb, path, err)
			}
		}
		if _, err := askLive(t, Query{Verb: "list", Args: []string{path}}); err == nil || err.Error() != "not a directory" {
			t.Errorf("list %s: %v", path, err)
		}
	}
	if time.Since(begin) > 5*time.Second {
		t.Error("opening what is no file waits")
	}
}

func TestLiveNotPermitted(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may do everything")
	}
	dir, h, ctx := realTemp(t), liveHost(t), context.Background()
	file := writeFile(t, filepath.Join(dir, "file"), "x", 0o200)
	closed := filepath.Join(dir, "closed")
	writeFile(t, filepath.Join(closed, "node"), "x", 0o755)
	link(t, "closed/node", filepath.Join(dir, "link"))
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) })
	for _, q := range []Query{
		{Verb: "file", Args: []string{file}}, {Verb: "list", Args: []string{closed}},
		{Verb: "stat", Args: []string{closed + "/node"}}, {Verb: "stat", Args: []string{dir + "/link"}},
		{Verb: "glob", Args: []string{closed + "/*"}}, {Verb: "glob", Args: []string{closed + "/node"}},
		{Verb: "binary", Args: []string{closed + "/node"}},
	} {
		if _, err := askLive(t, q); !errors.Is(err, ErrNotPermitted) {
			t.Errorf("%s: %v", q, err)
		}
	}
	i, err := h.Stat(ctx, file)
	if err != nil || i.Readable || !i.Writable || i.Runnable {
		t.Errorf("%+v, %v", i, err)
	}
	t.Setenv("PATH", closed+":"+dir)
	if got, want := liveText(t, "path"), "denied "+closed+"\ndir "+dir+"\n"; got != want {
		t.Errorf("path: %q, want %q", got, want)
	}
	if _, err := askLive(t, Query{Verb: "which", Args: []string{"node"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("which in a closed directory: %v", err)
	}
}

func TestLiveWhich(t *testing.T) {
	dir := realTemp(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	writeFile(t, in("plain/node"), "x", 0o755)
	writeFile(t, in("text/node"), "x", 0o644)
	writeFile(t, in("dir/node/x"), "x", 0o644)
	writeFile(t, in("caf\xe9/node"), "x", 0o755)
	for _, name := range []string{"links", "dangling", "loop"} {
		if err := os.Mkdir(in(name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	link(t, "../plain/node", in("links/node"))
	link(t, "../nowhere", in("dangling/node"))
	link(t, "node", in("loop/node"))
	link(t, "plain", in("linked"))
	t.Chdir(in("plain"))
	path := strings.Join([]string{
		in("links"), in("text"), in("dir"), in("dangling"), in("loop"), in("nowhere"), in("plain/"), "", "../linked",
		in("links"), in("caf\xe9"), in("plain/node"), "~/bin",
	}, ":")
	q := Query{Env: []string{"PATH=" + path}, Verb: "which", Args: []string{"node"}}
	a, err := askLive(t, q)
	want := strings.Join([]string{
		in("links/node") + " -> " + in("plain/node"),
		in("text/node") + " ! not executable",
		in("dir/node") + " ! directory",
		in("dangling/node") + " ! dangling",
		in("loop/node") + " ! loop",
		in("plain/node"),
		"./node -> " + in("plain/node"),
		"../linked/node -> " + in("plain/node"),
		in("caf\xe9/node"),
	}, "\n") + "\n"
	if a.Text != want || err != nil {
		t.Errorf("got\n%swant\n%s%v", a.Text, want, err)
	}
	programs, err := parseWhich(a.Text)
	if err != nil || len(programs) != 9 || programs[0].Real != in("plain/node") || programs[1].Skip != notAFile {
		t.Errorf("%+v, %v", programs, err)
	}
	q.Args[0] = "nothing"
	if _, err := askLive(t, q); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such program: %v", err)
	}
	q.Args[0] = "./node"
	if a, err := askLive(t, q); a.Text != "./node -> "+in("plain/node")+"\n" || err != nil {
		t.Errorf("with a slash: %q, %v", a.Text, err)
	}
	q = Query{Env: []string{"PATH=" + path}, Verb: "path"}
	kinds := strings.Fields("dir dir dir dir dir missing dir dir dir dir dir file missing")
	var lines strings.Builder
	for i, entry := range strings.Split(path, ":") {
		fmt.Fprintf(&lines, "%s %s\n", kinds[i], entry)
	}
	if a, err := askLive(t, q); a.Text != lines.String() || err != nil {
		t.Errorf("got\n%swant\n%s%v", a.Text, lines.String(), err)
	}
}

func TestLiveLongPath(t *testing.T) {
	dir := realTemp(t)
	last := filepath.Dir(writeFile(t, filepath.Join(dir, "last/node"), "x", 0o755))
	var path strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&path, "%s/%d:", dir, i)
	}
	q := Query{Env: []string{"PATH=" + path.String() + last}, Verb: "which", Args: []string{"node"}}
	a, err := askLive(t, q)
	if a.Text != last+"/node\n" || err != nil {
		t.Errorf("%q, %v", a.Text, err)
	}
	q.Verb, q.Args = "path", nil
	if a, err = askLive(t, q); strings.Count(a.Text, "missing ") != 10_000 || err != nil {
		t.Errorf("%d missing, %v", strings.Count(a.Text, "missing "), err)
	}
}

// TestSlowDirectories: a directory that does not answer costs its time once,
// whatever is looked for in it, and does not keep the others waiting.
func TestSlowDirectories(t *testing.T) {
	l, gate := NewLive(), make(chan struct{})
	look := func(dir string) []string {
		if dir == "slow" {
			<-gate
		}
		return []string{dir}
	}
	begin := time.Now()
	for range 5 {
		found := l.each(context.Background(), []string{"one", "slow", "two"}, look)
		if found[0].slow || !found[1].slow || found[2].slow || found[2].lines[0] != "two" {
			t.Fatalf("%+v", found)
		}
	}
	if took := time.Since(begin); took < slowDir || took > 4*slowDir {
		t.Errorf("it took %v", took)
	}
	close(gate)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if !l.firstOf(context.Background(), []string{"slow"}, look)[0].slow {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("a directory that answers again is still passed over")
		}
	}
}

func TestLiveRunSaysWhyNot(t *testing.T) {
	dir := realTemp(t)
	elf, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	other := slices.Clone(elf)
	binary.LittleEndian.PutUint16(other[18:], 243) // e_machine: RISC-V
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"text":        {"#!/bin/sh\n", 0o644, "not executable"},
		"empty":       {"", 0o755, "the file is empty"},
		"bare":        {"echo hello\n", 0o755, "this is no program and names no interpreter"},
		"interpreter": {"#!/nowhere/node\n", 0o755, "its interpreter /nowhere/node is missing"},
		"crlf":        {"#!/bin/sh\r\necho hello\r\n", 0o755, "its first line ends in CR LF, so /bin/sh is not found"},
		"other":       {string(other), 0o755, "built for riscv64"},
		"windows":     {string(composePE(0x200)), 0o755, "built for Windows"},
	} {
		if name == "other" && !strings.HasPrefix(string(elf), "\x7fELF") {
			continue
		}
		path := writeFile(t, filepath.Join(dir, name), c.text, c.mode)
		_, err := askLive(t, Query{Verb: "run", Args: []string{path}})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := askLive(t, Query{Verb: "run", Args: []string{dir}}); err == nil || err.Error() != "is a directory" {
		t.Errorf("a directory: %v", err)
	}
	if _, err := askLive(t, Query{Verb: "run", Args: []string{dir + "/nothing"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("nothing: %v", err)
	}
}

func TestLiveRunSignals(t *testing.T) {
	a, err := askLive(t, Query{Verb: "run", Args: []string{"sh", "-c", "kill -TERM $$"}})
	if a.Exit != -int(unix.SIGTERM) || err != nil {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestLiveRunLooksUp: a program is found on the PATH of the query, and starts
// with the name that was asked for.
func TestLiveRunLooksUp(t *testing.T) {
	dir := realTemp(t)
	writeFile(t, filepath.Join(dir, "one", "tool"), "#!/bin/sh\necho one\n", 0o644)
	writeFile(t, filepath.Join(dir, "two", "tool"), "#!/bin/sh\necho two in $(pwd) $PWD\n", 0o755)
	path := "PATH=" + dir + "/one:" + dir + "/two:" + os.Getenv("PATH")
	a, err := askLive(t, Query{Dir: dir, Env: []string{path}, Verb: "run", Args: []string{"tool"}})
	if want := "two in " + dir + " " + dir + "\n"; a.Text != want || err != nil {
		t.Errorf("%q, %v, want %q", a.Text, err, want)
	}
}

func TestLiveSockets(t *testing.T) {
	t.Chdir(t.TempDir())
	const socket = "s" // the path of a socket must be short
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	t.Setenv("SSH_AUTH_SOCK", socket)
	go serveOnce(l, "\x00\x00\x00\x05\x0c\x00\x00\x00\x02")
	if got := liveText(t, "ssh-agent"); got != "2\n" {
		t.Errorf("ssh-agent: %q", got)
	}
	go serveOnce(l, "\x00\x00\x00\x01\x05")
	if _, err := askLive(t, Query{Verb: "ssh-agent"}); err == nil || err.Error() != "the ssh agent answers with message 5" {
		t.Errorf("an agent that refuses: %v", err)
	}
	go serveOnce(l, "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\nOK")
	if got := liveText(t, "docker-ping", "unix://"+socket); got != "200 api=1.41\n" {
		t.Errorf("docker-ping: %q", got)
	}
	go func() { // one that takes the connection and says nothing
		if c, err := l.Accept(); err == nil {
			_, _ = io.Copy(io.Discard, c)
			c.Close()
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := NewLive().Answer(ctx, Query{Verb: "docker-ping", Args: []string{"unix://" + socket}}); !errors.Is(err, ErrTimedOut) {
		t.Errorf("an engine that hangs: %v", err)
	}
	l.Close()
	if _, err := askLive(t, Query{Verb: "docker-ping", Args: []string{"unix://" + socket}}); err == nil || err.Error() != "refused" {
		t.Errorf("an engine that has ended: %v", err)
	}
	if _, err := askLive(t, Query{Verb: "ssh-agent"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an agent that has ended: %v", err)
	}
	if _, err := askLive(t, Query{Env: []string{"SSH_AUTH_SOCK"}, Verb: "ssh-agent"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no agent: %v", err)
	}
	if _, err := askLive(t, Query{Verb: "docker-ping", Args: []string{"unix://none"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no engine: %v", err)
	}
}

func TestLiveWithoutHome(t *testing.T) {
	a, err := askLive(t, Query{Env: []string{"HOME"}, Verb: "host"})
	if err != nil || !strings.Contains(a.Text, "\nhome /") {
		t.Errorf("the account database names a home: %q, %v", a.Text, err)
	}
}

func TestLiveAccount(t *testing.T) {
	h := liveHost(t)
	a, err := h.Account(context.Background())
	if err != nil || a.UID != strconv.Itoa(os.Geteuid()) || a.GID != strconv.Itoa(os.Getegid()) || a.Home == "" || a.Shell == "" {
		t.Errorf("%+v, %v", a, err)
	}
	if !slices.ContainsFunc(a.Groups, func(g Group) bool { return g.ID == a.GID }) {
		t.Errorf("the group of the process is not among %+v", a.Groups)
	}
}
