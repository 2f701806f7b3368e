//go:build unix

package platforms

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	homeVariable = "HOME"
	pathSlashes  = "/"
	openNonblock = unix.O_NONBLOCK | unix.O_NOCTTY
)

func sameVariable(a, b string) bool { return a == b }

func foldName(name string) string { return name }

func samePath(a, b string) bool { return a == b }

// realPath is where links lead in the end, with the whole way from the root.
func realPath(path string) (string, error) {
	dest, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(dest)
}

func isNotThere(err error) bool { return errors.Is(err, unix.ENOTDIR) }

func isLoop(err error) bool { return errors.Is(err, unix.ELOOP) }

func isAlias(string, fs.FileInfo) bool { return false }

// splitPathList cuts a list of directories into its entries, as written.
func splitPathList(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, ":")
}

// searchDir is an entry of PATH as a shell puts it before the name of a program.
// An empty entry is the working directory.
func searchDir(entry string) string {
	switch {
	case entry == "":
		return "./"
	case strings.HasSuffix(entry, "/"):
		return entry
	}
	return entry + "/"
}

func programNames(_ Query, name string) []candidate { return []candidate{{name: name}} }

func mayRun(path string, info fs.FileInfo) bool {
	return info.Mode().IsRegular() && mayAccess(path, unix.X_OK)
}

func mayEnter(path string, _ fs.FileInfo) bool { return mayAccess(path, unix.X_OK) }

// mayAccess asks the kernel what this account may do, which knows about lists of
// access rights and read-only file systems.
func mayAccess(path string, how uint32) bool {
	return unix.Faccessat(unix.AT_FDCWD, path, how, unix.AT_EACCESS) == nil
}

// stat is what is known of a path without opening it.
func (l *Live) stat(_ context.Context, q Query) (string, error) {
	path := atDir(q, q.Args[0])
	link, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	info, follow := link, ""
	if link.Mode()&fs.ModeSymlink != 0 {
		if info, follow, err = followLink(path, link); err != nil {
			return "", err
		}
	} else if dest, err := realPath(path); err == nil && filepath.IsAbs(path) && dest != filepath.Clean(path) {
		follow = " real=" + word(dest) // a directory on the way is a link
	}
	sys, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", fmt.Errorf("stat gives a %T", info.Sys())
	}
	access := []byte("---")
	for i, how := range []uint32{unix.R_OK, unix.W_OK, unix.X_OK} {
		if mayAccess(path, how) {
			access[i] = "rwx"[i]
		}
	}
	links := ""
	if n := uint64(sys.Nlink); n > 1 && info.Mode().IsRegular() { //nolint:unconvert // 16 bits on a Mac
		links = fmt.Sprintf(" links=%d", n)
	}
	return fmt.Sprintf("%s mode=%04o uid=%d gid=%d size=%d access=%s%s%s\n", kindOf(link),
		sys.Mode&0o7777, sys.Uid, sys.Gid, info.Size(), access, links, follow), nil
}

// followLink is what a symbolic link leads to, and the words that say where.
func followLink(path string, link fs.FileInfo) (fs.FileInfo, string, error) {
	target, err := os.Readlink(path)
	if err != nil {
		return nil, "", err
	}
	words := " target=" + word(target)
	info, err := os.Stat(path)
	switch {
	case isLoop(err):
		return link, words + " loop", nil
	case errors.Is(err, fs.ErrNotExist), isNotThere(err) && err != nil:
		return link, words + " dangling", nil
	case err != nil:
		return nil, "", err
	}
	if dest, err := realPath(path); err == nil {
		words += " real=" + word(dest)
	}
	if info.IsDir() {
		words += " isdir"
	}
	return info, words, nil
}

func kindOf(info fs.FileInfo) Kind {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return File
	case mode.IsDir():
		return Dir
	case mode&fs.ModeSymlink != 0:
		return Link
	case mode&fs.ModeNamedPipe != 0:
		return FIFO
	case mode&fs.ModeSocket != 0:
		return Socket
	}
	return Device
}

