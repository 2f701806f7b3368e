package oracle

import (
	"fmt"
	"slices"
	"strings"
)

// NewPlan is the machine of a base and the named mutations.
func NewPlan(b Base, names ...string) (Plan, error) {
	p := Plan{Base: b}
	for _, name := range names {
		m, err := Find(b.System, name)
		if err != nil {
			return p, err
		}
		p.Mutations = append(p.Mutations, m)
	}
	if clash(p.Mutations) || !suits(b, p.Mutations) {
		return p, fmt.Errorf("the machine %s cannot be made", p)
	}
	slices.SortStableFunc(p.Mutations, inOrder)
	return p, nil
}

// Singles are the machines of a base with each of its mutations alone.
func Singles(b Base) []Plan {
	plans := []Plan{{Base: b}}
	for _, m := range mutationsOf(b.System) {
		if suits(b, []*Mutation{m}) {
			plans = append(plans, Plan{Base: b, Mutations: []*Mutation{m}})
		}
	}
	return plans
}

// Mistaken says that the table calls a kind harmful which is not, or the other way round:
// the machine has no other.
func (c *Case) Mistaken() bool {
	m := c.Plan.Mutations
	return len(m) == 1 && m[0].Harmful != c.fails()
}

// Describe is all that is known of a case, for people.
func (c *Case) Describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s\n", c.Verdict)
	if c.Mistaken() {
		fmt.Fprintf(&b, "  THE TABLE IS WRONG: harmful is %v\n", c.Plan.Mutations[0].Harmful)
	}
	for _, why := range c.Why {
		fmt.Fprintf(&b, "  ! %s\n", why)
	}
	for _, name := range c.Lesson.Steps() {
		fmt.Fprintf(&b, "  lesson %s\n", c.Lesson.Failed[name])
	}
	for _, name := range sorted(c.Probes) {
		fmt.Fprintf(&b, "  probe of %s: %s\n", name, c.Probes[name])
	}
	for _, f := range c.Report.findings() {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	return b.String()
}
