package platforms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Now is the machine's local time.
func (h *Host) Now(ctx context.Context) (time.Time, error) {
	text, err := h.text(ctx, "now")
	if err != nil {
		return time.Time{}, err
	}
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.DateOnly, text); err == nil { // fixtures
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the clock: %w", err)
	}
	return t, nil
}

// Env is the value of an environment variable; ErrNotFound when it is not set.
func (h *Host) Env(ctx context.Context, name string) (string, error) {
	if h.env != nil {
		if why, ok := h.env.unknown[name]; ok {
			return "", fmt.Errorf("%s of a new terminal: %s", name, why)
		}
		if v, ok := h.env.vars[name]; ok {
			return v, nil
		}
		if h.env.unset[name] {
			return "", ErrNotFound
		}
		if h.env.rest != nil {
			return h.env.rest(ctx, name)
		}
	}
	text, err := h.text(ctx, "env", name)
	return strings.TrimSuffix(text, "\n"), err
}

// Getenv is [Host.Env] for those who treat an unset variable as an empty one.
func (h *Host) Getenv(ctx context.Context, name string) (string, error) {
	v, err := h.Env(ctx, name)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return v, err
}

// SessionEnv is the value a new terminal window inherits, before any start file
// is read; ErrNotPermitted where that cannot be seen.
func (h *Host) SessionEnv(ctx context.Context, name string) (string, error) {
	text, err := h.text(ctx, "session", name)
	return strings.TrimSuffix(text, "\n"), err
}

// ReadFile is the text of a file of up to 1 MiB.
func (h *Host) ReadFile(ctx context.Context, path string) (string, error) {
	return h.text(ctx, "file", path)
}

// A Kind is what a path leads to.
type Kind string

// The kinds of file. Link and Reparse are followed: the rest of an [Info] speaks
// of what they lead to.
const (
	File    Kind = "file"
	Dir     Kind = "dir"
	FIFO    Kind = "fifo"
	Socket  Kind = "socket"
	Device  Kind = "device"
	Link    Kind = "link"
	Reparse Kind = "reparse" // Windows: a junction, an app alias, a cloud file
)

// An Info is what is known of a path without opening it.
type Info struct {
	Kind     Kind
	IsDir    bool // the path, links followed, is a directory
	Mode     uint32
	UID, GID int    // -1 on Windows
	Owner    string // SID, Windows only
	Size     int64  // bytes
	Readable bool
	Writable bool
	Runnable bool   // or enterable, for a directory
	Target   string // of a link, as written
	Real     string // where links lead in the end; the path itself without links
	Dangling bool   // a link to nothing, or in a circle
	Links    int    // names that a file has, where there is more than one; 0 else
	Tag      uint32 // reparse tag
	Attrs    []string
}

// Stat looks at a path; ErrNotFound when there is nothing.
func (h *Host) Stat(ctx context.Context, path string) (Info, error) {
	text, err := h.text(ctx, "stat", path)
	if err != nil {
		return Info{}, err
	}
	return parseInfo(path, strings.TrimSpace(text))
}

func parseInfo(path, line string) (Info, error) {
	words, err := splitWords(line)
	if err != nil || len(words) == 0 || words[0] == "" {
		return Info{}, fmt.Errorf("stat %s: %q is no answer", path, line)
	}
	i := Info{Kind: Kind(words[0]), UID: -1, GID: -1, Real: path}
	i.IsDir = i.Kind == Dir
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "mode":
			m, _ := strconv.ParseUint(value, 8, 32)
			i.Mode = uint32(m)
		case "uid":
			i.UID, _ = strconv.Atoi(value)
		case "gid":
			i.GID, _ = strconv.Atoi(value)
		case "owner":
			i.Owner = value
		case "size":
			i.Size, _ = strconv.ParseInt(value, 10, 64)
		case "access":
			i.Readable = strings.Contains(value, "r")
			i.Writable = strings.Contains(value, "w")
			i.Runnable = strings.Contains(value, "x")
		case "links":
			i.Links, _ = strconv.Atoi(value)
		case "target":
			i.Target = value
		case "real":
			i.Real = value
		case "tag":
			t, _ := strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 32)
			i.Tag = uint32(t)
		case "attrs":
			i.Attrs = strings.Split(value, ",")
		case "dangling", "loop":
			i.Dangling = true
		case "isdir":
			i.IsDir = true
		}
	}
	return i, nil
}

