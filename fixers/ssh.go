package fixers

import (
	"context"
	"errors"
	"strings"

	"devdoctor/platforms"
)

const newKey = "~/.ssh/id_ed25519"

// What ssh needs to show GitHub a key.
var (
	MakeSSHKey = &Fix{ID: "ssh-key", Title: "Make an SSH key", Asks: []Question{askEmail}, Plan: makeSSHKey}
	CloseKey   = &Fix{ID: "ssh-key-closed", Title: "Let nobody but you read your SSH key", Plan: closeKey}
	OfferKey   = &Fix{ID: "ssh-key-offered", Title: "Tell ssh which key is for GitHub", Plan: offerKey}
)

// makeSSHKey makes a key without a passphrase, and never over another one. GitHub has to be shown it by the learner.
func makeSSHKey(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	if p.Found["command"] == "https" { // the project would not use it
		return nil, ErrNotHere
	}
	for _, name := range []string{newKey, newKey + ".pub"} {
		taken, err := h.Exists(ctx, h.Join(name))
		if err != nil || taken {
			return nil, orNotHere(err)
		}
	}
	if copies, err := h.Which(ctx, "ssh-keygen"); err != nil || len(copies) == 0 {
		return nil, orNotHere(err)
	}
	v := triedOn(h, platforms.Linux)
	steps, err := parents(ctx, h, newKey, v)
	if err != nil {
		return nil, err
	}
	if n := len(steps); n > 0 {
		steps[n-1].Path.After.Mode = onUnix(h, 0o700)
	}
	back := []string{"rm", "-f", newKey, newKey + ".pub"}
	if h.OS == platforms.Windows {
		back = append([]string{"cmd", "/d", "/c", "del"}, back[2:]...)
	}
	steps = append(steps, Step{
		Says: "Make a pair of keys without a passphrase: " + newKey + ", which stays here, and " + newKey + ".pub, which GitHub is shown. " +
			"Whoever can read the first file can log in with it.", Verified: v,
		Run: &Run{
			Argv: []string{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", p.Answers[askEmail.Key], "-f", newKey}, Back: back,
			Seen: Probe{Query: "stat " + newKey, Before: Absent, After: Anything}, Makes: []string{newKey, newKey + ".pub"},
		},
	})
	const do = "Show GitHub the line in " + newKey + ".pub: on github.com, open Settings, SSH and GPG keys, New SSH key. " +
		"Clone with the SSH address from then on, which begins with git@github.com."
	return append(steps, Step{Says: do, Verified: Documented, Tell: &Instruction{
		Do: do, Undo: "Remove the key in the same place.", Why: "only you can log in to your account",
	}}), nil
}

// LoginAnew takes a setting away with which git looks for a program that is gone, and makes a key in its place where
// there is none.
var LoginAnew = &Fix{
	ID: "git-login-anew", Title: "Let git log in with a key", Asks: []Question{askEmail},
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		steps, err := dropGitSetting(ctx, p)
		if err != nil {
			return nil, err
		}
		key, err := makeSSHKey(ctx, p)
		if err != nil && !errors.Is(err, ErrNotHere) {
			return nil, err
		}
		return append(steps, key...), nil
	},
}

// closeKey takes the rights of others away from a private key.
func closeKey(ctx context.Context, p Patient) ([]Step, error) {
	h, path := p.Host, p.Found["path"]
	if path == "" || h.OS == platforms.Windows || platforms.Manager(p.Found["owner"]) == platforms.WindowsWSL {
		return nil, ErrNotHere
	}
	info, err := h.Stat(ctx, path)
	if err != nil || info.Mode&0o077 == 0 || info.Target != "" {
		return nil, orNotHere(err)
	}
	mode := "600"
	if info.Mode&0o200 == 0 {
		mode = "400"
	}
	return setMode(ctx, p, "Take the right to read "+atHome(h, path)+" away from others.", mode, path, false)
}

// offerKey names a key with a name of its own in ssh's settings.
func offerKey(ctx context.Context, p Patient) ([]Step, error) {
	h, path, file := p.Host, p.Found["path"], p.Found["file"]
	if path == "" || file == "" {
		return nil, ErrNotHere
	}
	f, err := readPresent(ctx, h, file)
	if err != nil {
		return nil, err
	}
	key := strings.ReplaceAll(atHome(h, path), `\`, "/")
	if strings.ContainsAny(key, " #") {
		key = `"` + key + `"`
	}
	// Before all others: a line behind a Host that ends in Match or * would count for it alone.
	end := lineEnd(f.text)
	text := "Host github.com" + end + "  IdentityFile " + key + end
	if f.text != "" {
		text += end + f.text
	}
	return f.become(ctx, h, text, 0o600, triedOn(h, platforms.Linux), "Tell ssh to show "+key+" to GitHub.")
}
