package oracle

import (
	"fmt"
	"strings"
)

// A Survey is what the base machine says of itself, asked once.
type Survey struct {
	Bin  string // the directory in which a terminal finds node
	Node string // the program that runs
}

// prefix is the directory above the program's own.
func (s Survey) prefix() string { return parent(parent(s.Node)) }

func parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// preamble is what the scripts of mutations for Linux begin with.
func (p Plan) preamble(s Survey) string {
	b := p.Base
	return fmt.Sprintf(`U=%s H=/home/%s SHELLNAME=%s RC=%s OWNER=%s PROJECT='%s' BIN=%s NODE=%s PREFIX=%s
`, b.User, b.User, b.Shell, b.startFile(), b.Owner, p.project(), s.Bin, s.Node, s.prefix()) + helpers
}

const helpers = `
# lines prints what was added to the start file of the shell, which begins as a new account's does.
lines() {
	case $SHELLNAME in
	bash) behind /etc/skel/.bashrc ;;
	dash) behind /etc/skel/.profile ;;
	*) cat "$RC" ;;
	esac
}
behind() {
	size=$(wc -c < "$1")
	head -c $size "$RC" | cmp -s - "$1" || { echo "$RC does not begin with $1" >&2; return 1; }
	tail -c +$((size + 1)) "$RC"
}
# drop_lines takes it out.
drop_lines() {
	case $SHELLNAME in
	bash) cat /etc/skel/.bashrc > "$RC" ;;
	dash) cat /etc/skel/.profile > "$RC" ;;
	*) : > "$RC" ;;
	esac
}
# rc_path puts a directory first on PATH, rc_set gives a variable a value.
rc_path() {
	case $SHELLNAME in
	fish) printf 'set -gx PATH "%s" $PATH\n' "$1" >> "$RC" ;;
	*) printf 'export PATH="%s:$PATH"\n' "$1" >> "$RC" ;;
	esac
}
rc_set() {
	case $SHELLNAME in
	fish) printf 'set -gx %s "%s"\n' "$1" "$2" >> "$RC" ;;
	*) printf 'export %s="%s"\n' "$1" "$2" >> "$RC" ;;
	esac
}
npmrc() { printf '%s\n' "$1" >> "$H/.npmrc"; }
fill_cache() { "$NODE" /opt/lesson/fill.js "$PREFIX/lib/node_modules/npm" "$H/.npm/_cacache" "$1"; }
wait_port() {
	i=0
	while [ $i -lt 200 ]; do
		grep -qi ':0BB8 [0-9:.]* 0A' /proc/net/tcp /proc/net/tcp6 && return 0
		sleep 0.02; i=$((i+1))
	done
	return 1
}
set -e
[ "$(id -un)" != "$U" ] || mkdir -p "$(dirname "$RC")"
`
