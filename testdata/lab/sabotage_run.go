package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"time"

	"devdoctor/testdata/lab/machine"
	"devdoctor/testdata/lab/oracle"
)

// sabotageCommand breaks devdoctor on purpose, one line at a time, and looks whether the
// lab turns red each time.
func sabotageCommand(ctx context.Context, w io.Writer, args []string) error {
	set := flag.NewFlagSet("sabotage", flag.ContinueOnError)
	only := set.String("run", "", "take the sabotages whose subject matches this regular expression")
	list := set.Bool("list", false, "list the sabotages, and build and play nothing")
	machines := set.Int("n", 90, "how many machines of the oracle judge what no scenario caught, from seed 1")
	workers := set.Int("workers", runtime.NumCPU(), "how many sabotages at once")
	oracleOnly := set.Bool("oracle-only", false, "play no scenario: how sensitive the oracle is. What survives is counted, and no error")
	verbose := set.Bool("v", false, "show the lines and all that differs")
	if err := set.Parse(args); err != nil {
		return err
	}
	chosen, err := chooseSabotages(*only)
	if err != nil {
		return err
	}
	for _, s := range chosen {
		if _, err := s.apply("."); err != nil {
			return err
		}
	}
	if *list {
		for _, s := range chosen {
			fmt.Fprint(w, s.describe())
		}
		return nil
	}
	b, remove, err := newBench(w, *machines)
	if err != nil {
		return err
	}
	defer remove()
	if *oracleOnly {
		b.scenarios = nil
		memory, err := oracle.OpenMemory(filepath.Join(b.store.Dir, "oracle", "lessons"))
		if err != nil {
			return err
		}
		memory.Recall, b.memory = true, memory
		return errors.Join(b.all(ctx, w, chosen, *workers, *verbose), memory.Close())
	}
	return b.all(ctx, w, chosen, *workers, *verbose)
}

func chooseSabotages(only string) ([]sabotage, error) {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	list := slices.DeleteFunc(slices.Clone(sabotages), func(s sabotage) bool { return !chosen.MatchString(s.subject) })
	if len(list) == 0 {
		return nil, fmt.Errorf("there is no sabotage whose subject matches %q; -list lists them", only)
	}
	return list, nil
}

// describe is the sabotage for people.
func (s sabotage) describe() string {
	return fmt.Sprintf("%s: %s\n    %s\n  - %s\n  + %s\n", s.subject, s.does, s.file, s.old, s.new)
}

// bench is where sabotages are tried.
type bench struct {
	root      string // of the repository
	dir       string // for what lives as long as the command
	store     *machine.Store
	scenarios []*scenario
	machines  int      // of the oracle
	honest    *program // without any sabotage
	kit       func() (string, error)
	memory    *oracle.Memory // nil teaches every lesson
	alone     sync.RWMutex   // held to read by what is played beside others
}

func newBench(w io.Writer, machines int) (*bench, func(), error) {
	scenarios, err := readScenarios("testdata/lab/scenarios", "")
	if err != nil {
		return nil, nil, err
	}
	store, err := machine.OpenStore()
	if err != nil {
		return nil, nil, err
	}
	store.Log = w
	dir, remove, err := store.Scratch()
	if err != nil {
		return nil, nil, err
	}
	b := &bench{root: ".", dir: dir, store: store, scenarios: scenarios, machines: machines}
	b.honest = b.program(filepath.Join(dir, "honest"))
	b.kit = sync.OnceValues(func() (string, error) {
		kit := filepath.Join(dir, "kit")
		return kit, oracle.MakeKit(context.Background(), store, kit)
	})
	return b, remove, nil
}

