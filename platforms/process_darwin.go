package platforms

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lookAtProcess reads what the kernel says of a process. Only the working
// directory needs a program.
func lookAtProcess(ctx context.Context, pid int) (processFacts, error) {
	k, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil || int(k.Proc.P_pid) != pid {
		return processFacts{}, ErrNotFound
	}
	start := k.Proc.P_starttime
	facts := processFacts{
		uid:     int(k.Eproc.Ucred.Uid),
		parent:  int(k.Eproc.Ppid),
		started: time.Unix(start.Sec, int64(start.Usec)*1000),
	}
	if u, err := user.LookupId(strconv.Itoa(facts.uid)); err == nil {
		facts.user = u.Username
	}
	if args, err := readProcArgs(pid); err == nil { // refused for other accounts
		facts.exe, facts.args = args.exe, args.args
		facts.cwd = workingDir(ctx, pid)
	}
	facts.name = fullComm(k, facts.exe)
	return facts, nil
}

// workingDir asks lsof, which the system comes with.
func workingDir(ctx context.Context, pid int) string {
	text, err := outputOf(ctx, "/usr/sbin/lsof", "-a", "-p", strconv.Itoa(pid), "-d", "cwd", "-F", "n")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(text) {
		if dir, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "n"); ok {
			return dir
		}
	}
	return ""
}

// fullComm is the name of a process, of which the kernel keeps 16 bytes.
func fullComm(k *unix.KinfoProc, exe string) string {
	comm := unix.ByteSliceToString(k.Proc.P_comm[:])
	if base := filepath.Base(exe); len(comm) == 16 && strings.HasPrefix(base, comm) {
		return base
	}
	return comm
}

func readProcArgs(pid int) (processArgs, error) {
	data, err := unix.SysctlRaw("kern.procargs2", pid)
	if err != nil {
		return processArgs{}, err
	}
	if len(data) < 4 {
		return processArgs{}, errors.New("the kernel's note of a program is cut off")
	}
	return parseProcArgs(data[4:], int(int32(binary.NativeEndian.Uint32(data))))
}

// ancestry is the processes above ours, nearest first.
func ancestry() ([]ancestor, error) {
	var chain []ancestor
	const tooMany = 64 // they may change while we look
	for pid := os.Getppid(); pid > 0 && len(chain) < tooMany; {
		k, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
		if err != nil {
			if len(chain) == 0 {
				return nil, fmt.Errorf("look at process %d: %w", pid, err)
			}
			break
		}
		args, _ := readProcArgs(pid)
		chain = append(chain, ancestor{pid: pid, name: fullComm(k, args.exe), exe: args.exe})
		pid = int(k.Eproc.Ppid)
	}
	return chain, nil
}

// processEnv is a variable that a process was started with. The system hides
// those of its own programs, Terminal among them.
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
	args, err := readProcArgs(pid)
	if err != nil || len(args.env) == 0 {
		return nil, ErrNotPermitted
	}
	return args.env, nil
}
