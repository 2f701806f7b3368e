package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"devdoctor/testdata/lab/machine"
	"devdoctor/testdata/lab/oracle"
)

// repairFlags is what the subcommand repair is told.
type repairFlags struct {
	system     string
	from       uint64
	n, workers int
	machine    string
	again      bool
	peers      bool
	unrepaired bool
	kill       int
	devdoctor  string
	winget     bool
}

func (f *repairFlags) parse(args []string) error {
	set := flag.NewFlagSet("repair", flag.ContinueOnError)
	set.StringVar(&f.system, "system", "linux", "linux or windows")
	set.Uint64Var(&f.from, "seed", 1, "the first seed")
	set.IntVar(&f.n, "n", 100, "how many seeds; about half of the machines are broken")
	set.IntVar(&f.workers, "workers", 2, "how many machines at once")
	set.StringVar(&f.machine, "machine", "", "repair this machine: \"SYSTEM USER SHELL OWNER VERSION: KIND, KIND\"; KIND may be each, for each kind alone")
	set.BoolVar(&f.again, "again", false, "repair machines again that were repaired before")
	set.BoolVar(&f.peers, "peers", false, "give the same machines to mise, n and apt as well")
	set.BoolVar(&f.unrepaired, "unrepaired", false, "show each machine that stays broken")
	set.IntVar(&f.kill, "kill", 0, "with -machine of Windows: kill fix at so many moments, and look whether undo puts all back")
	set.BoolVar(&f.winget, "winget", false, "give machines of Windows stand-ins for winget and PowerShell")
	set.StringVar(&f.devdoctor, "devdoctor", "", "the program; built from the working tree where empty")
	if err := set.Parse(args); err != nil {
		return err
	}
	if strings.HasPrefix(f.machine, "windows ") {
		f.system = "windows"
	}
	if f.peers && f.system == "windows" {
		return errors.New("none of the peers is made for Windows")
	}
	if f.kill > 0 && (f.machine == "" || f.system != "windows") {
		return errors.New("-kill is for a -machine of Windows; elsewhere there is lab crash")
	}
	return nil
}

// repairCommand lets devdoctor repair machines made at random, or those that are named.
func repairCommand(ctx context.Context, w io.Writer, args []string) error {
	var f repairFlags
	if err := f.parse(args); err != nil {
		return err
	}
	store, dir, remove, err := workplace()
	if err != nil {
		return err
	}
	defer remove()
	r, err := repairer(ctx, store, dir, f)
	if err != nil {
		return err
	}
	switch {
	case f.kill > 0:
		return killNamed(ctx, w, r, f)
	case f.machine != "":
		return repairNamed(ctx, w, r, f)
	}
	lab, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the lab's own program: %w", err)
	}
	results, err := oracle.OpenResults[oracle.Repaired](filepath.Join(store.Dir, "repair"), r.Devdoctor, lab)
	if err != nil {
		return err
	}
	return errors.Join(repairSeeds(ctx, w, r, f, results), results.Close())
}

// repairer is a runner whose machines have what fixes fetch. Its devdoctor trusts the
// checksums of the machines' own mirror, which only a build with this tag can be told to.
func repairer(ctx context.Context, store *machine.Store, dir string, f repairFlags) (*oracle.Runner, error) {
	if f.devdoctor == "" {
		var err error
		if f.devdoctor, err = buildDevdoctor(ctx, dir, f.system, "-tags", "labtrust"); err != nil {
			return nil, err
		}
	}
	kit := filepath.Join(dir, "kit")
	if err := oracle.MakeKit(ctx, store, kit); err != nil {
		return nil, err
	}
	sums, err := store.Checksums(ctx, f.system)
	if err == nil {
		err = os.WriteFile(filepath.Join(kit, "SHASUMS256.txt"), sums, 0o644)
	}
	if err != nil {
		return nil, fmt.Errorf("write what to trust: %w", err)
	}
	r := &oracle.Runner{Store: store, Devdoctor: f.devdoctor, Kit: kit, Mirror: true, Env: []string{"DEVDOCTOR_NODE_MIRROR=http://127.0.0.1"}}
	if f.system == "windows" {
		r.Env = append(r.Env, `DEVDOCTOR_LAB_TRUST=Z:\opt\lesson\SHASUMS256.txt`)
		if f.winget {
			r.Binds, err = wingetPrograms(ctx, store, dir)
		}
		return r, err
	}
	// The mirror has neither archives of xz nor signatures, and mise's own list of versions is out of reach.
	r.Env = append(r.Env, "DEVDOCTOR_LAB_TRUST=/opt/lesson/SHASUMS256.txt", "N_USE_XZ=0", "MISE_NODE_VERIFY=false", "MISE_USE_VERSIONS_HOST=0")
	r.Binds, err = oracle.PeerPrograms(ctx, store)
	return r, err
}

