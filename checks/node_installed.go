package checks

import (
	"context"
	"slices"
	"strconv"

	"devdoctor/platforms"
)

// nodeInstalled wants PATH to lead to Node.js.
var nodeInstalled = &Check{
	ID:    "node-installed",
	Title: "Node.js is installed, and terminals find it",
	Why:   "Node.js runs every program of the course. A terminal that does not find it answers: command not found.",
	Phase: 1,
	After: []*Check{nodeSandbox, nvmWindowsLink},
	Problems: []*Problem{
		nodeNotInstalled, nodeStale, nodeNewLogin, nodeNotOnPath, nodeNotLoaded, nodeFileBroken, nodeFishLacks,
		nodeNoDefault, nodePrefixVariable, nodeWrongSide, nodeWindowsFirst, nodeMayNotRun, nodeDiskForbids, nodeNotStartable, nodeNo32Bit, nodeOldGlibc,
	},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		s, err := lookForNode(ctx, h)
		if err != nil {
			return Unknown(err, "it is not clear where Node.js is")
		}
		var r Result
		switch {
		case len(s.copies) > 0:
			r, err = s.here(ctx)
		case len(s.found) > 0:
			r, err = s.later(ctx, slices.Min(need.Node))
		default:
			r, err = s.gone(ctx)
		}
		return orUnknown(r, err, "it is not clear where Node.js is")
	},
}

// A nodeSearch is what PATH leads to, here and in the next terminal.
type nodeSearch struct {
	h       *platforms.Host
	copies  []nodeCopy          // that this terminal can start; inside WSL, without programs of Windows
	windows string              // inside WSL, a program of Windows that comes before copies
	skipped []platforms.Program // that a shell passes over

	next   platforms.Terminal
	found  []platforms.Program // in the next terminal
	unsure string              // why found cannot be decided; "" when it can
	file   string              // the start file for a line about PATH
}

func lookForNode(ctx context.Context, h *platforms.Host) (nodeSearch, error) {
	s := nodeSearch{h: h}
	all, err := h.WhichAll(ctx, "node")
	if err != nil {
		return s, err
	}
	for _, p := range all {
		if p.Skip != "" {
			s.skipped = append(s.skipped, p)
			continue
		}
		owner, err := h.Owner(ctx, p)
		if err != nil {
			return s, err
		}
		switch {
		case owner.Manager != platforms.WindowsWSL:
			s.copies = append(s.copies, nodeCopy{Program: p, owner: owner})
		case len(s.copies) == 0 && s.windows == "":
			s.windows = p.Path
		}
	}
	if s.next, err = h.NewTerminal(ctx); err != nil {
		s.next, s.unsure = platforms.Terminal{}, err.Error()
	}
	if s.file, err = s.next.StartFile(ctx); err != nil || s.unsure != "" {
		return s, err
	}
	if s.unsure = s.next.Unsure; s.unsure == "" {
		s.found, err = s.next.Host.Which(ctx, "node")
	}
	return s, err
}

// here is the result where this terminal finds Node.js.
func (s nodeSearch) here(ctx context.Context) (Result, error) {
	first := s.copies[0]
	found := s.facts(first)
	switch {
	case s.windows != "":
		found.Path = s.windows
		return nodeWindowsFirst.Fail("the Node.js of Windows comes first in WSL").With(found).
			Because("%s is a program of Windows. WSL, the Linux inside Windows, has its own copy behind it.", s.windows), nil
	case s.unsure != "":
		return OK("Node.js is at %s", first.Path).With(found).
			Note("Whether a new terminal finds it too is not clear: %s", s.unsure), nil
	case len(s.found) > 0:
		return s.elsewhere(ctx, OK("Node.js is at %s", first.Path).With(found))
	}
	return OK("Node.js is at %s", first.Path).With(found), nil
}

// elsewhere is r, with a note where a window that is opened another way does not
// find Node.js.
func (s nodeSearch) elsewhere(ctx context.Context, r Result) (Result, error) {
	other, differs := s.next.Other(ctx)
	if !differs || other.Unsure != "" {
		return r, nil
	}
	found, err := other.Host.Which(ctx, "node")
	switch {
	case err != nil || len(found) > 0:
		return r, err
	case other.Login:
		return r.Note("A login shell does not find it: ssh, tmux and a text console start one."), nil
	}
	return r.Note("A shell that is no login shell does not find it: some terminal windows start one."), nil
}

