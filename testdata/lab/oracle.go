package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"devdoctor/testdata/lab/machine"
	"devdoctor/testdata/lab/oracle"
)

// oracleFlags is what the subcommand oracle is told.
type oracleFlags struct {
	system       string
	from         uint64
	n, workers   int
	mustAgree    bool
	again        bool
	remember     bool
	machine      string
	devdoctor    string
	commit       string
	shrink, show bool
}

func (f *oracleFlags) parse(args []string) error {
	set := flag.NewFlagSet("oracle", flag.ContinueOnError)
	set.StringVar(&f.system, "system", "linux", "linux or windows")
	set.Uint64Var(&f.from, "seed", 0, "the first seed; 0 takes a new one and prints it")
	set.IntVar(&f.n, "n", 100, "how many machines")
	set.IntVar(&f.workers, "workers", runtime.NumCPU(), "how many machines at once")
	set.BoolVar(&f.mustAgree, "agree", false, "fail where a machine disagrees")
	set.BoolVar(&f.again, "again", false, "judge machines again that were judged before")
	set.BoolVar(&f.remember, "remember", false, "where a machine has not changed, take what became of its lesson from an earlier run")
	set.StringVar(&f.machine, "machine", "", "judge this machine: \"SYSTEM USER SHELL OWNER VERSION: KIND, KIND\"; KIND may be each, for each kind alone")
	set.StringVar(&f.devdoctor, "devdoctor", "", "the program for Linux or Windows; built from the working tree where empty")
	set.StringVar(&f.commit, "commit", "", "the commit of -devdoctor, for the score; of the working tree where that is built")
	set.BoolVar(&f.shrink, "shrink", true, "find the smallest machine that still disagrees")
	set.BoolVar(&f.show, "v", false, "show what each machine said")
	if err := set.Parse(args); err != nil {
		return err
	}
	if f.from == 0 {
		f.from = uint64(time.Now().UnixNano()) % 1e12
	}
	return nil
}

// oracleCommand judges machines made at random, or one machine that is named.
func oracleCommand(ctx context.Context, w io.Writer, args []string) error {
	var f oracleFlags
	if err := f.parse(args); err != nil {
		return err
	}
	if strings.HasPrefix(f.machine, "windows ") {
		f.system = "windows"
	}
	store, dir, remove, err := workplace()
	if err != nil {
		return err
	}
	defer remove()
	if f.devdoctor == "" {
		if f.devdoctor, err = buildDevdoctor(ctx, dir, f.system); err != nil {
			return err
		}
		f.commit = cmp.Or(f.commit, commit(ctx))
	}
	kit := filepath.Join(dir, "kit")
	if err := oracle.MakeKit(ctx, store, kit); err != nil {
		return err
	}
	r := &oracle.Runner{Store: store, Devdoctor: f.devdoctor, Kit: kit}
	if f.machine != "" {
		return judgeNamed(ctx, w, r, f)
	}
	if r.Memory, err = oracle.OpenMemory(filepath.Join(store.Dir, "oracle", "lessons")); err != nil {
		return err
	}
	r.Memory.Recall = f.remember
	lab, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the lab's own program: %w", err)
	}
	results, err := oracle.OpenResults[oracle.Record](filepath.Join(store.Dir, "oracle"), f.devdoctor, lab)
	if err != nil {
		return err
	}
	err = judgeSeeds(ctx, w, r, f, results)
	return errors.Join(err, results.Close(), r.Memory.Close())
}

// commit names what the working tree is made from.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--exclude=*").Output()
	if err != nil {
		return "" // a tree without its history
	}
	return strings.TrimSpace(string(out))
}

