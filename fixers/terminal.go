package fixers

import (
	"context"
	"fmt"
	"strings"

	"devdoctor/platforms"
)

// NewTerminalsFind puts the directory of the Node.js that a check found first on PATH in new terminals: in
// a file of ours, which a block in the shell's start file reads. fish reads a file of its
// own kind from a directory. On Windows it is the Path of the account.
var NewTerminalsFind = &Fix{
	ID: "terminal-path", Title: "Make new terminals find Node.js",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		if p.Found["path"] == "" {
			return nil, ErrNotHere
		}
		return firstOnPath(ctx, p.Host, p.Host.DirName(p.Found["path"]))
	},
}

// firstOnPath is the steps that put a directory first on PATH in new terminals; none
// where it is already.
func firstOnPath(ctx context.Context, h *platforms.Host, dir string) ([]Step, error) {
	if h.OS == platforms.Windows {
		step, err := prependUserPath(ctx, h, dir)
		if err != nil {
			return nil, err
		}
		return []Step{step}, nil
	}
	if strings.ContainsAny(dir, ":\n") {
		return nil, ErrNotHere
	}
	next, err := h.NewTerminal(ctx)
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // what the next terminal reads is not known
	}
	if next.Shell == "fish" {
		return fishPath(ctx, h, dir)
	}
	file, err := next.StartFile(ctx)
	if err != nil {
		return nil, fmt.Errorf("find the start file of the shell: %w", err)
	}
	return startFilePath(ctx, h, dir, file)
}

// oursForSh is read by the start files of bash, zsh and sh.
const oursForSh = "~/.config/devdoctor/path.sh"

func startFilePath(ctx context.Context, h *platforms.Host, dir, file string) ([]Step, error) {
	ours, err := readPresent(ctx, h, oursForSh)
	if err != nil {
		return nil, err
	}
	line := "export PATH=" + doubleQuoted(h, dir) + `:"$PATH"`
	text := ours.text
	if text == "" {
		text = "# Written by devdoctor: directories with programs, which a block in your shell's start file puts on PATH.\n"
	}
	if !strings.Contains(text, line+"\n") {
		text = withLine(text, line)
	}
	steps, err := ours.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux), "Write a file that puts "+atHome(h, dir)+" first on PATH.")
	if err != nil {
		return nil, err
	}
	start, err := readPresent(ctx, h, file)
	if err != nil {
		return nil, err
	}
	b := &Block{
		Path: start.path, Name: "path", Made: !start.there, Mode: onUnix(h, 0o644),
		After: `[ -r "$HOME/` + strings.TrimPrefix(oursForSh, "~/") + `" ] && . "$HOME/` + strings.TrimPrefix(oursForSh, "~/") + "\"\n",
		Glue:  start.text != "" && !strings.HasSuffix(start.text, "\n"),
	}
	if _, _, lines, err := b.find(start.text); err != nil || lines == b.After {
		return steps, err
	}
	if !start.there {
		above, err := parents(ctx, h, start.path, triedOn(h, platforms.Linux))
		if err != nil {
			return nil, err
		}
		steps = append(steps, above...)
	}
	return append(steps, Step{Says: "Let " + start.path + " read it.", Verified: triedOn(h, platforms.Linux), Block: b}), nil
}

// doubleQuoted is a path in double quotes, with $HOME for the home directory.
func doubleQuoted(h *platforms.Host, path string) string {
	path = atHome(h, path)
	rest, athome := strings.CutPrefix(path, "~/")
	if !athome {
		rest = path
	}
	rest = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(rest)
	if athome {
		return `"$HOME/` + rest + `"`
	}
	return `"` + rest + `"`
}

func fishPath(ctx context.Context, h *platforms.Host, dir string) ([]Step, error) {
	config, err := h.Getenv(ctx, "XDG_CONFIG_HOME")
	if err != nil {
		return nil, fmt.Errorf("find fish's settings: %w", err)
	}
	if config == "" {
		config = "~/.config"
	}
	ours, err := readPresent(ctx, h, h.Join(config, "fish", "conf.d", "devdoctor.fish"))
	if err != nil {
		return nil, err
	}
	line := "set -gx PATH " + doubleQuoted(h, dir) + " $PATH"
	text := ours.text
	if text == "" {
		text = "# Written by devdoctor: directories with programs. fish reads this file when it starts.\n"
	}
	if !strings.Contains(text, line+"\n") {
		text = withLine(text, line)
	}
	return ours.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux), "Write a file for fish that puts "+atHome(h, dir)+" first on PATH.")
}
