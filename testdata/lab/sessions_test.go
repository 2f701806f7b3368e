package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestScreen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, written, shows string }{
		{"lines of a terminal", "one\r\ntwo\r\n", "one\ntwo"},
		{"colours and modes", "\x1b[?2004h\x1b[1;32mok\x1b[0m\x1b(B", "ok"},
		{"a title", "\x1b]0;home\x07$ \x1b]2;home\x1b\\ls", "$ ls"},
		{"a status line that is erased", "looking\r\x1b[Kdone", "done"},
		{"a line that is drawn again, as fish does", "> nod\x1b[2D\x1b[Kode\r\n", "> node"},
		{"the rest of the screen erased", "a\r\nb\r\nc\x1b[2A\r\x1b[Jx", "x"},
		{"a line as wide as the screen", strings.Repeat("x", screenWidth) + "\r\ny", strings.Repeat("x", screenWidth) + "\ny"},
		{"a wider one", strings.Repeat("x", screenWidth+1), strings.Repeat("x", screenWidth) + "\nx"},
		{"the mark that zsh erases", "%" + strings.Repeat(" ", screenWidth-1) + "\r \r$ ", "$"},
		{"letters of several bytes", "✓ ok\b\bno", "✓ no"},
		{"a sequence that is cut off", "ab\x1b[3", "ab"},
	} {
		if shows := strings.Join(readScreen([]byte(c.written)).lines(0), "\n"); shows != c.shows {
			t.Errorf("%s: the screen shows %q, wanted %q", c.name, shows, c.shows)
		}
	}
}

func TestAnswerTo(t *testing.T) {
	t.Parallel()
	if answer, ok := answerTo("Do this? y = yes, n = no, c = choose, e = explain: "); !ok || answer != "y" {
		t.Errorf("the question of fix is answered with %q, %v", answer, ok)
	}
	if answer, ok := answerTo("learner@learner-pc:~$ "); ok {
		t.Errorf("a prompt is answered with %q", answer)
	}
}

func TestSessionsAreRecorded(t *testing.T) {
	t.Parallel()
	const dir = "../../docs/sessions"
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != index() {
		t.Error("docs/sessions/README.md does not list the sessions of the table; go run ./testdata/lab sessions writes it")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, s := range sessions {
		want = append(want, filepath.Join(dir, s.name+".txt"))
	}
	slices.Sort(want)
	if !slices.Equal(files, want) {
		t.Errorf("the recorded sessions are %q, wanted %q", files, want)
	}
}
