package checks

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"devdoctor/platforms"
)

// A spoiled source answers one query otherwise than the source behind it.
type spoiled struct {
	platforms.Source
	query  string
	answer platforms.Answer
	err    error
}

func (s spoiled) Answer(ctx context.Context, q platforms.Query) (platforms.Answer, error) {
	if q.String() == s.query {
		return s.answer, s.err
	}
	return s.Source.Answer(ctx, q)
}

// spoil examines a fixture's machine with another answer to one query.
func (f *fixture) spoil(t testing.TB, query string, a platforms.Answer, err error) Result {
	t.Helper()
	rec := platforms.NewRecorder(spoiled{f.source, query, a, err})
	defer rec.Close()
	h, hostErr := platforms.NewHost(t.Context(), rec)
	if hostErr != nil {
		t.Fatal(hostErr)
	}
	return examine(t.Context(), h, f.need(), f.check).Result
}

// queriesOf is what a fixture's check asks, in alphabetical order, but for the host
// itself.
func (f *fixture) queriesOf(t testing.TB) []string {
	t.Helper()
	_, asked := f.examine(t)
	var names []string
	for _, q := range asked {
		if q.Verb != "host" {
			names = append(names, q.String())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// refusedToAll is the checks to which a refusal is an answer, and why.
var refusedToAll = map[string]string{
	"node-installed":     "the shell may not read that start file either",
	"node-copies":        "the shell may not read that start file either",
	"node-new-terminal":  "the shell may not read that start file either",
	"node-version":       "a newer copy that may not be looked at is none that could come first",
	"npm-scripts-policy": "PowerShell may not read that file either",
	"npm-config":         "npm passes over a file that it may not read",
	"npm-global":         "npm passes over a file that it may not read",
	"npm-proxy":          "a system that hides /proc counts as no WSL",
	"place-packages":     "npm may not look there either",
	"port.3000":          "a port that may not be bound is what the check looks for",
	"docker-running":     "an engine that refuses the account is what the check looks for",
}

// TestSilenceIsNoIllness holds what a doctor who cannot see may not say: on a
// machine without a problem, no question that stays open makes one.
func TestSilenceIsNoIllness(t *testing.T) {
	tooLarge := errors.New("too large: 10485760 bytes")
	n := 0
	for _, f := range loadFixtures(t) {
		if r := f.run(t); r.Problem != nil || r.Status == StatusBlocked {
			continue
		}
		for _, query := range f.queriesOf(t) {
			for _, err := range []error{platforms.ErrTimedOut, platforms.ErrNotPermitted, tooLarge} {
				n++
				r := f.spoil(t, query, platforms.Answer{}, err)
				switch {
				case r.Problem == nil:
				case errors.Is(err, platforms.ErrNotPermitted) && refusedToAll[f.check.ID] != "":
				case errors.Is(err, tooLarge) && strings.HasPrefix(query, "ssh-key "): // no key is so large
				default:
					t.Errorf("%s: %q to %s gives\n%s", f.name, err, query, r)
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d answers were taken away", n)
	}
}

// An askedOf is a question that a fixture's check asks.
type askedOf struct {
	f     *fixture
	query string
}

// FuzzChecks gives every check a hostile answer to each of its questions, so that
// whatever reads the answer is tried: the files of git, npm, VS Code, Docker, WSL,
// ssh, version managers and the system, the registry, and what programs print.
// No check may break, and each problem it names must be one of its own, with words
// on what to do. G75
func FuzzChecks(f *testing.F) {
	var asked []askedOf
	seen := make(map[string]bool)
	for _, fixture := range loadFixtures(f) {
		for _, query := range fixture.queriesOf(f) {
			if name := fixture.check.ID + " " + query; !seen[name] {
				seen[name] = true
				asked = append(asked, askedOf{fixture, query})
			}
		}
	}
	for i, a := range asked {
		q, err := platforms.ParseQuery(a.query)
		if err != nil {
			f.Fatal(err)
		}
		answer, err := a.f.source.Answer(f.Context(), q)
		if err == nil {
			f.Add(uint16(i), answer.Text, answer.Exit)
		}
	}
	f.Fuzz(func(t *testing.T, i uint16, text string, exit int) {
		a := asked[int(i)%len(asked)]
		r := a.f.spoil(t, a.query, platforms.Answer{Text: text, Exit: exit}, nil)
		if r.Reason == Crashed {
			t.Fatalf("%s: %q to %s: %s", a.f.name, text, a.query, r)
		}
		if (r.Problem != nil) != (r.Status == StatusFail || r.Status == StatusWarn) {
			t.Errorf("%s: %q to %s: %s", a.f.name, text, a.query, r)
		}
		if r.Problem == nil {
			return
		}
		if !slices.Contains(a.f.check.Problems, r.Problem) {
			t.Errorf("%s does not declare %s", a.f.check.ID, r.Problem.ID)
		}
		if _, ok := r.Tell(a.f.os); !ok {
			t.Errorf("%s: %q to %s: nothing to do about %s", a.f.name, text, a.query, r)
		}
	})
}