// splitWords cuts a line at spaces; a word, or the part of it behind "=", may be
// a quoted Go string.
func splitWords(line string) ([]string, error) {
	var words []string
	for rest := strings.TrimLeft(line, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		end := strings.IndexAny(rest, ` "`)
		if end < 0 {
			return append(words, rest), nil
		}
		if rest[end] == ' ' {
			words, rest = append(words, rest[:end]), rest[end:]
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest[end:])
		if err != nil {
			return nil, fmt.Errorf("a quote is not closed in %q", line)
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("%s is no quoted word", quoted)
		}
		words, rest = append(words, rest[:end]+text), rest[end+len(quoted):]
	}
	return words, nil
}

// Exists reports whether a path leads to something, links followed.
func (h *Host) Exists(ctx context.Context, path string) (bool, error) {
	i, err := h.Stat(ctx, path)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && !i.Dangling, err
}

// List is the names in a directory; directories end in /, links in @.
func (h *Host) List(ctx context.Context, dir string) ([]string, error) {
	return h.lines(ctx, "list", dir)
}

// Glob is the existing paths that match a pattern; none is no error.
func (h *Host) Glob(ctx context.Context, pattern string) ([]string, error) {
	found, err := h.lines(ctx, "glob", pattern)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return found, err
}

// A Program is a copy of a program that PATH leads to.
type Program struct {
	Path string // where PATH finds it
	Real string // where its symbolic links lead; Path without links
	Skip string // why a shell passes over it: directory, not executable, ...
}

// Which is every copy of a program on PATH, the one that runs first. Copies that
// a shell passes over are left out, see [Host.WhichAll]. A name that nobody
// provides gives an empty list and no error.
func (h *Host) Which(ctx context.Context, name string) ([]Program, error) {
	all, err := h.WhichAll(ctx, name)
	return slices.DeleteFunc(all, func(p Program) bool { return p.Skip != "" }), err
}

// WhichAll is [Host.Which] with the copies that a shell passes over.
func (h *Host) WhichAll(ctx context.Context, name string) ([]Program, error) {
	if h.env == nil {
		return h.which(ctx, Query{Verb: "which", Args: []string{name}})
	}
	path, err := h.Env(ctx, "PATH")
	if err != nil {
		return nil, err
	}
	here, err := h.outside().Env(ctx, "PATH")
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	found, err := h.which(ctx, Query{Verb: "which", Args: []string{name}})
	if err != nil || path == here {
		return found, err
	}
	// Only the directories that our own PATH lacks are asked for anew, so that
	// a snapshot stays readable and nothing is looked up twice.
	dirs := h.SplitPath(path)
	known := make(map[string]bool)
	for _, dir := range h.SplitPath(here) {
		known[dir] = true
	}
	if fresh := unique(dirs, known); len(fresh) > 0 {
		more, err := h.which(ctx, Query{
			Env:  []string{"PATH=" + strings.Join(fresh, h.listSeparator())},
			Verb: "which", Args: []string{name},
		})
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	var sorted []Program
	for _, dir := range unique(dirs, nil) {
		if dir == "" {
			dir = "." // as the shell takes an empty entry
		}
		for _, p := range found {
			if h.SamePath(h.DirName(p.Path), dir) && !slices.Contains(sorted, p) {
				sorted = append(sorted, p)
			}
		}
	}
	return sorted, nil
}

// unique is the first of each of words, without those in known.
func unique(words []string, known map[string]bool) []string {
	seen := maps.Clone(known)
	if seen == nil {
		seen = make(map[string]bool)
	}
	var first []string
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			first = append(first, w)
		}
	}
	return first
}

// outside is h with the environment of devdoctor itself.
func (h *Host) outside() *Host {
	c := *h
	c.env = nil
	return &c
}

func (h *Host) which(ctx context.Context, q Query) ([]Program, error) {
	a, err := h.src.Answer(ctx, q)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseWhich(a.Text)
}

func parseWhich(text string) ([]Program, error) {
	var found []Program
	for _, line := range splitLines(text) {
		if slow, ok := strings.CutPrefix(line, "? "); ok {
			// A directory that does not answer decides nothing once a copy
			// before it has won.
			if !slices.ContainsFunc(found, func(p Program) bool { return p.Skip == "" }) {
				return nil, fmt.Errorf("%s: %w", strings.TrimSuffix(slow, " timed out"), ErrTimedOut)
			}
			continue
		}
		var p Program
		line, p.Skip, _ = strings.Cut(line, " ! ")
		p.Path, p.Real, _ = strings.Cut(line, " -> ")
		if p.Real == "" {
			p.Real = p.Path
		}
		found = append(found, p)
	}
	return found, nil
}

