package fixers

import (
	"context"
	"fmt"
	"strconv"

	"devdoctor/platforms"
)

// What sudo left behind as root's, in the learner's own home directory.
var (
	OwnStartFile = &Fix{
		ID: "own-start-file", Title: "Make the start file of your shell your own",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) {
			next, err := p.Host.NewTerminal(ctx)
			if err != nil {
				return nil, ErrNotHere //nolint:nilerr // what the next terminal reads is not known
			}
			file, err := next.StartFile(ctx)
			if err != nil {
				return nil, err
			}
			return ownFile(ctx, p, file)
		},
	}
	OwnGitSettings = &Fix{
		ID: "own-git-settings", Title: "Make git's settings your own",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) { return ownFile(ctx, p, "~/.gitconfig") },
	}
)

// ownFile is the step that gives a file of the home directory, which belongs to another
// account, to the learner.
func ownFile(ctx context.Context, p Patient, file string) ([]Step, error) {
	h := p.Host
	path := h.Join(file)
	info, err := h.Stat(ctx, path)
	if err != nil {
		return nil, ErrNotHere //nolint:nilerr // there is none, or it cannot be seen
	}
	me, err := h.Account(ctx)
	if err != nil {
		return nil, fmt.Errorf("find out who you are: %w", err)
	}
	if h.OS == platforms.Windows || info.Kind != platforms.File || info.UID < 0 || strconv.Itoa(info.UID) == me.UID || !h.Under(path, h.Home) {
		return nil, ErrNotHere
	}
	q := platforms.Query{Verb: "stat", Args: []string{path}}
	now, err := Answered(h.Source().Answer(ctx, q))
	if err != nil {
		return nil, err
	}
	argv, admin, err := asAdmin(ctx, p, []string{"chown", me.UID + ":" + me.GID, path})
	if err != nil {
		return nil, err
	}
	back, _, err := asAdmin(ctx, p, []string{"chown", fmt.Sprintf("%d:%d", info.UID, info.GID), path})
	if err != nil {
		return nil, err
	}
	return []Step{{
		Says: "Give " + atHome(h, path) + ", which belongs to " + nameOf(strconv.Itoa(info.UID)) + ", to your account.", Admin: admin,
		Verified: triedOn(h, platforms.Linux), Leaves: logOf(admin),
		Run: &Run{Argv: argv, Back: back, Seen: Probe{Query: q.String(), Before: now, After: Anything}},
	}}, nil
}
