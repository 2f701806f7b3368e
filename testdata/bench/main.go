// Command bench measures devdoctor beside what a learner could run instead, on one
// computer and in one run:
//
//	go run ./testdata/bench [-runs 11] [-node DIR] [-only speed,growth,broken] [-outputs DIR]
//
// It prints the tables of docs/benchmarks.md. Every command is a whole process
// without a network, in a home directory made for it, and the commands of a round
// alternate, so that a busy computer is unfair to all alike: only ratios are worth
// keeping. It needs Go and a Node.js 24 with npm, whose directory -node names, else
// the first on PATH. The peers come from the registries that npm and apt are set up
// for, into a cache directory. Linux and root are needed for crowds of processes and
// listeners, and for the broken machines, which are those of testdata/lab. What
// cannot be had or run here is named in the tables.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"devdoctor/testdata/lab/machine"
)

type options struct {
	runs    int
	node    string
	only    string
	outputs string
}

func main() {
	machine.Main()
	inRoom()
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	var o options
	flag.IntVar(&o.runs, "runs", 11, "how often each command runs")
	flag.StringVar(&o.node, "node", "", "the directory that holds node and npm; default: the first on PATH")
	flag.StringVar(&o.only, "only", "speed,growth,broken", "the tables to make")
	flag.StringVar(&o.outputs, "outputs", "", "a directory for what was said about the broken machines")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bench(ctx, os.Stdout, o); err != nil {
		log.Fatal(err)
	}
}

func bench(ctx context.Context, w io.Writer, o options) error {
	if o.node == "" {
		path, err := exec.LookPath("node")
		if err != nil {
			return errors.New("there is no node on PATH: name its directory with -node")
		}
		o.node = filepath.Dir(path)
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o755); err != nil { // the learner of a broken machine looks into it
		return err
	}
	plain, err := newLearner(filepath.Join(dir, "plain"), []string{o.node})
	if err != nil {
		return err
	}
	b := &builder{dir: dir, node: o.node, plain: plain}
	if err := b.programs(ctx); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s/%s, %d cores, Node.js %s, %d alternating runs, %s\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.version, o.runs, time.Now().Format(time.DateOnly))
	peers := b.peers(ctx)
	found := map[string]string{}
	if strings.Contains(o.only, "broken") {
		if found, err = b.broken(ctx, w, peers, o.outputs); err != nil {
			return err
		}
	}
	return b.times(ctx, w, peers, found, o)
}

// times measures what takes time, all in the same rounds.
func (b *builder) times(ctx context.Context, w io.Writer, peers []*peer, found map[string]string, o options) error {
	want := func(table string) bool { return strings.Contains(o.only, table) }
	var rooms doors
	defer rooms.close()
	var speed, growth []*command
	var err error
	if want("speed") {
		if speed, err = b.speed(ctx, &rooms, peers); err != nil {
			return err
		}
	}
	if want("growth") {
		if growth, err = b.growth(&rooms); err != nil {
			return err
		}
	}
	for round := range o.runs + 1 { // the first fills the caches and does not count
		for _, c := range append(speed, growth...) {
			if err := c.run(ctx, round > 0); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	if want("speed") {
		speedTable(w, speed, found)
	}
	if want("growth") {
		growthTable(w, growth)
	}
	return nil
}
