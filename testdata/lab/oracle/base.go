package oracle

import (
	"fmt"
	"strings"
)

// A Base is a healthy machine: its system, and who keeps its Node.js.
type Base struct {
	System  string // as in machine.Spec
	User    string
	Shell   string
	Owner   string // of Node.js, as in machine.Node
	Version string // the line of Node.js, "24" or "26"
}

func (b Base) String() string {
	return strings.Join([]string{b.System, b.User, b.Shell, b.Owner, b.Version}, " ")
}

// ParseBase reads what String prints.
func ParseBase(text string) (Base, error) {
	f := strings.Fields(text)
	if len(f) != 5 {
		return Base{}, fmt.Errorf("%q is no base machine: it has a system, a user, a shell, an owner and a version", text)
	}
	return Base{System: f[0], User: f[1], Shell: f[2], Owner: f[3], Version: f[4]}, nil
}

func (b Base) windows() bool { return b.System == "windows" }

// project is the folder in which the learner works.
func (b Base) project() string {
	if b.windows() {
		return `C:\users\learner\course\app`
	}
	return "/home/" + b.User + "/course/app"
}

// startFile is what an interactive shell of the base reads.
func (b Base) startFile() string {
	home := "/home/" + b.User
	switch b.Shell {
	case "fish":
		return home + "/.config/fish/config.fish"
	case "zsh":
		return home + "/.zshrc"
	case "dash":
		return home + "/.profile"
	}
	return home + "/.bashrc"
}

// byLines says that a line in a start file leads to the Node.js of the base.
func (b Base) byLines() bool { return b.Owner != "usr-local" && !b.windows() }

// manager says that a version manager keeps the Node.js of the base.
func (b Base) manager() bool {
	switch b.Owner {
	case "nvm", "fnm", "volta", "mise", "asdf":
		return true
	}
	return false
}

// shims says that node on PATH is a switch that chooses a version.
func (b Base) shims() bool { return b.Owner == "volta" || b.Owner == "asdf" }

// ownPrefix says that npm's folder for tools is the learner's and lies beside Node.js.
func (b Base) ownPrefix() bool { return !b.windows() && !b.shims() && b.Owner != "mise" }

// fits says that a combination exists. The lines of these owners are for other shells
// than dash, those of nvm for bash and zsh only.
func (b Base) fits() bool {
	switch b.Owner {
	case "nvm":
		return b.Shell == "bash" || b.Shell == "zsh"
	case "fnm", "mise", "n", "nodeenv":
		return b.Shell != "dash"
	}
	return true
}
