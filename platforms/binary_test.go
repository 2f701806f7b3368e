package platforms

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestBinaryScripts(t *testing.T) {
	shell := filepath.ToSlash(writeFile(t, filepath.Join(t.TempDir(), "sh"), "", 0o755))
	env := filepath.ToSlash(writeFile(t, filepath.Join(t.TempDir(), "env"), "", 0o755))
	missing := " missing"
	if runtime.GOOS == "windows" {
		missing = ""
	}
	for text, want := range map[string]string{
		"#!" + shell + "\n":                     "script interp=" + shell,
		"#! " + shell + " -e -x \n":             `script interp=` + shell + ` arg="-e -x"`,
		"#!" + shell + "\r\necho\r\n":           "script interp=" + shell + " crlf",
		"#!" + env + " node\n":                  "script interp=" + env + " arg=node",
		"#!" + env + " node\r\n":                "script interp=" + env + " arg=node crlf",
		"#!" + env + " -S node --no-warnings\n": "script interp=" + env + " arg=node",
		"#!" + env + " -iS FOO=1 node\n":        "script interp=" + env + " arg=node",
		"#!" + env + " -Snode\n":                "script interp=" + env + " arg=node",
		"#!" + env + " --split-string=node\n":   "script interp=" + env + " arg=node",
		"#!" + env + " node --x\n":              "script interp=" + env + ` arg="node --x"`,
		"#!/nowhere/node\n":                     "script interp=/nowhere/node" + missing,
		"#!/nowhere/node":                       "script interp=/nowhere/node" + missing,
		"#!/nowhere/node\r\n":                   "script interp=/nowhere/node" + missing + " crlf",
		"":                                      "empty",
		"echo hello\n":                          "text",
		"Gr\xc3\xbc\xc3\x9fe\t\x1b[1m\n":        "text",
		strings.Repeat("x", 4095) + "\u00fc":    "text",
		"\x00\x01\x02":                          "data",
		"caf\xe9\n":                             "data",
		"\x7fELF":                               "data",
		"\x7fELF" + strings.Repeat("\xff", 200): "data",
		"MZ":                                    "data",
		"MZ" + strings.Repeat("\xff", 100):      "data",
		"\xca\xfe\xba\xbe\x00\x00\x00\x41" + "java class": "data",
		"\xcf\xfa\xed\xfe": "data",
	} {
		path := writeFile(t, filepath.Join(t.TempDir(), "program"), text, 0o755)
		if got := liveText(t, "binary", path); got != want+"\n" {
			t.Errorf("%.30q: %q, want %q", text, got, want)
		}
	}
}

// TestBinaryRoundTrip: what is written is what a Host reads.
func TestBinaryRoundTrip(t *testing.T) {
	for _, b := range []Binary{
		{Format: "elf", Arch: []string{"amd64"}, Interp: "/lib64/ld-linux-x86-64.so.2", Needs: []string{"libdl.so.2", "libatomic.so.1"}, Missing: []string{"libatomic.so.1"}, Glibc: "2.28"},
		{Format: "elf", Arch: []string{"arm64"}},
		{Format: "macho", Arch: []string{"amd64", "arm64"}, Needs: []string{"/usr/lib/libSystem.B.dylib"}},
		{Format: "pe", Arch: []string{"amd64"}},
		{Format: "script", Interp: "/opt/my node/bin/node", Arg: `a "b"`, Missing: []string{"/opt/my node/bin/node"}, CRLF: true},
		{Format: "script", Interp: "/usr/bin/env", Arg: "node"},
		{Format: "empty"},
	} {
		h := replay(t, "-- host --\nos linux\n-- binary /x --\n"+b.String()+"\n")
		got, err := h.Binary(t.Context(), "/x")
		if err != nil || got.String() != b.String() || got.Interp != b.Interp || got.Arg != b.Arg || got.CRLF != b.CRLF ||
			!slices.Equal(got.Missing, b.Missing) || !slices.Equal(got.Arch, b.Arch) {
			t.Errorf("%+v is read as %+v, %v", b, got, err)
		}
	}
}

