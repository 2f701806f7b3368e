package platforms

import (
	"errors"
	"reflect"
	"testing"
)

// replay is a host of a snapshot.
func replay(t *testing.T, text string) *Host {
	t.Helper()
	s, err := ParseSnapshot([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	h, err := NewHost(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestWhich(t *testing.T) {
	h := replay(t, `-- host --
os linux
-- which a --
/usr/bin/a -> /usr/lib/a/a.js
/opt/a ! not executable
? /net/tools timed out
/bin/a
-- which b --
? /net/tools timed out
/bin/b
-- which c --
! not found
`)
	got, err := h.Which(t.Context(), "a")
	want := []Program{{Path: "/usr/bin/a", Real: "/usr/lib/a/a.js"}, {Path: "/bin/a", Real: "/bin/a"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("a: %+v, %v", got, err)
	}
	if _, err := h.Which(t.Context(), "b"); !errors.Is(err, ErrTimedOut) {
		t.Errorf("a directory that hangs before the first copy: %v", err)
	}
	if got, err := h.Which(t.Context(), "c"); err != nil || len(got) != 0 {
		t.Errorf("nobody provides c: %+v, %v", got, err)
	}
	if _, err := h.Which(t.Context(), "d"); !errors.Is(err, ErrNotRecorded) {
		t.Errorf("nobody asked for d: %v", err)
	}
}

// In another terminal only the directories that this one lacks are asked for.
func TestWhichElsewhere(t *testing.T) {
	h := replay(t, `-- host --
os linux
-- env PATH --
/usr/bin:/bin
-- which node --
/usr/bin/node
-- with PATH=/home/ada/n/bin which node --
/home/ada/n/bin/node
`)
	h.env = &environment{vars: map[string]string{"PATH": "/home/ada/n/bin:/usr/bin"}}
	got, err := h.Which(t.Context(), "node")
	want := []Program{{Path: "/home/ada/n/bin/node", Real: "/home/ada/n/bin/node"}, {Path: "/usr/bin/node", Real: "/usr/bin/node"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnswersAreRead(t *testing.T) {
	h := replay(t, `-- host --
os windows
arch arm64
self amd64
elevated yes
-- stat C:\dev --
reparse mode=0777 size=0 access=rwx target=D:\dev real="D:\\my dev" tag=0xa0000003 isdir attrs=readonly,offline owner=S-1-5-32-544
-- binary C:\node.exe --
pe arm64
-- binary /n --
elf amd64 interp=/lib64/ld-linux-x86-64.so.2 needs=libc.so.6,libatomic.so.1 missing=libatomic.so.1 glibc=2.28
-- binary /s --
script interp=/usr/bin/env arg=node crlf missing
-- port 3000 --
tcp6 [::]:3000 pid=4711 uid=1000
tcp4 127.0.0.1:3000
-- process 4711 --
name node.exe
args node.exe "my app.js"
parent 1
started 2026-11-21T10:00:00Z
-- reg HKCU\Environment Path --
REG_EXPAND_SZ %NVM_HOME%;C:\x y
-- reserved ipv4 --
2980 3079
-- account --
name ada
group S-1-1 Everyone
listed S-1-2 docker-users
admin yes
-- disk C:\ --
fs NTFS
total 100
free 7
readonly yes
`)
	ctx := t.Context()
	check := func(what string, got any, err error, want any) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v, %v\nwant %+v", what, got, err, want)
		}
	}
	if h.Arch != "arm64" || h.Self != "amd64" || !h.Elevated || h.Home != `C:\Users\ada` || h.User != "ada" {
		t.Errorf("host: %+v", h)
	}
	info, err := h.Stat(ctx, `C:\dev`)
	check("stat", info, err, Info{
		Kind: Reparse, IsDir: true, Mode: 0o777, UID: -1, GID: -1, Owner: "S-1-5-32-544", Readable: true, Writable: true, Runnable: true,
		Target: `D:\dev`, Real: `D:\my dev`, Tag: 0xa0000003, Attrs: []string{"readonly", "offline"},
	})
	bin, err := h.Binary(ctx, `C:\node.exe`)
	check("pe", bin, err, Binary{Format: "pe", Arch: []string{"arm64"}})
	bin, err = h.Binary(ctx, "/n")
	check("elf", bin, err, Binary{
		Format: "elf", Arch: []string{"amd64"}, Interp: "/lib64/ld-linux-x86-64.so.2",
		Needs: []string{"libc.so.6", "libatomic.so.1"}, Missing: []string{"libatomic.so.1"}, Glibc: "2.28",
	})
	bin, err = h.Binary(ctx, "/s")
	check("script", bin, err, Binary{Format: "script", Interp: "/usr/bin/env", Arg: "node", CRLF: true, Missing: []string{"/usr/bin/env"}})
	listeners, err := h.Listeners(ctx, 3000)
	check("port", listeners, err, []Listener{{"tcp6", "::", 3000, 4711, 1000}, {"tcp4", "127.0.0.1", 3000, 0, -1}})
	p, err := h.Process(ctx, 4711)
	if err != nil || p.Name != "node.exe" || !reflect.DeepEqual(p.Args, []string{"node.exe", "my app.js"}) || p.Started.IsZero() || p.UID != -1 {
		t.Errorf("process: %+v, %v", p, err)
	}
	v, err := h.Registry(ctx, `HKCU\Environment`, "Path")
	check("reg", v, err, RegistryValue{"REG_EXPAND_SZ", `%NVM_HOME%;C:\x y`})
	ranges, err := h.ReservedPorts(ctx, "ipv4")
	check("reserved", ranges, err, []PortRange{{2980, 3079}})
	a, err := h.Account(ctx)
	check("account", a, err, Account{Name: "ada", Groups: []Group{{"S-1-1", "Everyone"}}, Listed: []Group{{"S-1-2", "docker-users"}}, Admin: true})
	d, err := h.Disk(ctx, `C:\`)
	check("disk", d, err, Disk{FS: "NTFS", Total: 100, Free: 7, ReadOnly: true})
}

func TestPaths(t *testing.T) {
	unix, windows := &Host{OS: Linux, Home: "/home/ada"}, &Host{OS: Windows, Home: `C:\Users\ada`}
	for _, tt := range []struct{ got, want string }{
		{unix.Join("~", ".nvm", "nvm.sh"), "/home/ada/.nvm/nvm.sh"},
		{unix.Join("/", "etc", "hosts"), "/etc/hosts"},
		{unix.Join("/usr/", "/bin"), "/usr/bin"},
		{windows.Join("~/AppData", "npm"), `C:\Users\ada\AppData\npm`},
		{windows.Join(`C:\`, "x"), `C:\x`},
		{unix.DirName("/usr/bin/node"), "/usr/bin"},
		{unix.DirName("/node"), "/"},
		{windows.DirName(`C:\node.exe`), `C:\`},
		{windows.DirName(`C:/a\node.exe`), `C:/a`},
		{unix.BaseName("/usr/bin/"), "bin"},
		{windows.BaseName(`C:\a\node.exe`), "node.exe"},
		{unix.Tilde("/home/ada/x"), "~/x"},
		{unix.Tilde("/home/adam/x"), "/home/adam/x"},
		{windows.Tilde(`c:\users\ADA\x`), `%USERPROFILE%\x`},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	for _, tt := range []struct{ got, want bool }{
		{unix.Under("/home/ada/x", "/home/ada/"), true},
		{unix.Under("/home/adam", "/home/ada"), false},
		{unix.Under("/x", "/"), true},
		{unix.Under("/x", ""), false},
		{windows.Under(`c:/users/ada/x`, `C:\Users\Ada`), true},
		{windows.SamePath(`C:\Node\`, `c:/node`), true},
		{unix.SamePath("/Node", "/node"), false},
		{windows.Abs(`\\server\share`), true},
		{windows.Abs(`\x`), false},
		{unix.Abs("x"), false},
	} {
		if tt.got != tt.want {
			t.Error("a path was misjudged")
		}
	}
	if got := windows.SplitPath(`C:\a;"C:\b;c";;C:\d`); !reflect.DeepEqual(got, []string{`C:\a`, `C:\b;c`, "", `C:\d`}) {
		t.Errorf("got %q", got)
	}
}
