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

	taught, recalled int // lessons on this machine and those made of it, and those of earlier runs
}

// fails says that the machine is not fit for the lesson, or that a probe fails.
func (c *Case) fails() bool { return !c.Lesson.OK() || len(c.Probes) > 0 }

// compare finds the verdict. All reasons are collected; the worst one counts.
func (c *Case) compare() {
	why := map[Verdict][]string{}
	add := func(v Verdict, format string, args ...any) { why[v] = append(why[v], fmt.Sprintf(format, args...)) }
	findings := c.Report.findings()
	c.compareReady(findings, add)
	for _, m := range c.Plan.Mutations {
		// Where something harmless has a probe, another fault may be what it meets.
		if _, failed := c.Probes[m.Name]; !failed || !m.Harmful || c.Plan.named(m, findings) {
			continue
		}
		switch {
		case c.silenced(m) && (!c.Report.ready() || !c.Lesson.OK()):
		case c.Lesson.OK():
			add(FalseReady, "the probe of %s fails, and nothing is said of it", m.Name)
		default:
			add(WrongCause, "the probe of %s fails, and nothing is said of it", m.Name)
		}
	}
	for _, f := range findings {
		switch {
		case !c.bornOut(f):
			add(FalseAlarm, "%s: neither lesson nor probe bears it out", f)
		case f.Status == "fail" && c.Lesson.OK() && !c.stops(f):
			add(FalseAlarm, "%s: the lesson works, and the probe is of what may wait", f)
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

// compareReady holds what the report says of the machine as a whole to lesson and probes. It
// says so twice: a person reads ready, and a script the exit status.
func (c *Case) compareReady(findings []Finding, add func(Verdict, string, ...any)) {
	failed := slices.IndexFunc(findings, func(f Finding) bool { return f.Status == "fail" })
	known := c.Report.Complete && len(c.Report.unknown()) == 0
	switch ready, exit := c.Report.ready(), c.Report.Exit; {
	case !c.Lesson.OK() && (ready || exit == 0):
		add(FalseReady, "the lesson fails at %s, and devdoctor says ready", strings.Join(c.Lesson.Steps(), ", "))
	case failed >= 0 && (ready || exit == 0):
		add(FalseReady, "%s, and devdoctor says ready", findings[failed])
	case !known && ready:
		add(FalseReady, "devdoctor says ready, and has not found out everything")
	case c.Lesson.OK() && failed < 0 && known && (!ready || exit != 0):
		add(FalseAlarm, "the lesson works, nothing failed, and devdoctor does not say ready")
	}
	if !c.Report.Complete {
		add(Unknown, "the report is not complete")
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
		anyNamed = anyNamed || (probed && m.Harmful || slices.Contains(c.Causes, m)) && c.Plan.named(m, findings)
	}
	for _, m := range c.Visible {
		if !c.Plan.named(m, findings) && (!anyNamed || !c.silenced(m)) {
			add(WrongCause, "%s breaks the lesson, and is not named", m.Name)
		}
	}
	if len(c.Visible) == 0 && len(c.Causes) > 0 && !anyNamed {
		add(WrongCause, "none of %s is named", strings.Join(Plan{Mutations: c.Causes}.Names(), ", "))
	}
}

// named says that a finding tells of a mutation.
func (p Plan) named(m *Mutation, findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return slices.Contains(m.names(p), f.Name) })
}

// bornOut says that a finding tells of a mutation that does harm on this machine, or
// of what follows from one.
func (c *Case) bornOut(f Finding) bool {
	return slices.ContainsFunc(c.Plan.Mutations, func(m *Mutation) bool {
		return c.harms(m) && (slices.Contains(m.names(c.Plan), f.Name) || slices.Contains(m.follow(c.Plan), f.Name))
	})
}

// stops says that a finding may be a fail although the lesson works.
func (c *Case) stops(f Finding) bool {
	return slices.ContainsFunc(c.Plan.Mutations, func(m *Mutation) bool {
		return m.Stops && c.harms(m) && slices.Contains(m.names(c.Plan), f.Name)
	})
}

// harms says that lesson or probe hold a mutation to be harmful on this machine.
func (c *Case) harms(m *Mutation) bool {
	_, probed := c.Probes[m.Name]
	return probed || slices.Contains(c.Causes, m)
}

// silenced says that all the checks that could name a mutation did not come to it: one
// before them failed, or they failed of something else that is true, and name one thing
// at a time. Where one of them was held up so, to others the question may not arise.
func (c *Case) silenced(m *Mutation) bool {
	held := false
	for _, id := range m.checks(c.Plan) {
		row := c.Report.row(id)
		switch {
		case row == nil:
			return false
		case row.Status == "blocked", row.Status == "fail" && c.bornOut(row.finding()):
			held = true
		case row.Status != "skip":
			return false
		}
	}
	return held
}
