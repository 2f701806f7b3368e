//go:build !labtrust

package platforms

// plainAllowed lets archives come over plain http, which only the lab's own builds do.
const plainAllowed = false
