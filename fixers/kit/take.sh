# take N SAYS [LATER...] takes step N where it is needed. LATER are steps that change the
# same file: where one of them is done, so is this one.
take() {
	step=$1 says=$2
	shift 2
	for one in "$@" "$step"; do
		look "$one"
		if [ "$state" = 'done' ]; then
			printf 'Done already: %s\n' "$says"
			return
		fi
	done
	if [ "$state" != needed ]; then
		printf 'Left as it is, because it was changed since: %s%s\n' "$says" "${at:+ ($at)}" >&2
		return 1
	fi
	printf '%s\n' "$says"
	mode=take && "step_$step"
	look "$step"
	[ "$state" = 'done' ] && return
	printf 'This did not succeed: %s\n' "$says" >&2
	return 1
}
