package repair

import (
	"context"
	"slices"

	"devdoctor/checks"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Offers is what devdoctor can do itself about what was found, by the ID of the check. It
// changes nothing. A fix that asks the learner something is planned with an example.
func Offers(ctx context.Context, h *platforms.Host, outcomes []checks.Outcome) map[string]checks.FixReport {
	offers := make(map[string]checks.FixReport)
	example := Wishes{Ask: func(q fixers.Question) (string, error) { return q.Example, nil }}
	for i := range outcomes {
		planned, err := MakePlan(ctx, h, outcomes[i:i+1], example)
		if err == nil && len(planned) == 1 && planned[0].Fix != "" {
			offers[planned[0].Check] = offer(planned[0])
		}
	}
	return offers
}

// trust orders how far a recipe was tried.
var trust = []fixers.Verified{fixers.Documented, fixers.Replayed, fixers.ByRunning}

func offer(p fixers.Planned) checks.FixReport {
	r := checks.FixReport{ID: p.Fix, Title: p.Title, Admin: needsAdmin(p.Steps), Undo: true}
	least := fixers.ByRunning
	for _, s := range p.Steps {
		if _, back := s.Inverse(); !back {
			r.Undo = false
		}
		if slices.Index(trust, s.Verified) < slices.Index(trust, least) {
			least = s.Verified
		}
	}
	r.Verified = string(least)
	return r
}
