// Command winget stands in for the program of Windows with this name, which Wine lacks. It knows Node.js,
// Git and VS Code, and does with files and registry what their packages do (the installer's product.wxs, the portable
// archive, Git's setup, VS Code's; read 2026-11-20): it shows whether a plan with winget leads to the lesson and back, and
// nothing of winget itself. Node.js comes from the machine's mirror, Git from the machine's disk, and of VS Code only
// what a check looks at.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "winget:", err)
		os.Exit(1)
	}
}

// pins is where the stand-in keeps which packages stay with their line.
func pins() string { return filepath.Join(os.Getenv("LOCALAPPDATA"), "winget-pins.txt") }

func pin(verb, id string) error {
	text, err := os.ReadFile(pins())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	there := strings.Contains(string(text), id+"\n")
	switch {
	case verb == "pin list" && len(text) == 0:
		fmt.Println("There are no pins configured.")
	case verb == "pin list":
		fmt.Print(string(text))
	case verb == "pin add" && !there:
		return os.WriteFile(pins(), append(text, id+"\n"...), 0o644)
	case verb == "pin remove" && there && string(text) == id+"\n":
		return os.Remove(pins())
	case verb == "pin remove" && there:
		return os.WriteFile(pins(), []byte(strings.ReplaceAll(string(text), id+"\n", "")), 0o644)
	default:
		return fmt.Errorf("the stand-in does not know %s of %s", verb, id)
	}
	return nil
}

// downloadMSI leaves a file with the name of the installer: the stand-in of PowerShell lets winget play it.
func downloadMSI(dir, version string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "Node.js (LTS)_"+version+"_Machine_X64_wix_en-US.msi"), nil, 0o644)
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("the stand-in does not know a call without a verb")
	}
	if args[0] == "pin" && len(args) > 1 {
		args = append([]string{"pin " + args[1]}, args[2:]...)
	}
	options := map[string]string{}
	for i := 1; i < len(args); i++ {
		switch args[i] {
		case "--id", "--name", "--version", "--scope", "--source", "--installer-type", "--download-directory":
			if i+1 == len(args) {
				return fmt.Errorf("%s: a value is missing", args[i])
			}
			options[args[i]] = args[i+1]
			i++
		case "--exact", "--silent", "--accept-source-agreements", "--accept-package-agreements", "--disable-interactivity":
		default:
			return fmt.Errorf("the stand-in does not know %q", args[i])
		}
	}
	switch verb, what := args[0], options["--id"]+options["--name"]; {
	case strings.HasPrefix(verb, "pin "):
		return pin(verb, what)
	case verb == "download" && what == "OpenJS.NodeJS.LTS" && options["--scope"] == "machine":
		return downloadMSI(options["--download-directory"], options["--version"])
	case verb == "install" && strings.HasPrefix(what, "OpenJS.NodeJS") && options["--scope"] == "machine":
		return installMSI(options["--version"])
	case verb == "install" && strings.HasPrefix(what, "OpenJS.NodeJS") && options["--scope"] == "user":
		return installPortable(what, options["--version"])
	case verb == "uninstall" && strings.HasPrefix(what, "OpenJS.NodeJS"):
		return uninstallPortable(what)
	case verb == "repair" && what == "Node.js":
		return repairMSI()
	case verb == "uninstall" && what == "Node.js":
		return uninstallMSI()
	case verb == "install" && what == "Git.Git":
		return installGit(options["--scope"])
	case verb == "uninstall" && what == "Git.Git":
		return uninstallGit()
	case verb == "install" && what == "Microsoft.VisualStudioCode" && options["--scope"] == "user":
		return installCode()
	case verb == "uninstall" && what == "Microsoft.VisualStudioCode":
		return uninstallCode()
	}
	return fmt.Errorf("the stand-in does not know %q", args)
}
