package oracle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"devdoctor/testdata/lab/machine"
)

//go:embed kit
var kitFiles embed.FS

// packages are in npm's cache: greet, which the lesson installs, and one that the lock
// file of a project may name. Each is a command without dependencies.
var packages = []string{"greet", "smile"}

// system is what a healthy machine has beside Node.js: VS Code as its package leaves
// it. Nobody starts it.
var system = []struct {
	name, text string
	mode       os.FileMode
}{
	{"usr/share/code/bin/code", "#!/bin/sh\necho 1.120.0\n", 0o755},
	{"usr/share/code/code", "", 0o755},
	{"usr/share/code/resources/app/package.json", `{"name": "Code", "version": "1.120.0"}` + "\n", 0o644},
	{"usr/share/code/resources/app/product.json", `{"nameShort": "Code", "nameLong": "Visual Studio Code", "applicationName": "code", "dataFolderName": ".vscode", "version": "1.120.0"}` + "\n", 0o644},
}

// home is what a healthy learner's home folder has: a name for git, a key for GitHub
// and npm's cache with the packages, as if they had been fetched yesterday.
const home = `set -e
H=/tmp/home; mkdir -p $H/course/app $H/.npm/_logs; export HOME=$H
git config --global user.name "Ann Learner"
git config --global user.email ann@mail.school
git config --global init.defaultBranch main
(umask 077; mkdir $H/.ssh; ssh-keygen -q -t ed25519 -N "" -C ann -f $H/.ssh/id_ed25519)
node=$(command -v node); npm=$(dirname $(dirname $(readlink -f $node)))/lib/node_modules/npm
node ` + kit + `/fill.js $npm $H/.npm/_cacache $(npm config get registry)
rm -rf $H/.npm/_logs/*
tar -C $H -cf - . | base64`

// MakeKit makes the directory that machines for the lesson see at /opt/lesson. It
// starts a machine to make what only programs of a machine can.
func MakeKit(ctx context.Context, store *machine.Store, dir string) error {
	files, err := kitFiles.ReadDir("kit")
	if err != nil {
		return fmt.Errorf("read the lesson's files: %w", err)
	}
	for _, f := range files {
		text, err := kitFiles.ReadFile("kit/" + f.Name())
		if err != nil {
			return fmt.Errorf("read the lesson's files: %w", err)
		}
		if err := put(filepath.Join(dir, f.Name()), text, 0o755); err != nil {
			return err
		}
	}
	for _, name := range packages {
		packed, err := pack(name)
		if err != nil {
			return err
		}
		if err := put(filepath.Join(dir, name+".tgz"), packed, 0o644); err != nil {
			return err
		}
	}
	for _, f := range system {
		if err := put(filepath.Join(dir, "system", f.name), []byte(f.text), f.mode); err != nil {
			return err
		}
	}
	link := filepath.Join(dir, "system/usr/bin/code")
	if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o755), os.Symlink("/usr/share/code/bin/code", link)); err != nil {
		return fmt.Errorf("make the lesson's files: %w", err)
	}
	return makeHome(ctx, store, dir)
}

func makeHome(ctx context.Context, store *machine.Store, dir string) error {
	m, err := machine.Start(ctx, store, machine.Spec{
		System: "trixie", Node: []machine.Node{{Owner: "usr-local", Version: "24"}},
		Binds: []machine.Bind{{Host: dir, Path: kit}},
	})
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }()
	out := m.Sh(ctx, "learner", home)
	if !out.OK() {
		return fmt.Errorf("make the learner's home: %v", out)
	}
	archive, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields([]byte(out.Stdout)), nil)))
	if err != nil {
		return fmt.Errorf("make the learner's home: %w", err)
	}
	return put(filepath.Join(dir, "home.tar"), archive, 0o644)
}

func put(path string, text []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the lesson's files: %w", err)
	}
	if err := os.WriteFile(path, text, mode); err != nil {
		return fmt.Errorf("make the lesson's files: %w", err)
	}
	return nil
}

// pack is the archive of a package, as npm makes it.
func pack(name string) ([]byte, error) {
	files := []struct{ name, text string }{
		{"package/package.json", fmt.Sprintf(`{"name": %[1]q, "version": "1.0.0", "bin": {%[1]q: "%[1]s.js"}}`+"\n", name)},
		{"package/" + name + ".js", "#!/usr/bin/env node\nconsole.log('Hello, ' + process.argv[2]);\n"},
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	t := tar.NewWriter(z)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: 0o755, Size: int64(len(f.text))}
		if err := t.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		if _, err := t.Write([]byte(f.text)); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := errors.Join(t.Close(), z.Close()); err != nil {
		return nil, fmt.Errorf("pack %s: %w", name, err)
	}
	return b.Bytes(), nil
}
