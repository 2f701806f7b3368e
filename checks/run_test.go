package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"devdoctor/platforms"
)

// A testSource answers every query but host with the time it takes, and never
// those about "hang".
type testSource struct{ asked atomic.Int32 }

func (s *testSource) Answer(ctx context.Context, q platforms.Query) (platforms.Answer, error) {
	if q.Verb == "host" {
		return platforms.Answer{Text: "os linux\nhome /home/ada\nuser ada\n"}, nil
	}
	s.asked.Add(1)
	name := strings.Join(q.Args, " ")
	if name == "hang" {
		<-ctx.Done()
		return platforms.Answer{}, ctx.Err()
	}
	if d, err := time.ParseDuration(name); err == nil {
		time.Sleep(d)
	}
	return platforms.Answer{Text: name}, nil
}

func testHost(t *testing.T) (*platforms.Host, *testSource) {
	t.Helper()
	src := &testSource{}
	rec := platforms.NewRecorder(src)
	t.Cleanup(rec.Close)
	h, err := platforms.NewHost(t.Context(), rec)
	if err != nil {
		t.Fatal(err)
	}
	return h, src
}

// asks is a check that asks for variables and is well when all answer.
func asks(id string, names ...string) *Check {
	return &Check{ID: id, Phase: 1, Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		for _, name := range names {
			if _, err := h.Env(ctx, name); err != nil {
				return Unknown(err, "no answer")
			}
		}
		return OK("asked %d", len(names))
	}}
}

func says(id string, r Result, after ...*Check) *Check {
	return &Check{ID: id, Phase: 1, After: after, Run: func(context.Context, *platforms.Host, Needs) Result { return r }}
}

func runAll(ctx context.Context, e Engine, h *platforms.Host, chosen ...*Check) []Outcome {
	var all []Outcome
	e.Run(ctx, h, Course, chosen, func(o Outcome) { all = append(all, o) })
	return all
}

func statuses(all []Outcome) string {
	var b strings.Builder
	for _, o := range all {
		fmt.Fprintf(&b, "%s %s %s\n", o.Check.ID, o.Result.Status, o.Result.Reason)
	}
	return b.String()
}

// TestPanicIsOneUnknown runs a check that breaks among others. G08
func TestPanicIsOneUnknown(t *testing.T) {
	h, _ := testHost(t)
	breaks := &Check{ID: "breaks", Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		_, _ = h.Env(ctx, "A")
		var none []int
		return OK("%d", none[3])
	}}
	all := runAll(t.Context(), Engine{}, h, asks("before", "B"), breaks, says("behind", OK("fine"), breaks), asks("after", "C"))
	want := "before ok \nbreaks unknown crashed\nbehind blocked \nafter ok \n"
	if got := statuses(all); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if d := all[1].Result.Detail.String(); strings.Contains(d, "goroutine") || !strings.Contains(d, "index out of range") {
		t.Errorf("the detail is %q", d)
	}
	if len(all[1].Evidence) != 1 {
		t.Errorf("%d queries of the broken check are kept", len(all[1].Evidence))
	}
}

// TestBlocked holds who waits for whom. G13
func TestBlocked(t *testing.T) {
	h, _ := testHost(t)
	fails, warns, skips := says("fails", testMissing.Fail("gone")), says("warns", testMissing.Warn("old")), says("skips", Skip("not here"))
	unsure := says("unsure", unknownBecause(TimedOut))
	second := says("second", OK("fine"), fails)
	all := runAll(t.Context(), Engine{}, h,
		fails, warns, skips, unsure, second,
		says("third", OK("fine"), second), says("behind-unsure", OK("fine"), unsure),
		says("behind-both", OK("fine"), fails, unsure), says("behind-warning", OK("fine"), warns), says("behind-skip", OK("fine"), skips))
	want := map[string]string{
		"second": "waits for fails", "third": "waits for second", "behind-unsure": "waits for unsure",
		"behind-both": "waits for fails, unsure", "behind-warning": "fine", "behind-skip": "fine",
	}
	for _, o := range all {
		if w := want[o.Check.ID]; w != "" && (o.Result.Summary.String() != w || (w == "fine") != (o.Result.Status == StatusOK)) {
			t.Errorf("%s: %s, want %s", o.Check.ID, o.Result, w)
		}
	}
	// What a chosen check waits for is looked at although nobody chose it.
	if got := statuses(runAll(t.Context(), Engine{}, h, second)); got != "second blocked \n" {
		t.Errorf("alone: %s", got)
	}
}

// TestEveryProblemIsReported lets all checks fail. G14
func TestEveryProblemIsReported(t *testing.T) {
	h, _ := testHost(t)
	var chosen []*Check
	for i := range 20 {
		chosen = append(chosen, says(fmt.Sprint("fails-", i), testMissing.Fail("gone")))
	}
	all := runAll(t.Context(), Engine{Workers: 2}, h, chosen...)
	if n := strings.Count(statuses(all), " fail "); n != 20 || len(all) != 20 {
		t.Errorf("%d of 20 failures are reported, %d outcomes", n, len(all))
	}
}

