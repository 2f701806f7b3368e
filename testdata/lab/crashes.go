package main

import "devdoctor/testdata/lab/machine"

// A crashing is a fix to break: a machine that needs it, and nothing else.
type crashing struct {
	name   string // of the fix, and what is special
	system string // trixie where empty
	shell  string
	node   []machine.Node
	kept   []string // large folders of the home folder that the fix does not touch
	more   []string // folders that the fix changes beside the home folder
	breaks string   // a script of the learner's, in the home folder
	root   string   // one of root's behind it
	dir    string   // where the terminal is, below the home folder
	checks []string // what fix is told to look at
	env    []string // of the terminal, beyond the login's
	path   string   // a directory that comes first on its PATH
	undo   bool     // the fix runs whole, and undo is broken
	proof  string   // a script that works when the fix did what it is for
}

// homeNode is a copy of Node.js in the home folder, whose line the start file lacks.
var (
	homeNode = []machine.Node{{Owner: "home", Version: "24"}}
	usrNode  = []machine.Node{{Owner: "usr-local", Version: "24"}}
	homeKept = []string{"node-v24.21.0-linux-x64"}
)

// crashes are the fixes that exist, on machines where they differ.
var crashes = []crashing{
	{
		name: "git-identity, no file", breaks: `rm .gitconfig`, checks: []string{"git-identity"},
		proof: `test "$(git config user.email)" = ann@mail.school`,
	},
	{
		name: "git-identity, through a link", checks: []string{"git-identity"},
		breaks: `mkdir dots; printf '[core]\n\tpager = less' >dots/gitconfig; chmod 600 dots/gitconfig; rm .gitconfig; ln -s dots/gitconfig .gitconfig`,
		proof:  `test "$(git config -f dots/gitconfig user.name)" = "Ann Learner" && test -L .gitconfig`,
	},
	{
		name: "git-default-branch", checks: []string{"git-default-branch"}, breaks: `git config --global --unset init.defaultBranch`,
		proof: `git config init.defaultBranch`,
	},
	{
		name: "terminal-path, bash", node: homeNode, kept: homeKept, checks: []string{"node-installed"},
		breaks: `cat /etc/skel/.bashrc >.bashrc; printf 'alias last=here' >>.bashrc`,
		proof:  `grep -q devdoctor .bashrc && . .config/devdoctor/path.sh && node -v`,
	},
	{
		name: "terminal-path, fish", shell: "fish", node: homeNode, kept: homeKept, checks: []string{"node-installed"},
		breaks: `rm .config/fish/config.fish; rm -rf .config/fish/conf.d`,
		proof:  `fish -ic "node -v"`,
	},
	{
		name: "npm-setting", node: usrNode, checks: []string{"npm-config"},
		breaks: `printf 'fund=false\r\nregistry=https://registry.npm.taobao.org/\r\n' >.npmrc; chmod 600 .npmrc`,
		proof:  `! grep taobao .npmrc && grep fund .npmrc`,
	},
	{
		name: "node-archive", checks: []string{"node-installed"}, breaks: `:`,
		proof: `.local/share/devdoctor/node/current/bin/node && grep devdoctor .bashrc`,
	},
	{
		name: "manager-lines, nvm", node: []machine.Node{{Owner: "nvm", Version: "24"}}, kept: []string{".nvm"}, checks: []string{"node-installed"},
		breaks: `sed -i /NVM_DIR/d .bashrc; printf 'alias last=here' >>.bashrc`,
		proof:  `grep -q NVM_DIR .bashrc`,
	},
	{
		name: "node-owner, nvm", node: []machine.Node{{Owner: "nvm", Version: "18"}}, kept: []string{".nvm/versions/node/v18.20.8"}, checks: []string{"node-version"},
		breaks: `:`, env: []string{"NVM_DIR=" + crashHome + "/.nvm", "NVM_NODEJS_ORG_MIRROR=http://" + crashServer}, path: crashHome + "/.nvm/versions/node/v18.20.8/bin",
		proof: `test -x .nvm/versions/node/v24.21.0/bin/node && grep 24 .nvm/alias/default`,
	},
	{
		name: "put-aside", node: usrNode, checks: []string{"place-packages"},
		breaks: `echo '{"name": "home"}' >package.json; chmod 640 package.json`,
		proof:  `! test -e package.json`,
	},
	{
		name: "variable", node: usrNode, checks: []string{"node-runs"},
		breaks: `printf '\nexport NODE_OPTIONS=--no-such-option\n' >>.bashrc`,
		env:    []string{"NODE_OPTIONS=--no-such-option"},
		proof:  `! grep NODE_OPTIONS .bashrc`,
	},
	{
		name: "git-settings-line", checks: []string{"git-installed"}, breaks: `printf '[user\n\tname = Ann\n' >>.gitconfig; chmod 600 .gitconfig`,
		proof: `git config user.name`,
	},
	{
		name: "git-unsigned", checks: []string{"git-signing"}, breaks: `git config --global commit.gpgsign true`,
		proof: `test "$(git config commit.gpgsign)" != true`,
	},
	{
		name: "git-setting, ssh-key", checks: []string{"github-login"}, breaks: `rm -r .ssh; git config --global credential.helper /opt/gone/manager`,
		proof: `! grep gone .gitconfig`,
	},
	{
		name: "ssh-key-closed", checks: []string{"github-ssh"}, breaks: `chmod 644 .ssh/id_ed25519`,
		proof: `ls -l .ssh/id_ed25519 | grep -e -rw------`,
	},
	{
		name: "own-project", checks: []string{"place-project"}, node: usrNode, dir: "app", breaks: `mkdir -p app/src; echo hi >app/src/a`, root: `chown -R root:root app`,
		proof: `test -w src`,
	},
	{
		name: "put-aside, above the project", checks: []string{"place-packages"}, node: usrNode, dir: "course/app", breaks: `mkdir -p course/app; echo '{"name": "course"}' >course/package.json`,
		proof: `! test -e ../package.json`,
	},
	{
		name: "hosts-localhost", checks: []string{"localhost-address"}, node: usrNode, more: []string{"/etc"}, root: `printf '127.0.1.1 learner-pc\n' >/etc/hosts; chmod 640 /etc/hosts; chgrp learner /etc/hosts`,
		proof: `grep 127.0.0.1.*localhost /etc/hosts`,
	},
	{
		name: "docker-context", system: "docker", checks: []string{"docker-running"},
		breaks: `docker context create desktop-linux --docker host=unix:///home/learner/.docker/desktop/docker.sock; docker context use desktop-linux`,
		proof:  `docker version`,
	},
	{
		name: "docker-helper", system: "docker", checks: []string{"docker-credentials"},
		breaks: `mkdir -p .docker; printf '{\n\t"credsStore": "desktop",\n\t"detachKeys": "ctrl-e"\n}\n' >.docker/config.json; chmod 600 .docker/config.json`,
		proof:  `! grep credsStore .docker/config.json && grep detachKeys .docker/config.json`,
	},
	{
		name: "move-aside, docker's settings", system: "docker", checks: []string{"docker-credentials"},
		breaks: `mkdir -p .docker; printf '{"auths": {}\n "currentContext": "default"}\n' >.docker/config.json`,
		proof:  `docker version`,
	},
	{
		name: "docker-group", system: "docker", more: []string{"/etc"}, checks: []string{"docker-running"}, root: `gpasswd -d learner docker`,
		proof: `id -nG learner | grep -w docker`,
	},
	{
		name: "undo of terminal-path, bash", undo: true, node: homeNode, kept: homeKept, checks: []string{"node-installed"},
		breaks: `cat /etc/skel/.bashrc >.bashrc; printf 'alias last=here' >>.bashrc`,
	},
	{
		name: "undo of node-archive", undo: true, checks: []string{"node-installed"}, breaks: `:`,
	},
}
