package platforms

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// ownVerbs are the questions that only a Windows is asked.
var ownVerbs = map[string]verb{
	"credentials": {1, (*Live).credentials},
	"reg":         {2, (*Live).reg},
	"regkeys":     {1, (*Live).regKeys},
	"regvalues":   {1, (*Live).regValues},
	"reserved":    {1, (*Live).reserved},
}

const (
	homeVariable = "USERPROFILE"
	pathSlashes  = `\/`
	openNonblock = 0 // opening waits for nothing
)

func sameVariable(a, b string) bool { return strings.EqualFold(a, b) }

func foldName(name string) string { return strings.ToLower(name) }

func samePath(a, b string) bool { return strings.EqualFold(filepath.Clean(a), filepath.Clean(b)) }

// isNotThere knows the names that no file can have.
func isNotThere(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_NAME) || errors.Is(err, windows.ERROR_BAD_PATHNAME) ||
		errors.Is(err, windows.ERROR_DIRECTORY)
}

func isLoop(err error) bool { return errors.Is(err, windows.ERROR_CANT_RESOLVE_FILENAME) }

// splitPathList cuts a list of directories into its entries, as written. Quotes
// keep a semicolon inside an entry.
func splitPathList(value string) []string {
	if value == "" {
		return nil
	}
	var entries []string
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '"':
			quoted = !quoted
		case value[i] == ';' && !quoted:
			entries = append(entries, value[start:i])
			start = i + 1
		}
	}
	return append(entries, value[start:])
}

