package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var (
	strayInHome = &Problem{
		ID: "home-package",
		Means: "A package.json or node_modules in your home folder makes all of it one npm project. Below it, npm install in a " +
			"folder without a package.json puts the packages there, and not where you are.",
		See:   "npm prefix prints the folder into which npm would install.",
		Fixes: []*fixers.Fix{fixers.PutAside, fixers.MoveAside},
		Tells: []fixers.Tell{
			{Do: "Look at what is in it. If it came about by accident, put it aside. In each project, begin with npm init -y.",
				Run: [][]string{{"mv", "{path}", "{path}.old"}}, Undo: "Give it its old name back."},
			{OS: platforms.Windows, Do: "Look at what is in it. If it came about by accident, put it aside. In each project, begin with npm init -y.",
				Run: [][]string{{"move", "{path}", "{path}.old"}}, Undo: "Give it its old name back."},
		},
	}
	strayInParent = &Problem{
		ID: "parent-package",
		Means: "Your project has no package.json, and a folder above it has one, or a node_modules. npm install in your project puts the packages " +
			"there, and not where you are.",
		See:   "npm prefix, in your project, prints the folder into which npm would install.",
		Fixes: []*fixers.Fix{fixers.StrayAside, fixers.OwnPackage},
		Tells: []fixers.Tell{
			{Do: "Give the project a package.json of its own, in its folder.", Run: [][]string{{"cd", "{dir}"}, {"npm", "init", "-y"}}, Undo: "Remove the new package.json."},
			{OS: platforms.Windows, Do: "Give the project a package.json of its own, in its folder.", Run: [][]string{{"cd", "{dir}"}, {"npm.cmd", "init", "-y"}}, Undo: "Remove the new package.json."},
		},
	}
)

// placePackages wants npm to install into the project and nowhere else. npm
// takes the nearest folder upwards that holds a package.json or a node_modules
// (seen with npm 11.19.0 in a lab run of 2026-11-20).
var placePackages = &Check{
	ID:       "place-packages",
	Title:    "npm installs into your project",
	Why:      "npm install without a package.json looks for one in the folders above, and installs there without a word.",
	Phase:    1,
	Problems: []*Problem{strayInHome, strayInParent},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if h.Home == "" {
			return Unknown(nil, "nobody says where your home folder is")
		}
		if need.Project == "" || h.SamePath(need.Project, h.Home) {
			return strayAt(ctx, h, h.Home)
		}
		r := strayAbove(ctx, h, need.Project)
		if r.Status != StatusOK || h.Under(need.Project, h.Home) {
			return r
		}
		if home := strayAt(ctx, h, h.Home); home.Status != StatusOK { // where the next project may be
			return home
		}
		return r
	},
}

// strayAt looks into the home folder.
func strayAt(ctx context.Context, h *platforms.Host, dir string) Result {
	found, err := npmMarks(ctx, h, dir)
	if err != nil {
		return Unknown(err, "%s could not be looked at", dir)
	}
	if len(found) == 0 {
		return OK("npm finds no project in your home folder")
	}
	return strayInHome.Warn("npm takes %s for a project", dir).With(Found{Path: h.Join(dir, found[0]), Dir: dir}).
		Because("It holds %s. Packages of a new project without package.json land there.", strings.Join(found, " and "))
}

// npmMarks is what in a directory makes npm take it for a project.
func npmMarks(ctx context.Context, h *platforms.Host, dir string) ([]string, error) {
	var found []string
	for _, name := range []string{"package.json", "node_modules"} {
		there, err := h.Exists(ctx, h.Join(dir, name))
		switch {
		case errors.Is(err, platforms.ErrNotPermitted): // a folder above home, closed to us and to npm
		case err != nil:
			return nil, err
		case there:
			found = append(found, name)
		}
	}
	return found, nil
}

// strayAbove looks from a project upwards for what npm would find.
func strayAbove(ctx context.Context, h *platforms.Host, project string) Result {
	own, err := npmMarks(ctx, h, project)
	if err != nil {
		return Unknown(err, "your project could not be looked at")
	}
	for dir := h.DirName(project); ; dir = h.DirName(dir) {
		if !consentNeeded(h, dir) {
			found, err := npmMarks(ctx, h, dir)
			if err != nil {
				return Unknown(err, "%s could not be looked at", dir)
			}
			if len(found) > 0 {
				return strayFound(ctx, h, project, dir, own, found)
			}
		}
		if up := h.DirName(dir); up == dir || up == "." {
			return OK("npm installs into your project")
		}
	}
}

func strayFound(ctx context.Context, h *platforms.Host, project, dir string, own, found []string) Result {
	if h.SamePath(h.Home, dir) { // where each new project begins without a package.json of its own
		return strayAt(ctx, h, dir)
	}
	if len(own) > 0 {
		return OK("npm installs into your project").Note("%s in %s is seen from your project too.", strings.Join(found, " and "), dir)
	}
	shared, err := sharedRoot(ctx, h, dir)
	switch {
	case err != nil:
		return Unknown(err, "%s could not be looked at", dir)
	case shared:
		return OK("your project is part of %s", dir).Note("npm installs there for all its parts.")
	}
	return strayInParent.Warn("npm installs above your project").With(Found{Path: h.Join(dir, found[0]), Dir: project}).
		Because("%s has no package.json, and %s has %s. npm takes the nearest.", project, dir, strings.Join(found, " and "))
}

var workspaces = lazily(`"workspaces"\s*:`)

// sharedRoot reports whether a directory means to be one project with those
// below it: a monorepo, or the top of a git repository.
func sharedRoot(ctx context.Context, h *platforms.Host, dir string) (bool, error) {
	text, err := h.ReadFile(ctx, h.Join(dir, "package.json"))
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return false, err
	}
	if workspaces().MatchString(text) {
		return true, nil
	}
	for _, name := range []string{"pnpm-workspace.yaml", "lerna.json", ".git"} {
		there, err := h.Exists(ctx, h.Join(dir, name))
		if err != nil || there {
			return there, err
		}
	}
	return false, nil
}

// consentNeeded reports whether macOS would ask the learner before letting a
// terminal look into a directory.
func consentNeeded(h *platforms.Host, dir string) bool {
	below, ok := belowHome(h, dir)
	if h.OS != platforms.Darwin || !ok {
		return false
	}
	first, _, _ := strings.Cut(below, "/")
	return slices.Contains([]string{"Desktop", "Documents", "Downloads", "Library"}, first)
}
