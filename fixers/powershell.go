package fixers

import (
	"context"
	"errors"
	"strings"

	"devdoctor/platforms"
)

// accountPolicy is where Windows PowerShell keeps the account's rule for scripts
// (about_Execution_Policies, read 2026-11-20).
const accountPolicy = `HKCU\SOFTWARE\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell`

// AllowScripts lets the account run the scripts of this computer, npm's among them, and
// signed ones from elsewhere. It writes what Set-ExecutionPolicy writes.
var AllowScripts = &Fix{
	ID: "powershell-scripts", Title: "Let PowerShell run npm",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Windows {
			return nil, ErrNotHere
		}
		now, err := p.Host.Registry(ctx, accountPolicy, "ExecutionPolicy")
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return nil, err
		}
		before, back := Absent, []string{"reg", "delete", accountPolicy, "/v", "ExecutionPolicy", "/f"}
		if now.Type != "" {
			before, back = now.Type+" "+now.Data, regAdd(now.Type, now.Data)
		}
		if now.Type != "" && now.Type != "REG_SZ" || strings.EqualFold(now.Data, "RemoteSigned") {
			return nil, ErrNotHere
		}
		return []Step{{
			Says:     "Let PowerShell run the scripts of this computer, and signed ones from elsewhere, for your account.",
			Verified: triedOn(p.Host, platforms.Windows), Leaves: []string{accountPolicy},
			Run: &Run{Argv: regAdd("REG_SZ", "RemoteSigned"), Back: back, Seen: Probe{
				Query:  platforms.Query{Verb: "reg", Args: []string{accountPolicy, "ExecutionPolicy"}}.String(),
				Before: before, After: "REG_SZ RemoteSigned",
			}},
		}}, nil
	},
}

func regAdd(kind, data string) []string {
	return []string{"reg", "add", accountPolicy, "/v", "ExecutionPolicy", "/t", kind, "/d", data, "/f"}
}

// AllowScripts7 gives PowerShell 7 a rule of the account, which goes before that of all accounts
// (about_PowerShell_Config, read 2026-11-20).
var AllowScripts7 = &Fix{
	ID: "powershell-7-scripts", Title: "Let PowerShell 7 run npm",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Windows {
			return nil, ErrNotHere
		}
		if moved, err := documentsMoved(ctx, p.Host); err != nil || moved {
			return nil, orNotHere(err)
		}
		f, err := readPresent(ctx, p.Host, `~\Documents\PowerShell\powershell.config.json`)
		if err != nil || f.there && strings.TrimSpace(f.text) != "{}" {
			return nil, orNotHere(err) // what somebody has written is theirs to change
		}
		const text = "{\n  \"Microsoft.PowerShell:ExecutionPolicy\": \"RemoteSigned\"\n}\n"
		return f.become(ctx, p.Host, text, 0o644, triedOn(p.Host, platforms.Windows), "Let PowerShell 7 run the scripts of this computer, and signed ones from elsewhere, for your account.")
	},
}

// documentsMoved reports whether the folder Documents lies elsewhere than in the home folder, as where
// OneDrive keeps it. PowerShell 7 looks there.
func documentsMoved(ctx context.Context, h *platforms.Host) (bool, error) {
	const folders = `HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders`
	v, err := h.Registry(ctx, folders, "Personal")
	if errors.Is(err, platforms.ErrNotFound) {
		return false, nil
	}
	return !strings.EqualFold(v.Data, `%USERPROFILE%\Documents`) && !h.SamePath(v.Data, h.Join(h.Home, "Documents")), err
}
