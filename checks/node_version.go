package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var (
	nodeTooOld = &Problem{
		ID: "too-old",
		Means: "This line of Node.js gets no more repairs, and it is older than what the course is written for. " +
			"New packages refuse to run on it.",
		See:   seeVersion,
		Fixes: []*fixers.Fix{fixers.NodeOwner, fixers.NodeArchive},
		Tells: nodeUpgrade,
	}
	nodeOlderLine = &Problem{
		ID: "older-line",
		Means: "This Node.js still gets repairs, but it is older than what the course is written for. " +
			"Some exercises use what only newer versions have, such as running TypeScript files as they are.",
		See:   seeVersion,
		Fixes: []*fixers.Fix{fixers.NodeOwner, fixers.NodeArchive},
		Tells: nodeUpgrade,
	}
	nodeEnded = &Problem{
		ID:    "no-more-repairs",
		Means: "This line of Node.js gets no more repairs, not even for security. The course runs on it today.",
		See:   seeVersion,
		Fixes: []*fixers.Fix{fixers.NodeOwner, fixers.NodeArchive},
		Tells: upgradeTo26,
	}
	nodeAllEnded = &Problem{
		ID: "repairs-over",
		Means: "This line of Node.js gets no more repairs, not even for security, and neither does the one that this devdoctor would bring. " +
			"Both were young when it was made.",
		See: seeVersion,
		Tells: []fixers.Tell{{
			Do:   "Get a newer devdoctor from where you got this one. It knows which Node.js the course is written for by now.",
			Undo: "Nothing is changed.",
		}},
	}
	nodePreRelease = &Problem{
		ID:    "pre-release",
		Means: "This is a version for testing, made before the real one. Packages are not tried on it, and what works today can fail tomorrow.",
		See:   seeVersion + " A word such as alpha, rc or nightly behind the number names a version for testing.",
		Fixes: []*fixers.Fix{fixers.NodeOwner, fixers.NodeArchive},
		Tells: uninstallFirst,
	}
	nodeOldOnIntel = &Problem{
		ID: "homebrew-on-intel",
		Means: "This Node.js is older than what the course is written for. Homebrew keeps it, but no longer delivers built programs for Macs with Intel processors. " +
			"It would build Node.js on your Mac, which takes hours.",
		See:   seeVersion,
		Fixes: []*fixers.Fix{fixers.NodeArchive},
		Tells: nodeInstall[:2],
	}
	nodeNo32Bit = &Problem{
		ID:    "no-version-for-32-bit",
		Means: "The processor of this computer, or its system, is a 32-bit one. Node.js 24 and 26 are not made for it.",
		See:   "Type uname -m in a terminal: i686 and armv7l are 32-bit. On Windows, open Settings, System, About.",
		Tells: []fixers.Tell{
			{
				Do:  "Use Node.js 22 until 2027-04-30, or use another computer or an online editor for the course. With nvm, type this.",
				Run: [][]string{{"nvm", "install", "22"}}, Undo: "nvm uninstall 22",
			},
			{
				OS:   platforms.Windows,
				Do:   "Use another computer or an online editor for the course. If your processor is a 64-bit one, install a 64-bit Windows.",
				Undo: "Nothing is changed.",
			},
		},
	}
	nodeLibnodeDev = &Problem{
		ID: "libnode-dev-in-the-way",
		Means: "NodeSource's packages are set up on this system, but the old Node.js of the distribution is still there. " +
			"Its package libnode-dev holds files that the new package brings too, so apt refuses the new one.",
		See:   "Type apt-cache policy nodejs libnode-dev in a terminal.",
		Fixes: []*fixers.Fix{fixers.NodeArchive},
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Admin: true,
			Do:   "Remove the old packages, then install Node.js again. It now comes from NodeSource.",
			Run:  [][]string{{"sudo", "apt-get", "remove", "nodejs", "npm", "libnode-dev"}, {"sudo", "apt-get", "update"}, {"sudo", "apt-get", "install", "nodejs"}},
			Undo: "Remove NodeSource's file in /etc/apt/sources.list.d, then install nodejs, npm and libnode-dev again.",
		}},
	}
)

const seeVersion = "Type node --version in a terminal, and compare the first number with 24 and 26."

// hidesNewer reports whether nodeCopies tells of a newer copy behind the first one: to upgrade that
// would be the second thing to do.
func hidesNewer(ctx context.Context, h *platforms.Host, need Needs, runs *version.Version) (bool, error) {
	s, err := lookForNode(ctx, h)
	if err != nil || len(s.copies) < 2 {
		return false, err
	}
	r, err := copyCase{s, slices.Min(need.Node)}.compare(ctx, runs)
	return r.Problem == nodeOlderFirst, err
}

