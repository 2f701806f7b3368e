package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// answers are what the learner types where devdoctor asks, by the end of the question.
var answers = []struct{ asked, answer string }{
	{"e = explain: ", "y"},
	{"n for no: ", "y"},
	{"Your name, as others will see it in your commits: ", "Ann Example"},
	{"The e-mail address that you gave to GitHub: ", "ann@mail.school"},
}

// linePatience is how long one line that is typed may take.
const linePatience = 2 * time.Minute

// A recording is one session while it runs.
type recording struct {
	*session
	m     *machine.Machine
	page  strings.Builder
	wrong []string // what is not as it has to be
}

// terminal is a window of a recording.
type terminal struct {
	*machine.Window
	r    *recording
	told int // rows of its screen that are on the page
}

// prompt is what a shell shows when it waits for the next line.
var prompt = regexp.MustCompile(`[$%>#] $`)

// play takes the machine to the first server and back, and puts what the screen showed on the
// page.
func (r *recording) play(ctx context.Context) error {
	before, err := r.tree(ctx)
	if err != nil {
		return err
	}
	if err := r.inTerminal(ctx, "The terminal that is open", r.enter("devdoctor check", "devdoctor fix")...); err != nil {
		return err
	}
	if !strings.Contains(r.page.String(), "\nNot ready for phases 1 and 2") {
		r.wrong = append(r.wrong, "devdoctor calls the machine ready before it is repaired")
	}
	if err := r.firstServer(ctx); err != nil {
		return err
	}
	if err := r.inTerminal(ctx, "The learner does not want it any more", "devdoctor undo"); err != nil {
		return err
	}
	if result := r.m.Sh(ctx, "root", "cd "+r.home()+" && rm -rf .npm first-server course/app/package.json course/app/server.js AppData/Local/npm-cache AppData/Local/Temp/node-compile-cache"); !result.OK() {
		return fmt.Errorf("take the lesson away: %s", result)
	}
	if err := r.inTerminal(ctx, "A new terminal", r.enter("devdoctor check")...); err != nil {
		return err
	}
	after, err := r.tree(ctx)
	if err == nil && before != after {
		r.wrong = append(r.wrong, "undo leaves a difference:\n"+difference(before, after))
	}
	return err
}

// enter is lines that are typed in the project, where there is one.
func (r *recording) enter(lines ...string) []string {
	if r.dir == "" {
		return lines
	}
	return append([]string{"cd " + r.dir}, lines...)
}

// firstServer is the lesson, in a new terminal and in one beside it.
func (r *recording) firstServer(ctx context.Context) error {
	t, err := r.open(ctx, "A new terminal")
	if err != nil {
		return err
	}
	defer t.Close()
	project := r.enter()
	if r.dir == "" {
		project = []string{"mkdir first-server", "cd first-server"}
	}
	lines := append([]string{"devdoctor check", "node -v", "npm -v"}, project...)
	for _, line := range append(lines, "npm init -y") {
		if err := t.types(ctx, line); err != nil {
			return err
		}
	}
	if result := r.m.Sh(ctx, r.m.Spec.User, "cp /opt/devdoctor/session-server.js "+r.home()+cmp.Or(r.dir, "first-server")+"/server.js"); !result.OK() {
		r.wrong = append(r.wrong, "server.js cannot be written: "+result.String())
	}
	if err := t.say(ctx); err != nil {
		return err
	}
	r.title("server.js is written in the editor")
	if err := t.typesUntil(ctx, "node server.js", "http://localhost:3000"); err != nil {
		return err
	}
	if err := t.say(ctx); err != nil {
		return err
	}
	if err := r.fetch(ctx); err != nil {
		return err
	}
	if !strings.Contains(r.page.String(), "\nHello Backend World!\n") {
		r.wrong = append(r.wrong, "the first server does not answer")
	}
	r.title("The first one again: Ctrl-C ends the server")
	return errors.Join(t.typesUntil(ctx, "\x03", ""), t.say(ctx))
}

// fetch looks at the server's page from a second terminal.
func (r *recording) fetch(ctx context.Context) error {
	if r.windows() {
		r.fetched(ctx)
		return nil
	}
	return r.inTerminal(ctx, "A second terminal, while the server runs", "curl http://localhost:3000")
}

// inTerminal opens a terminal, types some lines into it, and closes it.
func (r *recording) inTerminal(ctx context.Context, title string, lines ...string) error {
	t, err := r.open(ctx, title)
	if err != nil {
		return err
	}
	defer t.Close()
	for _, line := range lines {
		if err := t.types(ctx, line); err != nil {
			return err
		}
	}
	return t.say(ctx)
}

func (r *recording) title(text string) {
	fmt.Fprintf(&r.page, "\n[%s]\n\n", text)
}

