// Command lab starts throw-away learner's computers, breaks them, and looks whether
// devdoctor sees what is broken:
//
//	go run ./testdata/lab build [LAYER...]     make the layers that are missing or damaged
//	go run ./testdata/lab scenarios            break machines as the scenarios say, and look what devdoctor says
//	go run ./testdata/lab sabotage             break devdoctor itself, and look whether the scenarios say so
//	go run ./testdata/lab crash                kill and starve every fix at every change it makes, and undo
//	go run ./testdata/lab repair               let devdoctor repair what the oracle broke, and ask the lesson
//	go run ./testdata/lab sessions             record a learner's screen, to the first server and back
//	go run ./testdata/lab shell SYSTEM         look around in a fresh machine
//
// It needs Linux, root, apt, and the package registries that apt and npm are set up
// for. docs/lab.md says more.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"devdoctor/testdata/lab/machine"
)

// command is a subcommand; its first argument is the first after its name.
type command func(ctx context.Context, w io.Writer, args []string) error

var commands = map[string]command{
	"crash":       crashCommand,
	"build":       build,
	"oracle":      oracleCommand,
	"repair":      repairCommand,
	"sabotage":    sabotageCommand,
	"scenarios":   scenarios,
	"score":       scoreCommand,
	insideCommand: crashInside,
	"sessions":    sessionsCommand,
	"shell":       shell,
	"startfiles":  startFiles,
}

func main() {
	machine.Main()
	log.SetFlags(0)
	log.SetPrefix("lab: ")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	args := os.Args[1:]
	skipOK := slices.Contains(args, "-skip-ok")
	args = slices.DeleteFunc(args, func(a string) bool { return a == "-skip-ok" })
	err := run(ctx, args)
	switch {
	case errors.Is(err, machine.ErrUnsupported) && skipOK:
		log.Printf("SKIPPED: %v", err)
	case err != nil:
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("usage: go run ./testdata/lab build|scenarios|shell ... (see docs/lab.md)")
	}
	c, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("there is no command %q", args[0])
	}
	return c(ctx, os.Stdout, args[1:])
}

// build makes the named layers, or all.
func build(ctx context.Context, w io.Writer, args []string) error {
	store, err := machine.OpenStore()
	if err != nil {
		return err
	}
	store.Log = w
	return store.Build(ctx, args...)
}
