package checks

import (
	"context"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var projectUnnamable = &Problem{
	ID: "package-name",
	Means: "npm init -y gives a new project the name of its folder. npm takes only names of plain letters, digits and hyphens, without accents. " +
		"In this folder it stops with: Invalid name.",
	See:   "Type npm init -y in the folder. It prints: Invalid name.",
	Fixes: []*fixers.Fix{fixers.OwnPackage},
	Tells: []fixers.Tell{
		{Do: "Give the folder a name of plain letters, digits and hyphens. Or type npm init, and answer the first question with such a name.",
			Run: [][]string{{"npm", "init"}}, Human: true, Undo: "Remove the new package.json."},
		{OS: platforms.Windows, Do: "Give the folder a name of plain letters, digits and hyphens. Or type npm init, and answer the first question with such a name.",
			Run: [][]string{{"npm.cmd", "init"}}, Human: true, Undo: "Remove the new package.json."},
	},
}

// notPackages are names that npm keeps for itself.
var notPackages = []string{"node_modules", "favicon.ico"}

// npmNameOf is the name that npm init -y makes of a folder's, and whether npm takes
// it (26 names tried with npm 11.19.0, 2026-11-21; validate-npm-package-name in it).
func npmNameOf(folder string) (string, bool) {
	name := strings.Join(strings.Fields(strings.ToLower(folder)), "-")
	name = strings.TrimPrefix(name, "node-")
	for _, ending := range []string{".js", "-js"} {
		name = strings.TrimSuffix(name, ending)
	}
	foreign := strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.!~*'()", r)
	})
	return name, name != "" && name[0] != '.' && !foreign && !slices.Contains(notPackages, name)
}

// unnamable is the result where npm init -y refuses a project that has no package.json
// yet; the zero Result elsewhere.
func unnamable(ctx context.Context, h *platforms.Host, project string) (Result, error) {
	name, ok := npmNameOf(h.BaseName(project))
	if ok {
		return Result{}, nil
	}
	there, err := h.Exists(ctx, h.Join(project, "package.json"))
	if err != nil || there {
		return Result{}, err
	}
	return projectUnnamable.Fail("npm takes no project with this folder's name").With(Found{Path: project, Dir: project, Name: name}).
		Because("npm init -y would call it %s. npm takes plain letters, digits and hyphens.", name), nil
}
