package fixers

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"

	"devdoctor/platforms"
)

// DropNpmSetting takes the lines of one setting out of the file of npm's settings in which
// the check found it. npm then uses what it is made with.
var DropNpmSetting = &Fix{
	ID: "npm-setting", Title: "Take a setting out of npm's file",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		name, file := p.Found["name"], p.Found["file"]
		if name == "" || file == "" || !strings.HasSuffix(file, "npmrc") {
			return nil, ErrNotHere
		}
		f, err := readPresent(ctx, p.Host, file)
		if err != nil || !f.there {
			return nil, err
		}
		text, secret := withoutNpmSetting(f.text, alikeSettings(name)...)
		if secret {
			return nil, ErrNotHere // it would stand in the plan and in the journal
		}
		if text == f.text {
			return nil, ErrNotHere
		}
		steps, err := f.become(ctx, p.Host, text, 0o600, triedOn(p.Host, platforms.Linux, platforms.Windows), "Take the setting "+name+" out of "+f.path+".")
		return heeding(name, steps), err
	},
}

var (
	npmLine  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*([^=;#\s\[]+?)(\[\])?\s*(=|$)`) })
	urlLogin = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`://[^/@\s]+@|_auth|_password`) })
)

// alikeSettings is a setting, and the one that npm falls back on where it is gone.
func alikeSettings(name string) []string {
	if name == "proxy" || name == "https-proxy" {
		return []string{"proxy", "https-proxy"}
	}
	return []string{name}
}

// DropNvmPrefix takes the settings out of a file of npm's settings with which nvm refuses
// to work.
var DropNvmPrefix = &Fix{
	ID: "nvm-prefix", Title: "Take out what keeps nvm from switching",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		f, err := readPresent(ctx, p.Host, p.Found["file"])
		if err != nil || !f.there {
			return nil, orNotHere(err)
		}
		text, secret := withoutNpmSetting(f.text, "prefix", "globalconfig")
		if secret {
			return nil, ErrNotHere
		}
		return f.become(ctx, p.Host, text, 0o600, triedOn(p.Host, platforms.Linux), "Take the settings prefix and globalconfig out of "+f.path+".")
	},
}

// withoutNpmSetting is the text without the lines of some settings. secret says that a line
// that goes holds a password.
func withoutNpmSetting(text string, names ...string) (rest string, secret bool) {
	lines := slices.Collect(strings.Lines(text))
	lines = slices.DeleteFunc(lines, func(l string) bool {
		m := npmLine().FindStringSubmatch(strings.TrimPrefix(l, "\ufeff")) // the mark of some editors
		if m == nil || !slices.Contains(names, m[1]) {
			return false
		}
		secret = secret || urlLogin().MatchString(l)
		return true
	})
	return strings.Join(lines, ""), secret
}

// PutAside gives a file that is in the way the name it has with .old behind it.
var PutAside = &Fix{
	ID: "put-aside", Title: "Put a stray file aside",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, path := p.Host, p.Found["path"]
		if path == "" || !strings.HasSuffix(path, ".json") {
			return nil, ErrNotHere // a directory is moved by hand
		}
		f, err := readPresent(ctx, h, path)
		if err != nil || !f.there {
			return nil, err
		}
		info, err := h.Stat(ctx, path)
		if err != nil {
			return nil, err
		}
		aside := f.path + ".old"
		taken, err := h.Exists(ctx, path+".old")
		if err != nil || taken || info.Target != "" {
			return nil, orNotHere(err)
		}
		entry := platforms.Entry{Kind: platforms.KindFile, Mode: onUnix(h, info.Mode), Text: platforms.Text(f.text)}
		return []Step{
			{Says: "Keep what " + f.path + " holds under the name " + aside + ".", Verified: triedOn(h, platforms.Linux, platforms.Windows), Path: &Path{Path: aside, After: entry}},
			{Says: "Take " + f.path + " away.", Verified: triedOn(h, platforms.Linux, platforms.Windows), Path: &Path{Path: f.path, Before: entry}},
		}, nil
	},
}

func orNotHere(err error) error {
	if err != nil {
		return err
	}
	return ErrNotHere
}
