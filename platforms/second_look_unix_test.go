//go:build unix

package platforms

import (
	"slices"
	"testing"
)

// A new terminal has the session's variables, and those that were meant for us.
func TestWithOwn(t *testing.T) {
	t.Setenv("DEVDOCTOR_NODE_MIRROR", "https://mirror.example")
	t.Setenv("TERM", "ours")
	t.Setenv("NODE_ENV", "of this terminal")
	got := withOwn([]string{"PATH=/usr/bin", "TERM=theirs", "DEVDOCTOR_NODE_MIRROR=https://old.example"})
	for _, want := range []string{"PATH=/usr/bin", "TERM=ours", "DEVDOCTOR_NODE_MIRROR=https://mirror.example"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing in %v", want, got)
		}
	}
	for _, other := range []string{"TERM=theirs", "NODE_ENV=of this terminal", "DEVDOCTOR_NODE_MIRROR=https://old.example"} {
		if slices.Contains(got, other) {
			t.Errorf("%s is there", other)
		}
	}
}
