//go:build unix

package platforms

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
)

func permissions(info fs.FileInfo) uint32 {
	mode := uint32(info.Mode().Perm())
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		mode = uint32(st.Mode) & 0o7777 //nolint:unconvert // 16 bits on a Mac
	}
	return mode
}

// setMode gives a file or directory its permission bits.
func setMode(path string, bits uint32) error { return os.Chmod(path, fileMode(bits)) }

// fileMode is permission bits as package os spells them.
func fileMode(bits uint32) fs.FileMode {
	mode := fs.FileMode(bits & 0o777)
	for bit, special := range map[uint32]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if bits&bit != 0 {
			mode |= special
		}
	}
	return mode
}

// takeOwner gives a new file the owner and group of the one that it replaces.
func takeOwner(f *os.File, path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(st.Uid) == os.Geteuid() && int(st.Gid) == os.Getegid() {
		return nil
	}
	return f.Chown(int(st.Uid), int(st.Gid))
}

// syncDir makes what was renamed in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open %s: %w", dir, err)
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // a file system that cannot
	}
	return errors.Join(err, d.Close())
}

// systemProgram is where the system keeps a program, for terminals whose PATH has lost its
// folders; "" where it keeps none of that name.
func systemProgram(name string) string {
	for _, dir := range []string{"/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"} {
		if info, err := os.Stat(dir + name); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return dir + name
		}
	}
	return ""
}

// A gate holds a program back, once it is started, for the word that it may begin: a crash before
// that is written down ends it before it did anything.
type gate struct{ theirs, ours *os.File }

// newGate is for a program that is not started yet.
func newGate(cmd *exec.Cmd) (*gate, error) {
	theirs, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Args = append([]string{"sh", "-c", `read -r devdoctor_may <&3 && exec "$@" 3<&-`, "sh", cmd.Path}, cmd.Args[1:]...)
	cmd.Path, cmd.ExtraFiles = "/bin/sh", []*os.File{theirs}
	return &gate{theirs, ours}, nil
}

// hold is called once the program is started: it waits for the word by itself.
func (g *gate) hold() error { return nil }

// open says the word, or lets the program end. It is called exactly once.
func (g *gate) open(may bool) error {
	var err error
	if may {
		_, err = g.ours.WriteString("begin\n")
	}
	return errors.Join(err, g.ours.Close(), g.theirs.Close())
}

// SetUserVariable is for Windows.
func (c *LiveChanger) SetUserVariable(string, RegistryValue, RegistryValue) error {
	return errors.New("only Windows keeps variables of an account")
}

func isNotEmpty(err error) bool { return errors.Is(err, syscall.ENOTEMPTY) }

// tryLock locks a file for this process; false where another one has it.
func tryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
