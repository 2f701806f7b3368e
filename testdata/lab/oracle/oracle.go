// Package oracle composes machines at random out of independent mutations, lets the
// learner's real lesson judge them, and compares its verdict with that of devdoctor.
//
// It knows devdoctor as a program only: it runs it and reads its JSON report. What the
// mutations may be called by it stands in a table here and nowhere else, so that the
// judge and the checks share no code.
package oracle

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// A Mutation is one way in which a machine differs from a healthy one, independent of
// all others. Whether it harms is found out by running the lesson and its probe.
type Mutation struct {
	Name  string
	Modes []int // of docs/modes.md: the ones it is, or is a trap for

	// Harmful says what is expected: the lesson or the probe fails on a machine that
	// has nothing but this mutation. `lab oracle -machine "BASE: each" -agree` holds the
	// table to that, on demand: it takes a machine for each kind.
	Harmful bool
	// Removes says that a program is taken away, which is the simplest of all faults.
	Removes bool
	// First rewrites start files, and comes before those that append to them. Last closes
	// a folder or fills it, and comes after those that write there.
	First, Last bool
	// Old says that devdoctor is started in a window that was opened before.
	Old bool

	// Fits says which machines can have it; nil is all.
	Fits func(Base) bool
	// Touches names what it changes. Of two that touch the same thing a machine has one.
	Touches []string

	// Root and User are scripts for sh (Windows: for cmd), run in this order. They see
	// the variables of Base.preamble.
	Root, User string
	// Project is the learner's project folder, where it is another one than usual.
	Project string
	// Closed says that this folder is root's from the start, so that the learner's scripts
	// of other mutations cannot write there.
	Closed bool
	// Copies are further copies of Node.js of the given versions, mounted at
	// /opt/node/VERSION.
	Copies []string

	// Beyond says why no program can put it right, decided before any repair was tried.
	// Of at most five kinds.
	Beyond string

	// Packages says that it takes a program of the system away, which only the system's
	// packages bring back: where it is repaired, the machine reaches them.
	Packages bool

	// Probe is a script for a new terminal: it fails on a machine that has the harm,
	// and works on every other. It is for what the lesson does not touch.
	Probe string
	// Stops says that the course cannot begin on a machine where the probe fails, although
	// the lesson would work: it may be a fail. All other probes are of what deserves a warn.
	Stops bool
	// Named are the findings, CHECK/PROBLEM, that tell the cause. Any one will do.
	Named []string
	// NamedOn are those of them that tell it on some machines only.
	NamedOn func(Plan) []string
	// Also are findings that follow from it, and are no false alarm beside it.
	Also []string
	// AlsoOn are those of them that follow on some machines only.
	AlsoOn func(Plan) []string
}

// names are the findings that tell of a mutation on the machine of a plan.
func (m *Mutation) names(p Plan) []string { return on(p, m.Named, m.NamedOn) }

// follow are those that follow from it.
func (m *Mutation) follow(p Plan) []string { return on(p, m.Also, m.AlsoOn) }

func on(p Plan, always []string, some func(Plan) []string) []string {
	if some == nil {
		return always
	}
	return slices.Concat(always, some(p))
}

// checks are those that could name a mutation.
func (m *Mutation) checks(p Plan) []string {
	var ids []string
	for _, n := range m.names(p) {
		id, _, _ := strings.Cut(n, "/")
		ids = append(ids, id)
	}
	return distinct(ids)
}

// Verdict is what the comparison of lesson and report comes to.
type Verdict string

// The verdicts. Where several apply, the first one in this order counts.
const (
	FalseReady Verdict = "false-ready" // the lesson or a probe fails, and nothing is said of it
	FalseAlarm Verdict = "false-alarm" // a fail or warn that neither lesson nor probe bears out
	WrongCause Verdict = "wrong-cause" // what breaks the lesson is not what is named
	Unknown    Verdict = "unknown"     // something could not be found out
	NotJudged  Verdict = "not-judged"  // the machine or its lesson could not be made, or nothing explains it
	Agree      Verdict = "agree"
)

// Verdicts lists all, worst first.
var Verdicts = []Verdict{FalseReady, FalseAlarm, WrongCause, Unknown, NotJudged, Agree}

// A Plan is a machine that can be made again: a base and what is done to it.
type Plan struct {
	Seed      uint64
	Base      Base
	Mutations []*Mutation
	Nodes     []machine.Node // further copies of Node.js, behind that of the base
	Moved     string         // where the project is now, if a repair has moved it
}

// String names a plan in one line.
func (p Plan) String() string {
	return fmt.Sprintf("%s: %s", p.Base, strings.Join(p.Names(), ", "))
}

// Names are the names of the mutations, in their order.
func (p Plan) Names() []string {
	names := make([]string, 0, len(p.Mutations))
	for _, m := range p.Mutations {
		names = append(names, m.Name)
	}
	return names
}

// Without is the plan without some of its mutations.
func (p Plan) Without(out ...*Mutation) Plan {
	p.Mutations = slices.DeleteFunc(slices.Clone(p.Mutations), func(m *Mutation) bool { return slices.Contains(out, m) })
	return p
}

func (p Plan) old() bool {
	return slices.ContainsFunc(p.Mutations, func(m *Mutation) bool { return m.Old })
}

// packages says that a repair needs the packages of the system.
func (p Plan) packages() bool {
	return slices.ContainsFunc(p.Mutations, func(m *Mutation) bool { return m.Packages })
}

// project is the learner's project folder.
func (p Plan) project() string {
	if p.Moved != "" {
		return p.Moved
	}
	for _, m := range p.Mutations {
		if m.Project != "" {
			return m.Project
		}
	}
	return p.Base.project()
}

// mutationsOf lists the mutations for a system.
func mutationsOf(system string) []*Mutation {
	if system == "windows" {
		return windowsMutations
	}
	return linuxMutations
}

// Find is the mutation of a system with a name.
func Find(system, name string) (*Mutation, error) {
	all := mutationsOf(system)
	i := slices.IndexFunc(all, func(m *Mutation) bool { return m.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no mutation %q for %s", name, system)
	}
	return all[i], nil
}

// Machine is what the oracle needs of a machine of the lab.
type Machine interface {
	Sh(ctx context.Context, user, script string) machine.Result
	Open(ctx context.Context, user, shell string, login bool) (*machine.Window, error)
	Close() error
}
