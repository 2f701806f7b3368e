package platforms

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A processFacts is what may be known of a process; the rest is zero, and uid -1.
type processFacts struct {
	name, exe, user, cwd string
	args                 []string
	uid, parent          int
	started              time.Time
}

// process looks at a running program.
func (l *Live) process(ctx context.Context, q Query) (string, error) {
	pid, err := numberArg(q, 1, 1<<31-1)
	if err != nil {
		return "", err
	}
	p, err := lookAtProcess(ctx, pid)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fact := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s %s\n", key, value)
		}
	}
	fact("name", oneLine(p.name))
	fact("exe", oneLine(p.exe))
	words := make([]string, len(p.args))
	for i, arg := range p.args {
		words[i] = word(arg)
	}
	fact("args", strings.Join(words, " "))
	fact("user", oneLine(p.user))
	if p.uid >= 0 {
		fact("uid", strconv.Itoa(p.uid))
	}
	if p.parent > 0 {
		fact("parent", strconv.Itoa(p.parent))
	}
	if !p.started.IsZero() {
		fact("started", p.started.Format(time.RFC3339))
	}
	fact("cwd", oneLine(p.cwd))
	return b.String(), nil
}

// processHidden tells a process that has ended from one that may not be seen.
func processHidden(pid int, err error) error {
	switch there, known := processExists(pid); {
	case known && !there:
		return ErrNotFound
	case known:
		return ErrNotPermitted
	case err == nil:
		err = errors.New("it has no name")
	}
	return fmt.Errorf("look at process %d: %w", pid, err)
}

// An ancestor is a process above ours.
type ancestor struct {
	pid  int
	name string // without .exe
	exe  string // "" when this account may not know
}

// ancestors is the processes above ours, nearest first.
func (l *Live) ancestors(context.Context, Query) (string, error) {
	chain, err := l.ancestry()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, a := range chain {
		fmt.Fprintf(&b, "%d %s\n", a.pid, oneLine(a.name))
	}
	return b.String(), nil
}
