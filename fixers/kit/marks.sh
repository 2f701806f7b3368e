# replaced N PATH... reports whether something else stands at a path than step N made: the journal
# knows the sum of each file, and of the names in each folder.
replaced() {
	[ -f "$journal" ] || return 0
	marks=$(told step "$1" | sed -n 's/.*"what":"ends","marks":\["\([^]]*\)"\].*/\1/p' | sed 's/","/ /g')
	shift
	[ -n "$marks" ] || return 1
	for one in "$@"; do
		mark=${marks%% *} marks=${marks#* }
		if [ -d "$one" ]; then
			LC_ALL=C ls -A "$one" >"$work/names"
			[ "$mark" = "$(sum "$work/names")" ] || return 0
		elif [ -e "$one" ] || [ -L "$one" ]; then
			[ "$mark" = "$(sum "$one")" ] || return 0
		fi
	done
	return 1
}
