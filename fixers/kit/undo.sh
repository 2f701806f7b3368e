# The journal beside this script says what was done, and what was taken back since. A last
# line without an end counts as not written.
journal=$(dirname "$0")/journal.jsonl
if [ -s "$journal" ] && [ "$(tail -c 1 "$journal" | wc -l)" -eq 0 ]; then
	sed '$d' "$journal" >"$work/journal" && cat "$work/journal" >"$journal" || exit 1
fi

# told KIND N prints the last line of the journal on step N; KIND is step or undo.
told() { grep -a "^{\"$1\":{\"n\":$2," "$journal" | tail -n 1; }

# taken N reports whether step N may have been taken, and is not back yet.
taken() {
	[ -f "$journal" ] || return 0
	case $(told step "$1") in '' | *',"what":"skipped"'*) return 1 ;; esac
	case $(told undo "$1") in *',"what":"ends"'* | *',"what":"stays"'*) return 1 ;; esac
}

note() { [ ! -f "$journal" ] || printf '{"undo":{"n":%d,"what":"%s"}}\n' "$1" "$2" >>"$journal"; }

# stays N SAYS WHY names a step that is not taken back.
stays() {
	printf 'Not taken back: %s %s\n' "$2" "$3" >&2
	note "$1" fails
	failed=1
}

# back N SAYS [EARLIER...] takes step N back. EARLIER are steps that change the same file:
# where one of them is back, so is this one.
back() {
	taken "$1" || return 0
	step=$1 says=$2
	shift 2
	note "$step" begins
	look "$step"
	[ -z "$at" ] || rm -rf "${at%/*}/.devdoctor-$run-${at##*/}" # of a write that was cut off
	was=$state
	for one in "$@"; do
		[ "$state" = 'done' ] || [ "$was" = needed ] || look "$one"
	done
	[ "$state" = 'done' ] || state=$was
	why='It was changed since.'
	if [ "$state" = needed ]; then
		printf 'Taking back: %s\n' "$says"
		mode=take && "step_$step"
		look "$step"
		why='It did not succeed.'
	fi
	if [ "$state" = 'done' ]; then note "$step" ends; else stays "$step" "$says" "$why"; fi
}

# no_way_back N SAYS names a step that was taken for good.
no_way_back() {
	taken "$1" || return 0
	look "$1"
	[ "$state" = needed ] || stays "$1" "$2" 'There is no way back.'
}
