package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"devdoctor/checks"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"devdoctor": main})
}

// TestScript runs testdata/script over the real program.
func TestScript(t *testing.T) {
	testdata := testdataDir(t)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(testdata, "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("MACHINES", filepath.Join(testdata, "machines"))
			env.Setenv("HOSTS", filepath.Join(testdata, "hosts"))
			env.Setenv("LC_ALL", "C")
			self, err := exec.LookPath("devdoctor") // for scripts that change PATH
			env.Setenv("DEVDOCTOR", self)
			return err
		},
		Condition: func(condition string) (bool, error) {
			if condition != "namespaces" {
				return false, fmt.Errorf("unknown condition %q", condition)
			}
			return namespaces(), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"interrupt": interrupt,
		},
	})
}

// namespaces reports whether this account may mount file systems and hide /proc in
// a namespace of its own.
func namespaces() bool {
	return exec.Command("unshare", "-rm", "sh", "-c", "mount -t tmpfs none /proc").Run() == nil
}

func testdataDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// exits STATUS PROGRAM ARG... runs a program that must end with that status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	if got := strconv.Itoa(statusOf(err)); got != args[0] {
		ts.Fatalf("exit status %s, want %s (%v)", got, args[0], err)
	}
}

func statusOf(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

// interrupt FILE STATUS OUTPUT PROGRAM ARG... sends Ctrl-C to a program once
// FILE is there. Standard output goes to the file OUTPUT.
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath(filepath.Join(ts.Getenv("WORK"), args[3]))
	if err != nil {
		path = lookIn(ts.Getenv("PATH"), args[3])
	}
	cmd := exec.Command(path, args[4:]...)
	cmd.Dir, cmd.Env = ts.Getenv("WORK"), []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("WORK")}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	ts.Check(cmd.Start())
	started := ts.MkAbs(args[0])
	for range 400 {
		if _, err := os.Stat(started); err == nil {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	if got := strconv.Itoa(statusOf(cmd.Wait())); got != args[1] {
		ts.Fatalf("exit status %s, want %s: %s", got, args[1], errOut.String())
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), out.Bytes(), 0o600))
}

func lookIn(path, name string) string {
	for _, dir := range filepath.SplitList(path) {
		if full := filepath.Join(dir, name); statusOf(exec.Command(full, "version").Run()) == 0 {
			return full
		}
	}
	return name
}

// devdoctor runs the command line in this process.
func devdoctor(t *testing.T, args ...string) (out, errOut string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(append([]string{"devdoctor"}, args...), strings.NewReader(""), &o, &e)
	return o.String(), e.String(), code
}

// hosts is every whole machine there is in testdata.
func hosts(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, dir := range []string{"machines", "hosts"} {
		files, err := filepath.Glob(filepath.Join(testdataDir(t), dir, "*.txtar"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d machines, %v", dir, len(files), err)
		}
		all = append(all, files...)
	}
	return all
}

// TestReaderGone writes to a pipe that nobody reads: the verdict's exit status
// stays, and nobody is told.
func TestReaderGone(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	for file, want := range map[string]int{"machines/debian": checks.ExitReady, "hosts/windows-s-mode": checks.ExitNotReady} {
		var errOut bytes.Buffer
		args := []string{"devdoctor", "check", "system-version", "--replay", filepath.Join(testdataDir(t), file+".txtar")}
		if code := run(args, nil, w, &errOut); code != want || errOut.Len() > 0 {
			t.Errorf("%s: exit %d, want %d; it says %q", file, code, want, errOut.String())
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { panic("the screen is gone") }

// TestPanic holds that a mistake of ours is one line and exit status 70.
func TestPanic(t *testing.T) {
	var errOut bytes.Buffer
	code := run([]string{"devdoctor", "version"}, nil, brokenWriter{}, &errOut)
	if got := errOut.String(); code != checks.ExitBroken || strings.Count(got, "\n") != 1 || !strings.Contains(got, "the screen is gone") {
		t.Errorf("exit %d, %q", code, got)
	}
	t.Setenv("DEVDOCTOR_DEBUG", "1")
	errOut.Reset()
	run([]string{"devdoctor", "version"}, nil, brokenWriter{}, &errOut)
	if !strings.Contains(errOut.String(), "goroutine") {
		t.Errorf("DEVDOCTOR_DEBUG shows no stack: %q", errOut.String())
	}
}

// TestFullDisk holds that a report which could not be written is no report.
func TestFullDisk(t *testing.T) {
	var errOut bytes.Buffer
	code := run([]string{"devdoctor", "version"}, nil, fullDisk{}, &errOut)
	if code != checks.ExitBroken || !strings.Contains(errOut.String(), "no room") {
		t.Errorf("exit %d, %q", code, errOut.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no room") }
