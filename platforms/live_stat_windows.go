package platforms

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

const (
	tagJunction = 0xa0000003
	tagSymlink  = 0xa000000c
	tagAppAlias = 0x8000001b

	// What x/sys does not name, see winnt.h.
	attributeRecallOnOpen   = 0x40000
	attributeRecallOnAccess = 0x400000
)

// stat is what is known of a path without opening its contents.
func (l *Live) stat(_ context.Context, q Query) (string, error) {
	path := atDir(q, q.Args[0])
	link, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	attributes, tag, err := findData(path)
	if err != nil {
		return "", err
	}
	info, follow := link, ""
	if tag != 0 {
		info, follow = followReparse(path, link, tag)
	}
	access := []byte("---")
	rights := []uint32{windows.FILE_READ_DATA, windows.FILE_WRITE_DATA, windows.FILE_EXECUTE}
	for i, right := range rights { // for a directory: list, add a file, pass through
		if mayOpen(path, right) || i == 2 && tag == tagAppAlias {
			access[i] = "rwx"[i]
		}
	}
	text := fmt.Sprintf("%s mode=%04o size=%d access=%s%s", kindOf(link, tag), info.Mode().Perm(), info.Size(), access, follow)
	if names := attributeNames(attributes); names != "" {
		text += " attrs=" + names
	}
	if owner := ownerOf(path); owner != "" {
		text += " owner=" + owner
	}
	return text + "\n", nil
}

// inCloud reports whether a file's text is in OneDrive or its like alone.
func inCloud(info fs.FileInfo) bool {
	data, ok := info.Sys().(*syscall.Win32FileAttributeData)
	return ok && data.FileAttributes&(attributeRecallOnOpen|attributeRecallOnAccess|windows.FILE_ATTRIBUTE_OFFLINE) != 0
}

func kindOf(info fs.FileInfo, tag uint32) Kind {
	switch mode := info.Mode(); {
	case tag == tagSymlink:
		return Link
	case tag != 0:
		return Reparse
	case mode.IsDir():
		return Dir
	case mode.IsRegular():
		return File
	case mode&fs.ModeNamedPipe != 0:
		return FIFO
	case mode&fs.ModeSocket != 0:
		return Socket
	}
	return Device
}

// followReparse is what a reparse point leads to, and the words that say where.
func followReparse(path string, link fs.FileInfo, tag uint32) (fs.FileInfo, string) {
	words := fmt.Sprintf(" tag=%#08x", tag)
	target, err := os.Readlink(path)
	if tag == tagAppAlias {
		target, err = aliasTarget(path)
	}
	if err == nil {
		words += " target=" + word(target)
	}
	if tag == tagAppAlias {
		return link, words
	}
	info, err := os.Stat(path)
	switch {
	case isLoop(err):
		return link, words + " loop"
	case errors.Is(err, fs.ErrNotExist), err != nil && isNotThere(err):
		return link, words + " dangling"
	case err != nil: // what it leads to may be there, and is not for us
		return link, words
	}
	if dest, err := realPath(path); err == nil && !samePath(dest, path) {
		words += " real=" + word(dest)
	}
	if info.IsDir() {
		words += " isdir"
	}
	return info, words
}

// findData is the attributes of a path and its reparse tag, 0 without one.
func findData(path string) (attributes, tag uint32, err error) {
	name, err := windows.UTF16PtrFromString(strings.TrimRight(path, pathSlashes))
	if err != nil {
		return 0, 0, err
	}
	var data windows.Win32finddata
	h, err := windows.FindFirstFile(name, &data)
	if err != nil { // the root of a drive cannot be found in a directory
		attributes, err = windows.GetFileAttributes(windows.StringToUTF16Ptr(path))
		return attributes, 0, err
	}
	_ = windows.FindClose(h)
	if data.FileAttributes&windows.FILE_ATTRIBUTE_REPARSE_POINT != 0 {
		tag = data.Reserved0
	}
	return data.FileAttributes, tag, nil
}

// isAlias reports whether a path is an alias of the Store: a file of no bytes
// that can be started and cannot be opened.
func isAlias(path string, info fs.FileInfo) bool {
	if info.Mode().IsRegular() || info.IsDir() {
		return false
	}
	_, tag, err := findData(path)
	return err == nil && tag == tagAppAlias
}

// mayOpen asks Windows for a right and gives it back at once.
func mayOpen(path string, right uint32) bool {
	h, err := openHandle(path, right, windows.FILE_FLAG_BACKUP_SEMANTICS|windows.FILE_FLAG_OPEN_NO_RECALL)
	if err != nil {
		return errors.Is(err, windows.ERROR_SHARING_VIOLATION) // allowed, and in use
	}
	_ = windows.CloseHandle(h)
	return true
}

func openHandle(path string, right, flags uint32) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	return windows.CreateFile(name, right, share, nil, windows.OPEN_EXISTING, flags, 0)
}

func closeHandle(h windows.Handle) { _ = windows.CloseHandle(h) } // nothing was written

// realPath is where links and junctions lead in the end.
func realPath(path string) (string, error) {
	h, err := openHandle(path, 0, windows.FILE_FLAG_BACKUP_SEMANTICS)
	if err != nil {
		return "", err
	}
	defer closeHandle(h)
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetFinalPathNameByHandle(h, &buf[0], uint32(len(buf)), 0)
	if err != nil || int(n) > len(buf) {
		return "", fmt.Errorf("follow %s: %w", path, err)
	}
	dest := windows.UTF16ToString(buf[:n])
	if share, ok := strings.CutPrefix(dest, `\\?\UNC\`); ok {
		return `\\` + share, nil
	}
	return strings.TrimPrefix(dest, `\\?\`), nil
}

// aliasTarget is the program that an alias of the Store starts: the third string
// of its reparse data.
func aliasTarget(path string) (string, error) {
	h, err := openHandle(path, 0, windows.FILE_FLAG_OPEN_REPARSE_POINT|windows.FILE_FLAG_BACKUP_SEMANTICS)
	if err != nil {
		return "", err
	}
	defer closeHandle(h)
	buf := make([]byte, windows.MAXIMUM_REPARSE_DATA_BUFFER_SIZE)
	var n uint32
	if err := windows.DeviceIoControl(h, windows.FSCTL_GET_REPARSE_POINT, nil, 0, &buf[0], uint32(len(buf)), &n, nil); err != nil {
		return "", err
	}
	return parseAlias(buf[:n])
}

func attributeNames(attributes uint32) string {
	var names []string
	for _, a := range []struct {
		bit  uint32
		name string
	}{
		{windows.FILE_ATTRIBUTE_READONLY, "readonly"},
		{windows.FILE_ATTRIBUTE_HIDDEN, "hidden"},
		{windows.FILE_ATTRIBUTE_SYSTEM, "system"},
		{windows.FILE_ATTRIBUTE_COMPRESSED, "compressed"},
		{windows.FILE_ATTRIBUTE_ENCRYPTED, "encrypted"},
		{windows.FILE_ATTRIBUTE_OFFLINE, "offline"},
		{attributeRecallOnOpen, "recall-on-open"},
		{attributeRecallOnAccess, "recall-on-access"},
	} {
		if attributes&a.bit != 0 {
			names = append(names, a.name)
		}
	}
	return strings.Join(names, ",")
}

// ownerOf is the SID of a file's owner; "" when this account may not know it.
func ownerOf(path string) string {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return ""
	}
	owner, _, err := sd.Owner()
	if err != nil || owner == nil {
		return ""
	}
	return owner.String()
}
