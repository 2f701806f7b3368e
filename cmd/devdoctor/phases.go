package main

import (
	"fmt"
	"strconv"
	"strings"

	"devdoctor/checks"
)

// parsePhases reads 3 (everything up to phase 3), 2-4 or all.
func parsePhases(s string) (first, last int, err error) {
	wrong := usage("there is no phase %q; give a number from 1 to %d, two such as 2-4, or all", s, len(checks.Phases))
	if s == "all" {
		return 1, len(checks.Phases), nil
	}
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		from, to = "1", s
	}
	if first, err = strconv.Atoi(from); err != nil {
		return 0, 0, wrong
	}
	if last, err = strconv.Atoi(to); err != nil || first < 1 || last < first || last > len(checks.Phases) {
		return 0, 0, wrong
	}
	return first, last, nil
}

// phaseWords is "phase 3", "phases 1 and 2" or "phases 3 to 10".
func phaseWords(numbers []int) string {
	if len(numbers) == 1 {
		return fmt.Sprintf("phase %d", numbers[0])
	}
	return "phases " + numberWords(numbers)
}

// numberWords is ascending numbers as a sentence names them: "1, 3 to 5 and 8".
func numberWords(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, fmt.Sprintf("%d to %d", numbers[i], numbers[j]))
		} else {
			for _, n := range numbers[i : j+1] {
				parts = append(parts, strconv.Itoa(n))
			}
		}
		i = j + 1
	}
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func span(first, last int) []int {
	var numbers []int
	for n := first; n <= last; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}