// afterLogin is the result where a file that a login reads leads to Node.js, and no
// file of a new terminal does; the zero Result elsewhere. Whether the login that
// the learner is in read the file is not known: some desktops read none.
func (s nodeSearch) afterLogin(ctx context.Context) (Result, error) {
	login, differs := s.next.Other(ctx)
	if !differs || !login.Login || login.Unsure != "" {
		return Result{}, nil
	}
	programs, err := login.Host.Which(ctx, "node")
	if err != nil || len(programs) == 0 {
		return Result{}, err
	}
	found := Found{Path: programs[0].Path, Dir: s.h.DirName(programs[0].Path), File: s.file}
	r := nodeNewLogin.Fail("Node.js is found only after a new login").With(found)
	for _, file := range login.Files {
		text, err := s.h.ReadFile(ctx, file)
		if err == nil && !slices.Contains(s.next.Files, file) && slices.Contains(s.dirsOnPathLines(text), found.Dir) {
			return r.Because("The line that puts %s on PATH is in %s. A login reads that file, a new terminal does not.", found.Dir, file), nil
		}
	}
	return r.Because("A login finds %s. A new terminal does not read all the files that a login reads.", found.Path), nil
}

// later is the result where only new terminals find a Node.js. Where that is too old for the
// course, another copy may not be, to which neither PATH leads.
func (s nodeSearch) later(ctx context.Context, oldest int) (Result, error) {
	p := s.found[0]
	if closed, err := s.noLinks(ctx, p); err != nil || closed {
		return waitsFor(placeDisk.ID), err
	}
	stale := nodeStale.Fail("only a new terminal finds your Node.js").With(Found{Path: p.Path, Dir: s.h.DirName(p.Path)}).
		Because("A new terminal finds %s. This one is older, or its PATH was changed.", p.Path)
	owner, err := s.h.Owner(ctx, p)
	if err != nil || owner.Shim {
		return stale, err
	}
	v, err := versionOfCopy(ctx, s.h, nodeCopy{Program: p, owner: owner})
	if err != nil || v == nil || v.Segments()[0] >= oldest {
		return stale, nil //nolint:nilerr // the next terminal will tell
	}
	stale = stale.Note("It is Node.js %s, which is too old for the course.", v)
	if s.h.OS == platforms.Windows || s.next.Shell == "fish" || s.givenUp() {
		return stale, nil // where a line of ours would come too late, or is another matter
	}
	places, err := s.h.NodePlaces(ctx)
	if err != nil {
		return Result{}, err
	}
	for _, place := range places {
		owner, err := s.h.Owner(ctx, place)
		if err != nil {
			return Result{}, err
		}
		c := nodeCopy{Program: place, owner: owner}
		c.version, err = versionOfCopy(ctx, s.h, c)
		if err != nil || owner.Manager != platforms.Unowned || c.version == nil || c.version.Segments()[0] < oldest {
			continue
		}
		return nodeNotOnPath.Fail("Node.js is installed, and PATH does not lead to it").With(s.facts(c)).
			Because("Node.js %s is in %s. That directory is not on PATH, the list of directories with programs.", c.version, s.h.DirName(place.Path)).
			Note("New terminals find the older Node.js %s.", v), nil
	}
	return stale, nil
}

// gone is the result where neither this terminal nor a new one finds a Node.js of its own.
func (s nodeSearch) gone(ctx context.Context) (Result, error) {
	if r, err := s.afterLogin(ctx); err != nil || r.Status != "" {
		return r, err
	}
	if r, err := s.unexpanded(ctx); err != nil || r.Status != "" {
		return r, err
	}
	if file, err := unreadByFish(ctx, s.h, s.next); err != nil || file != "" {
		return waitsFor(terminalFish.ID), err
	}
	for _, p := range s.skipped { // it is on PATH, so that PATH is in order
		if r, err := s.mayNotRun(ctx, p); err != nil || r.Status != "" {
			return r, err
		}
	}
	places, err := s.h.NodePlaces(ctx)
	if err != nil {
		return Result{}, err
	}
	if p, ok := s.hindered(places); ok {
		return s.passedOver(ctx, p), nil
	}
	best, ok, err := s.best(ctx, places)
	how := "That directory is not on PATH, the list of directories with programs."
	if err == nil && ok {
		if r, err := s.guarded(ctx, best); err != nil || r.Status != "" {
			return r, err
		}
	}
	if err == nil && !ok {
		var named string
		if best, named, err = s.named(ctx); named != "" {
			ok, how = true, named
		}
	}
	switch {
	case err != nil:
		return Result{}, err
	case ok && s.next.Shell == "fish":
		found := s.facts(best)
		return nodeFishLacks.Fail("fish does not find your Node.js").With(found).
			Because("Node.js is in %s. %s", found.Dir, how), nil
	case ok && isVersionManager(best.owner.Manager) && s.h.OS != platforms.Windows:
		return s.managed(ctx, best)
	case ok && s.givenUp():
		return s.fileBroken(s.facts(best)), nil
	case ok:
		found := s.facts(best)
		return nodeNotOnPath.Fail("Node.js is installed, and PATH does not lead to it").With(found).
			Because("Node.js is in %s. %s", found.Dir, how), nil
	}
	return s.nowhere(ctx)
}

