package checks

import (
	"context"
	"slices"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var (
	nodeIntelCopy = &Problem{
		ID: "intel-copy",
		Means: "This Mac has Apple silicon, and this Node.js is built for Intel processors. macOS translates it (Rosetta), which is slow. " +
			"Packages with parts in C are then built for the wrong processor.",
		See:   "Type node -p process.arch in a terminal. On Apple silicon it should answer arm64.",
		Fixes: []*fixers.Fix{fixers.NodeArchive, fixers.NodeForApple},
		Tells: instead(append([]fixers.Tell{
			{
				OS: platforms.Darwin, Owner: platforms.Nvm,
				Do: "In Finder, look at the information of your terminal program, and untick Open using Rosetta. " +
					"In a new terminal, install Node.js 24 again.",
				Run:  [][]string{{"nvm", "uninstall", "{version}"}, {"nvm", "install", "24"}, {"nvm", "alias", "default", "24"}},
				Undo: "nvm install {version} in a terminal that is opened using Rosetta.",
			},
		}, nodeUpgrade...), fixers.Tell{
			OS: platforms.Darwin, Owner: platforms.Homebrew,
			Do: "This copy comes from a Homebrew for Intel Macs, in /usr/local. Install Homebrew for Apple silicon from brew.sh, " +
				"then install Node.js 24 with it.",
			Run:  [][]string{{"/opt/homebrew/bin/brew", "install", "node@24"}},
			Undo: "/opt/homebrew/bin/brew uninstall node@24",
		}),
	}
	node32BitCopy = &Problem{
		ID: "32-bit-copy",
		Means: "This Windows is a 64-bit one, and this Node.js is the 32-bit program. It may use little memory, " +
			"and from version 23 on there is no such program to upgrade to.",
		See:   "Type node -p process.arch in a terminal. It should answer x64 or arm64.",
		Fixes: []*fixers.Fix{fixers.NodeFor64Bit},
		Tells: uninstallFirst,
	}
)

// nodeArch wants a Node.js that is built for this processor.
var nodeArch = &Check{
	ID:       "node-arch",
	Title:    "Node.js is built for your processor",
	Why:      "A Node.js for another processor runs slowly, and packages with parts in C do not load in it.",
	Phase:    1,
	After:    []*Check{nodeRuns, nodeVersion},
	Problems: []*Problem{nodeIntelCopy, node32BitCopy},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		answer, _, err := askNode(ctx, h)
		if answer == nil {
			return Unknown(err, "the architecture of Node.js is not known")
		}
		first, owner, err := winner(ctx, h)
		if err != nil {
			return Unknown(err, "it is not clear who keeps this Node.js")
		}
		arch := goArch(answer.Arch)
		r := OK("Node.js is built for %s", arch)
		switch {
		case arch == h.Arch:
		case h.OS == platforms.Darwin && h.Arch == "arm64":
			if r, err = intelNode(ctx, h, answer); err != nil {
				return Unknown(err, "the program file of Node.js could not be read")
			}
		case h.OS == platforms.Windows && arch == "386":
			r = node32BitCopy.Warn("this Node.js is the 32-bit program").
				Because("Your Windows is a 64-bit one (%s). Newer versions of the 32-bit program are not made.", h.Arch)
		default:
			r = r.Note("The processor is %s. The system translates this Node.js, which makes it slower.", h.Arch)
		}
		return r.With(foundNode(first, owner, answer.Version.String()))
	},
}

// intelNode tells a copy for Intel from one for both processors that was started
// by something translated.
func intelNode(ctx context.Context, h *platforms.Host, a *nodeAnswer) (Result, error) {
	b, err := h.Binary(ctx, a.Path)
	if err != nil {
		return Result{}, err
	}
	if slices.Contains(b.Arch, "arm64") {
		return OK("Node.js is built for both kinds of Mac").
			Note("Here it runs translated (Rosetta). In a terminal that is not opened using Rosetta, it runs as it is."), nil
	}
	return nodeIntelCopy.Warn("this Node.js is built for Intel Macs").
		Because("This Mac has Apple silicon. macOS translates the program (Rosetta), and packages are built for the wrong processor."), nil
}
