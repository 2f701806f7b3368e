package platforms

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxLibraries ends a walk through libraries that need each other.
const maxLibraries = 128

// A loader looks for libraries as ld.so does for one program.
type loader struct {
	program elfFacts
	musl    bool
	own     []string // LD_LIBRARY_PATH
	system  []string
	cache   map[string][]string // nil until it is needed
}

// elfMissing is the libraries that the loader will not find, those that
// libraries need included. A program whose loader itself is not there misses it.
func elfMissing(path string, e elfFacts) []string {
	if e.interp == "" {
		return nil
	}
	if _, err := os.Stat(e.interp); err != nil {
		return []string{e.interp}
	}
	dest, err := realPath(path)
	if err != nil {
		return nil
	}
	l := newLoader(e)
	type wanted struct {
		name, origin string
		by           elfFacts
	}
	var queue []wanted
	add := func(by elfFacts, origin string) {
		for _, name := range by.needs {
			queue = append(queue, wanted{name, origin, by})
		}
	}
	add(e, filepath.Dir(dest))
	seen, missing := map[string]bool{}, []string(nil)
	for len(queue) > 0 && len(seen) < maxLibraries {
		w := queue[0]
		queue = queue[1:]
		if seen[w.name] || l.provides(w.name) {
			continue
		}
		seen[w.name] = true
		found, facts, ok := l.find(w.name, w.by, w.origin, filepath.Dir(dest))
		if !ok {
			missing = append(missing, w.name)
			continue
		}
		add(facts, filepath.Dir(found))
	}
	return missing
}

func newLoader(program elfFacts) *loader {
	l := &loader{
		program: program,
		musl:    strings.Contains(program.interp, "ld-musl"),
		own:     strings.FieldsFunc(os.Getenv("LD_LIBRARY_PATH"), func(r rune) bool { return r == ':' || r == ';' }),
	}
	if l.musl {
		l.cache = map[string][]string{}
		l.system = []string{"/lib", "/usr/local/lib", "/usr/lib"}
		name := strings.TrimSuffix(filepath.Base(program.interp), ".so.1")
		if text, err := os.ReadFile("/etc/" + name + ".path"); err == nil {
			l.system = strings.FieldsFunc(string(text), func(r rune) bool { return r == ':' || r == '\n' })
		}
		return l
	}
	if triple, ok := triples[program.machine]; ok {
		l.system = append(l.system, "/lib/"+triple, "/usr/lib/"+triple)
	}
	if program.class == elf.ELFCLASS64 {
		l.system = append(l.system, "/lib64", "/usr/lib64")
	} else {
		l.system = append(l.system, "/lib32", "/usr/lib32")
	}
	l.system = append(l.system, "/lib", "/usr/lib")
	return l
}

// triples names the directories that Debian and its children keep libraries in.
var triples = map[elf.Machine]string{
	elf.EM_X86_64:  "x86_64-linux-gnu",
	elf.EM_AARCH64: "aarch64-linux-gnu",
	elf.EM_386:     "i386-linux-gnu",
	elf.EM_ARM:     "arm-linux-gnueabihf",
	elf.EM_RISCV:   "riscv64-linux-gnu",
	elf.EM_PPC64:   "powerpc64le-linux-gnu",
	elf.EM_S390:    "s390x-linux-gnu",
}

// muslItself are the names that musl answers to, see its dynlink.c.
var muslItself = lazily(`^lib(c|pthread|rt|m|dl|util|xnet)\.`)

// provides reports whether a library is the loader itself.
func (l *loader) provides(name string) bool {
	return name == filepath.Base(l.program.interp) || l.musl && muslItself().MatchString(name)
}

// find looks for a library in the order of ld.so(8).
func (l *loader) find(name string, by elfFacts, origin, programOrigin string) (string, elfFacts, bool) {
	if strings.Contains(name, "/") {
		facts, ok := l.usable(name)
		return name, facts, ok
	}
	var dirs []string
	if len(by.runpath) == 0 {
		dirs = append(expandOrigin(by.rpath, origin), expandOrigin(l.program.rpath, programOrigin)...)
	}
	dirs = slices.Concat(dirs, l.own, expandOrigin(by.runpath, origin))
	if l.musl { // which inherits and does not care which of the two it is
		dirs = slices.Concat(l.own, expandOrigin(by.rpath, origin), expandOrigin(by.runpath, origin),
			expandOrigin(l.program.rpath, programOrigin), expandOrigin(l.program.runpath, programOrigin))
	}
	var paths []string
	for _, dir := range dirs {
		paths = append(paths, filepath.Join(dir, name))
	}
	if l.cache == nil {
		l.cache = readLdCache()
	}
	paths = append(paths, l.cache[name]...)
	for _, dir := range l.system {
		paths = append(paths, filepath.Join(dir, name))
	}
	for _, path := range paths {
		if facts, ok := l.usable(path); ok {
			return path, facts, true
		}
	}
	return "", elfFacts{}, false
}

