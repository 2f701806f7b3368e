package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// furnishOnboarding writes the forms of docs/onboarding.md into a directory, as they stand there: the
// scenarios run onboarding.sh and onboarding.cmd.
func furnishOnboarding(bin string) error {
	page, err := os.ReadFile("docs/onboarding.md")
	if err != nil {
		return fmt.Errorf("read what scenarios run: %w", err)
	}
	sh, err := fenced(string(page), "sh")
	bat, err2 := fenced(string(page), "bat")
	if err := errors.Join(err, err2); err != nil {
		return fmt.Errorf("docs/onboarding.md: %w", err)
	}
	return errors.Join(
		os.WriteFile(filepath.Join(bin, "onboarding.sh"), []byte(sh), 0o755),
		os.WriteFile(filepath.Join(bin, "onboarding.cmd"), []byte(strings.ReplaceAll(bat, "\n", "\r\n")), 0o644),
	)
}

// fenced is the one block of a page that is in a language.
func fenced(page, language string) (string, error) {
	_, rest, found := strings.Cut(page, "\n```"+language+"\n")
	text, after, closed := strings.Cut(rest, "\n```\n")
	if !found || !closed || strings.Contains(after, "\n```"+language+"\n") {
		return "", fmt.Errorf("it does not hold one block of %s", language)
	}
	return text + "\n", nil
}
