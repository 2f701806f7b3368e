package oracle

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// A Record is a case in the file of results, a line of JSON each.
type Record struct {
	Seed     uint64   `json:"seed"`
	System   string   `json:"system"` // "linux" or "windows"
	Base     string   `json:"base"`
	Owner    string   `json:"owner"`
	Kinds    []string `json:"kinds"`
	Modes    []int    `json:"modes"`
	Fails    bool     `json:"fails"`
	Removes  bool     `json:"removes"`
	Causes   []string `json:"causes,omitempty"`
	Verdict  Verdict  `json:"verdict"`
	Why      []string `json:"why,omitempty"`
	Unsteady []string `json:"unsteady,omitempty"` // the verdict of the first of two looks, and why, where the second came to another
	Says     []string `json:"says,omitempty"`     // the findings, STATUS CHECK/PROBLEM
	Recalled bool     `json:"recalled,omitempty"` // every lesson was one of an earlier run
	Commit   string   `json:"commit,omitempty"`   // of devdoctor
	Scenario string   `json:"scenario,omitempty"` // the smallest machine that disagrees
	Millis   int64    `json:"ms"`
}

// recordOf is what is kept of a case.
func recordOf(system string, c *Case) Record {
	r := Record{
		Seed: c.Plan.Seed, System: system, Base: c.Plan.Base.String(), Owner: c.Plan.Base.Owner,
		Kinds: c.Plan.Names(), Fails: c.fails(), Verdict: c.Verdict, Why: slices.Clone(c.Why), Recalled: c.recalled > 0 && c.taught == 0,
	}
	for _, f := range c.Report.findings() {
		r.Says = append(r.Says, f.Status+" "+f.Name)
	}
	for _, m := range c.Plan.Mutations {
		_, probed := c.Probes[m.Name]
		for _, cause := range c.Causes {
			probed = probed || cause == m
		}
		if probed {
			r.Causes, r.Removes = append(r.Causes, m.Name), r.Removes || m.Removes
		}
		r.Modes = append(r.Modes, m.Modes...)
	}
	return r
}

// Results is the file in which the runs of one build of devdoctor and one table of
// mutations add up.
type Results[R judged] struct {
	path string
	done map[key]R
	file *os.File
}

// judged is a line of a file of results.
type judged interface{ id() key }

func (r Record) id() key { return key{r.System, r.Seed} }

type key struct {
	system string
	seed   uint64
}

// OpenResults opens the results of the programs at the given paths, which are known by
// what is in them: a commit that changes neither continues the run.
func OpenResults[R judged](dir string, programs ...string) (*Results[R], error) {
	h := sha256.New()
	for _, p := range programs {
		f, err := os.Open(p)
		if err != nil {
			return nil, fmt.Errorf("open the results: %w", err)
		}
		_, err = io.Copy(h, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("read %s: %w", p, err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open the results: %w", err)
	}
	r := &Results[R]{path: filepath.Join(dir, hex.EncodeToString(h.Sum(nil))[:16]+".jsonl"), done: map[key]R{}}
	torn, err := r.read()
	if err != nil {
		return nil, err
	}
	if r.file, err = os.OpenFile(r.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
		return nil, fmt.Errorf("open the results: %w", err)
	}
	if torn {
		if _, err := r.file.WriteString("\n"); err != nil {
			return nil, errors.Join(fmt.Errorf("write the results: %w", err), r.file.Close())
		}
	}
	return r, nil
}

// read takes what the file holds. A run that is killed while it writes leaves a torn line
// at the end.
func (r *Results[R]) read() (torn bool, err error) {
	text, err := os.ReadFile(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the results: %w", err)
	}
	for line := range bytes.Lines(text) {
		var record R
		if json.Unmarshal(line, &record) == nil {
			r.done[record.id()] = record
		}
	}
	return tornEnd(text), nil
}

// tornEnd says that what is appended would continue the last line.
func tornEnd(text []byte) bool { return len(text) > 0 && text[len(text)-1] != '\n' }

// ReadResults reads the newest file of results of each system in a directory: each has a program,
// and so a file, of its own.
func ReadResults[R judged](dir string) ([]R, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("read the results: %w", err)
	}
	written := map[string]int64{}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			written[p] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(paths, func(a, b string) int { return cmp.Compare(written[b], written[a]) })
	var all []R
	known := map[string]bool{}
	for _, p := range paths {
		r := &Results[R]{path: p, done: map[key]R{}}
		if _, err := r.read(); err != nil {
			return nil, err
		}
		fresh := map[string]bool{}
		for k, record := range r.done {
			if !known[k.system] {
				all, fresh[k.system] = append(all, record), true
			}
		}
		maps.Copy(known, fresh)
		if len(known) == len(systems) {
			break
		}
	}
	if len(all) == 0 {
		return nil, errors.New("there are no results yet: run the subcommand oracle")
	}
	return all, nil
}

var systems = []string{"linux", "windows"}

// Has says that a seed was judged before.
func (r *Results[R]) Has(system string, seed uint64) (R, bool) {
	record, ok := r.done[key{system, seed}]
	return record, ok
}

// Add keeps a record, on disk before it returns.
func (r *Results[R]) Add(record R) error {
	line, err := json.Marshal(record)
	if err == nil {
		_, err = r.file.Write(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	r.done[record.id()] = record
	return nil
}

// All are the records so far, in no order.
func (r *Results[R]) All() []R {
	all := make([]R, 0, len(r.done))
	for _, record := range r.done {
		all = append(all, record)
	}
	return all
}

// Close closes the file.
func (r *Results[R]) Close() error { return r.file.Close() }
