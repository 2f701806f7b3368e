package checks

import (
	"context"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// leastFree is the room that a day of the course needs: a small project with its packages
// takes 20 to 50 MB (measured 2026-11-21).
const leastFree = 100 << 20

var (
	homeNotYours = &Problem{
		ID: "not-writable",
		Means: "Your account may not write into your home folder, so nothing can be saved there. git, npm and your editor stop with: " +
			"Permission denied, or EACCES. Mostly a command with sudo made the folder, or HOME names the folder of another account.",
		See: "ls -ld ~ prints whose folder it is, and whoami prints the name of your account.",
		Tells: []fixers.Tell{{
			Do: "See whose folder it is. If it is the folder of another account, log out and in again. If it should be yours, ask whoever " +
				"looks after this computer to give it back to your account.",
			Run: [][]string{{"ls", "-ld", "{dir}"}, {"whoami"}}, Undo: "It only looks.",
		}},
	}
	diskReadOnly = &Problem{
		ID: "read-only",
		Means: "Everything in your home folder can be read, and nothing can be saved. Linux does that to a disk on which it met an error. " +
			"git, npm and your editor stop with: Read-only file system, or EROFS.",
		See: "Type touch test.txt in your home folder. It prints an error in place of making an empty file.",
		Tells: []fixers.Tell{{
			Do: "Copy what matters to another disk. Then restart the computer, which looks the disk over. If files still cannot be saved, " +
				"let somebody look at the disk before you go on.",
			Undo: "Nothing is changed.",
		}},
	}
	diskForbids = &Problem{
		ID: "forbids-programs",
		Means: "The system starts no program that lies in your home folder. npm puts the tools of a project there, so npm run and npx stop with: " +
			"Permission denied. Schools and companies set this up on purpose.",
		See: "Type findmnt --target ~ in a terminal. The options name noexec.",
		Tells: []fixers.Tell{{
			Do:  "Ask whoever looks after this computer for a folder in which programs may be started. Then make your projects there.",
			Run: [][]string{{"findmnt", "--target", "{dir}"}}, Undo: "It only looks.",
		}},
	}
	diskFull = &Problem{
		ID: "full",
		Means: "The disk with your home folder has hardly any room left. git, npm and your editor cannot save: they stop with ENOSPC, or leave " +
			"files that are cut short.",
		See: "Type df -h in a terminal and read the column Avail. On Windows, open This PC in the Explorer.",
		Tells: []fixers.Tell{
			{
				Do:  "See how full the disk is. Empty the wastebasket, and remove downloads that you do not need.",
				Run: [][]string{{"df", "-h", "{dir}"}}, Undo: "What is removed for good does not come back. Look before you remove.",
			},
			{
				OS: platforms.Windows, Do: "Press the Windows key, type storage settings, and press Enter. Open Temporary files, and remove those that you do not need.",
				Undo: "What is removed for good does not come back. Look before you remove.",
			},
		},
	}
)

// placeDisk wants a home folder on a disk that takes new files.
var placeDisk = &Check{
	ID:       "place-disk",
	Title:    "your files can be saved",
	Why:      "Every commit, every npm install and every lesson saves files. On a disk that takes none, each stops with an error of its own.",
	Phase:    1,
	After:    []*Check{placeHome},
	Problems: []*Problem{homeNotYours, diskReadOnly, diskFull, diskForbids},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		disk, err := h.Disk(ctx, h.Home)
		if err != nil {
			return Unknown(err, "the disk with your home folder could not be looked at")
		}
		found := Found{Dir: h.Home, Name: disk.FS}
		switch {
		case disk.ReadOnly:
			return diskReadOnly.Fail("nothing can be saved in your home folder").With(found).
				Because("The disk with %s is mounted read-only: the system reads it, and does not write to it.", h.Home)
		case disk.NoExec:
			return diskForbids.Fail("no program can be started from your home folder").With(found).
				Because("The disk with %s is mounted with the option noexec: the system starts no program from it.", h.Home)
		case disk.Total > 0 && disk.Free < leastFree:
			return diskFull.Fail("the disk with your home folder is full").With(found).
				Because("It has %d MB left for your account. npm and git need more.", disk.Free>>20)
		}
		if disk.Total > 0 && disk.Free < fixers.NodeNeeds {
			lacks, err := lacksNode(ctx, h)
			if err != nil {
				return Unknown(err, "whether Node.js has to be installed could not be found out")
			}
			if lacks {
				return diskFull.Fail("the disk with your home folder has no room for Node.js").With(found).
					Because("It has %d MB left for your account. Node.js, which is not installed yet, needs %d MB.", disk.Free>>20, fixers.NodeNeeds>>20)
			}
		}
		// What Windows says of a folder's access does not decide.
		if info, err := h.Stat(ctx, h.Home); err != nil {
			return Unknown(err, "your home folder could not be looked at")
		} else if !info.Writable && h.OS != platforms.Windows {
			return homeNotYours.Fail("nothing can be saved in your home folder").With(found).
				Because("%s belongs to %s, and your account may not write there.", h.Home, accountName(ctx, h, info.UID))
		}
		return OK("the disk with your home folder has room").With(found)
	},
}

// lacksNode reports whether Node.js is neither on PATH nor in one of the usual places.
func lacksNode(ctx context.Context, h *platforms.Host) (bool, error) {
	copies, err := ownPrograms(ctx, h, "node")
	if err != nil || len(copies) > 0 {
		return false, err
	}
	places, err := h.NodePlaces(ctx)
	return err == nil && len(places) == 0, err
}
