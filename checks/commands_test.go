package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// TestCommandsThatEdit runs the commands that change a file of the system, on a
// copy of such a file and without sudo.
func TestCommandsThatEdit(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a Unix shell")
	}
	hosts, conf := filepath.Join(t.TempDir(), "hosts"), filepath.Join(t.TempDir(), "wsl.conf")
	automount := wslWorldWritable.Tells[0].Run[0]
	automount = append(append([]string{}, automount[:len(automount)-1]...), conf)
	const options = "options=\"metadata,umask=0033\"\n"
	for _, c := range []struct {
		file         string
		argv         []string
		before, want string
		linuxOnly    bool
	}{
		{hosts, localhostElsewhere.Tells[0].Run[0], "127.0.1.1 ada\n 10.0.0.7\tlocalhost\n10.0.0.7 nas\n#10.0.0.7 localhost\n",
			"127.0.1.1 ada\n127.0.0.1 localhost\n10.0.0.7 nas\n#10.0.0.7 localhost\n", false},
		{hosts, localhostElsewhere.Tells[0].Run[0], "10.0.0.7 localhost4 localhost.school.example\n", "10.0.0.7 localhost4 localhost.school.example\n", false},
		{conf, automount, "", "[automount]\n" + options, true},
		{conf, automount, "[boot]\nsystemd=true\n", "[boot]\nsystemd=true\n[automount]\n" + options, true},
		{conf, automount, "[automount]\noptions=metadata\nroot=/mnt/\n", "[automount]\n" + options + "root=/mnt/\n", true},
	} {
		if c.linuxOnly && runtime.GOOS != "linux" {
			continue // sed -i of other systems wants a word more
		}
		if err := os.WriteFile(c.file, []byte(c.before), 0o644); err != nil {
			t.Fatal(err)
		}
		tell := fixers.Tell{Run: [][]string{c.argv}}.Fill(Found{Value: "10.0.0.7", File: c.file}.Words()).AsRoot()
		line := fixers.ShellOf(platforms.Linux).Line(tell.Run[0])
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput(); err != nil {
			t.Errorf("%s: %v, %s", line, err, out)
		}
		got, err := os.ReadFile(c.file)
		if err != nil || string(got) != c.want {
			t.Errorf("%s\nmakes %q, want %q; %v", line, got, c.want, err)
		}
		if old, err := os.ReadFile(c.file + ".old"); err != nil || string(old) != c.before {
			t.Errorf("%s\nkeeps %q of %q; %v", line, old, c.before, err)
		}
	}
}
