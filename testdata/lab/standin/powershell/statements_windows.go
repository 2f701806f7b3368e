package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// statements are those of devdoctor's plans, each with what it does.
var statements = []struct {
	form *regexp.Regexp
	do   func([]string) error
}{
	{regexp.MustCompile(`^Copy-Item (\S+) (\S+)$`), copyItem},
	{regexp.MustCompile(`^Move-Item -Force (\S+) (\S+)$`), func(words []string) error {
		return errors.Join(copyItem(words), os.Remove(words[0]))
	}},
	{regexp.MustCompile(`^@\(Get-Content (\S+)\)((?: -creplace '[^']*', '[^']*')+) \| Set-Content -Encoding Default (\S+)$`), replaceIn},
	{regexp.MustCompile(`^Set-ItemProperty 'HKLM:\\([^']*)' (\S+) (.*) -Type (String|ExpandString)$`), setProperty},
}

func copyItem(words []string) error {
	text, err := os.ReadFile(words[0])
	if err != nil {
		return err
	}
	return setContent(words[1], text)
}

var replacement = regexp.MustCompile(`-creplace '([^']*)', '([^']*)'`)

// replaceIn writes the lines of a file, with what takes the place of something in them, into another one.
func replaceIn(words []string) error {
	text, err := os.ReadFile(words[0])
	if err != nil {
		return err
	}
	var changed strings.Builder
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		for _, m := range replacement.FindAllStringSubmatch(words[1], -1) {
			from, err := regexp.Compile(m[1])
			if err != nil {
				return err
			}
			line = from.ReplaceAllString(line, numbered.ReplaceAllString(m[2], "$${$1}"))
		}
		changed.WriteString(line + "\r\n")
	}
	return setContent(words[2], []byte(changed.String()))
}

var numbered = regexp.MustCompile(`\$(\d)`) // a group, as .NET and Go call it

// setContent writes a file. Wine asks the Linux below it for the addresses of names, so that the hosts
// file of Windows is written there as well: with localhost, which Windows knows without a line.
func setContent(path string, text []byte) error {
	err := os.WriteFile(path, text, 0o644)
	if strings.HasSuffix(strings.ToLower(path), `\drivers\etc\hosts`) {
		below := strings.ReplaceAll(string(text), "\r", "")
		if !namesLocalhost.MatchString(below) {
			below += "127.0.0.1 localhost\n::1 localhost\n"
		}
		err = errors.Join(err, os.WriteFile(`Z:\etc\hosts`, []byte(below), 0o644))
	}
	return err
}

var namesLocalhost = regexp.MustCompile(`(?m)^[^#\n]*\slocalhost\b`)

// setProperty stores a text in the registry. It is one in single quotes, or several and double quotes,
// which are the character of that number.
func setProperty(words []string) error {
	expression := strings.TrimSuffix(strings.TrimPrefix(words[2], "("), ")")
	var text strings.Builder
	for part := range strings.SplitSeq(expression, " + ") {
		inner := strings.Trim(part, "'")
		switch {
		case part == "[char]34":
			text.WriteByte('"')
		case len(inner) == len(part)-2:
			text.WriteString(inner)
		default:
			return fmt.Errorf("the stand-in does not know %q", part)
		}
	}
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, words[0], registry.SET_VALUE)
	if err != nil {
		return err
	}
	set := k.SetStringValue
	if words[3] == "ExpandString" {
		set = k.SetExpandStringValue
	}
	return errors.Join(set(words[1], text.String()), k.Close())
}