// wingetPrograms is the stand-ins for winget and PowerShell, in a folder that is always on PATH and comes
// before that of Wine's PowerShell, and the Git that winget installs.
func wingetPrograms(ctx context.Context, store *machine.Store, dir string) ([]machine.Bind, error) {
	git, err := store.Git(ctx)
	binds := []machine.Bind{{Host: git, Path: "/opt/winget/git"}}
	for _, name := range []string{"winget", "powershell"} {
		err = errors.Join(err, buildStandIn(ctx, dir, name))
		binds = append(binds, machine.Bind{Host: filepath.Join(dir, name+".exe"), Path: "/home/learner/.wine/drive_c/windows/" + name + ".exe"})
	}
	return binds, err
}

func (f repairFlags) chosenPeers() []oracle.Peer {
	if f.peers {
		return oracle.Peers
	}
	return nil
}

// repairNamed repairs the machines of the flag -machine, and shows all that is known of
// them.
func repairNamed(ctx context.Context, w io.Writer, r *oracle.Runner, f repairFlags) error {
	plans, err := namedPlans(f.machine)
	if err != nil {
		return err
	}
	var failed atomic.Int32
	err = inParallel(f.workers, plans, func(p oracle.Plan) error {
		out, err := r.Repair(ctx, p, f.chosenPeers())
		if err != nil { // of this machine: the others go on
			failed.Add(1)
			fmt.Fprintf(w, "%s could not be judged: %v\n", p, err)
			return ctx.Err()
		}
		fmt.Fprint(w, out.Describe())
		return nil
	})
	return errors.Join(err, unjudged(int(failed.Load())))
}

func unjudged(machines int) error {
	if machines == 0 {
		return nil
	}
	return fmt.Errorf("%d machines could not be judged", machines)
}

// killNamed kills fix on the machines of the flag -machine.
func killNamed(ctx context.Context, w io.Writer, r *oracle.Runner, f repairFlags) error {
	plans, err := namedPlans(f.machine)
	if err != nil {
		return err
	}
	var bad []error
	for _, p := range plans {
		all, err := r.Kill(ctx, p, f.kill)
		if err != nil {
			return err
		}
		inside, changed := 0, 0
		for _, k := range all {
			if !k.Ended {
				inside++
				if k.Changed {
					changed++
				}
			}
			if len(k.Undo) > 0 {
				bad = append(bad, fmt.Errorf("%s, killed after %v: undo did not put back: %s", p, k.After, strings.Join(k.Undo, ", ")))
			}
		}
		fmt.Fprintf(w, "%s: fix was let run %d times, and killed before it had ended %d times, of these %d times with something changed\n", p, len(all), inside, changed)
	}
	return errors.Join(bad...)
}

// repairSeeds repairs machines until enough are; those of earlier runs count.
func repairSeeds(ctx context.Context, w io.Writer, r *oracle.Runner, f repairFlags, results *oracle.Results[oracle.Repaired]) error {
	var mu sync.Mutex
	var all []oracle.Repaired
	var seeds []uint64
	for i := range f.n {
		seed := f.from + uint64(i)
		if done, ok := results.Has(f.system, seed); ok && !f.again && (!f.peers || done.Verdict == oracle.Sound || len(done.Peers) > 0) {
			all = append(all, done)
			continue
		}
		seeds = append(seeds, seed)
	}
	failed := 0
	err := inParallel(f.workers, seeds, func(seed uint64) error {
		out, err := r.Repair(ctx, oracle.Generate(f.system, seed), f.chosenPeers())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil { // of this machine: the others go on
			failed++
			fmt.Fprintf(w, "%d could not be judged: %v\n", seed, err)
			return nil
		}
		all = append(all, out)
		if f.unrepaired && out.Verdict != oracle.Sound && out.Verdict != oracle.Mended || len(out.Second)+len(out.Undo) > 0 {
			fmt.Fprint(w, out.Describe())
		}
		return results.Add(out)
	})
	fmt.Fprint(w, "\n", oracle.RepairsOf(all).Markdown())
	return errors.Join(err, unjudged(failed))
}

// namedPlans reads the machines of a flag -machine.
func namedPlans(text string) ([]oracle.Plan, error) {
	text, kinds, _ := strings.Cut(text, ":")
	base, err := oracle.ParseBase(text)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(kinds) == "each" {
		return oracle.Singles(base), nil
	}
	p, err := oracle.NewPlan(base, strings.FieldsFunc(kinds, func(r rune) bool { return r == ',' || r == ' ' })...)
	return []oracle.Plan{p}, err
}
