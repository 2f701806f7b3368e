// Command bench times devdoctor beside what a learner would run instead:
//
//	go run ./testdata/bench [-runs 15] [-node DIR] [-markdown]
//
// Every command is a whole process in a home directory made for it. The commands
// of a round alternate, so that a busy machine is unfair to all alike; medians
// are compared, and only ratios are worth keeping. It needs Linux or macOS, Go,
// and a Node.js 24 whose directory -node names, else the first on PATH; with npm
// beside it, envinfo is installed into a cache directory and timed too.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// command is one thing that is timed.
type command struct {
	name string
	argv []string
	path string // PATH, where it is not the learner's

	times []time.Duration // of the whole process
	peak  []int64         // resident memory, bytes
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	runs := flag.Int("runs", 15, "how often each command runs")
	node := flag.String("node", "", "the directory that holds node and npm; default: the first on PATH")
	markdown := flag.Bool("markdown", false, "print a table for docs/benchmarks.md")
	flag.Parse()
	if err := bench(os.Stdout, *runs, *node, *markdown); err != nil {
		log.Fatal(err)
	}
}

func bench(w io.Writer, runs int, nodeDir string, markdown bool) error {
	if nodeDir == "" {
		path, err := exec.LookPath("node")
		if err != nil {
			return errors.New("there is no node on PATH: name its directory with -node")
		}
		nodeDir = filepath.Dir(path)
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	learner, err := newLearner(dir, nodeDir)
	if err != nil {
		return err
	}
	commands, err := prepare(dir, learner)
	if err != nil {
		return err
	}
	for range runs {
		for _, c := range commands {
			if err := learner.run(c); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	report(w, commands, runs, learner, markdown)
	return nil
}

// learner is a healthy account: a home with a git identity and a PATH on which
// the Node.js under test comes first.
type learner struct {
	env     []string
	home    string
	nodeDir string
	version string
}

func newLearner(dir, nodeDir string) (*learner, error) {
	home := filepath.Join(dir, "home")
	if err := os.MkdirAll(filepath.Join(home, "course"), 0o755); err != nil {
		return nil, err
	}
	config := "[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n"
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte(config), 0o644); err != nil {
		return nil, err
	}
	rc := fmt.Sprintf("export PATH=%q\n", nodeDir+":/usr/local/bin:/usr/bin:/bin")
	if err := os.WriteFile(filepath.Join(home, ".bashrc"), []byte(rc), 0o644); err != nil {
		return nil, err
	}
	l := &learner{home: home, nodeDir: nodeDir, env: []string{
		"HOME=" + home, "PATH=" + nodeDir + ":/usr/local/bin:/usr/bin:/bin", "SHELL=/bin/bash", "LANG=C.UTF-8", "USER=ada", "TERM=xterm",
	}}
	out, err := exec.Command(filepath.Join(nodeDir, "node"), "-v").Output()
	l.version = strings.TrimSpace(string(out))
	return l, err
}

func (l *learner) run(c *command) error {
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Env, cmd.Dir = l.env, filepath.Join(l.home, "course")
	if c.path != "" {
		cmd.Env = append(slices.Clone(l.env), "PATH="+c.path)
	}
	start := time.Now()
	err := cmd.Run()
	c.times = append(c.times, time.Since(start))
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		unit := int64(1024) // kilobytes on Linux, bytes on macOS
		if runtime.GOOS == "darwin" {
			unit = 1
		}
		c.peak = append(c.peak, usage.Maxrss*unit)
	}
	return nil
}

// alone is devdoctor without anything to start: its peak is its own.
const alone = "devdoctor check --phase all, empty PATH"

const empty = "package main\n\nfunc main() {}\n"

// prepare builds what is timed.
func prepare(dir string, l *learner) ([]*command, error) {
	doctor, nothing := filepath.Join(dir, "devdoctor"), filepath.Join(dir, "nothing")
	source := filepath.Join(dir, "nothing.go")
	if err := os.WriteFile(source, []byte(empty), 0o644); err != nil {
		return nil, err
	}
	for out, in := range map[string]string{doctor: "./cmd/devdoctor", nothing: source} {
		build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, in)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("build %s: %w", in, err)
		}
	}
	node := filepath.Join(l.nodeDir, "node")
	commands := []*command{
		{name: "node -e 0", argv: []string{node, "-e", "0"}},
		{name: "devdoctor check", argv: []string{doctor, "check"}},
		{name: "devdoctor check --phase 1", argv: []string{doctor, "check", "--phase", "1"}},
		{name: alone, argv: []string{doctor, "check", "--phase", "all"}, path: "/nowhere"},
		{name: "an empty Go program", argv: []string{nothing}},
		{name: "devdoctor version", argv: []string{doctor, "version"}},
		{name: "node -v", argv: []string{node, "-v"}},
	}
	npm := filepath.Join(l.nodeDir, "npm")
	if _, err := os.Stat(npm); err != nil {
		return commands, nil
	}
	commands = append(commands, &command{name: "npm -v", argv: []string{node, npm, "-v"}})
	prefix, err := installEnvinfo(npm, node)
	if err != nil {
		log.Printf("envinfo is left out: %v", err)
		return commands, nil
	}
	return append(commands, &command{name: "npx envinfo", argv: []string{node, filepath.Join(l.nodeDir, "npx"), "--prefix", prefix, "--offline", "envinfo"}}), nil
}

