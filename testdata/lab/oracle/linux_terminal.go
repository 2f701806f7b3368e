package oracle

import "slices"

// What goes wrong with PATH, start files and old windows.

// leadsToNode is for lines that put a directory first on PATH: its node, where there is
// one, is to run.
const leadsToNode = `[ ! -e "$BIN/node" ] || test "$(command -v node)" = "$BIN/node"`

// missedEntry follows where an entry of PATH does not mean what it was written for.
func missedEntry(p Plan) []string { return slices.Concat(unreached(p), otherPrefix(p)) }

func posix(b Base) bool     { return b.byLines() && b.Shell != "fish" }
func plainLine(b Base) bool { return posix(b) && !b.manager() }
func inBash(b Base) bool    { return b.Shell == "bash" }

var linuxTerminal = []*Mutation{
	{
		Name: "lines-gone", Modes: []int{1, 6, 13}, Harmful: true, First: true, Fits: Base.byLines, Touches: []string{"lines"},
		User:    `drop_lines`,
		NamedOn: unreached, AlsoOn: otherPrefix,
	},
	{
		Name: "lines-for-another-shell", Modes: []int{6, 13}, Harmful: true, First: true, Fits: Base.byLines, Touches: []string{"lines"},
		User: `lines > "$H/lines"; drop_lines
case $SHELLNAME in zsh) cat "$H/lines" >> "$H/.bashrc";; *) cat "$H/lines" >> "$H/.zshrc";; esac
rm "$H/lines"`,
		NamedOn: unreached, AlsoOn: otherPrefix,
	},
	{
		Name: "profile-hidden", Modes: []int{13}, Harmful: true, First: true, Touches: []string{"lines"},
		Fits: func(b Base) bool { return b.byLines() && inBash(b) },
		User: `lines > "$H/lines"; drop_lines; cat "$H/lines" >> "$H/.profile"; rm "$H/lines"
printf '# written by an installer\nexport EDITOR=nano\n' > "$H/.bash_profile"`,
		NamedOn: unreached, AlsoOn: otherPrefix,
	},
	{
		Name: "early-return", Modes: []int{13}, Harmful: true, First: true, Fits: posix, Touches: []string{"lines"},
		User:    `lines > "$H/lines"; drop_lines; { cat "$RC" 2>/dev/null; printf 'return 0\n'; cat "$H/lines"; } > "$H/new"; cat "$H/new" > "$RC"; rm "$H/lines" "$H/new"`,
		NamedOn: unreached, AlsoOn: otherPrefix,
	},
	{
		Name: "unclosed-if", Modes: []int{13}, Harmful: true, First: true, Fits: posix, Touches: []string{"lines"},
		User:  `lines > "$H/lines"; drop_lines; { cat "$RC" 2>/dev/null; printf 'if [ -f ~/.aliases ]; then\n  . ~/.aliases\n'; cat "$H/lines"; } > "$H/new"; cat "$H/new" > "$RC"; rm "$H/lines" "$H/new"`,
		Named: []string{"node-installed/start-file-broken"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(when(p.copies(), "node-copies/start-file-broken"), when(p.old(), "node-new-terminal/start-file-broken"))
		},
		AlsoOn: otherPrefix,
	},
	{
		Name: "start-file-of-root", Modes: []int{13}, Harmful: true, Last: true, Fits: Base.byLines, Touches: []string{"rc-file", "lines"},
		Root:    `chown root:root "$RC"; chmod 600 "$RC"`,
		NamedOn: unreached, AlsoOn: otherPrefix,
	},
	{
		Name: "path-lost", Modes: []int{42}, Harmful: true, Touches: []string{"path-value"},
		Fits:  func(b Base) bool { return posix(b) && b.Owner != "mise" }, // which puts PATH right at the first cd
		User:  `printf 'export PATH="%s"\n' "$BIN" >> "$RC"`,
		Named: []string{"terminal-basics/system-folders"},
	},
	{
		Name: "path-tilde", Modes: []int{42}, Harmful: true, First: true, Fits: plainLine, Touches: []string{"lines"},
		User:  `drop_lines; printf 'export PATH="~%s:$PATH"\n' "${BIN#$H}" >> "$RC"`,
		Probe: leadsToNode,
		Named: []string{"terminal-path/not-expanded"}, AlsoOn: missedEntry,
	},
	{
		Name: "path-quotes", Modes: []int{42}, Harmful: true, First: true, Fits: plainLine, Touches: []string{"lines"},
		User:  `drop_lines; printf 'export PATH='"'"'"%s":'"'"'"$PATH"\n' "$BIN" >> "$RC"`,
		Probe: leadsToNode,
		Named: []string{"terminal-path/quotes"}, AlsoOn: missedEntry,
	},
	{
		Name: "path-names-file", Modes: []int{42}, Harmful: true, First: true, Fits: plainLine, Touches: []string{"lines"},
		User:  `drop_lines; printf 'export PATH="%s/node:$PATH"\n' "$BIN" >> "$RC"`,
		Probe: leadsToNode,
		Named: []string{"terminal-path/file"}, AlsoOn: missedEntry,
	},
	{
		Name: "path-current-folder", Modes: []int{42}, Harmful: true, Touches: []string{"path-dot"},
		User:  `rc_path .`,
		Probe: `cd "$(/bin/mktemp -d)"; printf '#!/bin/sh\necho other\n' > labtool; /bin/chmod +x labtool; labtool > /dev/null 2>&1 && exit 1; exit 0`,
		Named: []string{"terminal-path/current-folder"},
	},
	{
		Name: "old-window", Modes: []int{1, 6}, Harmful: true, First: true, Old: true, Touches: []string{"lines", "window"},
		Fits:    func(b Base) bool { return b.byLines() && b.Shell != "dash" },
		Named:   []string{"node-installed/stale-terminal"},
		NamedOn: func(p Plan) []string { return when(p.copies(), "node-copies/stale-terminal") }, AlsoOn: otherPrefix,
	},
	{
		Name: "old-window-older-node", Modes: []int{11}, Harmful: true, First: true, Old: true, Touches: []string{"lines", "window"},
		Fits: func(b Base) bool { return b.byLines() && b.Shell != "dash" }, Copies: []string{"18"},
		Named: []string{"node-copies/stale-terminal"}, AlsoOn: otherPrefix,
	},
	// From here on: what looks odd and works.
	{
		Name: "window-with-a-variable", Modes: []int{1}, Old: true, Touches: []string{"window"}, Fits: func(b Base) bool { return b.Shell != "dash" },
		// Where a start file was told since who the learner is, or of an older Node.js where the newer one is gone,
		// and where what leads to Node.js is read at the next login.
		Named: []string{"node-installed/stale-terminal"},
		NamedOn: func(p Plan) []string {
			return slices.Concat(when(p.has("identity-in-variables"), "git-identity/stale-terminal"), nextLacks(p))
		},
	},
	{
		Name: "rc-link", Modes: []int{13}, Touches: []string{"rc-file"},
		User: `mkdir -p "$H/dotfiles"; [ -e "$RC" ] && { mv "$RC" "$H/dotfiles/rc"; ln -s "$H/dotfiles/rc" "$RC"; } || :`,
	},
	{
		Name: "rc-noise", Modes: []int{13},
		User: `case $SHELLNAME in
fish) printf 'set -g fish_greeting\nalias ll "ls -l"\nif status is-interactive\n  set -g fish_color_command blue\nend\n' >> "$RC";;
*) printf 'alias ll="ls -l"\ngreet_me() { echo hi; }\nif [ -n "$SSH_TTY" ]; then echo remote; fi\nfor d in "$HOME/.tools" /opt/tools; do\n  [ -d "$d/bin" ] && PATH="$PATH:$d/bin"\ndone\ncase "$TERM" in dumb) ;; *) GREP_COLOR=1 ;; esac\nunset d\n' >> "$RC";;
esac`,
	},
	{
		Name: "lines-in-a-file-of-their-own", Modes: []int{13}, First: true, Fits: posix, Touches: []string{"lines"},
		User: `mkdir -p "$H/.shell.d"; lines > "$H/.shell.d/node.sh"; drop_lines; printf 'for f in ~/.shell.d/*.sh; do . "$f"; done\n' >> "$RC"`,
	},
	{
		Name: "lines-if-there", Modes: []int{6, 13}, First: true, Fits: plainLine, Touches: []string{"lines"},
		User: `drop_lines; printf 'if [ -d "%s" ] && [ -x "%s/node" ]; then\n  case ":$PATH:" in\n    *:"%s":*) ;;\n    *) export PATH="%s:$PATH" ;;\n  esac\nfi\n' "$BIN" "$BIN" "$BIN" "$BIN" >> "$RC"`,
	},
	{
		Name: "lines-in-profile", Modes: []int{13}, First: true, Touches: []string{"lines"},
		Fits:    func(b Base) bool { return plainLine(b) && inBash(b) },
		User:    `lines > "$H/lines"; drop_lines; cat "$H/lines" >> "$H/.profile"; rm "$H/lines"`,
		NamedOn: nextLacks, // of a login that began before
	},
	{
		Name: "bash-profile-that-reads-on", Modes: []int{13}, Fits: inBash, Touches: []string{"bash-profile"},
		User: `printf '[ -f ~/.profile ] && . ~/.profile\n[ -f ~/.bashrc ] && . ~/.bashrc\n' > "$H/.bash_profile"`,
	},
	{
		Name: "path-missing-folders", Modes: []int{42}, User: `rc_path /opt/gone/bin; rc_path /home/learner/tools/bin; rc_path /usr/bin/`,
	},
	{
		Name: "path-own-scripts", Modes: []int{42},
		User: `mkdir -p "$H/bin"; printf '#!/bin/sh\necho mine\n' > "$H/bin/mytool"; chmod +x "$H/bin/mytool"; rc_path "$H/bin"`,
	},
	{
		Name: "path-linked-folder", Modes: []int{42}, User: `mkdir -p "$H/real tools"; ln -s "real tools" "$H/tools"; rc_path "$H/tools"`,
	},
	{
		Name: "other-locale", Modes: []int{42}, User: `rc_set LANG de_DE.UTF-8; rc_set LC_TIME en_GB.UTF-8`,
	},
	{
		Name: "dumb-terminal", Modes: []int{42}, User: `rc_set NO_COLOR 1; rc_set TZ Asia/Kathmandu; rc_set PAGER /usr/bin/gone`,
	},
	{
		Name: "umask-077", Modes: []int{7}, User: `printf 'umask 077\n' >> "$RC"`,
	},
	{
		Name: "home-closed", Modes: []int{44}, User: `chmod 700 "$H"`,
	},
	{
		Name: "odd-variables", Modes: []int{40}, User: `rc_set CLASSPATH "a b; c"; rc_set GREETING "Grüße, 世界"; rc_set NPM_TOKEN abcdef`,
	},
}
