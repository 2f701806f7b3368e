package platforms

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// nativeELF is a program for this machine with the loader of its shell.
func nativeELF(t testing.TB, needs []string, runpath string) ([]byte, elfFacts) {
	t.Helper()
	shell, err := elfOf("/bin/sh")
	if err != nil || shell.interp == "" {
		t.Skip("the shell of this machine has no loader")
	}
	return composeELF(shell.class, shell.machine, binary.NativeEndian, shell.interp, needs, runpath, ""), shell
}

func TestElfMissing(t *testing.T) {
	dir := t.TempDir()
	program, shell := nativeELF(t, []string{"libc.so.6", "libone.so", "libtwo.so", "libforeign.so", "libnone.so.1", "ld.so"}, "$ORIGIN/../lib:${ORIGIN}/more")
	path := writeFile(t, filepath.Join(dir, "bin", "program"), string(program), 0o755)
	// libone needs a library that is not there; a library for another machine counts for none.
	one, _ := nativeELF(t, []string{"libdeep.so"}, "")
	writeFile(t, filepath.Join(dir, "lib", "libone.so"), string(one), 0o644)
	two, _ := nativeELF(t, []string{"libone.so"}, "")
	writeFile(t, filepath.Join(dir, "bin", "more", "libtwo.so"), string(two), 0o644)
	foreign := composeELF(elf.ELFCLASS32, elf.EM_MIPS, binary.BigEndian, "", nil, "", "")
	writeFile(t, filepath.Join(dir, "lib", "libforeign.so"), string(foreign), 0o644)

	want := []string{"libforeign.so", "libnone.so.1", "ld.so", "libdeep.so"}
	if strings.Contains(shell.interp, "musl") {
		t.Skip("a machine without libc.so.6")
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("bin/program", link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, link} {
		b, err := liveHost(t).Binary(t.Context(), path)
		if err != nil || !slices.Equal(b.Missing, want) {
			t.Errorf("%s misses %q, want %q, %v", path, b.Missing, want, err)
		}
	}
	t.Setenv("LD_LIBRARY_PATH", dir)
	writeFile(t, filepath.Join(dir, "libnone.so.1"), string(one), 0o644)
	if b, _ := liveHost(t).Binary(t.Context(), path); slices.Contains(b.Missing, "libnone.so.1") {
		t.Errorf("LD_LIBRARY_PATH is not heeded: %q", b.Missing)
	}
}

func TestElfWithoutLoader(t *testing.T) {
	file := composeELF(elf.ELFCLASS64, elf.EM_X86_64, binary.LittleEndian, "/nowhere/ld-musl-x86_64.so.1", []string{"libc.so"}, "", "")
	path := writeFile(t, filepath.Join(t.TempDir(), "node"), string(file), 0o755)
	b, err := liveHost(t).Binary(t.Context(), path)
	if err != nil || !slices.Equal(b.Missing, []string{"/nowhere/ld-musl-x86_64.so.1"}) {
		t.Errorf("%+v, %v", b, err)
	}
	_, err = askLive(t, Query{Verb: "run", Args: []string{path}})
	if want := "its loader /nowhere/ld-musl-x86_64.so.1 is missing"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// composeCache writes what ldconfig writes.
func composeCache(entries [][2]string) []byte {
	order := binary.NativeEndian
	text := 48 + 24*len(entries)
	data := append([]byte("glibc-ld.so.cache1.1"), make([]byte, 28)...)
	order.PutUint32(data[20:], uint32(len(entries)))
	var pool []byte
	for _, e := range entries {
		entry := make([]byte, 24)
		order.PutUint32(entry[4:], uint32(text+len(pool)))
		pool = append(append(pool, e[0]...), 0)
		order.PutUint32(entry[8:], uint32(text+len(pool)))
		pool = append(append(pool, e[1]...), 0)
		data = append(data, entry...)
	}
	return append(data, pool...)
}

func TestParseLdCache(t *testing.T) {
	cache := composeCache([][2]string{{"libz.so.1", "/lib/libz.so.1"}, {"libz.so.1", "/lib32/libz.so.1"}, {"libc.so.6", "/lib/libc.so.6"}})
	old := append([]byte("ld.so-1.7.0\x00\x00\x00\x00\x00"), cache...) // the form of 1998 stands before it
	for _, data := range [][]byte{cache, old} {
		got := parseLdCache(data)
		if len(got) != 2 || !slices.Equal(got["libz.so.1"], []string{"/lib/libz.so.1", "/lib32/libz.so.1"}) {
			t.Errorf("%q", got)
		}
	}
	if ours := readLdCache(); len(ours) > 0 && len(ours["libc.so.6"]) == 0 {
		t.Errorf("the cache of this machine has %d names and no libc.so.6", len(ours))
	}
}

func TestLibcBanners(t *testing.T) {
	for text, want := range map[string]string{
		"x\x00GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\n":     "2.36",
		"GNU C Library (Ubuntu GLIBC 2.39-0ubuntu8.4) stable release version 2.39.\nCopyright": "2.39",
		"GNU C Library\nrelease version 2.1":                                                   "",
	} {
		path := writeFile(t, filepath.Join(t.TempDir(), "libc"), text, 0o644)
		if got, err := findInFile(path, glibcBanner()); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	path := writeFile(t, filepath.Join(t.TempDir(), "ld-musl"), "\x001.2.345\x00\x001.2.5\x00", 0o644)
	if got, err := findInFile(path, muslVersion()); got != "1.2.5" || err != nil {
		t.Errorf("musl: %q, %v", got, err)
	}
}

func FuzzLdCache(f *testing.F) {
	f.Add(composeCache([][2]string{{"libz.so.1", "/lib/libz.so.1"}}))
	f.Add(append([]byte("ld.so-1.7.0\x00\x00\x00\x00\x00"), bytes.Repeat([]byte{0xff}, 100)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, paths := range parseLdCache(data) {
			if name == "" || len(name) > len(data) || len(paths) > len(data)/24 {
				t.Errorf("%q: %q", name, paths)
			}
		}
	})
}
