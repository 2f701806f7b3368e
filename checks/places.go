package checks

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var places = []*Check{placeHome, placeProject, placePackages}

var (
	homeShellCharacters = &Problem{
		ID: "shell-characters",
		Means: "The path of your home folder holds a character that the Windows command line takes for a command. Packages that build a part of " +
			"themselves during npm install stop with: Cannot find module, or The system cannot find the path specified.",
		See: "echo %USERPROFILE% in the Command Prompt prints the path of your home folder.",
		Tells: []fixers.Tell{{
			OS:   platforms.Windows,
			Do:   "Keep your projects outside the home folder, and let npm keep its downloads there too. Never rename the home folder itself.",
			Run:  [][]string{{"mkdir", "{dir}"}, {"npm.cmd", "config", "set", "cache", "{dir}\\npm-cache"}},
			Undo: "npm.cmd config delete cache, and remove the folder.",
		}},
	}
	projectInSystem = &Problem{
		ID: "system-folder",
		Means: "The project lies in a folder that belongs to the system. Only the administrator may write there, so npm and git stop with the error " +
			"EPERM or EACCES. An update of the system may remove your work.",
		See: "pwd prints the folder in which your terminal works; in the Command Prompt, cd alone does.",
		Tells: []fixers.Tell{
			{Do: "Make a folder for your projects in your home folder, and work there.",
				Run: [][]string{{"mkdir", "-p", "{dir}"}, {"cd", "{dir}"}}, Undo: "Remove the new folder."},
			{OS: platforms.Windows, Do: "Make a folder for your projects in your home folder, and work there.",
				Run: [][]string{{"mkdir", "{dir}"}, {"cd", "{dir}"}}, Undo: "Remove the new folder."},
		},
	}
	projectInCloud = &Problem{
		ID: "cloud-folder",
		Means: "The project lies in a folder that a program copies to the internet all the time. npm writes and removes thousands of small files: " +
			"the copying gets in its way, and it stops with EPERM or EBUSY, or loses files.",
		See:   "The path of the project names the service: OneDrive, iCloud, Dropbox or Google Drive.",
		Tells: moveTells("Move the project to a folder that is not copied. git and GitHub keep your work safe instead."),
	}
	projectCharacters = &Problem{
		ID: "special-characters",
		Means: "The path of the project holds a character with a meaning of its own in command lines or web addresses. Tools that pass the path on " +
			"read it wrongly and stop with: Cannot find module, or No such file or directory.",
		See:   "pwd prints the folder in which your terminal works; in the Command Prompt, cd alone does.",
		Tells: moveTells("Move the project to a folder whose path has only letters, digits and hyphens."),
	}
	projectQuotes = &Problem{
		ID: "needs-quotes",
		Means: "The path of the project holds a space or a sign such as &. They end a word or a command in a terminal, so each command with this " +
			"path needs quotes. Tools that forget them stop with: No such file or directory.",
		See:   "pwd prints the folder in which your terminal works; in the Command Prompt, cd alone does.",
		Tells: moveTells("Move the project to a folder whose path has only letters, digits and hyphens."),
	}
	projectTooLong = &Problem{
		ID: "too-long",
		Means: "The path of the project is very long. Many Windows programs stop at 260 characters, and npm adds long paths below it: " +
			"files then cannot be opened or deleted.",
		See:   "cd alone prints the folder in which the Command Prompt works.",
		Tells: moveTells("Move the project to a folder with a short path."),
	}
)

// moveTells is the advice to keep projects at {dir}. Windows moves no folder in
// which a program works.
func moveTells(do string) []fixers.Tell {
	do = "Close the editor and the terminals that work in the project, and open a new terminal. " + do
	return []fixers.Tell{
		{Do: do, Run: [][]string{{"mkdir", "-p", "{dir}"}, {"mv", "{path}", "{dir}"}}, Undo: "Move the project back."},
		{OS: platforms.Windows, Do: do, Run: [][]string{{"mkdir", "{dir}"}, {"move", "{path}", "{dir}"}}, Undo: "Move the project back."},
	}
}