// A PathEntry is one element of PATH.
type PathEntry struct {
	Dir  string // as written
	Kind string // dir, missing, file, denied, slow
}

// PathEntries is PATH of devdoctor's own process, looked at. A PATH that is not set
// has none.
func (h *Host) PathEntries(ctx context.Context) ([]PathEntry, error) {
	lines, err := h.lines(ctx, "path")
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	var entries []PathEntry
	for _, line := range lines {
		kind, dir, _ := strings.Cut(line, " ")
		entries = append(entries, PathEntry{dir, kind})
	}
	return entries, err
}

// A Binary is what a program file is made of.
type Binary struct {
	Format  string   // elf, macho, pe, script, empty, text, data
	Arch    []string // as in GOARCH; several for a universal macho
	Interp  string   // the loader of an elf, the interpreter of a script
	Arg     string   // of a script's interpreter
	Needs   []string // libraries
	Missing []string // libraries, or the interpreter, that are not there
	Glibc   string   // the highest version of glibc that an elf asks for
	CRLF    bool     // the first line of a script ends in CR LF
}

// Binary looks into a program file without running it.
func (h *Host) Binary(ctx context.Context, path string) (Binary, error) {
	text, err := h.text(ctx, "binary", path)
	if err != nil {
		return Binary{}, err
	}
	words, err := splitWords(strings.TrimSpace(text))
	if err != nil || len(words) == 0 || words[0] == "" {
		return Binary{}, fmt.Errorf("binary %s: %q is no answer", path, text)
	}
	b := Binary{Format: words[0]}
	for i, w := range words[1:] {
		key, value, assigned := strings.Cut(w, "=")
		switch {
		case i == 0 && !assigned && key != "crlf" && key != "missing":
			b.Arch = strings.Split(key, ",")
		case key == "interp":
			b.Interp = value
		case key == "arg":
			b.Arg = value
		case key == "needs":
			b.Needs = strings.Split(value, ",")
		case key == "missing" && assigned:
			b.Missing = strings.Split(value, ",")
		case key == "missing":
			b.Missing = []string{b.Interp}
		case key == "glibc":
			b.Glibc = value
		case key == "crlf":
			b.CRLF = true
		}
	}
	return b, nil
}

// An Output is what a program printed and how it ended.
type Output struct {
	Stdout, Stderr string
	Exit           int // exit status; minus the number of the signal that ended it
}

// Text is standard output without white space around it.
func (o Output) Text() string { return strings.TrimSpace(o.Stdout) }

// Run runs a program that only looks. A program that failed is no error.
func (h *Host) Run(ctx context.Context, argv ...string) (Output, error) {
	return h.RunIn(ctx, "", argv...)
}

// RunIn is [Host.Run] in a working directory.
func (h *Host) RunIn(ctx context.Context, dir string, argv ...string) (Output, error) {
	return h.run(ctx, Query{Dir: dir, Args: argv})
}

// RunWith is [Host.Run] with variables, NAME=VALUE, that are set for the program.
func (h *Host) RunWith(ctx context.Context, env []string, argv ...string) (Output, error) {
	return h.run(ctx, Query{Env: env, Args: argv})
}

func (h *Host) run(ctx context.Context, q Query) (Output, error) {
	q.Verb = "run"
	if h.env != nil {
		if path, ok := h.env.vars["PATH"]; ok {
			q.Env = append([]string{"PATH=" + path}, q.Env...)
		}
	}
	a, err := h.src.Answer(ctx, q)
	return Output{a.Text, a.Stderr, a.Exit}, err
}

// A RegistryValue is a value of the Windows registry.
type RegistryValue struct {
	Type string // REG_SZ, REG_EXPAND_SZ, REG_DWORD, ...
	Data string // numbers in decimal, several strings one per line
}

// Registry reads one value; ErrNotFound when the key or the value is not there.
func (h *Host) Registry(ctx context.Context, key, name string) (RegistryValue, error) {
	text, err := h.text(ctx, "reg", key, name)
	if err != nil {
		return RegistryValue{}, err
	}
	kind, data, _ := strings.Cut(strings.TrimSuffix(text, "\n"), " ")
	return RegistryValue{kind, data}, nil
}

