package oracle

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"devdoctor/testdata/lab/machine"
)

// emptyLayers is a store in which all layers of a plan's machine are said to be built.
func emptyLayers(t *testing.T, p Plan) *Runner {
	t.Helper()
	r := &Runner{Store: &machine.Store{Dir: t.TempDir()}}
	for range 20 {
		_, err := r.identity(t.Context(), p, nil)
		var missing *fs.PathError
		switch {
		case err == nil:
			return r
		case !errors.As(err, &missing):
			t.Fatal(err)
		}
		bake(t, missing.Path, "built today")
	}
	t.Fatal("the machine has no end of layers")
	return nil
}

func bake(t *testing.T, mark, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(mark), 0o755), os.WriteFile(mark, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestIdentity(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no machine is made here")
	}
	base := Base{"trixie", "learner", "bash", "home", "24"}
	plan := func(m Mutation) Plan { return Plan{Base: base, Mutations: []*Mutation{&m}} }
	first := Mutation{Name: "a", User: "true"}
	r := emptyLayers(t, plan(first))
	seen := map[string]string{}
	note := func(what string, p Plan, about ...any) {
		t.Helper()
		id, err := r.identity(t.Context(), p, about)
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := seen[id]; ok {
			t.Errorf("%s is taken for %s", what, before)
		}
		seen[id] = what
	}
	note("a machine", plan(first))
	note("another script", plan(Mutation{Name: "a", User: "false"}))
	note("a script of root", plan(Mutation{Name: "a", Root: "true"}))
	note("a probe", plan(Mutation{Name: "a", User: "true", Probe: "true"}))
	note("another project", plan(Mutation{Name: "a", User: "true", Project: "/tmp/app"}))
	note("nothing done to it", Plan{Base: base})
	zsh := plan(first)
	zsh.Base.Shell = "zsh"
	note("another shell", zsh)
	note("a part of the lesson", plan(first), "node -v")
	marks, err := filepath.Glob(filepath.Join(r.Store.Dir, "layers/*/mark"))
	if err != nil || len(marks) == 0 {
		t.Fatalf("no layer: %v", err)
	}
	for _, mark := range marks {
		bake(t, mark, "built again")
		note(filepath.Base(filepath.Dir(mark))+" built again", plan(first))
	}
}

func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no machine is made here")
	}
	p := Plan{Base: Base{"trixie", "learner", "bash", "home", "24"}}
	path := filepath.Join(t.TempDir(), "oracle/lessons")
	taught := 0
	said := func() learned {
		return learned{Outcome{map[string]string{"node": fmt.Sprint("not found ", taught)}, map[string]bool{"node": true}}, map[string]string{"crlf": "exit 1"}}
	}
	teach := func() (learned, error) { taught++; return said(), nil }
	for _, run := range []struct {
		name   string
		recall bool
		c      Case
		taught int
	}{
		{"the first run", true, Case{}, 1},
		{"a run that recalls", true, Case{}, 1},
		{"a case that wants it anew", true, Case{Anew: true}, 2},
		{"a run that recalls the newest", true, Case{}, 2},
		{"a run that recalls nothing", false, Case{}, 3},
	} {
		m, err := OpenMemory(path)
		if err != nil {
			t.Fatal(err)
		}
		m.Recall = run.recall
		r := emptyLayers(t, p)
		r.Memory = m
		got, err := r.remembered(t.Context(), &run.c, p, nil, teach)
		if err != nil || !reflect.DeepEqual(got, said()) {
			t.Errorf("%s: got %v and %v, want %v", run.name, got, err, said())
		}
		if taught != run.taught {
			t.Errorf("%s: taught %d times, want %d", run.name, taught, run.taught)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		tear(t, path)
	}
}

// tear leaves half a line, as a run that is killed does.
func tear(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(`{"id": "ab`)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}
