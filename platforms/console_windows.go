package platforms

import (
	"errors"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// screenWidth knows a console's standard input by its mode: only output has a screen, and
// a width (Wine 10, 2026-11-22).
func screenWidth(f *os.File) (columns int, terminal bool) {
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info) != nil {
		var mode uint32
		return 0, windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) == nil
	}
	return int(info.Window.Right-info.Window.Left) + 1, true
}

const codePageUTF8 = 65001

// ShowsUTF8 reports whether f shows characters beyond ASCII as they are. The old
// console window lacks the glyphs; Windows Terminal sets WT_SESSION.
func ShowsUTF8(f *os.File) bool {
	if IsTerminal(f) && os.Getenv("WT_SESSION") != "" {
		return true
	}
	page, err := windows.GetConsoleOutputCP()
	return err == nil && page == codePageUTF8
}

// ReaderGone reports whether a write failed because nobody reads any more, or
// nobody ever did: a closed standard output is an invalid handle (Wine 10, 2026-11-21).
func ReaderGone(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA) || errors.Is(err, windows.ERROR_INVALID_HANDLE)
}

var getConsoleProcessList = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetConsoleProcessList")

// AloneInConsole reports whether the window closes when we end, because a
// double-click opened it: then no shell shares the console with us.
func AloneInConsole() bool {
	var pids [2]uint32
	n, _, _ := getConsoleProcessList.Call(uintptr(unsafe.Pointer(&pids[0])), uintptr(len(pids)))
	return n == 1
}
