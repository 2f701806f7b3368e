package fixers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"devdoctor/platforms"
)

// MoveProject moves a project into the folder that a check names, under a name of plain letters
// where its own has others. What works in it has to be closed: Windows refuses otherwise.
var MoveProject = &Fix{
	ID: "project-moved", Title: "Move the project to a good place",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		h, from := p.Host, p.Found["path"]
		dir := p.Found["dir"]
		if dir != "" {
			dir = h.Join(dir)
		}
		if dir == "" || !h.Abs(from) || h.Under(h.Home, from) || h.Under(dir, from) {
			return nil, ErrNotHere
		}
		to := h.Join(dir, h.BaseName(from))
		if strings.Trim(h.BaseName(from), plainLetters) != "" {
			to = h.Join(dir, packageName(h.BaseName(from)))
		}
		above, err := h.Stat(ctx, h.DirName(from))
		if err != nil || !above.Writable {
			return nil, ErrNotHere //nolint:nilerr // the folder of somebody else
		}
		if taken, err := h.Exists(ctx, to); err != nil || taken {
			return nil, orNotHere(err)
		}
		if same, err := oneDisk(ctx, h, from); err != nil || !same {
			return nil, orNotHere(err)
		}
		steps, err := madeFolder(ctx, h, dir, to)
		if err != nil {
			return nil, err
		}
		move, err := moveFolder(h, from, to)
		if err != nil {
			return nil, err
		}
		if service := p.Found["name"]; service != "" { // it copies the folder to the internet
			move.Says += " " + service + " then has no copy of it any more."
			move.Allow = AllowIrreversible // what the copy had of older versions is gone
		}
		do := "Open the project in its new place: type cd " + h.Tilde(to) + ", and open that folder in your editor."
		return append(steps, move, Step{Says: do, Verified: move.Verified, Tell: &Instruction{Do: do, Why: "a terminal stays where it is"}}), nil
	},
}

const plainLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// madeFolder is the steps that make the folder for projects, where it is not there.
func madeFolder(ctx context.Context, h *platforms.Host, dir, to string) ([]Step, error) {
	if h.Under(dir, h.Home) {
		return parents(ctx, h, to, triedOn(h, platforms.Linux, platforms.Windows))
	}
	there, err := h.Exists(ctx, dir)
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return nil, fmt.Errorf("look at %s: %w", dir, err)
	}
	if there {
		return nil, nil
	}
	return []Step{{Says: "Make the folder " + dir + ".", Verified: Documented, Path: &Path{Path: dir, After: platforms.Entry{Kind: platforms.KindDir, Mode: onUnix(h, 0o755)}}}}, nil
}

// moveFolder is the step that moves a folder. Between two drives of Windows move copies files alone.
func moveFolder(h *platforms.Host, from, to string) (Step, error) {
	s := Step{
		Says:     "Move " + atHome(h, from) + " to " + atHome(h, to) + ". Close the editor and the terminals that work in it before.",
		Verified: triedOn(h, platforms.Linux, platforms.Windows), Run: &Run{Seen: absentFile(atHome(h, to))},
	}
	at, there := atHome(h, from), atHome(h, to)
	s.Run.Argv, s.Run.Back = renamed(h, at, there), renamed(h, there, at)
	if h.OS != platforms.Windows {
		return s, nil
	}
	if !strings.EqualFold(from[:2], to[:2]) || strings.ContainsAny(from+to, "'\"") {
		return Step{}, ErrNotHere
	}
	if !plainToCmd(from) {
		move := func(from, to string) []string {
			return []string{"powershell", "-NoProfile", "-Command", "if (!(Test-Path -LiteralPath '" + to + "')) { Move-Item -LiteralPath '" + from + "' -Destination '" + to + "' }"}
		}
		s.Verified, s.Run.Argv, s.Run.Back = Documented, move(from, to), move(to, from)
	}
	return s, nil
}

// oneDisk reports whether a folder can come to a place below the home folder in one step. From
// another disk its files would be copied, and a computer that stops in between has half of them twice.
// Two disks of one kind and one size are taken for one.
func oneDisk(ctx context.Context, h *platforms.Host, from string) (bool, error) {
	if h.OS == platforms.Windows {
		return true, nil // where drives have letters, and move takes no folder to another one
	}
	there, err := h.Disk(ctx, h.DirName(from))
	if err != nil {
		return false, fmt.Errorf("look at the disk with %s: %w", from, err)
	}
	home, err := h.Disk(ctx, h.Home)
	if err != nil {
		return false, fmt.Errorf("look at the disk with %s: %w", h.Home, err)
	}
	return there.FS == home.FS && there.Total == home.Total, nil
}
