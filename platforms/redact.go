package platforms

import (
	"strings"
	"sync"
)

// An Identity is what would give away who owns a machine. Empty fields are not
// looked for.
type Identity struct {
	OS       OS
	Home     string   // the home directory as the system writes it
	User     string   // the account; DOMAIN\name is taken apart
	Hostname string   // with or without a domain
	FullName string   // of the account database, or git's user.name
	Emails   []string // of the account: git's user.email, npm's email
	Others   []string // more names of people: of the Windows account around a WSL, of accounts at code hosts
}

// A Redactor hides private things in text that leaves the machine. There are
// four levels; each hides what the one before it hides:
//
//   - [Redactor.Secrets] tokens, passwords, credentials in URLs, private keys;
//   - [Redactor.Screen] writes home so that printed commands still work;
//   - [Redactor.Report] replaces user, host and e-mail;
//   - [Redactor.Bundle] replaces them and keeps the shape of home as well, so that
//     a check comes to the same verdict.
//
// Redacting twice changes nothing. Redact before cutting a text: half a secret
// is not known by sight. A Redactor is safe for concurrent use, and the stand-in
// for a name does not depend on what was redacted before, unless two names that
// the identity does not hold have the same shape and fall on the same place.
type Redactor struct {
	id       Identity
	windows  bool
	homes    string // the name of the directory that holds the homes: home, Users
	names    *standIns
	haystack *haystack
}

