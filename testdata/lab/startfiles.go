package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"

	"devdoctor/testdata/lab/machine"
)

// A startCase is a machine with a Node.js in the home directory that no new terminal
// finds, and something odd about the files that the shell reads.
type startCase struct {
	name  string
	shell string
	root  string // a script of root's
	user  string // a script of the learner's; the lines of Node.js are out already
	home  string // where the home directory is moved to
}

// startFiles lets devdoctor put Node.js on PATH on each of the startCases: a new terminal
// finds it, or the fix refuses and says why; undo gives everything back, and spares an
// edit that was made in between.
func startFiles(ctx context.Context, w io.Writer, args []string) error {
	set := flag.NewFlagSet("startfiles", flag.ContinueOnError)
	only := set.String("run", "", "play the cases whose name matches this regular expression")
	workers := set.Int("workers", runtime.NumCPU(), "how many machines at once")
	verbose := set.Bool("v", false, "show what devdoctor said")
	if err := set.Parse(args); err != nil {
		return err
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	var list []startCase
	for _, c := range startCases {
		if chosen.MatchString(c.name) {
			list = append(list, c)
		}
	}
	store, bin, remove, err := workplace()
	if err != nil {
		return err
	}
	defer remove()
	if _, err := buildDevdoctor(ctx, bin, "linux"); err != nil {
		return err
	}
	found, refused, wrong := 0, 0, 0
	err = inOrder(*workers, list, func(c startCase) started {
		return c.play(ctx, store, bin)
	}, func(c startCase, s started) error {
		verdict := "found"
		switch {
		case s.err != nil:
			verdict = "BROKEN"
			s.wrong = append(s.wrong, s.err.Error())
		case len(s.wrong) > 0:
			verdict = "WRONG"
		case s.refused != "":
			verdict = "refused"
			refused++
		default:
			found++
		}
		fmt.Fprintf(w, "%-8s %-34s %s\n%s", verdict, c.name, s.refused, indented(s.wrong))
		if verdict == "WRONG" || verdict == "BROKEN" {
			wrong++
		}
		if *verbose {
			fmt.Fprintln(w, s.said)
		}
		return ctx.Err()
	})
	fmt.Fprintf(w, "%d cases: %d found in a new terminal, %d refused with a reason, %d wrong\n", len(list), found, refused, wrong)
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%d start files are not as wanted", wrong)
	}
	return err
}

// started is what became of a startCase.
type started struct {
	refused string   // why devdoctor did not do it
	wrong   []string // what is not as wanted
	said    string   // by the first fix
	err     error
}

// homeTree is every file, directory and link of the home directory but devdoctor's own
// and what shells keep for themselves.
const homeTree = `cd ~ && find . \( -path ./.local/state/devdoctor -o -path ./.local/share/fish -o -path ./.cache -o -name '.*_history' -o -name '.zcompdump*' -o -name fish_variables \) -prune -o -printf '%P %y %m %U %G %n %l\n' | sort
find . \( -path ./.local/state/devdoctor -o -path ./.local/share/fish -o -path ./.cache -o -name '.*_history' -o -name '.zcompdump*' -o -name fish_variables -o -name 'node-v*' \) -prune -o -type f -exec sha256sum {} + | sort`

// withoutState is a tree without the directories that lead to devdoctor's own.
func withoutState(tree string) string {
	return regexp.MustCompile(`(?m)^(\.local|\.local/state|\.local/share|\.config|\.config/fish)? ?d .*\n`).ReplaceAllString(tree, "")
}

func (c startCase) play(ctx context.Context, store *machine.Store, bin string) (s started) {
	m, err := machine.Start(ctx, store, machine.Spec{
		System: "trixie", Shell: c.shell, Ready: true, Node: []machine.Node{{Owner: "home", Version: "24"}},
		Binds: []machine.Bind{{Host: bin, Path: "/opt/devdoctor"}},
	})
	if err != nil {
		return started{err: err}
	}
	defer func() {
		if err := m.Close(); s.err == nil {
			s.err = err
		}
	}()
	// Fish makes files of its own when it starts for the first time.
	m.Terminal(ctx, "", "", false, "true")
	user := `sed -i '/node-v/d' ~/.bashrc ~/.profile ~/.zshrc ~/.shinit ~/.config/fish/config.fish 2>/dev/null; cd; ` + c.user
	root := c.root
	if c.home != "" {
		root += "\nmkdir -p \"$(dirname \"$NEW\")\"; mv /home/learner \"$NEW\"\nawk -F: -v OFS=: -v new=\"$NEW\" '$1 == \"learner\" { $6 = new } 1' /etc/passwd > /etc/p && cat /etc/p > /etc/passwd"
		root = "NEW='" + strings.ReplaceAll(c.home, "'", `'\''`) + "'\n" + root
	}
	for _, step := range []struct{ who, script string }{{"", user}, {"root", root}} {
		if r := m.Sh(ctx, step.who, step.script); !r.OK() {
			return started{err: fmt.Errorf("prepare: %s", r)}
		}
	}
	if err := m.Login(ctx, ""); err != nil {
		return started{err: err}
	}
	p := startPlay{ctx: ctx, m: m, s: &s}
	if p.w, s.err = m.Open(ctx, "", "", false); s.err != nil {
		return s
	}
	defer p.w.Close()
	p.whole()
	return s
}

