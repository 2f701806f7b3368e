package checks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// nodeCopies wants the copy that runs to be the right one of several.
var nodeCopies = &Check{
	ID:        "node-copies",
	Title:     "the right copy of Node.js comes first",
	Why:       "With several copies on one machine, the one that you install may not be the one that runs. Its npm may belong to a third.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{nodeRuns},
	Problems:  []*Problem{nodeOlderFirst, nodeStaleCopy, nodeNewerUnused, nodeNewerNotLoaded, nodeNewerOffPath, nodeFileBroken, nodeFishLacks, nodeMayNotRun, nodeDiskForbids},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		answer, _, err := askNode(ctx, h)
		if answer == nil {
			return Unknown(err, "the version of the copy that runs is not known")
		}
		s, err := lookForNode(ctx, h)
		if err != nil {
			return Unknown(err, "the copies of Node.js on PATH are not known")
		}
		if len(s.copies) == 0 {
			return Skip("PATH leads to no Node.js")
		}
		c := copyCase{s, slices.Min(need.Node)}
		r, err := c.compare(ctx, answer.Version)
		return orUnknown(r, err, "the copies of Node.js on this machine are not known")
	},
}

// A copyCase is the copies that PATH leads to, and the oldest release line that
// the course accepts.
type copyCase struct {
	nodeSearch
	oldest int
}

func (c copyCase) fits(v *version.Version) bool { return v != nil && v.Segments()[0] >= c.oldest }

// older is the result where v comes first and a newer copy later: a warning while the line of v
// still gets repairs, because the lessons run with it.
func (c copyCase) older(ctx context.Context, v *version.Version, format string, args ...any) Result {
	now, err := releaseDay(ctx, c.h)
	if err == nil && v != nil && !ended(v.Segments()[0], now) {
		return nodeOlderFirst.Warn(format, args...)
	}
	return nodeOlderFirst.Fail(format, args...)
}

// compare weighs the first copy, whose version is known, against the others.
func (c copyCase) compare(ctx context.Context, runs *version.Version) (Result, error) {
	copies, err := c.versions(ctx, runs)
	if err != nil {
		return Result{}, err
	}
	next, err := c.nextVersion(ctx)
	if err != nil {
		return Result{}, err
	}
	first := copies[0]
	found := foundNode(first.Program, first.owner, runs.String())
	switch {
	case c.fits(runs):
		return listCopies(copies).With(found), nil
	case c.fits(next):
		return nodeStaleCopy.Fail("this terminal still uses the older Node.js %s", runs).With(found).
			Because("A new terminal finds %s. This one was opened before that was installed, or its PATH was changed since.", next), nil
	}
	for _, other := range copies[1:] {
		if c.fits(other.version) {
			found.Dir, found.File = c.h.DirName(other.Path), c.file
			return c.older(ctx, runs, "Node.js %s hides the newer %s", runs, other.version).With(found).
				Because("PATH leads to %s first. The newer one is %s.", first.Path, other.Path), nil
		}
	}
	front, err := passedOverFirst(ctx, c.h)
	if err != nil {
		return Result{}, err
	}
	for _, p := range front {
		owner, err := c.h.Owner(ctx, p)
		if err != nil {
			return Result{}, err
		}
		if v, err := versionOfCopy(ctx, c.h, nodeCopy{Program: p, owner: owner}); err != nil || !c.fits(v) {
			continue
		}
		if r, err := c.mayNotRun(ctx, p); err != nil || r.Status != "" {
			return r.Note("The older Node.js %s runs in its place.", runs), err
		}
	}
	return c.unused(ctx, first, found)
}

// passedOverFirst is the files called node that a shell passes over in front of the one that it starts.
func passedOverFirst(ctx context.Context, h *platforms.Host) ([]platforms.Program, error) {
	all, err := h.WhichAll(ctx, "node")
	if err != nil {
		return nil, fmt.Errorf("look for Node.js on PATH: %w", err)
	}
	if i := slices.IndexFunc(all, func(p platforms.Program) bool { return p.Skip == "" }); i >= 0 {
		all = all[:i]
	}
	return all, nil
}

// nextVersion is the version that the next terminal finds first; nil where that
// cannot be decided, or no file tells.
func (c copyCase) nextVersion(ctx context.Context) (*version.Version, error) {
	if c.unsure != "" || len(c.found) == 0 || c.h.SamePath(c.found[0].Path, c.copies[0].Path) {
		return nil, nil
	}
	owner, err := c.h.Owner(ctx, c.found[0])
	if err != nil || owner.Shim {
		return nil, err
	}
	return versionOfCopy(ctx, c.h, nodeCopy{Program: c.found[0], owner: owner})
}

// A nodeCopy is a copy of Node.js and who keeps it.
type nodeCopy struct {
	platforms.Program
	owner   platforms.Owner
	version *version.Version // nil where no file tells
}

