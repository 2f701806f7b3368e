package checks

import (
	"context"
	"slices"

	"devdoctor/platforms"
)

// nodeStartFile is where a line for PATH belongs; where nobody knows which shell the
// next terminal opens, the file that most shells read at a login.
func nodeStartFile(ctx context.Context, h *platforms.Host) string {
	next, err := h.NewTerminal(ctx)
	if err != nil {
		next = platforms.Terminal{}
	}
	return startFileOf(h, next)
}

// startFileOf is a file that the terminal reads or, where it reads none, the one
// that its shell would.
func startFileOf(h *platforms.Host, next platforms.Terminal) string {
	names := map[string][]string{
		"zsh":  {".zshrc", ".zprofile", ".zshenv"},
		"bash": {".bash_profile", ".bash_login", ".profile"},
		"fish": {".config/fish/config.fish"},
	}[next.Shell]
	if next.Shell == "bash" && !next.Login {
		names = []string{".bashrc"}
	}
	names = append(names, ".profile")
	for _, name := range names {
		if file := h.Join("~", name); slices.Contains(next.Files, file) {
			return file
		}
	}
	return h.Join("~", names[0])
}

// startFileNames are those of bash, zsh and sh in a home directory.
var startFileNames = []string{"~/.bashrc", "~/.profile", "~/.bash_profile", "~/.bash_login", "~/.zshrc", "~/.zprofile", "~/.zshenv"}
