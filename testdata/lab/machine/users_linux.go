package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is a user of the machine.
type account struct {
	name, home, shell string
	uid, gid          uint32
	groups            []uint32
}

// lookUp reads an account from the machine's own files. The C library's way would
// load modules of the machine into this process.
func (a *agent) lookUp(name string) (account, error) {
	users, err := os.ReadFile(a.root + "/etc/passwd")
	if err != nil {
		return account{}, fmt.Errorf("look up the user %s: %w", name, err)
	}
	for line := range strings.Lines(string(users)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) != 7 || f[0] != name {
			continue
		}
		who := account{name: name, home: f[5], shell: f[6], uid: number(f[2]), gid: number(f[3])}
		who.groups = append(a.groupsOf(name), who.gid)
		return who, nil
	}
	return account{}, fmt.Errorf("look up the user %s: there is none", name)
}

func number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32) // the files are Debian's own
	return uint32(n)
}

func (a *agent) groupsOf(name string) []uint32 {
	groups, _ := os.ReadFile(a.root + "/etc/group")
	var in []uint32
	for line := range strings.Lines(string(groups)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) != 4 {
			continue
		}
		for member := range strings.SplitSeq(f[3], ",") {
			if member == name {
				in = append(in, number(f[2]))
			}
		}
	}
	return in
}

func (a account) credential() *syscall.Credential {
	return &syscall.Credential{Uid: a.uid, Gid: a.gid, Groups: a.groups}
}

// environment is what a login gives before any shell reads a file (login.defs of
// Debian: ENV_PATH and ENV_SUPATH).
func (a account) environment() []string {
	path := "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
	if a.uid == 0 {
		path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	}
	return []string{
		"HOME=" + a.home, "USER=" + a.name, "LOGNAME=" + a.name, "SHELL=" + a.shell,
		"PATH=" + path, "LANG=C.UTF-8", "TERM=xterm-256color",
	}
}

// with returns env with some variables set, later ones winning, and some taken out.
func with(env, set, unset []string) []string {
	drop := map[string]bool{}
	for _, name := range unset {
		drop[name] = true
	}
	for _, pair := range set {
		name, _, _ := strings.Cut(pair, "=")
		drop[name] = true
	}
	var out []string
	for _, pair := range env {
		if name, _, _ := strings.Cut(pair, "="); !drop[name] {
			out = append(out, pair)
		}
	}
	return append(out, set...)
}

func valueOf(env []string, name string) string {
	for _, pair := range env {
		if n, v, _ := strings.Cut(pair, "="); n == name {
			return v
		}
	}
	return ""
}

// find looks a program up as execvp does.
func find(name, path, dir string) (string, error) {
	if strings.Contains(name, "/") {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return name, nil
	}
	for _, entry := range filepath.SplitList(path) {
		candidate := filepath.Join(entry, name)
		if info, err := os.Stat(candidate); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
			return candidate, nil
		}
	}
	return "", fmt.Errorf("no program %s on the PATH %s", name, path)
}

// write writes a file as its owner would have.
func (a *agent) write(f file) error {
	owner, err := a.lookUp(f.User)
	if err != nil {
		return err
	}
	path := f.Path
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		path = filepath.Join(owner.home, rest)
	}
	path = a.root + path
	if f.Mode == 0 {
		f.Mode = 0o644
	}
	if err := owner.mkdirs(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.WriteFile(path, f.Content, f.Mode); err != nil {
		return err
	}
	if err := os.Chmod(path, f.Mode); err != nil {
		return err
	}
	return os.Chown(path, int(owner.uid), int(owner.gid))
}

// mkdirs makes the directories that are missing, for their owner.
func (a account) mkdirs(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := a.mkdirs(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.Chown(dir, int(a.uid), int(a.gid))
}
