package platforms

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Live answers queries about the machine that devdoctor runs on. It obeys the
// deadline of the context it is given and sets none of its own.
type Live struct {
	// hung holds the directories of PATH that did not answer and that somebody
	// still waits for, so that a dead network drive costs one thread and not
	// one per program looked for.
	hung sync.Map

	// ancestry is read once: who started us does not change.
	ancestry func() ([]ancestor, error)
}

// NewLive is the machine that devdoctor runs on.
func NewLive() *Live { return &Live{ancestry: sync.OnceValues(ancestry)} }

// A verb answers one kind of query.
type verb struct {
	args int // how many arguments it takes
	ask  func(l *Live, ctx context.Context, q Query) (string, error)
}

// sharedVerbs are the questions that every system is asked. Those of one system are in its
// ownVerbs; run, whose answer is more than text, is [Live.run].
var sharedVerbs = sync.OnceValue(func() map[string]verb {
	return map[string]verb{
		"account":     {0, func(*Live, context.Context, Query) (string, error) { return account() }},
		"ancestors":   {0, (*Live).ancestors},
		"binary":      {1, func(_ *Live, _ context.Context, q Query) (string, error) { return describeBinary(q) }},
		"bind":        {1, (*Live).bind},
		"disk":        {1, (*Live).disk},
		"docker-ping": {1, (*Live).dockerPing},
		"env":         {1, (*Live).env},
		"file":        {1, (*Live).file},
		"glob":        {1, (*Live).glob},
		"host":        {0, (*Live).host},
		"list":        {1, (*Live).list},
		"memory":      {0, (*Live).memory},
		"now":         {0, (*Live).now},
		"path":        {0, (*Live).path},
		"port":        {1, (*Live).port},
		"process":     {1, (*Live).process},
		"resolve":     {1, (*Live).resolve},
		"session":     {1, (*Live).session},
		"ssh-agent":   {0, (*Live).sshAgent},
		"ssh-key":     {1, (*Live).sshKey},
		"stat":        {1, (*Live).stat},
		"terminal":    {0, (*Live).terminal},
		"which":       {1, (*Live).which},
	}
})

// killGrace is how long a program that is being ended may hold its query.
const killGrace = 400 * time.Millisecond

// Answer asks the machine. Its errors wrap [ErrNotFound], [ErrNotPermitted],
// [ErrTimedOut] or the error of a cancelled context, or say what went wrong.
func (l *Live) Answer(ctx context.Context, q Query) (Answer, error) {
	if q.Verb == "run" {
		if len(q.Args) == 0 {
			return Answer{}, errors.New("run takes a program")
		}
		return aside(ctx, killGrace, func() (Answer, error) { return l.run(ctx, q) })
	}
	v, ok := sharedVerbs()[q.Verb]
	if !ok {
		v, ok = ownVerbs[q.Verb]
	}
	if !ok {
		return Answer{}, fmt.Errorf("no such question on this system: %s", q.Verb)
	}
	if len(q.Args) != v.args {
		return Answer{}, fmt.Errorf("%s takes %d arguments, not %d", q.Verb, v.args, len(q.Args))
	}
	return aside(ctx, 0, func() (Answer, error) {
		text, err := v.ask(l, ctx, q)
		return Answer{Text: text}, err
	})
}

// aside asks in a goroutine of its own and leaves it behind when ctx ends: a
// network drive that does not answer cannot be interrupted.
func aside(ctx context.Context, grace time.Duration, ask func() (Answer, error)) (Answer, error) {
	type outcome struct {
		Answer
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		// The engine cannot recover a panic of a goroutine it did not start.
		defer func() {
			if p := recover(); p != nil {
				done <- outcome{err: fmt.Errorf("devdoctor broke: %v", p)}
			}
		}()
		a, err := ask()
		done <- outcome{a, err}
	}()
	select {
	case o := <-done:
		return o.Answer, plainError(o.err)
	case <-ctx.Done():
	}
	if grace > 0 {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
		}
	}
	return Answer{}, plainError(ctx.Err())
}

// plainError is err as docs/queries.md spells it. What a snapshot would replay
// as one of the known errors is that error and nothing around it.
func plainError(err error) error {
	for _, known := range []error{ErrNotFound, ErrNotPermitted, ErrTimedOut} {
		if errors.Is(err, known) {
			return known
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), isNotThere(err):
		return ErrNotFound
	case errors.Is(err, fs.ErrPermission):
		return ErrNotPermitted
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return ErrTimedOut
	}
	return err
}

