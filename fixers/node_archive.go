package fixers

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// NodeArchive unpacks Node.js from its official archive into the account, and lets new
// terminals find it first. It is for where nobody keeps the copy that runs, or whoever
// does cannot deliver a newer one: fixes of an owner come before it.
var NodeArchive = &Fix{
	ID: "node-archive", Title: "Install Node.js from its official archive, for your account",
	Plan: planNodeArchive,
}

func planNodeArchive(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	archive, ok := nodeArchiveFor(nodeVersionFor(p.Found["version"]), h.OS, h.Arch)
	if !ok || !besideOwner(h, platforms.Manager(p.Found["owner"])) {
		return nil, ErrNotHere
	}
	if hidden, err := systemFirst(ctx, h, p.Found["path"]); err != nil || hidden {
		return nil, orNotHere(err)
	}
	if told, err := unfit(ctx, h); err != nil || told != nil {
		return told, err
	}
	address, told, err := nodeAddress(ctx, h)
	if err != nil || told != nil {
		return told, err
	}
	sum, err := h.TrustedSum(ctx, archive.file(), archive.sha256)
	if err != nil {
		return nil, fmt.Errorf("find the checksum of %s: %w", archive.file(), err)
	}
	place, err := nodePlace(ctx, h, archive)
	if err != nil {
		return nil, err
	}
	steps, err := place.unpack(ctx, h, platforms.Archive{
		URL: address.JoinPath("v"+archive.version, archive.file()).String(), SHA256: sum, Top: archive.name,
	}, address.Hostname(), archive)
	if err != nil {
		return nil, err
	}
	first, err := firstOnPath(ctx, h, h.Join(place.programs))
	return append(steps, first...), err
}

// nodeVersionFor is the release to install where a version runs, or none. Who runs 25 or
// a later one keeps to the newer line, and has the libraries that it needs.
func nodeVersionFor(runs string) string {
	if v, err := version.NewVersion(runs); err == nil && v.Segments()[0] >= 25 {
		return Newest26
	}
	return Newest24
}

// besideOwner reports whether a copy may be installed beside one that a manager keeps. A
// version manager stays in charge of PATH, and what begins an environment in a start file
// does not.
func besideOwner(h *platforms.Host, owner platforms.Manager) bool {
	switch owner {
	case platforms.Unowned, platforms.OwnArchive, platforms.Editor:
		return true
	case platforms.Apt, platforms.NodeSource, platforms.Dnf, platforms.Zypper, platforms.Pacman, platforms.Sealed, platforms.Snap, platforms.Flatpak:
		return h.OS == platforms.Linux
	case platforms.Homebrew, platforms.MacPorts, platforms.Pkg:
		return h.OS == platforms.Darwin
	case platforms.Scoop, platforms.Winget: // which put a folder on the account's PATH, and no more
		return h.OS == platforms.Windows
	case platforms.N, platforms.Nodeenv, platforms.Conda:
		return h.OS != platforms.Windows
	}
	return false
}

// systemFirst reports whether a copy is on the system's PATH of Windows, which comes before
// that of the account.
func systemFirst(ctx context.Context, h *platforms.Host, path string) (bool, error) {
	if h.OS != platforms.Windows || path == "" {
		return false, nil
	}
	next, err := h.NewTerminal(ctx)
	if err != nil {
		return false, fmt.Errorf("read the PATH of the system: %w", err)
	}
	return slices.ContainsFunc(h.SplitPath(next.Machine.Data), func(dir string) bool { return h.SamePath(dir, h.DirName(path)) }), nil
}

// unfit is what the learner is told where Node.js cannot run from the account's folder;
// nil where it can.
func unfit(ctx context.Context, h *platforms.Host) ([]Step, error) {
	if told, err := oldSystem(ctx, h); err != nil || told != nil {
		return told, err
	}
	disk, err := h.Disk(ctx, h.Home)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look at the disk of the home folder: %w", err)
	case disk.ReadOnly:
		return nil, ErrNotHere
	case disk.NoExec:
		return byHand("The system starts no program from your home folder. Ask whoever looks after this computer to install Node.js 24 for all accounts.",
			"the disk of the home folder is mounted with the option noexec"), nil
	case disk.Free < NodeNeeds:
		return byHand("Make room on the disk of your home folder: delete what you do not need. Then run devdoctor fix again.",
			fmt.Sprintf("Node.js needs %d MB, and %d MB are free", NodeNeeds>>20, disk.Free>>20)), nil
	}
	return nil, nil
}

// NodeNeeds is the bytes on disk that the archive and what it holds take: 60 and 230 MB on Linux
// for 26.10.0 (2026-11-21), and something to live on.
const NodeNeeds = 400 << 20

// oldSystem is what the learner is told where the system is too old for Node.js 24.
func oldSystem(ctx context.Context, h *platforms.Host) ([]Step, error) {
	have, oldest, what := "", "", ""
	switch h.OS {
	case platforms.Linux:
		name, number, err := h.Libc(ctx)
		if err != nil {
			return nil, fmt.Errorf("find the C library: %w", err)
		}
		if name != "glibc" {
			return nil, ErrNotHere // the programs of nodejs.org do not start
		}
		have, oldest, what = number, oldestGlibc, "the C library glibc"
	case platforms.Darwin:
		release, err := h.Release(ctx)
		if err != nil {
			return nil, fmt.Errorf("find the version of macOS: %w", err)
		}
		have, oldest, what = release.Version, OldestMacOS, "macOS"
	default:
		return nil, nil
	}
	v, err := version.NewVersion(have)
	if err != nil {
		return nil, fmt.Errorf("read the version of %s: %w", what, err)
	}
	if !v.LessThan(version.Must(version.NewVersion(oldest))) {
		return nil, nil
	}
	return byHand("Upgrade this system, or use another computer or an online editor for the course. Make a backup before an upgrade.",
		fmt.Sprintf("Node.js 24 needs %s %s or newer, and this system has %s", what, oldest, have)), nil
}

