package checks

import (
	"context"
	"errors"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// folderGuard is where Windows keeps the switch of Controlled folder access: 1 is
// on, 2 only takes notes (Microsoft's documentation of Defender, 2026-11-20).
const folderGuard = `\Windows Defender\Windows Defender Exploit Guard\Controlled Folder Access`

var lockedByGuard = &Problem{
	ID: "folder-guard",
	Means: "Controlled folder access of Windows is on. It keeps programs that it does not know out of Documents, Desktop and the like. " +
		"Node.js is one of them.",
	See: "Open Windows Security, Virus and threat protection, Ransomware protection.",
	Tells: []fixers.Tell{{
		OS:  platforms.Windows,
		Do:  "Move the project into a folder of its own in your user folder, such as {value}. Delete node_modules there and run npm install.",
		Run: [][]string{{"cmd", "/c", "mkdir", "{value}"}}, Undo: "Move the project back.",
	}},
}

// guardedFolders are what Controlled folder access protects by itself.
var guardedFolders = []string{"Documents", "Desktop", "Pictures", "Videos", "Music", "Favorites"}

// npmLocks wants nothing on Windows to hold the files that npm replaces. Of
// OneDrive, which does too, place-project tells.
var npmLocks = &Check{
	ID:        "npm-locks",
	Title:     "nothing holds the files of your project",
	Why:       "npm install replaces thousands of files. Where another program holds one of them, Windows refuses, and npm stops with EPERM or EBUSY.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{npmInstalled},
	Problems:  []*Problem{lockedByGuard},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if h.OS != platforms.Windows {
			return Skip("only Windows refuses to replace an open file")
		}
		if need.Project == "" {
			return Skip("there is no project to look at")
		}
		found := Found{Dir: need.Project, Value: h.Join(`~\dev`)}
		guarded, err := underGuard(ctx, h, need.Project)
		if err != nil {
			return Unknown(err, "it could not be found out whether Windows protects this folder")
		}
		if guarded {
			return lockedByGuard.Warn("Windows keeps Node.js out of this folder").With(found).
				Because("Controlled folder access is on, and protects %s.", need.Project)
		}
		return OK("nothing holds the files of your project")
	},
}

func underGuard(ctx context.Context, h *platforms.Host, project string) (bool, error) {
	inside := false
	for _, name := range guardedFolders {
		inside = inside || h.Under(project, h.Join("~", name))
	}
	if !inside {
		return false, nil
	}
	// What a group policy says goes before what was chosen.
	for _, root := range []string{`HKLM\SOFTWARE\Policies\Microsoft`, `HKLM\SOFTWARE\Microsoft`} {
		v, err := h.Registry(ctx, root+folderGuard, "EnableControlledFolderAccess")
		if err == nil {
			return v.Data == "1", nil
		}
		if !errors.Is(err, platforms.ErrNotFound) {
			return false, err
		}
	}
	return false, nil
}
