package oracle

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
)

// What machines with Linux are made of.
var (
	linuxSystems = []string{"trixie", "bookworm", "sid"}
	linuxOwners  = []string{"home", "usr-local", "nvm", "fnm", "volta", "asdf", "n", "mise", "nodeenv"}
	linuxShells  = []string{"bash", "bash", "zsh", "fish", "dash"} // most use bash
	lines        = []string{"24", "26"}
)

// Bases lists every healthy machine of a system ("linux" or "windows").
func Bases(system string) []Base {
	var all []Base
	if system == "windows" {
		// nvm-windows is not among them: Wine shows its link as a folder.
		for _, owner := range []string{"msi", "zip", "winget", "scoop", "fnm", "chocolatey"} {
			for _, v := range lines {
				all = append(all, Base{"windows", "learner", "cmd", owner, v})
			}
		}
		return all
	}
	for _, system := range linuxSystems {
		for _, owner := range linuxOwners {
			for _, shell := range linuxShells {
				for _, v := range lines {
					all = append(all, Base{system, "learner", shell, owner, v})
					if owner == "home" {
						all = append(all, Base{system, "nosudo", shell, owner, v})
					}
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(b Base) bool { return !b.fits() })
}

// Most mutations at once, and how many machines of a hundred are meant to fail.
const (
	mostMutations = 6
	failing       = 50
)

// Generate composes the machine of a seed. Its kinds are drawn first and a base that
// fits them afterwards, so that a kind that only few machines can have is about as
// frequent as any other.
func Generate(system string, seed uint64) Plan {
	r := rand.New(rand.NewPCG(seed, 2026))
	var harmful, harmless []*Mutation
	for _, m := range mutationsOf(system) {
		if m.Harmful {
			harmful = append(harmful, m)
		} else {
			harmless = append(harmless, m)
		}
	}
	faults := 0
	nth, fails := seed*failing/100, (seed+1)*failing/100 > seed*failing/100
	if fails {
		faults = 1 + weighted(r, 25, 40, 35)
		if system == "windows" { // fewer kinds to choose from
			faults = 1 + weighted(r, 65, 30, 5)
		}
	}
	oddities := weighted(r, 20, 30, 25, 15, 10)
	if faults+oddities == 0 {
		oddities = 1
	}
	var picked []*Mutation
	bases := Bases(system)
	if faults > 0 { // the first one in turn, so that none is rare
		picked, bases = add(r, nil, bases, []*Mutation{inTurn(harmful, nth)}, 1)
	}
	picked, bases = add(r, picked, bases, harmful, faults-len(picked))
	picked, bases = add(r, picked, bases, harmless, min(oddities, mostMutations-faults))
	slices.SortStableFunc(picked, inOrder)
	return Plan{Seed: seed, Base: bases[r.IntN(len(bases))], Mutations: picked}
}

// add draws up to n more mutations that go with those that are picked, and returns the
// bases that can have them all.
func add(r *rand.Rand, picked []*Mutation, bases []Base, from []*Mutation, n int) ([]*Mutation, []Base) {
	most := len(picked) + n
	for _, i := range r.Perm(len(from)) {
		if len(picked) == most {
			break
		}
		more := append(slices.Clone(picked), from[i])
		fitting := slices.DeleteFunc(slices.Clone(bases), func(b Base) bool { return !suits(b, more) })
		if len(fitting) > 0 && !clash(more) {
			picked, bases = more, fitting
		}
	}
	return picked, bases
}

// inTurn deals one of a list to the nth machine that is meant to fail: as many in a row
// as the list is long get all of it, shuffled.
func inTurn(list []*Mutation, nth uint64) *Mutation {
	n := uint64(len(list))
	return list[rand.New(rand.NewPCG(nth/n, 2027)).Perm(len(list))[nth%n]]
}

// weighted draws an index with the given weights.
func weighted(r *rand.Rand, weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := r.IntN(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return 0
}

func clash(picked []*Mutation) bool {
	seen := map[string]bool{}
	closed := slices.ContainsFunc(picked, func(m *Mutation) bool { return m.Closed })
	for _, m := range picked {
		if closed && strings.Contains(m.User, "$PROJECT") {
			return true
		}
		for _, t := range m.Touches {
			if seen[t] {
				return true
			}
			seen[t] = true
		}
	}
	return false
}

func suits(b Base, picked []*Mutation) bool {
	return !slices.ContainsFunc(picked, func(m *Mutation) bool { return m.Fits != nil && !m.Fits(b) })
}

// inOrder compares by when a mutation must be done.
func inOrder(a, b *Mutation) int { return cmp.Compare(a.turn(), b.turn()) }

func (m *Mutation) turn() int {
	switch {
	case m.First:
		return 0
	case slices.Contains(m.Touches, "home"):
		return 3
	case m.Last:
		return 2
	}
	return 1
}
