package fixers

import (
	"errors"
	"regexp"
	"strings"
	"sync"

	"devdoctor/platforms"
)

// A nodeKeeper is a version manager: it keeps copies of Node.js side by side, and one of
// them is the default of new terminals. In the texts {root} is its directory, {program}
// the manager itself and {version} a version such as 24.21.0.
type nodeKeeper struct {
	roots   []string // where it may be, the first that is there counts; $NAME is a variable
	kept    string   // below the root, the directory of the copies
	node    string   // below the root, a program of one copy
	program []string // where the manager's program may be if PATH does not lead to it

	install, remove []string // argv
	downloads       string   // the variable that names a mirror
	leaves          []string // what it keeps for itself
	opened          []string // what it writes whenever a terminal opens
	verified        []platforms.OS

	// chosen is the file that names the default, the first whose variable is set, and naming
	// is its text with another one, or why that is for its owner to write. Without naming it is a link to the copy.
	chosen []string
	naming func(text, version string) (string, error)
}

// nodeKeepers are the version managers of Linux and macOS, as their documents and sources
// have them on 2026-11-21: nvm 0.40.6, fnm 1.39, mise 2026.9, asdf 0.18, Volta 2.0. nvm and
// mise were run in the lab that day. Those of nodenv and proto are general knowledge.
var nodeKeepers = map[platforms.Manager]nodeKeeper{
	platforms.Nvm: {
		roots: []string{"$NVM_DIR", "$XDG_CONFIG_HOME/nvm", "~/.nvm", "~/.config/nvm"},
		kept:  "versions/node", node: "versions/node/v{version}/bin/node",
		program: []string{"{root}/nvm.sh"}, // a function of the shell
		install: []string{"bash", "-c", `export NVM_DIR="$0"; . "$0/nvm.sh" --no-use && nvm install "$1"`, "{root}", "{version}"},
		// It does not remove the version that this terminal uses.
		remove:    []string{"bash", "-c", `export NVM_DIR="$0"; . "$0/nvm.sh" --no-use && { nvm deactivate >/dev/null 2>&1; nvm uninstall "$1"; }`, "{root}", "{version}"},
		downloads: "NVM_NODEJS_ORG_MIRROR", leaves: []string{"{root}/.cache", "{root}/alias/lts"},
		verified: []platforms.OS{platforms.Linux},
		chosen:   []string{"{root}/alias/default"}, naming: func(_, version string) (string, error) { return majorOf(version) + "\n", nil },
	},
	platforms.Mise: {
		roots: []string{"$MISE_DATA_DIR", "$XDG_DATA_HOME/mise", "~/.local/share/mise"},
		kept:  "installs/node", node: "installs/node/{version}/bin/node",
		program: []string{"~/.local/bin/mise"},
		install: []string{"{program}", "install", "-y", "node@{version}"}, remove: []string{"{program}", "uninstall", "-y", "node@{version}"},
		downloads: "MISE_NODE_MIRROR_URL", leaves: []string{"~/.cache/mise", "~/.local/state/mise"}, opened: []string{"~/.cache/mise"},
		verified: []platforms.OS{platforms.Linux},
		chosen:   []string{"$MISE_GLOBAL_CONFIG_FILE", "$MISE_CONFIG_DIR/config.toml", "$XDG_CONFIG_HOME/mise/config.toml", "~/.config/mise/config.toml"},
		naming:   miseTool,
	},
	platforms.Asdf: {
		roots: []string{"$ASDF_DATA_DIR", "~/.asdf"},
		kept:  "installs/nodejs", node: "installs/nodejs/{version}/bin/node",
		program: []string{"~/.local/bin/asdf", "{root}/bin/asdf"},
		install: []string{"{program}", "install", "nodejs", "{version}"}, remove: []string{"{program}", "uninstall", "nodejs", "{version}"},
		downloads: "NODEJS_ORG_MIRROR", leaves: []string{"{root}/downloads", "{root}/shims", "{root}/tmp"},
		chosen: []string{"~/.tool-versions"}, naming: asdfTool,
	},
	platforms.Volta: {
		roots: []string{"$VOLTA_HOME", "~/.volta"},
		kept:  "tools/image/node", node: "tools/image/node/{version}/bin/node",
		program: []string{"{root}/bin/volta"},
		install: []string{"{program}", "fetch", "node@{version}"}, remove: []string{"rm", "-r", "{root}/tools/image/node/{version}"},
		leaves: []string{"{root}/tools/inventory", "{root}/tmp"},
		chosen: []string{"{root}/tools/user/platform.json"}, naming: voltaTool,
	},
	platforms.Fnm: {
		roots: []string{"$FNM_DIR", "$XDG_DATA_HOME/fnm", "~/.local/share/fnm", "~/.fnm", "~/Library/Application Support/fnm"},
		kept:  "node-versions", node: "node-versions/v{version}/installation/bin/node",
		program: []string{"{root}/fnm", "~/.local/bin/fnm"},
		install: []string{"{program}", "install", "{version}"}, remove: []string{"{program}", "uninstall", "{version}"},
		downloads: "FNM_NODE_DIST_MIRROR", leaves: []string{"{root}/node-versions/.downloads"}, opened: []string{"~/.local/state/fnm_multishells"},
		chosen: []string{"{root}/aliases/default"}, // a link
	},
	platforms.Nodenv: {
		roots: []string{"$NODENV_ROOT", "~/.nodenv"},
		kept:  "versions", node: "versions/{version}/bin/node",
		program: []string{"{root}/bin/nodenv"},
		install: []string{"{program}", "install", "{version}"}, remove: []string{"{program}", "uninstall", "-f", "{version}"},
		downloads: "NODE_BUILD_MIRROR_URL", leaves: []string{"{root}/shims", "{root}/cache"},
		chosen: []string{"{root}/version"}, naming: func(_, version string) (string, error) { return version + "\n", nil },
	},
	platforms.Proto: {
		roots: []string{"$PROTO_HOME", "~/.proto"},
		kept:  "tools/node", node: "tools/node/{version}/bin/node",
		program: []string{"{root}/bin/proto", "{root}/shims/proto"},
		install: []string{"{program}", "install", "node", "{version}"}, remove: []string{"{program}", "uninstall", "node", "{version}", "--yes"},
		leaves: []string{"{root}/cache", "{root}/temp", "{root}/shims", "{root}/bin", "{root}/tools/node/manifest.json"},
		chosen: []string{"{root}/.prototools"}, naming: protoTool,
	},
}

