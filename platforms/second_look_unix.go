//go:build unix

package platforms

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

// prompts does what a shell does before it shows its prompt, which is when some version
// managers put PATH right, and then becomes the program that follows. A shell that is
// given a command shows none. The program prints to descriptor 3, apart from what start
// files print.
var prompts = map[string]string{
	"bash": `for devdoctor_hook in "${PROMPT_COMMAND[@]}"; do eval "$devdoctor_hook"; done; exec "$@" >&3`,
	"zsh":  `for devdoctor_hook in ${precmd_functions-}; do $devdoctor_hook; done; exec "$@" >&3`,
	"fish": `emit fish_prompt; exec $argv >&3`,
	"":     `exec "$@" >&3`,
}

// RunInNewTerminal starts the learner's shell as a new terminal window does, and in it a
// program. It gives back what the program printed and its exit status.
func (l *Live) RunInNewTerminal(ctx context.Context, h *Host, argv []string) (string, int, error) {
	name, login, err := h.nextShell(ctx)
	if err != nil {
		return "", 0, fmt.Errorf("find your shell: %w", err)
	}
	page, exit, err := l.runInShell(ctx, h, name, login, argv)
	if err != nil || page != "" {
		return page, exit, err
	}
	// The shell never came to the program: its files hand over to another shell, or leave.
	next, err := h.NewTerminal(ctx)
	if err != nil || next.Shell == name {
		return "", 0, errors.New("the start files of your shell do not come to an end, so no program can be started in a new terminal")
	}
	return l.runInShell(ctx, h, next.Shell, false, argv)
}

func (l *Live) runInShell(ctx context.Context, h *Host, name string, login bool, argv []string) (string, int, error) {
	account, err := h.Account(ctx)
	if err != nil {
		return "", 0, fmt.Errorf("find your shell: %w", err)
	}
	shell := account.Shell
	if shell == "" || shell[strings.LastIndexByte(shell, '/')+1:] != name {
		if shell, err = exec.LookPath(name); err != nil {
			return "", 0, fmt.Errorf("find your shell: %w", err)
		}
	}
	hook, known := prompts[name]
	if !known {
		hook = prompts[""]
	}
	args := []string{shell, "-i"}
	if login {
		args = append(args, "-l")
	}
	args = append(args, "-c", hook)
	if name != "fish" { // whose arguments begin with $argv
		args = append(args, name)
	}
	cmd := exec.CommandContext(ctx, shell)
	cmd.Args = append(args, argv...)
	// The home that was changed is the one to look at, whatever the session calls home.
	cmd.Env, cmd.Dir = append(l.sessionEnviron(), "HOME="+h.Home), h.Home
	// A session of its own: a shell that cannot have our terminal does not wait for it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return printedBy(ctx, cmd, func(cmd *exec.Cmd, out *os.File) { cmd.ExtraFiles = []*os.File{out} })
}

// sessionEnviron is what a new window inherits: the environment of the program that opened
// ours. Where that is hidden it is our own.
func (l *Live) sessionEnviron() []string {
	chain, err := l.ancestry()
	if err == nil {
		if a, ok := opener(chain); ok {
			if env, err := processEnviron(a.pid); err == nil {
				return withOwn(env)
			}
		}
	}
	return os.Environ()
}

// withOwn is env with what each terminal sets itself, and what devdoctor was told, as ours
// has it.
func withOwn(env []string) []string {
	own := func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return perWindow.has(name) || toldUs.has(name)
	}
	env = slices.DeleteFunc(slices.Clone(env), own)
	for _, v := range os.Environ() {
		if own(v) {
			env = append(env, v)
		}
	}
	return env
}

// passingFile is a file that is gone when nobody has it open any more, however that comes about.
func passingFile() (*os.File, error) {
	f, err := os.CreateTemp("", "devdoctor-*")
	if err != nil {
		return nil, err
	}
	return f, os.Remove(f.Name())
}
