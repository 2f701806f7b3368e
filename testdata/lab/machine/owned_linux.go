package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A layer of one Node.js with its owner is named node-OWNER-VERSION-USER. It holds
// nothing but the files of the copy and its manager, so that it goes on top of any
// system.

// ids are the users' numbers: the base gives them in this order.
var ids = map[string]int{"learner": 1000, "pwuser": 1001, "nosudo": 1002, "root": 0}

func layerOf(system string, n Node, user string) (string, error) {
	r, err := releaseOf(n.Version)
	if err != nil {
		return "", err
	}
	kind, known := "node", false
	if system == "windows" {
		kind = "windows"
		_, known = windowsOwners()[n.Owner]
	} else {
		var o owner
		if o, known = owners()[n.Owner]; o.root {
			user = "root"
		}
	}
	if !known {
		return "", fmt.Errorf("the lab knows no owner %q of Node.js on %s", n.Owner, system)
	}
	return fmt.Sprintf("%s-%s-%s-%s", kind, n.Owner, r.node, user), nil
}

// ownedRecipe reads the name of such a layer.
func ownedRecipe(name string) (recipe, error) {
	missing := fmt.Errorf("there is no layer %q", name)
	kind, rest, _ := strings.Cut(name, "-")
	i := strings.LastIndexByte(rest, '-')
	j := strings.LastIndexByte(rest[:max(i, 0)], '-')
	if j < 0 {
		return recipe{}, missing
	}
	r, err := releaseOf(rest[j+1 : i])
	if err != nil {
		return recipe{}, missing
	}
	h := homestead{release: r, user: rest[i+1:]}
	if _, known := ids[h.user]; !known {
		return recipe{}, missing
	}
	out := recipe{name: name, from: []string{r.tree()}}
	var install func(context.Context, homestead) error
	if o, ok := windowsOwners()[rest[:j]]; ok && kind == "windows" {
		out.text, install = fmt.Sprint("2", o.at, o.links, o.files), o.make
	} else if o, ok := owners()[rest[:j]]; ok && kind == "node" {
		h.script = o.script
		out.text, out.from, install = fmt.Sprint("1", o.script, o.files), append(out.from, o.from...), o.make
	} else {
		return recipe{}, missing
	}
	out.make = func(ctx context.Context, k *kitchen) error {
		h.kitchen = k
		return install(ctx, h)
	}
	return out, nil
}

// homestead is where an owner puts a copy of Node.js.
type homestead struct {
	kitchen *kitchen
	release release
	user    string
	script  string // of an owner that is really run
}

func (h homestead) home() string { return "/home/" + h.user }

// expand fills VERSION, MAJOR and HOME into a text.
func (h homestead) expand(s string) string {
	major, _, _ := strings.Cut(h.release.node, ".")
	return strings.NewReplacer("{VERSION}", h.release.node, "{MAJOR}", major, "{HOME}", h.home()).Replace(s)
}

// path is a place in the layer; ~ is the user's home directory.
func (h homestead) path(p string) string {
	p = h.expand(p)
	if rest, ok := strings.CutPrefix(p, "~/"); ok {
		p = h.home() + "/" + rest
	}
	return filepath.Join(h.kitchen.upper(), p)
}

// mkdir makes a directory of the layer and those above it, for the user below home.
func (h homestead) mkdir(dir string) error {
	if dir == h.kitchen.upper() {
		return os.MkdirAll(dir, 0o755)
	}
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := h.mkdir(filepath.Dir(dir)); err != nil {
		return err
	}
	mode := os.FileMode(0o755)
	inside := strings.TrimPrefix(dir, h.kitchen.upper())
	if inside == h.home() {
		mode = 0o700 // as useradd of Debian 12 and later makes it
	}
	if err := os.Mkdir(dir, mode); err != nil {
		return err
	}
	if strings.HasPrefix(inside+"/", h.home()+"/") {
		return os.Lchown(dir, ids[h.user], ids[h.user])
	}
	return nil
}

// tree copies the release's tree to a place.
func (h homestead) tree(at string, parts ...string) error {
	if len(parts) == 0 {
		parts = []string{"."}
	}
	from := filepath.Join(h.kitchen.store.content(h.release.tree()), h.release.linux())
	for _, part := range parts {
		if err := h.copyTree(filepath.Join(from, part), filepath.Join(h.path(at), part)); err != nil {
			return err
		}
	}
	return nil
}

func (h homestead) copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		at := filepath.Join(to, strings.TrimPrefix(path, from))
		if entry.IsDir() {
			return h.mkdir(at)
		}
		if err := h.mkdir(filepath.Dir(at)); err != nil {
			return err
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(path)
			return errors.Join(err, os.Symlink(target, at), os.Lchown(at, ids[h.user], ids[h.user]))
		}
		return h.copyFile(path, at)
	})
}

func (h homestead) copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Chown(ids[h.user], ids[h.user]), out.Close())
}

func (h homestead) link(at, target string) error {
	at = h.path(at)
	if err := h.mkdir(filepath.Dir(at)); err != nil {
		return err
	}
	return errors.Join(os.Symlink(h.expand(target), at), os.Lchown(at, ids[h.user], ids[h.user]))
}

func (h homestead) file(at, content string, mode os.FileMode) error {
	at = h.path(at)
	if err := h.mkdir(filepath.Dir(at)); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(at, []byte(h.expand(content)), mode), os.Chmod(at, mode), os.Chown(at, ids[h.user], ids[h.user]),
	)
}

// really runs an owner's own program as the user, in a machine with the mirror, and
// keeps what it left in the home directory.
func (h homestead) really(ctx context.Context, on string) error {
	k := h.kitchen
	if err := h.giveHome(); err != nil {
		return err
	}
	if err := k.visit(ctx, visit{on: on, user: h.user, script: h.expand(h.script), mirror: true}); err != nil {
		return err
	}
	return h.onlyHome()
}

// onlyHome takes out of the layer what is not in the home directories.
func (h homestead) onlyHome() error {
	entries, err := os.ReadDir(h.kitchen.upper())
	for _, e := range entries {
		if e.Name() != "home" {
			err = errors.Join(err, os.RemoveAll(filepath.Join(h.kitchen.upper(), e.Name())))
		}
	}
	return err
}

// giveHome makes all in the layer's home directory the user's.
func (h homestead) giveHome() error {
	home := h.path("~/.")
	if err := h.mkdir(home); err != nil {
		return err
	}
	return filepath.WalkDir(home, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, ids[h.user], ids[h.user]))
	})
}
