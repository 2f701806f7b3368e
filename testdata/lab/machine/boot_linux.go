package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A machine with systemd is a container of systemd-nspawn, which the agent starts and
// stays beside: what it runs there enters the container first.

// boot starts systemd in root, and returns when it has started what it starts.
func (a *agent) boot(root string) error {
	// Its own processes alone are in /proc from here on: nspawn looks itself up there.
	if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount proc: %w", err)
	}
	log, err := os.OpenFile(filepath.Join(filepath.Dir(root), "boot.log"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer func() { _ = null.Close() }()
	nspawn, err := find("systemd-nspawn", os.Getenv("PATH"), "/")
	if err != nil {
		return err
	}
	pid, done, err := a.spawn(nspawn, []string{
		"systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--network-namespace-path=/proc/self/ns/net",
		"--capability=all", "--hostname=" + a.setup.Hostname, "--machine=" + a.setup.Hostname,
		"--tmpfs=/var/lib/docker:mode=711", "--tmpfs=/var/lib/containerd:mode=711", "--resolv-conf=off",
		"--boot", "--directory=" + root,
	}, &syscall.ProcAttr{Dir: "/", Env: append(os.Environ(), "SYSTEMD_NSPAWN_API_VFS_WRITABLE=network"), Files: []uintptr{null.Fd(), log.Fd(), log.Fd()}})
	if err != nil {
		return err
	}
	if err := a.awaitBoot(pid, done); err != nil {
		said, _ := os.ReadFile(log.Name())
		return fmt.Errorf("boot: %w\n%s", err, said)
	}
	return nil
}

func (a *agent) awaitBoot(nspawn int, done <-chan syscall.WaitStatus) error {
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		select {
		case status := <-done:
			return fmt.Errorf("systemd-nspawn ended with %d", exitStatus(status))
		default:
		}
		if a.leader == 0 {
			a.leader = firstBelow(nspawn)
			continue
		}
		if a.started() {
			a.root = fmt.Sprintf("/proc/%d/root", a.leader)
			return os.MkdirAll(a.root+places, 0o711)
		}
	}
	return errors.New("systemd does not come up")
}

// firstBelow is the process below nspawn that is the first one of its own namespace:
// the container's systemd. For a moment there is another child, which makes that one.
func firstBelow(parent int) int {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		status, _ := os.ReadFile("/proc/" + e.Name() + "/status")
		above, numbers := field(status, "PPid"), field(status, "NSpid")
		if len(above) == 1 && above[0] == strconv.Itoa(parent) && len(numbers) > 1 && numbers[len(numbers)-1] == "1" {
			return pid
		}
	}
	return 0
}

// field is the words of a line of /proc/PID/status.
func field(status []byte, name string) []string {
	_, rest, _ := strings.Cut(string(status), "\n"+name+":")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Fields(line)
}

// started says that systemd has started all that it starts.
func (a *agent) started() bool {
	root := account{name: "root", home: "/", shell: "/bin/sh", groups: []uint32{0}}
	streams, err := a.openStreams(Cmd{}, root)
	if err != nil {
		return false
	}
	pid, done, err := a.start(program{
		who: root, argv: []string{"systemctl", "is-system-running"}, env: root.environment(), dir: "/", files: streams.child(),
	})
	streams.closeChild()
	if err != nil {
		return false
	}
	streams.begin("")
	await(pid, done, time.Second) // asked too early, systemctl waits for a minute
	out, _ := streams.finish(50 * time.Millisecond)
	state := strings.TrimSpace(string(out))
	return state == "running" || state == "degraded"
}

// program is one to start in the machine.
type program struct {
	who   account
	argv  []string
	name  string // argv[0] where it is another
	env   []string
	dir   string
	files []uintptr
	tty   bool // the first of the files is its controlling terminal
}

// start starts a program in the machine.
func (a *agent) start(p program) (int, <-chan syscall.WaitStatus, error) {
	attr := &syscall.ProcAttr{Env: p.env, Files: p.files, Dir: p.dir, Sys: &syscall.SysProcAttr{
		Credential: p.who.credential(), Setsid: true, Setctty: p.tty,
	}}
	if a.leader == 0 {
		path, err := find(p.argv[0], valueOf(p.env, "PATH"), p.dir)
		if err != nil {
			return 0, nil, err
		}
		argv := append([]string{p.argv[0]}, p.argv[1:]...)
		if p.name != "" {
			argv[0] = p.name
		}
		return a.spawn(path, argv, attr)
	}
	// The container's own tools do what the kernel does above.
	argv := []string{"nsenter", "--target=" + strconv.Itoa(a.leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--",
		"setpriv", fmt.Sprintf("--reuid=%d", p.who.uid), fmt.Sprintf("--regid=%d", p.who.gid), "--groups=" + joined(p.who.groups), "--",
		"env", "--ignore-environment", "--chdir=" + p.dir}
	if p.name != "" {
		argv = append(argv, "--argv0="+p.name)
	}
	argv = append(append(argv, p.env...), p.argv...)
	nsenter, err := find("nsenter", os.Getenv("PATH"), "/")
	if err != nil {
		return 0, nil, err
	}
	attr.Env, attr.Dir, attr.Sys.Credential = []string{"PATH=/usr/bin:/bin"}, "/", nil
	return a.spawn(nsenter, argv, attr)
}

func joined(groups []uint32) string {
	var words []string
	for _, g := range groups {
		words = append(words, strconv.FormatUint(uint64(g), 10))
	}
	return strings.Join(words, ",")
}
