package platforms

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// statProgram looks at a program, which may be an alias that cannot be followed.
func statProgram(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return info, err
	}
	return os.Lstat(path)
}

func exitStatus(state *os.ProcessState) int { return state.ExitCode() }

// A tree is a program and all that it has started: they are in one job, and end
// with it.
type tree struct {
	cmd *exec.Cmd
	job windows.Handle
}

// newTree prepares a program to be ended together with its descendants.
func newTree(cmd *exec.Cmd) (*tree, error) {
	// It is stopped before its first instruction, so that it cannot start
	// anything before it is in the job, and has no window.
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: windows.CREATE_SUSPENDED | windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_NO_WINDOW,
	}
	if isBatch(cmd.Path) {
		line, err := batchLine(cmd.Path, cmd.Args[1:])
		if err != nil {
			return nil, err
		}
		system, err := windows.GetSystemDirectory()
		if err != nil {
			return nil, fmt.Errorf("find cmd.exe: %w", err)
		}
		cmd.Path = filepath.Join(system, "cmd.exe")
		cmd.SysProcAttr.CmdLine = line
	}
	job, err := newJob()
	if err != nil {
		return nil, err
	}
	return &tree{cmd: cmd, job: job}, nil
}

// newJob is a job of which everything ends when the last handle of it is closed.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, fmt.Errorf("create a job: %w", err)
	}
	if err := limitJob(job, windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE); err != nil {
		return 0, errors.Join(err, windows.CloseHandle(job))
	}
	return job, nil
}

func limitJob(job windows.Handle, flags uint32) error {
	var limits windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	limits.BasicLimitInformation.LimitFlags = flags
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		return fmt.Errorf("set up a job: %w", err)
	}
	return nil
}

func (t *tree) start() error {
	if err := t.cmd.Start(); err != nil {
		return err
	}
	err := t.release(uint32(t.cmd.Process.Pid))
	if err != nil {
		// It has not run yet.
		return errors.Join(err, t.cmd.Process.Kill(), ignoreExit(t.cmd.Wait()))
	}
	return nil
}

func ignoreExit(err error) error {
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil
	}
	return err
}

// release puts the program into the job and lets it run.
func (t *tree) release(pid uint32) error {
	if err := putIntoJob(t.job, pid); err != nil {
		return err
	}
	return resume(pid)
}

func putIntoJob(job windows.Handle, pid uint32) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return fmt.Errorf("open the program: %w", err)
	}
	defer closeHandle(process)
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		return fmt.Errorf("put the program into a job: %w", err)
	}
	return nil
}

// resume lets a program run that was started suspended.
func resume(pid uint32) error {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("list threads: %w", err)
	}
	defer closeHandle(snapshot)
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID != pid {
			continue
		}
		thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, entry.ThreadID)
		if err != nil {
			return fmt.Errorf("open the program's thread: %w", err)
		}
		_, err = windows.ResumeThread(thread)
		return errors.Join(err, windows.CloseHandle(thread))
	}
	return fmt.Errorf("find the program's thread: %w", err)
}

// kill ends all that is in the job. What a program left behind on purpose ends
// too: this is for looking only.
func (t *tree) kill() error { return windows.TerminateJobObject(t.job, 1) }

// finish ends what the program has left behind.
func (t *tree) finish() {
	_ = t.kill() // closing the job does the same, a little later
	_ = windows.CloseHandle(t.job)
}

func isBatch(path string) bool {
	ending := strings.ToLower(filepath.Ext(path))
	return ending == ".bat" || ending == ".cmd"
}

// batchLine is the command line that starts a batch file. cmd.exe looks into
// quoted words for % and takes a quote for the end of one, whatever stands before
// it, so words with these cannot be handed over unchanged.
func batchLine(path string, args []string) (string, error) {
	var b strings.Builder
	b.WriteString(`cmd.exe /d /e:on /v:off /s /c "`)
	for i, word := range append([]string{path}, args...) {
		if strings.ContainsAny(word, "\"%\r\n\x00") || i > 0 && strings.HasSuffix(word, `\`) {
			return "", fmt.Errorf("the argument %q cannot be given to a batch file", word)
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(`"` + word + `"`)
	}
	b.WriteByte('"')
	return b.String(), nil
}
