# ended N SAYS PROGRAM waits, for at most a minute, until what step N started has ended.
ended() {
	[ -f "$journal" ] && taken "$1" || return 0
	pid=$(told step "$1" | sed -n 's/.*"what":"runs","child":{"pid":\([0-9]*\).*/\1/p')
	seconds=0
	while [ -n "$pid" ] && ps -p "$pid" -o args= 2>/dev/null | grep -q -F -e "$3"; do
		if [ "$seconds" -ge 60 ]; then
			stays "$1" "$2" "Process $pid of it still runs."
			return 1
		fi
		sleep 1
		seconds=$((seconds + 1))
	done
}
