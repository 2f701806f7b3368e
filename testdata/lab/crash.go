package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"devdoctor/testdata/lab/crash"
	"devdoctor/testdata/lab/machine"
)

// insideCommand is the subcommand with which the lab's own program runs in a machine, to
// break devdoctor there.
const insideCommand = "crash-inside"

// crashInside is that subcommand.
func crashInside(_ context.Context, w io.Writer, _ []string) error { return crash.Inside(os.Stdin, w) }

// crashFlags is what the subcommand crash is told.
type crashFlags struct {
	run       *regexp.Regexp
	most      int
	verbose   bool
	script    bool
	devdoctor string
}

func (f *crashFlags) parse(args []string) (err error) {
	set := flag.NewFlagSet("crash", flag.ContinueOnError)
	only := set.String("run", "", "break the fixes whose name matches this regular expression")
	set.IntVar(&f.most, "points", 0, "at most so many points of each fix, evenly chosen; 0 is all")
	set.BoolVar(&f.verbose, "v", false, "name every point")
	set.BoolVar(&f.script, "script", false, "take back with undo.sh, without devdoctor")
	set.StringVar(&f.devdoctor, "devdoctor", "", "the program; built from the working tree where empty")
	if err := set.Parse(args); err != nil {
		return err
	}
	f.run, err = regexp.Compile(*only)
	return err
}

// crashCommand breaks every fix at every change that it makes, and wants all to be put back.
func crashCommand(ctx context.Context, w io.Writer, args []string) error {
	var f crashFlags
	if err := f.parse(args); err != nil {
		return err
	}
	store, dir, remove, err := workplace()
	if err != nil {
		return err
	}
	defer remove()
	if f.devdoctor == "" {
		if f.devdoctor, err = buildDevdoctor(ctx, dir, "linux", "-tags", "labtrust"); err != nil {
			return err
		}
	}
	lab, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the lab's own program: %w", err)
	}
	if err := smallMirror(ctx, store, filepath.Join(dir, "dist")); err != nil {
		return err
	}
	c := crasher{store: store, flags: f, binds: []machine.Bind{
		{Host: f.devdoctor, Path: "/opt/devdoctor/devdoctor"}, {Host: lab, Path: "/opt/crash/lab"}, {Host: filepath.Join(dir, "dist"), Path: crashDist},
	}}
	return c.all(ctx, w)
}

// crasher breaks fixes, each on a machine of its own.
type crasher struct {
	store *machine.Store
	binds []machine.Bind
	flags crashFlags
}

