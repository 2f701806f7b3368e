package oracle

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
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

// Describe is all that is known of a case, for people.
func (c *Case) Describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s\n", c.Verdict)
	if p := c.Plan.Mutations; len(p) == 1 && p[0].Harmful != c.fails() {
		fmt.Fprintf(&b, "  THE TABLE IS WRONG: harmful is %v\n", p[0].Harmful)
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

// Record judges the machine of a seed and, where it disagrees, finds the smallest that
// disagrees in the same way.
func (r *Runner) Record(ctx context.Context, system string, seed uint64, shrink bool) (Record, error) {
	begin := time.Now()
	c, err := r.Judge(ctx, Generate(system, seed))
	if err != nil {
		return Record{}, err
	}
	record := recordOf(system, c, time.Since(begin).Milliseconds())
	if c.Verdict == Agree {
		return record, nil
	}
	// On a busy computer a server may come too late for the lesson. What was not so on a
	// second machine is counted apart.
	again, err := r.judge(ctx, &Case{Plan: Generate(system, seed), Anew: true})
	if err != nil {
		return record, err
	}
	if again.Verdict == Agree {
		unsteady := record
		record = recordOf(system, again, time.Since(begin).Milliseconds())
		record.Unsteady = append([]string{string(unsteady.Verdict)}, unsteady.Why...)
		return record, nil
	}
	if shrink {
		if c, err = r.Shrink(ctx, c); err != nil {
			return record, err
		}
	}
	s, err := r.survey(ctx, c.Plan.Base)
	if err != nil {
		return record, err
	}
	record.Why = append(record.Why, "smallest: "+c.Plan.String())
	record.Scenario = c.Scenario(s)
	return record, nil
}
