package platforms

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

// aTable has a row for 127.0.0.1:3000 and one of zeros, and speaks of three.
func aTable() []byte {
	table := make([]byte, 4+2*24)
	table[0] = 3
	copy(table[4:], []byte{2, 0, 0, 0, 127, 0, 0, 1, 0x0b, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x67, 0x12, 0, 0})
	return table
}

func TestParseTCPTable(t *testing.T) {
	found := parseTCPTable(aTable(), rowIPv4)
	if len(found) != 2 || found[0].addr.String() != "127.0.0.1:3000" || found[0].pid != 4711 {
		t.Errorf("%+v", found)
	}
	if found := parseTCPTable(nil, rowIPv6); found != nil {
		t.Errorf("%+v", found)
	}
}

// aliasBytes is an alias of the Store that holds these strings, each with a zero
// behind it.
func aliasBytes(text string) []byte {
	data := make([]byte, 12)
	for _, unit := range utf16.Encode([]rune(text)) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	return data
}

const storeAlias = "Package_1\x00Package_1!App\x00C:\\Program Files\\WindowsApps\\python.exe\x000\x00"

func TestParseAlias(t *testing.T) {
	data := aliasBytes(storeAlias)
	if got, err := parseAlias(data); got != `C:\Program Files\WindowsApps\python.exe` || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for cut := range 40 {
		if got, err := parseAlias(data[:cut]); err == nil {
			t.Errorf("cut at %d: %q", cut, got)
		}
	}
}

func FuzzTables(f *testing.F) {
	f.Add(aTable())
	f.Add([]byte{255, 255, 255, 255})
	f.Add(aliasBytes(storeAlias))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, row := range []tcpRow{rowIPv4, rowIPv6} {
			if found := parseTCPTable(data, row); len(found)*row.size > len(data) {
				t.Errorf("%d sockets in %d bytes", len(found), len(data))
			}
		}
		if path, err := parseAlias(data); err == nil && !windowsFile(path) {
			t.Errorf("an alias of %q", path)
		}
	})
}
