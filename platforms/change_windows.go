package platforms

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// permissions are access lists on Windows, which a file inherits from its folder.
func permissions(fs.FileInfo) uint32 { return 0 }

// setMode does nothing: of a mode Windows takes the write bit, and makes a file read-only
// that lacks it.
func setMode(string, uint32) error { return nil }

func takeOwner(*os.File, string) error { return nil }

func isNotEmpty(err error) bool { return errors.Is(err, windows.ERROR_DIR_NOT_EMPTY) }

func syncDir(string) error { return nil } // Windows has no such thing

const accountVariables = `Environment`

// SetUserVariable changes a variable of the account, see [Changer].
func (c *LiveChanger) SetUserVariable(name string, before, after RegistryValue) error {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, accountVariables, registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("open the account's variables: %w", err)
	}
	defer key.Close()
	now, err := userVariable(key, name)
	switch {
	case err != nil:
		return fmt.Errorf("read the variable %s: %w", name, err)
	case now == after:
		return nil
	case now != before:
		return fmt.Errorf("the variable %s: %w", name, ErrChanged)
	}
	switch after.Type {
	case "":
		err = key.DeleteValue(name)
	case "REG_SZ":
		err = key.SetStringValue(name, after.Data)
	case "REG_EXPAND_SZ":
		err = key.SetExpandStringValue(name, after.Data)
	default:
		err = errors.New("it is no text")
	}
	if err != nil {
		return fmt.Errorf("write the variable %s: %w", name, err)
	}
	broadcastEnvironment()
	return nil
}

func userVariable(key registry.Key, name string) (RegistryValue, error) {
	data, kind, err := key.GetStringValue(name)
	switch {
	case errors.Is(err, registry.ErrNotExist):
		return RegistryValue{}, nil
	case err != nil:
		return RegistryValue{}, err
	case kind == registry.EXPAND_SZ:
		return RegistryValue{"REG_EXPAND_SZ", data}, nil
	}
	return RegistryValue{"REG_SZ", data}, nil
}

var sendMessageTimeout = windows.NewLazySystemDLL("user32.dll").NewProc("SendMessageTimeoutW")

// broadcastEnvironment tells the programs that run, the desktop among them, to read the
// variables again, so that windows opened from now on have them.
func broadcastEnvironment() {
	const (
		everybody     = 0xffff // HWND_BROADCAST
		settingChange = 0x001a // WM_SETTINGCHANGE
		abortIfHung   = 0x0002 // SMTO_ABORTIFHUNG
		milliseconds  = 5000
	)
	what, err := windows.UTF16PtrFromString("Environment")
	if err != nil {
		return
	}
	_, _, _ = sendMessageTimeout.Call(everybody, settingChange, 0, uintptr(unsafe.Pointer(what)), abortIfHung, milliseconds, 0)
}

// tryLock locks a file for this process; false where another one has it. The byte that is
// locked lies far behind the text, which stays readable.
func tryLock(f *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{OffsetHigh: 1})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// A gate holds a program back, once it is started, for the word that it may begin: a crash before
// that is written down ends it before it did anything.
type gate struct {
	cmd *exec.Cmd
	job windows.Handle // of which the program is until it may begin
}

// newGate is for a program that is not started yet.
func newGate(cmd *exec.Cmd) (*gate, error) {
	job, err := newJob()
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_SUSPENDED}
	return &gate{cmd, job}, nil
}

// hold is called once the program is started.
func (g *gate) hold() error { return putIntoJob(g.job, uint32(g.cmd.Process.Pid)) }

// open says the word, or lets the program end. It is called exactly once.
func (g *gate) open(may bool) error {
	defer closeHandle(g.job)
	if !may {
		return nil
	}
	// From now on it outlives devdoctor: a package manager that is cut off leaves half a package.
	if err := limitJob(g.job, 0); err != nil {
		return err
	}
	return resume(uint32(g.cmd.Process.Pid))
}

// systemProgram knows none: Windows looks into its own folders, whatever PATH says.
func systemProgram(string) string { return "" }
