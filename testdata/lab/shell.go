package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// shell lets somebody look around in a fresh machine.
func shell(ctx context.Context, w io.Writer, args []string) error {
	set := flag.NewFlagSet("shell", flag.ContinueOnError)
	var spec machine.Spec
	set.StringVar(&spec.User, "user", "learner", "learner, pwuser, nosudo or root")
	set.StringVar(&spec.Shell, "shell", "bash", "the user's login shell")
	set.BoolVar(&spec.Net, "net", false, "with a network")
	set.BoolVar(&spec.Mirror, "mirror", false, "with the mirror of Node.js at http://127.0.0.1")
	set.BoolVar(&spec.Registry, "registry", false, "with an npm registry at http://127.0.0.1:4873")
	set.BoolVar(&spec.WSL, "wsl", false, "like one inside WSL")
	nodes := set.String("node", "", "copies of Node.js as OWNER:VERSION, with commas, the first one first on PATH")
	if err := set.Parse(args); err != nil {
		return err
	}
	if spec.System = set.Arg(0); spec.System == "" {
		return fmt.Errorf("which system: trixie, bookworm, sid, docker or windows?")
	}
	for pair := range strings.SplitSeq(*nodes, ",") {
		if owner, version, ok := strings.Cut(pair, ":"); ok {
			spec.Node = append(spec.Node, machine.Node{Owner: owner, Version: version})
		}
	}
	store, err := machine.OpenStore()
	if err != nil {
		return err
	}
	store.Log = w
	m, err := machine.Start(ctx, store, spec)
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }()
	if spec.System == "windows" {
		fmt.Fprintln(w, "Programs of Windows run with wine, such as: wine cmd")
	}
	return m.Visit(ctx)
}
