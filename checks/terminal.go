package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var terminal = []*Check{terminalBasics, terminalPath, terminalRegistry, terminalFish, terminalBrew}

var (
	pathWithoutSystem = &Problem{
		ID: "system-folders",
		Means: "PATH, the list of folders in which your terminal looks for programs, lacks those of the system. The system's own commands are " +
			"then not found: ls and sed on Linux and macOS, where and reg on Windows.",
		See:   "echo $PATH prints the list; in the Command Prompt it is path. /usr/bin or C:\\Windows\\System32 should be in it.",
		Fixes: []*fixers.Fix{fixers.KeepSystemFolders, fixers.FindSystemFolder},
		Tells: []fixers.Tell{
			{
				Do: "Open the start file of your shell in an editor, such as ~/.bashrc or ~/.zshrc. Find the line that gives PATH a value, and put " +
					":$PATH before its closing quote. Then open a new terminal.",
				Undo: "Take :$PATH out of the line again.",
			},
			{
				OS: platforms.Windows, Admin: true,
				Do: "Press the Windows key, type environment, and choose Edit the system environment variables. Open Environment Variables, System " +
					"variables, Path, and add the entry %SystemRoot%\\System32. Then open a new terminal.",
				Undo: "Take the entry out in the same place.",
			},
		},
	}
	pathextBroken = &Problem{
		ID: "pathext",
		Means: "PATHEXT, the list of endings that Windows tries when you type a command, lacks .EXE or .CMD. Commands such as node or npm are then " +
			"not recognized, though their files are there.",
		See:   "echo %PATHEXT% in the Command Prompt, or $env:PATHEXT in PowerShell, prints the list.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: []fixers.Tell{{
			OS: platforms.Windows,
			Do: "Press the Windows key, type environment, and choose Edit environment variables for your account. Remove PATHEXT from your own " +
				"variables, or add .EXE and .CMD to it. Then open a new terminal.",
			Undo: "Give PATHEXT its old value in the same place.",
		}},
	}
	comSpecWrong = &Problem{
		ID: "comspec",
		Means: "ComSpec names the program that runs command lines for other programs, and the file it names is not there. npm needs it for every " +
			"npm start and npm run: they stop with spawn ENOENT.",
		See:   "echo %ComSpec% in the Command Prompt, or $env:ComSpec in PowerShell, prints the file.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: []fixers.Tell{{
			OS: platforms.Windows,
			Do: "Press the Windows key, type environment, and choose Edit environment variables for your account. Remove ComSpec from your own " +
				"variables; among the system's it should be %SystemRoot%\\System32\\cmd.exe. Then open a new terminal.",
			Undo: "Give ComSpec its old value in the same place.",
		}},
	}
)

// terminalBasics wants a terminal that finds the system's own commands.
var terminalBasics = &Check{
	ID:       "terminal-basics",
	Title:    "your terminal finds the system's own commands",
	Why:      "Node.js, npm and git start commands of the system all the time. When those are not found, nearly everything fails.",
	Phase:    1,
	Problems: []*Problem{pathWithoutSystem, pathextBroken, comSpecWrong},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		entries, err := h.PathEntries(ctx)
		if err != nil {
			return Unknown(err, "PATH could not be read")
		}
		if h.OS == platforms.Windows {
			return windowsBasics(ctx, h, entries)
		}
		if slices.ContainsFunc(entries, func(e platforms.PathEntry) bool { return h.SamePath(e.Dir, "/usr/bin") }) {
			return OK("PATH has the folders of the system")
		}
		// NixOS has no /usr/bin, and elsewhere /bin may be the same folder.
		found, err := h.Which(ctx, "ls")
		switch {
		case err != nil:
			return Unknown(err, "the folders of PATH could not be searched for ls")
		case len(found) == 0:
			return pathWithoutSystem.Fail("PATH lacks /usr/bin").With(Found{Name: "PATH", Dir: "/usr/bin"}).
				Because("The commands of the system lie there. Some line gave PATH a new value and dropped the old one.")
		}
		return OK("your terminal finds the commands of the system")
	},
}

