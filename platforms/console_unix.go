//go:build unix

package platforms

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

func screenWidth(f *os.File) (columns int, terminal bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return int(size.Col), true
}

// ShowsUTF8 reports whether f shows characters beyond ASCII as they are.
func ShowsUTF8(_ *os.File) bool { return localeIsUTF8(os.Getenv) }

// ReaderGone reports whether a write failed because nobody reads any more.
func ReaderGone(err error) bool { return errors.Is(err, unix.EPIPE) }

// AloneInConsole reports whether the window closes when we end, because a
// double-click opened it. Only Windows does so.
func AloneInConsole() bool { return false }
