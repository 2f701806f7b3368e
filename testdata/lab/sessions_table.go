package main

import "devdoctor/testdata/lab/machine"

// A session is a machine that a learner takes to the first server of the course.
type session struct {
	name  string // of its file
	about string // a sentence: what is the matter
	spec  machine.Spec
	root  string // a script of root's that breaks the machine; then
	user  string // the learner's
	dir   string // the project that is there already, below the home folder
}

// sessions are a fresh machine in each shell, one of each owner of Node.js with what goes
// wrong with it most, and what else stands between a learner and the first server.
var sessions = []session{
	{
		name: "nothing-bash", about: "A fresh Debian 13 without Node.js, where git does not know the learner either.",
		spec: machine.Spec{System: "trixie"},
		user: `git config --global --remove-section user`,
	},
	{
		name: "nothing-zsh", about: "A fresh Debian 12 without Node.js, seen from zsh.",
		spec: machine.Spec{System: "bookworm", Shell: "zsh"},
	},
	{
		name: "nothing-fish", about: "A fresh Debian 13 without Node.js, seen from fish.",
		spec: machine.Spec{System: "trixie", Shell: "fish"},
	},
	{
		name: "apt", about: "Node.js 20 from Debian's packages: too old for the course.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "apt", Version: "20"}}},
	},
	{
		name: "nvm", about: "Node.js 18 from nvm: too old for the course.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "nvm", Version: "18"}}},
	},
	{
		name: "fnm", about: "Node.js 24 from fnm, whose lines went from .bashrc.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "fnm", Version: "24"}}},
		user: `cp /etc/skel/.bashrc ~/.bashrc`,
	},
	{
		name: "volta", about: "Node.js 18 from Volta, on an account that cannot use sudo: too old for the course.",
		spec: machine.Spec{System: "trixie", User: "nosudo", Node: []machine.Node{{Owner: "volta", Version: "18"}}},
	},
	{
		name: "mise", about: "mise has Node.js 24, and no version is chosen.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "mise", Version: "24"}}},
		user: `rm ~/.config/mise/config.toml`,
	},
	{
		name: "asdf", about: "asdf has Node.js 24, and no version is chosen.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "asdf", Version: "24"}}},
		user: `rm ~/.tool-versions`,
	},
	{
		name: "n", about: "Node.js 24 from n in the home folder, whose lines went from .zshrc.",
		spec: machine.Spec{System: "trixie", Shell: "zsh", Node: []machine.Node{{Owner: "n", Version: "24"}}},
		user: `sed -i /N_PREFIX/d ~/.zshrc`,
	},
	{
		name: "nodeenv", about: "Node.js 24 in an environment of nodeenv that no terminal activates any more.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "nodeenv", Version: "24"}}},
		user: `sed -i /node-env/d ~/.bashrc`,
	},
	{
		name: "home", about: "Node.js 18, unpacked into the home folder by hand: too old for the course.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "home", Version: "18"}}},
	},
	{
		name: "usr-local", about: "Node.js 18, put into /usr/local by hand: too old for the course.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "usr-local", Version: "18"}}},
	},
	{
		name: "port", about: "The server of yesterday still runs, and holds port 3000.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "home", Version: "24"}}},
		user: `mkdir -p ~/course/yesterday && cd ~/course/yesterday
echo 'require("http").createServer((q, r) => r.end("old")).listen(3000)' >server.js
setsid ~/node-v24*/bin/node server.js >/dev/null 2>&1 & sleep 1`,
	},
	{
		name: "project-of-root", about: "The project was cloned with sudo: its files are root's.",
		spec: machine.Spec{System: "trixie", Node: []machine.Node{{Owner: "home", Version: "24"}}},
		user: `mkdir -p ~/course/app && cd ~/course/app && git init -q && echo hi >index.html`,
		root: `chown -R root: /home/learner/course/app`,
		dir:  "course/app",
	},
	{
		name: "nothing-windows", about: "A fresh Windows without Node.js.",
		spec: machine.Spec{System: "windows"},
	},
	{
		name: "zip-windows", about: "Node.js 18 on Windows, unpacked by hand: too old for the course.",
		spec: machine.Spec{System: "windows", Node: []machine.Node{{Owner: "zip", Version: "18"}}},
	},
}
