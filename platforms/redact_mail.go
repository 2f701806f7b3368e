package platforms

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// mails replaces e-mail addresses, and the name before one in angle brackets.
func (r *Redactor) mails(s string) string {
	var edits collector
	edits.s = s
	for _, sign := range [...]string{"@", "%40"} {
		for i := 0; ; {
			n := strings.Index(s[i:], sign)
			if n < 0 {
				break
			}
			i += n
			r.mail(&edits, i, i+len(sign))
			i += len(sign)
		}
	}
	return edits.replaced()
}

// mail marks the address around a sign that stands at s[sign:behind].
func (r *Redactor) mail(edits *collector, sign, behind int) {
	s := edits.s
	from := localStart(s, sign)
	end := behind + domainEnd(s[behind:])
	for end > behind && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	local, domain := s[from:sign], s[behind:end]
	if local == "" || fixedLocals()[strings.ToLower(local)] || !isDomain(domain) {
		return
	}
	if at := strings.LastIndexByte(s[max(0, from-20):from], '\\'); at >= 0 && from-1 == at+max(0, from-20) && from > 1 && s[from-2] == ':' {
		return // C:\name@host
	}
	edits.markAs(from, sign, r.names.of(local))
	if remote(s, from, end) {
		return // ssh://anna@host/, anna@host:repo.git: the host is a finding
	}
	edits.markAs(behind, end, r.domain(domain))
	if from > 0 && s[from-1] == '<' {
		r.personBefore(edits, from-1)
	}
}

// localStart is where the local part of an address begins that ends at sign.
func localStart(s string, sign int) int {
	from := sign
	for from > 0 && sign-from < 64 {
		b := s[from-1]
		if b >= utf8.RuneSelf {
			r, n := utf8.DecodeLastRuneInString(s[:from])
			if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
				break
			}
			from -= n
		} else if alnum[b] || strings.IndexByte("._+-", b) >= 0 {
			from--
		} else {
			break
		}
	}
	for from < sign && strings.IndexByte("._+-", s[from]) >= 0 {
		from++
	}
	return skipEscape(s, from, sign)
}

// skipEscape moves from behind the letters of an escape sequence: \n, \u003c, %3C.
func skipEscape(s string, from, end int) int {
	for _, n := range [...]int{1, 2, 5} {
		if from+n < end && afterEscape(s, from+n) && (s[from-1] == '\\' || s[from-1] == '%') {
			return from + n
		}
	}
	return from
}

func domainEnd(s string) int {
	n := 0
	for n < len(s) && n < 253 && (alnum[s[n]] || s[n] == '.' || s[n] == '-') {
		n++
	}
	return n
}

// isDomain tells a domain from what else stands behind an @: a version
// (pnpm@9.1.0), a range, a unit of systemd, a file.
func isDomain(d string) bool {
	labels := strings.Split(d, ".")
	top := labels[len(labels)-1]
	if len(labels) < 2 || len(top) < 2 || strings.Trim(strings.ToLower(top), lowers) != "" {
		return false
	}
	switch strings.ToLower(top) {
	case "service", "socket", "timer", "target", "mount", "slice", "scope", "device", "png", "jpg", "jpeg", "gif", "svg",
		"webp", "ico", "js", "mjs", "cjs", "jsx", "ts", "tsx", "json", "css", "html", "txt", "tgz", "gz", "exe", "dll",
		"dylib", "log", "lock", "yml", "yaml", "toml":
		return false
	}
	first := strings.TrimPrefix(labels[0], "v")
	if first != "" && digitsOnly(first) {
		return len(labels) == 2 && len(labels[0]) >= 3 && fixedDomain()[strings.ToLower(d)]
	}
	return !slices.Contains(labels, "")
}

// remote reports whether s[from:end] is the user and host of a URL or of an ssh
// remote.
func remote(s string, from, end int) bool {
	if strings.HasSuffix(s[:from], "://") || strings.HasSuffix(s[:from], "%3A%2F%2F") {
		return true
	}
	return end+1 < len(s) && s[end] == ':' && (alnum[s[end+1]] || strings.IndexByte("/~_", s[end+1]) >= 0)
}

// domain is the stand-in for a mail domain, label by label; what follows the
// last dot stays.
func (r *Redactor) domain(d string) string {
	if fixedDomain()[strings.ToLower(d)] {
		return d
	}
	labels := strings.Split(d, ".")
	for i := range labels[:len(labels)-1] {
		labels[i] = r.names.of(labels[i])
	}
	return strings.Join(labels, ".")
}

// personBefore marks the name in: Anna Müller <anna@...>.
func (r *Redactor) personBefore(edits *collector, bracket int) {
	s, end := edits.s, bracket
	for end > 0 && s[end-1] == ' ' {
		end--
	}
	from := end
	for from > 0 && end-from < 80 && strings.IndexByte("\n\r\t\"=:;,(|<>[]{}", s[from-1]) < 0 {
		from--
	}
	for from < end && s[from] == ' ' {
		from++
	}
	if from > 0 && s[from-1] == '\\' { // \nAnna
		return
	}
	if name := s[from:end]; name != "" && strings.Count(name, " ") < 5 && !commonWord(name) {
		edits.markAs(from, end, r.names.of(name))
	}
}

// personKeys are the settings of git and npm that hold the name of a person.
var personKeys = [...]string{"user.name", "author.name", "committer.name", "init-author-name", "init.author.name"}

const personSection = "[user]"

var personFinder = sync.OnceValue(func() *finder { return newFinder(append(personKeys[:], personSection)...) })

// persons replaces the names that git and npm know a person by.
func (r *Redactor) persons(s string) string {
	edits := collector{s: s}
	personFinder().each(s, func(word, at int) {
		switch {
		case word == len(personKeys):
			r.personSection(&edits, at+len(personSection))
		case at == 0 || s[at-1] == '\n' || s[at-1] == '"' || s[at-1] == ' ':
			r.person(&edits, at+len(personKeys[word]))
		}
	})
	return edits.replaced()
}

// personSection marks the name in a section of ~/.gitconfig that begins at i.
func (r *Redactor) personSection(edits *collector, i int) {
	section := edits.s[i:min(len(edits.s), i+1000)]
	if next := strings.Index(section, "\n["); next >= 0 {
		section = section[:next]
	}
	for line := range strings.Lines(section) {
		if key := strings.TrimLeft(line, " \t"); strings.HasPrefix(key, "name") {
			r.person(edits, i+len(line)-len(key)+len("name"))
		}
		i += len(line)
	}
}

// person marks the value of a setting whose name ends at i.
func (r *Redactor) person(edits *collector, i int) {
	rest := edits.s[i:lineEnd(edits.s, i, len(edits.s))]
	value := strings.TrimLeft(rest, ` "`)
	value, ok := strings.CutPrefix(value, "=")
	if !ok && !strings.HasPrefix(rest, " ") {
		return
	}
	value = strings.TrimLeft(value, ` "`)
	i += len(rest) - len(value)
	if quote := strings.IndexByte(value, '"'); quote >= 0 {
		value = value[:quote]
	}
	if value != "" && !strings.HasPrefix(value, "-") {
		edits.markAs(i, i+len(value), r.names.of(value))
	}
}
