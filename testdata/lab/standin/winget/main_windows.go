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
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "winget:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("the stand-in does not know a call without a verb")
	}
	options := map[string]string{}
	for i := 1; i < len(args); i++ {
		switch args[i] {
		case "--id", "--name", "--version", "--scope", "--source":
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
