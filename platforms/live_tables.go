package platforms

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"strings"
	"unicode/utf16"
)

// The tables that Windows fills are read here and not in its own files, so that
// every machine tests it.

// A tcpRow says where a row of a table holds what, in bytes.
type tcpRow struct{ size, address, addressSize, port, pid int }

var (
	rowIPv4 = tcpRow{size: 24, address: 4, addressSize: 4, port: 8, pid: 20}   // MIB_TCPROW_OWNER_PID
	rowIPv6 = tcpRow{size: 56, address: 0, addressSize: 16, port: 20, pid: 52} // MIB_TCP6ROW_OWNER_PID
)

func parseTCPTable(table []byte, row tcpRow) []socketFacts {
	if len(table) < 4 {
		return nil
	}
	count := int(min(binary.LittleEndian.Uint32(table), 1<<20))
	rows := table[4:]
	var found []socketFacts
	for range count {
		if len(rows) < row.size {
			break
		}
		addr, _ := netip.AddrFromSlice(rows[row.address : row.address+row.addressSize])
		found = append(found, socketFacts{
			addr: netip.AddrPortFrom(addr, binary.BigEndian.Uint16(rows[row.port:])), // in network order
			pid:  int(binary.LittleEndian.Uint32(rows[row.pid:])),
			uid:  -1,
		})
		rows = rows[row.size:]
	}
	return found
}

// parseAlias reads a tag, a length, a version and then strings in UTF-16 with a
// zero after each: the package, the entry point, the program.
func parseAlias(data []byte) (string, error) {
	const head = 12
	if len(data) < head {
		return "", errors.New("the alias is cut off")
	}
	var units []uint16
	for data = data[head:]; len(data) >= 2; data = data[2:] {
		units = append(units, binary.LittleEndian.Uint16(data))
	}
	texts := strings.Split(string(utf16.Decode(units)), "\x00")
	if len(texts) < 3 || !windowsFile(texts[2]) {
		return "", errors.New("the alias names no program")
	}
	return texts[2], nil
}

// windowsFile reports whether a path of Windows begins with a drive.
func windowsFile(path string) bool {
	return len(path) > 3 && path[1] == ':' && path[2] == '\\'
}
