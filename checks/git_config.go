package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// gitKeys matches the settings that checks look at, by the last part of their
// names. It leaves out all that may hold a secret, such as http.*.extraheader and
// a user.password that somebody made up.
const gitKeys = `\.(name|email|helper|selected|autocrlf|longpaths|askpass|sshcommand|defaultbranch|url|gpgsign|format|program)$`

// A gitSetting is one line of one of git's configuration files.
type gitSetting struct {
	Scope string // system, global, local, worktree, command; Apple's own file is "unknown"
	File  string // where it stands
	Key   string // section and name in lower case: credential.https://github.com.helper
	Value string
}

// gitConfig is git's settings in the order in which it reads them: of several
// values the last one counts.
type gitConfig []gitSetting

// readGitConfig starts git once, in the project directory where there is one,
// because a file may be included for some directories only, and otherwise in
// home. All checks of git share the answer.
func readGitConfig(ctx context.Context, h *platforms.Host, need Needs) (gitConfig, error) {
	dir := need.Project
	if dir == "" {
		dir = h.Home
	}
	out, err := h.RunIn(ctx, dir, "git", "config", "--show-scope", "--show-origin", "--get-regexp", gitKeys)
	if err != nil {
		return nil, err
	}
	if out.Exit != 0 && out.Exit != 1 { // 1 says that nothing matches
		return nil, fmt.Errorf("git config ended with status %d", out.Exit)
	}
	config := parseGitConfig(out.Stdout)
	if len(config) == 0 && out.Exit == 0 {
		return nil, errors.New("git config ended well and printed no setting")
	}
	return config, nil
}

// parseGitConfig reads lines of "scope TAB origin TAB key SPACE value". What does
// not look so is the rest of a value that holds a line break.
func parseGitConfig(text string) gitConfig {
	var config gitConfig
	for line := range strings.Lines(text) {
		words := strings.SplitN(strings.TrimRight(line, "\r\n"), "\t", 3)
		if len(words) < 3 {
			continue
		}
		key, value, _ := strings.Cut(words[2], " ")
		if key == "" {
			continue
		}
		origin := words[1]
		if file, ok := strings.CutPrefix(origin, "file:"); ok {
			origin = gitPath(file)
		}
		config = append(config, gitSetting{words[0], origin, key, value})
	}
	return config
}

// gitPath is a path as git prints it for programs: between double quotes, with the escapes
// of C, where it holds more than plain letters (git-config(1), core.quotePath). Those are
// escapes of Go as well.
func gitPath(printed string) string {
	if path, err := strconv.Unquote(printed); err == nil && strings.HasPrefix(printed, `"`) {
		return path
	}
	return printed
}

// last is the value of a setting that counts.
func (c gitConfig) last(key string) (gitSetting, bool) {
	for _, s := range slices.Backward(c) {
		if s.Key == key {
			return s, true
		}
	}
	return gitSetting{}, false
}

// value is the value that counts, "" where nobody sets one.
func (c gitConfig) value(key string) string {
	s, _ := c.last(key)
	return s.Value
}
