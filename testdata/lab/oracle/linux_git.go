package oracle

// What goes wrong with git, GitHub and the editor.

var linuxGit = []*Mutation{
	{
		Name: "git-removed", Modes: []int{65}, Harmful: true, Last: true, Removes: true, Touches: []string{"git"}, Packages: true,
		Root:  `rm -f /usr/bin/git`,
		Named: []string{"git-installed/not-installed"},
	},
	{
		Name: "another-program-is-git", Modes: []int{11, 65}, Harmful: true, Touches: []string{"git"},
		User:  `mkdir -p "$H/tools2"; printf '#!/bin/sh\necho "GNU Interactive Tools 4.9"\nexit 0\n' > "$H/tools2/git"; chmod +x "$H/tools2/git"; rc_path "$H/tools2"`,
		Named: []string{"git-installed/not-git", "git-installed/broken"},
	},
	{
		Name: "git-not-executable", Modes: []int{65}, Harmful: true, Last: true, Touches: []string{"git"}, Packages: true,
		Root:  `chmod 644 /usr/bin/git`,
		Named: []string{"git-installed/broken", "git-installed/not-installed", "git-installed/not-on-path"},
	},
	{
		Name: "git-identity-gone", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  `git config --global --unset user.name; git config --global --unset user.email`,
		Named: []string{"git-identity/missing"},
	},
	{
		Name: "git-email-gone", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  `git config --global --unset user.email`,
		Named: []string{"git-identity/email-missing"},
	},
	{
		Name: "git-email-empty", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User:  `git config --global user.email ""; git config --global user.name ""`,
		Named: []string{"git-identity/email-missing", "git-identity/missing", "git-identity/name-missing"},
	},
	{
		Name: "git-email-placeholder", Modes: []int{4}, Harmful: true, Touches: []string{"identity"},
		User: `git config --global user.email you@example.com`,
		// Nobody can own an address of example.com (RFC 2606).
		Probe: `case $(git config user.email) in *@example.com) exit 1;; esac`,
		Named: []string{"git-identity/email-placeholder"},
	},
	{
		Name: "git-config-broken", Modes: []int{4}, Harmful: true, Last: true, Touches: []string{"identity", "gitconfig"},
		User:  `printf '[user\n\tname = Ann\n' >> "$H/.gitconfig"`,
		Named: []string{"git-installed/config-broken"}, AlsoOn: storedLogin,
	},
	{
		Name: "git-config-of-root", Modes: []int{4}, Harmful: true, Last: true, Touches: []string{"identity", "gitconfig"},
		Root:  `chown root:root "$H/.gitconfig"; chmod 600 "$H/.gitconfig"`,
		Named: []string{"git-identity/missing"},
		Also:  []string{"git-default-branch/unset"}, AlsoOn: storedLogin,
	},
	{
		Name: "git-signing-without-gpg", Modes: []int{4}, Harmful: true, Touches: []string{"signing"},
		User:  `git config --global commit.gpgsign true`,
		Named: []string{"git-signing/program-missing"},
	},
	{
		Name: "git-default-branch-unset", Modes: []int{4}, Harmful: true, Touches: []string{"branch"},
		User: `git config --global --unset init.defaultBranch`,
		// What the course pushes to is called main on GitHub.
		Probe: `rm -rf /tmp/branch; git init -q /tmp/branch && test "$(git -C /tmp/branch symbolic-ref --short HEAD)" = main`,
		Named: []string{"git-default-branch/unset"},
	},
	{
		Name: "project-repository-of-root", Modes: []int{31}, Harmful: true, Last: true, Touches: []string{"project-git"},
		Root:  `cd "$PROJECT" && git init -q . && chown -R root:root .git .`,
		Named: []string{"git-ownership/other-owner"},
		Also:  []string{"place-project/not-writable"},
	},
	{
		Name: "github-login-gone", Modes: []int{5}, Harmful: true, Touches: []string{"github"},
		User:  `rm -rf "$H/.ssh"`,
		Probe: githubProbe,
		Named: []string{"github-login/no-login"},
	},
	{
		Name: "github-helper-gone", Modes: []int{5}, Harmful: true, Touches: []string{"github"},
		User:  `rm -rf "$H/.ssh"; git config --global credential.helper /opt/gone/git-credential-manager`,
		Probe: githubProbe, Stops: true, // GitHub takes no password that is typed instead
		Named: []string{"github-login/helper-missing"},
	},
	{
		Name: "ssh-key-open-to-all", Modes: []int{27, 69}, Harmful: true, Touches: []string{"github"},
		User:  `chmod 644 "$H/.ssh/id_ed25519"`,
		Probe: githubProbe,
		Named: []string{"github-ssh/key-permissions"},
	},
	{
		Name: "editor-link-dead", Modes: []int{26}, Harmful: true, Touches: []string{"editor"}, Packages: true,
		Root:  `mv /usr/share/code /srv/code`,
		Probe: `command -v code || command -v codium || command -v cursor`,
		Named: []string{"vscode-installed/not-installed"},
	},
	// From here on: what looks odd and works.
	{Name: "identity-in-xdg", Modes: []int{4}, Touches: []string{"identity", "gitconfig"}, User: `mkdir -p "$H/.config/git"; mv "$H/.gitconfig" "$H/.config/git/config"`},
	{Name: "identity-included", Modes: []int{4}, Touches: []string{"identity", "gitconfig"}, User: `mv "$H/.gitconfig" "$H/.gitconfig-mine"; printf '[include]\n\tpath = ~/.gitconfig-mine\n[includeIf "gitdir:~/work/"]\n\tpath = ~/.gitconfig-gone\n' > "$H/.gitconfig"`},
	{Name: "identity-of-the-system", Modes: []int{4}, Touches: []string{"identity"}, Root: `git config --system user.name "Ann Learner"; git config --system user.email ann@mail.school`, User: `git config --global --unset user.name; git config --global --unset user.email`},
	{Name: "identity-in-variables", Modes: []int{4}, Touches: []string{"identity"}, Named: []string{"git-identity/stale-terminal", "git-identity/missing"}, User: `git config --global --unset user.name; git config --global --unset user.email
for w in AUTHOR COMMITTER; do rc_set GIT_${w}_NAME "Ann Learner"; rc_set GIT_${w}_EMAIL ann@mail.school; done`},
	{Name: "identity-of-the-project", Modes: []int{4}, Touches: []string{"identity", "project-git"}, User: `git config --global --unset user.name; git config --global --unset user.email; cd "$PROJECT" && git init -q && git config user.name Ann && git config user.email ann@mail.school`},
	{Name: "gitconfig-crlf", Modes: []int{4, 67}, User: `f="$H/.gitconfig"; [ -e "$f" ] || f="$H/.config/git/config"; sed -i 's/$/\r/' "$f"`},
	{Name: "gitconfig-linked", Modes: []int{4}, Touches: []string{"gitconfig"}, User: `mkdir -p "$H/dotfiles"; mv "$H/.gitconfig" "$H/dotfiles/gitconfig"; ln -s dotfiles/gitconfig "$H/.gitconfig"`},
	{Name: "git-odd-settings", Modes: []int{4, 67}, User: `git config --global core.autocrlf input; git config --global core.pager /opt/gone/less; git config --global core.editor "code --wait"; git config --global init.templateDir /opt/gone; git config --global alias.st status; git config --global url.git@github.com:.insteadOf gh:; git config --global pull.rebase true`},
	{Name: "git-hooks-elsewhere", Modes: []int{4}, User: `mkdir -p "$H/hooks"; printf '#!/bin/sh\nexit 0\n' > "$H/hooks/pre-commit"; chmod +x "$H/hooks/pre-commit"; git config --global core.hooksPath "$H/hooks"`},
	{Name: "git-signing-off", Modes: []int{4}, Touches: []string{"signing"}, User: `git config --global commit.gpgsign false; git config --global gpg.program /opt/gone/gpg; git config --global tag.gpgSign true`},
	{Name: "all-folders-safe", Modes: []int{31}, User: `git config --global --add safe.directory "*"`},
	{Name: "repository-of-root-elsewhere", Modes: []int{31}, Root: `mkdir -p /srv/site && cd /srv/site && git init -q`},
	{Name: "another-editor", Modes: []int{26, 76}, Touches: []string{"editor"}, Root: `rm -f /usr/bin/code; rm -rf /usr/share/code; printf '#!/bin/sh\nexit 0\n' > /usr/bin/codium; chmod 755 /usr/bin/codium`},
	{Name: "login-stored", Modes: []int{5}, Touches: []string{"github"}, User: `rm -rf "$H/.ssh"; git config --global credential.helper store; (umask 077; printf 'https://ann:0123456789@github.com\n' > "$H/.git-credentials")`},
	{Name: "more-ssh-keys", Modes: []int{27}, User: `printf 'Host school\n  HostName git.school.example\n  IdentityFile ~/.ssh/school\n' > "$H/.ssh/config"; cp "$H/.ssh/id_ed25519" "$H/.ssh/school"; cp "$H/.ssh/id_ed25519.pub" "$H/.ssh/school.pub"; : > "$H/.ssh/known_hosts"`,
		Touches: []string{"github"}},
}

// githubProbe asks for a login as git push would: a key that ssh accepts, or what a
// helper answers without asking anybody.
const githubProbe = `for k in ~/.ssh/id_*; do case $k in *.pub) ;; *) ssh-keygen -y -P "" -f "$k" > /dev/null 2>&1 && exit 0;; esac; done
printf 'protocol=https\nhost=github.com\n\n' | GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=true git credential fill 2>/dev/null | grep -q '^password=.'`