// A metered file counts what is read of it.
type metered struct {
	io.ReaderAt
	read int
}

func (m *metered) ReadAt(p []byte, at int64) (int, error) {
	n, err := m.ReaderAt.ReadAt(p, at)
	m.read += n
	return n, err
}

// TestBinaryReadsLittle: a Node.js has 100 MB, of which only the tables count.
func TestBinaryReadsLittle(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := &metered{ReaderAt: f}
	b, err := inspect(m, self)
	if err != nil || b.Format != formats[runtime.GOOS] || !slices.Equal(b.Arch, []string{runtime.GOARCH}) {
		t.Errorf("this test is %+v, %v", b, err)
	}
	if m.read > 64<<10 {
		t.Errorf("%d bytes are read", m.read)
	}
}

// composePE makes the beginning of a program for Windows, with one section that lies
// from byte 0x100 to byte 0x200, and cuts it off after size bytes.
func composePE(size int) []byte {
	b := bytes.NewBufferString("MZ" + strings.Repeat("\x00", 58) + "\x40\x00\x00\x00PE\x00\x00")
	_ = binary.Write(b, binary.LittleEndian, pe.FileHeader{Machine: pe.IMAGE_FILE_MACHINE_AMD64, NumberOfSections: 1})
	_ = binary.Write(b, binary.LittleEndian, pe.SectionHeader32{SizeOfRawData: 0x100, PointerToRawData: 0x100})
	return append(b.Bytes(), make([]byte, 0x200-b.Len())...)[:size]
}

// TestBinaryCutOff: Windows calls a program that lacks a part no program.
func TestBinaryCutOff(t *testing.T) {
	for size, want := range map[int]string{0x200: "pe amd64\n", 0x1ff: "data\n", 0x60: "data\n", 0x42: "data\n"} {
		path := writeFile(t, filepath.Join(t.TempDir(), "node.exe"), string(composePE(size)), 0o755)
		if got := liveText(t, "binary", path); got != want {
			t.Errorf("after %#x bytes: %q, want %q", size, got, want)
		}
	}
}

