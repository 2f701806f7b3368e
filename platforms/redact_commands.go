package platforms

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// A login is how a program takes a password on its command line, where the name
// of the flag does not say so.
type login struct {
	program string
	needs   string   // a word that has to come before: the subcommand
	flags   []string // the next word is the secret, or, with a colon in it, what follows the colon
	glued   string   // the secret follows this flag in the same word
	words   int      // the secret is this many words after needs
	behind  string   // the secret is the word behind one that begins so
}

// logins are the programs that a course like this one meets. From their manual
// pages, 2026-11.
var logins = []login{
	{program: "sshpass", flags: []string{"-p"}, glued: "-p"},
	{program: "docker", needs: "login", flags: []string{"-p"}},
	{program: "podman", needs: "login", flags: []string{"-p"}},
	{program: "helm", needs: "login", flags: []string{"-p"}},
	{program: "az", needs: "login", flags: []string{"-p"}},
	{program: "mysql", glued: "-p"},
	{program: "mysqldump", glued: "-p"},
	{program: "mysqladmin", glued: "-p"},
	{program: "mariadb", glued: "-p"},
	{program: "mariadb-dump", glued: "-p"},
	{program: "redis-cli", flags: []string{"-a"}},
	{program: "mongo", flags: []string{"-p"}},
	{program: "mongosh", flags: []string{"-p"}},
	{program: "mongodump", flags: []string{"-p"}},
	{program: "mongorestore", flags: []string{"-p"}},
	{program: "sqlcmd", flags: []string{"-P"}, glued: "-P"},
	{program: "plink", flags: []string{"-pw"}},
	{program: "pscp", flags: []string{"-pw"}},
	{program: "putty", flags: []string{"-pw"}},
	{program: "zip", flags: []string{"-P"}},
	{program: "unzip", flags: []string{"-P"}},
	{program: "7z", glued: "-p"},
	{program: "ssh-keygen", flags: []string{"-N", "-P"}},
	{program: "ldapsearch", flags: []string{"-w"}},
	{program: "curl", flags: []string{"-u", "--user", "-U", "--proxy-user"}},
	{program: "http", flags: []string{"-a", "--auth"}},
	{program: "openssl", glued: "pass:"},
	{program: "smbclient", flags: []string{"-U"}},
	{program: "vault", needs: "login", words: 1},
	{program: "snyk", needs: "auth", words: 1},
	{program: "htpasswd", flags: []string{}, words: 3, needs: "-b"},
	{program: "net", needs: "user", words: 2},
	{program: "net", needs: "use", behind: `\\`},
}

// commands marks what programs were told on their command lines. Lines without
// any of the programs are passed over.
func (c *collector) commands() {
	for i := 0; ; {
		at, ok := c.nextLogin(i)
		if !ok {
			return
		}
		from := strings.LastIndexByte(c.s[i:at], '\n') + 1 + i
		end := strings.IndexByte(c.s[at:], '\n')
		if end < 0 {
			end = len(c.s) - at
		}
		i = at + end
		c.commandLine(from, i)
	}
}

// loginsOf finds the logins by program.
var loginsOf = sync.OnceValue(func() map[string][]login {
	by := map[string][]login{}
	for _, l := range logins {
		by[l.program] = append(by[l.program], l)
	}
	return by
})

// telling are the words that make a line worth walking through.
var telling = sync.OnceValue(func() *finder {
	return newFinder(slices.AppendSeq([]string{"set", "setx", "config:set", "sudo"}, maps.Keys(loginsOf()))...)
})

// nextLogin is where the next of those words stands.
func (c *collector) nextLogin(i int) (at int, ok bool) {
	s, words := c.s, telling()
	for at, found := words.next(s, i); found != 0; at, found = words.next(s, at+1) {
		if at > 0 && keyByte[s[at-1]] && !afterEscape(s, at) {
			continue
		}
		for ; found != 0; found &= found - 1 {
			end := at + len(words.words[bits.TrailingZeros64(found)])
			if end == len(s) || strings.IndexByte(" \t\"'.,", s[end]) >= 0 {
				return at, true
			}
		}
	}
	return 0, false
}

