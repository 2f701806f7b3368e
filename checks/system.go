package checks

import (
	"context"
	"errors"
	"strconv"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var system = []*Check{systemVersion, systemClock}

// The oldest systems that Node.js 24 and 26 run on, and the first with wsl --install.
const (
	oldestMacOS        = fixers.OldestMacOS
	oldestWindowsBuild = fixers.OldestWindowsBuild
	wslInstallBuild    = 19041 // Windows 10 2004
)

var (
	macTooOld = &Problem{
		ID:    "macos-too-old",
		Means: "This macOS is older than Node.js 24 and 26 can run on. They need macOS " + oldestMacOS + " or newer.",
		See:   "Open the Apple menu, then About This Mac, and read the version.",
		Tells: []fixers.Tell{{
			Do: "Open System Settings, General, Software Update, and install the newest macOS your Mac offers. If it offers none from " +
				oldestMacOS + " on, use another computer or an online editor for the course.",
			Admin: true,
			Undo:  "An update of macOS cannot be taken back. Make a backup first.",
		}},
	}
	windowsTooOld = &Problem{
		ID:    "windows-too-old",
		Means: "This Windows is older than Windows 10. Node.js 24 and 26 do not run on it.",
		See:   "Press the Windows key and R, type winver, and press Enter.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Install Windows 11, or use another computer for the course.", Admin: true,
			Undo: "Windows offers to go back for ten days after an upgrade.",
		}},
	}
	windowsSMode = &Problem{
		ID:    "windows-s-mode",
		Means: "This Windows is in S mode. In S mode it starts only programs from the Microsoft Store, so Node.js and git cannot be installed.",
		See:   "Open Settings, System, About, and read the line Edition: it ends in S mode.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Open Settings, System, Activation, and choose to switch out of S mode. It is free.",
			Undo: "Windows cannot be put back into S mode.",
		}},
	}
)

// systemVersion wants a system that the course's programs run on.
var systemVersion = &Check{
	ID:       "system-version",
	Title:    "your system can run the programs of the course",
	Why:      "Node.js supports a system only from a certain version on. On an older one it stops with an error about a missing symbol or file.",
	Phase:    1,
	Problems: []*Problem{macTooOld, windowsTooOld, windowsSMode},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		release, err := h.Release(ctx)
		if err != nil {
			return Unknown(err, "the version of your system could not be read")
		}
		switch h.OS {
		case platforms.Darwin:
			return macVersion(release)
		case platforms.Windows:
			return windowsVersion(ctx, h, release)
		}
		return OK("%s", release.Name)
	},
}

func macVersion(release platforms.Release) Result {
	have, err := version.NewVersion(release.Version)
	if err != nil {
		return Unknown(err, "macOS says that its version is %q", release.Version)
	}
	found := Found{Version: release.Version}
	if have.LessThan(version.Must(version.NewVersion(oldestMacOS))) {
		return macTooOld.Fail("macOS %s is too old for Node.js 24 and 26", release.Version).With(found).
			Because("They need macOS %s or newer.", oldestMacOS)
	}
	return OK("%s", release.Name).With(found)
}

func windowsVersion(ctx context.Context, h *platforms.Host, release platforms.Release) Result {
	build, err := strconv.Atoi(release.Version)
	if err != nil {
		return Unknown(err, "Windows says that its build is %q", release.Version)
	}
	found := Found{Version: release.Version, Name: release.Edition}
	if build < oldestWindowsBuild {
		return windowsTooOld.Fail("this Windows is too old for Node.js 24 and 26").With(found).
			Because("It is build %d. They need Windows 10 or newer.", build)
	}
	// SkuPolicyRequired is 1 in S mode (registry value from general knowledge,
	// not yet seen on a machine in S mode).
	policy, err := h.Registry(ctx, `HKLM\SYSTEM\CurrentControlSet\Control\CI\Policy`, "SkuPolicyRequired")
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "Windows does not say whether it is in S mode")
	}
	if policy.Data == "1" {
		return windowsSMode.Fail("this Windows is in S mode").With(found).
			Because("It starts only programs from the Microsoft Store.")
	}
	r := OK("%s, build %d", release.Name, build).With(found)
	if build < wslInstallBuild {
		r = r.Note("WSL needs Windows 10 build %d or newer. The course does not need WSL.", wslInstallBuild)
	}
	if build < 22000 {
		r = r.Note("Microsoft ended its support for Windows 10 on 2025-10-14. Ask for security updates, or move to Windows 11.")
	}
	return r
}
