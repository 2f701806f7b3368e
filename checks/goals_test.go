package checks

import (
	"strings"
	"testing"
)

// distinct is goals that say: these troubles are kept apart. Each fixture must
// end in its own problem, and each problem must have advice of its own.
var distinct = []struct {
	goal     string
	fixtures map[string]string // fixture -> what its section "want" begins with
}{
	{"G07 not installed, wrong version, not working and not permitted are different findings", map[string]string{
		"node-installed/debian-none": "fail not-installed:",
		"node-version/nvm-18":        "fail too-old:",
		"node-runs/libatomic-debian": "fail library-missing:",
		"docker-running/stopped":     "fail not-running:",
		"docker-running/permission":  "fail permission:",
	}},
	{"G18 newer releases are accepted, the LTS window is known by table", map[string]string{
		"node-version/trap-28-unknown":    "ok:",
		"node-version/trap-27-current":    "ok:",
		"node-version/trap-26":            "ok:",
		"node-version/trap-26-before-lts": "ok:",
		"node-version/alpha-27":           "warn pre-release:",
		"node-version/nvm-25":             "warn no-more-repairs:",
		"node-version/nvm-22":             "warn older-line:",
		"node-version/nvm-20":             "fail too-old:",
		"git-installed/trap-2-28":         "ok:",
		"system-version/trap-macos-13-5":  "ok:",
	}},
	{"G21 every copy on PATH, which wins, and who keeps it", map[string]string{
		"node-copies/apt-before-archive":     "fail",
		"node-copies/msi-before-fnm-windows": "fail",
		"node-copies/pkg-before-brew-mac":    "fail",
		"node-copies/trap-same-file":         "ok:",
		"node-copies/trap-old-behind":        "ok:",
		"docker-installed/wsl-shim":          "fail",
	}},
	{"G23, N4 the stored PATH differs from this terminal's: close it, do not install", map[string]string{
		"node-installed/windows-stale":         "fail stale-terminal:",
		"git-installed/windows-stale-terminal": "fail stale-terminal:",
		"node-installed/debian-stale":          "fail stale-terminal:",
		"node-installed/windows-none":          "fail not-installed:",
		"node-installed/windows-not-on-path":   "fail not-on-path:",
		"node-installed/windows-unexpanded":    "blocked: waits for terminal-stored-path",
		"terminal-stored-path/frozen":          "fail not-expandable:",
		"terminal-stored-path/frozen-system":   "fail system-not-expandable:",
	}},
	{"G24 git: identity, default branch, line endings, credentials, keys, ownership", map[string]string{
		"git-identity/debian-missing":     "fail missing:",
		"git-default-branch/debian-unset": "warn unset:",
		"git-line-endings/mac-crlf":       "warn",
		"github-login/debian-no-login":    "warn no-login:",
		"github-ssh/debian-permissions":   "",
		"git-ownership/debian-root":       "fail",
	}},
	{"G25 who holds the port, on IPv4 and IPv6", map[string]string{
		"port.3000/left-running":          "fail left-running:",
		"port.3000/left-running-loopback": "fail left-running:",
		"port.3000/windows-left-running":  "fail left-running:",
		"port.3000/grafana":               "fail",
		"port.3000/other-account":         "fail",
	}},
	{"G26 in use, reserved, not permitted, AirPlay and only ::1 are different", map[string]string{
		"port.3000/windows-reserved":      "fail reserved:",
		"port.80/privileged":              "",
		"port.5000/mac-airplay-needed":    "fail airplay:",
		"localhost-address/mac-only-ipv6": "",
		"port.3000/windows-http-sys":      "fail",
	}},
	{"G27 Docker: command, engine, permission, context, compose, helper", map[string]string{
		"docker-installed/missing":          "fail",
		"docker-running/stopped":            "fail",
		"docker-running/permission":         "fail",
		"docker-running/context-of-colima":  "fail",
		"docker-compose/missing":            "fail",
		"docker-credentials/helper-missing": "",
	}},
	{"G28 which side of WSL", map[string]string{
		"node-installed/wsl-only-windows": "fail windows-node-in-wsl:",
		"wsl-project/mnt-c":               "",
		"wsl-version/wsl1":                "",
	}},
	{"G31 places that do harm", map[string]string{
		"place-home/windows-ampersand":   "",
		"place-project/windows-onedrive": "",
		"place-project/windows-long":     "",
		"place-packages/home":            "",
		"place-home/trap-windows-space":  "ok:",
	}},
	{"G33 VS Code: code on PATH, forks, WSL", map[string]string{
		"vscode-installed/mac-not-on-path": "",
		"vscode-installed/cursor-as-code":  "",
		"vscode-wsl/extension-missing":     "",
		"vscode-extensions/missing":        "",
	}},
}

func TestCausesAreKeptApart(t *testing.T) {
	by := make(map[string]*fixture)
	for _, f := range loadFixtures(t) {
		by[f.name] = f
	}
	for _, d := range distinct {
		advice := make(map[string]string)
		for name, want := range d.fixtures {
			f := by[name]
			if f == nil {
				t.Errorf("%s: there is no fixture %s", d.goal, name)
				continue
			}
			r := f.run(t)
			if !strings.HasPrefix(r.String(), want) {
				t.Errorf("%s: %s ends in %s, want %q", d.goal, name, r, want)
			}
			if r.Problem == nil {
				continue
			}
			tell, _ := r.Tell(f.os)
			key := tell.Do + strings.Join(commandLines(tell, f.os), "\n")
			id := f.check.ID + "/" + r.Problem.ID
			if other, ok := advice[key]; ok && other != id && !strings.HasPrefix(d.goal, "G18") { // upgrading cures them all
				t.Errorf("%s: %s and %s have the same advice", d.goal, other, id)
			}
			advice[key] = id
		}
	}
}