// byHand is a plan of words.
func byHand(do, why string) []Step {
	return []Step{{Says: do, Verified: Documented, Tell: &Instruction{Do: do, Why: why}}}
}

// nodeAddress is where archives come from: a mirror that is set up, else nodejs.org. A
// mirror changes the host, and never a checksum.
func nodeAddress(ctx context.Context, h *platforms.Host) (*url.URL, []Step, error) {
	address, from := nodeDist, ""
	for _, name := range nodeMirrors {
		value, err := h.Getenv(ctx, name)
		if err != nil {
			return nil, nil, fmt.Errorf("look for a mirror of Node.js: %w", err)
		}
		if value != "" {
			address, from = value, name
			break
		}
	}
	u, err := url.Parse(address)
	if err == nil && u.User != nil {
		err = errors.New("it holds a password, which would be written down")
	}
	if err == nil {
		err = platforms.MayFetch(u)
	}
	if err != nil {
		return nil, byHand("The variable "+from+" names the place from which Node.js is downloaded. Give it an address that begins with https:// "+
			"and has no password, or take the variable away. Then open a new terminal, and run devdoctor fix again.",
			"the address in "+from+" cannot be used"), nil
	}
	return u, nil, nil
}

// A nodeHome is where a release is put, in the words of steps.
type nodeHome struct {
	dir      string // of the release
	link     string // leads to dir, and is on PATH with what it holds; "" without one
	programs string // the directory for PATH
}

// nodePlace is one place on Linux and macOS: a folder with a space in its path, such as
// Application Support, breaks the build scripts of packages. Windows makes links for
// administrators only, so that there the folder of the version is on PATH.
func nodePlace(ctx context.Context, h *platforms.Host, a nodeArchive) (nodeHome, error) {
	if h.OS != platforms.Windows {
		const base = "~/.local/share/devdoctor/node/"
		return nodeHome{base + "v" + a.version, base + "current", base + "current/bin"}, nil
	}
	local, err := h.Getenv(ctx, "LOCALAPPDATA")
	if err != nil {
		return nodeHome{}, fmt.Errorf("find the folder for programs of the account: %w", err)
	}
	if local == "" {
		local = `~\AppData\Local`
	}
	dir := atHome(h, h.Join(local, "Programs", "devdoctor", "node", "v"+a.version))
	return nodeHome{dir: dir, programs: dir}, nil
}

// unpack is the steps that put an archive at its place.
func (n nodeHome) unpack(ctx context.Context, h *platforms.Host, from platforms.Archive, host string, a nodeArchive) ([]Step, error) {
	v := triedOn(h, platforms.Linux, platforms.Windows) // under Wine
	steps, err := parents(ctx, h, n.dir, v)
	if err != nil {
		return nil, err
	}
	there, err := h.Exists(ctx, h.Join(n.dir, platforms.Receipt))
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", n.dir, err)
	}
	if !there {
		says := fmt.Sprintf("Download Node.js %s (about %d MB), compare its checksum, and unpack it.", a.version, a.megabytes())
		if stale, err := staleReleases(ctx, h); err != nil {
			return nil, err
		} else if stale {
			says += " devdoctor's list of versions is of " + nodeReleasesRead + "; a newer devdoctor knows more."
		}
		steps = append(steps, Step{Says: says, Verified: v, Hosts: []string{host}, Fetch: &Fetch{Archive: from, Dir: n.dir}})
	}
	if n.link == "" {
		return steps, nil
	}
	before, err := linkAt(ctx, h, n.link)
	after := platforms.Entry{Kind: platforms.KindLink, Target: "v" + a.version}
	if err != nil || before == after {
		return steps, err
	}
	return append(steps, Step{Says: "Let " + n.link + " lead to it.", Verified: v, Path: &Path{Path: n.link, Before: before, After: after}}), nil
}

// linkAt is the link that stands at a path, or nothing.
func linkAt(ctx context.Context, h *platforms.Host, path string) (platforms.Entry, error) {
	info, err := h.Stat(ctx, h.Join(path))
	switch {
	case errors.Is(err, platforms.ErrNotFound):
		return platforms.Entry{}, nil
	case err != nil:
		return platforms.Entry{}, fmt.Errorf("look at %s: %w", path, err)
	case info.Target == "":
		return platforms.Entry{}, fmt.Errorf("%s is no link", path)
	}
	return platforms.Entry{Kind: platforms.KindLink, Target: info.Target}, nil
}

// staleReleases reports whether the table of releases is more than a year old.
func staleReleases(ctx context.Context, h *platforms.Host) (bool, error) {
	now, err := h.Now(ctx)
	if err != nil {
		return false, fmt.Errorf("ask for the date: %w", err)
	}
	read, err := time.Parse(time.DateOnly, nodeReleasesRead)
	return err == nil && now.After(read.AddDate(1, 0, 0)), err
}
