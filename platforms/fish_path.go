package platforms

import (
	"slices"
	"strings"
)

// fishAddPath is fish_add_path. Source: share/functions/fish_add_path.fish.
func (f *fishRun) fishAddPath(args []shellField) signal {
	scope, name, appends, move, dry := "", "fish_user_paths", false, false, false
	var dirs []shellField
	for i, a := range args {
		if a.text == "--" {
			dirs = append(dirs, args[i+1:]...)
			break
		}
		if !strings.HasPrefix(a.text, "-") {
			dirs = append(dirs, a)
			continue
		}
		for _, o := range addPathOptions(a.text) {
			switch o {
			case "g":
				scope = "global"
			case "U":
				scope = "universal"
			case "P":
				name = "PATH"
			case "a":
				appends = true
			case "m":
				move = true
			case "n":
				dry = true
			}
		}
	}
	old := f.get(name)
	if name == "PATH" {
		scope = "global"
	} else if scope == "" && !old.isSet && old.why == "" {
		scope = "universal"
	}
	fresh, moved, why := f.newPaths(dirs, old, move)
	if why != "" {
		return f.forget("fish_add_path: %s", why)
	}
	if len(fresh) == 0 {
		return f.ends(no)
	}
	list := slices.DeleteFunc(slices.Clone(old.list), func(e string) bool { return slices.Contains(moved, e) })
	if appends {
		list = slices.Concat(list, fresh)
	} else {
		list = slices.Concat(fresh, list)
	}
	if !dry {
		f.assign(scope, name, shellVar{isSet: true, list: list, exported: old.exported && scope != "universal"})
	}
	return f.ends(yes)
}

func addPathOptions(opt string) []string {
	if long, ok := strings.CutPrefix(opt, "--"); ok {
		return []string{map[string]string{"global": "g", "universal": "U", "path": "P", "append": "a", "prepend": "p", "move": "m", "dry-run": "n"}[long]}
	}
	return strings.Split(opt[1:], "")
}

// newPaths is the directories that fish_add_path adds, and those that it moves. One
// that does not exist is left out.
func (f *fishRun) newPaths(dirs []shellField, old shellVar, move bool) (fresh, moved []string, why string) {
	if old.why != "" {
		return nil, nil, old.why
	}
	for _, d := range dirs {
		path := f.absolute(d.shellText)
		if path.why != "" {
			return nil, nil, path.why
		}
		p := normalPath(path.text)
		v := f.fileTest("-d", knownText(p))
		if v.why != "" {
			return nil, nil, v.why
		}
		if !v.holds || slices.Contains(fresh, p) {
			continue
		}
		if slices.Contains(old.list, p) {
			if !move {
				continue
			}
			moved = append(moved, p)
		}
		fresh = append(fresh, p)
	}
	return fresh, moved, ""
}

// normalPath is realpath -s: no links followed, no . and .. left.
func normalPath(path string) string {
	var parts []string
	for p := range strings.SplitSeq(path, "/") {
		switch p {
		case "", ".":
		case "..":
			parts = parts[:max(len(parts)-1, 0)]
		default:
			parts = append(parts, p)
		}
	}
	return "/" + strings.Join(parts, "/")
}
