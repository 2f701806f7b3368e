# tell DO [COMMAND...] says what nobody but you can do.
tell() {
	printf 'For you to do: %s\n' "$1"
	shift
	[ $# -eq 0 ] || printf '    %s\n' "$@"
}
