package checks

import (
	"context"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where saved logins for GitHub stand: Git Credential Manager's names for them in
// the Credential Manager of Windows (since its 2.0), and the server's name in the
// keychain of macOS (2026-11-20).
const (
	windowsGitHubLogins = "git:https://"
	macGitHubLogins     = "github.com"
)

var severalLogins = &Problem{
	ID:    "several-logins",
	Means: "Logins of several GitHub accounts are saved here, and git takes one of them. With the wrong one GitHub answers: Permission denied, error 403.",
	See:   "Windows: open Credential Manager, Windows Credentials. macOS: open Keychain Access and search for github.com.",
	Tells: []fixers.Tell{
		{OS: platforms.Windows, Do: "Open Credential Manager, Windows Credentials, and remove the login that is not yours. At the next push git asks anew.",
			Run: [][]string{{"control", "/name", "Microsoft.CredentialManager"}}, Undo: "Log in again with that account."},
		{OS: platforms.Darwin, Do: "In Keychain Access search for github.com, and delete the login that is not yours. At the next push git asks anew.",
			Run: [][]string{{"open", "-a", "Keychain Access"}}, Undo: "Log in again with that account."},
	},
}

// githubAccount wants one saved login for GitHub at most; of a Mac's several only
// the first is known (docs/queries.md). A login that differs
// from the owner of a project is no fault: people work together.
var githubAccount = &Check{
	ID:       "github-account",
	Title:    "one GitHub account is saved",
	Why:      "On a shared or second-hand computer git may push as somebody else, and GitHub refuses it with error 403.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{severalLogins},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if h.OS == platforms.Linux {
			return Skip("this system keeps no list of saved logins that may be read")
		}
		logins, err := gitHubLogins(ctx, h)
		if err != nil {
			return Unknown(err, "the list of saved logins could not be read")
		}
		names := accountsOf(logins)
		switch len(names) {
		case 0:
			return OK("no GitHub account is saved yet")
		case 1:
			return savedAccount(ctx, h, need, names[0])
		}
		return severalLogins.Warn("logins of %d GitHub accounts are saved", len(names)).With(Found{Account: names[0]}).
			Because("They are %s. Git does not know which one you mean.", strings.Join(names, " and "))
	},
}

// savedAccount is fine whoever it is. Where the project is somebody else's, that
// is worth knowing once GitHub refuses a push.
func savedAccount(ctx context.Context, h *platforms.Host, need Needs, account string) Result {
	r := OK("the GitHub account %s is saved", account).With(Found{Account: account})
	config, err := readGitConfig(ctx, h, need)
	if err != nil {
		return Unknown(err, "git's settings could not be read")
	}
	owner := gitHubOwner(config.value("remote.origin.url"))
	if owner == "" || strings.EqualFold(owner, account) {
		return r
	}
	return r.Note("This project belongs to %s. If GitHub refuses your push, ask %s to let %s in.", owner, owner, account)
}

// gitHubOwner is the first part of the path of a project on GitHub by HTTPS.
func gitHubOwner(url string) string {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		return ""
	}
	server, path, _ := strings.Cut(rest, "/")
	if server[strings.LastIndexByte(server, '@')+1:] != "github.com" {
		return ""
	}
	owner, _, _ := strings.Cut(path, "/")
	return owner
}

// gitHubLogins is the saved logins for github.com on Windows and macOS, each with
// its account as User. Nobody reads the secrets.
func gitHubLogins(ctx context.Context, h *platforms.Host) ([]platforms.Credential, error) {
	prefix := windowsGitHubLogins
	if h.OS == platforms.Darwin {
		prefix = macGitHubLogins
	}
	saved, err := h.Credentials(ctx, prefix)
	if err != nil {
		return nil, err
	}
	var logins []platforms.Credential
	for _, l := range saved {
		server := strings.TrimSuffix(strings.TrimPrefix(l.Target, windowsGitHubLogins), "/")
		if account, rest, named := strings.Cut(server, "@"); named {
			server, l.User = rest, account
		}
		if server == "github.com" {
			logins = append(logins, l)
		}
	}
	return logins, nil
}

// tokenUsers is what stands in the place of an account where a token was saved.
var tokenUsers = []string{"", "PersonalAccessToken", "Personal Access Token", "OAuth", "x-access-token", "oauth2"}

// TokenUser reports whether the user of a saved login stands for a token and names
// nobody's account.
func TokenUser(name string) bool { return slices.Contains(tokenUsers, name) }

// accountsOf is the different accounts of logins.
func accountsOf(logins []platforms.Credential) []string {
	var names []string
	for _, l := range logins {
		known := func(n string) bool { return strings.EqualFold(n, l.User) }
		if !TokenUser(l.User) && !slices.ContainsFunc(names, known) {
			names = append(names, l.User)
		}
	}
	return names
}
