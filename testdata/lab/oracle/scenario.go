package oracle

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Scenario is the machine of a case in the form of the committed scenarios: what is
// wanted is what the lesson and the probes say, not what devdoctor said.
func (c *Case) Scenario(s Survey) string {
	p := c.Plan
	var b strings.Builder
	fmt.Fprintf(&b, "%s. Seed %d of the oracle: %s.\n", modes(p), p.Seed, strings.Join(p.Names(), ", "))
	for _, why := range c.Why {
		fmt.Fprintf(&b, "%s: %s\n", c.Verdict, oneLine(why))
	}
	fmt.Fprintf(&b, "-- machine --\nsystem %s\nuser %s\nshell %s\nnode %s %s\n", p.Base.System, p.Base.User, p.Base.Shell, p.Base.Owner, p.Base.Version)
	for _, part := range []struct {
		section string
		script  func(*Mutation) string
	}{
		{"break", func(m *Mutation) string { return m.User }},
		{"break-root", func(m *Mutation) string { return m.Root }},
	} {
		var script strings.Builder
		for _, m := range p.Mutations {
			if text := part.script(m); text != "" {
				script.WriteString("# " + m.Name + "\n" + text + "\n")
			}
		}
		if script.Len() > 0 {
			fmt.Fprintf(&b, "-- %s --\n%s%s", part.section, p.preamble(s), script.String())
		}
	}
	b.WriteString(c.proof())
	if p.old() {
		b.WriteString("-- where --\nold-terminal\n")
	}
	b.WriteString(c.want())
	return b.String()
}

// proof is the first failing step, or the whole lesson where all work.
func (c *Case) proof() string {
	var script strings.Builder
	for _, s := range c.Plan.steps() {
		_, failed := c.Lesson.Failed[s.Name]
		switch {
		case failed:
			return "-- proof --\nfails\n" + script.String() + s.Line + "\n"
		case s.Background:
			script.WriteString(s.Line + " &\n")
		default:
			script.WriteString(s.Line + "\n")
		}
	}
	for _, m := range c.Plan.Mutations {
		if _, failed := c.Probes[m.Name]; failed {
			return "-- proof --\nfails\n" + m.Probe + "\n"
		}
	}
	return "-- proof --\nworks\n" + script.String()
}

func (c *Case) want() string {
	exit, lines := 0, ""
	for _, m := range c.Plan.Mutations {
		if _, probed := c.Probes[m.Name]; (probed || slices.Contains(c.Causes, m)) && len(m.names(c.Plan)) > 0 {
			status := "warn"
			if slices.Contains(c.Causes, m) || m.Stops {
				exit, status = 1, "fail"
			}
			lines += status + " " + m.names(c.Plan)[0] + "\n"
		}
	}
	return "-- want --\nexit " + strconv.Itoa(exit) + "\n" + lines + "only\n"
}

func modes(p Plan) string {
	var numbers []string
	for _, m := range p.Mutations {
		for _, n := range m.Modes {
			if text := strconv.Itoa(n); !slices.Contains(numbers, text) {
				numbers = append(numbers, text)
			}
		}
	}
	if len(numbers) == 1 {
		return "Mode " + numbers[0]
	}
	return "Modes " + strings.Join(numbers, ", ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
