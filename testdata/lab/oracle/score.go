package oracle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Score sums records up.
type Score struct {
	Machines  int                 `json:"machines"`
	Failing   int                 `json:"failing"`
	Recalled  int                 `json:"recalled"` // compared with lessons of an earlier run; the others were taught
	Unsteady  map[Verdict]int     `json:"unsteady"` // a first machine's verdict, where a second, equal one came to another
	Scenarios int                 `json:"scenarios"`
	Commits   map[string][]string `json:"commits"` // of devdoctor, by system
	Seeds     map[string]string   `json:"seeds"`   // by system, as "1-90, 251"
	Verdicts  map[Verdict]Rate    `json:"verdicts"`
	BySystem  map[string]Counts   `json:"by_system"`
	ByOwner   map[string]Counts   `json:"by_owner"`
	ByMode    map[int]Counts      `json:"by_mode"`
	ByKind    map[string]Counts   `json:"by_kind"`
	Times     map[string]Seconds  `json:"seconds_per_machine"`
	Behind    map[string]Behind   `json:"largest_cause"` // by system
	Unfair    []string            `json:"unfair"`        // how the machines are not what they are meant to be
}

// Behind is the kind behind most failures, and behind which share of them it is.
type Behind struct {
	Kind  string  `json:"kind"`
	Share float64 `json:"share"`
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
		Machines: len(records), Unsteady: map[Verdict]int{}, Commits: map[string][]string{}, Seeds: map[string]string{},
		Verdicts: map[Verdict]Rate{}, BySystem: map[string]Counts{}, ByOwner: map[string]Counts{},
		ByMode: map[int]Counts{}, ByKind: map[string]Counts{}, Times: map[string]Seconds{}, Behind: map[string]Behind{},
	}
	times, causes, verdicts, seeds := map[string][]int64{}, map[string]map[string]int{}, map[Verdict]int{}, map[string][]uint64{}
	for _, r := range records {
		verdicts[r.Verdict]++
		if len(r.Unsteady) > 0 {
			s.Unsteady[Verdict(r.Unsteady[0])]++
		}
		s.Failing += oneIf(r.Fails)
		s.Recalled += oneIf(r.Recalled)
		count(s.BySystem, r.System, r)
		count(s.ByOwner, r.System+" "+r.Owner, r)
		for _, m := range distinct(r.Modes) {
			count(s.ByMode, m, r)
		}
		for _, k := range r.Kinds {
			count(s.ByKind, r.System+" "+k, r)
		}
		if causes[r.System] == nil {
			causes[r.System] = map[string]int{}
		}
		for _, k := range r.Causes {
			causes[r.System][k]++
		}
		times[r.System], seeds[r.System] = append(times[r.System], r.Millis), append(seeds[r.System], r.Seed)
		s.Commits[r.System] = distinct(append(s.Commits[r.System], cmp.Or(r.Commit, "not noted")))
	}
	for _, v := range Verdicts {
		s.Verdicts[v] = rate(verdicts[v], len(records))
	}
	for _, system := range sorted(times) {
		ms := times[system]
		slices.Sort(ms)
		s.Times[system] = Seconds{float64(ms[len(ms)/2]) / 1000, float64(ms[len(ms)*95/100]) / 1000}
		s.Seeds[system] = ranges(seeds[system])
		s.weigh(system, causes[system])
	}
	return s
}

// weigh notes what is behind most failures of a system, and how its machines are not worth
// judging: of a hundred 40 to 60 are to fail, and for many reasons.
func (s *Score) weigh(system string, causes map[string]int) {
	c := s.BySystem[system]
	for _, k := range sorted(causes) {
		if share := float64(causes[k]) / float64(c.Failing); share > s.Behind[system].Share {
			s.Behind[system] = Behind{k, share}
		}
	}
	if c.Machines < enough {
		return
	}
	if c.Failing*100 < 40*c.Machines || c.Failing*100 > 60*c.Machines {
		s.Unfair = append(s.Unfair, fmt.Sprintf("%s: %d of %d machines fail, and not 40 to 60 %%", system, c.Failing, c.Machines))
	}
	if b := s.Behind[system]; b.Share > 0.1 {
		s.Unfair = append(s.Unfair, fmt.Sprintf("%s: %s is behind %.1f %% of the failures, and not 10 at most", system, b.Kind, 100*b.Share))
	}
}

// enough machines are so many that their shares say something of the generator.
const enough = 200

// ranges writes numbers as "1-90, 251".
func ranges(numbers []uint64) string {
	numbers = distinct(numbers)
	var all []string
	for i := 0; i < len(numbers); {
		from := i
		for i++; i < len(numbers) && numbers[i] == numbers[i-1]+1; i++ {
		}
		text := strconv.FormatUint(numbers[from], 10)
		if i-from > 1 {
			text += "-" + strconv.FormatUint(numbers[i-1], 10)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func distinct[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
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
	fmt.Fprintf(&b, "%d machines, %d of them failing (%.0f %%).\n", s.Machines, s.Failing, 100*float64(s.Failing)/float64(max(s.Machines, 1)))
	for _, system := range sorted(s.BySystem) {
		c, most := s.BySystem[system], s.Behind[system]
		fmt.Fprintf(&b, "- %s: seeds %s; devdoctor %s; %d of %d machines failing (%.0f %%), no kind behind more than %.1f %% of them (%s).\n",
			system, s.Seeds[system], strings.Join(s.Commits[system], " and "), c.Failing, c.Machines, 100*float64(c.Failing)/float64(c.Machines), 100*most.Share, most.Kind)
	}
	for _, how := range s.Unfair {
		fmt.Fprintf(&b, "- NOT WORTH JUDGING: %s.\n", how)
	}
	fmt.Fprintf(&b, "\nThe lessons of %d were taught, those of %d are of earlier runs.\n\n", s.Machines-s.Recalled, s.Recalled)
	if s.Scenarios > 0 {
		fmt.Fprintf(&b, "Beside them there are %d scenarios.\n\n", s.Scenarios)
	}
	b.WriteString("| verdict | machines | share | at most (95 %) |\n|---|---|---|---|\n")
	for _, v := range Verdicts {
		r := s.Verdicts[v]
		if v == Agree {
			fmt.Fprintf(&b, "| %s | %d | %.2f %% | |\n", v, r.Count, 100*r.Share)
			continue
		}
		fmt.Fprintf(&b, "| %s | %d | %.2f %% | %.2f %% |\n", v, r.Count, 100*r.Share, 100*r.Upper)
	}
	for _, v := range Verdicts {
		if n := s.Unsteady[v]; n > 0 {
			fmt.Fprintf(&b, "\nFirst %s, and something else on a second, equal machine, which counts: %d.\n", v, n)
		}
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
