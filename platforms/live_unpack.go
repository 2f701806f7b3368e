package platforms

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
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
	u := unpacker{root: part, top: a.Top, most: c.bounds.unpacked, entries: c.bounds.entries, sums: map[string]string{}}
	var err error
	switch {
	case strings.HasSuffix(a.URL, ".tar.gz"):
		err = u.tarGz(file)
	case strings.HasSuffix(a.URL, ".zip"):
		u.stretch = newStretch()
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

// An unpacker writes the entries of an archive below root, and nowhere else.
type unpacker struct {
	root, top string
	size      int64
	most      int64 // bytes
	count     int
	entries   int               // at most
	sums      map[string]string // by path below top, with slashes
	links     []archived
	receipt   []string // its lines behind the first
	stretch   *stretch // nil where the receipt has no checksums of stretches
}

// An archived link is one that is still to be made.
type archived struct{ at, target string }

// place is where an entry goes; "" is nowhere, because it stands beside top.
func (u *unpacker) place(name string) (at, below string, err error) {
	if u.count++; u.count > u.entries {
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
	to := []io.Writer{f, sum}
	if u.stretch != nil {
		u.stretch.begin(below)
		to = append(to, u.stretch)
	}
	n, err := io.Copy(io.MultiWriter(to...), io.LimitReader(r, u.most-u.size+1))
	if u.size += n; u.size > u.most {
		err = errors.Join(err, fmt.Errorf("it holds more than %d MB", u.most>>20))
	}
	u.note(below, sumText(sum))
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
	u.note(below, "link:"+target)
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
