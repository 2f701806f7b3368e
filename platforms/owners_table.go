package platforms

// The tables of this file are of 2026-11-20. They come from the managers' own
// documents and sources (nvm 0.40.6, fnm 1.39, n 10.2, mise 2026.8, Homebrew 6,
// winget 1.30, Scoop's and the MSI's manifests), the layouts of n, mise, nvm and
// nodeenv from a lab run on Debian as well. Rows marked "unverified" come from
// general knowledge.

// An ownerMark is a part of a path that only one manager makes.
type ownerMark struct {
	manager Manager
	os      OS     // "" is every system
	part    string // as [Host.spelled] spells it
	shim    bool   // what lies there chooses a version each time it is started
	names   bool   // the next element of the path names the package
}

// ownerMarks is tried from the top.
var ownerMarks = []ownerMark{
	{manager: OwnArchive, part: "/devdoctor/node/"},

	{manager: Volta, part: "/.volta/bin/", shim: true},
	{manager: Volta, part: "/.volta/"},
	{manager: Volta, os: Windows, part: "/appdata/local/volta/bin/", shim: true},
	{manager: Volta, os: Windows, part: "/appdata/local/volta/"},
	{manager: Volta, os: Windows, part: "/program files/volta/", shim: true},
	{manager: Mise, part: "/mise/shims/", shim: true},
	{manager: Mise, part: "/mise/installs/node/"},
	{manager: Asdf, part: "/.asdf/shims/", shim: true},
	{manager: Asdf, part: "/.asdf/"},
	{manager: Proto, part: "/.proto/shims/", shim: true},
	{manager: Proto, part: "/.proto/"},
	{manager: Fnm, part: "/fnm_multishells/"},
	{manager: Fnm, part: "/fnm/node-versions/"},
	{manager: Fnm, part: "/.fnm/node-versions/"},
	{manager: Fnm, part: "/fnm/aliases/"},
	{manager: Nvm, part: "/.nvm/versions/"},
	{manager: Nvm, part: "/nvm/versions/node/"}, // $XDG_CONFIG_HOME/nvm
	{manager: NvmWindows, os: Windows, part: "/appdata/local/nvm/"},
	{manager: NvmWindows, os: Windows, part: "/appdata/roaming/nvm/"}, // before 1.2
	{manager: NvmWindows, os: Windows, part: "/nvm4w/"},
	{manager: Nvs, part: "/.nvs/"},                           // unverified
	{manager: Nvs, os: Windows, part: "/appdata/local/nvs/"}, // unverified
	{manager: Nodenv, part: "/.nodenv/shims/", shim: true},   // unverified
	{manager: Nodenv, part: "/.nodenv/"},                     // unverified

	{manager: Homebrew, part: "/Cellar/", names: true},
	{manager: MacPorts, os: Darwin, part: "/opt/local/"}, // unverified
	{manager: Nix, part: "/nix/store/"},
	{manager: Nix, part: "/run/current-system/"}, // unverified
	{manager: Snap, os: Linux, part: "/snap/"},
	{manager: Flatpak, os: Linux, part: "/usr/lib/sdk/"}, // unverified
	{manager: Scoop, os: Windows, part: "/scoop/apps/", names: true},
	{manager: Scoop, os: Windows, part: "/scoop/shims/"},
	{manager: Winget, os: Windows, part: "/microsoft/winget/packages/", names: true},
	{manager: Winget, os: Windows, part: "/microsoft/winget/links/"},

	{manager: Editor, os: Windows, part: "/msbuild/"},                 // unverified: Visual Studio
	{manager: Editor, os: Windows, part: "/microsoft visual studio/"}, // unverified
	{manager: Editor, os: Windows, part: "/adobe/"},                   // unverified
	{manager: Editor, part: "/.vscode-server/"},
	{manager: Editor, part: "/.cursor-server/"}, // unverified
}

// ownerVariables name the directory of a manager that does not live where it
// usually does.
var ownerVariables = []struct {
	manager Manager
	os      OS
	name    string
}{
	{Volta, "", "VOLTA_HOME"},
	{Mise, "", "MISE_DATA_DIR"},
	{Asdf, "", "ASDF_DATA_DIR"},
	{Proto, "", "PROTO_HOME"}, // unverified
	{Fnm, "", "FNM_MULTISHELL_PATH"},
	{Fnm, "", "FNM_DIR"},
	{Nvm, "", "NVM_DIR"},
	{NvmWindows, Windows, "NVM_HOME"},
	{Nvs, "", "NVS_HOME"},       // unverified
	{Nodenv, "", "NODENV_ROOT"}, // unverified
	{Scoop, Windows, "SCOOP"},
}

// ownerNeighbours are what managers keep in the prefix of a program: the
// directory above bin, on Windows the program's own.
var ownerNeighbours = []struct {
	manager Manager
	windows bool
	file    string
}{
	{N, false, "n/versions/node"},
	{Conda, false, "conda-meta"},
	{Conda, true, "conda-meta"},
	{Nodeenv, false, "bin/shim"},
}

// versionElement is an element of a path that is or holds a whole version:
// v24.21.0, 24.21.0_1, node-v24.21.0-linux-x64.
var versionElement = lazily(`^(?:node-)?v?(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc|nightly|test)[0-9A-Za-z.]*)?)(?:[_-].*)?$`)
