package platforms

import (
	"encoding/base64"
	"strings"
)

// A urlForm is a way to write the marks of a URL: plain, percent-encoded inside
// another URL, with the slashes that some JSON writers escape.
type urlForm struct{ root, at, colon, ends string }

var urlForms = [...]urlForm{
	{"://", "@", ":", "/?#"},
	{"%3A%2F%2F", "%40", "%3A", "%&"},
	{"%3a%2f%2f", "%40", "%3a", "%&"},
	{`:\/\/`, "@", ":", `\?#`},
	{`:\\/\\/`, "@", ":", `\?#`},
}

// urls marks the user and the password of URLs.
func (c *collector) urls() {
	for n, f := range urlForms {
		for _, scheme := range c.landmarks[atRoot+n] {
			c.userinfo(f, scheme, scheme+len(f.root))
		}
	}
	c.webhooks()
}

// outside are the bytes that no URL holds.
var outside = newCharset(" \t\r\n\"'`<>|")

// userinfo marks what stands before the host of a URL whose authority begins at.
func (c *collector) userinfo(f urlForm, scheme, at int) {
	s := c.s
	end := at
	for end < len(s) && end-at < 1024 && !outside[s[end]] && !strings.HasPrefix(s[end:], `\n`) &&
		!strings.HasPrefix(s[end:], "://") {
		end++
	}
	authority := s[at:end]
	if strings.HasPrefix(authority, "[") {
		return // an IPv6 address, and then a port
	}
	host := strings.IndexAny(authority, f.ends)
	if f.root == "%3A%2F%2F" || f.root == "%3a%2f%2f" {
		host = encodedEnd(authority)
	}
	if host < 0 {
		host = len(authority)
	}
	sign := strings.LastIndex(authority[:host], f.at)
	colon := strings.Index(authority[:host], f.colon)
	if sign < 0 && colon > 0 && digitsOnly(authority[colon+len(f.colon):host]) {
		return // a port
	}
	if sign < 0 && colon >= 0 { // a password with a slash in it, or one that was wrapped
		sign = strings.LastIndex(authority, f.at)
		if sign < 0 {
			c.wrappedUserinfo(f, at, colon+len(f.colon), end)
			return
		}
	}
	if sign < 0 {
		return
	}
	colon = strings.Index(authority[:sign], f.colon)
	if colon < 0 {
		if user := authority[:sign]; len(user) >= 20 && looksToken(user) {
			c.mark(at, at+sign)
		}
		return
	}
	if password := authority[colon+len(f.colon) : sign]; speaksOfNothing(password) && password != "password" && password != "secret" {
		return
	}
	if userIsPrivate(s, scheme) && !knownUser(authority[:colon]) && !isReference(authority[:colon]) {
		c.mark(at, at+colon)
	}
	c.mark(at+colon+len(f.colon), at+sign)
}

// encodedEnd is where the authority of a percent-encoded URL ends: at %2F, %3F, %23.
func encodedEnd(s string) int {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '&' {
			return i
		}
		if s[i] == '%' && (s[i+1] == '2' && (s[i+2]|0x20 == 'f' || s[i+2] == '3') || s[i+1] == '3' && s[i+2]|0x20 == 'f') {
			return i
		}
	}
	return -1
}

// wrappedUserinfo marks a password that goes on in the next line.
func (c *collector) wrappedUserinfo(f urlForm, at, colon, end int) {
	from := end
	if strings.HasPrefix(c.s[from:], "\r") {
		from++
	}
	if !strings.HasPrefix(c.s[from:], "\n") {
		return
	}
	from++
	for from < len(c.s) && (c.s[from] == ' ' || c.s[from] == '\t') {
		from++
	}
	to := from
	for to < len(c.s) && to-from < 200 && strings.IndexByte(" \t\r\n\"'`<>|/", c.s[to]) < 0 {
		to++
	}
	if sign := strings.LastIndex(c.s[from:to], f.at); sign > 0 && at+colon < end {
		c.mark(at+colon, end)
		c.mark(from, from+sign)
	}
}

// userIsPrivate reports whether the user in a URL of this scheme is a person: of
// a web server or proxy. The user of a database is part of its name.
func userIsPrivate(s string, scheme int) bool {
	return strings.HasSuffix(s[:scheme], "http") || strings.HasSuffix(s[:scheme], "https") ||
		strings.HasPrefix(s[max(0, scheme-5):scheme], "socks")
}

// knownUser reports whether a user in a URL is a fixed word: the password is all
// there is to it.
func knownUser(name string) bool {
	switch name {
	case "", "git", "oauth2", "x-access-token", "x-oauth-basic", "x-token-auth", "gitlab-ci-token", "user", "username",
		"token", "root", "admin", "postgres", "anonymous", secretMark:
		return true
	}
	return false
}

// looksToken tells a token that stands for the user from a name.
func looksToken(user string) bool {
	return hexadecimal.run(user) == len(user) || strings.ContainsAny(user, digits) && !strings.ContainsAny(user, ".%")
}

