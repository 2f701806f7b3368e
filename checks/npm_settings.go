package checks

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// npmSettings is npm's configuration, worked out from the environment and from
// the files that npm reads, in npm's order (@npmcli/config of npm 11.19.0):
// environment, project, user, global, and the file inside npm itself.
type npmSettings struct {
	layers []npmLayer
	prefix string // where npm install -g puts things, defaults included
}

type npmLayer struct {
	location string // as npm config --location names it: project, user, global; "" otherwise
	file     string // "" for the environment
	values   map[string][]string
	names    map[string]string // environment only: the variable behind each key
}

// get is the value that counts, and where it stands. A list, such as omit[], is
// several values.
func (s npmSettings) get(key string) (values []string, layer npmLayer, ok bool) {
	for _, l := range s.layers {
		if v, ok := l.values[key]; ok {
			return v, l, true
		}
	}
	return nil, npmLayer{}, false
}

// value is the last value of a setting, "" where nobody sets it.
func (s npmSettings) value(key string) string {
	v, _, _ := s.get(key)
	if len(v) == 0 {
		return ""
	}
	return v[len(v)-1]
}

// npmVariables are the settings that are looked for in the environment.
var npmVariables = []string{"prefix", "registry", "strict_ssl", "omit", "include", "production", "cache", "userconfig", "globalconfig", "replace_registry_host",
	"proxy", "https_proxy", "noproxy", "script_shell"}

// registryHost is the server that npm fetches packages from, "" for npm's own.
func registryHost(s npmSettings) string {
	server, _ := serverOf(s.value("registry"))
	return server
}

// findNpmSettings is the settings of the npm that PATH leads to, or else the result
// of a check that needs them.
func findNpmSettings(ctx context.Context, h *platforms.Host, need Needs) (npmSettings, Result) {
	n, err := findNpm(ctx, h)
	if err != nil {
		return npmSettings{}, Unknown(err, "the folders of PATH could not be searched for npm")
	}
	if n.path == "" {
		return npmSettings{}, Skip("PATH leads to no npm")
	}
	s, err := readNpmSettings(ctx, h, need, n)
	if err != nil {
		return s, Unknown(err, "the settings of npm could not be read")
	}
	return s, Result{}
}

// readNpmSettings asks nothing of npm: reading its files takes a millisecond, and
// npm config takes a hundred. The files hold tokens too; the Recorder hides them.
func readNpmSettings(ctx context.Context, h *platforms.Host, need Needs, n npmCopy) (npmSettings, error) {
	var s npmSettings
	env, err := npmEnvironment(ctx, h)
	if err != nil {
		return s, err
	}
	s.layers = []npmLayer{env}
	add := func(location, file string) error {
		l, err := readNpmrc(ctx, h, file)
		if l.location = location; err == nil {
			s.layers = append(s.layers, l)
		}
		return err
	}
	if need.Project != "" && !h.SamePath(need.Project, h.Home) {
		if err := add("project", h.Join(need.Project, ".npmrc")); err != nil {
			return s, err
		}
		delete(s.layers[1].values, "prefix") // npm says that a project cannot change it
	}
	user := s.value("userconfig")
	if user == "" {
		user = h.Join("~/.npmrc")
	}
	if err := add("user", user); err != nil {
		return s, err
	}
	builtin := npmLayer{}
	if n.dir != "" {
		if builtin, err = readNpmrc(ctx, h, h.Join(n.dir, "npmrc")); err != nil {
			return s, err
		}
	}
	// The global file lies in the prefix, as far as it is known by then.
	if s.prefix, err = npmPrefix(ctx, h, npmSettings{layers: append(slices.Clone(s.layers), builtin)}); err != nil {
		return s, err
	}
	global := s.value("globalconfig")
	if global == "" && s.prefix != "" {
		global = h.Join(s.prefix, "etc", "npmrc")
	}
	if global != "" {
		if err := add("global", global); err != nil {
			return s, err
		}
	}
	s.layers = append(s.layers, builtin)
	s.prefix, err = npmPrefix(ctx, h, s)
	return s, err
}

