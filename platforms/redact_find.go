package platforms

import (
	"math/bits"
	"strings"
	"sync"
)

// A finder looks for up to 64 words in one pass over a text. Each word has a bit;
// for each byte the tables hold the words that have it in first, second and third
// place, so that nearly every position is passed over after a look at two bytes.
type finder struct {
	words                []string
	first, second, third [256]uint64
}

// newFinder makes a finder of words of two bytes or more.
func newFinder(words ...string) *finder {
	if len(words) > 64 {
		panic("a finder holds 64 words")
	}
	f := &finder{words: words}
	for n, w := range words {
		bit := uint64(1) << n
		f.first[w[0]] |= bit
		f.second[w[1]] |= bit
		for b := range f.third {
			if len(w) == 2 || w[2] == byte(b) {
				f.third[b] |= bit
			}
		}
	}
	return f
}

// next is the first position from i on where any of the words stands, and the bits
// of those that do; no bits when there is none.
func (f *finder) next(s string, i int) (at int, found uint64) {
	for ; i+1 < len(s); i++ {
		found = f.first[s[i]] & f.second[s[i+1]]
		if found == 0 {
			continue
		}
		if i+2 < len(s) {
			found &= f.third[s[i+2]]
		}
		for left := found; left != 0; left &= left - 1 {
			if n := bits.TrailingZeros64(left); !strings.HasPrefix(s[i:], f.words[n]) {
				found &^= 1 << n
			}
		}
		if found != 0 {
			return i, found
		}
	}
	return len(s), 0
}

// each calls do for every place of every word, from left to right.
func (f *finder) each(s string, do func(word, at int)) {
	for i, found := f.next(s, 0); found != 0; i, found = f.next(s, i+1) {
		for ; found != 0; found &= found - 1 {
			do(bits.TrailingZeros64(found), i)
		}
	}
}

// landmarks are what the steps of a collector begin at, other than by single bytes.
const (
	atRoot      = iota // the first of the urlForms
	atWebhook   = atRoot + len(urlForms)
	atWebToken  = atWebhook + len(webhookHosts)
	atAzure     = atWebToken + 1
	atKey       = atAzure + 1
	atKeyEnd    = atKey + 1
	atPuttyKey  = atKeyEnd + 1
	atPassword  = atPuttyKey + 1
	atPort      = atPassword + 1
	allLandmark = atPort + len(pgpassPorts)
)

var (
	webhookHosts = [...]string{"hooks.slack.com/", "/api/webhooks/", ".webhook.office.com/"}
	pgpassPorts  = [...]string{":5432:", ":*:", ":6543:", ":5433:"}
)

var landmarkFinder = sync.OnceValue(func() *finder {
	words := make([]string, 0, allLandmark)
	for _, f := range urlForms {
		words = append(words, f.root)
	}
	words = append(words, webhookHosts[:]...)
	words = append(words, "eyJ", "Q~", "-----BEGIN ", "-----END ", "Private-Lines: ", "password")
	return newFinder(append(words, pgpassPorts[:]...)...)
})

// survey notes where the landmarks stand.
func (c *collector) survey() {
	landmarkFinder().each(c.s, func(word, at int) { c.landmarks[word] = append(c.landmarks[word], at) })
}
