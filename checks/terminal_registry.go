package checks

import (
	"context"
	"errors"
	"strings"
	"unicode/utf16"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where Windows keeps the PATH of new terminals: the system's part and the
// account's, which it puts behind it (Microsoft's documentation, 2026-11-20).
const (
	machineEnvironment = `HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`
	userEnvironment    = `HKCU\Environment`
)

// Lengths of a PATH in UTF-16 units: setx cuts at 1024 (nvm-windows#546), the
// Command Prompt takes no line beyond 8191 (Microsoft's documentation).
const (
	setxLimit = 1024
	cmdLimit  = 8191
)

const (
	frozenMeans = "The stored PATH holds names in percent signs, such as %NVM_SYMLINK%. Windows puts folders in their place only in a value of " +
		"the type REG_EXPAND_SZ, and this one has another. The programs in those folders are not found."

	// The window of Windows chooses the type by what the list holds.
	storeAgain = "change any entry a little, change it back, and press OK: Windows stores the list in the right type. Then open a new terminal."
)

var (
	pathTruncated = &Problem{
		ID: "truncated",
		Means: "The stored PATH was cut off in the middle. The command setx does so at 1024 characters, with a warning that is easily missed. " +
			"The programs of all folders behind the cut are gone from every new terminal.",
		See: "Press the Windows key, type environment, choose Edit environment variables for your account, and open Path: its last entry is half a name.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows,
			Do: editPath + ". Take out the last entry, and add the folders of the programs that are missed. Installing such a program once more " +
				"adds its folder too. Never use setx for Path. Then open a new terminal.",
			Undo: "Write the old entry back in the same place.",
		}},
	}
	pathFrozen = &Problem{
		ID:    "not-expandable",
		Means: frozenMeans,
		See:   "reg query HKCU\\Environment /v Path prints the stored value and its type: it should be REG_EXPAND_SZ.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: editPath + ", " + storeAgain, Undo: "Nothing is lost: the entries stay the same.",
		}},
	}
	pathFrozenSystem = &Problem{
		ID:    "system-not-expandable",
		Means: frozenMeans,
		See:   "reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment\" /v Path prints the type: it should be REG_EXPAND_SZ.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Admin: true,
			Do: "Press the Windows key, type environment, and choose Edit the system environment variables. Press Environment Variables, " +
				"open Path among the system variables, " + storeAgain,
			Undo: "Nothing is lost: the entries stay the same.",
		}},
	}
	pathOverlong = &Problem{
		ID: "too-long",
		Means: "The stored PATH is longer than the Command Prompt can take, 8191 characters. It then starts without any PATH, " +
			"and no program is found there.",
		See: "Press the Windows key, type environment, choose Edit environment variables for your account, and open Path.",
		Tells: []fixers.Tell{{
			OS:   platforms.Windows,
			Do:   editPath + ". Take out entries that stand there twice, and those of programs that you removed. Then open a new terminal.",
			Undo: "Add the entries again in the same place.",
		}},
	}
)

// terminalRegistry wants a stored PATH that arrives whole in new terminals.
var terminalRegistry = &Check{
	ID:       "terminal-stored-path",
	Title:    "the PATH of new terminals is whole",
	Why:      "Windows builds the PATH of each new terminal from two stored lists. One that was cut off hides node, git and npm alike.",
	Phase:    1,
	Problems: []*Problem{pathTruncated, pathFrozen, pathFrozenSystem, pathOverlong},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		if h.OS != platforms.Windows {
			return Skip("only Windows stores PATH")
		}
		total := 0
		for _, key := range []string{machineEnvironment, userEnvironment} {
			value, err := h.Registry(ctx, key, "Path")
			if errors.Is(err, platforms.ErrNotFound) {
				continue
			}
			if err != nil {
				return Unknown(err, "the stored PATH could not be read")
			}
			r, err := storedPath(ctx, h, key, value)
			if err != nil {
				return Unknown(err, "the end of the stored PATH could not be looked at")
			}
			if r.Problem != nil {
				return r
			}
			total += utf16Length(expand(ctx, h, value.Data)) + len(";")
		}
		if total > cmdLimit {
			return pathOverlong.Fail("the stored PATH is %d characters long", total).With(Found{Name: "Path"}).
				Because("The Command Prompt takes at most %d, and drops a longer one as a whole.", cmdLimit)
		}
		return OK("the stored PATH has %d characters", total)
	},
}

func utf16Length(s string) int { return len(utf16.Encode([]rune(s))) }

var percentName = lazily(`%([^%;]+)%`)

// frozenName is the first name in percent signs that Windows leaves as it is; ""
// where it replaces them all.
func frozenName(list platforms.RegistryValue) string {
	if list.Type != "REG_SZ" {
		return ""
	}
	return percentName().FindString(list.Data)
}

// storedPath weighs one of the two lists; a Result without a Problem is in order.
func storedPath(ctx context.Context, h *platforms.Host, key string, value platforms.RegistryValue) (Result, error) {
	found := Found{Name: "Path", Value: value.Data, File: key}
	if name := frozenName(value); name != "" {
		problem := pathFrozen
		if key == machineEnvironment {
			problem = pathFrozenSystem
		}
		return problem.Fail("the stored PATH keeps %s as it is", name).With(found).
			Because("The list in %s has the type REG_SZ, in which names in percent signs are not replaced.", key), nil
	}
	if n := utf16Length(value.Data); n != setxLimit && n != setxLimit-1 {
		return Result{}, nil
	}
	// A list of that very length is cut off only if its last entry leads nowhere.
	list := strings.TrimRight(value.Data, ";")
	last := expand(ctx, h, list[strings.LastIndex(list, ";")+1:])
	there, err := h.Exists(ctx, last)
	if err != nil || there {
		return Result{}, err
	}
	return pathTruncated.Fail("the stored PATH was cut off at %d characters", setxLimit).With(found).
		Because("Its last entry is %s, which is not there. The command setx cuts there.", last), nil
}

// expand puts variables in place of their names in percent signs, as far as this
// terminal knows them.
func expand(ctx context.Context, h *platforms.Host, value string) string {
	return percentName().ReplaceAllStringFunc(value, func(name string) string {
		if strings.EqualFold(name, "%SystemRoot%") {
			return systemRoot(ctx, h)
		}
		if v, err := h.Env(ctx, strings.Trim(name, "%")); err == nil {
			return v
		}
		return name
	})
}
