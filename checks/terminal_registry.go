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

// windowsOwnPath is the folders of Windows itself, as the stored PATH of the system
// begins on a new machine (seen under Wine 10, 2026-11-21).
const windowsOwnPath = `C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0`

// Lengths of a PATH in UTF-16 units: setx cuts at 1024 (nvm-windows#546), the
// Command Prompt takes no line beyond 8191 (Microsoft's documentation).
const (
	setxLimit = 1024
	cmdLimit  = 8191
)

const (
	frozenMeans = "The stored PATH holds names in percent signs, such as %NVM_SYMLINK%. Windows puts folders in their place only in a value of " +
		"the type REG_EXPAND_SZ, and this one has another. The programs in those folders are not found."

	notTextMeans = "Windows takes the list of program folders, PATH, from two values that hold text. One of them holds something else, " +
		"so new terminals get none of its folders."
	addAgain = "Then add the folders of the programs that are missed, or install these programs once more. Open a new terminal."

	// The window of Windows chooses the type by what the list holds.
	storeAgain = "change any entry a little, change it back, and press OK: Windows stores the list in the right type. Then open a new terminal."
)

var (
	pathTruncated = &Problem{
		ID: "truncated",
		Means: "The stored PATH was cut off in the middle. The command setx does so at 1024 characters, with a warning that is easily missed. " +
			"The programs of all folders behind the cut are gone from every new terminal.",
		See:   "Press the Windows key, type environment, choose Edit environment variables for your account, and open Path: its last entry is half a name.",
		Fixes: []*fixers.Fix{fixers.DropLastEntry},
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
		Fixes: []*fixers.Fix{fixers.ExpandUserPath},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: editPath + ", " + storeAgain, Undo: "Nothing is lost: the entries stay the same.",
		}},
	}
	pathFrozenSystem = &Problem{
		ID:    "system-not-expandable",
		Means: frozenMeans,
		See:   "reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment\" /v Path prints the type: it should be REG_EXPAND_SZ.",
		Fixes: []*fixers.Fix{fixers.ExpandSystemPath},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Admin: true,
			Do: "Press the Windows key, type environment, and choose Edit the system environment variables. Press Environment Variables, " +
				"open Path among the system variables, " + storeAgain,
			Undo: "Nothing is lost: the entries stay the same.",
		}},
	}
	pathNotText = &Problem{
		ID:    "not-text",
		Means: notTextMeans,
		See:   "reg query HKCU\\Environment /v Path prints the stored value and its type: it should be REG_EXPAND_SZ or REG_SZ.",
		Fixes: []*fixers.Fix{fixers.DropBrokenPath},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Human: true,
			Do:   "The first command shows what the value holds: write down the folders in it, if there are any. The second one deletes it. " + addAgain,
			Run:  [][]string{{"reg", "query", userEnvironment, "/v", "Path"}, {"reg", "delete", userEnvironment, "/v", "Path"}},
			Undo: "reg add HKCU\\Environment /v Path, with the type and the value that reg query printed.",
		}},
	}
	pathNotTextSystem = &Problem{
		ID:    "system-not-text",
		Means: notTextMeans,
		See:   "reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment\" /v Path prints the type: it should be REG_EXPAND_SZ.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Admin: true, Human: true,
			Do: "The first command shows what the value holds: write down the folders in it, if there are any. " +
				"The second one, in a terminal of the administrator, stores Windows' own folders. " + addAgain,
			Run: [][]string{
				{"reg", "query", machineEnvironment, "/v", "Path"},
				{"reg", "add", machineEnvironment, "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", windowsOwnPath},
			},
			Undo: "reg add with the same key, and the type and the value that reg query printed.",
		}},
	}
	pathOverlong = &Problem{
		ID: "too-long",
		Means: "The stored PATH is longer than the Command Prompt can take, 8191 characters. It then starts without any PATH, " +
			"and no program is found there.",
		See:   "Press the Windows key, type environment, choose Edit environment variables for your account, and open Path.",
		Fixes: []*fixers.Fix{fixers.ShortenUserPath},
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
	Problems: []*Problem{pathTruncated, pathFrozen, pathFrozenSystem, pathNotText, pathNotTextSystem, pathOverlong},
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

// isText reports whether Windows makes a variable of a value: it passes over all but
// these two types (microsoft/terminal, src/inc/til/env.h, which does as the shell of
// Windows does; read 2026-11-21).
func isText(v platforms.RegistryValue) bool { return v.Type == "REG_SZ" || v.Type == "REG_EXPAND_SZ" }

// storedPath weighs one of the two lists; a Result without a Problem is in order.
func storedPath(ctx context.Context, h *platforms.Host, key string, value platforms.RegistryValue) (Result, error) {
	found := Found{Name: "Path", Value: value.Data, File: key}
	if !isText(value) {
		problem := pathNotText
		if key == machineEnvironment {
			problem = pathNotTextSystem
		}
		return problem.Fail("the stored PATH is no text").With(found).
			Because("The list in %s has the type %s. Windows takes PATH only from text, REG_SZ or REG_EXPAND_SZ.", key, value.Type), nil
	}
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
