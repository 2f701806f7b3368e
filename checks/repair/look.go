package repair

import (
	"devdoctor/checks"
	"devdoctor/fixers"
)

// A Look is how things stand: for each check that was looked at what stands in the way,
// the ID of a problem; "" is nothing. A check that could not say is left out.
type Look map[string]string

// LookOf is what a report says.
func LookOf(all []checks.CheckReport) Look {
	look := make(Look)
	for _, c := range all {
		switch c.Status {
		case checks.StatusFail, checks.StatusWarn:
			look[c.ID] = c.Problem
		case checks.StatusOK, checks.StatusSkip:
			look[c.ID] = ""
		}
	}
	return look
}

// After is the outcome of a step of f for the learner: what was taken counts by what a
// second look finds in a new terminal, and in the one that is open.
func (r Result) After(f fixers.Planned, there, here Look) Outcome {
	if r.Outcome != Taken && r.Outcome != AlreadyDone {
		return r.Outcome
	}
	problem, seen := there[f.Check]
	switch {
	case !seen:
		return r.Outcome
	case problem == checks.NewLogin:
		return NewLogin
	case problem == f.Problem:
		return Failed
	case here[f.Check] != "" && problem == "":
		return NewTerminal
	}
	return Fixed
}
