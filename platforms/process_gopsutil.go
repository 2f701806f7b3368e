//go:build linux || windows

package platforms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shirou/gopsutil/v3/mem"
	"github.com/shirou/gopsutil/v3/process"
)

// lookAtProcess reads what may be read of a process. On these systems gopsutil
// reads /proc or calls the system; on a Mac it would start programs.
func lookAtProcess(ctx context.Context, pid int) (processFacts, error) {
	p := &process.Process{Pid: int32(pid)}
	name, err := p.NameWithContext(ctx)
	if err != nil || name == "" {
		return processFacts{}, processHidden(pid, err)
	}
	facts := processFacts{name: name, uid: -1}
	// Each of these is left out when this account may not know it.
	facts.exe, _ = p.ExeWithContext(ctx)
	facts.args = processArguments(ctx, p)
	facts.user = processUser(ctx, p)
	facts.cwd, _ = p.CwdWithContext(ctx)
	if uids, err := p.UidsWithContext(ctx); err == nil && len(uids) > 1 {
		facts.uid = int(uids[1]) // the effective one
	}
	if parent, err := p.PpidWithContext(ctx); err == nil {
		facts.parent = int(parent)
	}
	if ms, err := p.CreateTimeWithContext(ctx); err == nil && ms > 0 {
		facts.started = time.UnixMilli(ms)
	}
	return facts, nil
}

// processHidden tells a process that has ended from one that may not be seen.
func processHidden(pid int, err error) error {
	switch there, known := processExists(pid); {
	case known && !there:
		return ErrNotFound
	case known:
		return ErrNotPermitted
	case err == nil:
		err = errors.New("it has no name")
	}
	return fmt.Errorf("look at process %d: %w", pid, err)
}

func (l *Live) memory(ctx context.Context, _ Query) (string, error) {
	m, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return "", fmt.Errorf("read the memory: %w", err)
	}
	if m.Total == 0 { // a Linux without /proc
		return "", ErrNotPermitted
	}
	return fmt.Sprintf("total %d\nfree %d\n", m.Total, m.Available), nil
}
