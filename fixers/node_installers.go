package fixers

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// nodeOwners are those who keep one copy of Node.js, in place of the last one. The commands
// are those of their documents (read 2026-11-20); n was run in the lab on 2026-11-21, the
// others were not.
var nodeOwners = map[platforms.Manager]func(context.Context, Patient) ([]Step, error){
	platforms.N: nodeByN, platforms.Nodeenv: nodeByNodeenv, platforms.Snap: nodeBySnap, platforms.Homebrew: nodeByHomebrew,
	platforms.Apt: nodeByApt, platforms.NodeSource: nodeByNodeSource,
	platforms.Winget: nodeByWinget, platforms.MSI: nodeByMSI, platforms.Scoop: nodeByScoop, platforms.Chocolatey: nodeByChocolatey,
	platforms.NvmWindows: nodeByNvmWindows,
}

// mirrorFor is the host that an owner downloads from. mirror is an address that only devdoctor
// was told of, so that the owner has to be told; variable is the owner's own, or "".
func mirrorFor(ctx context.Context, h *platforms.Host, variable string) (host, mirror string, err error) {
	for _, name := range []string{variable, nodeMirrors[0]} {
		if name == "" {
			continue
		}
		value, err := h.Getenv(ctx, name)
		if err != nil {
			return "", "", fmt.Errorf("look for a mirror of Node.js: %w", err)
		}
		u, err := url.Parse(value)
		if err != nil || u.Hostname() == "" || u.User != nil { // a password would be written down
			continue
		}
		if name != variable {
			mirror = value
		}
		return u.Hostname(), mirror, nil
	}
	return "nodejs.org", "", nil
}

// toldOf is a command with a variable that names a mirror, where there is one to name.
func toldOf(variable, mirror string, argv []string) []string {
	if mirror == "" || variable == "" {
		return argv
	}
	return append([]string{"env", variable + "=" + mirror}, argv...)
}

// exactly is the probe of an answer that is known now, and becomes another one.
func exactly(ctx context.Context, h *platforms.Host, after string, verb string, args ...string) (Probe, error) {
	q := platforms.Query{Verb: verb, Args: args}
	asked := q
	asked.Args = append([]string(nil), args...)
	for i, arg := range args {
		if strings.HasPrefix(arg, "~/") {
			asked.Args[i] = h.Join(arg)
		}
	}
	now, err := Answered(h.Source().Answer(ctx, asked))
	if err != nil {
		return Probe{}, fmt.Errorf("ask %s: %w", q, err)
	}
	if now == after {
		return Probe{}, ErrNotHere // it is there, and something else is wrong
	}
	return Probe{Query: q.String(), Before: now, After: after}, nil
}

// nodeByN copies another version over the one in n's prefix. n keeps the old one too, and
// takes it back from there.
func nodeByN(ctx context.Context, p Patient) ([]Step, error) {
	h, runs, v := p.Host, p.Found["version"], nodeVersionFor(p.Found["version"])
	prefix := atHome(h, h.DirName(h.DirName(p.Found["path"])))
	kept, err := h.Exists(ctx, h.Join(prefix, "n/versions/node", runs))
	if err != nil || !kept || runs == "" || runs == v {
		return nil, orNotHere(err) // somebody else's copy would be lost
	}
	programs, err := h.Which(ctx, "n")
	if err != nil || len(programs) == 0 {
		return nil, orNotHere(err)
	}
	node := prefix + "/bin/node"
	seen, err := exactly(ctx, h, "v"+v, "run", node, "--version")
	if err != nil {
		return nil, err
	}
	host, mirror, err := mirrorFor(ctx, h, "N_NODE_MIRROR")
	if err != nil {
		return nil, err
	}
	n := atHome(h, programs[0].Path)
	argv := toldOf("N_NODE_MIRROR", mirror, []string{"sh", "-c", `N_PREFIX="$0" "$1" install "$2"`, prefix, n, v})
	back := []string{"sh", "-c", `N_PREFIX="$0" "$1" install "$2" && N_PREFIX="$0" "$1" rm "$3"`, prefix, n, runs, v}
	admin := false
	if dir, err := h.Stat(ctx, h.Join(prefix, "n/versions/node")); err != nil || !dir.Writable {
		if argv, admin, err = asAdmin(ctx, p, argv); err != nil {
			return nil, err
		}
		if back, _, err = asAdmin(ctx, p, back); err != nil {
			return nil, err
		}
	}
	return []Step{{
		Says: "Let n put Node.js " + v + " in place of " + runs + ".", Admin: admin, Verified: triedOn(h, platforms.Linux), Hosts: []string{host},
		// n copies over what is there, and takes away nothing but npm.
		Leaves: []string{prefix + "/include/node", prefix + "/share/doc/node", prefix + "/share/man/man1"},
		Run:    &Run{Argv: argv, Back: back, Seen: seen},
	}}, nil
}

