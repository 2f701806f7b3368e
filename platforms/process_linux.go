package platforms

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/shirou/gopsutil/v3/process"
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
	if len(fields) < 20 || fields[0][0] < 'A' || 'z' < fields[0][0] { // the state is a letter
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

// ancestry is the processes above ours, nearest first, as far as /proc shows them.
func ancestry() ([]ancestor, error) {
	var chain []ancestor
	for pid := os.Getppid(); pid > 0 && len(chain) < maxAncestors; {
		s, err := readProcStat(pid)
		if err != nil {
			if len(chain) == 0 {
				return nil, processHidden(pid, err)
			}
			break
		}
		exe, _ := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "exe"))
		chain = append(chain, ancestor{pid: pid, name: longName(s.name, exe), exe: exe})
		pid = s.parent
	}
	return chain, nil
}

// maxAncestors ends a walk through processes that change while we look.
const maxAncestors = 64

// longName is the name of a process. The kernel keeps 15 bytes of it, and Node.js
// gives its first thread another name.
func longName(comm, exe string) string {
	base := filepath.Base(strings.TrimSuffix(exe, " (deleted)")) // replaced by an update while it runs
	if exe != "" && (len(comm) == 15 && strings.HasPrefix(base, comm) || comm == "MainThread" || comm == "node-MainThread") {
		return base
	}
	return comm
}

// processEnv is a variable that a process was started with.
func processEnv(pid int, name string) (string, error) {
	env, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
	if err != nil {
		return "", err
	}
	if len(env) == 0 {
		return "", ErrNotPermitted // a kernel thread, or a process that hides it
	}
	for v := range bytes.SplitSeq(env, []byte{0}) {
		if value, ok := bytes.CutPrefix(v, []byte(name+"=")); ok {
			return string(value), nil
		}
	}
	return "", ErrNotFound
}

func processUser(ctx context.Context, p *process.Process) string {
	name, err := p.UsernameWithContext(ctx)
	if err != nil {
		return ""
	}
	return name
}

func processArguments(ctx context.Context, p *process.Process) []string {
	args, err := p.CmdlineSliceWithContext(ctx)
	if err != nil {
		return nil
	}
	return args
}
