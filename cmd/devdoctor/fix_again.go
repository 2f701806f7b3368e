package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// inNewTerminal asks devdoctor in a new terminal, about the same phases and project.
func (r *repairing) inNewTerminal(ctx context.Context, argv []string) (page string, exit int, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", 0, broken("look again: %w", err)
	}
	argv = slices.Concat([]string{self}, argv, []string{"--phase", r.flags.look.phase})
	if r.host.OS != platforms.Windows { // it prints into a file, for this screen
		argv = append([]string{"/usr/bin/env", fmt.Sprintf("COLUMNS=%d", (&output{to: r.out}).layout(false).width)}, argv...)
	}
	if _, err := os.Stat(r.need.Project); err == nil { // a fix may have moved it
		argv = append(argv, "--project", r.need.Project)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return platforms.NewLive().RunInNewTerminal(ctx, r.host, argv)
}

// lookAgain asks devdoctor in a new terminal how things stand now.
func (r *repairing) lookAgain(ctx context.Context, c *carrying) error {
	page, exit, err := r.inNewTerminal(ctx, append([]string{"check", "--format", r.flags.look.format.name}, r.ids...))
	if err == nil && exit > checks.ExitNewTerminal {
		err = fmt.Errorf("devdoctor ended with status %d in a new terminal", exit)
	}
	if err != nil {
		return &failure{checks.ExitUnknown, fmt.Errorf("devdoctor could not look again: %w. Open a new terminal and type: %s check", err, c.self)}
	}
	r.code = exit
	here := r.reportHere(ctx)
	if exit == checks.ExitReady && (here == nil || here.Exit != checks.ExitReady) {
		r.code = checks.ExitNewTerminal
	}
	left := c.leftForConsent()
	if left != "" && r.code == checks.ExitNotReady && !c.told {
		r.code = checks.ExitConsent
	}
	if r.flags.look.format.name == "json" {
		err = c.afterJSON(page, here)
	} else {
		_, err = fmt.Fprintf(r.out, "\nIn a new terminal:\n%s", page)
	}
	if err != nil {
		return err
	}
	if left != "" {
		fmt.Fprintf(r.errOut, "devdoctor: some of it was not done: it needs --allow %s\n", left)
	}
	// Where a new terminal lacks something too, such as a new login, its page says what to do.
	if r.code == checks.ExitNewTerminal && exit == checks.ExitReady && r.flags.look.format.name != "json" {
		fmt.Fprintln(r.out, "\nClose this terminal and every window of VS Code, and open them anew.")
	}
	return nil
}

// reportHere looks again in this terminal; nil where that is not possible.
func (r *repairing) reportHere(ctx context.Context) *checks.Report {
	here := &examination{app: r.app, flags: r.flags.look, self: r.self}
	if here.choose(r.ids) != nil || here.openMachine(ctx, platforms.NewLive()) != nil {
		return nil
	}
	defer here.recorder.Close()
	return here.report(here.examine(ctx, here.chosen), ctx.Err())
}

// A stepJSON is what fix --json and undo --json say of a step.
type stepJSON struct {
	Check   string         `json:"check,omitempty"`
	Problem string         `json:"problem,omitempty"`
	Fix     string         `json:"fix,omitempty"`
	Says    string         `json:"says"`
	Outcome repair.Outcome `json:"outcome"`
	Error   string         `json:"error,omitempty"`
}

func stepsJSON(results []repair.Result) []stepJSON {
	steps := make([]stepJSON, len(results))
	for i, s := range results {
		steps[i] = stepJSON{Says: s.Step.Says, Outcome: s.Outcome}
		if s.Err != nil {
			steps[i].Error = s.Err.Error()
		}
	}
	return steps
}

// stepsAfter is the steps of a run as a second look finds them.
func (c *carrying) stepsAfter(there, here repair.Look) []stepJSON {
	steps, n := stepsJSON(c.results), 0
	for _, p := range c.plans {
		for _, f := range p.Fixes {
			for range f.Steps {
				if n < len(steps) { // an interrupted run has fewer
					steps[n].Check, steps[n].Problem, steps[n].Fix = f.Check, f.Problem, f.Fix
					steps[n].Outcome = c.results[n].After(f, there, here)
				}
				n++
			}
		}
	}
	return steps
}

// afterJSON is the page of fix --json after something was done. page is the report of a
// new terminal.
func (c *carrying) afterJSON(page string, here *checks.Report) error {
	var there checks.Report
	if err := json.Unmarshal([]byte(page), &there); err != nil {
		return broken("read the report of a new terminal: %w", err)
	}
	var open repair.Look
	if here != nil {
		open = repair.LookOf(here.Checks)
	}
	return c.repairJSON(page, c.stepsAfter(repair.LookOf(there.Checks), open))
}

func (r *repairing) repairJSON(page string, steps []stepJSON) error {
	text, err := json.MarshalIndent(struct {
		Schema int             `json:"schema_version"`
		Exit   int             `json:"exit"`
		Steps  []stepJSON      `json:"steps"`
		After  json.RawMessage `json:"after"` // the report of a new terminal, where something was done; null where nobody looked
	}{fixers.Schema, r.code, steps, json.RawMessage(page)}, "", "  ")
	if err != nil {
		return broken("write the report: %w", err)
	}
	_, err = r.out.Write(append(text, '\n'))
	return err
}