func majorOf(version string) string {
	major, _, _ := strings.Cut(version, ".")
	return major
}

var (
	asdfNode  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^nodejs[ \t].*$`) })
	voltaNode = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`("node"\s*:\s*\{\s*"runtime"\s*:\s*)"[^"]*"`)
	})
)

// miseTool is mise's settings with another Node.js, in the table tools.
func miseTool(text, version string) (string, error) {
	return withTomlNode(text, "tools", majorOf(version))
}

// protoTool is proto's settings with another Node.js. The line stands above all tables.
func protoTool(text, version string) (string, error) { return withTomlNode(text, "", version) }

// asdfTool is a list of tools with another Node.js.
func asdfTool(text, version string) (string, error) {
	if asdfNode().MatchString(text) {
		return asdfNode().ReplaceAllString(text, "nodejs "+version), nil
	}
	return withLine(text, "nodejs "+version), nil
}

// voltaTool is Volta's platform with another Node.js. A platform that pins npm is left as
// it is but for the version of Node.js.
func voltaTool(text, version string) (string, error) {
	switch {
	case voltaNode().MatchString(text):
		return voltaNode().ReplaceAllString(text, `${1}"`+version+`"`), nil
	case strings.TrimSpace(text) != "":
		return "", errors.New("it does not name node as Volta writes it")
	}
	return "{\n  \"node\": {\n    \"runtime\": \"" + version + "\",\n    \"npm\": null\n  },\n  \"pnpm\": null,\n  \"yarn\": null\n}", nil
}
