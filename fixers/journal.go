package fixers

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"devdoctor/platforms"
)

// A Journal is what became of a run, a line of JSON for each thing that happened, on disk
// before the next happens. Its first line is the whole plan, and a further plan of the run
// stands before its first step: whatever interrupts the run, undo knows what was meant
// and how far it came.
type Journal struct{ w io.Writer } // each Write has to be on disk when it returns

// A record is a line of a journal. Exactly one of the pointers is set.
type record struct {
	Begin *beginning `json:"begin,omitempty"`
	Step  *stepping  `json:"step,omitempty"`
	Undo  *stepping  `json:"undo,omitempty"`
}

type beginning struct {
	At   time.Time `json:"at"`
	Plan Plan      `json:"plan"`
}

// A stepping is what happens to a step, which is numbered through the plan from 0.
type stepping struct {
	N     int              `json:"n"`
	What  Happening        `json:"what"`
	Child *platforms.Child `json:"child,omitempty"`
	Marks []string         `json:"marks,omitempty"`
	Error string           `json:"error,omitempty"`
}

// A Happening is what happens to a step.
type Happening string

// The happenings. Every step that began may have happened.
const (
	Begins  Happening = "begins"
	Runs    Happening = "runs" // its program, the child
	Ends    Happening = "ends"
	Fails   Happening = "fails"
	Stays   Happening = "stays"   // it has no way back, and whoever took the rest back was told
	Skipped Happening = "skipped" // nobody agreed to it, it was done already, or it could not begin
)

// NewJournal begins a journal with its plan.
func NewJournal(w io.Writer, at time.Time, p Plan) (*Journal, error) {
	j := &Journal{w}
	return j, j.write(record{Begin: &beginning{at, p}})
}

// Add writes down a further plan of the run. Its steps are numbered behind those before.
func (j *Journal) Add(at time.Time, p Plan) error { return j.write(record{Begin: &beginning{at, p}}) }

// Reopen goes on with a journal that was begun before.
func Reopen(w io.Writer) *Journal { return &Journal{w} }

func (j *Journal) write(r record) error {
	line, err := json.Marshal(r)
	if err == nil {
		_, err = j.w.Write(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return nil
}

// Note writes down what happens to a step, or to its undoing.
func (j *Journal) Note(undo bool, n int, what Happening, child *platforms.Child, failure error) error {
	s := &stepping{N: n, What: what, Child: child}
	if failure != nil {
		s.Error = failure.Error()
	}
	if undo {
		return j.write(record{Undo: s})
	}
	return j.write(record{Step: s})
}

// Took writes down that a step ended, with the marks of what it made.
func (j *Journal) Took(n int, marks []string) error {
	return j.write(record{Step: &stepping{N: n, What: Ends, Marks: marks}})
}

// A Past is what a journal tells.
type Past struct {
	At    time.Time
	Plan  Plan
	Steps []Happened // as many as the plan has
}

// Happened is what is known of a step.
type Happened struct {
	Last   Happening // "" where it was not come to
	Child  *platforms.Child
	Marks  []string // of what it made
	Error  string
	Undone bool // by an earlier undo, or told of because it has no way back
}

// Began reports whether the step may have changed something.
func (h Happened) Began() bool { return h.Last != "" && h.Last != Skipped }

// ErrNeverBegan says that a journal lacks even its plan: a crash came before the first change.
var ErrNeverBegan = errors.New("the run ended before it began")

// maxLine bounds a line of a journal, in bytes. Plans hold the files they change.
const maxLine = 64 << 20

// ReadJournal reads what was written. A last line that is cut off, by a crash, counts as
// not written; where it is the only one, that is ErrNeverBegan.
func ReadJournal(r io.Reader) (Past, error) {
	var past Past
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return past, fmt.Errorf("read the journal, line %d: %w", n, err)
		}
		var rec record
		if err := json.Unmarshal(line, &rec); err != nil {
			return past, fmt.Errorf("read the journal, line %d: %w", n, err)
		}
		if err := past.add(rec); err != nil {
			return past, fmt.Errorf("read the journal, line %d: %w", n, err)
		}
	}
	if past.At.IsZero() {
		return past, ErrNeverBegan
	}
	return past, nil
}

// readLine is the next whole line. What stands behind the last end of line is none.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(line) > maxLine:
			return nil, errors.New("it is too long")
		}
	}
}

func (p *Past) add(r record) error {
	switch {
	case r.Begin != nil:
		return p.begin(*r.Begin)
	case p.At.IsZero() || r.Step == nil && r.Undo == nil:
		return errors.New("it does not belong there")
	}
	s := r.Step
	if s == nil {
		s = r.Undo
	}
	if s.N < 0 || s.N >= len(p.Steps) {
		return fmt.Errorf("there is no step %d", s.N)
	}
	h := &p.Steps[s.N]
	if r.Undo != nil {
		h.Undone = s.What == Ends || s.What == Stays
	} else {
		h.Last, h.Error, h.Marks = s.What, s.Error, s.Marks
	}
	if s.Child != nil {
		h.Child = s.Child
	}
	return nil
}

func (p *Past) begin(b beginning) error {
	if b.Plan.Schema < 1 || b.Plan.Schema > Schema {
		return fmt.Errorf("it is of version %d, and this devdoctor knows %d: undo with the newer one that wrote it", b.Plan.Schema, Schema)
	}
	steps := b.Plan.Steps()
	for _, s := range steps {
		if err := s.Check(); err != nil {
			return err
		}
	}
	if b.At.IsZero() {
		return errors.New("it has no date")
	}
	if !p.At.IsZero() && b.Plan.Machine != p.Plan.Machine {
		return errors.New("it is of another computer")
	}
	p.Steps = append(p.Steps, make([]Happened, len(steps))...)
	if !p.At.IsZero() {
		p.Plan.Fixes = append(p.Plan.Fixes, b.Plan.Fixes...)
		return nil
	}
	p.At, p.Plan = b.At, b.Plan
	return nil
}
