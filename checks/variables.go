package checks

import (
	"context"
	"errors"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where a variable is set; for the learner's account otherwise.
const (
	setForAll fixers.Case = "where it is set for all accounts"
	setHere   fixers.Case = "where it is set in one terminal only"
)

// variableTells take a variable away where it is set.
var variableTells = takeVariable("")

// takeVariable is the advice to take a variable away, where it is set. unless comes first: a
// sentence on who needs it.
func takeVariable(unless string) []fixers.Tell {
	tells := []fixers.Tell{
		{Do: unless + "Find the line that sets {name} and take it out. Then open a new terminal.", Run: findVariable, Undo: "Write the line again."},
		{OS: platforms.Windows, Do: unless + "Take the variable away from your account. Then open a new terminal.",
			Run: [][]string{{"reg", "delete", `HKCU\Environment`, "/v", "{name}", "/f"}}, Undo: "Set the variable again, in Settings, under environment variables."},
		{OS: platforms.Windows, Case: setForAll, Admin: true,
			Do: unless + "Press the Windows key, type environment, and choose Edit the system environment variables. Press Environment Variables, " +
				"and delete {name} among the system variables. Then open a new terminal.",
			Undo: "Add the variable again in the same place."},
		{Case: setHere, Do: inThisTerminal, Undo: "Nothing is changed."},
	}
	if unless == "" {
		return tells
	}
	return forAPerson(tells)
}

// findVariable shows in which start file a variable is set.
var findVariable = [][]string{{"grep", "-ns", "{name}", "~/.profile", "~/.bash_profile", "~/.bashrc", "~/.zprofile", "~/.zshrc", "~/.zshenv",
	"~/.config/fish/config.fish", "/etc/environment"}}

const inThisTerminal = "The variable {name} is set in this terminal only. Close the terminal, and open a new one."

// forAPerson is tells that no program may follow: somebody has to know what their network
// needs.
func forAPerson(tells []fixers.Tell) []fixers.Tell {
	for i := range tells {
		tells[i].Human = true
	}
	return tells
}

// whereSet is r, which may advise to take away the variable r.Found.Name, and where
// that is set. Where that is not clear, it is taken for the learner's own.
func (r Result) whereSet(ctx context.Context, h *platforms.Host) Result {
	if !r.Problem.foresees(setHere) {
		return r
	}
	if h.OS == platforms.Windows {
		r.Case = storedFor(ctx, h, r.Found.Name)
		return r
	}
	next, err := h.NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return r
	}
	if _, err := next.Host.Env(ctx, r.Found.Name); errors.Is(err, platforms.ErrNotFound) {
		r.Case = setHere
		return r
	}
	return r.leftBehind(ctx, next)
}

// variableLeft is for a variable that nothing sets any more, and that the login remembers.
var variableLeft = &Problem{
	ID:    NewLogin,
	Means: "When you logged in, a variable was set that does harm. devdoctor finds no file any more that sets it at a login. Still every new terminal gets it from the login that you are in.",
	See:   "Type env in a new terminal. It prints the variable that devdoctor names.",
	Tells: []fixers.Tell{{
		OS: platforms.Linux, Undo: "Nothing is changed.",
		Do: "Log out of this computer, and log in again. Where you use tmux or screen, end it before. Then open a new terminal. " +
			"If devdoctor names the variable again there, something sets it that devdoctor does not know: ask whoever looks after the computer.",
	}},
}

// leftBehind is r, or that a new login does away with the variable r.Found.Name.
func (r Result) leftBehind(ctx context.Context, next platforms.Terminal) Result {
	if left, err := next.LeftBehind(ctx, r.Found.Name); err != nil || !left {
		return r // what r says is true all the same
	}
	r.Problem, r.Case = variableLeft, ""
	return r.Note("No file that devdoctor knows sets %s any more. Your login remembers it.", r.Found.Name)
}

// storedFor looks for a variable where Windows keeps those of new terminals.
func storedFor(ctx context.Context, h *platforms.Host, name string) fixers.Case {
	_, err := h.Registry(ctx, userEnvironment, name)
	if !errors.Is(err, platforms.ErrNotFound) {
		return ""
	}
	switch _, err = h.Registry(ctx, machineEnvironment, name); {
	case err == nil:
		return setForAll
	case errors.Is(err, platforms.ErrNotFound):
		return setHere
	}
	return ""
}
