package fixers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"devdoctor/platforms"
)

const machineVariables = `HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`

// systemPathFix is a fix of the system's part of PATH: mend makes the new value of the old one. A
// value that stays the same is none.
func systemPathFix(id, title, says string, mend func(now platforms.RegistryValue) platforms.RegistryValue) *Fix {
	return &Fix{ID: id, Title: title, Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Windows {
			return nil, ErrNotHere
		}
		now, err := p.Host.Registry(ctx, machineVariables, "Path")
		if errors.Is(err, platforms.ErrNotFound) || err == nil && !isText(now.Type) {
			return nil, ErrNotHere
		}
		if err != nil {
			return nil, fmt.Errorf("read the Path of the system: %w", err)
		}
		after := mend(now)
		if after == now {
			return nil, ErrNotHere
		}
		return storeSystemPath(p, now, after, says)
	}}
}

// What can be wrong with the system's part of PATH on Windows.
var (
	// ExpandSystemPath gives the value the type in which Windows replaces names in percent signs.
	// What it holds stays.
	ExpandSystemPath = systemPathFix("path-type-system", "Let Windows replace the names in the PATH of the system",
		"Store the PATH of the system as a text in which names in percent signs are replaced.",
		func(now platforms.RegistryValue) platforms.RegistryValue {
			now.Type = "REG_EXPAND_SZ"
			return now
		})

	// MendSystemPath takes quotes out of which one has no partner.
	MendSystemPath = systemPathFix("path-entry-system", "Take the quotes out of the PATH of the system",
		"Take the quotes out of the PATH of the system.",
		func(now platforms.RegistryValue) platforms.RegistryValue {
			if strings.Count(now.Data, `"`)%2 == 1 {
				now.Data = strings.ReplaceAll(now.Data, `"`, "")
			}
			return now
		})
)

// storeSystemPath is the step that gives the system's part of PATH another type or value.
func storeSystemPath(p Patient, now, after platforms.RegistryValue, says string) ([]Step, error) {
	// Two spaces would become one on the way, and ShellExecute takes about 2,000 characters.
	if strings.ContainsAny(now.Data, "'`$\r\n") || strings.Contains(now.Data, "  ") || len(now.Data) > 1500 {
		return nil, ErrNotHere
	}
	// PowerShell takes what stands in single quotes as it is. A double quote would end the
	// statement on its way there, and goes as the character of its number.
	set := func(v platforms.RegistryValue) string {
		kind := map[string]string{"REG_SZ": "String", "REG_EXPAND_SZ": "ExpandString"}[v.Type]
		text := "'" + v.Data + "'"
		if strings.Contains(text, `"`) {
			text = "(" + strings.ReplaceAll(text, `"`, "' + [char]34 + '") + ")"
		}
		return "Set-ItemProperty '" + strings.Replace(machineVariables, `HKLM\`, `HKLM:\`, 1) + "' Path " + text + " -Type " + kind
	}
	run, admin, err := inShell(p, set(after), set(now))
	if err != nil {
		return nil, err
	}
	q := platforms.Query{Verb: "reg", Args: []string{machineVariables, "Path"}}
	run.Seen = Probe{Query: q.String(), Before: now.Type + " " + now.Data, After: after.Type + " " + after.Data}
	return []Step{{
		Says: says + " Windows asks whether it may. Then sign out of Windows, and in again.", Admin: admin, Verified: Documented, Run: run,
	}}, nil
}

// DropBrokenPath takes a Path of the account away that is no text, which Windows does not read.
var DropBrokenPath = &Fix{
	ID: "path-not-text", Title: "Take a PATH of your account away that is no text",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Windows || strings.HasPrefix(p.Found["file"], "HKLM") {
			return nil, ErrNotHere
		}
		now, err := userPath(ctx, p.Host)
		if err != nil || now.Type != "REG_DWORD" || strings.Trim(now.Data, "0123456789") != "" || now.Data == "" {
			return nil, orNotHere(err)
		}
		q := platforms.Query{Verb: "reg", Args: []string{userVariables, "Path"}}
		return []Step{{
			Says:     "Take the PATH of your account away, which is a number and no list. Terminals that open from now on have the system's.",
			Verified: triedOn(p.Host, platforms.Windows),
			Run: &Run{
				Argv: []string{"reg", "delete", userVariables, "/v", "Path", "/f"},
				Back: []string{"reg", "add", userVariables, "/v", "Path", "/t", now.Type, "/d", now.Data, "/f"},
				Seen: Probe{Query: q.String(), Before: now.Type + " " + now.Data, After: Absent},
			},
		}}, nil
	},
}

// storedVariable is a variable of this terminal, else of the account or the system, which new
// terminals have; "" where it is nowhere set.
func storedVariable(ctx context.Context, h *platforms.Host, name string) (string, error) {
	if value, err := h.Getenv(ctx, name); err != nil || value != "" {
		return value, err
	}
	for _, key := range []string{userVariables, machineVariables} {
		v, err := h.Registry(ctx, key, name)
		switch {
		case errors.Is(err, platforms.ErrNotFound):
		case err != nil:
			return "", err
		case !strings.Contains(v.Data, "%"):
			return v.Data, nil
		}
	}
	return "", nil
}
