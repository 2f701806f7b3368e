package main

import (
	"slices"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

func TestBrief(t *testing.T) {
	folder := func(path string) fixers.Step {
		return fixers.Step{Says: "Make the folder " + path + ".", Path: &fixers.Path{Path: path, After: platforms.Entry{Kind: platforms.KindDir}}}
	}
	link := fixers.Step{Says: "Let ~/a/b/c lead to it.", Path: &fixers.Path{Path: "~/a/b/c", After: platforms.Entry{Kind: platforms.KindLink, Target: "x"}}}
	gone := fixers.Step{Says: "Take the folder ~/a/b/d away.", Path: &fixers.Path{Path: "~/a/b/d", Before: platforms.Entry{Kind: platforms.KindDir}}}
	var got []string
	for _, s := range brief([]fixers.Step{folder("~/a"), folder("~/a/b"), link, folder("~/d"), folder("~/e"), folder("~/e/f"), folder("~/e/f/g"), gone}) {
		got = append(got, s.Says)
	}
	want := []string{
		"Make the folder ~/a/b, and those above it that are missing.", "Let ~/a/b/c lead to it.", "Make the folder ~/d.",
		"Make the folder ~/e/f/g, and those above it that are missing.", "Take the folder ~/a/b/d away.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestInWords(t *testing.T) {
	s := fixers.Step{Run: &fixers.Run{Argv: []string{"cmd", "/c", "move", "~/my notes", "~/my notes/a.old"}}, Leaves: []string{"~/x/*"}}
	const text = `cmd /c move "~/my notes" "~/my notes/a.old", and ~/x/* stays, ~/other`
	if got, want := inWords(fixers.Cmd, s, text), `cmd /c move "%USERPROFILE%\my notes" "%USERPROFILE%\my notes\a.old", and %USERPROFILE%\x\* stays, ~/other`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := inWords(fixers.Sh, s, text); got != text {
		t.Errorf("got %s", got)
	}
}
