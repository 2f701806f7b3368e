package platforms

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A Snapshot is a machine as it was when its answers were recorded.
type Snapshot struct {
	home   string
	exact  bool     // written by FormatSnapshot, not by hand
	absent []string // patterns of queries that find nothing

	answers map[string]Record

	mu    sync.Mutex
	asked map[string]bool // sections and patterns that somebody asked for
}

// Answer implements [Source].
func (s *Snapshot) Answer(_ context.Context, q Query) (Answer, error) {
	name := q.String()
	if rec, ok := s.answers[name]; ok {
		s.note(name)
		return rec.Answer, rec.Err
	}
	for _, pattern := range s.absent {
		if !fits(pattern, name) && !fits(pattern, plainName(q)) {
			continue
		}
		s.note(sectionAbsent + " " + pattern)
		switch q.Verb {
		case "glob", "port", "list", "reserved", "credentials":
			return Answer{}, nil
		}
		return Answer{}, ErrNotFound
	}
	return Answer{}, fmt.Errorf("%s: %w", name, ErrNotRecorded)
}

// plainName is a query without quotes, as patterns name it.
func plainName(q Query) string {
	return strings.Join(append([]string{q.Verb}, q.Args...), " ")
}

// fits reports whether name fits pattern, in which * stands for anything.
func fits(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

func (s *Snapshot) note(name string) {
	s.mu.Lock()
	s.asked[name] = true
	s.mu.Unlock()
}

// Queries is the queries that the snapshot answers, in alphabetical order.
func (s *Snapshot) Queries() []Query {
	var all []Query
	for _, name := range slices.Sorted(maps.Keys(s.answers)) {
		all = append(all, s.answers[name].Query)
	}
	return all
}

// Unused is the sections and patterns that nobody asked for.
func (s *Snapshot) Unused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.answers {
		if !s.asked[name] {
			names = append(names, name)
		}
	}
	for _, pattern := range s.absent {
		if !s.asked[sectionAbsent+" "+pattern] {
			names = append(names, sectionAbsent+" "+pattern)
		}
	}
	slices.Sort(names)
	return names
}
