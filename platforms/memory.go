//go:build linux || windows

package platforms

import (
	"context"
	"fmt"

	"github.com/shirou/gopsutil/v3/mem"
)

func (l *Live) memory(ctx context.Context, _ Query) (string, error) {
	m, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return "", fmt.Errorf("read the memory: %w", err)
	}
	if m.Total == 0 { // a Linux without /proc
		return "", ErrNotPermitted
	}
	return fmt.Sprintf("total %d\nfree %d\n", m.Total, m.Available), nil
}
