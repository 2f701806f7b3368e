// Package platforms is the only part of devdoctor that touches a machine.
//
// A [Host] can be asked about a machine and cannot change it, so a check, which
// is given a Host and nothing else, cannot alter a learner's laptop.
//
// Everything a Host knows comes through one method, [Source.Answer]. The live
// machine, the [Recorder] in front of it and a [Snapshot] read back from a file
// are all Sources: what happened on a learner's Mac is replayed as a test on
// Linux. The queries and the form of their answers are in docs/queries.md.
package platforms

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// An OS is an operating system, spelled as in GOOS.
type OS string

// The systems devdoctor knows how to examine.
const (
	Darwin  OS = "darwin"
	Linux   OS = "linux"
	Windows OS = "windows"
)

// Title is the system's name as its users write it.
func (o OS) Title() string {
	switch o {
	case Darwin:
		return "macOS"
	case Linux:
		return "Linux"
	case Windows:
		return "Windows"
	}
	return string(o)
}

// Every answer that is no answer wraps one of these, or says in its own words
// what went wrong. Only ErrNotFound is a fact about the machine; the others say
// that the question stays open.
var (
	ErrNotFound     = errors.New("not found")
	ErrNotPermitted = errors.New("not permitted")
	ErrTimedOut     = errors.New("timed out")

	// ErrNotRecorded says that a snapshot holds no answer to a query: nobody
	// asked it while the snapshot was taken.
	ErrNotRecorded = errors.New("not recorded")
)

// A Query is one question about a machine, such as run node --version.
// docs/queries.md lists them.
type Query struct {
	Dir  string   // the working directory; "" is wherever devdoctor was started
	Env  []string // NAME=VALUE changes the environment, NAME takes it away
	Verb string
	Args []string
}

// String is the query as it names a section of a snapshot. Equal queries have
// equal strings, and [ParseQuery] is its inverse.
func (q Query) String() string {
	var words []string
	if q.Dir != "" {
		words = append(words, "in", quoteWord(q.Dir))
	}
	for _, e := range q.Env {
		words = append(words, "with", quoteWord(e))
	}
	words = append(words, q.Verb)
	for _, a := range q.Args {
		words = append(words, quoteWord(a))
	}
	return strings.Join(words, " ")
}

// plain are the characters that a word of a query may hold without quotes.
const plain = `abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_~\()*-`

func quoteWord(s string) string {
	if s == "" || s == "--" || strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(plain, r) }) {
		return strconv.Quote(s)
	}
	return s
}

// ParseQuery reads what [Query.String] wrote.
func ParseQuery(s string) (Query, error) {
	var words []string
	for rest := strings.TrimSpace(s); rest != ""; rest = strings.TrimLeft(rest, " ") {
		if rest[0] != '"' {
			var w string
			w, rest, _ = strings.Cut(rest, " ")
			words = append(words, w)
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return Query{}, fmt.Errorf("query %q: a quote is not closed", s)
		}
		w, err := strconv.Unquote(quoted)
		if err != nil {
			return Query{}, fmt.Errorf("query %q: %s is no quoted word", s, quoted)
		}
		words = append(words, w)
		rest = rest[len(quoted):]
	}
	var q Query
	for len(words) >= 2 && (words[0] == "in" || words[0] == "with") {
		if words[0] == "in" {
			q.Dir = words[1]
		} else {
			q.Env = append(q.Env, words[1])
		}
		words = words[2:]
	}
	if len(words) == 0 || !isVerb(words[0]) {
		return Query{}, fmt.Errorf("query %q: there is no verb", s)
	}
	q.Verb, q.Args = words[0], words[1:]
	if len(q.Args) == 0 {
		q.Args = nil
	}
	return q, nil
}

// isVerb reports whether s may name a kind of query: lower-case letters and
// hyphens, and none of the words that stand before a verb.
func isVerb(s string) bool {
	return s != "" && s != "in" && s != "with" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz-") == "" && s[0] != '-'
}

// An Answer is what a machine says to a query.
type Answer struct {
	Text string // standard output of a program, text of a file, lines of facts

	// Of a program only.
	Stderr string
	Exit   int // exit status; minus the number of the signal that ended it
}

// A Source answers queries about one machine. A program that ran and failed is
// an Answer with an Exit, not an error.
type Source interface {
	Answer(ctx context.Context, q Query) (Answer, error)
}

// A Host is a machine as checks see it. It is cheap to copy and safe for
// concurrent use.
type Host struct {
	OS       OS
	Arch     string // of the machine, as in GOARCH
	Self     string // of the devdoctor that looks, as in GOARCH
	Home     string // the account's home directory; "" when nobody says
	User     string // the account's name
	Elevated bool   // root, or a token with an administrator's rights
	Sudo     bool   // started through sudo: the home may be somebody else's

	src Source
	env *environment // nil: the environment of devdoctor itself
}

// environment is what a [Host] for another terminal knows in place of our own.
type environment struct {
	vars    map[string]string // complete for PATH, partial for the rest
	unset   map[string]bool
	unknown map[string]string // names whose value could not be worked out, and why

	rest func(ctx context.Context, name string) (string, error) // every other name; nil: as devdoctor has it
}

// NewHost introduces itself to the machine behind src.
func NewHost(ctx context.Context, src Source) (*Host, error) {
	a, err := src.Answer(ctx, Query{Verb: "host"})
	if err != nil {
		return nil, fmt.Errorf("identify the machine: %w", err)
	}
	h := &Host{src: src}
	for key, value := range fields(a.Text) {
		switch key {
		case "os":
			h.OS = OS(value)
		case "arch":
			h.Arch = value
		case "self":
			h.Self = value
		case "home":
			h.Home = value
		case "user":
			h.User = value
		case "elevated":
			h.Elevated = value == "yes"
		case "sudo":
			h.Sudo = value == "yes"
		}
	}
	switch h.OS {
	case Darwin, Linux, Windows:
	default:
		return nil, fmt.Errorf("identify the machine: %q is no system devdoctor knows", h.OS)
	}
	if h.Arch == "" {
		h.Arch = "amd64"
		if h.OS == Darwin {
			h.Arch = "arm64"
		}
	}
	if h.Self == "" {
		h.Self = h.Arch
	}
	return h, nil
}

// fields yields the first word of each line and what follows it.
func fields(text string) func(yield func(key, value string) bool) {
	return func(yield func(key, value string) bool) {
		for line := range strings.Lines(text) {
			key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
			if key != "" && !yield(key, value) {
				return
			}
		}
	}
}

// Through is h asking src instead: how the engine notes what a check asks.
func (h *Host) Through(src Source) *Host {
	c := *h
	c.src = src
	return &c
}

// Source is what h asks.
func (h *Host) Source() Source { return h.src }

func (h *Host) ask(ctx context.Context, verb string, args ...string) (Answer, error) {
	return h.src.Answer(ctx, Query{Verb: verb, Args: args})
}

func (h *Host) text(ctx context.Context, verb string, args ...string) (string, error) {
	a, err := h.ask(ctx, verb, args...)
	return a.Text, err
}

// lines is the answer cut into lines; no lines for an empty answer.
func (h *Host) lines(ctx context.Context, verb string, args ...string) ([]string, error) {
	text, err := h.text(ctx, verb, args...)
	if err != nil {
		return nil, err
	}
	return splitLines(text), nil
}

func splitLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
