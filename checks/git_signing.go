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

const commitSigning = "commit.gpgsign"

// A signer is what git starts to sign a commit, and the settings that name another
// program for it.
type signer struct {
	program string
	keys    []string
}

// signers are those of gpg.format (git-config(1); git 2.47.3 tried 2026-11-21). Any
// other format is an error to git.
var signers = map[string]signer{
	"openpgp": {"gpg", []string{"gpg.program", "gpg.openpgp.program"}},
	"x509":    {"gpgsm", []string{"gpg.x509.program"}},
	"ssh":     {"ssh-keygen", []string{"gpg.ssh.program"}},
}

// emptyKeybox is the size of the pubring.kbx that gpg 2 makes when it has no keys
// (seen with 2.4, 2026-11-21).
const emptyKeybox = 32

const meansSigning = "Git can sign each commit: a signature proves who made it. Here it is set to do so, and "

var stopSigning = []fixers.Tell{{
	Do: "The course needs no signatures. Tell git not to sign. " +
		"If you do want them, follow GitHub's page about signing commits to its end.",
	Run:  [][]string{{"git", "config", "--file", "{file}", commitSigning, "false"}},
	Undo: "git config --file {file} " + commitSigning + " true",
}}

var (
	signerMissing = &Problem{
		ID:    "program-missing",
		Means: meansSigning + "the program that makes signatures is missing. So git refuses to commit.",
		See:   "Type git config commit.gpgsign; it prints true. A commit then ends with: cannot run, and the name of the program.",
		Fixes: []*fixers.Fix{fixers.GitUnsigned},
		Tells: stopSigning,
	}
	signingKeyMissing = &Problem{
		ID:    "key-missing",
		Means: meansSigning + "there is no key to sign with. So git refuses to commit.",
		See:   "Type git config commit.gpgsign; it prints true. A commit then ends with: failed to write commit object.",
		Fixes: []*fixers.Fix{fixers.GitUnsigned},
		Tells: stopSigning,
	}
)

// gitSigning wants git to have what it signs with, where it is set to sign. Only
// what surely stops a commit counts: whether a key opens, its agent knows.
var gitSigning = &Check{
	ID:       "git-signing",
	Title:    "git can sign, where it is set to sign",
	Why:      "A git that is set to sign refuses every commit that it cannot sign, the first one of the course too.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{signerMissing, signingKeyMissing},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		config, err := readGitConfig(ctx, h, need)
		if err != nil {
			return Unknown(err, "git's settings could not be read")
		}
		setting, _ := config.last(commitSigning)
		if !gitTrue(setting.Value) {
			return OK("git does not sign commits")
		}
		format := config.value("gpg.format")
		if format == "" {
			format = "openpgp"
		}
		s, known := signers[format]
		if !known {
			return OK("git signs commits")
		}
		c := signing{h: h, need: need, format: format, setting: setting, program: gitSetting{Value: s.program}}
		for _, set := range slices.Backward(config) {
			if slices.Contains(s.keys, set.Key) && set.Value != "" {
				c.program = set
				break
			}
		}
		r, err := c.weigh(ctx)
		return orUnknown(r, err, "it is not clear whether git can sign")
	},
}

// A signing is how git is set to sign.
type signing struct {
	h       *platforms.Host
	need    Needs
	format  string
	setting gitSetting // that git signs commits
	program gitSetting // with what; without a key where nobody chose
}

func (c signing) weigh(ctx context.Context) (Result, error) {
	found := Found{Name: c.program.Value, Value: c.setting.Value, File: c.file()}
	missing, err := c.lacksProgram(ctx)
	if err != nil {
		return Result{}, err
	}
	if missing {
		return signerMissing.Fail("git is set to sign commits, without the program").With(found).
			Because("%s is %s in %s. git then starts %s, which is not there.", commitSigning, c.setting.Value, c.setting.File, c.program.Value), nil
	}
	lacksKey := c.lacksKeys
	if c.format == "ssh" {
		lacksKey = c.lacksKeyFile
	}
	why, err := lacksKey(ctx)
	if err != nil || why.Format == "" {
		return OK("git signs commits").With(found), err
	}
	return signingKeyMissing.Fail("git is set to sign commits, without a key").With(found).Because(why.Format, why.Args...), nil
}