// composeELF makes a program with a table of what it needs: enough for the loader's
// part of the file, which is all that is read.
func composeELF(class elf.Class, machine elf.Machine, order binary.ByteOrder, interp string, needs []string, runpath, glibc string) []byte {
	const base, stringsAt, dynamicAt, versionsAt = 0x10000, 0x400, 0x800, 0xa00
	text := []byte{0}
	add := func(s string) uint64 {
		at := len(text)
		text = append(append(text, s...), 0)
		return uint64(at)
	}
	type entry struct {
		tag elf.DynTag
		val uint64
	}
	var entries []entry
	for _, n := range needs {
		entries = append(entries, entry{elf.DT_NEEDED, add(n)})
	}
	if runpath != "" {
		entries = append(entries, entry{elf.DT_RUNPATH, add(runpath)})
	}
	var versions bytes.Buffer
	if glibc != "" {
		name := uint32(add("GLIBC_" + glibc))
		old := uint32(add("GLIBC_2.2.5"))
		private := uint32(add("GLIBC_PRIVATE"))
		_ = binary.Write(&versions, order, elfVerneed{Version: 1, Count: 3, Aux: 16})
		_ = binary.Write(&versions, order, []elfVernaux{{Name: old, Next: 16}, {Name: name, Next: 16}, {Name: private}})
		entries = append(entries, entry{elf.DT_VERNEED, base + versionsAt}, entry{elf.DT_VERNEEDNUM, 1})
	}
	entries = append(entries, entry{elf.DT_STRTAB, base + stringsAt}, entry{elf.DT_NULL, 0})
	interpAt := stringsAt + add(interp)

	var head, progs, dynamic bytes.Buffer
	data := byte(elf.ELFDATA2LSB)
	if order == binary.BigEndian {
		data = byte(elf.ELFDATA2MSB)
	}
	ident := [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(class), data, 1}
	kinds := []elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Vaddr: base, Filesz: 0x1000, Memsz: 0x1000},
		{Type: uint32(elf.PT_INTERP), Off: interpAt, Filesz: uint64(len(interp) + 1)},
		{Type: uint32(elf.PT_DYNAMIC), Off: dynamicAt},
	}
	if class == elf.ELFCLASS64 {
		_ = binary.Write(&head, order, elf.Header64{Ident: ident, Machine: uint16(machine), Phoff: 64, Phentsize: 56, Phnum: 3})
		for _, e := range entries {
			_ = binary.Write(&dynamic, order, elf.Dyn64{Tag: int64(e.tag), Val: e.val})
		}
		kinds[2].Filesz = uint64(dynamic.Len())
		_ = binary.Write(&progs, order, kinds)
	} else {
		_ = binary.Write(&head, order, elf.Header32{Ident: ident, Machine: uint16(machine), Phoff: 52, Phentsize: 32, Phnum: 3})
		for _, e := range entries {
			_ = binary.Write(&dynamic, order, elf.Dyn32{Tag: int32(e.tag), Val: uint32(e.val)})
		}
		kinds[2].Filesz = uint64(dynamic.Len())
		for _, k := range kinds {
			_ = binary.Write(&progs, order, elf.Prog32{Type: k.Type, Off: uint32(k.Off), Vaddr: uint32(k.Vaddr), Filesz: uint32(k.Filesz)})
		}
	}
	file := make([]byte, 0x1000)
	copy(file[copy(file, head.Bytes()):], progs.Bytes())
	copy(file[stringsAt:], text)
	copy(file[dynamicAt:], dynamic.Bytes())
	copy(file[versionsAt:], versions.Bytes())
	return file
}

func TestReadELF(t *testing.T) {
	needs := []string{"libdl.so.2", "libatomic.so.1"}
	for _, c := range []struct {
		class   elf.Class
		machine elf.Machine
		order   binary.ByteOrder
		arch    string
	}{
		{elf.ELFCLASS64, elf.EM_X86_64, binary.LittleEndian, "amd64"},
		{elf.ELFCLASS64, elf.EM_AARCH64, binary.LittleEndian, "arm64"},
		{elf.ELFCLASS32, elf.EM_ARM, binary.LittleEndian, "arm"},
		{elf.ELFCLASS64, elf.EM_S390, binary.BigEndian, "s390x"},
		{elf.ELFCLASS64, elf.Machine(9999), binary.LittleEndian, "machine-9999"},
	} {
		file := composeELF(c.class, c.machine, c.order, "/lib/ld.so", needs, "$ORIGIN/../lib:/opt/lib", "2.28")
		e, err := readELF(bytes.NewReader(file))
		if err != nil || e.arch != c.arch || e.interp != "/lib/ld.so" || !slices.Equal(e.needs, needs) || e.glibc != "2.28" ||
			!slices.Equal(e.runpath, []string{"$ORIGIN/../lib", "/opt/lib"}) {
			t.Errorf("%+v: %+v, %v", c, e, err)
		}
		for cut := range file { // cut off anywhere, it is an error or what is left of it
			if e, err := readELF(bytes.NewReader(file[:cut])); err == nil && len(e.needs) > len(needs) {
				t.Fatalf("cut at %d: %+v", cut, e)
			}
		}
	}
}

func TestNewestGlibc(t *testing.T) {
	if got := newestGlibc([]string{"GLIBC_2.9", "GLIBC_2.28", "GLIBC_PRIVATE", "GLIBCXX_3.4.30", "GLIBC_2.2.5"}); got != "2.28" {
		t.Errorf("%q", got)
	}
}

