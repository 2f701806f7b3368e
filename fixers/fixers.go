// Package fixers holds the answers to what checks find.
package fixers

import (
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// A Tell is what a learner does by hand to put a problem right.
//
// Words in braces, such as {port} or {path}, stand for what the check found.
type Tell struct {
	OS    platforms.OS      // "" is every system
	Owner platforms.Manager // "" is whoever keeps the program
	Case  Case              // "" is every case

	// Do says what to do, in words; one sentence per step.
	Do string

	// Run is the commands to type, in order. A word is an argument, so that it
	// can be quoted for whichever shell it is printed in.
	Run [][]string

	Admin bool   // it asks for the administrator's password or consent
	Human bool   // Run begins with an example, or with what a person has to read or answer
	Undo  string // how to take it back
}

// A Case is a circumstance that decides what to do, in words that say where the
// advice holds: "where it is set for all accounts".
type Case string

// Attended reports whether a program needs a person each time: it asks something,
// opens a window or prints what somebody has to read; or it is a part of the
// learner's shell, which no other program can start. Of a program that needs one for
// some of its work only, [Tell].Human tells.
func Attended(program string) bool {
	switch program {
	case "gh", "ssh-keygen", "ssh-add", "xcode-select": // ask
		return true
	case "control", "explorer", "notepad", "open", "rundll32", "xdg-open": // open a window
		return true
	case "cat", "df", "echo", "findmnt", "fish", "grep", "ls", "netsh", "netstat", "ps", "softwareupdate", "tasklist", "where.exe", "whoami", "wsl": // print
		return true
	case "cd", "conda", "deactivate_node", "export", "fish_add_path", "newgrp", "nvm", "nvs": // belong to the shell
		return true
	}
	return false
}

// BuiltIntoCmd reports whether a command of Windows has no program file.
func BuiltIntoCmd(program string) bool { return program == "mkdir" || program == "move" }

// Choose returns the Tell that fits best: the owner's on this system, the
// owner's anywhere, anybody's on this system, anybody's anywhere. One for this very
// case comes before all of those.
func Choose(tells []Tell, os platforms.OS, owner platforms.Manager, c Case) (Tell, bool) {
	best, rank := Tell{}, 0
	for _, t := range tells {
		if t.OS != "" && t.OS != os || t.Owner != "" && t.Owner != owner || t.Case != "" && t.Case != c {
			continue
		}
		r := 1
		if t.OS != "" {
			r++
		}
		if t.Owner != "" {
			r += 2
		}
		if t.Case != "" {
			r += 4
		}
		if r > rank {
			best, rank = t, r
		}
	}
	return best, rank > 0
}

// Fill puts what the check found in place of the words in braces. A word that
// found does not know stays, in angle brackets, for the learner to fill in.
func (t Tell) Fill(found map[string]string) Tell {
	t.Do, t.Undo = fill(t.Do, found), fill(t.Undo, found)
	run := make([][]string, len(t.Run))
	for i, argv := range t.Run {
		run[i] = make([]string, len(argv))
		for j, arg := range argv {
			run[i][j] = fill(arg, found)
		}
	}
	t.Run = run
	return t
}

// AsRoot is t for an account that is root. Its commands need no sudo, which a
// container often lacks.
func (t Tell) AsRoot() Tell {
	run := make([][]string, len(t.Run))
	for i, argv := range t.Run {
		run[i] = argv
		if len(argv) > 1 && argv[0] == "sudo" {
			run[i] = argv[1:]
		}
	}
	t.Run, t.Admin = run, false
	return t
}

// WithSudo is t for a file that only root may change. What merely looks needs no
// rights.
func (t Tell) WithSudo() Tell {
	run := make([][]string, len(t.Run))
	for i, argv := range t.Run {
		run[i] = argv
		if argv[0] == "ls" || argv[0] == "sudo" {
			continue
		}
		run[i] = append([]string{"sudo"}, argv...)
	}
	if strings.HasPrefix(t.Undo, "mv ") { // others are words
		t.Undo = "sudo " + t.Undo
	}
	t.Run, t.Admin = run, true
	return t
}

func fill(s string, found map[string]string) string {
	var b strings.Builder
	for {
		before, rest, opened := strings.Cut(s, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !opened || !closed {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(before)
		if value, ok := found[name]; ok {
			b.WriteString(value)
		} else {
			b.WriteString("<" + name + ">")
		}
		s = after
	}
}

// A Shell is where a command line is pasted.
type Shell string

// The shells that command lines are written for. On Windows a line must work in
// cmd and in PowerShell, because nobody knows which one is open.
const (
	Sh   Shell = "sh"  // bash, zsh, fish and dash
	Cmd  Shell = "cmd" // also pasted into PowerShell
	Fish Shell = "fish"
	PS1  Shell = "ps1" // PowerShell 5.1, of which only scripts are written
)

// ShellOf is the shell in which a learner of that system pastes a line.
func ShellOf(os platforms.OS) Shell {
	if os == platforms.Windows {
		return Cmd
	}
	return Sh
}

// Line is argv as one line to paste. A leading ~/ stays outside quotes, where
// the shell understands it.
func (s Shell) Line(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		words[i] = s.quote(arg)
	}
	return strings.Join(words, " ")
}

func (s Shell) quote(arg string) string {
	if s == Cmd {
		if arg != "" && !strings.ContainsAny(arg, " \t\"&|<>^()'`,;") {
			return arg
		}
		return `"` + strings.ReplaceAll(arg, `"`, `\"`) + `"`
	}
	if arg != "" && strings.IndexFunc(arg, needsQuote) < 0 {
		return arg
	}
	if rest, ok := strings.CutPrefix(arg, "~/"); ok {
		return "~/" + s.quote(rest)
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

func needsQuote(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("@%+=:,./_-", r), r > 0x7f && strconv.IsPrint(r):
		return false
	}
	return true
}
