package main

import (
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"devdoctor/platforms"
)

// A formatFlag is --format NAME, and --json for short.
type formatFlag struct {
	name  string
	known []string
}

func (f *formatFlag) add(flags *pflag.FlagSet, known ...string) {
	f.name, f.known = known[0], known
	flags.Var(f, "format", "`form` of the report: "+strings.Join(known, " or "))
	if slices.Contains(known, "json") {
		flags.BoolFunc("json", "short for --format json", func(value string) error {
			if on, err := strconv.ParseBool(value); err != nil || !on {
				return err
			}
			return f.Set("json")
		})
	}
}

func (f *formatFlag) String() string { return f.name }
func (f *formatFlag) Type() string   { return "name" }

func (f *formatFlag) Set(name string) error {
	if !slices.Contains(f.known, name) {
		return errors.New("the formats are " + strings.Join(f.known, " and ") + suggest(name, f.known, ""))
	}
	f.name = name
	return nil
}

// An output is where a report goes.
type output struct {
	to   io.Writer
	file *os.File // of -o; nil for standard output
}

// openOutput opens the file of -o before anything is looked at. What it holds
// stays until there is a report to replace it.
func (a *app) openOutput(name string) (*output, error) {
	if name == "" {
		return &output{to: a.out}, nil
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, usage("cannot write the report: %w", err)
	}
	return &output{to: file, file: file}, nil
}

func (o *output) write(page []byte) error {
	if o.file != nil {
		if info, err := o.file.Stat(); err == nil && info.Mode().IsRegular() {
			if err := o.file.Truncate(0); err != nil {
				return broken("cannot write the report: %w", err)
			}
		}
	}
	_, err := o.to.Write(page)
	if err != nil {
		return broken("cannot write the report: %w", err)
	}
	return nil
}

func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	if err := o.file.Close(); err != nil {
		return broken("cannot write the report: %w", err)
	}
	return nil
}

// Widths of a page, in columns. What is no terminal gets as many as COLUMNS
// says, else 80.
const (
	narrowest = 40
	widest    = 80
)

// layout is how text is laid out for this output.
func (o *output) layout(verbose bool) layout {
	l := layout{width: widest, verbose: verbose}
	file, isFile := o.to.(*os.File)
	terminal := isFile && platforms.IsTerminal(file)
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
		l.width = columns
	}
	if terminal {
		if columns := platforms.ScreenWidth(file); columns > 0 {
			l.width = columns
		}
	}
	l.width = min(max(l.width, narrowest), widest)
	l.unicode = isFile && platforms.ShowsUTF8(file)
	l.colour = terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return l
}
