package platforms

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// An SSHKey is what may be known of a private key file. The key itself is never
// looked at.
type SSHKey struct {
	Form      string // openssh, pem, pkcs8, putty
	Kind      string // ed25519, rsa, ecdsa, ...
	Encrypted bool   // a passphrase protects it
}

// SSHKey looks at a private key file.
func (h *Host) SSHKey(ctx context.Context, path string) (SSHKey, error) {
	text, err := h.text(ctx, "ssh-key", path)
	if err != nil {
		return SSHKey{}, err
	}
	words := strings.Fields(text)
	if len(words) < 2 {
		return SSHKey{}, fmt.Errorf("ssh-key %s: %q is no answer", path, text)
	}
	k := SSHKey{Form: words[0], Kind: words[1]}
	for _, w := range words[2:] {
		k.Encrypted = k.Encrypted || w == "encrypted=yes"
	}
	return k, nil
}

// SSHAgentKeys is how many keys the SSH agent of this terminal holds; ErrNotFound
// without an agent.
func (h *Host) SSHAgentKeys(ctx context.Context) (int, error) {
	text, err := h.text(ctx, "ssh-agent")
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("ssh-agent: %q is no answer", text)
	}
	return n, nil
}
