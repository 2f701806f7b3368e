package fixers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// userVariables is where Windows keeps the variables of the account.
const userVariables = `HKCU\Environment`

// userPath is the account's part of PATH as Windows keeps it. The zero value is none.
func userPath(ctx context.Context, h *platforms.Host) (platforms.RegistryValue, error) {
	v, err := h.Registry(ctx, userVariables, "Path")
	switch {
	case errors.Is(err, platforms.ErrNotFound):
		return platforms.RegistryValue{}, nil
	case err != nil:
		return v, fmt.Errorf("read the Path of the account: %w", err)
	}
	return v, nil
}

// prependUserPath is the step that puts a directory first in the account's part of
// PATH on Windows. The value keeps its type, and entries that stand in it twice are
// dropped. ErrSeenTo says that the directory stands first already, as another fix of the
// plan wrote it; ErrNotHere, that Windows cannot hold it.
func prependUserPath(ctx context.Context, h *platforms.Host, dir string) (Step, error) {
	if strings.ContainsAny(dir, `;%"`) || !h.Abs(dir) {
		return Step{}, ErrNotHere
	}
	before, err := userPath(ctx, h)
	if err != nil {
		return Step{}, err
	}
	entries := append([]string{dir}, splitEntries(before.Data)...)
	if len(entries) > 1 && h.SamePath(strings.Trim(entries[1], `"`), dir) {
		return Step{}, ErrSeenTo
	}
	after := platforms.RegistryValue{Type: before.Type, Data: strings.Join(withoutDoubles(h, entries), ";")}
	return changeUserPath(h, before, after, "Put "+h.Tilde(dir)+" first on the PATH of your account.")
}

// FindFolder puts the folder of a program that a check found on the account's part of
// PATH on Windows.
var FindFolder = &Fix{
	ID: "path-folder", Title: "Put the folder of a program on PATH",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Found["path"] == "" || p.Host.OS != platforms.Windows {
			return nil, ErrNotHere
		}
		step, err := prependUserPath(ctx, p.Host, p.Host.DirName(p.Found["path"]))
		if err != nil {
			return nil, err
		}
		return []Step{step}, nil
	},
}

// FindSystemFolder puts a folder of Windows itself on the account's part of PATH, where the system's
// part has lost it.
var FindSystemFolder = &Fix{
	ID: "path-system-folder", Title: "Put a folder of Windows on PATH",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		dir := p.Found["dir"]
		if p.Host.OS != platforms.Windows || dir == "" || strings.ContainsAny(dir, `;%"`) {
			return nil, ErrNotHere
		}
		next, _, err := nextPath(ctx, p.Host)
		if err != nil {
			return nil, ErrNotHere //nolint:nilerr // nobody knows what a new terminal has
		}
		if slices.ContainsFunc(next, func(e string) bool { return p.Host.SamePath(e, dir) }) {
			return []Step{newTerminalHeals}, nil
		}
		before, err := userPath(ctx, p.Host)
		if err != nil {
			return nil, err
		}
		// Last: the account's own programs keep their place.
		entries := withoutDoubles(p.Host, append(splitEntries(before.Data), dir))
		after := platforms.RegistryValue{Type: before.Type, Data: strings.Join(entries, ";")}
		step, err := changeUserPath(p.Host, before, after, "Put "+dir+" on the PATH of your account.")
		if err != nil {
			return nil, err
		}
		return []Step{step}, nil
	},
}

// changeUserPath is the step that gives the account's part of PATH another value.
func changeUserPath(h *platforms.Host, before, after platforms.RegistryValue, says string) (Step, error) {
	if after.Type == "" {
		after.Type = "REG_EXPAND_SZ"
	}
	if before == after || before.Type != "" && !isText(before.Type) {
		return Step{}, ErrNotHere
	}
	return Step{
		Says: says + " This counts in terminals that open from now on.", Verified: triedOn(h, platforms.Windows),
		Env: &SetEnv{Name: "Path", Before: before, After: after},
	}, nil
}

// isText reports whether Windows makes a variable of a value of that type.
func isText(kind string) bool { return kind == "REG_SZ" || kind == "REG_EXPAND_SZ" }

// splitEntries is the entries of a stored PATH as they are written, quotes and all.
func splitEntries(list string) []string {
	return slices.DeleteFunc(strings.Split(list, ";"), func(e string) bool { return strings.TrimSpace(e) == "" })
}

// withoutDoubles keeps the first of entries that are spelled alike.
func withoutDoubles(h *platforms.Host, entries []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(entries, func(e string) bool {
		key := h.PathKey(strings.Trim(strings.TrimSpace(e), `"`))
		double := seen[key]
		seen[key] = true
		return double
	})
}

// userPathFix is a fix of the account's part of PATH: mend makes the new value of the
// old one, and says in a sentence what it does. A value that stays the same is none.
func userPathFix(id, title string, mend func(ctx context.Context, p Patient, now platforms.RegistryValue) (platforms.RegistryValue, string, error)) *Fix {
	return &Fix{ID: id, Title: title, Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Host.OS != platforms.Windows || strings.HasPrefix(p.Found["file"], "HKLM") {
			return nil, ErrNotHere
		}
		now, err := userPath(ctx, p.Host)
		if err != nil || now.Type == "" {
			return nil, orNotHere(err)
		}
		after, says, err := mend(ctx, p, now)
		if err != nil {
			return nil, err
		}
		step, err := changeUserPath(p.Host, now, after, says)
		if err != nil {
			return nil, err
		}
		return []Step{step}, nil
	}}
}

