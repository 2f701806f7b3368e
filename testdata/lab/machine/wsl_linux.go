package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// A machine "in WSL" has what programs look at to know it: the kernel's own words, the
// environment that Windows hands over, C: below /mnt. It is an imitation: uname still
// tells the truth, and no program of Windows runs in it.

const (
	wslKernel  = "5.15.167.4-microsoft-standard-WSL2"
	wslVersion = "Linux version " + wslKernel + " (root@f9c826d3017f) (gcc (GCC) 11.2.0, GNU ld (GNU Binutils) 2.37) #1 SMP Tue Nov 5 00:21:55 UTC 2024"
	wslPath    = ":/mnt/c/WINDOWS/system32:/mnt/c/WINDOWS:/mnt/c/WINDOWS/System32/Wbem:/mnt/c/WINDOWS/System32/WindowsPowerShell/v1.0/" +
		":/mnt/c/Program Files/nodejs/:/mnt/c/Users/Ann/AppData/Roaming/npm"
)

var wslEnvironment = []string{
	"WSL_DISTRO_NAME=Debian", "WSL_INTEROP=/run/WSL/8_interop", "WSLENV=", "NAME=LEARNER-PC",
}

// imitateWSL puts the imitation over the kernel's files.
func (s setup) imitateWSL(root string) error {
	if !s.WSL {
		return nil
	}
	for _, dir := range []string{"mnt/c/WINDOWS/system32", "mnt/c/Program Files", "mnt/c/Users/Ann", "run/WSL"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return fmt.Errorf("imitate WSL: %w", err)
		}
	}
	// Debian's /etc/profile forgets the PATH that Windows handed over; WSL's Debian does not.
	profile := "PATH=\"$PATH" + wslPath + "\"\n"
	if err := os.WriteFile(filepath.Join(root, "etc/profile.d/windows-path.sh"), []byte(profile), 0o644); err != nil {
		return fmt.Errorf("imitate WSL: %w", err)
	}
	for at, text := range map[string]string{"proc/version": wslVersion, "proc/sys/kernel/osrelease": wslKernel} {
		from := filepath.Join(root, "run/WSL", filepath.Base(at))
		if err := os.WriteFile(from, []byte(text+"\n"), 0o444); err != nil {
			return fmt.Errorf("imitate WSL: %w", err)
		}
		if err := errors.Join(bind(from, filepath.Join(root, at), syscall.MS_RDONLY), os.Remove(from)); err != nil {
			return fmt.Errorf("imitate WSL: %w", err)
		}
	}
	return nil
}

// environment is what a login of the user gives in this machine.
func (a *agent) environment(who account) []string {
	if a.setup.WSL {
		return append(who.environment(), wslEnvironment...)
	}
	return who.environment()
}