// RegistryKeys is the names of the subkeys of a key.
func (h *Host) RegistryKeys(ctx context.Context, key string) ([]string, error) {
	return h.lines(ctx, "regkeys", key)
}

// RegistryValues is the names of the values of a key.
func (h *Host) RegistryValues(ctx context.Context, key string) ([]string, error) {
	return h.lines(ctx, "regvalues", key)
}

// A Listener is a socket that waits for connections.
type Listener struct {
	Network string // tcp4 or tcp6
	Address string // 0.0.0.0, 127.0.0.1, ::, ::1, ...
	Port    int
	PID     int // 0 when this account may not know
	UID     int // -1 when nobody says
}

// Listeners is who listens on a TCP port.
func (h *Host) Listeners(ctx context.Context, port int) ([]Listener, error) {
	lines, err := h.lines(ctx, "port", strconv.Itoa(port))
	if err != nil {
		return nil, err
	}
	var found []Listener
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) < 2 {
			return nil, fmt.Errorf("port %d: %q is no answer", port, line)
		}
		l := Listener{Network: words[0], Port: port, UID: -1}
		if i := strings.LastIndexByte(words[1], ':'); i >= 0 {
			l.Address = strings.Trim(words[1][:i], "[]")
		}
		for _, w := range words[2:] {
			key, value, _ := strings.Cut(w, "=")
			switch n, _ := strconv.Atoi(value); key {
			case "pid":
				l.PID = n
			case "uid":
				l.UID = n
			}
		}
		found = append(found, l)
	}
	return found, nil
}

// CanBind tries to bind a port as Node.js would, without listening. It is for
// machines whose tables cannot be read.
func (h *Host) CanBind(ctx context.Context, port int) (bool, error) {
	text, err := h.text(ctx, "bind", strconv.Itoa(port))
	return strings.TrimSpace(text) == "ok", err
}

// A PortRange is TCP ports that Windows keeps for itself, both ends included.
type PortRange struct{ First, Last int }

// ReservedPorts is the ranges for ipv4 or ipv6.
func (h *Host) ReservedPorts(ctx context.Context, family string) ([]PortRange, error) {
	lines, err := h.lines(ctx, "reserved", family)
	var ranges []PortRange
	for _, line := range lines {
		var r PortRange
		if _, err := fmt.Sscan(line, &r.First, &r.Last); err != nil {
			return nil, fmt.Errorf("reserved %s: %q is no answer", family, line)
		}
		ranges = append(ranges, r)
	}
	return ranges, err
}

// A Process is what may be known of a running program; the rest is zero.
type Process struct {
	PID, Parent int
	Name        string
	Exe         string
	Args        []string
	User        string
	UID         int // -1 when nobody says
	Started     time.Time
	Dir         string
}

// Process looks at a running program; ErrNotFound when it has ended.
func (h *Host) Process(ctx context.Context, pid int) (Process, error) {
	text, err := h.text(ctx, "process", strconv.Itoa(pid))
	if err != nil {
		return Process{}, err
	}
	p := Process{PID: pid, UID: -1}
	for key, value := range fields(text) {
		switch key {
		case "name":
			p.Name = value
		case "exe":
			p.Exe = value
		case "args":
			if p.Args, err = splitWords(value); err != nil {
				return p, fmt.Errorf("process %d: %w", pid, err)
			}
		case "user":
			p.User = value
		case "uid":
			p.UID, _ = strconv.Atoi(value)
		case "parent":
			p.Parent, _ = strconv.Atoi(value)
		case "started":
			p.Started, _ = time.Parse(time.RFC3339, value)
		case "cwd":
			p.Dir = value
		}
	}
	return p, nil
}

// Resolve is the addresses of a name, in the order in which the system gives
// them to a program. It never asks the network.
func (h *Host) Resolve(ctx context.Context, name string) ([]string, error) {
	return h.lines(ctx, "resolve", name)
}

// What [Host.DockerPing] says of an engine that does not answer.
var (
	ErrRefused = errors.New("refused") // nobody listens at the endpoint
	ErrAsleep  = errors.New("asleep")  // systemd starts the engine on first use
)

// An Engine is a container engine that answered.
type Engine struct {
	Status int    // of HTTP: 200, or 503 while it still starts
	API    string // version of its API, such as 1.45
	OS     string // of its containers: linux, windows
}