func digitsOnly(s string) bool { return strings.Trim(s, digits) == "" }

// webhooks marks the part of an address that lets anybody post.
func (c *collector) webhooks() {
	for n, host := range webhookHosts {
		for _, i := range c.landmarks[atWebhook+n] {
			i += len(host)
			end := i
			for end < len(c.s) && (webSafe[c.s[end]] || c.s[end] == '/' || c.s[end] == '@') {
				end++
			}
			if end-i > 20 {
				c.markWrapped(i, end, webSafe, 0)
			}
		}
	}
}

// telegramID reports whether a name is the number of a Telegram bot, which
// stands before its token.
func telegramID(name string) bool {
	name = strings.TrimPrefix(name, "bot")
	return len(name) >= 8 && len(name) <= 11 && digitsOnly(name)
}

// telegram marks NUMBER:TOKEN, where the token has 35 bytes.
func (c *collector) telegram(colon int) int {
	end := colon + 1 + webSafe.run(c.s[colon+1:])
	if end-colon-1 != 35 {
		tail, tailEnd := nextLine(c.s, end)
		if n := webSafe.run(c.s[tail:tailEnd]); n == 0 || end-colon-1+n != 35 || end-colon-1 < 4 {
			return colon
		}
	}
	return c.markWrapped(colon+1, end, webSafe, 35) - 1
}

// dottedTokens marks tokens that are known by their parts: JSON web tokens,
// Discord's, those of Azure, Mailgun and Mailchimp.
func (c *collector) dottedTokens() {
	s := c.s
	done := 0
	for _, i := range c.landmarks[atWebToken] {
		if i >= done {
			done = c.webToken(i)
		}
	}
	for _, i := range c.landmarks[atAzure] {
		i += 2
		from := i - 2
		for from > 0 && i-from < 8 && (dotted[s[from-1]] || s[from-1] == '~') {
			from--
		}
		if run := dotted.run(s[i:]); i-from == 6 && run >= 31 {
			c.mark(from, i+run)
		}
	}
	for i := 23; i < len(s)-4; i++ {
		switch {
		case s[i] != '.' && s[i] != '-':
		case s[i] == '.' && i+8 < len(s) && (s[i+7] == '.' || s[i+8] == '.'):
			i = c.discord(i)
		case i >= 32 && s[i] == '-' && hexadecimal[s[i-1]] && hexadecimal[s[i-32]]:
			c.hexTriplet(i)
		}
	}
}

// webToken marks a JSON web token that begins at i: header.claims.signature.
func (c *collector) webToken(i int) int {
	end := i + dotted.run(c.s[i:])
	token := c.s[i:end]
	if strings.Count(token, ".") < 2 {
		tail, tailEnd := nextLine(c.s, end)
		if strings.Count(token+c.s[tail:tailEnd], ".") != 2 {
			return end
		}
		token += c.s[tail:tailEnd]
	}
	header, _, _ := strings.Cut(token, ".")
	if plain, err := base64.RawURLEncoding.DecodeString(header); err != nil || !strings.Contains(string(plain), `":`) {
		return end
	}
	return c.markWrapped(i, end, dotted, len(token))
}

// discord marks a token of Discord around its first dot: base64 of the number
// of an account, a time, a signature.
func (c *collector) discord(dot int) int {
	s, from := c.s, dot
	for from > 0 && dot-from < 30 && webSafe[s[from-1]] {
		from--
	}
	if dot-from < 23 || dot-from > 28 {
		return dot
	}
	middle := webSafe.run(s[dot+1:])
	if middle < 6 || middle > 7 || dot+1+middle >= len(s) || s[dot+1+middle] != '.' {
		return dot
	}
	last := dot + middle + 2
	end := last + webSafe.run(s[last:])
	plain, err := base64.RawStdEncoding.DecodeString(s[from:dot])
	if end-last < 27 || err != nil || !digitsOnly(string(plain)) {
		return dot
	}
	c.mark(from, end)
	return end - 1
}

// hexTriplet marks a key of Mailgun (32-8-8 hexadecimal digits) or Mailchimp (32
// digits and -us12) around its first dash.
func (c *collector) hexTriplet(dash int) {
	s, from := c.s, dash
	for from > 0 && dash-from <= 32 && hexadecimal[s[from-1]] {
		from--
	}
	if dash-from != 32 || from > 0 && alnum[s[from-1]] && !afterEscape(s, from) {
		return
	}
	rest := s[dash+1:]
	n := webSafe.run(rest)
	switch {
	case n == 17 && rest[8] == '-' && hexadecimal.run(rest) == 8 && hexadecimal.run(rest[9:]) == 8:
		c.mark(from, dash+1+n)
	case (n == 3 || n == 4) && rest[:2] == "us" && digitsOnly(rest[2:n]):
		c.mark(from, dash+1+n)
	}
}
