if [ "$failed" -ne 0 ]; then
	echo 'Some of it is not done; the lines above say why.' >&2
	exit 1
fi
echo 'Now open a new terminal, and run there: devdoctor check'