// composeMachO makes an image with load commands and nothing else.
func composeMachO(cpu macho.Cpu, needs, weak, rpaths []string) []byte {
	var commands bytes.Buffer
	add := func(kind uint32, head int, text string) {
		size := (head + len(text) + 8) &^ 7
		command := make([]byte, size)
		binary.LittleEndian.PutUint32(command, kind)
		binary.LittleEndian.PutUint32(command[4:], uint32(size))
		binary.LittleEndian.PutUint32(command[8:], uint32(head))
		copy(command[head:], text)
		commands.Write(command)
	}
	for _, n := range needs {
		add(uint32(macho.LoadCmdDylib), 24, n)
	}
	for _, w := range weak {
		add(0x80000018, 24, w)
	}
	for _, r := range rpaths {
		add(uint32(macho.LoadCmdRpath), 12, r)
	}
	head := make([]byte, 32)
	for i, n := range []uint32{macho.Magic64, uint32(cpu), 0, uint32(macho.TypeExec), 0, uint32(commands.Len())} {
		binary.LittleEndian.PutUint32(head[4*i:], n)
	}
	return append(head, commands.Bytes()...)
}

func composeFat(images ...[]byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, macho.MagicFat)
	head = binary.BigEndian.AppendUint32(head, uint32(len(images)))
	at, body := 4096, []byte(nil)
	for _, image := range images {
		for _, n := range []uint32{0, 0, uint32(at + len(body)), uint32(len(image)), 3} {
			head = binary.BigEndian.AppendUint32(head, n)
		}
		body = append(body, image...)
	}
	return append(append(head, make([]byte, at-len(head))...), body...)
}

func TestReadMachO(t *testing.T) {
	arm := composeMachO(macho.CpuArm64, []string{"/usr/lib/libSystem.B.dylib", "@rpath/libuv.dylib"}, []string{"/opt/weak.dylib"}, []string{"@loader_path/../lib"})
	intel := composeMachO(macho.CpuAmd64, []string{"/usr/lib/libSystem.B.dylib"}, nil, nil)
	images, err := readMachO(bytes.NewReader(composeFat(intel, arm)))
	if err != nil || len(images) != 2 || images[0].arch != "amd64" || images[1].arch != "arm64" ||
		!slices.Equal(images[1].needs, []string{"/usr/lib/libSystem.B.dylib", "@rpath/libuv.dylib"}) ||
		!slices.Equal(images[1].rpaths, []string{"@loader_path/../lib"}) {
		t.Errorf("%+v, %v", images, err)
	}
	path := writeFile(t, filepath.Join(t.TempDir(), "node"), string(composeFat(intel, intel)), 0o755)
	if got, want := liveText(t, "binary", path), "macho amd64,amd64 needs=/usr/lib/libSystem.B.dylib\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for cut := range arm {
		if images, err := readMachO(bytes.NewReader(arm[:cut])); err == nil {
			t.Fatalf("cut at %d: %+v", cut, images)
		}
	}
}

func FuzzBinary(f *testing.F) {
	f.Add([]byte("#!/usr/bin/env -S node --x\r\n"))
	f.Add(composeELF(elf.ELFCLASS64, elf.EM_X86_64, binary.LittleEndian, "/nowhere/ld.so", []string{"libc.so.6"}, "$ORIGIN", "2.28"))
	f.Add(composeELF(elf.ELFCLASS32, elf.EM_386, binary.LittleEndian, "/nowhere/ld.so", []string{"libc.so.6"}, "", "2.4"))
	f.Add(composeFat(composeMachO(macho.CpuArm64, []string{"a"}, nil, []string{"b"})))
	f.Add(composePE(0x200))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := &metered{ReaderAt: bytes.NewReader(data)}
		b, err := inspect(m, "/nowhere/program")
		if err != nil || b.Format == "" {
			t.Errorf("%+v, %v", b, err)
		}
		if m.read > 1<<25 {
			t.Errorf("%d bytes read of %d", m.read, len(data))
		}
	})
}