func windowsBasics(ctx context.Context, h *platforms.Host, entries []platforms.PathEntry) Result {
	system32 := h.Join(systemRoot(ctx, h), "System32")
	if !slices.ContainsFunc(entries, func(e platforms.PathEntry) bool { return h.SamePath(unquoted(e.Dir), system32) }) {
		return pathWithoutSystem.Fail("PATH lacks %s", system32).With(Found{Name: "PATH", Dir: system32}).
			Because("The commands of Windows lie there.")
	}
	endings, err := h.Getenv(ctx, "PATHEXT")
	if err != nil {
		return Unknown(err, "PATHEXT could not be read")
	}
	// Without PATHEXT at all, Windows takes its own list.
	have := strings.Split(strings.ToUpper(endings), ";")
	for _, ending := range []string{".EXE", ".CMD"} {
		if endings != "" && !slices.Contains(have, ending) {
			return pathextBroken.Fail("PATHEXT lacks %s", ending).With(Found{Name: "PATHEXT", Value: endings}).
				Because("It is %s. Windows does not start programs with the ending %s by their name.", endings, ending)
		}
	}
	shell, err := h.Getenv(ctx, "ComSpec")
	if err != nil {
		return Unknown(err, "ComSpec could not be read")
	}
	if shell == "" {
		return OK("PATH and PATHEXT are in order") // programs then take cmd.exe
	}
	there, err := h.Exists(ctx, shell)
	if err != nil {
		return Unknown(err, "whether %s is there could not be found out", shell)
	}
	if !there {
		return comSpecWrong.Fail("ComSpec names a file that is not there").With(Found{Name: "ComSpec", Value: shell}).
			Because("It is %s. npm runs each script of a project with it.", shell)
	}
	return OK("PATH, PATHEXT and ComSpec are in order")
}

func unquoted(entry string) string { return strings.ReplaceAll(entry, `"`, "") }

// editPath is how to change an entry of PATH for good.
const editPath = "Press the Windows key, type environment, and choose Edit environment variables for your account. Open Path among your own variables"

var (
	pathNotExpanded = &Problem{
		ID: "not-expanded",
		Means: "PATH is the list of folders in which your terminal looks for programs. One entry holds a sign that stands for another folder: " +
			"~, $HOME or %NAME%. Nobody replaces it there, so the programs in that folder are not found.",
		See:   "echo $PATH prints the list; in the Command Prompt it is path.",
		Fixes: []*fixers.Fix{fixers.MendPathEntry, fixers.MendStartFile},
		Tells: []fixers.Tell{
			{
				Do:   "Open the start file of your shell in an editor, such as ~/.bashrc or ~/.zshrc. Write $HOME in double quotes in place of ~ in the line with PATH. Then open a new terminal.",
				Undo: "Write the old text back.",
			},
			{
				OS: platforms.Windows, Do: editPath + ", and write the full folder in place of {value}. Then open a new terminal.",
				Undo: "Write {value} back in the same place.",
			},
		},
	}
	pathCurrentFolder = &Problem{
		ID: "current-folder",
		Means: "PATH is the list of folders in which your terminal looks for programs. One entry means whatever folder you are in. A file called ls or " +
			"git in a downloaded project would run in place of the real one.",
		See:   "echo $PATH prints the list. Two colons in a row, a colon at an end, or a single dot mean the folder you are in.",
		Fixes: []*fixers.Fix{fixers.MendPathEntry, fixers.MendStartFile},
		Tells: []fixers.Tell{{
			Do:   "Open the start file of your shell in an editor, such as ~/.bashrc or ~/.zshrc. Take that entry out of the line with PATH. Then open a new terminal.",
			Undo: "Write the entry back.",
		}},
	}
	pathQuotes = &Problem{
		ID: "quotes",
		Means: "An entry of PATH, the list of folders in which your terminal looks for programs, holds a quote. On Linux and macOS it counts as part " +
			"of the folder's name. On Windows a single one swallows the entries behind it. Programs there are not found.",
		See:   "echo $PATH prints the list; in the Command Prompt it is path.",
		Fixes: []*fixers.Fix{fixers.MendPathEntry, fixers.MendSystemPath, fixers.MendStartFile},
		Tells: []fixers.Tell{
			{
				Do:   "Open the start file of your shell in an editor, such as ~/.bashrc or ~/.zshrc. Take the inner quotes out of the line with PATH. Then open a new terminal.",
				Undo: "Write the quotes back.",
			},
			{
				OS: platforms.Windows,
				Do: "Press the Windows key, type environment, and choose Edit environment variables for your account. Open Path, first among your own " +
					"variables, then among the system's. Take out the quote in front of {dir}. Then open a new terminal.",
				Undo: "Write the quote back in the same place.",
			},
		},
	}
	pathIsFile = &Problem{
		ID: "file",
		Means: "An entry of PATH, the list of folders in which your terminal looks for programs, names a file. Only folders are looked into, so the " +
			"program in question is not found.",
		See:   "echo $PATH prints the list; in the Command Prompt it is path.",
		Fixes: []*fixers.Fix{fixers.MendPathEntry, fixers.MendStartFile},
		Tells: []fixers.Tell{
			{
				Do:   "Open the start file of your shell in an editor, such as ~/.bashrc or ~/.zshrc. Write {dir} in place of {value} in the line with PATH. Then open a new terminal.",
				Undo: "Write {value} back.",
			},
			{
				OS: platforms.Windows, Do: editPath + ", and write {dir} in place of {value}. Then open a new terminal.",
				Undo: "Write {value} back in the same place.",
			},
		},
	}
)

