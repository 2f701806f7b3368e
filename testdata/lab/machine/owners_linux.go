package machine

import (
	"context"
	"errors"
	"slices"
)

// owner is one who installs Node.js on Linux. Of nvm, fnm, Volta and asdf the registry
// has no program: their directories are as recorded (nvm 0.40.6 on 2026-11-20, the
// others after their documentation), the binaries of Node.js in them are real, and the
// managers themselves are imitations that put a copy on PATH and bring one from a mirror. n, mise and nodeenv
// are the real programs.
type owner struct {
	root   bool     // the copy belongs to root, not to the user
	from   []string // layers that making it needs
	script string   // what the real program was told, where it is real
	make   func(ctx context.Context, h homestead) error
	// rc is what the installer adds to a shell's file; fish's where it differs.
	rc, fish string
	files    []string // imitation's texts, which the recipe depends on
}

// Owners are the names for Node.Owner on Linux.
func Owners() []string {
	names := []string{"apt"}
	for n := range owners() {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// owners are looked up by name. It is a function because making a layer looks up others.
func owners() map[string]owner {
	return map[string]owner{
		"usr-local": {root: true, make: func(_ context.Context, h homestead) error {
			return h.tree("/usr/local", "bin", "lib", "include", "share")
		}},
		"home": {
			make: func(_ context.Context, h homestead) error { return h.tree("~/node-v{VERSION}-linux-x64") },
			rc:   `export PATH="$HOME/node-v{VERSION}-linux-x64/bin:$PATH"`,
			fish: `set -gx PATH "$HOME/node-v{VERSION}-linux-x64/bin" $PATH`,
		},
		"nvm": {
			make: func(_ context.Context, h homestead) error {
				return errors.Join(
					h.tree("~/.nvm/versions/node/v{VERSION}"),
					h.file("~/.nvm/alias/default", "{MAJOR}\n", 0o644),
					h.file("~/.nvm/nvm.sh", nvmScript, 0o644),
					h.file("~/.nvm/bash_completion", "", 0o644),
				)
			},
			files: []string{nvmScript},
			rc: `
export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \. "$NVM_DIR/nvm.sh"  # This loads nvm
[ -s "$NVM_DIR/bash_completion" ] && \. "$NVM_DIR/bash_completion"  # This loads nvm bash_completion`,
		},
		"fnm": {
			make: func(_ context.Context, h homestead) error {
				return errors.Join(
					h.tree("~/.local/share/fnm/node-versions/v{VERSION}/installation"),
					h.link("~/.local/share/fnm/aliases/default", "{HOME}/.local/share/fnm/node-versions/v{VERSION}/installation"),
					h.file("~/.local/share/fnm/fnm", fnmScript, 0o755),
				)
			},
			files: []string{fnmScript},
			rc: `
# fnm
FNM_PATH="$HOME/.local/share/fnm"
if [ -d "$FNM_PATH" ]; then
  export PATH="$FNM_PATH:$PATH"
  eval "$(fnm env)"
fi`,
			fish: `
set FNM_PATH "$HOME/.local/share/fnm"
if [ -d "$FNM_PATH" ]
  set PATH "$FNM_PATH" $PATH
  fnm env --shell fish | source
end`,
		},
		"volta": {
			make: func(_ context.Context, h homestead) error {
				return errors.Join(
					h.tree("~/.volta/tools/image/node/{VERSION}"),
					h.file("~/.volta/tools/user/platform.json", voltaPlatform, 0o644),
					h.file("~/.volta/bin/volta-shim", voltaShim, 0o755),
					h.file("~/.volta/bin/volta", voltaScript, 0o755),
					h.link("~/.volta/bin/node", "volta-shim"), h.link("~/.volta/bin/npm", "volta-shim"),
					h.link("~/.volta/bin/npx", "volta-shim"),
				)
			},
			files: []string{voltaShim, voltaPlatform, voltaScript},
			rc:    "export VOLTA_HOME=\"$HOME/.volta\"\nexport PATH=\"$VOLTA_HOME/bin:$PATH\"",
			fish:  "set -gx VOLTA_HOME \"$HOME/.volta\"\nset -gx PATH \"$VOLTA_HOME/bin\" $PATH",
		},
		"asdf": {
			make: func(_ context.Context, h homestead) error {
				return errors.Join(
					h.tree("~/.asdf/installs/nodejs/{VERSION}"),
					h.file("~/.tool-versions", "nodejs {VERSION}\n", 0o644),
					h.file("~/.local/bin/asdf", asdfScript, 0o755),
					h.file("~/.asdf/shims/node", asdfShim+"exec {HOME}/.local/bin/asdf exec node \"$@\"\n", 0o755),
					h.file("~/.asdf/shims/npm", asdfShim+"exec {HOME}/.local/bin/asdf exec npm \"$@\"\n", 0o755),
					h.file("~/.asdf/shims/npx", asdfShim+"exec {HOME}/.local/bin/asdf exec npx \"$@\"\n", 0o755),
				)
			},
			files: []string{asdfScript, asdfShim},
			rc:    `export PATH="${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH"`,
			fish:  `set -gx PATH "$HOME/.asdf/shims" $PATH`,
		},
		"n": {
			from: []string{"dist", "npm", "desktop-trixie"}, script: nInstall,
			make: func(ctx context.Context, h homestead) error {
				if err := h.kitchen.unpack("n@10.2.0", "package", h.path("~/n/lib/node_modules/n")); err != nil {
					return err
				}
				return h.really(ctx, "desktop-trixie")
			},
			rc:   `export N_PREFIX="$HOME/n"; [[ :$PATH: == *":$N_PREFIX/bin:"* ]] || PATH+=":$N_PREFIX/bin"`,
			fish: "set -gx N_PREFIX \"$HOME/n\"\nset -gx PATH $PATH \"$N_PREFIX/bin\"",
		},
		"mise": {
			from: []string{"dist", "npm", "desktop-trixie"}, script: miseInstall,
			make: func(ctx context.Context, h homestead) error {
				if err := h.kitchen.unpack("@jdxcode/mise-linux-x64@2026.9.15", "package/bin", h.path("~/.local/bin")); err != nil {
					return err
				}
				return h.really(ctx, "desktop-trixie")
			},
			rc:   `eval "$(~/.local/bin/mise activate {SHELL})"`,
			fish: `~/.local/bin/mise activate fish | source`,
		},
		"nodeenv": {
			from: []string{"dist", "nodeenv"}, script: nodeenvInstall,
			make: func(ctx context.Context, h homestead) error { return h.really(ctx, "nodeenv") },
			rc:   `. "$HOME/node-env/bin/activate"`,
			fish: `source "$HOME/node-env/bin/activate.fish"`,
		},
	}
}

const (
	nInstall = `
export N_NODE_MIRROR=http://127.0.0.1 N_PREFIX=$HOME/n N_USE_XZ=0
mkdir -p ~/n/bin
ln -sf ../lib/node_modules/n/bin/n ~/n/bin/n
chmod +x ~/n/lib/node_modules/n/bin/n
~/n/bin/n install {VERSION}`
	miseInstall = `
export MISE_NODE_MIRROR_URL=http://127.0.0.1/ MISE_NODE_VERIFY=false MISE_USE_VERSIONS_HOST=0
chmod +x ~/.local/bin/mise
~/.local/bin/mise use -g -y node@{VERSION}
rm -rf ~/.cache`
	nodeenvInstall = `nodeenv --mirror=http://127.0.0.1 --node={VERSION} --prebuilt ~/node-env`
)
