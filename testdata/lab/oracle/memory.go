package oracle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// What decides how a machine is furnished and a lesson taught. The mutations are taken one by
// one, as a machine has them.
//
//go:embed run.go lesson.go base.go preamble.go kit.go windows.go windows_lesson.go
var teaching embed.FS

// learned is what became of a lesson and of the probes behind it.
type learned struct {
	Outcome

	Probes map[string]string `json:"probes,omitempty"`
}

// Memory is a file of what became of lessons. What a lesson comes to does not depend on
// devdoctor, so that another build of it can be compared with lessons of earlier runs.
type Memory struct {
	// Recall answers from the file; else lessons are taught, and only written there.
	Recall bool

	file *os.File
	mu   sync.Mutex
	of   map[string]learned
}

// memorized is a line of the file.
type memorized struct {
	ID string `json:"id"`
	learned
}

// OpenMemory opens the file at path, and makes it where it is missing.
func OpenMemory(path string) (*Memory, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("open the lessons of earlier runs: %w", err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the lessons of earlier runs: %w", err)
	}
	text, err := io.ReadAll(f)
	if err == nil && tornEnd(text) { // a run was killed while it wrote
		_, err = f.WriteString("\n")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the lessons of earlier runs: %w", err), f.Close())
	}
	m := &Memory{file: f, of: map[string]learned{}}
	// A damaged line is a lesson less: it is taught again.
	for one := range bytes.Lines(text) {
		var line memorized
		if json.Unmarshal(one, &line) == nil {
			m.of[line.ID] = line.learned
		}
	}
	return m, nil
}

// Close closes the file.
func (m *Memory) Close() error { return m.file.Close() }

func (m *Memory) recall(id string) (learned, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.of[id]
	return l, ok && m.Recall
}

func (m *Memory) keep(id string, l learned) error {
	text, err := json.Marshal(memorized{id, l})
	if err != nil {
		return fmt.Errorf("keep a lesson: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.file.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("keep a lesson: %w", err)
	}
	m.of[id] = l
	return nil
}

// remembered is what became of a lesson on the machine of a plan: that of an earlier run, or of
// teach. About says which part of the lesson it is.
func (r *Runner) remembered(ctx context.Context, c *Case, p Plan, about []any, teach func() (learned, error)) (learned, error) {
	if r.Memory == nil {
		c.taught++
		return teach()
	}
	id, err := r.identity(ctx, p, about)
	if err != nil {
		return learned{}, err
	}
	if l, ok := r.Memory.recall(id); ok && !c.Anew {
		c.recalled++
		return l, nil
	}
	c.taught++
	l, err := teach()
	if err != nil {
		return l, err
	}
	return l, r.Memory.keep(id, l)
}

// identity names a machine and a part of the lesson.
func (r *Runner) identity(ctx context.Context, p Plan, about []any) (string, error) {
	spec, err := r.spec(ctx, p)
	if err != nil {
		return "", err
	}
	name, err := r.Store.Identity(spec)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%q\n", name, p.Base, about)
	for _, m := range p.Mutations {
		fmt.Fprintf(h, "%q %q %q %q %q %q %t %t %t %t\n", m.Name, m.Root, m.User, m.Project, m.Copies, m.Probe, m.Closed, m.Old, m.First, m.Last)
	}
	for _, files := range []fs.FS{teaching, kitFiles} {
		err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(files, path)
			fmt.Fprintf(h, "%s\n%s\n", path, text)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("name a lesson: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
