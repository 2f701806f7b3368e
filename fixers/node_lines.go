package fixers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// LoadManager puts the lines of a version manager into the start file of the learner's shell,
// so that new terminals find both its Node.js and the manager itself. It is for where the
// manager is there, and not its copies only.
var LoadManager = &Fix{
	ID: "manager-lines", Title: "Let new terminals load your version manager",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		k, next, lines, err := linesOf(ctx, p)
		if err != nil {
			return nil, err
		}
		owner := platforms.Manager(p.Found["owner"])
		if loaded, err := k.loaded(ctx, next, owner); err != nil || loaded || lines == "" {
			return nil, orNotHere(err)
		}
		steps, err := k.load(ctx, next, owner, lines)
		if err != nil || len(steps) == 0 {
			return steps, err
		}
		steps[len(steps)-1].Leaves, err = k.left(ctx, k.opened)
		return steps, err
	},
}

// linesOf is the manager that keeps the copy which a check found, the terminal that opens
// next, and the lines with which that would load the manager; "" where it cannot.
func linesOf(ctx context.Context, p Patient) (k kept, next platforms.Terminal, lines string, err error) {
	if k, err = keeping(ctx, p); err != nil {
		return k, next, "", err
	}
	program, err := k.itself(ctx)
	if err != nil {
		return k, next, "", err
	}
	if next, err = p.Host.NewTerminal(ctx); err != nil {
		return k, next, "", ErrNotHere //nolint:nilerr // what the next terminal reads is not known
	}
	return k, next, managerLines(p.Host, platforms.Manager(p.Found["owner"]), next.Shell, k.root, program), nil
}

// loaded reports whether the next terminal has the manager already: what it does not find
// then has another cause.
func (k kept) loaded(ctx context.Context, next platforms.Terminal, owner platforms.Manager) (bool, error) {
	if slices.Contains(next.Files, k.h.Join(k.root, "nvm.sh")) {
		return true, nil
	}
	copies, err := next.Host.Which(ctx, "node")
	if err != nil || len(copies) == 0 {
		return false, nil //nolint:nilerr // where PATH cannot be decided, the check has said so
	}
	first, err := k.h.Owner(ctx, copies[0])
	return first.Manager == owner, err
}

// load is the steps that put lines where the shell of the next terminal reads them.
func (k kept) load(ctx context.Context, next platforms.Terminal, owner platforms.Manager, lines string) ([]Step, error) {
	if next.Shell == "fish" {
		return fishLines(ctx, k.h, owner, lines)
	}
	return k.loadLast(ctx, next, owner, lines)
}

// loadLast is the steps that put lines into the start file that the next terminal reads last.
func (k kept) loadLast(ctx context.Context, next platforms.Terminal, owner platforms.Manager, lines string) ([]Step, error) {
	file, err := next.StartFile(ctx)
	if err != nil {
		return nil, fmt.Errorf("find the start file of the shell: %w", err)
	}
	start, err := readPresent(ctx, k.h, file)
	if err != nil {
		return nil, err
	}
	if strings.Contains(start.text, "\x00") {
		return nil, fmt.Errorf("%s holds bytes that are no text", start.path)
	}
	var above []Step
	if !start.there {
		if above, err = parents(ctx, k.h, start.path, triedOn(k.h, platforms.Linux)); err != nil {
			return nil, err
		}
	}
	b := Block{Path: start.path, Name: string(owner), Made: !start.there, Mode: onUnix(k.h, 0o644), After: lines}
	if _, _, b.Before, err = b.find(start.text); err != nil || b.Before == lines {
		return nil, err
	}
	for _, b.Top = range []bool{false, true} { // a new terminal may not come to the end
		block := b
		block.Glue = !b.Top && start.text != "" && !strings.HasSuffix(start.text, "\n")
		steps := append(slices.Clone(above), Step{Says: "Let " + start.path + " load " + string(owner) + ".", Verified: triedOn(k.h, platforms.Linux), Block: &block})
		if loads, known := k.loadsWith(ctx, steps, owner); loads || !known {
			return steps, nil
		}
	}
	return nil, fmt.Errorf("a new terminal would not come to a line in %s, or would change PATH after it", start.path)
}

