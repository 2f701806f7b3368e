package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A peer is a program that a learner could run instead.
type peer struct {
	name    string
	argv    []string // {node} is the directory of Node.js, {peers} where the peers are
	missing string   // why it could not be had
}

// The packages and versions of 2026-11-21. chezmoi and goss have no package for Go's
// module proxy and none in a stable Debian, so they are those of the day in unstable.
const unstable = "sid"

func allPeers() []*peer {
	const modules = "{peers}/npm/node_modules/"
	return []*peer{
		{name: "envinfo", argv: []string{"{node}/node", modules + "envinfo/dist/cli.js"}},
		{name: "npx envinfo", argv: []string{"{node}/node", "{node}/npx", "--prefix", "{peers}/npm", "--offline", "envinfo"}},
		{name: "rnc-cli doctor", argv: []string{"{node}/node", modules + "@react-native-community/cli/build/bin.js", "doctor"}},
		{name: "npm doctor environment permissions cache", argv: []string{"{node}/node", "{node}/npm", "doctor", "environment", "permissions", "cache"}},
		{name: "mise doctor", argv: []string{modules + "@jdxcode/mise-linux-x64/bin/mise", "doctor"}},
		{name: "chezmoi doctor", argv: []string{"{peers}/apt/usr/bin/chezmoi", "doctor", "--no-network"}},
		{name: "goss validate", argv: []string{"{peers}/apt/usr/bin/goss", "--gossfile", "{peers}/goss.yaml", "validate", "--no-color"}},
		{name: "flutter doctor, brew doctor, linkerd check", missing: "npm, Go's proxy and Debian do not have them"},
	}
}

// patience is how long all downloads together may take: without a network npm tries
// again for minutes.
const patience = 3 * time.Minute

// peers gets what can be had, once, and says aloud what cannot.
func (b *builder) peers(ctx context.Context) []*peer {
	peers := allPeers()
	cache, err := os.UserCacheDir()
	if err == nil {
		b.peerDir = filepath.Join(cache, "devdoctor-bench")
		err = os.MkdirAll(b.peerDir, 0o755)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, npm := range []string{"envinfo@7.21.0", "@react-native-community/cli@20.2.0", "@jdxcode/mise-linux-x64@2026.9.15"} {
		err = errors.Join(err, b.fromNPM(ctx, npm))
	}
	for _, deb := range []string{"chezmoi", "goss"} {
		err = errors.Join(err, b.fromDebian(ctx, deb))
	}
	err = errors.Join(err, b.gossFile())
	if err != nil {
		log.Printf("some peers cannot be had:\n%v", err)
	}
	for _, p := range peers {
		for _, word := range p.argv {
			if path := b.expand(word); filepath.IsAbs(path) {
				if _, err := os.Stat(path); err != nil {
					p.missing = "it could not be had"
				}
			}
		}
	}
	return peers
}

func (b *builder) expand(word string) string {
	return strings.NewReplacer("{node}", b.node, "{peers}", b.peerDir).Replace(word)
}

// fromNPM installs a package from the registry that npm is set up for.
func (b *builder) fromNPM(ctx context.Context, pkg string) error {
	name := pkg[:strings.LastIndexByte(pkg, '@')]
	prefix := filepath.Join(b.peerDir, "npm")
	if _, err := os.Stat(filepath.Join(prefix, "node_modules", name)); err == nil {
		return nil
	}
	if err := os.MkdirAll(prefix, 0o755); err != nil {
		return err
	}
	c := exec.CommandContext(ctx, filepath.Join(b.node, "node"), filepath.Join(b.node, "npm"),
		"install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", prefix, pkg)
	c.Env = append(os.Environ(), "PATH="+b.node+":"+os.Getenv("PATH"))
	return output(c)
}

// fromDebian unpacks a package of Debian unstable without installing it. apt says
// where its archive is.
func (b *builder) fromDebian(ctx context.Context, pkg string) error {
	dir := filepath.Join(b.peerDir, "apt")
	if _, err := os.Stat(filepath.Join(dir, "usr/bin", pkg)); err == nil {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("get %s: there is no apt here", pkg)
	}
	indexes, err := exec.CommandContext(ctx, "apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages").Output()
	if err != nil {
		return fmt.Errorf("ask apt for its archive: %w", err)
	}
	archive := ""
	for line := range strings.Lines(string(indexes)) {
		if uri, ok := strings.CutPrefix(strings.TrimSpace(line), "Debian "); ok && archive == "" && !strings.Contains(uri, "security") {
			archive = uri
		}
	}
	if archive == "" {
		return fmt.Errorf("get %s: apt has no archive of Debian", pkg)
	}
	for _, d := range []string{"state/lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return err
		}
	}
	sources := filepath.Join(dir, "sources.list")
	if err := os.WriteFile(sources, []byte("deb "+archive+" "+unstable+" main\n"), 0o644); err != nil {
		return err
	}
	apt := []string{
		"-qq", "-o", "Dir::Etc::SourceList=" + sources, "-o", "Dir::Etc::SourceParts=-", "-o", "APT::Sandbox::User=",
		"-o", "Dir::State=" + filepath.Join(dir, "state"), "-o", "Dir::Cache=" + filepath.Join(dir, "cache"),
		"-o", "Dir::State::Status=/dev/null",
	}
	for _, args := range [][]string{{"update"}, {"download", pkg}} {
		c := exec.CommandContext(ctx, "apt-get", append(slices.Clone(apt), args...)...)
		c.Dir = dir
		if err := output(c); err != nil {
			return err
		}
	}
	debs, err := filepath.Glob(filepath.Join(dir, pkg+"_*.deb"))
	if err != nil || len(debs) == 0 {
		return fmt.Errorf("get %s: apt downloaded nothing", pkg)
	}
	return output(exec.CommandContext(ctx, "dpkg-deb", "-x", debs[len(debs)-1], dir))
}

// output runs a command, and says what it said if it failed.
func output(c *exec.Cmd) error {
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, &said)
	}
	return nil
}
