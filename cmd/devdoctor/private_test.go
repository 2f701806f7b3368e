package main

import (
	"strings"
	"testing"

	"devdoctor/platforms"
)

// The accounts that a machine knows at a code host are people's names, also those
// of a friend and those that are words.
func TestAccountsAreHidden(t *testing.T) {
	const config = `git config --show-scope --show-origin --get-regexp url$`
	snapshot, err := platforms.ParseSnapshot([]byte(`A Windows on paper.
-- host --
os windows
home C:\Users\ada
user ada
hostname learner-pc
-- credentials git:https://* --
git:https://charles-b@github.com charles-b
git:https://hunter@github.com hunter
git:https://github.com PersonalAccessToken
-- run ` + config + ` --
global	file:C:/Users/ada/.gitconfig	user.name Jolanthe Smith
local	file:.git/config	remote.origin.url https://github.com/kolibri99/course.git
`))
	if err != nil {
		t.Fatal(err)
	}
	x := &examination{recorder: platforms.NewRecorder(snapshot)}
	defer x.recorder.Close()
	if x.host, err = platforms.NewHost(t.Context(), x.recorder); err != nil {
		t.Fatal(err)
	}
	for _, q := range []platforms.Query{
		{Verb: "credentials", Args: []string{"git:https://*"}},
		{Verb: "run", Args: strings.Fields(config)},
	} {
		if _, err := x.recorder.Answer(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	b := x.bundle(t.Context())
	var all strings.Builder
	for _, r := range b.records(x.recorder.Records()) {
		all.WriteString(r.Answer.Text)
	}
	all.WriteString(b.text("Jolanthe's course: git@github.com:hunter/course.git, hunter's https://github.com/Kolibri99/x, charles-b"))
	for _, name := range []string{"charles", "hunter@", "hunter/", " hunter\n", "kolibri99", "jolanthe"} {
		if strings.Contains(strings.ToLower(all.String()), name) {
			t.Errorf("%q is left in\n%s", name, all.String())
		}
	}
	for _, fact := range []string{"PersonalAccessToken", "github.com", "/course.git", "course: git@github.com", "hunter's"} {
		if !strings.Contains(all.String(), fact) {
			t.Errorf("the fact %q is gone from\n%s", fact, all.String())
		}
	}
}

func TestOwnerOf(t *testing.T) {
	for remote, want := range map[string]string{
		"https://github.com/ada/course.git": "ada", "https://token@github.com/ada/course": "ada", "git@github.com:ada/course.git": "ada",
		"ssh://git@github.com/ada/course.git": "ada", "github.com:ada/course": "ada",
		"": "", "/srv/git/course.git": "", "../course": "", "file:///srv/course.git": "", `C:\course\x`: "", "https://host.example/course.git": "",
	} {
		if got := ownerOf(remote); got != want {
			t.Errorf("the owner of %q is %q, want %q", remote, got, want)
		}
	}
}
