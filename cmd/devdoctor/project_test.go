package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"devdoctor/platforms"
)

// A bareHost answers what it is, and what else it was told.
type bareHost string

func (b bareHost) Answer(_ context.Context, q platforms.Query) (platforms.Answer, error) {
	host, more, _ := strings.Cut(string(b), "-- ")
	if q.Verb == "host" {
		return platforms.Answer{Text: host}, nil
	}
	for section := range strings.SplitSeq(more, "-- ") {
		if name, text, _ := strings.Cut(section, " --\n"); strings.ReplaceAll(name, `"`, "") == strings.ReplaceAll(strings.ReplaceAll(q.String(), `"`, ""), `\\`, `\`) {
			return platforms.Answer{Text: text}, nil
		}
	}
	return platforms.Answer{}, platforms.ErrNotFound
}

func TestMayBeProject(t *testing.T) {
	for _, test := range []struct {
		host    string
		yes, no []string
	}{
		{
			"os linux\nhome /home/ada\n",
			[]string{"/home/ada/course", "/home/ada/Desktop/course", "/home/ada/Downloads/app", "/tmp/app", "/mnt/c/work", "/srv/www"},
			[]string{"/home/ada", "/home/ada/", "/home", "/", "/home/ada/Desktop", "/home/ada/Downloads", "/etc/nginx", "/usr/lib/node_modules/npm", "/tmp", "/mnt"},
		},
		{
			"os darwin\nhome /Users/ada\n",
			[]string{"/Users/ada/course", "/Volumes/Stick/course", "/private/tmp/x"},
			[]string{"/Users/ada", "/Users", "/", "/Users/ada/Documents", "/Applications/Visual Studio Code.app", "/Library", "/Volumes"},
		},
		{
			"os windows\nhome C:\\Users\\ada\n",
			[]string{`C:\Users\ada\course`, `D:\course`, `C:\course`, `c:\users\ada\desktop\course`},
			[]string{`C:\Users\ada`, `c:\users\ADA\`, `C:\Users`, `C:\`, `D:\`, `C:\Windows\System32`, `C:\Program Files\nodejs`, `C:\Users\ada\OneDrive\Desktop`, `c:\users\ada\downloads`},
		},
		{
			"os windows\nhome C:\\Users\\ada\n" +
				"-- env OneDrive --\nC:\\Users\\ada\\OneDrive - Contoso\n" +
				"-- reg HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders Desktop --\nREG_EXPAND_SZ %USERPROFILE%\\OneDrive - Contoso\\Bureaublad\n",
			[]string{`C:\Users\ada\OneDrive - Contoso\Bureaublad\course`, `C:\Users\ada\OneDrive - Contoso\course`},
			[]string{`C:\Users\ada\OneDrive - Contoso`, `c:\users\ada\onedrive - contoso\bureaublad`, `C:\Users\ada\OneDrive - Contoso\Desktop`, `C:\Users\ada\OneDrive`, `C:\Users\ada\Dropbox`},
		},
		{
			"os linux\nhome /home/ada\n-- file /home/ada/.config/user-dirs.dirs --\n# made at the login\nXDG_DOWNLOAD_DIR=\"$HOME/Téléchargements\"\nXDG_TEMPLATES_DIR=\"$HOME/\"\n",
			[]string{"/home/ada/Téléchargements/course", "/home/ada/course"},
			[]string{"/home/ada/Téléchargements", "/home/ada/Dropbox"},
		},
		{
			"os darwin\nhome /Users/ada\n",
			[]string{"/Users/ada/Library/CloudStorage/Dropbox/course", "/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/course"},
			[]string{"/Users/ada/Library/CloudStorage/OneDrive-Personal", "/Users/ada/Library/Mobile Documents/com~apple~CloudDocs"},
		},
	} {
		h, err := platforms.NewHost(t.Context(), bareHost(test.host))
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range test.yes {
			if !mayBeProject(t.Context(), h, dir) {
				t.Errorf("%s may be a project", dir)
			}
		}
		for _, dir := range test.no {
			if mayBeProject(t.Context(), h, dir) {
				t.Errorf("%s is no project", dir)
			}
		}
	}
}

func TestPhysical(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links are followed on Linux and macOS alone, and to make one Windows asks for a privilege")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "srv/ada/lessons/app"), 0o755); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"home": "srv/ada", "srv/ada/app": "lessons/app", "away": "srv"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	home := filepath.Join(dir, "home")
	h, err := platforms.NewHost(t.Context(), bareHost("os linux\nhome "+home+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"home/app": "home/lessons/app", "srv/ada/lessons/app": "home/lessons/app", "srv/ada": "home", "home": "home", "away": "srv", "srv/gone": "srv/gone",
	} {
		if got := physical(h, filepath.Join(dir, path)); got != filepath.Join(dir, want) {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