// TestSameForOneAndMany compares reports of one worker and of many. G11
func TestSameForOneAndMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var chosen []*Check
		for i := range 12 {
			c := asks(fmt.Sprint("check-", i), fmt.Sprint((12-i)*40, "ms"), "SHARED")
			if i%3 == 2 {
				c.After = []*Check{chosen[i-1]}
			}
			chosen = append(chosen, c)
		}
		var reports []string
		for _, workers := range []int{1, 2, 0} {
			h, src := testHost(t)
			all := runAll(t.Context(), Engine{Workers: workers}, h, chosen...)
			s := statuses(all)
			for _, o := range all {
				for _, e := range o.Evidence {
					s += e.Query.String() + " " + e.Answer.Text + "\n"
				}
			}
			reports = append(reports, s)
			if n := src.asked.Load(); n != 13 {
				t.Errorf("%d workers: the machine was asked %d times, want 13", workers, n)
			}
		}
		if reports[0] != reports[1] || reports[0] != reports[2] {
			t.Errorf("1 worker:\n%s2 workers:\n%sall at once:\n%s", reports[0], reports[1], reports[2])
		}
	})
}

// TestStopped ends a run by Ctrl-C and by --timeout: what is known is kept. G10
func TestStopped(t *testing.T) {
	for _, test := range []struct {
		reason string
		end    func(context.Context) (context.Context, context.CancelFunc)
	}{
		{Interrupted, func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}},
		{TimedOut, func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, _ := testHost(t)
				ctx, cancel := test.end(t.Context())
				defer cancel()
				hangs := asks("hangs", "hang")
				start := time.Now() //nolint:forbidigo // the clock of the bubble
				all := runAll(ctx, Engine{}, h, asks("before", "A"), hangs, says("behind", OK("fine"), hangs), asks("after", "B"))
				want := fmt.Sprintf("before ok \nhangs unknown %s\nbehind unknown %[1]s\nafter ok \n", test.reason)
				if got := statuses(all); got != want && got != strings.Replace(want, "behind unknown "+test.reason, "behind blocked ", 1) {
					t.Errorf("got\n%swant\n%s", got, want)
				}
				if took := time.Since(start); took != time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// TestDeadlines lets a query hang. The check ends after its deadline, and what
// hung once is not waited for again. G09
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, src := testHost(t)
		start := time.Now() //nolint:forbidigo // the clock of the bubble
		all := runAll(t.Context(), Engine{}, h, asks("hangs", "hang", "A"), asks("hangs-too", "hang"), asks("fine", "B"))
		if got, want := statuses(all), "hangs unknown timed-out\nhangs-too unknown timed-out\nfine ok \n"; got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
		if took := time.Since(start); took > platforms.QueryDeadline+time.Second {
			t.Errorf("it took %s", took)
		}
		if n := src.asked.Load(); n != 2 {
			t.Errorf("the machine was asked %d times, want 2", n)
		}
	})
}

// TestWitnessGivesUp holds that a check cannot wait for one hanging query after
// another.
func TestWitnessGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := testHost(t)
		stubborn := &Check{ID: "stubborn", Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
			var errs []error
			for _, name := range []string{"hang", "A", "B"} {
				_, err := h.Env(ctx, name)
				errs = append(errs, err)
			}
			if slices.ContainsFunc(errs, func(err error) bool { return !errors.Is(err, platforms.ErrTimedOut) }) {
				return OK("asked on: %v", errs)
			}
			return Unknown(errs[0], "gave up")
		}}
		if got := statuses(runAll(t.Context(), Engine{}, h, stubborn)); got != "stubborn unknown timed-out\n" {
			t.Error(got)
		}
	})
}

// TestEachAsSoonAsReady holds that an outcome does not wait for those behind it.
func TestEachAsSoonAsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := testHost(t)
		start := time.Now() //nolint:forbidigo // the clock of the bubble
		var at []time.Duration
		Engine{}.Run(t.Context(), h, Course, []*Check{asks("quick", "10ms"), asks("slow", "1s"), asks("quick-too", "20ms")},
			func(Outcome) { at = append(at, time.Since(start)) })
		if want := []time.Duration{10 * time.Millisecond, time.Second, time.Second}; !slices.Equal(at, want) {
			t.Errorf("handed over after %v, want %v", at, want)
		}
	})
}

// TestAlongside holds that a check works while another waits for a program, and
// that its result counts only when that one has passed.
func TestAlongside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, workers := range []int{0, 1} {
			h, _ := testHost(t)
			slow, broken := asks("slow", "2s"), says("broken", testMissing.Fail("gone"))
			beside := asks("beside", "1s", "1500ms")
			beside.Alongside = []*Check{slow}
			vain := says("vain", OK("fine"))
			vain.Alongside = []*Check{broken}
			start := time.Now() //nolint:forbidigo // the clock of the bubble
			all := runAll(t.Context(), Engine{Workers: workers}, h, slow, beside, broken, vain)
			if got, want := statuses(all), "slow ok \nbeside ok \nbroken fail \nvain blocked \n"; got != want {
				t.Errorf("with %d workers:\n%swant\n%s", workers, got, want)
			}
			if took := time.Since(start); workers == 0 && took != 2500*time.Millisecond {
				t.Errorf("the checks took %s, and should have worked side by side", took)
			}
			if len(all[1].Evidence) != 2 || len(all[3].Evidence) != 0 {
				t.Errorf("evidence of %d and %d queries", len(all[1].Evidence), len(all[3].Evidence))
			}
		}
	})
}
