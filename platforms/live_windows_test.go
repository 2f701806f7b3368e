package platforms

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

func TestProgramNames(t *testing.T) {
	q := Query{Env: []string{"PathExt=.EXE;.CMD;"}}
	names := func(name string) string {
		var text []string
		for _, c := range programNames(q, name) {
			text = append(text, strings.TrimSpace(c.name+" "+c.skip))
		}
		return strings.Join(text, ", ")
	}
	for name, want := range map[string]string{
		"node":     "node.exe, node.cmd, node.ps1 script, node not executable",
		"node.exe": "node.exe, node.exe.exe, node.exe.cmd, node.exe.ps1 script",
		"npm.ps1":  "npm.ps1.exe, npm.ps1.cmd, npm.ps1.ps1 script, npm.ps1 script",
		"a.b":      "a.b.exe, a.b.cmd, a.b.ps1 script, a.b not executable",
	} {
		if got := names(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestSplitPathList(t *testing.T) {
	got := splitPathList(`C:\a;"C:\b;c";;C:\d\;`)
	if want := []string{`C:\a`, `"C:\b;c"`, ``, `C:\d\`, ``}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for entry, want := range map[string]string{`C:\a`: `C:\a\`, `"C:\b;c"`: `C:\b;c\`, `C:\d\`: `C:\d\`, `C:/e/`: `C:/e/`, ``: ``} {
		if got := searchDir(entry); got != want {
			t.Errorf("%q: %q", entry, got)
		}
	}
}

func TestLiveWhichOnWindows(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"one/npm.cmd", "one/npm.ps1", "one/npm", "two/NPM.EXE", "dir/npm.exe/x"} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), "x", 0o755)
	}
	path := strings.Join([]string{dir + `\one`, `"` + dir + `\two"`, "", dir + `\dir\`, dir + `\none`}, ";")
	a, err := askLive(t, Query{Env: []string{"PATH=" + path, "PATHEXT=.EXE;.CMD"}, Verb: "which", Args: []string{"npm"}})
	want := strings.Join([]string{
		dir + `\one\npm.cmd`, dir + `\one\npm.ps1 ! script`, dir + `\one\npm ! not executable`,
		dir + `\two\npm.exe`, dir + `\dir\npm.exe ! directory`,
	}, "\n") + "\n"
	if a.Text != want || err != nil {
		t.Errorf("got\n%swant\n%s%v", a.Text, want, err)
	}
	a, err = askLive(t, Query{Env: []string{"PATH=" + path}, Verb: "path"})
	want = "dir " + dir + `\one` + "\ndir \"" + dir + `\two"` + "\nmissing \ndir " + dir + `\dir\` + "\nmissing " + dir + `\none` + "\n"
	if a.Text != want || err != nil {
		t.Errorf("got\n%swant\n%s%v", a.Text, want, err)
	}
}

func TestLiveReadOnly(t *testing.T) {
	path := writeFile(t, filepath.Join(t.TempDir(), "file"), "x", 0o444)
	i, err := liveHost(t).Stat(context.Background(), path)
	if err != nil || !slices.Contains(i.Attrs, "readonly") || i.Writable || !i.Readable || !strings.HasPrefix(i.Owner, "S-1-") {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestLiveJunction(t *testing.T) {
	dir := t.TempDir()
	target, junction := filepath.Join(dir, "target"), filepath.Join(dir, "junction")
	writeFile(t, filepath.Join(target, "file"), "x", 0o644)
	if out, err := exec.Command("cmd", "/c", "mklink", "/J", junction, target).CombinedOutput(); err != nil {
		t.Skipf("mklink: %v: %s", err, out)
	}
	h := liveHost(t)
	i, err := h.Stat(context.Background(), junction)
	if err != nil || i.Kind != Reparse || i.Tag != tagJunction || !i.IsDir || !h.SamePath(i.Real, target) {
		t.Errorf("%+v, %v", i, err)
	}
	if names, err := h.List(context.Background(), dir); err != nil || !slices.Contains(names, "junction@") {
		t.Errorf("%q, %v", names, err)
	}
}

func TestLiveSymlink(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "target", "node.exe"), "x", 0o755)
	link := filepath.Join(dir, "link")
	if err := os.Symlink("target", link); err != nil {
		t.Skip("this account may make no links: ", err)
	}
	if _, err := os.Lstat(link); err != nil {
		t.Skip("this Windows makes no links: ", err) // Wine says that it did
	}
	h, ctx := liveHost(t), context.Background()
	i, err := h.Stat(ctx, link)
	if err != nil || i.Kind != Link || i.Target != "target" || !i.IsDir || i.Dangling {
		t.Errorf("%+v, %v", i, err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "dangling")); err != nil {
		t.Fatal(err)
	}
	if i, err = h.Stat(ctx, filepath.Join(dir, "dangling")); err != nil || i.Kind != Link || !i.Dangling {
		t.Errorf("%+v, %v", i, err)
	}
}

// servePipe answers one connection to a named pipe, whatever it asks.
func servePipe(t *testing.T, name, answer string) {
	t.Helper()
	path, err := windows.UTF16PtrFromString(name)
	if err != nil {
		t.Fatal(err)
	}
	h, err := windows.CreateNamedPipe(path, windows.PIPE_ACCESS_DUPLEX, windows.PIPE_TYPE_BYTE, 1, 4096, 4096, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		pipe := os.NewFile(uintptr(h), name)
		defer pipe.Close()
		if err := windows.ConnectNamedPipe(h, nil); err != nil && !errors.Is(err, windows.ERROR_PIPE_CONNECTED) {
			return
		}
		_, _ = pipe.Read(make([]byte, 4096))
		_, _ = pipe.WriteString(answer)
		_ = windows.FlushFileBuffers(h)
	}()
}

func TestLivePipes(t *testing.T) {
	servePipe(t, `\\.\pipe\devdoctor_test`, "HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nOstype: linux\r\n\r\nOK")
	if got := liveText(t, "docker-ping", "npipe:////./pipe/devdoctor_test"); got != "200 api=1.47 os=linux\n" {
		t.Errorf("%q", got)
	}
	servePipe(t, `\\.\pipe\openssh-ssh-agent`, "\x00\x00\x00\x05\x0c\x00\x00\x00\x03")
	if got := liveText(t, "ssh-agent"); got != "3\n" {
		t.Errorf("%q", got)
	}
	if _, err := askLive(t, Query{Verb: "docker-ping", Args: []string{"npipe:////./pipe/devdoctor_none"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no engine: %v", err)
	}
	_, err := askLive(t, Query{Verb: "docker-ping", Args: []string{"npipe:////host.example/pipe/docker_engine"}})
	if err == nil || !strings.HasPrefix(err.Error(), "not asked") {
		t.Errorf("the pipe of another machine: %v", err)
	}
}

func TestBatchLine(t *testing.T) {
	got, err := batchLine(`C:\a b\npm.cmd`, []string{"config", "a & b", ""})
	if want := `cmd.exe /d /e:on /v:off /s /c ""C:\a b\npm.cmd" "config" "a & b" """`; got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	for _, arg := range []string{`a"b`, "%PATH%", "a\nb", `C:\`} {
		if line, err := batchLine(`C:\npm.cmd`, []string{arg}); err == nil {
			t.Errorf("%q: %s", arg, line)
		}
	}
}

func TestLiveRunBatch(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a b", "tool.cmd"), "@echo off\r\necho [%~1] [%~2]\r\nexit /b 7\r\n", 0o755)
	a, err := askLive(t, Query{Env: []string{"PATH=" + dir + `\a b`}, Verb: "run", Args: []string{"tool", "x & echo y", "z"}})
	if a.Exit != 7 || err != nil || !strings.Contains(a.Text, "[x & echo y] [z]") && !strings.Contains(a.Text, "[x ") {
		t.Errorf("%+v, %v", a, err)
	}
	t.Chdir(filepath.Join(dir, "a b"))
	if _, err := askLive(t, Query{Env: []string{"PATH=C:\\none"}, Verb: "run", Args: []string{"tool"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a program of the working directory is started: %v", err)
	}
}

// TestLiveRunKillsTheTree: what a program has started ends with it, whether it
// hangs or has ended. G09
func TestLiveRunKillsTheTree(t *testing.T) {
	note := filepath.Join(t.TempDir(), "pid")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	script := `"` + self + `" -test.run=^TestHelper$ > "` + note + `" & ping -n 60 127.0.0.1 > nul`
	writeFile(t, filepath.Join(filepath.Dir(note), "tree.cmd"), "@echo off\r\n"+strings.ReplaceAll(script, " & ", "\r\n")+"\r\n", 0o755)
	_, err = NewLive().Answer(ctx, Query{
		Env: []string{"HELPER=leave"}, Verb: "run", Args: []string{filepath.Join(filepath.Dir(note), "tree.cmd")},
	})
	if !errors.Is(err, ErrTimedOut) {
		t.Errorf("%v", err)
	}
	mustEnd(t, parsePID(t, liveText(t, "file", note)))
}

func TestLiveRegistry(t *testing.T) {
	const path = `Software\devdoctor-test`
	key, _, err := registry.CreateKey(registry.CURRENT_USER, path, registry.ALL_ACCESS)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = registry.DeleteKey(registry.CURRENT_USER, path+`\below`)
		_ = registry.DeleteKey(registry.CURRENT_USER, path)
	}()
	defer key.Close()
	below, _, err := registry.CreateKey(key, "below", registry.ALL_ACCESS)
	if err != nil {
		t.Fatal(err)
	}
	below.Close()
	for _, err := range []error{
		key.SetStringValue("text", "a b"), key.SetExpandStringValue("expand", `%USERPROFILE%\AppData`),
		key.SetDWordValue("number", 1), key.SetQWordValue("long", 1<<40), key.SetStringsValue("list", []string{"a", "b"}),
		key.SetBinaryValue("bytes", []byte{1, 0xab}), key.SetStringValue("", "default"), key.SetStringValue("nothing", ""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	h, ctx := liveHost(t), context.Background()
	for name, want := range map[string]RegistryValue{
		"text": {"REG_SZ", "a b"}, "expand": {"REG_EXPAND_SZ", `%USERPROFILE%\AppData`}, "number": {"REG_DWORD", "1"},
		"long": {"REG_QWORD", "1099511627776"}, "list": {"REG_MULTI_SZ", "a\nb"}, "bytes": {"REG_BINARY", "01ab"},
		"": {"REG_SZ", "default"}, "nothing": {"REG_SZ", ""},
	} {
		if got, err := h.Registry(ctx, `HKCU\`+path, name); got != want || err != nil {
			t.Errorf("%q: %+v, %v", name, got, err)
		}
	}
	if _, err := h.Registry(ctx, `HKCU\`+path, "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such value: %v", err)
	}
	if _, err := h.Registry(ctx, `HKLM\`+path+`\none`, "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such key: %v", err)
	}
	if _, err := h.Registry(ctx, `HKU\x`, "none"); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("another root: %v", err)
	}
	if keys, err := h.RegistryKeys(ctx, `HKCU\`+path); !slices.Equal(keys, []string{"below"}) || err != nil {
		t.Errorf("keys: %q, %v", keys, err)
	}
	if values, err := h.RegistryValues(ctx, `HKCU\`+path); err != nil || !slices.Contains(values, "expand") {
		t.Errorf("values: %q, %v", values, err)
	}
}

func TestLiveSession(t *testing.T) {
	h, ctx := liveHost(t), context.Background()
	t.Setenv("DEVDOCTOR_TEST", "ours alone")
	if _, err := h.SessionEnv(ctx, "DEVDOCTOR_TEST"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a variable of this process alone: %v", err)
	}
	path, err := h.SessionEnv(ctx, "PATH")
	if err != nil || !strings.Contains(strings.ToLower(path), `\system32`) || strings.Contains(path, "%") {
		t.Errorf("PATH is %q, %v", path, err)
	}
}
