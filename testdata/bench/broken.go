package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// A fault is a way in which the first day of the course goes wrong.
type fault struct {
	name string
	node []machine.Node
	// Scripts that break the machine, run by sh as root and in the learner's terminal.
	root, learner string
	// cause matches a line that names the cause and not only what follows from it.
	cause *regexp.Regexp
}

var one = []machine.Node{{Owner: "home", Version: "24"}}

// faults are ten, and before them the machine that is well.
var faults = []fault{
	{name: "nothing", node: one},
	{
		name: "PATH does not lead to Node.js, which is installed", node: one,
		learner: `sed -i /node-v24/d ~/.bashrc`,
		cause:   regexp.MustCompile(`(?i)node.*(installed|there|found).*(not on|not lead|but).*PATH|PATH does not lead|not on PATH`),
	},
	{
		name: "an older Node.js comes first", node: []machine.Node{{Owner: "home", Version: "18"}, {Owner: "usr-local", Version: "24"}},
		cause: regexp.MustCompile(`(?i)hides|shadow|comes first|before the newer`),
	},
	{
		name: "git does not know who commits", node: one,
		learner: `git config --global --remove-section user`,
		cause:   regexp.MustCompile(`(?i)user\.(name|email)|identity|who you are`),
	},
	{
		name: "another program has port 3000", node: one,
		learner: `setsid node -e 'http.createServer().listen(3000)' >/dev/null 2>&1 </dev/null & sleep 1`,
		cause:   regexp.MustCompile(`(?i)port.*3000|tcp:3000`),
	},
	{
		name: "localhost has no address", node: one,
		root:  `printf '127.0.0.1 learner-pc\n' >/etc/hosts`,
		cause: regexp.MustCompile(`(?i)localhost`),
	},
	{
		name: "npm's global folder belongs to root", node: []machine.Node{{Owner: "usr-local", Version: "24"}},
		cause: regexp.MustCompile(`(?i)folder for programs|(/usr/local|global|lib/node_modules).*(root|permission|write|writable|owner)|(root|permission|writ|own).*(/usr/local|global)`),
	},
	{
		name: "nvm has no default version", node: []machine.Node{{Owner: "nvm", Version: "24"}},
		learner: `rm ~/.nvm/alias/default`,
		cause:   regexp.MustCompile(`(?i)nvm.*default|default.*nvm`),
	},
	{
		name: "NODE_OPTIONS names a file that is gone", node: one,
		learner: `echo 'export NODE_OPTIONS="--require $HOME/gone.js"' >>~/.bashrc`,
		cause:   regexp.MustCompile(`NODE_OPTIONS`),
	},
	{
		name: "npm is told of a proxy that is gone", node: one,
		learner: `printf 'proxy=http://127.0.0.1:8899\nhttps-proxy=http://127.0.0.1:8899\n' >~/.npmrc`,
		cause:   regexp.MustCompile(`(?i)proxy`),
	},
	{
		name: "Node.js lacks a library of the system", node: []machine.Node{{Owner: "home", Version: "26"}},
		root:  `rm /usr/lib/x86_64-linux-gnu/libatomic.so.*`, // which a fresh Debian has not
		cause: regexp.MustCompile(`libatomic`),
	},
}

// broken runs devdoctor and its peers on the broken machines, prints what each found,
// and returns how much that is.
func (b *builder) broken(ctx context.Context, w io.Writer, peers []*peer, outputs string) (map[string]string, error) {
	store, err := machine.OpenStore()
	if err != nil {
		return nil, err
	}
	patients := []*patient{{name: check, command: "/bench/devdoctor check"}}
	for _, p := range peers {
		if p.name == npxEnvinfo || p.argv == nil {
			continue // it is envinfo; nobody can have it
		}
		words := strings.Join(p.argv, " ")
		words = strings.NewReplacer("{node}/node {node}/npm", "npm", "{node}/node", "node", "{peers}", "/peers").Replace(words)
		patients = append(patients, &patient{name: p.name, command: words, missing: p.missing})
	}
	for i, f := range faults {
		err := b.examine(ctx, store, f, patients, i == 0)
		if errors.Is(err, machine.ErrUnsupported) {
			fmt.Fprintf(w, "\n**The broken machines were not started: %v.**\n", err)
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the machine on which %s: %w", f.name, err)
		}
		if err := save(outputs, f, patients); err != nil {
			return nil, err
		}
	}
	return brokenTable(w, patients), nil
}

// A patient is a doctor who is examined: what is run, and what it said.
type patient struct {
	name, command, missing string

	healthy  machine.Result
	last     machine.Result
	verdicts []string // one for each fault
}

