# Whether exactly that stands at a path. A file is known by its text or its SHA-256.
is_dir() { [ -d "$1" ] && [ ! -L "$1" ] && has_mode "$1" "$2"; }
is_link() { [ -L "$1" ] && [ "$(readlink "$1")" = "$2" ]; }
is_file() { [ -f "$1" ] && [ ! -L "$1" ] && has_mode "$1" "$2" && cmp -s "$1" "$work/$3"; }
is_file_of() { [ -f "$1" ] && [ ! -L "$1" ] && has_mode "$1" "$2" && [ "$(sum "$1")" = "$3" ]; }
