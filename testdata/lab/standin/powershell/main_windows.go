// Command powershell stands in for the program of Windows with this name, of which Wine has an empty
// shell. It knows what devdoctor asks of it to get an administrator's rights, which every program under
// Wine has: Start-Process -Verb RunAs, programs one behind the other, and the few statements of its plans.
// It shows nothing of PowerShell.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "powershell:", err)
		os.Exit(1)
	}
}

var elevated = regexp.MustCompile(`^Start-Process -Verb RunAs -Wait -FilePath ('[^']*'|\S+) -ArgumentList '(.*)'$`)

func run(args []string) error {
	if len(args) < 3 || args[0] != "-NoProfile" || args[1] != "-Command" {
		return fmt.Errorf("the stand-in does not know %q", args)
	}
	command := strings.Join(args[2:], " ")
	if m := elevated.FindStringSubmatch(command); m != nil {
		_ = start(strings.Trim(m[1], "'"), strings.ReplaceAll(m[2], "''", "'")) // how it ends is not said
		return nil
	}
	if m := exchanged.FindStringSubmatch(command); m != nil {
		return exchange(m[1], m[2], m[3])
	}
	var errs []error
	for statement := range strings.SplitSeq(command, "; ") {
		errs = append(errs, do(statement))
	}
	return errors.Join(errs...)
}

// exchanged is the exchange of one Node.js of the installer for another: what is downloaded, its version, and
// what is uninstalled after that.
var exchanged = regexp.MustCompile(`^\$dir = Join-Path \$env:TEMP devdoctor-node; winget (download .*) \$dir; .* -Filter \*([0-9.]+)\*\.msi .* \{ winget (uninstall [^;]*); .*$`)

// exchange lets winget play the installer, because the one of Wine knows no such file.
func exchange(download, version, uninstall string) error {
	dir := filepath.Join(os.TempDir(), "devdoctor-node")
	defer func() { _ = os.RemoveAll(dir) }()
	if err := start("winget", download+` "`+dir+`"`); err != nil {
		return err
	}
	if found, err := filepath.Glob(filepath.Join(dir, "*"+version+"*.msi")); err != nil || len(found) == 0 {
		return errors.Join(err, errors.New("nothing was downloaded"))
	}
	if err := start("winget", uninstall); err != nil {
		return err
	}
	return start("winget", "install --id OpenJS.NodeJS.LTS --scope machine --version "+version)
}

// do runs one statement.
func do(statement string) error {
	for _, known := range statements {
		if m := known.form.FindStringSubmatch(statement); m != nil {
			return known.do(m[1:])
		}
	}
	program, arguments, _ := strings.Cut(statement, " ")
	if strings.ContainsAny(statement, "$|(){}@") || strings.Contains(program, "-") {
		return fmt.Errorf("the stand-in does not know %q", statement)
	}
	return start(program, strings.ReplaceAll(arguments, "'", `"`))
}

// start runs a program with arguments as they are, and waits for it.
func start(program, arguments string) error {
	c := exec.Command(program)
	c.SysProcAttr = &syscall.SysProcAttr{CmdLine: `"` + program + `" ` + arguments}
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}
