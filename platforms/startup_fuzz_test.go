package platforms

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// paperHome answers for a home that holds one start file and nothing else.
type paperHome map[string]string

func (p paperHome) Answer(_ context.Context, q Query) (Answer, error) {
	text, ok := p[q.String()]
	switch {
	case ok && strings.HasPrefix(text, "! "):
		return Answer{}, parseError(text[2:])
	case ok:
		return Answer{Text: text}, nil
	}
	switch q.Verb {
	case "host":
		return Answer{Text: "os linux\narch amd64\nhome /home/mia\nuser mia\n"}, nil
	case "account":
		return Answer{Text: "name mia\nuid 1000\ngid 1000\nshell /bin/bash\nhome /home/mia\n"}, nil
	case "session":
		if q.Args[0] == "PATH" {
			return Answer{Text: "/usr/bin:/bin\n"}, nil
		}
	case "glob", "list":
		return Answer{}, nil
	}
	return Answer{}, ErrNotFound
}

// file adds a file of the given text.
func (p paperHome) file(path, text string) {
	p[Query{Verb: "file", Args: []string{path}}.String()] = text
	p[Query{Verb: "stat", Args: []string{path}}.String()] = fmt.Sprintf("file mode=0644 uid=1000 gid=1000 size=%d access=rw-\n", len(text))
}

// mustSettle predicts from a hostile file; it has to end soon and not panic.
func mustSettle(t *testing.T, shell, file, text string) {
	if strings.HasPrefix(text, "! ") {
		return // how paperHome spells an error
	}
	p := paperHome{"terminal": "shell /bin/" + shell + "\n"}
	p.file(file, text)
	mustPredict(t, p)
}

func mustPredict(t *testing.T, p paperHome) {
	h, err := NewHost(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	term, err := h.NewTerminal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("%s takes %v", p["terminal"], took)
	}
	if _, err := term.Host.Env(context.Background(), "PATH"); (err != nil) != (term.Unsure != "") {
		t.Errorf("PATH is %v, but Unsure is %q", err, term.Unsure)
	}
}

func addVariants(f *testing.F, add func(shell, text string)) {
	data, err := os.ReadFile("../testdata/homes/features.txt")
	if err != nil {
		f.Fatal(err)
	}
	shell := ""
	for _, entry := range strings.Split(string(data), "\n== ")[1:] {
		head, body, _ := strings.Cut(entry, "\n")
		_, shells, _ := strings.Cut(head, ": ")
		shell, _, _ = strings.Cut(shells, " ")
		for v := range strings.SplitSeq(body, "\n--\n") {
			add(shell, v)
		}
	}
}

func FuzzStartFile(f *testing.F) {
	addVariants(f, func(shell, text string) {
		if shell != "fish" {
			f.Add(text)
		}
	})
	f.Add("f() { f; f; }; f")
	f.Add("while :; do x=$x$x; x=a$x; done")
	f.Add("x=a; for i in {1..900}; do x=$x$x; done; PATH=$x")
	f.Add(strings.Repeat("$(", 500))
	f.Add("while read x; do if [ $x ]; then y=$x; break; else return; fi; done < f")
	f.Fuzz(func(t *testing.T, text string) {
		mustSettle(t, "bash", "/home/mia/.bashrc", text)
		mustSettle(t, "zsh", "/home/mia/.zshrc", text)
	})
}

func FuzzFish(f *testing.F) {
	addVariants(f, func(shell, text string) {
		if shell == "fish" {
			f.Add(text)
		}
	})
	f.Add("function f; f; f; end; f")
	f.Add("set x a; while true; set x $x $x; end")
	f.Add(strings.Repeat("begin;", 500))
	f.Add("echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")
	f.Fuzz(func(t *testing.T, text string) {
		mustSettle(t, "fish", "/home/mia/.config/fish/config.fish", text)
		mustSettle(t, "fish", "/home/mia/.config/fish/fish_variables", text)
	})
}

func FuzzExpandRegistry(f *testing.F) {
	for _, s := range []string{`%SystemRoot%\system32`, `%NVM_HOME%;%NVM_SYMLINK%`, "100%", "%%", "%a%b%c%", "%SELF%", `C:\x;%%SELF%%`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := expandPercent(s, func(name string) (string, error) {
			if name == "SELF" {
				return "%SELF%", nil
			}
			return "", ErrNotFound
		})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(s, "SELF") && got != s {
			t.Errorf("%q became %q, though nothing is defined", s, got)
		}
	})
}