// versions is the copies on PATH, each file once, with the versions that files
// tell. The first is the one that runs.
func (c copyCase) versions(ctx context.Context, runs *version.Version) ([]nodeCopy, error) {
	first := c.copies[0]
	first.version = runs
	copies := []nodeCopy{first}
	for _, other := range c.copies[1:] {
		if slices.ContainsFunc(copies, func(known nodeCopy) bool { return c.h.SamePath(known.Real, other.Real) }) {
			continue
		}
		read := versionOfCopy
		if other.owner.Shim {
			read = versionBehindShim
		}
		v, err := read(ctx, c.h, other)
		if err != nil {
			return nil, err
		}
		other.version = v
		copies = append(copies, other)
	}
	return copies, nil
}

// versionBehindShim is the version that Volta's switch starts outside of projects; nil of another
// manager's, whose copies lie in places that are looked at by themselves.
func versionBehindShim(ctx context.Context, h *platforms.Host, c nodeCopy) (*version.Version, error) {
	if c.owner.Manager != platforms.Volta {
		return nil, nil
	}
	text, err := h.ReadFile(ctx, h.Join(h.DirName(h.DirName(c.Path)), "tools/user/platform.json"))
	if isAbsent(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var platform struct{ Node struct{ Runtime string } }
	if json.Unmarshal([]byte(text), &platform) != nil {
		return nil, nil
	}
	v, err := version.NewVersion(platform.Node.Runtime)
	if err != nil {
		return nil, nil //nolint:nilerr // no version was chosen
	}
	return v, nil
}

// versionOfCopy reads the version of a copy that is not started: from its path,
// from the C header that comes with it, or on Windows from what its installer noted.
func versionOfCopy(ctx context.Context, h *platforms.Host, c nodeCopy) (*version.Version, error) {
	text := c.owner.Version
	if text == "" && h.OS != platforms.Windows {
		header, err := h.ReadFile(ctx, h.Join(h.DirName(h.DirName(c.Real)), "include/node/node_version.h"))
		if err != nil && !isAbsent(err) {
			return nil, err
		}
		text = headerVersion(header)
	}
	if m := c.owner.Manager; text == "" && (m == platforms.MSI || m == platforms.Chocolatey) {
		noted, err := h.Registry(ctx, platforms.NodeKey, "Version")
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return nil, err
		}
		text = noted.Data
	}
	v, err := version.NewVersion(text)
	if err != nil {
		return nil, nil
	}
	return v, nil
}

// headerVersion is what node_version.h says. It is searched as a string because a
// machine may have fifty copies, and each header ends in some 80 lines of comment.
func headerVersion(header string) string {
	header = "\n" + header
	var numbers []string
	for _, name := range []string{"MAJOR", "MINOR", "PATCH"} {
		_, rest, _ := strings.Cut(header, "\n#define NODE_"+name+"_VERSION ")
		number, _, _ := strings.Cut(rest, "\n")
		numbers = append(numbers, strings.TrimSpace(number))
	}
	return strings.Join(numbers, ".")
}

// listCopies says which copies there are, where there are several.
func listCopies(copies []nodeCopy) Result {
	if len(copies) == 1 {
		return OK("one copy of Node.js is on PATH")
	}
	r := OK("%d copies of Node.js are on PATH, the first one runs", len(copies))
	for _, c := range copies {
		text := "of a version that no file tells"
		if c.version != nil {
			text = c.version.String()
		}
		switch c.owner.Manager {
		case platforms.Unowned:
		case platforms.OwnArchive:
			text += ", installed by devdoctor"
		default:
			text += ", kept by " + string(c.owner.Manager)
		}
		r = r.Note("%s: %s", c.Path, text)
	}
	return r
}

// unused looks for a newer copy that PATH does not lead to.
func (c copyCase) unused(ctx context.Context, first nodeCopy, found Found) (Result, error) {
	ok := OK("the first copy of Node.js on PATH runs").With(found)
	if c.h.OS == platforms.Windows && !isVersionManager(first.owner.Manager) {
		return ok, nil // there the system's PATH comes first, whatever is loaded
	}
	places, err := c.h.NodePlaces(ctx)
	if err != nil {
		return Result{}, err
	}
	var offPath *nodeCopy
	for _, p := range places {
		owner, err := c.h.Owner(ctx, p)
		if err != nil {
			return Result{}, err
		}
		v, err := versionOfCopy(ctx, c.h, nodeCopy{Program: p, owner: owner})
		if err != nil || !c.fits(v) {
			continue
		}
		file, err := c.h.Stat(ctx, p.Path)
		if err != nil && !isAbsent(err) {
			return Result{}, fmt.Errorf("look at %s: %w", p.Path, err)
		}
		switch managed := isVersionManager(owner.Manager); {
		case err == nil && !file.Runnable: // to choose it would not help
		case managed && owner.Manager == first.owner.Manager:
			return nodeNewerUnused.Fail("Node.js %s runs, but %s is installed too", first.version, v).With(found).
				Because("%s keeps both, and is set to use the older one.", owner.Manager), nil
		case managed && !isVersionManager(first.owner.Manager):
			return c.hidden(ctx, first, nodeCopy{p, owner, v}, found)
		case owner.Manager == platforms.Unowned && offPath == nil:
			offPath = &nodeCopy{p, owner, v}
		}
	}
	switch {
	case offPath == nil:
		return ok, nil
	case c.givenUp():
		return c.fileBroken(c.facts(*offPath)), nil
	}
	return nodeNewerOffPath.Fail("Node.js %s runs, and PATH does not lead to the newer %s", first.version, offPath.version).With(c.facts(*offPath)).
		Because("The newer one is %s. Its directory is not on PATH, the list of directories with programs.", offPath.Path), nil
}

