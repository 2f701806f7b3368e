package main

import (
	"context"
	"slices"
	"strings"

	"devdoctor/checks"
	"devdoctor/platforms"
)

// level is what the reader of this report may see.
func (x *examination) level() checks.Level {
	switch {
	case x.flags.showPrivate:
		return checks.ForLearner
	case x.flags.format.name == "text":
		return checks.ForScreen
	}
	return checks.ForReport
}

// redactor knows whose machine it is by what was asked anyway.
func (x *examination) redactor(ctx context.Context) *platforms.Redactor {
	id := platforms.Identity{OS: x.host.OS, Home: x.host.Home, User: x.host.User}
	if a, err := x.recorder.Answer(ctx, platforms.Query{Verb: "host"}); err == nil {
		for line := range strings.Lines(a.Text) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "hostname "); ok {
				id.Hostname = name
			}
		}
	}
	for _, r := range x.recorder.Records() {
		switch {
		case r.Query.Verb == "credentials":
			for line := range strings.Lines(r.Answer.Text) {
				if _, user, ok := strings.Cut(strings.TrimSpace(line), " "); ok && !checks.TokenUser(user) {
					id.Others = append(id.Others, user)
				}
			}
		case r.Query.Verb == "run" && slices.Contains(r.Query.Args, "config"):
			id.FullName = settingIn(r.Answer.Text, "user.name", id.FullName)
			if email := settingIn(r.Answer.Text, "user.email", ""); email != "" && !slices.Contains(id.Emails, email) {
				id.Emails = append(id.Emails, email)
			}
			id.Others = append(id.Others, ownerOf(settingIn(r.Answer.Text, "remote.origin.url", "")))
		}
	}
	return platforms.NewRedactor(id)
}

// ownerOf is the account that a project belongs to, by the address of its remote:
// https://host/owner/project or git@host:owner/project. It is "" for a path.
func ownerOf(remote string) string {
	_, rest, ok := strings.Cut(remote, "://")
	if host, path, scp := strings.Cut(remote, ":"); !ok && scp && strings.Contains(host, ".") {
		rest = host + "/" + path
	}
	host, path, _ := strings.Cut(rest, "/")
	owner, project, _ := strings.Cut(path, "/")
	if host == "" || project == "" {
		return ""
	}
	return owner
}

// settingIn is the value of key in what git config printed, else otherwise.
func settingIn(text, key, otherwise string) string {
	for line := range strings.Lines(text) {
		if i := strings.Index(line, key); i >= 0 && len(line) > i+len(key) && strings.IndexByte(" \t=", line[i+len(key)]) >= 0 {
			if name := strings.TrimSpace(line[i+len(key)+1:]); name != "" {
				return name
			}
		}
	}
	return otherwise
}

// A bundle is how a snapshot hides private things.
type bundle struct {
	prose string
	text  func(string) string
	*platforms.Redactor
}

func (x *examination) bundle(ctx context.Context) bundle {
	r := x.redactor(ctx)
	if x.flags.showPrivate {
		return bundle{"It holds the names of people, computers and folders as they are; passwords and tokens are taken out.", r.Secrets, r}
	}
	return bundle{"Names of people and computers are replaced by others; passwords and tokens are taken out.", r.Bundle, r}
}

// records is what was asked and answered, without private things.
func (b bundle) records(all []platforms.Record) []platforms.Record {
	hidden := make([]platforms.Record, len(all))
	for i, r := range all {
		hidden[i] = r
		hidden[i].Query = b.Query(b.text, r.Query)
		hidden[i].Answer = b.Answer(b.text, r.Query, r.Answer)
	}
	return hidden
}
