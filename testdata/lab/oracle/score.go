package oracle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// A Score sums records up.
type Score struct {
	Machines  int                `json:"machines"`
	Failing   int                `json:"failing"`
	Unsteady  int                `json:"unsteady"` // disagreed once, and agreed when they were made anew
	Verdicts  map[Verdict]Rate   `json:"verdicts"`
	BySystem  map[string]Counts  `json:"by_system"`
	ByOwner   map[string]Counts  `json:"by_owner"`
	ByMode    map[int]Counts     `json:"by_mode"`
	ByKind    map[string]Counts  `json:"by_kind"`
	Times     map[string]Seconds `json:"seconds_per_machine"`
	LargestBy string             `json:"largest_cause"` // the kind behind most failures
	Largest   float64            `json:"largest_cause_share"`
}

// A Rate is how often something happened, and how often it could happen at most: the
// upper end of the one-sided 95 % interval of Clopper and Pearson.
type Rate struct {
	Count int     `json:"count"`
	Share float64 `json:"share"`
	Upper float64 `json:"upper_95"`
}

// Counts are machines, those that fail, and the disagreements.
type Counts struct {
	Machines int             `json:"machines"`
	Failing  int             `json:"failing"`
	Disagree map[Verdict]int `json:"disagree,omitempty"`
}

// Seconds are quantiles of the time that a machine took, ablations included.
type Seconds struct {
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
}

// ScoreOf sums up.
func ScoreOf(records []Record) Score {
	s := Score{
		Machines: len(records), Verdicts: map[Verdict]Rate{}, BySystem: map[string]Counts{}, ByOwner: map[string]Counts{},
		ByMode: map[int]Counts{}, ByKind: map[string]Counts{}, Times: map[string]Seconds{},
	}
	times, causes, verdicts := map[string][]int64{}, map[string]int{}, map[Verdict]int{}
	for _, r := range records {
		verdicts[r.Verdict]++
		if len(r.Unsteady) > 0 {
			s.Unsteady++
		}
		if r.Fails {
			s.Failing++
		}
		count(s.BySystem, r.System, r)
		count(s.ByOwner, r.System+" "+r.Owner, r)
		for _, m := range distinct(r.Modes) {
			count(s.ByMode, m, r)
		}
		for _, k := range r.Kinds {
			count(s.ByKind, r.System+" "+k, r)
		}
		for _, k := range r.Causes {
			causes[r.System+" "+k]++
		}
		times[r.System] = append(times[r.System], r.Millis)
	}
	for _, v := range Verdicts {
		s.Verdicts[v] = rate(verdicts[v], len(records))
	}
	for system, ms := range times {
		slices.Sort(ms)
		s.Times[system] = Seconds{float64(ms[len(ms)/2]) / 1000, float64(ms[len(ms)*95/100]) / 1000}
	}
	for k, n := range causes {
		if share := float64(n) / float64(s.Failing); share > s.Largest || share == s.Largest && k < s.LargestBy {
			s.LargestBy, s.Largest = k, share
		}
	}
	return s
}

func distinct(numbers []int) []int {
	numbers = slices.Clone(numbers)
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func count[K comparable](in map[K]Counts, k K, r Record) {
	c := in[k]
	c.Machines++
	if r.Fails {
		c.Failing++
	}
	if r.Verdict != Agree {
		if c.Disagree == nil {
			c.Disagree = map[Verdict]int{}
		}
		c.Disagree[r.Verdict]++
	}
	in[k] = c
}

func rate(k, n int) Rate {
	if n == 0 {
		return Rate{Upper: 1}
	}
	return Rate{k, float64(k) / float64(n), upperBound(k, n)}
}

// upperBound is the share p for which k or fewer of n happen with a chance of 5 %.
func upperBound(k, n int) float64 {
	if k >= n {
		return 1
	}
	low, high := float64(k)/float64(n), 1.0
	for range 60 {
		mid := (low + high) / 2
		if atMost(k, n, mid) > 0.05 {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// atMost is the chance that at most k of n happen, each with chance p.
func atMost(k, n int, p float64) float64 {
	sum := 0.0
	all, _ := math.Lgamma(float64(n + 1))
	for i := 0; i <= k; i++ {
		did, _ := math.Lgamma(float64(i + 1))
		didNot, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(all - did - didNot + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

// WriteJSON writes the score as one JSON object.
func (s Score) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// Summary is the first tables of the score.
func (s Score) Summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d machines, %d of them failing (%.0f %%). No kind is behind more than %.1f %% of the failures (%s).\n\n",
		s.Machines, s.Failing, 100*float64(s.Failing)/float64(max(s.Machines, 1)), 100*s.Largest, s.LargestBy)
	b.WriteString("| verdict | machines | share | at most (95 %) |\n|---|---|---|---|\n")
	for _, v := range Verdicts {
		r := s.Verdicts[v]
		if v == Agree {
			fmt.Fprintf(&b, "| %s | %d | %.2f %% | |\n", v, r.Count, 100*r.Share)
			continue
		}
		fmt.Fprintf(&b, "| %s | %d | %.2f %% | %.2f %% |\n", v, r.Count, 100*r.Share, 100*r.Upper)
	}
	if s.Unsteady > 0 {
		fmt.Fprintf(&b, "\n%d machines disagreed once and agreed on a second, equal machine.\n", s.Unsteady)
	}
	b.WriteString("\n| system | seconds per machine, median | 95 of 100 below |\n|---|---|---|\n")
	for _, system := range sorted(s.Times) {
		fmt.Fprintf(&b, "| %s | %.1f | %.1f |\n", system, s.Times[system].Median, s.Times[system].P95)
	}
	return b.String()
}

// Markdown is the score as tables.
func (s Score) Markdown() string {
	var b strings.Builder
	b.WriteString(s.Summary())
	table(&b, "owner of Node.js", s.ByOwner)
	table(&b, "mode", s.ByMode)
	table(&b, "kind", s.ByKind)
	return b.String()
}

func table[K cmp.Ordered](b *strings.Builder, title string, rows map[K]Counts) {
	fmt.Fprintf(b, "\n| %s | machines | failing | disagreements |\n|---|---|---|---|\n", title)
	for _, k := range sorted(rows) {
		var disagree []string
		for _, v := range Verdicts {
			if n := rows[k].Disagree[v]; n > 0 {
				disagree = append(disagree, fmt.Sprintf("%d %s", n, v))
			}
		}
		fmt.Fprintf(b, "| %v | %d | %d | %s |\n", k, rows[k].Machines, rows[k].Failing, strings.Join(disagree, ", "))
	}
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
