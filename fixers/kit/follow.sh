# follow PATH prints where the links at PATH lead.
follow() {
	path=$1 links=0
	while [ -L "$path" ] && [ "$links" -lt 40 ]; do
		target=$(readlink "$path") links=$((links + 1))
		case $target in
		/*) path=$target ;;
		*) path=${path%/*}/$target ;;
		esac
	done
	printf '%s\n' "$path"
}

# part FIRST COUNT prints lines of the file that is looked through.
part() { [ "$2" -eq 0 ] || tail -n "+$1" "$from" | head -n "$2"; }
