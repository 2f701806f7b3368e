package fixers

import (
	"context"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// What belongs to Windows itself, and needs an administrator. None of it was run: Wine has no
// PowerShell.

// StartAgent switches on the service that keeps SSH keys unlocked, which Windows leaves off.
var StartAgent = &Fix{
	ID: "ssh-agent", Title: "Switch on the service that keeps your SSH key unlocked",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Windows {
			return nil, ErrNotHere
		}
		const service, disabled, onDemand = `HKLM\SYSTEM\CurrentControlSet\Services\ssh-agent`, "REG_DWORD 4", "REG_DWORD 3"
		seen, err := exactly(ctx, p.Host, onDemand, "reg", service, "Start")
		if err != nil || seen.Before != disabled {
			return nil, orNotHere(err)
		}
		run, admin, err := inShell(p, "Set-Service ssh-agent -StartupType Manual; Start-Service ssh-agent",
			"Stop-Service ssh-agent; Set-Service ssh-agent -StartupType Disabled")
		if err != nil {
			return nil, err
		}
		run.Seen = seen
		const do = "Give the service your key: type ssh-add, and the passphrase of the key. You do that once."
		return []Step{
			{Says: "Switch on the service OpenSSH Authentication Agent. Windows asks whether it may.", Admin: admin, Verified: Documented, Run: run},
			{Says: do, Verified: Documented, Tell: &Instruction{Do: do, Run: [][]string{{"ssh-add"}}, Undo: "ssh-add -D", Why: "only you know the passphrase"}},
		}, nil
	},
}

// inShell is statements of PowerShell for an administrator, and what takes them back.
func inShell(p Patient, statements, back string) (*Run, bool, error) {
	argv, admin, err := inPowerShell(p, statements)
	if err != nil {
		return nil, false, err
	}
	undo, _, err := inPowerShell(p, back)
	return &Run{Argv: argv, Back: undo}, admin, err
}

// FreePort takes a port out of the ranges that Windows keeps for its virtual machines: it chooses
// them anew when the service starts, and leaves out what was set aside before.
var FreePort = &Fix{
	ID: "port-unreserved", Title: "Take the port out of the ranges that Windows keeps",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		port := p.Found["port"]
		if p.Host.OS != platforms.Windows || port == "" {
			return nil, ErrNotHere
		}
		seen, err := exactly(ctx, p.Host, Anything, "run", "netsh", "int", "ipv4", "show", "excludedportrange", "protocol=tcp", "store=persistent") // the others change by themselves
		if err != nil || strings.HasPrefix(seen.Before, "!") {
			return nil, orNotHere(err)
		}
		aside := " excludedportrange protocol=tcp startport=" + port + " numberofports=1 store=persistent"
		run, admin, err := inShell(p, "net stop winnat; netsh int ipv4 add"+aside+"; net start winnat", "netsh int ipv4 delete"+aside)
		if err != nil {
			return nil, err
		}
		run.Seen = seen
		return []Step{{
			Says: "Set port " + port + " aside for your programs. The service winnat stops for that: WSL and Docker lose the network for a moment. " +
				"Windows asks whether it may.",
			Admin: admin, Verified: Documented, Run: run,
		}}, nil
	},
}

// windowsHosts is the steps that take the lines out of the hosts file of Windows which lead
// localhost elsewhere. Windows knows the name by itself.
func windowsHosts(ctx context.Context, p Patient) ([]Step, error) {
	h, file, bad := p.Host, p.Found["file"], p.Found["value"]
	if !strings.HasSuffix(strings.ToLower(file), `\drivers\etc\hosts`) {
		return nil, ErrNotHere
	}
	kept, err := h.Exists(ctx, file+beside)
	if err != nil || kept || bad == "" || strings.Trim(bad, "0123456789abcdefABCDEF.:") != "" || !plainToCmd(file) || strings.Contains(file, " ") {
		return nil, orNotHere(err)
	}
	text, err := h.ReadFile(ctx, file)
	if err != nil || !slices.ContainsFunc(slices.Collect(strings.Lines(text)), func(l string) bool { return leads(l, bad) }) {
		return nil, ErrNotHere //nolint:nilerr // the address comes from elsewhere
	}
	// In @() one line is a list too, of which -notmatch leaves lines out. Default is how
	// Windows PowerShell reads a file without a mark, so that comments stay what they are.
	run, admin, err := inShell(p,
		"Copy-Item "+file+" "+file+beside+"; @(Get-Content "+file+beside+") -notmatch '"+strings.ReplaceAll(bad, ".", "[.]")+`\s.*localhost' | Set-Content -Encoding Default `+file,
		"Move-Item -Force "+file+beside+" "+file)
	if err != nil {
		return nil, err
	}
	q := platforms.Query{Verb: "file", Args: []string{file}}
	run.Seen = Probe{Query: q.String(), Before: strings.TrimRight(text, "\r\n"), After: Anything}
	return []Step{{
		Says: "Take the line that gives localhost the address " + bad + " out of " + file + ". The old file stays beside it as " + file + beside +
			". Windows asks whether it may.",
		Admin: admin, Verified: Documented, Run: run,
	}}, nil
}
