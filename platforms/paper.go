package platforms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// A Paper is a machine on paper: it answers as another one does, but for the files that
// were changed on it. A plan is tried on it before anything is real: what the second of two
// fixes begins with is what the first would leave.
type Paper struct {
	h       *Host
	changed map[string]Entry         // by absolute path
	vars    map[string]RegistryValue // of the Windows account, by name in lower case
}

// NewPaper is h on paper.
func NewPaper(h *Host) *Paper { return &Paper{h, map[string]Entry{}, map[string]RegistryValue{}} }

// Clone is the same machine on a paper of its own.
func (p *Paper) Clone() *Paper {
	return &Paper{p.h, maps.Clone(p.changed), maps.Clone(p.vars)}
}

// Host is the machine on paper.
func (p *Paper) Host() *Host { return p.h.Through(p) }

// Answer answers as the machine behind it does, but for changed files and variables.
func (p *Paper) Answer(ctx context.Context, q Query) (Answer, error) {
	if q.Verb == "reg" && len(q.Args) == 2 && strings.EqualFold(q.Args[0], userEnvironment) {
		return p.variable(ctx, q)
	}
	if len(q.Args) != 1 || q.Verb != "file" && q.Verb != "stat" {
		return p.h.src.Answer(ctx, q)
	}
	e, ok := p.leads(ctx, q.Args[0])
	switch {
	case !ok:
		return p.h.src.Answer(ctx, q)
	case e.Kind == "":
		return Answer{}, ErrNotFound
	case q.Verb == "stat":
		return Answer{Text: e.stat()}, nil
	case e.Kind == KindFile:
		return Answer{Text: string(e.Text)}, nil
	}
	return Answer{}, fmt.Errorf("%s is no file", q.Args[0])
}

// leads is what was put where a path leads, through the links of the machine behind; false
// where nothing was.
func (p *Paper) leads(ctx context.Context, path string) (Entry, bool) {
	e, ok := p.changed[path]
	if ok || len(p.changed) == 0 {
		return e, ok
	}
	for dir := path; ; dir = p.h.DirName(dir) {
		info, err := p.h.Stat(ctx, dir)
		if err == nil {
			e, ok = p.changed[p.h.Join(info.Real)+strings.TrimPrefix(path, dir)]
			return e, ok
		}
		if !errors.Is(err, ErrNotFound) || p.h.DirName(dir) == dir {
			return Entry{}, false
		}
	}
}

// stat is the facts of an entry as docs/queries.md spells them.
func (e Entry) stat() string {
	switch e.Kind {
	case KindDir:
		return fmt.Sprintf("dir mode=%04o access=rwx\n", e.Mode)
	case KindLink:
		return "link target=" + quoteWord(e.Target) + "\n"
	}
	return fmt.Sprintf("file mode=%04o size=%d access=rw-\n", e.Mode, len(e.Text))
}

// Look reads what stands at path, see [Changer].
func (p *Paper) Look(path string) (Entry, error) {
	path = p.h.Join(path)
	if e, ok := p.changed[path]; ok {
		return e, nil
	}
	ctx := context.Background()
	info, err := p.h.Stat(ctx, path)
	if p.h.OS == Windows { // which keeps access lists in place of modes
		info.Mode = 0
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return Entry{}, nil
	case err != nil:
		return Entry{}, err
	case info.Target != "":
		return Entry{Kind: KindLink, Target: info.Target}, nil
	case info.IsDir:
		return Entry{Kind: KindDir, Mode: info.Mode}, nil
	}
	text, err := p.h.ReadFile(ctx, path)
	return Entry{Kind: KindFile, Mode: info.Mode, Text: Text(text)}, err
}

// Follow is where path leads, see [Changer].
func (p *Paper) Follow(path string) (string, error) {
	path = p.h.Join(path)
	if _, ok := p.changed[path]; ok {
		return path, nil
	}
	info, err := p.h.Stat(context.Background(), path)
	switch {
	case errors.Is(err, ErrNotFound):
		return path, nil
	case err != nil:
		return "", err
	case info.Dangling:
		return "", ErrNotFound
	}
	return info.Real, nil
}

// Put makes after stand where before stands, see [Changer].
func (p *Paper) Put(path string, before, after Entry) error {
	now, err := p.Look(path)
	switch {
	case err != nil:
		return err
	case now == after:
		return nil
	case now != before:
		return fmt.Errorf("%s: %w", path, ErrChanged)
	}
	p.changed[p.h.Join(path)] = after
	return nil
}

// Sweep does nothing: nothing is left on paper.
func (p *Paper) Sweep(string) error { return nil }

// Ask asks the machine on paper.
func (p *Paper) Ask(ctx context.Context, q Query) (Answer, error) { return p.Answer(ctx, q) }

// Changed is the files that were changed, by absolute path.
func (p *Paper) Changed() map[string]Entry { return maps.Clone(p.changed) }

var errOnPaper = errors.New("this cannot be done on paper")

// Run does nothing: programs are not run on paper.
func (p *Paper) Run(_ context.Context, argv []string, _ func(Child) error) (int, error) {
	return 0, fmt.Errorf("run %s: %w", strings.Join(argv, " "), errOnPaper)
}

// Unpack does nothing.
func (p *Paper) Unpack(context.Context, Archive, string) error { return errOnPaper }

// Unpacked says whether there is nothing at dir, or something else.
func (p *Paper) Unpacked(dir string, _ Archive) (Presence, error) {
	e, err := p.Look(dir)
	if err != nil || e.Kind == "" {
		return NothingThere, err
	}
	return OtherThere, nil
}

// RemoveUnpacked does nothing.
func (p *Paper) RemoveUnpacked(string, Archive) error { return errOnPaper }

// SetUserVariable changes a variable of the account, see [Changer].
func (p *Paper) SetUserVariable(name string, before, after RegistryValue) error {
	var now RegistryValue
	a, err := p.Answer(context.Background(), Query{Verb: "reg", Args: []string{userEnvironment, name}})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	now.Type, now.Data, _ = strings.Cut(strings.TrimSuffix(a.Text, "\n"), " ")
	switch now {
	case after:
		return nil
	case before:
		p.vars[strings.ToLower(name)] = after
		return nil
	}
	return fmt.Errorf("the variable %s: %w", name, ErrChanged)
}

// variable is a variable of the account as it is on paper.
func (p *Paper) variable(ctx context.Context, q Query) (Answer, error) {
	v, ok := p.vars[strings.ToLower(q.Args[1])]
	switch {
	case !ok:
		return p.h.src.Answer(ctx, q)
	case v.Type == "":
		return Answer{}, ErrNotFound
	}
	return Answer{Text: v.Type + " " + v.Data + "\n"}, nil
}
