package oracle

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"devdoctor/testdata/lab/machine"
)

// driveC is C: as the Linux below has it.
const driveC = "/home/learner/.wine/drive_c"

// inCmd is a command of devdoctor's in a window of the learner's, with the environment of
// repairs: no variable of the account, which devdoctor would find there.
func (r *Runner) inCmd(p Plan, command string) string {
	var b strings.Builder
	for _, pair := range r.Env {
		fmt.Fprintf(&b, "set \"%s\"\n", pair)
	}
	fmt.Fprintf(&b, "cd /d \"%s\"\n%s %s\n", p.project(), windowsProgram, command)
	return b.String()
}

// winesOwn are files that Wine writes of itself.
var winesOwn = []string{
	"/home/learner/.wine/*.reg", // the registry, with the time of each change: addRegistry compares what is in it
	"/tmp/wine-*",               // the socket of its server, which ends when no program of Windows runs
}

// winesKeys are what Wine notes in the registry each time its server starts: the speed of the
// processor, how many services run, the graphics of this start under a number that is drawn
// anew, and which devices are linked; the key of its store of passwords, which it draws when a
// program first asks for one; and the settings of its debugger, when a service of its own crashed.
var winesKeys = sync.OnceValue(func() *regexp.Regexp {
	const system = `HKEY_LOCAL_MACHINE\\System\\(CurrentControlSet|ControlSet001)\\Control\\(Video|ServiceCurrent|DeviceClasses|Class\\\{4D36E968-E325-11CE-BFC1-08002BE10318\})`
	return regexp.MustCompile(`^(HKEY_LOCAL_MACHINE\\Hardware|HKEY_CURRENT_USER\\Software\\Wine\\(Credential Manager|WineDbg)|` + system + `)(\\|$)`)
})

// exported writes the registry down, the account's part and the computer's, whatever became of
// PATH and PATHEXT. printed shows it.
const (
	reg      = `C:\windows\system32\reg.exe`
	exported = reg + ` export HKCU Z:\tmp\HKCU.reg /y >nul && ` + reg + ` export HKLM Z:\tmp\HKLM.reg /y >nul`
	printed  = `for f in HKCU HKLM; do iconv -f UTF-16 -t UTF-8 /tmp/$f.reg && rm /tmp/$f.reg || exit 1; done`
)

// addRegistry takes down every key and value of the registry, a value as `KEY\"NAME"`.
func (t tree) addRegistry(ctx context.Context, m *machine.Machine) error {
	if w := m.Terminal(ctx, "", "", false, exported); !w.OK() {
		return fmt.Errorf("export the registry: %v", w)
	}
	out := m.Sh(ctx, "root", printed)
	if !out.OK() {
		return fmt.Errorf("read the registry: %v", out)
	}
	t.readRegistry(out.Stdout)
	return nil
}

// readRegistry reads what reg export writes: [KEY] and below it "NAME"=DATA, or @=DATA for the
// value without a name; a backslash at the end of a line of data leads to the next.
func (t tree) readRegistry(text string) {
	key := ""
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), ",\\\n  ", ",")
	for line := range strings.SplitSeq(text, "\n") {
		if name, isKey := strings.CutPrefix(line, "["); isKey {
			if key = strings.TrimSuffix(name, "]"); winesKeys().MatchString(key) {
				key = ""
				continue
			}
			t[key] = "key"
			continue
		}
		// A quote in a name has a backslash before it.
		if name, data, ok := strings.Cut(line, `"=`); ok && key != "" {
			t[key+`\`+name+`"`] = data
		} else if data, ok := strings.CutPrefix(line, "@="); ok && key != "" {
			t[key+`\@`] = data
		}
	}
}
