package platforms

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unsafe"

	"github.com/shirou/gopsutil/v3/process"
	"golang.org/x/sys/windows"
)

// processExists asks for the least that can be known of a process.
func processExists(pid int) (there, known bool) {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	switch {
	case errors.Is(err, windows.ERROR_INVALID_PARAMETER):
		return false, true
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return true, true
	case err != nil:
		return false, false
	}
	defer closeHandle(h)
	// A process that has ended stays for as long as somebody holds a handle.
	event, err := windows.WaitForSingleObject(h, 0)
	return event != windows.WAIT_OBJECT_0, err == nil
}

// ancestry is the processes above ours, nearest first. Windows keeps the number
// of a parent that has ended and gives it to others, so one that is younger than
// its child is none.
func ancestry() ([]ancestor, error) {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	defer closeHandle(snapshot)
	all := map[uint32]windows.ProcessEntry32{}
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		all[entry.ProcessID] = entry
	}
	if !errors.Is(err, windows.ERROR_NO_MORE_FILES) {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var chain []ancestor
	seen := map[uint32]bool{0: true}
	child := uint32(os.Getpid())
	for {
		pid := all[child].ParentProcessID
		parent, ok := all[pid]
		if !ok || seen[pid] || startedAt(pid) > startedAt(child) {
			return chain, nil
		}
		seen[pid] = true
		name := windows.UTF16ToString(parent.ExeFile[:])
		if strings.EqualFold(name[max(0, len(name)-4):], ".exe") {
			name = name[:len(name)-4]
		}
		chain = append(chain, ancestor{pid: int(pid), name: name})
		child = pid
	}
}

// startedAt is when a process was started, in nanoseconds; 0 when nobody says.
func startedAt(pid uint32) int64 {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, pid)
	if err != nil {
		return 0
	}
	defer closeHandle(h)
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(h, &created, &exited, &kernel, &user); err != nil {
		return 0
	}
	return created.Nanoseconds()
}

// lookAtProcess reads what may be read of a process.
func lookAtProcess(ctx context.Context, pid int) (processFacts, error) {
	p := &process.Process{Pid: int32(pid)}
	name, err := p.NameWithContext(ctx)
	if err != nil || name == "" {
		return processFacts{}, processHidden(pid, err)
	}
	facts := processFacts{name: name, uid: -1} // accounts of Windows have no number
	// Each of these is left out when this account may not know it.
	facts.exe, _ = p.ExeWithContext(ctx)
	facts.args = processArguments(ctx, p)
	facts.user = processUser(p)
	facts.cwd, _ = p.CwdWithContext(ctx)
	if parent, err := p.PpidWithContext(ctx); err == nil {
		facts.parent = int(parent)
	}
	if ms, err := p.CreateTimeWithContext(ctx); err == nil && ms > 0 {
		facts.started = time.UnixMilli(ms)
	}
	return facts, nil
}

// processUser is the account of a process. One of a domain is a number when the
// domain does not answer.
func processUser(p *process.Process) string {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(p.Pid))
	if err != nil {
		return ""
	}
	defer closeHandle(h)
	var token windows.Token
	if err := windows.OpenProcessToken(h, windows.TOKEN_QUERY, &token); err != nil {
		return ""
	}
	defer token.Close()
	user, err := token.GetTokenUser()
	if err != nil {
		return ""
	}
	return sidNames([]*windows.SID{user.User.Sid})[0]
}

// processArguments cuts a command line as Windows does; gopsutil cuts it at every
// space.
func processArguments(ctx context.Context, p *process.Process) []string {
	line, err := p.CmdlineWithContext(ctx)
	if err != nil || line == "" {
		return nil
	}
	args, err := windows.DecomposeCommandLine(line)
	if err != nil {
		return nil
	}
	return args
}
