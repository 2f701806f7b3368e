package oracle

import (
	"context"
	"errors"
	"time"

	"devdoctor/testdata/lab/machine"
)

// Record judges the machine of a seed and, where it disagrees, finds the smallest that
// disagrees in the same way. What cannot be judged is a record too; an error says that the
// run is over, or that there are no machines here.
func (r *Runner) Record(ctx context.Context, system string, seed uint64, shrink bool) (Record, error) {
	l := looks{judge: r.judge, scenario: func(ctx context.Context, c *Case) (string, error) {
		s, err := r.survey(ctx, c.Plan.Base)
		return c.Scenario(s), err
	}}
	if shrink {
		l.shrink = r.Shrink
	}
	return l.record(ctx, system, Generate(system, seed))
}

// looks is what a record takes machines for.
type looks struct {
	judge    func(context.Context, *Case) (*Case, error)
	shrink   func(context.Context, *Case) (*Case, error) // nil leaves a machine as it is
	scenario func(context.Context, *Case) (string, error)
}

// record loses no verdict to what goes wrong after it: what was found out by then is kept.
func (l looks) record(ctx context.Context, system string, p Plan) (record Record, err error) {
	begin := time.Now()
	defer func() { record.Millis = time.Since(begin).Milliseconds() }()
	first, err := l.judge(ctx, &Case{Plan: p})
	switch {
	case ctx.Err() != nil || errors.Is(err, machine.ErrUnsupported):
		return Record{}, errors.Join(ctx.Err(), err)
	case err != nil:
		first = &Case{Plan: p, Verdict: NotJudged, Why: []string{err.Error()}}
	case first.Verdict == Agree:
		return recordOf(system, first), nil
	}
	// On a busy computer a server may come too late for the lesson. The second machine
	// decides, and what the first one said is told beside it.
	c, err := l.judge(ctx, &Case{Plan: p, Anew: true})
	if ctx.Err() != nil {
		return Record{}, ctx.Err()
	}
	if err != nil {
		record = recordOf(system, first)
		record.Why = append(record.Why, "no second machine: "+err.Error())
		return record, nil
	}
	record = recordOf(system, c)
	if c.Verdict != first.Verdict {
		record.Unsteady = append([]string{string(first.Verdict)}, first.Why...)
	}
	if c.Verdict != Agree {
		l.smallest(ctx, &record, c)
	}
	return record, ctx.Err()
}

// smallest adds to a record the smallest machine that disagrees as c does.
func (l looks) smallest(ctx context.Context, record *Record, c *Case) {
	if l.shrink != nil {
		small, err := l.shrink(ctx, c)
		if err != nil {
			record.Why = append(record.Why, "made no smaller: "+err.Error())
		}
		if small != nil {
			c = small
		}
	}
	record.Why = append(record.Why, "smallest: "+c.Plan.String())
	text, err := l.scenario(ctx, c)
	if err != nil {
		record.Why = append(record.Why, "no scenario: "+err.Error())
		return
	}
	record.Scenario = text
}
