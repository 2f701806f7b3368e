package oracle

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// A tree is everything on a machine's disk: a path to its kind, mode, owner and group, and
// where a link leads or what is in a file.
type tree map[string]string

// Of the files of the system and of packages, which are many, and of large ones it is
// enough to know when they were written last. All others are read.
const treeScript = `cd / && export LC_ALL=C && set -f
skip='-path /proc -o -path /sys -o -path /dev -o -path /run -o -path /opt -o -path ` + results + `'
system='( -path /usr/* ! -path /usr/local/* -o -path */node_modules/* -o -path */include/* -o -size +512k )'
find / '(' $skip ')' -prune -o -printf '%p\0%y %m %U %G' '(' -type l -printf ' %l' -o -type f $system -printf ' %s %T@' -o -true ')' -printf '\0'
printf '\0'
find / '(' $skip -o $system ')' -prune -o -type f -print0 | xargs -0 sha256sum -z
`

// shellsOwn are files that terminals write of themselves: histories, and what is kept
// for completion, and what sudo notes.
var shellsOwn = []string{
	"/home/*/.bash_history", "/home/*/.zsh_history", "/home/*/.zcompdump*", "/home/*/.local/share/fish/*", "/home/*/.config/fish/fish_variables",
	"/home/*/.cache/fish/*", "/home/*/.local/state/fnm_multishells/*",
	"/home/*/.sudo_as_admin_successful", // which sudo makes when it is used first
}

// homeFolder is the learner's, as Linux names it.
func (b Base) homeFolder() string {
	if b.windows() {
		return driveC + "/users/learner"
	}
	return "/home/" + b.User
}

// ours is where devdoctor keeps what it did, below a home folder.
func (b Base) ours() string {
	if b.windows() {
		return "/AppData/Local/devdoctor"
	}
	return "/.local/state/devdoctor"
}

// takeTree takes everything down. A window is opened first, because shells make files of
// their own the first time.
func takeTree(ctx context.Context, m *machine.Machine, b Base) (tree, error) {
	t := tree{}
	if b.windows() {
		if err := t.addRegistry(ctx, m); err != nil {
			return nil, err
		}
	} else if w := m.Terminal(ctx, "", "", false, ":"); w.Err != nil {
		return nil, fmt.Errorf("open a window: %w", w.Err)
	}
	out := m.Sh(ctx, "root", treeScript)
	entries, sums, found := strings.Cut(out.Stdout, "\x00\x00")
	if out.Err != nil || out.TimedOut || !found {
		return nil, fmt.Errorf("look at all files: %v", out)
	}
	fields := strings.Split(entries, "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		t[fields[i]] = fields[i+1]
		if b.windows() { // Windows has no modes, and Wine gives what is renamed to .exe another one
			t[fields[i]] = withoutMode(fields[i+1])
		}
	}
	for sum := range strings.SplitSeq(sums, "\x00") {
		if hash, name, ok := strings.Cut(sum, "  "); ok {
			t[name] += " " + hash
		}
	}
	return t, nil
}

func withoutMode(entry string) string {
	kind, rest, _ := strings.Cut(entry, " ")
	_, rest, _ = strings.Cut(rest, " ")
	return kind + " " + rest
}

// differs says in what now is not as t, the paths in their order. What matches an excused
// pattern, or lies below one, does not count.
func (t tree) differs(now tree, b Base, excused []string) []string {
	var list []string
	paths := slices.Collect(maps.Keys(t))
	for name := range now {
		if _, before := t[name]; !before {
			paths = append(paths, name)
		}
	}
	slices.Sort(paths)
	own := shellsOwn
	if b.windows() {
		own = winesOwn
	}
	for _, name := range paths {
		was, is := t[name], now[name]
		if was == is || b.isOurs(name, was) || matches(name, own) || matches(name, excused) {
			continue
		}
		switch {
		case was == "":
			list = append(list, "new: "+name)
		case is == "":
			list = append(list, "gone: "+name)
		default:
			list = append(list, "changed: "+name)
		}
	}
	return list
}

// isOurs says that a path is devdoctor's own, or a folder above that there was not before.
func (b Base) isOurs(name, was string) bool {
	below, inHome := strings.CutPrefix(name, b.homeFolder())
	return inHome && (below == b.ours() || strings.HasPrefix(below, b.ours()+"/") || was == "" && strings.HasPrefix(b.ours(), below+"/"))
}

func matches(name string, patterns []string) bool {
	for ; name != "/" && name != "."; name = path.Dir(name) {
		if slices.ContainsFunc(patterns, func(p string) bool { ok, _ := path.Match(p, name); return ok }) {
			return true
		}
	}
	return false
}

// leavesOf is what the plans of all runs on a machine say that undoing leaves behind.
func leavesOf(ctx context.Context, m *machine.Machine, p Plan) ([]string, error) {
	home := p.Base.homeFolder()
	out := m.Sh(ctx, "root", "for f in "+home+p.Base.ours()+`/runs/*/journal.jsonl; do [ -f "$f" ] && grep '^{"begin":' "$f"; done; :`) // one for each round
	if !out.OK() {
		return nil, fmt.Errorf("read the journals: %v", out)
	}
	var leaves []string
	for line := range strings.Lines(out.Stdout) {
		var j struct {
			Begin struct {
				Plan struct {
					Fixes []struct{ Steps []struct{ Leaves []string } }
				}
			}
		}
		if err := json.Unmarshal([]byte(line), &j); err != nil {
			return nil, fmt.Errorf("read a journal: %w", err)
		}
		for _, f := range j.Begin.Plan.Fixes {
			for _, s := range f.Steps {
				for _, l := range s.Leaves {
					leaves = append(leaves, p.Base.onDisk(l))
				}
			}
		}
	}
	return leaves, nil
}

// onDisk is where Linux has a path of a plan.
func (b Base) onDisk(path string) string {
	if rest, athome := strings.CutPrefix(path, "~/"); athome {
		return b.homeFolder() + "/" + rest
	}
	if rest, onC := strings.CutPrefix(path, `C:\`); onC && b.windows() {
		return driveC + "/" + strings.ReplaceAll(rest, `\`, "/")
	}
	return path
}
