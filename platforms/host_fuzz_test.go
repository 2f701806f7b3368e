package platforms

import (
	"context"
	"encoding/binary"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// A parrot gives the same answer to every question but the first.
type parrot struct {
	os   OS
	text string
}

func (p parrot) Answer(_ context.Context, q Query) (Answer, error) {
	if q.Verb == "host" {
		return Answer{Text: "os " + string(p.os) + "\nhome /home/mia\nuser mia\n"}, nil
	}
	return Answer{Text: p.text}, nil
}

// FuzzAnswers wants every answer read without a panic, and nothing found that is
// not in it. A snapshot may come from anybody.
func FuzzAnswers(f *testing.F) {
	for _, text := range []string{
		"", "\n", " ", "2026-11-21\n", "dir mode=0755 uid=0 gid=0 size=1 access=rwx target=a real=\"b c\"\n",
		"/usr/bin/node -> /usr/lib/node ! loop\n? /net timed out\n", "dir /bin\nmissing \n", "elf amd64 needs=a,b missing=c glibc=2.28\n",
		"script interp=/bin/sh crlf missing\n", "tcp4 0.0.0.0:3000 pid=4711 uid=1000\n", "80 90\n", "name node\nargs \"a b\" c\nstarted x\n",
		"200 api=1.45 os=linux server=\"x\"\n", "total 1\nfree 2\nfs ext4\n", "glibc 2.36\n", "uid 0\ngroup 0 root\nlisted 0 root\n",
		"git:https://github.com mia\n", "1 init\n2 bash\n", "REG_SZ %PATH%\n", "openssh ed25519 encrypted=no\n",
		"PRETTY_NAME=\"Debian\"\nID=debian\nID_LIKE='a b'\n", "/usr/bin/node\n/usr/lib/node_modules/npm\n", "\"", "\x00\xff",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, os := range []OS{Linux, Darwin, Windows} {
			mustRead(t, os, text)
		}
	})
}

func mustRead(t *testing.T, os OS, text string) {
	ctx := context.Background()
	h, err := NewHost(ctx, parrot{os, text})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Count(text, "\n") + 1
	if found, _ := h.Listeners(ctx, 3000); len(found) > lines {
		t.Errorf("%d listeners in %d lines", len(found), lines)
	}
	if copies, _ := h.WhichAll(ctx, "node"); len(copies) > lines {
		t.Errorf("%d programs in %d lines", len(copies), lines)
	}
	if all, _ := h.Which(ctx, "node"); len(all) > 0 && all[0].Skip != "" {
		t.Errorf("a shell passes over the first copy: %+v", all[0])
	}
	if i, err := h.Stat(ctx, "/x"); err == nil && i.Kind == "" {
		t.Error("a path of no kind")
	}
	if b, err := h.Binary(ctx, "/x"); err == nil && b.Format == "" {
		t.Error("a program of no format")
	}
	if total, free, err := h.Memory(ctx); err != nil || total+free > 0 && !strings.ContainsAny(text, "123456789") {
		t.Errorf("memory %d, %d, %v", total, free, err)
	}
	if now, err := h.Now(ctx); err == nil && now.IsZero() && !strings.HasPrefix(strings.TrimSpace(text), "0001") {
		t.Error("a clock that shows nothing")
	}
	_, _ = h.Process(ctx, 1)
	_, _ = h.PathEntries(ctx)
	_, _ = h.ReservedPorts(ctx, "ipv4")
	_, _ = h.Resolve(ctx, "localhost")
	_, _ = h.DockerPing(ctx, "unix:///x")
	_, _ = h.Disk(ctx, "/")
	_, _, _ = h.Libc(ctx)
	_, _ = h.Account(ctx)
	_, _ = h.Credentials(ctx, "git:")
	_, _ = h.Ancestors(ctx)
	_, _ = h.Registry(ctx, `HKCU\Environment`, "Path")
	_, _ = h.SSHKey(ctx, "/x")
	_, _ = h.SSHAgentKeys(ctx)
	_, _ = h.Release(ctx)
	_, _ = h.World(ctx)
	_, _ = h.NodePlaces(ctx)
	_, _ = h.Owner(ctx, Program{Path: "/usr/bin/node", Real: "/usr/bin/node"})
	_, _ = h.NewTerminal(ctx)
}

