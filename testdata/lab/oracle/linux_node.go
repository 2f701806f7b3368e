package oracle

import "slices"

// What goes wrong with Node.js itself, and with several copies of it.

func of(owners ...string) func(Base) bool {
	return func(b Base) bool { return slices.Contains(owners, b.Owner) }
}

// plainCopy says that node on PATH is a program file, or a link to one, that the
// learner may change.
func plainCopy(b Base) bool { return !b.shims() && b.Owner != "mise" && !b.windows() }

// comesFirst says that the line of the base puts its Node.js before the system's.
func comesFirst(b Base) bool { return b.byLines() && b.Owner != "n" }

// staysFirst says that what a line puts first on PATH stays there. mise puts its own
// first again at the first cd, before a learner starts anything in a project.
func staysFirst(b Base) bool { return b.Owner != "mise" }

// exchangeNode puts /tmp/new in the place of the program, which may be running.
const exchangeNode = `chmod --reference="$NODE" /tmp/new; chown --reference="$NODE" /tmp/new; mv /tmp/new "$NODE"`

var linuxNode = []*Mutation{
	{
		Name: "node-removed", Modes: []int{1}, Harmful: true, Last: true, Removes: true, Touches: []string{"node"}, Fits: plainCopy,
		Root:  `rm -f "$NODE"`,
		Named: []string{"node-installed/not-installed"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(behindOlder(p), when(p.Base.Owner == "nvm", "node-installed/no-default-version"), when(p.Base.Owner == "fnm", "node-installed/not-startable"))
		},
		AlsoOn: func(p Plan) []string {
			return slices.Concat(otherPrefix(p), when(p.copies(), "npm-installed/broken", "npm-installed/wrong-node"))
		},
	},
	{
		Name: "node-folder-moved", Modes: []int{1, 13}, Harmful: true, Last: true, Touches: []string{"node", "npm", "prefix"}, Fits: of("home"),
		User:    `mv "${BIN%/bin}" "$H/node-moved"`,
		NamedOn: unreached, AlsoOn: otherPrefix,
	},
	{
		Name: "node-not-executable", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"node"}, Fits: plainCopy,
		Root:  `chmod 644 "$NODE"`,
		Named: []string{"node-installed/may-not-run"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(when(p.copies(), "node-copies/may-not-run"), when(p.old(), "node-new-terminal/may-not-run"), behindOlder(p), unlessThere(p))
		},
		AlsoOn: func(p Plan) []string {
			return slices.Concat(otherPrefix(p), when(p.copies(), "npm-installed/wrong-node"))
		},
	},
	{
		Name: "node-empty", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"node"}, Fits: plainCopy,
		Root:  `: > /tmp/new; ` + exchangeNode,
		Named: []string{"node-runs/no-program"},
	},
	{
		Name: "node-cut-short", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"node"}, Fits: plainCopy,
		Root:  `head -c 8388608 "$NODE" > /tmp/new; ` + exchangeNode,
		Named: []string{"node-runs/no-program", "node-runs/crashes", "node-runs/stops"},
	},
	{
		Name: "node-of-another-processor", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"node"}, Fits: plainCopy,
		Root:  `cp "$NODE" /tmp/new; printf '\267' | dd of=/tmp/new bs=1 seek=18 conv=notrunc status=none; ` + exchangeNode,
		Named: []string{"node-runs/wrong-processor"},
	},
	{
		Name: "node-script-without-interpreter", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"node"}, Fits: plainCopy,
		Root:  `printf '#!/opt/gone/sh\nexec node "$@"\n' > /tmp/new; ` + exchangeNode,
		Named: []string{"node-runs/no-program"},
	},
	{
		Name: "node-dead-link", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"node"}, Fits: of("home", "usr-local"),
		Root:  `mv "$NODE" "$NODE.away"; ln -s /opt/gone/node "$NODE"; chmod 644 "$NODE.away"`,
		Named: []string{"node-installed/not-startable"},
		// Of what version the link was, nothing tells.
		NamedOn: func(p Plan) []string { return slices.Concat(behindOlder(p), unlessThere(p)) },
		AlsoOn: func(p Plan) []string {
			return slices.Concat(otherPrefix(p), when(p.copies(), "npm-installed/wrong-node"))
		},
	},
	{
		Name: "another-program-is-node", Modes: []int{11}, Harmful: true, Touches: []string{"first"}, Fits: staysFirst,
		User:  `mkdir -p "$H/radio"; printf '#!/bin/sh\necho "packet radio node 1.0"\n' > "$H/radio/node"; chmod +x "$H/radio/node"; rc_path "$H/radio"`,
		Named: []string{"node-runs/not-nodejs"},
	},
	{
		Name: "older-copy-first", Modes: []int{11}, Harmful: true, Touches: []string{"first"}, Copies: []string{"18"}, Fits: staysFirst,
		User:  `rc_path /opt/node/18/bin`,
		Named: []string{"node-copies/older-first"}, NamedOn: olderFirst("too-old"),
		Also: []string{"npm-global/not-writable"},
	},
	{
		Name: "old-copy-linked-first", Modes: []int{11}, Harmful: true, Touches: []string{"first"}, Copies: []string{"20"}, Fits: staysFirst,
		User:  `mkdir -p "$H/bin"; for p in node npm npx; do ln -s /opt/node/20/bin/$p "$H/bin/$p"; done; rc_path "$H/bin"`,
		Named: []string{"node-copies/older-first"}, NamedOn: olderFirst("too-old"),
		Also: []string{"npm-global/not-writable"},
	},
	{
		Name: "line-older-than-the-course", Modes: []int{11}, Harmful: true, Touches: []string{"first"}, Copies: []string{"22"}, Fits: staysFirst,
		User: `rc_path /opt/node/22/bin`,
		// The course's text names 24 and 26.
		Probe: `case $(node -v) in v24.*|v26.*) exit 0;; esac; exit 1`,
		Named: []string{"node-copies/older-first"}, NamedOn: olderFirst("older-line"),
		Also: []string{"npm-global/not-writable"},
	},
	{
		Name: "node-options-file-gone", Modes: []int{40}, Harmful: true, Touches: []string{"node-options"},
		User:  `rc_set NODE_OPTIONS "--require /opt/gone/trace.js"`,
		Named: []string{"node-runs/node-options", "node-new-terminal/node-options"},
	},
	{
		Name: "node-options-unknown", Modes: []int{40}, Harmful: true, Touches: []string{"node-options"},
		User:  `rc_set NODE_OPTIONS "--no-such-option"`,
		Named: []string{"node-runs/node-options", "node-new-terminal/node-options"},
	},
	{
		Name: "libatomic-gone", Modes: []int{34}, Harmful: true, Last: true, Touches: []string{"library"}, Packages: true,
		Fits:  func(b Base) bool { return b.Version == "26" && !b.windows() },
		Root:  `mkdir /opt/libs; mv /usr/lib/x86_64-linux-gnu/libatomic.so.1* /opt/libs/`,
		Named: []string{"node-runs/library-missing"},
	},
	{
		Name: "home-may-not-run-programs", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"home"}, Fits: of("home", "n"),
		Beyond: "where a home folder forbids programs, no project in it runs one either; an administrator decided so",
		Root:   `mount --bind "$H" "$H" && mount -o remount,bind,noexec "$H"`,
		Named:  []string{"place-disk/forbids-programs", "node-installed/disk-forbids", "node-copies/disk-forbids", "node-new-terminal/disk-forbids"},
		AlsoOn: func(p Plan) []string { return slices.Concat(nextLacks(p), unlessThere(p), otherPrefix(p)) },
	},
	{
		Name: "nvm-default-older", Modes: []int{6, 11}, Harmful: true, Touches: []string{"default"}, Fits: of("nvm"), Copies: []string{"18"},
		User: `d=$(readlink -f /opt/node/18); v=v$(sed -n 's/^#define NODE_\(MAJOR\|MINOR\|PATCH\)_VERSION //p' "$d/include/node/node_version.h" | paste -sd.)
ln -s "$d" "$H/.nvm/versions/node/$v"; echo 18 > "$H/.nvm/alias/default"`,
		Named: []string{"node-copies/newer-not-chosen"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(when(p.old(), "node-new-terminal/new-terminal-older"), when(p.touched("node"), "node-version/too-old"))
		},
		Also: []string{"npm-global/not-writable"},
	},
	{
		Name: "nvm-default-gone", Modes: []int{6}, Harmful: true, Touches: []string{"default"}, Fits: of("nvm"),
		User:  `echo 20 > "$H/.nvm/alias/default"`,
		Named: []string{"node-installed/no-default-version"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(when(p.copies(), "node-copies/newer-not-chosen"), when(p.old(), "node-new-terminal/no-default-version"))
		},
		AlsoOn: otherPrefix,
	},
	{
		Name: "mise-no-version", Modes: []int{6}, Harmful: true, Fits: of("mise"), Touches: []string{"default"},
		User:  `rm -f "$H/.config/mise/config.toml"`,
		Named: []string{"node-runs/no-version-chosen"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(when(p.copies(), "node-copies/newer-not-chosen"), when(p.old(), "node-new-terminal/no-default-version"))
		},
		AlsoOn: otherPrefix,
	},
	{
		Name: "volta-no-version", Modes: []int{6}, Harmful: true, Fits: of("volta"), Touches: []string{"default"},
		User:  `rm -f "$H/.volta/tools/user/platform.json"`,
		Named: []string{"node-runs/no-version-chosen"},
	},
	// From here on: what looks odd and works.
	{
		Name: "older-copy-behind", Modes: []int{11}, Touches: []string{"behind"}, Copies: []string{"18"}, Fits: comesFirst,
		Root:  `for p in node npm npx; do ln -s /opt/node/18/bin/$p /usr/local/bin/$p; done`,
		Probe: globalProbe, Named: []string{"npm-global/not-writable"}, // where nothing else comes before it
	},
	{
		Name: "newer-copy-behind", Modes: []int{11}, Touches: []string{"behind"}, Copies: []string{"26"}, Fits: comesFirst,
		Root:  `for p in node npm npx; do ln -s /opt/node/26/bin/$p /usr/local/bin/$p; done`,
		Probe: globalProbe, Named: []string{"npm-global/not-writable"},
	},
	{
		Name: "old-copy-not-on-path", Modes: []int{11}, User: `mkdir -p "$H/Downloads/node-v18.20.8-linux-x64/bin"; printf '#!/bin/sh\necho v18.20.8\n' > "$H/Downloads/node-v18.20.8-linux-x64/bin/node"; chmod +x "$H/Downloads/node-v18.20.8-linux-x64/bin/node"`,
	},
	{
		Name: "dead-link-passed-over", Modes: []int{11}, User: `mkdir -p "$H/links"; ln -s /opt/gone/node "$H/links/node"; ln -s /opt/gone/npm "$H/links/npm"; rc_path "$H/links"`,
	},
	{
		Name: "folder-called-node", Modes: []int{11}, User: `mkdir -p "$H/sources/node" "$H/sources/git"; rc_path "$H/sources"`,
	},
	{
		Name: "note-called-node", Modes: []int{11}, User: `mkdir -p "$H/notes"; echo "what I know about node" > "$H/notes/node"; rc_path "$H/notes"`,
	},
	{
		Name: "node-options-memory", Modes: []int{40}, Touches: []string{"node-options"}, User: `rc_set NODE_OPTIONS "--max-old-space-size=2048 --no-warnings"`,
	},
	{
		Name: "node-variables", Modes: []int{40}, Touches: []string{"node-env"}, User: `rc_set NODE_ENV development; rc_set NODE_PATH /opt/gone/modules; rc_set NODE_REPL_HISTORY ""; rc_set NODE_NO_WARNINGS 1`,
	},
	{
		Name: "certificates-gone", Modes: []int{40}, User: `rc_set NODE_EXTRA_CA_CERTS /opt/gone/school.pem`,
	},
	{
		Name: "nvm-older-beside", Modes: []int{6, 11}, Touches: []string{"default"}, Fits: of("nvm"), Copies: []string{"18"},
		User: `d=$(readlink -f /opt/node/18); ln -s "$d" "$H/.nvm/versions/node/v18.20.8"`,
	},
	{
		Name: "version-files", Modes: []int{6}, User: `cd "$PROJECT" && echo 18 > .nvmrc && echo 18.20.8 > .node-version`,
	},
}
