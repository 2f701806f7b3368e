package checks

import (
	"context"
	"time"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// What is known of Node.js's release lines, as of 2026-11-20: schedule.json of
// nodejs/Release (copy of 2026-07-02), release notes up to 26.10.0.
var (
	nodeLinesRead date = "2026-11-20"

	// Every line from 27 on becomes a long-term one; before, only the even ones
	// did. A line without a date in lts never does, or it is not announced.
	nodeLines = []nodeLine{
		{18, "2022-04-19", "2022-10-25", "2023-10-18", "2025-04-30", "Hydrogen"},
		{19, "2022-10-18", "", "2023-04-01", "2023-06-01", ""},
		{20, "2023-04-18", "2023-10-24", "2024-10-22", "2026-04-30", "Iron"},
		{21, "2023-10-17", "", "2024-04-01", "2024-06-01", ""},
		{22, "2024-04-24", "2024-10-29", "2025-10-21", "2027-04-30", "Jod"},
		{23, "2024-10-16", "", "2025-04-01", "2025-06-01", ""},
		{24, "2025-05-06", "2025-10-28", "2026-10-20", "2028-04-30", "Krypton"},
		{25, "2025-10-15", "", "2026-04-01", "2026-06-01", ""},
		{26, "2026-05-05", "2026-10-28", "2027-10-20", "2029-04-30", ""},
		{27, "2027-04-22", "", "2027-10-20", "2030-04-30", ""},
	}

	// Versions whose c-ares takes 127.0.0.1 for the name server of some Windows
	// machines: dns.resolve, and so mongodb+srv, fails (nodejs/node#64110 put it
	// right in 24.19.0 and 26.5.0; for the other lines no release was seen).
	dnsTrouble = []struct{ from, below string }{
		{"20.20.0", "21"}, {"22.22.0", "23"}, {"24.13.0", "24.19.0"}, {"25.3.0", "26"}, {"26.0.0", "26.5.0"},
	}
)

// Versions that commands name.
const (
	newest24 = fixers.Newest24
	newest26 = fixers.Newest26
)

// A nodeLine is a major version of Node.js and the days of its life.
type nodeLine struct {
	major                        int
	start, lts, maintenance, end date // "" is never, or not announced
	codename                     string
}

// A date is a day as a table has it: 2026-11-20.
type date string

// time is the beginning of the day in UTC; "" is the zero time.
func (d date) time() time.Time {
	if d == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		panic(err)
	}
	return t
}

// lineOf is the line of a major version; false for those not in the table.
func lineOf(major int) (nodeLine, bool) {
	for _, l := range nodeLines {
		if l.major == major {
			return l, true
		}
	}
	return nodeLine{}, false
}

// releaseDay is the day by which release lines are weighed: today, and of a clock that stands before
// the table was read, of which systemClock tells, that day.
func releaseDay(ctx context.Context, h *platforms.Host) (time.Time, error) {
	now, err := h.Now(ctx)
	if read := nodeLinesRead.time(); now.Before(read) {
		now = read
	}
	return now, err
}

// ended reports whether a major version gets no more repairs. Those that are
// older than the table ended long ago.
func ended(major int, now time.Time) bool {
	l, known := lineOf(major)
	if !known {
		return major < nodeLines[0].major
	}
	return !now.Before(l.end.time().AddDate(0, 0, 1))
}

// hasDNSTrouble compares cores, because constraints of go-version refuse
// pre-releases.
func hasDNSTrouble(v *version.Version) bool {
	for _, r := range dnsTrouble {
		if !v.Core().LessThan(version.Must(version.NewVersion(r.from))) && v.Core().LessThan(version.Must(version.NewVersion(r.below))) {
			return true
		}
	}
	return false
}