// judgeNamed judges the machines of the flag -machine, and shows all they said.
func judgeNamed(ctx context.Context, w io.Writer, r *oracle.Runner, f oracleFlags) error {
	plans, err := namedPlans(f.machine)
	if err != nil {
		return err
	}
	var failed, wrong atomic.Int32
	err = inParallel(f.workers, plans, func(p oracle.Plan) error {
		begin := time.Now()
		c, err := r.Judge(ctx, p)
		if err != nil { // of this machine: the others go on
			failed.Add(1)
			fmt.Fprintf(w, "%s could not be judged: %v\n", p, err)
			return ctx.Err()
		}
		fmt.Fprintf(w, "%s %.1fs\n%s", p, time.Since(begin).Seconds(), c.Describe())
		if c.Verdict != oracle.Agree || c.Mistaken() {
			wrong.Add(1)
		}
		return nil
	})
	err = errors.Join(err, unjudged(int(failed.Load())))
	if n := wrong.Load(); n > 0 && f.mustAgree {
		err = errors.Join(err, fmt.Errorf("%d of %d machines disagree, with devdoctor or with the table", n, len(plans)))
	}
	return err
}

// judgeSeeds judges machines until enough are judged; those of earlier runs count.
func judgeSeeds(ctx context.Context, w io.Writer, r *oracle.Runner, f oracleFlags, results *oracle.Results[oracle.Record]) error {
	fmt.Fprintf(w, "%d machines from seed %d: go run ./testdata/lab oracle -system %s -seed %d -n %d\n", f.n, f.from, f.system, f.from, f.n)
	var mu sync.Mutex
	var all []oracle.Record
	seeds := make([]uint64, 0, f.n)
	for i := range f.n {
		if record, ok := results.Has(f.system, f.from+uint64(i)); ok && !f.again && record.Verdict != oracle.NotJudged {
			all = append(all, record)
			continue
		}
		seeds = append(seeds, f.from+uint64(i))
	}
	err := inParallel(f.workers, seeds, func(seed uint64) error {
		record, err := r.Record(ctx, f.system, seed, f.shrink)
		if err != nil {
			return err
		}
		record.Commit = f.commit
		mu.Lock()
		defer mu.Unlock()
		all = append(all, record)
		if record.Verdict != oracle.Agree {
			fmt.Fprintf(w, "%d %s: %s: %s\n  %s\n", seed, record.Verdict, record.Base, strings.Join(record.Kinds, ", "), strings.Join(record.Why, "\n  "))
			if err := saveScenario(filepath.Join(r.Store.Dir, "oracle"), record); err != nil {
				return err
			}
		}
		return results.Add(record)
	})
	s := oracle.ScoreOf(all)
	fmt.Fprint(w, "\n", s.Summary())
	if err != nil {
		return err
	}
	if n := s.Verdicts[oracle.NotJudged].Count; n > 0 {
		return unjudged(n)
	}
	if f.mustAgree && slices.ContainsFunc(all, func(r oracle.Record) bool { return r.Verdict != oracle.Agree }) {
		return errors.New("not all machines agree")
	}
	return nil
}

func saveScenario(dir string, r oracle.Record) error {
	if r.Scenario == "" {
		return nil
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%d-%s.txtar", r.System, r.Seed, r.Verdict))
	if err := os.WriteFile(path, []byte(r.Scenario), 0o644); err != nil {
		return fmt.Errorf("save the scenario: %w", err)
	}
	return nil
}

// scoreCommand prints the score of all runs of this program and this devdoctor.
func scoreCommand(_ context.Context, w io.Writer, args []string) error {
	set := flag.NewFlagSet("score", flag.ContinueOnError)
	asJSON := set.Bool("json", false, "as JSON")
	outcomes := set.Bool("outcomes", false, "in place of the score what became of each machine, as testdata/lab/oracle/testdata/outcomes keeps it")
	if err := set.Parse(args); err != nil {
		return err
	}
	store, err := machine.OpenStore()
	if err != nil {
		return err
	}
	records, err := oracle.ReadResults[oracle.Record](filepath.Join(store.Dir, "oracle"))
	if err != nil {
		return err
	}
	if *outcomes {
		return oracle.WriteOutcomes(w, records)
	}
	s := oracle.ScoreOf(records)
	scenarios, err := filepath.Glob("testdata/lab/scenarios/*.txtar")
	if err != nil {
		return err
	}
	s.Scenarios = len(scenarios)
	if *asJSON {
		return s.WriteJSON(w)
	}
	_, err = io.WriteString(w, s.Markdown())
	return err
}
