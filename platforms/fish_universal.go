package platforms

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// rebuildPath is what fish does whenever fish_user_paths changes: these entries come
// first, and those that it no longer holds leave PATH.
func (f *fishRun) rebuildPath() {
	path, user := f.get("PATH"), f.get("fish_user_paths")
	if path.why != "" || user.why != "" || f.st.why != "" {
		why := path.why + user.why
		if why == "" {
			why = f.st.why
		}
		f.putGlobal("PATH", shellVar{why: why, isSet: true, some: true})
		f.st.why = why
		return
	}
	var wanted []string
	for _, s := range user.list {
		for e := range strings.SplitSeq(s, ":") {
			if !slices.Contains(wanted, e) {
				wanted = append(wanted, e)
			}
		}
	}
	if len(wanted) < len(user.list) {
		user.list = wanted
		f.assign("", "fish_user_paths", user)
		return
	}
	list := slices.Clone(path.list)
	for _, e := range f.st.added {
		if i := slices.Index(list, e); i >= 0 {
			list = slices.Delete(list, i, i+1)
		}
	}
	f.st.added = nil
	for _, e := range slices.Backward(wanted) {
		if i := slices.Index(list, e); i >= 0 {
			list = slices.Delete(list, i, i+1)
		} else {
			f.st.added = append(f.st.added, e)
		}
		list = slices.Insert(list, 0, e)
	}
	f.setGlobal("PATH", list)
}

// readUniversal reads the variables that every fish of the account shares.
func (f *fishRun) readUniversal(path string) signal {
	text, err := f.h.ReadFile(f.ctx, path)
	if errors.Is(err, ErrNotFound) {
		return onward
	}
	if err != nil {
		return f.forgetAs(f.h.Tilde(path) + ": " + err.Error())
	}
	for line := range strings.Lines(text) {
		name, v, ok := universalLine(strings.TrimSuffix(line, "\n"))
		if ok {
			f.st.univ[name] = pathList(name, v)
		}
	}
	return onward
}

// universalLine reads SETUVAR [--export] [--path] NAME:VALUE, or SET and SET_EXPORT of
// fish 2.
func universalLine(line string) (name string, v shellVar, ok bool) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "SET_EXPORT":
		v.exported = true
	case "SETUVAR", "SET":
	default:
		return "", v, false
	}
	for strings.HasPrefix(rest, "--") {
		var option string
		option, rest, _ = strings.Cut(rest, " ")
		v.exported = v.exported || option == "--export"
	}
	name, value, ok := strings.Cut(rest, ":")
	if value != `\x1d` { // the mark of an empty list
		for s := range strings.SplitSeq(unescapeUniversal(value), "\x1e") {
			v.list = append(v.list, s)
		}
	}
	v.isSet = true
	return name, v, ok && name != ""
}

// unescapeUniversal reads \xHH, \uHHHH and \n.
func unescapeUniversal(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		size := map[byte]int{'x': 2, 'X': 2, 'u': 4, 'U': 8}[s[i]]
		if size == 0 || i+size >= len(s) {
			if s[i] == 'n' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(s[i])
			}
			continue
		}
		n, err := strconv.ParseUint(s[i+1:i+1+size], 16, 32)
		if err != nil {
			b.WriteByte(s[i])
			continue
		}
		if size == 2 && s[i] == 'X' {
			b.WriteByte(byte(n))
		} else {
			b.WriteRune(rune(n))
		}
		i += size
	}
	return b.String()
}
