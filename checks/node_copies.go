package checks

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

const seeCopies = "Type which -a node in a terminal; on Windows, where.exe node. The first line is the copy that runs."

var (
	nodeOlderFirst = &Problem{
		ID: "older-first",
		Means: "Several copies of Node.js are on PATH, the list of directories in which a terminal looks for programs. " +
			"The first one runs, and it is older than one behind it.",
		See: seeCopies,
		Tells: []fixers.Tell{
			{
				Do:  "Put the directory of the newer copy first on PATH, in the start file of your shell." + newWindow,
				Run: appendLine(pathLine), Undo: undoAppend,
			},
			{
				OS: platforms.Windows, Admin: true,
				Do:  "In the list of programs that opens, uninstall the old Node.js. " + windowsClose,
				Run: [][]string{{"control", "appwiz.cpl"}}, Undo: "Install the old version again.",
			},
			{
				OS: platforms.Linux, Owner: platforms.Apt, Admin: true, Do: "Remove the older copy. It came with the package nodejs.",
				Run: [][]string{{"sudo", "apt-get", "remove", "nodejs"}}, Undo: "sudo apt-get install nodejs",
			},
			{
				OS: platforms.Linux, Owner: platforms.NodeSource, Admin: true, Do: "Remove the older copy. It came with the package nodejs.",
				Run: [][]string{{"sudo", "apt-get", "remove", "nodejs"}}, Undo: "sudo apt-get install nodejs",
			},
			{
				OS: platforms.Linux, Owner: platforms.Dnf, Admin: true, Do: "Remove the older copy. It came with a package.",
				Run: [][]string{{"sudo", "dnf", "remove", "{path}"}}, Undo: "sudo dnf install {path}",
			},
			{
				OS: platforms.Linux, Owner: platforms.Snap, Admin: true, Do: "Remove the older copy. It is a snap.",
				Run: [][]string{{"sudo", "snap", "remove", "node"}}, Undo: "sudo snap install node --classic --channel=24",
			},
			{
				Owner: platforms.Homebrew, Do: "Take the older copy off PATH. Homebrew keeps it.",
				Run: [][]string{{"brew", "unlink", "{name}"}}, Undo: "brew link {name}",
			},
			{
				Owner: platforms.Nvm, Do: "Make the newer version the one that nvm uses.",
				Run: [][]string{{"nvm", "install", "24"}, {"nvm", "alias", "default", "24"}}, Undo: "nvm alias default {version}",
			},
			{
				Owner: platforms.Conda, Do: "The older copy belongs to a conda environment. Leave it.",
				Run: [][]string{{"conda", "deactivate"}}, Undo: "Activate the environment again with conda activate.",
			},
		},
	}
	nodeNewerUnused = &Problem{
		ID:    "newer-not-chosen",
		Means: "Your version manager keeps a newer Node.js, which the course asks for. It is set to use an older one.",
		See:   "Look at what your version manager lists: nvm ls, fnm list or mise ls node.",
		Tells: nodeUpgrade,
	}
)

// nodeCopies wants the copy that runs to be the right one of several.
var nodeCopies = &Check{
	ID:       "node-copies",
	Title:    "the right copy of Node.js comes first",
	Why:      "With several copies on one machine, the one that you install may not be the one that runs. Its npm may belong to a third.",
	Phase:    1,
	After:    []*Check{nodeRuns},
	Problems: []*Problem{nodeOlderFirst, nodeNewerUnused},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		answer, _, err := askNode(ctx, h)
		if answer == nil {
			return Unknown(err, "the version of the copy that runs is not known")
		}
		onPath, err := nodesOnPath(ctx, h)
		if err != nil {
			return Unknown(err, "the copies of Node.js on PATH are not known")
		}
		onPath[0].version = answer.Version
		first := onPath[0]
		found := foundNode(first.Program, first.owner, answer.Version.String())
		oldest := slices.Min(need.Node)
		if answer.Major() >= oldest {
			return listCopies(onPath).With(found)
		}
		for _, c := range onPath[1:] {
			if c.version != nil && c.version.Segments()[0] >= oldest {
				next, err := h.NewTerminal(ctx)
				if err != nil {
					next = platforms.Terminal{} // nobody says which shell: a file of them all
				}
				if found.File, err = startFile(ctx, h, next); err != nil {
					return Unknown(err, "the start file of your shell is not known")
				}
				found.Dir = h.DirName(c.Path)
				return nodeOlderFirst.Fail("Node.js %s hides the newer %s", answer.Version, c.version).With(found).
					Because("PATH leads to %s first. The newer one is %s.", first.Path, c.Path)
			}
		}
		return unusedCopy(ctx, h, first, oldest, found)
	},
}