func (c crasher) all(ctx context.Context, w io.Writer) error {
	fmt.Fprint(w, "| fix | points |")
	for _, k := range crash.Kinds {
		fmt.Fprintf(w, " %s |", k)
	}
	fmt.Fprint(w, " seconds |\n|---|---|", strings.Repeat("---|", len(crash.Kinds)+1), "\n")
	bad := 0
	for _, s := range crashes {
		if !c.flags.run.MatchString(s.name) {
			continue
		}
		begin := time.Now()
		results, err := c.one(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		bad += c.show(w, s, results, time.Since(begin))
	}
	if bad > 0 {
		return fmt.Errorf("%d times something was not as before", bad)
	}
	return nil
}

// one breaks a fix at all its points.
func (c crasher) one(ctx context.Context, s crashing) (crash.Results, error) {
	var out crash.Results
	m, err := machine.Start(ctx, c.store, machine.Spec{
		System: cmp.Or(s.system, "trixie"), User: "learner", Shell: s.shell, Node: s.node, Binds: c.binds, Ready: true,
	})
	if err != nil {
		return out, err
	}
	defer func() { _ = m.Close() }()
	// Shells make files of their own the first time.
	if w := m.Terminal(ctx, "", "", false, ":"); w.Err != nil {
		return out, w.Err
	}
	for _, part := range []struct{ user, script string }{{"learner", s.breaks}, {"root", s.root}} {
		if done := m.Sh(ctx, part.user, "set -e\ncd "+crashHome+"\n"+part.script); !done.OK() {
			return out, fmt.Errorf("break the machine: %v", done)
		}
	}
	order, err := json.Marshal(c.order(s))
	if err != nil {
		return out, err
	}
	said := m.Run(ctx, machine.Cmd{Argv: []string{"/opt/crash/lab", insideCommand}, User: "root", Stdin: string(order), Timeout: time.Hour})
	if !said.OK() {
		return out, fmt.Errorf("break it in the machine: %v", said)
	}
	if err := json.Unmarshal([]byte(said.Stdout), &out); err != nil {
		return out, fmt.Errorf("read what became of it: %w", err)
	}
	if out.Err != "" {
		return out, errors.New(out.Err)
	}
	return out, nil
}

const (
	crashHome   = "/home/learner"
	crashDist   = "/opt/crash/dist"
	crashServer = "127.0.0.1:8181"
)

// order is what the machine is told to do.
func (c crasher) order(s crashing) crash.Case {
	const program = "/opt/devdoctor/devdoctor"
	shell := s.shell
	if shell == "" {
		shell = "bash"
	}
	o := crash.Case{
		Home: crashHome, UID: 1000, GID: 1000, Dir: filepath.Join(crashHome, s.dir), Own: crashHome + "/.local/state/devdoctor",
		Env: slices.Concat(s.env, []string{
			"HOME=" + crashHome, "USER=learner", "LOGNAME=learner", "SHELL=/usr/bin/" + shell, "LANG=C.UTF-8",
			"PATH=" + strings.TrimPrefix(s.path+":/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games", ":"),
			"DEVDOCTOR_NODE_MIRROR=http://" + crashServer, "DEVDOCTOR_LAB_TRUST=" + crashDist + "/SHASUMS256.txt",
		}),
		Break: append([]string{
			program, "fix", "--yes", "--allow", "admin,kill,docker-group,licence,unverified,irreversible",
			"--set", "git.name=Ann Learner", "--set", "git.email=ann@mail.school",
		}, s.checks...),
		Proof:   s.proof,
		Back:    []string{program, "undo", "--yes"},
		Listing: []string{program, "undo", "--list"},
		Journal: "journal.jsonl",
		Others:  []string{crashHome + "/.cache/fish", crashHome + "/.local/share/fish", crashHome + "/.config/fish/fish_variables", crashHome + "/.sudo_as_admin_successful", "/etc/group-", "/etc/gshadow-"},
		Serve:   crashDist, ServeAt: crashServer,
		More: s.more, Kept: s.kept, Kinds: crash.Kinds, Most: c.flags.most,
	}
	if s.undo {
		o.First, o.Break, o.Proof = o.Break, o.Back, ":"
	}
	if c.flags.script {
		o.Back = []string{"/bin/sh", "-c", `for f in ` + o.Own + `/runs/*/undo.sh; do [ ! -f "$f" ] || sh "$f" || exit; done`}
	}
	return o
}

// show prints the row of a fix, and what was not put back; it returns how often.
func (c crasher) show(w io.Writer, s crashing, r crash.Results, took time.Duration) int {
	var why bytes.Buffer
	bad, all, restored := 0, map[crash.Kind]int{}, map[crash.Kind]int{}
	if len(r.Clean) > 0 || r.Changed == 0 {
		bad++
		fmt.Fprintf(&why, "unbroken: it changes %d paths; %s\n", r.Changed, strings.Join(r.Clean, "; "))
	}
	for _, one := range r.All {
		all[one.Kind]++
		if !one.Hit {
			one.Wrong = append(one.Wrong, "it did not come there")
		}
		if len(one.Wrong) == 0 {
			restored[one.Kind]++
		} else {
			bad++
		}
		if len(one.Wrong) > 0 || c.flags.verbose {
			fmt.Fprintf(&why, "%s, %s: %s\n", one.Kind, one.Point, strings.Join(one.Wrong, "; "))
		}
	}
	fmt.Fprintf(w, "| %s | %d |", s.name, len(r.Points))
	for _, k := range crash.Kinds {
		fmt.Fprintf(w, " %d of %d |", restored[k], all[k])
	}
	fmt.Fprintf(w, " %.0f |\n%s", took.Seconds(), why.String())
	return bad
}