func (r *recording) open(ctx context.Context, title string) (*terminal, error) {
	r.title(title)
	if r.windows() {
		return r.openCmd(ctx)
	}
	w, err := r.m.Open(ctx, "", "", false)
	if err != nil {
		return nil, err
	}
	t := &terminal{Window: w, r: r}
	return t, t.settle(ctx, -1, "")
}

// types types a line and waits for the next prompt.
func (t *terminal) types(ctx context.Context, line string) error { return t.typesUntil(ctx, line, "") }

// typesUntil types a line, answers what it asks, and waits until it has shown a text, or else
// for the next prompt.
func (t *terminal) typesUntil(ctx context.Context, line, text string) error {
	before, _, err := t.look(ctx)
	if err != nil {
		return err
	}
	if line != "\x03" {
		line += "\r"
	}
	if err := t.Keys(ctx, line); err != nil {
		return err
	}
	if err := t.settle(ctx, before.row, text); err != nil {
		t.r.wrong = append(t.r.wrong, fmt.Sprintf("%q: %v", strings.TrimSpace(line), err))
	}
	return ctx.Err()
}

// settle waits until the window has shown a text below a row, or else a prompt.
func (t *terminal) settle(ctx context.Context, row int, text string) error {
	quiet := 0
	asked := row
	for end := time.Now().Add(linePatience); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		s, prompting, err := t.look(ctx)
		switch {
		case err != nil:
			return err
		case s.row <= asked:
			quiet = 0
		case text != "" && strings.Contains(strings.Join(s.lines(row+1), "\n"), text):
			return nil
		case t.waits(s, prompting):
			if quiet++; quiet > 3 {
				return nil
			}
		default:
			quiet = 0
			if answer, ok := answerTo(s.before()); ok && (!prompting || t.r.windows()) {
				asked = s.row
				if err := t.Keys(ctx, answer+"\r"); err != nil {
					return err
				}
			}
		}
	}
	s, _, _ := t.look(ctx)
	return fmt.Errorf("it does not end; the last line is %q", s.before())
}

// waits says that a shell waits for the next line.
func (t *terminal) waits(s *screen, prompting bool) bool {
	if t.r.windows() {
		return cmdPrompt.MatchString(s.before())
	}
	return prompting && prompt.MatchString(s.before())
}

func answerTo(line string) (string, bool) {
	for _, a := range answers {
		if strings.HasSuffix(line, a.asked) {
			return a.answer, true
		}
	}
	return "", false
}

func (t *terminal) look(ctx context.Context) (*screen, bool, error) {
	written, prompting, err := t.Screen(ctx)
	return readScreen(written), prompting, err
}

// say puts on the page what the window shows that is not there yet. A prompt at which nothing
// was typed is not worth a line.
func (t *terminal) say(ctx context.Context) error {
	s, prompting, err := t.look(ctx)
	if err != nil {
		return err
	}
	lines := s.lines(t.told)
	if prompting && len(lines) > 0 && t.told+len(lines)-1 == s.row {
		lines = lines[:len(lines)-1]
	}
	t.told += len(lines)
	t.r.page.WriteString(strings.Trim(strings.Join(lines, "\n"), "\n") + "\n")
	return nil
}

// home is the learner's home folder, with a slash at its end.
func (r *recording) home() string {
	if r.windows() {
		return "/home/learner/.wine/drive_c/users/learner/"
	}
	return "/home/" + r.m.Spec.User + "/"
}

// tree is every file below the home folder, of Windows on its drive, but for what shells and
// sudo write for themselves.
func (r *recording) tree(ctx context.Context) (string, error) {
	var b strings.Builder
	if r.windows() {
		values, err := r.registry(ctx)
		if err != nil {
			return "", err
		}
		b.WriteString(values)
	} else if w := r.m.Terminal(ctx, "", "", false, ":"); !w.OK() { // shells make files when they first start
		return "", fmt.Errorf("open a window: %s", w)
	}
	out := r.m.Sh(ctx, "root", "HOME=/home/"+r.m.Spec.User+" sh /opt/devdoctor/tree")
	if !out.OK() {
		return "", fmt.Errorf("list the files: %s", out)
	}
	for line := range strings.Lines(out.Stdout) {
		if !shellsOwn.MatchString(line) {
			b.WriteString(line)
		}
	}
	return b.String(), nil
}

var shellsOwn = regexp.MustCompile(`\.(bash|zsh)_history|\.zcompdump|fish_variables|fnm_multishells|\.sudo_as_admin_successful`)

// difference is the lines that only one of two texts has.
func difference(before, after string) string {
	var b strings.Builder
	has := func(text, line string) bool { return strings.Contains("\n"+text, "\n"+line) }
	for line := range strings.Lines(before) {
		if !has(after, line) {
			b.WriteString("- " + line)
		}
	}
	for line := range strings.Lines(after) {
		if !has(before, line) {
			b.WriteString("+ " + line)
		}
	}
	return b.String()
}
