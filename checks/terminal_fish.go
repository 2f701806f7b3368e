package checks

import (
	"context"
	"errors"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// fishSyntax is the status with which fish says that it cannot read a file (seen
// with fish 3.6.0 and 4.0.2, 2026-11-21).
const fishSyntax = 127

var fishCannotRead = &Problem{
	ID: "syntax",
	Means: "A start file of your shell fish holds a line that fish does not understand. fish then runs nothing of that file. " +
		"What it sets up, such as PATH, is missing in every new terminal.",
	See: "Open a new terminal. Above its first line, fish names the file and the line.",
	Tells: []fixers.Tell{{
		Do: "Let fish name the line. Correct it in an editor: lines copied from bash, such as if [ ... ]; then, are often the cause. " +
			"Then open a new terminal.",
		Run: [][]string{{"fish", "--no-execute", "{file}"}}, Undo: "Write the old line back.",
	}},
}

// terminalFish wants fish to understand its own start files.
var terminalFish = &Check{
	ID:       "terminal-fish",
	Title:    "fish understands its start files",
	Why:      "fish runs nothing of a start file that it cannot read to its end. Programs that the file puts on PATH are then not found.",
	Phase:    1,
	Problems: []*Problem{fishCannotRead},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		if h.OS == platforms.Windows {
			return Skip("fish is a shell of Linux and macOS")
		}
		used, err := h.Exists(ctx, h.Join("~/.config/fish"))
		if err != nil {
			return Unknown(err, "the start files of fish could not be looked for")
		}
		if !used {
			return Skip("fish has no start files here")
		}
		next, err := h.NewTerminal(ctx)
		if err != nil {
			return Unknown(err, "your shell is not known")
		}
		if next.Shell != "fish" {
			return Skip("your shell is %s", next.Shell)
		}
		file, err := unreadByFish(ctx, h, next)
		switch {
		case err != nil:
			return Unknown(err, "fish did not say whether it understands its start files")
		case file != "":
			return fishCannotRead.Fail("fish cannot read a start file of yours").With(Found{Name: "fish", File: file}).
				Because("A line in %s is not in fish's language. fish passes over the whole file.", file)
		}
		return OK("fish understands its start files")
	},
}

// unreadByFish is the first start file that fish cannot read, "" where it reads
// them all. fish is asked only about a file that looks wrong, and only to read it:
// it runs nothing of it and no other start file.
func unreadByFish(ctx context.Context, h *platforms.Host, next platforms.Terminal) (string, error) {
	for _, file := range next.Broken {
		out, err := h.Run(ctx, "fish", "--no-config", "--no-execute", file)
		if errors.Is(err, platforms.ErrNotFound) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if out.Exit == fishSyntax {
			return file, nil
		}
	}
	return "", nil
}
