package checks

import (
	"context"
	"errors"
	"strings"
	"time"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// SchemaVersion is the form of the JSON report, see docs/report.schema.json.
const SchemaVersion = 1

// FactsDate is when the tables of facts were last read against their sources.
const FactsDate = "2026-11-21"

// Exit statuses of devdoctor. Scripts depend on them.
const (
	ExitReady       = 0
	ExitNotReady    = 1
	ExitUsage       = 2
	ExitUnknown     = 3   // nothing failed, but something could not be found out
	ExitConsent     = 4   // something would change, and nobody can be asked
	ExitNewTerminal = 5   // a new terminal, login or restart is all that is missing
	ExitBroken      = 70  // devdoctor itself broke
	ExitInterrupted = 130 // what was known so far was printed
)

// A Report is all that an examination found. Every format is a pure function of
// it, so that no two can disagree.
type Report struct {
	SchemaVersion int           `json:"schema_version"`
	Devdoctor     string        `json:"devdoctor"` // version
	Phase         int           `json:"phase"`     // the last phase looked at
	Ready         *bool         `json:"ready"`     // nil when only some checks were asked for
	Exit          int           `json:"exit"`
	Complete      bool          `json:"complete"` // nothing was cut short
	Source        string        `json:"source"`   // live or replay
	TakenAt       string        `json:"taken_at"` // RFC 3339; "" when the machine does not say
	Machine       Machine       `json:"machine"`
	Phases        []PhaseReport `json:"phases"` // all ten
	Checks        []CheckReport `json:"checks"` // those looked at
	Next          Next          `json:"next"`

	Self    []string    `json:"-"` // how the learner calls devdoctor
	First   int         `json:"-"` // the first phase looked at
	Some    bool        `json:"-"` // only some checks of the phases
	Slowest []SlowQuery `json:"-"` // the five that took longest, where evidence is asked for
}

// A Machine is what a report looked at, and as whom.
type Machine struct {
	OS      platforms.OS    `json:"os"`
	Arch    string          `json:"arch"`
	Name    string          `json:"name"` // Debian GNU/Linux 13 (trixie)
	World   platforms.World `json:"world"`
	Account string          `json:"account"` // own, root, sudo or elevated
}

// A PhaseReport counts how the checks of one phase ended.
type PhaseReport struct {
	Phase   int    `json:"phase"`
	Title   string `json:"title"`
	Covered bool   `json:"covered"` // there are checks for it
	Ready   *bool  `json:"ready"`   // it and the chosen phases before it; nil when not looked at
	OK      int    `json:"ok"`
	Warn    int    `json:"warn"`
	Fail    int    `json:"fail"`
	Blocked int    `json:"blocked"`
	Unknown int    `json:"unknown"`
	Skip    int    `json:"skip"`
}

// A CheckReport is how one check ended.
type CheckReport struct {
	ID       string           `json:"id"`
	Phase    int              `json:"phase"`
	Status   Status           `json:"status"`
	Problem  string           `json:"problem,omitempty"`
	Reason   string           `json:"reason,omitempty"` // of an unknown
	Summary  string           `json:"summary"`
	Detail   string           `json:"detail,omitempty"`
	Notes    []string         `json:"notes,omitempty"`
	Why      string           `json:"why"`
	Found    Found            `json:"found"`
	Fixes    []FixReport      `json:"fixes"`
	Evidence []EvidenceReport `json:"evidence"`
	MS       int64            `json:"ms"`

	Subject string `json:"-"` // title of its subject
	Advice  Advice `json:"-"` // what to do; the zero value without a problem
}

// A FixReport is a fix on offer.
type FixReport struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Admin    bool   `json:"admin"`
	Undo     bool   `json:"undo"`
	Verified string `json:"verified"` // run, replayed or documented
}

// Asked is what a report was asked for, and what it may show.
type Asked struct {
	Version     string   // of devdoctor
	Self        []string // how the learner calls devdoctor
	Again       []string // the command that asks the same again
	Fix         []string // the command that puts right what was looked at; none of another machine
	First, Last int      // phases
	Some        bool     // only some checks of them
	Strict      bool     // a warning is a failure
	Replay      bool
	Evidence    bool                 // the format shows what was asked
	Offers      map[string]FixReport // what devdoctor can do itself, by the ID of the check
	Ended       error                // context.Canceled or DeadlineExceeded when the run was cut short

	// Level is what the report's reader may see. Evidence always goes by
	// ForReport, unless by ForLearner.
	Level    Level
	Redactor *platforms.Redactor
}

