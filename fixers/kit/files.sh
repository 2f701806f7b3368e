text() { cat >"$work/$1"; } # keeps what it reads under a name
is_nothing() { [ ! -e "$1" ] && [ ! -L "$1" ]; }

# has_mode and mode_of are about the permission bits of a path.
has_mode() { [ -n "$(find "$1" -prune -perm "$2")" ]; }
mode_of() { stat -c %a "$1" 2>/dev/null || stat -f %Mp%Lp "$1"; } # Linux, macOS

sum() { # prints the SHA-256 of a file
	if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

# put PATH MODE NAME makes a file stand at PATH that holds the text NAME. It is whole on disk
# first, beside PATH, and then takes its place in one step.
put() {
	new=${1%/*}/.devdoctor-$$-${1##*/}
	rm -f "$new"
	if [ -f "$1" ] && [ ! -L "$1" ]; then # it keeps its owner
		cp -p "$1" "$new" && chmod u+w "$new" || return
	fi
	(umask 077 && cat "$work/$3" >"$new") && chmod "$2" "$new" || return
	[ ! -L "$1" ] || rm -f "$1"
	mv -f "$new" "$1"
}
