//go:build unix

package platforms

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newChanger(t *testing.T) (c *LiveChanger, home string) {
	t.Helper()
	home = t.TempDir()
	return &LiveChanger{home: home, tag: "test", asks: NewLive(), net: http.DefaultTransport, bounds: usual}, home
}

func mustLook(t *testing.T, c *LiveChanger, path string) Entry {
	t.Helper()
	e, err := c.Look(path)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Each change leads to what it says and back again, and touches nothing else. G47
func TestPut(t *testing.T) {
	file := func(mode uint32, text string) Entry { return Entry{Kind: KindFile, Mode: mode, Text: Text(text)} }
	for name, c := range map[string][2]Entry{
		"a new file":               {{}, file(0o644, "new\n")},
		"other text":               {file(0o644, "old"), file(0o644, "new")},
		"bytes that are not UTF-8": {file(0o600, "\xff\x00\xfe"), file(0o600, "\x00")},
		"a mode":                   {file(0o644, "x"), file(0o600, "x")},
		"a mode with set-uid":      {file(0o4755, "x"), file(0o755, "y")},
		"a directory":              {{}, {Kind: KindDir, Mode: 0o700}},
		"a directory's mode":       {{Kind: KindDir, Mode: 0o755}, {Kind: KindDir, Mode: 0o1777}},
		"a link":                   {{}, {Kind: KindLink, Target: "gone"}},
		"another link":             {{Kind: KindLink, Target: "here"}, {Kind: KindLink, Target: "there"}},
		"a file for a link":        {{Kind: KindLink, Target: "here"}, file(0o644, "x")},
		"an empty file":            {file(0o644, "x"), file(0o644, "")},
	} {
		t.Run(name, func(t *testing.T) {
			changer, home := newChanger(t)
			before, after := c[0], c[1]
			if err := changer.Put("~/it", Entry{}, before); err != nil {
				t.Fatal(err)
			}
			for _, way := range [][2]Entry{{before, after}, {before, after}, {after, before}} {
				if err := changer.Put("~/it", way[0], way[1]); err != nil {
					t.Fatal(err)
				}
				if got := mustLook(t, changer, "~/it"); got != way[1] {
					t.Fatalf("got %+v, want %+v", got, way[1])
				}
			}
			if err := changer.Put("~/it", file(0o644, "never there"), after); before != after && !errors.Is(err, ErrChanged) {
				t.Errorf("something else was overwritten: %v", err)
			}
			left, err := os.ReadDir(home)
			if err != nil || len(left) > 1 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestPutRefuses(t *testing.T) {
	c, home := newChanger(t)
	if err := os.MkdirAll(filepath.Join(home, "dir/full"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := c.Put("~/dir", Entry{Kind: KindDir, Mode: 0o755}, Entry{Kind: KindFile, Mode: 0o644}); err == nil {
		t.Error("a file took the place of a directory")
	}
	if err := c.Put("relative", Entry{}, Entry{Kind: KindDir, Mode: 0o755}); err == nil {
		t.Error("a path that depends on where we are was changed")
	}
	if err := os.WriteFile(filepath.Join(home, "big"), make([]byte, maxFile+1), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Look("~/big"); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a large file: %v", err)
	}
}

// What a crash left beside a file goes with Sweep.
// A directory goes with what we put into it, and stays with what somebody else did.
func TestPutDirectoryAway(t *testing.T) {
	c, home := newChanger(t)
	dir := Entry{Kind: KindDir, Mode: 0o755}
	for name, mine := range map[string]bool{"empty": false, "in use": true} {
		path := filepath.Join(home, name)
		if err := c.Put(path, Entry{}, dir); err != nil {
			t.Fatal(err)
		}
		if mine {
			if err := os.WriteFile(filepath.Join(path, "mine"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Put(path, dir, Entry{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); (err == nil) != mine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSweep(t *testing.T) {
	c, home := newChanger(t)
	left := c.temporary(filepath.Join(home, ".bashrc"))
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Sweep("~/.bashrc"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Lstat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}
