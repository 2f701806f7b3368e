package platforms

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// everywhere and printed are the two ways of shortening the home directory.
type homeStyle bool

const (
	printed    homeStyle = false // so that a command which holds it still works
	everywhere homeStyle = true
)

// Screen hides secrets and writes the home directory as ~, or as $HOME between
// double quotes, where a shell does not expand ~, or as %USERPROFILE% on Windows.
// Between single quotes nothing is expanded: there it stays. Names stay.
func (r *Redactor) Screen(s string) string { return r.shortHome(hideSecrets(s), printed) }

// ScreenCommand is [Redactor.Screen] for a command line of a shell (sh, cmd or
// ps1) that is pasted or run as it is printed.
func (r *Redactor) ScreenCommand(s, shell string) string {
	s = hideSecrets(s)
	if !r.hasHome() {
		return s
	}
	var out strings.Builder
	quote, done := byte(0), 0
	for i := 0; i < len(s); i++ {
		end, ok := r.homeAt(s, i)
		if !ok {
			quote = quoteAfter(quote, s, i, shell)
			continue
		}
		before, after := r.inShell(s, i, quote, shell)
		if before == "" {
			continue
		}
		text := s[done:i]
		if quote == '\'' && strings.HasSuffix(text, "'") { // ''"$HOME"'/x' begins with nothing
			text, before = text[:len(text)-1], before[1:]
		}
		out.WriteString(text + before)
		if after == "'" && end < len(s) && s[end] == '\'' {
			after, end, quote = "", end+1, 0
		}
		out.WriteString(after)
		done, i = end, end-1
	}
	return out.String() + s[done:]
}

// quoteAfter is the quote that is open behind s[i].
func quoteAfter(quote byte, s string, i int, shell string) byte {
	b := s[i]
	if b != '"' && (b != '\'' || shell == "cmd") {
		return quote
	}
	escape := byte('\\')
	if shell == "ps1" {
		escape = '`'
	}
	switch {
	case quote == 0 && shell != "cmd" && i > 0 && s[i-1] == escape, quote == '"' && shell != "cmd" && s[i-1] == escape:
		return quote
	case quote == 0:
		return b
	case quote == b:
		return 0
	}
	return quote
}

// inShell is how a shell is told of the home directory at s[i], and what goes
// behind it; nothing where it cannot be told.
func (r *Redactor) inShell(s string, i int, quote byte, shell string) (before, after string) {
	switch {
	case shell == "cmd":
		return "%USERPROFILE%", ""
	case shell == "ps1" && quote == '\'':
		return "", ""
	case shell == "ps1":
		return "$env:USERPROFILE", ""
	case quote == '\'':
		return `'"$HOME"`, "'"
	case quote == '"':
		return "$HOME", ""
	case i == 0 || strings.IndexByte(" \t\n;|&(<>", s[i-1]) >= 0:
		return "~", ""
	}
	return `"$HOME"`, ""
}

func (r *Redactor) hasHome() bool { return len(strings.TrimRight(r.id.Home, `/\`)) > 1 }

// shortHome writes the home directory short.
func (r *Redactor) shortHome(s string, style homeStyle) string {
	if !r.hasHome() {
		return s
	}
	edits := collector{s: s}
	short := "~"
	if r.windows {
		short = "%USERPROFILE%"
	}
	quoted, line := false, 0 // between double quotes on this line
	for i := 0; ; i++ {
		n := r.nextHome(s[i:])
		if n < 0 {
			break
		}
		i += n
		end, ok := r.homeAt(s, i)
		if !ok {
			continue
		}
		if style == printed && !r.windows {
			from := max(line, strings.LastIndexByte(s[:i], '\n')+1)
			quoted = (from == line && quoted) != (strings.Count(s[from:i], `"`)%2 == 1)
			if line = i; i > 0 && s[i-1] == '\'' {
				continue
			}
			short = "~"
			if quoted {
				short = "$HOME"
			}
		}
		edits.markAs(i, end, short)
		i = end - 1
	}
	return edits.replaced()
}

// nextHome is where the home directory may begin.
func (r *Redactor) nextHome(s string) int {
	if !r.windows {
		return strings.Index(s, strings.TrimRight(r.id.Home, "/"))
	}
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], ':')
		if n < 0 {
			return -1
		}
		if i += n; i > 0 && s[i-1]|0x20 == r.id.Home[0]|0x20 {
			return i - 1
		}
	}
}

