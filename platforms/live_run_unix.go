//go:build unix

package platforms

import (
	"io/fs"
	"os"
	"syscall"
)

func statProgram(path string) (fs.FileInfo, error) { return os.Stat(path) }

func exitStatus(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return -int(status.Signal())
	}
	return state.ExitCode()
}
