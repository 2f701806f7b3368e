# block PATH NAME WHERE GLUE MADE puts the lines new in the place of the lines old, both with
# the marks of the block NAME. WHERE is top or end; GLUE is glue where the last line
# has no end without the block; MADE is the mode of a file that there is not without it.
block() {
	at=$(follow "$1") state=drifted
	if is_nothing "$at" && [ ! -L "$1" ]; then
		if [ -n "$5" ] && [ ! -s "$work/new" ]; then
			state='done'
		elif [ -n "$5" ] && [ ! -s "$work/old" ]; then
			state=needed
			if needed; then put "$at" "$5" new; fi
		fi
		return
	fi
	[ -f "$at" ] || return
	from=$at
	first=$(marks "# >>> devdoctor $2 >>>") last=$(marks "# <<< devdoctor $2 <<<")
	: >"$work/there"
	case $first,$last in
	,) ;;
	,* | *, | *[!0-9,]*) return ;; # a mark is missing, or there twice
	*) [ "$last" -gt "$first" ] && part "$first" $((last - first + 1)) >"$work/there" || return ;;
	esac
	if cmp -s "$work/there" "$work/new"; then
		state='done'
	elif cmp -s "$work/there" "$work/old"; then
		exchange_block "$3" "$4"
	fi
	if ! needed; then
		:
	elif [ -n "$5" ] && [ ! -s "$work/new" ] && [ ! -s "$work/next" ]; then
		rm -f "$at"
	else
		put "$at" "$(mode_of "$at")" next
	fi
}

marks() { LC_ALL=C grep -a -n -x -F -e "$1" "$at" | cut -d : -f 1; }
ends_line() { [ ! -s "$1" ] || [ "$(tail -c 1 "$1" | wc -l)" -eq 1 ]; }

# exchange_block WHERE GLUE makes next.
exchange_block() {
	if [ -n "$first" ]; then
		part 1 $((first - 1)) >"$work/above"
		tail -n "+$((last + 1))" "$at" >"$work/below"
		if [ "$2" = glue ] && [ ! -s "$work/new" ] && [ ! -s "$work/below" ] && [ -s "$work/above" ]; then
			mv "$work/above" "$work/line" # whose last end is ours
			head -c $(($(wc -c <"$work/line") - 1)) "$work/line" >"$work/above"
		fi
		cat "$work/above" "$work/new" "$work/below" >"$work/next"
	elif [ "$1" = top ]; then
		cat "$work/new" "$at" >"$work/next"
	elif ends_line "$at"; then
		[ "$2" != glue ] || return
		cat "$at" "$work/new" >"$work/next"
	else
		[ "$2" = glue ] || return
		{ cat "$at" && echo && cat "$work/new"; } >"$work/next"
	fi
	state=needed
}
