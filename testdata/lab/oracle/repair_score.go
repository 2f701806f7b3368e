package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Repairs sums up what became of broken machines.
type Repairs struct {
	Broken  int // machines that fail before
	Beyond  int // of them those with a kind that is beyond any program
	Reached int // of the others those that reach the lesson afterwards
	Mended  int // of these those where every probe works as well
	Falsely []string

	Kinds map[string]*kindCount
	Peers map[string]*peerCount

	Changed, Second, Undone int // machines that fix changed; where a second one changed nothing; where undo put all back
	Says                    map[string]int
}

// kindCount is machines with a harmful kind, those of them that are repaired, and those where the
// last report or a probe still tells of it.
type kindCount struct {
	machines, mended, remains int
	beyond                    bool
}

// peerCount is of the machines that are not beyond any program.
type peerCount struct{ machines, reached, mended int }

// RepairsOf sums up.
func RepairsOf(all []Repaired) Repairs {
	s := Repairs{Kinds: map[string]*kindCount{}, Peers: map[string]*peerCount{}, Says: map[string]int{}}
	for _, r := range all {
		if r.Verdict != Sound {
			s.add(r)
		}
	}
	return s
}

func (s *Repairs) add(r Repaired) {
	s.Broken++
	if r.Changed {
		s.Changed++
		s.Second += oneIf(len(r.Second) == 0)
		s.Undone += oneIf(len(r.Undo) == 0)
	}
	if r.Verdict == FalselyReady {
		s.Falsely = append(s.Falsely, fmt.Sprintf("%d %s: %s", r.Seed, r.Base, strings.Join(r.Kinds, ", ")))
	}
	for _, name := range r.Harms {
		k := s.Kinds[name]
		if k == nil {
			k = &kindCount{beyond: slices.Contains(r.Beyond, name)}
			s.Kinds[name] = k
		}
		k.machines++
		k.mended += oneIf(r.Verdict == Mended)
		k.remains += oneIf(slices.Contains(r.Remains, name))
	}
	if len(r.Beyond) > 0 {
		s.Beyond++
		return
	}
	s.Reached += oneIf(r.Verdict == Mended || r.Reached)
	s.Mended += oneIf(r.Verdict == Mended)
	for _, p := range r.Peers {
		c := s.Peers[p.Name]
		if c == nil {
			c = &peerCount{}
			s.Peers[p.Name] = c
		}
		c.machines++
		c.reached += oneIf(p.Reached)
		c.mended += oneIf(p.Mended)
	}
	if r.Verdict != Mended {
		for _, finding := range distinct(r.Says) {
			s.Says[finding]++
		}
	}
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func share(k, n int) string {
	return fmt.Sprintf("%d of %d (%.1f %%)", k, n, 100*float64(k)/float64(max(n, 1)))
}

// Markdown is the sums as tables: what remains most often comes first.
func (s Repairs) Markdown() string {
	var b strings.Builder
	can := s.Broken - s.Beyond
	fmt.Fprintf(&b, "%d broken machines; beyond any program, and left out below: %s.\n\n", s.Broken, share(s.Beyond, s.Broken))
	b.WriteString("| with | machines that reach the lesson | and every probe works |\n|---|---|---|\n")
	fmt.Fprintf(&b, "| devdoctor fix --yes --allow %s | %s | %s |\n", allowances, share(s.Reached, can), share(s.Mended, can))
	for _, name := range sorted(s.Peers) {
		p := s.Peers[name]
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, share(p.reached, p.machines), share(p.mended, p.machines))
	}
	fmt.Fprintf(&b, "\nCalled ready falsely: %d.\n", len(s.Falsely))
	for _, f := range s.Falsely {
		fmt.Fprintf(&b, "- %s\n", f)
	}
	fmt.Fprintf(&b, "\nOf the machines that fix changed, a second fix changed nothing in %s, and undo put everything back in %s.\n", share(s.Second, s.Changed), share(s.Undone, s.Changed))
	b.WriteString("\n| kind | machines | repaired | it remains in |\n|---|---|---|---|\n")
	for _, name := range byCount(s.Kinds, func(k *kindCount) int { return k.remains*1000 + k.machines - k.mended }) {
		k, note := s.Kinds[name], ""
		if k.beyond {
			note = " (beyond)"
		}
		fmt.Fprintf(&b, "| %s%s | %d | %d | %d |\n", name, note, k.machines, k.mended, k.remains)
	}
	b.WriteString("\n| the last report of machines that stay broken | machines |\n|---|---|\n")
	for _, finding := range byCount(s.Says, func(n int) int { return n }) {
		fmt.Fprintf(&b, "| %s | %d |\n", oneLine(finding), s.Says[finding])
	}
	return b.String()
}

// byCount is the keys of a map, the largest count first.
func byCount[V any](m map[string]V, count func(V) int) []string {
	keys := sorted(m)
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(count(m[b]), count(m[a])) })
	return keys
}

// Describe is all that is known of a repair, for people.
func (r Repaired) Describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s: %s: %s, fix ended with %d\n", r.Seed, r.Base, strings.Join(r.Kinds, ", "), r.Verdict, r.Exit)
	for _, part := range []struct {
		head  string
		lines []string
	}{
		{"before, it fails at", r.Fails}, {"step", r.Steps}, {"still", r.Still}, {"remains", r.Remains}, {"the last report", r.Says},
		{"SECOND FIX", r.Second}, {"UNDO", r.Undo},
	} {
		for _, line := range part.lines {
			fmt.Fprintf(&b, "  %s: %s\n", part.head, oneLine(line))
		}
	}
	for _, p := range r.Peers {
		fmt.Fprintf(&b, "  %s: reaches the lesson %v, every probe %v %s\n", p.Name, p.Reached, p.Mended, p.Said)
	}
	return b.String()
}
