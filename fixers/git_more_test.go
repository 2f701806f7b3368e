package fixers_test

import (
	"testing"

	"devdoctor/fixers"
)

// settings is a learner's file of git's settings, and no other.
func settings(text string) string {
	return "-- file /home/ada/.gitconfig --\n" + text + "-- stat /home/ada/.gitconfig --\nfile mode=0644 uid=1000 size=9 access=rw-\n"
}

func TestGitSettings(t *testing.T) {
	const signed = "[user]\n\tname = Ada\n[commit]\n\tgpgsign = true\n"
	const helpers = "[credential \"https://github.com\"]\n\thelper = \"!/opt/gone auth\"\n\tuser = ada\n[credential]\n\thelper = gone\n"
	const gh = "-- which gh --\n/usr/bin/gh\n"
	own := map[string]string{"file": "/home/ada/.gitconfig"}
	named := func(name string) map[string]string {
		return map[string]string{"file": "/home/ada/.gitconfig", "name": name}
	}
	for name, p := range map[string]aPlan{
		"signing, where it was turned on": {
			fixers.GitUnsigned, own, settings(signed), nil,
			[]string{"~/.gitconfig:", "- \tgpgsign = true", "+ \tgpgsign = false"},
		},
		"signing, for all accounts": {
			fixers.GitUnsigned, map[string]string{"file": "/etc/gitconfig"},
			"-- stat /etc/gitconfig --\nfile mode=0644 uid=0 size=9 access=r--\n" + settings("[user]\n"), nil,
			[]string{"~/.gitconfig:", "+ [commit]", "+ \tgpgsign = false"},
		},
		"signing, in a file that is not named": {fixers.GitUnsigned, nil, "", nil, nil},
		"line endings": {
			fixers.GitLineEndings, own, settings("[core]\n\tautocrlf = true\n"), nil,
			[]string{"~/.gitconfig:", "- \tautocrlf = true", "+ \tautocrlf = input"},
		},
		"line endings of one project": {fixers.GitLineEndings, nil, "", nil, nil},
		"a helper of one server": {
			fixers.DropGitSetting, named("credential.https://github.com.helper"), settings(helpers), nil,
			[]string{"~/.gitconfig:", "- \thelper = \"!/opt/gone auth\""},
		},
		"a helper of all servers": {
			fixers.DropGitSetting, named("credential.helper"), settings(helpers), nil,
			[]string{"~/.gitconfig:", "- \thelper = gone"},
		},
		"a setting with a password": {fixers.DropGitSetting, named("a.b"), settings("[a]\n\tb = https://ada:pw@a.example\n"), nil, nil},
		"a setting of another file": {fixers.DropGitSetting, named("a.c"), settings("[a]\n\tb = c\n"), nil, nil},
		"a folder to trust": {
			fixers.GitTrust, map[string]string{"dir": "/mnt/c/my #1"}, settings("[safe]\n\tdirectory = /b\n"), nil,
			[]string{"~/.gitconfig:", "+ [safe]", "+ \tdirectory = \"/mnt/c/my #1\""},
		},
		"all folders to trust": {fixers.GitTrust, map[string]string{"dir": "*"}, settings(""), nil, nil},
		"gh": {
			fixers.GitAsksGh, nil, gh + settings("[user]\n"), nil,
			[]string{
				"~/.gitconfig:",
				`+ [credential "https://github.com"]`, "+ \thelper =", "+ \thelper = !/usr/bin/gh auth git-credential",
				`+ [credential "https://gist.github.com"]`, "+ \thelper =", "+ \thelper = !/usr/bin/gh auth git-credential",
			},
		},
		"gh that is gone": {fixers.GitAsksGh, nil, "-- which gh --\n! not found\n", nil, nil},
		"a name from Windows": {
			fixers.GitIdentityOfWindows, map[string]string{"name": "Ada", "value": "ada@mail.school"}, settings(""), nil,
			[]string{"~/.gitconfig:", "+ [user]", "+ \tname = Ada", "+ \temail = ada@mail.school"},
		},
		"no name from Windows":    {fixers.GitIdentityOfWindows, map[string]string{"name": "Ada"}, settings(""), nil, nil},
		"the manager, on a Linux": {fixers.GitManager, nil, settings(""), nil, nil},
		"a branch": {
			fixers.GitBranchMain, map[string]string{"dir": "/home/ada/app", "name": "master"}, "", nil,
			[]string{"git -C /home/ada/app branch -m master main"},
		},
		"no branch": {fixers.GitBranchMain, nil, "", nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onLinux) })
	}
}

// Each line that git 2.47.3 does not understand becomes one that it does.
func TestMendGitSettings(t *testing.T) {
	file := map[string]string{"file": "/home/ada/.gitconfig"}
	for name, c := range map[string]struct {
		before string
		want   []string
	}{
		"a head without its end":  {"[core\n\teditor = nano\n", []string{"- [core", "+ [core]"}},
		"a quote without another": {"[user]\n\tname = \"Ada\n\temail = a\n", []string{"- \tname = \"Ada", "+ # \tname = \"Ada"}},
		"a word on a line":        {"[a]\nb = c\n<<<<<<< HEAD\n", []string{"- <<<<<<< HEAD", "+ # <<<<<<< HEAD"}},
		"a setting of no section": {"name = Ada\n[a]\n", []string{"- name = Ada", "+ # name = Ada"}},
		"nothing is wrong":        {"; c\n[a]\n\tb\n\tc = \"x;\\\"\" # d\n\te = f \\\n  \"g\" 1\n[a \"b c\"]\n[a.b] x = y\n", nil},
		"a password":              {"[a]\n= https://ada:pw@a.example\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := aPlan{fix: fixers.MendGitSettings, found: file, machine: settings(c.before)}
			if c.want != nil {
				p.want = append([]string{"~/.gitconfig:"}, c.want...)
			}
			p.check(t, onLinux)
		})
	}
}
