package oracle

// What goes wrong with git and the editor.

var windowsGit = []*Mutation{
	{
		Name: "git-removed", Modes: []int{65}, Harmful: true, Removes: true, Touches: []string{"git"}, Last: true,
		Root:  `rm -r "$C/Program Files/Git"`,
		Named: []string{"git-installed/not-installed"},
	},
	{
		Name: "another-program-is-git", Modes: []int{11, 65}, Harmful: true, Touches: []string{"path", "git"},
		Root:  `tools_first; cp -L "$C/windows/system32/hostname.exe" "$C/tools/git.exe"`,
		Named: []string{"git-installed/not-git", "git-installed/broken"},
	},
	{
		Name: "git-identity-gone", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  "git config --global --unset user.name\ngit config --global --unset user.email",
		Named: []string{"git-identity/missing"},
	},
	{
		Name: "git-email-gone", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  `git config --global --unset user.email`,
		Named: []string{"git-identity/email-missing"},
	},
	{
		Name: "git-email-empty", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User: `git config --global user.email ""
git config --global user.name ""`,
		Named: []string{"git-identity/email-missing", "git-identity/missing", "git-identity/name-missing"},
	},
	{
		Name: "git-email-placeholder", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  "git config --global user.email you@example.com",
		Probe: "git config user.email > email.txt\nfind \"@example.com\" email.txt > nul && exit /b 1\nexit /b 0",
		Named: []string{"git-identity/email-placeholder"},
	},
	{
		Name: "git-config-broken", Modes: []int{4}, Harmful: true, Last: true, Touches: []string{"identity"},
		Root:  `printf '[user\n\tname = Ann\n' >> "$H/.gitconfig"`,
		Named: []string{"git-installed/config-broken"},
	},
	{
		Name: "git-default-branch-unset", Modes: []int{4}, Harmful: true, Touches: []string{"branch"},
		User:  "git config --global --unset init.defaultBranch",
		Probe: "git init -q C:\\branch\nfind \"refs/heads/main\" C:\\branch\\.git\\HEAD > nul && exit /b 0\nexit /b 1",
		Named: []string{"git-default-branch/unset"},
	},
	{
		Name: "editor-moved", Modes: []int{26}, Harmful: true, Touches: []string{"editor"},
		Root:  `mv "$H/AppData/Local/Programs/Microsoft VS Code" "$C/editor"`,
		Probe: `where code`,
		Named: []string{"vscode-installed/not-installed"},
	},
	// From here on: what looks odd and works.
	{Name: "gitconfig-crlf", Modes: []int{4, 67}, Root: `sed -i 's/$/\r/' "$H/.gitconfig"`},
	{Name: "identity-included", Modes: []int{4}, Touches: []string{"identity"}, Root: `mv "$H/.gitconfig" "$H/.gitconfig-mine"; printf '[include]\n\tpath = ~/.gitconfig-mine\n' > "$H/.gitconfig"`},
	{Name: "identity-of-the-system", Modes: []int{4}, Touches: []string{"identity"}, User: "git config --system user.name \"Ann Learner\"\ngit config --system user.email ann@mail.school\ngit config --global --unset user.name\ngit config --global --unset user.email"},
	{Name: "identity-of-the-project", Modes: []int{4}, Touches: []string{"identity"}, User: `git config --global --unset user.name
git config --global --unset user.email
cd /d "%PROJECT%"
git init -q
git config user.name Ann
git config user.email ann@mail.school`},
	{Name: "git-odd-settings", Modes: []int{4, 67}, User: "git config --global core.autocrlf true\ngit config --global core.longpaths true\ngit config --global alias.st status\ngit config --global core.editor notepad"},
	{Name: "git-hooks-elsewhere", Modes: []int{4}, Root: `mkdir "$H/hooks"; printf '#!/bin/sh\nexit 0\n' > "$H/hooks/post-merge"`, User: `git config --global core.hooksPath C:/users/learner/hooks`},
	{Name: "credential-manager-named", Modes: []int{5}, User: `git config --global credential.helper manager
git config --global credential.https://github.com.username ann`},
	{Name: "all-folders-safe", Modes: []int{31}, User: `git config --global --add safe.directory "*"`},
}
