package checks

import (
	"context"

	"devdoctor/platforms"
)

// setLater is which variables of a list new terminals have and this one lacks: a window
// that is open does not learn what a start file was told since. What cannot be decided
// is left out.
func setLater(ctx context.Context, h *platforms.Host, names []string) map[string]string {
	next, err := h.NewTerminal(ctx)
	if err != nil {
		return nil
	}
	later := make(map[string]string)
	for _, name := range names {
		if here, err := h.Getenv(ctx, name); err != nil || here != "" {
			continue
		}
		if value, err := next.Host.Getenv(ctx, name); err == nil && value != "" {
			later[name] = value
		}
	}
	return later
}
