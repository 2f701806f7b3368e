package checks

import (
	"context"
	"strconv"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var projectNotYours = &Problem{
	ID: "not-writable",
	Means: "A part of your project belongs to another account, mostly to root, the administrator. sudo npm or sudo mkdir leave such files. npm and " +
		"your editor cannot write there: they stop with EACCES, or permission denied.",
	See:   "Type ls -ln in the project. The third column shows a 0, which is root, where your own number should be.",
	Fixes: []*fixers.Fix{fixers.OwnProject},
	Tells: []fixers.Tell{{
		Do: "Make the project your own again, and leave out sudo from npm and mkdir.", Admin: true,
		Run:  [][]string{{"sudo", "chown", "-R", "{account}", "{dir}"}},
		Undo: "sudo chown -R root, with the same folder.",
	}},
}

// written is what npm install writes in a project (npm 11.19.0, 2026-11-21); "" is the
// project itself.
var written = []string{"", "package.json", "package-lock.json", "node_modules"}

// projectOfAnother is the result where a part of a project belongs to another account
// and is closed to this one; the zero Result elsewhere.
func projectOfAnother(ctx context.Context, h *platforms.Host, project string) (Result, error) {
	if h.OS == platforms.Windows {
		return Result{}, nil // what Windows says of a folder's access does not decide
	}
	me, err := h.Account(ctx)
	if err != nil {
		return Result{}, err
	}
	for _, name := range written {
		path := h.Join(project, name)
		info, err := h.Stat(ctx, path)
		if isAbsent(err) {
			continue
		}
		if err != nil {
			return Result{}, err
		}
		if info.Writable || strconv.Itoa(info.UID) == me.UID {
			continue
		}
		what := "a part of your project is not yours"
		if name == "" {
			what = "your project folder is not yours"
		}
		return projectNotYours.Fail("%s", what).With(Found{Path: path, Dir: project, Account: me.Name}).
			Because("%s belongs to %s, and your account may not write there.", path, accountName(ctx, h, info.UID)), nil
	}
	return Result{}, nil
}
