package checks

import (
	"context"
	"slices"

	"devdoctor/platforms"
)

// nodeNewTerminal wants the next terminal to find what this one does. It speaks only where
// Node.js works here: what is wrong in both is for the other checks to say.
var nodeNewTerminal = &Check{
	ID:        "node-new-terminal",
	Title:     "new terminals find the same Node.js",
	Why:       "A terminal that was switched or changed by hand works until it is closed. Tomorrow's terminal answers: command not found.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{nodeRuns},
	Problems: []*Problem{nodeNewLacks, nodeNotLoaded, nodeFileBroken, nodeNoDefault, nodePrefixVariable, nodeNextOlder, nodeNextOptions,
		nodeMayNotRun, nodeDiskForbids},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		s, err := lookForNode(ctx, h)
		if err != nil {
			return Unknown(err, "the copies of Node.js on PATH are not known")
		}
		switch {
		case len(s.copies) == 0:
			return Skip("PATH leads to no Node.js")
		case s.unsure != "":
			return Skip("what a new terminal finds is not clear")
		case len(s.found) == 0:
			r, err := s.lost(ctx)
			return orUnknown(r, err, "why a new terminal finds no Node.js is not clear")
		}
		answer, _, err := askNode(ctx, h)
		if answer == nil {
			return Unknown(err, "the version of the copy that runs is not known")
		}
		c := copyCase{s, slices.Min(need.Node)}
		next, err := c.nextVersion(ctx)
		if err != nil {
			return Unknown(err, "the version that a new terminal finds is not known")
		}
		if runs := answer.Version; c.fits(runs) && next != nil && !c.fits(next) {
			return nodeNextOlder.Fail("a new terminal will use the older Node.js %s", next).
				With(foundNode(s.copies[0].Program, s.copies[0].owner, runs.String())).
				Because("This terminal runs %s. The next one starts with %s, which its start files choose.", runs, next)
		}
		return c.laterOptions(ctx, answer)
	},
}

// laterOptions is the result where new terminals find the same Node.js, but may start it
// with other options.
func (c copyCase) laterOptions(ctx context.Context, answer *nodeAnswer) Result {
	ok := OK("new terminals find Node.js too")
	value := setLater(ctx, c.h, []string{nodeOptions})[nodeOptions]
	if value == "" {
		return ok
	}
	out, err := c.next.Host.RunWith(ctx, []string{nodeOptions + "=" + value}, "node", "-e", nodeQuestion)
	if err != nil || out.Exit == 0 {
		return orUnknown(ok, err, "whether Node.js starts with the options of new terminals is not known")
	}
	f := foundNode(c.copies[0].Program, c.copies[0].owner, answer.Version.String())
	f.Name, f.Value = nodeOptions, value
	return nodeNextOptions.Fail("NODE_OPTIONS will keep Node.js from starting in a new terminal").With(f).
		Because("A start file of your shell sets this variable, and this terminal is older. One option is wrong, or names a file that is gone: %s", value)
}

// nodeOptions is the variable whose options every start of Node.js obeys.
const nodeOptions = "NODE_OPTIONS"

// lost is the result where this terminal finds Node.js and the next one does not.
func (s nodeSearch) lost(ctx context.Context) (Result, error) {
	first := s.copies[0]
	found := s.facts(first)
	there, err := passedOverFirst(ctx, s.next.Host)
	if err != nil {
		return Result{}, err
	}
	for _, p := range there {
		if r, err := s.mayNotRun(ctx, p); err != nil || r.Status != "" {
			return r.Note("New terminals lead to it. This one finds %s.", first.Path), err
		}
	}
	switch {
	case isVersionManager(first.owner.Manager) && s.h.OS != platforms.Windows:
		return s.managed(ctx, first)
	case s.givenUp():
		return s.fileBroken(found), nil
	}
	where := "No start file of your shell puts it there."
	if s.h.OS == platforms.Windows {
		where = "The list that Windows gives to new terminals lacks it."
	}
	return nodeNewLacks.Fail("a new terminal will not find Node.js").With(found).
		Because("This terminal has %s on PATH, the list of directories with programs. %s", found.Dir, where), nil
}
