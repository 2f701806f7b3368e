// Package crash runs a program again and again on one home folder, breaks it at each of its
// changes to the disk in turn, and looks whether what comes afterwards puts everything
// back. It knows nothing of devdoctor but what a Case tells it.
package crash

import (
	"fmt"
	"regexp"
	"strings"
)

// A Case is what to break. The process that does it is root; the programs run as the user.
type Case struct {
	Home     string
	UID, GID uint32
	Env      []string // of the programs, K=V each
	Dir      string   // where they start
	First    []string // a program that runs before it, whole; none where empty
	Break    []string // the program that is broken
	Proof    string   // a script for sh that works when the program did what it is for
	Back     []string // the one that has to put everything back
	Listing  []string // ends with 0 where the record of what was done can be read
	Own      string   // the folder of the program's own, which may stay, such as ~/.local/state/x
	Journal  string   // the name of the files whose every write has to be on disk before anything else changes
	More     []string // folders beside Home that have to be as before, too; their changes are no points
	Kept     []string // large folders below Home that no case writes into: they stay where they are
	Others   []string // patterns of what other programs write there meanwhile
	Kinds    []Kind
	Serve    string // a directory that is served at ServeAt
	ServeAt  string // as 127.0.0.1:8181
	Most     int    // points at most, evenly chosen; 0 is all
}

// A Kind is a way to break a program at a point.
type Kind string

// The kinds. A torn write is half of what was to be written, and then a kill.
const (
	KillBefore Kind = "kill before"
	KillAfter  Kind = "kill after"
	KillTorn   Kind = "kill half-way"
	NoSpace    Kind = "ENOSPC"
	NoAccess   Kind = "EACCES"
)

// Kinds lists all.
var Kinds = []Kind{KillBefore, KillAfter, KillTorn, NoSpace, NoAccess}

// A Point is a change to the disk below Home, or the start of a program.
type Point struct {
	Call string // such as "write"; "start" is of a program
	Path string // with ~ for Home and RUN for what has the time in its name
	Nth  int    // of those with the same call and path, from 1
}

func (p Point) String() string { return fmt.Sprintf("%s %s #%d", p.Call, p.Path, p.Nth) }

// takes reports whether a program can be broken in that way at the point.
func (p Point) takes(k Kind) bool {
	switch k {
	case KillTorn:
		return p.Call == "write"
	case NoSpace, NoAccess:
		return p.Call != "start"
	}
	return true
}

// A Result is what became of a program that was broken at a point.
type Result struct {
	Point Point
	Kind  Kind
	Hit   bool     // it came to the point
	Wrong []string // what is not as before, or did not work; empty is restored
}

// Results is what becomes of a case.
type Results struct {
	Points  []Point  // of a run that nobody broke
	Clean   []string // what is wrong after a run that nobody broke was taken back
	Changed int      // paths that such a run changes
	All     []Result
	Err     string
}

// stamp is a time in a name, which is another one in each run.
var stamp = regexp.MustCompile(`\b\d{8}-\d{6}(-\d+)?`)

// normal is a path as a Point names it.
func (c Case) normal(path string) string {
	if path == c.Home {
		return "~"
	}
	if rest, ok := strings.CutPrefix(path, c.Home+"/"); ok {
		path = "~/" + rest
	}
	return stamp.ReplaceAllString(path, "RUN")
}

// watched reports whether a change of a path counts.
func (c Case) watched(path string) bool { return strings.HasPrefix(path, c.Home+"/") }