// loadsWith tries steps on paper, and works out whether a new terminal would then have the
// manager. known is whether that can be worked out.
func (k kept) loadsWith(ctx context.Context, steps []Step, owner platforms.Manager) (loads, known bool) {
	paper := platforms.NewPaper(k.h)
	for _, s := range steps {
		if err := s.Take(ctx, paper, nil); err != nil {
			return false, false
		}
	}
	next, err := paper.Host().NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return false, false
	}
	loads, err = k.loaded(ctx, next, owner)
	// What these two print is worked out in part only.
	return loads, err == nil && owner != platforms.Mise && owner != platforms.Fnm
}

// managerLines is what the documents of a manager tell to add to a start file (read
// 2026-11-20); "" where it does not work in that shell.
func managerLines(h *platforms.Host, m platforms.Manager, shell, root, program string) string {
	fish, known := shell == "fish", shell == "bash" || shell == "zsh"
	inRoot := func(below string) string { return doubleQuoted(h, root+below) }
	switch {
	case m == platforms.Nvm && !fish:
		return "export NVM_DIR=" + inRoot("") + "\n" + `[ -s "$NVM_DIR/nvm.sh" ] && . "$NVM_DIR/nvm.sh"` + "\n"
	case m == platforms.Volta && fish:
		return "set -gx VOLTA_HOME " + inRoot("") + "\nset -gx PATH \"$VOLTA_HOME/bin\" $PATH\n"
	case m == platforms.Volta:
		return "export VOLTA_HOME=" + inRoot("") + "\nexport PATH=\"$VOLTA_HOME/bin:$PATH\"\n"
	case m == platforms.Asdf && fish:
		return "set -gx PATH " + inRoot("/shims") + " $PATH\n"
	case m == platforms.Asdf:
		return "export PATH=" + inRoot("/shims") + ":\"$PATH\"\n"
	case m == platforms.Fnm && fish:
		return "set -gx PATH " + doubleQuoted(h, h.DirName(program)) + " $PATH\nfnm env --shell fish | source\n"
	case m == platforms.Fnm:
		return "export PATH=" + doubleQuoted(h, h.DirName(program)) + ":\"$PATH\"\n" + `eval "$(fnm env)"` + "\n"
	case strings.IndexFunc(strings.TrimPrefix(program, "~"), needsQuote) >= 0:
		return ""
	case m == platforms.Mise && fish:
		return program + " activate fish | source\n"
	case m == platforms.Mise && known:
		return `eval "$(` + program + " activate " + shell + `)"` + "\n"
	}
	return ""
}

// fishLines is the steps that let fish read some lines from a file of our own.
func fishLines(ctx context.Context, h *platforms.Host, m platforms.Manager, lines string) ([]Step, error) {
	config, err := fishConfig(ctx, h)
	if err != nil {
		return nil, err
	}
	ours, err := readPresent(ctx, h, h.Join(config, "conf.d", "devdoctor-"+string(m)+".fish"))
	if err != nil {
		return nil, err
	}
	text := "# Written by devdoctor: this loads " + string(m) + ". fish reads this file when it starts.\n" + lines
	return ours.become(ctx, h, text, 0o644, triedOn(h, platforms.Linux), "Write a file for fish that loads "+string(m)+".")
}

// fishConfig is the directory of fish's settings.
func fishConfig(ctx context.Context, h *platforms.Host) (string, error) {
	config, err := h.Getenv(ctx, "XDG_CONFIG_HOME")
	if err != nil {
		return "", fmt.Errorf("find fish's settings: %w", err)
	}
	if config == "" {
		config = "~/.config"
	}
	return h.Join(config, "fish"), nil
}
