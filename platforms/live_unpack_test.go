//go:build unix

package platforms

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An entry of an archive that a test makes.
type packed struct {
	name, text, link string
	kind             byte
}

func packTar(t *testing.T, entries ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o755, Size: int64(len(e.text)), Linkname: e.link, Typeflag: e.kind}
		if e.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// serve is a server with https that hands out one archive, and the changer that trusts it.
func serve(t *testing.T, name string, data []byte) (*LiveChanger, Archive, string) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/plain/" + name:
			http.Redirect(w, r, "http://mirror.example/"+name, http.StatusFound)
		case "/" + name:
			_, _ = w.Write(data)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	c, home := newChanger(t)
	c.net = server.Client().Transport
	sum := sha256.Sum256(data)
	return c, Archive{URL: server.URL + "/" + name, SHA256: hex.EncodeToString(sum[:]), Top: "node"}, home
}

func TestUnpack(t *testing.T) {
	c, a, home := serve(t, "node.tar.gz", packTar(t,
		packed{name: "node/", kind: tar.TypeDir},
		packed{name: "node/bin/node", text: "program"},
		packed{name: "node/bin/npm", link: "../lib/npm.js", kind: tar.TypeSymlink},
		packed{name: "node/lib/npm.js", text: "script"}))
	there := func(want Presence) {
		t.Helper()
		if got, err := c.Unpacked("~/node", a); got != want || err != nil {
			t.Fatalf("presence %v, %v; want %v", got, err, want)
		}
	}
	there(NothingThere)
	if err := c.Unpack(t.Context(), a, "~/node"); err != nil {
		t.Fatal(err)
	}
	there(ArchiveThere)
	if text, err := os.ReadFile(filepath.Join(home, "node/bin/npm")); string(text) != "script" {
		t.Errorf("the link leads to %q, %v", text, err)
	}
	if err := c.RemoveUnpacked("~/node", a); err != nil {
		t.Fatal(err)
	}
	there(NothingThere)
	if left, err := os.ReadDir(home); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// What the learner put into the directory since stays there.
func TestRemoveUnpackedKeepsWhatIsNotOurs(t *testing.T) {
	c, a, home := serve(t, "node.tar.gz", packTar(t, packed{name: "node/bin/node", text: "program"}, packed{name: "node/README", text: "ours"}))
	if err := c.Unpack(t.Context(), a, "~/node"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"node/bin/mine": "mine", "node/README": "changed"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := c.RemoveUnpacked("~/node", a)
	if left, ok := errors.AsType[*LeftError](err); !ok || strings.Join(left.Paths, " ") != "README bin/mine" {
		t.Fatalf("got %v", err)
	}
	for name, want := range map[string]bool{"node/bin/mine": true, "node/README": true, "node/bin/node": false} {
		if _, err := os.Stat(filepath.Join(home, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnpackZip(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"node/", "node/node.exe"} {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	c, a, home := serve(t, "node.zip", b.Bytes())
	if err := c.Unpack(t.Context(), a, "~/node"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(home, "node/node.exe")); err != nil {
		t.Error(err)
	}
}

// The receipt of a zip has one checksum for every hundred files together, of what a command file of
// Windows puts one behind the other: path, end of line, content.
func TestReceiptOfZip(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var stretches [2]bytes.Buffer
	for i := range 101 {
		below := fmt.Sprintf("%d.js", 101-i) // in the order of the archive
		w, err := z.Create("node/" + below)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&stretches[i/100], "%s\r\n", below)
		fmt.Fprint(io.MultiWriter(w, &stretches[i/100]), i)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	c, a, home := serve(t, "node.zip", b.Bytes())
	if err := c.Unpack(t.Context(), a, "~/node"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(home, "node", Receipt))
	if err != nil {
		t.Fatal(err)
	}
	receipt := strings.Split(string(text), "\n")
	for line, stretch := range map[int][]byte{101: stretches[0].Bytes(), 103: stretches[1].Bytes()} {
		if want := fmt.Sprintf("together  %x", sha256.Sum256(stretch)); receipt[line] != want {
			t.Errorf("line %d is %q, want %q", line+1, receipt[line], want)
		}
	}
	if len(receipt) != 105 || receipt[104] != "" {
		t.Errorf("it has %d lines", len(receipt))
	}
	if err := c.RemoveUnpacked("~/node", a); err != nil {
		t.Error(err)
	}
}

// Archives that mean harm, or are not whole, leave nothing behind. G52
func TestUnpackRefuses(t *testing.T) {
	good := packed{name: "node/bin/node", text: "program"}
	whole := packTar(t, good)
	for name, c := range map[string]struct {
		data  []byte
		spoil func(a *Archive)
		want  string
	}{
		"another checksum":       {whole, func(a *Archive) { a.SHA256 = strings.Repeat("0", 64) }, "its checksum is"},
		"cut short":              {whole[:len(whole)/2], nil, "unexpected EOF"},
		"no archive":             {[]byte("<html><body>Sign in to the network</body></html>"), nil, "gzip"},
		"a path that goes up":    {packTar(t, packed{name: "node/../../evil", text: "x"}), nil, "leads out of it"},
		"an absolute path":       {packTar(t, packed{name: "/etc/evil", text: "x"}), nil, "leads out of it"},
		"a path of Windows":      {packTar(t, packed{name: `node\evil`, text: "x"}), nil, "leads out of it"},
		"another directory":      {packTar(t, good, packed{name: "evil/x", text: "x"}), nil, "not in node"},
		"a link that goes up":    {packTar(t, packed{name: "node/a", link: "../../evil", kind: tar.TypeSymlink}), nil, "leads out of it"},
		"an absolute link":       {packTar(t, packed{name: "node/a", link: "/etc", kind: tar.TypeSymlink}), nil, "leads out of it"},
		"a file through a link":  {packTar(t, packed{name: "node/a", link: "b", kind: tar.TypeSymlink}, packed{name: "node/a/x", text: "x"}), nil, "exists"},
		"a hard link":            {packTar(t, packed{name: "node/a", link: "/etc/passwd", kind: tar.TypeLink}), nil, "neither file"},
		"a device":               {packTar(t, packed{name: "node/a", kind: tar.TypeChar}), nil, "neither file"},
		"the same file twice":    {packTar(t, good, good), nil, "twice"},
		"a receipt of its own":   {packTar(t, packed{name: "node/" + Receipt, text: "x"}), nil, "twice"},
		"nothing in it":          {packTar(t), nil, "no directory node"},
		"not there":              {whole, func(a *Archive) { a.URL += ".gone.tar.gz" }, "404"},
		"nobody there":           {whole, func(a *Archive) { a.URL = "https://127.0.0.1:1/node.tar.gz" }, "does not reach 127.0.0.1: dial"},
		"plain http":             {whole, func(a *Archive) { a.URL = strings.Replace(a.URL, "https:", "http:", 1) }, "not encrypted"},
		"led away to plain http": {whole, func(a *Archive) { a.URL = strings.Replace(a.URL, "/node.tar", "/plain/node.tar", 1) }, "not encrypted"},
		"another kind":           {whole, func(a *Archive) { a.URL += "?x" }, "neither .tar.gz nor .zip"},
	} {
		t.Run(name, func(t *testing.T) {
			changer, a, home := serve(t, "node.tar.gz", c.data)
			if c.spoil != nil {
				c.spoil(&a)
			}
			leavesNothing(t, changer.Unpack(t.Context(), a, "~/node"), c.want, home)
		})
	}
}

// The same for a zip, which is unpacked by other code.
func TestUnpackRefusesZip(t *testing.T) {
	good := packed{name: "node/node.exe", text: "program"}
	whole := packZip(t, good)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut short":            {whole[:len(whole)-30], "not a valid zip file"},
		"no archive":           {[]byte("<html><body>Sign in to the network</body></html>"), "not a valid zip file"},
		"a path that goes up":  {packZip(t, good, packed{name: "node/../../evil", text: "x"}), "leads out of it"},
		"up from the start":    {packZip(t, packed{name: "../evil", text: "x"}), "leads out of it"},
		"an absolute path":     {packZip(t, packed{name: "/etc/evil", text: "x"}), "leads out of it"},
		"a drive of Windows":   {packZip(t, packed{name: "C:/evil", text: "x"}), "leads out of it"},
		"a path of Windows":    {packZip(t, packed{name: `node\..\..\evil`, text: "x"}), "leads out of it"},
		"another directory":    {packZip(t, good, packed{name: "evil/x", text: "x"}), "not in node"},
		"a link out of it":     {packZip(t, good, packed{name: "node/a", link: "../../evil"}), "neither file"},
		"a link inside":        {packZip(t, good, packed{name: "node/a", link: "node.exe"}), "neither file"},
		"the same file twice":  {packZip(t, good, good), "twice"},
		"a receipt of its own": {packZip(t, packed{name: "node/" + Receipt, text: "x"}), "twice"},
		"nothing in it":        {packZip(t), "no directory node"},
		"another content":      {bytes.Replace(whole, []byte("program"), []byte("Program"), 1), "checksum error"},
	} {
		t.Run(name, func(t *testing.T) {
			changer, a, home := serve(t, "node.zip", c.data)
			leavesNothing(t, changer.Unpack(t.Context(), a, "~/node"), c.want, home)
		})
	}
}

// packZip is like packTar. What an entry holds is stored as it is.
func packZip(t *testing.T, entries ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name}
		text := e.text
		if e.link != "" {
			h.SetMode(fs.ModeSymlink | 0o777)
			text = e.link
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// leavesNothing wants an error, and nothing left behind.
func leavesNothing(t *testing.T, err error, want, home string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
	if left, err := os.ReadDir(home); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// What is larger than it should be is given up on the way, whatever it says of itself: nothing of it
// stays.
func TestUnpackRefusesTooMuch(t *testing.T) {
	zeros := packed{name: "node/zeros", text: strings.Repeat("\x00", 8<<20)}
	many := []packed{{name: "node/1"}, {name: "node/2"}, {name: "node/3"}, {name: "node/4"}}
	for name, c := range map[string]struct {
		data []byte
		kind string
		want string
	}{
		"zeros in a tar":              {packTar(t, zeros), "node.tar.gz", "holds more than 1 MB"},
		"zeros in a zip":              {deflated(t, zeros, 8<<20), "node.zip", "holds more than 1 MB"},
		"a zip that declares less":    {deflated(t, zeros, 1<<10), "node.zip", "not a valid zip file"},
		"a zip that declares nothing": {deflated(t, zeros, 0), "node.zip", "not a valid zip file"},
		"a zip that declares more":    {deflated(t, packed{name: "node/x", text: "x"}, 1<<40), "node.zip", "unexpected EOF"},
		"many files in a tar":         {packTar(t, many...), "node.tar.gz", "holds too many files"},
		"many files in a zip":         {packZip(t, many...), "node.zip", "holds too many files"},
		"a large tar":                 {make([]byte, 2<<20+1), "node.tar.gz", "larger than 2 MB"},
		"a large zip":                 {make([]byte, 2<<20+1), "node.zip", "larger than 2 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			changer, a, home := serve(t, c.kind, c.data)
			changer.bounds = bounds{patience: time.Minute, archive: 2 << 20, unpacked: 1 << 20, entries: 3}
			leavesNothing(t, changer.Unpack(t.Context(), a, "~/node"), c.want, home)
		})
	}
}

// deflated is a zip with one file of which it says that it has so many bytes.
func deflated(t *testing.T, e packed, declared uint64) []byte {
	t.Helper()
	var b, small bytes.Buffer
	d, err := flate.NewWriter(&small, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(d, e.text)
	z := zip.NewWriter(&b)
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: e.name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(e.text)),
		CompressedSize64: uint64(small.Len()), UncompressedSize64: declared,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(small.Bytes())
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
