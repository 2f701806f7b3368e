package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// named looks for Node.js where somebody meant PATH to lead: behind an entry that
// leads nowhere as it is written, in a directory of the name node, and in the
// directories that lines about PATH name in start files which a terminal does not
// read. how says what keeps PATH from leading there.
func (s nodeSearch) named(ctx context.Context) (c nodeCopy, how string, err error) {
	if s.h.OS == platforms.Windows {
		return c, "", nil // see unexpanded
	}
	for _, look := range []func(context.Context) (string, string, error){s.misspelled, s.unpacked, s.unread} {
		dir, how, err := look(ctx)
		if err != nil {
			return c, "", err
		}
		if dir != "" {
			c.Program = platforms.Program{Path: s.h.Join(dir, "node"), Real: s.h.Join(dir, "node")}
			c.owner, err = s.h.Owner(ctx, c.Program)
			return c, how, err
		}
	}
	return c, "", nil
}

// misspelled is the directory that an entry of PATH would name without its quotes
// and with home in place of ~.
func (s nodeSearch) misspelled(ctx context.Context) (dir, how string, err error) {
	entries, err := s.h.PathEntries(ctx)
	if err != nil {
		return "", "", err
	}
	for _, e := range entries {
		dir := s.meant(e.Dir)
		if e.Kind == "dir" || dir == e.Dir {
			continue
		}
		there, err := s.holdsNode(ctx, dir)
		switch {
		case err != nil:
			return "", "", err
		case there && strings.ContainsAny(e.Dir, "~$"):
			// bash does replace it, and so node --version works there.
			return dir, "PATH names it with a sign in place of your home folder. Some shells understand that, but npm and other programs do not.", nil
		case there:
			return dir, "PATH names it with quotes around it, and they count as part of the name.", nil
		}
	}
	return "", "", nil
}

// unpacked is the directory bin of an archive that was unpacked under the name node.
func (s nodeSearch) unpacked(ctx context.Context) (dir, how string, err error) {
	for _, p := range s.skipped {
		dir := s.h.Join(p.Path, "bin")
		if there, err := s.holdsNode(ctx, dir); err != nil || there {
			return dir, fmt.Sprintf("PATH leads to %s, which is a directory and no program.", p.Path), err
		}
	}
	return "", "", nil
}

// unread is a directory that a line about PATH names in a start file.
func (s nodeSearch) unread(ctx context.Context) (dir, how string, err error) {
	for _, name := range append(slices.Clone(startFileNames), "~/.config/fish/config.fish") {
		file := s.h.Join(name)
		text, err := s.h.ReadFile(ctx, file)
		if isAbsent(err) {
			continue
		}
		if err != nil {
			return "", "", err
		}
		for _, dir := range s.dirsOnPathLines(text) {
			there, err := s.holdsNode(ctx, dir)
			if err != nil {
				return "", "", err
			}
			switch {
			case !there:
			case s.next.Shell == "" || slices.Contains(s.next.Files, file):
				return dir, fmt.Sprintf("A line in %s names it, and yet PATH, the list of directories with programs, lacks it.", file), nil
			default:
				return dir, fmt.Sprintf("The line that puts it on PATH is in %s. Your shell %s does not read that file in a new terminal.", file, s.next.Shell), nil
			}
		}
	}
	return "", "", nil
}

// dirsOnPathLines is the directories that the lines about PATH in a start file name.
func (s nodeSearch) dirsOnPathLines(text string) []string {
	var dirs []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || !strings.Contains(strings.ToUpper(line), "PATH") {
			continue
		}
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t:;=()[]", r) }) {
			if dir := s.meant(word); s.h.Abs(dir) && !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// meant is a directory as a shell would read it outside of quotes. It takes the
// quotes of word processors for quotes, too.
func (s nodeSearch) meant(entry string) string {
	dir := strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"'\u201c\u201d\u2018\u2019", r) {
			return -1
		}
		return r
	}, entry)
	for _, home := range []string{"~/", "$HOME/", "${HOME}/"} {
		if rest, ok := strings.CutPrefix(dir, home); ok {
			return s.h.Join("~/" + rest)
		}
	}
	return dir
}

// holdsNode reports whether a directory has a program called node.
func (s nodeSearch) holdsNode(ctx context.Context, dir string) (bool, error) {
	i, err := s.h.Stat(ctx, s.h.Join(dir, "node"))
	if isAbsent(err) {
		return false, nil
	}
	return !i.IsDir && i.Runnable, err
}
