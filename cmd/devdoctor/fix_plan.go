package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"devdoctor/checks"
	"devdoctor/fixers"
)

// readPlan reads the file of --from; nil without one. Its answers are those that it was
// made with.
func (r *repairing) readPlan() (*fixers.Plan, error) {
	if r.flags.from == "" {
		return nil, nil //nolint:nilnil // no plan is no error
	}
	if r.flags.plan || len(r.flags.set) > 0 {
		return nil, usage("--from goes with neither --plan nor --set: the plan has its answers")
	}
	f, err := os.Open(r.flags.from)
	if err != nil {
		return nil, usage("cannot read the plan: %w", err)
	}
	defer func() { _ = f.Close() }()
	p, err := fixers.ReadPlan(f)
	if err != nil {
		return nil, usage("cannot use the plan %s: %w", r.flags.from, err)
	}
	for _, fix := range p.Fixes {
		maps.Copy(r.answers, fix.Answers)
	}
	return &p, nil
}

// agreeing is the fixes of a given plan, if they are what would be planned now. That way
// a plan that was made for another computer, or written by somebody else, does nothing.
func agreeing(now, given fixers.Plan) (fixers.Plan, error) {
	if given.Machine != now.Machine {
		return now, usage("the plan is for another computer or account; make one here with: fix --plan --json")
	}
	all := now.Fixes
	now.Fixes = nil
	for _, want := range given.Fixes {
		i := slices.IndexFunc(all, func(f fixers.Planned) bool { return f.Same(want) })
		if i < 0 {
			return now, usage("the plan does not fit any more: %q would be done in another way now, or not at all; make a new one with: fix --plan --json", want.Title)
		}
		now.Fixes = append(now.Fixes, all[i])
	}
	return now, nil
}

func (r *repairing) showPlan(p fixers.Plan) error {
	r.code = checks.ExitReady
	if r.flags.look.format.name == "json" {
		page, err := json.MarshalIndent(p, "", "  ")
		if err != nil {
			return broken("write the plan: %w", err)
		}
		_, err = r.out.Write(append(page, '\n'))
		return err
	}
	_, err := io.WriteString(r.out, planText(p, fixers.ShellOf(r.host.OS)))
	return err
}

// planText is a plan for people.
func planText(p fixers.Plan, sh fixers.Shell) string {
	var b strings.Builder
	if len(p.Fixes) == 0 {
		return "There is nothing to change.\n"
	}
	for i, f := range p.Fixes {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%d  %s (%s/%s)\n", i+1, f.Title, f.Check, f.Problem)
		for _, s := range f.Steps {
			says := s.Says
			switch {
			case s.Tell != nil:
				says = "For you to do: " + says
			case s.Admin:
				says += " It asks for the administrator."
			}
			fmt.Fprintf(&b, "   %s\n", says)
			if s.Tell != nil && s.Tell.Why != "" {
				fmt.Fprintf(&b, "   devdoctor does not do it itself: %s.\n", s.Tell.Why)
			}
			for _, line := range s.Shows(sh) {
				fmt.Fprintf(&b, "     %s\n", line)
			}
			if s.Tell == nil {
				if _, ok := s.Inverse(); !ok {
					b.WriteString("     This cannot be taken back.\n")
				}
			}
			for _, host := range s.Hosts {
				fmt.Fprintf(&b, "     It talks to %s.\n", host)
			}
			for _, left := range s.Leaves {
				fmt.Fprintf(&b, "     Taking it back leaves %s.\n", left)
			}
		}
	}
	return b.String()
}
