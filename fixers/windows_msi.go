package fixers

import (
	"context"
	"strings"
)

// What the installer of nodejs.org brought, which only an administrator may change. winget takes
// it away and repairs it by the name in the list of programs: by which of its packages it would
// know it depends on the version (learn.microsoft.com, winget repair, read 2026-11-22).

const onlyNode = "--name Node.js --exact --silent --accept-source-agreements --disable-interactivity"

// NodeFor64Bit puts a Node.js for 64-bit processors in place of the 32-bit one of the installer.
var NodeFor64Bit = &Fix{
	ID: "node-64-bit", Title: "Put the 64-bit Node.js in place of the 32-bit one",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		const place = `C:\Program Files\nodejs\node.exe`
		taken, err := p.Host.Exists(ctx, place)
		if err != nil || taken || !strings.HasPrefix(strings.ToLower(p.Found["path"]), `c:\program files (x86)\`) {
			return nil, orNotHere(err)
		}
		return insteadOfMSI(ctx, p, absentFile(place))
	},
}

// insteadOfMSI is the step that uninstalls the Node.js of the installer and installs the one of
// the course, for where the installer refuses to go over what is there.
func insteadOfMSI(ctx context.Context, p Patient, seen Probe) ([]Step, error) {
	if copies, err := p.Host.Which(ctx, "winget"); err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	install := strings.Join(append(nodeWinget("winget", "install"), "--version", Newest24, "--scope", "machine", "--accept-package-agreements"), " ")
	argv, admin, err := inPowerShell(p, "winget uninstall "+onlyNode+"; "+install)
	return []Step{{
		Says:  "Uninstall the Node.js that is there with winget, and install Node.js " + Newest24 + ". Windows asks whether it may.",
		Admin: admin, Verified: Documented, Allow: AllowLicence, Hosts: []string{"nodejs.org"}, Run: &Run{Argv: argv, Seen: seen},
	}}, err
}

// repairMSI is the step that puts back what is missing of the Node.js of the installer, npm among it.
func repairMSI(ctx context.Context, p Patient, seen Probe) ([]Step, error) {
	if copies, err := p.Host.Which(ctx, "winget"); err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	argv, admin, err := asWindowsAdmin(p, append([]string{"winget", "repair"}, strings.Fields(onlyNode)...)...)
	return []Step{{
		Says:  "Let winget repair Node.js: what is missing of it is put back. Windows asks whether it may.",
		Admin: admin, Verified: Documented, Hosts: []string{"nodejs.org"}, Leaves: []string{`C:\Program Files\nodejs`}, Run: &Run{Argv: argv, Seen: seen},
	}}, err
}

// upgradeGitForWindows upgrades Git for Windows where it is, with the rights that it was installed with.
func upgradeGitForWindows(ctx context.Context, p Patient) ([]Step, error) {
	if copies, err := p.Host.Which(ctx, "winget"); err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	seen, err := failing(ctx, p.Host, "git", "--version")
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // whether it helped could not be told
	}
	argv := []string{"winget", "install", "--id", "Git.Git", "--exact", "--source", "winget", "--silent",
		"--accept-source-agreements", "--accept-package-agreements", "--disable-interactivity"}
	admin := false
	if !p.Host.Under(p.Found["path"], p.Host.Home) {
		if argv, admin, err = asWindowsAdmin(p, argv...); err != nil {
			return nil, err
		}
	}
	return []Step{{
		Says: "Install the newest Git for Windows over the old one with winget.", Admin: admin, Verified: Documented, Allow: AllowLicence,
		Hosts: []string{"github.com"}, Run: &Run{Argv: argv, Seen: seen},
	}}, nil
}
