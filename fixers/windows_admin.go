package fixers

import (
	"strings"

	"devdoctor/platforms"
)

// asWindowsAdmin is a command as Windows runs it with an administrator's rights: as it is in a
// terminal that has them, else after a question of Windows. ErrNotHere says that this account
// has no way to it, or that a word would mean something to one of the shells on the way.
func asWindowsAdmin(p Patient, argv ...string) ([]string, bool, error) {
	if p.Host.Elevated {
		return argv, false, nil
	}
	if p.NoAdmin {
		return nil, false, ErrNotHere
	}
	words := make([]string, len(argv))
	for i, word := range argv {
		if strings.ContainsAny(word, "'\"%`$") || strings.HasSuffix(word, `\`) {
			return nil, false, ErrNotHere
		}
		words[i] = Cmd.quote(word)
	}
	return startElevated(words[0], strings.Join(words[1:], " ")), true, nil
}

// inPowerShell is statements of PowerShell that need an administrator. They hold no double quotes.
func inPowerShell(p Patient, statements string) ([]string, bool, error) {
	if p.Host.Elevated {
		return []string{"powershell", "-NoProfile", "-Command", statements}, false, nil
	}
	if p.NoAdmin || strings.Contains(statements, `"`) {
		return nil, false, ErrNotHere
	}
	return startElevated("powershell", "-NoProfile -Command "+strings.ReplaceAll(statements, "'", "''")), true, nil
}

// startElevated lets Windows ask, and waits for the end of the program (Start-Process, read 2026-11-20).
func startElevated(program, arguments string) []string {
	return []string{"powershell", "-NoProfile", "-Command", "Start-Process -Verb RunAs -Wait -FilePath " + powerShellWord(program) + " -ArgumentList '" + arguments + "'"}
}

// powerShellWord is a program that was quoted for cmd, as PowerShell takes it.
func powerShellWord(word string) string {
	if bare, quoted := strings.CutPrefix(word, `"`); quoted {
		return "'" + strings.TrimSuffix(bare, `"`) + "'"
	}
	return word
}

// both is a command and what takes it back, each with an administrator's rights.
func both(p Patient, argv, back []string) (*Run, bool, error) {
	var run Run
	var admin bool
	var err error
	if run.Argv, admin, err = asWindowsAdmin(p, argv...); err != nil {
		return nil, false, err
	}
	run.Back, _, err = asWindowsAdmin(p, back...)
	return &run, admin, err
}

// plainToCmd reports whether a path means itself in a command of cmd, where a word with a space
// is quoted, and no other.
func plainToCmd(path string) bool {
	if strings.ContainsAny(path, "%!\"'`$") || strings.HasSuffix(path, `\`) {
		return false
	}
	return strings.Contains(path, " ") || !strings.ContainsAny(path, "&|<>^(),;=")
}

// movedOnWindows is the step that gives what stands at a path on Windows another name in the same folder.
func movedOnWindows(p Patient, path, aside string, writable bool) (Step, error) {
	h := p.Host
	if !plainToCmd(path) {
		return Step{}, ErrNotHere
	}
	s := Step{Says: "Give " + atHome(h, path) + " the name " + atHome(h, aside) + ".", Verified: triedOn(h, platforms.Windows)}
	if writable {
		from, to := atHome(h, path), atHome(h, aside)
		s.Run = &Run{Argv: renamed(h, from, to), Back: renamed(h, to, from), Seen: absentFile(to)}
		return s, nil
	}
	var err error
	if s.Run, s.Admin, err = both(p, renamed(h, path, aside), renamed(h, aside, path)); err != nil {
		return Step{}, err
	}
	if s.Admin {
		s.Verified = Documented
	}
	s.Run.Seen = absentFile(aside)
	return s, nil
}

// inCmd is a command that is built into cmd. /d leaves out what a program put into its start.
func inCmd(argv ...string) []string { return append([]string{"cmd", "/d", "/c"}, argv...) }
