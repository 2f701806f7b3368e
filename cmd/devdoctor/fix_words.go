package main

import (
	"path"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// makesFolder reports whether a step makes an empty folder and nothing else.
func makesFolder(s fixers.Step) bool {
	return s.Path != nil && s.Path.After.Kind == platforms.KindDir && s.Path.Before.Kind == ""
}

// brief is steps as people read them: folders that are made one in the other are said once.
func brief(steps []fixers.Step) []fixers.Step {
	var list []fixers.Step
	above := false
	for i, s := range steps {
		if makesFolder(s) && i+1 < len(steps) && makesFolder(steps[i+1]) && path.Dir(steps[i+1].Path.Path) == s.Path.Path {
			above = true
			continue
		}
		if above {
			s.Says, above = strings.TrimSuffix(s.Says, ".")+", and those above it that are missing.", false
		}
		list = append(list, s)
	}
	return list
}

// inWords is a text about a step as the learner's own system writes paths below the home folder.
func inWords(sh fixers.Shell, s fixers.Step, text string) string {
	if sh != fixers.Cmd {
		return text
	}
	paths := s.Paths()
	slices.SortFunc(paths, func(a, b string) int { return len(b) - len(a) }) // one may begin another
	for _, p := range paths {
		if below, home := strings.CutPrefix(p, "~/"); home {
			text = strings.ReplaceAll(text, p, `%USERPROFILE%\`+strings.ReplaceAll(below, "/", `\`))
		}
	}
	return text
}
