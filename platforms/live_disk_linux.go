package platforms

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/shirou/gopsutil/v3/disk"
	"golang.org/x/sys/unix"
)

// disk is the file system that holds a path.
func (l *Live) disk(ctx context.Context, q Query) (string, error) {
	path, err := filepath.Abs(atDir(q, q.Args[0]))
	if err != nil {
		return "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	usage, err := disk.UsageWithContext(ctx, path)
	if err != nil {
		return "", err
	}
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return "", err
	}
	name := usage.Fstype // by its magic number, which ext2 to ext4 share
	if f, err := os.Open("/proc/self/mountinfo"); err == nil {
		if mounted := mountedAt(f, path); mounted != "" {
			name = mounted
		}
		f.Close()
	}
	text := fmt.Sprintf("total %d\nfree %d\n", usage.Total, usage.Free)
	if name != "" {
		text = "fs " + oneLine(name) + "\n" + text
	}
	if s.Flags&unix.ST_RDONLY != 0 {
		text += "readonly yes\n"
	}
	if s.Flags&unix.ST_NOEXEC != 0 {
		text += "noexec yes\n"
	}
	return text, nil
}

// mountedAt is the type of the file system that a path without links lies in,
// from a table in the form of /proc/self/mountinfo; "" when none is told.
func mountedAt(table io.Reader, path string) string {
	deepest, name := -1, ""
	for lines := bufio.NewScanner(table); lines.Scan(); {
		before, after, ok := strings.Cut(lines.Text(), " - ")
		fields, kind := strings.Fields(before), strings.Fields(after)
		if !ok || len(fields) < 5 || len(kind) == 0 {
			continue
		}
		point := unescapeMount(fields[4])
		rest, below := strings.CutPrefix(path, strings.TrimSuffix(point, "/"))
		if below && (rest == "" || rest[0] == '/') && len(point) >= deepest { // later ones lie on top
			deepest, name = len(point), kind[0]
		}
	}
	return name
}

// unescapeMount undoes how the kernel writes white space and backslashes.
var unescapeMount = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace
