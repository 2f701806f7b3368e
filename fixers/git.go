package fixers

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"

	"devdoctor/platforms"
)

var (
	askName = Question{
		Key: "git.name", Prompt: "Your name, as others will see it in your commits", Example: "Ann Example",
		Check: func(answer string) error {
			if strings.ContainsAny(answer, "<>\n\r\x00") {
				return errors.New("a name holds no < and >")
			}
			return nil
		},
	}
	askEmail = Question{
		Key: "git.email", Prompt: "The e-mail address that you gave to GitHub", Example: "ann@mail.school",
		Check: func(answer string) error {
			_, domain, _ := strings.Cut(answer, "@")
			if a, err := mail.ParseAddress(answer); err != nil || a.Address != answer || !strings.Contains(domain, ".") {
				return fmt.Errorf("%q is no e-mail address, such as ann@mail.school", answer)
			}
			return nil
		},
	}
)

// What git has to know of the learner.
var (
	GitIdentity = &Fix{
		ID: "git-identity", Title: "Tell git who you are", Asks: []Question{askName, askEmail},
		Plan: gitSettings(setting{"user", "name", askName.Key, ""}, setting{"user", "email", askEmail.Key, ""}),
	}
	GitName = &Fix{
		ID: "git-name", Title: "Tell git your name", Asks: []Question{askName},
		Plan: gitSettings(setting{"user", "name", askName.Key, ""}),
	}
	GitEmail = &Fix{
		ID: "git-email", Title: "Tell git your e-mail address", Asks: []Question{askEmail},
		Plan: gitSettings(setting{"user", "email", askEmail.Key, ""}),
	}
	GitDefaultBranch = &Fix{
		ID: "git-default-branch", Title: "Call the first branch main",
		Plan: gitSettings(setting{"init", "defaultBranch", "", "main"}),
	}
)

// A setting of git: its value is an answer, or fixed.
type setting struct{ section, key, answer, value string }

// gitSettings plans to write settings into the account's own file. They are written as
// text, because git config leaves empty sections behind when it takes one back.
func gitSettings(settings ...setting) func(context.Context, Patient) ([]Step, error) {
	return func(ctx context.Context, p Patient) ([]Step, error) {
		f, err := gitConfigFile(ctx, p.Host)
		if err != nil {
			return nil, err
		}
		text, names := f.text, make([]string, len(settings))
		for i, s := range settings {
			value := s.value
			if s.answer != "" {
				value = p.Answers[s.answer]
			}
			text = withSetting(text, s.section, s.key, value)
			names[i] = s.section + "." + s.key
		}
		v := triedOn(p.Host, platforms.Linux, platforms.Windows) // under Wine
		return f.become(ctx, p.Host, text, 0o644, v, "Write "+strings.Join(names, " and ")+" into git's settings.")
	}
}

// gitConfigFile is the file that git config --global writes: the one in
// ~/.config only where there is no other (git-config(1), read 2026-11-21).
func gitConfigFile(ctx context.Context, h *platforms.Host) (present, error) {
	f, err := readPresent(ctx, h, "~/.gitconfig")
	if err != nil || f.there {
		return f, err
	}
	dir, err := h.Getenv(ctx, "XDG_CONFIG_HOME")
	if err != nil {
		return f, err
	}
	if dir == "" {
		dir = "~/.config"
	}
	other, err := readPresent(ctx, h, h.Join(dir, "git", "config"))
	if err != nil || !other.there {
		return f, err
	}
	return other, nil
}

var sectionHead = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*\[\s*([^\]\s"]+)\s*\]\s*$`) })

// withSetting is the text of git's settings with one changed: in its line where it has one,
// else at the end of its section, else in a new section at the end. Where a setting stands several times the last one counts.
func withSetting(text, section, key, value string) string {
	lines := slices.Collect(strings.Lines(text))
	end := lineEnd(text)
	line := "\t" + key + " = " + quoteSetting(value) + end
	in, last, at := false, -1, -1
	for i, l := range lines {
		trimmed := strings.TrimSpace(l)
		switch m := sectionHead().FindStringSubmatch(l); {
		case m != nil:
			in = strings.EqualFold(m[1], section)
		case strings.HasPrefix(trimmed, "["):
			in = false
		case in:
			name, _, _ := strings.Cut(trimmed, "=")
			if strings.EqualFold(strings.TrimSpace(name), key) && !strings.HasSuffix(trimmed, `\`) {
				at = i
			}
		}
		if in && trimmed != "" {
			last = i
		}
	}
	switch {
	case at >= 0:
		lines[at] = line
	case last >= 0 && strings.HasSuffix(lines[last], "\n"):
		lines = slices.Insert(lines, last+1, line)
	default:
		if n := len(lines); n > 0 && !strings.HasSuffix(lines[n-1], "\n") {
			lines[n-1] += end
		}
		lines = append(lines, "["+section+"]"+end, line)
	}
	return strings.Join(lines, "")
}

// quoteSetting is a value as git reads it back.
func quoteSetting(value string) string {
	if value != strings.TrimSpace(value) || strings.ContainsAny(value, `#;"\`) {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
	}
	return value
}

// QuestionOf is the question with a key; nil where there is none.
func QuestionOf(key string) *Question {
	for _, q := range []*Question{&askName, &askEmail} {
		if q.Key == key {
			return q
		}
	}
	return nil
}