// A nodeCopy is a copy of Node.js and who keeps it.
type nodeCopy struct {
	platforms.Program
	owner   platforms.Owner
	version *version.Version // nil where no file tells
}

// nodesOnPath is the copies that PATH leads to, each file once. There is at least
// one: the check comes after one that started it.
func nodesOnPath(ctx context.Context, h *platforms.Host) ([]nodeCopy, error) {
	all, err := h.Which(ctx, "node")
	var copies []nodeCopy
	for _, p := range all {
		if slices.ContainsFunc(copies, func(c nodeCopy) bool { return h.SamePath(c.Real, p.Real) }) {
			continue
		}
		owner, err := h.Owner(ctx, p)
		if err != nil {
			return nil, err
		}
		c := nodeCopy{Program: p, owner: owner}
		if owner.Manager == platforms.WindowsWSL && len(copies) > 0 {
			continue
		}
		if len(copies) > 0 && !owner.Shim {
			if c.version, err = versionOfCopy(ctx, h, c); err != nil {
				return nil, err
			}
		}
		copies = append(copies, c)
	}
	if err == nil && len(copies) == 0 {
		err = platforms.ErrNotFound
	}
	return copies, err
}

var headerVersion = regexp.MustCompile(`(?m)^#define NODE_(?:MAJOR|MINOR|PATCH)_VERSION (\d+)`)

// versionOfCopy reads the version of a copy that is not started: from its path,
// or from the C header that comes with it.
func versionOfCopy(ctx context.Context, h *platforms.Host, c nodeCopy) (*version.Version, error) {
	text := c.owner.Version
	if text == "" && h.OS != platforms.Windows {
		header, err := h.ReadFile(ctx, h.Join(h.DirName(h.DirName(c.Real)), "include/node/node_version.h"))
		if err != nil && !isAbsent(err) {
			return nil, err
		}
		var numbers []string
		for _, m := range headerVersion.FindAllStringSubmatch(header, -1) {
			numbers = append(numbers, m[1])
		}
		text = strings.Join(numbers, ".")
	}
	v, err := version.NewVersion(text)
	if err != nil {
		return nil, nil
	}
	return v, nil
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
		if c.owner.Manager != platforms.Unowned {
			text += ", kept by " + string(c.owner.Manager)
		}
		r = r.Note("%s: %s", c.Path, text)
	}
	return r
}

// unusedCopy looks for a newer copy that the manager of the first one keeps.
func unusedCopy(ctx context.Context, h *platforms.Host, first nodeCopy, oldest int, found Found) Result {
	ok := OK("the first copy of Node.js on PATH runs").With(found)
	if !isVersionManager(first.owner.Manager) {
		return ok
	}
	places, err := h.NodePlaces(ctx)
	if err != nil {
		return Unknown(err, "the places of Node.js could not be looked at")
	}
	for _, p := range places {
		owner, err := h.Owner(ctx, p)
		if err != nil {
			return Unknown(err, "it is not clear who keeps a copy of Node.js")
		}
		v, err := version.NewVersion(owner.Version)
		if err == nil && owner.Manager == first.owner.Manager && v.Segments()[0] >= oldest {
			return nodeNewerUnused.Fail("Node.js %s runs, but %s is installed too", first.version, v).With(found).
				Because("%s keeps both, and is set to use the older one.", owner.Manager)
		}
	}
	return ok
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
