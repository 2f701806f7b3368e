package platforms

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// A Windows whose PATH is spread as nvm-windows leaves it, composed from
// facts/failures.md 1 (microsoft/vscode#13671) and facts/install.md 9.3.
const paperWindows = `A Windows on paper.
-- host --
os windows
arch amd64
home C:\Users\mia
user mia
-- env USERPROFILE --
C:\Users\mia
-- env SystemRoot --
C:\Windows
-- env PATH --
C:\old
-- reg "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment" Path --
REG_EXPAND_SZ %SystemRoot%\system32;%SystemRoot%;%NVM_HOME%
-- reg HKCU\Environment Path --
REG_EXPAND_SZ %NVM_HOME%;%USERPROFILE%\bin;%nothing%\x
-- reg HKCU\Environment NVM_HOME --
REG_SZ C:\Users\mia\AppData\Local\nvm
-- reg HKCU\Environment GOBIN --
REG_EXPAND_SZ %USERPROFILE%\go\bin
absent: reg *
`

func TestRegistryPath(t *testing.T) {
	term := open(t, paperWindows)
	// The machine's half is expanded before the account's NVM_HOME exists.
	wantPath(t, term, `C:\Windows\system32;C:\Windows;%NVM_HOME%;C:\Users\mia\AppData\Local\nvm;C:\Users\mia\bin;%nothing%\x`)
	if term.Shell != "windows" || term.User.Type != "REG_EXPAND_SZ" || term.Machine.Data != `%SystemRoot%\system32;%SystemRoot%;%NVM_HOME%` {
		t.Errorf("the window is %+v", term)
	}
	ctx := context.Background()
	if got, err := term.Host.Env(ctx, "GOBIN"); got != `C:\Users\mia\go\bin` {
		t.Errorf("GOBIN is %q (%v)", got, err)
	}
	if _, err := term.Host.Env(ctx, "NODE_OPTIONS"); !errors.Is(err, ErrNotFound) {
		t.Errorf("NODE_OPTIONS gives %v", err)
	}
}

// A PATH that was rewritten as REG_SZ keeps its percent signs: nothing is found there.
func TestPathAsPlainText(t *testing.T) {
	term := open(t, strings.Replace(paperWindows, `REG_EXPAND_SZ %NVM_HOME%;`, `REG_SZ %NVM_HOME%;`, 1))
	wantPath(t, term, `C:\Windows\system32;C:\Windows;%NVM_HOME%;%NVM_HOME%;%USERPROFILE%\bin;%nothing%\x`)
	if term.User.Type != "REG_SZ" {
		t.Errorf("the type of the account's Path is %q", term.User.Type)
	}
}

func TestAccountWithoutPath(t *testing.T) {
	term := open(t, strings.Replace(paperWindows, "REG_EXPAND_SZ %NVM_HOME%;%USERPROFILE%\\bin;%nothing%\\x", "! not found", 1))
	wantPath(t, term, `C:\Windows\system32;C:\Windows;%NVM_HOME%`)
}

func TestPathThatCannotBeRead(t *testing.T) {
	term := open(t, strings.Replace(paperWindows, "REG_EXPAND_SZ %NVM_HOME%;%USERPROFILE%\\bin;%nothing%\\x", "! not permitted", 1))
	if _, err := term.Host.Env(context.Background(), "PATH"); err == nil || errors.Is(err, ErrNotPermitted) || term.Unsure == "" {
		t.Errorf("PATH gives %v, unsure %q", err, term.Unsure)
	}
}

func TestExpandPercent(t *testing.T) {
	vars := map[string]string{"A": "1", "B": "%A%"}
	for s, want := range map[string]string{
		"%A%": "1", "x%A%y%A%": "x1y1", "%C%": "%C%", "%C%A%": "%C1", "100%": "100%", "%%": "%%", "%%A%%": "%1%", "%B%": "%A%", "": "",
		"%C": "%C",
	} {
		got, err := expandPercent(s, func(name string) (string, error) {
			if v, ok := vars[name]; ok {
				return v, nil
			}
			return "", ErrNotFound
		})
		if err != nil || got != want {
			t.Errorf("%q becomes %q (%v), want %q", s, got, err, want)
		}
	}
}
