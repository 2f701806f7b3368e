package checks

import "testing"

func TestSSHRemote(t *testing.T) {
	for url, want := range map[string]bool{
		"git@github.com:ada/course.git":             true,
		"ssh://git@github.com/ada/course":           true,
		"ssh://git@ssh.github.com:443/ada/course":   true,
		"https://github.com/ada/course.git":         false,
		"https://ada@github.com:443/ada/course.git": false,
		`C:\dev\remote`:                             false,
		"../remote":                                 false,
		"":                                          false,
	} {
		if got := sshRemote(url); got != want {
			t.Errorf("sshRemote(%q) = %v", url, got)
		}
	}
}

// TestFirstWord compares with what sh takes for the program.
func TestFirstWord(t *testing.T) {
	for line, want := range map[string]string{
		"/usr/bin/gh auth git-credential":                                  "/usr/bin/gh",
		`/mnt/c/Program\ Files/Git/mingw64/bin/git-credential-manager.exe`: "/mnt/c/Program Files/Git/mingw64/bin/git-credential-manager.exe",
		"/mnt/c/Program Files/Git/bin/x.exe":                               "/mnt/c/Program",
		`"C:/Program Files/GitHub CLI/gh.exe" auth git-credential`:         "C:/Program Files/GitHub CLI/gh.exe",
		`'/opt/my helper' --flag`:                                          "/opt/my helper",
		"  store --file=x":                                                 "store",
		`open "quote`:                                                      "open",
		"":                                                                 "",
	} {
		if got := firstWord(line); got != want {
			t.Errorf("firstWord(%q) = %q, want %q", line, got, want)
		}
	}
}

func TestMentionsKey(t *testing.T) {
	for config, want := range map[string]bool{
		"Host github.com\n  IdentityFile ~/.ssh/github\n": true,
		"identityfile=\"C:\\Users\\ada\\.ssh\\github\"\r": true,
		"IdentityFile github":                             true,
		"IdentityFile ~/.ssh/github.pub":                  false,
		"IdentityFile ~/.ssh/mygithub":                    false,
		"# IdentityFile ~/.ssh/github":                    false,
		"Host github":                                     false,
	} {
		if got := mentionsKey(config, "github"); got != want {
			t.Errorf("mentionsKey(%q) = %v", config, got)
		}
	}
}
