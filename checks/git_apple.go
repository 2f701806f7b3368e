package checks

import (
	"context"
	"errors"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where the git of macOS is, as of 2026-11-22. The manual page of xcode-select tells of
// the variable; the rest is how libxcselect looks, which all of Apple's stubs ask.
const (
	appleGit   = "/usr/bin/git"                               // a stub, until Apple's developer tools are there
	appleVar   = "DEVELOPER_DIR"                              // where they are, for whoever sets it
	appleLink  = "/var/db/xcode_select_link"                  // else what xcode-select --switch wrote
	appleXcode = "/Applications/Xcode.app/Contents/Developer" // else where the App Store puts Xcode
	appleTools = "/Library/Developer/CommandLineTools"        // else the tools without Xcode
)

var installAppleTools = fixers.Tell{
	OS: platforms.Darwin, Do: "Install Apple's Command Line Tools, which hold git. A window opens; choose Install and wait some minutes.", Admin: true,
	Run: [][]string{{"xcode-select", "--install"}}, Undo: "sudo rm -rf /Library/Developer/CommandLineTools",
}

var (
	appleToolsMissing = &Problem{
		ID:    "apple-tools-missing",
		Means: "The git of macOS is a stand-in until Apple's Command Line Tools are installed. It opens a window that offers them, and does nothing else.",
		See:   "Type xcode-select -p. It answers that no developer tools were found.",
		Tells: []fixers.Tell{installAppleTools},
	}
	appleToolsMoved = &Problem{
		ID:    "apple-tools-moved",
		Means: "macOS looks for Apple's developer tools in a folder that is gone, so git does not start. This happens when Xcode was deleted or macOS upgraded.",
		See:   "Type xcode-select -p. It names a folder; that folder does not exist or holds no git.",
		Tells: []fixers.Tell{{
			OS: platforms.Darwin, Do: "Point macOS to its own choice of tools. If git still asks for them, install the Command Line Tools.", Admin: true,
			Run:  [][]string{{"sudo", "xcode-select", "--reset"}, {"xcode-select", "--install"}},
			Undo: "sudo xcode-select --switch, with the folder that it named before.",
		}},
	}
	appleToolsElsewhere = &Problem{
		ID: "developer-dir",
		Means: "The variable DEVELOPER_DIR tells macOS in which folder Apple's developer tools are. That folder is gone or holds no git, " +
			"so git does not start.",
		See:   "Type echo $DEVELOPER_DIR. It prints a folder; that folder does not exist or holds no git.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: variableTells,
	}
)

// isAppleStub reports whether a program is the git that macOS itself brings.
func isAppleStub(h *platforms.Host, p platforms.Program) bool {
	return h.OS == platforms.Darwin && p.Real == appleGit
}

// appleToolsReady reports whether the stub that macOS calls git leads to a real
// one. The stub itself is not started: it would open a window.
func appleToolsReady(ctx context.Context, h *platforms.Host, found Found) Result {
	chosen, err := h.Getenv(ctx, appleVar)
	if err != nil {
		return Unknown(err, "the variable DEVELOPER_DIR could not be read")
	}
	if chosen != "" { // it may name Xcode itself, too
		found.Name, found.Value = appleVar, chosen
		return orElse(gitOfApple(ctx, h, chosen, h.Join(chosen, "Contents", "Developer")),
			appleToolsElsewhere.Fail("git does not start: DEVELOPER_DIR names a folder without git").
				Because("The variable says %s, and macOS looks for Apple's developer tools nowhere else.", chosen)).With(found)
	}
	link, err := h.Stat(ctx, appleLink)
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "the place of Apple's developer tools could not be read")
	}
	switch link.Target {
	case "", appleTools:
		places := []string{appleTools}
		if link.Target == "" {
			places = []string{appleXcode, appleTools}
		}
		return orElse(gitOfApple(ctx, h, places...), appleToolsMissing.Fail("git needs Apple's Command Line Tools").
			Because("%s is only a stand-in, and %s holds no git.", appleGit, appleTools)).With(found)
	}
	return orElse(gitOfApple(ctx, h, link.Target), appleToolsMoved.Fail("git does not start: Apple's developer tools have moved").
		Because("macOS looks for them in %s, which holds no git.", link.Target)).With(found)
}

// orElse is r, or another result where r says nothing.
func orElse(r, other Result) Result {
	if r.Status == "" {
		return other
	}
	return r
}

// gitOfApple is the result where one of several folders of Apple's tools holds git; the
// zero Result where none does.
func gitOfApple(ctx context.Context, h *platforms.Host, dirs ...string) Result {
	for _, dir := range dirs {
		switch there, err := h.Exists(ctx, h.Join(dir, "usr", "bin", "git")); {
		case err != nil:
			return Unknown(err, "Apple's developer tools could not be looked at")
		case there:
			return OK("%s", dir)
		}
	}
	return Result{}
}
