package machine

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// processes lists all that runs, except the first process and zombies.
func (a *agent) processes() ([]Process, error) {
	entries, err := os.ReadDir(a.root + "/proc")
	if err != nil {
		return nil, err
	}
	names := a.userNames()
	var out []Process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == 1 {
			continue
		}
		if p, ok := a.process(pid, names); ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// process reads one; a process that has ended since is none.
func (a *agent) process(pid int, names map[uint32]string) (Process, bool) {
	dir := a.root + "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return Process{}, false
	}
	// The name, which may hold anything, is in parentheses; state and parent follow.
	name, rest, _ := strings.Cut(string(stat), "(")
	end := strings.LastIndexByte(rest, ')')
	if name == "" || end < 0 {
		return Process{}, false
	}
	fields := strings.Fields(rest[end+1:])
	if len(fields) < 2 || fields[0] == "Z" {
		return Process{}, false
	}
	p := Process{PID: pid, Parent: int(number(fields[1]))}
	if info, err := os.Stat(dir); err == nil {
		if s, ok := info.Sys().(*syscall.Stat_t); ok {
			p.User = names[s.Uid]
		}
	}
	argv, err := os.ReadFile(dir + "/cmdline")
	if err != nil {
		return Process{}, false
	}
	p.Argv = strings.Split(strings.TrimRight(string(argv), "\x00"), "\x00")
	if p.Argv[0] == "" {
		p.Argv = []string{fmt.Sprintf("[%s]", rest[:end])}
	}
	return p, true
}

func (a *agent) userNames() map[uint32]string {
	users, _ := os.ReadFile(a.root + "/etc/passwd")
	names := map[uint32]string{}
	for line := range strings.Lines(string(users)) {
		if f := strings.Split(line, ":"); len(f) == 7 {
			names[number(f[2])] = f[0]
		}
	}
	return names
}
