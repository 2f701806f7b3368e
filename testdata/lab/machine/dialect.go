package machine

import (
	"fmt"
	"strings"
)

// dialect is how programs are run and paths are named on a system.
type dialect interface {
	command(c Cmd) Cmd
	path(p string) string
}

func dialectOf(spec Spec) dialect {
	if spec.System == "windows" {
		return windows{}
	}
	return plain{}
}

// plain is Linux: nothing needs a translation.
type plain struct{}

func (plain) command(c Cmd) Cmd    { return c }
func (plain) path(p string) string { return p }

// windows runs programs under Wine.
type windows struct{}

// command starts a program as the desktop of Windows does. Wine makes the environment
// of such a program from the registry; of Linux's own it gets as little as can be.
// Node.js opens standard streams only where all three are files or a terminal.
func (windows) command(c Cmd) Cmd {
	c.Argv = append([]string{"/usr/bin/wine"}, c.Argv...)
	c.Env = append([]string{"WINEDEBUG=-all", "XDG_RUNTIME_DIR=/tmp"}, c.Env...)
	c.Unset = append(c.Unset, "SHELL", "LOGNAME", "TERM")
	if c.TTY {
		c.Env = append(c.Env, "TERM=xterm-256color")
	}
	c.Dir = windows{}.path(c.Dir)
	if c.Dir == "" {
		c.Dir = windows{}.path(`C:\users\learner`)
	}
	c.OnFiles = !c.TTY
	return c
}

// path translates C:\... and Z:\...; others stay.
func (windows) path(p string) string {
	if len(p) < 2 || p[1] != ':' {
		return p
	}
	rest := strings.ReplaceAll(p[2:], `\`, "/")
	switch p[0] {
	case 'C', 'c':
		return "/home/learner/.wine/drive_c" + rest
	case 'Z', 'z':
		return rest
	}
	return p
}

// asTyped is a command file that sets an environment and a directory, runs the script
// beside it, then notes the environment and the directory that the script left.
func (windows) asTyped(env []string, dir, at string) string {
	var b strings.Builder
	b.WriteString("@echo off\r\n")
	for _, pair := range env {
		if name, value, ok := strings.Cut(pair, "="); ok && name != "" {
			fmt.Fprintf(&b, "set \"%s=%s\"\r\n", name, strings.ReplaceAll(value, "%", "%%"))
		}
	}
	if dir != "" {
		fmt.Fprintf(&b, "cd /d \"%s\"\r\n", dir)
	}
	for _, line := range []string{
		`call "` + at + `\script.cmd"`,
		"set LAB_STATUS=%ERRORLEVEL%",
		"set LAB_DIRECTORY=%CD%",
		`set >"` + at + `\env"`,
		"exit /b %LAB_STATUS%",
	} {
		b.WriteString(line + "\r\n")
	}
	return b.String()
}
