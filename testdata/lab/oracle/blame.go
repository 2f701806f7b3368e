package oracle

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// blame finds what breaks the lesson by taking mutations out, one at a time.
func (r *Runner) blame(ctx context.Context, c *Case) error {
	if c.Lesson.OK() {
		return nil
	}
	suspects := slices.DeleteFunc(slices.Clone(c.Plan.Mutations), func(m *Mutation) bool { return !m.Harmful })
	for _, m := range suspects {
		breaks, err := r.breaks(ctx, c, m)
		if err != nil {
			return err
		}
		if breaks {
			continue
		}
		if len(suspects) == 1 {
			break
		}
		alone, err := r.relearn(ctx, c, c.Plan.Without(slices.DeleteFunc(slices.Clone(suspects), func(o *Mutation) bool { return o == m })...), untilFails)
		if err != nil {
			return err
		}
		if !alone.OK() {
			c.Causes = append(c.Causes, m)
		}
	}
	if err := r.blameAlong(ctx, c); err != nil {
		return err
	}
	if len(c.Causes) > 0 {
		// What was set for new windows only, the old one lacks: harmless by itself.
		if !c.Plan.old() {
			return nil
		}
		rest, err := r.relearn(ctx, c, c.Plan.Without(suspects...), untilFails)
		if err != nil || rest.OK() {
			return err
		}
	}
	// Something that is not meant to harm breaks the lesson.
	for _, m := range c.Plan.Mutations {
		if m.Harmful && len(c.Causes) > 0 {
			continue
		}
		if _, err := r.breaks(ctx, c, m); err != nil {
			return err
		}
	}
	if len(c.Causes) == 0 {
		return errors.Join(errUnexplained, fmt.Errorf("%s: %v", c.Plan, c.Lesson.Failed))
	}
	return nil
}

// breaks reports whether the lesson fails less without a mutation, and then notes it as a cause.
func (r *Runner) breaks(ctx context.Context, c *Case, m *Mutation) (bool, error) {
	without, err := r.relearn(ctx, c, c.Plan.Without(m), untilWorks)
	if err != nil || !without.improves(c.Lesson) {
		return false, err
	}
	c.Visible, c.Causes = append(c.Visible, m), append(c.Causes, m)
	return true, nil
}

// blameAlong asks of what is harmless by itself whether it breaks the lesson together with the
// rest, where a finding says so: a variable in a start file that is not read to its end.
func (r *Runner) blameAlong(ctx context.Context, c *Case) error {
	for _, m := range c.Plan.Mutations {
		says := func(f Finding) bool { return slices.Contains(m.names(c.Plan), f.Name) && !c.bornOut(f) }
		if m.Harmful || !slices.ContainsFunc(c.Report.findings(), says) {
			continue
		}
		breaks, err := r.breaks(ctx, c, m)
		if err != nil {
			return err
		}
		if !breaks {
			if err := r.breaksBehind(ctx, c, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// breaksBehind notes a mutation as a cause where the lesson fails less without it once another
// cause is gone, which stops the same steps: no commit without a folder that can be written.
func (r *Runner) breaksBehind(ctx context.Context, c *Case, m *Mutation) error {
	never := func(bool) bool { return false }
	for _, other := range slices.Clone(c.Causes) {
		with, err := r.relearn(ctx, c, c.Plan.Without(other), never)
		if err != nil {
			return err
		}
		without, err := r.relearn(ctx, c, c.Plan.Without(other, m), never)
		if err != nil {
			return err
		}
		if without.improves(with) {
			c.Causes = append(c.Causes, m)
			return nil
		}
	}
	return nil
}

var errUnexplained = errors.New("the lesson fails, and works again with no mutation taken out")
