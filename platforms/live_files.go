package platforms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	maxFile  = 1 << 20 // bytes of a file or of a program's output
	maxNames = 2000    // of a directory or a pattern
	maxTried = 20_000  // that match the beginning of a pattern
)

// file is the text of a regular file.
func (l *Live) file(_ context.Context, q Query) (string, error) {
	f, err := openRegular(atDir(q, q.Args[0]))
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if info.Size() > maxFile {
		return "", fmt.Errorf("too large: %d bytes", info.Size())
	}
	// The files of /proc and /sys say that they are empty, so the size is a hint.
	var text bytes.Buffer
	text.Grow(int(info.Size()) + bytes.MinRead)
	n, err := text.ReadFrom(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", err
	}
	if n > maxFile {
		return "", fmt.Errorf("too large: more than %d bytes", maxFile)
	}
	return text.String(), nil
}

// openRegular opens a regular file and nothing else: opening a FIFO can wait
// for ever, and opening a device can do things.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := mustBeRegular(info); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = mustBeRegular(info)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func mustBeRegular(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return errors.New("is a directory")
	case !info.Mode().IsRegular():
		return errors.New("not a regular file")
	case inCloud(info): // reading it would download it
		return errors.New("not on this machine: a cloud drive has it")
	}
	return nil
}

// list is the names in a directory. In a directory of more than [maxNames] it is
// those that the system gives first.
func (l *Live) list(_ context.Context, q Query) (string, error) {
	entries, err := readDir(atDir(q, q.Args[0]), maxNames)
	if err != nil {
		return "", err
	}
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		name := oneLine(e.Name())
		switch {
		case e.IsDir():
			name += "/"
		case isLink(e.Type()):
			name += "@"
		}
		names[name] = true
	}
	return sortedLines(names), nil
}

// isLink reports whether an entry of a directory leads elsewhere. Windows has
// junctions, which Go calls irregular files.
func isLink(mode fs.FileMode) bool { return mode&(fs.ModeSymlink|fs.ModeIrregular) != 0 }

func readDir(path string, limit int) ([]fs.DirEntry, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errors.New("not a directory")
	}
	d, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	entries, err := d.ReadDir(limit)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return entries, err
}

// glob is the existing paths that match a pattern in which * is the only sign,
// so that a directory called [old] means itself.
func (l *Live) glob(_ context.Context, q Query) (string, error) {
	pattern := atDir(q, q.Args[0])
	volume := filepath.VolumeName(pattern)
	rest := filepath.ToSlash(pattern[len(volume):])
	bases := []string{volume}
	if strings.HasPrefix(rest, "/") {
		bases[0] += string(filepath.Separator)
	}
	var refused error
	for element := range strings.SplitSeq(rest, "/") {
		if element == "" {
			continue
		}
		var next []string
		for _, base := range bases {
			names, err := globElement(base, element)
			if errors.Is(err, fs.ErrPermission) {
				refused = err
			}
			for _, name := range names {
				next = append(next, filepath.Join(base, name))
			}
		}
		bases = next[:min(len(next), maxTried)]
	}
	bases = bases[:min(len(bases), maxNames)]
	if len(bases) == 0 && refused != nil {
		return "", refused
	}
	found := make(map[string]bool, len(bases))
	for _, path := range bases {
		found[oneLine(path)] = true
	}
	return sortedLines(found), nil
}

// globElement is the names in a directory that match one element of a pattern.
func globElement(dir, element string) ([]string, error) {
	if !strings.Contains(element, "*") {
		_, err := os.Lstat(filepath.Join(dir, element))
		if err != nil {
			return nil, err
		}
		return []string{element}, nil
	}
	if dir == "" {
		dir = "."
	}
	entries, err := readDir(dir, -1)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if fits(foldName(element), foldName(e.Name())) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}
