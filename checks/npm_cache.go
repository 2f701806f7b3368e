package checks

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var cacheOfRoot = &Problem{
	ID:    "other-owner",
	Means: "A part of npm's cache, the folder in which it keeps what it fetched, belongs to another account. sudo npm leaves such files. npm then stops with EACCES.",
	See:   "Type ls -ln ~/.npm. The third column shows a 0, which is root, where your own number should be.",
	Fixes: []*fixers.Fix{fixers.NewNpmCache},
	Tells: []fixers.Tell{{
		Do: "Make the cache your own again, and leave out sudo from npm.", Admin: true,
		Run:  [][]string{{"sudo", "chown", "-R", "{account}", "{dir}"}},
		Undo: "sudo chown -R root, with the same folder.",
	}},
}

// npmCache wants npm to be able to write what it fetches.
var npmCache = &Check{
	ID:        "npm-cache",
	Title:     "npm's cache belongs to you",
	Why:       "npm keeps what it fetched in a folder of your home. One file of root in it is enough to stop npm install.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{npmInstalled},
	Problems:  []*Problem{cacheOfRoot},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if h.OS == platforms.Windows {
			return Skip("files of root do not occur on Windows")
		}
		s, none := findNpmSettings(ctx, h, need)
		if none.Status != "" {
			return none
		}
		me, err := h.Account(ctx)
		switch {
		case err != nil:
			return Unknown(err, "your account could not be looked up")
		case me.UID == "0":
			return OK("root may write everywhere")
		}
		dir := s.value("cache")
		if dir == "" {
			dir = h.Join("~/.npm")
		}
		return searchCache(ctx, h, dir, me)
	},
}

// searchCache looks at the folders that npm writes to: those of its cache, two levels
// deep, and that of npx. npm's own advice counts any file of root. A file such as a
// log, or a folder that this account may write all the same, stops nothing (npm
// 11.19.0 in a lab run of 2026-11-21).
func searchCache(ctx context.Context, h *platforms.Host, dir string, me platforms.Account) Result {
	inner := h.Join(dir, "_cacache")
	paths := []string{inner, h.Join(dir, "_npx")}
	switch names, err := h.List(ctx, inner); {
	case errors.Is(err, platforms.ErrNotFound):
		paths[0] = dir // where npm will make it
	case err != nil && !isAbsent(err):
		return Unknown(err, "npm's cache could not be listed")
	default:
		for _, name := range names {
			if below, isDir := strings.CutSuffix(name, "/"); isDir {
				paths = append(paths, h.Join(inner, below))
			}
		}
	}
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		info, err := h.Stat(ctx, path)
		if errors.Is(err, platforms.ErrNotFound) {
			continue
		}
		if err != nil {
			return Unknown(err, "npm's cache could not be looked at")
		}
		if strconv.Itoa(info.UID) == me.UID || info.Writable {
			continue
		}
		return cacheOfRoot.Fail("a part of npm's cache is not yours").With(Found{Path: path, Dir: dir, Account: me.Name}).
			Because("%s belongs to %s.", path, accountName(ctx, h, info.UID))
	}
	return OK("npm's cache is yours").With(Found{Dir: dir})
}
