package platforms

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	maxArchive  = 200 << 20 // bytes; Node.js 26 for Windows has 36 MB (2026-11-21)
	maxUnpacked = 1 << 30
	maxEntries  = 50_000
	patience    = 30 * time.Second // for the next bytes of a download
)

// Unpack fetches and unpacks an archive, see [Changer].
func (c *LiveChanger) Unpack(ctx context.Context, a Archive, dir string) error {
	dir, err := c.expand(dir)
	if err != nil {
		return err
	}
	if now, err := lookAt(dir); err != nil || now.Kind != "" {
		return errors.Join(err, fmt.Errorf("%s: %w", dir, ErrChanged))
	}
	part := c.temporary(dir)
	if err := removeTree(part); err != nil {
		return err
	}
	if err := os.Mkdir(part, 0o755); err != nil {
		return plainError(err)
	}
	err = c.unpackInto(ctx, a, part)
	if err == nil {
		err = os.Rename(filepath.Join(part, a.Top), dir)
	}
	return errors.Join(err, removeTree(part), syncDir(filepath.Dir(dir)))
}

func (c *LiveChanger) unpackInto(ctx context.Context, a Archive, part string) error {
	file := filepath.Join(part, "archive")
	if err := c.fetch(ctx, a, file); err != nil {
		return err
	}
	u := unpacker{root: part, top: a.Top, most: maxUnpacked, sums: map[string]string{}}
	var err error
	switch {
	case strings.HasSuffix(a.URL, ".tar.gz"):
		err = u.tarGz(file)
	case strings.HasSuffix(a.URL, ".zip"):
		err = u.zip(file)
	default:
		err = errors.New("neither .tar.gz nor .zip")
	}
	if err == nil && len(u.sums) == 0 {
		err = fmt.Errorf("there is no directory %s in it", a.Top)
	}
	if err != nil {
		return fmt.Errorf("unpack %s: %w", a.URL, err)
	}
	return u.writeReceipt(a)
}

// fetch downloads a, and keeps it only if its checksum is the right one.
func (c *LiveChanger) fetch(ctx context.Context, a Archive, file string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("download %s: %w", hideLogin(a.URL), err)
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(patience, func() { cancel(fmt.Errorf("nothing came for %s", patience)) })
	defer stalled.Stop()
	client := &http.Client{Transport: c.net, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errors.New("it leads from one address to the next")
		}
		return MayFetch(req.URL)
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, nil)
	if err != nil {
		return err
	}
	if err := MayFetch(req.URL); err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server says %s", resp.Status)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	body := readerFunc(func(p []byte) (int, error) {
		stalled.Reset(patience)
		return resp.Body.Read(p)
	})
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(body, maxArchive+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	switch got := hex.EncodeToString(sum.Sum(nil)); {
	case n > maxArchive:
		return fmt.Errorf("it is larger than %d MB", maxArchive>>20)
	case got != a.SHA256:
		return fmt.Errorf("its checksum is %s, not %s: somebody changed it on the way, or it was cut short", got, a.SHA256)
	}
	return nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// MayFetch refuses an address from which somebody on the way could read and exchange what
// comes.
func MayFetch(u *url.URL) error {
	if u.Scheme == "https" || plainAllowed && u.Scheme == "http" {
		return nil
	}
	return fmt.Errorf("%s is not encrypted", u.Redacted())
}

func hideLogin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that is none"
	}
	u.User = nil
	return u.String()
}

// An unpacker writes the entries of an archive below root, and nowhere else.
type unpacker struct {
	root, top string
	size      int64
	most      int64 // bytes
	count     int
	sums      map[string]string // by path below top, with slashes
	links     []archived
}

// An archived link is one that is still to be made.
type archived struct{ at, target string }

// place is where an entry goes; "" is nowhere, because it stands beside top.
func (u *unpacker) place(name string) (at, below string, err error) {
	if u.count++; u.count > maxEntries {
		return "", "", errors.New("it holds too many files")
	}
	clean := path.Clean(name)
	if strings.ContainsAny(name, "\\:\x00") || path.IsAbs(name) || clean == ".." || strings.HasPrefix(clean, "../") {
		return "", "", fmt.Errorf("it holds %q, which leads out of it", name)
	}
	below, ok := strings.CutPrefix(clean, u.top+"/")
	if !ok {
		if clean == u.top || clean == "." {
			return "", "", nil
		}
		return "", "", fmt.Errorf("it holds %q, which is not in %s", name, u.top)
	}
	return filepath.Join(u.root, u.top, filepath.FromSlash(below)), below, nil
}

func (u *unpacker) dir(at string) error { return os.MkdirAll(at, 0o755) }

func (u *unpacker) file(at, below string, mode fs.FileMode, r io.Reader) error {
	if below == Receipt || u.sums[below] != "" {
		return fmt.Errorf("it holds %q twice", below)
	}
	if err := u.dir(filepath.Dir(at)); err != nil {
		return err
	}
	f, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644|mode&0o111)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, u.most-u.size+1))
	if u.size += n; u.size > u.most {
		err = errors.Join(err, fmt.Errorf("it holds more than %d MB", u.most>>20))
	}
	u.sums[below] = sumText(sum)
	return errors.Join(err, f.Close())
}

func sumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func (u *unpacker) tarGz(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return err
	}
	t := tar.NewReader(z)
	for {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return u.makeLinks()
		}
		if err != nil {
			return err
		}
		at, below, err := u.place(header.Name)
		if err != nil || at == "" {
			if err != nil {
				return err
			}
			continue
		}
		switch header.Typeflag {
		case tar.TypeDir:
			err = u.dir(at)
		case tar.TypeReg:
			err = u.file(at, below, header.FileInfo().Mode(), t)
		case tar.TypeSymlink:
			err = u.link(at, below, header.Linkname)
		default:
			err = fmt.Errorf("it holds %q, which is neither file, directory nor link", header.Name)
		}
		if err != nil {
			return err
		}
	}
}

// link remembers a link that stays inside. It is made when all files are there, so that
// none of them goes through it.
func (u *unpacker) link(at, below, target string) error {
	if path.IsAbs(target) || strings.ContainsAny(target, "\\:\x00") {
		return fmt.Errorf("its link %q leads out of it", below)
	}
	if led := path.Join(path.Dir(below), target); led == ".." || strings.HasPrefix(led, "../") {
		return fmt.Errorf("its link %q leads out of it", below)
	}
	u.sums[below] = "link:" + target
	u.links = append(u.links, archived{at, target})
	return nil
}

func (u *unpacker) makeLinks() error {
	for _, l := range u.links {
		if err := u.dir(filepath.Dir(l.at)); err != nil {
			return err
		}
		if err := os.Symlink(l.target, l.at); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) zip(file string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }()
	for _, entry := range z.File {
		at, below, err := u.place(entry.Name)
		if err != nil {
			return err
		}
		switch mode := entry.Mode(); {
		case at == "":
		case mode.IsDir():
			err = u.dir(at)
		case mode.IsRegular():
			err = u.zipped(entry, at, below)
		default:
			err = fmt.Errorf("it holds %q, which is neither file nor directory", entry.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) zipped(entry *zip.File, at, below string) error {
	r, err := entry.Open()
	if err != nil {
		return err
	}
	return errors.Join(u.file(at, below, entry.Mode(), r), r.Close())
}

func (u *unpacker) writeReceipt(a Archive) error {
	var b strings.Builder
	b.WriteString(a.SHA256 + "\n")
	paths := make([]string, 0, len(u.sums))
	for p := range u.sums {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		b.WriteString(u.sums[p] + "  " + p + "\n")
	}
	return os.WriteFile(filepath.Join(u.root, u.top, Receipt), []byte(b.String()), 0o644)
}

// Unpacked says what stands at dir, see [Changer].
func (c *LiveChanger) Unpacked(dir string, a Archive) (Presence, error) {
	dir, err := c.expand(dir)
	if err != nil {
		return 0, err
	}
	now, err := lookAt(dir)
	if err != nil || now.Kind == "" {
		return NothingThere, err
	}
	lines, err := readReceipt(dir)
	if err != nil || len(lines) == 0 || lines[0] != a.SHA256 {
		return OtherThere, nil //nolint:nilerr // without a receipt it is not ours
	}
	return ArchiveThere, nil
}

func readReceipt(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, Receipt))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
}

// RemoveUnpacked takes away what Unpack brought, see [Changer]. Where nothing of somebody
// else's is in it the directory goes in one step.
func (c *LiveChanger) RemoveUnpacked(dir string, _ Archive) error {
	dir, err := c.expand(dir)
	if err != nil {
		return err
	}
	ours, left, err := sortOut(dir)
	if err != nil {
		return fmt.Errorf("take %s away: %w", dir, err)
	}
	if len(left) == 0 {
		away := c.temporary(dir)
		if err := os.Rename(dir, away); err != nil {
			return fmt.Errorf("take %s away: %w", dir, err)
		}
		return errors.Join(syncDir(filepath.Dir(dir)), removeTree(away))
	}
	for _, at := range slices.Backward(ours) {
		// A directory in which something stays does not go.
		if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrExist) && !isNotEmpty(err) {
			return fmt.Errorf("take %s away: %w", at, err)
		}
	}
	return &LeftError{dir, left}
}

// sortOut tells what Unpack brought to dir, directories before what is in them, from what
// was added or changed since.
func sortOut(dir string) (ours, left []string, err error) {
	lines, err := readReceipt(dir)
	if err != nil {
		return nil, nil, err
	}
	sums := map[string]string{}
	for _, line := range lines[1:] {
		if sum, below, ok := strings.Cut(line, "  "); ok {
			sums[below] = sum
		}
	}
	err = filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, at)
		below = filepath.ToSlash(below)
		if d.IsDir() || below == Receipt || sums[below] != "" && sums[below] == sumOf(at, d) {
			ours = append(ours, at)
		} else {
			left = append(left, below)
		}
		return err
	})
	return ours, left, err
}

// sumOf is what a receipt says of a file or link; "" where it cannot be read.
func sumOf(at string, d fs.DirEntry) string {
	if d.Type() == fs.ModeSymlink {
		target, _ := os.Readlink(at)
		return "link:" + target
	}
	f, err := os.Open(at)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return ""
	}
	return sumText(sum)
}

// removeTree takes away a directory that an interrupted Unpack left.
func removeTree(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove %s: %w", dir, err)
	}
	return nil
}
