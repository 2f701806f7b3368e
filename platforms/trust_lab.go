//go:build labtrust

package platforms

const plainAllowed = true
