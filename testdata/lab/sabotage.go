package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// sabotage is a line of devdoctor's source and a mistake to put in its place.
type sabotage struct {
	subject string // a word that stands in the names of the subject's scenarios
	checks  string // what the IDs of the subject's checks begin with
	file    string // from the top of the repository
	old     string // the line without its indent; it occurs once
	new     string // the same line with a mistake in it
	does    string // the mistake in words
}

// apply is the sabotaged text of the file in root.
func (s sabotage) apply(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, s.file))
	if err != nil {
		return "", fmt.Errorf("read what is to be sabotaged: %w", err)
	}
	found := 0
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == s.old {
			found++
			line = strings.Replace(line, s.old, s.new, 1)
		}
		b.WriteString(line)
	}
	if found != 1 {
		return "", fmt.Errorf("the sabotage of %s no longer applies: %s has its line %d times: %s", s.subject, s.file, found, s.old)
	}
	return b.String(), nil
}

// overlay writes into dir what go build needs to build the sabotaged program out of an
// untouched working tree, and returns the flags for it.
func (s sabotage) overlay(root, dir string) ([]string, error) {
	text, err := s.apply(root)
	if err != nil {
		return nil, err
	}
	original, err := filepath.Abs(filepath.Join(root, s.file))
	if err != nil {
		return nil, err
	}
	source, list := filepath.Join(dir, filepath.Base(s.file)), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: source}})
	if err != nil {
		return nil, err
	}
	for path, data := range map[string][]byte{source: []byte(text), list: replace} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return nil, fmt.Errorf("write the sabotaged source: %w", err)
		}
	}
	return []string{"-overlay", list}, nil
}

// ranked are the scenarios in the order in which they judge a sabotage: those that want
// something of the subject's checks and bear its name, those that do one of the two, all
// others. Those on Windows, which are slow, wait behind the others of any promise.
func (s sabotage) ranked(list []*scenario) []*scenario {
	rank := func(sc *scenario) int {
		wants := slices.ContainsFunc(sc.want, func(f finding) bool { return strings.HasPrefix(f.check, s.checks) })
		named := slices.Contains(strings.Split(sc.name, "-"), s.subject)
		n := 6
		switch {
		case wants && named:
			n = 0
		case wants:
			n = 1
		case named:
			n = 2
		}
		if sc.program() == "windows" {
			n += 3
		}
		return n
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *scenario) int { return cmp.Compare(rank(a), rank(b)) })
	return list
}

// reportOnly is the scenario as the report alone is judged by it: the proof tells of the
// machine, and time and traces of what no mistake of the table changes.
func (s *scenario) reportOnly() *scenario {
	bare := *s
	bare.proof, bare.proofHere, bare.harm = nil, nil, harm{}
	return &bare
}

// judged is what the lab made of a sabotaged program.
type judged struct {
	by      string   // the scenario or machine that caught it; "" where none did
	differs []string // what was wanted and what came
	tried   int      // how many scenarios and machines had their turn
	err     error    // why it could not be judged
	took    time.Duration
}

// try lets scenarios, and machines of the oracle after them, judge a sabotaged
// program until one is red.
func (b *bench) try(ctx context.Context, s sabotage) (j judged) {
	dir := filepath.Join(b.dir, s.subject)
	flags, err := []string(nil), os.MkdirAll(dir, 0o755)
	if err == nil {
		flags, err = s.overlay(b.root, dir)
	}
	if err != nil {
		return judged{err: err}
	}
	bad := b.program(dir, flags...)
	for _, sc := range s.ranked(b.scenarios) {
		j.tried++
		red, err := b.red(sc.name,
			func() ([]string, error) { return reds(bad.play(ctx, sc.reportOnly())) },
			func() ([]string, error) { return reds(b.honest.play(ctx, sc)) })
		if err != nil || red != nil {
			j.by, j.differs, j.err = sc.name, red, err
			return j
		}
	}
	return b.oracle(ctx, bad, j)
}

func reds(o outcome) ([]string, error) { return o.differs, o.err }

// red says in what a sabotaged program is red, nil where it is not. A busy computer turns
// things red too: what counts is red a second time, when nothing else is played, and is as
// wanted then with the program as it is.
func (b *bench) red(what string, bad, honest func() ([]string, error)) ([]string, error) {
	b.alone.RLock()
	differs, err := bad()
	b.alone.RUnlock()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if len(differs) == 0 {
		return nil, nil
	}
	b.alone.Lock()
	defer b.alone.Unlock()
	if differs, err = bad(); err != nil || len(differs) == 0 {
		return nil, err
	}
	white, err := honest()
	if err == nil && len(white) > 0 {
		err = errors.New("\n" + indented(white))
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not as wanted without the sabotage either: %w", what, err)
	}
	return differs, nil
}
