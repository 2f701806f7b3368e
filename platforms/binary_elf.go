package platforms

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// An elfFacts is what the loader reads of an ELF file. It goes by the program
// headers, as the loader does: section headers may have been stripped.
type elfFacts struct {
	arch    string
	class   elf.Class
	machine elf.Machine
	interp  string
	needs   []string
	rpath   []string // of DT_RPATH
	runpath []string
	glibc   string // the highest version asked for
	defines []string
}

const (
	maxElfProgs   = 256      // program headers read
	maxElfDynamic = 64 << 10 // bytes
	maxElfList    = 1024     // of a list inside a file
	maxElfString  = 4096     // bytes
)

var errBadELF = errors.New("this is no sound ELF file")

// elfReader reads one ELF file, whose numbers nobody vouches for.
type elfReader struct {
	f       io.ReaderAt
	order   binary.ByteOrder
	wide    bool // 64 bits
	loads   []elf.Prog64
	strings uint64 // address of the string table
}

func readELF(f io.ReaderAt) (elfFacts, error) {
	var ident [elf.EI_NIDENT]byte
	if _, err := f.ReadAt(ident[:], 0); err != nil {
		return elfFacts{}, errBadELF
	}
	r := &elfReader{f: f, order: binary.LittleEndian, wide: ident[elf.EI_CLASS] == byte(elf.ELFCLASS64)}
	if ident[elf.EI_DATA] == byte(elf.ELFDATA2MSB) {
		r.order = binary.BigEndian
	}
	e := elfFacts{class: elf.Class(ident[elf.EI_CLASS])}
	var phoff uint64
	var phentsize, phnum uint16
	if r.wide {
		var h elf.Header64
		if err := r.read(0, &h); err != nil {
			return e, err
		}
		e.machine, phoff, phentsize, phnum = elf.Machine(h.Machine), h.Phoff, h.Phentsize, h.Phnum
	} else {
		var h elf.Header32
		if err := r.read(0, &h); err != nil {
			return e, err
		}
		e.machine, phoff, phentsize, phnum = elf.Machine(h.Machine), uint64(h.Phoff), h.Phentsize, h.Phnum
	}
	e.arch = elfArch(e.machine, r.order == binary.LittleEndian)
	dynamic, err := r.programs(&e, phoff, phentsize, min(phnum, maxElfProgs))
	if err != nil || dynamic.Filesz == 0 {
		return e, err
	}
	return e, r.dynamic(&e, dynamic)
}

func (r *elfReader) read(at uint64, into any) error {
	size := int64(binary.Size(into))
	if at > 1<<62 {
		return errBadELF
	}
	if err := binary.Read(io.NewSectionReader(r.f, int64(at), size), r.order, into); err != nil {
		return errBadELF
	}
	return nil
}

// programs reads the program headers and gives the one of the dynamic section.
func (r *elfReader) programs(e *elfFacts, at uint64, size, count uint16) (dynamic elf.Prog64, err error) {
	for i := range uint64(count) {
		p, err := r.program(at + i*uint64(size))
		if err != nil {
			return dynamic, err
		}
		switch elf.ProgType(p.Type) {
		case elf.PT_LOAD:
			r.loads = append(r.loads, p)
		case elf.PT_DYNAMIC:
			dynamic = p
		case elf.PT_INTERP:
			if e.interp, err = r.text(p.Off); err != nil {
				return dynamic, err
			}
		}
	}
	return dynamic, nil
}

func (r *elfReader) program(at uint64) (elf.Prog64, error) {
	var p elf.Prog64
	if r.wide {
		return p, r.read(at, &p)
	}
	var n elf.Prog32
	err := r.read(at, &n)
	return elf.Prog64{
		Type: n.Type, Flags: n.Flags, Off: uint64(n.Off), Vaddr: uint64(n.Vaddr),
		Filesz: uint64(n.Filesz), Memsz: uint64(n.Memsz),
	}, err
}

// text is a string that ends with a zero byte.
func (r *elfReader) text(at uint64) (string, error) {
	if at > 1<<62 {
		return "", errBadELF
	}
	buf := make([]byte, 128)
	for {
		n, err := r.f.ReadAt(buf, int64(at))
		if s, _, ok := bytes.Cut(buf[:n], []byte{0}); ok {
			return string(s), nil
		}
		if err != nil || len(buf) >= maxElfString {
			return "", errBadELF
		}
		buf = make([]byte, maxElfString)
	}
}

// offset is where an address of the running program lies in the file.
func (r *elfReader) offset(addr uint64) (uint64, error) {
	for _, p := range r.loads {
		if addr >= p.Vaddr && addr-p.Vaddr < p.Filesz {
			return p.Off + addr - p.Vaddr, nil
		}
	}
	return 0, errBadELF
}

