package fixers_test

import (
	"errors"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

const (
	accountPath = "-- reg HKCU\\Environment Path --\n"
	systemPath  = "-- reg \"HKLM\\\\SYSTEM\\\\CurrentControlSet\\\\Control\\\\Session Manager\\\\Environment\" Path --\n"
)

func TestUserPath(t *testing.T) {
	node := map[string]string{"path": `C:\Users\Ada\node\node.exe`}
	for name, p := range map[string]aPlan{
		"an account without a Path": {fixers.NewTerminalsFind, node, accountPath + "! not found\n", nil,
			[]string{"Path, folder by folder:", `+ C:\Users\Ada\node`}},
		"first, once, and of the same type": {fixers.NewTerminalsFind, node, accountPath + "REG_SZ C:\\a;c:\\users\\ada\\NODE\\;;C:\\A;%B%\n", nil,
			[]string{"Path, folder by folder:", `+ C:\Users\Ada\node`, "  (1 as before)", `- c:\users\ada\NODE\`, "- (an empty entry)", `- C:\A`, "  (1 as before)"}},
		"no text":                              {fixers.NewTerminalsFind, node, accountPath + "REG_BINARY 00\n", nil, nil},
		"a folder that would be taken for two": {fixers.NewTerminalsFind, map[string]string{"path": `C:\a;b\node.exe`}, accountPath + "! not found\n", nil, nil},

		"names that stay": {fixers.ExpandUserPath, map[string]string{"file": `HKCU\Environment`}, accountPath + "REG_SZ %NVM_HOME%\n", nil,
			[]string{"Path:", `- REG_SZ %NVM_HOME%`, `+ REG_EXPAND_SZ %NVM_HOME%`}},
		"names that stay in the system's part": {fixers.ExpandUserPath, map[string]string{"file": `HKLM\x`}, "", nil, nil},

		"cut off":              {fixers.DropLastEntry, map[string]string{"value": `C:\a;C:\Progr`}, accountPath + "REG_SZ C:\\a;C:\\Progr\n", nil, []string{"Path, folder by folder:", "  (1 as before)", `- C:\Progr`}},
		"cut off, and mended":  {fixers.DropLastEntry, map[string]string{"value": `C:\a;C:\Progr`}, accountPath + "REG_SZ C:\\a\n", nil, nil},
		"cut off in no system": {fixers.DropLastEntry, nil, onlyLinux, nil, nil},

		"too long": {fixers.ShortenUserPath, nil, accountPath + "REG_EXPAND_SZ C:\\here;C:\\gone;%A%;C:\\here;C:\\Windows\n" + systemPath + "REG_EXPAND_SZ C:\\Windows;C:\\Windows\n" +
			"-- stat C:\\here --\ndir access=rwx\n-- stat C:\\gone --\n! not found\n", nil,
			[]string{"Path, folder by folder:", "  (1 as before)", `- C:\gone`, "  (1 as before)", `- C:\here`, `- C:\Windows`}},

		"a quote": {fixers.MendPathEntry, nil, accountPath + "REG_SZ C:\\a;\"C:\\b;C:\\c\n", nil, []string{"Path, folder by folder:", "  (1 as before)", `- "C:\b`, `+ C:\b`, "  (1 as before)"}},
		"a program, and a name that nobody set": {
			fixers.MendPathEntry, nil, accountPath + "REG_EXPAND_SZ C:\\a\\b.exe;C:\\c;%NO%\\bin;%YES%\\bin\n" +
				"-- stat C:\\a\\b.exe --\nfile access=rwx\n-- stat C:\\c --\ndir access=rwx\n-- env NO --\n! not found\n-- env YES --\nC:\\yes\n", nil,
			[]string{"Path, folder by folder:", `- C:\a\b.exe`, `+ C:\a`, "  (1 as before)", `- %NO%\bin`, "  (1 as before)"},
		},
		"a home folder of Unix":       {fixers.MendPathEntry, nil, accountPath + "REG_EXPAND_SZ ~\\bin\n", nil, []string{"Path, folder by folder:", `- ~\bin`, `+ %USERPROFILE%\bin`}},
		"a home folder, not replaced": {fixers.MendPathEntry, nil, accountPath + "REG_SZ ~\\bin\n", nil, []string{"Path, folder by folder:", `- ~\bin`, `+ C:\Users\Ada\bin`}},
		"an entry of the system":      {fixers.MendPathEntry, map[string]string{"value": `%NO%\bin`}, accountPath + "REG_EXPAND_SZ C:\\a\n-- stat C:\\a --\ndir access=rwx\n", nil, nil},
		"an account without a list":   {fixers.MendPathEntry, map[string]string{"value": `%NO%\bin`}, accountPath + "! not found\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, hostOf(p.machine)) })
	}
}

// onlyLinux in place of a machine's answers makes it a Linux that answers nothing.
const onlyLinux = "a Linux\n"

func hostOf(machine string) string {
	if machine == onlyLinux {
		return onLinux
	}
	return onWindows
}

// TestShowsHugePath holds that lists too long to be compared are shown as they are.
func TestShowsHugePath(t *testing.T) {
	long := strings.Repeat(`C:\a;`, 2000)
	env := &fixers.SetEnv{Name: "Path", Before: platforms.RegistryValue{Type: "REG_SZ", Data: long}, After: platforms.RegistryValue{Type: "REG_SZ", Data: `C:\b;` + long}}
	if got := (fixers.Step{Env: env}).Shows(fixers.Cmd); len(got) != 3 || got[1] != "- "+long {
		t.Errorf("%d lines: %.60q", len(got), got)
	}
}

// TestPutAsideOnWindows holds that a file of Windows, whose mode says nothing, can be put aside.
func TestPutAsideOnWindows(t *testing.T) {
	host := hostFrom(t, onWindows+"-- file C:\\Users\\Ada\\package.json --\n{\"name\":\"home\"}\n"+
		"-- stat C:\\Users\\Ada\\package.json --\nfile mode=0666 size=16 access=rw-\n-- stat C:\\Users\\Ada\\package.json.old --\n! not found\n")
	steps, err := fixers.PutAside.Plan(t.Context(), fixers.Patient{Host: host, Found: map[string]string{"path": `C:\Users\Ada\package.json`}})
	if err != nil {
		t.Fatal(err)
	}
	paper := platforms.NewPaper(host)
	for _, s := range steps {
		if err := s.Take(t.Context(), paper, nil); err != nil {
			t.Errorf("%s: %v", s.Says, err)
		}
	}
}

// TestFirstOnPathAlready holds that nothing is told of a folder which another fix of the plan has
// put first.
func TestFirstOnPathAlready(t *testing.T) {
	host := hostFrom(t, onWindows+accountPath+"REG_SZ c:\\git\\CMD\\;C:\\b\n")
	_, err := fixers.FindFolder.Plan(t.Context(), fixers.Patient{Host: host, Found: map[string]string{"path": `C:\Git\cmd\git.exe`}})
	if !errors.Is(err, fixers.ErrSeenTo) {
		t.Errorf("got %v", err)
	}
}