// terminalPath wants a PATH whose every entry can be found by every program.
var terminalPath = &Check{
	ID:       "terminal-path",
	Title:    "PATH is well formed",
	Why:      "Your terminal looks for programs in the folders that PATH lists. A mistake in the list hides programs, or runs the wrong ones.",
	Phase:    1,
	Problems: []*Problem{pathQuotes, pathNotExpanded, pathCurrentFolder, pathIsFile},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		entries, err := h.PathEntries(ctx)
		if err != nil {
			return Unknown(err, "PATH could not be read")
		}
		frozen, err := frozenEntries(ctx, h, entries)
		if err != nil {
			return Unknown(err, "the stored PATH could not be read")
		}
		entries = slices.DeleteFunc(entries, func(e platforms.PathEntry) bool { return slices.Contains(frozen, e.Dir) })
		if r := worstEntry(h, entries); r.Problem != nil {
			return r
		}
		if r := laterEntries(ctx, h, entries); r.Problem != nil {
			return r
		}
		return pathNotes(h, entries)
	},
}

// worstEntry is the result of the first entry that hides programs, else of the first that is
// not in order; the zero Result where all are.
func worstEntry(h *platforms.Host, entries []platforms.PathEntry) Result {
	var worst Result
	for _, e := range entries {
		r := pathEntry(h, e)
		if r.Status == StatusFail {
			return r
		}
		if worst.Problem == nil {
			worst = r
		}
	}
	return worst
}

// laterEntries is the result where an entry that only new terminals have is at fault; the zero
// Result elsewhere, and where their PATH cannot be known. Of Windows it is not looked at: SplitPath
// takes the quotes away that count there, and the current folder needs no entry.
func laterEntries(ctx context.Context, h *platforms.Host, known []platforms.PathEntry) Result {
	if h.OS == platforms.Windows {
		return Result{}
	}
	next, err := h.NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return Result{}
	}
	path, err := next.Host.Env(ctx, "PATH")
	if err != nil {
		return Result{}
	}
	for _, dir := range h.SplitPath(path) {
		e := platforms.PathEntry{Dir: dir, Kind: "dir"} // of what is spelt well it does not matter
		if slices.ContainsFunc(known, func(k platforms.PathEntry) bool { return k.Dir == dir }) {
			continue
		}
		if unexpanded(h, dir) {
			e.Kind = "missing"
		}
		if r := pathEntry(h, e); r.Problem != nil {
			return r.Note("New terminals have it. This one has another PATH.")
		}
	}
	return Result{}
}

