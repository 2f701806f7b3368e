package machine

import (
	"strings"
	"testing"
)

func TestWindows(t *testing.T) {
	m := fresh(t, Spec{System: "windows", Node: []Node{{"msi", "24"}}})
	for _, c := range []struct {
		script, want string
		exit         int
	}{
		{"node -v\ncall npm -v\ngit --version\nexit /b 3", "v24.21.0\r\n", 3},
		{"echo %PATH%", `nodejs\;C:\users\learner\AppData\Roaming\npm`, 0},
		{"cd\nset", `C:\users\learner` + "\r\n", 0},
	} {
		r := m.Terminal(t.Context(), "", "", false, c.script)
		t.Log(r, r.Wall)
		if r.Exit != c.exit || !strings.Contains(r.Stdout, c.want) {
			t.Errorf("%s: %v", c.script, r)
		}
	}
	old, err := m.Open(t.Context(), "", "", false)
	if err != nil {
		t.Fatal(err)
	}
	if r := m.Run(t.Context(), Cmd{Argv: []string{"reg", "add", `HKCU\Environment`, "/v", "Path", "/d", `C:\new;%HOME%`, "/f"}}); !r.OK() {
		t.Fatal(r)
	}
	old.Run(t.Context(), "cd C:\\windows")
	if r := old.Run(t.Context(), "cd\necho %PATH%"); !strings.HasPrefix(r.Stdout, "C:\\windows\r\n") || strings.Contains(r.Stdout, `C:\new`) {
		t.Error("an old window knows the new registry:", r)
	}
	if r := m.Terminal(t.Context(), "", "", false, "echo %PATH%"); !strings.Contains(r.Stdout, `C:\new`) {
		t.Error("a new window does not know the new registry:", r)
	}
}