// currentUser is the account that looks. One that the database does not have, as
// a user of a directory service may be, is described by its environment.
func currentUser() accountEntry {
	var who accountEntry
	if u, err := user.LookupId(strconv.Itoa(os.Geteuid())); err == nil {
		who.name, who.home = u.Username, u.HomeDir
	} else {
		who.name, who.home = firstEnv("USER", "LOGNAME"), os.Getenv("HOME")
	}
	return who
}

func firstEnv(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

func elevated() bool { return os.Geteuid() == 0 }

// throughSudo reports whether sudo started us for another account than the one
// that typed it.
func throughSudo() bool {
	uid := os.Getenv("SUDO_UID")
	return uid != "" && uid != strconv.Itoa(os.Geteuid())
}

// account is who looks, and the groups.
func account() (string, error) {
	who := currentUser()
	gids, err := os.Getgroups()
	if err != nil {
		return "", fmt.Errorf("read the groups of this process: %w", err)
	}
	if gid := os.Getegid(); !slices.Contains(gids, gid) {
		gids = append([]int{gid}, gids...)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "uid %d\ngid %d\n", os.Geteuid(), os.Getegid())
	for _, fact := range []struct{ key, value string }{
		{"name", who.name}, {"shell", loginShell(who.name)}, {"home", who.home},
	} {
		if fact.value != "" {
			fmt.Fprintf(&b, "%s %s\n", fact.key, oneLine(fact.value))
		}
	}
	for _, gid := range gids {
		fmt.Fprintf(&b, "group %d %s\n", gid, groupName(strconv.Itoa(gid)))
	}
	u, err := user.Lookup(who.name)
	if err != nil { // a directory service has the account; the machine's groups may name it
		u = &user.User{Username: who.name, Gid: strconv.Itoa(os.Getegid())}
	}
	listed, err := u.GroupIds()
	if err != nil {
		return "", fmt.Errorf("read the groups of the account: %w", err)
	}
	for _, gid := range listed {
		fmt.Fprintf(&b, "listed %s %s\n", gid, groupName(gid))
	}
	return b.String(), nil
}

func groupName(gid string) string {
	g, err := user.LookupGroupId(gid)
	if err != nil {
		return gid // a group without a name, as containers have
	}
	return g.Name
}

// newWindowVariable is a variable of the process that opens terminals.
func (l *Live) newWindowVariable(name string) (string, error) {
	chain, err := l.ancestry()
	if err != nil {
		return "", err
	}
	a, ok := opener(chain)
	if !ok {
		return "", ErrNotPermitted
	}
	return processEnv(a.pid, name)
}

// bind tries a port on all addresses of both families, as Node.js does.
func (l *Live) bind(_ context.Context, q Query) (string, error) {
	port, err := numberArg(q, 1, 65535)
	if err != nil {
		return "", err
	}
	var any6 unix.Sockaddr = &unix.SockaddrInet6{Port: port}
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM, 0)
	if err != nil {
		any6 = &unix.SockaddrInet4{Port: port}
		fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	}
	if err != nil {
		return "", fmt.Errorf("open a socket: %w", err)
	}
	defer unix.Close(fd)
	unix.CloseOnExec(fd)
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return "", fmt.Errorf("prepare a socket: %w", err)
	}
	// Without it, a system may keep the socket to IPv6 alone.
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	switch err := unix.Bind(fd, any6); {
	case err == nil:
		return "ok\n", nil
	case errors.Is(err, unix.EADDRINUSE):
		return "in use\n", nil
	default:
		return "", err
	}
}

func dialPipe(context.Context, string) (connection, error) {
	return nil, errors.New("no such endpoint on this system: npipe")
}

func dialAgent(ctx context.Context, q Query) (connection, error) {
	socket, _ := lookupEnv(q, "SSH_AUTH_SOCK")
	if socket == "" {
		return nil, ErrNotFound
	}
	return dialSocket(ctx, "unix", atDir(q, socket))
}

// processExists asks the kernel, which knows of processes that a /proc mounted
// with hidepid does not show.
func processExists(pid int) (there, known bool) {
	return !errors.Is(unix.Kill(pid, 0), unix.ESRCH), true
}
