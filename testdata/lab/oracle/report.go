package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A Report is what the oracle reads of devdoctor's JSON (docs/report.schema.json).
type Report struct {
	Ready    *bool `json:"ready"`
	Exit     int   `json:"exit"`
	Complete bool  `json:"complete"`
	Checks   []row `json:"checks"`
}

type row struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Problem string `json:"problem"`
	Reason  string `json:"reason"`
	Summary string `json:"summary"`
	Detail  string `json:"detail"`
}

func (r row) finding() Finding { return Finding{r.Status, r.ID + "/" + r.Problem, r.Summary} }

// A Finding is a fail or a warn.
type Finding struct {
	Status, Name, Summary string // Name is CHECK/PROBLEM
}

func (f Finding) String() string { return f.Status + " " + f.Name + ": " + f.Summary }

func readReport(text string) (Report, error) {
	var r Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("read the report: %w", err)
	}
	if len(r.Checks) == 0 {
		return r, fmt.Errorf("read the report: it has no checks")
	}
	return r, nil
}

// findings are the fails and warns, fails first.
func (r Report) findings() []Finding {
	var list []Finding
	for _, status := range []string{"fail", "warn"} {
		for _, c := range r.Checks {
			if c.Status == status {
				list = append(list, c.finding())
			}
		}
	}
	return list
}

func (r Report) unknown() []string {
	var list []string
	for _, c := range r.Checks {
		if c.Status == "unknown" {
			list = append(list, c.ID+" "+c.Reason+": "+c.Summary+" "+c.Detail)
		}
	}
	return list
}

func (r Report) ready() bool { return r.Ready != nil && *r.Ready }

// row is that of a check, nil where the report has none.
func (r Report) row(id string) *row {
	i := slices.IndexFunc(r.Checks, func(c row) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &r.Checks[i]
}