// file is where the advice turns signing off: where it was turned on, or in the
// settings of the account, which go before those of all accounts.
func (c signing) file() string {
	switch c.setting.Scope {
	case "local", "worktree":
		if !c.h.Abs(c.setting.File) {
			return c.h.Join(c.need.Project, c.setting.File)
		}
		return c.setting.File
	case "global":
		return c.setting.File
	}
	return c.h.Join("~/.gitconfig")
}

// lacksProgram reports whether git surely finds no program to sign with. git takes
// the setting as one word, and hands it to the system as it is.
func (c signing) lacksProgram(ctx context.Context) (bool, error) {
	program := c.program.Value
	if !strings.ContainsAny(program, `/\`) {
		if c.h.OS == platforms.Windows { // Git for Windows brings the usual ones
			return false, nil
		}
		copies, err := c.h.Which(ctx, program)
		return len(copies) == 0, err
	}
	path, ok := c.absolute(program)
	if !ok {
		return false, nil
	}
	there, err := c.h.Exists(ctx, path)
	if err == nil && !there && c.h.OS == platforms.Windows {
		there, err = c.h.Exists(ctx, path+".exe")
	}
	return !there, err
}

// absolute is a path of git's settings, where it does not depend on the directory
// in which git runs.
func (c signing) absolute(path string) (string, bool) {
	if strings.HasPrefix(path, "~/") || c.h.Abs(path) && (c.h.OS != platforms.Windows || path[0] != '/') {
		return c.h.Join(path), true
	}
	return "", false
}

// lacksKeys says why the gpg of this system has no key at all, in which case it
// cannot sign whatever its agent holds.
func (c signing) lacksKeys(ctx context.Context) (Message, error) {
	if c.h.OS == platforms.Windows || c.format != "openpgp" || c.program.Key != "" {
		return Message{}, nil
	}
	if dir, err := c.h.Getenv(ctx, "GNUPGHOME"); err != nil || dir != "" {
		return Message{}, err
	}
	box, err := c.h.Stat(ctx, c.h.Join("~/.gnupg/pubring.kbx"))
	if err != nil && !errors.Is(err, platforms.ErrNotFound) || box.Size > emptyKeybox {
		return Message{}, err
	}
	for _, other := range []string{"~/.gnupg/pubring.gpg", "~/.gnupg/public-keys.d"} { // of gpg 1, and of keyboxd
		if there, err := c.h.Exists(ctx, c.h.Join(other)); err != nil || there {
			return Message{}, err
		}
	}
	return Message{"%s is %s in %s. git then starts gpg, and gpg has no keys.", []any{commitSigning, c.setting.Value, c.setting.File}}, nil
}

// keyFile matches a path among the values of user.signingkey, so that the name of a
// key is never read.
const keyFile = `^(~/|/|[A-Za-z]:)`

// lacksKeyFile says why ssh has no key to sign with.
func (c signing) lacksKeyFile(ctx context.Context) (Message, error) {
	dir := c.need.Project
	if dir == "" {
		dir = c.h.Home
	}
	set, err := c.h.RunIn(ctx, dir, "git", "config", "--name-only", "--get-regexp", `^(user\.signingkey|gpg\.ssh\.defaultkeycommand)$`)
	switch {
	case err != nil || set.Exit > 1:
		return Message{}, err
	case set.Exit == 1:
		return Message{"%s is %s in %s, with keys of ssh. user.signingkey, which names the key, is not set.",
			[]any{commitSigning, c.setting.Value, c.setting.File}}, nil
	case strings.TrimSpace(set.Stdout) != "user.signingkey": // more than one word may count
		return Message{}, nil
	}
	key, err := c.h.RunIn(ctx, dir, "git", "config", "--get", "user.signingkey", keyFile)
	if err != nil || key.Exit != 0 {
		return Message{}, err
	}
	path, ok := c.absolute(strings.TrimRight(key.Stdout, "\r\n"))
	if !ok {
		return Message{}, nil
	}
	there, err := c.h.Exists(ctx, path)
	if err != nil || there {
		return Message{}, err
	}
	return Message{"%s is %s in %s. user.signingkey names %s, which is not there.",
		[]any{commitSigning, c.setting.Value, c.setting.File, path}}, nil
}

// gitTrue reports whether git takes a value for yes (git-config(1)).
func gitTrue(value string) bool {
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return true
	}
	n, err := strconv.Atoi(value)
	return err == nil && n != 0
}
