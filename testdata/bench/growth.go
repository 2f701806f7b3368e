package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// plainMachine is what the others are compared with.
const plainMachine = "the plain one: 4 entries in PATH, 1 copy of Node.js"

// growth is check on machines that have more of something.
func (b *builder) growth(rooms *doors) ([]*command, error) {
	var commands []*command
	add := func(name string, l *learner, c crowd) error {
		r, err := rooms.open(c)
		command := &command{name: name, argv: []string{b.doctor, "check"}, learner: l, room: r}
		if errors.Is(err, errNeedsRoot) {
			command.skipped, err = err.Error(), nil
		}
		commands = append(commands, command)
		return err
	}
	if err := add(plainMachine, b.plain, crowd{}); err != nil {
		return nil, err
	}
	paths, err := b.longPaths()
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		if err := add(p.name, p.learner, crowd{}); err != nil {
			return nil, err
		}
	}
	for _, c := range []struct {
		name string
		crowd
	}{
		{"10,000 processes", crowd{Processes: 10_000}},
		{"5,000 listeners", crowd{Listeners: 5_000}},
		{"port 3000 taken", crowd{Port3000: true}},
		{"port 3000 taken, 5,000 listeners", crowd{Port3000: true, Listeners: 5_000}},
		{"port 3000 taken, 5,000 listeners, 10,000 processes", crowd{Port3000: true, Listeners: 5_000, Processes: 10_000}},
	} {
		if err := add(c.name, b.plain, c.crowd); err != nil {
			return nil, err
		}
	}
	return commands, nil
}

type variant struct {
	name    string
	learner *learner
}

// longPaths is learners whose PATH leads to much.
func (b *builder) longPaths() ([]variant, error) {
	one, err := b.farm()
	if err != nil {
		return nil, err
	}
	copies, err := b.copies(50)
	if err != nil {
		return nil, err
	}
	var out []variant
	for _, v := range []struct {
		name string
		path []string
		fill int // entries
	}{
		{"1 entry in PATH", []string{one}, 1},
		{"10 entries", []string{b.node}, 10},
		{"100 entries", []string{b.node}, 100},
		{"1,000 entries", []string{b.node}, 1000},
		{"50 copies of Node.js on PATH", append([]string{b.node}, copies...), 54},
		{"1,000 entries, 50 copies of Node.js among them", append([]string{b.node}, copies...), 1000},
	} {
		path := v.path
		if v.fill > 1 {
			if path, err = b.fill(path, v.fill-3); err != nil {
				return nil, err
			}
			path = append(path, "/usr/local/bin", "/usr/bin", "/bin")
		}
		l, err := newLearnerWith(filepath.Join(b.dir, "home"+strconv.Itoa(len(out))), path)
		if err != nil {
			return nil, err
		}
		out = append(out, variant{v.name, l})
	}
	return out, nil
}

// fill lengthens a PATH to n entries with directories that hold nothing.
func (b *builder) fill(path []string, n int) ([]string, error) {
	path = slices.Clip(path)
	for i := len(path); i < n; i++ {
		dir := filepath.Join(b.dir, "fill", strconv.Itoa(i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		path = append(path, dir)
	}
	return path, nil
}

// farm is one directory with links to all that a plain PATH leads to.
func (b *builder) farm() (string, error) {
	dir := filepath.Join(b.dir, "farm")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for _, from := range []string{b.node, "/usr/local/bin", "/usr/bin"} {
		entries, err := os.ReadDir(from)
		if err != nil {
			return "", err
		}
		for _, e := range entries {
			err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(dir, e.Name()))
			if err != nil && !errors.Is(err, os.ErrExist) {
				return "", err
			}
		}
	}
	return dir, nil
}

// copies is directories with a Node.js each, as an archive of it is unpacked: the
// program is one file with many names, which no reader can tell from many files.
func (b *builder) copies(n int) ([]string, error) {
	program, err := os.ReadFile(filepath.Join(b.node, "node"))
	if err != nil {
		return nil, err
	}
	header, err := os.ReadFile(filepath.Join(b.node, "../include/node/node_version.h"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	first := filepath.Join(b.dir, "node")
	if err := os.WriteFile(first, program, 0o755); err != nil {
		return nil, err
	}
	var dirs []string
	for i := range n {
		root := filepath.Join(b.dir, "copies", strconv.Itoa(i))
		bin, include := filepath.Join(root, "bin"), filepath.Join(root, "include/node")
		if err := errors.Join(
			os.MkdirAll(bin, 0o755), os.MkdirAll(include, 0o755), os.Link(first, filepath.Join(bin, "node")),
			os.WriteFile(filepath.Join(include, "node_version.h"), header, 0o644),
		); err != nil {
			return nil, err
		}
		dirs = append(dirs, bin)
	}
	return dirs, nil
}

func growthTable(w io.Writer, commands []*command) {
	fmt.Fprint(w, "\n| machine | times the plain one | half of the runs | peak MiB |\n|---|---|---|---|\n")
	for _, c := range commands {
		fmt.Fprintf(w, "| %s | %s | %s |\n", c.name, c.cells(commands[0]), c.mebibytes())
	}
}
