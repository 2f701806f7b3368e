package platforms

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const notAFile = "not executable"

// A candidate is a file name that a program may have.
type candidate struct {
	name string
	skip string // why a shell passes over such a file
}

// which is the copies of a program on PATH.
func (l *Live) which(ctx context.Context, q Query) (string, error) {
	name := q.Args[0]
	if name == "" {
		return "", ErrNotFound
	}
	var dirs []string
	if strings.ContainsAny(name, pathSlashes) {
		dirs = []string{""}
	} else {
		dirs = searchPath(q)
	}
	found := l.each(ctx, dirs, func(dir string) []string { return copies(q, dir, name) })
	var b strings.Builder
	for _, f := range found {
		if f.slow {
			fmt.Fprintf(&b, "? %s timed out\n", oneLine(withoutSlash(f.dir)))
		}
		for _, line := range f.lines {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	if b.Len() == 0 {
		return "", ErrNotFound
	}
	return b.String(), nil
}

// searchPath is the directories a shell looks through, each once.
func searchPath(q Query) []string {
	value, _ := lookupEnv(q, "PATH")
	seen := map[string]bool{}
	var dirs []string
	for _, entry := range splitPathList(value) {
		if dir := searchDir(entry); dir != "" && !seen[dir] {
			seen[dir] = true
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// copies is what the names of a program in one directory of PATH are, as lines
// of an answer.
func copies(q Query, dir, name string) []string {
	var lines []string
	for _, candidate := range programNames(q, name) {
		path := dir + candidate.name
		skip, there := candidate.skip, true
		if skip == "" {
			skip, there = passedOver(atDir(q, path))
		} else if _, err := os.Lstat(atDir(q, path)); err != nil {
			there = false
		}
		if !there {
			continue
		}
		line := oneLine(path)
		if dest, err := realPath(atDir(q, path)); err == nil && !samePath(dest, path) {
			line += " -> " + oneLine(dest)
		}
		if skip != "" {
			line += " ! " + skip
		}
		lines = append(lines, line)
	}
	return lines
}

// passedOver says why a shell passes over a path; "" for a program. Nearly always
// there is nothing, so it asks first what answers that with one system call.
func passedOver(path string) (why string, there bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", false
	}
	if isLink(info.Mode().Type()) {
		if isAlias(path, info) { // it can be run, and can be opened by nobody
			return "", true
		}
		info, err = os.Stat(path)
	}
	switch {
	case isLoop(err):
		return "loop", true
	case errors.Is(err, fs.ErrNotExist) || isNotThere(err):
		return "dangling", true
	case err != nil:
		return notAFile, true
	case info.IsDir():
		return "directory", true
	case !mayRun(path, info):
		return notAFile, true
	}
	return "", true
}

// findProgram is the copy of a program that a shell would start.
func (l *Live) findProgram(ctx context.Context, q Query, name string) (string, error) {
	found := l.firstOf(ctx, searchPath(q), func(dir string) []string { return firstCopy(q, dir, name) })
	if len(found) == 0 {
		return "", ErrNotFound
	}
	switch last := found[len(found)-1]; {
	case last.slow:
		return "", ErrTimedOut
	case len(last.lines) == 0:
		return "", ErrNotFound
	default:
		return filepath.Abs(last.lines[0])
	}
}

// firstCopy is the program in one directory of PATH, if there is one.
func firstCopy(q Query, dir, name string) []string {
	for _, candidate := range programNames(q, name) {
		path := atDir(q, dir+candidate.name)
		if why, there := passedOver(path); candidate.skip == "" && there && why == "" {
			return []string{path}
		}
	}
	return nil
}

// path looks at the entries of PATH.
func (l *Live) path(ctx context.Context, q Query) (string, error) {
	value, ok := lookupEnv(q, "PATH")
	if !ok {
		return "", ErrNotFound
	}
	entries := splitPathList(value)
	dirs := make([]string, len(entries))
	for i, entry := range entries {
		dirs[i] = searchDir(entry)
	}
	found := l.each(ctx, dirs, func(dir string) []string { return []string{entryKind(atDir(q, dir))} })
	var b strings.Builder
	for i, f := range found {
		kind := "slow"
		if !f.slow {
			kind = f.lines[0]
		}
		fmt.Fprintf(&b, "%s %s\n", kind, oneLine(entries[i]))
	}
	return b.String(), nil
}

func entryKind(dir string) string {
	info, err := os.Stat(withoutSlash(dir)) // with it a file is not there
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "denied"
	case err != nil:
		return "missing"
	case !info.IsDir():
		return "file"
	case !mayEnter(dir, info):
		return "denied"
	}
	return "dir"
}

// withoutSlash is a directory without the slash that [searchDir] puts behind it,
// but for the root of a drive.
func withoutSlash(dir string) string {
	trimmed := strings.TrimRight(dir, pathSlashes)
	if trimmed == "" || strings.HasSuffix(trimmed, ":") {
		return dir
	}
	return trimmed
}
