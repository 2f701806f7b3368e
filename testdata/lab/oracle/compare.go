package oracle

import (
	"fmt"
	"slices"
	"strings"
)

// A Case is one machine, judged and compared.
type Case struct {
	Plan    Plan
	Anew    bool // no lesson of an earlier run will do
	Lesson  Outcome
	Probes  map[string]string // the mutations whose probe failed, and what it said
	Report  Report
	Causes  []*Mutation // what breaks the lesson, each by itself
	Visible []*Mutation // those of them without which the lesson fails less
	Verdict Verdict
	Why     []string // what disagrees, a line each
}

// fails says that the machine is not fit for the lesson, or that a probe fails.
func (c *Case) fails() bool { return !c.Lesson.OK() || len(c.Probes) > 0 }

// compare finds the verdict. All reasons are collected; the worst one counts.
func (c *Case) compare() {
	why := map[Verdict][]string{}
	add := func(v Verdict, format string, args ...any) { why[v] = append(why[v], fmt.Sprintf(format, args...)) }
	findings := c.Report.findings()
	if !c.Lesson.OK() && c.Report.Ready != nil && *c.Report.Ready {
		add(FalseReady, "the lesson fails at %s, and devdoctor says ready", strings.Join(c.Lesson.Steps(), ", "))
	}
	for _, m := range c.Plan.Mutations {
		// Where something harmless has a probe, another fault may be what it meets.
		if _, failed := c.Probes[m.Name]; !failed || !m.Harmful || named(m, findings) {
			continue
		}
		switch ready := c.Report.Ready != nil && *c.Report.Ready; {
		case c.Report.silenced(m.Named) && (!ready || !c.Lesson.OK()):
		case c.Lesson.OK():
			add(FalseReady, "the probe of %s fails, and nothing is said of it", m.Name)
		default:
			add(WrongCause, "the probe of %s fails, and nothing is said of it", m.Name)
		}
	}
	for _, f := range findings {
		if !c.bornOut(f) {
			add(FalseAlarm, "%s: neither lesson nor probe bears it out", f)
		}
	}
	c.compareCauses(findings, add)
	for _, u := range c.Report.unknown() {
		add(Unknown, "%s", u)
	}
	c.Verdict, c.Why = Agree, nil
	for _, v := range Verdicts {
		if len(why[v]) > 0 && c.Verdict == Agree {
			c.Verdict = v
		}
		c.Why = append(c.Why, why[v]...)
	}
}

// compareCauses wants what breaks the lesson to be named, except where its check waits
// for another that failed.
func (c *Case) compareCauses(findings []Finding, add func(Verdict, string, ...any)) {
	if c.Lesson.OK() {
		return
	}
	anyNamed := false
	for _, m := range c.Plan.Mutations {
		_, probed := c.Probes[m.Name]
		anyNamed = anyNamed || (probed && m.Harmful || slices.Contains(c.Causes, m)) && named(m, findings)
	}
	for _, m := range c.Visible {
		if !named(m, findings) && (!anyNamed || !c.Report.silenced(m.Named)) {
			add(WrongCause, "%s breaks the lesson, and is not named", m.Name)
		}
	}
	if len(c.Visible) == 0 && len(c.Causes) > 0 && !anyNamed {
		add(WrongCause, "none of %s is named", strings.Join(Plan{Mutations: c.Causes}.Names(), ", "))
	}
}

func named(m *Mutation, findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return slices.Contains(m.Named, f.Name) })
}

// bornOut says that a finding tells of a mutation that does harm on this machine, or
// of what follows from one.
func (c *Case) bornOut(f Finding) bool {
	return slices.ContainsFunc(c.Plan.Mutations, func(m *Mutation) bool {
		_, probed := c.Probes[m.Name]
		return (probed || slices.Contains(c.Causes, m)) && (slices.Contains(m.Named, f.Name) || slices.Contains(m.Also, f.Name))
	})
}
