package platforms

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestScreen(t *testing.T) {
	for _, tt := range []struct {
		os             OS
		home, in, want string
	}{
		{Linux, "/home/anna", "cd /home/anna/course", "cd ~/course"},
		{Linux, "/home/anna", "/home/anna", "~"},
		{Linux, "/home/anna", "/home/anna.", "~."},
		{Linux, "/home/anna", "/home/anna2/x /home/anna.old /mnt/home/anna", "/home/anna2/x /home/anna.old /mnt/home/anna"},
		{Linux, "/home/anna", `export PATH="/home/anna/bin:$PATH"`, `export PATH="$HOME/bin:$PATH"`},
		{Linux, "/home/anna", `cp '/home/anna/x' /home/anna/y`, `cp '/home/anna/x' ~/y`},
		{Linux, "/home/anna", `a "b" /home/anna/x "/home/anna/y"`, `a "b" ~/x "$HOME/y"`},
		{Linux, "/home/anna", "one \" quote\n/home/anna/x", "one \" quote\n~/x"},
		{Linux, "/home/anna", "PATH=/usr/bin:/home/anna/bin", "PATH=/usr/bin:~/bin"},
		{Linux, "/root", "/root/x and /usr/root", "~/x and /usr/root"},
		{Linux, "/", "/usr/bin", "/usr/bin"},
		{Linux, "", "/usr/bin", "/usr/bin"},
		{Linux, "/home/anna", "anna on annas-laptop, anna@corp.de", "anna on annas-laptop, anna@corp.de"},
		{Windows, `C:\Users\Anna Müller`, `cd "C:\Users\Anna Müller\course"`, `cd "%USERPROFILE%\course"`},
		{Windows, `C:\Users\anna`, `c:/users/ANNA/x`, `%USERPROFILE%/x`},
		{Windows, `C:\Users\anna`, `"C:\\Users\\anna\\x"`, `"%USERPROFILE%\\x"`},
		{Windows, `C:\Users\anna`, `C:\Users\annabel\x`, `C:\Users\annabel\x`},
	} {
		r := NewRedactor(Identity{OS: tt.os, Home: tt.home, User: "anna", Hostname: "annas-laptop"})
		if got := r.Screen(tt.in); got != tt.want {
			t.Errorf("home %s: %s becomes %s, want %s", tt.home, tt.in, got, tt.want)
		}
	}
}

func TestScreenCommand(t *testing.T) {
	for _, tt := range []struct{ shell, home, in, want string }{
		{"sh", "/home/anna", "mkdir -p /home/anna/.npm", "mkdir -p ~/.npm"},
		{"sh", "/home/anna", "npm config set prefix=/home/anna/.npm", `npm config set prefix="$HOME"/.npm`},
		{"sh", "/home/anna", `echo "/home/anna/x y"`, `echo "$HOME/x y"`},
		{"sh", "/home/anna", `cat '/home/anna/x y'`, `cat "$HOME"'/x y'`},
		{"sh", "/home/anna", `cat '/home/anna'`, `cat "$HOME"`},
		{"sh", "/home/anna", `sh -c 'ls /home/anna/x'`, `sh -c 'ls '"$HOME"'/x'`},
		{"sh", "/home/anna", `printf %s it\'s /home/anna`, `printf %s it\'s ~`},
		{"sh", "/home/anna", "git clone https://a:b@x.example /home/anna/x", "git clone https://(secret):(secret)@x.example ~/x"},
		{"cmd", `C:\Users\Anna B`, `mkdir "C:\Users\Anna B\npm"`, `mkdir "%USERPROFILE%\npm"`},
		{"ps1", `C:\Users\Anna B`, `mkdir "C:\Users\Anna B\npm"`, `mkdir "$env:USERPROFILE\npm"`},
		{"ps1", `C:\Users\anna`, `mkdir 'C:\Users\anna\npm'`, `mkdir 'C:\Users\anna\npm'`},
		{"ps1", `C:\Users\anna`, `mkdir C:\Users\anna\npm`, `mkdir $env:USERPROFILE\npm`},
	} {
		os := Linux
		if tt.shell != "sh" {
			os = Windows
		}
		r := NewRedactor(Identity{OS: os, Home: tt.home})
		if got := r.ScreenCommand(tt.in, tt.shell); got != tt.want {
			t.Errorf("%s: %s becomes %s, want %s", tt.shell, tt.in, got, tt.want)
		}
	}
}

// A printed command says the same as the one that was meant.
func TestScreenCommandRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	home := filepath.Join(t.TempDir(), "first last")
	if err := os.Mkdir(home, 0o755); err != nil {
		t.Fatal(err)
	}
	r := NewRedactor(Identity{OS: Linux, Home: home})
	escaped := strings.ReplaceAll(home, " ", `\ `)
	for _, command := range []string{
		`printf '[%s]' "` + home + `/x" '` + home + `/y z' "a ` + home + ` b" '` + home + `'`,
		`printf '[%s]' 'a b ` + home + `/c' "it's ` + home + `" it\'s "` + home + `"`,
		`printf '[%s]' ` + escaped + `/x --prefix=` + escaped,
	} {
		run := func(c string) string {
			cmd := exec.Command("sh", "-c", c)
			cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s: %v", c, err)
			}
			return string(out)
		}
		short := r.ScreenCommand(command, "sh")
		if got, want := run(short), run(command); got != want {
			t.Errorf("%s\nprints %s, want %s", short, got, want)
		}
		if strings.Contains(command, `"`+home) && strings.Contains(short, home) {
			t.Errorf("home is still in %s", short)
		}
	}
}

func FuzzScreenCommand(f *testing.F) {
	for _, s := range []string{`a '/home/anna' "/home/anna/x" /home/anna`, `\'/home/anna`, `''/home/anna''`, `"'/home/anna'"`} {
		f.Add(s)
	}
	r := NewRedactor(Identity{OS: Linux, Home: "/home/anna"})
	f.Fuzz(func(t *testing.T, s string) {
		for _, shell := range []string{"sh", "cmd", "ps1"} {
			out := r.ScreenCommand(s, shell)
			if again := r.ScreenCommand(out, shell); again != out {
				t.Errorf("%s: %q becomes %q and then %q", shell, s, out, again)
			}
		}
	})
}
