package platforms

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The outputs of netsh, netstat, lsof, vm_stat and security below are composed
// from their vendors' manuals.

func TestParseNetsh(t *testing.T) {
	const english = "\r\nProtocol tcp Port Exclusion Ranges\r\n\r\nStart Port    End Port      \r\n----------    --------      \r\n" +
		"      1024        1123      \r\n     50000       50059     *\r\n\r\n* - Administered port exclusions.\r\n\r\n"
	const german = "\r\nPortausschlussbereiche für das Protokoll \"tcp\"\r\n\r\nStartport    Endport\r\n----------    --------\r\n      2980        3079\r\n"
	for text, want := range map[string]string{
		english: "1024 1123\n50000 50059\n",
		german:  "2980 3079\n",
		"Start Port    End Port\r\n----------    --------\r\n": "",
		"80 70000\n80 10\n-1 5\n7\n":                           "",
	} {
		if got, err := parseNetsh(text); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	if _, err := parseNetsh(" \r\n"); err == nil || err.Error() != "netsh printed nothing" {
		t.Errorf("no output: %v", err)
	}
}

func TestParseNetstatAndLsof(t *testing.T) {
	const netstat = `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  127.0.0.1.3000         *.*                    LISTEN
tcp46      0      0  *.3000                 *.*                    LISTEN
tcp6       0      0  ::1.3000               *.*                    LISTEN
tcp4       0      0  *.3000                 *.*                    LISTEN
tcp4       0      0  *.13000                *.*                    LISTEN
tcp4       0      0  127.0.0.1.3000         127.0.0.1.50123        ESTABLISHED
`
	found := parseNetstat(netstat, 3000)
	const lsof = "p812\nu501\nf23\ntIPv4\nn127.0.0.1:3000\nf24\ntIPv6\nn*:3000\np900\nu0\nf3\ntIPv6\nn[::1]:3000\nf4\ntIPv6\nn*:13000\n"
	parseLsof(lsof, found)
	var got []string
	for _, s := range found {
		got = append(got, fmt.Sprint(s.addr, " ", s.pid, " ", s.uid))
	}
	want := []string{"127.0.0.1:3000 812 501", "[::]:3000 812 501", "[::1]:3000 900 0", "0.0.0.0:3000 0 -1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestParseVMStat(t *testing.T) {
	const text = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               11460.
Pages active:                            401412.
Pages inactive:                          396544.
Pages speculative:                         3838.
"Translation faults":                 263131731.
`
	if got, err := parseVMStat(text); got != (11460+396544+3838)*16384 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
	for _, text := range []string{"", "page size of 16384 bytes\n", "(page size of 16384 bytes)\nPages free: many.\n"} {
		if got, err := parseVMStat(text); err == nil {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestParseProcArgs(t *testing.T) {
	data := "/opt/node/bin/node\x00\x00\x00\x00node\x00\x00app.js\x00HOME=/Users/learner\x00LANG=C\x00\x00executable_path=x\x00"
	p, err := parseProcArgs([]byte(data), 3)
	if err != nil || p.exe != "/opt/node/bin/node" || !slices.Equal(p.args, []string{"node", "", "app.js"}) ||
		!slices.Equal(p.env, []string{"HOME=/Users/learner", "LANG=C"}) {
		t.Errorf("%+q, %v", p, err)
	}
	if p, err = parseProcArgs([]byte("/bin/zsh\x00-zsh\x00"), 1); err != nil || len(p.env) != 0 {
		t.Errorf("a program of the system: %+q, %v", p, err)
	}
	if _, err = parseProcArgs([]byte("cut off"), 1); err == nil {
		t.Error("a note without an end is taken")
	}
}

func TestParseKeychain(t *testing.T) {
	for text, want := range map[string]string{
		"attributes:\n    0x00000007 <blob>=\"github.com\"\n    \"acct\"<blob>=\"learner\"\n    \"srvr\"<blob>=\"github.com\"\n": "learner",
		"    \"acct\"<blob>=0x6AC3BC  \"j\\303\\274\"\n": `j\303\274`,
		"    \"acct\"<blob>=<NULL>\n":                    "<NULL>",
		"":                                               "",
	} {
		if got := parseKeychain(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestParseSysctl(t *testing.T) {
	for data, want := range map[string]string{
		"15.1\x00":                         "15.1",
		"24B\x00":                          "24B",
		"\x01\x00\x00\x00":                 "1",
		"\xff\xff\xff\xff":                 "-1",
		"\x00\x00\x00\x00\x04\x00\x00\x00": "17179869184",
		"":                                 "",
	} {
		if got := parseSysctl([]byte(data), binary.LittleEndian); got != want {
			t.Errorf("%q: %q, want %q", data, got, want)
		}
	}
}

func FuzzNetsh(f *testing.F) {
	f.Add("Start Port    End Port\r\n----------    --------\r\n      1024        1123      *\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		answer, err := parseNetsh(text)
		if err != nil {
			return
		}
		for line := range strings.Lines(answer) {
			var first, last int
			if _, err := fmt.Sscanf(line, "%d %d\n", &first, &last); err != nil || first > last || last > 65535 {
				t.Errorf("%q: %v", line, err)
			}
		}
	})
}

func FuzzPrinted(f *testing.F) {
	f.Add("tcp4 0 0 127.0.0.1.3000 *.* LISTEN\n", 1)
	f.Add("p812\nu501\nf23\ntIPv6\nn[::1]:3000\n", 0)
	f.Add("(page size of 16384 bytes)\nPages free: 1.\n", -1)
	f.Add("/bin/zsh\x00\x00-zsh\x00HOME=/\x00\x00", 1)
	f.Add("\"acct\"<blob>=0x6A \"j\"\n", 1)
	f.Fuzz(func(t *testing.T, text string, count int) {
		found := parseNetstat(text, 3000)
		parseLsof(text, found)
		for _, s := range found {
			if !s.addr.IsValid() || s.addr.Port() != 3000 {
				t.Errorf("%+v", s)
			}
		}
		if p, err := parseProcArgs([]byte(text), count); err == nil && len(p.args) > max(count, 0) {
			t.Errorf("%d arguments of %d", len(p.args), count)
		}
		_, _ = parseVMStat(text)
		if account := parseKeychain(text); strings.Contains(account, "\n") {
			t.Errorf("%q", account)
		}
		_ = parseSysctl([]byte(text), binary.LittleEndian)
	})
}
