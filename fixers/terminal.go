package fixers

import (
	"context"
	"fmt"
	"slices"
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
	if strings.ContainsAny(dir, ":\n") || isFnmLink(dir) {
		return nil, ErrNotHere
	}
	next, err := h.NewTerminal(ctx)
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // what the next terminal reads is not known
	}
	if leads, known := leadTo(ctx, h, nil, dir); leads && known {
		return nil, ErrSeenTo
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

// Files of ours with directories for PATH, which a block in a start file lets shells read.
const (
	oursForSh   = "~/.config/devdoctor/path.sh"
	oursForFish = "~/.config/devdoctor/path.fish"
)

func startFilePath(ctx context.Context, h *platforms.Host, dir, file string) ([]Step, error) {
	steps, err := listed(ctx, h, oursForSh, "# Written by devdoctor: directories with programs, which a block in your shell's start file puts on PATH.\n",
		"export PATH="+doubleQuoted(h, dir)+`:"$PATH"`, "Write a file that puts "+atHome(h, dir)+" first on PATH.")
	if err != nil {
		return nil, err
	}
	name := doubleQuoted(h, oursForSh)
	return letRead(ctx, h, steps, file, "[ -r "+name+" ] && . "+name+"\n", dir)
}

// listed is the steps that add a line to a file of ours, which begins with a word on
// what it is.
func listed(ctx context.Context, h *platforms.Host, path, about, line, says string) ([]Step, error) {
	ours, err := readPresent(ctx, h, path)
	if err != nil {
		return nil, err
	}
	text := ours.text
	if text == "" {
		text = about
	}
	if !strings.Contains(text, line+"\n") {
		text = withLine(text, line)
	}
	return ours.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux), says)
}

// letRead adds to steps the block that lets a start file read ours: at its end, or at
// its beginning where a new terminal does not come to the end.
func letRead(ctx context.Context, h *platforms.Host, steps []Step, file, line, dir string) ([]Step, error) {
	f, err := readPresent(ctx, h, file)
	if err != nil {
		return nil, err
	}
	if strings.Contains(f.text, "\x00") {
		return nil, fmt.Errorf("%s holds bytes that are no text", f.path)
	}
	if !f.there {
		above, err := parents(ctx, h, f.path, triedOn(h, platforms.Linux))
		if err != nil {
			return nil, err
		}
		steps = append(steps, above...)
	}
	b := Block{Path: f.path, Name: "path", Made: !f.there, Mode: onUnix(h, 0o644), After: line}
	if _, _, lines, err := b.find(f.text); err != nil || lines == b.After {
		return steps, err
	}
	for _, says := range []string{"Let " + f.path + " read it.", "Let " + f.path + " read it first: a new terminal does not come to its end."} {
		block := b
		block.Glue = !b.Top && f.text != "" && !strings.HasSuffix(f.text, "\n")
		attempt := append(slices.Clone(steps), Step{Says: says, Verified: triedOn(h, platforms.Linux), Block: &block})
		if leads, known := leadTo(ctx, h, attempt, dir); leads || !known {
			return attempt, nil
		}
		b.Top = true
	}
	return nil, fmt.Errorf("a new terminal would not come to a line in %s, or would change PATH after it", f.path)
}

// leadTo tries steps on paper, and works out whether a new terminal would then find programs of
// dir first. known is whether that can be worked out.
func leadTo(ctx context.Context, h *platforms.Host, steps []Step, dir string) (leads, known bool) {
	paper := platforms.NewPaper(h)
	for _, s := range steps {
		if err := s.Take(ctx, paper, nil); err != nil {
			return false, false
		}
	}
	next, err := paper.Host().NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return false, false
	}
	if other, ok := next.Other(ctx); ok && !slices.Contains([]string{"bash", "zsh", "fish"}, next.Shell) {
		next = other // what others read at a login only
	}
	path, err := next.Host.Getenv(ctx, "PATH")
	if err != nil {
		return false, false
	}
	for _, entry := range h.SplitPath(path) {
		if h.SamePath(entry, dir) {
			return true, true
		}
		if there, err := h.Exists(ctx, h.Join(entry, "node")); err != nil || there {
			return false, err == nil
		}
	}
	return false, true
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

// fishPath is the steps for fish, which reads a file of ours in conf.d by itself, before
// its config.fish. Where that puts another directory first, it reads one behind it.
func fishPath(ctx context.Context, h *platforms.Host, dir string) ([]Step, error) {
	config, err := fishConfig(ctx, h)
	if err != nil {
		return nil, err
	}
	line := "set -gx PATH " + doubleQuoted(h, dir) + " $PATH"
	says := "Write a file for fish that puts " + atHome(h, dir) + " first on PATH."
	steps, err := listed(ctx, h, h.Join(config, "conf.d", "devdoctor.fish"),
		"# Written by devdoctor: directories with programs. fish reads this file when it starts.\n", line, says)
	if err != nil {
		return nil, err
	}
	if leads, known := leadTo(ctx, h, steps, dir); leads || !known {
		return steps, nil
	}
	steps, err = listed(ctx, h, oursForFish, "# Written by devdoctor: directories with programs, which a block in fish's config.fish puts on PATH.\n", line, says)
	if err != nil {
		return nil, err
	}
	return letRead(ctx, h, steps, h.Join(config, "config.fish"), "source "+doubleQuoted(h, oursForFish)+"\n", dir)
}