// An accountEntry is an account as its database has it; empty fields are unknown.
type accountEntry struct{ name, home string }

// host tells what the machine is and who looks.
func (l *Live) host(_ context.Context, q Query) (string, error) {
	arch := machineArch()
	var b strings.Builder
	fmt.Fprintf(&b, "os %s\narch %s\n", runtime.GOOS, arch)
	if arch != runtime.GOARCH {
		fmt.Fprintf(&b, "self %s\n", runtime.GOARCH)
	}
	who := currentUser()
	home, ok := lookupEnv(q, homeVariable)
	if !ok || home == "" {
		home = who.home
	}
	hostname, _ := os.Hostname()
	for _, fact := range []struct{ key, value string }{
		{"home", home}, {"user", who.name}, {"hostname", hostname},
	} {
		if fact.value != "" {
			fmt.Fprintf(&b, "%s %s\n", fact.key, oneLine(fact.value))
		}
	}
	if elevated() {
		b.WriteString("elevated yes\n")
	}
	if throughSudo() {
		b.WriteString("sudo yes\n")
	}
	return b.String(), nil
}

func (l *Live) now(context.Context, Query) (string, error) {
	return time.Now().Format(time.RFC3339) + "\n", nil
}

func (l *Live) env(_ context.Context, q Query) (string, error) {
	value, ok := lookupEnv(q, q.Args[0])
	if !ok {
		return "", ErrNotFound
	}
	return value + "\n", nil
}

// lookupEnv is a variable as the query has it: of our own process, or changed.
func lookupEnv(q Query, name string) (string, bool) {
	for _, change := range slices.Backward(q.Env) {
		if changed, value, set := strings.Cut(change, "="); sameVariable(changed, name) {
			return value, set
		}
	}
	return os.LookupEnv(name)
}

// quietly is what every program is told, so that it prints for a reader that is
// no person, asks nobody and leaves no cache of its own (npm 11 does in the folder for temporary files).
var quietly = []string{"LC_ALL=C", "NO_COLOR=1", "GIT_TERMINAL_PROMPT=0", "GCM_INTERACTIVE=never", "NODE_DISABLE_COMPILE_CACHE=1"}

// environ is the whole environment of a query.
func environ(q Query) []string {
	type variable struct{ name, text string }
	var vars []variable
	var dir []string
	if q.Dir != "" {
		dir = []string{"PWD=" + q.Dir} // which shells and git believe
	}
	for _, change := range slices.Concat(os.Environ(), quietly, dir, q.Env) {
		name, _, set := cutVariable(change)
		vars = slices.DeleteFunc(vars, func(v variable) bool { return sameVariable(v.name, name) })
		if set {
			vars = append(vars, variable{name, change})
		}
	}
	all := make([]string, len(vars))
	for i, v := range vars {
		all[i] = v.text
	}
	return all
}

// cutVariable cuts NAME=VALUE. A name may begin with "=" on Windows, where =C:
// remembers a drive's directory.
func cutVariable(s string) (name, value string, set bool) {
	if i := strings.IndexByte(s[min(1, len(s)):], '='); i >= 0 {
		return s[:i+1], s[i+2:], true
	}
	return s, "", false
}

// atDir is a path of a query, seen from the query's working directory.
func atDir(q Query, path string) string {
	if q.Dir == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(q.Dir, path)
}

// numberArg is an argument that must be a number from low to high.
func numberArg(q Query, low, high int) (int, error) {
	n, err := strconv.Atoi(q.Args[0])
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s takes a number from %d to %d, not %q", q.Verb, low, high, q.Args[0])
	}
	return n, nil
}

// oneLine is text that must not begin a line of its own.
func oneLine(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return strconv.Quote(s)
	}
	return s
}

// word is text as one word of an answer, see [splitWords].
func word(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool {
		return r == ' ' || r == '"' || r == '\uFFFD' || !strconv.IsPrint(r)
	}) {
		return strconv.Quote(s)
	}
	return s
}

// sortedLines is one line per name.
func sortedLines(names map[string]bool) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		b.WriteString(name)
		b.WriteByte('\n')
	}
	return b.String()
}
