package machine

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// windowsDistRecipe is what machines with Windows find in the form of nodejs.org/dist: the
// archives of the releases that the course asks for. They hold what nodejs.org's hold, and
// are packed anew, so that their checksums differ.
func windowsDistRecipe() recipe {
	r := recipe{name: "dist-windows", text: "1", make: func(_ context.Context, k *kitchen) error {
		for _, release := range courseReleases() {
			if err := k.zipped(release); err != nil {
				return fmt.Errorf("pack %s: %w", release.windows(), err)
			}
		}
		return nil
	}}
	for _, release := range courseReleases() {
		r.from = append(r.from, release.tree())
	}
	return r
}

// courseReleases are those of the lines that the course is written for.
func courseReleases() []release { return releases[len(releases)-2:] }

// zipped packs a release's tree for Windows, and writes its checksum beside it. The
// archives of nodejs.org lack the file that only the installer writes.
func (k *kitchen) zipped(r release) error {
	dir := filepath.Join(k.upper(), "v"+r.node)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file := filepath.Join(dir, r.windows()+".zip")
	from := filepath.Join(k.store.content(r.tree()), r.windows())
	if err := zipTree(file, from, r.windows(), "node_modules/npm/npmrc"); err != nil {
		return err
	}
	sum, err := sha256Of(file)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "SHASUMS256.txt"), []byte(sum+"  "+filepath.Base(file)+"\n"), 0o644)
}

// zipTree packs what is below a directory under the name top, without one of its files.
func zipTree(file, from, top, without string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	err = filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil || filepath.ToSlash(below) == without {
			return err
		}
		name := filepath.ToSlash(filepath.Join(top, below))
		if d.IsDir() {
			_, err = z.Create(name + "/")
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
	return errors.Join(err, z.Close(), out.Close())
}