// dynamic reads what the program needs from the loader.
func (r *elfReader) dynamic(e *elfFacts, section elf.Prog64) error {
	entry := uint64(8)
	if r.wide {
		entry = 16
	}
	var needs, rpath, runpath []uint64
	var verneed, verdef uint64
	for i := range min(section.Filesz, maxElfDynamic) / entry {
		var d elf.Dyn64
		if r.wide {
			if err := r.read(section.Off+i*entry, &d); err != nil {
				return err
			}
		} else {
			var n elf.Dyn32
			if err := r.read(section.Off+i*entry, &n); err != nil {
				return err
			}
			d = elf.Dyn64{Tag: int64(n.Tag), Val: uint64(n.Val)}
		}
		switch elf.DynTag(d.Tag) {
		case elf.DT_NEEDED:
			needs = append(needs, d.Val)
		case elf.DT_RPATH:
			rpath = append(rpath, d.Val)
		case elf.DT_RUNPATH:
			runpath = append(runpath, d.Val)
		case elf.DT_STRTAB:
			r.strings = d.Val
		case elf.DT_VERNEED:
			verneed = d.Val
		case elf.DT_VERDEF:
			verdef = d.Val
		}
		if elf.DynTag(d.Tag) == elf.DT_NULL {
			break
		}
	}
	var errs [5]error
	e.needs, errs[0] = r.names(needs)
	e.rpath, errs[1] = r.paths(rpath)
	e.runpath, errs[2] = r.paths(runpath)
	var wanted []string
	wanted, errs[3] = r.versions(verneed, true)
	e.defines, errs[4] = r.versions(verdef, false)
	e.glibc = newestGlibc(wanted)
	return errors.Join(errs[:]...)
}

// names is the strings at offsets into the string table.
func (r *elfReader) names(offsets []uint64) ([]string, error) {
	var names []string
	for _, o := range offsets {
		at, err := r.offset(r.strings + o)
		if err != nil {
			return nil, err
		}
		name, err := r.text(at)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// paths is lists of directories, cut at the colons.
func (r *elfReader) paths(offsets []uint64) ([]string, error) {
	lists, err := r.names(offsets)
	if err != nil || len(lists) == 0 {
		return nil, err
	}
	return strings.Split(strings.Join(lists, ":"), ":"), nil
}

// versions is the names of versions in the list at an address: those that the
// file needs of its libraries, or those that it defines. Both are lists of lists
// whose links are distances, see elf.h: Verneed and Vernaux, Verdef and Verdaux.
func (r *elfReader) versions(addr uint64, needed bool) ([]string, error) {
	if addr == 0 {
		return nil, nil
	}
	at, err := r.offset(addr)
	if err != nil {
		return nil, err
	}
	var offsets []uint64
	for range maxElfList {
		var aux, next uint64
		if needed {
			var v elfVerneed
			err = r.read(at, &v)
			aux, next = uint64(v.Aux), uint64(v.Next)
		} else {
			var v elfVerdef
			err = r.read(at, &v)
			aux, next = uint64(v.Aux), uint64(v.Next)
		}
		if err != nil {
			return nil, err
		}
		if offsets, err = r.auxiliaries(offsets, at+aux, needed); err != nil {
			return nil, err
		}
		if next == 0 || len(offsets) > maxElfList {
			break
		}
		at += next
	}
	return r.names(offsets)
}

type (
	elfVerneed struct {
		Version, Count  uint16
		File, Aux, Next uint32
	}
	elfVernaux struct {
		Hash         uint32
		Flags, Other uint16
		Name, Next   uint32
	}
	elfVerdef struct {
		Version, Flags, Index, Count uint16
		Hash, Aux, Next              uint32
	}
	elfVerdaux struct{ Name, Next uint32 }
)

// auxiliaries adds the names of one inner list. Of a definition only the first
// counts; the rest are its predecessors.
func (r *elfReader) auxiliaries(offsets []uint64, at uint64, needed bool) ([]uint64, error) {
	if !needed {
		var a elfVerdaux
		err := r.read(at, &a)
		return append(offsets, uint64(a.Name)), err
	}
	for range maxElfList {
		var a elfVernaux
		if err := r.read(at, &a); err != nil {
			return nil, err
		}
		offsets = append(offsets, uint64(a.Name))
		if a.Next == 0 || len(offsets) > maxElfList {
			break
		}
		at += uint64(a.Next)
	}
	return offsets, nil
}

// newestGlibc is the highest of versions such as GLIBC_2.28, without the name;
// "" when there is none.
func newestGlibc(names []string) string {
	var newest []int
	text := ""
	for _, name := range names {
		if numbers, ok := glibcVersion(name); ok && slices.Compare(numbers, newest) > 0 {
			newest, text = numbers, strings.TrimPrefix(name, "GLIBC_")
		}
	}
	return text
}

// glibcVersion is the numbers of a name such as GLIBC_2.2.5. GLIBC_PRIVATE has none.
func glibcVersion(name string) (numbers []int, ok bool) {
	rest, ok := strings.CutPrefix(name, "GLIBC_")
	if !ok || len(rest) > len("2.1000.1000") {
		return nil, false
	}
	for part := range strings.SplitSeq(rest, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	return numbers, true
}

// elfArch is Go's name for a processor.
func elfArch(m elf.Machine, little bool) string {
	switch m {
	case elf.EM_X86_64:
		return "amd64"
	case elf.EM_AARCH64:
		return "arm64"
	case elf.EM_386:
		return "386"
	case elf.EM_ARM:
		return "arm"
	case elf.EM_RISCV:
		return "riscv64"
	case elf.EM_PPC64:
		if little {
			return "ppc64le"
		}
		return "ppc64"
	case elf.EM_S390:
		return "s390x"
	case elf.EM_LOONGARCH:
		return "loong64"
	}
	return fmt.Sprintf("machine-%d", uint16(m))
}
