package oracle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devdoctor/testdata/lab/machine"
)

// What goes wrong after a verdict does not cost the verdict, and what comes to none is counted.
func TestRecord(t *testing.T) {
	busy := errors.New("the machine does not start")
	p := Plan{Seed: 7, Mutations: []*Mutation{{Name: "a"}, {Name: "b"}}}
	says := func(v Verdict, why ...string) *Case { return &Case{Plan: p, Verdict: v, Why: why} }
	for _, c := range []struct {
		name          string
		first, again  *Case // nil is an error
		shrink, write error
		verdict       Verdict
		why           string // of all lines
		unsteady      string
		scenario      string
	}{
		{"agrees", says(Agree), nil, nil, nil, Agree, "", "", ""},
		{"cannot be judged", nil, nil, nil, nil, NotJudged, "the machine does not start; no second machine: the machine does not start", "", ""},
		{"is judged at second sight", nil, says(Agree), nil, nil, Agree, "", "not-judged; the machine does not start", ""},
		{"disagrees", says(FalseAlarm, "warm"), says(FalseAlarm, "warn"), nil, nil, FalseAlarm, "warn; smallest: a", "", "of a"},
		{"no second machine", says(FalseReady, "not seen"), nil, nil, nil, FalseReady, "not seen; no second machine: the machine does not start", "", ""},
		{"agrees at second sight", says(FalseReady, "not seen"), says(Agree), nil, nil, Agree, "", "false-ready; not seen", ""},
		{"disagrees in another way", says(FalseReady, "not seen"), says(WrongCause, "b"), nil, nil, WrongCause, "b; smallest: a", "false-ready; not seen", "of a"},
		{"cannot be made smaller", says(FalseAlarm, "warn"), says(FalseAlarm, "warn"), busy, nil, FalseAlarm, "warn; made no smaller: the machine does not start; smallest: a, b", "", "of a, b"},
		{"no scenario", says(FalseAlarm, "warn"), says(FalseAlarm, "warn"), nil, busy, FalseAlarm, "warn; smallest: a; no scenario: the machine does not start", "", ""},
	} {
		l := looks{
			judge: func(_ context.Context, k *Case) (*Case, error) {
				is := c.first
				if k.Anew {
					is = c.again
				}
				if is == nil {
					return nil, busy
				}
				return is, nil
			},
			shrink: func(_ context.Context, k *Case) (*Case, error) {
				if k != c.again {
					t.Errorf("%s: the first of two machines is made smaller", c.name)
				}
				if c.shrink != nil {
					return k, c.shrink
				}
				return &Case{Plan: p.Without(p.Mutations[1])}, nil
			},
			scenario: func(_ context.Context, k *Case) (string, error) {
				return "of " + strings.Join(k.Plan.Names(), ", "), c.write
			},
		}
		r, err := l.record(t.Context(), "linux", p)
		why := strings.ReplaceAll(strings.Join(r.Why, "; "), "    : ", "")
		if why = strings.ReplaceAll(why, "smallest: "+Base{}.String()+": ", "smallest: "); err != nil || r.Verdict != c.verdict || why != c.why ||
			strings.Join(r.Unsteady, "; ") != c.unsteady || r.Scenario != c.scenario || r.Seed != 7 {
			t.Errorf("%s: %v, %+v", c.name, err, r)
		}
	}
	// Where there are no machines, and where the run was ended, nothing was judged.
	none := looks{judge: func(context.Context, *Case) (*Case, error) { return nil, machine.ErrUnsupported }}
	if _, err := none.record(t.Context(), "linux", p); !errors.Is(err, machine.ErrUnsupported) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	late := looks{judge: func(ctx context.Context, _ *Case) (*Case, error) { return nil, fmt.Errorf("start: %w", ctx.Err()) }}
	if _, err := late.record(ctx, "linux", p); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What a second machine took back shows in the score, and so does what could not be judged.
func TestScoreOfUnsteady(t *testing.T) {
	s := ScoreOf([]Record{
		{Seed: 1, System: "linux", Verdict: Agree, Unsteady: []string{"false-ready", "not seen"}, Commit: "a1", Recalled: true},
		{Seed: 2, System: "linux", Verdict: NotJudged, Commit: "a1"},
		{Seed: 3, System: "linux", Verdict: Agree, Commit: "b2"},
		{Seed: 9, System: "windows", Verdict: Agree},
	})
	text := s.Markdown()
	for _, want := range []string{
		"First false-ready, and something else on a second, equal machine, which counts: 1.", "| not-judged | 1 | 25.00 % | 75.",
		"linux: seeds 1-3; devdoctor a1 and b2;", "windows: seeds 9; devdoctor not noted;", "The lessons of 3 were taught, those of 1 are of earlier runs.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// Machines that nearly all fail, or of one thing, are told from those worth judging.
func TestScoreOfUnfair(t *testing.T) {
	records := func(failing, ofOne int) (list []Record) {
		for i := range 1000 {
			r := Record{Seed: uint64(i), System: "linux", Verdict: Agree, Fails: i < failing}
			if r.Fails {
				r.Causes = []string{fmt.Sprint("kind", i%50)}
			}
			if i < ofOne {
				r.Causes = []string{"one"}
			}
			list = append(list, r)
		}
		return list
	}
	for name, c := range map[string]struct {
		failing, ofOne int
		want           int
	}{
		"fair": {500, 50, 0}, "too few fail": {399, 0, 1}, "too many fail": {601, 0, 1}, "of one thing": {500, 51, 1},
	} {
		if got := ScoreOf(records(c.failing, c.ofOne)).Unfair; len(got) != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestRanges(t *testing.T) {
	if got := ranges([]uint64{7, 1, 2, 3, 9, 8, 12, 1}); got != "1-3, 7-9, 12" {
		t.Error(got)
	}
}

// A run that is killed while it writes costs the line it wrote, and no other.
func TestResultsTorn(t *testing.T) {
	dir, program := t.TempDir(), filepath.Join(t.TempDir(), "devdoctor")
	if err := os.WriteFile(program, []byte("x"), 0o755); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		r, err := OpenResults[Record](dir, program)
		if err != nil {
			t.Fatal(err)
		}
		var seeds []uint64
		for _, record := range r.All() {
			seeds = append(seeds, record.Seed)
		}
		slices.Sort(seeds)
		if want := []uint64{0, 1, 2}[:seed]; !slices.Equal(seeds, want) {
			t.Errorf("got the seeds %v, want %v", seeds, want)
		}
		long := strings.Repeat("x", 2<<20) // longer than any line of a scanner's
		if err := errors.Join(r.Add(Record{Seed: seed, System: "linux", Scenario: long}), r.Close()); err != nil {
			t.Fatal(err)
		}
		tear(t, r.path)
	}
}

// A damaged file of lessons stops no run, and costs what is damaged in it.
func TestMemoryDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lessons")
	text := `{"id": "a"}` + "\n" + strings.Repeat("\x00", 2<<20) + "\n" + `{"id": "b"}` + "\n" + strings.Repeat("x", 2<<20)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, keep := range []string{"c", "d"} {
		m, err := OpenMemory(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(m.keep(keep, learned{}), m.Close()); err != nil {
			t.Fatal(err)
		}
	}
	m, err := OpenMemory(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(sorted(m.of), " "); got != "a b c d" {
		t.Errorf("it remembers %q", got)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
}