type startPlay struct {
	ctx context.Context
	m   *machine.Machine
	w   *machine.Window // open since before the first fix
	s   *started
}

func (p *startPlay) wrongf(format string, args ...any) {
	p.s.wrong = append(p.s.wrong, fmt.Sprintf(format, args...))
}

func (p *startPlay) tree() string {
	r := p.m.Sh(p.ctx, "", homeTree)
	if r.Err != nil {
		p.s.err = r.Err
	}
	return withoutState(r.Stdout)
}

func (p *startPlay) devdoctor(args string) machine.Result {
	return p.ran(args, p.w.Run(p.ctx, "cd; /opt/devdoctor/devdoctor "+args+" </dev/null"))
}

// elsewhere is devdoctor in a new terminal.
func (p *startPlay) elsewhere(args string) machine.Result {
	return p.ran(args, p.m.Terminal(p.ctx, "", "", false, "cd; /opt/devdoctor/devdoctor "+args+" </dev/null"))
}

func (p *startPlay) ran(args string, r machine.Result) machine.Result {
	if r.Err != nil || r.TimedOut {
		p.s.err = fmt.Errorf("%s: %s", args, r)
	}
	return r
}

func (p *startPlay) finds() bool { return p.m.Terminal(p.ctx, "", "", false, "node -v").OK() }

const fixPath = "fix --yes"

func (p *startPlay) whole() {
	if p.finds() {
		p.s.err = fmt.Errorf("a new terminal finds Node.js already")
		return
	}
	before := p.tree()
	said := p.devdoctor(fixPath)
	p.s.said = said.Stdout + said.Stderr
	after := p.tree()
	if strings.Contains(said.Stdout, "(node-installed/needs-new-login)") {
		if p.s.err = p.m.Login(p.ctx, ""); p.s.err != nil {
			return
		}
	}
	if !p.finds() {
		p.refused(said, before, after)
		return
	}
	if said.Exit != 5 {
		p.wrongf("a new terminal finds Node.js, this one does not, and fix ended with %d:\n%s", said.Exit, said)
	}
	if again := p.devdoctor(fixPath); p.tree() != after || again.Exit != 5 {
		p.wrongf("a second fix in the old terminal ended with %d; changed: %s", again.Exit, differing(after, p.tree()))
	}
	if again := p.elsewhere(fixPath); p.tree() != after || again.Exit != 0 {
		p.wrongf("a second fix in a new terminal ended with %d; changed: %s", again.Exit, differing(after, p.tree()))
	}
	if r := p.elsewhere("undo --yes"); r.Exit != 0 || p.tree() != before {
		p.wrongf("undo ended with %d; not as before: %s", r.Exit, differing(before, p.tree()))
	}
	p.edited()
}

// refused is right where the words say what stands in the way, and nothing is left half
// done that undo does not take back.
func (p *startPlay) refused(said machine.Result, before, after string) {
	if said.Exit == 0 || said.Exit == 5 {
		p.wrongf("no new terminal finds Node.js, and fix ended with %d:\n%s", said.Exit, said)
	}
	reason := regexp.MustCompile(`(?m)^devdoctor: nothing was changed: what is left needs .*|did not succeed: .*|^   devdoctor does not do it itself: .*|^   For you to do: Let (?:the shell|fish) name .*|^[?✗] .*|^ +To see what it is.*`).FindString(said.Stderr + said.Stdout)
	if reason == "" {
		p.wrongf("nothing says why:\n%s", said)
	}
	p.s.refused = reason
	if before == after {
		return
	}
	if r := p.devdoctor("undo --yes"); r.Exit != 0 || p.tree() != before {
		p.wrongf("undo of what was refused ended with %d; not as before: %s", r.Exit, differing(before, p.tree()))
	}
}

// edited fixes once more, edits the start file, and takes back.
func (p *startPlay) edited() {
	p.devdoctor(fixPath)
	edit := p.m.Sh(p.ctx, "", `cd; f=$(grep -rl --include='.*' --include='*rc' --include=profile --exclude-dir=state '>>> devdoctor path >>>' . | head -1)
[ -n "$f" ] || exit 3
grep -v devdoctor "$f" >/tmp/without; grep -c devdoctor "$f" >/tmp/count
printf '# edited since\n' >>"$f"; printf '%s' "$f"`)
	if edit.Exit == 3 {
		return // fish reads a file that is all ours
	}
	r := p.elsewhere("undo --yes")
	rest := p.m.Sh(p.ctx, "", `cd; grep -c 'edited since' "`+edit.Stdout+`"; sed '/# edited since/d' "`+edit.Stdout+`" | grep -v devdoctor | cmp - /tmp/without && echo same`)
	if r.Exit != 0 || rest.Stdout != "1\nsame\n" {
		p.wrongf("undo after an edit ended with %d, lines of the edit, and whether the rest is as before: %q", r.Exit, rest.Stdout)
	}
}

// differing is the lines that only one of two trees has.
func differing(a, b string) string {
	var lines []string
	for l := range strings.Lines(a) {
		if !strings.Contains(b, l) {
			lines = append(lines, "- "+l)
		}
	}
	for l := range strings.Lines(b) {
		if !strings.Contains(a, l) {
			lines = append(lines, "+ "+l)
		}
	}
	return strings.Join(lines, "")
}