// homeAt reports where the home directory ends that begins at i. On Windows
// slashes may lean either way and be doubled.
func (r *Redactor) homeAt(s string, i int) (end int, ok bool) {
	home := strings.TrimRight(r.id.Home, `/\`)
	if before := s[max(0, i-len("%USERPROFILE%")):i]; strings.HasSuffix(before, `$HOME"`) || strings.HasSuffix(before, `$HOME"'`) ||
		before == "%USERPROFILE%" {
		return 0, false // what this function has shortened already
	}
	if i > 0 && (keyByte[s[i-1]] || s[i-1] == '/' || s[i-1] == '~') && !afterEscape(s, i) {
		return 0, false
	}
	end = i
	if r.windows {
		for k := 0; k < len(home); k++ {
			if end >= len(s) {
				return 0, false
			}
			if home[k] == '\\' || home[k] == '/' {
				from := end
				for end < len(s) && end-from < 4 && (s[end] == '\\' || s[end] == '/') {
					end++
				}
				if end == from {
					return 0, false
				}
				continue
			}
			if s[end] != home[k] && (!alnum[s[end]] || s[end]|0x20 != home[k]|0x20) {
				return 0, false
			}
			end++
		}
	} else if !strings.HasPrefix(s[i:], home) {
		return 0, false
	} else {
		end = i + len(home)
	}
	if end < len(s) && (alnum[s[end]] || s[end] >= 0x80 || strings.IndexByte("-_+@~", s[end]) >= 0 ||
		s[end] == '.' && end+1 < len(s) && alnum[s[end+1]]) {
		return 0, false
	}
	return end, true
}

// homeRoots finds the directories that hold homes, as paths name them.
var homeRoots = sync.OnceValue(func() *finder {
	return newFinder("/home/", "/Users/", `\Users\`, `\\Users\\`, ":/Users/")
})

// strangers replaces the names of other people's home directories.
func (r *Redactor) strangers(s string) string {
	edits := collector{s: s}
	homeRoots().each(s, func(word, at int) {
		if !beginsPath(s, at) {
			return
		}
		root := homeRoots().words[word]
		from := at + len(root)
		end := elementEnd(s, from, root)
		if r.octalStranger(&edits, from, root) {
			return
		}
		if name := s[from:end]; name != "" && !isStandIn(name) && !isWeak(name) && !strings.ContainsAny(name, "*$%<{[~") && !publicHome(name) {
			edits.markAs(from, end, r.names.of(name))
		}
	})
	return edits.replaced()
}

// octalName is an element of a path in which git wrote letters by their bytes. In JSON the
// backslashes are doubled.
var octalName = lazily(`^[\w.-]*(?:\\{1,2}[23][0-7]{2}[\w.-]*)+`)

// octalStranger replaces the name of a home folder that git wrote in octal digits, by what
// stands for the same name elsewhere. git writes no other backslashes in a path.
func (r *Redactor) octalStranger(edits *collector, from int, root string) bool {
	written := ""
	if strings.HasSuffix(root, "/") {
		written = octalName().FindString(edits.s[from:])
	}
	name, err := strconv.Unquote(`"` + strings.ReplaceAll(written, `\\`, `\`) + `"`)
	if written == "" || err != nil || !utf8.ValidString(name) || isStandIn(name) {
		return false
	}
	stand := octalEscaped(r.names.of(name))
	if strings.Contains(written, `\\`) {
		stand = strings.ReplaceAll(stand, `\`, `\\`)
	}
	edits.markAs(from, from+len(written), stand)
	return true
}

// beginsPath reports whether the slash at s[at] begins an absolute path, or
// follows a drive: C:\, /c/, /mnt/c/.
func beginsPath(s string, at int) bool {
	if at == 0 || !keyByte[s[at-1]] && s[at-1] != '~' && s[at-1] != '*' && s[at-1] < 0x80 || afterEscape(s, at) {
		return true
	}
	return at >= 2 && alnum[s[at-1]] && (s[at-2] == '/' || s[at-2] == '\\')
}

// elementEnd is where the element of a path ends that begins at i. On Windows it
// may hold spaces, if another element follows.
func elementEnd(s string, i int, root string) int {
	words := 0
	for end := i; end < len(s); end++ {
		switch b := s[end]; {
		case b == '/' || b == '\\':
			return end
		case strings.IndexByte("\t\r\n\"'`:;,|<>?()&=", b) >= 0:
			return min(end, spaceIn(s, i, end))
		case b == ' ':
			if words++; root == "/home/" || words > 3 {
				return spaceIn(s, i, end+1)
			}
		}
	}
	return spaceIn(s, i, len(s))
}

// spaceIn is the first space of s[i:end]; end without one.
func spaceIn(s string, i, end int) int {
	if n := strings.IndexByte(s[i:end], ' '); n >= 0 {
		return i + n
	}
	return end
}

// publicHome reports whether what stands beside the homes is nobody's: a folder of
// the system, or a file of a project, which checks look for in every folder upwards.
func publicHome(name string) bool {
	switch name {
	case "Public", "Shared", "Default User", "All Users", "desktop.ini", "node_modules", "lost+found":
		return true
	}
	return name[0] == '.' || strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".lock")
}
