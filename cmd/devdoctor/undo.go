package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// undoFlags is what a learner asked of undo.
type undoFlags struct {
	list   bool
	yes    bool
	format formatFlag
}

func newUndo(a *app) *cobra.Command {
	var f undoFlags
	cmd := &cobra.Command{
		Use:   "undo [RUN]",
		Short: "Take back what fix changed",
		Long: `undo takes back what the last fix changed, or the run that is named, the last
step first. What somebody changed since stays as it is, and is named.

Exit status: 0 all is back, 1 something could not be taken back, 2 wrong usage,
4 nobody was there to ask and --yes was not given, 70 devdoctor broke.`,
		Example: `  devdoctor undo
  devdoctor undo --list`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.undo(f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.list, "list", false, "list the runs that can be taken back")
	flags.BoolVar(&f.yes, "yes", false, "take back without asking")
	f.format.add(flags, "text", "json")
	return cmd
}

// A pastRun is a run of fix, and what its journal tells.
type pastRun struct {
	platforms.Run
	fixers.Past
}

// inPlace is the numbers of the steps of which something may still be there.
func (p pastRun) inPlace() []int {
	var numbers []int
	for n, s := range p.Steps {
		if s.Began() && !s.Undone {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// open reports whether something of the run may still be in place.
func (p pastRun) open() bool { return len(p.inPlace()) > 0 }

func (a *app) undo(f undoFlags, args []string) error {
	r := &repairing{examination: &examination{app: a, self: callName(a.typed)}}
	r.flags.yes, r.flags.look.format = f.yes, f.format
	if err := r.understand(); err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	r.ended = ctx.Done()
	if err := r.openOwn(ctx, platforms.NewLive(), "undo", "it takes back what your own account did"); err != nil {
		return err
	}
	defer r.recorder.Close()
	runs, err := platforms.OpenRuns(r.host)
	if err != nil {
		return broken("%w", err)
	}
	if f.list {
		return r.listRuns(runs)
	}
	run, err := findRun(runs, args)
	if err != nil {
		return err
	}
	if run == nil {
		if f.format.name == "json" {
			return r.tellUndone("", nil, checks.ExitReady)
		}
		fmt.Fprintln(a.out, "There is nothing to take back.")
		return nil
	}
	if run.Plan.Machine != r.machine() && len(args) == 0 { // the home folder was copied here, or the computer has a new name
		const elsewhere = "run %s was made on another computer, or before this one had its name"
		if f.yes {
			return usage(elsewhere+"; to take it back here all the same, name it: %s undo --yes %s", run.ID, r.self, run.ID)
		}
		fmt.Fprintf(r.errOut, "devdoctor: "+elsewhere+".\n", run.ID)
	}
	if err := r.agreeToUndo(*run); err != nil {
		return err
	}
	release, err := r.lock(ctx, runs)
	if err != nil {
		return err
	}
	defer release()
	agreed := run.inPlace()
	if *run, err = readRun(run.Run); err != nil { // whoever had the lock may have gone on
		return err
	}
	if !slices.Equal(run.inPlace(), agreed) {
		if err := r.agreeToUndo(*run); err != nil {
			return err
		}
	}
	file, err := run.Journal()
	if err != nil {
		return broken("open the journal: %w", err)
	}
	defer func() { _ = file.Close() }()
	undoer := repair.Undoer{
		Changer: platforms.NewLiveChanger(r.host, run.ID, a.in, a.errOut), Journal: fixers.Reopen(file),
		Begins: func(s fixers.Step) {
			if _, back := s.Inverse(); back {
				r.begins("Taking back: ", s)
			}
		},
		Wait: platforms.NewLive().WaitFor,
	}
	results, err := undoer.Undo(ctx, run.Past)
	switch {
	case ctx.Err() != nil:
		if err := r.tellUndone(run.ID, results, checks.ExitInterrupted); err != nil {
			return err
		}
		return &failure{checks.ExitInterrupted, fmt.Errorf("interrupted; take back the rest with: %s undo", r.self)}
	case err != nil: // a full disk, for one
		return &failure{checks.ExitNotReady, fmt.Errorf("stopped: what is taken back could not be written down first: %w. Go on with: %s undo", err, r.self)}
	}
	return r.tellUndone(run.ID, results, checks.ExitReady)
}

// findRun is the run that is named, else the last that is not taken back; nil where there is
// none.
func findRun(runs platforms.Runs, args []string) (*pastRun, error) {
	all, err := runs.List()
	if err != nil {
		return nil, broken("list what was done: %w", err)
	}
	for _, run := range slices.Backward(all) {
		if len(args) == 1 && run.ID != args[0] {
			continue
		}
		past, err := readRun(run)
		if err != nil {
			return nil, err
		}
		switch named := len(args) == 1; {
		case past.open() || named && !past.At.IsZero():
			return &past, nil
		case named:
			return nil, nil
		}
	}
	if len(args) == 1 {
		return nil, usage("there is no run %q; devdoctor undo --list names them", args[0])
	}
	return nil, nil
}

func readRun(run platforms.Run) (pastRun, error) {
	f, err := run.ReadJournal()
	if err != nil {
		return pastRun{}, broken("open the journal of %s: %w", run.ID, err)
	}
	defer func() { _ = f.Close() }()
	past, err := fixers.ReadJournal(f)
	if err != nil && !errors.Is(err, fixers.ErrNeverBegan) {
		return pastRun{}, usage("the journal in %s cannot be used: %w", run.Dir(), err)
	}
	return pastRun{run, past}, nil
}

func (r *repairing) listRuns(runs platforms.Runs) error {
	all, err := runs.List()
	if err != nil {
		return broken("list what was done: %w", err)
	}
	list := make([]runJSON, len(all))
	for i, run := range all {
		list[i] = stateOf(run)
	}
	if r.flags.look.format.name == "json" {
		text, err := json.MarshalIndent(struct {
			Schema int       `json:"schema_version"`
			Runs   []runJSON `json:"runs"`
		}{fixers.Schema, list}, "", "  ")
		if err != nil {
			return broken("write the list: %w", err)
		}
		_, err = r.out.Write(append(text, '\n'))
		return err
	}
	for _, run := range list {
		line := run.Run + "  " + strings.ReplaceAll(run.State, "-", " ")
		if about := run.Error + strings.Join(run.Fixes, "; "); about != "" {
			line += ": " + about
		}
		fmt.Fprintln(r.out, line)
	}
	return nil
}

// A runJSON is what undo --list says of a run.
type runJSON struct {
	Run   string   `json:"run"`
	State string   `json:"state"` // in-place, taken-back, nothing-done, never-begun or cannot-be-read
	Fixes []string `json:"fixes,omitempty"`
	Error string   `json:"error,omitempty"`
}

func stateOf(run platforms.Run) runJSON {
	past, err := readRun(run)
	if err != nil {
		return runJSON{Run: run.ID, State: "cannot-be-read", Error: errors.Unwrap(err).Error()}
	}
	out := runJSON{Run: run.ID, State: "nothing-done"}
	switch {
	case past.At.IsZero():
		out.State = "never-begun"
	case past.open():
		out.State = "in-place"
	case slices.ContainsFunc(past.Steps, fixers.Happened.Began):
		out.State = "taken-back"
	}
	for _, f := range past.Plan.Fixes {
		out.Fixes = append(out.Fixes, f.Title)
	}
	return out
}

// agreeToUndo shows what is taken back, and asks.
func (r *repairing) agreeToUndo(run pastRun) error {
	if r.flags.yes {
		return nil
	}
	var backs, stays []string
	sh := fixers.ShellOf(r.host.OS)
	var kept []fixers.Step
	there := run.inPlace()
	for n, s := range run.Plan.Steps() {
		switch _, back := s.Inverse(); {
		case !slices.Contains(there, n):
		case back:
			kept = append(kept, s)
		default:
			stays = append(stays, inWords(sh, s, s.Says))
		}
	}
	for _, s := range brief(kept) {
		backs = append(backs, inWords(sh, s, s.Says))
	}
	if len(backs) == 0 { // what stays is named by whoever undoes it
		return nil
	}
	page := newPage((&output{to: r.errOut}).layout(false))
	page.list("This takes back what was done on "+run.At.Local().Format("2 January 2006, 15:04")+":", backs)
	page.list("This cannot be taken back:", stays)
	fmt.Fprintf(r.errOut, "%s", page.bytes())
	if !r.human {
		return &failure{checks.ExitConsent, errors.New("nobody is there to ask, so nothing was changed; --yes agrees beforehand")}
	}
	fmt.Fprint(r.errOut, "Do this? Type y for yes, n for no: ")
	line, err := r.line()
	if errors.Is(err, errInterrupted) {
		return err
	}
	if a := strings.ToLower(strings.TrimSpace(line)); a != "y" && a != "yes" {
		return &failure{checks.ExitConsent, errors.New("nothing was changed")}
	}
	return nil
}

// tellUndone says what became of a run; code is the status where all of it is back.
func (r *repairing) tellUndone(id string, results []repair.Result, code int) error {
	r.code = code
	for _, s := range results {
		if s.Err != nil {
			r.code = max(code, checks.ExitNotReady)
			fmt.Fprintf(r.errOut, "devdoctor: not taken back: %s: %v\n", r.name(s.Step), s.Err)
		}
	}
	if r.flags.look.format.name != "json" {
		if r.code == checks.ExitReady {
			fmt.Fprintf(r.out, "All that run %s changed is as it was.\n", id)
		}
		return nil
	}
	text, err := json.MarshalIndent(struct {
		Schema int        `json:"schema_version"`
		Run    string     `json:"run"`
		Exit   int        `json:"exit"`
		Steps  []stepJSON `json:"steps"`
	}{fixers.Schema, id, r.code, stepsJSON(results)}, "", "  ")
	if err != nil {
		return broken("write the report: %w", err)
	}
	_, err = r.out.Write(append(text, '\n'))
	return err
}