// npmPrefix is the setting prefix, else a directory beside the Node.js that runs;
// "" where that does not start.
func npmPrefix(ctx context.Context, h *platforms.Host, s npmSettings) (string, error) {
	if p := s.value("prefix"); p != "" {
		return p, nil
	}
	if p, err := h.Getenv(ctx, "PREFIX"); err != nil || p != "" {
		return p, err
	}
	answer, _, err := askNode(ctx, h)
	if err != nil || answer == nil {
		return "", err
	}
	if h.OS == platforms.Windows {
		return h.DirName(answer.Path), nil
	}
	return h.DirName(h.DirName(answer.Path)), nil
}

func npmEnvironment(ctx context.Context, h *platforms.Host) (npmLayer, error) {
	l := npmLayer{values: make(map[string][]string), names: make(map[string]string)}
	var all []string
	for _, key := range npmVariables {
		all = append(all, spellings(key)...)
	}
	later := setLater(ctx, h, all)
	for _, key := range npmVariables {
		for _, name := range spellings(key) {
			value, err := h.Getenv(ctx, name)
			if err != nil {
				return l, err
			}
			if value = cmp.Or(value, later[name]); value != "" {
				setting := strings.ReplaceAll(key, "_", "-")
				l.values[setting], l.names[setting] = []string{value}, name
			}
		}
	}
	return l, nil
}

// spellings are the variables that npm takes for a setting.
func spellings(key string) []string {
	return []string{"npm_config_" + key, "NPM_CONFIG_" + strings.ToUpper(key)}
}

// readNpmrc reads a file as npm does; one that is not there, or not for this
// account, is empty to npm too.
func readNpmrc(ctx context.Context, h *platforms.Host, file string) (npmLayer, error) {
	l := npmLayer{file: file}
	text, err := h.ReadFile(ctx, file)
	if isAbsent(err) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	l.values = parseNpmrc(text)
	for _, values := range l.values {
		for i := range values {
			if values[i], err = expandNpm(ctx, h, values[i]); err != nil {
				return l, err
			}
		}
	}
	return l, nil
}

// parseNpmrc reads the ini format as npm's package ini 6 does: comments begin with
// ; or #, a key without = is true, key[] adds to a list, and what follows a
// [section] belongs to that section.
func parseNpmrc(text string) map[string][]string {
	values := make(map[string][]string)
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "\ufeff"))
		if line == "" || line[0] == ';' || line[0] == '#' {
			continue
		}
		if line[0] == '[' && strings.HasSuffix(line, "]") {
			break
		}
		key, value, given := strings.Cut(line, "=")
		key, value = npmrcWord(key), npmrcWord(value)
		if !given {
			value = "true"
		}
		if list, ok := strings.CutSuffix(key, "[]"); ok {
			values[list] = append(values[list], value)
		} else if key != "" {
			values[key] = []string{value}
		}
	}
	return values
}

// npmrcWord takes quotes and trailing comments off. A backslash keeps ; # and
// itself, and stays before all else, as in C:\npm.
func npmrcWord(s string) string {
	s = strings.TrimSpace(s)
	switch n := len(s); {
	case n > 1 && s[0] == '\'' && s[n-1] == '\'':
		return s[1 : n-1]
	case n > 1 && s[0] == '"' && s[n-1] == '"':
		var text string
		if json.Unmarshal([]byte(s), &text) != nil {
			return s
		}
		return text
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte(`\;#`, s[i+1]) >= 0:
			i++
			b.WriteByte(s[i])
		case c == ';' || c == '#':
			return strings.TrimSpace(b.String())
		default:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}

var npmVariable = lazily(`\$\{([^${}?]+)\??\}`)

// expandNpm puts the environment in place of ${NAME}, and home in place of ~.
func expandNpm(ctx context.Context, h *platforms.Host, value string) (string, error) {
	for _, m := range npmVariable().FindAllStringSubmatch(value, -1) {
		v, err := h.Env(ctx, m[1])
		if errors.Is(err, platforms.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		value = strings.Replace(value, m[0], v, 1)
	}
	if strings.HasPrefix(value, "~/") || strings.HasPrefix(value, `~\`) {
		value = h.Join(value)
	}
	return value, nil
}