// installEnvinfo puts envinfo into a cache directory, once.
func installEnvinfo(npm, node string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	prefix := filepath.Join(cache, "devdoctor-bench")
	if _, err := os.Stat(filepath.Join(prefix, "node_modules", ".bin", "envinfo")); err == nil {
		return prefix, nil
	}
	if err := os.MkdirAll(prefix, 0o755); err != nil {
		return "", err
	}
	install := exec.Command(node, npm, "install", "--silent", "--prefix", prefix, "envinfo@7.21.0")
	install.Env = append(os.Environ(), "PATH="+filepath.Dir(node)+":"+os.Getenv("PATH"))
	return prefix, install.Run()
}

func report(w io.Writer, commands []*command, runs int, l *learner, markdown bool) {
	by := make(map[string]*command)
	for _, c := range commands {
		by[c.name] = c
	}
	base := median(by["node -e 0"].times)
	fmt.Fprintf(w, "%s/%s, %d cores, Node.js %s, median of %d alternating runs, %s\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), l.version, runs, time.Now().Format(time.DateOnly))
	row, line := "%-40s %9s %9s %9s %7s %9s\n", ""
	if markdown {
		row, line = "| %s | %s | %s | %s | %s | %s |\n", "|---|---|---|---|---|---|\n"
	}
	fmt.Fprintf(w, row+line, "command", "fastest", "median", "slowest", "ratio", "peak MiB")
	for _, c := range commands {
		fmt.Fprintf(w, row, c.name, ms(slices.Min(c.times)), ms(median(c.times)), ms(slices.Max(c.times)),
			fmt.Sprintf("%.2f", float64(median(c.times))/float64(base)), fmt.Sprintf("%.0f", float64(median(c.peak))/(1<<20)))
	}
	fmt.Fprintf(w, "\nratio: to node -e 0. Peak: of the command and of what it waited for.\n\n")
	compare(w, by, "devdoctor check", "node -e 0", 1.3)
	compare(w, by, "devdoctor check", "npx envinfo", 0.25)
	compare(w, by, "devdoctor version", "an empty Go program", 2)
	rest := median(by["devdoctor check"].times) - base
	fmt.Fprintf(w, "beside the start of Node: %s ms (aim: 15)\n", ms(rest))
	fmt.Fprintf(w, "peak memory of devdoctor itself: %.0f MiB (aim: 32)\n", float64(median(by[alone].peak))/(1<<20))
}

func compare(w io.Writer, by map[string]*command, a, b string, aim float64) {
	if by[a] == nil || by[b] == nil {
		return
	}
	fmt.Fprintf(w, "%s : %s = %.2f (aim: at most %.2f)\n", a, b, float64(median(by[a].times))/float64(median(by[b].times)), aim)
}

func median[T int64 | time.Duration](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }
