package fixers

import "devdoctor/platforms"

// The releases of Node.js that devdoctor installs itself: the newest of their lines that
// were seen on 2026-11-21. The checksums are those of nodenv/node-build for Linux and macOS
// (share/node-build/24.21.0 at be50b90 and 26.10.0 at fb9cd40) and of
// microsoft/winget-pkgs for Windows (OpenJS.NodeJS.LTS 24.21.0 at 09b3150, OpenJS.NodeJS
// 26.10.0 at 064a5eb). Each was found again in two or more other public projects that
// pin the archive by nodejs.org's SHASUMS256.txt, and none with another value.
const (
	Newest24 = "24.21.0"
	Newest26 = "26.10.0"

	nodeReleasesRead = "2026-11-21"
)

// The oldest systems that Node.js 24 and 26 run on, from BUILDING.md of their lines (facts
// of 2026-11-20). Their programs for Linux are built for glibc, and not for musl.
const (
	OldestMacOS        = "13.5"
	OldestWindowsBuild = 10240 // Windows 10
	oldestGlibc        = "2.28"
)

// A nodeArchive is a release of Node.js for one kind of machine.
type nodeArchive struct {
	version string
	os      platforms.OS
	arch    string // as in Go
	name    string // without the ending
	sha256  string
}

var nodeArchives = []nodeArchive{
	{Newest24, platforms.Linux, "amd64", "node-v24.21.0-linux-x64", "6e1db87ef58b8819e5d5402eff1536491b18edd8eb7bee5ef7897876e88dc5ff"},
	{Newest24, platforms.Linux, "arm64", "node-v24.21.0-linux-arm64", "724282c3b43aec998aa9527380465b45d229e021b58035f5f4f63095eabfe5d5"},
	{Newest24, platforms.Darwin, "amd64", "node-v24.21.0-darwin-x64", "1462cb3b3046b815cf8ea436d3da450ec1a9f11dac7e5a46b0ada5305d7e8097"},
	{Newest24, platforms.Darwin, "arm64", "node-v24.21.0-darwin-arm64", "bed7eea5325e1108f32ce5228ddd6a5f0f08a499ee42aa7442aea583702f6057"},
	{Newest24, platforms.Windows, "amd64", "node-v24.21.0-win-x64", "158f7685b44de51f6c0df1d153526cbcd3e1bc739a8dfc607721cef75de9e541"},
	{Newest24, platforms.Windows, "arm64", "node-v24.21.0-win-arm64", "8779b1bde1d39f8d420e3b57aa657b39891af434d3de44a919044cec06785921"},
	{Newest26, platforms.Linux, "amd64", "node-v26.10.0-linux-x64", "cb5c9ce9c80d7b8821e3a258543c71b939138cf17c74d5cc44bbe85d6dbc5ad8"},
	{Newest26, platforms.Linux, "arm64", "node-v26.10.0-linux-arm64", "423a41bff8e2a2fa15e702fefe2919ef95823b2378744daccb8439302534b44f"},
	{Newest26, platforms.Darwin, "amd64", "node-v26.10.0-darwin-x64", "ebbe9ab9b58ad6bb54390d6e2c862c1afa7d4475fb7e8ae8146acde211bf70df"},
	{Newest26, platforms.Darwin, "arm64", "node-v26.10.0-darwin-arm64", "751fdf7439f115d87ee2a8f3f18c065b6151852068e3e666ac60ac2996f75ac9"},
	{Newest26, platforms.Windows, "amd64", "node-v26.10.0-win-x64", "9fef7eca6743a6b910989cd8e78712376b394fcb9b6e1e9c44a0799a287f90c5"},
	{Newest26, platforms.Windows, "arm64", "node-v26.10.0-win-arm64", "b778640d7271566bcaa9679912cdf0684c13e824c114e41a8b696fb14af7a7aa"},
}

// nodeArchiveFor is a version for a kind of machine; false where there is none.
func nodeArchiveFor(version string, os platforms.OS, arch string) (nodeArchive, bool) {
	for _, a := range nodeArchives {
		if a.version == version && a.os == os && a.arch == arch {
			return a, true
		}
	}
	return nodeArchive{}, false
}

// file is the archive as nodejs.org names it.
func (a nodeArchive) file() string {
	if a.os == platforms.Windows {
		return a.name + ".zip"
	}
	return a.name + ".tar.gz"
}

// megabytes is about how much is downloaded.
func (a nodeArchive) megabytes() int {
	if a.os == platforms.Windows {
		return 40
	}
	return 60
}

// nodeMirrors are the variables that name a directory in the form of nodejs.org/dist: our
// own, then those of nvm, n and fnm (their READMEs, read 2026-11-21).
var nodeMirrors = []string{"DEVDOCTOR_NODE_MIRROR", "NVM_NODEJS_ORG_MIRROR", "N_NODE_MIRROR", "FNM_NODE_DIST_MIRROR"}

const nodeDist = "https://nodejs.org/dist"
