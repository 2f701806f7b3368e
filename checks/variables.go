package checks

import (
	"context"
	"errors"
	"slices"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Who sets a variable, as an owner of advice; the learner's account otherwise.
const (
	setForAll platforms.Manager = "all-accounts"
	setHere   platforms.Manager = "this-terminal"
)

// Where says, for an owner of advice, where the advice holds: "where it came with
// nvm".
func Where(owner platforms.Manager) string {
	switch owner {
	case outOfReach:
		return "where npm does not change the file"
	case setForAll:
		return "where it is set for all accounts"
	case setHere:
		return "where it is set in one terminal only"
	}
	return "where it came with " + string(owner)
}

// variableTells take a variable away where it is set.
var variableTells = []fixers.Tell{
	{Do: "Find the line that sets {name} and take it out. Then open a new terminal.",
		Run: [][]string{{"grep", "-ns", "{name}", "~/.profile", "~/.bash_profile", "~/.bashrc", "~/.zprofile", "~/.zshrc", "~/.zshenv",
			"~/.config/fish/config.fish", "/etc/environment"}},
		Undo: "Write the line again."},
	{OS: platforms.Windows, Do: "Take the variable away from your account. Then open a new terminal.",
		Run: [][]string{{"reg", "delete", `HKCU\Environment`, "/v", "{name}", "/f"}}, Undo: "Set the variable again, in Settings, under environment variables."},
	{OS: platforms.Windows, Owner: setForAll, Admin: true,
		Do: "Press the Windows key, type environment, and choose Edit the system environment variables. Press Environment Variables, " +
			"and delete {name} among the system variables. Then open a new terminal.",
		Undo: "Add the variable again in the same place."},
	{Owner: setHere, Do: "The variable {name} is set in this terminal only. Close the terminal, and open a new one.", Undo: "Nothing is changed."},
}

// whereSet is r, which may advise to take away the variable r.Found.Name, and who
// sets it. Where that is not clear, it is taken for the learner's own.
func (r Result) whereSet(ctx context.Context, h *platforms.Host) Result {
	if !slices.Contains([]*Problem{npmVariableSet, nodeEnvProduction, proxyGoneVariable, proxyMalformedVariable}, r.Problem) {
		return r
	}
	if h.OS == platforms.Windows {
		r.Found.Owner = storedBy(ctx, h, r.Found.Name)
		return r
	}
	next, err := h.NewTerminal(ctx)
	if err != nil || next.Unsure != "" {
		return r
	}
	if _, err := next.Host.Env(ctx, r.Found.Name); errors.Is(err, platforms.ErrNotFound) {
		r.Found.Owner = setHere
	}
	return r
}

// storedBy looks for a variable where Windows keeps those of new terminals.
func storedBy(ctx context.Context, h *platforms.Host, name string) platforms.Manager {
	_, err := h.Registry(ctx, userEnvironment, name)
	if !errors.Is(err, platforms.ErrNotFound) {
		return platforms.Unowned
	}
	switch _, err = h.Registry(ctx, machineEnvironment, name); {
	case err == nil:
		return setForAll
	case errors.Is(err, platforms.ErrNotFound):
		return setHere
	}
	return platforms.Unowned
}
