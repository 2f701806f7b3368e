package platforms

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// A World is one of the environments that live side by side on one computer, each
// with its own PATH, git identity, Node.js and clock.
type World string

// The worlds.
const (
	Native    World = "native"
	WSL1      World = "wsl1"
	WSL2      World = "wsl2"
	Container World = "container"
	FlatpakW  World = "flatpak" // inside the sandbox of a flatpak program
)

// InWSL reports whether w is a Linux inside Windows.
func (w World) InWSL() bool { return w == WSL1 || w == WSL2 }

// World is the environment that h looks at.
func (h *Host) World(ctx context.Context) (World, error) {
	if h.OS != Linux {
		return Native, nil
	}
	for _, mark := range []struct {
		path  string
		world World
	}{{"/.flatpak-info", FlatpakW}, {"/.dockerenv", Container}, {"/run/.containerenv", Container}} {
		found, err := h.Exists(ctx, mark.path)
		if err != nil {
			return "", err
		}
		if found {
			return mark.world, nil
		}
	}
	// Microsoft's kernels are called "5.15.153.1-microsoft-standard-WSL2"; WSL 1
	// reports "4.4.0-19041-Microsoft" (MicrosoftDocs/WSL, read 2026-11-20).
	release, err := h.ReadFile(ctx, "/proc/sys/kernel/osrelease")
	switch {
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrNotPermitted): // /proc is hidden
		return Native, nil
	case err != nil:
		return "", err
	case strings.Contains(release, "WSL2"), strings.Contains(release, "microsoft-standard"):
		return WSL2, nil
	case strings.Contains(release, "Microsoft"):
		return WSL1, nil
	}
	return Native, nil
}

// A Release is an operating system as its maker numbers it.
type Release struct {
	Name    string // for people: Debian GNU/Linux 12 (bookworm), Windows 11, macOS 15.6
	ID      string // Linux: debian, ubuntu, fedora, alpine, ...
	Like    []string
	Version string // 12, 24.04, 15.6; Windows: the build, such as 26100
	Edition string // Windows: Professional, Core, ...
	Code    string // Linux: bookworm, noble, ...
	Sealed  bool   // Linux: /usr is an image, and takes no packages while it runs
}

// currentVersion is where Windows says which one it is.
const currentVersion = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`

// Release is the operating system's own name and number.
func (h *Host) Release(ctx context.Context) (Release, error) {
	switch h.OS {
	case Darwin:
		v, err := h.Sysctl(ctx, "kern.osproductversion")
		return Release{Name: "macOS " + v, Version: v}, err
	case Windows:
		return h.windowsRelease(ctx)
	}
	return h.linuxRelease(ctx)
}

func (h *Host) windowsRelease(ctx context.Context) (Release, error) {
	build, err := h.Registry(ctx, currentVersion, "CurrentBuild")
	if err != nil {
		return Release{}, err
	}
	edition, err := h.Registry(ctx, currentVersion, "EditionID")
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Release{}, err
	}
	// ProductName says Windows 10 on Windows 11 too; the build tells them apart.
	name := "Windows 10"
	if n, _ := strconv.Atoi(build.Data); n >= 22000 {
		name = "Windows 11"
	}
	return Release{Name: name, Version: build.Data, Edition: edition.Data}, nil
}

// linuxRelease reads os-release(5): /usr/lib is asked only where /etc has none.
func (h *Host) linuxRelease(ctx context.Context) (Release, error) {
	text, err := h.ReadFile(ctx, "/etc/os-release")
	if errors.Is(err, ErrNotFound) {
		text, err = h.ReadFile(ctx, "/usr/lib/os-release")
	}
	r := Release{Name: "Linux", ID: "linux"}
	if errors.Is(err, ErrNotFound) {
		return r, nil
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.Trim(value, `"'`)
		switch key {
		case "PRETTY_NAME":
			r.Name = value
		case "ID":
			r.ID = value
		case "ID_LIKE":
			r.Like = strings.Fields(value)
		case "VERSION_ID":
			r.Version = value
		case "VERSION_CODENAME":
			r.Code = value
		}
	}
	if err != nil {
		return r, err
	}
	r.Sealed, err = h.sealed(ctx, r)
	return r, err
}

// sealed reports whether a Linux takes no packages while it runs. Fedora's images call
// themselves Fedora, and ostree marks them at the start (read in public projects, 2026-11-22).
func (h *Host) sealed(ctx context.Context, r Release) (bool, error) {
	switch {
	case r.Is("steamos"), r.Is("opensuse-microos"), r.Is("microos"):
		return true, nil
	case r.Is("fedora"), r.Is("rhel"), r.Is("centos"):
		return h.Exists(ctx, "/run/ostree-booted")
	}
	return false, nil
}

// Is reports whether a Linux is, or descends from, the distribution id.
func (r Release) Is(id string) bool {
	return r.ID == id || slices.Contains(r.Like, id)
}
