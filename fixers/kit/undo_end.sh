[ "$failed" -eq 0 ] || exit 1
printf 'All that run %s changed is as it was.\n' "$run"
