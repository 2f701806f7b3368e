package platforms

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Where Windows keeps the environment of new windows. Source: facts of rustup and
// Microsoft's page "Environment Variables", 2026-11-20.
const (
	machineEnvironment = `HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`
	userEnvironment    = `HKCU\Environment`
)

// logonVariables are set anew at every logon, from neither of the two keys, so that
// every process of the session has them alike.
const logonVariables wordSet = `ALLUSERSPROFILE APPDATA COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMMONPROGRAMW6432 COMPUTERNAME HOMEDRIVE
	HOMEPATH HOMESHARE LOCALAPPDATA LOGONSERVER PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 PUBLIC SESSIONNAME SYSTEMDRIVE
	SYSTEMROOT USERDNSDOMAIN USERDOMAIN USERDOMAIN_ROAMINGPROFILE USERNAME USERPROFILE`

// profileVariables are known once the account is, which is after the machine's own
// variables are expanded.
const profileVariables wordSet = `APPDATA HOMEDRIVE HOMEPATH HOMESHARE LOCALAPPDATA LOGONSERVER SESSIONNAME USERDNSDOMAIN USERDOMAIN
	USERDOMAIN_ROAMINGPROFILE USERNAME USERPROFILE`

// registryTerminal is the window that cmd and PowerShell open. What a profile of
// PowerShell or AutoRun of cmd adds is not part of it.
func (h *Host) registryTerminal(ctx context.Context) (Terminal, error) {
	t := Terminal{Shell: "windows"}
	r := registryEnv{ctx: ctx, h: h}
	var err1, err2 error
	t.Machine, err1 = r.value(machineEnvironment, "Path")
	t.User, err2 = r.value(userEnvironment, "Path")
	e := &environment{vars: map[string]string{}, unset: map[string]bool{}, unknown: map[string]string{}}
	if err := errors.Join(err1, err2); err != nil {
		t.Unsure = fmt.Sprintf("the registry does not show PATH: %v", strings.ReplaceAll(err.Error(), "\n", "; "))
	} else if path, err := r.path(t.Machine, t.User); err != nil {
		t.Unsure = err.Error()
	} else {
		e.vars["PATH"] = path
	}
	if t.Unsure != "" {
		e.unknown["PATH"] = t.Unsure
	}
	e.rest = func(ctx context.Context, name string) (string, error) {
		if strings.EqualFold(name, "PATH") { // Path and path are PATH here
			return e.vars["PATH"], nil
		}
		return registryEnv{ctx: ctx, h: h}.variable(name, false)
	}
	c := *h
	c.env, t.Host = e, &c
	return t, nil
}

// A registryEnv is the environment that the registry defines.
type registryEnv struct {
	ctx   context.Context
	h     *Host
	depth int
}

// value is a value of an environment key; one that is not there is empty.
func (r registryEnv) value(key, name string) (RegistryValue, error) {
	v, err := r.h.Registry(r.ctx, key, name)
	if errors.Is(err, ErrNotFound) {
		return RegistryValue{}, nil
	}
	if err == nil && v.Type != "REG_SZ" && v.Type != "REG_EXPAND_SZ" {
		err = fmt.Errorf("%s of %s is a %s", name, key, v.Type)
	}
	return v, err
}

// path is the machine's PATH followed by the account's. The machine's cannot speak of
// the account's variables, for it is expanded before them.
func (r registryEnv) path(machine, user RegistryValue) (string, error) {
	first, err := r.expand(machine, true, "")
	if err != nil {
		return "", err
	}
	second, err := r.expand(user, false, first)
	if err != nil {
		return "", err
	}
	if first == "" || second == "" {
		return first + second, nil
	}
	return strings.TrimSuffix(first, ";") + ";" + second, nil
}

func (r registryEnv) expand(v RegistryValue, machine bool, path string) (string, error) {
	if v.Type != "REG_EXPAND_SZ" {
		return v.Data, nil
	}
	return expandPercent(v.Data, func(name string) (string, error) {
		if strings.EqualFold(name, "PATH") {
			if path == "" {
				return "", ErrNotFound
			}
			return path, nil
		}
		return r.variable(name, machine)
	})
}

// variable is a variable of a new window; ErrNotFound when nothing defines it.
func (r registryEnv) variable(name string, machine bool) (string, error) {
	if r.depth++; r.depth > 10 {
		return "", ErrNotFound // variables that speak of one another
	}
	keys := []string{userEnvironment, machineEnvironment}
	if machine {
		keys = keys[1:]
	}
	for _, key := range keys {
		v, err := r.h.Registry(r.ctx, key, name)
		if err == nil {
			return r.expand(v, key == machineEnvironment, "")
		}
		if !errors.Is(err, ErrNotFound) {
			return "", fmt.Errorf("%s in the registry: %w", name, err)
		}
	}
	upper := strings.ToUpper(name)
	if !logonVariables.has(upper) && upper != "WINDIR" || machine && profileVariables.has(upper) {
		return "", ErrNotFound
	}
	return r.h.Env(r.ctx, name)
}

// expandPercent replaces %NAME% by its value. A name that nothing defines, and a
// percent sign without a second one, stay as they are.
func expandPercent(s string, value func(name string) (string, error)) (string, error) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "%")
		b.WriteString(before)
		if !ok {
			return b.String(), nil
		}
		b.WriteString("%")
		name, after, ok := strings.Cut(rest, "%")
		if !ok {
			b.WriteString(rest)
			return b.String(), nil
		}
		v, err := value(name)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && b.Len()+len(v) > maxText:
			s = rest // the second sign may begin another name
		case err != nil:
			return "", err
		default:
			text := strings.TrimSuffix(b.String(), "%") + v
			b.Reset()
			b.WriteString(text)
			s = after
		}
	}
}
