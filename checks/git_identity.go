package checks

import (
	"context"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

const (
	hideEmail = "GitHub also gives you an address that hides it: see Settings, Emails, on github.com."
	sayName   = "Tell git your name. Put your own name between the quotes."
	sayEmail  = "Tell git the e-mail address that you gave to GitHub. " + hideEmail

	// Nothing but the learner's own words may follow, or the next commit carries an
	// example.
	ownName  = "Type git config --global user.name, a space, and your own name between quotes. Then press Enter."
	ownEmail = "Type git config --global user.email, a space, and the e-mail address that you gave to GitHub. Then press Enter. " + hideEmail

	undoName  = "git config --global --unset user.name"
	undoEmail = "git config --global --unset user.email"
)

var (
	tellName  = []string{"git", "config", "--global", "user.name", "Your Name"}
	tellEmail = []string{"git", "config", "--global", "user.email", "you@example.com"}

	identityMissing = &Problem{
		ID:    "missing",
		Means: "Git does not know who you are. It writes a name and an e-mail address into every commit, and refuses to commit without them.",
		See:   "Type git config user.name and git config user.email. Both print nothing.",
		Fixes: []*fixers.Fix{fixers.GitIdentity, fixers.OwnGitSettings},
		Tells: []fixers.Tell{{Do: sayName + " " + sayEmail, Run: [][]string{tellName, tellEmail}, Human: true, Undo: undoName + " and " + undoEmail}},
	}
	identityOnWindows = &Problem{
		ID: "windows-only",
		Means: "Windows has a git with settings of its own, and that one knows who you are. The git of this Linux, in WSL, does not. " +
			"It refuses to commit without a name and an e-mail address.",
		See:   "Type git config user.name in Linux, and again in a terminal of Windows. Only the second one prints a name.",
		Fixes: []*fixers.Fix{fixers.GitIdentityOfWindows},
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Tell the git of this Linux the same as that of Windows.",
			Run:  [][]string{{"git", "config", "--global", "user.name", "{name}"}, {"git", "config", "--global", "user.email", "{value}"}},
			Undo: undoName + " and " + undoEmail,
		}},
	}
	nameMissing = &Problem{
		ID:    "name-missing",
		Means: "Git knows your e-mail address but not your name. It refuses to commit without both.",
		See:   "Type git config user.name. It prints nothing.",
		Fixes: []*fixers.Fix{fixers.GitName, fixers.OwnGitSettings},
		Tells: []fixers.Tell{{Do: sayName, Run: [][]string{tellName}, Human: true, Undo: undoName}},
	}
	emailMissing = &Problem{
		ID:    "email-missing",
		Means: "Git knows your name but not your e-mail address. It refuses to commit without both, or makes an address up.",
		See:   "Type git config user.email. It prints nothing.",
		Fixes: []*fixers.Fix{fixers.GitEmail, fixers.OwnGitSettings},
		Tells: []fixers.Tell{{Do: sayEmail, Run: [][]string{tellEmail}, Human: true, Undo: undoEmail}},
	}
	identityStale = &Problem{
		ID:    StaleTerminal,
		Means: "A start file of your shell tells git who you are. This terminal was opened before that was written there.",
		See:   "Type git commit in a new terminal and in this one. Only this one asks who you are.",
		Tells: nodeStale.Tells,
	}
	namePlaceholder = &Problem{
		ID:    "name-placeholder",
		Means: "The name that git writes into your commits was copied from an instruction. Others see it as the author of your work.",
		See:   "Type git config user.name.",
		Fixes: []*fixers.Fix{fixers.GitName, fixers.OwnGitSettings},
		Tells: []fixers.Tell{{Do: ownName, Undo: "git config --global user.name, with the old name."}},
	}
	emailPlaceholder = &Problem{
		ID:    "email-placeholder",
		Means: "The e-mail address that git writes into your commits belongs to nobody. GitHub cannot tell that the work is yours.",
		See:   "Type git config user.email.",
		Fixes: []*fixers.Fix{fixers.GitEmail, fixers.OwnGitSettings},
		Tells: []fixers.Tell{{Do: ownEmail, Undo: "git config --global user.email, with the old address."}},
	}
)

// gitIdentity wants a name and an address that a commit can carry.
var gitIdentity = &Check{
	ID:       "git-identity",
	Title:    "git knows who you are",
	Why:      "The first git commit of the course stops and asks who you are. With a wrong address GitHub does not count your work as yours.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{identityStale, identityMissing, identityOnWindows, nameMissing, emailMissing, namePlaceholder, emailPlaceholder},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		config, err := readGitConfig(ctx, h, need)
		if err != nil {
			return Unknown(err, "git's settings could not be read")
		}
		name, err := identityPart(ctx, h, config, "name")
		if err != nil {
			return Unknown(err, "the variables that name you to git could not be read")
		}
		email, err := identityPart(ctx, h, config, "email")
		if err != nil {
			return Unknown(err, "the variables that name you to git could not be read")
		}
		r := weighIdentity(name, email)
		if r.Problem != identityMissing {
			return r
		}
		if later := setLater(ctx, h, identityVariables); len(later) == len(identityVariables) {
			return identityStale.Fail("only a new terminal tells git who you are").
				With(Found{Name: later["GIT_AUTHOR_NAME"], Value: later["GIT_AUTHOR_EMAIL"]}).
				Because("Your start files set the variables GIT_AUTHOR_ and GIT_COMMITTER_. This terminal is older.")
		}
		return otherSide(ctx, h, r)
	},
}

