package checks

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// node is in the order in which one thing hides the next: what keeps PATH from
// leading to a copy, whether that copy starts, and what it is.
var node = []*Check{nodeSandbox, nvmWindowsLink, nodeInstalled, nodeRuns, nodeCopies, nodeVersion, nodeNewTerminal, nodeArch, nvmPrefix}

// nodeQuestion is the one start of Node.js that devdoctor makes: it proves that a
// script runs, which node --version does not, and tells all that is asked of the
// copy that wins. It writes to the descriptor itself: node -p and console.log load
// the streams first (3 of 43 ms of processor time, Node.js 24 on Linux, 2026-11-21).
const nodeQuestion = "fs.writeSync(1,JSON.stringify([process.version,process.platform,process.arch,process.execPath]))"

// A nodeAnswer is what Node.js says of itself.
type nodeAnswer struct {
	Version  *version.Version
	Platform string // as in Node.js: linux, darwin, win32
	Arch     string // as in Node.js: x64, arm64, ia32, arm
	Path     string // of the program that runs in the end, behind any switch
}

// Major is the release line.
func (a nodeAnswer) Major() int { return a.Version.Segments()[0] }

// askNode starts the node that PATH leads to. The answer is nil when what it
// printed is no answer of Node.js; an error says that it did not start at all.
func askNode(ctx context.Context, h *platforms.Host) (*nodeAnswer, platforms.Output, error) {
	out, err := h.Run(ctx, "node", "-e", nodeQuestion)
	if err != nil || out.Exit != 0 {
		return nil, out, err
	}
	// A wrapper may have said something first.
	last := out.Text()
	last = last[strings.LastIndexByte(last, '\n')+1:]
	var words []string
	if json.Unmarshal([]byte(last), &words) != nil || len(words) != 4 {
		return nil, out, nil
	}
	v, err := version.NewVersion(words[0])
	if err != nil {
		return nil, out, nil
	}
	return &nodeAnswer{v, words[1], words[2], words[3]}, out, nil
}

// winner is the copy of Node.js that runs, and who keeps it.
func winner(ctx context.Context, h *platforms.Host) (platforms.Program, platforms.Owner, error) {
	copies, err := h.Which(ctx, "node")
	if err != nil || len(copies) == 0 {
		return platforms.Program{}, platforms.Owner{}, err
	}
	owner, err := h.Owner(ctx, copies[0])
	return copies[0], owner, err
}

// foundNode is the facts of a copy.
func foundNode(p platforms.Program, o platforms.Owner, version string) Found {
	return Found{Path: p.Path, Owner: o.Manager, Name: packageName(o), Version: version, File: o.File}
}

// packageName is the package of a copy, or what its manager usually calls it.
func packageName(o platforms.Owner) string {
	if o.Package != "" {
		return o.Package
	}
	return "nodejs"
}

// isAbsent reports whether a file is not there, or not for this account.
func isAbsent(err error) bool {
	return errors.Is(err, platforms.ErrNotFound) || errors.Is(err, platforms.ErrNotPermitted)
}

// goArch is what Go calls an architecture of Node.js.
func goArch(arch string) string {
	switch arch {
	case "x64":
		return "amd64"
	case "ia32":
		return "386"
	}
	return arch
}
