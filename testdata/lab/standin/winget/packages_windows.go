package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/windows/registry"
)

const (
	nodeKey    = `Software\Node.js`
	gitKey     = `Software\GitForWindows`
	machineEnv = `System\CurrentControlSet\Control\Session Manager\Environment`
	userEnv    = `Environment`
	programs   = `C:\Program Files\nodejs\`
)

// A place is where a list of folders stands in the registry.
type place struct {
	root registry.Key
	key  string
}

var (
	ofMachine = place{registry.LOCAL_MACHINE, machineEnv}
	ofUser    = place{registry.CURRENT_USER, userEnv}
)

// change changes the entries of Path, whose type stays.
func (p place) change(f func([]string) []string) error {
	k, _, err := registry.CreateKey(p.root, p.key, registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer func() { _ = k.Close() }()
	text, kind, err := k.GetStringValue("Path")
	if err != nil && !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	var entries []string
	if text != "" {
		entries = strings.Split(text, ";")
	}
	now := strings.Join(f(slices.Clone(entries)), ";")
	switch {
	case now == text:
		return nil
	case now == "":
		return k.DeleteValue("Path")
	case kind == registry.SZ:
		return k.SetStringValue("Path", now)
	}
	return k.SetExpandStringValue("Path", now)
}

func adding(dir string) func([]string) []string {
	return func(entries []string) []string {
		if slices.ContainsFunc(entries, func(e string) bool { return same(e, dir) }) {
			return entries
		}
		return append(entries, dir)
	}
}

func without(dir string) func([]string) []string {
	return func(entries []string) []string {
		return slices.DeleteFunc(entries, func(e string) bool { return same(e, dir) })
	}
}

func same(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, `\`), strings.TrimRight(b, `\`))
}

func setKey(root registry.Key, key string, values map[string]string) error {
	k, _, err := registry.CreateKey(root, key, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer func() { _ = k.Close() }()
	for name, value := range values {
		if err := k.SetStringValue(name, value); err != nil {
			return err
		}
	}
	return nil
}

func valueOf(root registry.Key, key, name string) (string, error) {
	k, err := registry.OpenKey(root, key, registry.QUERY_VALUE)
	if err != nil {
		return "", err
	}
	defer func() { _ = k.Close() }()
	text, _, err := k.GetStringValue(name)
	return text, err
}

// unpack puts the official archive of a version into a folder, over what is there.
func unpack(version, dir string) error {
	top := "node-v" + version + "-win-x64"
	resp, err := http.Get("http://127.0.0.1/v" + version + "/" + top + ".zip")
	if err != nil {
		return err
	}
	data, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("no package of version %s: %s", version, resp.Status)
	}
	files, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, f := range files.File {
		below, ok := strings.CutPrefix(f.Name, top+"/")
		if !ok || f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		if err := errors.Join(write(filepath.Join(dir, filepath.FromSlash(below)), r), r.Close()); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

func unpackMSI(version, dir string) error {
	if err := unpack(version, dir); err != nil {
		return err
	}
	return write(filepath.Join(dir, "node_modules", "npm", "npmrc"), strings.NewReader("prefix=${APPDATA}\\npm\n"))
}

func installMSI(version string) error {
	if old, err := valueOf(registry.LOCAL_MACHINE, nodeKey, "Version"); err == nil && newer(old, version) {
		return errors.New("the installer refuses an older version: exit 1603")
	}
	return errors.Join(
		unpackMSI(version, programs),
		setKey(registry.LOCAL_MACHINE, nodeKey, map[string]string{"InstallPath": programs, "Version": version}),
		ofMachine.change(adding(programs)),
		ofUser.change(adding(filepath.Join(os.Getenv("APPDATA"), "npm"))),
	)
}

// newer compares the lines of two releases.
func newer(a, b string) bool {
	a, _, _ = strings.Cut(a, ".")
	b, _, _ = strings.Cut(b, ".")
	return a > b
}

func repairMSI() error {
	version, err := valueOf(registry.LOCAL_MACHINE, nodeKey, "Version")
	if err != nil {
		return fmt.Errorf("no installed package matches: %w", err)
	}
	dir, err := valueOf(registry.LOCAL_MACHINE, nodeKey, "InstallPath")
	if err != nil {
		return fmt.Errorf("no installed package matches: %w", err)
	}
	return unpackMSI(version, dir)
}

func uninstallMSI() error {
	dir, err := valueOf(registry.LOCAL_MACHINE, nodeKey, "InstallPath")
	if err != nil {
		return fmt.Errorf("no installed package matches: %w", err)
	}
	return errors.Join(
		os.RemoveAll(dir),
		registry.DeleteKey(registry.LOCAL_MACHINE, nodeKey),
		ofMachine.change(without(dir)),
		ofUser.change(without(filepath.Join(os.Getenv("APPDATA"), "npm"))),
	)
}

func packageOf(id string) string {
	return filepath.Join(os.Getenv("LOCALAPPDATA"), "Microsoft", "WinGet", "Packages", id+"_Microsoft.Winget.Source_8wekyb3d8bbwe")
}

func installPortable(id, version string) error {
	if err := uninstallPortable(id); err != nil {
		return err
	}
	dir := filepath.Join(packageOf(id), "node-v"+version+"-win-x64")
	return errors.Join(unpack(version, dir), ofUser.change(adding(dir)))
}

func uninstallPortable(id string) error {
	dir := packageOf(id)
	return errors.Join(os.RemoveAll(dir), ofUser.change(func(entries []string) []string {
		return slices.DeleteFunc(entries, func(e string) bool { return strings.HasPrefix(strings.ToLower(e), strings.ToLower(dir)+`\`) })
	}))
}

// installGit brings Git for the account, or where it is for all.
func installGit(scope string) error {
	root, dir, list := registry.LOCAL_MACHINE, `C:\Program Files\Git`, ofMachine
	if scope == "user" {
		root, dir, list = registry.CURRENT_USER, filepath.Join(os.Getenv("LOCALAPPDATA"), "Programs", "Git"), ofUser
	}
	from := os.DirFS(`Z:\opt\winget\git`)
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := from.Open(name)
		if err != nil {
			return err
		}
		return errors.Join(write(filepath.Join(dir, filepath.FromSlash(name)), f), f.Close())
	})
	return errors.Join(err,
		setKey(root, gitKey, map[string]string{"InstallPath": dir, "CurrentVersion": "2.45.0"}),
		list.change(adding(filepath.Join(dir, "cmd"))))
}

func uninstallGit() error {
	dir, err := valueOf(registry.CURRENT_USER, gitKey, "InstallPath")
	if err != nil {
		return fmt.Errorf("no installed package of the account matches: %w", err)
	}
	return errors.Join(os.RemoveAll(dir), registry.DeleteKey(registry.CURRENT_USER, gitKey), ofUser.change(without(filepath.Join(dir, "cmd"))))
}

// codeDir is where VS Code's installer for one account puts it.
func codeDir() string {
	return filepath.Join(os.Getenv("LOCALAPPDATA"), "Programs", "Microsoft VS Code")
}

// installCode brings VS Code for the account: what its installer leaves, of which nobody starts the editor.
func installCode() error {
	var errs []error
	for name, text := range map[string]string{
		"Code.exe":     "",
		`bin\code`:     "#!/usr/bin/env sh\n",
		`bin\code.cmd`: "@echo off\r\necho 1.120.0\r\n",
		`resources\app\product.json`: `{"nameShort": "Code", "nameLong": "Visual Studio Code", "applicationName": "code", ` +
			`"dataFolderName": ".vscode", "version": "1.120.0"}` + "\n",
	} {
		errs = append(errs, write(filepath.Join(codeDir(), name), strings.NewReader(text)))
	}
	return errors.Join(append(errs, ofUser.change(adding(filepath.Join(codeDir(), "bin"))))...)
}

func uninstallCode() error {
	return errors.Join(os.RemoveAll(codeDir()), ofUser.change(without(filepath.Join(codeDir(), "bin"))))
}
