package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"devdoctor/testdata/lab/machine"
)

// scenario is a machine, how it is broken, what devdoctor is to say of it, and a proof
// that it is so. docs/lab.md describes the file.
type scenario struct {
	name string
	spec machine.Spec
	// What the machine has beyond spec while it is whole, in this order.
	prepareRoot, prepareUser string

	breakRoot string // as root; on Windows another script of the learner's
	breakHost string // on Windows: a sh script on the Linux that Wine runs on
	breakUser string
	proof     *proof
	proofHere *proof // in the window that devdoctor runs in
	where     string // "", "login", "old-login" or "old-terminal"
	check     []string
	run       string // a script that runs devdoctor, instead of devdoctor itself
	exit      int    // -1 where anything will do
	want      []finding
	only      bool // there is no other fail or warn
	harm
}

// program is the system for which devdoctor is built: "linux" or "windows".
func (s *scenario) program() string {
	if s.spec.System == "windows" {
		return "windows"
	}
	return "linux"
}

// finding is a row of the report.
type finding struct{ status, check, problem string }

func (f finding) String() string {
	if f.problem == "" {
		return f.status + " " + f.check
	}
	return f.status + " " + f.check + "/" + f.problem
}

// matches says whether is, of a report, is what f wants. Without a problem any will do.
func (f finding) matches(is finding) bool {
	return f.status == is.status && f.check == is.check && (f.problem == "" || f.problem == is.problem)
}

// proof is a script that the lab runs in a new terminal. Before the break it works.
type proof struct {
	works   bool           // after the break
	matches *regexp.Regexp // what it prints after the break; nil matches all
	script  string
}

func readScenario(path string) (*scenario, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read a scenario: %w", err)
	}
	s, err := parseScenario(strings.TrimSuffix(filepath.Base(path), ".txtar"), data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func parseScenario(name string, data []byte) (*scenario, error) {
	archive := txtar.Parse(data)
	s := &scenario{name: name, exit: -1, check: []string{"check"}}
	if strings.TrimSpace(string(archive.Comment)) == "" {
		return nil, errors.New("the scenario does not begin with what it is about")
	}
	for _, f := range archive.Files {
		if err := s.section(f.Name, string(f.Data)); err != nil {
			return nil, fmt.Errorf("section %s: %w", f.Name, err)
		}
	}
	switch {
	case s.spec.System == "":
		return nil, errors.New("there is no section machine that names a system")
	case s.exit < 0 && len(s.want) == 0 && !s.only && s.harm == (harm{}):
		return nil, errors.New("there is no section want: the scenario could not fail")
	}
	return s, nil
}

func (s *scenario) section(name, text string) (err error) {
	switch name {
	case "machine":
		return eachLine(text, s.machineLine)
	case "prepare-root":
		s.prepareRoot = text
	case "prepare":
		s.prepareUser = text
	case "break":
		s.breakUser = text
	case "break-root":
		s.breakRoot = text
	case "break-host":
		s.breakHost = text
	case "proof":
		s.proof, err = parseProof(text)
	case "proof-here":
		s.proofHere, err = parseProof(text)
	case "where":
		s.where = strings.TrimSpace(text)
		if !slices.Contains([]string{"login", "old-login", "old-terminal"}, s.where) {
			return fmt.Errorf("%q is neither login nor old-login nor old-terminal", s.where)
		}
	case "check":
		s.check = strings.Fields(text)
	case "run":
		s.run = text
	case "want":
		return eachLine(text, s.wantLine)
	default:
		return errors.New("there is no such section")
	}
	return err
}

// eachLine calls f with the words of every line that is neither empty nor a comment.
func eachLine(text string, f func(words []string) error) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := f(strings.Fields(line)); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

func (s *scenario) machineLine(words []string) error {
	switch {
	case len(words) == 1 && words[0] == "net":
		s.spec.Net = true
	case len(words) == 1 && words[0] == "ready":
		s.spec.Ready = true
	case len(words) == 1 && words[0] == "mirror":
		s.spec.Mirror = true
	case len(words) == 1 && words[0] == "registry":
		s.spec.Registry = true
	case len(words) == 1 && words[0] == "wsl":
		s.spec.WSL = true
	case len(words) == 2 && words[0] == "system":
		s.spec.System = words[1]
	case len(words) == 2 && words[0] == "user":
		s.spec.User = words[1]
	case len(words) == 2 && words[0] == "shell":
		s.spec.Shell = words[1]
	case len(words) == 3 && words[0] == "node":
		s.spec.Node = append(s.spec.Node, machine.Node{Owner: words[1], Version: words[2]})
	default:
		return errors.New("a machine has no such line")
	}
	return nil
}

// parseProof reads `fails` or `works`, a regular expression behind it on the same
// line, and the script below.
func parseProof(text string) (*proof, error) {
	head, script, _ := strings.Cut(text, "\n")
	verdict, expression, _ := strings.Cut(strings.TrimSpace(head), " ")
	if verdict != "works" && verdict != "fails" {
		return nil, fmt.Errorf("%q is neither works nor fails", verdict)
	}
	p := &proof{works: verdict == "works", script: script}
	if expression = strings.TrimSpace(expression); expression != "" {
		var err error
		if p.matches, err = regexp.Compile("(?s)" + expression); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (s *scenario) wantLine(words []string) error {
	switch {
	case len(words) == 1 && words[0] == "only":
		s.only = true
	case len(words) == 1 && words[0] == "whole":
		s.whole = true
	case len(words) == 1 && words[0] == "in-time":
		s.inTime = true
	case len(words) == 1 && words[0] == "nothing-left":
		s.nothingLeft = true
	case len(words) == 2 && words[0] == "exit":
		n, err := strconv.Atoi(words[1])
		s.exit = n
		return err
	case len(words) == 2 && slices.Contains(statuses, words[0]):
		check, problem, _ := strings.Cut(words[1], "/")
		s.want = append(s.want, finding{words[0], check, problem})
	default:
		return errors.New("wanted is `exit N`, `only`, `whole`, `in-time`, `nothing-left`, or `STATUS CHECK[/PROBLEM]`")
	}
	return nil
}