// NewReport weighs the outcomes. It is the only place where a verdict is made.
func NewReport(m Machine, takenAt time.Time, outcomes []Outcome, asked Asked) *Report {
	r := &Report{
		SchemaVersion: SchemaVersion, Devdoctor: asked.Version,
		Self: asked.Self, First: asked.First, Phase: asked.Last, Some: asked.Some,
		Complete: true, Source: "live", Machine: m, Checks: make([]CheckReport, 0, len(outcomes)),
	}
	if asked.Replay {
		r.Source = "replay"
	}
	if !takenAt.IsZero() {
		r.TakenAt = takenAt.Format(time.RFC3339)
	}
	r.Machine.Name = Printable(asked.hide(m.Name))
	subjects, exhibits := subjectTitles(), newExhibitor(asked)
	for _, o := range outcomes {
		c := reportCheck(m, o, asked)
		c.Evidence = exhibits.evidence(o.Evidence)
		c.Subject = subjects[o.Check]
		r.Checks = append(r.Checks, c)
		if asked.Ended != nil && c.Status == StatusUnknown && (c.Reason == TimedOut || c.Reason == Interrupted) {
			r.Complete = false
		}
	}
	r.Phases = countPhases(r.Checks, asked)
	v := weigh(r.Checks, asked.Strict)
	r.Exit = v.exit(r, asked)
	r.Ready = r.readiness(v, asked)
	r.Next = r.nextStep(asked, silent(outcomes))
	if r.Next.Line == "" && len(r.Next.Argv) > 0 {
		r.Next.Line = fixers.ShellOf(m.OS).Line(r.Next.Argv)
	}
	if asked.Evidence {
		r.Slowest = exhibits.slowest(outcomes)
	}
	return r
}

func subjectTitles() map[*Check]string {
	titles := make(map[*Check]string)
	for _, s := range Subjects {
		for _, c := range s.Checks {
			titles[c] = s.Title
		}
	}
	return titles
}

func reportCheck(m Machine, o Outcome, asked Asked) CheckReport {
	show := func(s string) string { return Printable(asked.hide(s)) }
	c := CheckReport{
		ID: o.Check.ID, Phase: o.Check.Phase, Why: o.Check.Why,
		Status: o.Result.Status, Reason: o.Result.Reason,
		Summary: show(o.Result.Summary.String()), Detail: show(o.Result.Detail.String()),
		Found: o.Result.Found.hide(asked.hide),
		Fixes: []FixReport{},
		MS:    o.Took.Milliseconds(),
	}
	for _, n := range o.Result.Notes {
		c.Notes = append(c.Notes, show(n.String()))
	}
	if p := o.Result.Problem; p != nil {
		c.Problem = p.ID
		tell, _ := o.Result.Tell(m.OS)
		if m.Account == "root" {
			tell = tell.AsRoot()
		}
		c.Advice = advise(tell, fixers.ShellOf(m.OS), asked)
		if fix, ok := asked.Offers[c.ID]; ok {
			c.Fixes = append(c.Fixes, fix)
		}
	}
	return c
}

// hide is f for the eyes of the report's reader.
func (f Found) hide(hide func(string) string) Found {
	for _, s := range []*string{&f.Version, &f.Path, &f.Name, &f.Value, &f.File, &f.Dir, &f.Command} {
		*s = hide(*s)
	}
	// A name that is also a word, such as node, is hidden only where it is an account's.
	f.Account = strings.TrimPrefix(hide("USER="+f.Account), "USER=")
	return f
}

// A verdict is what the checks come to.
type verdict struct{ failed, stale, unknown, blocked bool }

func weigh(all []CheckReport, strict bool) verdict {
	var v verdict
	for _, c := range all {
		bad := c.Status == StatusFail || strict && c.Status == StatusWarn
		switch {
		case bad && (c.Problem == StaleTerminal || c.Problem == NewLogin):
			v.stale = true
		case bad:
			v.failed = true
		case c.Status == StatusUnknown:
			v.unknown = true
		case c.Status == StatusBlocked:
			v.blocked = true
		}
	}
	return v
}

func (v verdict) exit(r *Report, asked Asked) int {
	switch {
	case !r.Complete && errors.Is(asked.Ended, context.Canceled):
		return ExitInterrupted
	case v.failed:
		return ExitNotReady
	case !r.Complete:
		return ExitUnknown
	case v.stale:
		return ExitNewTerminal
	case v.unknown, v.blocked, !asked.Some && len(r.uncovered()) > 0:
		return ExitUnknown
	}
	return ExitReady
}

// readiness is nil where only some checks were asked for: they cannot speak for
// their phases.
func (r *Report) readiness(v verdict, asked Asked) *bool {
	if asked.Some {
		return nil
	}
	ready := r.Complete && v == verdict{} && len(r.uncovered()) == 0
	return &ready
}

// uncovered is the chosen phases that have no checks.
func (r *Report) uncovered() []int {
	var none []int
	for _, p := range r.Phases[r.First-1 : r.Phase] {
		if !p.Covered {
			none = append(none, p.Phase)
		}
	}
	return none
}

func countPhases(all []CheckReport, asked Asked) []PhaseReport {
	phases := make([]PhaseReport, len(Phases))
	ready := true
	for i, p := range Phases {
		pr := PhaseReport{Phase: p.N, Title: p.Title, Covered: Covered(p.N)}
		var own []CheckReport
		for _, c := range all {
			if c.Phase == p.N {
				own = append(own, c)
				pr.count(c.Status)
			}
		}
		if p.N >= asked.First && p.N <= asked.Last && !asked.Some {
			ready = ready && pr.Covered && weigh(own, asked.Strict) == verdict{}
			soFar := ready
			pr.Ready = &soFar
		}
		phases[i] = pr
	}
	return phases
}

func (p *PhaseReport) count(s Status) {
	n := map[Status]*int{
		StatusOK: &p.OK, StatusWarn: &p.Warn, StatusFail: &p.Fail,
		StatusBlocked: &p.Blocked, StatusUnknown: &p.Unknown, StatusSkip: &p.Skip,
	}[s]
	*n++
}
