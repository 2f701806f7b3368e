package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// loaders are the words by which a start file loads a version manager, from the
// managers' own documents (read 2026-11-20).
var loaders = map[platforms.Manager][]string{
	platforms.Nvm:    {"nvm.sh"},
	platforms.Fnm:    {"fnm env"},
	platforms.Volta:  {".volta", "VOLTA_HOME"},
	platforms.Mise:   {"mise activate", "mise/shims"},
	platforms.Asdf:   {".asdf", "asdf.sh", "ASDF_DATA_DIR"},
	platforms.Proto:  {".proto", "PROTO_HOME"},
	platforms.Nodenv: {"nodenv init", ".nodenv"},
	platforms.Nvs:    {"nvs.sh", "NVS_HOME"},
}

// managed says why the next terminal does not find a copy that a version manager
// keeps.
func (s nodeSearch) managed(ctx context.Context, c nodeCopy) (Result, error) {
	m := c.owner.Manager
	found, err := s.loadFacts(ctx, c)
	if err != nil {
		return Result{}, err
	}
	if m == platforms.Nvm && slices.Contains(s.next.Files, s.h.Join(found.Dir, "nvm.sh")) {
		if r, err := s.nvmRefuses(ctx, found.Dir, found); err != nil || r.Status != "" {
			return r, err
		}
	}
	keeps := fmt.Sprintf("%s keeps Node.js", m)
	if c.owner.Version != "" {
		keeps += " " + c.owner.Version
	}
	file, line, err := s.loader(ctx, m)
	if err != nil {
		return Result{}, err
	}
	if m == platforms.Fnm && slices.Contains(s.next.Files, file) {
		chosen, err := fnmDefault(ctx, s.h, c.Path)
		if err != nil || !chosen {
			return nodeNoDefault.Fail("fnm has no default version").With(found).
				Because("fnm keeps Node.js, and the version that it should use in new terminals is not there or not chosen."), err
		}
	}
	if s.givenUp() {
		return s.fileBroken(found), nil
	}
	r := nodeNotLoaded.Fail("%s is installed, and terminals do not load it", m).With(found)
	switch {
	case file == "":
		return r.Because("%s. No start file, which a terminal reads when it opens, loads %s.", keeps, m), nil
	case slices.Contains(s.next.Files, file) && s.unsure != "":
		return nodeStale.Fail("this terminal has not loaded %s", m).With(found).
			Because("%s loads it (%s). A terminal that was opened earlier does not know it.", file, line), nil
	case slices.Contains(s.next.Files, file):
		return r.Because("%s loads it (%s), but the shell does not get that far.", file, line), nil
	}
	return r.Because("The line that loads it is in %s. Your shell %s does not read that file in a new terminal.", file, s.next.Shell), nil
}

// givenUp reports whether the shell surely gives up a start file of the next terminal. A
// line put at its end is not run either, so that this has to be mended first.
func (s nodeSearch) givenUp() bool { return s.unsure == "" && len(s.next.BrokenAt) > 0 }

// fileBroken is the result where the shell does not get to the line that would lead to
// Node.js.
func (s nodeSearch) fileBroken(found Found) Result {
	b := s.next.BrokenAt[0]
	found.Name, found.File, found.Value = s.next.Shell, b.File, strconv.Itoa(b.Line)
	return nodeFileBroken.Fail("%s gives up a start file before it finds Node.js", s.next.Shell).With(found).
		Because("In %s, line %d (%s) is not closed, or closes what is not open. Nothing below it is run.", b.File, b.Line, b.Text)
}

// loadFacts is a copy with the directory that its manager is loaded from.
func (s nodeSearch) loadFacts(ctx context.Context, c nodeCopy) (Found, error) {
	found := s.facts(c)
	if c.owner.Manager != platforms.Nvm {
		return found, nil
	}
	dir, err := nvmDir(ctx, s.h)
	if dir != "" {
		found.Dir = dir
	}
	return found, err
}

// nvmRefuses says why nvm, which the next terminal loads, puts no Node.js on PATH;
// no result where nothing keeps it from doing so.
func (s nodeSearch) nvmRefuses(ctx context.Context, dir string, found Found) (Result, error) {
	if r, err := prefixVariable(ctx, s.h, dir, found); err != nil || r.Status != "" {
		return r, err
	}
	chosen, err := nvmDefault(ctx, s.h, dir)
	if err != nil || chosen {
		return Result{}, err
	}
	return nodeNoDefault.Fail("nvm has no default version").With(found).
		Because("nvm keeps Node.js, and the version that it should use in new terminals is not there or not chosen."), nil
}

// fnmDefault reports whether the version that fnm uses in new terminals is there,
// given a copy that fnm keeps: FNM_DIR/node-versions/VERSION/installation/bin/node.
func fnmDefault(ctx context.Context, h *platforms.Host, copied string) (bool, error) {
	dir, _, _ := strings.Cut(copied, "/node-versions/")
	return h.Exists(ctx, h.Join(dir, "aliases/default/bin/node"))
}

// loader is the start file that loads a manager and the line in it: one that the
// next terminal reads, or else one that it does not.
func (s nodeSearch) loader(ctx context.Context, m platforms.Manager) (file, line string, err error) {
	files := slices.Clone(s.next.Files)
	for _, name := range startFileNames {
		if file := s.h.Join(name); !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	for _, file := range files {
		text, err := s.h.ReadFile(ctx, file)
		if isAbsent(err) { // a file closed to us is closed to the shell
			continue
		}
		if err != nil {
			return "", "", err
		}
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			loads := slices.ContainsFunc(loaders[m], func(word string) bool { return strings.Contains(line, word) })
			if loads && !strings.HasPrefix(line, "#") {
				return file, line, nil
			}
		}
	}
	return "", "", nil
}

// unexpanded looks for an entry of the registry's Path whose %NAME% Windows leaves
// as it is, because the value is a REG_SZ, and behind which Node.js lies. Then
// nothing is wrong but what terminal-stored-path tells of.
func (s nodeSearch) unexpanded(ctx context.Context) (Result, error) {
	if s.h.OS != platforms.Windows {
		return Result{}, nil
	}
	for _, list := range []platforms.RegistryValue{s.next.User, s.next.Machine} {
		if frozenName(list) == "" {
			continue
		}
		for _, entry := range s.h.SplitPath(list.Data) {
			if !strings.Contains(entry, "%") {
				continue
			}
			dir, err := s.expand(ctx, entry)
			if err != nil {
				return Result{}, err
			}
			there, err := s.h.Exists(ctx, s.h.Join(dir, "node.exe"))
			if err != nil {
				return Result{}, err
			}
			if there {
				return waitsFor(terminalRegistry.ID), nil
			}
		}
	}
	return Result{}, nil
}

// expand puts values in place of the %NAME% of an entry.
func (s nodeSearch) expand(ctx context.Context, entry string) (string, error) {
	parts := strings.Split(entry, "%")
	for i := 1; i+1 < len(parts); i += 2 {
		value, err := windowsVariable(ctx, s.h, parts[i])
		if err != nil {
			return "", err
		}
		parts[i] = value
	}
	return strings.Join(parts, ""), nil
}
