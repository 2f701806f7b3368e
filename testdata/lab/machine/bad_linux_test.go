package machine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// brieflyALab in the environment makes the test's own program a lab that starts
// machines, says so, and waits to be killed.
const brieflyALab = "LAB_TEST_START"

func TestMain(m *testing.M) {
	Main()
	if os.Getenv(brieflyALab) != "" {
		beALab()
		return
	}
	os.Exit(m.Run())
}

func beALab() {
	store, err := OpenStore()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, spec := range []Spec{{System: "trixie", Net: true}, {System: "docker"}} {
		m, err := Start(context.Background(), store, spec)
		if err != nil {
			fmt.Println(err)
			return
		}
		m.Sh(context.Background(), "", "setsid sleep 1000 &")
		fmt.Println("up", m.process.Process.Pid)
	}
	time.Sleep(time.Minute)
}

// A lab that is killed takes its machines with it: processes, mounts, control groups.
func TestKilledLab(t *testing.T) {
	fresh(t, Spec{System: "docker"}) // builds, or skips
	temporary := t.TempDir()
	lab := exec.Command("/proc/self/exe")
	lab.Env = append(os.Environ(), brieflyALab+"=1", "TMPDIR="+temporary)
	out, err := lab.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := lab.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var machines []int
	for len(machines) < 2 && lines.Scan() {
		var pid int
		if _, err := fmt.Sscanf(lines.Text(), "up %d", &pid); err != nil {
			t.Fatal(lines.Text())
		}
		machines = append(machines, pid)
	}
	if len(traces(lab.Process.Pid, machines)) == 0 {
		t.Fatal("the machines leave no trace that could go away")
	}
	if err := lab.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = lab.Wait()
	var left []string
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if left = traces(lab.Process.Pid, machines); len(left) == 0 {
			break
		}
	}
	for _, l := range left {
		t.Error("left behind:", l)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), "devdoctor-lab") {
		t.Errorf("a mount is left, or not to be seen: %v", err)
	}
	if files, err := os.ReadDir(temporary); err != nil || len(files) > 0 {
		t.Errorf("files are left: %v, %v", files, err)
	}
}

// traces are the first processes of machines that run, what forwards their networks,
// and the control groups of the lab.
func traces(lab int, machines []int) []string {
	var out []string
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range commands {
		data, _ := os.ReadFile(file)
		argv := strings.Split(string(data), "\x00")
		for _, pid := range machines {
			own := filepath.Base(filepath.Dir(file)) == fmt.Sprint(pid)
			helps := argv[0] == "slirp4netns" && strings.Contains(string(data), fmt.Sprintf("\x00%d\x00", pid))
			if own && len(data) > 0 || helps {
				out = append(out, strings.Join(argv, " "))
			}
		}
	}
	groups, _ := filepath.Glob(fmt.Sprintf("/sys/fs/cgroup/*/devdoctor-lab-%d-*", lab))
	return append(out, groups...)
}

// cheapStore is one of its own with what the layer registry is made from.
func cheapStore(t *testing.T) *Store {
	t.Helper()
	whole, err := OpenStore()
	if err != nil {
		t.Skip(err)
	}
	if os.Geteuid() != 0 {
		t.Skip("it needs root")
	}
	if err := whole.Build(t.Context(), "npm"); err != nil {
		t.Fatal(err)
	}
	dir, remove, err := whole.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(remove)
	t.Setenv("DEVDOCTOR_LAB", dir)
	store, err := OpenStore()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", "-al", filepath.Join(whole.Dir, "layers", "npm"), filepath.Join(dir, "layers")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return store
}

// A layer that lacks a file, its mark, or the end of its making is made again.
func TestDamagedLayer(t *testing.T) {
	store := cheapStore(t)
	file := filepath.Join(store.content("registry"), "ms.json")
	if err := store.Build(t.Context(), "registry"); err != nil {
		t.Fatal(err)
	}
	for what, damage := range map[string]func() error{
		"a file is missing": func() error { return os.Remove(file) },
		"a file is cut":     func() error { return os.Truncate(file, 3) },
		"the mark is empty": func() error { return os.Truncate(store.mark("registry"), 0) },
		"it was never done": func() error {
			return errors.Join(os.Remove(store.mark("registry")), os.MkdirAll(filepath.Join(store.Dir, "layers/.next/upper/x"), 0o755))
		},
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if err := store.Build(t.Context(), "registry"); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if info, err := os.Stat(file); err != nil || info.Size() < 100 || !store.marked("registry") {
			t.Errorf("%s: it was not made again: %v", what, err)
		}
	}
}

// Of two labs that want the same layer one makes it and the other waits.
func TestTwoLabs(t *testing.T) {
	store := cheapStore(t)
	var log strings.Builder
	var mu sync.Mutex
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			own := &Store{Dir: store.Dir, Log: lockedWriter{&mu, &log}}
			if err := own.ensure(t.Context(), []string{"registry"}, false); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if made := strings.Count(log.String(), "registry"); made != 1 {
		t.Errorf("made %d times: %s", made, &log)
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// A machine's root cannot set this computer's clock.
func TestClock(t *testing.T) {
	m := fresh(t, Spec{System: "trixie"})
	if r := m.Sh(t.Context(), "root", "date -s 2001-01-01"); r.OK() || !strings.Contains(r.Stderr, "not permitted") {
		t.Error(r)
	}
}