// nodeByNodeenv makes an environment of its own beside the one that runs, which belongs to
// a project, and puts it on PATH.
func nodeByNodeenv(ctx context.Context, p Patient) ([]Step, error) {
	h, v := p.Host, nodeVersionFor(p.Found["version"])
	programs, err := h.Which(ctx, "nodeenv")
	if err != nil || len(programs) == 0 || v == p.Found["version"] {
		return nil, orNotHere(err)
	}
	env := h.DirName(h.DirName(p.Found["path"])) + "-" + majorOf(v)
	taken, err := h.Exists(ctx, env)
	if err != nil || taken || !h.Under(env, h.Home) {
		return nil, orNotHere(err)
	}
	host, mirror, err := mirrorFor(ctx, h, "")
	if err != nil {
		return nil, err
	}
	argv := []string{programs[0].Path, "--prebuilt", "--node=" + v}
	if mirror != "" {
		argv = append(argv, "--mirror="+mirror)
	}
	first, err := firstOnPath(ctx, h, h.Join(env, "bin"))
	if err != nil {
		return nil, err
	}
	env = atHome(h, env)
	return append([]Step{{
		Says:     "Make an environment with Node.js " + v + " beside the one that you have. Undo removes it, unless packages were added to it since.",
		Verified: Documented, Hosts: []string{host},
		Run: &Run{Argv: append(argv, env), Back: []string{"rm", "-r", env}, Seen: absentFile(env + "/bin/node"), Makes: []string{env + "/lib/node_modules"}},
	}}, first...), nil
}

func nodeBySnap(ctx context.Context, p Patient) ([]Step, error) {
	seen, err := exactly(ctx, p.Host, Anything, "stat", "/snap/node/current")
	if err != nil {
		return nil, err
	}
	argv, admin, err := asAdmin(ctx, p, []string{"snap", "refresh", "node", "--channel=24/stable"})
	if err != nil {
		return nil, err
	}
	back, _, err := asAdmin(ctx, p, []string{"snap", "revert", "node"})
	return []Step{{
		Says: "Let snap switch to Node.js 24.", Admin: admin, Verified: Documented, Hosts: []string{"api.snapcraft.io"},
		Leaves: []string{"/snap/node", "/var/lib/snapd", "/var/snap/node"}, Run: &Run{Argv: argv, Back: back, Seen: seen},
	}}, err
}

// brew is a command of Homebrew that neither asks nor upgrades or cleans up anything else.
func brew(prefix string, words ...string) []string {
	quiet := []string{"env", "HOMEBREW_NO_ASK=1", "HOMEBREW_NO_AUTO_UPDATE=1", "HOMEBREW_NO_INSTALL_CLEANUP=1", "HOMEBREW_NO_INSTALL_UPGRADE=1", "NONINTERACTIVE=1"}
	return append(append(quiet, prefix+"/bin/brew"), words...)
}

// brewPrefix is the directory of the Homebrew that keeps the copy which a check found.
func brewPrefix(p Patient) string {
	path := p.Found["path"]
	for _, below := range []string{"/Cellar/", "/opt/" + p.Found["name"] + "/"} {
		if before, _, ok := strings.Cut(path, below); ok {
			return before
		}
	}
	return p.Host.DirName(p.Host.DirName(path))
}

// nodeByHomebrew installs the formula node@24. For Macs with Intel processors Homebrew has
// no built one since 2026-08-27.
func nodeByHomebrew(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	prefix, name := brewPrefix(p), p.Found["name"]
	if h.OS == platforms.Darwin && (h.Arch != "arm64" || prefix == "/usr/local") || name == "node@24" || name == "" {
		return nil, ErrNotHere
	}
	linked, err := exactly(ctx, h, Anything, "stat", prefix+"/bin/node")
	if err != nil {
		return nil, err
	}
	leaves := []string{prefix + "/Cellar", prefix + "/opt", prefix + "/var", prefix + "/etc", "~/Library/Caches/Homebrew", "~/Library/Logs/Homebrew"}
	return []Step{
		{
			Says: "Install Node.js 24 with Homebrew.", Verified: Documented, Hosts: []string{"ghcr.io"}, Leaves: leaves,
			Run: &Run{Argv: brew(prefix, "install", "--formula", "node@24"), Back: brew(prefix, "uninstall", "--formula", "node@24"), Seen: absentFile(prefix + "/opt/node@24")},
		},
		{
			Says: "Let node and npm be those of Node.js 24.", Verified: Documented,
			Run: &Run{Argv: brew(prefix, "link", "--overwrite", "node@24"), Back: brew(prefix, "link", "--overwrite", name), Seen: linked},
		},
	}, nil
}

