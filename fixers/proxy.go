package fixers

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"devdoctor/platforms"
)

// heeding is steps that take away a setting or a variable. Where some networks let nobody
// out without it, they ask for a consent of their own: what that does in the learner's
// network, nobody has tried.
func heeding(name string, steps []Step) []Step {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	var caution string
	switch {
	case strings.HasSuffix(name, "strict_ssl"):
		caution = " Where a school or a company reads encrypted traffic, give npm its certificate before: npm config set cafile FILE."
	case strings.HasSuffix(name, "proxy"):
		caution = " Do this only where no network of yours needs a proxy."
	default:
		return steps
	}
	for i := range steps {
		if steps[i].Tell == nil {
			steps[i].Says, steps[i].Allow = steps[i].Says+caution, AllowUnverified
		}
	}
	return steps
}

// ProxyAddress writes http:// before the address of a proxy that lacks it, in npm's file, in
// start files or among the variables of a Windows account. A network may need the proxy, so
// that taking it away would be worse than a wrong address.
var ProxyAddress = &Fix{
	ID: "proxy-address", Title: "Write http:// before the address of the proxy",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, name, file := p.Host, p.Found["name"], p.Found["file"]
		switch {
		case name == "":
			return nil, ErrNotHere
		case file != "":
			return prefixProxy(ctx, h, []string{file}, alikeSettings(name))
		case h.OS == platforms.Windows:
			return prefixProxyVariable(ctx, h, name)
		}
		return prefixProxy(ctx, h, variableFiles, []string{name})
	},
}

// bareProxy is an address that lacks nothing but http://. One with a login is left alone: it
// would stand in the plan.
var bareProxy = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9.-]+:(\d{1,5})/?$`) })

func isBareProxy(address string) bool {
	m := bareProxy().FindStringSubmatch(address)
	if m == nil {
		return false
	}
	port, err := strconv.Atoi(m[1])
	return err == nil && 0 < port && port <= 65535
}

// prefixProxy writes http:// into the lines of files that do nothing but set one of the names.
func prefixProxy(ctx context.Context, h *platforms.Host, files []string, names []string) ([]Step, error) {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = regexp.QuoteMeta(name)
	}
	sets := regexp.MustCompile(`^(\s*(?:export\s+|set\s+-\w+\s+)?(?:` + strings.Join(quoted, "|") + `)(?:\s*=\s*|\s+)["']?)([^\s"';&|]+)(["']?\s*)$`)
	var steps []Step
	for _, path := range files {
		f, err := readPresent(ctx, h, path)
		if err != nil {
			return nil, err
		}
		lines := slices.Collect(strings.Lines(f.text))
		for i, line := range lines {
			if m := sets.FindStringSubmatch(line); m != nil && isBareProxy(m[2]) {
				lines[i] = m[1] + "http://" + m[2] + m[3]
			}
		}
		if !f.there {
			continue
		}
		more, err := f.become(ctx, h, strings.Join(lines, ""), 0o600, Documented, "Write http:// before the address of the proxy in "+f.path+".")
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	if len(steps) == 0 {
		return nil, ErrNotHere
	}
	return steps, nil
}

func prefixProxyVariable(ctx context.Context, h *platforms.Host, name string) ([]Step, error) {
	name = spelledInRegistry(ctx, h, name)
	v, err := h.Registry(ctx, userVariables, name)
	if errors.Is(err, platforms.ErrNotFound) || err == nil && (!isText(v.Type) || !isBareProxy(v.Data)) {
		return nil, ErrNotHere
	}
	if err != nil {
		return nil, err
	}
	after := v
	after.Data = "http://" + v.Data
	return []Step{{
		Says:     "Write http:// before the address of the proxy in the variable " + name + " of your account. Terminals that open from now on have it.",
		Verified: Documented, Env: &SetEnv{Name: name, Before: v, After: after},
	}}, nil
}
