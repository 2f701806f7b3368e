package repair_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// served is an archive that this computer serves, without a certificate: only a script fetches that,
// because only an address in the plan of a lab begins so.
func served(t *testing.T) platforms.Archive {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for _, e := range []tar.Header{
		{Name: "top/", Mode: 0o755, Typeflag: tar.TypeDir},
		{Name: "top/bin/node", Mode: 0o775},
		{Name: "top/bin/npm", Typeflag: tar.TypeSymlink, Linkname: "../lib/npm/cli.js"},
		{Name: "top/lib/npm/cli.js", Mode: 0o664},
		{Name: "top/lib/npm-a b.js", Mode: 0o600},
		{Name: "top/README", Mode: 0o644},
		{Name: "top/README.md", Mode: 0o644},
	} {
		if e.Mode != 0 && e.Typeflag == 0 {
			e.Size = int64(len(e.Name))
		}
		if err := w.WriteHeader(&e); err != nil {
			t.Fatal(err)
		}
		if e.Size > 0 {
			if _, err := w.Write([]byte(e.Name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if w.Close() != nil || z.Close() != nil {
		t.Fatal("the archive cannot be made")
	}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write(packed.Bytes()) }))
	t.Cleanup(server.Close)
	sum := sha256.Sum256(packed.Bytes())
	return platforms.Archive{URL: server.URL + "/node.tar.gz", SHA256: hex.EncodeToString(sum[:]), Top: "top"}
}

func fetchPlan(a platforms.Archive) fixers.Plan {
	return fixers.Plan{Schema: fixers.Schema, Machine: "linux 12345678", Fixes: []fixers.Planned{{Steps: []fixers.Step{
		{Says: "Install Node.js.", Verified: fixers.ByRunning, Fetch: &fixers.Fetch{Archive: a, Dir: "~/the node"}},
	}}}}
}

// What a script unpacks is what devdoctor unpacks: devdoctor knows it, and each takes it away again,
// but for what was added or changed since.
func TestScriptFetches(t *testing.T) {
	a := served(t)
	plan := fetchPlan(a)
	script, err := fixers.Sh.Script(plan)
	undo, err2 := fixers.Sh.UndoScript(plan, runID)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for _, shell := range shells(t) {
		h := homeDir{t, t.TempDir()}
		before := h.tree(false)
		path, back := h.write(script), h.write(undo)
		for range 2 {
			if exit, out := h.sh(shell, path); exit != 0 {
				t.Fatalf("%v: it ended with %d: %s", shell, exit, out)
			}
		}
		if got, err := h.changer().Unpacked("~/the node", a); got != platforms.ArchiveThere || err != nil {
			t.Errorf("%v: devdoctor finds %v, %v", shell, got, err)
		}
		tree := h.tree(false)
		for name, want := range map[string]string{"/bin/node": "-rwxr-xr-x ", "/lib/npm/cli.js": "-rw-r--r-- ", "/bin/npm": "Lrwxrwxrwx ../lib/npm/cli.js"} {
			if got := tree["/the node"+name]; !strings.HasPrefix(got, want) {
				t.Errorf("%v: %s is %q, want %q", shell, name, got, want)
			}
		}
		if exit, out := h.sh(shell, back); exit != 0 {
			t.Errorf("%v: undo.sh ended with %d: %s", shell, exit, out)
		}
		sameTree(t, "after undo.sh", h.tree(false), before)

		h.sh(shell, path)
		if err := h.changer().RemoveUnpacked("~/the node", a); err != nil {
			t.Errorf("%v: devdoctor does not take away what the script brought: %v", shell, err)
		}
		sameTree(t, "after undo", h.tree(false), before)

		h.sh(shell, path)
		for name, text := range map[string]string{"lib/mine": "mine", "README": "changed"} {
			if err := os.WriteFile(filepath.Join(h.dir, "the node", name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if exit, out := h.sh(shell, back); exit != 1 || !strings.Contains(out, "lib/mine") {
			t.Errorf("%v: undo.sh ended with %d: %s", shell, exit, out)
		}
		left := h.tree(false)
		if len(left) != 5 || !strings.HasSuffix(left["/the node/README"], `"changed"`) || left["/the node/lib/mine"] == "" {
			t.Errorf("%v: undo.sh left %v", shell, left)
		}
	}
}

// A download that is not what was planned leaves nothing behind.
func TestScriptRefusesAnotherArchive(t *testing.T) {
	a := served(t)
	a.SHA256 = strings.Repeat("0", 64)
	script, err := fixers.Sh.Script(fetchPlan(a))
	if err != nil {
		t.Fatal(err)
	}
	h := homeDir{t, t.TempDir()}
	before := h.tree(false)
	if exit, out := h.sh(shells(t)[0], h.write(script)); exit != 1 || !strings.Contains(out, "another checksum") {
		t.Errorf("it ended with %d: %s", exit, out)
	}
	sameTree(t, "afterwards", h.tree(false), before)
}
