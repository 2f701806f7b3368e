package platforms

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A finder sees each word wherever strings.Index does, also at the ends of a text,
// within other words and over one another.
func TestFinder(t *testing.T) {
	words := []string{"ab", "abc", "b:", ":*:", "*:*", "Q~", "-----END "}
	f := newFinder(words...)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteString([]string{"a", "b", "c", ":", "*", "Q", "~", "-", "-----END ", "ä"}[rng.IntN(10)])
		}
		s := b.String()
		got := make([][]int, len(words))
		f.each(s, func(word, at int) { got[word] = append(got[word], at) })
		for n, w := range words {
			var want []int
			for i := range s {
				if strings.HasPrefix(s[i:], w) {
					want = append(want, i)
				}
			}
			if !slices.Equal(got[n], want) {
				t.Fatalf("%q stands in %q at %v, found %v", w, s, want, got[n])
			}
		}
	}
}
