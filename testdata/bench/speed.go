package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// builder makes what is measured.
type builder struct {
	dir     string // gone at the end
	node    string // the directory of node and npm
	version string // of that Node.js
	plain   *learner
	peerDir string

	doctor, nothing string
}

const empty = "package main\n\nfunc main() {}\n"

// programs builds devdoctor and a program that does nothing.
func (b *builder) programs(ctx context.Context) error {
	b.doctor, b.nothing = filepath.Join(b.dir, "bin", "devdoctor"), filepath.Join(b.dir, "bin", "nothing")
	source := filepath.Join(b.dir, "nothing.go")
	if err := os.WriteFile(source, []byte(empty), 0o644); err != nil {
		return err
	}
	for out, in := range map[string]string{b.doctor: "./cmd/devdoctor", b.nothing: source} {
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, in)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if err := output(build); err != nil {
			return err
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(b.node, "node"), "-v").Output()
	b.version = strings.TrimSpace(string(out))
	return err
}

// The names of what others are compared with.
const (
	nodeStarts = "`node -e 0`"
	check      = "`devdoctor check`"
	version    = "`devdoctor version`"
	nothing    = "an empty Go program"
	npxEnvinfo = "npx envinfo"
	// alone starts nothing: its peak is devdoctor's own.
	alone = "`devdoctor check --phase all`, PATH empty"
)

// speed is what is timed on a plain machine.
func (b *builder) speed(ctx context.Context, rooms *doors, peers []*peer) ([]*command, error) {
	r, err := rooms.open(crowd{})
	if err != nil {
		return nil, err
	}
	node := filepath.Join(b.node, "node")
	commands := []*command{
		{name: nodeStarts, argv: []string{node, "-e", "0"}},
		{name: check, argv: []string{b.doctor, "check"}},
		{name: "`devdoctor check --phase 1`", argv: []string{b.doctor, "check", "--phase", "1"}},
		{name: alone, argv: []string{b.doctor, "check", "--phase", "all"}, path: "/nowhere"},
		{name: nothing, argv: []string{b.nothing}},
		{name: version, argv: []string{b.doctor, "version"}},
		{name: "`node -v`", argv: []string{node, "-v"}},
		{name: "`npm -v`", argv: []string{node, filepath.Join(b.node, "npm"), "-v"}},
	}
	for _, p := range peers {
		c := &command{name: p.name, skipped: p.missing}
		for _, word := range p.argv {
			c.argv = append(c.argv, b.expand(word))
		}
		commands = append(commands, c)
	}
	for _, c := range commands {
		c.learner, c.room = b.plain, r
	}
	return commands, ctx.Err()
}

// speedTable prints the times; found is what each found of the broken machines.
func speedTable(w io.Writer, commands []*command, found map[string]string) {
	by := map[string]*command{}
	fmt.Fprintf(w, "\n| command | times %s | half of the runs | peak MiB | of ten broken machines |\n|---|---|---|---|---|\n", nodeStarts)
	for _, c := range commands {
		by[c.name] = c
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", c.name, c.cells(commands[0]), c.mebibytes(), found[c.name])
	}
	fmt.Fprint(w, "\n| aim | measured |\n|---|---|\n")
	aim(w, by, check, nodeStarts, 1.3)
	aim(w, by, check, npxEnvinfo, 0.25)
	aim(w, by, version, nothing, 2)
	rest := median(by[check].times) - median(by[nodeStarts].times)
	fmt.Fprintf(w, "| everything beside the one start of Node.js within 15 ms | %.1f |\n", rest.Seconds()*1000)
	fmt.Fprintf(w, "| peak memory of devdoctor itself at most 32 MiB | %s |\n", by[alone].mebibytes())
}

func aim(w io.Writer, by map[string]*command, a, b string, most float64) {
	if by[a].skipped+by[b].skipped != "" {
		fmt.Fprintf(w, "| %s at most %.2f times %s | **not measured** |\n", a, most, b)
		return
	}
	fmt.Fprintf(w, "| %s at most %.2f times %s | %.2f |\n", a, most, b, ratio(by[a], by[b]))
}
