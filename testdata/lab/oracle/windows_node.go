package oracle

import "slices"

// What goes wrong with Node.js itself. A report speaks of the copy that PATH finds first,
// so that a machine has one fault of these.

var windowsNode = []*Mutation{
	{
		Name: "node-removed", Modes: []int{1}, Harmful: true, Removes: true, Touches: []string{"node"}, Last: true,
		Root:  `rm "$T/node.exe"`,
		Named: []string{"node-installed/not-installed"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(when(p.has("older-node-behind"), "node-version/too-old"), when(p.Base.Owner == "fnm", "node-installed/no-default-version"))
		},
		AlsoOn: func(p Plan) []string { return when(p.has("older-node-behind"), "npm-global/not-on-path") },
	},
	{
		Name: "node-empty", Modes: []int{11}, Harmful: true, Touches: []string{"node"}, Last: true,
		Root:  `: > "$T/node.exe"`,
		Named: []string{"node-runs/no-program"},
	},
	{
		Name: "node-cut-short", Modes: []int{11}, Harmful: true, Last: true, Touches: []string{"node"},
		Root:  `head -c 3000000 "$T/node.exe" > "$T/part"; mv "$T/part" "$T/node.exe"`,
		Named: []string{"node-runs/no-program"},
	},
	{
		Name: "node-for-arm", Modes: []int{61}, Harmful: true, Last: true, Touches: []string{"node"},
		// 0xAA64 in the header is ARM64.
		Root:  `at=$(od -An -tu4 -j60 -N4 "$T/node.exe"); printf '\144\252' | dd of="$T/node.exe" bs=1 seek=$((at + 4)) conv=notrunc status=none`,
		Named: []string{"node-runs/wrong-processor"},
	},
	{
		Name: "another-program-is-node", Modes: []int{11}, Harmful: true, Touches: []string{"path", "node"},
		Root:  `tools_first; cp -L "$C/windows/system32/hostname.exe" "$C/tools/node.exe"`,
		Named: []string{"node-runs/not-nodejs"},
	},
	{
		Name: "older-node-first", Modes: []int{11}, Harmful: true, Touches: []string{"path", "node"}, Copies: []string{"20"},
		Root:  `cp -r /opt/node/20 "$C/node20"; rm "$C/node20/node_modules/npm/npmrc"; set_path "$SYSTEMENV" "C:\\node20;$(path_of "$SYSTEMENV")"`,
		Named: []string{"node-copies/older-first"},
	},
	{
		Name: "node-options-file-gone", Modes: []int{40}, Harmful: true, Touches: []string{"node-options"},
		User:  userVariable + `NODE_OPTIONS /d "--require C:\gone\trace.js"`,
		Named: []string{"node-runs/node-options"},
	},
	{
		Name: "node-options-unknown", Modes: []int{40}, Harmful: true, Touches: []string{"node-options"},
		User:  userVariable + `NODE_OPTIONS /d --no-such-option`,
		Named: []string{"node-runs/node-options"},
	},
	// From here on: what looks odd and works.
	{Name: "older-node-behind", Modes: []int{11}, Touches: []string{"path"}, Copies: []string{"20"}, Root: `cp -r /opt/node/20 "$C/node20"; rm "$C/node20/node_modules/npm/npmrc"; set_path "$USERENV" "$(path_of "$USERENV");C:\\node20"`},
	{Name: "node-of-linux-first", Modes: []int{11}, Touches: []string{"path"}, Root: `tools_first; printf '#!/bin/sh\necho v12.0.0\n' | tee "$C/tools/node" "$C/tools/npm" "$C/tools/git" > /dev/null`},
	{Name: "node-options-memory", Modes: []int{40}, Touches: []string{"node-options"}, User: userVariable + `NODE_OPTIONS /d --max-old-space-size=2048`},
	{Name: "old-copy-not-on-path", Modes: []int{11}, Root: `mkdir -p "$H/Downloads/node-v18.20.8-win-x64"; echo old > "$H/Downloads/node-v18.20.8-win-x64/node.exe"`},
}