// noLinks reports whether a new terminal would find node through a link that fnm makes
// for it in the home folder, and the disk takes none.
func (s nodeSearch) noLinks(ctx context.Context, p platforms.Program) (bool, error) {
	owner, err := s.h.Owner(ctx, p)
	if err != nil || owner.Manager != platforms.Fnm || s.h.OS == platforms.Windows {
		return false, err
	}
	disk, err := s.h.Disk(ctx, s.h.Home)
	return disk.ReadOnly, err
}

// best is the newest of several copies; of those without a version, the first.
func (s nodeSearch) best(ctx context.Context, places []platforms.Program) (best nodeCopy, ok bool, err error) {
	for _, p := range places {
		owner, err := s.h.Owner(ctx, p)
		if err != nil {
			return best, false, err
		}
		c := nodeCopy{Program: p, owner: owner}
		if !ok || newer(owner.Version, best.owner.Version) {
			best, ok = c, true
		}
	}
	return best, ok, nil
}

// facts is a copy with the directory and the start file that advice names.
func (s nodeSearch) facts(c nodeCopy) Found {
	f := foundNode(c.Program, c.owner, c.owner.Version)
	f.Dir = s.h.DirName(c.Path)
	if shims := shimDirs[c.owner.Manager]; shims != "" && s.h.Under(c.Path, s.h.DirName(s.h.Join(shims))) {
		f.Dir = s.h.Join(shims)
	}
	f.File = s.file
	return f
}

// shimDirs is where managers keep the switches that belong on PATH, in place of
// the directory of one version.
var shimDirs = map[platforms.Manager]string{
	platforms.Mise:   "~/.local/share/mise/shims",
	platforms.Asdf:   "~/.asdf/shims",
	platforms.Proto:  "~/.proto/shims",
	platforms.Nodenv: "~/.nodenv/shims",
}

// nowhere is the result where no Node.js was found in any place.
func (s nodeSearch) nowhere(ctx context.Context) (Result, error) {
	if s.windows != "" {
		return nodeWrongSide.Fail("WSL has no Node.js of its own").With(Found{Path: s.windows}).
			Because("%s is a program of Windows. WSL is a Linux inside Windows, and needs its own Node.js.", s.windows), nil
	}
	if world, err := s.h.World(ctx); err != nil || world.InWSL() {
		programs, whichErr := s.h.Which(ctx, "node.exe")
		if err != nil || whichErr != nil {
			return Result{}, firstError(err, whichErr)
		}
		if len(programs) > 0 {
			return nodeWrongSide.Fail("WSL has no Node.js of its own").With(Found{Path: programs[0].Path}).
				Because("%s belongs to Windows. WSL is a Linux inside Windows, and needs its own Node.js.", programs[0].Path), nil
		}
	}
	if len(s.skipped) > 0 {
		return s.passedOver(ctx, s.skipped[0]), nil
	}
	if is32Bit(s.h.Arch) {
		return nodeNo32Bit.Fail("Node.js is not installed").
			Because("The processor of this computer is a 32-bit one (%s). Node.js 24 and 26 are not made for it.", s.h.Arch), nil
	}
	if r := s.oldGlibc(ctx); r.Status != "" {
		return r, nil
	}
	if s.h.OS != platforms.Windows {
		dir, err := nvmDir(ctx, s.h)
		if err != nil {
			return Result{}, err
		}
		if dir != "" {
			return nodeNoDefault.Fail("nvm has no Node.js yet").With(Found{Owner: platforms.Nvm, Dir: dir}).
				Because("nvm is in %s. It has not been told to install a version.", dir), nil
		}
	}
	installer, err := s.installer(ctx)
	return nodeNotInstalled.Fail("Node.js is not installed").With(Found{Owner: installer}).
		Because("PATH leads to no program called node, and there is none in the usual places."), err
}

// nodeGlibc is the oldest glibc on which Node.js 24 and 26 start (BUILDING.md of Node.js 24).
const nodeGlibc = "2.28"