// placeHome wants a home folder whose path programs can pass on.
var placeHome = &Check{
	ID:       "place-home",
	Title:    "programs can work in your home folder",
	Why:      "npm and your editor keep their files in your home folder and pass its path from program to program.",
	Phase:    1,
	Problems: []*Problem{homeShellCharacters},
	Run: func(_ context.Context, h *platforms.Host, _ Needs) Result {
		if h.Home == "" {
			return Unknown(nil, "nobody says where your home folder is")
		}
		found := Found{Path: h.Home, Dir: roomyPlace(h)}
		// cmd.exe takes these for commands even where npm's scripts put quotes
		// (kelektiv/node.bcrypt.js#816: a folder called GM&HM).
		if i := strings.IndexAny(h.Home, "&^%"); i >= 0 && h.OS == platforms.Windows {
			found.Value = h.Home[i : i+1]
			return homeShellCharacters.Warn("your home folder's path holds the character %s", found.Value).With(found).
				Because("It is %s. Packages that build a part of themselves, such as bcrypt, cannot be installed below it.", h.Home)
		}
		r := OK("%s", h.Home).With(found)
		if strings.ContainsAny(h.Home, " '") {
			r = r.Note("The path of your home folder needs quotes in commands. Today's npm copes with it.")
		}
		if !isASCII(h.Home) {
			r = r.Note("The path of your home folder has letters that old programs garble. Node.js and npm cope with them.")
		}
		return r
	},
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// roomyPlace is a folder in which projects are safe: in the home folder, unless
// its own path is the trouble.
func roomyPlace(h *platforms.Host) string {
	if h.OS == platforms.Windows && (strings.ContainsAny(h.Home, "&^% '") || !isASCII(h.Home)) {
		return `C:\dev`
	}
	return h.Join(h.Home, "dev")
}

// placeProject wants a project directory that tools can work in.
var placeProject = &Check{
	ID:       "place-project",
	Title:    "your project is in a good place",
	Why:      "Some folders are watched, protected or hard to name. Tools that work well elsewhere fail there in ways that are hard to understand.",
	Phase:    1,
	Problems: []*Problem{projectInSystem, projectInCloud, projectCharacters, projectQuotes, projectTooLong},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if need.Project == "" {
			return Skip("no project folder was named")
		}
		found := Found{Path: need.Project, Dir: roomyPlace(h)}
		if systemPlace(h, need.Project) {
			return projectInSystem.Fail("your project lies in a folder of the system").With(found).
				Because("%s belongs to the system. Only the administrator may write there.", need.Project)
		}
		service, err := cloudOf(ctx, h, need.Project)
		if err != nil {
			return Unknown(err, "whether %s is copied to the internet could not be found out", need.Project)
		}
		if service != "" {
			found.Name = service
			return projectInCloud.Warn("your project lies in a folder of %s", service).With(found).
				Because("%s copies each file of %s to the internet, those of npm too.", service, need.Project)
		}
		return spelling(h, need.Project, found)
	},
}

// systemFolders are those that only the administrator writes to.
var systemFolders = map[platforms.OS]*regexp.Regexp{
	platforms.Windows: regexp.MustCompile(`(?i)^c:\\(windows|program files|program files \(x86\)|programdata)?(\\|$)`),
	platforms.Darwin:  regexp.MustCompile(`^/$|^/(System|Library|Applications|usr|bin|sbin|etc|private/etc)(/|$)`),
	platforms.Linux:   regexp.MustCompile(`^/$|^/(usr|bin|sbin|lib|lib64|etc|boot|proc|sys|dev|var|snap)(/|$)`),
}

