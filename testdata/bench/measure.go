package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// command is one thing that is timed.
type command struct {
	name    string
	argv    []string
	learner *learner
	path    string // PATH, where it is not the learner's
	room    *room
	skipped string // why it cannot be run here

	times []time.Duration // of the whole process
	peak  []int64         // resident memory, bytes
}

// run runs the command once, and keeps what it took if it counts.
func (c *command) run(ctx context.Context, counts bool) error {
	if c.skipped != "" {
		return nil
	}
	env := c.learner.env
	if c.path != "" {
		env = append(slices.Clone(env), "PATH="+c.path)
	}
	s, err := c.room.run(ctx, order{Argv: c.argv, Env: env, Dir: c.learner.course()})
	if err == nil && counts {
		c.times, c.peak = append(c.times, s.Took), append(c.peak, s.Peak)
	}
	return err
}

// quantile is the value below which a part of the values lies.
func quantile[T cmp.Ordered](values []T, part float64) T {
	if len(values) == 0 {
		var none T
		return none
	}
	return slices.Sorted(slices.Values(values))[int(part*float64(len(values)-1)+0.5)]
}

func median[T cmp.Ordered](values []T) T { return quantile(values, 0.5) }

// ratio is the median of a beside that of b.
func ratio(a, b *command) float64 { return float64(median(a.times)) / float64(median(b.times)) }

// cells are the median, and between which two values half of the runs lie, as
// multiples of base's median.
func (c *command) cells(base *command) string {
	if c.skipped != "" {
		return "**not measured: " + c.skipped + "** | "
	}
	b := float64(median(base.times))
	return fmt.Sprintf("%.2f | %.2f to %.2f", ratio(c, base),
		float64(quantile(c.times, 0.25))/b, float64(quantile(c.times, 0.75))/b)
}

func (c *command) mebibytes() string {
	if len(c.peak) == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", float64(median(c.peak))/(1<<20))
}
