package checks

import (
	"context"
	"strings"

	"devdoctor/platforms"
)

// Questions and answers that several subjects share.

// systemRoot is the directory of Windows; the usual one where the environment
// does not tell.
func systemRoot(ctx context.Context, h *platforms.Host) string {
	if root, err := h.Env(ctx, "SystemRoot"); err == nil && root != "" {
		return root
	}
	return `C:\Windows`
}

// cutPrefixFold is [strings.CutPrefix] regardless of case.
func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
