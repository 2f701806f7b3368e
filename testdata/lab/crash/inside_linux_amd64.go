package crash

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Inside reads a Case, breaks it at all its points, and writes the Results. It runs as root on
// a machine that may be lost.
func Inside(in io.Reader, w io.Writer) error {
	var c Case
	if err := json.NewDecoder(in).Decode(&c); err != nil {
		return fmt.Errorf("read the case: %w", err)
	}
	var out Results
	if err := c.run(&out); err != nil {
		out.Err = err.Error()
	}
	return json.NewEncoder(w).Encode(out)
}

// credential is the user's, with the groups that a login would give now.
func (c Case) credential() *syscall.Credential {
	cred := &syscall.Credential{Uid: c.UID, Gid: c.GID}
	u, err := user.LookupId(strconv.Itoa(int(c.UID)))
	if err != nil {
		return cred
	}
	ids, err := u.GroupIds()
	if err != nil {
		return cred
	}
	for _, id := range ids {
		if n, err := strconv.ParseUint(id, 10, 32); err == nil {
			cred.Groups = append(cred.Groups, uint32(n))
		}
	}
	return cred
}

func (c Case) run(out *Results) error {
	if err := errors.Join(adopt(), c.serve()); err != nil {
		return err
	}
	shelf, err := os.MkdirTemp("", "crash-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(shelf) }()
	if err := c.keep(shelf); err != nil {
		return err
	}
	before, err := c.tree()
	if err != nil {
		return err
	}
	if err := c.first(); err != nil {
		return err
	}
	begun, err := c.tree()
	if err != nil {
		return err
	}
	whole, err := trace(c, nil)
	if err != nil {
		return err
	}
	changed, err := c.tree()
	if err != nil {
		return err
	}
	out.Points, out.Changed = whole.points, len(begun.differs(changed))
	said, failed := c.start([]string{"/bin/sh", "-c", c.Proof})
	if out.Clean, err = c.takeBack(before); err != nil {
		return err
	}
	if failed != nil {
		out.Clean = append(out.Clean, fmt.Sprintf("it does not do what it is for: %v: %s", failed, said))
	}
	out.Clean = append(out.Clean, whole.late...)
	for _, p := range some(whole.points, c.Most) {
		for _, k := range c.Kinds {
			if !p.takes(k) {
				continue
			}
			r, err := c.breakAt(p, k, shelf, before)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", p, k, err)
			}
			out.All = append(out.All, r)
		}
	}
	return nil
}

// some is at most so many of a list, evenly chosen.
func some(list []Point, most int) []Point {
	if most == 0 || len(list) <= most {
		return list
	}
	chosen := make([]Point, most)
	for i := range chosen {
		chosen[i] = list[i*len(list)/most]
	}
	return chosen
}

// breakAt gives the program a home as it was, breaks it, and wants everything put back.
func (c Case) breakAt(p Point, k Kind, shelf string, before tree) (Result, error) {
	r := Result{Point: p, Kind: k}
	if err := endChildren(); err != nil {
		return r, err
	}
	if err := c.restore(shelf, before); err != nil {
		return r, err
	}
	if err := c.first(); err != nil {
		return r, err
	}
	t, err := trace(c, &injection{p, k})
	if err != nil {
		return r, err
	}
	r.Hit = t.hit
	r.Wrong, err = c.takeBack(before)
	return r, err
}

// first runs what comes before the program that is broken. What it ends with is its own
// affair: the proof tells whether all did what it is for.
func (c Case) first() error {
	if len(c.First) == 0 {
		return nil
	}
	said, err := c.start(c.First)
	if ended := new(exec.ExitError); err != nil && !errors.As(err, &ended) {
		return fmt.Errorf("%s: %w: %s", strings.Join(c.First, " "), err, said)
	}
	return nil
}

// takeBack says what is not as before once everything is meant to be back.
func (c Case) takeBack(before tree) ([]string, error) {
	var wrong []string
	for _, argv := range [][]string{c.Listing, c.Back} {
		if said, err := c.start(argv); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v: %s", strings.Join(argv, " "), err, said))
		}
	}
	now, err := c.tree()
	return append(wrong, before.differs(now)...), err
}

// start runs a program as the user.
func (c Case) start(argv []string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.credential()}
	said, err := cmd.CombinedOutput()
	return string(bytes.TrimSpace(said)), err
}

// serve lets the programs fetch files, until this process ends.
func (c Case) serve() error {
	if c.Serve == "" {
		return nil
	}
	l, err := net.Listen("tcp", c.ServeAt)
	if err != nil {
		return fmt.Errorf("serve %s: %w", c.Serve, err)
	}
	server := &http.Server{Handler: http.FileServerFS(os.DirFS(c.Serve)), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	return nil
}

// adopt makes this process the parent of what the programs that it starts leave behind.
func adopt() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("adopt what is left running: %w", err)
	}
	return nil
}

