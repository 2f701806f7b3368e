package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// scenarios runs the committed scenarios, or those whose name matches -run.
func scenarios(ctx context.Context, w io.Writer, args []string) error {
	set := flag.NewFlagSet("scenarios", flag.ContinueOnError)
	only := set.String("run", "", "run the scenarios whose name matches this regular expression")
	dir := set.String("dir", "testdata/lab/scenarios", "where the scenarios are")
	workers := set.Int("workers", runtime.NumCPU(), "how many machines at once")
	verbose := set.Bool("v", false, "show the whole report of what differs")
	if err := set.Parse(args); err != nil {
		return err
	}
	list, err := readScenarios(*dir, *only)
	if err != nil {
		return err
	}
	store, err := machine.OpenStore()
	if err != nil {
		return err
	}
	store.Log = w
	bin, remove, err := store.Scratch()
	if err != nil {
		return err
	}
	defer remove()
	if err := furnish(bin); err != nil {
		return err
	}
	for _, system := range []string{"linux", "windows"} {
		if !slices.ContainsFunc(list, func(s *scenario) bool { return s.program() == system }) {
			continue
		}
		if _, err := buildDevdoctor(ctx, bin, system); err != nil {
			return err
		}
		if system == "windows" {
			for _, name := range []string{"certutil", "curl", "tar"} {
				if err := buildStandIn(ctx, filepath.Join(bin, "standin"), name); err != nil {
					return err
				}
			}
		}
		if !slices.ContainsFunc(list, func(s *scenario) bool { return s.program() == system && s.spec.Mirror }) {
			continue
		}
		if _, err := buildDevdoctor(ctx, filepath.Join(bin, "labtrust"), system, "-tags", "labtrust"); err != nil {
			return err
		}
	}
	return (&runner{store, bin}).all(ctx, w, list, *workers, *verbose)
}

func readScenarios(dir, only string) ([]*scenario, error) {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var list []*scenario
	for _, path := range paths {
		if !chosen.MatchString(strings.TrimSuffix(filepath.Base(path), ".txtar")) {
			continue
		}
		s, err := readScenario(path)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("there is no scenario in %s whose name matches %q", dir, only)
	}
	return list, nil
}

// all runs scenarios side by side and prints a line for each, in their order. One that is
// not as wanted is played again, alone: what only a busy computer brings about is named,
// and is no defect of devdoctor.
func (r *runner) all(ctx context.Context, w io.Writer, list []*scenario, workers int, verbose bool) error {
	begin := time.Now()
	var bad []*scenario
	err := inOrder(workers, list, func(s *scenario) outcome { return r.play(ctx, s) }, func(s *scenario, o outcome) error {
		ok, err := s.tell(ctx, w, o, verbose)
		if !ok {
			bad = append(bad, s)
		}
		return err
	})
	if err != nil {
		return err
	}
	var twice, once []string
	if len(bad) > 0 {
		fmt.Fprintln(w, "\nnot as wanted, so once more, one at a time:")
	}
	for _, s := range bad {
		ok, err := s.tell(ctx, w, r.play(ctx, s), verbose)
		switch {
		case err != nil:
			return err
		case ok:
			once = append(once, s.name)
		default:
			twice = append(twice, s.name)
		}
	}
	fmt.Fprintf(w, "%d scenarios, %d as wanted, in %.0f s\n", len(list), len(list)-len(bad), time.Since(begin).Seconds())
	if len(once) > 0 {
		fmt.Fprintf(w, "UNSTEADY: %s: as wanted only when played alone\n", strings.Join(once, ", "))
	}
	if len(twice) > 0 {
		return fmt.Errorf("not as wanted, twice: %s", strings.Join(twice, ", "))
	}
	return nil
}

// tell prints what became of a scenario; ok is that all is as wanted. The error is one
// that ends all scenarios.
func (s *scenario) tell(ctx context.Context, w io.Writer, o outcome, verbose bool) (ok bool, err error) {
	verdict := "ok"
	switch {
	case errors.Is(o.err, machine.ErrUnsupported) || ctx.Err() != nil:
		return false, errors.Join(o.err, context.Cause(ctx))
	case o.err != nil:
		verdict, o.differs = "BROKEN", []string{o.err.Error()}
	case len(o.differs) > 0:
		verdict = "DIFFERS"
	}
	fmt.Fprintf(w, "%-8s %-48s %6.1f s", verdict, s.name, o.took.Seconds())
	if s.inTime {
		fmt.Fprintf(w, ", devdoctor %.1f s", o.devdoctor.Seconds())
	}
	fmt.Fprint(w, "\n", indented(o.differs))
	if verdict != "ok" && verbose {
		fmt.Fprintln(w, o.report)
	}
	return verdict == "ok", nil
}

// indented are paragraphs below a line that they explain.
func indented(paragraphs []string) string {
	var b strings.Builder
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "    %s\n", strings.ReplaceAll(strings.TrimSpace(p), "\n", "\n    "))
	}
	return b.String()
}
