package fixers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"devdoctor/platforms"
)

// A Fix is an offer to put a problem right. It belongs to the problem.
type Fix struct {
	// ID names the fix in flags, plans and journals: lower-case words and hyphens, never
	// reused.
	ID string

	Title string // a verb phrase: "Tell git who you are"

	// Asks is what only the learner knows.
	Asks []Question

	// Plan writes down the steps for a machine. It changes nothing. ErrNotHere says that
	// this fix is not for this machine.
	Plan func(ctx context.Context, p Patient) ([]Step, error)
}

// ErrNotHere says that a fix is not for the machine it was shown.
var ErrNotHere = errors.New("this fix is not for this machine")

// ErrSeenTo says that another fix of the same plan is expected to put this right too, so
// that there is nothing to tell either.
var ErrSeenTo = errors.New("another fix of the plan sees to it")

// A Question is put to the learner, or answered by --set KEY=VALUE.
type Question struct {
	Key     string
	Prompt  string
	Example string                    // an answer that will do
	Check   func(answer string) error // says what is wrong with an answer
}

// A Patient is a machine that a fix is planned for, and what is known of its problem.
type Patient struct {
	Host    *platforms.Host
	Found   map[string]string // what the check found, by the words of a Tell
	Answers map[string]string // to the questions, by key
	NoAdmin bool              // nothing may ask for the administrator
}

// Schema is the version of plans and journals that this devdoctor writes. It reads all up
// to it.
const Schema = 1

// A Plan is all that is to be done, written down before the first step is taken.
type Plan struct {
	Schema    int       `json:"schema_version"`
	Devdoctor string    `json:"devdoctor"`
	Machine   string    `json:"machine"` // whose it is, as a name that tells nothing else
	Look      *Look     `json:"look,omitempty"`
	Fixes     []Planned `json:"fixes"`
}

// A Look is what a plan was made about, as somebody typed it: whoever carries the plan out looks
// at the same.
type Look struct {
	Checks  []string `json:"checks,omitempty"` // CHECK or CHECK=FIX; all of the phases without one
	Phase   string   `json:"phase"`
	Project string   `json:"project,omitempty"` // a folder, from ~/ where it lies at home
	NoAdmin bool     `json:"no_admin,omitempty"`
}

// A Planned fix is a problem, and what is to be done about it.
type Planned struct {
	Check   string            `json:"check"`
	Problem string            `json:"problem"`
	Fix     string            `json:"fix"`
	Title   string            `json:"title"`
	Answers map[string]string `json:"answers,omitempty"`
	Asks    []string          `json:"asks,omitempty"` // the keys of questions that nobody answered: with them it could be done
	Steps   []Step            `json:"steps"`
}

// Same reports whether two fixes are alike in all that a plan file holds.
func (p Planned) Same(other Planned) bool {
	a, errA := json.Marshal(p)
	b, errB := json.Marshal(other)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// Steps is the steps of all fixes, in order.
func (p Plan) Steps() []Step {
	var all []Step
	for _, f := range p.Fixes {
		all = append(all, f.Steps...)
	}
	return all
}

// ReadPlan reads a plan that was written as JSON, and refuses one that is not whole.
func ReadPlan(r io.Reader) (Plan, error) {
	var p Plan
	text, err := io.ReadAll(io.LimitReader(r, maxLine+1))
	switch {
	case err != nil:
		return p, fmt.Errorf("read the plan: %w", err)
	case len(text) > maxLine:
		return p, errors.New("read the plan: it is too long")
	}
	// A newer plan may have more fields, which are not what is wrong with it.
	var version struct {
		Schema int `json:"schema_version"`
	}
	err = json.Unmarshal(text, &version)
	if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !mistyped {
		return p, fmt.Errorf("read the plan: %w", err)
	}
	if version.Schema < 1 || version.Schema > Schema {
		return p, fmt.Errorf("the plan is of version %d, and this devdoctor knows %d: get a newer one", version.Schema, Schema)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("read the plan: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return p, errors.New("read the plan: something stands behind its end")
	}
	for _, s := range p.Steps() {
		if err := s.Check(); err != nil {
			return p, fmt.Errorf("the plan has a step that cannot be taken: %w", err)
		}
	}
	return p, nil
}
