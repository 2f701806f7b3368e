# edited_before WHERE SUM LINE... is for an edit whose file got blocks since, by later steps. WHERE
# holds NAME:GLUE for each, the last first. Without them the file is as the edit left it.
edited_before() {
	[ "$state" = drifted ] && [ -f "$at" ] || return 0
	cp "$at" "$work/bare"
	for block in $1; do
		name=${block%:*}
		sed "/^# >>> devdoctor $name >>>\$/,/^# <<< devdoctor $name <<<\$/d" "$work/bare" >"$work/barer"
		[ "$block" != "$name:glue" ] || head -c $(($(wc -c <"$work/barer") - 1)) "$work/barer" >"$work/bare"
		[ "$block" = "$name:glue" ] || mv "$work/barer" "$work/bare"
	done
	from=$work/bare others=$2
	shift 2
	! exchange new old "$@" || state='done'
}
