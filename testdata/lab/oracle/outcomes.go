package oracle

import (
	"bufio"
	"cmp"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strconv"
	"strings"
)

// An outcome line is what became of the machine of a seed, whatever devdoctor said of it:
//
//	SYSTEM SEED WHICH [CAUSE ...]
//
// Without a cause the lesson works, and every probe. WHICH tells the machine from another
// one that the same seed makes after a change of the table.

// which is a short name of the machine of a plan.
func (p Plan) which() string {
	h := fnv.New32a()
	_, _ = io.WriteString(h, p.String())
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// WriteOutcomes writes what became of machines, those that could be judged.
func WriteOutcomes(w io.Writer, records []Record) error {
	records = slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return r.Verdict == NotJudged })
	slices.SortFunc(records, func(a, b Record) int {
		return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Seed, b.Seed))
	})
	out := bufio.NewWriter(w)
	for _, r := range records {
		p := Generate(r.System, r.Seed)
		if slices.Equal(p.Names(), r.Kinds) && p.Base.String() == r.Base {
			fmt.Fprintln(out, strings.Join(append([]string{r.System, strconv.FormatUint(r.Seed, 10), p.which()}, r.Causes...), " "))
		}
	}
	return out.Flush()
}

// readOutcomes reads what WriteOutcomes wrote. Of machines that their seeds make no more
// nothing is known: how many there are is stale.
func readOutcomes(text string) (records []Record, stale int, err error) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 {
			return nil, 0, fmt.Errorf("read the outcomes: %q is none", line)
		}
		seed, err := strconv.ParseUint(f[1], 10, 64)
		if err != nil {
			return nil, 0, fmt.Errorf("read the outcomes: %w", err)
		}
		p := Generate(f[0], seed)
		if p.which() != f[2] {
			stale++
			continue
		}
		records = append(records, Record{Seed: seed, System: f[0], Kinds: p.Names(), Causes: f[3:], Fails: len(f) > 3})
	}
	return records, stale, nil
}