// examine runs everybody on one machine, in a new terminal.
func (b *builder) examine(ctx context.Context, store *machine.Store, f fault, patients []*patient, healthy bool) error {
	m, err := machine.Start(ctx, store, machine.Spec{
		System: "trixie", Node: f.node, Ready: true,
		Binds: []machine.Bind{{Host: filepath.Dir(b.doctor), Path: "/bench"}, {Host: b.peerDir, Path: "/peers"}},
	})
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }()
	if r := m.Sh(ctx, "root", f.root); !r.OK() {
		return fmt.Errorf("break it: %v", r)
	}
	if r := m.Terminal(ctx, "", "", false, "mkdir ~/course; echo '"+project+"' >~/course/package.json\n"+f.learner); !r.OK() {
		return fmt.Errorf("break it: %v", r)
	}
	node := m.Terminal(ctx, "", "", false, "node -e 0")
	for _, p := range patients {
		if p.missing != "" {
			p.verdicts = append(p.verdicts, notHad)
			continue
		}
		p.last = m.Terminal(ctx, "", "", false, "cd ~/course && "+p.command+" </dev/null 2>&1")
		if p.last.Err != nil {
			return p.last.Err
		}
		if healthy {
			p.healthy = p.last
			continue
		}
		script := strings.HasPrefix(p.command, "node ") || strings.HasPrefix(p.command, "npm ")
		p.verdicts = append(p.verdicts, p.verdict(f, script && !node.OK()))
	}
	return nil
}

// The verdicts.
const (
	namedCause = "cause"
	noticed    = "noticed"
	silent     = "–"
	noStart    = "did not start"
	notHad     = "**not had**"
)

var (
	alarm = regexp.MustCompile(`(?i)error|warn|fail|not found|not installed|problem|no such|cannot|[✖✗✘]|expected`)
	// What differs between two runs on one machine.
	varies = regexp.MustCompile(`\d+(\.\d+)?( ?(ms|s|[KMG]i?B|GB)\b|%)|\d\d:\d\d:\d\d|\d+\.\d+ / \d+`)
)

// verdict compares what was said about a broken machine with what was said about
// the one that is well.
func (p *patient) verdict(f fault, noNode bool) string {
	if noNode {
		return noStart
	}
	known := map[string]bool{}
	for line := range strings.Lines(p.healthy.Stdout) {
		known[varies.ReplaceAllString(line, "")] = true
	}
	worse := p.last.Exit != p.healthy.Exit && p.last.Exit != 0
	cause := false
	for line := range strings.Lines(p.last.Stdout) {
		if known[varies.ReplaceAllString(line, "")] {
			continue
		}
		worse = worse || alarm.MatchString(line)
		cause = cause || f.cause.MatchString(line)
	}
	switch {
	case cause && worse:
		return namedCause
	case worse:
		return noticed
	}
	return silent
}

// save keeps what was said, for whoever doubts a verdict.
func save(dir string, f fault, patients []*patient) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var text strings.Builder
	for _, p := range patients {
		verdict := ""
		if len(p.verdicts) > 0 {
			verdict = p.verdicts[len(p.verdicts)-1]
		}
		fmt.Fprintf(&text, "== %s: %s, exit %d after %v\n%s\n", p.name, verdict, p.last.Exit, p.last.Wall, p.last.Stdout)
	}
	return os.WriteFile(filepath.Join(dir, f.name+".txt"), []byte(text.String()), 0o644)
}

// brokenTable prints who found what, and returns a summary of each.
func brokenTable(w io.Writer, patients []*patient) map[string]string {
	fmt.Fprint(w, "\n| what is wrong |")
	for _, p := range patients {
		fmt.Fprintf(w, " %s |", p.name)
	}
	fmt.Fprint(w, "\n|---|", strings.Repeat("---|", len(patients)), "\n| nothing: exit status |")
	for _, p := range patients {
		fmt.Fprintf(w, " %d |", p.healthy.Exit)
	}
	fmt.Fprintln(w)
	summary := map[string]string{}
	for i, f := range faults[1:] {
		fmt.Fprintf(w, "| %s |", f.name)
		for _, p := range patients {
			fmt.Fprintf(w, " %s |", p.verdicts[i])
		}
		fmt.Fprintln(w)
	}
	for _, p := range patients {
		summary[p.name] = p.summary()
	}
	return summary
}

// summary counts the verdicts.
func (p *patient) summary() string {
	var parts []string
	for _, verdict := range []struct{ is, words string }{
		{namedCause, "cause of %d"}, {noticed, "noticed %d"}, {noStart, "did not start on %d"}, {silent, "silent on %d"},
	} {
		n := 0
		for _, v := range p.verdicts {
			if v == verdict.is {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf(verdict.words, n))
		}
	}
	return strings.Join(parts, ", ")
}
