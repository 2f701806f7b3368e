package oracle

import (
	"context"
	"slices"
)

// plainest is the base that a small machine is tried on.
var plainest = map[bool]Base{
	false: {"trixie", "learner", "bash", "home", "24"},
	true:  {"windows", "learner", "cmd", "msi", "24"},
}

// Shrink finds the smallest machine that still disagrees in the same way: mutations
// are taken out one at a time, then the base is exchanged for the plainest.
func (r *Runner) Shrink(ctx context.Context, c *Case) (*Case, error) {
	for again := true; again; {
		again = false
		for _, m := range c.Plan.Mutations {
			smaller, err := r.Judge(ctx, c.Plan.Without(m))
			if err != nil {
				return c, err
			}
			if smaller.sameAs(c) {
				c, again = smaller, true
				break
			}
		}
	}
	p := c.Plan
	p.Base = plainest[p.Base.windows()]
	if p.Base == c.Plan.Base || !suits(p.Base, p.Mutations) {
		return c, nil
	}
	plain, err := r.Judge(ctx, p)
	if err == nil && plain.sameAs(c) {
		c = plain
	}
	return c, err
}

// sameAs says that two cases disagree for the same reason.
func (c *Case) sameAs(other *Case) bool {
	return c.Verdict == other.Verdict && slices.ContainsFunc(c.Why, func(why string) bool { return slices.Contains(other.Why, why) })
}
