package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// tree is what lies below a directory: mode, time of change and contents.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	seen := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		seen[path] = fmt.Sprint(info.Mode(), info.ModTime().UnixNano(), info.Size())
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			seen[path] += fmt.Sprintf(" %x", sha256.Sum256(data))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// A check of everything leaves a home as it was, and asks nobody for rights: no
// sudo is on PATH. G03, G35
func TestCheckChangesNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the home below is laid out as on Unix")
	}
	home := t.TempDir()
	for name, text := range map[string]string{
		".bashrc":                    "export PATH=\"$HOME/bin:$PATH\"\n",
		".profile":                   ". ~/.bashrc\n",
		".npmrc":                     "prefix=~/n\n//registry.example/:_authToken=not-a-token\n",
		".gitconfig":                 "[user]\n\tname = Ada\n",
		".ssh/id_ed25519":            "-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n",
		".nvm/nvm.sh":                "# a stand-in\n",
		".nvm/alias/default":         "24\n",
		".docker/config.json":        `{"currentContext": "gone"}`,
		".config/fish/config.fish":   "set -gx PATH ~/bin $PATH\n",
		"course/package.json":        "{}\n",
		"course/.git/HEAD":           "ref: refs/heads/main\n",
		"package.json":               "{}\n",
		"bin/code":                   "#!/bin/sh\ntouch \"$HOME/code-was-run\"\n",
		"bin/docker":                 "#!/bin/sh\ntouch \"$HOME/docker-was-run\"\n",
		".npm/_cacache/tmp/leftover": "",
	} {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("PATH", filepath.Join(home, "bin"))
	t.Setenv("SHELL", "/bin/bash")
	t.Chdir(filepath.Join(home, "course"))
	before := tree(t, home)
	var out strings.Builder
	code := run([]string{"devdoctor", "check", "--phase", "all", "--verbose"}, strings.NewReader(""), &out, io.Discard)
	if code != 1 {
		t.Errorf("exit %d, want 1: there is no Node.js on this PATH\n%s", code, &out)
	}
	if after := tree(t, home); !maps.Equal(before, after) {
		for path := range after {
			if before[path] != after[path] {
				t.Errorf("changed: %s", path)
			}
		}
		t.Errorf("%d files before, %d after", len(before), len(after))
	}
	if strings.Contains(out.String(), "not-a-token") {
		t.Error("the report shows a token")
	}
}
