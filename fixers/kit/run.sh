# answer PROGRAM ARG... sets now to what a program prints, or to how it ends.
answer() {
	now=$(LC_ALL=C NO_COLOR=1 GIT_TERMINAL_PROMPT=0 "$@" </dev/null 2>/dev/null) && return
	case $? in
	127) now='! not found' ;;
	*) now="! exit $?" ;;
	esac
}

# judge BEFORE AFTER compares that with what it is before and after. * is anything.
judge() {
	case $now in
	"$2") state='done' ;;
	"$1") state=needed ;;
	'! not found') state=drifted ;;
	*)
		state=drifted
		[ "$1" != '*' ] || state=needed
		[ "$2" != '*' ] || state='done'
		;;
	esac
}

# facts PATH sets now to what devdoctor says of a file or folder. It is for Linux.
facts() {
	kind=file access=
	[ ! -d "$1" ] || kind=dir
	if [ -r "$1" ]; then access=r; else access=-; fi
	if [ -w "$1" ]; then access=${access}w; else access=$access-; fi
	if [ -x "$1" ]; then access=${access}x; else access=$access-; fi
	now="$kind mode=$(stat -c '%04a uid=%u gid=%g size=%s' "$1" 2>/dev/null) access=$access"
}
