package platforms

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Runs is the directory in which devdoctor remembers what it changed: a directory for each
// run, with the journal, and scripts that take it back.
type Runs struct{ dir string }

// OpenRuns is the runs of this account, in the system's own place for such things:
// $XDG_STATE_HOME, ~/.local/state, ~/Library/Application Support, %LOCALAPPDATA%.
func OpenRuns(h *Host) (Runs, error) {
	dir := ""
	switch h.OS {
	case Windows:
		if dir = os.Getenv("LOCALAPPDATA"); dir == "" {
			dir = filepath.Join(h.Home, "AppData", "Local")
		}
	case Darwin:
		dir = filepath.Join(h.Home, "Library", "Application Support")
	default:
		if dir = os.Getenv("XDG_STATE_HOME"); !filepath.IsAbs(dir) {
			dir = filepath.Join(h.Home, ".local", "state")
		}
	}
	if h.Home == "" || !filepath.IsAbs(dir) {
		return Runs{}, errors.New("your home folder is not known, so nothing can be remembered")
	}
	return Runs{filepath.Join(dir, "devdoctor", "runs")}, nil
}

// Dir is where the runs are.
func (r Runs) Dir() string { return r.dir }

const (
	journalFile = "journal.jsonl"
	runTime     = "20060102-150405"
)

// A Run is one directory of Runs. Its name begins with when it was.
type Run struct {
	ID  string
	dir string
}

// Dir is where the run's files are.
func (r Run) Dir() string { return r.dir }

// Begin makes the directory of a new run, and its journal.
func (r Runs) Begin(now time.Time) (Run, *SyncedFile, error) {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return Run{}, nil, plainError(err)
	}
	for n := range 100 {
		id := now.UTC().Format(runTime)
		if n > 0 {
			id += "-" + strconv.Itoa(n)
		}
		run := Run{id, filepath.Join(r.dir, id)}
		err := os.Mkdir(run.dir, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return Run{}, nil, plainError(err)
		}
		f, err := run.Journal()
		if err == nil {
			err = errors.Join(syncDir(run.dir), syncDir(r.dir))
		}
		if err != nil {
			return Run{}, nil, errors.Join(err, run.Forget())
		}
		return run, f, nil
	}
	return Run{}, nil, errors.New("too many runs began in this second")
}

// List is the runs there are, the oldest first.
func (r Runs) List() ([]Run, error) {
	entries, err := os.ReadDir(r.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, plainError(err)
	}
	var runs []Run
	for _, e := range entries {
		run := Run{e.Name(), filepath.Join(r.dir, e.Name())}
		if _, err := os.Stat(filepath.Join(run.dir, journalFile)); err == nil && e.IsDir() {
			runs = append(runs, run)
		}
	}
	slices.SortFunc(runs, func(a, b Run) int { return strings.Compare(a.ID, b.ID) })
	return runs, nil
}

// ReadJournal opens the journal to be read.
func (r Run) ReadJournal() (*os.File, error) {
	f, err := os.Open(filepath.Join(r.dir, journalFile))
	return f, plainError(err)
}

// Journal opens the journal to be written on.
func (r Run) Journal() (*SyncedFile, error) {
	f, err := os.OpenFile(filepath.Join(r.dir, journalFile), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, plainError(err)
	}
	return &SyncedFile{f}, cutTorn(f)
}

// cutTorn takes away a last line that a crash cut off, so that the next begins a line.
func cutTorn(f *os.File) error {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	for end := info.Size(); ; end-- {
		if end == 0 {
			return f.Truncate(0)
		}
		if _, err := f.ReadAt(last, end-1); err != nil {
			return err
		}
		if last[0] == '\n' {
			return f.Truncate(end)
		}
	}
}

// Save writes a file beside the journal, or another text in its place: in one step, and on
// disk before it returns.
func (r Run) Save(name, text string) error {
	path := filepath.Join(r.dir, name)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return plainError(err)
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return plainError(err)
	}
	return errors.Join(os.Rename(path+".new", path), syncDir(r.dir))
}

// Forget takes away all that is remembered of a run in which nothing was changed.
func (r Run) Forget() error { return plainError(os.RemoveAll(r.dir)) }

// A SyncedFile is on disk when Write returns.
type SyncedFile struct{ f *os.File }

func (s *SyncedFile) Write(p []byte) (int, error) {
	n, err := s.f.Write(p)
	if err == nil {
		err = s.f.Sync()
	}
	return n, err
}

// Close closes the file.
func (s *SyncedFile) Close() error { return s.f.Close() }

// A BusyError says who holds the lock.
type BusyError struct{ PID string }

func (e *BusyError) Error() string {
	return "another devdoctor is changing something (process " + e.PID + ")"
}

// Lock waits until no other devdoctor changes this account, and keeps others waiting until
// release. waiting is told once who is waited for. It gives up with a *BusyError when
// ctx ends.
func (r Runs) Lock(ctx context.Context, waiting func(pid string)) (release func(), err error) {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return nil, fmt.Errorf("remember what is changed: %w", plainError(err))
	}
	// Beside the runs, in a file that stays: a lock on one that is taken away excludes nobody.
	f, err := os.OpenFile(filepath.Join(filepath.Dir(r.dir), "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("remember what is changed: %w", plainError(err))
	}
	for told := false; ; told = true {
		free, err := tryLock(f)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Name(), err), f.Close())
		}
		if free {
			break
		}
		pid := holder(f)
		if !told {
			waiting(pid)
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(&BusyError{pid}, f.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return func() { _ = f.Close() }, nil
}

// holder is who wrote its number last. On Windows the lock covers none of the bytes of it.
func holder(f *os.File) string {
	text := make([]byte, 20)
	n, _ := f.ReadAt(text, 0)
	return strings.TrimSpace(string(text[:n]))
}
