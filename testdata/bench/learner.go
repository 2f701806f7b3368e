package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// project is a first package.json.
const project = `{"name": "course", "version": "1.0.0", "private": true}`

// learner is a healthy account: a home with a git identity, and a PATH that its
// start file makes as well.
type learner struct {
	env  []string
	home string
}

// newLearner makes the home of somebody on whose PATH are dirs and then those of the
// system.
func newLearner(home string, dirs []string) (*learner, error) {
	return newLearnerWith(home, append(slices.Clip(dirs), "/usr/local/bin", "/usr/bin", "/bin"))
}

func newLearnerWith(home string, path []string) (*learner, error) {
	l := &learner{home: home}
	if err := os.MkdirAll(l.course(), 0o755); err != nil {
		return nil, err
	}
	value := strings.Join(path, string(os.PathListSeparator))
	for name, text := range map[string]string{
		".gitconfig":          "[user]\n\tname = Ada Lovelace\n\temail = ada@mail.school\n[init]\n\tdefaultBranch = main\n",
		"course/package.json": project,
		".bashrc":             fmt.Sprintf("export PATH=%q\n", value),
	} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	l.env = []string{"HOME=" + home, "PATH=" + value, "SHELL=/bin/bash", "LANG=C.UTF-8", "USER=ada", "TERM=xterm"}
	return l, nil
}

// course is the directory in which everything is run.
func (l *learner) course() string { return filepath.Join(l.home, "course") }
