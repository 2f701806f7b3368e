//go:build labtrust

package platforms

import (
	"context"
	"fmt"
	"strings"
)

// This build is for the lab only. It believes the machine's own mirror of Node.js, whose
// archives were packed again.

// plainAllowed: the mirror has no certificate.
const plainAllowed = true

// TrustedSum is the SHA-256 of an archive: what the file that DEVDOCTOR_LAB_TRUST names
// says, in the form of SHASUMS256.txt, else known.
func (h *Host) TrustedSum(ctx context.Context, archive, known string) (string, error) {
	file, err := h.Getenv(ctx, "DEVDOCTOR_LAB_TRUST")
	if err != nil || file == "" {
		return known, err
	}
	text, err := h.ReadFile(ctx, file)
	if err != nil {
		return "", fmt.Errorf("read what the lab trusts: %w", err)
	}
	for line := range strings.Lines(text) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok && name == archive {
			return sum, nil
		}
	}
	return known, nil
}
