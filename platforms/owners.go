package platforms

import (
	"context"
	"errors"
	"strings"
)

// An Owner is who keeps a copy of a program.
type Owner struct {
	Manager Manager
	Package string // as the manager calls it: nodejs, node@24; "" where no file tells
	Version string // 24.21.0; "" where the path does not tell
	Shim    bool   // a switch of the manager, which chooses the version at each start
	File    string // NodeSource only: the file that names its repository
}

// Owner finds out who keeps a copy of Node.js, by its paths and by files: nothing
// is run. The zero Owner means that nobody does: it was put there by hand.
//
// The order matters. Managers that keep their copies in a home directory come
// before Homebrew and its like, through which they may have come themselves, and
// those before the system's packages.
func (h *Host) Owner(ctx context.Context, p Program) (Owner, error) {
	p, err := h.throughDir(ctx, p)
	if err != nil {
		return Owner{}, err
	}
	for _, look := range []func(context.Context, Program) (Owner, error){
		h.windowsOwner, h.ownerByMarks, h.ownerByVariable, h.ownerByNeighbours, h.systemOwner,
	} {
		o, err := look(ctx, p)
		if err != nil || o.Manager != Unowned {
			o.Version = h.versionIn(p)
			return o, err
		}
	}
	return Owner{Version: h.versionIn(p)}, nil
}

// throughDir follows a directory of Windows that is itself a link, as nvm-windows
// makes one in place of C:\Program Files\nodejs.
func (h *Host) throughDir(ctx context.Context, p Program) (Program, error) {
	if p.Real == "" {
		p.Real = p.Path
	}
	if h.OS != Windows || !h.SamePath(p.Real, p.Path) {
		return p, nil
	}
	info, err := h.Stat(ctx, h.DirName(p.Path))
	if errors.Is(err, ErrNotFound) {
		return p, nil
	}
	if err == nil && (info.Kind == Reparse || info.Kind == Link) {
		p.Real = h.Join(info.Real, h.BaseName(p.Path))
	}
	return p, err
}

// windowsOwner knows programs of Windows that a Linux inside it reaches.
func (h *Host) windowsOwner(ctx context.Context, p Program) (Owner, error) {
	if h.OS != Linux || !strings.HasSuffix(p.Real, ".exe") && !onDrive(p.Real) {
		return Owner{}, nil
	}
	world, err := h.World(ctx)
	if err != nil || !world.InWSL() {
		return Owner{}, err
	}
	return Owner{Manager: WindowsWSL}, nil
}

// onDrive reports whether a path lies where WSL mounts the drives of Windows.
func onDrive(path string) bool {
	rest, ok := strings.CutPrefix(path, "/mnt/")
	return ok && len(rest) > 1 && 'a' <= rest[0] && rest[0] <= 'z' && rest[1] == '/'
}

