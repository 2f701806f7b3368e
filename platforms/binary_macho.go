package platforms

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A machoImage is one architecture of a Mach-O file.
type machoImage struct {
	arch   string
	needs  []string // libraries, weak ones left out: they may be missing
	rpaths []string
}

const (
	maxImages   = 16
	maxCommands = 1 << 20 // bytes of load commands

	fatMagic64 = macho.MagicFat + 1

	// Load commands that debug/macho does not name; see <mach-o/loader.h>.
	loadReexport = 0x8000001f
	loadLazy     = 0x20
	loadUpward   = 0x80000023
)

var errBadMachO = errors.New("this is no sound Mach-O file")

// isMachO reports whether a file begins like a Mach-O file. A Java class begins
// like a universal one, with a version where the number of images would be.
func isMachO(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	switch magic := binary.BigEndian.Uint32(head); magic {
	case macho.MagicFat, fatMagic64:
		return binary.BigEndian.Uint32(head[4:]) <= maxImages
	case macho.Magic32, macho.Magic64:
		return true
	}
	magic := binary.LittleEndian.Uint32(head)
	return magic == macho.Magic32 || magic == macho.Magic64
}

// readMachO reads the load commands of each image, and not the symbols, which
// are most of a large program.
func readMachO(f io.ReaderAt) ([]machoImage, error) {
	var head [8]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return nil, errBadMachO
	}
	magic, count := binary.BigEndian.Uint32(head[:]), binary.BigEndian.Uint32(head[4:])
	if magic != macho.MagicFat && magic != fatMagic64 {
		image, err := readImage(f, 0)
		return []machoImage{image}, err
	}
	var images []machoImage
	for i := range int64(min(count, maxImages)) {
		var at int64
		if magic == macho.MagicFat {
			var entry [20]byte // struct fat_arch
			if _, err := f.ReadAt(entry[:], 8+i*20); err != nil {
				return nil, errBadMachO
			}
			at = int64(binary.BigEndian.Uint32(entry[8:]))
		} else {
			var entry [32]byte // struct fat_arch_64
			if _, err := f.ReadAt(entry[:], 8+i*32); err != nil {
				return nil, errBadMachO
			}
			at = int64(binary.BigEndian.Uint64(entry[8:]) & (1<<62 - 1))
		}
		image, err := readImage(f, at)
		if err != nil {
			return nil, err
		}
		images = append(images, image)
	}
	return images, nil
}

func readImage(f io.ReaderAt, at int64) (machoImage, error) {
	var head [28]byte // struct mach_header; that of 64 bits has 4 bytes more
	if _, err := f.ReadAt(head[:], at); err != nil {
		return machoImage{}, errBadMachO
	}
	var order binary.ByteOrder = binary.LittleEndian
	if order.Uint32(head[:])|1 != macho.Magic64 {
		order = binary.BigEndian
	}
	begin := at + 28
	switch order.Uint32(head[:]) {
	case macho.Magic32:
	case macho.Magic64:
		begin += 4
	default:
		return machoImage{}, errBadMachO
	}
	size := order.Uint32(head[20:])
	if size > maxCommands {
		return machoImage{}, errBadMachO
	}
	commands := make([]byte, size)
	if _, err := f.ReadAt(commands, begin); err != nil && size > 0 {
		return machoImage{}, errBadMachO
	}
	image := machoImage{arch: machoArch(macho.Cpu(order.Uint32(head[4:])))}
	for len(commands) >= 8 {
		kind, n := order.Uint32(commands), order.Uint32(commands[4:])
		if n < 8 || uint64(n) > uint64(len(commands)) {
			return machoImage{}, errBadMachO
		}
		image.command(kind, commands[:n], order)
		commands = commands[n:]
	}
	return image, nil
}

// command takes note of a load command that names a library or where to look.
func (m *machoImage) command(kind uint32, command []byte, order binary.ByteOrder) {
	if len(command) < 12 {
		return
	}
	at := order.Uint32(command[8:]) // where its text begins
	if uint64(at) >= uint64(len(command)) {
		return
	}
	text, _, _ := bytes.Cut(command[at:], []byte{0})
	switch kind {
	case uint32(macho.LoadCmdDylib), loadReexport, loadLazy, loadUpward:
		m.needs = append(m.needs, string(text))
	case uint32(macho.LoadCmdRpath):
		m.rpaths = append(m.rpaths, string(text))
	}
}

// describeMachO puts the images of a file together.
func describeMachO(path string, images []machoImage) Binary {
	b := Binary{Format: "macho"}
	for _, m := range images {
		b.Arch = append(b.Arch, m.arch)
		for _, name := range m.needs {
			if !slices.Contains(b.Needs, name) {
				b.Needs = append(b.Needs, name)
			}
		}
		for _, name := range machoMissing(path, m) {
			if !slices.Contains(b.Missing, name) {
				b.Missing = append(b.Missing, name)
			}
		}
	}
	return b
}

func machoArch(cpu macho.Cpu) string {
	switch cpu {
	case macho.CpuAmd64:
		return "amd64"
	case macho.CpuArm64:
		return "arm64"
	case macho.Cpu386:
		return "386"
	case macho.CpuArm:
		return "arm"
	}
	return fmt.Sprintf("machine-%d", uint32(cpu))
}