// all tries sabotages side by side, and prints for each what caught it.
func (b *bench) all(ctx context.Context, w io.Writer, list []sabotage, workers int, verbose bool) error {
	begin, survived, failed := time.Now(), 0, 0
	try := func(s sabotage) judged {
		start := time.Now()
		j := b.try(ctx, s)
		j.took = time.Since(start)
		return j
	}
	err := inOrder(workers, list, try, func(s sabotage, j judged) error {
		verdict := "caught"
		switch {
		case errors.Is(j.err, machine.ErrUnsupported) || ctx.Err() != nil:
			return errors.Join(j.err, context.Cause(ctx))
		case j.err != nil:
			verdict, j.differs = "BROKEN", []string{j.err.Error()}
			failed++
		case j.by == "":
			verdict = "SURVIVED"
			survived++
		case !verbose:
			j.differs = j.differs[len(j.differs)-1:] // the exit status comes first
		}
		fmt.Fprintf(w, "%-8s %-10s %-40s %3d tried %6.1f s\n", verdict, s.subject, j.by, j.tried, j.took.Seconds())
		if verbose || verdict != "caught" {
			fmt.Fprint(w, s.describe())
		}
		fmt.Fprint(w, indented(j.differs))
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d sabotages, %d caught, in %.0f s\n", len(list), len(list)-survived-failed, time.Since(begin).Seconds())
	switch {
	case survived > 0 && len(b.scenarios) > 0:
		return fmt.Errorf("%d sabotages survive: the lab lacks a scenario for each", survived)
	case failed > 0:
		return fmt.Errorf("%d sabotages could not be judged", failed)
	}
	return nil
}

// program is a build of devdoctor on which scenarios are played. It is built for a
// system when the first scenario needs it.
type program struct {
	runner
	flags []string

	mu    sync.Mutex
	built map[string]error // by system
}

func (b *bench) program(dir string, flags ...string) *program {
	return &program{runner: runner{b.store, filepath.Join(dir, "bin")}, flags: flags, built: map[string]error{}}
}

// build builds devdoctor for a system, and puts it where machines see it.
func (p *program) build(ctx context.Context, system string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err, done := p.built[system]
	if done {
		return err
	}
	if len(p.built) == 0 {
		err = os.MkdirAll(p.bin, 0o755)
		if err == nil {
			err = furnish(p.bin)
		}
	}
	if err == nil {
		_, err = buildDevdoctor(ctx, p.bin, system, p.flags...)
	}
	p.built[system] = err
	return err
}

func (p *program) play(ctx context.Context, s *scenario) outcome {
	if err := p.build(ctx, s.program()); err != nil {
		return outcome{err: err}
	}
	return p.runner.play(ctx, s)
}

// oracle lets machines made at random judge what no scenario caught.
func (b *bench) oracle(ctx context.Context, bad *program, j judged) judged {
	for seed := range uint64(b.machines) {
		j.tried++
		by := ""
		red, err := b.red(fmt.Sprintf("the machine of seed %d", seed+1),
			func() ([]string, error) {
				r, err := b.judge(ctx, bad, seed+1)
				by = fmt.Sprintf("seed %d: %s", seed+1, r.Verdict)
				return disagreement(r), err
			},
			func() ([]string, error) {
				r, err := b.judge(ctx, b.honest, seed+1)
				return disagreement(r), err
			})
		if err != nil || red != nil {
			j.by, j.differs, j.err = by, red, err
			return j
		}
	}
	return j
}

func disagreement(r oracle.Record) []string {
	if r.Verdict == oracle.Agree {
		return nil
	}
	return r.Why
}

// judge is the oracle's verdict on a build.
func (b *bench) judge(ctx context.Context, p *program, seed uint64) (oracle.Record, error) {
	kit, err := b.kit()
	if err == nil {
		err = p.build(ctx, "linux")
	}
	if err != nil {
		return oracle.Record{}, err
	}
	r := &oracle.Runner{Store: b.store, Devdoctor: filepath.Join(p.bin, "devdoctor"), Kit: kit, Memory: b.memory}
	record, err := r.Record(ctx, "linux", seed, false)
	if err == nil && record.Verdict == oracle.NotJudged {
		err = fmt.Errorf("seed %d could not be judged: %v", seed, record.Why)
	}
	return record, err
}
