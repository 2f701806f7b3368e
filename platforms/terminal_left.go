package platforms

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// sessionFiles are read at a login beside those of the shell, and name variables in
// forms of their own. Source: environment.d(5), pam_env(8), Debian's Xsession(5), 2026-11-21.
var sessionFiles = []string{
	"/etc/environment", "~/.pam_environment", "~/.xprofile", "~/.xsession", "~/.xsessionrc", "~/.config/environment.d/*.conf",
	"/etc/environment.d/*.conf", "/usr/lib/environment.d/*.conf", "/etc/security/pam_env.conf",
}

// LeftBehind reports whether new terminals have a variable from the session alone: it
// began with it, and no file that a login or a new terminal reads sets it any more, so
// that a new login ends it. It is false where that is not certain.
func (t Terminal) LeftBehind(ctx context.Context, name string) (bool, error) {
	if t.outer == nil || t.outer.OS != Linux {
		return false, nil
	}
	began, err := t.outer.SessionEnv(ctx, name)
	if err != nil {
		return false, unlessUnseen(err)
	}
	if now, err := t.Host.Env(ctx, name); err != nil || now != began {
		return false, unlessUnseen(err)
	}
	h := t.outer.Through(&askedOnce{Source: t.outer.src, answers: map[string]answered{}})
	inherit := func(v string) shellVar {
		if v == name {
			return shellVar{}
		}
		return h.inheritedVar(ctx, v) // by and large the next session has what this one has
	}
	// Desktops read the files of sh, whichever shell the account has.
	for _, p := range []prediction{{shell: t.Shell}, {shell: t.Shell, login: true}, {shell: "sh", login: true}} {
		p.h, p.inherit = h, inherit
		s := predict(ctx, p)
		v := s.st.vars[name]
		if s.st.lost != "" || v.why != "" || v.isSet {
			return false, nil
		}
	}
	named, err := h.sessionNames(ctx, name)
	return err == nil && !named, err
}

// sessionNames reports whether one of the sessionFiles speaks of a variable, or cannot
// be read.
func (h *Host) sessionNames(ctx context.Context, name string) (bool, error) {
	for _, pattern := range sessionFiles {
		files := []string{h.Join(pattern)}
		if strings.Contains(pattern, "*") {
			var err error
			if files, err = h.Glob(ctx, h.Join(pattern)); err != nil {
				return true, unlessUnseen(err)
			}
		}
		for _, file := range files {
			text, err := h.ReadFile(ctx, file)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil || strings.Contains(text, name) {
				return true, unlessUnseen(err)
			}
		}
	}
	return false, nil
}

// unlessUnseen drops the errors that only say that something cannot be known.
func unlessUnseen(err error) error {
	if slices.ContainsFunc([]error{ErrNotFound, ErrNotPermitted, ErrNotRecorded}, func(e error) bool { return errors.Is(err, e) }) {
		return nil
	}
	return err
}