var (
	debVersion = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^\s*nodejs \| (?:\d+:)?(\d+)\.\S* \|`) })
	nodeSource = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`node_\d+\.x`) })
)

// nodeByApt upgrades the distribution's package, where the distribution has a newer one:
// Debian testing and unstable do, its releases did not on 2026-11-20.
func nodeByApt(ctx context.Context, p Patient) ([]Step, error) {
	out, err := p.Host.Run(ctx, "apt-cache", "madison", "nodejs")
	if err != nil {
		return nil, fmt.Errorf("ask apt for its versions of Node.js: %w", err)
	}
	newest := debVersion().FindStringSubmatch(out.Stdout) // the newest stands first
	if newest == nil || newest[1] != "24" && newest[1] != "26" || newest[1] == majorOf(p.Found["version"]) {
		return nil, ErrNotHere
	}
	return upgradeDeb(ctx, p, packagers[platforms.Apt], nil)
}

// upgradeDeb installs the newest package nodejs that apt knows.
func upgradeDeb(ctx context.Context, p Patient, k packager, back []string) ([]Step, error) {
	seen, err := exactly(ctx, p.Host, Anything, "run", "dpkg-query", "-W", "-f", "${Version}", "nodejs")
	if err != nil {
		return nil, err
	}
	argv, admin, err := asAdmin(ctx, p, k.withEnv(k.install, []string{"nodejs"}))
	if err != nil {
		return nil, err
	}
	if back != nil {
		back, _, err = asAdmin(ctx, p, back)
	}
	return []Step{{
		Says: "Upgrade the package nodejs with apt.", Admin: admin, Verified: Documented, Hosts: []string{packageServers},
		Leaves: k.leaves, Run: &Run{Argv: argv, Back: back, Seen: seen},
	}}, err
}

// nodeByNodeSource points NodeSource's file at the line 24, and upgrades from there.
// NodeSource keeps the packages of all releases, so that there is a way back.
func nodeByNodeSource(ctx context.Context, p Patient) ([]Step, error) {
	h, file := p.Host, p.Found["file"]
	text, err := h.ReadFile(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	old := nodeSource().FindString(text)
	if old == "" || urlLogin().MatchString(text) {
		return nil, ErrNotHere
	}
	const line = "node_24.x"
	swap := func(from, to string) ([]string, bool, error) {
		return asAdmin(ctx, p, []string{"sed", "-i", "s/" + strings.ReplaceAll(from, ".", "[.]") + "/" + to + "/", file})
	}
	argv, admin, err := swap(old, line)
	if err != nil {
		return nil, err
	}
	back, _, err := swap(line, old)
	if err != nil {
		return nil, err
	}
	var steps []Step
	if old != line {
		after := strings.TrimRight(strings.ReplaceAll(text, old, line), "\r\n")
		steps = append(steps, Step{
			Says: "Point NodeSource's file at Node.js 24.", Admin: admin, Verified: Documented,
			Run: &Run{Argv: argv, Back: back, Seen: Probe{platforms.Query{Verb: "file", Args: []string{file}}.String(), strings.TrimRight(text, "\r\n"), after}},
		})
	}
	now, err := h.Run(ctx, "dpkg-query", "-W", "-f", "${Version}", "nodejs")
	if err != nil || now.Exit != 0 {
		return nil, orNotHere(err)
	}
	k := packagers[platforms.Apt]
	k.install = []string{"sh", "-c", aptUpgrade, "sh"}
	upgrade, err := upgradeDeb(ctx, p, k, k.withEnv(k.install, []string{"nodejs=" + now.Text()}))
	return append(steps, upgrade...), err
}

// isVersion reports whether a text is a version, so that it may stand in a command.
func isVersion(text string) bool {
	_, err := version.NewSemver(text)
	return err == nil
}
