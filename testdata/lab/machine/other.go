//go:build !linux

package machine

import "fmt"

// Main does nothing: no machine runs here.
func Main() {}

func (m *Machine) launch(way) error { return fmt.Errorf("%w: it needs Linux", ErrUnsupported) }
