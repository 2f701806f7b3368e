package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// build makes the machine's root directory out of its layers, in this process's own
// mount namespace, and returns where it is.
func (s setup) build() (string, error) {
	// Nothing that is mounted from here on may be seen by anybody else.
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return "", fmt.Errorf("make the mounts private: %w", err)
	}
	upper := s.Keep
	if upper == "" {
		upper = s.Scratch
		if err := syscall.Mount("lab", upper, "tmpfs", 0, "mode=755,size=6g"); err != nil {
			return "", fmt.Errorf("mount a tmpfs on %s: %w", upper, err)
		}
	}
	root := filepath.Join(upper, "root")
	for _, dir := range []string{"upper", "work", "root"} {
		if err := os.MkdirAll(filepath.Join(upper, dir), 0o755); err != nil {
			return "", fmt.Errorf("make the upper layer: %w", err)
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", strings.Join(s.Lower, ":"), upper, upper)
	if err := syscall.Mount("overlay", root, "overlay", 0, options); err != nil {
		return "", fmt.Errorf("stack the layers: %w", err)
	}
	return root, nil
}

// furnish puts into root what every machine has besides its layers.
func (s setup) furnish(root string) error {
	return errors.Join(
		os.WriteFile(filepath.Join(root, "etc/hostname"), []byte(s.Hostname+"\n"), 0o644),
		os.WriteFile(filepath.Join(root, "etc/hosts"),
			[]byte("127.0.0.1 localhost "+s.Hostname+"\n::1 localhost ip6-localhost\n"), 0o644),
		os.MkdirAll(filepath.Join(root, "run"), 0o755),
		s.resolver(root),
	)
}

// resolver gives a machine with a way out the name servers of this computer.
func (s setup) resolver(root string) error {
	if s.Way == wayNone {
		return nil
	}
	servers, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return fmt.Errorf("read the name servers: %w", err)
	}
	path := filepath.Join(root, "etc/resolv.conf")
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, servers, 0o644)
}

// mountKernel mounts proc, sys and dev in root.
func (s setup) mountKernel(root string) error {
	for _, m := range []struct {
		what, where, kind string
		flags             uintptr
		options           string
	}{
		{"proc", "proc", "proc", 0, ""},
		{"sysfs", "sys", "sysfs", syscall.MS_RDONLY, ""},
		{"dev", "dev", "tmpfs", syscall.MS_NOSUID, "mode=755"},
		{"devpts", "dev/pts", "devpts", syscall.MS_NOSUID | syscall.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5"},
		{"shm", "dev/shm", "tmpfs", syscall.MS_NOSUID, "mode=1777"},
		{"run", "run", "tmpfs", syscall.MS_NOSUID, "mode=755"},
	} {
		at := filepath.Join(root, m.where)
		if err := os.MkdirAll(at, 0o755); err != nil {
			return fmt.Errorf("make %s: %w", m.where, err)
		}
		if err := syscall.Mount(m.what, at, m.kind, m.flags, m.options); err != nil {
			return fmt.Errorf("mount %s: %w", m.where, err)
		}
	}
	return devices(filepath.Join(root, "dev"))
}

func devices(dev string) error {
	for _, name := range []string{"null", "zero", "full", "random", "urandom", "tty", "fuse", "net/tun"} {
		host := filepath.Join("/dev", name)
		if _, err := os.Stat(host); err != nil {
			continue // this computer has no such device: neither has the machine
		}
		if err := bind(host, filepath.Join(dev, name), 0); err != nil {
			return err
		}
	}
	for name, target := range map[string]string{
		"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "/proc/self/fd/0",
		"stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2",
	} {
		if err := os.Symlink(target, filepath.Join(dev, name)); err != nil {
			return fmt.Errorf("make /dev/%s: %w", name, err)
		}
	}
	return nil
}

// bind shows a file or directory of the host at another place, with the flags added.
func bind(host, at string, flags uintptr) error {
	info, err := os.Stat(host)
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if info.IsDir() {
		err = os.MkdirAll(at, 0o755)
	} else if _, missing := os.Lstat(at); missing != nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, nil, 0o644))
	}
	if err != nil {
		return fmt.Errorf("bind %s: %w", host, err)
	}
	if err := syscall.Mount(host, at, "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind %s: %w", host, err)
	}
	if flags == 0 {
		return nil
	}
	if err := syscall.Mount("", at, "", syscall.MS_BIND|syscall.MS_REMOUNT|flags, ""); err != nil {
		return fmt.Errorf("bind %s: %w", host, err)
	}
	return nil
}

func (s setup) bindAll(root string) error {
	for _, b := range s.Binds {
		if err := bind(b.Host, filepath.Join(root, b.Path), syscall.MS_RDONLY); err != nil {
			return err
		}
	}
	return nil
}

// enter makes root the root directory of this process and lets go of the old one. It
// is no chroot, because a chroot forbids programs inside to make user namespaces.
func enter(root string) error {
	old := filepath.Join(root, ".old")
	if err := os.MkdirAll(old, 0o700); err != nil {
		return err
	}
	if err := syscall.PivotRoot(root, old); err != nil {
		return fmt.Errorf("change the root directory: %w", err)
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	if err := syscall.Unmount("/.old", syscall.MNT_DETACH); err != nil {
		return fmt.Errorf("let go of the old root directory: %w", err)
	}
	return os.Remove("/.old")
}
