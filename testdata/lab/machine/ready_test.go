package machine

import (
	"strings"
	"testing"
)

func TestReady(t *testing.T) {
	for system, script := range map[string]string{
		"trixie":  "git config user.name; code --version; ssh-keygen -lf ~/.ssh/id_ed25519",
		"windows": "git config user.name\ncall code --version\nreg query HKCU\\Software\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell",
	} {
		m := fresh(t, Spec{System: system, Ready: true})
		r := m.Terminal(t.Context(), "", "", false, script)
		if !r.OK() || !strings.Contains(r.Stdout, "Ann Learner") || !strings.Contains(r.Stdout, "1.120.0") {
			t.Errorf("%s: %v", system, r)
		}
	}
}
