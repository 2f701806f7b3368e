package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/fatih/color"

	"devdoctor/checks"
	"devdoctor/fixers"
)

// readPlan reads the file of --from; nil without one. Its answers are those that it was
// made with, and what it looked at is looked at again, where nothing else was typed.
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
		for key, answer := range fix.Answers {
			if err := r.answer(key, answer); err != nil {
				return nil, usage("cannot use the plan %s: %w; make a new one with: fix --plan --json", r.flags.from, err)
			}
		}
	}
	if p.Look != nil {
		r.lookAs(*p.Look)
	}
	return &p, nil
}

// lookAs takes over what a plan looked at, where nothing else was typed.
func (r *repairing) lookAs(look fixers.Look) {
	if len(r.typedChecks) == 0 {
		r.typedChecks = look.Checks
	}
	if r.flags.look.phase == fmt.Sprint(checks.FirstDay) {
		r.flags.look.phase, r.examination.flags.phase = look.Phase, look.Phase
	}
	r.flags.noAdmin = r.flags.noAdmin || look.NoAdmin
}

// look is what a plan is made about.
func (r *repairing) look() *fixers.Look {
	look := &fixers.Look{Checks: r.typedChecks, Phase: r.flags.look.phase, Project: r.need.Project, NoAdmin: r.flags.noAdmin}
	if home := strings.TrimRight(r.host.Home, `/\`); home != "" && r.host.Under(look.Project, home) {
		look.Project = "~" + strings.ReplaceAll(look.Project[len(home):], `\`, "/")
	}
	return look
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
		if p.Fixes == nil {
			p.Fixes = []fixers.Planned{} // an empty list is a list too
		}
		page, err := json.MarshalIndent(p, "", "  ")
		if err != nil {
			return broken("write the plan: %w", err)
		}
		_, err = r.out.Write(append(page, '\n'))
		return err
	}
	return r.present(p)
}

// planText is a plan for people.
func planText(p fixers.Plan, sh fixers.Shell, l layout) []byte {
	page := newPage(l)
	if len(p.Fixes) == 0 {
		page.paragraph(0, "There is nothing to change.")
	}
	for i, f := range p.Fixes {
		page.blank()
		page.hang(fmt.Sprintf("%-3d", i+1), 3, page.paint(checks.Printable(f.Title), color.Bold)+" ("+f.Check+"/"+f.Problem+")")
		for _, s := range brief(f.Steps) {
			page.step(s, sh)
		}
		if len(f.Asks) > 0 {
			page.paragraph(3, "devdoctor does it when it is told: --set "+strings.Join(f.Asks, "=... --set ")+"=...")
		}
	}
	return page.bytes()
}

// step adds what a step does, what it changes line by line, and what somebody wants to
// know before saying yes.
func (p *page) step(s fixers.Step, sh fixers.Shell) {
	says := checks.Printable(inWords(sh, s, s.Says))
	if s.Tell != nil {
		says = "For you to do: " + says
	}
	p.paragraph(3, says)
	if s.Tell != nil && s.Tell.Why != "" {
		p.paragraph(3, "devdoctor does not do it itself: "+checks.Printable(s.Tell.Why)+".")
	}
	for _, line := range s.Shows(sh) {
		line = strings.TrimRight(checks.Printable(inWords(sh, s, line)), " ")
		switch {
		case strings.HasPrefix(line, "+ "):
			line = p.paint(line, color.FgGreen)
		case strings.HasPrefix(line, "- "):
			line = p.paint(line, color.FgRed)
		}
		p.lines = append(p.lines, "     "+line)
	}
	if s.Tell != nil {
		return
	}
	switch {
	case s.Admin && s.Run != nil && s.Run.Argv[0] == "sudo":
		p.paragraph(5, "It needs the rights of an administrator: sudo may ask for your password.")
	case s.Admin:
		p.paragraph(5, "It needs the rights of an administrator: the system asks whether you agree.")
	}
	if _, ok := s.Inverse(); !ok {
		p.paragraph(5, "This cannot be taken back.")
	}
	if len(s.Hosts) > 0 {
		p.paragraph(5, "It talks to "+strings.Join(s.Hosts, ", ")+".")
	}
	if len(s.Leaves) > 0 {
		p.paragraph(5, inWords(sh, s, "Taking it back leaves "+strings.Join(s.Leaves, ", ")+"."))
	}
	if s.Verified != fixers.ByRunning {
		p.paragraph(5, "It was not tried on such a computer yet; it follows the manual.")
	}
}
