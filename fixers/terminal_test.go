package fixers_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where the lines go decides whether a new terminal comes to them.
func TestStartFileBlock(t *testing.T) {
	machine, err := os.ReadFile("../testdata/machines/debian.txtar")
	if err != nil {
		t.Fatal(err)
	}
	section := regexp.MustCompile(`(?s)-- file ~/\.bashrc --\n.*?(-- )`)
	for name, c := range map[string]struct{ bashrc, want, refuses string }{
		"at the end":       {bashrc: "alias ll='ls -l'\n", want: "alias ll='ls -l'\n# >>>"},
		"behind a return":  {bashrc: "return\nalias ll='ls -l'\n", want: "# <<< devdoctor path <<<\nreturn\n"},
		"PATH set anew":    {bashrc: "PATH=/usr/bin:/bin\n", want: "PATH=/usr/bin:/bin\n# >>>"},
		"both":             {bashrc: "PATH=/usr/bin:/bin\nreturn\n", refuses: "would not come to a line in ~/.bashrc"},
		"no text":          {bashrc: "A=1\n\x00\n", refuses: "~/.bashrc holds bytes that are no text"},
		"an unclosed if":   {bashrc: "if true; then\nA=1\n", want: "# <<< devdoctor path <<<\nif true"},
		"marks of nothing": {bashrc: "# >>> devdoctor path >>>\n# <<< devdoctor path <<<\n", refuses: "hold nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			text := section.ReplaceAllString(string(machine), "-- file ~/.bashrc --\n"+strings.ReplaceAll(c.bashrc, "$", "$$")+"$1")
			snapshot, err := platforms.ParseSnapshot([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			h, err := platforms.NewHost(t.Context(), snapshot)
			if err != nil {
				t.Fatal(err)
			}
			steps, err := fixers.NewTerminalsFind.Plan(t.Context(), fixers.Patient{Host: h, Found: map[string]string{"path": "/opt/node/bin/node"}})
			if c.refuses != "" {
				if err == nil || !strings.Contains(err.Error(), c.refuses) {
					t.Errorf("%v, %v", shown(steps), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p := platforms.NewPaper(h)
			for _, s := range steps {
				if err := s.Take(t.Context(), p, nil); err != nil {
					t.Fatal(err)
				}
			}
			if got := textOf(t, p, "/home/ada/.bashrc"); !strings.Contains(got, c.want) {
				t.Errorf("the start file reads\n%s", got)
			}
		})
	}
}

// The directory that fnm makes for one terminal is gone after a restart.
func TestNoPathForOneTerminal(t *testing.T) {
	h := hostFrom(t, onLinux+"-- terminal --\nshell /bin/bash\n")
	steps, err := fixers.NewTerminalsFind.Plan(t.Context(), fixers.Patient{Host: h, Found: map[string]string{"path": "/home/ada/.local/state/fnm_multishells/103_17/bin/node"}})
	if !errors.Is(err, fixers.ErrNotHere) {
		t.Errorf("%v, %v", shown(steps), err)
	}
}
