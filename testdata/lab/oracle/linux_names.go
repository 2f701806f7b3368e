package oracle

import "slices"

// What a fault is called, and what follows from it, depends on the rest of the machine: on
// the shell, on who keeps Node.js, on what else is done to it.

// has says that a machine has one of these mutations.
func (p Plan) has(names ...string) bool {
	return slices.ContainsFunc(p.Mutations, func(m *Mutation) bool { return slices.Contains(names, m.Name) })
}

// touched says that something else of the kind is done to it.
func (p Plan) touched(what ...string) bool {
	return slices.ContainsFunc(p.Mutations, func(m *Mutation) bool {
		return m.Harmful && slices.ContainsFunc(m.Touches, func(t string) bool { return slices.Contains(what, t) })
	})
}

// copies says that another Node.js may run where that of the base does not.
func (p Plan) copies() bool {
	return slices.ContainsFunc(p.Mutations, func(m *Mutation) bool { return len(m.Copies) > 0 && m.Name != "nvm-older-beside" })
}

func when(is bool, names ...string) []string {
	if is {
		return names
	}
	return nil
}

// otherPrefix follows where another copy runs: npm's folder for tools is beside it.
func otherPrefix(p Plan) []string { return when(p.copies(), "npm-global/not-writable") }

// unreached is what it is called that no start file leads to the Node.js of the base.
func unreached(p Plan) []string {
	what, copies := "not-on-path", "newer-not-on-path"
	switch {
	case p.Base.Shell == "fish":
		what, copies = "fish-not-told", "fish-not-told"
	case p.Base.manager():
		what, copies = "manager-not-loaded", "newer-not-loaded"
	}
	return slices.Concat([]string{"node-installed/" + what}, when(p.copies(), "node-copies/"+copies),
		nextLacks(p), when(p.old() && p.Base.manager(), "node-new-terminal/manager-not-loaded"))
}

// nextLacks is what an old window says of new ones that find no Node.js, or another one.
func nextLacks(p Plan) []string {
	return slices.Concat(when(p.old(), "node-new-terminal/new-terminal-lacks"), when(p.old() && p.copies(), "node-new-terminal/new-terminal-older"))
}

// olderFirst is what it is called that an older copy, too old or of an older line, comes
// before that of the base. Only where that one cannot be had either it is merely old.
func olderFirst(is string) func(Plan) []string {
	return func(p Plan) []string {
		return slices.Concat(
			when(p.old(), "node-new-terminal/new-terminal-older"),
			when(p.touched("lines", "node"), "node-copies/newer-not-loaded", "node-copies/newer-not-on-path"),
			when(p.touched("lines", "node", "home", "library", "default"), "node-version/"+is))
	}
}

// behindOlder is what it is called that the Node.js of the base is gone or cannot be started, where
// another one takes its turn.
func behindOlder(p Plan) []string {
	return slices.Concat(when(p.copies(), "node-version/too-old"), nextLacks(p))
}

// unlessThere is what a line says that looks first whether there is a program that may be run.
func unlessThere(p Plan) []string { return when(p.has("lines-if-there"), "node-installed/not-on-path") }

// storedLogin follows where git cannot read who keeps its passwords.
func storedLogin(p Plan) []string { return when(p.has("login-stored"), "github-login/no-login") }
