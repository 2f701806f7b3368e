package platforms

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v3/disk"
	"golang.org/x/sys/unix"
)

// ownVerbs are the questions that only a Mac is asked, or is asked in its own way.
var ownVerbs = map[string]verb{
	"credentials": {1, (*Live).credentials},
	"sysctl":      {1, (*Live).sysctl},
}

// inCloud reports whether a file's text is in iCloud alone, see SF_DATALESS in
// chflags(2).
func inCloud(info fs.FileInfo) bool {
	const dataless = 0x40000000
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && s.Flags&dataless != 0
}

// machineArch is the processor of the machine. A devdoctor for Intel runs on
// Apple silicon too, through Rosetta.
func machineArch() string {
	if translated, err := unix.SysctlUint32("sysctl.proc_translated"); err == nil && translated == 1 {
		return "arm64"
	}
	return runtime.GOARCH
}

// loginShell is the shell that the account database names.
func loginShell(name string) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	text, err := outputOf(ctx, "/usr/bin/dscl", ".", "-read", "/Users/"+name, "UserShell")
	if shell, ok := strings.CutPrefix(strings.TrimSpace(text), "UserShell: "); ok && err == nil {
		return shell
	}
	return os.Getenv("SHELL")
}

// outputOf is what a program of the system prints; nothing when it failed.
func outputOf(ctx context.Context, argv ...string) (string, error) {
	a, err := new(Live).run(ctx, Query{Verb: "run", Args: argv})
	if err != nil || a.Exit != 0 {
		return "", err
	}
	return a.Text, nil
}

// sysctl is a value of the kernel.
func (l *Live) sysctl(_ context.Context, q Query) (string, error) {
	data, err := unix.SysctlRaw(q.Args[0])
	if err != nil {
		return "", err
	}
	return parseSysctl(data, binary.NativeEndian) + "\n", nil
}

func (l *Live) memory(ctx context.Context, _ Query) (string, error) {
	total, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return "", fmt.Errorf("read the memory: %w", err)
	}
	text, err := outputOf(ctx, "/usr/bin/vm_stat")
	if err != nil {
		return "", err
	}
	free, err := parseVMStat(text)
	return fmt.Sprintf("total %d\nfree %d\n", total, free), err
}

// disk is the file system that holds a path.
func (l *Live) disk(ctx context.Context, q Query) (string, error) {
	path := atDir(q, q.Args[0])
	usage, err := disk.UsageWithContext(ctx, path)
	if err != nil {
		return "", err
	}
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return "", err
	}
	text := fmt.Sprintf("fs %s\ntotal %d\nfree %d\n", unix.ByteSliceToString(s.Fstypename[:]), usage.Total, usage.Free)
	if s.Flags&unix.MNT_RDONLY != 0 {
		text += "readonly yes\n"
	}
	if s.Flags&unix.MNT_NOEXEC != 0 {
		text += "noexec yes\n"
	}
	return text, nil
}

// credentials is the saved logins for a server. Without -g the keychain gives no
// secret and asks nobody; a server is found by its whole name only.
func (l *Live) credentials(ctx context.Context, q Query) (string, error) {
	server := strings.TrimSuffix(q.Args[0], "*")
	server = strings.TrimPrefix(strings.TrimPrefix(server, "git:"), "https://")
	a, err := l.run(ctx, Query{Verb: "run", Args: []string{"/usr/bin/security", "find-internet-password", "-s", server}})
	if err != nil {
		return "", err
	}
	const noSuchItem = 44
	switch a.Exit {
	case 0:
		return server + " " + oneLine(parseKeychain(a.Text)) + "\n", nil
	case noSuchItem:
		return "", ErrNotFound
	}
	return "", fmt.Errorf("security ends with %d", a.Exit)
}

func asleep(string) bool { return false }

func elfMissing(string, elfFacts) []string { return nil }

// machoMissing is the libraries that the loader will not find. Those of the
// system are in a cache and not on the disk.
func machoMissing(path string, m machoImage) []string {
	dest, err := realPath(path)
	if err != nil {
		return nil
	}
	origin := filepath.Dir(dest)
	expand := func(s string) string {
		s = strings.Replace(s, "@executable_path", origin, 1)
		return strings.Replace(s, "@loader_path", origin, 1)
	}
	there := func(path string) bool {
		if strings.HasPrefix(path, "/usr/lib/") || strings.HasPrefix(path, "/System/") {
			return true
		}
		_, err := os.Stat(path)
		return !errors.Is(err, os.ErrNotExist)
	}
	var missing []string
	for _, name := range m.needs {
		places := []string{expand(name)}
		if rest, ok := strings.CutPrefix(name, "@rpath/"); ok {
			places = nil
			for _, dir := range m.rpaths {
				places = append(places, filepath.Join(expand(dir), rest))
			}
		} else if !filepath.IsAbs(places[0]) {
			continue // looked for from the working directory
		}
		if !slices.ContainsFunc(places, there) {
			missing = append(missing, name)
		}
	}
	return missing
}
