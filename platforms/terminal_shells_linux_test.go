package platforms

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var (
	homesFlag  = flag.Int("homes", 48, "how many home directories TestPredictedTerminal makes")
	shellsFlag = flag.String("homeshells", "bash,zsh,fish,dash", "the shells of TestPredictedTerminal")
	seedFlag   = flag.Int64("homeseed", 1, "the seed of TestPredictedTerminal")
	miseFlag   = flag.String("mise", os.Getenv("DEVDOCTOR_TEST_MISE"), "a mise program for TestPredictedTerminal")
	nvmFlag    = flag.String("nvm", os.Getenv("DEVDOCTOR_TEST_NVM"), "an nvm.sh for TestPredictedTerminal instead of the stand-in")
	nFlag      = flag.String("nprogram", os.Getenv("DEVDOCTOR_TEST_N"), "an n program for TestPredictedTerminal instead of the stand-in")
	envFlag    = flag.String("nodeenv", os.Getenv("DEVDOCTOR_TEST_NODEENV"), "a nodeenv program for TestPredictedTerminal instead of the stand-in")
)

// TestPredictedTerminal makes home directories, works out PATH of a new window and
// of a new login, and compares with the PATH that the real shell ends up with on a
// pseudo-terminal. // G22
func TestPredictedTerminal(t *testing.T) {
	shells := strings.Split(*shellsFlag, ",")
	shells = slices.DeleteFunc(shells, func(s string) bool {
		_, err := os.Stat(shellPath(s))
		if err != nil {
			t.Logf("NOT COMPARED: %s is not installed", s)
		}
		return err != nil
	})
	if len(shells) == 0 {
		t.Skip("none of bash, zsh, fish and dash is installed")
	}
	variants := readVariants(t)
	if *miseFlag == "" {
		t.Log("mise: no program given, its homes are left out")
		variants = slices.DeleteFunc(variants, func(v variant) bool { return v.feature == "mise" && !slices.Contains(v.shells, "dash") })
	}
	rng := rand.New(rand.NewSource(*seedFlag))
	root := t.TempDir()
	tools := realTools{mise: *miseFlag, nvm: *nvmFlag, n: *nFlag, nodeenv: *envFlag}.made(t)
	tally := newTally()
	drawn := map[string]map[string]int{}
	work := make(chan home)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for h := range work {
				for _, login := range []bool{false, true} {
					compareHome(t, h, login, tally)
				}
			}
		})
	}
	for i := range *homesFlag {
		shell := shells[i%len(shells)]
		if drawn[shell] == nil {
			drawn[shell] = map[string]int{}
		}
		h := composeHome(rng, filepath.Join(root, fmt.Sprintf("h%03d", i)), shell, variants, drawn[shell])
		h.write(t, tools)
		work <- h
	}
	close(work)
	wg.Wait()
	tally.report(t, tools)
}

func compareHome(t *testing.T, h home, login bool, tally *tally) {
	ctx := context.Background()
	src := homeSource{h: &h, login: login, live: NewLive()}
	host, err := NewHost(ctx, src)
	if err != nil {
		t.Error(err)
		return
	}
	begun := time.Now()
	term, err := host.NewTerminal(ctx)
	took := time.Since(begun)
	if err != nil {
		t.Errorf("%s: %v", h.dir, err)
		return
	}
	want, err := startedPath(h, login)
	if err != nil {
		t.Errorf("start the real shell of %s: %v", describe(h, login), err)
		return
	}
	got, err := term.Host.Env(ctx, "PATH")
	want = settle(want)
	tally.add(h, took, got == want && err == nil, err != nil)
	switch {
	case err != nil:
		t.Logf("unknown %s: %v", describe(h, login), err)
	case got != want:
		t.Errorf("wrong %s\n got %s\nwant %s", describe(h, login), strings.ReplaceAll(got, h.dir, "HOME"), strings.ReplaceAll(want, h.dir, "HOME"))
	}
}

func describe(h home, login bool) string {
	return fmt.Sprintf("%s %s login=%v %v", filepath.Base(h.dir), h.shell, login, h.features)
}

// settle puts the folder that fnm makes for every shell at its target, because its
// name holds a process number and a random one.
func settle(path string) string {
	entries := strings.Split(path, ":")
	for i, e := range entries {
		if dir, ok := strings.CutSuffix(e, "/bin"); ok && strings.Contains(dir, "/fnm_multishells/") {
			if target, err := os.Readlink(dir); err == nil {
				entries[i] = target + "/bin"
			}
		}
	}
	return strings.Join(entries, ":")
}

