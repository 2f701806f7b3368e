package platforms

import (
	"strings"
	"sync"
)

// A shape is how a service writes its tokens: words that begin alike and go on
// at random.
type shape struct {
	prefix string
	body   *charset
	min    int  // bytes of the body, at least
	whole  bool // a letter or digit before the prefix makes it something else
	mixed  bool // the body has digits and letters beyond f; words have not
}

// A charset is the bytes that a token may hold.
type charset [256]bool

func newCharset(chars string) *charset {
	var c charset
	for i := 0; i < len(chars); i++ {
		c[chars[i]] = true
	}
	return &c
}

const (
	digits = "0123456789"
	lowers = "abcdefghijklmnopqrstuvwxyz"
	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

var (
	hexadecimal = newCharset(digits + "abcdefABCDEF")
	alnum       = newCharset(digits + lowers + uppers)
	upnum       = newCharset(digits + uppers)
	base64ish   = newCharset(digits + lowers + uppers + "+/=_-")
	webSafe     = newCharset(digits + lowers + uppers + "_-")
	dotted      = newCharset(digits + lowers + uppers + "_-.")
	dotted64    = newCharset(digits + lowers + uppers + "+/=_-.")
	crypted     = newCharset(digits + lowers + uppers + "./+=,$_-")
)

// shapes are the tokens that are known by sight. Prefixes and lengths as of
// 2026-11-21; a length is the shortest seen, because services lengthen their
// tokens without notice. Sources, read and not tried against the services:
//
//	GitHub      github.blog/changelog 2021-03-31, 2026-04-24 (ghs_ grows dots)
//	GitLab      docs.gitlab.com/security/tokens, token prefixes
//	Vercel      vercel.com/changelog/new-token-formats-and-secret-scanning
//	Netlify     answers.netlify.com/t/106146
//	Discord     sapphirejs.dev, TokenRegex; Rapptz/discord.py docs/token.rst
//	the rest    gitleaks config/gitleaks.toml 2026-07-22; kingfisher rules 2025-06-20
var shapes = []shape{
	{prefix: "ghp_", body: dotted, min: 36},
	{prefix: "gho_", body: dotted, min: 36},
	{prefix: "ghu_", body: dotted, min: 36},
	{prefix: "ghs_", body: dotted, min: 36},
	{prefix: "ghr_", body: dotted, min: 36},
	{prefix: "github_pat_", body: webSafe, min: 22},

	{prefix: "glpat-", body: dotted, min: 20},
	{prefix: "gloas-", body: webSafe, min: 20},
	{prefix: "gldt-", body: webSafe, min: 20},
	{prefix: "glrt-", body: dotted, min: 20},
	{prefix: "glrtr-", body: dotted, min: 20},
	{prefix: "glcbt-", body: dotted, min: 20},
	{prefix: "glptt-", body: webSafe, min: 20},
	{prefix: "glft-", body: webSafe, min: 20},
	{prefix: "glimt-", body: webSafe, min: 20},
	{prefix: "glagent-", body: webSafe, min: 20},
	{prefix: "glsoat-", body: webSafe, min: 20},
	{prefix: "glffct-", body: webSafe, min: 20},
	{prefix: "GR1348941", body: webSafe, min: 20},

	{prefix: "npm_", body: alnum, min: 36},
	{prefix: "pypi-", body: webSafe, min: 50},
	{prefix: "rubygems_", body: hexadecimal, min: 48},
	{prefix: "dckr_pat_", body: webSafe, min: 27},
	{prefix: "dckr_oat_", body: webSafe, min: 27},

	{prefix: "AKIA", body: upnum, min: 16, whole: true},
	{prefix: "ASIA", body: upnum, min: 16, whole: true},
	{prefix: "ABIA", body: upnum, min: 16, whole: true},
	{prefix: "ABSK", body: base64ish, min: 100, whole: true},
	{prefix: "AIza", body: webSafe, min: 35, whole: true},
	{prefix: "GOCSPX-", body: webSafe, min: 28},
	{prefix: "ya29.", body: dotted, min: 20, whole: true},
	{prefix: "1//0", body: webSafe, min: 30, whole: true, mixed: true},
	{prefix: "dop_v1_", body: hexadecimal, min: 64},
	{prefix: "doo_v1_", body: hexadecimal, min: 64},
	{prefix: "dor_v1_", body: hexadecimal, min: 64},
	{prefix: "HRKU-", body: webSafe, min: 40},
	{prefix: "fo1_", body: webSafe, min: 43, whole: true},
	{prefix: "fm1a_", body: base64ish, min: 60, whole: true},
	{prefix: "fm2_", body: base64ish, min: 60, whole: true},
	{prefix: "pul-", body: hexadecimal, min: 40, whole: true},
	{prefix: "dapi", body: hexadecimal, min: 32, whole: true},
	{prefix: "pscale_", body: dotted, min: 32, whole: true, mixed: true},
	{prefix: "sbp_", body: hexadecimal, min: 40, whole: true},
	{prefix: "sb_secret_", body: webSafe, min: 20, whole: true, mixed: true},
	{prefix: "tskey-", body: webSafe, min: 20, whole: true, mixed: true},
	{prefix: "hvs.", body: webSafe, min: 24, whole: true},
	{prefix: "hvb.", body: webSafe, min: 100, whole: true},
	{prefix: "nfp_", body: alnum, min: 36, whole: true},
	{prefix: "nfc_", body: alnum, min: 36, whole: true},
	{prefix: "nfo_", body: alnum, min: 36, whole: true},
	{prefix: "nfu_", body: alnum, min: 36, whole: true},
	{prefix: "nfb_", body: alnum, min: 36, whole: true},
	{prefix: "vcp_", body: webSafe, min: 24, whole: true, mixed: true},
	{prefix: "vci_", body: webSafe, min: 24, whole: true, mixed: true},
	{prefix: "vca_", body: webSafe, min: 24, whole: true, mixed: true},
	{prefix: "vcr_", body: webSafe, min: 24, whole: true, mixed: true},
	{prefix: "vck_", body: webSafe, min: 24, whole: true, mixed: true},

	{prefix: "xoxb-", body: webSafe, min: 20},
	{prefix: "xoxp-", body: webSafe, min: 20},
	{prefix: "xoxa-", body: webSafe, min: 20},
	{prefix: "xoxr-", body: webSafe, min: 20},
	{prefix: "xoxs-", body: webSafe, min: 20},
	{prefix: "xoxo-", body: webSafe, min: 20},
	{prefix: "xoxe-", body: webSafe, min: 20},
	{prefix: "xoxe.", body: dotted, min: 20},
	{prefix: "xapp-", body: webSafe, min: 20},
	{prefix: "mfa.", body: webSafe, min: 80, whole: true},

	{prefix: "sk_live_", body: alnum, min: 10},
	{prefix: "sk_test_", body: alnum, min: 10},
	{prefix: "rk_live_", body: alnum, min: 10},
	{prefix: "rk_test_", body: alnum, min: 10},
	{prefix: "whsec_", body: base64ish, min: 24},
	{prefix: "sq0csp-", body: webSafe, min: 43},
	{prefix: "sq0atp-", body: webSafe, min: 22},
	{prefix: "shpat_", body: hexadecimal, min: 30},
	{prefix: "shpca_", body: hexadecimal, min: 30},
	{prefix: "shppa_", body: hexadecimal, min: 30},
	{prefix: "shpss_", body: hexadecimal, min: 30},

	{prefix: "sk-or-v1-", body: hexadecimal, min: 64, whole: true},
	{prefix: "sk-", body: webSafe, min: 20, whole: true, mixed: true}, // OpenAI, Anthropic, OpenRouter
	{prefix: "gsk_", body: alnum, min: 50, whole: true},
	{prefix: "xai-", body: webSafe, min: 60, whole: true},
	{prefix: "pplx-", body: alnum, min: 48, whole: true},
	{prefix: "hf_", body: alnum, min: 34, whole: true},
	{prefix: "r8_", body: webSafe, min: 37, whole: true},
	{prefix: "nvapi-", body: webSafe, min: 64, whole: true},

	{prefix: "SG.", body: dotted, min: 60, whole: true},
	{prefix: "SK", body: hexadecimal, min: 32, whole: true}, // Twilio
	{prefix: "key-", body: alnum, min: 32, whole: true, mixed: true},
	{prefix: "xkeysib-", body: webSafe, min: 64},
	{prefix: "lin_api_", body: alnum, min: 40},
	{prefix: "ntn_", body: alnum, min: 40, whole: true},
	{prefix: "secret_", body: alnum, min: 43, whole: true},
	{prefix: "figd_", body: webSafe, min: 40, whole: true},
	{prefix: "PMAK-", body: webSafe, min: 50, whole: true},
	{prefix: "sntryu_", body: hexadecimal, min: 64},
	{prefix: "sntrys_", body: base64ish, min: 40},
	{prefix: "glc_", body: base64ish, min: 32, whole: true},
	{prefix: "glsa_", body: webSafe, min: 40, whole: true},
	{prefix: "phx_", body: webSafe, min: 43, whole: true},
	{prefix: "dt0c01.", body: dotted, min: 80, whole: true},
	{prefix: "CFPAT-", body: webSafe, min: 43},
	{prefix: "AKCp", body: alnum, min: 69, whole: true},
	{prefix: "sha256~", body: webSafe, min: 43, whole: true}, // OpenShift
	{prefix: "AGE-SECRET-KEY-1", body: upnum, min: 50},
	{prefix: "ops_eyJ", body: base64ish, min: 100},

	// Password hashes of crypt(5), which are as good as passwords to a guesser.
	{prefix: "$1$", body: crypted, min: 22},
	{prefix: "$5$", body: crypted, min: 40},
	{prefix: "$6$", body: crypted, min: 60},
	{prefix: "$y$", body: crypted, min: 40},
	{prefix: "$2a$", body: crypted, min: 50},
	{prefix: "$2b$", body: crypted, min: 50},
	{prefix: "$2y$", body: crypted, min: 50},
	{prefix: "$argon2", body: crypted, min: 40},

	// The same in base64: ghp_, github_pat_, glpat-, npm_, a JWT, a private key.
	{prefix: "Z2hwX", body: base64ish, min: 40, whole: true},
	{prefix: "Z2hvX", body: base64ish, min: 40, whole: true},
	{prefix: "Z2hzX", body: base64ish, min: 40, whole: true},
	{prefix: "Z2l0aHViX3BhdF", body: base64ish, min: 20, whole: true},
	{prefix: "Z2xwYXQt", body: base64ish, min: 20, whole: true},
	{prefix: "bnBtX", body: base64ish, min: 40, whole: true},
	{prefix: "ZXlK", body: base64ish, min: 80, whole: true},
	{prefix: "b3BlbnNzaC1rZXktdjE", body: base64ish, min: 20},
}

// A shapeIndex passes over nearly every position of a text after one look at two
// bytes: each first byte of a prefix has a bit, and second says which of these
// bytes a byte can follow.
type shapeIndex struct {
	first, second [256]uint64
	by            [256][]shape
}

var shapeTable = sync.OnceValue(func() *shapeIndex {
	var x shapeIndex
	bits := 0
	for _, s := range shapes {
		b := s.prefix[0]
		if x.by[b] == nil {
			x.first[b] = 1 << bits
			bits++
		}
		x.by[b] = append(x.by[b], s)
		x.second[s.prefix[1]] |= x.first[b]
	}
	return &x
})

// tokens marks the tokens that are known by sight.
func (c *collector) tokens() {
	s, x := c.s, shapeTable()
	for i := 0; i+8 < len(s); i++ {
		if x.first[s[i]]&x.second[s[i+1]] == 0 {
			continue
		}
		for k := range x.by[s[i]] {
			sh := &x.by[s[i]][k]
			if s[i+1] != sh.prefix[1] || !strings.HasPrefix(s[i:], sh.prefix) {
				continue
			}
			if end, ok := sh.match(s, i); ok {
				i = c.markWrapped(i, end, sh.body, len(sh.prefix)+sh.min) - 1
				break
			}
		}
	}
	c.dottedTokens()
}

// match reports where a token of this shape ends whose prefix is at i: at the end
// of the line when the rest of it is on the next.
func (sh *shape) match(s string, i int) (end int, ok bool) {
	if sh.whole && !wordStart(s, i) {
		return 0, false
	}
	from := i + len(sh.prefix)
	end = from + sh.body.run(s[from:])
	for end > from && s[end-1] == '.' { // the end of a sentence
		end--
	}
	body := s[from:end]
	if len(body) < sh.min {
		tail, tailEnd := nextLine(s, end)
		n := sh.body.run(s[tail:tailEnd])
		if len(body) < 4 || len(body)+n < sh.min ||
			len(body)+n > sh.min && (tail+n != tailEnd || !strings.ContainsAny(s[tail:tailEnd], digits) || sh.mixed && !looksRandom(s[tail:tailEnd])) {
			return 0, false
		}
		body += s[tail : tail+n]
	}
	if sh.mixed && !looksMixed(body) {
		return 0, false
	}
	if sh.prefix[1] != 'G' && sh.body == upnum && len(body) != sh.min {
		return 0, false // an AWS key id within longer capitals is something else
	}
	return end, true
}

// run is how many bytes at the beginning of s the charset holds.
func (cs *charset) run(s string) int {
	n := 0
	for n < len(s) && cs[s[n]] {
		n++
	}
	return n
}

// looksMixed tells random bytes from words, versions and digests.
func looksMixed(body string) bool {
	var digit, letter bool
	for i := 0; i < len(body); i++ {
		b := body[i]
		digit = digit || b >= '0' && b <= '9'
		letter = letter || b >= 'g' && b <= 'z' || b >= 'G' && b <= 'Z'
	}
	return digit && letter
}

// wordStart reports whether a word can begin at i: after anything but a letter
// or digit, or after an escape (\n, %3D, \u003d), which ends in one.
func wordStart(s string, i int) bool {
	return i == 0 || !alnum[s[i-1]] || afterEscape(s, i)
}

// afterEscape reports whether an escape sequence ends before i.
func afterEscape(s string, i int) bool {
	switch {
	case i >= 2 && s[i-2] == '\\' && strings.IndexByte("nrt", s[i-1]) >= 0:
		return true
	case i >= 3 && s[i-3] == '%' && hexadecimal.run(s[i-2:i]) == 2:
		return true
	case i >= 6 && s[i-6] == '\\' && s[i-5] == 'u' && hexadecimal.run(s[i-4:i]) == 4:
		return true
	}
	return false
}
