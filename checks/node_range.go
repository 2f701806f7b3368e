package checks

import (
	"strings"

	"github.com/hashicorp/go-version"
)

// inRange reports whether a version fits a range as package.json writes them, such
// as "^22.22.2 || ^24.15.0 || >=26.0.0". known is false where the range has a form
// that is not understood.
//
// hashicorp/go-version knows neither || nor ^, and lets >= refuse what is newer
// with a suffix, so cores are compared.
func inRange(v *version.Version, text string) (fits, known bool) {
	for part := range strings.SplitSeq(text, "||") {
		all := true
		for _, word := range comparators(part) {
			ok, understood := fitsOne(v.Core(), word)
			if !understood {
				return false, false
			}
			all = all && ok
		}
		fits = fits || all
	}
	return fits, true
}

// comparators cuts ">= 18 <23" into ">=18" and "<23".
func comparators(part string) []string {
	var words []string
	operator := ""
	for w := range strings.FieldsSeq(part) {
		if strings.Trim(w, "<>=^~") == "" {
			operator = w
			continue
		}
		words, operator = append(words, operator+w), ""
	}
	return words
}

// fitsOne compares with one comparator. A part that is left out stands for any.
func fitsOne(v *version.Version, word string) (fits, known bool) {
	number := strings.TrimLeft(word, "<>=^~")
	operator := word[:len(word)-len(number)]
	number = strings.TrimPrefix(number, "v")
	if number == "*" || number == "x" {
		return true, true
	}
	given := strings.Split(number, ".")
	for len(given) > 1 && strings.Contains("xX*", given[len(given)-1]) {
		given = given[:len(given)-1]
	}
	low, err := version.NewVersion(strings.Join(given, "."))
	if err != nil {
		return false, false
	}
	low = low.Core()
	s, t := v.Segments(), low.Segments()
	same := func(n int) bool {
		for i := range n {
			if s[i] != t[i] {
				return false
			}
		}
		return true
	}
	switch operator {
	case "^":
		return v.GreaterThanOrEqual(low) && same(1), t[0] > 0
	case "~":
		return v.GreaterThanOrEqual(low) && same(min(2, len(given))), true
	case ">=":
		return v.GreaterThanOrEqual(low), true
	case ">":
		return v.GreaterThan(low) && !same(min(3, len(given))), true
	case "<":
		return v.LessThan(low), true
	case "<=":
		return v.LessThan(low) || same(min(3, len(given))), true
	case "", "=":
		return same(min(3, len(given))), true
	}
	return false, false
}
