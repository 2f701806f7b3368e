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
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// Each program that a script may download with does so, and gives up on a server that hangs, which leaves
// nothing behind.
func TestScriptDownloadsWith(t *testing.T) {
	const hangs = 20 * time.Second // and then ends, so that a script that waits for ever fails the test
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body/node.tar.gz" {
			out.Header().Set("Content-Length", "1000000")
			_, _ = out.Write([]byte("begun"))
			_ = http.NewResponseController(out).Flush()
		}
		select {
		case <-r.Context().Done():
		case <-time.After(hangs):
		}
	}))
	t.Cleanup(server.Close)
	shell := shells(t)[0]
	for _, with := range []string{"curl", "wget", "busybox"} {
		program, err := exec.LookPath(with)
		if err != nil {
			continue
		}
		t.Run(with, func(t *testing.T) {
			t.Setenv("PATH", downloadsWith(t, program))
			script, err := fixers.Sh.Script(fetchPlan(served(t)))
			if err != nil {
				t.Fatal(err)
			}
			h := homeDir{t, t.TempDir()}
			if exit, out := h.sh(shell, h.write(script)); exit != 0 {
				t.Errorf("it ended with %d: %s", exit, out)
			}
		})
		if help, _ := exec.Command(program, "wget", "--help").CombinedOutput(); with == "busybox" && !strings.Contains(string(help), "-T ") {
			continue // it was built to wait for ever
		}
		for _, where := range []string{"header", "body"} {
			t.Run(with+", "+where, func(t *testing.T) {
				t.Setenv("PATH", downloadsWith(t, program))
				script, err := fixers.Sh.Script(fetchPlan(platforms.Archive{URL: server.URL + "/" + where + "/node.tar.gz", SHA256: strings.Repeat("0", 64), Top: "top"}))
				if err != nil {
					t.Fatal(err)
				}
				hasty := strings.Replace(script, "\npatience=30\n", "\npatience=1\n", 1)
				if hasty == script {
					t.Fatal("the script does not say how long it waits")
				}
				h := homeDir{t, t.TempDir()}
				before, begin := h.tree(false), time.Now() //nolint:forbidigo // of the test, not of a check
				exit, out := h.sh(shell, h.write(hasty))
				if took := time.Since(begin); exit != 1 || took >= hangs {
					t.Errorf("it ended with %d after %s: %s", exit, took, out)
				}
				sameTree(t, "afterwards", h.tree(false), before)
			})
		}
	}
}

// downloadsWith is a PATH with everything that is on PATH, and of the programs that download this one.
func downloadsWith(t *testing.T, program string) string {
	t.Helper()
	bin := t.TempDir()
	name := filepath.Base(program)
	if name == "busybox" {
		name = "wget"
	}
	if err := os.Symlink(program, filepath.Join(bin, name)); err != nil {
		t.Fatal(err)
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if e.Name() != "curl" && e.Name() != "wget" {
				_ = os.Symlink(filepath.Join(dir, e.Name()), filepath.Join(bin, e.Name())) // the first of a name wins
			}
		}
	}
	return bin
}
