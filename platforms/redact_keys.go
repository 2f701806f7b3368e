package platforms

import (
	"strings"
	"sync"
)

// A keyKind is what the name of a setting says about its value.
type keyKind int

const (
	harmless  keyKind = iota
	secretKey         // the value is secret
	softKey           // secret where it is clearly assigned: pass, pwd, pat
	headerKey         // Authorization: a scheme, then a secret
	cookieKey         // everything behind it is secret
	proxyKey          // may hold user:password@host without a scheme
	pairKey           // base64 of user:password
	queryKey          // secret in the query of a URL: sig, key, code
)

// classify reads the name of a setting, such as NPM_TOKEN, db.password,
// --client-secret or //registry.example/:_authToken.
func classify(name string) keyKind {
	name = strings.TrimLeft(name, "-$")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) < 3 || len(name) > 64 || !mayTell(name) {
		return harmless
	}
	var (
		kind       keyKind
		prev, part [24]byte
		prevN, n   int
		first      = true
		denied     bool
	)
	flush := func() bool {
		if n == 0 {
			return true
		}
		word := string(part[:n]) // stays on the stack: it does not escape
		if first && deniedFirst(word) {
			return false
		}
		if denied = deniedLast(word); !denied {
			if k := wordKind(string(prev[:prevN]), word); k != harmless && kind != secretKey {
				kind = k
			}
		}
		prev, prevN, n, first = part, n, 0, false
		return true
	}
	for i := 0; i < len(name); i++ {
		b := name[i]
		upper := b >= 'A' && b <= 'Z'
		if !alnum[b] || b <= '9' || upper && i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
			if !flush() {
				return harmless
			}
		}
		if b <= '9' || !alnum[b] {
			continue
		}
		if upper {
			b += 'a' - 'A'
		}
		if n < len(part) {
			part[n] = b
			n++
		}
	}
	if !flush() || denied {
		return harmless
	}
	return inContext(kind, name, string(prev[:prevN]))
}

// inContext is what a kind comes to in the whole name, whose last word is last.
func inContext(kind keyKind, name, last string) keyKind {
	switch kind {
	case pairKey: // _auth and auth, not SSH_AUTH_SOCK and always-auth
		if !strings.EqualFold(strings.Trim(name, "_"), last) {
			return harmless
		}
	case cookieKey:
		if n := strings.ToLower(name); n != "cookie" && n != "set-cookie" && n != "ncookie" {
			return harmless
		}
	case proxyKey:
		if last != "proxy" {
			return harmless
		}
	}
	return kind
}

// stems are the letters of words that a telling name has at least one of.
var stems = sync.OnceValue(func() (masks []uint32) {
	for _, w := range [...]string{"pass", "token", "secret", "key", "auth", "pwd", "pat", "psk", "jwt", "ident", "sas", "otp",
		"kennwort", "cookie", "proxy", "sig", "code", "credential"} {
		masks = append(masks, letters(w))
	}
	return masks
})

// letters is the set of the letters in a word, a bit for each.
func letters(word string) (set uint32) {
	for i := 0; i < len(word); i++ {
		if b := word[i] | 0x20; b >= 'a' && b <= 'z' {
			set |= 1 << (b - 'a')
		}
	}
	return set
}

// mayTell passes over most names without a look at their words.
func mayTell(name string) bool {
	set := letters(name)
	for _, stem := range stems() {
		if set&stem == stem {
			return true
		}
	}
	return false
}

// wordKind is what one word of a name says, behind the word prev.
func wordKind(prev, word string) keyKind {
	switch word {
	case "pass", "pwd", "pat", "psk", "passwd":
		return softKey
	case "ident":
		if prev == "auth" { // npmAuthIdent of Yarn
			return secretKey
		}
	case "jwt", "sharedaccesssignature", "sas", "otp", "passwort", "kennwort":
		return secretKey
	case "authorization", "nauthorization":
		return headerKey
	case "cookie", "ncookie":
		return cookieKey
	case "proxy":
		return proxyKey
	case "auth":
		return pairKey
	case "sig", "signature", "code", "credential":
		return queryKey
	case "key":
		switch prev {
		case "api", "access", "secret", "private", "account", "auth", "encryption", "encrypt", "signing", "master",
			"shared", "storage", "license", "service", "app", "consumer", "client", "deploy", "session", "subscription",
			"webhook", "server", "admin", "write", "read", "preshared":
			return secretKey
		}
		return queryKey
	}
	for _, end := range [...]string{
		"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey",
		"accountkey", "authkey",
	} {
		if strings.HasSuffix(word, end) {
			return secretKey
		}
	}
	return harmless
}

