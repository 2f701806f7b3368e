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
	Checks   []struct {
		ID      string `json:"id"`
		Status  string `json:"status"`
		Problem string `json:"problem"`
		Reason  string `json:"reason"`
		Summary string `json:"summary"`
		Detail  string `json:"detail"`
	} `json:"checks"`
}

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
				list = append(list, Finding{c.Status, c.ID + "/" + c.Problem, c.Summary})
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

// silenced says that all the checks that could name a cause did not come to it: one
// before them failed, or they failed of something else and name one thing at a time.
func (r Report) silenced(named []string) bool {
	for _, c := range r.Checks {
		if c.Status == "blocked" || c.Status == "skip" || c.Status == "fail" {
			continue
		}
		if slices.ContainsFunc(named, func(n string) bool { return checkOf(n) == c.ID }) {
			return false
		}
	}
	return true
}

func checkOf(name string) string {
	for i := range name {
		if name[i] == '/' {
			return name[:i]
		}
	}
	return name
}
