package platforms

import "strings"

// The paths of a replayed Windows machine are no paths on Linux, so what checks
// do with paths goes by [Host.OS] and never by path/filepath.

func (h *Host) isSlash(c byte) bool { return c == '/' || h.OS == Windows && c == '\\' }

func (h *Host) slash() string {
	if h.OS == Windows {
		return `\`
	}
	return "/"
}

func (h *Host) listSeparator() string {
	if h.OS == Windows {
		return ";"
	}
	return ":"
}

// Join puts elements of a path together. A leading ~ is the home directory.
func (h *Host) Join(elem ...string) string {
	var b strings.Builder
	for i, e := range elem {
		if i == 0 && (e == "~" || strings.HasPrefix(e, "~/") || strings.HasPrefix(e, `~\`)) {
			e = h.Home + e[1:]
		}
		if h.OS == Windows {
			e = strings.ReplaceAll(e, "/", `\`)
		}
		if e == "" {
			continue
		}
		if b.Len() > 0 {
			for e != "" && h.isSlash(e[0]) {
				e = e[1:]
			}
			if s := b.String(); !h.isSlash(s[len(s)-1]) {
				b.WriteString(h.slash())
			}
		}
		b.WriteString(e)
	}
	return b.String()
}

// DirName is everything before the last element of a path.
func (h *Host) DirName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if !h.isSlash(path[i]) {
			continue
		}
		if i == 0 || h.OS == Windows && i == 2 && path[1] == ':' {
			return path[:i+1]
		}
		return path[:i]
	}
	return "."
}

// BaseName is the last element of a path.
func (h *Host) BaseName(path string) string {
	for len(path) > 1 && h.isSlash(path[len(path)-1]) {
		path = path[:len(path)-1]
	}
	for i := len(path) - 1; i >= 0; i-- {
		if h.isSlash(path[i]) {
			return path[i+1:]
		}
	}
	return path
}

// clean is a path without a slash at its end and, on Windows, in one spelling.
func (h *Host) clean(path string) string {
	if h.OS == Windows {
		path = strings.ToLower(strings.ReplaceAll(path, "/", `\`))
	}
	for len(path) > 1 && h.isSlash(path[len(path)-1]) && (h.OS != Windows || len(path) != 3) {
		path = path[:len(path)-1]
	}
	return path
}

// SamePath reports whether two paths are spelled alike, apart from a slash at
// the end and, on Windows, case.
func (h *Host) SamePath(a, b string) bool { return h.clean(a) == h.clean(b) }

// PathKey is equal for two paths that are the same path. It is for maps, not for
// people.
func (h *Host) PathKey(path string) string { return h.clean(path) }

// Under reports whether path is dir or lies below it. An empty dir holds nothing.
func (h *Host) Under(path, dir string) bool {
	if dir == "" {
		return false
	}
	path, dir = h.clean(path), h.clean(dir)
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || h.isSlash(rest[0]) || h.isSlash(dir[len(dir)-1]))
}

// Abs reports whether a path says where it begins.
func (h *Host) Abs(path string) bool {
	if h.OS != Windows {
		return strings.HasPrefix(path, "/")
	}
	return len(path) >= 3 && path[1] == ':' && h.isSlash(path[2]) || strings.HasPrefix(path, `\\`)
}

// SplitPath cuts the value of PATH into its entries, as written, but for the
// quotes that Windows allows around an entry.
func (h *Host) SplitPath(value string) []string {
	if value == "" {
		return nil
	}
	if h.OS != Windows {
		return strings.Split(value, ":")
	}
	var entries []string
	start, quoted := 0, false
	for i := 0; i <= len(value); i++ {
		switch {
		case i == len(value) || value[i] == ';' && !quoted:
			entries = append(entries, strings.ReplaceAll(value[start:i], `"`, ""))
			start = i + 1
		case value[i] == '"':
			quoted = !quoted
		}
	}
	return entries
}

// Tilde is a path as the learner's own screen shows it: ~ for the home directory
// where the shell understands it, %USERPROFILE% on Windows.
func (h *Host) Tilde(path string) string {
	if h.Home == "" || h.Home == "/" || !h.Under(path, h.Home) {
		return path
	}
	short := "~"
	if h.OS == Windows {
		short = "%USERPROFILE%"
	}
	return short + path[len(h.clean(h.Home)):]
}
