//go:build !(linux && amd64)

package crash

import (
	"errors"
	"io"
)

// Inside needs to trace programs of x86-64 on Linux.
func Inside(io.Reader, io.Writer) error { return errors.New("only Linux on x86-64 traces programs") }
