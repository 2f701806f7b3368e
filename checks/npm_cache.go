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
	Tells: []fixers.Tell{{
		Do: "Make the cache your own again, and leave out sudo from npm.", Admin: true,
		Run:  [][]string{{"sudo", "chown", "-R", "{account}", "{dir}"}},
		Undo: "sudo chown -R root, with the same folder.",
	}},
}

// npmCache wants npm to be able to write what it fetches.
var npmCache = &Check{
	ID:    "npm-cache",
	Title: "npm's cache belongs to you",
	Why:   "npm keeps what it fetched in a folder of your home. One file of root in it is enough to stop npm install.",
	Phase: 1,
	After: []*Check{nodeInstalled}, Alongside: []*Check{npmInstalled},
	Problems: []*Problem{cacheOfRoot},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if h.OS == platforms.Windows {
			return Skip("files of root do not occur on Windows")
		}
		n, err := findNpm(ctx, h)
		if err != nil {
			return Unknown(err, "the folders of PATH could not be searched for npm")
		}
		me, err := h.Account(ctx)
		switch {
		case err != nil:
			return Unknown(err, "your account could not be looked up")
		case n.path == "":
			return Skip("PATH leads to no npm")
		case me.UID == "0":
			return OK("root may write everywhere")
		}
		s, err := readNpmSettings(ctx, h, need, n)
		if err != nil {
			return Unknown(err, "the settings of npm could not be read")
		}
		dir := s.value("cache")
		if dir == "" {
			dir = h.Join("~/.npm")
		}
		return searchCache(ctx, h, dir, me)
	},
}

// searchCache looks at the two upper levels. npm's own advice counts any file of
// root; one that this account may write all the same stops nothing.
func searchCache(ctx context.Context, h *platforms.Host, dir string, me platforms.Account) Result {
	paths := []string{dir}
	for _, below := range []string{dir, h.Join(dir, "_cacache")} {
		names, err := h.List(ctx, below)
		if isAbsent(err) {
			continue
		}
		if err != nil {
			return Unknown(err, "npm's cache could not be listed")
		}
		for _, name := range names {
			paths = append(paths, h.Join(below, strings.TrimRight(name, "/@")))
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
		owner := "root"
		if info.UID != 0 {
			owner = accountName(ctx, h, info.UID)
		}
		return cacheOfRoot.Fail("a part of npm's cache is not yours").With(Found{Path: path, Dir: dir, Account: me.Name}).
			Because("%s belongs to %s.", path, owner)
	}
	return OK("npm's cache is yours").With(Found{Dir: dir})
}
