//go:build !labtrust

package platforms

import "context"

// plainAllowed lets archives come over plain http, which only the lab's own builds do.
const plainAllowed = false

// TrustedSum is the SHA-256 of an archive: the one that is known. Only the lab's own
// builds believe another one.
func (h *Host) TrustedSum(_ context.Context, _, known string) (string, error) { return known, nil }