// identityVariables together name somebody to git, whatever its settings are.
var identityVariables = []string{"GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"}

// otherSide is r, unless this is WSL and the git of Windows knows what r misses.
// Of several accounts of Windows nobody knows which one is the learner's.
func otherSide(ctx context.Context, h *platforms.Host, r Result) Result {
	world, err := h.World(ctx)
	if err != nil || !world.InWSL() {
		return orUnknown(r, err, "whether this is WSL could not be found out")
	}
	files, err := h.Glob(ctx, "/mnt/c/Users/*/.gitconfig")
	if err != nil || len(files) != 1 {
		return orUnknown(r, err, "the git of Windows could not be looked for")
	}
	out, err := h.Run(ctx, "git", "config", "--file", files[0], "--get-regexp", `^user\.(name|email)$`)
	if err != nil {
		return Unknown(err, "the settings of the git of Windows could not be read")
	}
	found := Found{File: files[0]}
	for line := range strings.Lines(out.Stdout) {
		switch key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " "); key {
		case "user.name":
			found.Name = value
		case "user.email":
			found.Value = value
		}
	}
	if madeUpName(found.Name) || madeUpEmail(found.Value) || found.Name == "" {
		return r
	}
	return identityOnWindows.Fail("git in WSL does not know who you are, git on Windows does").With(found).
		Because("Windows keeps its settings in %s. WSL, the Linux inside Windows, has its own.", files[0])
}

// identityPart is the name or the address that git would write, and where it
// stands. A commit names its author and its committer, so what is set for one of
// them alone is not enough. What git would make up from the account, or from
// EMAIL, does not count: VS Code commits with user.useConfigOnly.
func identityPart(ctx context.Context, h *platforms.Host, config gitConfig, part string) (gitSetting, error) {
	author, err := h.Getenv(ctx, "GIT_AUTHOR_"+strings.ToUpper(part))
	if err != nil {
		return gitSetting{}, err
	}
	if author != "" {
		committer, err := h.Getenv(ctx, "GIT_COMMITTER_"+strings.ToUpper(part))
		if err != nil {
			return gitSetting{}, err
		}
		if committer != "" {
			return gitSetting{Scope: "environment", Value: author}, nil
		}
	}
	if s, ok := config.last("user." + part); ok && strings.TrimSpace(s.Value) != "" {
		return s, nil
	}
	if s, ok := config.last("author." + part); ok && config.value("committer."+part) != "" {
		return s, nil
	}
	return gitSetting{}, nil
}

func weighIdentity(name, email gitSetting) Result {
	found := Found{Name: name.Value, Value: email.Value, File: email.File}
	const because = "git commit stops and asks who you are."
	switch {
	case name.Value == "" && email.Value == "":
		return identityMissing.Fail("git does not know who you are").With(found).Because(because)
	case name.Value == "":
		return nameMissing.Fail("git has no user.name").With(found).Because(because)
	case email.Value == "":
		return emailMissing.Fail("git has no user.email").With(found).Because(because)
	case madeUpName(name.Value):
		return namePlaceholder.Warn("git calls you %q", name.Value).With(found).
			Because("That is an example from an instruction. Your commits would carry it.")
	case madeUpEmail(email.Value):
		return emailPlaceholder.Warn("git's e-mail address for you is %s", email.Value).With(found).
			Because("No such mailbox exists. GitHub links a commit to you by its address.")
	}
	r := OK("%s <%s>", name.Value, email.Value).With(found)
	if name.Scope == "environment" || email.Scope == "environment" {
		r = r.Note("The variables GIT_AUTHOR_ and GIT_COMMITTER_ of this terminal say so. They go before git's own settings.")
	}
	return r
}

// exampleNames is what git's book, GitHub's pages and common courses write where
// a name belongs (2026-11-20).
var exampleNames = []string{"your name", "your full name", "your_name", "yourname", "firstname lastname", "first last", "name", "username", "your username"}

func madeUpName(name string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	return strings.ContainsAny(name, "<>[]") || slices.Contains(exampleNames, name)
}

// exampleMailboxes stand before the @ in instructions, whatever follows it.
var exampleMailboxes = []string{"you", "your", "youremail", "your_email", "your.email", "your-email", "yourname", "your_name", "your.name", "your-name"}

// exampleDomains are kept free of mailboxes by RFC 2606 and RFC 6762, or name one
// machine only.
var exampleDomains = []string{"example.com", "example.org", "example.net", "youremail.com", "yourdomain.com", "email.example"}

func madeUpEmail(email string) bool {
	email = strings.ToLower(strings.TrimSpace(email))
	at := strings.LastIndexByte(email, '@')
	if at <= 0 || strings.ContainsAny(email, " <>") {
		return true
	}
	box, domain := email[:at], email[at+1:]
	// GitHub's private addresses begin with a number and the login, which may
	// be any word.
	if strings.HasSuffix(domain, "noreply.github.com") {
		return false
	}
	for _, end := range []string{".local", ".localdomain", ".lan", ".home", ".internal", ".invalid", ".test", ".(none)"} {
		if strings.HasSuffix(domain, end) {
			return true
		}
	}
	return slices.Contains(exampleMailboxes, box) || slices.Contains(exampleDomains, domain) || !strings.Contains(domain, ".")
}
