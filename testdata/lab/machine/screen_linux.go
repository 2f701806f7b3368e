package machine

import (
	"errors"
	"io"
	"slices"

	"golang.org/x/sys/unix"
)

func (a *agent) windowOf(number int) (*window, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if w := a.windows[number]; w != nil {
		return w, nil
	}
	return nil, errors.New("the window is closed")
}

func (a *agent) keys(number int, text string) error {
	w, err := a.windowOf(number)
	if err == nil {
		_, err = io.WriteString(w.terminal, text)
	}
	return err
}

func (a *agent) screen(number int) (written []byte, prompting bool, err error) {
	w, err := a.windowOf(number)
	if err != nil {
		return nil, false, err
	}
	state, err := unix.IoctlGetTermios(int(w.terminal.Fd()), unix.TCGETS)
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.shown), err == nil && state.Lflag&unix.ICANON == 0, nil
}
