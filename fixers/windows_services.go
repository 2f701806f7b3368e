package fixers

import (
	"context"
	"regexp"
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
			Says: "Set port " + port + " aside for your programs. It stays so when the computer starts again, until undo. The service winnat stops for that: WSL and Docker lose the network for a moment. " +
				"Windows asks whether it may.",
			Admin: admin, Verified: Documented, Run: run,
		}}, nil
	},
}

// windowsHosts is the steps that take the name localhost away from another address in the hosts
// file of Windows, which knows the name by itself. The other names of a line stay.
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
	if err != nil || strings.HasPrefix(text, "\ufeff") || strings.ContainsRune(text, 0) || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		return nil, ErrNotHere //nolint:nilerr // it is not there, or PowerShell would store it in another way
	}
	exchanges := namelessHosts(bad)
	after := exchangedLines(text, exchanges)
	if after == exchangedLines(text, nil) || slices.ContainsFunc(slices.Collect(strings.Lines(after)), func(l string) bool { return leads(l, bad) }) {
		return nil, ErrNotHere // the address comes from elsewhere, or a line names localhost twice
	}
	var words strings.Builder
	for _, e := range exchanges {
		words.WriteString(" -creplace '" + e.from + "', '" + e.to + "'")
	}
	// In @() one line is a list too. Default is how Windows PowerShell reads a file without a mark,
	// so that comments stay what they are.
	run, admin, err := inShell(p,
		"Copy-Item "+file+" "+file+beside+"; @(Get-Content "+file+beside+")"+words.String()+" | Set-Content -Encoding Default "+file,
		"Move-Item -Force "+file+beside+" "+file)
	if err != nil {
		return nil, err
	}
	// Known by the whole text, before and after: a line that somebody adds since is not lost to undo.
	q := platforms.Query{Verb: "file", Args: []string{file}}
	trimmed := func(text string) string { return strings.TrimRight(text, "\r\n") }
	run.Seen = Probe{Query: q.String(), Before: Sealed(trimmed(text)), After: Sealed(trimmed(after))}
	return []Step{{
		Says: "Take the name localhost away from the address " + bad + " in " + file + ". Other names of that line stay; a line without one becomes a comment. " +
			"The old file stays beside it as " + file + beside + ". Windows asks whether it may.",
		Admin: admin, Verified: Documented, Run: run,
	}}, nil
}

// An exchange is a regular expression for a line, and what takes its place: in the words of .NET,
// of which those used here mean the same in Go.
type exchange struct{ from, to string }

// namelessHosts makes a comment of a line that gives an address to localhost alone, and takes
// localhost out of one that has other names.
func namelessHosts(address string) []exchange {
	address = strings.ReplaceAll(address, ".", "[.]")
	return []exchange{
		{`^(\s*` + address + `(?:\s+localhost)+\s*(?:#.*)?)$`, `# $1`},
		{`^(\s*` + address + `(?:\s+[^\s#]+)*?)\s+localhost([\s#].*)?$`, `$1$2`},
	}
}

// exchangedLines is a text as Set-Content writes it after the exchanges in each of its lines.
func exchangedLines(text string, exchanges []exchange) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		for _, e := range exchanges {
			line = regexp.MustCompile(e.from).ReplaceAllString(line, strings.NewReplacer("$1", "${1}", "$2", "${2}").Replace(e.to))
		}
		b.WriteString(line + "\r\n")
	}
	return b.String()
}
