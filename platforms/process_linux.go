package platforms

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"
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
	env, err := processEnviron(pid)
	if err != nil {
		return "", err
	}
	for _, v := range env {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value, nil
		}
	}
	return "", ErrNotFound
}

// processEnviron is the environment that a process was started with.
func processEnviron(pid int) ([]string, error) {
	env, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
	if err != nil {
		return nil, err
	}
	if len(env) == 0 {
		return nil, ErrNotPermitted // a kernel thread, or a process that hides it
	}
	return strings.Split(strings.TrimSuffix(string(env), "\x00"), "\x00"), nil
}

// lookAtProcess reads what may be read of a process.
func lookAtProcess(_ context.Context, pid int) (processFacts, error) {
	s, err := readProcStat(pid)
	if err != nil {
		return processFacts{}, processHidden(pid, err)
	}
	if s.state == 'Z' { // it has ended, and its parent has not asked how
		return processFacts{}, ErrNotFound
	}
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	facts := processFacts{uid: -1, parent: s.parent}
	// Each of these is left out when this account may not know it.
	facts.exe, _ = os.Readlink(filepath.Join(dir, "exe"))
	facts.cwd, _ = os.Readlink(filepath.Join(dir, "cwd"))
	if line, _ := os.ReadFile(filepath.Join(dir, "cmdline")); len(line) > 0 {
		facts.args = strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
	}
	facts.name = longName(s.name, facts.exe)
	if facts.exe == "" && len(facts.args) > 0 {
		facts.name = longName(s.name, facts.args[0])
	}
	status, _ := os.ReadFile(filepath.Join(dir, "status"))
	if uid, ok := effectiveUser(string(status)); ok {
		facts.uid = uid
		if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
			facts.user = u.Username
		}
	}
	if now := sinceBoot(); now != math.MaxUint64 && s.started <= now {
		facts.started = time.Now().Add(-time.Duration(now-s.started) * (time.Second / clockTicks))
	}
	return facts, nil
}

// effectiveUser reads the line "Uid: real effective saved file" of /proc/PID/status.
func effectiveUser(status string) (int, bool) {
	for line := range strings.Lines(status) {
		if ids, ok := strings.CutPrefix(line, "Uid:"); ok {
			if fields := strings.Fields(ids); len(fields) > 1 {
				uid, err := strconv.Atoi(fields[1])
				return uid, err == nil && uid >= 0
			}
		}
	}
	return 0, false
}