func systemPlace(h *platforms.Host, dir string) bool {
	if h.OS == platforms.Windows {
		dir = strings.ReplaceAll(dir, "/", `\`)
		if d := strings.TrimRight(dir, `\`); strings.EqualFold(d, "c:") {
			return true
		}
		m := systemFolders[h.OS].FindStringSubmatch(dir)
		return m != nil && m[1] != ""
	}
	return systemFolders[h.OS].MatchString(dir)
}

// cloudFolders are the folders of services that copy files to the internet, as
// they lie in a home folder (the services' own documentation, 2026-11-20).
var cloudFolders = []struct {
	name *regexp.Regexp // the path below the home folder
	of   string
}{
	{regexp.MustCompile(`(?i)^OneDrive( - [^/\\]+)?([/\\]|$)`), "OneDrive"},
	{regexp.MustCompile(`(?i)^iCloudDrive([/\\]|$)`), "iCloud Drive"},
	{regexp.MustCompile(`^Library/Mobile Documents(/|$)`), "iCloud Drive"},
	{regexp.MustCompile(`^Library/CloudStorage/OneDrive`), "OneDrive"},
	{regexp.MustCompile(`^Library/CloudStorage/Dropbox`), "Dropbox"},
	{regexp.MustCompile(`^Library/CloudStorage/GoogleDrive`), "Google Drive"},
	{regexp.MustCompile(`(?i)^Dropbox( \([^/\\]+\))?([/\\]|$)`), "Dropbox"},
	{regexp.MustCompile(`(?i)^(Google Drive|My Drive)([/\\]|$)`), "Google Drive"},
}

// cloudOf is the service that copies a directory, "" when none is known to.
func cloudOf(ctx context.Context, h *platforms.Host, dir string) (string, error) {
	if h.OS == platforms.Windows {
		for _, name := range []string{"OneDrive", "OneDriveConsumer", "OneDriveCommercial"} {
			root, err := h.Getenv(ctx, name)
			if err != nil {
				return "", err
			}
			if h.Under(dir, root) {
				return "OneDrive", nil
			}
		}
	}
	if below, ok := belowHome(h, dir); ok {
		for _, f := range cloudFolders {
			if f.name.MatchString(below) {
				return f.of, nil
			}
		}
	}
	return "", nil
}

// belowHome is the part of a path behind the home folder.
func belowHome(h *platforms.Host, dir string) (string, bool) {
	if !h.Under(dir, h.Home) || h.Home == "/" {
		return "", false
	}
	return strings.Trim(dir[min(len(h.Home), len(dir)):], `/\`), true
}

// longProject leaves npm some 60 characters below the project before Windows'
// limit of 260 is reached.
const longProject = 200

// spelling weighs the characters of a project's path. Those of the home folder
// are left to placeHome, because a project cannot choose them.
func spelling(h *platforms.Host, project string, found Found) Result {
	chosen, ok := belowHome(h, project)
	if !ok {
		chosen = project
	}
	special, quoted := projectSigns(h.OS)
	if i := strings.IndexAny(chosen, special); i >= 0 {
		found.Value = chosen[i : i+1]
		return projectCharacters.Warn("your project's path holds the character %s", found.Value).With(found).
			Because("It is %s.", project)
	}
	if i := strings.IndexAny(chosen, quoted); i >= 0 {
		found.Value = chosen[i : i+1]
		what := "the character " + found.Value
		if found.Value == " " {
			what = "a space"
		}
		return projectQuotes.Warn("your project's path holds %s", what).With(found).
			Because("It is %s. Each command with this path needs quotes.", project)
	}
	if n := utf8.RuneCountInString(project); n > longProject && h.OS == platforms.Windows {
		return projectTooLong.Warn("your project's path is %d characters long", n).With(found).
			Because("Windows programs stop at 260, and npm needs room below it.")
	}
	r := OK("%s", project).With(found)
	if !isASCII(chosen) {
		r = r.Note("The path of your project has letters that old programs garble. Node.js and npm cope with them.")
	}
	if slices.Contains(strings.FieldsFunc(chosen, isSlash), "Downloads") {
		r = r.Note("Your project lies in Downloads, a folder that people and programs clean out.")
	}
	return r
}

// projectSigns are the characters that break tools even in quotes, and those that
// need quotes. # and % mean something in the addresses of files. cmd.exe, which
// runs npm's scripts on Windows, stumbles over &, ^ and ! (kelektiv/node.bcrypt.js#816).
// npm puts the project into PATH, where : or ; ends it: its commands were then
// not found in a lab run of 2026-11-21, while & and # did no harm on Linux.
func projectSigns(os platforms.OS) (special, quoted string) {
	if os == platforms.Windows {
		return `#%;&^!`, ` '()`
	}
	return `#%:\`, " '()&!;$*?|<>^\"`"
}

func isSlash(r rune) bool { return r == '/' || r == '\\' }

var (
	strayInHome = &Problem{
		ID: "home-package",
		Means: "A package.json or node_modules in your home folder makes all of it one npm project. Below it, npm install in a " +
			"folder without a package.json puts the packages there, and not where you are.",
		See: "npm prefix prints the folder into which npm would install.",
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
		See: "npm prefix, in your project, prints the folder into which npm would install.",
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
		return strayAbove(ctx, h, need.Project)
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
	if len(own) > 0 {
		return OK("npm installs into your project").Note("%s in %s is seen from your project too.", strings.Join(found, " and "), dir)
	}
	if h.SamePath(h.Home, dir) {
		return strayAt(ctx, h, dir)
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

var workspaces = regexp.MustCompile(`"workspaces"\s*:`)

// sharedRoot reports whether a directory means to be one project with those
// below it: a monorepo, or the top of a git repository.
func sharedRoot(ctx context.Context, h *platforms.Host, dir string) (bool, error) {
	text, err := h.ReadFile(ctx, h.Join(dir, "package.json"))
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return false, err
	}
	if workspaces.MatchString(text) {
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
