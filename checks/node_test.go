package checks

import (
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Whoever keeps an old Node.js, on whichever system that can be, there is a
// command to type. G09
func TestNodeTooOldTells(t *testing.T) {
	unix := []platforms.OS{platforms.Linux, platforms.Darwin}
	all := append(unix, platforms.Windows)
	for owner, systems := range map[platforms.Manager][]platforms.OS{
		platforms.Unowned: all, platforms.OwnArchive: all, platforms.Editor: all, platforms.Conda: all, platforms.Nix: unix,
		platforms.Apt: {platforms.Linux}, platforms.NodeSource: {platforms.Linux}, platforms.Dnf: {platforms.Linux},
		platforms.Pacman: {platforms.Linux}, platforms.Zypper: {platforms.Linux}, platforms.Apk: {platforms.Linux},
		platforms.Snap: {platforms.Linux}, platforms.Flatpak: {platforms.Linux}, platforms.WindowsWSL: {platforms.Linux},
		platforms.Homebrew: unix, platforms.MacPorts: {platforms.Darwin}, platforms.Pkg: {platforms.Darwin},
		platforms.MSI: {platforms.Windows}, platforms.Winget: {platforms.Windows}, platforms.Scoop: {platforms.Windows},
		platforms.Chocolatey: {platforms.Windows}, platforms.NvmWindows: {platforms.Windows},
		platforms.Nvm: unix, platforms.Asdf: unix, platforms.Nodenv: unix, platforms.N: unix, platforms.Nodeenv: unix,
		platforms.Fnm: all, platforms.Volta: all, platforms.Mise: all, platforms.Proto: all, platforms.Nvs: all,
	} {
		for _, system := range systems {
			for _, p := range []*Problem{nodeTooOld, nodeOlderLine, nodeEnded, nodePreRelease, nodeStops} {
				tell, ok := fixers.Choose(p.Tells, system, owner, "")
				if !ok || tell.Do == "" || len(tell.Run) == 0 || tell.Undo == "" {
					t.Errorf("%s: no command for %q on %s: %+v", p.ID, owner, system, tell)
				}
			}
		}
	}
}

// Words that mean different versions on different days are in no command.
func TestNodeTellsNameVersions(t *testing.T) {
	for _, c := range node {
		for _, p := range c.Problems {
			for _, tell := range p.Tells {
				for _, argv := range tell.Run {
					for _, arg := range argv {
						switch arg {
						case "lts", "lts/*", "--lts", "latest", "OpenJS.NodeJS.24":
							t.Errorf("%s/%s names %q", c.ID, p.ID, arg)
						}
					}
				}
			}
		}
	}
}
