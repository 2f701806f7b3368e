set -u
failed=0 mode='' state='' at='' new=''
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work" ${new:+"$new"}' EXIT
trap 'exit 130' HUP INT TERM
if [ -n "${SUDO_USER-}" ] && [ "$(id -u)" -eq 0 ]; then
	echo 'Start this without sudo: it asks for the administrator where it needs one.' >&2
	exit 2
fi

# A step is a function. It sets state to needed, done or drifted, which is neither;
# and does its work where that is asked for.
look() { mode=look && "step_$1"; }
needed() { [ "$mode" = take ] && [ "$state" = needed ]; }
