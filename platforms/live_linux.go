package platforms

import (
	"bufio"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// ownVerbs are the questions that only a Linux is asked.
var ownVerbs = map[string]verb{
	"libc": {0, (*Live).libc},
}

// inCloud is false: no drive of Linux says so.
func inCloud(fs.FileInfo) bool { return false }

// machineArch is the processor of the machine; a 32-bit devdoctor may run on a
// 64-bit kernel.
func machineArch() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return runtime.GOARCH
	}
	return archOf(unix.ByteSliceToString(u.Machine[:]))
}

// archOf is the name Go has for a machine's name in uname.
func archOf(machine string) string {
	switch machine {
	case "x86_64":
		return "amd64"
	case "aarch64", "armv8l":
		return "arm64"
	case "i386", "i486", "i586", "i686":
		return "386"
	case "loongarch64":
		return "loong64"
	}
	if strings.HasPrefix(machine, "arm") {
		return "arm"
	}
	return machine // ppc64le, s390x and riscv64 have the same name everywhere
}

// loginShell is the shell that the account database names. Directory services
// are not asked, because that goes over the network; sh -l and the desktop have
// put their answer into SHELL.
func loginShell(name string) string {
	f, err := os.Open("/etc/passwd")
	if err == nil {
		defer f.Close()
		if shell, ok := passwdShell(bufio.NewScanner(f), name); ok {
			return shell
		}
	}
	return os.Getenv("SHELL")
}

// passwdShell finds the shell of an account; one without a shell has /bin/sh,
// see passwd(5).
func passwdShell(lines *bufio.Scanner, name string) (shell string, ok bool) {
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) < 7 || fields[0] != name {
			continue
		}
		if fields[6] == "" {
			return "/bin/sh", true
		}
		return fields[6], true
	}
	return "", false
}
