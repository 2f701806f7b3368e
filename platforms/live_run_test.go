package platforms

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestHelper is the program that other tests start: this test binary with HELPER
// set. It is no test itself.
func TestHelper(t *testing.T) {
	switch os.Getenv("HELPER") {
	case "":
		t.Skip("it only helps others")
	case "words":
		fmt.Fprint(os.Stdout, "out\n")
		fmt.Fprint(os.Stderr, "err\n")
		exit(3)
	case "environment":
		for name := range strings.SplitSeq(os.Getenv("NAMES"), ",") {
			value, ok := os.LookupEnv(name)
			fmt.Fprintln(os.Stdout, name, value, ok)
		}
	case "stdin":
		n, err := os.Stdin.Read(make([]byte, 1))
		fmt.Fprintln(os.Stdout, n, err)
	case "endless":
		for line := []byte(strings.Repeat("y\n", 512)); ; {
			if _, err := os.Stdout.Write(line); err != nil {
				exit(1)
			}
		}
	case "print":
		text, _ := strconv.Unquote(os.Getenv("TEXT"))
		fmt.Fprint(os.Stdout, text)
	case "hang":
		time.Sleep(time.Minute)
	case "leave": // start another one that hangs and holds our output, and end
		t.Setenv("HELPER", "hang")
		self, _ := os.Executable()
		p, err := os.StartProcess(self, []string{self, "-test.run=^TestHelper$"}, &os.ProcAttr{
			Files: []*os.File{nil, os.Stdout, os.Stderr},
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(os.Stdout, p.Pid)
	}
	exit(0)
}

func exit(status int) { os.Exit(status) } //nolint:forbidigo // the program that other tests start has a status

// runHelper is a query that starts this test binary.
func runHelper(t testing.TB, what string, env ...string) Query {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Query{Env: append([]string{"HELPER=" + what}, env...), Verb: "run", Args: []string{self, "-test.run=^TestHelper$"}}
}

func TestLiveRun(t *testing.T) {
	a, err := askLive(t, runHelper(t, "words"))
	if err != nil || a.Text != "out\n" || a.Stderr != "err\n" || a.Exit != 3 {
		t.Errorf("%+v, %v", a, err)
	}
	t.Setenv("TAKEN", "away")
	a, err = askLive(t, runHelper(t, "environment", "GIVEN=now", "TAKEN", "NAMES=LC_ALL,NO_COLOR,GIT_TERMINAL_PROMPT,GCM_INTERACTIVE,NODE_DISABLE_COMPILE_CACHE,GIVEN,TAKEN"))
	want := "LC_ALL C true\nNO_COLOR 1 true\nGIT_TERMINAL_PROMPT 0 true\nGCM_INTERACTIVE never true\nNODE_DISABLE_COMPILE_CACHE 1 true\nGIVEN now true\nTAKEN  false\n"
	if a.Text != want || err != nil {
		t.Errorf("environment: %q, %v", a.Text, err)
	}
	if a, err = askLive(t, runHelper(t, "stdin")); a.Text != "0 EOF\n" || err != nil {
		t.Errorf("standard input: %q, %v", a.Text, err)
	}
	if _, err := askLive(t, Query{Verb: "run", Args: []string{"no-such-program"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such program: %v", err)
	}
	q := runHelper(t, "words")
	q.Dir = filepath.Join(t.TempDir(), "none")
	if _, err := askLive(t, q); err == nil || err.Error() != "there is no directory "+q.Dir {
		t.Errorf("no such directory: %v", err)
	}
}

func TestLiveRunDecodes(t *testing.T) {
	for name, c := range map[string]struct{ printed, want string }{
		"utf-8":              {"Grüße\n", "Grüße\n"},
		"utf-8 with a mark":  {"\xef\xbb\xbfGrüße\n", "Grüße\n"},
		"utf-16 with a mark": {"\xff\xfeU\x00b\x00\xfc\x00\n\x00", "Ubü\n"},
		"big endian":         {"\xfe\xff\x00U\x00b\x00\n", "Ub\n"},
		"utf-16":             {"D\x00e\x00b\x00i\x00a\x00n\x00\r\x00\n\x00", "Debian\r\n"},
		"zero bytes":         {"a\x00b\x00\x00", "a\x00b\x00\x00"},
		"no utf-8":           {"caf\xe9\n", "caf\xe9\n"},
	} {
		a, err := askLive(t, runHelper(t, "print", "TEXT="+strconv.Quote(c.printed)))
		if a.Text != c.want || err != nil {
			t.Errorf("%s: %q, %v", name, a.Text, err)
		}
	}
}

func TestLiveRunIsBounded(t *testing.T) {
	_, err := askLive(t, runHelper(t, "endless"))
	if err == nil || !strings.HasPrefix(err.Error(), "too large") {
		t.Errorf("a program that prints without end: %v", err)
	}
}

// TestLiveRunEnds: a program that hangs, and one that has left a child behind
// which holds its output, hold nobody, and nothing is alive afterwards. G09
func TestLiveRunEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := NewLive().Answer(ctx, runHelper(t, "hang"))
	if !errors.Is(err, ErrTimedOut) || time.Since(begin) > soon {
		t.Errorf("a program that hangs: %v after %v", err, time.Since(begin))
	}
	begin = time.Now()
	a, err := askLive(t, runHelper(t, "leave"))
	if err != nil || time.Since(begin) > soon {
		t.Fatalf("a program that leaves a child: %v after %v", err, time.Since(begin))
	}
	mustEnd(t, parsePID(t, a.Text))

	ctx, cancel = context.WithCancel(context.Background())
	cancel()
	if _, err := NewLive().Answer(ctx, runHelper(t, "hang")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// soon is long before the programs above end by themselves, on a busy machine too.
const soon = 20 * time.Second

func mustEnd(t testing.TB, pid int) {
	t.Helper()
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if there, known := processExists(pid); known && !there {
			return
		}
	}
	t.Errorf("process %d is still alive", pid)
}

func parsePID(t testing.TB, text string) int {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
