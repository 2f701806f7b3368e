package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// gossChecks is what somebody who knows the course would have goss look at: a start of
// Node.js as devdoctor has it, and no program where a file tells. They count as 15.
const gossChecks = `command:
  node -p process.version:
    exit-status: 0
    stdout: ['/^v2[2-6]\./']
  git --version:
    exit-status: 0
  git config user.name:
    exit-status: 0
  git config user.email:
    exit-status: 0
  npm is a program:
    exec: test -x "$(command -v npm)"
    exit-status: 0
  npm's folder for programs is the learner's:
    exec: test -w "$(dirname "$(dirname "$(command -v npm)")")/lib/node_modules"
    exit-status: 0
  npm's cache is the learner's:
    exec: test ! -e ~/.npm || test -w ~/.npm
    exit-status: 0
port:
  tcp:3000:
    listening: false
  tcp6:3000:
    listening: false
  tcp:5000:
    listening: false
  tcp6:5000:
    listening: false
dns:
  localhost:
    resolvable: true
file:
  {{.Env.HOME}}/.gitconfig:
    exists: true
  {{.Env.HOME}}/.npmrc:
    exists: false
`

const gossCount = 15

// everywhere are programs of every Linux, which fill the file up.
const everywhere = `awk base64 basename cat chmod chown comm cp cut date dd df dirname du echo env expand expr
false find fold grep head hostname id install join kill less link ln ls md5sum mkdir mkfifo mknod mktemp mv nice
nl nohup od paste pr printf pwd readlink realpath rm rmdir sed seq sh sha256sum sleep sort split stat stty sum sync
tail tar tee test touch tr true tty uname uniq wc who xargs yes`

// gossFile gives goss as many checks as devdoctor has.
func (b *builder) gossFile() error {
	checks, err := b.countChecks()
	if err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString(gossChecks)
	for i, name := range strings.Fields(everywhere) {
		if i < checks-gossCount {
			fmt.Fprintf(&text, "  /bin/%s:\n    exists: true\n", name)
		}
	}
	return os.WriteFile(filepath.Join(b.peerDir, "goss.yaml"), []byte(text.String()), 0o644)
}

// countChecks is how many checks devdoctor looks at when nothing is said.
func (b *builder) countChecks() (int, error) {
	c := exec.Command(b.doctor, "check", "--json")
	c.Env, c.Dir = b.plain.env, b.plain.course()
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	var report struct {
		Checks []struct{ ID string }
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return 0, fmt.Errorf("read the report of devdoctor: %w", err)
	}
	return len(report.Checks), nil
}
