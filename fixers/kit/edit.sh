# edit PATH SUM LINE... puts the lines new1, new2 and so on in the place of old1, old2. LINE is
# how many of the other lines stand before them, and SUM the SHA-256 of all those.
edit() {
	at=$(follow "$1") others=$2 state=drifted
	from=$at
	shift 2
	if [ ! -f "$at" ]; then
		return
	elif exchange old new "$@"; then
		state=needed
	elif exchange new old "$@"; then
		state='done'
	fi
	if needed; then put "$at" "$(mode_of "$at")" next; fi
}

# exchange GO COME LINE... makes next, and fails where the file is another one.
exchange() {
	go=$1 come=$2 kept=0 line=1 n=0
	shift 2
	: >"$work/rest"
	: >"$work/next"
	for before in "$@"; do
		n=$((n + 1)) count=$((before - kept)) kept=$before
		part "$line" "$count" | tee -a "$work/rest" >>"$work/next"
		line=$((line + count)) count=$(LC_ALL=C grep -a -c '' "$work/$go$n")
		part "$line" "$count" | cmp -s - "$work/$go$n" || return
		cat "$work/$come$n" >>"$work/next"
		line=$((line + count))
	done
	tail -n "+$line" "$from" | tee -a "$work/rest" >>"$work/next"
	[ "$(sum "$work/rest")" = "$others" ]
}