// endChildren ends what was left running below this process, one by its number after the
// other: it may still write. What it starts meanwhile is adopted, and ended next.
func endChildren() error {
	for {
		children, err := childrenOf(os.Getpid())
		if err != nil || len(children) == 0 {
			return err
		}
		for _, pid := range children {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
			_, _ = syscall.Wait4(pid, nil, 0, nil)
		}
	}
}

// childrenOf lists the children of all threads of a process.
func childrenOf(pid int) ([]int, error) {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil, err
	}
	var all []int
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // of a thread that has ended
		}
		for word := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(word); err == nil && child > 1 {
				all = append(all, child)
			}
		}
	}
	return all, nil
}

// keep puts a copy of everything on the shelf.
func (c Case) keep(shelf string) error {
	home := filepath.Join(shelf, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		return err
	}
	for _, dir := range c.More {
		if said, err := exec.Command("cp", "-a", "--parents", "-t", shelf, "--", dir).CombinedOutput(); err != nil {
			return fmt.Errorf("copy %s: %w: %s", dir, err, said)
		}
	}
	return c.copyHome(c.Home, home)
}

// restore makes everything as it was. Of the folders beside the home folder only what
// differs is touched.
func (c Case) restore(shelf string, before tree) error {
	if err := c.copyHome(filepath.Join(shelf, "home"), c.Home); err != nil {
		return err
	}
	now, err := c.tree()
	if err != nil {
		return err
	}
	for _, d := range before.differs(now) {
		what, path, _ := strings.Cut(d, ": ")
		path, _, _ = strings.Cut(path, ": ")
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		if what == "new" {
			continue
		}
		if said, err := exec.Command("cp", "-a", "--", shelf+path, path).CombinedOutput(); err != nil {
			return fmt.Errorf("put %s back: %w: %s", path, err, said)
		}
	}
	return nil
}

// copyHome makes a home folder what another one is, apart from the folders that are kept.
func (c Case) copyHome(from, to string) error {
	entries, err := os.ReadDir(to)
	for _, e := range entries {
		if !slices.Contains(c.Kept, e.Name()) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(to, e.Name())))
		}
	}
	if err != nil {
		return err
	}
	entries, err = os.ReadDir(from)
	if err != nil {
		return err
	}
	args := []string{"-a", "-t", to, "--"}
	for _, e := range entries {
		if !slices.Contains(c.Kept, e.Name()) {
			args = append(args, filepath.Join(from, e.Name()))
		}
	}
	if len(args) == 4 {
		return nil
	}
	if said, err := exec.Command("cp", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("copy the home folder: %w: %s", err, said)
	}
	return nil
}

// A tree is what stands below the folders that are looked at: a path to its kind, mode, owner, and what
// is in it.
type tree map[string]string

func (c Case) tree() (tree, error) {
	t := tree{}
	var errs []error
	for _, root := range append([]string{c.Home}, c.More...) {
		errs = append(errs, c.walk(root, t))
	}
	return t, errors.Join(errs...)
}

func (c Case) walk(root string, t tree) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // it went in the meantime
			return nil
		}
		if err != nil {
			return err
		}
		if path == c.Own {
			return fs.SkipDir
		}
		if slices.ContainsFunc(c.Others, func(o string) bool { ok, _ := filepath.Match(o, path); return ok }) {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		facts, err := c.facts(path, info)
		// The folders above its own are the program's to make.
		if e.IsDir() && strings.HasPrefix(c.Own, path+"/") && path != c.Home {
			facts = "above " + facts
		}
		t[path] = facts
		return err
	})
}

func (c Case) facts(path string, info fs.FileInfo) (string, error) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", fmt.Errorf("%s has no owner", path)
	}
	facts := fmt.Sprintf("%v %d %d", info.Mode(), st.Uid, st.Gid)
	rel, _ := filepath.Rel(c.Home, path)
	first, _, _ := strings.Cut(rel, "/")
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		target, err := os.Readlink(path)
		return facts + " " + target, err
	case !info.Mode().IsRegular():
		return facts, nil
	case slices.Contains(c.Kept, first):
		return fmt.Sprintf("%s %d %d.%d", facts, st.Size, st.Ctim.Sec, st.Ctim.Nsec), nil
	}
	text, err := os.ReadFile(path)
	sum := sha256.Sum256(text)
	return facts + " " + hex.EncodeToString(sum[:]), err
}

// differs says in what now is not as t.
func (t tree) differs(now tree) []string {
	var list []string
	for path, was := range t {
		if is, there := now[path]; !there {
			list = append(list, "gone: "+path)
		} else if is != was {
			list = append(list, "changed: "+path+": "+was+" is "+is)
		}
	}
	for path, is := range now {
		if _, before := t[path]; !before && !strings.HasPrefix(is, "above ") {
			list = append(list, "new: "+path)
		}
	}
	slices.Sort(list)
	return list
}