// NewRedactor prepares to hide an identity.
func NewRedactor(id Identity) *Redactor {
	r := &Redactor{id: id, windows: id.OS == Windows}
	r.names = &standIns{
		salt:  strings.Join(append(append([]string{id.Home, id.User, id.Hostname, id.FullName}, id.Emails...), id.Others...), "\x00"),
		given: map[string]string{},
		taken: map[string]bool{},
		exact: map[string]string{},
	}
	r.haystack = &haystack{}
	parent, base := r.splitHome()
	r.homes = parent
	domain, user, two := strings.Cut(id.User, `\`)
	if !two {
		domain, user = "", id.User
	}
	r.hide(base, true)
	r.hide(user, true)
	r.hide(domain, false)
	r.hide(id.FullName, false)
	for part := range strings.FieldsSeq(id.FullName) {
		if !alsoTools()[strings.ToLower(part)] {
			r.hide(part, false)
		}
	}
	for _, name := range id.Others {
		r.hide(name, true)
	}
	r.hide(id.Hostname, false)
	host, _, _ := strings.Cut(id.Hostname, ".")
	r.hide(host, false)
	for _, mail := range id.Emails {
		if local, _, ok := strings.Cut(mail, "@"); ok && len(local) > 4 {
			r.hide(local, false)
		}
	}
	r.hideShort(base)
	return r
}

// splitHome is the last two elements of the home directory.
func (r *Redactor) splitHome() (parent, base string) {
	home := strings.TrimRight(strings.ReplaceAll(r.id.Home, `\`, "/"), "/")
	if !r.windows {
		home = strings.TrimRight(r.id.Home, "/")
	}
	i := strings.LastIndexByte(home, '/')
	if i < 0 {
		return "", ""
	}
	return home[strings.LastIndexByte(home[:i], '/')+1 : i], home[i+1:]
}

// hide adds a name to what is looked for. A common word is looked for only where
// accounts are named, and not at all when it names no account.
func (r *Redactor) hide(name string, account bool) {
	name = strings.TrimSpace(name)
	weak := isWeak(name)
	if name == "" || isStandIn(name) || weak && !account {
		return
	}
	r.names.introduce(name)
	r.haystack.add(needle{text: name, weak: weak})
	if weak || alnum.run(name) == len(name) {
		return
	}
	r.haystack.add(needle{text: decomposed(name), stand: decomposedStand(name, r.names.of(name))})
	for _, write := range spellings {
		for _, n := range [...]string{name, strings.ToLower(name), strings.ToUpper(name)} {
			if text := write(n); text != n {
				r.haystack.add(needle{text: text, stand: write(r.names.of(n))})
			}
		}
	}
}

// hideShort adds the 8.3 name that Windows gives a directory such as
// C:\Users\Anna Müller: ANNAMU~1.
func (r *Redactor) hideShort(base string) {
	if !r.windows || isWeak(base) || isStandIn(base) || len(base) <= 8 && !strings.ContainsAny(base, " .+,;=[]") {
		return
	}
	for _, write := range [...]func(string) string{shortName, func(s string) string { return shortName(plainLetters(s)) }} {
		text := write(base)
		r.haystack.add(needle{text: text, short: coded(lowered(text), 0, alphabet)})
	}
}

// Secrets hides what nobody but the learner may know.
func (r *Redactor) Secrets(s string) string { return hideSecrets(s) }

// Report hides secrets, the home directory as ~ or %USERPROFILE%, and the names
// of user, host and e-mail: for JSON and evidence.
func (r *Redactor) Report(s string) string {
	return r.hideNames(r.shortHome(hideSecrets(s), everywhere))
}

// Bundle hides secrets, and replaces every private name by a stand-in of the same
// length and shape: for a snapshot that somebody else replays.
func (r *Redactor) Bundle(s string) string { return r.hideNames(hideSecrets(s)) }

func (r *Redactor) hideNames(s string) string {
	return r.strangers(r.nameless(r.persons(r.mails(s))))
}

// Query is q with its words hidden by a level, such as r.Bundle; the verb stays.
func (r *Redactor) Query(level func(string) string, q Query) Query {
	hidden, err := ParseQuery(level(q.String()))
	if err == nil && len(hidden.Args) == len(q.Args) && len(hidden.Env) == len(q.Env) && (hidden.Dir == "") == (q.Dir == "") {
		hidden.Verb = q.Verb
		return hidden
	}
	hidden = Query{Verb: q.Verb}
	if q.Dir != "" {
		hidden.Dir = level(q.Dir)
	}
	for _, e := range q.Env {
		hidden.Env = append(hidden.Env, level(e))
	}
	for _, a := range q.Args {
		hidden.Args = append(hidden.Args, level(a))
	}
	return hidden
}

// Answer is the answer to q hidden by a level. It knows more than the level
// itself, because a query may say what its answer is: the value of GITHUB_TOKEN
// has no name before it.
func (r *Redactor) Answer(level func(string) string, q Query, a Answer) Answer {
	a.Stderr = level(a.Stderr)
	name, ok := asksFor(q)
	head := ""
	if kind, value, ok := strings.Cut(a.Text, " "); ok && q.Verb == "reg" {
		head, a.Text = kind+" ", value
	}
	switch {
	case ok && isSecretName(name) && !speaksOfNothing(strings.TrimSpace(a.Text)):
		a.Text = secretMark + a.Text[len(strings.TrimRight(a.Text, "\r\n")):]
	case ok && isAccountName(name):
		a.Text = strings.TrimPrefix(level("USER="+a.Text), "USER=")
	case ok && isAddressName(name):
		a.Text = r.addresses(a.Text)
	case ok && isPersonName(name):
		a.Text = strings.TrimPrefix(level("user.name="+a.Text), "user.name=")
	case q.Verb == "account":
		a.Text = r.account(level, a.Text)
	case q.Verb == "credentials":
		a.Text = credentials(level, a.Text)
	case q.Verb == "list" && len(q.Args) == 1:
		a.Text = r.listed(level, q.Args[0], a.Text)
	default:
		a.Text = level(a.Text)
	}
	a.Text = head + a.Text
	return a
}

// account hides the account's name, and the group of that name which Linux gives
// to each account. Groups that grant something keep theirs: it is a finding.
func (r *Redactor) account(level func(string) string, text string) string {
	own := strings.TrimPrefix(level("USER="+r.id.User), "USER=")
	var b strings.Builder
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		last := len(words) - 1
		switch {
		case last < 1 || words[last] != r.id.User:
			b.WriteString(level(line))
		case words[0] == "name", (words[0] == "group" || words[0] == "listed") && words[last] != "docker" && words[last] != "sudo":
			b.WriteString(strings.Join(append(words[:last], own), " ") + "\n")
		default:
			b.WriteString(level(line))
		}
	}
	return b.String()
}

// credentials hides whose each saved login is.
func credentials(level func(string) string, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		target, user, ok := strings.Cut(strings.TrimRight(line, "\n"), " ")
		b.WriteString(level(target))
		if ok {
			b.WriteString(" " + strings.TrimPrefix(level("USER="+user), "USER="))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// asksFor is the name of the setting whose value alone answers a query.
func asksFor(q Query) (name string, ok bool) {
	if len(q.Args) == 0 {
		return "", false
	}
	last := q.Args[len(q.Args)-1]
	switch q.Verb {
	case "env", "session", "reg":
		return last, true
	case "run":
		for _, a := range q.Args[:len(q.Args)-1] {
			switch a {
			case "--get", "--get-all", "get", "printenv", "config", "-un", "whoami":
				return last[strings.LastIndexAny(last, "/:")+1:], true
			}
		}
		if last == "whoami" || len(q.Args) == 2 && q.Args[0] == "id" && last == "-un" || last == "logname" {
			return "USER", true
		}
	}
	return "", false
}

func isSecretName(name string) bool {
	switch classify(name) {
	case secretKey, pairKey:
		return true
	case softKey:
		return !strings.HasSuffix(strings.ToUpper(name), "OLDPWD") && !strings.EqualFold(name, "pwd")
	}
	return strings.HasSuffix(strings.ToLower(name), "extraheader")
}

func isAccountName(name string) bool {
	switch strings.ToUpper(name) {
	case "USER", "USERNAME", "LOGNAME", "SUDO_USER":
		return true
	}
	return false
}

// isAddressName reports whether a variable says from where somebody came by ssh.
func isAddressName(name string) bool { return name == "SSH_CONNECTION" || name == "SSH_CLIENT" }

// addresses puts stand-ins in the place of a line's network addresses. Its ports stay.
func (r *Redactor) addresses(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		if strings.ContainsAny(w, ".:") {
			words[i] = r.names.of(w)
		}
	}
	return strings.Join(words, " ")
}

func isPersonName(name string) bool {
	for _, key := range personKeys {
		if strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

// listed hides the names in a directory, which are elements of paths without
// their path.
func (r *Redactor) listed(level func(string) string, dir, text string) string {
	sep := "/"
	if strings.Contains(dir, `\`) {
		sep = `\`
	}
	dir = strings.TrimRight(dir, `/\`) + sep
	var out strings.Builder
	for line := range strings.Lines(text) {
		name := strings.TrimRight(line, "\r\n")
		hidden := level(dir + name)
		out.WriteString(hidden[strings.LastIndex(strings.TrimRight(hidden, `/\`), sep)+1:])
		out.WriteString(line[len(name):])
	}
	return out.String()
}

// onceSet is the set of the words in a text, made when it is first asked for.
func onceSet(words string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(words) {
			set[w] = true
		}
		return set
	})
}
