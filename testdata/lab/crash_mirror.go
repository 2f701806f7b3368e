package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// smallNode is an archive of Node.js that has one thing of each kind, so that every change
// of its unpacking can be broken: the real one has thousands of each.
var smallNode = []struct {
	name, text string
	mode       int64
}{
	{"bin/node", "#!/bin/sh\necho v24.0.0\n", 0o755},
	{"lib/node_modules/npm/package.json", `{"name": "npm", "version": "11.0.0"}` + "\n", 0o644},
	{"LICENSE", "", 0o644},
}

// smallMirror makes a mirror of nodejs.org in a directory, with a small archive in the place
// of each that the real one of the lab has.
func smallMirror(ctx context.Context, store *machine.Store, dir string) error {
	sums, err := store.Checksums(ctx, "linux")
	if err != nil {
		return err
	}
	var mine strings.Builder
	for line := range strings.Lines(string(sums)) {
		_, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		top, gz := strings.CutSuffix(name, ".tar.gz")
		version, linux := strings.CutSuffix(strings.TrimPrefix(top, "node-"), "-linux-x64")
		if !ok || !gz || !linux {
			continue
		}
		packed, err := packNode(top)
		if err != nil {
			return fmt.Errorf("pack %s: %w", name, err)
		}
		at := filepath.Join(dir, version, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, packed, 0o644)); err != nil {
			return fmt.Errorf("write the mirror: %w", err)
		}
		fmt.Fprintf(&mine, "%x  %s\n", sha256.Sum256(packed), name)
	}
	if err := os.WriteFile(filepath.Join(dir, "SHASUMS256.txt"), []byte(mine.String()), 0o644); err != nil {
		return fmt.Errorf("write the mirror: %w", err)
	}
	return nil
}

func packNode(top string) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	t := tar.NewWriter(z)
	for _, f := range smallNode {
		err := t.WriteHeader(&tar.Header{Name: top + "/" + f.name, Mode: f.mode, Size: int64(len(f.text))})
		if err == nil {
			_, err = t.Write([]byte(f.text))
		}
		if err != nil {
			return nil, err
		}
	}
	err := t.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: top + "/bin/npm", Linkname: "../lib/node_modules/npm/bin/npm-cli.js", Mode: 0o777})
	err = errors.Join(err, t.Close(), z.Close())
	return b.Bytes(), err
}
