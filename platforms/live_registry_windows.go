package platforms

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// openKey opens a key for looking. A 32-bit devdoctor sees what the others see.
func openKey(path string, access uint32) (registry.Key, error) {
	root, rest, _ := strings.Cut(path, `\`)
	keys := map[string]registry.Key{"HKCU": registry.CURRENT_USER, "HKLM": registry.LOCAL_MACHINE}
	key, ok := keys[strings.ToUpper(root)]
	if !ok {
		return 0, fmt.Errorf(`%q begins with neither HKCU\ nor HKLM\`, path)
	}
	return registry.OpenKey(key, rest, access|registry.WOW64_64KEY)
}

// reg is one value with its type, as it is stored.
func (l *Live) reg(_ context.Context, q Query) (string, error) {
	key, err := openKey(q.Args[0], registry.QUERY_VALUE)
	if err != nil {
		return "", err
	}
	defer key.Close()
	kind, value, err := readValue(key, q.Args[1])
	if err != nil {
		return "", err
	}
	return kind + " " + value + "\n", nil
}

func readValue(key registry.Key, name string) (kind, value string, err error) {
	_, code, err := key.GetValue(name, nil)
	if err != nil {
		return "", "", err
	}
	switch code {
	case registry.SZ, registry.EXPAND_SZ:
		value, _, err = key.GetStringValue(name)
		kind = map[uint32]string{registry.SZ: "REG_SZ", registry.EXPAND_SZ: "REG_EXPAND_SZ"}[code]
	case registry.MULTI_SZ:
		var values []string
		values, _, err = key.GetStringsValue(name)
		kind, value = "REG_MULTI_SZ", strings.Join(values, "\n")
	case registry.DWORD, registry.QWORD:
		var n uint64
		n, _, err = key.GetIntegerValue(name)
		kind = map[uint32]string{registry.DWORD: "REG_DWORD", registry.QWORD: "REG_QWORD"}[code]
		value = fmt.Sprint(n)
	case registry.BINARY:
		var data []byte
		data, _, err = key.GetBinaryValue(name)
		kind, value = "REG_BINARY", hex.EncodeToString(data)
	default:
		kind = fmt.Sprintf("REG_%d", code)
	}
	return kind, value, err
}

// regKeys is the names of the subkeys.
func (l *Live) regKeys(_ context.Context, q Query) (string, error) {
	return keyNames(q, registry.ENUMERATE_SUB_KEYS, registry.Key.ReadSubKeyNames)
}

// regValues is the names of the values.
func (l *Live) regValues(_ context.Context, q Query) (string, error) {
	return keyNames(q, registry.QUERY_VALUE, registry.Key.ReadValueNames)
}

func keyNames(q Query, access uint32, read func(registry.Key, int) ([]string, error)) (string, error) {
	key, err := openKey(q.Args[0], access)
	if err != nil {
		return "", err
	}
	defer key.Close()
	found, err := read(key, -1)
	if err != nil {
		return "", err
	}
	lines := make(map[string]bool, len(found))
	for _, name := range found {
		lines[oneLine(name)] = true
	}
	return sortedLines(lines), nil
}

const volatileEnvironment = `HKCU\Volatile Environment`

// newWindowVariable is a variable as the desktop gives it to a program: the
// machine's, the account's before it, and both one after the other for PATH.
func (l *Live) newWindowVariable(name string) (string, error) {
	return registryVariable(name, nil)
}

// registryVariable is a variable with those in it put in; within are the names
// that are being put in.
func registryVariable(name string, within []string) (string, error) {
	var found []string
	keys := []string{volatileEnvironment, userEnvironment, machineEnvironment}
	isPath := strings.EqualFold(name, "PATH")
	if isPath {
		keys = []string{machineEnvironment, userEnvironment}
	}
	for _, path := range keys {
		value, err := environmentValue(path, name, within)
		if errors.Is(err, registry.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		if value != "" {
			found = append(found, value)
		}
		if !isPath {
			break
		}
	}
	if len(found) > 0 {
		return strings.Join(found, ";"), nil
	}
	// Windows itself sets these, from nothing in the environment's keys.
	for _, own := range []string{
		"ALLUSERSPROFILE", "APPDATA", "CommonProgramFiles", "COMPUTERNAME", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA",
		"ProgramData", "ProgramFiles", "ProgramFiles(x86)", "PUBLIC", "SystemDrive", "SystemRoot", "USERDOMAIN", "USERNAME", "USERPROFILE",
	} {
		if value := os.Getenv(name); strings.EqualFold(own, name) && value != "" {
			return value, nil
		}
	}
	return "", ErrNotFound
}

func environmentValue(path, name string, within []string) (string, error) {
	key, err := openKey(path, registry.QUERY_VALUE)
	if err != nil {
		return "", err
	}
	defer key.Close()
	kind, value, err := readValue(key, name)
	if err != nil || kind != "REG_EXPAND_SZ" || slices.Contains(within, strings.ToUpper(name)) {
		return value, err
	}
	within = append(slices.Clone(within), strings.ToUpper(name))
	return expandPercent(value, func(name string) (string, error) { return registryVariable(name, within) })
}

// reserved is the TCP ports that Windows keeps for itself.
func (l *Live) reserved(ctx context.Context, q Query) (string, error) {
	family := q.Args[0]
	if family != "ipv4" && family != "ipv6" {
		return "", fmt.Errorf("reserved takes ipv4 or ipv6, not %q", family)
	}
	system, err := windows.GetSystemDirectory()
	if err != nil {
		return "", fmt.Errorf("find netsh: %w", err)
	}
	a, err := l.run(ctx, Query{Verb: "run", Args: []string{
		system + `\netsh.exe`, "interface", family, "show", "excludedportrange", "protocol=tcp",
	}})
	if err != nil {
		return "", err
	}
	return parseNetsh(a.Text)
}

var (
	advapi        = windows.NewLazySystemDLL("advapi32.dll")
	credEnumerate = advapi.NewProc("CredEnumerateW")
	credFree      = advapi.NewProc("CredFree")
)

// A credential is CREDENTIALW of wincred.h. Its secret is never looked at.
type credential struct {
	_, _   uint32 // flags, type
	target *uint16
	_      *uint16 // comment
	_      windows.Filetime
	_      uint32 // size of the secret
	_      *byte  // the secret
	_, _   uint32 // persistence, number of attributes
	_      uintptr
	_      *uint16 // alias
	user   *uint16
}

// credentials is the saved logins whose target begins so.
func (l *Live) credentials(_ context.Context, q Query) (string, error) {
	filter, err := windows.UTF16PtrFromString(q.Args[0])
	if err != nil {
		return "", err
	}
	if err := credEnumerate.Find(); err != nil {
		return "", err
	}
	var count uint32
	var list **credential
	ok, _, err := credEnumerate.Call(uintptr(unsafe.Pointer(filter)), 0, uintptr(unsafe.Pointer(&count)), uintptr(unsafe.Pointer(&list)))
	switch {
	case ok != 0:
	case errors.Is(err, windows.ERROR_NOT_FOUND):
		return "", ErrNotFound
	case errors.Is(err, windows.ERROR_NO_SUCH_LOGON_SESSION): // over ssh
		return "", ErrNotPermitted
	default:
		return "", fmt.Errorf("list the saved logins: %w", err)
	}
	defer func() { _, _, _ = credFree.Call(uintptr(unsafe.Pointer(list))) }()
	lines := map[string]bool{}
	for _, c := range unsafe.Slice(list, count) {
		lines[oneLine(windows.UTF16PtrToString(c.target)+" "+windows.UTF16PtrToString(c.user))] = true
	}
	return sortedLines(lines), nil
}