// hidden says why the first copy, which is nobody's or the system's, runs instead of
// a newer one that a version manager keeps.
func (c copyCase) hidden(ctx context.Context, first, newer nodeCopy, found Found) (Result, error) {
	m := newer.owner.Manager
	if c.unsure == "" && len(c.found) > 0 {
		next, err := c.h.Owner(ctx, c.found[0])
		if err != nil {
			return Result{}, err
		}
		if next.Shim && next.Manager == m {
			return nodeStaleCopy.Fail("this terminal still uses the older Node.js %s", first.version).With(found).
				Because("A new terminal finds %s, which keeps %s. This one was opened before that was set up, or its PATH was changed since.", m, newer.version), nil
		}
	}
	for _, other := range c.copies[1:] {
		if other.owner.Manager != m {
			continue
		}
		found.Dir, found.File = c.h.DirName(newer.Path), c.file
		if other.owner.Shim {
			found.Dir = c.h.DirName(other.Path)
		}
		return c.older(ctx, first.version, "Node.js %s hides the newer %s", first.version, newer.version).With(found).
			Because("PATH leads to %s first. %s of %s, which keeps the newer one, comes later.", first.Path, other.Path, m), nil
	}
	if r, err := c.behindNext(ctx, newer); err != nil || r.Status != "" {
		return r, err
	}
	return c.notLoaded(ctx, first, newer)
}

// behindNext is the result where the next terminal too finds an old copy first, and
// what its PATH has of a newer one's manager comes later; the zero Result elsewhere.
func (c copyCase) behindNext(ctx context.Context, newer nodeCopy) (Result, error) {
	if c.unsure != "" {
		return Result{}, nil
	}
	var copies []nodeCopy
	for _, p := range c.found {
		owner, err := c.h.Owner(ctx, p)
		if err != nil {
			return Result{}, err
		}
		copies = append(copies, nodeCopy{Program: p, owner: owner})
	}
	at := slices.IndexFunc(copies, func(other nodeCopy) bool { return other.owner.Manager == newer.owner.Manager })
	if at < 1 {
		return Result{}, nil
	}
	old := copies[0]
	v, err := versionOfCopy(ctx, c.h, old)
	if err != nil || v == nil {
		return Result{}, firstError(err, fmt.Errorf("no file tells the version of %s", old.Path))
	}
	found := foundNode(old.Program, old.owner, v.String())
	found.Dir, found.File = c.h.DirName(newer.Path), c.file
	if copies[at].owner.Shim {
		found.Dir = c.h.DirName(copies[at].Path)
	}
	return c.older(ctx, v, "new terminals find Node.js %s before the newer %s", v, newer.version).With(found).
		Because("There PATH leads to %s first. %s of %s comes later.", old.Path, copies[at].Path, newer.owner.Manager), nil
}

// notLoaded is the result where the system's old copy runs instead of a newer one
// that a version manager keeps.
func (c copyCase) notLoaded(ctx context.Context, first, newer nodeCopy) (Result, error) {
	found, err := c.loadFacts(ctx, newer)
	if err != nil {
		return Result{}, err
	}
	m := newer.owner.Manager
	switch {
	case c.next.Shell == "fish":
		found.Dir = c.h.DirName(newer.Path)
		return nodeFishLacks.Fail("Node.js %s runs, because fish does not find %s", first.version, newer.version).With(found).
			Because("The newer one is in %s. That directory is not on PATH, the list of directories with programs.", found.Dir), nil
	case m == platforms.Nvm && slices.Contains(c.next.Files, c.h.Join(found.Dir, "nvm.sh")):
		return nodeNewerUnused.Fail("Node.js %s runs, but %s is installed too", first.version, newer.version).With(found).
			Because("nvm keeps the newer one, and was not told to use it in new terminals."), nil
	}
	return nodeNewerNotLoaded.Fail("Node.js %s runs, because %s is not loaded", first.version, m).With(found).
		Because("%s keeps Node.js %s. No start file that your terminal reads loads it, so %s runs.", m, newer.version, first.Path), nil
}

// isVersionManager reports whether m keeps several versions side by side and
// needs a line in a start file of the shell.
func isVersionManager(m platforms.Manager) bool {
	switch m {
	case platforms.Nvm, platforms.NvmWindows, platforms.Fnm, platforms.Volta, platforms.Mise, platforms.Asdf,
		platforms.Proto, platforms.Nodenv, platforms.Nvs:
		return true
	}
	return false
}
