package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"devdoctor/checks"
)

type listed struct {
	ID       string          `json:"id"`
	Phase    int             `json:"phase"`
	Subject  string          `json:"subject"`
	Title    string          `json:"title"`
	Problems []listedProblem `json:"problems"`
}

type listedProblem struct {
	ID    string `json:"id"`
	Means string `json:"means"`
}

func newList(a *app) *cobra.Command {
	var phase string
	var format formatFlag
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Name every check and the problems it can find",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			first, last, err := parsePhases(phase)
			if err != nil {
				return err
			}
			all := listChecks(first, last)
			if format.name == "json" {
				return a.printJSON(map[string]any{"schema_version": checks.SchemaVersion, "checks": all})
			}
			return a.print(listText(all, (&output{to: a.out}).layout(false)))
		},
	}
	cmd.Flags().StringVar(&phase, "phase", "all", "only the checks up to this `phase`; or A-B")
	format.add(cmd.Flags(), "text", "json")
	return cmd
}

func listChecks(first, last int) []listed {
	all := []listed{}
	for _, s := range checks.Subjects {
		for _, c := range s.Checks {
			if c.Phase < first || c.Phase > last {
				continue
			}
			l := listed{ID: c.ID, Phase: c.Phase, Subject: s.Title, Title: c.Title, Problems: []listedProblem{}}
			for _, p := range c.Problems {
				l.Problems = append(l.Problems, listedProblem{p.ID, p.Means})
			}
			all = append(all, l)
		}
	}
	return all
}

func listText(all []listed, l layout) []byte {
	p := newPage(l)
	for i, c := range all {
		if i == 0 || all[i-1].Subject != c.Subject {
			p.blank()
			p.command(0, c.Subject)
		}
		p.paragraph(2, fmt.Sprintf("%s (phase %d): %s", c.ID, c.Phase, c.Title))
		for _, problem := range c.Problems {
			p.paragraph(4, c.ID+"/"+problem.ID)
		}
	}
	return p.bytes()
}