// frozenEntries is the entries that Windows left as they are because of the type
// of a stored list, of which terminal-stored-path tells. The registry is asked
// only where PATH has an entry of that kind.
func frozenEntries(ctx context.Context, h *platforms.Host, entries []platforms.PathEntry) ([]string, error) {
	if h.OS != platforms.Windows || !slices.ContainsFunc(entries, func(e platforms.PathEntry) bool { return unexpanded(h, e.Dir) }) {
		return nil, nil
	}
	var frozen []string
	for _, key := range []string{machineEnvironment, userEnvironment} {
		value, err := h.Registry(ctx, key, "Path")
		if errors.Is(err, platforms.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if frozenName(value) != "" {
			frozen = append(frozen, h.SplitPath(value.Data)...)
		}
	}
	return frozen, nil
}

// nodeenvLeftover is what the line for fish of nodeenv 1.9 puts at the end of PATH
// where it means to throw error messages away: fish 3 and later read it as a folder
// (lab run of 2026-11-21). No such folder is in a project, so it leads nowhere.
const nodeenvLeftover = "^/dev/null"

// pathEntry weighs one entry; a Result without a Problem is in order.
func pathEntry(h *platforms.Host, e platforms.PathEntry) Result {
	found := Found{Name: "PATH", Value: e.Dir}
	switch {
	case h.OS != platforms.Windows && strings.Contains(e.Dir, `"`), strings.Count(e.Dir, `"`)%2 == 1:
		return quotedEntry(h, e.Dir, found)
	case e.Kind != "dir" && unexpanded(h, e.Dir):
		return pathNotExpanded.Warn("PATH has an entry that leads nowhere: %s", e.Dir).With(found).
			Because("It should be the full name of a folder.")
	case e.Dir == nodeenvLeftover:
		return Result{}
	case h.OS != platforms.Windows && !h.Abs(e.Dir):
		// Windows looks into the current folder anyway.
		name := strconv.Quote(e.Dir)
		if e.Dir == "" {
			name = "an empty entry"
		}
		return pathCurrentFolder.Warn("PATH has an entry that means the folder you are in").With(found).
			Because("It is %s, and so a downloaded file can run in place of a command.", name)
	case e.Kind == "file":
		found.Dir = h.DirName(e.Dir)
		return pathIsFile.Warn("PATH has an entry that is a file").With(found).Because("%s is no folder.", e.Dir)
	}
	return Result{}
}

// quotedEntry weighs an entry with a quote. On Windows a single one makes an entry
// of all that follows, separators and all.
func quotedEntry(h *platforms.Host, entry string, found Found) Result {
	_, behind, _ := strings.Cut(entry, `"`)
	first, swallowed, more := strings.Cut(behind, ";")
	found.Dir = first
	if h.OS == platforms.Windows && more {
		return pathQuotes.Fail("a quote in PATH hides the folders behind it").With(found).
			Because("It stands in front of %s. Windows takes all that follows for one folder, and does not find %s.", first, swallowed)
	}
	return pathQuotes.Warn("PATH has an entry with a quote").With(found).Because("It is: %s.", entry)
}

// unexpanded reports whether an entry holds a sign that should have been
// replaced by a folder before it came here.
func unexpanded(h *platforms.Host, entry string) bool {
	if h.OS == platforms.Windows {
		return strings.Count(entry, "%") >= 2 || strings.HasPrefix(entry, "~")
	}
	return strings.HasPrefix(entry, "~") || strings.HasPrefix(entry, "$")
}

// pathNotes is what does no harm.
func pathNotes(h *platforms.Host, entries []platforms.PathEntry) Result {
	r := OK("PATH has %d entries", len(entries))
	var missing, slow []string
	seen, twice := map[string]bool{}, 0
	for _, e := range entries {
		if e.Dir == "" { // Windows passes over it
			continue
		}
		switch e.Kind {
		case "missing":
			missing = append(missing, e.Dir)
		case "slow":
			slow = append(slow, e.Dir)
		}
		if key := h.PathKey(e.Dir); seen[key] {
			twice++
		} else {
			seen[key] = true
		}
	}
	if len(missing) > 0 {
		r = r.Note("%s not there. That does no harm: %s.", folders(len(missing)), strings.Join(missing, ", "))
	}
	if twice > 0 {
		r = r.Note("%s listed twice. That does no harm.", folders(twice))
	}
	if len(slow) > 0 {
		r = r.Note("%s slow to answer, perhaps in the network: %s.", folders(len(slow)), strings.Join(slow, ", "))
	}
	return r
}

func folders(n int) string {
	if n == 1 {
		return "One folder in PATH is"
	}
	return fmt.Sprintf("%d folders in PATH are", n)
}
