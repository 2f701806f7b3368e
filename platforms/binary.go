package platforms

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"
)

// describeBinary says what a program file is, links followed. It reads the parts
// that decide: a Node.js has 100 MB.
func describeBinary(q Query) (string, error) {
	path := atDir(q, q.Args[0])
	f, err := openRegular(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := inspect(f, path)
	if err != nil {
		return "", err
	}
	return b.String() + "\n", nil
}

// inspect looks at a program file that lies at path.
func inspect(f io.ReaderAt, path string) (Binary, error) {
	head := make([]byte, 4096)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return Binary{}, err
	}
	head = head[:n]
	magic := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case n == 0:
		return Binary{Format: "empty"}, nil
	case magic("#!"):
		return parseScript(head), nil
	case magic("\x7fELF"):
		e, err := readELF(f)
		if err != nil {
			return Binary{Format: "data"}, nil // cut off, or made to confuse
		}
		return Binary{
			Format: "elf", Arch: []string{e.arch}, Interp: e.interp, Needs: e.needs, Glibc: e.glibc,
			Missing: elfMissing(path, e),
		}, nil
	case magic("MZ"):
		if arch := peArch(f); arch != "" {
			return Binary{Format: "pe", Arch: []string{arch}}, nil
		}
	case isMachO(head):
		if images, err := readMachO(f); err == nil {
			return describeMachO(path, images), nil
		}
	case isText(head):
		return Binary{Format: "text"}, nil
	}
	return Binary{Format: "data"}, nil
}

// String is b as docs/queries.md has it.
func (b Binary) String() string {
	words := []string{b.Format}
	if len(b.Arch) > 0 {
		words = append(words, strings.Join(b.Arch, ","))
	}
	add := func(key, value string) {
		if value != "" {
			words = append(words, key+"="+word(value))
		}
	}
	add("interp", b.Interp)
	add("arg", b.Arg)
	add("needs", strings.Join(b.Needs, ","))
	if b.Format == "script" && len(b.Missing) > 0 {
		words = append(words, "missing")
	} else {
		add("missing", strings.Join(b.Missing, ","))
	}
	add("glibc", b.Glibc)
	if b.CRLF {
		words = append(words, "crlf")
	}
	return strings.Join(words, " ")
}

// parseScript reads the line that names the interpreter.
func parseScript(head []byte) Binary {
	line, _, ended := bytes.Cut(head[2:], []byte("\n"))
	b := Binary{Format: "script"}
	text := string(line)
	if ended {
		text, b.CRLF = strings.CutSuffix(text, "\r")
	}
	text = strings.Trim(text, " \t")
	b.Interp = text
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		b.Interp, b.Arg = text[:i], strings.TrimLeft(text[i:], " \t")
	}
	if strings.HasSuffix(b.Interp, "/env") {
		b.Arg = splitEnv(b.Arg)
	}
	// On Windows this path means nothing: Git and npm start scripts in their own way.
	if runtime.GOOS != "windows" {
		if _, err := os.Stat(b.Interp); err != nil {
			b.Missing = []string{b.Interp}
		}
	}
	return b
}

// splitEnv is the program that env -S starts. Without -S, env takes all that
// follows it for one name.
func splitEnv(arg string) string {
	words := strings.Fields(arg)
	if len(words) == 0 || !strings.HasPrefix(words[0], "-") {
		return arg
	}
	option := strings.TrimPrefix(strings.TrimPrefix(words[0], "--split-string="), "-S")
	if option != words[0] && option != "" && !strings.HasPrefix(option, "-") {
		return option // -Snode
	}
	if !strings.Contains(words[0], "S") && words[0] != "--split-string" {
		return arg
	}
	for _, w := range words[1:] {
		if !strings.HasPrefix(w, "-") && !strings.Contains(w, "=") {
			return w
		}
	}
	return arg
}

// isText reports whether a beginning of a file is something a person can read.
func isText(head []byte) bool {
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		if r == utf8.RuneError && size == 1 {
			return !utf8.FullRune(head) // a character that the beginning cuts in two
		}
		if r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b", r) {
			return false
		}
		head = head[size:]
	}
	return true
}

// peArch is the processor of a program for Windows; "" when it is none, or cut off:
// Windows starts no program that lacks a part.
func peArch(f io.ReaderAt) string {
	var at [4]byte
	if _, err := f.ReadAt(at[:], 0x3c); err != nil {
		return ""
	}
	start := int64(binary.LittleEndian.Uint32(at[:]))
	var head struct {
		Signature [4]byte
		pe.FileHeader
	}
	if err := binary.Read(io.NewSectionReader(f, start, 24), binary.LittleEndian, &head); err != nil || string(head.Signature[:]) != "PE\x00\x00" {
		return ""
	}
	if !hasSections(f, start+24+int64(head.SizeOfOptionalHeader), int(head.NumberOfSections)) {
		return ""
	}
	switch head.Machine {
	case pe.IMAGE_FILE_MACHINE_AMD64:
		return "amd64"
	case pe.IMAGE_FILE_MACHINE_ARM64:
		return "arm64"
	case pe.IMAGE_FILE_MACHINE_I386:
		return "386"
	case pe.IMAGE_FILE_MACHINE_ARMNT:
		return "arm"
	default:
		return fmt.Sprintf("machine-%#x", head.Machine)
	}
}

// hasSections reports whether a file reaches as far as its table of sections says.
func hasSections(f io.ReaderAt, table int64, n int) bool {
	sections := make([]pe.SectionHeader32, min(n, 96)) // Windows loads no more
	if err := binary.Read(io.NewSectionReader(f, table, 1<<12), binary.LittleEndian, sections); err != nil {
		return false
	}
	end := int64(0)
	for _, s := range sections {
		if s.SizeOfRawData > 0 {
			end = max(end, int64(s.PointerToRawData)+int64(s.SizeOfRawData))
		}
	}
	_, err := f.ReadAt(make([]byte, 1), end-1)
	return end > 0 && err == nil
}

// formats is what this system can start itself.
var formats = map[string]string{"linux": "elf", "darwin": "macho", "windows": "pe"}

// systems is who the other formats are for, in words.
var systems = map[string]string{"elf": "Linux", "macho": "macOS", "pe": "Windows"}

// cannotRun says why the system cannot start a file that may be run; "" when
// nothing is known to be wrong with it.
func cannotRun(path string) string {
	f, err := openRegular(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := inspect(f, path)
	if err != nil {
		return ""
	}
	switch {
	case b.Format == "empty":
		return "the file is empty"
	case b.Format == "text", b.Format == "data":
		return "this is no program and names no interpreter"
	case b.Format == "script" && b.CRLF:
		return fmt.Sprintf("its first line ends in CR LF, so %s is not found", b.Interp)
	case b.Format == "script" && len(b.Missing) > 0:
		return fmt.Sprintf("its interpreter %s is missing", b.Interp)
	case b.Format == "elf" && slices.Contains(b.Missing, b.Interp):
		return fmt.Sprintf("its loader %s is missing", b.Interp)
	case systems[b.Format] != "" && b.Format != formats[runtime.GOOS]:
		return "built for " + systems[b.Format]
	case len(b.Arch) > 0 && !slices.Contains(b.Arch, machineArch()):
		return "built for " + strings.Join(b.Arch, ",")
	}
	return ""
}