// spelled is a path as the tables of marks spell it: with slashes, on Windows in
// lower case.
func (h *Host) spelled(path string) string {
	if h.OS == Windows {
		return strings.ToLower(strings.ReplaceAll(path, `\`, "/"))
	}
	return path
}

func (h *Host) ownerByMarks(_ context.Context, p Program) (Owner, error) {
	path, end := h.spelled(p.Path), h.spelled(p.Real)
	for _, m := range ownerMarks {
		if m.os != "" && m.os != h.OS {
			continue
		}
		if strings.Contains(path, m.part) || strings.Contains(end, m.part) {
			return Owner{Manager: m.manager, Package: packageIn(m, path, end), Shim: m.shim}, nil
		}
	}
	return Owner{}, nil
}

// packageIn is the element that names the package, behind the mark in a path or in
// the one where its links end.
func packageIn(m ownerMark, path, end string) string {
	if !m.names {
		return ""
	}
	for _, s := range []string{end, path} {
		if _, rest, ok := strings.Cut(s, m.part); ok {
			name, _, _ := strings.Cut(rest, "/")
			name, _, _ = strings.Cut(name, "_") // winget adds _Microsoft.Winget.Source_...
			return name
		}
	}
	return ""
}

// ownerByVariable knows managers that were told to live elsewhere.
func (h *Host) ownerByVariable(ctx context.Context, p Program) (Owner, error) {
	for _, v := range ownerVariables {
		if v.os != "" && v.os != h.OS {
			continue
		}
		dir, err := h.Getenv(ctx, v.name)
		if err != nil {
			return Owner{}, err
		}
		if h.Under(p.Path, dir) || h.Under(p.Real, dir) {
			return Owner{Manager: v.manager}, nil
		}
	}
	return Owner{}, nil
}

// ownerByNeighbours knows managers by what lies beside the program.
func (h *Host) ownerByNeighbours(ctx context.Context, p Program) (Owner, error) {
	dir := h.DirName(p.Real)
	prefix := dir
	if h.OS != Windows {
		prefix = h.DirName(dir)
	}
	for _, n := range ownerNeighbours {
		if n.windows != (h.OS == Windows) {
			continue
		}
		found, err := h.Exists(ctx, h.Join(prefix, n.file))
		if err != nil && !errors.Is(err, ErrNotPermitted) {
			return Owner{}, err
		}
		if found {
			return Owner{Manager: n.manager}, nil
		}
	}
	return Owner{}, nil
}

// systemOwner asks the records of the system's own packages and installers.
func (h *Host) systemOwner(ctx context.Context, p Program) (Owner, error) {
	switch h.OS {
	case Darwin:
		return h.receiptOwner(ctx, p)
	case Windows:
		return h.installerOwner(ctx, p)
	}
	if !h.Under(p.Real, "/usr") && !h.Under(p.Real, "/bin") || h.Under(p.Real, "/usr/local") {
		return Owner{}, nil
	}
	release, err := h.Release(ctx)
	if err != nil {
		return Owner{}, err
	}
	switch m := release.Packager(); m {
	case Apt:
		return h.dpkgOwner(ctx, p)
	case Pacman:
		return h.pacmanOwner(ctx)
	case Unowned:
		return Owner{}, nil
	default: // their databases are not text; /usr is theirs
		return Owner{Manager: m, Package: "nodejs"}, nil
	}
}

// Packager is who keeps the packages of a Linux; Unowned where devdoctor does
// not know it.
func (r Release) Packager() Manager {
	if r.Sealed {
		return Sealed
	}
	for _, d := range []struct {
		id      string
		manager Manager
	}{
		{"debian", Apt}, {"ubuntu", Apt}, {"fedora", Dnf}, {"rhel", Dnf}, {"centos", Dnf},
		{"arch", Pacman}, {"alpine", Apk}, {"suse", Zypper}, {"opensuse", Zypper}, {"nixos", Nix},
	} {
		if r.Is(d.id) {
			return d.manager
		}
	}
	return Unowned
}

// dpkgOwner reads dpkg's list of the files of the package nodejs. NodeSource's
// package brings npm along, Debian's and Ubuntu's do not (read 2026-11-20).
func (h *Host) dpkgOwner(ctx context.Context, p Program) (Owner, error) {
	list, err := h.ReadFile(ctx, "/var/lib/dpkg/info/nodejs.list")
	if errors.Is(err, ErrNotFound) {
		return Owner{}, nil
	}
	if err != nil {
		return Owner{}, err
	}
	lists := func(file string) bool { // without a copy of the list, which may be 360 KB long
		return strings.HasPrefix(list, file+"\n") || strings.Contains(list, "\n"+file+"\n")
	}
	if !lists(p.Real) && !lists(p.Path) {
		return Owner{}, nil
	}
	if !lists("/usr/lib/node_modules/npm") {
		return Owner{Manager: Apt, Package: "nodejs"}, nil
	}
	source, err := h.NodeSourceFile(ctx)
	if source == "" { // apt still keeps the package, and gets no other
		return Owner{Manager: Apt, Package: "nodejs"}, err
	}
	return Owner{Manager: NodeSource, Package: "nodejs", File: source}, err
}

// NodeSourceFile is the file that tells apt of NodeSource's repository; "" without
// one. Files with other endings apt does not read.
func (h *Host) NodeSourceFile(ctx context.Context) (string, error) {
	for _, pattern := range []string{"*node*.sources", "*node*.list"} {
		found, err := h.Glob(ctx, "/etc/apt/sources.list.d/"+pattern)
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return "", nil
}

// pacmanOwner reads the names of pacman's local database: nodejs-24.21.0-1,
// nodejs-lts-krypton-24.21.0-1.
func (h *Host) pacmanOwner(ctx context.Context) (Owner, error) {
	found, err := h.Glob(ctx, "/var/lib/pacman/local/nodejs*")
	if err != nil || len(found) == 0 {
		return Owner{}, err
	}
	name := h.BaseName(found[0])
	for range 2 { // version and release
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
	}
	return Owner{Manager: Pacman, Package: name}, nil
}

// receiptOwner knows what the installer of nodejs.org leaves behind on a Mac. The
// name of the receipt is that of several public casks; it was not seen on a Mac.
func (h *Host) receiptOwner(ctx context.Context, p Program) (Owner, error) {
	if !h.SamePath(p.Real, "/usr/local/bin/node") {
		return Owner{}, nil
	}
	found, err := h.Exists(ctx, "/var/db/receipts/org.nodejs.node.pkg.plist")
	if err != nil || !found {
		return Owner{}, err
	}
	return Owner{Manager: Pkg, Package: "org.nodejs.node.pkg"}, nil
}

// installerOwner knows the directory of the MSI, which Chocolatey and winget
// start too.
func (h *Host) installerOwner(ctx context.Context, p Program) (Owner, error) {
	installed, err := h.Registry(ctx, NodeKey, "InstallPath")
	if errors.Is(err, ErrNotFound) {
		return Owner{}, nil
	}
	if err != nil || !h.SamePath(installed.Data, h.DirName(p.Path)) {
		return Owner{}, err
	}
	chocolatey, err := h.Getenv(ctx, "ChocolateyInstall")
	if err != nil {
		return Owner{}, err
	}
	if chocolatey != "" {
		found, err := h.Glob(ctx, h.Join(chocolatey, `lib\nodejs*`))
		if err != nil {
			return Owner{}, err
		}
		if len(found) > 0 {
			return Owner{Manager: Chocolatey, Package: h.BaseName(found[0])}, nil
		}
	}
	return Owner{Manager: MSI, Package: "OpenJS.NodeJS"}, nil
}

// NodeKey is where the MSI of Node.js says what it installed (product.wxs).
const NodeKey = `HKLM\SOFTWARE\Node.js`

// versionIn is the version that an element of the program's path spells.
func (h *Host) versionIn(p Program) string {
	for _, path := range []string{p.Real, p.Path} {
		for _, element := range strings.FieldsFunc(path, func(r rune) bool { return r < 0x80 && h.isSlash(byte(r)) }) {
			if m := versionElement().FindStringSubmatch(element); m != nil {
				return m[1]
			}
		}
	}
	return ""
}
