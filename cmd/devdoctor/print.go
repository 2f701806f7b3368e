package main

import (
	"github.com/spf13/cobra"
)

// print writes a page to standard output.
func (a *app) print(page []byte) error {
	return (&output{to: a.out}).write(page)
}

func (a *app) printJSON(v any) error {
	page, err := formatJSON(v)
	if err != nil {
		return broken("%w", err)
	}
	return a.print(page)
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no %q", cmd.Name(), args[0])
	}
	return nil
}
