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

// insteadOfMSI is the step that exchanges the Node.js of the installer for the one of the course, for
// where the installer refuses to go over what is there. The new one is on the disk before the old one
// goes: winget download keeps an installer only if its checksum is the listed one, and else ends with
// a status (microsoft/winget-cli fa3d9e5, DownloadFlow.cpp, read 2026-11-22). Out-Null lets PowerShell
// wait for msiexec, which has a window.
func insteadOfMSI(ctx context.Context, p Patient, seen Probe) ([]Step, error) {
	if copies, err := p.Host.Which(ctx, "winget"); err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	download := "winget download --id OpenJS.NodeJS.LTS --exact --source winget --version " + Newest24 + " --scope machine --installer-type wix " +
		"--accept-source-agreements --accept-package-agreements --disable-interactivity --download-directory $dir"
	argv, admin, err := inPowerShell(p, "$dir = Join-Path $env:TEMP devdoctor-node; "+download+"; $ok = $LASTEXITCODE -eq 0; "+
		"$msi = Get-ChildItem $dir -Filter *"+Newest24+"*.msi | Select-Object -First 1; if ($ok -and $msi) { winget uninstall "+onlyNode+
		"; if ($LASTEXITCODE -eq 0) { msiexec /i $msi.FullName /qn /norestart | Out-Null } }; Remove-Item $dir -Recurse")
	if err != nil {
		return nil, err
	}
	return append([]Step{{
		Says: "Download Node.js " + Newest24 + " with winget, which compares its checksum. Only then uninstall the Node.js that is there, and install the new one. " +
			"Without the network the old one stays. If the computer is switched off in between, there is no Node.js: run devdoctor again. Windows asks whether it may.",
		Admin: admin, Verified: Documented, Allow: AllowLicence, Hosts: []string{"nodejs.org"}, Run: &Run{Argv: argv, Seen: seen},
	}}, pinNode(ctx, p.Host, "OpenJS.NodeJS.LTS", Newest24)...), nil
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