// usable reports whether a file is a library of the program's kind. The loader
// passes over all others.
func (l *loader) usable(path string) (elfFacts, bool) {
	f, err := openRegular(path)
	if err != nil {
		return elfFacts{}, false
	}
	defer f.Close()
	facts, err := readELF(f)
	return facts, err == nil && facts.sameKind(l.program)
}

// expandOrigin puts in the directory of the file that names the directories.
func expandOrigin(dirs []string, origin string) []string {
	var expanded []string
	for _, dir := range dirs {
		dir = strings.ReplaceAll(strings.ReplaceAll(dir, "${ORIGIN}", origin), "$ORIGIN", origin)
		if dir != "" {
			expanded = append(expanded, dir)
		}
	}
	return expanded
}

const maxLdCache = 8 << 20 // bytes; a desktop has 150 KB

func readLdCache() map[string][]string {
	f, err := os.Open("/etc/ld.so.cache")
	if err != nil {
		return map[string][]string{}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxLdCache))
	if err != nil {
		return map[string][]string{}
	}
	return parseLdCache(data)
}

// parseLdCache is where the libraries lie, by name, from the form that glibc has
// written since 2.2, see struct cache_file_new in its dl-cache.h: a head of 48
// bytes, entries of 24, and strings whose offsets count from the head.
func parseLdCache(data []byte) map[string][]string {
	const head, entry = 48, 24
	found := map[string][]string{}
	begin := bytes.Index(data, []byte("glibc-ld.so.cache1.1"))
	if begin < 0 || len(data)-begin < head {
		return found
	}
	data = data[begin:]
	order := binary.NativeEndian
	count := min(uint64(order.Uint32(data[20:])), uint64(len(data)-head)/entry)
	text := func(at uint32) string {
		if uint64(at) >= uint64(len(data)) {
			return ""
		}
		s, _, _ := bytes.Cut(data[at:min(len(data), int(at)+maxElfString)], []byte{0})
		return string(s)
	}
	for i := range count {
		e := data[head+i*entry:]
		name, path := text(order.Uint32(e[4:])), text(order.Uint32(e[8:]))
		if name != "" && path != "" {
			found[name] = append(found[name], path)
		}
	}
	return found
}

func machoMissing(string, machoImage) []string { return nil }

// What the libraries say of themselves: glibc in the text that it prints when it
// is started as a program, musl in a string of its own.
var (
	glibcBanner = lazily(`GNU C Library [^\n]{0,100}release version (\d+\.\d+)`)
	muslVersion = lazily(`\x00([01]\.\d{1,2}\.\d{1,2})\x00`)
)

// libc is the C library of this Linux, told by the loader of its shell.
func (l *Live) libc(context.Context, Query) (string, error) {
	e, err := elfOf("/bin/sh")
	if err != nil || e.interp == "" { // a shell without libraries
		if e, err = anyLoader(); err != nil {
			return "", err
		}
	}
	ld := newLoader(e)
	if ld.musl {
		version, err := findInFile(e.interp, muslVersion())
		return strings.TrimSpace("musl "+version) + "\n", err
	}
	path, facts, ok := ld.find("libc.so.6", e, "/bin", "/bin")
	if !ok {
		return "", errors.New("the C library is not where the loader looks")
	}
	version, err := findInFile(path, glibcBanner())
	if err == nil && version == "" {
		version = newestGlibc(facts.defines)
	}
	return "glibc " + version + "\n", err
}

func elfOf(path string) (elfFacts, error) {
	f, err := openRegular(path)
	if err != nil {
		return elfFacts{}, err
	}
	defer f.Close()
	return readELF(f)
}

// anyLoader makes up a program for the loader that is there.
func anyLoader() (elfFacts, error) {
	for _, pattern := range []string{"/lib/ld-musl-*.so.1", "/lib64/ld-linux-*.so.2", "/lib/ld-linux-*.so.1", "/lib/ld-linux*.so.*"} {
		found, _ := filepath.Glob(pattern)
		for _, path := range found {
			if e, err := elfOf(path); err == nil {
				e.interp = path
				return e, nil
			}
		}
	}
	return elfFacts{}, ErrNotFound
}

const maxLibc = 8 << 20 // bytes; glibc has 2 MB, musl 600 KB

// findInFile is the first group of the first match in a file; "" without one.
func findInFile(path string, pattern *regexp.Regexp) (string, error) {
	f, err := openRegular(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxLibc))
	if err != nil {
		return "", err
	}
	match := pattern.FindSubmatch(data)
	if match == nil {
		return "", nil
	}
	return string(match[1]), nil
}

// sameKind reports whether the loader takes b for a library of a.
func (e elfFacts) sameKind(b elfFacts) bool { return e.class == b.class && e.machine == b.machine }
