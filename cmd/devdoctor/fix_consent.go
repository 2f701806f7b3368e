package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/fixers"
)

// ask asks the learner a question until the answer will do.
func (r *repairing) ask(q fixers.Question) (string, error) {
	if a, ok := r.answers[q.Key]; ok {
		return a, nil
	}
	if !r.human || r.flags.yes || r.flags.plan || r.flags.from != "" || r.flags.look.replay != "" {
		return "", repair.ErrNoAnswer
	}
	for range 3 {
		fmt.Fprintf(r.errOut, "%s: ", q.Prompt)
		line, err := r.line()
		answer := strings.TrimSpace(line)
		switch {
		case err != nil || answer == "":
			fmt.Fprintln(r.errOut)
			return "", repair.ErrNoAnswer
		case q.Check(answer) == nil:
			r.answers[q.Key], r.asked = answer, true // it may be planned for again
			return answer, nil
		}
		fmt.Fprintf(r.errOut, "%v.\n", q.Check(answer))
	}
	return "", repair.ErrNoAnswer
}

// A consent says whether a fix may be carried out.
type consent = func(f fixers.Planned) bool

// consent is what somebody agrees to: all of it, some of it, or what --yes and --allow
// cover; nil where somebody said no.
func (r *repairing) consent(p fixers.Plan) (consent, error) {
	if r.flags.yes {
		return r.covered, r.anyCovered(p)
	}
	if !r.human {
		return nil, &failure{checks.ExitConsent, errors.New("nobody is there to ask, so nothing was changed; --yes agrees beforehand")}
	}
	for range 3 {
		fmt.Fprint(r.errOut, "\nDo this? y = yes, n = no, c = choose, e = explain: ")
		line, err := r.line()
		if errors.Is(err, errInterrupted) {
			return nil, err
		}
		switch answer := strings.ToLower(strings.TrimSpace(line)); {
		case answer == "y", answer == "yes":
			return func(fixers.Planned) bool { return true }, nil
		case answer == "c", answer == "choose":
			return r.chooseFixes(p)
		case answer == "e", answer == "explain":
			page := newPage((&output{to: r.errOut}).layout(false))
			page.paragraph(0, whatHappens)
			fmt.Fprintf(r.errOut, "\n%s", page.bytes())
			continue
		case answer != "" && answer != "n" && answer != "no" && err == nil:
			fmt.Fprint(r.errOut, "Type one of the letters and press Enter.\n")
			continue
		}
		if err != nil {
			fmt.Fprintln(r.errOut)
		}
		break
	}
	return nil, nil //nolint:nilnil // the exit status is that of the look
}

const whatHappens = "Each step above is written down on this computer before it is done, so that devdoctor undo can take it back, " +
	"even after a crash. Lines with + come into a file, lines with - go from it. Afterwards devdoctor looks again."

// refit is p where some of it is declined: a fix was planned on what the fixes before it
// leave, so that those that are agreed to are planned anew, by check and fix. One that
// would change other lines than were shown stays as it was, and refuses when it is taken.
func refit(p fixers.Plan, agreed consent, anew func(only map[string]string) (fixers.Plan, error)) (fixers.Plan, error) {
	only, declined := make(map[string]string), false
	for _, f := range p.Fixes {
		switch {
		case f.Fix == "":
		case agreed(f):
			only[f.Check] = f.Fix
		default:
			declined = true
		}
	}
	if !declined || len(only) == 0 {
		return p, nil
	}
	fresh, err := anew(only)
	if err != nil {
		return p, err
	}
	p.Fixes = slices.Clone(p.Fixes)
	for i, f := range p.Fixes {
		j := slices.IndexFunc(fresh.Fixes, func(n fixers.Planned) bool { return n.Check == f.Check && n.Fix == f.Fix && shown(n) == shown(f) })
		if only[f.Check] == f.Fix && j >= 0 {
			p.Fixes[i] = fresh.Fixes[j]
		}
	}
	return p, nil
}

// shown is what a fix changes, as it is shown.
func shown(f fixers.Planned) string {
	var b strings.Builder
	for _, s := range f.Steps {
		b.WriteString(s.Says + "\n" + strings.Join(s.Shows(fixers.Sh), "\n") + "\n")
	}
	return b.String()
}

// covered reports whether --yes and --allow cover every step of a fix: half a fix is none.
func (r *repairing) covered(f fixers.Planned) bool { return len(r.missing(f)) == 0 }

// missing is the consents that a fix needs and nobody gave.
func (r *repairing) missing(f fixers.Planned) []string {
	var names []string
	for _, s := range f.Steps {
		if s.Tell != nil {
			continue
		}
		for _, a := range s.Needs() {
			if name := string(a); !slices.Contains(names, name) && !slices.Contains(r.flags.allow, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// anyCovered says which consent is missing where --yes covers nothing.
func (r *repairing) anyCovered(p fixers.Plan) error {
	var missing []string
	for _, f := range p.Fixes {
		names := r.missing(f)
		if len(names) == 0 {
			return nil // something is done or told
		}
		missing = append(missing, names...)
	}
	slices.Sort(missing)
	return &failure{checks.ExitConsent, fmt.Errorf("nothing was changed: what is left needs --allow %s", strings.Join(slices.Compact(missing), ","))}
}

// chooseFixes asks about each fix; nil is no to all of them.
func (r *repairing) chooseFixes(p fixers.Plan) (consent, error) {
	agreed := map[[2]string]bool{}
	id := func(f fixers.Planned) [2]string { return [2]string{f.Check, f.Fix} }
	for _, f := range p.Fixes {
		if f.Fix == "" {
			continue
		}
		fmt.Fprintf(r.errOut, "%s? Type y or n: ", f.Title)
		line, err := r.line()
		if errors.Is(err, errInterrupted) {
			return nil, err
		}
		if err != nil { // nobody types any more, so that nobody stands by what was said
			fmt.Fprintln(r.errOut)
			return nil, nil //nolint:nilnil // as after a no
		}
		if a := strings.ToLower(strings.TrimSpace(line)); a == "y" || a == "yes" {
			agreed[id(f)] = true
		}
	}
	if len(agreed) == 0 {
		return nil, nil //nolint:nilnil // as after a no
	}
	return func(f fixers.Planned) bool { return agreed[id(f)] }, nil
}