// startedPath starts the shell on a pseudo-terminal and asks it for PATH.
func startedPath(h home, login bool) (string, error) {
	master, slave, err := openPTY()
	if err != nil {
		return "", err
	}
	defer master.Close()
	args := []string{"-i"}
	if login {
		args = []string{"-i", "-l"}
	}
	cmd := exec.Command(shellPath(h.shell), args...)
	cmd.Env, cmd.Dir = h.environ(), h.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		slave.Close()
		return "", err
	}
	slave.Close()
	var screen strings.Builder
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			screen.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	defer func() {
		_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
		_ = cmd.Wait() // it was killed
		master.Close()
		<-drained
	}()
	out := h.dir + "/answer-" + fmt.Sprint(login)
	for try := range 60 {
		if try%5 == 0 {
			fmt.Fprintf(master, "printf '%%s\\n' \"$PATH\" >%s.part; /bin/mv %s.part %s\n", out, out, out)
		}
		for range 50 {
			if data, err := os.ReadFile(out); err == nil {
				return strings.TrimSuffix(string(data), "\n"), nil
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return "", errors.New("no answer within 30 s")
}

func openPTY() (master, slave *os.File, err error) {
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(master.Fd())
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, nil, err
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, err
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, nil, err
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	return master, slave, err
}

// A tally counts how predictions compare, by shell and feature.
type tally struct {
	mu    sync.Mutex
	rows  map[string]*[4]int // cases, equal, unknown, wrong
	spent []time.Duration
}

func newTally() *tally { return &tally{rows: map[string]*[4]int{}} }

func (y *tally) add(h home, took time.Duration, equal, unknown bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.spent = append(y.spent, took)
	for _, f := range append([]string{"all"}, h.features...) {
		row := y.rows[h.shell+" "+f]
		if row == nil {
			row = new([4]int)
			y.rows[h.shell+" "+f] = row
		}
		row[0]++
		switch {
		case unknown:
			row[2]++
		case equal:
			row[1]++
		default:
			row[3]++
		}
	}
}

func (y *tally) report(t *testing.T, tools realTools) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s %6s %6s %8s %6s  %s\n", "shell feature", "cases", "equal", "unknown", "wrong", "manager")
	for _, name := range slices.Sorted(maps.Keys(y.rows)) {
		row := y.rows[name]
		shell, feature, _ := strings.Cut(name, " ")
		fmt.Fprintf(&b, "%-28s %6d %6d %8d %6d  %s\n", name, row[0], row[1], row[2], row[3], tools.kind(shell, feature))
		if feature == "all" && row[0] >= 100 && row[2]*20 > row[0] {
			t.Errorf("%s: unknown in %d of %d cases, more than 5 %%", name, row[2], row[0])
		}
		if *homesFlag >= 500 && row[0] < 20 { // two windows for each of ten homes
			t.Errorf("%s: %d homes, fewer than ten", name, row[0]/2)
		}
	}
	fmt.Fprintf(&b, "real managers: %s\n", tools.versions())
	slices.Sort(y.spent)
	if n := len(y.spent); n > 0 {
		fmt.Fprintf(&b, "a prediction takes %v (median), %v (95 %%)\n", y.spent[n/2], y.spent[n*95/100])
	}
	t.Log("\n" + b.String())
}

// BenchmarkNewTerminal predicts for a home as a learner has it: nvm, an installer's
// lines, the system's own files.
func BenchmarkNewTerminal(b *testing.B) {
	for _, shell := range []string{"bash", "zsh", "fish", "dash"} {
		b.Run(shell, func(b *testing.B) {
			h := home{shell: shell, dir: b.TempDir(), texts: map[string]string{}, path: "/usr/local/bin:/usr/bin:/bin"}
			t := &testing.T{}
			rng := rand.New(rand.NewSource(1))
			rc, profile := h.layout(rng)
			typical := []string{"nvm", "volta", "sdk-lines", "if-dir", "fish-status", "undecided", "commands"}
			for _, v := range readVariants(t) {
				if i := slices.Index(typical, v.feature); i >= 0 && slices.Contains(v.shells, shell) {
					h.apply(rng, v, rc, profile)
					typical = slices.Delete(typical, i, i+1)
				}
			}
			h.write(t, realTools{})
			host, err := NewHost(b.Context(), homeSource{h: &h, live: NewLive()})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := host.NewTerminal(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
