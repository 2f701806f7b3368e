package checks

import (
	"slices"
	"strings"
	"testing"

	"devdoctor/platforms"
)

func TestParseGitConfig(t *testing.T) {
	text := "system\tfile:C:/Program Files/Git/etc/gitconfig\tcore.autocrlf true\r\n" +
		"global\tfile:/home/ada/.gitconfig\tuser.name Ada\tLovelace\n" +
		"a second line of her name\n" +
		"global\tfile:/home/ada/.gitconfig\tcredential.https://github.com.helper \n" +
		"global\tfile:/home/ada/.gitconfig\tcore.longpaths\n" +
		"global\tfile:\"/home/j\\303\\266rg/a \\\"b\\\"\"\tuser.email a\n" +
		"command\tcommand line:\tuser.name Other\n"
	want := gitConfig{
		{"system", "C:/Program Files/Git/etc/gitconfig", "core.autocrlf", "true"},
		{"global", "/home/ada/.gitconfig", "user.name", "Ada\tLovelace"},
		{"global", "/home/ada/.gitconfig", "credential.https://github.com.helper", ""},
		{"global", "/home/ada/.gitconfig", "core.longpaths", ""},
		{"global", `/home/jörg/a "b"`, "user.email", "a"},
		{"command", "command line:", "user.name", "Other"},
	}
	got := parseGitConfig(text)
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if name := got.value("user.name"); name != "Other" {
		t.Errorf("the name that counts is %q", name)
	}
}

// FuzzParseGitConfig wants no setting without a key from any text. G75
func FuzzParseGitConfig(f *testing.F) {
	for _, seed := range []string{"", "\t\t", "global\tfile:x\ta.b c\n", "\t\t \n\t\t", "a\tb\tc\td\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range parseGitConfig(text) {
			if s.Key == "" {
				t.Errorf("%q gives a setting without a key: %q", text, s)
			}
		}
	})
}

func TestVersionNumber(t *testing.T) {
	for text, want := range map[string]string{
		"git version 2.45.0.windows.1":       "2.45.0",
		"git version 2.50.1 (Apple Git-155)": "2.50.1",
		"git version 3.0.0-rc1":              "3.0.0",
		"git version 2.53.GIT":               "2.53",
		"git version unknown":                "",
	} {
		if got := versionNumber(text); got != want {
			t.Errorf("versionNumber(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestMadeUp(t *testing.T) {
	for email, want := range map[string]bool{
		"1815+you@users.noreply.github.com": false, // you is a login as good as any
		"ada@learner.example":               false,
		"john.doe@university.example":       false,
		"you@example.com":                   true,
		"YOUR_EMAIL@school.example":         true,
		"ada@Adas-MacBook-Pro.local":        true,
		"learner@learner-pc.(none)":         true,
		"ada@DESKTOP-4711":                  true,
		"<ada@learner.example>":             true,
		"ada":                               true,
		"@learner.example":                  true,
	} {
		if got := madeUpEmail(email); got != want {
			t.Errorf("madeUpEmail(%q) = %v", email, got)
		}
	}
	for name, want := range map[string]bool{
		"Ada Lovelace": false, "Nam E": false, "Prince": false, "你好": false,
		"Your Name": true, "your_name": true, "<your name>": true, "[Name]": true,
	} {
		if got := madeUpName(name); got != want {
			t.Errorf("madeUpName(%q) = %v", name, got)
		}
	}
}

// TestIdentityStepByStep follows a learner who types the first command of each
// advice, with words of her own, and then one as it stands.
func TestIdentityStepByStep(t *testing.T) {
	var name, email gitSetting
	for _, want := range []*Problem{identityMissing, emailMissing, emailPlaceholder} {
		r := weighIdentity(name, email)
		if r.Problem != want {
			t.Fatalf("%q, %q: got %v, want %s", name.Value, email.Value, r.Problem, want.ID)
		}
		tell, _ := r.Tell(platforms.Linux)
		if len(tell.Run) == 0 {
			continue
		}
		switch argv := tell.Run[0]; argv[3] {
		case "user.name":
			name.Value = "Ada Lovelace"
		case "user.email":
			email.Value = argv[4]
		}
	}
	for _, p := range []*Problem{namePlaceholder, emailPlaceholder} {
		if tell := p.Tells[0]; len(tell.Run) > 0 || strings.Contains(tell.Do, "example") {
			t.Errorf("%s advises an example again: %q", p.ID, tell.Do)
		}
	}
}

func TestGitsPlace(t *testing.T) {
	for _, test := range []struct {
		os   platforms.OS
		file string
		want bool
	}{
		{platforms.Darwin, "/usr/bin/git", true}, // Apple's, which may wait for Xcode's licence
		{platforms.Darwin, "/Users/ada/bin/git", false},
		{platforms.Linux, "/usr/bin/git", true},
		{platforms.Linux, "/home/ada/bin/git", false},
		{platforms.Windows, `C:\Program Files\Git\cmd\git.exe`, true},
		{platforms.Windows, `C:\Users\ada\scoop\apps\git\current\cmd\git.exe`, true},
		{platforms.Windows, `C:\bad\git.exe`, false},
	} {
		if got := gitsPlace(&platforms.Host{OS: test.os}, test.file); got != test.want {
			t.Errorf("%s: got %v", test.file, got)
		}
	}
}

// TestAppleStubStaysShut holds that nothing starts the git of macOS before Apple's tools
// are there: it would open a window.
func TestAppleStubStaysShut(t *testing.T) {
	tried := 0
	for _, f := range loadFixtures(t) {
		if f.check != gitInstalled || f.os != mac {
			continue
		}
		h, err := platforms.NewHost(t.Context(), f.source)
		if err != nil {
			t.Fatal(err)
		}
		if appleToolsReady(t.Context(), h, Found{}).Status == StatusOK {
			continue
		}
		tried++
		copies, err := h.Which(t.Context(), "git")
		if err != nil {
			t.Fatal(err)
		}
		_, asked := f.examine(t)
		for _, q := range asked {
			if q.Verb == "run" && (q.Args[0] == appleGit || q.Args[0] == "git" && copies[0].Real == appleGit) {
				t.Errorf("%s: %s opens a window", f.name, q)
			}
		}
	}
	if tried < 3 {
		t.Errorf("%d machines without Apple's tools were tried", tried)
	}
}
