# unfetch DIR takes away what an archive brought, but for what was added or changed since.
unfetch() {
	holds "$1" | LC_ALL=C sort >"$work/there"
	sed 1d "$1/.devdoctor-receipt" | LC_ALL=C sort >"$work/brought"
	if [ -z "$(comm -23 "$work/there" "$work/brought")" ]; then
		new=${1%/*}/.devdoctor-$$-${1##*/}
		mv "$1" "$new" && rm -rf "$new"
		return
	fi
	printf '%s stays, because of what was added or changed since:\n' "$1" >&2
	comm -23 "$work/there" "$work/brought" | sed 's|^[^ ]*  ||' | head -n 5 >&2
	comm -12 "$work/there" "$work/brought" | sed 's|^[^ ]*  ||' | tr '\n' '\0' | (cd "$1" && xargs -0 rm -f)
	rm -f "$1/.devdoctor-receipt"
	find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
}
