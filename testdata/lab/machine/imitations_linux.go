package machine

// The managers that no registry has. Each text does as the manager does for a new
// terminal: it puts a copy of Node.js on PATH, by the manager's own files. It can also
// bring a whole version such as 24.21.0 from a mirror, and take it away.

// bring unpacks version $2 from the mirror $1 into the directory $3.
const bring = `bring() {
  mkdir -p "$3" &&
    curl -fsS "${1:-http://127.0.0.1}/v$2/node-v$2-linux-x64.tar.gz" | tar -xz --strip-components 1 -C "$3" && [ -x "$3/bin/node" ] ||
    { rm -r "$3"; return 1; }
}
`

const nvmScript = `# An imitation of nvm: it can load, use, list, name, install and uninstall its versions.
` + bring + `
nvm_dir_of() {
  if [ -s "$NVM_DIR/alias/$1" ]; then set -- "$(cat "$NVM_DIR/alias/$1")"; fi
  for nvm_found in $(ls -d "$NVM_DIR/versions/node/v${1#v}" "$NVM_DIR/versions/node/v${1#v}."* 2>/dev/null | sort -V -r); do
    echo "$nvm_found"
    return 0
  done
  return 3
}
nvm() {
  case "$1" in
  use)
    nvm_dir="$(nvm_dir_of "${2:-default}")" || { echo "N/A: version \"$2\" is not yet installed." >&2; return 3; }
    PATH="$(printf %s "$PATH" | tr : '\n' | grep -v "^$NVM_DIR/versions/" | tr '\n' : | sed 's/:$//')"
    export PATH="$nvm_dir/bin:$PATH" NVM_BIN="$nvm_dir/bin" NVM_INC="$nvm_dir/include/node"
    ;;
  ls | list) ls "$NVM_DIR/versions/node" ;;
  current) node -v ;;
  alias) [ -z "$3" ] || echo "$3" >"$NVM_DIR/alias/$2" ;;
  install)
    bring "$NVM_NODEJS_ORG_MIRROR" "${2#v}" "$NVM_DIR/versions/node/v${2#v}" || return 1
    mkdir -p "$NVM_DIR/alias"
    [ -s "$NVM_DIR/alias/default" ] || echo "${2#v}" >"$NVM_DIR/alias/default"
    ;;
  uninstall) rm -r "$NVM_DIR/versions/node/v${2#v}" ;;
  deactivate) PATH="$(printf %s "$PATH" | tr : '\n' | grep -v "^$NVM_DIR/versions/" | tr '\n' : | sed 's/:$//')" ;;
  --version) echo 0.40.6 ;;
  *) echo "this nvm cannot $1" >&2; return 127 ;;
  esac
}
if [ "$1" != --no-use ] && [ -s "$NVM_DIR/alias/default" ]; then nvm use default || true; fi
export NVM_CD_FLAGS=
`

const fnmScript = `#!/bin/sh
# An imitation of fnm: it can set up a shell, list, name, install and uninstall its versions.
` + bring + `
dir="$HOME/.local/share/fnm"
case "$1" in
env)
  shells="${XDG_RUNTIME_DIR:-$HOME/.local/state}/fnm_multishells"
  mkdir -p "$shells"
  link="$shells/${PPID}_$(date +%s%3N)"
  ln -sfn "$dir/aliases/default" "$link"
  if [ "$3" = fish ] || [ "$2" = --shell=fish ]; then
    echo "set -gx PATH \"$link/bin\" \$PATH;"
    echo "set -gx FNM_MULTISHELL_PATH \"$link\";"
    echo "set -gx FNM_DIR \"$dir\";"
  else
    echo "export PATH=\"$link/bin\":\"\$PATH\""
    echo "export FNM_MULTISHELL_PATH=\"$link\""
    echo "export FNM_DIR=\"$dir\""
  fi
  ;;
list | ls) ls "$dir/node-versions" ;;
default) [ -n "$2" ] && ln -sfn "$dir/node-versions/v${2#v}/installation" "$dir/aliases/default" ;;
install)
  bring "$FNM_NODE_DIST_MIRROR" "${2#v}" "$dir/node-versions/v${2#v}/installation" || exit 1
  mkdir -p "$dir/aliases"
  [ -e "$dir/aliases/default" ] || ln -sfn "$dir/node-versions/v${2#v}/installation" "$dir/aliases/default"
  ;;
uninstall)
  rm -r "$dir/node-versions/v${2#v}"
  [ -e "$dir/aliases/default" ] || rm -f "$dir/aliases/default"
  ;;
--version) echo fnm 1.39.0 ;;
*) echo "this fnm cannot $1" >&2; exit 127 ;;
esac
`

const voltaPlatform = `{
  "node": {
    "runtime": "{VERSION}",
    "npm": null
  },
  "pnpm": null,
  "yarn": null
}`

const voltaShim = `#!/bin/sh
# An imitation of volta-shim: it runs the user's default version.
home="${VOLTA_HOME:-$HOME/.volta}"
version=$(sed -n 's/.*"runtime": "\([^"]*\)".*/\1/p' "$home/tools/user/platform.json")
if [ -z "$version" ]; then echo "Volta error: Node is not available." >&2; exit 126; fi
bin="$home/tools/image/node/$version/bin"
PATH="$bin:$PATH" exec "$bin/$(basename "$0")" "$@"
`

const voltaScript = `#!/bin/sh
# An imitation of Volta: it can say its version and fetch one of Node.js.
` + bring + `
case "$1" in
fetch) bring "" "${2#node@}" "${VOLTA_HOME:-$HOME/.volta}/tools/image/node/${2#node@}" ;;
*) echo 2.0.2 ;;
esac
`

const asdfShim = `#!/usr/bin/env bash
# asdf-plugin: nodejs {VERSION}
`

const asdfScript = `#!/bin/sh
# An imitation of asdf: it can run a shim's program, say its version, install and uninstall.
` + bring + `
case "$1" in
exec)
  program="$2"
  shift 2
  dir="$PWD"
  while [ ! -f "$dir/.tool-versions" ] && [ "$dir" != / ]; do dir=$(dirname "$dir"); done
  [ -f "$dir/.tool-versions" ] || dir="$HOME"
  version=$(sed -n 's/^nodejs //p' "$dir/.tool-versions" 2>/dev/null)
  bin="$HOME/.asdf/installs/nodejs/$version/bin"
  if [ -z "$version" ] || [ ! -x "$bin/$program" ]; then
    echo "No version is set for command $program" >&2
    exit 126
  fi
  PATH="$bin:$PATH" exec "$bin/$program" "$@"
  ;;
install) bring "$NODEJS_ORG_MIRROR" "$3" "$HOME/.asdf/installs/nodejs/$3" ;;
uninstall) rm -r "$HOME/.asdf/installs/nodejs/$3" ;;
--version | version) echo v0.18.0 ;;
*) echo "this asdf cannot $1" >&2; exit 127 ;;
esac
`
