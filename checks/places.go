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

var places = []*Check{placeHome, placeDisk, placeProject, placePackages}

var (
	homeMissing = &Problem{
		ID: "missing",
		Means: "The folder that should be your home is not there. git, npm and your editor keep their settings in it: they find none, and cannot " +
			"save any.",
		See: "cd alone goes to your home folder in a terminal, and prints an error where there is none. echo $HOME prints its name.",
		Tells: []fixers.Tell{
			{
				Do: "If a start file or a program gave HOME another value, take that line out, and open a new terminal. If HOME is as it should be, " +
					"ask whoever looks after this computer for the folder.",
				Run: [][]string{{"ls", "-ld", "{path}"}}, Undo: "It only looks.",
			},
			{
				OS: platforms.Windows, Do: "Log out of Windows and in again. If USERPROFILE still names a folder that is not there, ask whoever looks " +
					"after this computer.",
				// PowerShell prints such a name as it stands.
				Run: [][]string{{"cmd", "/c", "echo", "%USERPROFILE%"}}, Human: true, Undo: "It only looks.",
			},
		},
	}
	homeShellCharacters = &Problem{
		ID: "shell-characters",
		Means: "The path of your home folder holds a character that the Windows command line takes for a command. Packages that build a part of " +
			"themselves during npm install stop with: Cannot find module, or The system cannot find the path specified.",
		See: "cmd /c echo %USERPROFILE% prints the path of your home folder.",
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
		Fixes: []*fixers.Fix{fixers.MoveProject},
		Tells: moveTells("Move the project to a folder that is not copied. git and GitHub keep your work safe instead."),
	}
	projectCharacters = &Problem{
		ID: "special-characters",
		Means: "The path of the project holds a character with a meaning of its own in command lines or web addresses. Tools that pass the path on " +
			"read it wrongly and stop with: Cannot find module, or No such file or directory.",
		See:   "pwd prints the folder in which your terminal works; in the Command Prompt, cd alone does.",
		Fixes: []*fixers.Fix{fixers.MoveProject},
		Tells: moveTells("Move the project to a folder whose path has only letters, digits and hyphens."),
	}
	projectTooLong = &Problem{
		ID: "too-long",
		Means: "The path of the project is very long. Many Windows programs stop at 260 characters, and npm adds long paths below it: " +
			"files then cannot be opened or deleted.",
		See:   "cd alone prints the folder in which the Command Prompt works.",
		Fixes: []*fixers.Fix{fixers.MoveProject},
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
	Problems: []*Problem{homeMissing, homeShellCharacters},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		if h.Home == "" {
			return Unknown(nil, "nobody says where your home folder is")
		}
		found := Found{Path: h.Home, Dir: roomyPlace(h)}
		info, err := h.Stat(ctx, h.Home)
		switch {
		case err == nil && !info.IsDir:
			return homeMissing.Fail("your home folder is no folder").With(found).Because("The system names %s, which is something else.", h.Home)
		case errors.Is(err, platforms.ErrNotFound):
			return homeMissing.Fail("your home folder is not there").With(found).Because("The system names %s. There is no such folder.", h.Home)
		case err != nil:
			return Unknown(err, "your home folder could not be looked at")
		}
		// cmd.exe takes these for commands even where npm's scripts put quotes
		// (kelektiv/node.bcrypt.js#816: a folder called GM&HM).
		if i := strings.IndexAny(h.Home, "&^%"); i >= 0 && h.OS == platforms.Windows {
			found.Value = h.Home[i : i+1]
			return homeShellCharacters.Warn("your home folder's path holds the character %s", found.Value).With(found).
				Because("It is %s. Packages that build a part of themselves, such as bcrypt, cannot be installed below it.", h.Home)
		}
		r := OK("your home folder is %s", h.Home).With(found)
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
	Problems: []*Problem{projectInSystem, projectNotYours, projectInCloud, projectUnnamable, projectCharacters, projectTooLong},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if need.Project == "" {
			return Skip("no project folder was named")
		}
		if PersonalFolder(ctx, h, need.Project) {
			return Skip("this is a folder for all your things, and no project")
		}
		found := Found{Path: need.Project, Dir: roomyPlace(h)}
		ofSystem, err := inSystem(ctx, h, need.Project)
		if err != nil {
			return Unknown(err, "your project could not be looked at")
		}
		if ofSystem {
			return projectInSystem.Fail("your project lies in a folder of the system").With(found).
				Because("%s belongs to the system. Only the administrator may write there.", need.Project)
		}
		if r, err := projectOfAnother(ctx, h, need.Project); err != nil || r.Status != "" {
			return orUnknown(r, err, "whose your project is could not be found out")
		}
		if r, err := unnamable(ctx, h, need.Project); err != nil || r.Status != "" {
			return orUnknown(r, err, "whether npm takes your project could not be found out")
		}
		spelt := spelling(h, need.Project, found)
		if spelt.Status == StatusFail {
			return spelt
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
		return spelt
	},
}

// systemFolders are those that only the administrator writes to.
var systemFolders = map[platforms.OS]func() *regexp.Regexp{
	platforms.Windows: lazily(`(?i)^c:\\(windows|program files|program files \(x86\)|programdata)?(\\|$)`),
	platforms.Darwin:  lazily(`^/$|^/(System|Library|Applications|usr|bin|sbin|etc|private/etc)(/|$)`),
	platforms.Linux:   lazily(`^/$|^/(usr|bin|sbin|lib|lib64|etc|boot|proc|sys|dev|var|snap)(/|$)`),
}

// inSystem reports whether a project lies in a folder of the system in which the account
// may not write. root in a container may: /usr/src/app is the custom there.
func inSystem(ctx context.Context, h *platforms.Host, project string) (bool, error) {
	if !systemPlace(h, project) || h.OS == platforms.Windows {
		return systemPlace(h, project), nil
	}
	info, err := h.Stat(ctx, project)
	if errors.Is(err, platforms.ErrNotFound) {
		return true, nil
	}
	return err == nil && !info.Writable, err
}

func systemPlace(h *platforms.Host, dir string) bool {
	if h.OS == platforms.Windows {
		dir = strings.ReplaceAll(dir, "/", `\`)
		if d := strings.TrimRight(dir, `\`); strings.EqualFold(d, "c:") {
			return true
		}
		m := systemFolders[h.OS]().FindStringSubmatch(dir)
		return m != nil && m[1] != ""
	}
	return systemFolders[h.OS]().MatchString(dir)
}

// cloudFolders are the folders of services that copy files to the internet, as
// they lie in a home folder (the services' own documentation, 2026-11-20).
var cloudFolders = []struct {
	name func() *regexp.Regexp // the path below the home folder
	of   string
}{
	{lazily(`(?i)^OneDrive( - [^/\\]+)?([/\\]|$)`), "OneDrive"},
	{lazily(`(?i)^iCloudDrive([/\\]|$)`), "iCloud Drive"},
	{lazily(`^Library/Mobile Documents(/|$)`), "iCloud Drive"},
	{lazily(`^Library/CloudStorage/OneDrive`), "OneDrive"},
	{lazily(`^Library/CloudStorage/Dropbox`), "Dropbox"},
	{lazily(`^Library/CloudStorage/GoogleDrive`), "Google Drive"},
	{lazily(`(?i)^Dropbox( \([^/\\]+\))?([/\\]|$)`), "Dropbox"},
	{lazily(`(?i)^(Google Drive|My Drive)([/\\]|$)`), "Google Drive"},
}

// oneDriveRoots are the variables that name OneDrive's folders.
var oneDriveRoots = []string{"OneDrive", "OneDriveConsumer", "OneDriveCommercial"}

// cloudOf is the service that copies a directory, "" when none is known to.
func cloudOf(ctx context.Context, h *platforms.Host, dir string) (string, error) {
	if h.OS == platforms.Windows {
		for _, name := range oneDriveRoots {
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
			if f.name().MatchString(below) {
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
	problem, i := projectCharacters.Fail, strings.IndexAny(chosen, fatalSigns(h.OS))
	if i < 0 {
		problem, i = projectCharacters.Warn, strings.IndexAny(chosen, projectSigns(h.OS))
	}
	if i >= 0 {
		found.Value = chosen[i : i+1]
		return problem("your project's path holds the character %s", found.Value).With(found).Because("It is %s.", project)
	}
	if n := utf8.RuneCountInString(project); n > longProject && h.OS == platforms.Windows {
		return projectTooLong.Warn("your project's path is %d characters long", n).With(found).
			Because("Windows programs stop at 260, and npm needs room below it.")
	}
	r := OK("the project is in %s", project).With(found)
	if strings.ContainsAny(chosen, " '()&!;$*?|<>^\"`") {
		r = r.Note("In commands, the path of your project needs quotes. npm copes with it.")
	}
	if !isASCII(chosen) {
		r = r.Note("The path of your project has letters that old programs garble. Node.js and npm cope with them.")
	}
	if slices.Contains(strings.FieldsFunc(chosen, isSlash), "Downloads") {
		r = r.Note("Your project lies in Downloads, a folder that people and programs clean out.")
	}
	return r
}

// projectSigns are the characters that break tools even in quotes. # and % mean
// something in the addresses of files. cmd.exe, which runs npm's scripts on Windows,
// stumbles over &, ^ and ! (kelektiv/node.bcrypt.js#816). npm puts the project into
// PATH, where : or ; ends it: its commands were then not found in a lab run of
// 2026-11-21, while &, spaces and brackets did no harm on Linux.
func projectSigns(os platforms.OS) string {
	if os == platforms.Windows {
		return `#%;&^!`
	}
	return `#%:\`
}

// fatalSigns are those of projectSigns with which npm run finds no command of the project.
func fatalSigns(os platforms.OS) string {
	if os == platforms.Windows {
		return "&"
	}
	return ":"
}

func isSlash(r rune) bool { return r == '/' || r == '\\' }