// What can be wrong with the account's part of PATH on Windows.
var (
	// ExpandUserPath gives the value the type in which Windows replaces names in percent signs.
	ExpandUserPath = userPathFix("path-type", "Let Windows replace the names in your PATH",
		func(_ context.Context, _ Patient, now platforms.RegistryValue) (platforms.RegistryValue, string, error) {
			return platforms.RegistryValue{Type: "REG_EXPAND_SZ", Data: now.Data}, "Store the PATH of your account as a text in which names in percent signs are replaced.", nil
		})

	// DropLastEntry takes away the half of an entry that setx left.
	DropLastEntry = userPathFix("path-cut-off", "Take the half entry out of your PATH",
		func(_ context.Context, p Patient, now platforms.RegistryValue) (platforms.RegistryValue, string, error) {
			entries := splitEntries(now.Data)
			if len(entries) == 0 || now.Data != p.Found["value"] {
				return now, "", ErrNotHere
			}
			last := entries[len(entries)-1]
			now.Data = strings.Join(entries[:len(entries)-1], ";")
			return now, "Take " + last + ", which was cut off, out of the PATH of your account.", nil
		})

	// ShortenUserPath drops what does no work.
	ShortenUserPath = userPathFix("path-too-long", "Shorten your PATH", shortenUserPath)

	// MendPathEntry rewrites the entry that a check found.
	MendPathEntry = userPathFix("path-entry", "Mend an entry of your PATH", mendPathEntry)
)

// shortenUserPath drops entries that stand in the list twice, that the system's list has
// as well, and folders that are gone.
func shortenUserPath(ctx context.Context, p Patient, now platforms.RegistryValue) (platforms.RegistryValue, string, error) {
	h := p.Host
	machine, err := h.Registry(ctx, machineVariables, "Path")
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return now, "", fmt.Errorf("read the Path of the system: %w", err)
	}
	system := splitEntries(machine.Data)
	all := withoutDoubles(h, slices.Concat(system, splitEntries(now.Data)))
	kept := all[len(withoutDoubles(h, slices.Clone(system))):]
	var entries []string
	for _, e := range kept {
		there := true
		if !strings.Contains(e, "%") {
			if there, err = h.Exists(ctx, strings.Trim(e, `"`)); err != nil {
				there = true // a drive that does not answer may come back
			}
		}
		if there {
			entries = append(entries, e)
		}
	}
	now.Data = strings.Join(entries, ";")
	return now, "Take entries out of the PATH of your account that stand there twice, or lead nowhere.", nil
}

// mendPathEntry takes a quote without a partner out of the list, and mends every entry that
// a check would name, so that one run is enough.
func mendPathEntry(ctx context.Context, p Patient, now platforms.RegistryValue) (platforms.RegistryValue, string, error) {
	if strings.Count(now.Data, `"`)%2 == 1 {
		now.Data = strings.ReplaceAll(now.Data, `"`, "")
		return now, "Take the quotes out of the PATH of your account.", nil
	}
	var entries, says []string
	for _, entry := range splitEntries(now.Data) {
		mended := mendedEntry(ctx, p.Host, entry, now.Type)
		switch mended {
		case entry:
		case "":
			says = append(says, "take "+entry+", which leads nowhere, out of the PATH of your account")
		default:
			says = append(says, "write "+mended+" in place of "+entry+" in the PATH of your account")
		}
		if mended != "" {
			entries = append(entries, mended)
		}
	}
	if len(says) == 0 {
		return now, "", ErrNotHere // it comes from elsewhere
	}
	now.Data = strings.Join(entries, ";")
	text := strings.Join(says, ", and ")
	return now, strings.ToUpper(text[:1]) + text[1:] + ".", nil
}

// mendedEntry is an entry as it should be: with the home folder in the way of Windows, with
// the folder in place of a program in it, and "" where it holds a name that nobody set.
func mendedEntry(ctx context.Context, h *platforms.Host, entry, kind string) string {
	rest, athome := strings.CutPrefix(entry, "~")
	switch {
	case athome && kind == "REG_EXPAND_SZ":
		return "%USERPROFILE%" + rest
	case athome:
		return h.Home + rest
	}
	if name, _, closed := strings.Cut(entry[strings.IndexByte(entry, '%')+1:], "%"); closed && name != "" {
		if kind != "REG_EXPAND_SZ" {
			return entry // its type is another fault
		}
		if _, err := h.Env(ctx, name); errors.Is(err, platforms.ErrNotFound) {
			return ""
		}
		return entry
	}
	if info, err := h.Stat(ctx, strings.Trim(entry, `"`)); err == nil && !info.IsDir {
		return h.DirName(strings.Trim(entry, `"`))
	}
	return entry
}
