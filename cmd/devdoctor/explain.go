package main

import (
	"strings"

	"github.com/spf13/cobra"

	"devdoctor/checks"
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// An explanation is all that devdoctor knows of a problem without looking at the
// computer.
type explanation struct {
	Check   string   `json:"check"`
	Problem string   `json:"problem"`
	What    string   `json:"what"`
	Why     string   `json:"why"`
	See     string   `json:"see"`
	Fix     []advice `json:"fix"`
	Fixes   []offer  `json:"fixes"` // that devdoctor fix has for it, on some machines
}

// offer is a fix of devdoctor's own.
type offer struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// advice is one way to put a problem right.
type advice struct {
	OS       platforms.OS      `json:"os,omitempty"`    // "" is every system
	Owner    platforms.Manager `json:"owner,omitempty"` // who keeps the program, or brings it; "" is anybody
	Case     fixers.Case       `json:"case,omitempty"`  // where it holds, in words; "" is everywhere
	Do       string            `json:"do"`
	Commands [][]string        `json:"commands"`
	Admin    bool              `json:"admin"`
	Undo     string            `json:"undo"`
}

func newExplain(a *app) *cobra.Command {
	var format formatFlag
	cmd := &cobra.Command{
		Use:   "explain CHECK[/PROBLEM]",
		Short: "Say what a problem is, how to see it by hand, how to put it right and how to undo that",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("explain takes one check or problem, such as %s; devdoctor list names them", checks.All()[0].ID)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, problems, err := problemsNamed(args[0])
			if err != nil {
				return err
			}
			host, err := platforms.NewHost(cmd.Context(), platforms.NewLive())
			if err != nil {
				return broken("%w", err)
			}
			var all []explanation
			for _, p := range problems {
				all = append(all, explain(c, p, host.OS))
			}
			if format.name == "json" {
				return a.printJSON(map[string]any{
					"schema_version": checks.SchemaVersion, "check": c.ID, "title": c.Title, "phase": c.Phase, "problems": all,
				})
			}
			return a.print(explainText(c, all, host.OS, callName(a.typed), (&output{to: a.out}).layout(false)))
		},
	}
	format.add(cmd.Flags(), "text", "json")
	return cmd
}

// problemsNamed is the problem of CHECK/PROBLEM, or all of CHECK's.
func problemsNamed(name string) (*checks.Check, []*checks.Problem, error) {
	id, problem, one := strings.Cut(name, "/")
	c, err := checkNamed(id)
	if err != nil {
		return nil, nil, err
	}
	if !one {
		return c, c.Problems, nil
	}
	if p := c.Problem(problem); p != nil {
		return c, []*checks.Problem{p}, nil
	}
	var ids []string
	for _, p := range c.Problems {
		ids = append(ids, p.ID)
	}
	return nil, nil, usage("%s has no problem %q%s", id, problem, suggest(problem, ids, "; devdoctor explain "+id+" names them"))
}

// explain is p as this system's learner needs it: with the advice for this
// system, or with everybody's where there is none.
func explain(c *checks.Check, p *checks.Problem, os platforms.OS) explanation {
	e := explanation{Check: c.ID, Problem: p.ID, What: p.Means, Why: c.Why, See: p.See, Fixes: []offer{}}
	for _, f := range p.Fixes {
		e.Fixes = append(e.Fixes, offer{f.ID, f.Title})
	}
	for _, t := range p.Tells {
		if t.OS == "" || t.OS == os {
			e.Fix = append(e.Fix, advise(t))
		}
	}
	if e.Fix == nil {
		for _, t := range p.Tells {
			e.Fix = append(e.Fix, advise(t))
		}
	}
	return e
}

// advise is t with the words that only a look at the computer can fill in left
// open, in angle brackets.
func advise(t fixers.Tell) advice {
	t = t.Fill(nil)
	a := advice{OS: t.OS, Owner: t.Owner, Case: t.Case, Do: t.Do, Commands: t.Run, Admin: t.Admin, Undo: t.Undo}
	if a.Undo == "" {
		a.Undo = nothingToUndo
	}
	if a.Commands == nil {
		a.Commands = [][]string{}
	}
	return a
}

const nothingToUndo = "Nothing is changed that could be taken back."

func explainText(c *checks.Check, all []explanation, os platforms.OS, self string, l layout) []byte {
	p := newPage(l)
	p.paragraph(0, c.ID+": "+c.Title)
	for _, e := range all {
		p.blank()
		p.paragraph(0, e.Check+"/"+e.Problem)
		p.section("What it is", e.What)
		p.section("Why the course needs it", e.Why)
		p.section("See it by hand", e.See)
		for _, f := range e.Fixes {
			p.section("Let devdoctor do it, where it fits", f.Title+".")
			p.command(8, fixers.ShellOf(os).Line([]string{self, "fix", e.Check + "=" + f.ID}))
		}
		for _, a := range e.Fix {
			p.section("Put it right"+a.forWhom(os), a.Do)
			if a.Admin {
				p.paragraph(4, needsAdmin)
			}
			shell := fixers.ShellOf(os)
			if a.OS != "" {
				shell = fixers.ShellOf(a.OS)
			}
			for _, argv := range a.Commands {
				p.command(8, shell.Line(argv))
			}
			p.section("Undo it", a.Undo)
		}
	}
	return p.bytes()
}

// forWhom is " (on Windows, with nvm)": where the advice holds, as far as that is
// not clear.
func (a advice) forWhom(os platforms.OS) string {
	var parts []string
	if a.OS != "" && a.OS != os {
		parts = append(parts, "on "+a.OS.Title())
	}
	switch a.Owner {
	case platforms.Unowned:
	case platforms.WindowsWSL:
		parts = append(parts, "in WSL")
	default:
		parts = append(parts, "with "+string(a.Owner))
	}
	if a.Case != "" {
		parts = append(parts, string(a.Case))
	}
	if parts == nil {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
