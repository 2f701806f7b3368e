package platforms

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// What programs of Windows and macOS print is read here and not in the files of
// these systems, so that every machine tests it.

// parseNetsh reads the table of excluded port ranges. Its words are translated,
// so only lines that begin with two numbers count. No output at all is how netsh
// behaves without the service it asks.
func parseNetsh(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", errors.New("netsh printed nothing")
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		first, err := strconv.ParseUint(fields[0], 10, 16)
		last, err2 := strconv.ParseUint(fields[1], 10, 16)
		if err == nil && err2 == nil && first <= last {
			fmt.Fprintf(&b, "%d %d\n", first, last)
		}
	}
	return b.String(), nil
}

// parseNetstat reads what netstat -anW -p tcp of macOS prints, whose words stay
// English:
//
//	tcp4       0      0  127.0.0.1.3000         *.*                    LISTEN
//	tcp46      0      0  *.8080                 *.*                    LISTEN
func parseNetstat(text string, port uint16) []socketFacts {
	var found []socketFacts
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 6 || fields[5] != "LISTEN" || !strings.HasPrefix(fields[0], "tcp") {
			continue
		}
		i := strings.LastIndexByte(fields[3], '.')
		if i < 0 || fields[3][i+1:] != strconv.Itoa(int(port)) {
			continue
		}
		addr, err := listenAddress(fields[3][:i], fields[0] != "tcp4")
		if err != nil {
			continue
		}
		found = append(found, socketFacts{addr: netip.AddrPortFrom(addr, port), uid: -1})
	}
	return found
}

func listenAddress(text string, six bool) (netip.Addr, error) {
	switch {
	case text == "*" && six:
		return netip.IPv6Unspecified(), nil
	case text == "*":
		return netip.IPv4Unspecified(), nil
	}
	return netip.ParseAddr(text)
}

// parseLsof reads what lsof -F putn prints: a line per field, which its first
// letter names. It adds process and account to the sockets they belong to.
func parseLsof(text string, found []socketFacts) {
	pid, uid, six := 0, -1, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		switch value := line[1:]; line[0] {
		case 'p':
			pid, _ = strconv.Atoi(value)
			uid = -1
		case 'u':
			if n, err := strconv.Atoi(value); err == nil {
				uid = n
			}
		case 't':
			six = value == "IPv6"
		case 'n':
			i := strings.LastIndexByte(value, ':')
			if i < 0 {
				continue
			}
			addr, err := listenAddress(strings.Trim(value[:i], "[]"), six)
			for j := range found {
				if err == nil && found[j].addr.Addr() == addr && found[j].pid == 0 {
					found[j].pid, found[j].uid = pid, uid
				}
			}
		}
	}
}

// parseVMStat reads what vm_stat of macOS prints: how much memory a program could
// have at once, in bytes.
//
//	Mach Virtual Memory Statistics: (page size of 16384 bytes)
//	Pages free:                               11460.
func parseVMStat(text string) (free uint64, err error) {
	_, after, ok := strings.Cut(text, "page size of ")
	size, _, _ := strings.Cut(after, " ")
	page, err := strconv.ParseUint(size, 10, 32)
	if !ok || err != nil {
		return 0, errors.New("vm_stat names no page size")
	}
	pages, known := uint64(0), false
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		switch name {
		case "Pages free", "Pages inactive", "Pages speculative":
			n, err := strconv.ParseUint(strings.Trim(value, " .\r\n"), 10, 40)
			if err != nil {
				return 0, fmt.Errorf("read vm_stat: %w", err)
			}
			pages, known = pages+n, true
		}
	}
	if !known {
		return 0, errors.New("vm_stat names no free pages")
	}
	return pages * page, nil
}

// A processArgs is what the kernel of macOS keeps of how a program was started.
type processArgs struct {
	exe  string
	args []string
	env  []string // empty where the system hides it
}

// parseProcArgs reads KERN_PROCARGS2: the number of arguments, the path of the
// program, zero bytes, the arguments and the environment, each with a zero after
// it.
func parseProcArgs(data []byte, count int) (processArgs, error) {
	head, rest, ok := strings.Cut(string(data), "\x00")
	if !ok || count < 0 {
		return processArgs{}, errors.New("the kernel's note of a program is cut off")
	}
	p := processArgs{exe: head}
	rest = strings.TrimLeft(rest, "\x00")
	for rest != "" && len(p.args) < count {
		var arg string
		arg, rest, _ = strings.Cut(rest, "\x00")
		p.args = append(p.args, arg)
	}
	for rest != "" {
		var v string
		v, rest, _ = strings.Cut(rest, "\x00")
		if v == "" {
			break // what follows is the system's own
		}
		p.env = append(p.env, v)
	}
	return p, nil
}

// parseKeychain is the account in what security find-internet-password prints:
//
//	"acct"<blob>="learner"
func parseKeychain(text string) string {
	_, after, _ := strings.Cut(text, `"acct"<blob>=`)
	after, _, _ = strings.Cut(after, "\n")
	if i := strings.IndexByte(after, '"'); i >= 0 { // behind 0x... for other letters than ASCII
		after = after[i+1:]
	}
	return strings.TrimSuffix(strings.TrimSpace(after), `"`)
}

// parseSysctl is a value of the kernel of macOS, which does not say whether it is
// text or a number: text ends with its only zero byte.
func parseSysctl(data []byte, order binary.ByteOrder) string {
	if text, ok := bytes.CutSuffix(data, []byte{0}); ok && len(text) > 0 && isText(text) {
		return string(text)
	}
	switch len(data) {
	case 4:
		return strconv.FormatInt(int64(int32(order.Uint32(data))), 10)
	case 8:
		return strconv.FormatInt(int64(order.Uint64(data)), 10)
	}
	return strings.TrimRight(string(data), "\x00")
}