// deniedFirst are words at the beginning of a name whose value is no secret:
// max_token, no-password.
func deniedFirst(word string) bool {
	switch word {
	case "max", "min", "num", "no", "total", "is", "has", "disable", "allow", "require", "missing", "unexpected",
		"invalid", "show", "hide", "ask", "public", "nopasswd":
		return true
	}
	return false
}

// deniedLast are words at the end of a name that speak about a secret without
// being one: token_type, GITHUB_TOKEN_FILE, tokenUri.
func deniedLast(word string) bool {
	switch word {
	case "file", "files", "path", "paths", "dir", "type", "types", "helper", "url", "uri", "endpoint", "name", "names",
		"id", "ids", "ttl", "expiry", "expires", "expiration", "expire", "length", "len", "policy", "manager", "store",
		"provider", "cmd", "command", "prompt", "algorithm", "alg", "issuer", "audience", "count", "limit", "usage",
		"scope", "scopes", "env", "var", "variable", "size", "enabled", "required", "header", "headers", "field",
		"kind", "format", "version", "status", "timeout", "sock", "socket", "stdin", "authentication", "module",
		"class", "list", "hint", "strength", "at", "age", "days", "fd", "source", "parser", "generator", "validator",
		"handler", "regex", "pattern", "position", "line", "column", "index", "location", "user", "username", "email",
		"host", "port", "mode", "method", "min", "max", "encryption":
		return true
	}
	return false
}

// speaksOfNothing reports whether the value of a secret setting gives nothing
// away: empty, a word that says whether there is one, a reference to a variable,
// a version, a place.
func speaksOfNothing(value string) bool {
	value = strings.Trim(value, `"'`)
	if len(value) <= len("(protected)") && saysNothing(value) || strings.Trim(value, "*") == "" {
		return true
	}
	if isReference(value) || isVersion(value) || isPlace(value) {
		return true
	}
	return value[0] == '<' && value[len(value)-1] == '>' || strings.HasPrefix(value, "id=") // docker build --secret
}

// saysNothing reports whether a value is one of the words, of at most 11 bytes, that
// stand where no secret is.
func saysNothing(value string) bool {
	switch strings.ToLower(value) {
	case "", "true", "false", "yes", "no", "none", "null", "nil", "undefined", "0", "1", "on", "off", "never", "always",
		"required", "optional", "missing", "set", "unset", "unknown", "expired", "invalid", "latest", "next", "inherit",
		"string", "str", "number", "boolean", "any", "text", "value", "token", "password", "secret", "(protected)",
		"(hidden)", "[hidden]", "[redacted]", "<redacted>", "<hidden>", "prompt", "stdin", "|", ">", "&&", "||", "-",
		"to", "with", "and", "or", "is", "for", "in", "flag", "option", "from", "the", "a", "instead", "not", "was", "#", "...", "…",
		secretMark:
		return true
	}
	return false
}

// isReference reports whether a value names a variable or a call.
func isReference(v string) bool {
	for _, open := range [...]string{"${", "$(", "{{", "$env:", "process.env", "os.environ", "os.getenv", "env."} {
		if strings.HasPrefix(v, open) {
			return true
		}
	}
	if len(v) > 3 && v[0] == '$' {
		name, _, path := strings.Cut(v[1:], "/")
		return strings.Trim(name, uppers+"_") == "" || path && alnum.run(name) == len(name)
	}
	return len(v) > 3 && v[0] == '%' && v[len(v)-1] == '%' && strings.Trim(v[1:len(v)-1], uppers+"_") == ""
}

// isVersion reports whether a value is a version or a range of one, as in the
// dependencies of a package that is called token.
func isVersion(v string) bool {
	v = strings.TrimLeft(v, "^~<>=v ")
	return strings.Count(v, ".") >= 1 && len(v) < 30 && v[0] >= '0' && v[0] <= '9' &&
		strings.Trim(strings.SplitN(v, "-", 2)[0], digits+".x") == "" || strings.HasPrefix(v, "workspace:")
}

// isPlace reports whether a value is a path.
func isPlace(v string) bool {
	if len(v) > 2 && (v[1] == ':' && (v[2] == '\\' || v[2] == '/') || v[:2] == "~/" || v[:2] == "./") {
		return true
	}
	if len(v) < 3 || v[0] != '/' {
		return false
	}
	root, _, deep := strings.Cut(v[1:], "/")
	switch root {
	case "home", "Users", "usr", "etc", "var", "opt", "tmp", "run", "root", "mnt", "srv", "proc", "dev", "private",
		"Applications", "Library", "Volumes", "nix", "snap", "bin", "workspaces":
		return deep
	}
	return false
}