// oldGlibc is the result where this Linux is too old for any Node.js of the course, whoever
// brings it; the zero Result elsewhere.
func (s nodeSearch) oldGlibc(ctx context.Context) Result {
	if s.h.OS != platforms.Linux {
		return Result{}
	}
	name, have, err := s.h.Libc(ctx)
	if err != nil || name != "glibc" || !newer(nodeGlibc, have) {
		return Result{}
	}
	return nodeOldGlibc.Fail("Node.js is not installed, and this Linux is too old for it").With(Found{Name: name, Value: have}).
		Because("Node.js 24 and 26 need the C library glibc %s. This system has glibc %s.", nodeGlibc, have)
}

// hindered is a copy in one of the usual places to which PATH does lead, and which
// the system does not run as it is.
func (s nodeSearch) hindered(places []platforms.Program) (platforms.Program, bool) {
	for _, p := range s.skipped {
		if slices.ContainsFunc(places, func(place platforms.Program) bool {
			return s.h.SamePath(place.Path, p.Path) || p.Real != "" && s.h.SamePath(place.Path, p.Real)
		}) {
			return p, true
		}
	}
	return platforms.Program{}, false
}

// passedOver is the result where a shell finds the file node and does not start it.
func (s nodeSearch) passedOver(ctx context.Context, p platforms.Program) Result {
	return nodeNotStartable.Fail("the file node on PATH cannot be started").With(Found{Path: p.Path, Value: p.Skip}).
		Because("%s is there, and your shell passes over it: %s.", p.Path, p.Skip).renaming(ctx, s.h, p.Path)
}

// mayNotRun is the result where a program of this system lacks nothing but the
// permission to be run: the account may give it, or the disk takes it from all files.
func (s nodeSearch) mayNotRun(ctx context.Context, p platforms.Program) (Result, error) {
	if p.Skip != "not executable" || s.h.OS == platforms.Windows {
		return Result{}, nil
	}
	b, err := s.h.Binary(ctx, p.Path)
	cut := b.Format == "empty" // a whole one could not be run there either
	if err != nil || formats[b.Format] != s.h.OS && !cut {
		return Result{}, nil
	}
	file, err := s.h.Stat(ctx, p.Path)
	if err != nil {
		return Result{}, err
	}
	if cut && file.Mode&0o111 == 0 {
		return Result{}, nil
	}
	if file.Mode&0o111 != 0 {
		disk, err := s.h.Disk(ctx, s.h.DirName(p.Path))
		if err != nil || !disk.NoExec {
			return Result{}, err
		}
		return nodeDiskForbids.Fail("Node.js lies where no program may be run").With(Found{Path: p.Path, Dir: s.h.DirName(p.Path)}).
			Because("The disk with %s is mounted with the option noexec: the system starts no program from it.", p.Path), nil
	}
	account, err := s.h.Account(ctx)
	if err != nil || strconv.Itoa(file.UID) != account.UID {
		return Result{}, err
	}
	return nodeMayNotRun.Fail("your Node.js may not be run").With(Found{Path: p.Path}).
		Because("%s is a program, and its permissions do not allow to run it.", p.Path), nil
}

// guarded is the result where a new terminal reads a line that puts a copy on PATH,
// and the copy may not be run: a line that asks for that first, as with test -x,
// leaves PATH as it is.
func (s nodeSearch) guarded(ctx context.Context, c nodeCopy) (Result, error) {
	for _, file := range s.next.Files {
		text, err := s.h.ReadFile(ctx, file)
		if err != nil || !slices.Contains(s.dirsOnPathLines(text), s.h.DirName(c.Path)) {
			continue // a file that cannot be read proves nothing
		}
		c.Skip = "not executable"
		return s.mayNotRun(ctx, c.Program)
	}
	return Result{}, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// installer is who should bring Node.js, where that is not the same on every
// machine of the system.
func (s nodeSearch) installer(ctx context.Context) (platforms.Manager, error) {
	switch s.h.OS {
	case platforms.Darwin:
		if s.h.Arch != "arm64" {
			return platforms.Unowned, nil
		}
		brew, err := s.h.Exists(ctx, "/opt/homebrew/bin/brew")
		if brew {
			return platforms.Homebrew, err
		}
		return platforms.Unowned, err
	case platforms.Linux:
		release, err := s.h.Release(ctx)
		if m := release.Packager(); m == platforms.Apk || m == platforms.Nix {
			return m, err
		}
		return platforms.Unowned, err
	}
	return platforms.Unowned, nil
}
