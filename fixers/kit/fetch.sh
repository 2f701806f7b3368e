# has_archive DIR SUM reports whether DIR is what the archive with that SHA-256 held.
has_archive() { [ -f "$1/.devdoctor-receipt" ] && [ "$(head -n 1 "$1/.devdoctor-receipt")" = "$2" ]; }

# holds DIR prints a line for each file and link in DIR: its SHA-256 or target, and its path.
# They are sorted by path.
holds() {
	tab=$(printf '\t') sums='shasum -a 256'
	if command -v sha256sum >/dev/null; then sums=sha256sum; fi
	(
		cd "$1" || exit
		# shellcheck disable=SC2086 # a program and its arguments
		find . -type f ! -path ./.devdoctor-receipt -exec $sums {} +
		find . -type l | while IFS= read -r link; do
			printf 'link:%s  %s\n' "$(readlink "$link")" "$link"
		done
	) | sed "s|^\([^ ]*\)  \./\(.*\)\$|\2$tab\1|" | LC_ALL=C sort | sed "s|^\(.*\)$tab\(.*\)\$|\2  \1|"
}

# So many seconds without a byte, and a server is given up on.
patience=30

# fetch URL SUM TOP DIR downloads an archive, compares its SHA-256, and makes its directory TOP
# stand at DIR in one step.
fetch() {
	new=${4%/*}/.devdoctor-$$-${4##*/}
	rm -rf "$new"
	mkdir "$new" || return
	if command -v curl >/dev/null; then
		curl -fSL --connect-timeout "$patience" --speed-limit 1 --speed-time "$patience" --proto "=${1%%:*}" -o "$new/archive" "$1"
	else
		# A BusyBox that was built without timeouts (Debian's up to 12) crashes on -T, and does not name it.
		impatient=
		if wget --help 2>&1 | grep -q -e '-T[ ,]'; then impatient="-T $patience"; fi
		# shellcheck disable=SC2086 # an option and its argument, or nothing
		wget -t 1 $impatient -O "$new/archive" "$1"
	fi || return
	if [ "$(sum "$new/archive")" != "$2" ]; then
		echo 'The download has another checksum: it was cut short, or changed on the way.' >&2
		return 1
	fi
	(umask 022 && tar -xzof "$new/archive" -C "$new") || return
	chmod -R u+rwX,go+rX,go-w "$new/$3"
	{ echo "$2" && holds "$new/$3"; } >"$work/receipt"
	(umask 022 && cat "$work/receipt" >"$new/$3/.devdoctor-receipt") && mv "$new/$3" "$4" && rm -rf "$new"
}