// searchDir is an entry of PATH as it stands before the name of a program; "" for
// an entry that Windows passes over.
func searchDir(entry string) string {
	entry = strings.ReplaceAll(entry, `"`, "")
	if entry == "" || strings.ContainsAny(entry[len(entry)-1:], pathSlashes) {
		return entry
	}
	return entry + `\`
}

// programNames is the endings of PATHEXT in their order. A file without one of
// them cannot be started by its name, and PowerShell's scripts only from there.
func programNames(q Query, name string) []candidate {
	value, _ := lookupEnv(q, "PATHEXT")
	if value == "" {
		value = ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC"
	}
	endings := strings.Split(strings.ToLower(value), ";")
	own := strings.ToLower(filepath.Ext(name))
	bare := candidate{name: name}
	switch {
	case own == ".ps1":
		bare.skip = "script"
	case !slices.Contains(endings, own) || own == "":
		bare.skip = notAFile
	}
	var names []candidate
	if bare.skip == "" {
		names = append(names, bare)
	}
	for _, ending := range endings {
		if ending != "" {
			names = append(names, candidate{name: name + ending})
		}
	}
	names = append(names, candidate{name: name + ".ps1", skip: "script"})
	if bare.skip != "" {
		names = append(names, bare)
	}
	return names
}

func mayRun(path string, info fs.FileInfo) bool {
	return isAlias(path, info) || info.Mode().IsRegular() && mayOpen(path, windows.FILE_EXECUTE)
}

func mayEnter(path string, _ fs.FileInfo) bool { return mayOpen(path, windows.FILE_LIST_DIRECTORY) }

// machineArch is the processor of the machine; a devdoctor for another one may
// run on it through emulation.
func machineArch() string {
	var process, native uint16
	if err := windows.IsWow64Process2(windows.CurrentProcess(), &process, &native); err != nil {
		return runtime.GOARCH
	}
	switch native {
	case 0x8664: // IMAGE_FILE_MACHINE_AMD64
		return "amd64"
	case 0xaa64: // IMAGE_FILE_MACHINE_ARM64
		return "arm64"
	case 0x14c: // IMAGE_FILE_MACHINE_I386
		return "386"
	}
	return runtime.GOARCH
}

func elevated() bool { return windows.GetCurrentProcessToken().IsElevated() }

// throughSudo is false: the sudo of Windows keeps the account.
func throughSudo() bool { return false }

// currentUser is the account that looks, by names that this machine itself knows.
func currentUser() accountEntry {
	who := accountEntry{name: os.Getenv("USERNAME")}
	if full, err := fullUserName(); err == nil {
		_, who.name, _ = strings.Cut(full, `\`)
	}
	who.home, _ = windows.GetCurrentProcessToken().GetUserProfileDirectory()
	return who
}

// fullUserName is DOMAIN\name.
func fullUserName() (string, error) {
	buf := make([]uint16, 512)
	size := uint32(len(buf))
	if err := windows.GetUserNameEx(windows.NameSamCompatible, &buf[0], &size); err != nil {
		return "", err
	}
	return windows.UTF16ToString(buf), nil
}

// loginShell is what a new window of the console starts with.
func loginShell(string) string { return os.Getenv("ComSpec") }

const administrators = "S-1-5-32-544"

// account is who looks, and the groups.
func account() (string, error) {
	token := windows.GetCurrentProcessToken()
	user, err := token.GetTokenUser()
	if err != nil {
		return "", fmt.Errorf("read the account of this process: %w", err)
	}
	groups, err := token.GetTokenGroups()
	if err != nil {
		return "", fmt.Errorf("read the groups of this process: %w", err)
	}
	who := currentUser()
	var b strings.Builder
	fmt.Fprintf(&b, "uid %s\n", user.User.Sid)
	for _, fact := range []struct{ key, value string }{
		{"name", who.name}, {"shell", loginShell("")}, {"home", who.home},
	} {
		if fact.value != "" {
			fmt.Fprintf(&b, "%s %s\n", fact.key, oneLine(fact.value))
		}
	}
	var sids []*windows.SID
	for _, g := range groups.AllGroups() {
		sids = append(sids, g.Sid)
	}
	admin := false
	for i, name := range sidNames(sids) {
		fmt.Fprintf(&b, "group %s %s\n", sids[i], oneLine(name))
		// Without elevation, the group only serves to deny; it is there all the same.
		admin = admin || sids[i].String() == administrators
	}
	for _, name := range localGroups() {
		if sid, _, _, err := windows.LookupSID("", name); err == nil {
			fmt.Fprintf(&b, "listed %s %s\n", sid, name)
		}
	}
	if admin {
		b.WriteString("admin yes\n")
	}
	return b.String(), nil
}

// sidNames is the names of accounts. Those of a domain have to be asked for in
// the network, which may be gone: they stay numbers then.
func sidNames(sids []*windows.SID) []string {
	names := make([]string, len(sids))
	type found struct {
		at   int
		name string
	}
	answers := make(chan found, len(sids))
	for i, sid := range sids {
		names[i] = sid.String()
		go func() {
			name, _, _, err := sid.LookupAccount("")
			if err != nil {
				name = sid.String()
			}
			answers <- found{i, name}
		}()
	}
	timer := time.NewTimer(slowDir)
	defer timer.Stop()
	for range sids {
		select {
		case f := <-answers:
			names[f.at] = f.name
		case <-timer.C:
			return names
		}
	}
	return names
}

var netUserGetLocalGroups = windows.NewLazySystemDLL("netapi32.dll").NewProc("NetUserGetLocalGroups")

// localGroups is the groups that the account database of this machine names. They
// differ from those of the process until the next login.
func localGroups() []string {
	full, err := fullUserName()
	if err != nil || netUserGetLocalGroups.Find() != nil {
		return nil
	}
	user, err := windows.UTF16PtrFromString(full)
	if err != nil {
		return nil
	}
	const preferAll, includeIndirect = 0xffffffff, 1
	var entries **uint16 // LOCALGROUP_USERS_INFO_0 is one pointer to a name
	var read, total uint32
	status, _, _ := netUserGetLocalGroups.Call(0, uintptr(unsafe.Pointer(user)), 0, includeIndirect,
		uintptr(unsafe.Pointer(&entries)), preferAll, uintptr(unsafe.Pointer(&read)), uintptr(unsafe.Pointer(&total)))
	if status != 0 || entries == nil {
		return nil
	}
	defer func() { _ = windows.NetApiBufferFree((*byte)(unsafe.Pointer(entries))) }()
	var names []string
	for _, name := range unsafe.Slice(entries, read) {
		names = append(names, windows.UTF16PtrToString(name))
	}
	return names
}

// disk is the volume that holds a path.
func (l *Live) disk(_ context.Context, q Query) (string, error) {
	path, err := windows.UTF16PtrFromString(atDir(q, q.Args[0]))
	if err != nil {
		return "", err
	}
	if _, err := windows.GetFileAttributes(path); err != nil {
		return "", err
	}
	volume := make([]uint16, windows.MAX_LONG_PATH)
	if err := windows.GetVolumePathName(path, &volume[0], uint32(len(volume))); err != nil {
		return "", fmt.Errorf("find the volume: %w", err)
	}
	var free, total uint64
	if err := windows.GetDiskFreeSpaceEx(&volume[0], &free, &total, nil); err != nil {
		return "", fmt.Errorf("read the free space: %w", err)
	}
	name := make([]uint16, windows.MAX_PATH+1)
	var flags uint32
	if err := windows.GetVolumeInformation(&volume[0], nil, 0, nil, nil, &flags, &name[0], uint32(len(name))); err != nil {
		return "", fmt.Errorf("read the file system: %w", err)
	}
	text := fmt.Sprintf("fs %s\ntotal %d\nfree %d\n", windows.UTF16ToString(name), total, free)
	if flags&windows.FILE_READ_ONLY_VOLUME != 0 {
		text += "readonly yes\n"
	}
	return text, nil
}

func elfMissing(string, elfFacts) []string { return nil }

func machoMissing(string, machoImage) []string { return nil }
