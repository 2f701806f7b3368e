package platforms

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A procStat is what is used of /proc/PID/stat, see proc_pid_stat(5).
type procStat struct {
	name    string // up to 15 bytes
	state   byte
	parent  int
	session int
	started uint64 // clock ticks since boot
}

func readProcStat(pid int) (procStat, error) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return procStat{}, err
	}
	return parseProcStat(string(text))
}

// parseProcStat reads a line whose second field, the name in parentheses, may
// hold spaces and parentheses itself.
func parseProcStat(text string) (procStat, error) {
	begin, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if begin < 0 || end < begin {
		return procStat{}, fmt.Errorf("%q is no status of a process", text)
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 20 {
		return procStat{}, fmt.Errorf("%q is no status of a process", text)
	}
	s := procStat{name: text[begin+1 : end], state: fields[0][0]}
	var errs [3]error
	s.parent, errs[0] = strconv.Atoi(fields[1])
	s.session, errs[1] = strconv.Atoi(fields[3])
	s.started, errs[2] = strconv.ParseUint(fields[19], 10, 64)
	for _, err := range errs {
		if err != nil {
			return procStat{}, fmt.Errorf("read the status of a process: %w", err)
		}
	}
	return s, nil
}