// commandLine follows the words of one line: which program they speak to, which
// of its flags came last.
func (c *collector) commandLine(from, end int) {
	var (
		program   []login
		since     map[string]int // words after a subcommand
		flag      bool
		name      bool // the next word is the name of a setting
		valueNext bool
		last      string
	)
	for at := from; at < end; {
		start, stop := c.word(at, end, flag || valueNext)
		if start == stop {
			break
		}
		at = max(stop, at+1)
		w := c.s[start:stop]
		base := strings.TrimSuffix(w[strings.LastIndexAny(w, `/\`)+1:], ".exe")
		if valueNext || flag {
			c.secretWord(start, stop, flag)
		}
		valueNext = name && !strings.Contains(w, "=") && classify(w[strings.LastIndexAny(w, ":/")+1:]) == secretKey
		name = w == "set" || w == "setx" || w == "config:set"
		flag = false
		for sub := range since {
			if since[sub]++; since[sub] > 4 {
				delete(since, sub)
			}
		}
		for _, l := range program {
			if l.needs == w {
				since[w] = 0
			}
			n, seen := since[l.needs]
			switch {
			case l.needs != "" && !seen:
			case l.words > 0 && n == l.words && !strings.HasPrefix(w, "/"),
				l.behind != "" && strings.HasPrefix(last, l.behind) && !strings.HasPrefix(w, "/"):
				c.secretWord(start, stop, false)
			case l.glued != "" && strings.HasPrefix(w, l.glued) && len(w) > len(l.glued) && !speaksOfNothing(w[len(l.glued):]):
				c.mark(start+len(l.glued), stop)
			}
			for _, f := range l.flags {
				flag = flag || w == f && (l.needs == "" || seen)
			}
		}
		last = w
		if found := loginsOf()[base]; found != nil && (stop == len(c.s) || c.s[stop] != ',') {
			program, since = found, map[string]int{}
		}
	}
	c.piped(from, end)
}

// word is the next word of a line, without the quotes around it. A whole one may
// hold spaces between quotes; else a command in quotes is looked at in parts.
func (c *collector) word(at, end int, whole bool) (start, stop int) {
	for at < end {
		delim := quoteAt(c.s, at)
		if delim != "" && whole {
			start = at + len(delim)
			if stop = min(end, closing(c.s, start, delim)); stop > start {
				return start, stop
			}
		}
		if between := strings.IndexByte(" \t,\r[]{:", c.s[at]) >= 0 || !whole && strings.IndexByte(";)}", c.s[at]) >= 0; delim == "" && !between {
			return at, min(end, max(at+1, wordEnd(c.s, at)))
		}
		at += max(1, len(delim))
	}
	return end, end
}

// secretWord marks a word, or, of user:password and user%password, the password.
func (c *collector) secretWord(start, stop int, pair bool) {
	w := c.s[start:stop]
	if pair {
		if i := strings.IndexAny(w, ":%"); i >= 0 {
			if w[i+1:] == "" || digitsOnly(w[i+1:]) && digitsOnly(w[:i]) {
				return
			}
			start += i + 1
		} else if w == c.s[start:stop] && strings.HasPrefix(w, "-") {
			return
		}
	}
	// A lone backslash is the beginning of an escaped end of line.
	if w = c.s[start:stop]; w != "*" && w != `\` && !strings.HasPrefix(w, "-") && !speaksOfNothing(w) {
		c.markWord(start, stop)
	}
}

// piped marks the password in: echo PASSWORD | sudo -S.
func (c *collector) piped(from, end int) {
	line := c.s[from:end]
	pipe := strings.Index(line, "|")
	if pipe < 0 || !strings.Contains(line[pipe:], "sudo -S") && !strings.Contains(line[pipe:], "--password-stdin") {
		return
	}
	i := strings.LastIndex(line[:pipe], "echo ")
	if i < 0 {
		return
	}
	if start, stop := c.word(from+i+len("echo "), from+pipe, true); start < stop {
		c.secretWord(start, stop, false)
	}
}

// passwordFiles marks the passwords of .netrc and .pgpass, whose fields have no
// names or names without a separator.
func (c *collector) passwordFiles() {
	for _, i := range c.landmarks[atPassword] {
		c.netrc(i)
	}
	for n, port := range pgpassPorts {
		for _, i := range c.landmarks[atPort+n] {
			if c.hostBefore(i) {
				c.pgpass(i + len(port))
			}
		}
	}
}

// netrc marks the word behind "password" where "login" or "machine" stands on the
// same line or begins the one before.
func (c *collector) netrc(i int) {
	s, at := c.s, i+len("password")
	if i > 0 && !wordStart(s, i) || at >= len(s) || s[at] != ' ' && s[at] != '\t' {
		return
	}
	before := strings.ReplaceAll(s[max(0, i-400):i], `\n`, "\n")
	lines := strings.Split(strings.TrimRight(before, "\r"), "\n")
	here := lines[len(lines)-1]
	ok := strings.Contains(here, "login ") && strings.Contains(here, "machine ")
	if indent := strings.TrimLeft(here, "2> \t"); indent == "" && len(lines) > 1 {
		last := strings.TrimLeft(lines[len(lines)-2], "2> \t\"")
		ok = ok || strings.HasPrefix(last, "login ") || strings.HasPrefix(last, "machine ")
	}
	if !ok {
		return
	}
	at += len(s[at:]) - len(strings.TrimLeft(s[at:], " \t"))
	end := wordEnd(s, at)
	if w := s[at:end]; w != "" && w != "login" && !speaksOfNothing(strings.TrimRight(w, ".,:")) {
		c.markWord(at, end)
	}
}

// hostBefore reports whether a word that ends at i is a host and nothing else.
func (c *collector) hostBefore(i int) bool {
	from := i
	for from > 0 && i-from < 64 && (keyByte[c.s[from-1]] || c.s[from-1] == '*') {
		from--
	}
	return from < i && (from == 0 || strings.IndexByte(" \t\n\"'", c.s[from-1]) >= 0 || afterEscape(c.s, from+1))
}

// pgpass marks the last of host:port:database:user:password, whose database
// begins at i.
func (c *collector) pgpass(i int) {
	line := c.s[i:]
	line = line[:wordEnd(line[:min(len(line), 200)], 0)]
	parts := strings.SplitN(line, ":", 3)
	if len(parts) == 3 && parts[2] != "" && !strings.ContainsAny(line, "/") && parts[1] != "" && hexadecimal.run(parts[0]) < len(parts[0]) {
		c.mark(i+len(parts[0])+len(parts[1])+2, i+len(line))
	}
}
