package machine

import (
	"context"
	"fmt"
)

// Keys types into a window as fingers do, and does not wait for what comes of it: "\r" is
// Enter, "\x03" Ctrl-C. A window of Windows has no keys.
func (w *Window) Keys(ctx context.Context, text string) error {
	if _, err := w.m.ask(ctx, request{Op: opKeys, Window: w.id, Script: text}); err != nil {
		return fmt.Errorf("type into the window: %w", err)
	}
	return nil
}

// Screen is all that was written to the window's terminal so far, escape sequences among
// it. prompting says that a line editor waits there, as a shell's does at its prompt.
func (w *Window) Screen(ctx context.Context) (written []byte, prompting bool, err error) {
	r, err := w.m.ask(ctx, request{Op: opScreen, Window: w.id})
	if err != nil {
		return nil, false, fmt.Errorf("look at the window: %w", err)
	}
	return r.Result.Stdout, r.Prompting, nil
}

// Below opens a terminal of the Linux below a machine of Windows. Programs of Windows are
// started in it with wine.
func (m *Machine) Below(ctx context.Context) (*Window, error) {
	r, err := m.ask(ctx, request{Op: opOpen, Cmd: Cmd{User: m.Spec.User}, Shell: "bash"})
	if err != nil {
		return nil, fmt.Errorf("open a terminal below Windows: %w", err)
	}
	return &Window{m: m, id: r.Window}, nil
}