// DockerPing asks a container engine on this machine whether it is there. Beside
// the usual errors there are ErrRefused and ErrAsleep.
func (h *Host) DockerPing(ctx context.Context, endpoint string) (Engine, error) {
	text, err := h.text(ctx, "docker-ping", endpoint)
	for _, known := range []error{ErrRefused, ErrAsleep} {
		if err != nil && err.Error() == known.Error() { // a snapshot knows them by their text
			return Engine{}, known
		}
	}
	if err != nil {
		return Engine{}, err
	}
	status, facts, _ := strings.Cut(strings.TrimSpace(text), " ")
	var e Engine
	if e.Status, err = strconv.Atoi(status); err != nil {
		return Engine{}, fmt.Errorf("docker-ping %s: %q is no answer", endpoint, text)
	}
	words, err := splitWords(facts)
	for _, w := range words {
		switch key, value, _ := strings.Cut(w, "="); key {
		case "api":
			e.API = value
		case "os":
			e.OS = value
		}
	}
	return e, err
}

// Memory is the machine's memory in bytes.
func (h *Host) Memory(ctx context.Context) (total, free uint64, err error) {
	text, err := h.text(ctx, "memory")
	for key, value := range fields(text) {
		switch n, _ := strconv.ParseUint(value, 10, 64); key {
		case "total":
			total = n
		case "free":
			free = n
		}
	}
	return total, free, err
}

// A Disk is the file system that holds a path.
type Disk struct {
	FS          string // ext4, 9p, apfs, NTFS, ...
	Total, Free uint64 // bytes; Free is what this account may use
	ReadOnly    bool
	NoExec      bool
}

// Disk looks at the file system that holds a path.
func (h *Host) Disk(ctx context.Context, path string) (Disk, error) {
	text, err := h.text(ctx, "disk", path)
	var d Disk
	for key, value := range fields(text) {
		switch key {
		case "fs":
			d.FS = value
		case "total":
			d.Total, _ = strconv.ParseUint(value, 10, 64)
		case "free":
			d.Free, _ = strconv.ParseUint(value, 10, 64)
		case "readonly":
			d.ReadOnly = value == "yes"
		case "noexec":
			d.NoExec = value == "yes"
		}
	}
	return d, err
}

// Libc is the C library of a Linux: glibc or musl, and its version.
func (h *Host) Libc(ctx context.Context) (name, version string, err error) {
	text, err := h.text(ctx, "libc")
	name, version, _ = strings.Cut(strings.TrimSpace(text), " ")
	return name, version, err
}

// Sysctl is a value of a Mac's kernel.
func (h *Host) Sysctl(ctx context.Context, name string) (string, error) {
	text, err := h.text(ctx, "sysctl", name)
	return strings.TrimSpace(text), err
}

// A Group is a group of accounts.
type Group struct{ ID, Name string } // ID is a number, or a SID on Windows

// An Account is who is looking.
type Account struct {
	Name, UID, GID, Shell, Home string

	Groups []Group // of this process
	Listed []Group // as the account database has them now
	Admin  bool    // Windows: a member of Administrators
}

// Account is who is looking.
func (h *Host) Account(ctx context.Context) (Account, error) {
	text, err := h.text(ctx, "account")
	var a Account
	for key, value := range fields(text) {
		id, name, _ := strings.Cut(value, " ")
		switch key {
		case "name":
			a.Name = value
		case "uid":
			a.UID = value
		case "gid":
			a.GID = value
		case "shell":
			a.Shell = value
		case "home":
			a.Home = value
		case "group":
			a.Groups = append(a.Groups, Group{id, name})
		case "listed":
			a.Listed = append(a.Listed, Group{id, name})
		case "admin":
			a.Admin = value == "yes"
		}
	}
	return a, err
}

// A Credential is a saved login, without its secret.
type Credential struct{ Target, User string }

// Credentials is the saved logins whose target begins with prefix.
func (h *Host) Credentials(ctx context.Context, prefix string) ([]Credential, error) {
	lines, err := h.lines(ctx, "credentials", prefix+"*")
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	var found []Credential
	for _, line := range lines {
		target, user, _ := strings.Cut(line, " ")
		found = append(found, Credential{target, user})
	}
	return found, err
}

// Ancestors is the numbers of the processes above devdoctor, nearest first.
func (h *Host) Ancestors(ctx context.Context) ([]int, error) {
	lines, err := h.lines(ctx, "ancestors")
	pids := make([]int, 0, len(lines))
	for _, line := range lines {
		number, _, _ := strings.Cut(line, " ")
		if pid, err := strconv.Atoi(number); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids, err
}