// nodeVersion wants a release line that the course is written for.
var nodeVersion = &Check{
	ID:       "node-version",
	Title:    "Node.js is new enough",
	Why:      "The exercises are written for Node.js 24 and 26. On an older one they stop with a syntax error, or npm refuses a package.",
	Phase:    1,
	After:    []*Check{nodeRuns, nodeCopies},
	Problems: []*Problem{nodeTooOld, nodeOlderLine, nodeEnded, nodeAllEnded, nodePreRelease, nodeOldOnIntel, nodeNo32Bit, nodeLibnodeDev},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		answer, _, err := askNode(ctx, h)
		if answer == nil {
			return Unknown(err, "the version of Node.js is not known")
		}
		now, err := releaseDay(ctx, h)
		if err != nil {
			return Unknown(err, "the date of today is not known")
		}
		first, owner, err := winner(ctx, h)
		if err != nil {
			return Unknown(err, "it is not clear who keeps this Node.js")
		}
		r := judge(answer, need, now, h)
		if r.Problem == nodeOlderLine {
			hides, err := hidesNewer(ctx, h, need, answer.Version)
			if err != nil {
				return Unknown(err, "whether a newer Node.js comes later on PATH is not known")
			}
			if hides {
				r = OK("Node.js %s", answer.Version).Note("A newer one comes later on PATH.")
			}
		}
		switch r.Problem {
		case nodeTooOld, nodeOlderLine:
			if r.Problem, err = blockedUpgrade(ctx, h, owner, r.Problem); err != nil {
				return Unknown(err, "it is not clear why Node.js was not upgraded")
			}
		}
		return r.With(foundNode(first, owner, answer.Version.String()))
	},
}

// last32Bit is the last line with programs for 32-bit Linux; Windows got none
// from 23 on (nodejs.org's own table, read 2026-11-20).
const last32Bit = 22

func is32Bit(arch string) bool { return arch == "386" || arch == "arm" }

// judge weighs a version by what the course asks and by the calendar.
func judge(a *nodeAnswer, need Needs, now time.Time, h *platforms.Host) Result {
	major, oldest := a.Major(), slices.Min(need.Node)
	line, known := lineOf(major)
	until := line.end
	switch {
	case a.Version.Prerelease() != "":
		return nodePreRelease.Warn("Node.js %s is a version for testing", a.Version).
			Because("It was made before the real release. Use 24 or 26 for the course.")
	case is32Bit(h.Arch) && major <= last32Bit:
		if major == last32Bit && !ended(major, now) {
			return OK("Node.js %s", a.Version).Note("Version %d is the last for 32-bit processors such as yours. It gets repairs until %s.", major, until)
		}
		return nodeNo32Bit.Fail("Node.js %s is too old", a.Version).
			Because("Your processor is a 32-bit one (%s). The last Node.js for it is version %d.", h.Arch, last32Bit)
	case major < oldest && ended(major, now) && known:
		return nodeTooOld.Fail("Node.js %s is too old", a.Version).
			Because("The course is written for 24 and 26. Repairs for version %d ended on %s.", major, until)
	case major < oldest && ended(major, now):
		return nodeTooOld.Fail("Node.js %s is too old", a.Version).
			Because("The course is written for 24 and 26. Repairs for version %d ended years ago.", major)
	case major < oldest:
		return nodeOlderLine.Warn("Node.js %s is older than the course asks", a.Version).
			Because("The course is written for 24 and 26. Version %d gets repairs until %s.", major, until)
	case ended(major, now) && ended(oldest, now):
		return nodeAllEnded.Warn("Node.js %d gets no more repairs", major).
			Because("They ended on %s. %s", until, repairs(need, now))
	case ended(major, now):
		return nodeEnded.Warn("Node.js %d gets no more repairs", major).
			Because("They ended on %s. %s", until, repairs(need, now))
	}
	return noted(a, need, now, h)
}

// repairs is how long those versions of the course get repairs that still do.
func repairs(need Needs, now time.Time) string {
	var each []string
	for _, major := range slices.Sorted(slices.Values(need.Node)) {
		if line, known := lineOf(major); known && !ended(major, now) {
			each = append(each, fmt.Sprintf("%d until %s", major, line.end))
		}
	}
	if len(each) == 0 {
		return "Those that this devdoctor knows get none any more."
	}
	return "Repairs go on for version " + strings.Join(each, ", and for version ") + "."
}

// noted is a version that serves, with what is worth knowing about it.
func noted(a *nodeAnswer, need Needs, now time.Time, h *platforms.Host) Result {
	r := OK("Node.js %s", a.Version)
	line, known := lineOf(a.Major())
	switch {
	case !known:
		r = r.Note("Version %d is newer than this devdoctor knows. The course is written for 24 and 26.", a.Major())
	case !slices.Contains(need.Node, a.Major()):
		r = r.Note("Version %d is newer than the course asks. It is written for 24 and 26.", a.Major())
	case now.Before(line.lts.time()):
		r = r.Note("Version %d becomes a long-term version (LTS) on %s. The course works with it now.", a.Major(), line.lts)
	}
	if h.OS == platforms.Windows && hasDNSTrouble(a.Version) {
		r = r.Note("On some Windows machines this version cannot resolve mongodb+srv addresses. Versions from 24.19.0 and 26.5.0 on can.")
	}
	if now.After(nodeLinesRead.time().AddDate(1, 0, 0)) {
		r = r.Note("devdoctor's list of versions is of %s. A newer devdoctor knows more.", nodeLinesRead)
	}
	return r
}

// blockedUpgrade is the problem of an old copy whose usual advice would not work.
func blockedUpgrade(ctx context.Context, h *platforms.Host, owner platforms.Owner, p *Problem) (*Problem, error) {
	switch {
	case owner.Manager == platforms.Homebrew && h.OS == platforms.Darwin && h.Arch == "amd64":
		return nodeOldOnIntel, nil
	case owner.Manager != platforms.Apt:
		return p, nil
	}
	source, err := h.NodeSourceFile(ctx)
	if err != nil || source == "" {
		return p, err
	}
	held, err := h.Exists(ctx, "/var/lib/dpkg/info/libnode-dev.list")
	if err != nil && !errors.Is(err, platforms.ErrNotFound) || !held {
		return p, err
	}
	return nodeLibnodeDev, nil
}