// FuzzManagerFiles predicts a new terminal from the files of version managers that
// start files lead to.
func FuzzManagerFiles(f *testing.F) {
	const nvm, mise = "/home/mia/.nvm", "/home/mia/.local/bin/mise"
	files := []string{
		nvm + "/alias/default", "/home/mia/.nvmrc", "/home/mia/.config/mise/config.toml", "/home/mia/.condarc", "/etc/environment", "/etc/paths",
		"/home/mia/.tool-versions",
	}
	for i, text := range []string{
		"lts/krypton\n", "v24\n", "[tools]\nnode = \"24\"\n[settings]\nx = 1\n", "auto_activate_base: false\n", "PATH=\"/a:/b\"\nexport X='y\n",
		"/usr/bin\n/bin\n", "nodejs 24.21.0\n",
	} {
		f.Add(uint8(i), text)
	}
	f.Add(uint8(0), "default\n")
	f.Add(uint8(0), "../../../etc/passwd\n")
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		if strings.HasPrefix(text, "! ") {
			return // how paperHome spells an error
		}
		p := paperHome{"list " + nvm + "/versions/node": "v24.21.0/\nv9.0.0/\n"}
		for _, program := range []string{mise, "/opt/conda/bin/conda"} {
			p[Query{Verb: "stat", Args: []string{program}}.String()] = "file mode=0755 uid=1000 gid=1000 size=1 access=rwx\n"
		}
		p.file(nvm+"/nvm.sh", "# nvm\n")
		p.file(files[int(which)%len(files)], text)
		const start = `. ~/.nvm/nvm.sh
eval "$(~/.local/bin/mise activate bash)"
eval "$(/opt/conda/bin/conda shell.bash hook)"
nvm use
`
		for _, shell := range []string{"bash", "zsh"} {
			p["terminal"] = "shell /bin/" + shell + "\nlogin yes\n"
			p.file("/home/mia/."+map[string]string{"bash": "bash_profile", "zsh": "zprofile"}[shell], start)
			mustPredict(t, p)
		}
		p["terminal"] = "shell /usr/bin/fish\n"
		p.file("/home/mia/.config/fish/config.fish", "~/.local/bin/mise activate fish | source\n/opt/conda/bin/conda shell.fish hook | source\n")
		mustPredict(t, p)
	})
}

// FuzzDecode wants plain text left alone, and UTF-16 with a mark read back.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "a", "Grüße\n", "\x00", "a\x00b\x00", "\ufeffx", "\xff\xfe", "\xfe\xff\x00", "\xef\xbb\xbf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_ = decode([]byte(s))
		if plain := strings.ToValidUTF8(strings.Map(noZero, s), ""); !strings.HasPrefix(plain, "\ufeff") && decode([]byte(plain)) != plain {
			t.Errorf("%q becomes %q", plain, decode([]byte(plain)))
		}
		valid := strings.ToValidUTF8(s, "?")
		for mark, order := range map[string]binary.AppendByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
			data := []byte(mark)
			for _, unit := range utf16.Encode([]rune(valid)) {
				data = order.AppendUint16(data, unit)
			}
			if got := decode(data); got != valid {
				t.Errorf("%q in UTF-16 becomes %q", valid, got)
			}
		}
	})
}

func noZero(r rune) rune {
	if r == 0 {
		return -1
	}
	return r
}

// FuzzPatterns compares with a regular expression what * stands for.
func FuzzPatterns(f *testing.F) {
	for _, c := range [][2]string{{"*", ""}, {"a*a", "a"}, {"stat ~/*", "stat ~/x"}, {"v*.0.0", "v9.0.0"}, {"**", "x"}, {"a*b*c", "abcbc"}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(name) || len(pattern) > 50 {
			return
		}
		want := regexp.MustCompile(`(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`) + `$`).MatchString(name)
		if fits(pattern, name) != want {
			t.Errorf("%q fits %q: %v", name, pattern, !want)
		}
	})
}
